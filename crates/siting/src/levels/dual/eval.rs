//! The bound at given prices, and its slope.

use super::super::limit::Meter;
use super::super::state::NONE;
use super::{Piece, Prices, Region};

/// Room for one evaluation, and its results.
#[derive(Debug, Clone, Default)]
pub(in crate::levels) struct Eval {
    pub bound: f64,
    pub rho: Vec<f64>,
    /// Least of 0 and the `ρ` of each set.
    pub set_value: Vec<f64>,
    /// Sites that the relaxed plan opens, decided ones included.
    pub chosen: Vec<u32>,
    saving: Vec<f64>,
    active: Vec<bool>,
    q: Vec<f64>,
    pub(super) served: Vec<f64>,
    pub(super) grad_sigma: Vec<f64>,
    pub(super) grad_lambda: Vec<f64>,
    fixed_cost: Vec<f64>,
    pub meter: Meter,
}

impl Eval {
    /// Evaluates `L`.
    pub(in crate::levels) fn run(&mut self, piece: &Piece, region: &Region, prices: &Prices) -> f64 {
        let own = piece.conditions.len();
        self.meter.charge(piece.rows.len() + piece.sites.len());
        let mut total = 0.0;
        for (c, condition) in piece.conditions.iter().chain(&region.counts).enumerate() {
            total += prices.lambda[c] * condition.rhs;
        }
        let mut bound = total + piece.constant;
        for (g, group) in piece.groups.iter().enumerate() {
            bound += prices.phi[g] * group.floor
                - (piece.omega - prices.sigma[g]) * group.cap
                - (prices.sigma[g] + prices.phi[g]) * group.settled;
        }
        // Rows: what nobody (or the open sites) leaves, and the credit each further site may take.
        self.q.clear();
        self.q.resize(piece.rows.len(), 0.0);
        let timed = piece.time_price > 0.0;
        for (i, row) in piece.rows.iter().enumerate() {
            let s = reward(piece, prices, row.group);
            let base = piece.time_price * region.base[i] - if region.base_covered[i] { s } else { 0.0 };
            bound += row.weight * (base - prices.u[i]);
            self.q[i] = if timed {
                base - prices.u[i]
            } else if region.base_covered[i] {
                0.0
            } else {
                row.weight * (s - prices.u[i]).max(0.0)
            };
        }
        // Profiles with a free site.
        self.active.clear();
        self.active.resize(piece.profiles(), false);
        for (k, &state) in region.state.iter().enumerate() {
            if state == 0 {
                self.active[piece.profile[k] as usize] = true;
            }
        }
        self.saving.clear();
        self.saving.resize(piece.profiles(), 0.0);
        for p in 0..piece.profiles() {
            if !self.active[p] {
                continue;
            }
            let range = piece.start[p] as usize..piece.start[p + 1] as usize;
            self.meter.visited += range.len() as u64;
            let mut sum = 0.0;
            if timed {
                for e in range {
                    let i = piece.row[e] as usize;
                    let row = &piece.rows[i];
                    let c = piece.time_price * piece.time[e]
                        - if piece.covered[e] { reward(piece, prices, row.group) } else { 0.0 };
                    let d = self.q[i] - c;
                    if d > 0.0 {
                        sum += row.weight * d;
                    }
                }
            } else {
                for e in range {
                    let i = piece.row[e] as usize;
                    if piece.covered[e] {
                        sum += self.q[i];
                    } else if region.hard[i] {
                        sum += piece.rows[i].weight * (-prices.u[i]).max(0.0);
                    }
                }
            }
            self.saving[p] = sum;
        }
        self.fixed_cost.clear();
        self.fixed_cost.extend_from_slice(&piece.cost);
        for (k, cost) in self.fixed_cost.iter_mut().enumerate() {
            for &(c, a) in &piece.conditions_of[k] {
                *cost -= prices.lambda[c as usize] * a;
            }
        }
        for (m, count) in region.counts.iter().enumerate() {
            let price = prices.lambda[own + m];
            if price != 0.0 {
                for &(k, a) in &count.terms {
                    self.fixed_cost[k as usize] -= price * a;
                }
            }
        }
        self.rho.clear();
        self.rho.resize(piece.sites.len(), 0.0);
        self.set_value.clear();
        self.chosen.clear();
        for set in &piece.sets {
            let mut least = 0.0;
            let mut who = NONE;
            for &k in set {
                let ku = k as usize;
                match region.state[ku] {
                    1 => {
                        self.rho[ku] = self.fixed_cost[ku];
                        bound += self.fixed_cost[ku];
                        self.chosen.push(k);
                    }
                    0 => {
                        let rho = self.fixed_cost[ku] - self.saving[piece.profile[ku] as usize];
                        self.rho[ku] = rho;
                        if rho < least {
                            least = rho;
                            who = k;
                        }
                    }
                    _ => self.rho[ku] = f64::INFINITY,
                }
            }
            self.set_value.push(least);
            bound += least;
            if who != NONE {
                self.chosen.push(who);
            }
        }
        self.bound = bound;
        bound
    }

    /// Subgradients of the last evaluation: `served` (times each row takes credit), of `σ` (and `φ` by its own constant), of `λ`.
    pub(super) fn gradients(&mut self, piece: &Piece, region: &Region, prices: &Prices) {
        let own = piece.conditions.len();
        self.served.clear();
        self.served.resize(piece.rows.len(), 0.0);
        self.grad_sigma.clear();
        self.grad_sigma.extend(piece.groups.iter().map(|g| -g.settled));
        for (i, row) in piece.rows.iter().enumerate() {
            if row.group != NONE && region.base_covered[i] {
                self.grad_sigma[row.group as usize] -= row.weight;
            }
        }
        self.grad_lambda.clear();
        self.grad_lambda.extend(piece.conditions.iter().chain(&region.counts).map(|c| c.rhs));
        for &k in &self.chosen {
            for &(c, a) in &piece.conditions_of[k as usize] {
                self.grad_lambda[c as usize] -= a;
            }
            if region.state[k as usize] == 1 {
                continue;
            }
            let p = piece.profile[k as usize] as usize;
            self.meter.charge((piece.start[p + 1] - piece.start[p]) as usize);
            for e in piece.start[p] as usize..piece.start[p + 1] as usize {
                let i = piece.row[e] as usize;
                let row = &piece.rows[i];
                let s = reward(piece, prices, row.group);
                let base = piece.time_price * region.base[i] - if region.base_covered[i] { s } else { 0.0 };
                let c = piece.time_price * piece.time[e] - if piece.covered[e] { s } else { 0.0 };
                if base - prices.u[i] - c > 0.0 || (region.hard[i] && base - prices.u[i] - c >= 0.0) {
                    self.served[i] += 1.0;
                    if row.group != NONE {
                        self.grad_sigma[row.group as usize] -= row.weight
                            * (f64::from(u8::from(piece.covered[e])) - f64::from(u8::from(region.base_covered[i])));
                    }
                }
            }
        }
        if region.counts.is_empty() {
            return;
        }
        let mut open = vec![false; piece.sites.len()];
        for &k in &self.chosen {
            open[k as usize] = true;
        }
        for (m, count) in region.counts.iter().enumerate() {
            self.grad_lambda[own + m] -= count.terms.iter().filter(|t| open[t.0 as usize]).map(|t| t.1).sum::<f64>();
        }
    }
}

/// Worth of a unit of covered weight of a group.
#[inline]
pub(super) fn reward(piece: &Piece, prices: &Prices, group: u32) -> f64 {
    if group == NONE { piece.omega } else { prices.sigma[group as usize] + prices.phi[group as usize] }
}
