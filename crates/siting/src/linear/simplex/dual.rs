//! The dual method: the basis prices right, values move into their ranges.

use super::super::Standing;
use super::{DUAL_TOLERANCE, DualSimplex, PIVOT_TOLERANCE, Phase};

/// A column that may enter, with the step at which its reduced cost reaches 0.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    column: u32,
    /// Size of its entry in the pivot row.
    size: f64,
    /// Reduced cost, turned so that it is at least 0.
    reduced: f64,
}

impl DualSimplex {
    /// Moves values into their ranges until all are, or nothing can.
    pub(super) fn dual(&mut self, end: u64) -> Phase {
        loop {
            if self.factor.stale() && !self.renew() {
                return Phase::Again;
            }
            let Some(leave) = self.leaving() else { return Phase::Done };
            if self.iterations >= end {
                return Phase::Limit;
            }
            self.iterations += 1;
            let out = self.head[leave] as usize;
            let excess = self.excess(out);
            self.pivot_row(leave);
            let sign = excess.signum();
            let Some((enter, flips)) = self.entering(sign, excess.abs()) else {
                // Nothing helps: infeasible, if fresh factors say so too.
                if self.factor.updated() {
                    if !self.renew() {
                        return Phase::Again;
                    }
                    continue;
                }
                return Phase::Infeasible;
            };
            // The entering column in terms of the basis.
            let mut alpha = std::mem::take(&mut self.alpha);
            alpha.clear();
            alpha.resize(self.m(), 0.0);
            self.add_column_to(enter, 1.0, &mut alpha);
            self.factor.forward(&mut alpha);
            let (by_row, by_column) = (self.row[enter], alpha[leave]);
            if (by_row - by_column).abs() > 1e-7 * (1.0 + by_column.abs()) || by_column.abs() < PIVOT_TOLERANCE {
                self.alpha = alpha;
                if self.factor.updated() {
                    if !self.renew() {
                        return Phase::Again;
                    }
                    continue;
                }
                if by_column.abs() < 1e-9 {
                    return Phase::Again;
                }
            } else {
                self.alpha = alpha;
            }
            self.flip(&flips);
            self.exchange(leave, enter);
        }
    }

    /// The position whose value is farthest out of its range, measured along the edge.
    fn leaving(&self) -> Option<usize> {
        let mut best = (0.0, usize::MAX);
        for (position, &j) in self.head.iter().enumerate() {
            let excess = self.excess(j as usize);
            if excess != 0.0 && excess.abs() > self.room(j as usize) {
                let score = excess * excess / self.weight[position];
                if score > best.0 {
                    best = (score, position);
                }
            }
        }
        (best.1 != usize::MAX).then_some(best.1)
    }

    /// Row of the basis inverse at a position, and that row times all columns that are not basic.
    fn pivot_row(&mut self, position: usize) {
        let m = self.m();
        self.direction.clear();
        self.direction.resize(m, 0.0);
        self.direction[position] = 1.0;
        self.factor.backward(&mut self.direction);
        self.row.clear();
        self.row.resize(self.n + m, 0.0);
        for (i, &rho) in self.direction.iter().enumerate() {
            if rho.abs() > 1e-14 {
                let row = &self.rows[i];
                for (&j, &a) in row.column.iter().zip(&row.value) {
                    self.row[j as usize] += rho * a;
                }
                self.row[self.n + i] = -rho;
                self.entries += row.column.len() as u64;
            }
        }
        self.entries += (self.factor.size() + self.n + m) as u64;
    }

    /// The entering column and those that change ends before it. `sign` is +1 where the leaving value has to fall.
    fn entering(&mut self, sign: f64, excess: f64) -> Option<(usize, Vec<u32>)> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for j in 0..self.n + self.m() {
            let alpha = sign * self.row[j];
            if alpha.abs() <= 1e-9 || self.standing[j] == Standing::Basic || self.is_fixed(j) {
                continue;
            }
            let reduced = match self.standing[j] {
                Standing::AtLower if alpha > 0.0 => self.reduced[j].max(0.0),
                Standing::AtUpper if alpha < 0.0 => (-self.reduced[j]).max(0.0),
                Standing::AtZero => 0.0,
                _ => continue,
            };
            candidates.push(Candidate { column: j as u32, size: alpha.abs(), reduced });
        }
        let mut flips = Vec::new();
        let mut slope = excess;
        loop {
            // The largest step that keeps every reduced cost within the tolerance.
            let mut step = f64::INFINITY;
            for c in &candidates {
                step = step.min((c.reduced + DUAL_TOLERANCE) / c.size);
            }
            if step.is_infinite() {
                return None;
            }
            let mut best: Option<Candidate> = None;
            let mut fall = 0.0;
            for c in candidates.iter().filter(|c| c.reduced <= step * c.size) {
                fall += c.size * (self.upper[c.column as usize] - self.lower[c.column as usize]);
                if best.is_none_or(|b| c.size > b.size) {
                    best = Some(*c);
                }
            }
            let chosen = best?;
            if slope - fall <= 0.0 || !fall.is_finite() {
                if chosen.size < 1e-9 {
                    return None;
                }
                return Some((chosen.column as usize, flips));
            }
            // All of these can change ends and the value is still out of its range.
            slope -= fall;
            candidates.retain(|c| {
                let passed = c.reduced <= step * c.size;
                if passed {
                    flips.push(c.column);
                }
                !passed
            });
            if candidates.is_empty() {
                return None;
            }
        }
    }

    /// Puts boxed columns at their other ends and brings the basic values up to date.
    fn flip(&mut self, flips: &[u32]) {
        if flips.is_empty() {
            return;
        }
        let mut change = std::mem::take(&mut self.tau);
        change.clear();
        change.resize(self.m(), 0.0);
        for &j in flips {
            let j = j as usize;
            let before = self.value[j];
            self.park(j, self.standing[j] == Standing::AtLower);
            self.add_column_to(j, self.value[j] - before, &mut change);
        }
        self.factor.forward(&mut change);
        for (position, &j) in self.head.iter().enumerate() {
            self.value[j as usize] -= change[position];
        }
        self.entries += self.factor.size() as u64;
        self.tau = change;
    }

    /// One change of basis. `alpha`, `direction` and `row` are those of the pivot.
    fn exchange(&mut self, leave: usize, enter: usize) {
        let m = self.m();
        let out = self.head[leave] as usize;
        let pivot = self.alpha[leave];
        // Dual step. A reduced cost on the wrong side of 0 is shifted to 0, so that no step goes back.
        let wrong = match self.standing[enter] {
            Standing::AtLower => self.reduced[enter] < 0.0,
            Standing::AtUpper => self.reduced[enter] > 0.0,
            _ => true,
        };
        if wrong && self.reduced[enter] != 0.0 {
            self.price[enter] -= self.reduced[enter];
            self.reduced[enter] = 0.0;
            self.shifted = true;
        }
        let step = self.reduced[enter] / pivot;
        if step == 0.0 {
            self.stalled += 1;
        } else {
            for j in 0..self.n + m {
                let alpha = self.row[j];
                if alpha == 0.0 || self.standing[j] == Standing::Basic {
                    continue;
                }
                let d = self.reduced[j] - step * alpha;
                let over = match self.standing[j] {
                    _ if self.is_fixed(j) => false,
                    Standing::AtLower => d < 0.0,
                    Standing::AtUpper => d > 0.0,
                    _ => false,
                };
                if over {
                    self.price[j] -= d;
                    self.shifted = true;
                }
                self.reduced[j] = if over { 0.0 } else { d };
            }
            if step.abs() > 1e-12 {
                self.stalled = 0;
            } else {
                self.stalled += 1;
            }
        }
        self.reduced[out] = -step;
        self.reduced[enter] = 0.0;
        // Primal step.
        let target = if self.value[out] > self.upper[out] { self.upper[out] } else { self.lower[out] };
        let move_by = (self.value[out] - target) / pivot;
        for (position, &j) in self.head.iter().enumerate() {
            self.value[j as usize] -= move_by * self.alpha[position];
        }
        self.value[enter] += move_by;
        self.value[out] = target;
        self.standing[out] =
            if target == self.upper[out] && target != self.lower[out] { Standing::AtUpper } else { Standing::AtLower };
        self.standing[enter] = Standing::Basic;
        // Steepest edge.
        let norm: f64 = self.direction.iter().map(|r| r * r).sum();
        let mut tau = std::mem::take(&mut self.tau);
        tau.clear();
        tau.extend_from_slice(&self.direction);
        self.factor.forward(&mut tau);
        for position in 0..m {
            let a = self.alpha[position];
            if position != leave && a != 0.0 {
                let ratio = a / pivot;
                let w = self.weight[position] - 2.0 * ratio * tau[position] + ratio * ratio * norm;
                self.weight[position] = w.max(1e-4);
            }
        }
        self.weight[leave] = (norm / (pivot * pivot)).max(1e-4);
        self.tau = tau;
        self.entries += 2 * self.factor.size() as u64;
        self.factor.replace(leave, &self.alpha);
        self.head[leave] = enter as u32;
        if self.stalled > 60 {
            self.perturb();
            self.stalled = 0;
        }
    }

    /// Moves costs a little away from ties, each in the direction that keeps its reduced cost right.
    fn perturb(&mut self) {
        for j in 0..self.n + self.m() {
            if self.standing[j] == Standing::Basic || self.is_fixed(j) {
                continue;
            }
            // A fixed sequence that looks like chance.
            let mixed = (j as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            let size = 1e-6 * (1.0 + self.price[j].abs()) * (0.5 + mixed as f64 / f64::from(1u32 << 24));
            let by = match self.standing[j] {
                Standing::AtLower => size,
                Standing::AtUpper => -size,
                _ => continue,
            };
            self.price[j] += by;
            self.reduced[j] += by;
            self.shifted = true;
        }
    }
}
