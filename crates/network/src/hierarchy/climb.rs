//! The first half of a question: from the origins up the elimination tree, all lanes at once.
//!
//! Origins share most of what lies above them, the higher the more, so that one walk over the union of their ancestors
//! is shorter than one walk each.

use super::Customised;
use super::lanes::{LANES, LaneList, Lanes};
use super::skeleton::TOP;
use super::sweep::take;
use super::wide::wide;

/// Times from the origins of a block at everything above them.
#[derive(Debug, Default)]
pub(super) struct Climb {
    /// Ranks above any origin, ascending, and the times there.
    ranks: Vec<u32>,
    lanes: LaneList,
    /// Place among these by rank; `TOP` where there is none.
    place: Vec<u32>,
}

impl Climb {
    /// Of a hierarchy of so many ranks.
    pub(super) fn cover(&mut self, ranks: usize) {
        self.place.resize(ranks, TOP);
    }

    /// From these (lane, rank, time).
    pub(super) fn run(&mut self, customised: &Customised, seeds: &[(usize, u32, u32)]) {
        for &rank in &self.ranks {
            self.place[rank as usize] = TOP;
        }
        self.ranks.clear();
        for &(_, rank, _) in seeds {
            let mut v = rank;
            while v != TOP && self.place[v as usize] == TOP {
                self.place[v as usize] = 0;
                self.ranks.push(v);
                v = customised.skeleton.parent(v);
            }
        }
        self.ranks.sort_unstable();
        for (place, &rank) in (0..).zip(&self.ranks) {
            self.place[rank as usize] = place;
        }
        self.lanes.cover(self.ranks.len());
        self.lanes[..self.ranks.len()].fill([u32::MAX; LANES]);
        for &(lane, rank, time) in seeds {
            let known = &mut self.lanes[self.place[rank as usize] as usize][lane];
            *known = (*known).min(time);
        }
        rise(&mut self.lanes, &self.ranks, &self.place, &customised.first_up, &customised.up);
    }

    /// Ranks above the origins with the times there.
    pub(super) fn found(&self) -> impl Iterator<Item = (u32, &Lanes)> {
        self.ranks.iter().copied().zip(self.lanes.iter())
    }
}

wide! {
    /// Each rank hands its times on to those above it. Sums saturate, so that no way stays no way.
    fn rise(lanes: &mut [Lanes], ranks: &[u32], place: &[u32], first: &[u32], arcs: &[(u32, u32)]) {
        for (i, &rank) in ranks.iter().enumerate() {
            let here = lanes[i];
            for &(head, time) in &arcs[first[rank as usize] as usize..first[rank as usize + 1] as usize] {
                let there = &mut lanes[place[head as usize] as usize];
                take(there, &here, time);
            }
        }
    }
}
