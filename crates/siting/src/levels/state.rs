//! A set of open sites with everything a move needs to be weighed: counts, covered weights, nearest and second nearest.

use firesite_problem::{Objective, Sense};

use super::flat::{Flat, UNGROUPED, View};
use super::limit::Meter;

/// Nobody.
pub(super) const NONE: u32 = u32::MAX;

/// How good a set is: violation first (0 = feasible), then the levels in order, all to be minimised (Cover negated).
pub(super) type Score = [i64; 6];

/// Remembered effect of opening a profile, valid while `stamp` is current.
#[derive(Clone, Copy, Default)]
struct Memo {
    stamp: u64,
    cover: i64,
    violation: i64,
}

/// Open sites and their bookkeeping.
#[derive(Clone)]
pub(super) struct State<'a> {
    pub flat: &'a Flat,
    pub open: Vec<bool>,
    /// Open site of each set.
    pub chosen: Vec<u32>,
    lhs: Vec<i64>,
    /// Open sites of each profile of the cover view, and of the time view.
    cover_open: Vec<u32>,
    time_open: Vec<u32>,
    /// Open profiles that cover, and that serve, each row of the cover view.
    covers: Vec<u32>,
    serves: Vec<u32>,
    group: Vec<i64>,
    ungrouped: i64,
    /// Nearest and second nearest open profile of each time row: `(time, profile)`.
    first: Vec<(u32, u32)>,
    second: Vec<(u32, u32)>,
    cost: i64,
    count: i64,
    time: i64,
    violation: i64,
    memo: Vec<Memo>,
    time_memo: Vec<(u64, i64)>,
    stamp: u64,
    gains: Vec<i64>,
    touched: Vec<u32>,
    /// Entries visited so far.
    pub meter: Meter,
}

/// What a condition lacks with this left-hand side.
fn lack(sense: Sense, rhs: i64, lhs: i64) -> i64 {
    match sense {
        Sense::AtLeast => (rhs - lhs).max(0),
        Sense::AtMost => (lhs - rhs).max(0),
        Sense::Exactly => (lhs - rhs).abs(),
    }
}

/// Shortfall of a floor, in a unit that stands beside counts of stations.
fn shortfall(floor: i64, covered: i64) -> i64 {
    if covered >= floor { 0 } else { 1 + (i128::from(floor - covered) * 20 / i128::from(floor.max(1))) as i64 }
}

impl<'a> State<'a> {
    /// The fixed sites open.
    pub(super) fn new(flat: &'a Flat) -> Self {
        let (rows, profiles) = (flat.cover.rows.len(), flat.cover.entries.len());
        let (time_rows, time_profiles) = flat.time.as_ref().map_or((0, 0), |v| (v.rows.len(), v.entries.len()));
        let mut state = Self {
            flat,
            open: vec![false; flat.len()],
            chosen: vec![NONE; flat.sets.len()],
            lhs: vec![0; flat.conditions.len()],
            cover_open: vec![0; profiles],
            time_open: vec![0; time_profiles],
            covers: vec![0; rows],
            serves: vec![0; rows],
            group: flat.settled.clone(),
            ungrouped: flat.settled_ungrouped,
            first: vec![(u32::MAX, NONE); time_rows],
            second: vec![(u32::MAX, NONE); time_rows],
            cost: 0,
            count: 0,
            time: 0,
            violation: 0,
            memo: vec![Memo::default(); profiles],
            time_memo: vec![(0, 0); time_profiles],
            stamp: 1,
            gains: vec![0; flat.cap.len()],
            touched: Vec::new(),
            meter: Meter::default(),
        };
        if let Some(view) = &flat.time {
            for (i, row) in view.rows.iter().enumerate() {
                state.first[i] = (row.base, NONE);
                state.second[i] = (row.base, NONE);
                state.time += row.weight * i64::from(row.base);
            }
        }
        state.violation = state.flat.conditions.iter().map(|c| lack(c.sense, c.rhs, 0)).sum::<i64>()
            + state.flat.cover.rows.iter().filter(|r| r.hard).count() as i64
            + (0..flat.floor.len()).map(|g| shortfall(flat.floor[g], flat.settled[g])).sum::<i64>();
        for j in 0..flat.len() {
            if flat.fixed[j] {
                state.set(j as u32, true);
            }
        }
        state
    }

    /// These sites open.
    pub(super) fn of(flat: &'a Flat, open: &[u32]) -> Self {
        let mut state = Self::new(flat);
        for &j in open {
            if !state.open[j as usize] {
                state.set(j, true);
            }
        }
        state
    }

    /// The open sites, ascending.
    pub(super) fn sites(&self) -> Vec<u32> {
        (0..self.open.len() as u32).filter(|&j| self.open[j as usize]).collect()
    }

    pub(super) fn feasible(&self) -> bool {
        self.violation == 0
    }

    /// Violation and levels.
    pub(super) fn score(&self) -> Score {
        let mut score = [0; 6];
        score[0] = self.violation;
        for (k, &level) in self.flat.levels.iter().take(5).enumerate() {
            score[k + 1] = self.value(level);
        }
        score
    }

    /// Value of a level, to be minimised.
    pub(super) fn value(&self, level: Objective) -> i64 {
        match level {
            Objective::Cover => -self.cover(),
            Objective::Cost => self.cost,
            Objective::Count => self.count,
            Objective::Time => self.time + i64::try_from(self.flat.settled_time).unwrap_or(i64::MAX / 2),
            Objective::Center => 0,
        }
    }

    /// Times of the nearest and second nearest open site of a row of the time view.
    pub(super) fn nearest(&self, row: usize) -> (u32, u32) {
        (self.first[row].0, self.second[row].0)
    }

    fn cover(&self) -> i64 {
        self.ungrouped + self.group.iter().zip(&self.flat.cap).map(|(&c, &cap)| c.min(cap)).sum::<i64>()
    }

    /// Covered weight of a group.
    pub(super) fn covered(&self, group: usize) -> i64 {
        self.group[group]
    }

    /// What a condition lacks.
    pub(super) fn lack(&self, condition: usize) -> i64 {
        let c = &self.flat.conditions[condition];
        lack(c.sense, c.rhs, self.lhs[condition])
    }

    /// Opens or closes a site.
    pub(super) fn set(&mut self, j: u32, open: bool) {
        let flat = self.flat;
        let ju = j as usize;
        debug_assert_ne!(self.open[ju], open);
        self.stamp += 1;
        self.open[ju] = open;
        let sign = if open { 1 } else { -1 };
        self.chosen[flat.set_of[ju] as usize] = if open { j } else { NONE };
        self.cost += sign * flat.cost[ju];
        self.count += sign * i64::from(flat.counted[ju]);
        for &(c, a) in &flat.conditions_of[ju] {
            let condition = &flat.conditions[c as usize];
            let lhs = &mut self.lhs[c as usize];
            self.violation -= lack(condition.sense, condition.rhs, *lhs);
            *lhs += sign * a;
            self.violation += lack(condition.sense, condition.rhs, *lhs);
        }
        let p = flat.cover.profile[ju] as usize;
        let edge = if open {
            self.cover_open[p] += 1;
            self.cover_open[p] == 1
        } else {
            self.cover_open[p] -= 1;
            self.cover_open[p] == 0
        };
        if edge {
            self.toggle_cover(p, open);
        }
        if let Some(view) = &flat.time {
            let p = view.profile[ju] as usize;
            if open {
                self.time_open[p] += 1;
                if self.time_open[p] == 1 {
                    self.open_time(view, p);
                }
            } else {
                self.time_open[p] -= 1;
                if self.time_open[p] == 0 {
                    self.close_time(view, p);
                }
            }
        }
    }

    fn toggle_cover(&mut self, p: usize, open: bool) {
        let flat = self.flat;
        self.meter.visited += flat.cover.entries[p].len() as u64;
        for e in &flat.cover.entries[p] {
            let i = e.row as usize;
            let row = &flat.cover.rows[i];
            if row.hard {
                if open {
                    self.serves[i] += 1;
                    self.violation -= i64::from(self.serves[i] == 1);
                } else {
                    self.serves[i] -= 1;
                    self.violation += i64::from(self.serves[i] == 0);
                }
            }
            if !e.covered {
                continue;
            }
            let change = if open {
                self.covers[i] += 1;
                if self.covers[i] == 1 { row.weight } else { 0 }
            } else {
                self.covers[i] -= 1;
                if self.covers[i] == 0 { -row.weight } else { 0 }
            };
            if change == 0 {
                continue;
            }
            if row.group == UNGROUPED {
                self.ungrouped += change;
            } else {
                let g = row.group as usize;
                if flat.floor[g] > 0 {
                    self.violation -= shortfall(flat.floor[g], self.group[g]);
                    self.violation += shortfall(flat.floor[g], self.group[g] + change);
                }
                self.group[g] += change;
            }
        }
    }

    fn open_time(&mut self, view: &View, p: usize) {
        self.meter.visited += view.entries[p].len() as u64;
        for e in &view.entries[p] {
            let i = e.row as usize;
            let here = (e.time, p as u32);
            if here < self.first[i] || self.first[i].1 == NONE && e.time <= self.first[i].0 {
                self.time -= view.rows[i].weight * (i64::from(self.first[i].0) - i64::from(e.time)).max(0);
                if self.first[i].1 == NONE && view.rows[i].hard {
                    // An unserved hard row is a violation, not a time: its base is 0.
                    self.time += view.rows[i].weight * i64::from(e.time);
                }
                self.second[i] = self.first[i];
                self.first[i] = here;
            } else if self.first[i].1 == NONE && view.rows[i].hard {
                self.time += view.rows[i].weight * i64::from(e.time);
                self.first[i] = here;
            } else if here < self.second[i] || self.second[i].1 == NONE {
                self.second[i] = here;
            }
        }
    }

    fn close_time(&mut self, view: &View, p: usize) {
        self.meter.visited += view.entries[p].len() as u64;
        for e in &view.entries[p] {
            let i = e.row as usize;
            let row = &view.rows[i];
            let pu = p as u32;
            if self.first[i].1 != pu && self.second[i].1 != pu {
                continue;
            }
            let (mut first, mut second) = ((row.base, NONE), (row.base, NONE));
            let mut looked = 0;
            for &(t, q) in &view.servers[i] {
                looked += 1;
                if self.time_open[q as usize] > 0 {
                    if first.1 == NONE {
                        first = (t, q);
                    } else {
                        second = (t, q);
                        break;
                    }
                }
            }
            self.meter.visited += looked;
            self.time += row.weight * (i64::from(first.0) - i64::from(self.first[i].0));
            self.first[i] = first;
            self.second[i] = second;
        }
    }

    /// Change of cover (negative is better) and of the violation by rows and floors when the profile opens.
    fn weigh_profile(&mut self, p: usize) -> (i64, i64) {
        if self.cover_open[p] > 0 {
            return (0, 0);
        }
        if self.memo[p].stamp == self.stamp {
            return (self.memo[p].cover, self.memo[p].violation);
        }
        let flat = self.flat;
        self.meter.visited += flat.cover.entries[p].len() as u64;
        let (mut violation, mut ungrouped) = (0, 0);
        for e in &flat.cover.entries[p] {
            let i = e.row as usize;
            let row = &flat.cover.rows[i];
            violation -= i64::from(row.hard && self.serves[i] == 0);
            if e.covered && self.covers[i] == 0 {
                if row.group == UNGROUPED {
                    ungrouped += row.weight;
                } else {
                    if self.gains[row.group as usize] == 0 {
                        self.touched.push(row.group);
                    }
                    self.gains[row.group as usize] += row.weight;
                }
            }
        }
        let mut cover = -ungrouped;
        for g in self.touched.drain(..) {
            let g = g as usize;
            let (before, after) = (self.group[g], self.group[g] + self.gains[g]);
            cover -= after.min(flat.cap[g]) - before.min(flat.cap[g]);
            violation += shortfall(flat.floor[g], after) - shortfall(flat.floor[g], before);
            self.gains[g] = 0;
        }
        self.memo[p] = Memo { stamp: self.stamp, cover, violation };
        (cover, violation)
    }

    /// Change of the Time value when the profile opens.
    fn weigh_time(&mut self, p: usize) -> i64 {
        let Some(view) = &self.flat.time else { return 0 };
        if self.time_open[p] > 0 {
            return 0;
        }
        if self.time_memo[p].0 == self.stamp {
            return self.time_memo[p].1;
        }
        self.meter.visited += view.entries[p].len() as u64;
        let mut change = 0;
        for e in &view.entries[p] {
            let i = e.row as usize;
            let row = &view.rows[i];
            if row.hard && self.first[i].1 == NONE {
                change += row.weight * i64::from(e.time);
            } else if e.time < self.first[i].0 {
                change -= row.weight * i64::from(self.first[i].0 - e.time);
            }
        }
        self.time_memo[p] = (self.stamp, change);
        change
    }

    /// Score after opening `j`, whose set must be empty; levels from Time on are only worked out where the earlier part does not
    /// already lose against `best`.
    pub(super) fn weigh(&mut self, j: u32, best: &Score) -> Option<Score> {
        let flat = self.flat;
        let ju = j as usize;
        let (cover, mut violation) = self.weigh_profile(flat.cover.profile[ju] as usize);
        for &(c, a) in &flat.conditions_of[ju] {
            let condition = &flat.conditions[c as usize];
            let lhs = self.lhs[c as usize];
            violation += lack(condition.sense, condition.rhs, lhs + a) - lack(condition.sense, condition.rhs, lhs);
        }
        let mut score = [0; 6];
        score[0] = self.violation + violation;
        if score[0] > best[0] {
            return None;
        }
        for (k, &level) in flat.levels.iter().take(5).enumerate() {
            score[k + 1] = self.value(level)
                + match level {
                    Objective::Cover => cover,
                    Objective::Cost => flat.cost[ju],
                    Objective::Count => i64::from(flat.counted[ju]),
                    Objective::Time => {
                        if score[..=k] > best[..=k] {
                            return None;
                        }
                        let p = flat.time.as_ref().map_or(0, |v| v.profile[ju] as usize);
                        self.weigh_time(p)
                    }
                    Objective::Center => 0,
                };
        }
        (score < *best).then_some(score)
    }

    /// Gain of cover and change of the violation when `j` opens.
    pub(super) fn gain(&mut self, j: u32) -> (i64, i64) {
        let flat = self.flat;
        let (cover, mut violation) = self.weigh_profile(flat.cover.profile[j as usize] as usize);
        for &(c, a) in &flat.conditions_of[j as usize] {
            let condition = &flat.conditions[c as usize];
            let lhs = self.lhs[c as usize];
            violation += lack(condition.sense, condition.rhs, lhs + a) - lack(condition.sense, condition.rhs, lhs);
        }
        (-cover, violation)
    }
}
