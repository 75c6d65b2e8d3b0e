//! Which items are taken together: groups grow rank by rank.

use super::near::{Link, Near};
use super::{Lists, Skeleton, TOP};

/// Groups in the making: the last one may still grow.
pub(super) struct Groups<'a> {
    near: &'a Near,
    begin: Vec<u32>,
    /// One list, or two where directions differ.
    sides: Vec<Side>,
    /// Groups by their parent rank: the first, and the next of each.
    child: Vec<u32>,
    sibling: Vec<u32>,
    /// Entries of the open group that are needed.
    needed: usize,
}

struct Side {
    lists: Lists,
    /// The group whose list a rank is in, so far as it was looked at last.
    mark: Vec<u32>,
    leaves: Option<bool>,
    row: Vec<u32>,
}

/// A group takes in the next rank although their lists differ when at most so many entries are not needed, or one in so
/// many.
const EMPTY: usize = 24;
const EMPTY_SHARE: usize = 12;

impl<'a> Groups<'a> {
    pub(super) fn new(near: &'a Near, both_ways: bool) -> Self {
        let n = near.first.len() - 1;
        let side = |leaves| Side {
            lists: Lists { first: vec![0], ..Lists::default() },
            mark: vec![TOP; n],
            leaves,
            row: Vec::new(),
        };
        let sides = if both_ways { vec![side(None)] } else { vec![side(Some(true)), side(Some(false))] };
        Self { near, begin: Vec::new(), sides, child: vec![TOP; n], sibling: Vec::new(), needed: 0 }
    }

    pub(super) fn finish(mut self) -> Skeleton {
        let n = self.child.len() as u32;
        for rank in 0..n {
            self.take(rank);
        }
        if !self.begin.is_empty() {
            self.close();
        }
        let mut sides = self.sides.into_iter().map(|side| side.lists);
        let (out, into) = (sides.next().unwrap_or_default(), sides.next());
        let above = vec![TOP; self.begin.len()];
        self.begin.push(n);
        Skeleton { begin: self.begin, above, out, into, first_given: vec![0], ..Skeleton::default() }
    }

    /// The last group is complete: it becomes a child of the first above it.
    fn close(&mut self) {
        let group = self.begin.len() as u32 - 1;
        let mut least = TOP;
        for side in &mut self.sides {
            let first = *side.lists.first.last().unwrap_or(&0);
            least = least.min(side.lists.ranks.get(first as usize).copied().unwrap_or(TOP));
            side.lists.first.push(side.lists.ranks.len() as u32);
        }
        self.sibling.push(TOP);
        if least != TOP {
            self.sibling[group as usize] = self.child[least as usize];
            self.child[least as usize] = group;
        }
    }

    /// The list of the last, unfinished group.
    fn open(side: &Side) -> &[u32] {
        &side.lists.ranks[*side.lists.first.last().unwrap_or(&0) as usize..]
    }

    pub(super) fn take(&mut self, rank: u32) {
        let near = self.near;
        let last = self.begin.len().checked_sub(1);
        // The open group lies directly below where its first above is this rank.
        let grows = last.filter(|_| self.sides.iter().any(|side| Self::open(side).first() == Some(&rank)));
        if let Some(last) = grows
            && self.child[rank as usize] == TOP
        {
            let known = |link: &Link| {
                let mut sides = self.sides.iter().filter(|side| side.leaves.is_none_or(|l| l == link.leaves));
                sides.all(|side| side.mark[link.to as usize] == last as u32)
            };
            if near.above(rank).iter().all(known) {
                for side in &mut self.sides {
                    let begin = *side.lists.first.last().unwrap_or(&0) as usize;
                    if side.lists.ranks.get(begin) == Some(&rank) {
                        side.lists.ranks.remove(begin);
                    }
                    self.needed += side.lists.ranks.len() - begin;
                }
                return;
            }
        }
        // The lists of the rank itself. Marks tell the number of the group that they will belong to.
        let (next, mut own) = (self.begin.len() as u32, 0);
        let (sibling, child) = (&self.sibling, self.child[rank as usize]);
        for side in &mut self.sides {
            let Side { lists, mark, leaves, row } = side;
            row.clear();
            let mut add = |w: u32| {
                if w != rank && mark[w as usize] != next {
                    mark[w as usize] = next;
                    row.push(w);
                }
            };
            let begin = *lists.first.last().unwrap_or(&0) as usize;
            if grows.is_some() {
                lists.ranks[begin..].iter().for_each(|&w| add(w));
            }
            let mut c = child;
            while c != TOP {
                lists.of(c as usize).iter().for_each(|&w| add(w));
                c = sibling[c as usize];
            }
            for link in near.above(rank).iter().filter(|link| leaves.is_none_or(|l| l == link.leaves)) {
                add(link.to);
            }
            row.sort_unstable();
            own += row.len();
        }
        let merged = grows.filter(|&last| {
            let k = (rank - self.begin[last]) as usize + 1;
            let entries = k * own + k * (k - 1) / 2 * self.sides.len();
            let empty = entries - self.needed - own;
            empty <= EMPTY || empty * EMPTY_SHARE <= entries
        });
        if let Some(last) = merged {
            self.needed += own;
            for side in &mut self.sides {
                let begin = *side.lists.first.last().unwrap_or(&0) as usize;
                side.lists.ranks.truncate(begin);
                side.lists.ranks.extend_from_slice(&side.row);
                for &w in &side.row {
                    side.mark[w as usize] = last as u32;
                }
            }
            return;
        }
        if last.is_some() {
            self.close();
        }
        self.begin.push(rank);
        self.needed = own;
        for side in &mut self.sides {
            side.lists.ranks.extend_from_slice(&side.row);
        }
    }
}
