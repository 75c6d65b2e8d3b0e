//! Who comes too late to a crossing to improve anything there.
//!
//! Say f and g are two ways into a crossing, o a way out, and c(f, o) what the turn costs. Who arrives over f at t enters o
//! at t + c(f, o); who arrives over g improves nothing from t + D(f, g) on, where D(f, g), the allowance, is the greatest
//! c(f, o) - c(g, o) of all o, or 0. Mostly that is what a left turn costs, much less than the next street takes: nearly
//! every second arrival at a crossing is useless.
//!
//! Two things follow. Let E(g) be the least of all t + D(f, g): arrivals over g serve before that time only. Then
//!
//! - the least E of a crossing is the earliest arrival there;
//! - the least E(g) + c(g, o) over all g is when o may be entered, whether or not anybody ever arrived over g: E(g) stems
//!   from some arrival over f, and t + D(f, g) + c(g, o) is no less than t + c(f, o).
//!
//! So one number for each end of an arc says everything.
//!
//! # Turning back
//!
//! Turning round is the dearest turn, and it would make D as large as that. But who drove f and turned round hardly ever
//! improves anything by it. Let r be the arc back, from the crossing at the end of f to that at its start, where somebody
//! had arrived over h at t and gone on along f. Whoever enters r later than f was driven serves nothing along the edge; and
//! at its end it comes too late from t + D(h, r) on. So r only matters to who arrives at the end of f earlier than
//!
//! > t + D(h, r) - (what r takes) - (what the turn into r costs),
//!
//! which, counted from the end of f, is [`Crossings::backs_needed`] less the turn into r, and mostly negative. For the way back of f
//! D(f, g) takes the lesser of that and the difference of costs. Where origins set out the same holds: from a node every
//! way out is entered for nothing, and from a place along an edge both ways are driven.
//!
//! E(g) may then be less than the above for r: entering r seems possible as soon as f was driven. That is no sooner than
//! anything on the edge is served by f, and too late at the end of r; what is told of places, crossings and edges is the
//! same.

use std::collections::VecDeque;

use super::turned::FOUR;
use crate::network::{Inner, NONE};
use crate::times::TimesInner;
use crate::turns::{BANNED, TurnTable};

/// All crossings of a network, while what a search needs of them is made.
pub(super) struct Crossings<'a> {
    times: &'a TimesInner,
    network: &'a Inner,
    table: &'a TurnTable,
    /// By arc: the one back along its edge, where it may be driven, or `NONE`.
    backs: Vec<u32>,
}

/// One crossing.
#[derive(Clone, Copy)]
pub(super) struct Crossing<'a> {
    all: &'a Crossings<'a>,
    /// Where the costs start in the table.
    pub(super) turns: u32,
    costs: &'a [u32],
    pub(super) ins: &'a [u32],
    first_out: u32,
    pub(super) outs: usize,
}

impl<'a> Crossings<'a> {
    pub(super) fn new(times: &'a TimesInner, table: &'a TurnTable) -> Self {
        let network = &*times.network.0;
        let mut backs = vec![NONE; network.arcs.len()];
        for &[along, against] in network.edges.iter().map(|edge| &edge.arcs) {
            for (arc, back) in [(along, against), (against, along)] {
                if arc != NONE && back != NONE && times.packed[back as usize].time != BANNED {
                    backs[arc as usize] = back;
                }
            }
        }
        Self { times, network, table, backs }
    }

    pub(super) fn at(&'a self, node: u32) -> Crossing<'a> {
        let (ins, out) = (self.network.arcs_into(node), self.network.out(node));
        let outs = out.len();
        let start = ins.first().map_or(0, |&arc| self.table.row[arc as usize] as usize);
        let costs = &self.table.cost[start..start + ins.len() * outs];
        Crossing { all: self, turns: start as u32, costs, ins, first_out: out.start, outs }
    }

    fn drive(&self, arc: u32) -> u32 {
        self.times.packed[arc as usize].time
    }

    /// For each arc: how long after one drove it somebody may drive back and improve anything by that, less the cost of
    /// the turn back; the greatest value where that may be however late. In practice O(turns): hardly any need lasts
    /// beyond the next crossing.
    pub(super) fn backs_needed(&self) -> Vec<u32> {
        let nodes = 0..self.network.positions.len() as u32;
        let widest: Vec<u32> = nodes.map(|node| self.at(node).widest_gain()).collect();
        let (mut needed, mut again) = (vec![0; self.network.arcs.len()], VecDeque::new());
        let turns = |arc: u32| self.drive(arc) != BANNED && self.backs[arc as usize] != NONE;
        let settle = |arc: u32, needed: &mut [u32], again: &mut VecDeque<u32>| {
            let need = self.need(arc, needed);
            if need > needed[arc as usize] {
                needed[arc as usize] = need;
                again.extend(self.network.out(self.network.arcs[arc as usize].head).filter(|&next| turns(next)));
            }
        };
        for arc in (0..self.network.arcs.len() as u32).filter(|&arc| turns(arc)) {
            let drives = self.drive(arc).saturating_add(self.drive(self.backs[arc as usize]));
            if drives < widest[self.network.arcs[arc as usize].tail as usize] {
                settle(arc, &mut needed, &mut again);
            }
        }
        while let Some(arc) = again.pop_front() {
            settle(arc, &mut needed, &mut again);
        }
        needed
    }

    /// The need of one arc as those of the arcs before it are known.
    fn need(&self, arc: u32, needed: &[u32]) -> u32 {
        let back = self.backs[arc as usize];
        let drives = self.drive(arc).saturating_add(self.drive(back));
        let start = self.at(self.network.arcs[arc as usize].tail);
        let (again, way) = (start.way_in(back), (arc - start.first_out) as usize);
        let ins = (0..start.ins.len()).filter(|&i| self.drive(start.ins[i]) != BANNED && start.cost(i, way) != BANNED);
        let needs = ins.map(|i| {
            // Rows allow each other nothing.
            let same_row = i / FOUR == again / FOUR;
            match if same_row { start.allowance(i, again, needed[start.ins[i] as usize]) } else { BANNED } {
                BANNED => BANNED,
                allowance => allowance.saturating_sub(start.cost(i, way)).saturating_sub(drives),
            }
        });
        match needs.max().unwrap_or(0) {
            BANNED => BANNED,
            need => need.div_ceil(ROUND).saturating_mul(ROUND),
        }
    }
}

/// Needs are rounded up to so many milliseconds, so that more crossings share their lines.
const ROUND: u32 = 256;

impl Crossing<'_> {
    pub(super) fn cost(&self, way_in: usize, way_out: usize) -> u32 {
        self.costs[way_in * self.outs + way_out]
    }

    pub(super) fn is_open(&self, way_out: usize) -> bool {
        self.all.drive(self.first_out + way_out as u32) != BANNED
    }

    fn way_in(&self, arc: u32) -> usize {
        self.ins.binary_search(&arc).expect("arcs into a node ascend")
    }

    /// Which way out leads back along the edge of this way in, if one does.
    pub(super) fn back(&self, way_in: usize) -> Option<usize> {
        let back = self.all.backs[self.ins[way_in] as usize];
        (back != NONE).then(|| (back - self.first_out) as usize)
    }

    /// How much later than over `sooner` one may arrive over `later` and still improve a way out; the greatest value
    /// where that may be however late. `needed` tells how long that matters for the way back of `sooner`.
    pub(super) fn allowance(&self, sooner: usize, later: usize, needed: u32) -> u32 {
        if sooner == later {
            return 0;
        }
        let back = self.back(sooner);
        let gain = |way| match (self.cost(sooner, way), self.cost(later, way)) {
            (_, BANNED) => 0,
            (before, after) => {
                let gain = if before == BANNED { BANNED } else { before.saturating_sub(after) };
                if back == Some(way) && needed != BANNED { gain.min(needed.saturating_sub(after)) } else { gain }
            }
        };
        (0..self.outs).filter(|&way| self.is_open(way)).map(gain).max().unwrap_or(0)
    }

    /// No allowance is greater where no way back is needed.
    fn widest_gain(&self) -> u32 {
        if self.ins.len() > FOUR {
            return BANNED;
        }
        let (mut least, mut most) = (BANNED, 0);
        for way_in in 0..self.ins.len() {
            let back = self.back(way_in);
            for way in 0..self.outs {
                let cost = self.cost(way_in, way);
                least = least.min(cost);
                most = if back == Some(way) { most } else { most.max(cost) };
            }
        }
        if most == BANNED { BANNED } else { most.saturating_sub(least) }
    }
}
