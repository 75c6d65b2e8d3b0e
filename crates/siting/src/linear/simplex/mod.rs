//! A bounded dual simplex method for programs of a few thousand columns and rows.
//!
//! After a row is added or a bound moved the old basis is still dual feasible, so the dual method goes on from there; that is what
//! branch and cut does all day. A start that is not dual feasible is made so by shifting costs for a while, and a primal
//! method takes the shifts back at the end (Koberstein 2005). Rows are held ready in the form `a_i·x − s_i = 0` with a logical column
//! `s_i` that carries the row's range.
//!
//! The method depends on no clock and no hash order: the same calls give the same answers.

mod dual;
mod factor;
mod primal;
mod program;

use super::{LinearStatus, Standing};
use factor::Factor;

/// How far a value may pass its end.
const PRIMAL_TOLERANCE: f64 = 1e-9;
/// How far a reduced cost may pass 0.
const DUAL_TOLERANCE: f64 = 1e-9;
/// A change of basis needs a pivot of at least this size.
const PIVOT_TOLERANCE: f64 = 1e-7;

/// A row, scaled by a power of two so that its largest coefficient is near 1.
#[derive(Debug, Clone, Default)]
struct ScaledRow {
    column: Vec<u32>,
    value: Vec<f64>,
    scale: f64,
}

/// How one of the two methods ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing left to improve for this method.
    Done,
    Infeasible,
    Unbounded,
    Limit,
    /// The figures have drifted: factor and start over.
    Again,
}

/// The solver: a bounded dual simplex with a factorised basis.
///
/// Memory: the terms twice, and the factors of a basis of as many columns as there are rows. An iteration visits, at worst, all terms
/// once and the factors four times.
///
/// Method: steepest-edge pricing (Forrest and Goldfarb 1992), the ratio test with tolerances of Harris (1973) that also flips
/// boxed columns to their other end, factors with updates in product form. Ties go to the larger pivot, then to the smaller position.
#[derive(Debug, Clone, Default)]
pub struct DualSimplex {
    n: usize,
    rows: Vec<ScaledRow>,
    /// Entries of each structural column, `(row, value)`.
    column: Vec<Vec<(u32, f64)>>,
    /// The column −e_i of each logical, in the form the factors take.
    logical: Vec<[(u32, f64); 1]>,
    /// Of all columns, structural ones first, then a logical for each row.
    cost: Vec<f64>,
    /// Costs as they are used just now: shifted.
    price: Vec<f64>,
    shifted: bool,
    lower: Vec<f64>,
    upper: Vec<f64>,
    standing: Vec<Standing>,
    value: Vec<f64>,
    reduced: Vec<f64>,
    /// Column at each position of the basis.
    head: Vec<u32>,
    /// Steepest-edge weight of each position.
    weight: Vec<f64>,
    factor: Factor,
    /// The factors and values fit the basis and the rows.
    ready: bool,
    iterations: u64,
    entries: u64,
    duals: Vec<f64>,
    objective: f64,
    alpha: Vec<f64>,
    direction: Vec<f64>,
    row: Vec<f64>,
    tau: Vec<f64>,
    /// Iterations in a row that moved nothing.
    stalled: u32,
}

impl DualSimplex {
    /// A program without columns and rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn m(&self) -> usize {
        self.rows.len()
    }

    fn is_fixed(&self, j: usize) -> bool {
        self.lower[j] >= self.upper[j]
    }

    /// Puts a column that is not basic at an end it has, near `value`.
    fn park(&mut self, j: usize, prefer_upper: bool) {
        let (low, high) = (self.lower[j], self.upper[j]);
        self.standing[j] = match (low.is_finite(), high.is_finite()) {
            (true, true) if prefer_upper => Standing::AtUpper,
            (true, _) => Standing::AtLower,
            (false, true) => Standing::AtUpper,
            (false, false) => Standing::AtZero,
        };
        self.value[j] = match self.standing[j] {
            Standing::AtUpper => high,
            Standing::AtLower => low,
            _ => 0.0,
        };
    }

    /// Adds `factor` times a column to a vector by row.
    fn add_column_to(&self, j: usize, factor: f64, x: &mut [f64]) {
        if j < self.n {
            for &(i, a) in &self.column[j] {
                x[i as usize] += factor * a;
            }
        } else {
            x[j - self.n] -= factor;
        }
    }

    /// Factors the basis; columns that depend on others make way for logicals.
    fn refactor(&mut self) -> bool {
        let m = self.m();
        for _ in 0..3 {
            let (n, column, logical) = (self.n, &self.column, &self.logical);
            let columns = self.head.iter().map(|&j| {
                let j = j as usize;
                if j < n { column[j].as_slice() } else { logical[j - n].as_slice() }
            });
            let built = self.factor.build(m, columns);
            // Building takes a few small allocations a row, each as dear as some dozens of entries.
            self.entries += (4 * self.factor.size() + 200 * m) as u64;
            let Err(missing) = built else { return true };
            for (&position, &row) in missing.positions.iter().zip(&missing.rows) {
                let out = self.head[position] as usize;
                self.park(out, self.upper[out] - self.value[out] < self.value[out] - self.lower[out]);
                self.head[position] = (n + row) as u32;
                self.standing[n + row] = Standing::Basic;
            }
            self.weight.fill(1.0);
        }
        false
    }

    /// Values of the basic columns from those of the others.
    fn compute_values(&mut self) {
        let mut x = std::mem::take(&mut self.direction);
        x.clear();
        x.resize(self.m(), 0.0);
        for j in 0..self.n + self.m() {
            if self.standing[j] != Standing::Basic && self.value[j] != 0.0 {
                self.add_column_to(j, -self.value[j], &mut x);
            }
        }
        self.factor.forward(&mut x);
        for (position, &j) in self.head.iter().enumerate() {
            self.value[j as usize] = x[position];
        }
        self.direction = x;
        self.entries += (self.factor.size() + self.n) as u64;
    }

    /// Reduced costs of all columns at the present prices.
    fn compute_reduced(&mut self) {
        let m = self.m();
        let mut y = std::mem::take(&mut self.direction);
        y.clear();
        y.extend(self.head.iter().map(|&j| self.price[j as usize]));
        self.factor.backward(&mut y);
        self.reduced.clear();
        self.reduced.extend_from_slice(&self.price);
        for (i, &price) in y.iter().enumerate() {
            if price != 0.0 {
                let row = &self.rows[i];
                for (&j, &a) in row.column.iter().zip(&row.value) {
                    self.reduced[j as usize] -= price * a;
                }
                self.reduced[self.n + i] += price;
                self.entries += row.column.len() as u64;
            }
        }
        for &j in &self.head {
            self.reduced[j as usize] = 0.0;
        }
        self.entries += (self.factor.size() + self.n + m) as u64;
        self.direction = y;
    }

    /// Shifts costs so that every column that is not basic has a reduced cost of the right sign; boxed ones change ends instead.
    fn make_dual_feasible(&mut self) {
        for j in 0..self.n + self.m() {
            if self.standing[j] == Standing::Basic || self.is_fixed(j) {
                continue;
            }
            let d = self.reduced[j];
            let (low, high) = (self.lower[j].is_finite(), self.upper[j].is_finite());
            if d > DUAL_TOLERANCE && !low || d < -DUAL_TOLERANCE && !high {
                self.price[j] -= d;
                self.reduced[j] = 0.0;
                self.shifted = true;
            } else if low && high && d.abs() > DUAL_TOLERANCE {
                self.park(j, d < 0.0);
            }
        }
    }

    /// Whether the basis is optimal as far as reduced costs tell.
    fn dual_feasible(&self) -> bool {
        (0..self.n + self.m()).all(|j| {
            let d = self.reduced[j];
            match self.standing[j] {
                Standing::Basic => true,
                _ if self.is_fixed(j) => true,
                Standing::AtLower => d >= -2.0 * DUAL_TOLERANCE,
                Standing::AtUpper => d <= 2.0 * DUAL_TOLERANCE,
                Standing::AtZero => d.abs() <= 2.0 * DUAL_TOLERANCE,
            }
        })
    }

    fn primal_feasible(&self) -> bool {
        self.head.iter().all(|&j| self.excess(j as usize).abs() <= self.room(j as usize))
    }

    /// How far a column may pass its ends.
    fn room(&self, j: usize) -> f64 {
        PRIMAL_TOLERANCE * (1.0 + self.value[j].abs())
    }

    /// How far a column is beyond its upper end (positive) or below its lower end (negative).
    fn excess(&self, j: usize) -> f64 {
        let x = self.value[j];
        if x < self.lower[j] {
            x - self.lower[j]
        } else if x > self.upper[j] {
            x - self.upper[j]
        } else {
            0.0
        }
    }

    fn prepare(&mut self) -> bool {
        // Columns that are not basic stand at ends that exist.
        for j in 0..self.n + self.m() {
            let wrong = match self.standing[j] {
                Standing::Basic => false,
                Standing::AtLower => self.value[j] != self.lower[j] || !self.lower[j].is_finite(),
                Standing::AtUpper => self.value[j] != self.upper[j] || !self.upper[j].is_finite(),
                Standing::AtZero => self.value[j] != 0.0 || self.lower[j].is_finite() || self.upper[j].is_finite(),
            };
            if wrong {
                self.park(j, self.standing[j] == Standing::AtUpper);
            }
        }
        if !self.ready && !self.refactor() {
            return false;
        }
        self.price.clear();
        self.price.extend_from_slice(&self.cost);
        self.shifted = false;
        self.compute_reduced();
        self.make_dual_feasible();
        self.compute_values();
        self.ready = true;
        true
    }

    /// Factors anew, and computes everything that follows from the basis.
    fn renew(&mut self) -> bool {
        if !self.refactor() {
            return false;
        }
        self.compute_reduced();
        self.make_dual_feasible();
        self.compute_values();
        true
    }

    fn run(&mut self, limit: u64) -> LinearStatus {
        if (0..self.n + self.m()).any(|j| self.lower[j] > self.upper[j]) {
            return LinearStatus::Infeasible;
        }
        let end = self.iterations.saturating_add(limit);
        self.stalled = 0;
        if !self.prepare() {
            return LinearStatus::Failed;
        }
        let mut again = 0;
        for _ in 0..50 {
            match self.dual(end) {
                Phase::Done => {}
                Phase::Infeasible => return LinearStatus::Infeasible,
                Phase::Limit => return LinearStatus::IterationLimit,
                Phase::Again | Phase::Unbounded => {
                    again += 1;
                    if again > 20 || !self.renew() {
                        return LinearStatus::Failed;
                    }
                    continue;
                }
            }
            if self.shifted {
                self.price.copy_from_slice(&self.cost);
                self.shifted = false;
                self.compute_reduced();
                match self.primal(end) {
                    Phase::Unbounded => return LinearStatus::Unbounded,
                    Phase::Limit => return LinearStatus::IterationLimit,
                    Phase::Again if !self.refactor() => return LinearStatus::Failed,
                    _ => {}
                }
            }
            // A last look with fresh factors: nothing is claimed of figures that have drifted.
            if self.factor.updated() && !self.refactor() {
                return LinearStatus::Failed;
            }
            self.compute_reduced();
            self.compute_values();
            if self.dual_feasible() && self.primal_feasible() {
                return LinearStatus::Optimal;
            }
            self.make_dual_feasible();
            self.compute_values();
        }
        LinearStatus::Failed
    }

    /// Duals and objective in the caller's units.
    fn report(&mut self) {
        self.duals.clear();
        for i in 0..self.m() {
            let d = self.reduced.get(self.n + i).copied().unwrap_or(0.0);
            self.duals.push(d * self.rows[i].scale);
        }
        self.objective = (0..self.n).map(|j| self.cost[j] * self.value[j]).sum();
    }
}
