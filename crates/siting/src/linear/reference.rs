//! Other solvers behind [`LinearProgram`]: second opinions. They keep nothing between solves, so that every solve is a cold one.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome};

use super::{Basis, LinearError, LinearProgram, LinearStatus};

/// A program as plain figures.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Cost and range of each column.
    pub columns: Vec<(f64, f64, f64)>,
    /// Terms, each column once and ascending, and range of each row.
    pub rows: Vec<(Vec<(usize, f64)>, f64, f64)>,
}

/// What a solver answers.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Values of the columns.
    pub x: Vec<f64>,
    /// Their cost.
    pub objective: f64,
    /// Duals of the rows and reduced costs of the columns, where the solver tells them.
    pub duals: Option<(Vec<f64>, Vec<f64>)>,
    /// Iterations, where they are counted.
    pub iterations: u64,
}

/// A solver that is given the whole program each time.
pub trait Solver: Default {
    /// Solves it; the answer counts where the status is optimal.
    fn solve(&mut self, program: &Figures, iteration_limit: u64) -> (LinearStatus, Answer);
}

/// A program that is solved anew each time.
#[derive(Debug, Clone, Default)]
pub struct Cold<S> {
    solver: S,
    program: Figures,
    answer: Answer,
    iterations: u64,
}

/// The crate `microlp`. Its iterations cannot be limited or counted, and it tells no duals.
pub type Microlp = Cold<ByMicrolp>;

/// The solver of [`Microlp`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ByMicrolp;

impl<S: Solver> Cold<S> {
    /// A program without columns and rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Solver for ByMicrolp {
    fn solve(&mut self, program: &Figures, _iteration_limit: u64) -> (LinearStatus, Answer) {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables: Vec<_> = program.columns.iter().map(|&(c, low, high)| problem.add_var(c, (low, high))).collect();
        for (terms, low, high) in &program.rows {
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
        let status = match problem.solve() {
            Ok(SolveOutcome::Solution(solution)) => {
                let x = variables.iter().map(|&v| solution.var_value(v)).collect();
                let answer = Answer { x, objective: solution.objective(), ..Answer::default() };
                return (LinearStatus::Optimal, answer);
            }
            Err(microlp::Error::Infeasible) => LinearStatus::Infeasible,
            Err(microlp::Error::Unbounded) => LinearStatus::Unbounded,
            Ok(_) | Err(_) => LinearStatus::Failed,
        };
        (status, Answer::default())
    }
}

impl<S: Solver> LinearProgram for Cold<S> {
    fn add_column(&mut self, cost: f64, lower: f64, upper: f64) -> Result<usize, LinearError> {
        if !cost.is_finite() || lower.is_nan() || upper.is_nan() {
            return Err(LinearError::NotFinite);
        }
        self.program.columns.push((cost, lower, upper));
        Ok(self.program.columns.len() - 1)
    }

    fn add_row(&mut self, terms: &[(usize, f64)], lower: f64, upper: f64) -> Result<usize, LinearError> {
        if lower.is_nan() || upper.is_nan() || terms.iter().any(|t| !t.1.is_finite()) {
            return Err(LinearError::NotFinite);
        }
        let columns = self.program.columns.len();
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
        self.program.rows.push((sum, lower, upper));
        Ok(self.program.rows.len() - 1)
    }

    fn delete_rows(&mut self, positions: &[usize]) {
        let mut i = 0;
        self.program.rows.retain(|_| {
            i += 1;
            !positions.contains(&(i - 1))
        });
    }

    fn set_bounds(&mut self, column: usize, lower: f64, upper: f64) -> Result<(), LinearError> {
        if lower.is_nan() || upper.is_nan() {
            return Err(LinearError::NotFinite);
        }
        let columns = self.program.columns.len();
        let Some(c) = self.program.columns.get_mut(column) else {
            return Err(LinearError::NoSuchColumn { column, columns });
        };
        (c.1, c.2) = (lower, upper);
        Ok(())
    }

    fn solve(&mut self, iteration_limit: u64) -> LinearStatus {
        let program = &self.program;
        if program.columns.iter().any(|c| c.1 > c.2) || program.rows.iter().any(|r| r.1 > r.2) {
            return LinearStatus::Infeasible;
        }
        let (status, answer) = self.solver.solve(program, iteration_limit);
        self.iterations += answer.iterations;
        if status == LinearStatus::Optimal {
            self.answer = answer;
        }
        status
    }

    fn columns(&self) -> usize {
        self.program.columns.len()
    }

    fn rows(&self) -> usize {
        self.program.rows.len()
    }

    fn x(&self) -> &[f64] {
        &self.answer.x
    }

    fn objective(&self) -> f64 {
        self.answer.objective
    }

    fn row_duals(&self) -> Option<&[f64]> {
        self.answer.duals.as_ref().map(|duals| &duals.0[..])
    }

    fn reduced_costs(&self) -> Option<&[f64]> {
        self.answer.duals.as_ref().map(|duals| &duals.1[..])
    }

    fn basis(&self) -> Option<Basis> {
        None
    }

    fn restore(&mut self, _basis: &Basis) {}

    fn iterations(&self) -> u64 {
        self.iterations
    }

    fn entries(&self) -> u64 {
        0
    }
}
