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
//! which, counted from the end of f, is [`backs_needed`] less the turn into r, and mostly negative. For the way back of f
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
use crate::turns::{BANNED, ROW, TurnTable};

/// One crossing, as its costs tell it.
#[derive(Clone, Copy)]
pub(super) struct Crossing<'a> {
    times: &'a TimesInner,
    network: &'a Inner,
    /// Where the costs start in the table.
    pub(super) turns: u32,
    costs: &'a [u32],
    pub(super) ins: &'a [u32],
    first_out: u32,
    pub(super) outs: usize,
    width: usize,
}

impl<'a> Crossing<'a> {
    pub(super) fn new(times: &'a TimesInner, table: &'a TurnTable, node: u32) -> Self {
        let network = &*times.network.0;
        let (ins, out) = (network.arcs_into(node), network.out(node));
        let (outs, width) = (out.len(), out.len().max(ROW));
        let start = ins.first().map_or(0, |&arc| table.row[arc as usize] as usize);
        let costs = &table.cost[start..start + ins.len() * width];
        Self { times, network, turns: start as u32, costs, ins, first_out: out.start, outs, width }
    }

    pub(super) fn cost(&self, way_in: usize, way_out: usize) -> u32 {
        self.costs[way_in * self.width + way_out]
    }

    pub(super) fn is_open(&self, way_out: usize) -> bool {
        self.times.packed[self.first_out as usize + way_out].time != BANNED
    }

    fn way_in(&self, arc: u32) -> usize {
        self.ins.binary_search(&arc).expect("arcs into a node ascend")
    }

    /// Which way out leads back along the edge of this way in, if one does.
    pub(super) fn back(&self, way_in: usize) -> Option<usize> {
        let back = back(self.network, self.ins[way_in]);
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
}

/// The arc back along the edge of an arc, or `NONE`.
fn back(network: &Inner, arc: u32) -> u32 {
    let record = network.arcs[arc as usize];
    network.edges[record.edge as usize].arcs[usize::from(1 - record.direction)]
}

/// For each arc: how long after one drove it somebody may drive back and improve anything by that, less the cost of the
/// turn back; the greatest value where that may be however late.
pub(super) fn backs_needed(times: &TimesInner, table: &TurnTable) -> Vec<u32> {
    let network = &*times.network.0;
    let is_open = |arc: u32| times.packed[arc as usize].time != BANNED;
    let mut needed = vec![0; network.arcs.len()];
    let need = |arc: u32, needed: &[u32]| {
        let r = back(network, arc);
        let drives = times.packed[arc as usize].time.saturating_add(times.packed[r as usize].time);
        let start = Crossing::new(times, table, network.arcs[arc as usize].tail);
        let (again, way) = (start.way_in(r), (arc - start.first_out) as usize);
        let ins = (0..start.ins.len()).filter(|&i| is_open(start.ins[i]) && start.cost(i, way) != BANNED);
        let needs = ins.map(|i| {
            let same_row = i / FOUR == again / FOUR;
            let allowance = if same_row { start.allowance(i, again, needed[start.ins[i] as usize]) } else { BANNED };
            if allowance == BANNED {
                BANNED
            } else {
                allowance.saturating_sub(start.cost(i, way)).saturating_sub(drives)
            }
        });
        match needs.max().unwrap_or(0) {
            BANNED => BANNED,
            need => need.div_ceil(ROUND).saturating_mul(ROUND),
        }
    };
    let turns = |arc: u32| is_open(arc) && back(network, arc) != NONE && is_open(back(network, arc));
    let mut waiting: VecDeque<u32> = (0..network.arcs.len() as u32).filter(|&arc| turns(arc)).collect();
    while let Some(arc) = waiting.pop_front() {
        let need = need(arc, &needed);
        if need > needed[arc as usize] {
            needed[arc as usize] = need;
            let head = network.arcs[arc as usize].head;
            waiting.extend(network.out(head).filter(|&next| turns(next)));
        }
    }
    needed
}

/// Needs are rounded up to so many milliseconds, so that more crossings share their lines.
const ROUND: u32 = 256;
