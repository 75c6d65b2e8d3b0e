//! The crate `microlp` behind [`LinearProgram`]: a second opinion on values. It keeps no basis that we could reach and tells no duals, so
//! every solve is a cold one.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome};

use super::{Basis, LinearError, LinearProgram, LinearStatus};

/// A program that `microlp` solves anew each time. Its iterations cannot be limited or counted.
#[derive(Debug, Clone, Default)]
pub struct Microlp {
    columns: Vec<(f64, f64, f64)>,
    rows: Vec<(Vec<(usize, f64)>, f64, f64)>,
    x: Vec<f64>,
    objective: f64,
}

impl Microlp {
    /// A program without columns and rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl LinearProgram for Microlp {
    fn add_column(&mut self, cost: f64, lower: f64, upper: f64) -> Result<usize, LinearError> {
        if !cost.is_finite() || lower.is_nan() || upper.is_nan() {
            return Err(LinearError::NotFinite);
        }
        self.columns.push((cost, lower, upper));
        Ok(self.columns.len() - 1)
    }

    fn add_row(&mut self, terms: &[(usize, f64)], lower: f64, upper: f64) -> Result<usize, LinearError> {
        if lower.is_nan() || upper.is_nan() || terms.iter().any(|t| !t.1.is_finite()) {
            return Err(LinearError::NotFinite);
        }
        let columns = self.columns.len();
        if let Some(&(column, _)) = terms.iter().find(|t| t.0 >= columns) {
            return Err(LinearError::NoSuchColumn { column, columns });
        }
        let mut sum: Vec<(usize, f64)> = Vec::with_capacity(terms.len());
        let mut sorted = terms.to_vec();
        sorted.sort_by_key(|t| t.0);
        for (j, a) in sorted {
            match sum.last_mut() {
                Some(last) if last.0 == j => last.1 += a,
                _ => sum.push((j, a)),
            }
        }
        self.rows.push((sum, lower, upper));
        Ok(self.rows.len() - 1)
    }

    fn delete_rows(&mut self, positions: &[usize]) {
        let mut i = 0;
        self.rows.retain(|_| {
            i += 1;
            !positions.contains(&(i - 1))
        });
    }

    fn set_bounds(&mut self, column: usize, lower: f64, upper: f64) -> Result<(), LinearError> {
        if lower.is_nan() || upper.is_nan() {
            return Err(LinearError::NotFinite);
        }
        let columns = self.columns.len();
        let Some(c) = self.columns.get_mut(column) else {
            return Err(LinearError::NoSuchColumn { column, columns });
        };
        (c.1, c.2) = (lower, upper);
        Ok(())
    }

    fn solve(&mut self, _iteration_limit: u64) -> LinearStatus {
        if self.columns.iter().any(|c| c.1 > c.2) || self.rows.iter().any(|r| r.1 > r.2) {
            return LinearStatus::Infeasible;
        }
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables: Vec<_> = self.columns.iter().map(|&(c, low, high)| problem.add_var(c, (low, high))).collect();
        for (terms, low, high) in &self.rows {
            let terms: Vec<_> = terms.iter().map(|&(j, a)| (variables[j], a)).collect();
            if low == high {
                problem.add_constraint(&terms[..], ComparisonOp::Eq, *low);
                continue;
            }
            if low.is_finite() {
                problem.add_constraint(&terms[..], ComparisonOp::Ge, *low);
            }
            if high.is_finite() {
                problem.add_constraint(&terms[..], ComparisonOp::Le, *high);
            }
        }
        match problem.solve() {
            Ok(SolveOutcome::Solution(solution)) => {
                self.objective = solution.objective();
                self.x = variables.iter().map(|&v| solution.var_value(v)).collect();
                LinearStatus::Optimal
            }
            Err(microlp::Error::Infeasible) => LinearStatus::Infeasible,
            Err(microlp::Error::Unbounded) => LinearStatus::Unbounded,
            Ok(_) | Err(_) => LinearStatus::Failed,
        }
    }

    fn columns(&self) -> usize {
        self.columns.len()
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn x(&self) -> &[f64] {
        &self.x
    }

    fn objective(&self) -> f64 {
        self.objective
    }

    fn row_duals(&self) -> Option<&[f64]> {
        None
    }

    fn reduced_costs(&self) -> Option<&[f64]> {
        None
    }

    fn basis(&self) -> Option<Basis> {
        None
    }

    fn restore(&mut self, _basis: &Basis) {}

    fn iterations(&self) -> u64 {
        0
    }

    fn entries(&self) -> u64 {
        0
    }
}
