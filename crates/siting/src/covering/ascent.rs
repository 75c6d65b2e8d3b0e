//! Climbing the Lagrangian dual of a covering problem.
//!
//! L(u) = base + Σ_i u_i + the sum of the (at most `slots`) least ρ_j,  ρ_j = −Σ_{i covered by j} u_i,  0 ≤ u_i ≤ cap_i.
//!
//! Most rows sit at an end of their range and stay there, and few sites enter or leave the selection in one step, so a step visits only
//! the entries of rows whose price moves and of sites that change sides. Prices are whole numbers: nothing drifts.

use crate::dual::{Fix, Steps};

use super::problem::Covering;

/// A problem with its multipliers on the way up.
#[derive(Debug, Clone)]
pub(super) struct Ascent {
    pub(super) problem: Covering,
    pub(super) u: Vec<f64>,
    direction: Vec<f64>,
    /// What the last step moved.
    moved: Vec<f64>,
    /// How often each site was selected lately.
    pub(super) average: Vec<f64>,
    pub(super) rho: Vec<f64>,
    pub(super) chosen: Vec<bool>,
    count: Vec<f64>,
    sum: f64,
    pub(super) value: i64,
    /// The largest ρ chosen when all slots are used, else 0.
    pub(super) last: i64,
    /// The least ρ not chosen when all slots are used, at most 0; else 0.
    pub(super) next: i64,
    pub(super) best: i64,
    pub(super) best_u: Vec<f64>,
    order: Vec<(i64, u32)>,
    /// Row entries visited.
    pub(super) visited: u64,
    pub(super) steps: u64,
}

/// How a climb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Climbed {
    /// The best bound is at least the target.
    Reached,
    /// So many sites can be decided that the problem should shrink before it goes on.
    Fixable,
    /// The steps have become small.
    Settled,
}

/// The state of the step size; it outlives a shrinking of the problem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    factor: f64,
    stall: u32,
    pub(super) taken: u32,
}

impl Pace {
    pub(super) fn new(steps: &Steps) -> Self {
        Pace { factor: steps.factor, stall: 0, taken: 0 }
    }

    pub(super) fn over(&self, steps: &Steps) -> bool {
        self.taken >= steps.most || self.factor < steps.least
    }
}

impl Ascent {
    /// Starts from prices, each a whole number within its range.
    pub(super) fn new(problem: Covering, u: Vec<f64>, direction: Vec<f64>, average: Vec<f64>) -> Self {
        let mut ascent = Ascent {
            direction,
            average,
            rho: vec![0.0; problem.sites()],
            chosen: vec![false; problem.sites()],
            count: vec![0.0; problem.rows()],
            moved: vec![0.0; problem.rows()],
            sum: u.iter().sum(),
            value: i64::MIN,
            last: 0,
            next: 0,
            best: i64::MIN,
            best_u: u.clone(),
            order: Vec::new(),
            visited: 0,
            steps: 0,
            problem,
            u,
        };
        for (i, &price) in ascent.u.iter().enumerate() {
            for &j in ascent.problem.row(i) {
                ascent.rho[j as usize] -= price;
            }
        }
        ascent.visited += ascent.problem.entries() as u64;
        ascent.select();
        ascent.best = ascent.value;
        ascent
    }

    /// Chooses the sites and evaluates the bound. Ties go to the smaller site.
    fn select(&mut self) {
        let slots = self.problem.slots;
        self.order.clear();
        self.order.extend(self.rho.iter().enumerate().filter(|&(_, &r)| r < 0.0).map(|(j, &r)| (r as i64, j as u32)));
        (self.last, self.next) = (0, 0);
        if self.order.len() > slots {
            let (_, &mut next, _) = self.order.select_nth_unstable(slots);
            self.next = next.0;
            self.order.truncate(slots);
        }
        if self.order.len() == slots {
            self.last = self.order.iter().map(|&(r, _)| r).max().unwrap_or(0);
        }
        let mut now = vec![false; self.rho.len()];
        self.value = self.problem.base + self.sum as i64;
        for &(r, j) in &self.order {
            now[j as usize] = true;
            self.value += r;
        }
        for (j, (&new, old)) in now.iter().zip(&self.chosen).enumerate() {
            if new != *old {
                let by = if new { 1.0 } else { -1.0 };
                let rows = self.problem.column(j);
                for &i in rows {
                    self.count[i as usize] += by;
                }
                self.visited += rows.len() as u64;
            }
        }
        self.chosen = now;
    }

    /// Moves to other prices.
    fn move_to(&mut self, to: &[f64]) {
        for (i, (price, &goal)) in self.u.iter_mut().zip(to).enumerate() {
            let by = goal - *price;
            if by != 0.0 {
                *price = goal;
                self.sum += by;
                self.visited += lower(&mut self.rho, self.problem.row(i), by);
            }
        }
        self.select();
    }

    /// To the prices that the root's rows have, as a new start.
    pub(super) fn restart(&mut self, root: &[i64]) {
        let u = self.problem.merged(root);
        self.goto(&u);
    }

    /// To other prices, as a new start.
    pub(super) fn goto(&mut self, to: &[f64]) {
        self.move_to(to);
        self.best = self.value;
        self.best_u.copy_from_slice(&self.u);
    }

    /// Back to the best prices.
    pub(super) fn restore_best(&mut self) {
        if self.value < self.best {
            let best = std::mem::take(&mut self.best_u);
            self.move_to(&best);
            self.best_u = best;
        }
    }

    /// u ← u + t·cap·d with d = new·g + (1 − new)·d and the Polyak step t = factor·(upper − L) ÷ Σ cap·d². The metric makes rows
    /// alike move as one row of their summed weight would.
    fn step(&mut self, new: f64, factor: f64, upper: i64) {
        let norm = self.turn(new);
        let norm = if norm > 0.0 { norm } else { 1.0 };
        self.move_along(factor * ((upper - self.value) as f64).max(1.0) / norm);
        for i in 0..self.u.len() {
            let by = self.moved[i];
            if by != 0.0 {
                self.sum += by;
                self.visited += lower(&mut self.rho, self.problem.row(i), by);
            }
        }
        self.visited += self.u.len() as u64;
        self.select();
    }

    /// Turns the direction towards the subgradient; its length in the metric. In four lanes, so that it can be vectorised and adds up
    /// in the same order everywhere.
    fn turn(&mut self, new: f64) -> f64 {
        let old = 1.0 - new;
        let mut norm = [0.0f64; 4];
        let mut lane = |direction: &mut f64, k: usize, u: f64, cap: f64, count: f64| {
            let g = 1.0 - count;
            // A price at its end that wants to go further does not count.
            let stuck = ((g > 0.0) & (u >= cap)) | ((g < 0.0) & (u <= 0.0));
            let d = new * if stuck { 0.0 } else { g } + old * *direction;
            *direction = d;
            norm[k] += d * d * cap;
        };
        let (directions, rest) = self.direction.as_chunks_mut::<4>();
        let (us, u_rest) = self.u.as_chunks::<4>();
        let (caps, cap_rest) = self.problem.cap.as_chunks::<4>();
        let (counts, count_rest) = self.count.as_chunks::<4>();
        for (((d, u), cap), count) in directions.iter_mut().zip(us).zip(caps).zip(counts) {
            for k in 0..4 {
                lane(&mut d[k], k, u[k], cap[k], count[k]);
            }
        }
        for (((d, u), cap), count) in rest.iter_mut().zip(u_rest).zip(cap_rest).zip(count_rest) {
            lane(d, 0, *u, *cap, *count);
        }
        norm[0] + norm[1] + (norm[2] + norm[3])
    }

    /// Moves the prices along the direction, to whole numbers within their ranges.
    fn move_along(&mut self, t: f64) {
        // Adding and taking away 1.5 · 2^52 rounds to the nearest whole number.
        const ROUND: f64 = 6_755_399_441_055_744.0;
        let each = self.u.iter_mut().zip(&mut self.moved).zip(&self.direction).zip(&self.problem.cap);
        for (((u, moved), &d), &cap) in each {
            let to = (*u + t * cap * d).max(0.0).min(cap);
            let to = (to + ROUND) - ROUND;
            *moved = to - *u;
            *u = to;
        }
    }

    /// Climbs until the target is reached, enough sites can be decided, or the steps are small.
    pub(super) fn climb(&mut self, steps: &Steps, pace: &mut Pace, target: i64, upper: i64) -> Climbed {
        let share = (self.problem.sites() / steps.fix_share).max(1);
        loop {
            if self.best >= target {
                return Climbed::Reached;
            }
            let over = pace.over(steps);
            if over {
                self.restore_best();
            }
            let (close, open) = self.fixable(target);
            if open > 0 || close >= if over { 1 } else { share } {
                return Climbed::Fixable;
            }
            if over {
                return Climbed::Settled;
            }
            if pace.stall >= steps.halve_after {
                pace.factor *= steps.shrink;
                pace.stall = 0;
                self.restore_best();
            }
            self.step(steps.new, pace.factor, upper);
            self.steps += 1;
            pace.taken += 1;
            for (a, &c) in self.average.iter_mut().zip(&self.chosen) {
                *a += (f64::from(u8::from(c)) - *a) / steps.average;
            }
            if self.value > self.best {
                self.best = self.value;
                self.best_u.copy_from_slice(&self.u);
                pace.stall = 0;
            } else {
                pace.stall += 1;
            }
        }
    }

    /// What the current prices decide about a site.
    pub(super) fn decided(&self, j: usize, target: i64) -> Fix {
        if self.chosen[j] {
            if self.value - self.rho[j] as i64 + self.next >= target { Fix::Open } else { Fix::Free }
        } else if self.value - self.last + self.rho[j] as i64 >= target {
            Fix::Closed
        } else {
            Fix::Free
        }
    }

    /// How many sites the current prices close and open.
    fn fixable(&self, target: i64) -> (usize, usize) {
        let (mut close, mut open) = (0, 0);
        for j in 0..self.rho.len() {
            match self.decided(j, target) {
                Fix::Closed => close += 1,
                Fix::Open => open += 1,
                Fix::Free => {}
            }
        }
        (close, open)
    }

    /// The smaller problem with the same prices.
    pub(super) fn fix(&self, fix: &[Fix]) -> Ascent {
        let smaller = self.problem.fix(fix);
        let rows = smaller.covering.rows();
        let (mut u, mut direction) = (vec![0.0; rows], vec![0.0; rows]);
        for (i, &now) in smaller.row_now.iter().enumerate() {
            if now != u32::MAX {
                u[now as usize] += self.u[i];
                direction[now as usize] = self.direction[i];
            }
        }
        let average = smaller.kept.iter().map(|&j| self.average[j as usize]).collect();
        let mut next = Ascent::new(smaller.covering, u, direction, average);
        next.visited += self.problem.entries() as u64;
        next
    }

    /// Lowers what differs from `wanted` prices while the bound stays at the target: prices that need not differ from those of the
    /// node above need not be written down. With λ fixed the bound of a row's change is local.
    pub(super) fn approach(&mut self, wanted: &[f64], target: i64) {
        let slot = -i64::midpoint(self.last, self.next);
        let slots = self.problem.slots.min(self.rho.len()) as i64;
        // With fewer sites worth opening than slots the price of a slot is 0.
        let slot_cost = slot * slots;
        let slot = slot as f64;
        let part = |rho: f64| (slot + rho).min(0.0);
        let sites: f64 = self.rho.iter().map(|&r| part(r)).sum();
        let mut spare = (self.problem.base - slot_cost - target) as f64 + self.sum + sites;
        for spend in [false, true] {
            for i in 0..self.u.len() {
                let by = wanted[i] - self.u[i];
                if by == 0.0 {
                    continue;
                }
                let sites = self.problem.row(i);
                let moved = |&j: &u32| part(self.rho[j as usize] - by) - part(self.rho[j as usize]);
                let change = by + sites.iter().map(moved).sum::<f64>();
                if spare + change >= 0.0 && (spend || change >= 0.0) {
                    spare += change;
                    self.u[i] = wanted[i];
                    self.sum += by;
                    for &j in sites {
                        self.rho[j as usize] -= by;
                    }
                }
                self.visited += sites.len() as u64;
            }
        }
        self.select();
        self.best = self.value;
        self.best_u.copy_from_slice(&self.u);
    }
}

/// The reduced costs of a row's sites fall by what its price rises. The entries visited.
fn lower(reduced: &mut [f64], sites: &[u32], by: f64) -> u64 {
    for &j in sites {
        reduced[j as usize] -= by;
    }
    sites.len() as u64
}
