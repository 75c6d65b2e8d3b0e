//! A plan under construction: opening and closing sites, greedy and swaps, for every kind of row and level.
//!
//! What is broken counts first (rows that must be served, constraints, floors), then the levels in order. [Resende and Werneck 2007 for
//! the swap neighbourhood; here it is walked plainly, since rows of every kind take part.]

use firesite_problem::{Instance, Objective, Sense};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

use crate::budget::Budget;

/// Entries between two looks at the limits: a millisecond or so.
const LOOK: usize = 200_000;

/// What is broken, then the levels' values, all to be minimised.
pub(super) type Score = [i64; 6];

/// Rows alike in every respect, merged.
struct Row {
    weight: i64,
    group: Option<u32>,
    must: bool,
    gains: Vec<i64>,
    /// `(site, time, covers)`, fastest first.
    reach: Vec<(u32, u32, bool)>,
}

pub(super) struct State<'a> {
    instance: &'a Instance,
    rows: Vec<Row>,
    /// `(row, time, covers)` of each site.
    serves: Vec<Vec<(u32, u32, bool)>>,
    conditions_of: Vec<Vec<(u32, i64)>>,
    pub open: Vec<bool>,
    must_reach: bool,
    has_center: bool,
    left: Vec<i64>,
    in_set: FxHashMap<u32, u32>,
    covers: Vec<u32>,
    nearest: Vec<Option<u32>>,
    groups: Vec<i64>,
    ungrouped: i64,
    cost: i64,
    count: i64,
    time: i64,
    times: BTreeMap<u32, u32>,
    broken: i64,
    /// Entries visited.
    pub visited: usize,
}

/// What a constraint lacks.
fn lack(sense: Sense, rhs: i64, left: i64) -> i64 {
    match sense {
        Sense::AtLeast => (rhs - left).max(0),
        Sense::AtMost => (left - rhs).max(0),
        Sense::Exactly => (left - rhs).abs(),
    }
}

/// Shortfall of a floor, beside counts of sites.
fn shortfall(floor: u64, covered: i64) -> i64 {
    let floor = floor as i64;
    if covered >= floor { 0 } else { 1 + (i128::from(floor - covered) * 20 / i128::from(floor.max(1))) as i64 }
}

impl<'a> State<'a> {
    /// The fixed sites open.
    pub(super) fn new(instance: &'a Instance) -> Self {
        let n = instance.sites.len();
        let mut rows: Vec<Row> = Vec::new();
        let mut known: FxHashMap<(Option<u32>, bool, &[u64], &[(u32, u32)]), usize> = FxHashMap::default();
        for row in &instance.rows {
            let key = (row.group, row.must, row.gains.as_slice(), row.reach.as_slice());
            let at = *known.entry(key).or_insert_with(|| {
                rows.push(Row {
                    weight: 0,
                    group: row.group,
                    must: row.must,
                    gains: row.gains.iter().map(|&g| g as i64).collect(),
                    reach: row.reach.iter().map(|&(j, t)| (j, t, instance.covers(t))).collect(),
                });
                rows.len() - 1
            });
            rows[at].weight += row.weight as i64;
        }
        let mut serves = vec![Vec::new(); n];
        for (i, row) in rows.iter().enumerate() {
            for &(j, t, c) in &row.reach {
                serves[j as usize].push((i as u32, t, c));
            }
        }
        let mut conditions_of = vec![Vec::new(); n];
        for (c, constraint) in instance.constraints.iter().enumerate() {
            for &(j, a) in &constraint.terms {
                conditions_of[j as usize].push((c as u32, a));
            }
        }
        let must_reach = instance.must_reach();
        let mut state = Self {
            serves,
            conditions_of,
            open: vec![false; n],
            must_reach,
            has_center: instance.levels.contains(&Objective::Center),
            left: vec![0; instance.constraints.len()],
            in_set: FxHashMap::default(),
            covers: vec![0; rows.len()],
            nearest: vec![None; rows.len()],
            groups: vec![0; instance.groups.len()],
            ungrouped: 0,
            cost: 0,
            count: 0,
            time: 0,
            times: BTreeMap::new(),
            broken: 0,
            visited: 0,
            rows,
            instance,
        };
        for i in 0..state.rows.len() {
            let time = state.time_of(None);
            state.time += state.rows[i].weight * i64::from(time);
            if state.has_center {
                *state.times.entry(time).or_insert(0) += 1;
            }
            state.broken += i64::from(state.rows[i].must) + i64::from(must_reach);
        }
        state.broken += instance.constraints.iter().map(|c| lack(c.sense, c.rhs, 0)).sum::<i64>();
        state.broken += instance.groups.iter().map(|g| shortfall(g.floor, 0)).sum::<i64>();
        for (j, site) in instance.sites.iter().enumerate() {
            if site.fixed {
                state.set(j as u32, true);
            }
        }
        state
    }

    fn time_of(&self, nearest: Option<u32>) -> u32 {
        match (nearest, self.instance.worst) {
            (Some(t), Some(worst)) => t.min(worst),
            (Some(t), None) => t,
            (None, worst) => worst.unwrap_or(0),
        }
    }

    fn worth(&self, i: usize, covers: u32) -> i64 {
        let row = &self.rows[i];
        let gain =
            if row.gains.is_empty() { i64::from(covers > 0) } else { row.gains.iter().take(covers as usize).sum() };
        row.weight * gain
    }

    /// Opens or closes a site.
    pub(super) fn set(&mut self, j: u32, open: bool) {
        let ju = j as usize;
        if self.open[ju] == open {
            return;
        }
        self.open[ju] = open;
        let sign = if open { 1 } else { -1 };
        let site = &self.instance.sites[ju];
        self.cost += sign * site.cost as i64;
        self.count += sign * i64::from(site.counted);
        if let Some(set) = site.exclusive {
            let inside = self.in_set.entry(set).or_insert(0);
            let excess = |k: u32| i64::from(k.saturating_sub(1));
            let before = excess(*inside);
            *inside = if open { *inside + 1 } else { *inside - 1 };
            self.broken += excess(*inside) - before;
        }
        for &(c, a) in &self.conditions_of[ju] {
            let constraint = &self.instance.constraints[c as usize];
            let left = &mut self.left[c as usize];
            self.broken -= lack(constraint.sense, constraint.rhs, *left);
            *left += sign * a;
            self.broken += lack(constraint.sense, constraint.rhs, *left);
        }
        let list = std::mem::take(&mut self.serves[ju]);
        self.visited += list.len();
        for &(i, t, covers) in &list {
            let i = i as usize;
            if covers {
                let before = self.covers[i];
                let after = if open { before + 1 } else { before - 1 };
                self.covers[i] = after;
                if self.rows[i].must && (before == 0 || after == 0) {
                    self.broken -= sign;
                }
                let change = self.worth(i, after) - self.worth(i, before);
                if change != 0 {
                    self.cover(self.rows[i].group, change);
                }
            }
            self.serve(i, t, open);
        }
        self.serves[ju] = list;
    }

    fn cover(&mut self, group: Option<u32>, change: i64) {
        let Some(g) = group else {
            self.ungrouped += change;
            return;
        };
        let floor = self.instance.groups[g as usize].floor;
        let covered = &mut self.groups[g as usize];
        self.broken -= shortfall(floor, *covered);
        *covered += change;
        self.broken += shortfall(floor, *covered);
    }

    fn serve(&mut self, i: usize, t: u32, open: bool) {
        let before = self.nearest[i];
        let after = if open {
            Some(before.map_or(t, |b| b.min(t)))
        } else if before == Some(t) {
            let mut looked = 0;
            let next = self.rows[i].reach.iter().find(|e| {
                looked += 1;
                self.open[e.0 as usize]
            });
            let next = next.map(|e| e.1);
            self.visited += looked;
            next
        } else {
            before
        };
        if after == before {
            return;
        }
        self.nearest[i] = after;
        if self.must_reach {
            self.broken += i64::from(after.is_none()) - i64::from(before.is_none());
        }
        let (old, new) = (self.time_of(before), self.time_of(after));
        self.time += self.rows[i].weight * (i64::from(new) - i64::from(old));
        if self.has_center && old != new {
            if let Some(count) = self.times.get_mut(&old) {
                *count -= 1;
                if *count == 0 {
                    self.times.remove(&old);
                }
            }
            *self.times.entry(new).or_insert(0) += 1;
        }
    }

    pub(super) fn score(&self) -> Score {
        let mut score = [0; 6];
        score[0] = self.broken;
        for (slot, level) in score[1..].iter_mut().zip(&self.instance.levels) {
            *slot = match level {
                Objective::Cover => {
                    let capped =
                        |(g, &c): (usize, &i64)| self.instance.groups[g].cap.map_or(c, |cap| c.min(cap as i64));
                    -(self.ungrouped + self.groups.iter().enumerate().map(capped).sum::<i64>())
                }
                Objective::Cost => self.cost,
                Objective::Count => self.count,
                Objective::Time => self.time,
                Objective::Center => self.times.last_key_value().map_or(0, |e| i64::from(*e.0)),
            };
        }
        score
    }

    pub(super) fn sites(&self) -> Vec<u32> {
        (0..self.open.len() as u32).filter(|&j| self.open[j as usize]).collect()
    }

    /// Opens exactly these sites and the fixed ones.
    pub(super) fn become_plan(&mut self, open: &[u32]) {
        for j in 0..self.open.len() as u32 {
            let wanted = self.instance.sites[j as usize].fixed || open.binary_search(&j).is_ok();
            self.set(j, wanted);
        }
    }

    /// Whether a limit is passed; asked often, so that a clock is obeyed, but not at every step.
    fn late(&mut self, budget: &mut Budget) -> bool {
        if self.visited < LOOK {
            return false;
        }
        budget.charge(std::mem::take(&mut self.visited));
        budget.spent()
    }

    fn free(&self, j: u32) -> bool {
        !self.instance.sites[j as usize].fixed
    }

    /// Opens the best site as long as that helps.
    pub(super) fn greedy(&mut self, budget: &mut Budget) {
        loop {
            let now = self.score();
            let mut best: Option<(Score, u32)> = None;
            for j in 0..self.open.len() as u32 {
                if self.open[j as usize] || !self.free(j) {
                    continue;
                }
                self.set(j, true);
                let score = self.score();
                self.set(j, false);
                if score < now && best.is_none_or(|(b, _)| score < b) {
                    best = Some((score, j));
                }
                if self.late(budget) {
                    break;
                }
            }
            budget.charge(std::mem::take(&mut self.visited));
            let Some((_, j)) = best else { return };
            self.set(j, true);
            if budget.spent() {
                return;
            }
        }
    }

    /// Drops, adds and swaps while any helps. At most `work` entries.
    pub(super) fn improve(&mut self, budget: &mut Budget, work: u64) {
        let n = self.open.len() as u32;
        let end = budget.work.entries.saturating_add(work);
        let mut moved = true;
        while moved {
            moved = false;
            for out in (0..n).map(Some).chain([None]) {
                if out.is_some_and(|j| !self.open[j as usize] || !self.free(j)) {
                    continue;
                }
                let now = self.score();
                let mut best = now;
                let mut choice: Option<Option<u32>> = None;
                if let Some(j) = out {
                    self.set(j, false);
                    if self.score() < best {
                        best = self.score();
                        choice = Some(None);
                    }
                }
                for j in 0..n {
                    if self.open[j as usize] || !self.free(j) || Some(j) == out {
                        continue;
                    }
                    self.set(j, true);
                    if self.score() < best {
                        best = self.score();
                        choice = Some(Some(j));
                    }
                    self.set(j, false);
                    if self.late(budget) {
                        break;
                    }
                }
                match (choice, out) {
                    (Some(add), _) => {
                        budget.work.swaps += 1;
                        moved = true;
                        if let Some(j) = add {
                            self.set(j, true);
                        }
                    }
                    (None, Some(j)) => self.set(j, true),
                    (None, None) => {}
                }
                budget.charge(std::mem::take(&mut self.visited));
                if budget.spent() || budget.work.entries >= end {
                    return;
                }
            }
        }
    }

    /// Random kicks, each followed by improvement; what is worse is taken back.
    pub(super) fn shake(&mut self, kicks: usize, seed: u64, budget: &mut Budget, work: u64) {
        let n = self.open.len() as u32;
        let end = budget.work.entries.saturating_add(work);
        let mut random = Pcg64::seed_from_u64(seed);
        for _ in 0..kicks {
            if budget.spent() || budget.work.entries >= end {
                return;
            }
            let (before, sites) = (self.score(), self.sites());
            for _ in 0..2 + random.next_u64() % 3 {
                let j = (random.next_u64() % u64::from(n.max(1))) as u32;
                if n > 0 && self.free(j) {
                    let flipped = !self.open[j as usize];
                    self.set(j, flipped);
                }
            }
            self.improve(budget, end.saturating_sub(budget.work.entries));
            if self.score() > before {
                self.become_plan(&sites);
            }
        }
    }
}
