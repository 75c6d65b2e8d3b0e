//! Swap local search with incremental gain tables (Resende and Werneck, "A fast swap-based local search procedure for
//! location problems", 2007).

use super::Columns;
use crate::budget::Budget;
use crate::dual::Core;

const NONE: u32 = u32::MAX;

/// A plan with, for each row, its first and second open site, and the tables
///
/// gain(s)      what opening s saves,
/// loss(r)      what closing the site in slot r costs,
/// extra(r, s)  how much less it costs when s opens too,
///
/// so that swapping r for s saves gain(s) − loss(r) + extra(r, s).
pub(crate) struct Interchange<'a> {
    core: &'a Core,
    columns: &'a Columns,
    open: Vec<u32>,
    slot: Vec<u32>,
    first: Vec<u32>,
    second: Vec<u32>,
    d1: Vec<i64>,
    d2: Vec<i64>,
    gain: Vec<i64>,
    loss: Vec<i64>,
    extra: Vec<i64>,
    touched: Vec<u32>,
    mark: Vec<bool>,
}

impl<'a> Interchange<'a> {
    pub(crate) fn new(core: &'a Core, columns: &'a Columns, open: &[u32], budget: &mut Budget) -> Self {
        let (m, n) = (core.rows(), core.sites());
        let mut search = Interchange {
            core,
            columns,
            open: open.to_vec(),
            slot: vec![NONE; n],
            first: vec![NONE; m],
            second: vec![NONE; m],
            d1: vec![0; m],
            d2: vec![0; m],
            gain: core.open_cost.iter().map(|&f| -f).collect(),
            loss: open.iter().map(|&j| -core.open_cost[j as usize]).collect(),
            extra: vec![0; n * open.len()],
            touched: Vec::new(),
            mark: vec![false; m],
        };
        for (r, &j) in open.iter().enumerate() {
            search.slot[j as usize] = r as u32;
        }
        for i in 0..m {
            search.locate(i);
            search.account::<true>(i);
        }
        budget.charge(core.entries() / 4 + search.extra.len());
        search
    }

    /// The value of the plan, missed rows priced.
    pub(crate) fn value(&self) -> i64 {
        self.core.base
            + self.d1.iter().sum::<i64>()
            + self.open.iter().map(|&j| self.core.open_cost[j as usize]).sum::<i64>()
    }

    pub(crate) fn open(&self) -> &[u32] {
        &self.open
    }

    pub(crate) fn is_open(&self, j: u32) -> bool {
        self.slot[j as usize] != NONE
    }

    fn locate(&mut self, i: usize) {
        let (sites, costs) = self.core.row(i);
        let cap = self.columns.cap[i];
        (self.first[i], self.second[i], self.d1[i], self.d2[i]) = (NONE, NONE, cap, cap);
        for (&j, &c) in sites.iter().zip(costs) {
            let r = self.slot[j as usize];
            if r != NONE {
                if self.first[i] == NONE {
                    (self.first[i], self.d1[i]) = (r, c);
                } else {
                    (self.second[i], self.d2[i]) = (r, c);
                    break;
                }
            }
        }
    }

    fn account<const ADD: bool>(&mut self, i: usize) {
        let sign = if ADD { 1 } else { -1 };
        let (sites, costs) = self.core.row(i);
        let (d1, d2, r) = (self.d1[i], self.d2[i], self.first[i]);
        if r == NONE {
            for (&s, &c) in sites.iter().zip(costs) {
                if c >= d1 {
                    break;
                }
                self.gain[s as usize] += sign * (d1 - c);
            }
            return;
        }
        self.loss[r as usize] += sign * (d2 - d1);
        let extra = &mut self.extra[r as usize * self.core.sites()..][..self.core.sites()];
        for (&s, &c) in sites.iter().zip(costs) {
            if c >= d2 {
                break;
            }
            if c < d1 {
                self.gain[s as usize] += sign * (d1 - c);
                extra[s as usize] += sign * (d2 - d1);
            } else {
                extra[s as usize] += sign * (d2 - c);
            }
        }
    }

    /// The best swap: saving, slot, site. The first in order of (slot, site) among equals.
    pub(crate) fn best(&self) -> Option<(i64, usize, u32)> {
        let n = self.core.sites();
        let mut best: Option<(i64, usize, u32)> = None;
        for r in 0..self.open.len() {
            let extra = &self.extra[r * n..(r + 1) * n];
            let floor = best.map_or(i64::MIN, |b| b.0).saturating_add(self.loss[r]);
            let mut top = floor;
            let mut at = NONE;
            for (s, (&g, &e)) in self.gain.iter().zip(extra).enumerate() {
                if g + e > top && self.slot[s] == NONE {
                    top = g + e;
                    at = s as u32;
                }
            }
            if at != NONE {
                best = Some((top - self.loss[r], r, at));
            }
        }
        best
    }

    /// Swaps the site in a slot for another one and brings the tables up to date. Returns the row entries visited, about.
    pub(crate) fn swap(&mut self, r: usize, s: u32) -> usize {
        let old = self.open[r];
        self.touched.clear();
        for (j, all) in [(s, false), (old, true)] {
            let (rows, costs) = self.columns.column(j);
            for (&i, &c) in rows.iter().zip(costs) {
                let k = i as usize;
                let matters =
                    if all { self.first[k] == r as u32 || self.second[k] == r as u32 } else { c < self.d2[k] };
                if matters && !self.mark[k] {
                    self.mark[k] = true;
                    self.touched.push(i);
                }
            }
        }
        let touched = std::mem::take(&mut self.touched);
        for &i in &touched {
            self.account::<false>(i as usize);
        }
        // The slot changes hands: what is left in its tables is the opening cost.
        self.loss[r] += self.core.open_cost[old as usize] - self.core.open_cost[s as usize];
        self.slot[old as usize] = NONE;
        self.slot[s as usize] = r as u32;
        self.open[r] = s;
        for &i in &touched {
            self.locate(i as usize);
            self.account::<true>(i as usize);
            self.mark[i as usize] = false;
        }
        self.touched = touched;
        self.touched.len() * 8 + self.extra.len()
    }
}

/// Swaps while a swap saves something.
pub(crate) fn descend(search: &mut Interchange<'_>, budget: &mut Budget) {
    while !budget.spent() {
        match search.best() {
            Some((saving, r, s)) if saving > 0 => {
                let visited = search.swap(r, s);
                budget.charge(visited);
                budget.work.swaps += 1;
            }
            _ => break,
        }
    }
}
