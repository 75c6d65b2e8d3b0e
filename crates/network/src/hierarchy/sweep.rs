//! Thirty-two origins at once: up the elimination tree (`climb.rs`), then down the order.
//!
//! Sources: Delling, Goldberg, Nowatzyk, Werneck, "PHAST" (2011) and Delling, Goldberg, Werneck, "Faster batched shortest
//! paths in road networks" (RPHAST, ATMOS 2011).

use std::sync::Arc as Shared;

use super::Customised;
use super::climb::Climb;
use super::skeleton::TOP;
use super::wide::wide;
use crate::NodeId;

/// Origins that one sweep answers. Two of the widest vectors: what a sweep loses at each node and arc, whatever its
/// width, is then shared by more origins, and twice that again would leave the caches.
pub const LANES: usize = 32;

/// Times of thirty-two origins at one node, `u32::MAX` where there is no way.
pub(crate) type Lanes = [u32; LANES];

/// The nodes that a sweep visits, from the highest down, with the arcs that lead to each.
#[derive(Debug)]
pub(crate) struct Below {
    /// Position by rank; `TOP` where the sweep does not come.
    position: Vec<u32>,
    /// The same by node.
    by_node: Vec<u32>,
    pub(super) first: Vec<u32>,
    /// (position of the higher node, time).
    pub(super) arcs: Vec<(u32, u32)>,
}

/// Thirty-two origins at a time to all nodes, or to those that were selected; buffers are kept. 128 bytes a node.
#[derive(Debug)]
pub struct Sweep {
    customised: Shared<Customised>,
    below: Shared<Below>,
    lanes: Vec<Lanes>,
    /// Positions that an origin climbed over, a bit each: only these hold something before the sweep.
    climbed: Vec<u64>,
    climb: Climb,
    seeds: Vec<(usize, u32, u32)>,
}

impl Below {
    /// What is needed to reach these nodes.
    pub(crate) fn these(customised: &Customised, nodes: impl Iterator<Item = u32>) -> Self {
        let skeleton = &customised.skeleton;
        let mut wanted = vec![false; skeleton.rank.len()];
        let mut stack: Vec<u32> = nodes.map(|n| skeleton.rank[n as usize]).collect();
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

    /// Position of a node; `TOP` where the sweep does not come.
    pub(crate) fn position_of(&self, node: u32) -> u32 {
        self.by_node[node as usize]
    }

    fn of(customised: &Customised, wanted: &[bool]) -> Self {
        let (mut position, mut first, mut arcs) = (vec![TOP; wanted.len()], vec![0u32], Vec::new());
        for v in (0..wanted.len()).rev().filter(|&v| wanted[v]) {
            position[v] = first.len() as u32 - 1;
            let range = customised.first_down[v] as usize..customised.first_down[v + 1] as usize;
            arcs.extend(customised.down[range].iter().map(|&(tail, time)| (position[tail as usize], time)));
            first.push(arcs.len() as u32);
        }
        let by_node = customised.skeleton.rank.iter().map(|&r| position[r as usize]).collect();
        Self { position, by_node, first, arcs }
    }
}

impl Sweep {
    pub(super) fn everywhere(customised: Shared<Customised>) -> Self {
        let below = customised.everywhere();
        Self::over(customised, below)
    }

    pub(crate) fn over(customised: Shared<Customised>, below: Shared<Below>) -> Self {
        // Zeros cost nothing before the pages are used, and every place is written before it is read.
        let lanes = vec![[0; LANES]; below.first.len() - 1];
        let climbed = vec![0; lanes.len().div_ceil(64)];
        let climb = Climb::new(below.position.len());
        Self { customised, below, lanes, climbed, climb, seeds: Vec::new() }
    }

    /// Times from up to thirty-two origins, each a list of nodes with the time at which it gets there.
    pub fn run(&mut self, origins: &[&[(NodeId, u32)]]) {
        self.seeds.clear();
        for (lane, seeds) in origins.iter().take(LANES).enumerate() {
            let known = seeds.iter().filter_map(|&(node, time)| {
                let rank = self.customised.skeleton.rank.get(node.index())?;
                Some((lane, *rank, time))
            });
            self.seeds.extend(known);
        }
        self.climb.run(&self.customised, &self.seeds);
        self.climbed.fill(0);
        for (rank, times) in self.climb.found() {
            let position = self.below.position[rank as usize] as usize;
            if let Some(lanes) = self.lanes.get_mut(position) {
                *lanes = *times;
                self.climbed[position / 64] |= 1 << (position % 64);
            }
        }
        spread(&mut self.lanes, &self.climbed, &self.below.first, &self.below.arcs);
    }

    /// Times at a node, by origin, `u32::MAX` where there is no way. The node must be among those selected.
    pub fn at(&self, node: NodeId) -> &[u32; LANES] {
        &self.lanes[self.below.by_node[node.index()] as usize]
    }

    /// Times by position.
    pub(crate) fn lanes(&self) -> &[Lanes] {
        &self.lanes
    }
}

wide! {
    /// The sweep: each node from the nodes above it. Portable code that the compiler makes wide; run-time dispatch to what
    /// the processor has. Sums saturate, so that no way stays no way.
    fn spread(lanes: &mut [Lanes], climbed: &[u64], first: &[u32], arcs: &[(u32, u32)]) {
        for (i, pair) in first.windows(2).enumerate() {
            let (above, here) = lanes.split_at_mut(i);
            let mut best = if climbed[i / 64] >> (i % 64) & 1 == 1 { here[0] } else { [u32::MAX; LANES] };
            for &(tail, time) in &arcs[pair[0] as usize..pair[1] as usize] {
                let from = &above[tail as usize];
                for lane in 0..LANES {
                    best[lane] = best[lane].min(from[lane].saturating_add(time));
                }
            }
            here[0] = best;
        }
    }
}
