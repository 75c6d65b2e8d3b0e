//! Sixteen origins at once: up the elimination tree one by one, then down the order together.
//!
//! Sources: Delling, Goldberg, Nowatzyk, Werneck, "PHAST" (2011) and Delling, Goldberg, Werneck, "Faster batched shortest
//! paths in road networks" (RPHAST, ATMOS 2011).

use std::sync::Arc as Shared;

use multiversion::multiversion;

use super::Customised;
use super::skeleton::TOP;
use crate::{NodeId, TravelTimes};

/// Origins that one sweep answers.
pub const LANES: usize = 16;

/// Times of sixteen origins at one node, `u32::MAX` where there is no way.
pub(crate) type Lanes = [u32; LANES];

/// The nodes that a sweep visits, from the highest down, with the arcs that lead to each.
#[derive(Debug)]
pub(crate) struct Below {
    /// Position by rank; `TOP` where the sweep does not come.
    position: Vec<u32>,
    /// The same by node.
    by_node: Vec<u32>,
    first: Vec<u32>,
    /// (position of the higher node, time).
    arcs: Vec<(u32, u32)>,
}

/// Sixteen origins at a time to all nodes, or to those that were selected; buffers are kept. 64 bytes a node.
#[derive(Debug)]
pub struct Sweep<'t> {
    times: &'t TravelTimes,
    customised: Shared<Customised>,
    below: Shared<Below>,
    lanes: Vec<Lanes>,
    climb: Vec<u32>,
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

impl<'t> Sweep<'t> {
    pub(super) fn everywhere(times: &'t TravelTimes, customised: Shared<Customised>) -> Self {
        let below = customised.everywhere();
        Self::over(times, customised, below)
    }

    pub(crate) fn over(times: &'t TravelTimes, customised: Shared<Customised>, below: Shared<Below>) -> Self {
        let lanes = vec![[u32::MAX; LANES]; below.first.len() - 1];
        let climb = vec![u32::MAX; below.position.len()];
        Self { times, customised, below, lanes, climb }
    }

    /// Times from up to sixteen origins, each a list of nodes with the time at which it gets there.
    pub fn run(&mut self, origins: &[&[(NodeId, u32)]]) {
        self.lanes.fill([u32::MAX; LANES]);
        for (lane, seeds) in origins.iter().take(LANES).enumerate() {
            for &(node, time) in *seeds {
                if node.index() < self.times.network().node_count() {
                    self.climb(lane, node.0, time);
                }
            }
        }
        spread(&mut self.lanes, &self.below.first, &self.below.arcs);
    }

    /// Times at a node, by origin, `u32::MAX` where there is no way. The node must be among those selected.
    pub fn at(&self, node: NodeId) -> &[u32; LANES] {
        &self.lanes[self.below.by_node[node.index()] as usize]
    }

    /// Times by position.
    pub(crate) fn lanes(&self) -> &[Lanes] {
        &self.lanes
    }

    /// Up the elimination tree: every node above gets its time over upward arcs.
    fn climb(&mut self, lane: usize, node: u32, time: u32) {
        let customised = &*self.customised;
        let skeleton = &customised.skeleton;
        let mut v = skeleton.rank[node as usize];
        self.climb[v as usize] = time;
        while v != TOP {
            let here = std::mem::replace(&mut self.climb[v as usize], u32::MAX);
            if here != u32::MAX {
                if let Some(lanes) = self.lanes.get_mut(self.below.position[v as usize] as usize) {
                    lanes[lane] = lanes[lane].min(here);
                }
                let arcs = customised.first_up[v as usize] as usize..customised.first_up[v as usize + 1] as usize;
                for &(head, drive) in &customised.up[arcs] {
                    let there = &mut self.climb[head as usize];
                    *there = (*there).min(here.saturating_add(drive));
                }
            }
            v = skeleton.parent(v);
        }
    }
}

/// The sweep: each node from the nodes above it. Portable code that the compiler makes wide; run-time dispatch to what
/// the processor has. Sums saturate, so that no way stays no way.
#[multiversion(targets = "simd")]
fn spread(lanes: &mut [Lanes], first: &[u32], arcs: &[(u32, u32)]) {
    for (i, pair) in first.windows(2).enumerate() {
        let (above, here) = lanes.split_at_mut(i);
        let mut best = here[0];
        for &(tail, time) in &arcs[pair[0] as usize..pair[1] as usize] {
            let from = &above[tail as usize];
            for lane in 0..LANES {
                best[lane] = best[lane].min(from[lane].saturating_add(time));
            }
        }
        here[0] = best;
    }
}
