//! Thirty-two origins at once: up the elimination tree (`climb.rs`), then down the order.
//!
//! Sources: Delling, Goldberg, Nowatzyk, Werneck, "PHAST" (2011) and Delling, Goldberg, Werneck, "Faster batched shortest
//! paths in road networks" (RPHAST, ATMOS 2011).

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use std::sync::Arc as Shared;

use super::Customised;
use super::climb::Climb;
use super::lanes::{LANES, LaneList, Lanes};
use super::skeleton::TOP;
use super::wide::wide;
use crate::{NodeId, TravelTimes};

/// The items (nodes, or with turns arcs) that a sweep visits, from the highest down, with what leads to each.
#[derive(Debug)]
pub(crate) struct Below {
    /// Position by rank; `TOP` where the sweep does not come.
    position: Vec<u32>,
    /// The same by item.
    by_item: Vec<u32>,
    first: Vec<u32>,
    /// (position of the higher item, time), the first of each position marked.
    arcs: Vec<(u32, u32)>,
    /// Positions without arcs, a bit each.
    bare: Vec<u64>,
}

/// Thirty-two origins at a time to all nodes, or to what was selected. 128 bytes a node, where turns have a price 128 more
/// for each arc; they stay with the times when a sweep is dropped, and the next one takes them up.
#[derive(Debug)]
pub struct Sweep {
    customised: Shared<Customised>,
    below: Shared<Below>,
    buffers: Buffers,
    nodes: Option<AtNodes>,
}

/// What a sweep writes to. Memory that was never touched costs as much as a sweep over it.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// At least one for each position.
    lanes: LaneList,
    /// Positions that an origin climbed over, a bit each: only these hold something before the sweep.
    climbed: Vec<u64>,
    climb: Climb,
    seeds: Vec<(usize, u32, u32)>,
}

impl Drop for Sweep {
    fn drop(&mut self) {
        if let Ok(mut spare) = self.customised.spare.lock() {
            spare.push(std::mem::take(&mut self.buffers));
        }
    }
}

/// With turns the items are arcs: times at nodes are read off after a sweep.
#[derive(Debug)]
struct AtNodes {
    times: TravelTimes,
    lanes: LaneList,
    /// Arcs into node `n`: `ways[first[n]..first[n + 1]]` are (position, time).
    first: Vec<u32>,
    ways: Vec<(u32, u32)>,
}

impl AtNodes {
    fn new(times: &TravelTimes, below: &Below) -> Self {
        let inner = &*times.network().0;
        let way = |&arc: &u32| (below.position_of(arc), times.0.packed[arc as usize].time);
        let ways = inner.in_arcs.iter().map(way).collect();
        let lanes = LaneList::zeros(times.network().node_count());
        Self { times: times.clone(), lanes, first: inner.first_in.clone(), ways }
    }
}

impl Below {
    /// What is needed to reach these items.
    pub(crate) fn these(customised: &Customised, items: impl Iterator<Item = u32>) -> Self {
        let skeleton = &customised.skeleton;
        let mut wanted = vec![false; skeleton.rank.len()];
        let mut stack: Vec<u32> = items.map(|i| skeleton.rank[i as usize]).collect();
        while let Some(v) = stack.pop() {
            if !std::mem::replace(&mut wanted[v as usize], true) {
                let arcs = customised.first_down[v as usize] as usize..customised.first_down[v as usize + 1] as usize;
                stack.extend(customised.down[arcs].iter().map(|a| a.0).filter(|&w| !wanted[w as usize]));
            }
        }
        Self::of(customised, &wanted)
    }

    pub(super) fn everywhere(customised: &Customised) -> Self {
        Self::of(customised, &vec![true; customised.skeleton.rank.len()])
    }

    /// Tells runs of positions that all have arcs: the first position, and the arcs into one after another.
    pub(super) fn runs(&self, mut tell: impl FnMut(usize, &[(u32, u32)])) {
        let mut next = 0;
        let mut run = |to: usize, after: usize| {
            tell(next, &self.arcs[self.first[next] as usize..self.first[to] as usize]);
            next = after;
        };
        for (word, &bare) in self.bare.iter().enumerate() {
            let mut bits = bare;
            while bits != 0 {
                let at = 64 * word + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                run(at, at + 1);
            }
        }
        let end = self.first.len() - 1;
        run(end, end);
    }

    /// Position of an item; `TOP` where the sweep does not come.
    pub(crate) fn position_of(&self, item: u32) -> u32 {
        self.by_item[item as usize]
    }

    fn of(customised: &Customised, wanted: &[bool]) -> Self {
        let (mut position, mut first, mut arcs) = (vec![TOP; wanted.len()], vec![0u32], Vec::new());
        let mut bare = Vec::new();
        for v in (0..wanted.len()).rev().filter(|&v| wanted[v]) {
            position[v] = first.len() as u32 - 1;
            let range = customised.first_down[v] as usize..customised.first_down[v + 1] as usize;
            let from = arcs.len();
            arcs.extend(customised.down[range].iter().map(|&(tail, time)| (position[tail as usize], time)));
            mark(&mut bare, first.len() - 1, &mut arcs[from..]);
            first.push(arcs.len() as u32);
        }
        let by_item = customised.skeleton.rank.iter().map(|&r| position[r as usize]).collect();
        Self { position, by_item, first, arcs, bare }
    }
}

impl Sweep {
    pub(super) fn everywhere(times: &TravelTimes, customised: Shared<Customised>) -> Self {
        let below = customised.everywhere();
        let nodes = times.has_turns().then(|| AtNodes::new(times, &below));
        let mut sweep = Self::over(customised, below);
        sweep.nodes = nodes;
        sweep
    }

    pub(crate) fn over(customised: Shared<Customised>, below: Shared<Below>) -> Self {
        let mut buffers = customised.spare.lock().ok().and_then(|mut spare| spare.pop()).unwrap_or_default();
        let positions = below.first.len() - 1;
        // Every place is written before it is read.
        buffers.lanes.cover(positions);
        buffers.climbed.resize(positions.div_ceil(64), 0);
        buffers.climb.cover(below.position.len());
        Self { customised, below, buffers, nodes: None }
    }

    /// Times from up to thirty-two origins, each a list of nodes with the time at which it gets there. Origins leave a
    /// node by every road, free of turn costs.
    pub fn run(&mut self, origins: &[&[(NodeId, u32)]]) {
        let Some(mut at) = self.nodes.take() else {
            self.run_items(origins.iter().map(|seeds| seeds.iter().map(|&(node, time)| (node.0, time))));
            return;
        };
        let inner = &*at.times.network().0;
        let nodes = at.lanes.len();
        self.run_items(origins.iter().map(|seeds| {
            let known = seeds.iter().filter(move |seed| seed.0.index() < nodes);
            known.flat_map(move |&(node, time)| inner.out(node.0).map(move |arc| (arc, time)))
        }));
        arrive(&mut at.lanes, &self.buffers.lanes, &at.first, &at.ways);
        for (lane, seeds) in origins.iter().take(LANES).enumerate() {
            for &(node, time) in *seeds {
                if let Some(here) = at.lanes.get_mut(node.index()) {
                    here[lane] = here[lane].min(time);
                }
            }
        }
        self.nodes = Some(at);
    }

    /// Times from up to thirty-two origins, each a list of items with the time at which it gets there.
    pub(crate) fn run_items<S: Iterator<Item = (u32, u32)>>(&mut self, origins: impl Iterator<Item = S>) {
        let Buffers { lanes, climbed, climb, seeds: all } = &mut self.buffers;
        all.clear();
        let ranks = &self.customised.skeleton.rank;
        for (lane, seeds) in origins.take(LANES).enumerate() {
            all.extend(seeds.filter_map(|(item, time)| Some((lane, *ranks.get(item as usize)?, time))));
        }
        climb.run(&self.customised, all);
        climbed.fill(0);
        for (rank, times) in climb.found() {
            let position = self.below.position[rank as usize];
            if position != TOP {
                lanes[position as usize] = *times;
                climbed[position as usize / 64] |= 1 << (position % 64);
            }
        }
        spread(lanes, climbed, &self.below.bare, &self.below.first, &self.below.arcs);
    }

    /// Times at a node, by origin, `u32::MAX` where there is no way. The node must be among those selected.
    pub fn at(&self, node: NodeId) -> &[u32; LANES] {
        match &self.nodes {
            Some(nodes) => &nodes.lanes[node.index()],
            None => &self.buffers.lanes[self.below.by_item[node.index()] as usize],
        }
    }

    /// Times by position.
    pub(crate) fn lanes(&self) -> &[Lanes] {
        &self.buffers.lanes
    }
}

/// The mark of the first arc of a position, in its tail.
pub(super) const FIRST: u32 = 1 << 31;

/// Marks the first of the arcs into the next position, or the position where there is none.
pub(super) fn mark(bare: &mut Vec<u64>, position: usize, arcs: &mut [(u32, u32)]) {
    if position.is_multiple_of(64) {
        bare.push(0);
    }
    match arcs.first_mut() {
        Some(arc) => arc.0 |= FIRST,
        None => bare[position / 64] |= 1 << (position % 64),
    }
}

wide! {
    /// The sweep: each position from those above it. Portable code that the compiler makes wide; run-time dispatch to what
    /// the processor has. Sums saturate, so that no way stays no way.
    ///
    /// Positions where something stands already (`climbed`) or no arc ends (`bare`) are done one by one; from one such to
    /// the next, arc follows arc without a look at where a position ends, because how many arcs it has cannot be guessed.
    pub(super) fn spread(lanes: &mut [Lanes], climbed: &[u64], bare: &[u64], first: &[u32], arcs: &[(u32, u32)]) {
        let arcs_of = |from: usize, to: usize| &arcs[first[from] as usize..first[to] as usize];
        let mut next = 0;
        for (word, (&climbed, &bare)) in climbed.iter().zip(bare).enumerate() {
            let mut bits = climbed | bare;
            while bits != 0 {
                let bit = bits.trailing_zeros();
                bits &= bits - 1;
                let at = 64 * word + bit as usize;
                run(lanes, next, arcs_of(next, at));
                let mut best = if climbed >> bit & 1 == 1 { lanes[at] } else { [u32::MAX; LANES] };
                for &(tail, time) in arcs_of(at, at + 1) {
                    take(&mut best, &lanes[(tail & !FIRST) as usize], time);
                }
                lanes[at] = best;
                next = at + 1;
            }
        }
        run(lanes, next, arcs_of(next, first.len() - 1));
    }
}

/// Arcs into one position after another, from this one on; each has at least one.
#[inline(always)]
fn run(lanes: &mut [Lanes], position: usize, arcs: &[(u32, u32)]) {
    let (mut at, mut best) = (position.wrapping_sub(1), [u32::MAX; LANES]);
    for &(tail, time) in arcs {
        // All ones where a position begins: whatever was best before it becomes the greatest value.
        let begins = 0u32.wrapping_sub(tail >> 31);
        at = at.wrapping_add((tail >> 31) as usize);
        for best in &mut best {
            *best |= begins;
        }
        take(&mut best, &lanes[(tail & !FIRST) as usize], time);
        lanes[at] = best;
    }
}

/// The lesser of what is best and what comes from there.
#[inline(always)]
pub(super) fn take(best: &mut Lanes, from: &Lanes, time: u32) {
    for (best, from) in best.iter_mut().zip(from) {
        *best = (*best).min(from.saturating_add(time));
    }
}

/// Times of the lanes where these ways end: (position, time from there).
#[inline(always)]
pub(super) fn at(lanes: &[Lanes], ways: &[(u32, u32)]) -> Lanes {
    let mut best = [u32::MAX; LANES];
    for &(position, time) in ways {
        take(&mut best, &lanes[position as usize], time);
    }
    best
}

wide! {
    /// Times at nodes, from the starts of the arcs into each.
    fn arrive(nodes: &mut [Lanes], lanes: &[Lanes], first: &[u32], ways: &[(u32, u32)]) {
        for (pair, here) in first.windows(2).zip(nodes) {
            *here = at(lanes, &ways[pair[0] as usize..pair[1] as usize]);
        }
    }
}
