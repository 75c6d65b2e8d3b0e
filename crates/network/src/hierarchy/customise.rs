//! Times on the skeleton: from below, so that every arc is as quick as any way over lower items; then from above, to cut
//! away arcs that a way over higher items beats.
//!
//! Both steps work on dense blocks, one for each group of the skeleton (`front.rs`), handed from group to group along the
//! elimination tree; subtrees are spread over the threads of rayon. Each entry is a minimum of the same sums in any
//! order, so that the result does not depend on the number of threads.
//!
//! Sources: Dibbelt, Strasser, Wagner, "Customizable contraction hierarchies" (JEA 2016), §5 basic and perfect
//! customisation (the latter in `cut.rs`); Duff, Reid, "The multifrontal solution of indefinite sparse symmetric linear equations" (1983) for the
//! handing on of blocks.

use std::ops::Range;
use std::sync::{Arc as Shared, Mutex, OnceLock};

use rayon::prelude::*;

use super::HierarchyCounts;
use super::cut::CUT_FROM;
use super::front::{NEVER, Runs, eliminate, take_in};
use super::skeleton::Skeleton;
use super::sweep::{Below, Buffers};
use crate::{Cancelled, Progress};

/// Upward and downward arcs with times, ready for sweeps.
#[derive(Debug)]
pub(crate) struct Customised {
    pub(crate) skeleton: Shared<Skeleton>,
    /// Kept arcs to higher neighbours: driving up. `up[first_up[v]..first_up[v + 1]]` are (head, time).
    pub(crate) first_up: Vec<u32>,
    pub(crate) up: Vec<(u32, u32)>,
    /// Kept arcs from higher neighbours: driving down. (tail, time).
    pub(crate) first_down: Vec<u32>,
    pub(crate) down: Vec<(u32, u32)>,
    /// Ready for sweeps to every item, once one was asked for.
    everywhere: OnceLock<Shared<Below>>,
    /// Buffers of sweeps that are over.
    pub(super) spare: Mutex<Vec<Buffers>>,
}

impl Customised {
    /// Both steps, for these times of the links.
    pub(super) fn new(skeleton: Shared<Skeleton>, times: &[u32], progress: Progress<'_>) -> Result<Self, Cancelled> {
        let cut_from = if skeleton.is_square() { 0 } else { CUT_FROM };
        Self::cut_from(cut_from, skeleton, times, progress)
    }

    /// The same where only groups with at least so many items in and below them are cut.
    fn cut_from(
        cut_from: usize,
        skeleton: Shared<Skeleton>,
        times: &[u32],
        progress: Progress<'_>,
    ) -> Result<Self, Cancelled> {
        let plan = Plan { cut_from, ..Plan::new(&skeleton) };
        let mut blocks = vec![NEVER; plan.size];
        let all = skeleton.groups() as u64;
        progress.step("customise", 0, 2 * all)?;
        plan.basic(times, &mut blocks);
        progress.step("customise", all, 2 * all)?;
        plan.perfect(&mut blocks);
        progress.step("customise", 2 * all, 2 * all)?;
        let (first_up, up, first_down, down) = plan.kept(&blocks);
        Ok(Self { skeleton, first_up, up, first_down, down, everywhere: OnceLock::new(), spare: Mutex::default() })
    }

    pub(super) fn everywhere(&self) -> Shared<Below> {
        self.everywhere.get_or_init(|| Shared::new(Below::everywhere(self))).clone()
    }

    pub(super) fn counts(&self) -> HierarchyCounts {
        HierarchyCounts {
            skeleton_arcs: self.skeleton.arcs(),
            triangles: self.skeleton.triangles(),
            kept_arcs: self.up.len() + self.down.len(),
            widest: self.skeleton.widest(),
        }
    }
}

/// Parts of the work, each a subtree of groups or one group above them.
pub(super) struct Plan<'a> {
    pub(super) skeleton: &'a Skeleton,
    /// Where the block of each group begins: its pivots' rows, then their columns below the pivots.
    offset: Vec<usize>,
    size: usize,
    parts: Vec<Part>,
    pub(super) cut_from: usize,
}

pub(super) enum Part {
    Subtree(Range<usize>),
    Single(usize),
}

/// Subtrees of at most this share of all entries are done by one thread.
const SHARE: usize = 24;

/// Blocks that wait for the group above, the last one on top.
#[derive(Default)]
pub(super) struct Stack {
    entries: Vec<u32>,
    begin: Vec<usize>,
}

impl Stack {
    pub(super) fn top(&self) -> &[u32] {
        self.begin.last().map_or(&[], |&begin| &self.entries[begin..])
    }

    pub(super) fn pop(&mut self) {
        if let Some(begin) = self.begin.pop() {
            self.entries.truncate(begin);
        }
    }

    pub(super) fn push(&mut self) -> &mut Vec<u32> {
        self.begin.push(self.entries.len());
        &mut self.entries
    }
}

/// What one thread works with.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) stack: Stack,
    pub(super) front: Vec<u32>,
    pub(super) runs: Runs,
    pub(super) into: Vec<u32>,
    pub(super) out: Vec<u32>,
    pub(super) least: [Vec<u32>; 2],
    /// Places of heads and tails among both.
    pub(super) at: [Vec<u32>; 2],
}

impl<'a> Plan<'a> {
    fn new(skeleton: &'a Skeleton) -> Self {
        let groups = skeleton.groups();
        let mut offset = Vec::with_capacity(groups + 1);
        let mut size = 0;
        for g in 0..groups {
            offset.push(size);
            let (k, out, into) = Self::shape(skeleton, g);
            size += k * (k + out + into);
        }
        offset.push(size);
        let mut plan = Self { skeleton, offset, size, parts: Vec::new(), cut_from: 0 };
        // From the top down: what is small enough is one part.
        let mut g = groups;
        while g > 0 {
            g -= 1;
            let first = skeleton.first_below[g] as usize;
            if plan.offset[g + 1] - plan.offset[first] <= size / SHARE {
                plan.parts.push(Part::Subtree(first..g + 1));
                g = first;
            } else {
                plan.parts.push(Part::Single(g));
            }
        }
        plan.parts.reverse();
        plan
    }

    /// Items of a group, and above it out of and into it.
    pub(super) fn shape(skeleton: &Skeleton, g: usize) -> (usize, usize, usize) {
        (skeleton.ranks(g).len(), skeleton.heads().of(g).len(), skeleton.tails().of(g).len())
    }

    /// The blocks of all parts, side by side.
    pub(super) fn split<'b>(&self, mut blocks: &'b mut [u32]) -> Vec<(&Part, &'b mut [u32])> {
        let parts = self.parts.iter().map(|part| {
            let groups = part.groups();
            let size = self.offset[groups.end] - self.offset[groups.start];
            let (own, rest) = std::mem::take(&mut blocks).split_at_mut(size);
            blocks = rest;
            (part, own)
        });
        parts.collect()
    }

    /// Every arc x–y over each common lower neighbour v: x to v to y, and back.
    fn basic(&self, times: &[u32], blocks: &mut [u32]) {
        let mut parts = self.split(blocks);
        let done: Vec<Option<Stack>> = (parts.par_iter_mut())
            .map_init(Desk::default, |desk, (part, blocks)| {
                let Part::Subtree(groups) = part else { return None };
                for g in groups.clone() {
                    self.eliminate(g, times, self.block(groups.start, g, blocks), desk);
                }
                Some(std::mem::take(&mut desk.stack))
            })
            .collect();
        let mut desk = Desk::default();
        for ((part, blocks), done) in parts.into_iter().zip(done) {
            match (part, done) {
                (Part::Single(g), _) => self.eliminate(*g, times, blocks, &mut desk),
                // A subtree leaves one block, if it is not the top of a tree.
                (_, Some(stack)) => desk.stack.push().extend_from_slice(stack.top()),
                _ => {}
            }
        }
    }

    pub(super) fn block<'b>(&self, first: usize, g: usize, blocks: &'b mut [u32]) -> &'b mut [u32] {
        &mut blocks[self.offset[g] - self.offset[first]..self.offset[g + 1] - self.offset[first]]
    }

    fn eliminate(&self, g: usize, times: &[u32], block: &mut [u32], desk: &mut Desk) {
        let skeleton = self.skeleton;
        let (k, out, into) = Self::shape(skeleton, g);
        let (width, rows) = (k + out, k + into);
        desk.front.clear();
        desk.front.resize(rows * width, NEVER);
        for given in skeleton.given(g) {
            let slot = &mut desk.front[given.slot as usize];
            *slot = (*slot).min(times[given.link as usize]);
        }
        // Children lie on the stack, the last one on top.
        let mut child = g;
        for _ in 0..skeleton.children[g] {
            child -= 1;
            let (rows, columns) = (skeleton.tails().at_parent(child), skeleton.heads().at_parent(child));
            take_in(&mut desk.front, width, desk.stack.top(), rows, columns, &mut desk.runs);
            desk.stack.pop();
            child = skeleton.first_below[child] as usize;
        }
        eliminate(&mut desk.front, width, rows, k);
        let (pivots, columns) = block.split_at_mut(k * width);
        pivots.copy_from_slice(&desk.front[..k * width]);
        let below = || desk.front[k * width..].chunks_exact(width);
        for (to, from) in columns.chunks_exact_mut(k).zip(below()) {
            to.copy_from_slice(&from[..k]);
        }
        let handed_on = desk.stack.push();
        for row in below() {
            handed_on.extend_from_slice(&row[k..]);
        }
    }

    /// The arcs that are left, by rank: up, and down.
    fn kept(&self, blocks: &[u32]) -> (Vec<u32>, Vec<(u32, u32)>, Vec<u32>, Vec<(u32, u32)>) {
        let skeleton = self.skeleton;
        let (mut first_up, mut first_down) = (vec![0u32], vec![0u32]);
        // Cutting leaves about every second arc.
        let (mut up, mut down) = (Vec::with_capacity(self.size / 3), Vec::with_capacity(self.size / 3));
        let mut arcs = vec![(0, 0); skeleton.widest() + 1];
        for g in 0..skeleton.groups() {
            let (ranks, out, into) = (skeleton.ranks(g), skeleton.heads().of(g), skeleton.tails().of(g));
            let (k, width) = (ranks.len(), ranks.len() + out.len());
            let (pivots, columns) = blocks[self.offset[g]..self.offset[g + 1]].split_at(k * width);
            for v in 0..k {
                let own = |i: usize| (ranks.start + i) as u32;
                let heads = (v + 1..k).map(own).chain(out.iter().copied());
                keep(&mut arcs, &mut up, heads, pivots[v * width + v + 1..(v + 1) * width].iter().copied());
                first_up.push(up.len() as u32);
                let tails = (v + 1..k).map(own).chain(into.iter().copied());
                let group = (v + 1..k).map(|i| pivots[i * width + v]);
                keep(&mut arcs, &mut down, tails, group.chain((0..into.len()).map(|i| columns[i * k + v])));
                first_down.push(down.len() as u32);
            }
        }
        (first_up, up, first_down, down)
    }
}

/// Adds the arcs that are open. Without a branch: which are is as good as random.
fn keep(
    room: &mut [(u32, u32)],
    kept: &mut Vec<(u32, u32)>,
    ends: impl Iterator<Item = u32>,
    times: impl Iterator<Item = u32>,
) {
    let mut count = 0;
    for (end, time) in ends.zip(times) {
        room[count] = (end, time);
        count += usize::from(time != NEVER);
    }
    kept.extend_from_slice(&room[..count]);
}

impl Part {
    fn groups(&self) -> Range<usize> {
        match self {
            Part::Subtree(groups) => groups.clone(),
            Part::Single(g) => *g..*g + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::SplitMix;
    use crate::hierarchy::skeleton::Links;

    /// Times between all items, in 64 bits.
    fn floyd_warshall(items: usize, pairs: &[(u32, u32)], times: &[u32]) -> Vec<Vec<u32>> {
        let never = u64::from(NEVER);
        let mut least = vec![vec![never; items]; items];
        for (&(a, b), &time) in pairs.iter().zip(times) {
            let slot = &mut least[a as usize][b as usize];
            *slot = (*slot).min(u64::from(time));
        }
        for k in 0..items {
            least[k][k] = 0;
            for i in 0..items {
                for j in 0..items {
                    least[i][j] = least[i][j].min(least[i][k] + least[k][j]);
                }
            }
        }
        least.into_iter().map(|row| row.into_iter().map(|t| t.min(never) as u32).collect()).collect()
    }

    /// Up over kept arcs, then down over kept arcs.
    fn up_and_down(customised: &Customised, from: u32) -> Vec<u32> {
        let rank = &customised.skeleton.rank;
        let mut least = vec![NEVER; rank.len()];
        least[rank[from as usize] as usize] = 0;
        let range = |first: &[u32], v: usize| first[v] as usize..first[v + 1] as usize;
        for v in 0..rank.len() {
            for &(head, time) in &customised.up[range(&customised.first_up, v)] {
                assert!(head as usize > v);
                least[head as usize] = least[head as usize].min(least[v].saturating_add(time));
            }
        }
        for v in (0..rank.len()).rev() {
            for &(tail, time) in &customised.down[range(&customised.first_down, v)] {
                least[v] = least[v].min(least[tail as usize].saturating_add(time));
            }
        }
        rank.iter().map(|&r| least[r as usize]).collect()
    }

    #[test]
    fn any_order_of_any_links_keeps_all_times() {
        let (mut cut, mut reached) = ([0; 2], 0);
        for seed in 0..4000 {
            let mut random = SplitMix(seed);
            let items = 1 + random.below(14) as usize;
            let pairs: Vec<(u32, u32)> = (0..random.below(5 * items as u64))
                .map(|_| (random.below(items as u64) as u32, random.below(items as u64) as u32))
                .collect();
            let times: Vec<u32> = (pairs.iter())
                .map(|_| match random.below(8) {
                    0 => 0,
                    1 => NEVER - random.below(3) as u32,
                    2 => 2_000_000_000,
                    _ => random.below(50) as u32,
                })
                .collect();
            let mut order: Vec<u32> = (0..items as u32).collect();
            for i in (1..items).rev() {
                order.swap(i, random.below(i as u64 + 1) as usize);
            }
            let wanted = floyd_warshall(items, &pairs, &times);
            for both_ways in [true, false] {
                let links = Links { items, pairs: pairs.clone(), both_ways };
                let skeleton = Shared::new(Skeleton::new(&links, order.clone()));
                let cut_from = if both_ways { 0 } else { random.below(6) as usize };
                let customised = Customised::cut_from(cut_from, skeleton, &times, Progress::default()).unwrap();
                for from in 0..items as u32 {
                    let found = up_and_down(&customised, from);
                    assert_eq!(found, wanted[from as usize], "seed {seed}, {both_ways}: {pairs:?} {times:?} {order:?}");
                    reached += found.iter().filter(|t| **t != NEVER).count();
                }
                let both = if both_ways { 2 } else { 1 };
                cut[usize::from(both_ways)] +=
                    both * customised.skeleton.arcs() - (customised.up.len() + customised.down.len());
            }
        }
        assert!(cut.iter().all(|c| *c > 10_000) && reached > 100_000, "{cut:?}, {reached}: too easy");
    }
}
