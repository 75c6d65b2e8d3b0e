//! The solver `HiGHS` behind [`LinearProgram`](super::LinearProgram): a second opinion on values and duals.

use std::ops::Bound;
use std::time::Duration;

use highs::{HighsModelStatus, HighsSolutionStatus, RowProblem, Sense};

use super::LinearStatus;
use super::integer::{IntegerAnswer, IntegerProgram, IntegerSolver, IntegerStatus};
use super::reference::{Answer, Cold, Figures, Solver};

/// The solver `HiGHS`, with its dual simplex on one thread.
pub type Highs = Cold<ByHighs>;

/// The solver of [`Highs`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ByHighs;

impl Solver for ByHighs {
    fn solve(&mut self, program: &Figures, iteration_limit: u64) -> (LinearStatus, Answer) {
        let mut problem = RowProblem::default();
        let columns: Vec<_> =
            program.columns.iter().map(|&(cost, low, high)| problem.add_column(cost, between(low, high))).collect();
        for (terms, low, high) in &program.rows {
            let terms: Vec<_> = terms.iter().map(|&(j, a)| (columns[j], a)).collect();
            problem.add_row(between(*low, *high), &terms);
        }
        let Ok(mut model) = problem.try_optimise(Sense::Minimise) else {
            return (LinearStatus::Failed, Answer::default());
        };
        model.make_quiet();
        // The simplex, because only it ends at a vertex with duals that belong to it.
        model.set_option("solver", "simplex");
        model.set_option("parallel", "off");
        model.set_option("simplex_iteration_limit", i32::try_from(iteration_limit).unwrap_or(i32::MAX));
        let Ok(solved) = model.try_solve() else { return (LinearStatus::Failed, Answer::default()) };
        let iterations = u64::try_from(solved.simplex_iteration_count()).unwrap_or(0);
        let status = match solved.status() {
            HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => LinearStatus::Optimal,
            HighsModelStatus::Infeasible => LinearStatus::Infeasible,
            HighsModelStatus::Unbounded => LinearStatus::Unbounded,
            HighsModelStatus::ReachedIterationLimit => LinearStatus::IterationLimit,
            _ => LinearStatus::Failed,
        };
        let solution = solved.get_solution();
        let x = solution.columns().to_vec();
        let objective = program.columns.iter().zip(&x).map(|(column, x)| column.0 * x).sum();
        let duals = Some((solution.dual_rows().to_vec(), solution.dual_columns().to_vec()));
        (status, Answer { x, objective, duals, iterations })
    }
}

impl IntegerSolver for ByHighs {
    fn solve_within(&self, program: &IntegerProgram, time_limit: Duration) -> IntegerAnswer {
        let mut problem = RowProblem::default();
        let columns = program.figures.columns.iter().zip(&program.whole);
        let columns: Vec<_> = columns
            .map(|(&(cost, low, high), &whole)| {
                if whole {
                    problem.add_integer_column(cost, between(low, high))
                } else {
                    problem.add_column(cost, between(low, high))
                }
            })
            .collect();
        for (terms, low, high) in &program.figures.rows {
            let terms: Vec<_> = terms.iter().map(|&(j, a)| (columns[j], a)).collect();
            problem.add_row(between(*low, *high), &terms);
        }
        let failed = IntegerAnswer { status: IntegerStatus::Failed, x: Vec::new(), objective: None, bound: None };
        let Ok(mut model) = problem.try_optimise(Sense::Minimise) else { return failed };
        model.make_quiet();
        model.set_option("parallel", "off");
        model.set_option("mip_rel_gap", 0.0);
        model.set_option("mip_abs_gap", 0.999);
        model.set_option("time_limit", time_limit.as_secs_f64());
        let Ok(solved) = model.try_solve() else { return failed };
        let bound = solved.double_info_value(c"mip_dual_bound").ok().filter(|b| b.is_finite());
        let found = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
        let status = match solved.status() {
            HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => IntegerStatus::Optimal,
            HighsModelStatus::Infeasible => IntegerStatus::Infeasible,
            HighsModelStatus::ReachedTimeLimit if found => IntegerStatus::Feasible,
            HighsModelStatus::ReachedTimeLimit => IntegerStatus::Unknown,
            _ => IntegerStatus::Failed,
        };
        let x = if found { solved.get_solution().columns().to_vec() } else { Vec::new() };
        IntegerAnswer { status, x, objective: found.then(|| solved.objective_value()), bound }
    }
}

fn between(low: f64, high: f64) -> (Bound<f64>, Bound<f64>) {
    let end = |end: f64| if end.is_finite() { Bound::Included(end) } else { Bound::Unbounded };
    (end(low), end(high))
}
