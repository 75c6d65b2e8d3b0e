//! The primal method: values are in their ranges, prices become right. It only takes back the shifts of the dual method, so it
//! is kept simple: largest reduced cost, and the least position once nothing moves.

use super::super::Standing;
use super::{DUAL_TOLERANCE, DualSimplex, PIVOT_TOLERANCE, PRIMAL_TOLERANCE, Phase};

impl DualSimplex {
    /// Improves the objective until no reduced cost is wrong.
    pub(super) fn primal(&mut self, end: u64) -> Phase {
        let mut still = 0u32;
        loop {
            if self.factor.stale() {
                if !self.refactor() {
                    return Phase::Again;
                }
                self.compute_reduced();
                self.compute_values();
                if !self.primal_feasible() {
                    return Phase::Again;
                }
            }
            let Some((enter, sign)) = self.improving(still > 200) else { return Phase::Done };
            if self.iterations >= end {
                return Phase::Limit;
            }
            self.iterations += 1;
            let m = self.m();
            let mut alpha = std::mem::take(&mut self.alpha);
            alpha.clear();
            alpha.resize(m, 0.0);
            self.add_column_to(enter, 1.0, &mut alpha);
            self.factor.forward(&mut alpha);
            self.entries += (self.factor.size() + self.n + m) as u64;
            self.alpha = alpha;
            // Ratio test: `enter` moves by sign·t, the basis by −sign·t·alpha.
            let own = self.upper[enter] - self.lower[enter];
            let mut longest = f64::INFINITY;
            for position in 0..m {
                let a = sign * self.alpha[position];
                if a.abs() > PIVOT_TOLERANCE {
                    longest = longest.min((self.way(position, a) + PRIMAL_TOLERANCE).max(0.0) / a.abs());
                }
            }
            if own <= longest && own.is_finite() {
                let before = self.value[enter];
                self.park(enter, sign > 0.0);
                let moved = self.value[enter] - before;
                self.shift_basis(moved);
                still = 0;
                continue;
            }
            if longest.is_infinite() {
                if self.factor.updated() {
                    if !self.refactor() {
                        return Phase::Again;
                    }
                    self.compute_reduced();
                    self.compute_values();
                    continue;
                }
                return Phase::Unbounded;
            }
            let mut best = (0.0, usize::MAX);
            for position in 0..m {
                let a = sign * self.alpha[position];
                if a.abs() > PIVOT_TOLERANCE && self.way(position, a) / a.abs() <= longest {
                    let better = if still > 200 {
                        // Least position among those that block first: no basis comes twice.
                        best.1 == usize::MAX || self.head[position] < self.head[best.1]
                    } else {
                        a.abs() > best.0
                    };
                    if better {
                        best = (a.abs(), position);
                    }
                }
            }
            let leave = best.1;
            if leave == usize::MAX {
                return Phase::Again;
            }
            let a = sign * self.alpha[leave];
            let step = (self.way(leave, a) / a.abs()).max(0.0);
            still = if step > 1e-12 { 0 } else { still + 1 };
            let out = self.head[leave] as usize;
            self.value[enter] += sign * step;
            self.shift_basis(sign * step);
            let at_upper = a < 0.0;
            self.value[out] = if at_upper { self.upper[out] } else { self.lower[out] };
            self.standing[out] = if at_upper { Standing::AtUpper } else { Standing::AtLower };
            self.standing[enter] = Standing::Basic;
            self.exchange_primal(leave, enter);
        }
    }

    /// How far the value at a position may move when it moves against `a`.
    fn way(&self, position: usize, a: f64) -> f64 {
        let j = self.head[position] as usize;
        if a > 0.0 { self.value[j] - self.lower[j] } else { self.upper[j] - self.value[j] }
    }

    fn shift_basis(&mut self, moved: f64) {
        for (position, &j) in self.head.iter().enumerate() {
            self.value[j as usize] -= moved * self.alpha[position];
        }
    }

    /// A column whose reduced cost is wrong, and the direction in which it pays.
    fn improving(&self, first: bool) -> Option<(usize, f64)> {
        let mut best: Option<(f64, usize, f64)> = None;
        for j in 0..self.n + self.m() {
            if self.standing[j] == Standing::Basic || self.is_fixed(j) {
                continue;
            }
            let d = self.reduced[j];
            let sign = match self.standing[j] {
                Standing::AtLower if d < -DUAL_TOLERANCE => 1.0,
                Standing::AtUpper if d > DUAL_TOLERANCE => -1.0,
                Standing::AtZero if d.abs() > DUAL_TOLERANCE => -d.signum(),
                _ => continue,
            };
            if best.is_none_or(|b| d.abs() > b.0) {
                best = Some((d.abs(), j, sign));
                if first {
                    break;
                }
            }
        }
        best.map(|(_, j, sign)| (j, sign))
    }

    fn exchange_primal(&mut self, leave: usize, enter: usize) {
        let m = self.m();
        self.direction.clear();
        self.direction.resize(m, 0.0);
        self.direction[leave] = 1.0;
        self.factor.backward(&mut self.direction);
        let step = self.reduced[enter] / self.alpha[leave];
        let out = self.head[leave] as usize;
        for (i, &rho) in self.direction.iter().enumerate() {
            if rho.abs() > 1e-14 {
                let row = &self.rows[i];
                for (&j, &a) in row.column.iter().zip(&row.value) {
                    self.reduced[j as usize] -= step * rho * a;
                }
                self.reduced[self.n + i] += step * rho;
                self.entries += row.column.len() as u64;
            }
        }
        self.entries += self.factor.size() as u64;
        self.factor.replace(leave, &self.alpha);
        self.head[leave] = enter as u32;
        self.weight[leave] = 1.0;
        for &j in &self.head {
            self.reduced[j as usize] = 0.0;
        }
        self.reduced[out] = -step;
    }
}
