//! The arcs that a hierarchy may need under any times: the fill of eliminating items in order.
//!
//! Items are the nodes of a network, or its arcs where turns have a price. Items that lead to, and are led to from, the
//! same items above them are taken together in groups (supernodes), so that times are worked out on dense blocks.
//!
//! ```text
//!   order  b d a c     a──b  The elimination of b ties a and c, that of d adds nothing: a and c are one group.
//!   ranks  0 1 2 3     │  │  group  begin  above
//!                      d──c  b      0      2 3
//!                            d      1      2 3
//!                            a c    2      -
//! ```
//!
//! Sources: Liu, "The role of elimination trees in sparse factorization" (1990) for the tree and the groups; Dibbelt,
//! Strasser, Wagner, "Customizable contraction hierarchies" (JEA 2016) for their use on roads.

use std::ops::Range;

/// No parent: the top of a tree.
pub(crate) const TOP: u32 = u32::MAX;

/// What is put in order: items and the links between them.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) items: usize,
    /// (from, to), any number between two items; loops are ignored.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Every link counts in both directions, as most roads may be driven both ways; else the directions that no link
    /// makes possible are left out.
    pub(super) both_ways: bool,
}

/// Sorted ranks for each group.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    first: Vec<u32>,
    ranks: Vec<u32>,
    /// The place of each in the front of the parent group.
    at_parent: Vec<u32>,
}

impl Lists {
    fn range(&self, group: usize) -> Range<usize> {
        self.first[group] as usize..self.first[group + 1] as usize
    }

    /// Ranks above the group.
    pub(crate) fn of(&self, group: usize) -> &[u32] {
        &self.ranks[self.range(group)]
    }

    pub(super) fn at_parent(&self, group: usize) -> &[u32] {
        &self.at_parent[self.range(group)]
    }
}

/// A link in the front of its group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// Position in the list of links.
    pub(super) link: u32,
    /// Row times width plus column.
    pub(super) slot: u32,
}

/// The groups of an order. A group comes after all below it, and these are contiguous.
#[derive(Debug, Default)]
pub(crate) struct Skeleton {
    /// Item by rank.
    pub(crate) order: Vec<u32>,
    /// Rank by item.
    pub(crate) rank: Vec<u32>,
    /// Group `g` holds the ranks `begin[g]..begin[g + 1]`.
    pub(crate) begin: Vec<u32>,
    /// The next rank up the elimination tree, by rank.
    parent: Vec<u32>,
    /// The group above, by group.
    pub(super) above: Vec<u32>,
    /// Number of groups directly below each group.
    pub(super) children: Vec<u32>,
    /// The first group that lies below, by group (itself when none does).
    pub(super) first_below: Vec<u32>,
    /// Ranks above that the group, or what lies below it, leads to.
    out: Lists,
    /// Ranks above that lead there; absent where they are the same.
    into: Option<Lists>,
    /// Where they differ: both together, first those that the group only leads to, last those that only lead there.
    both: Option<Lists>,
    first_given: Vec<u32>,
    given: Vec<Given>,
}

impl Skeleton {
    pub(super) fn new(links: &Links, order: Vec<u32>) -> Self {
        let near = Near::new(links, &order);
        let parent = near.elimination_tree();
        let post = postorder(&parent);
        let mut new = vec![0u32; order.len()];
        for (r, &old) in post.iter().enumerate() {
            new[old as usize] = r as u32;
        }
        let order: Vec<u32> = post.iter().map(|&old| order[old as usize]).collect();
        let near = near.renumbered(&post, &new);
        let mut rank = vec![0u32; order.len()];
        for (r, &item) in order.iter().enumerate() {
            rank[item as usize] = r as u32;
        }
        let mut skeleton = Groups::new(&near, links.both_ways).finish();
        (skeleton.order, skeleton.rank) = (order, rank);
        skeleton.tie(&near);
        skeleton
    }

    pub(crate) fn groups(&self) -> usize {
        self.above.len()
    }

    pub(crate) fn ranks(&self, group: usize) -> Range<usize> {
        self.begin[group] as usize..self.begin[group + 1] as usize
    }

    /// Ranks above that a group leads to.
    pub(crate) fn heads(&self) -> &Lists {
        &self.out
    }

    /// Ranks above that lead to a group.
    pub(crate) fn tails(&self) -> &Lists {
        self.into.as_ref().unwrap_or(&self.out)
    }

    /// Ranks above that a group leads to or that lead there: the former are the first, the latter the last.
    pub(super) fn ends(&self) -> &Lists {
        self.both.as_ref().unwrap_or(&self.out)
    }

    /// Both lists are the same.
    pub(super) fn is_square(&self) -> bool {
        self.into.is_none()
    }

    pub(super) fn given(&self, group: usize) -> &[Given] {
        &self.given[self.first_given[group] as usize..self.first_given[group + 1] as usize]
    }

    /// The next rank up the elimination tree.
    pub(crate) fn parent(&self, rank: u32) -> u32 {
        self.parent[rank as usize]
    }

    /// Parents, places of links and of lists in the fronts.
    fn tie(&mut self, near: &Near) {
        let (groups, n) = (self.groups(), self.order.len());
        let mut group_of = vec![0u32; n];
        self.parent = (1..=n as u32).collect();
        for g in 0..groups {
            for r in self.ranks(g) {
                group_of[r] = g as u32;
            }
            let least = [self.out.of(g), self.tails().of(g)].into_iter().filter_map(|l| l.first()).min();
            let last = self.ranks(g).end - 1;
            self.parent[last] = least.copied().unwrap_or(TOP);
        }
        self.first_below = (0..groups as u32).collect();
        self.children = vec![0; groups];
        let mut next_child = vec![TOP; groups];
        let mut sibling = vec![TOP; groups];
        for g in 0..groups {
            let up = self.parent[self.ranks(g).end - 1];
            let above = if up == TOP { TOP } else { group_of[up as usize] };
            self.above[g] = above;
            if above != TOP {
                let above = above as usize;
                self.children[above] += 1;
                self.first_below[above] = self.first_below[above].min(self.first_below[g]);
                sibling[g] = next_child[above];
                next_child[above] = g as u32;
            }
        }
        let mut column = vec![0u32; n];
        let mut row = vec![0u32; if self.into.is_some() { n } else { 0 }];
        self.out.at_parent = vec![0; self.out.ranks.len()];
        if let Some(into) = &mut self.into {
            into.at_parent = vec![0; into.ranks.len()];
            self.both = Some(together(&self.out, into, groups));
        }
        let mut end = row.clone();
        for g in 0..groups {
            let ranks = self.ranks(g);
            let width = ranks.len() + self.out.of(g).len();
            let place = |place: &mut [u32], list: &[u32]| {
                for (i, r) in ranks.clone().chain(list.iter().map(|&r| r as usize)).enumerate() {
                    place[r] = i as u32;
                }
            };
            place(&mut column, self.out.of(g));
            if let Some(into) = &self.into {
                place(&mut row, into.of(g));
            }
            if let Some(both) = &self.both {
                place(&mut end, both.of(g));
            }
            let rows = if self.into.is_some() { &row } else { &column };
            for r in ranks.clone() {
                for link in near.above(r as u32) {
                    let (from, to) = if link.leaves { (r as u32, link.to) } else { (link.to, r as u32) };
                    let slot = rows[from as usize] * width as u32 + column[to as usize];
                    self.given.push(Given { link: link.at, slot });
                }
            }
            self.first_given.push(self.given.len() as u32);
            let mut child = next_child[g];
            while child != TOP {
                let range = self.out.range(child as usize);
                for i in range {
                    self.out.at_parent[i] = column[self.out.ranks[i] as usize];
                }
                if let Some(into) = &mut self.into {
                    for i in into.range(child as usize) {
                        into.at_parent[i] = row[into.ranks[i] as usize];
                    }
                }
                if let Some(both) = &mut self.both {
                    for i in both.range(child as usize) {
                        both.at_parent[i] = end[both.ranks[i] as usize];
                    }
                }
                child = sibling[child as usize];
            }
        }
    }

    /// Arcs of the skeleton, directions aside where both have the same.
    pub(crate) fn arcs(&self) -> usize {
        self.widths().map(|(out, into)| if self.is_square() { out } else { out + into }).sum()
    }

    /// Triangles that customisation looks at, directions aside where both have the same.
    pub(crate) fn triangles(&self) -> usize {
        let square = self.is_square();
        self.widths().map(|(out, into)| if square { out * out.saturating_sub(1) / 2 } else { out * into }).sum()
    }

    /// The most arcs of one direction at one item.
    pub(crate) fn widest(&self) -> usize {
        self.widths().map(|(out, into)| out.max(into)).max().unwrap_or(0)
    }

    /// Arcs up from, and down to, each item.
    fn widths(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.groups()).flat_map(|g| {
            let (k, out, into) = (self.ranks(g).len(), self.out.of(g).len(), self.tails().of(g).len());
            (0..k).map(move |i| (k - 1 - i + out, k - 1 - i + into))
        })
    }
}

/// Both lists of each group together: those of the first alone, of both, of the second alone.
fn together(out: &Lists, into: &Lists, groups: usize) -> Lists {
    let mut both = Lists { first: vec![0], ..Lists::default() };
    for g in 0..groups {
        let (out, into) = (out.of(g), into.of(g));
        let alone = |list: &'_ [u32], other: &[u32]| -> Vec<u32> {
            list.iter().copied().filter(|r| other.binary_search(r).is_err()).collect()
        };
        both.ranks.extend(alone(out, into));
        both.ranks.extend(out.iter().filter(|r| into.binary_search(r).is_ok()));
        both.ranks.extend(alone(into, out));
        both.first.push(both.ranks.len() as u32);
    }
    both.at_parent = vec![0; both.ranks.len()];
    both
}

/// A link, seen from its lower end.
#[derive(Clone, Copy, Debug)]
struct Link {
    to: u32,
    /// Its place among the links.
    at: u32,
    leaves: bool,
}

/// Links by the rank of their lower end.
struct Near {
    first: Vec<u32>,
    links: Vec<Link>,
}

impl Near {
    fn new(links: &Links, order: &[u32]) -> Self {
        let mut rank = vec![0u32; order.len()];
        for (r, &item) in order.iter().enumerate() {
            rank[item as usize] = r as u32;
        }
        let ends = || links.pairs.iter().map(|&(a, b)| (rank[a as usize], rank[b as usize]));
        let mut first = vec![0u32; links.items + 1];
        for (a, b) in ends().filter(|(a, b)| a != b) {
            first[a.min(b) as usize + 1] += 1;
        }
        for r in 0..links.items {
            first[r + 1] += first[r];
        }
        let mut fill = first.clone();
        let mut near = vec![Link { to: 0, at: 0, leaves: false }; first[links.items] as usize];
        for (link, (a, b)) in ends().enumerate().filter(|(_, (a, b))| a != b) {
            let slot = &mut fill[a.min(b) as usize];
            near[*slot as usize] = Link { to: a.max(b), at: link as u32, leaves: a < b };
            *slot += 1;
        }
        Self { first, links: near }
    }

    fn above(&self, rank: u32) -> &[Link] {
        &self.links[self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize]
    }

    /// The parent of each rank: the first above it that its elimination ties it to (Liu 1986, with path compression).
    fn elimination_tree(&self) -> Vec<u32> {
        let n = self.first.len() - 1;
        let mut first = vec![0u32; n + 1];
        for link in &self.links {
            first[link.to as usize + 1] += 1;
        }
        for r in 0..n {
            first[r + 1] += first[r];
        }
        let (mut fill, mut below) = (first.clone(), vec![0u32; self.links.len()]);
        for r in 0..n as u32 {
            for link in self.above(r) {
                let slot = &mut fill[link.to as usize];
                below[*slot as usize] = r;
                *slot += 1;
            }
        }
        let (mut parent, mut ancestor) = (vec![TOP; n], vec![TOP; n]);
        for r in 0..n as u32 {
            for &low in &below[first[r as usize] as usize..first[r as usize + 1] as usize] {
                let mut v = low;
                while ancestor[v as usize] != TOP && ancestor[v as usize] != r {
                    v = std::mem::replace(&mut ancestor[v as usize], r);
                }
                if ancestor[v as usize] == TOP {
                    ancestor[v as usize] = r;
                    parent[v as usize] = r;
                }
            }
        }
        parent
    }

    fn renumbered(&self, post: &[u32], new: &[u32]) -> Self {
        let (mut first, mut links) = (Vec::with_capacity(self.first.len()), Vec::with_capacity(self.links.len()));
        first.push(0);
        for &old in post {
            // Above stays above: a parent comes after its children in either order.
            links.extend(self.above(old).iter().map(|link| Link { to: new[link.to as usize], ..*link }));
            first.push(links.len() as u32);
        }
        Self { first, links }
    }
}

/// Ranks so that everything below a rank comes directly before it; children keep their order.
fn postorder(parent: &[u32]) -> Vec<u32> {
    let n = parent.len();
    let (mut child, mut sibling) = (vec![TOP; n + 1], vec![TOP; n]);
    for v in (0..n).rev() {
        let above = if parent[v] == TOP { n } else { parent[v] as usize };
        sibling[v] = child[above];
        child[above] = v as u32;
    }
    let mut post = Vec::with_capacity(n);
    let mut stack: Vec<u32> = Vec::new();
    let mut next = child[n];
    loop {
        while next != TOP {
            stack.push(next);
            next = child[next as usize];
        }
        let Some(v) = stack.pop() else { return post };
        post.push(v);
        next = sibling[v as usize];
    }
}

/// Groups in the making: the last one may still grow.
struct Groups<'a> {
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
    fn new(near: &'a Near, both_ways: bool) -> Self {
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

    fn finish(mut self) -> Skeleton {
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

    fn take(&mut self, rank: u32) {
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
