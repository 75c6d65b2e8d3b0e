//! The linear relaxation of a [`Core`], solved from the side of its prices by a bounded primal simplex method.
//!
//! With the costs of row i sorted, c_0 ≤ c_1 ≤ …, write its price as v_i = c_0 + Σ_e y_e with 0 ≤ y_e ≤ c_{e+1} − c_e: y_e is paid to
//! every site among the first e + 1. The dual of the relaxation is then
//!
//! max Σ y_e − λ·slots − Σ s_j   subject to   Σ_{e reaches j} y_e − λ + t_j − s_j = open_cost_j,   t, s, λ ≥ 0,
//!
//! whose own duals are the (fractional) sites x_j. There is one equation per *site*, so the basis stays small however many
//! rows there are; the columns are never stored, since those of a row are nested: prices along a row are prefix sums. Any
//! multipliers of the Lagrangian are a feasible start, and fixing a site only relaxes the problem, so a child starts from the
//! basis of its parent.
//!
//! The arithmetic is floating point. Nothing depends on it: prices are rounded to integers and their bound is computed anew.

use super::{Core, Fix, MUST};
use crate::budget::Budget;

const EPS: f64 = 1e-9;

/// What stands in a place of the basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Var {
    /// y_e, by position of the entry.
    Level(u32),
    /// λ.
    Slot,
    /// t_j.
    Slack(u32),
    /// s_j.
    Surplus(u32),
}

/// The relaxation and its basis.
#[derive(Debug, Clone)]
pub(crate) struct Relaxation {
    m: usize,
    slots: f64,
    limited: bool,
    row_start: Vec<usize>,
    row_of: Vec<u32>,
    site: Vec<u32>,
    /// Length of each level, 0 for those that are no level.
    length: Vec<f64>,
    y: Vec<f64>,
    in_basis: Vec<bool>,
    first: Vec<f64>,
    lambda: f64,
    lambda_in_basis: bool,
    basis: Vec<Var>,
    value: Vec<f64>,
    inverse: Vec<f64>,
    pi: Vec<f64>,
    /// Whether t_j and s_j are basic; at most one of them moves away from 0 otherwise.
    slack_in: Vec<bool>,
    surplus_in: Vec<bool>,
    slack_free: Vec<bool>,
    surplus_free: Vec<bool>,
    alpha: Vec<f64>,
    /// Row at which pricing goes on.
    cursor: usize,
    pub(crate) pivots: u64,
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Optimal,
    Limit,
    /// The prices grow without end: there is no plan.
    Unbounded,
}

impl Relaxation {
    /// The relaxation of a problem, starting from multipliers u (of the core) and λ.
    pub(crate) fn new(core: &Core, u: &[i64], slot: i64, scale: f64, reach: i64) -> Self {
        let m = core.sites();
        let mut lp = Relaxation {
            m,
            slots: if core.slots == usize::MAX { 0.0 } else { core.slots as f64 },
            limited: core.slots != usize::MAX,
            row_start: vec![0],
            row_of: Vec::new(),
            site: Vec::new(),
            length: Vec::new(),
            y: Vec::new(),
            in_basis: Vec::new(),
            first: Vec::new(),
            lambda: slot as f64 / scale,
            lambda_in_basis: false,
            basis: Vec::with_capacity(m),
            value: Vec::with_capacity(m),
            inverse: vec![0.0; m * m],
            pi: vec![0.0; m],
            slack_in: vec![false; m],
            surplus_in: vec![false; m],
            slack_free: vec![false; m],
            surplus_free: vec![false; m],
            alpha: vec![0.0; m],
            cursor: 0,
            pivots: 0,
        };
        let mut rest: Vec<f64> = core.open_cost.iter().map(|&f| f as f64 / scale + lp.lambda).collect();
        for i in 0..core.rows() {
            let (sites, costs) = core.row(i);
            let end = u[i].saturating_add(reach);
            lp.first.push(costs[0] as f64 / scale);
            for (k, (&j, &c)) in sites.iter().zip(costs).enumerate() {
                let next = costs.get(k + 1).copied().unwrap_or(core.cap[i]);
                let length = if next >= MUST { f64::INFINITY } else { (next - c) as f64 / scale };
                let y = ((u[i].min(next) - c).max(0)) as f64 / scale;
                lp.site.push(j);
                lp.row_of.push(i as u32);
                lp.length.push(length);
                lp.y.push(y);
                if y > 0.0 {
                    for &s in &sites[..=k] {
                        rest[s as usize] -= y;
                    }
                }
                if c > end {
                    break;
                }
            }
            lp.row_start.push(lp.site.len());
        }
        lp.in_basis = vec![false; lp.site.len()];
        for (j, &r) in rest.iter().enumerate() {
            if r >= 0.0 {
                lp.basis.push(Var::Slack(j as u32));
                lp.slack_in[j] = true;
                lp.value.push(r);
                lp.inverse[j * m + j] = 1.0;
            } else {
                lp.basis.push(Var::Surplus(j as u32));
                lp.surplus_in[j] = true;
                lp.value.push(-r);
                lp.inverse[j * m + j] = -1.0;
                lp.pi[j] = 1.0;
            }
        }
        lp
    }

    /// The fractional sites.
    pub(crate) fn x(&self) -> &[f64] {
        &self.pi
    }

    /// Decides a site. The present prices stay feasible.
    pub(crate) fn fix(&mut self, j: usize, fix: Fix) {
        match fix {
            Fix::Closed => self.slack_free[j] = true,
            Fix::Open => self.surplus_free[j] = true,
            Fix::Free => {}
        }
        // A freed variable that is basic keeps its value; π does not change until it moves.
    }

    /// The price of each row, from the levels paid.
    pub(crate) fn prices(&self, scale: f64) -> Vec<i64> {
        (0..self.first.len())
            .map(|i| {
                let paid: f64 = self.y[self.row_start[i]..self.row_start[i + 1]].iter().sum();
                ((self.first[i] + paid) * scale).round() as i64
            })
            .collect()
    }

    fn bounds(&self, var: Var) -> (f64, f64) {
        match var {
            Var::Level(e) => (0.0, self.length[e as usize]),
            Var::Slot => (0.0, f64::INFINITY),
            Var::Slack(j) => (if self.slack_free[j as usize] { f64::NEG_INFINITY } else { 0.0 }, f64::INFINITY),
            Var::Surplus(j) => (if self.surplus_free[j as usize] { f64::NEG_INFINITY } else { 0.0 }, f64::INFINITY),
        }
    }

    fn cost(&self, var: Var) -> f64 {
        match var {
            Var::Level(_) => 1.0,
            Var::Slot => -self.slots,
            Var::Slack(_) => 0.0,
            Var::Surplus(_) => -1.0,
        }
    }

    /// The variable with the largest reduced cost, and the direction in which it pays.
    ///
    /// Rows are looked at in parts, beginning where the last look ended: early on, any of them has something to offer.
    fn price(&mut self) -> Option<(f64, Var, f64)> {
        let mut best: Option<(f64, Var, f64)> = None;
        macro_rules! look {
            ($score:expr, $var:expr, $sign:expr) => {{
                let score = $score;
                if best.is_none_or(|b: (f64, Var, f64)| score > b.0) {
                    best = Some((score, $var, $sign));
                }
            }};
        }
        const TOL: f64 = 1e-7;
        let mut total = 0.0;
        for j in 0..self.m {
            let p = self.pi[j];
            total += p;
            if !self.slack_in[j] {
                if p < -TOL {
                    look!(-p, Var::Slack(j as u32), 1.0);
                } else if p > TOL && self.slack_free[j] {
                    look!(p, Var::Slack(j as u32), -1.0);
                }
            }
            if !self.surplus_in[j] {
                if p > 1.0 + TOL {
                    look!(p - 1.0, Var::Surplus(j as u32), 1.0);
                } else if p < 1.0 - TOL && self.surplus_free[j] {
                    look!(1.0 - p, Var::Surplus(j as u32), -1.0);
                }
            }
        }
        if self.limited && !self.lambda_in_basis {
            let d = total - self.slots;
            if d > TOL {
                look!(d, Var::Slot, 1.0);
            } else if d < -TOL && self.lambda > 0.0 {
                look!(-d, Var::Slot, -1.0);
            }
        }
        let rows = self.first.len();
        let part = (rows / 8).max(64);
        let mut done = 0;
        let mut i = self.cursor;
        while done < rows {
            if i >= rows {
                i = 0;
            }
            let mut sum = 0.0;
            for e in self.row_start[i]..self.row_start[i + 1] {
                sum += self.pi[self.site[e] as usize];
                if self.length[e] <= 0.0 || self.in_basis[e] {
                    continue;
                }
                let d = 1.0 - sum;
                if d > TOL && self.y[e] < self.length[e] {
                    look!(d, Var::Level(e as u32), 1.0);
                } else if d < -TOL && self.y[e] > 0.0 {
                    look!(-d, Var::Level(e as u32), -1.0);
                }
            }
            i += 1;
            done += 1;
            if done % part == 0 && best.is_some() {
                break;
            }
        }
        self.cursor = i;
        best
    }

    /// α = B⁻¹ a for a variable's column.
    fn column(&mut self, var: Var) {
        let m = self.m;
        self.alpha.fill(0.0);
        let mut add = |j: usize, factor: f64| {
            for (a, &b) in self.alpha.iter_mut().zip(&self.inverse[j * m..(j + 1) * m]) {
                *a += factor * b;
            }
        };
        match var {
            Var::Level(e) => {
                let e = e as usize;
                let start = self.row_start[self.row_of[e] as usize];
                for k in start..=e {
                    add(self.site[k] as usize, 1.0);
                }
            }
            Var::Slot => {
                for j in 0..m {
                    add(j, -1.0);
                }
            }
            Var::Slack(j) => add(j as usize, 1.0),
            Var::Surplus(j) => add(j as usize, -1.0),
        }
    }

    fn get(&self, var: Var) -> f64 {
        match var {
            Var::Level(e) => self.y[e as usize],
            Var::Slot => self.lambda,
            Var::Slack(_) | Var::Surplus(_) => 0.0,
        }
    }

    fn set(&mut self, var: Var, value: f64, basic: bool) {
        match var {
            Var::Level(e) => {
                self.y[e as usize] = value;
                self.in_basis[e as usize] = basic;
            }
            Var::Slot => {
                self.lambda = value;
                self.lambda_in_basis = basic;
            }
            Var::Slack(j) => self.slack_in[j as usize] = basic,
            Var::Surplus(j) => self.surplus_in[j as usize] = basic,
        }
    }

    /// Pivots until no price pays. Basic levels are written back at the end.
    pub(crate) fn solve(&mut self, budget: &mut Budget, most: u64) -> Ended {
        let mut done = 0u64;
        let ended = loop {
            if done >= most || budget.spent() {
                break Ended::Limit;
            }
            let Some((_, enter, sign)) = self.price() else { break Ended::Optimal };
            self.column(enter);
            done += 1;
            self.pivots += 1;
            budget.work.iterations += 1;
            budget.charge(self.site.len() + self.m);
            // Ratio test: the entering variable moves by sign·t, the basis by −sign·t·α.
            let (low, high) = self.bounds(enter);
            let now = self.get(enter);
            let own = if sign > 0.0 { high - now } else { now - low };
            let mut limit = f64::INFINITY;
            for k in 0..self.m {
                let a = sign * self.alpha[k];
                if a.abs() <= 1e-8 {
                    continue;
                }
                let (low, high) = self.bounds(self.basis[k]);
                let room = if a > 0.0 { (self.value[k] - low + EPS) / a } else { (high - self.value[k] + EPS) / -a };
                limit = limit.min(room);
            }
            if own <= limit && own.is_finite() {
                for k in 0..self.m {
                    self.value[k] -= sign * own * self.alpha[k];
                }
                self.set(enter, now + sign * own, false);
                continue;
            }
            if limit.is_infinite() {
                break Ended::Unbounded;
            }
            let mut leave = usize::MAX;
            let mut size = 0.0;
            let mut step = 0.0;
            for k in 0..self.m {
                let a = sign * self.alpha[k];
                if a.abs() <= 1e-8 || a.abs() <= size {
                    continue;
                }
                let (low, high) = self.bounds(self.basis[k]);
                let room = if a > 0.0 { (self.value[k] - low) / a } else { (high - self.value[k]) / -a };
                if room <= limit {
                    (leave, size, step) = (k, a.abs(), room.max(0.0));
                }
            }
            if leave == usize::MAX {
                break Ended::Limit;
            }
            for k in 0..self.m {
                self.value[k] -= sign * step * self.alpha[k];
            }
            let out = self.basis[leave];
            let (low, high) = self.bounds(out);
            let at = if sign * self.alpha[leave] > 0.0 { low } else { high };
            self.set(out, at, false);
            let entered = now + sign * step;
            self.set(enter, entered, true);
            self.pivot(leave, enter, entered);
        };
        for k in 0..self.m {
            match self.basis[k] {
                Var::Level(e) => self.y[e as usize] = self.value[k].clamp(0.0, self.length[e as usize]),
                Var::Slot => self.lambda = self.value[k].max(0.0),
                _ => {}
            }
        }
        ended
    }

    fn pivot(&mut self, r: usize, enter: Var, value: f64) {
        let m = self.m;
        let pivot = self.alpha[r];
        let mut reduced = self.cost(enter);
        for k in 0..m {
            if self.alpha[k] != 0.0 {
                reduced -= self.cost(self.basis[k]) * self.alpha[k];
            }
        }
        let alpha = &self.alpha;
        for j in 0..m {
            let column = &mut self.inverse[j * m..(j + 1) * m];
            let b = column[r];
            if b == 0.0 {
                continue;
            }
            let factor = b / pivot;
            self.pi[j] += reduced * factor;
            for (x, &a) in column.iter_mut().zip(alpha) {
                *x -= factor * a;
            }
            column[r] = factor;
        }
        self.basis[r] = enter;
        self.value[r] = value;
    }
}
