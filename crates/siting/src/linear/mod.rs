//! Linear programs that are solved again and again, each time with some rows or bounds changed: what branch and cut needs.
//!
//! ```text
//! minimise  Σ_j c_j·x_j    subject to    rowlow_i ≤ Σ_j a_ij·x_j ≤ rowhigh_i,    low_j ≤ x_j ≤ high_j
//! ```
//!
//! [`LinearProgram`] is the door; three implementations stand behind it:
//!
//! | implementation | warm start | duals | needs |
//! |---|---|---|---|
//! | [`DualSimplex`] | yes | yes | nothing |
//! | [`Microlp`] | no | no | nothing (the crate `microlp`; a second opinion on values) |
//! | `Highs` (feature `highs`) | no | yes | a C++ compiler, cmake and libclang when it is built; a second opinion on duals too |
//!
//! Row duals `y` and reduced costs `d` have the signs of a minimisation: `d_j = c_j − Σ_i y_i·a_ij`, `y_i ≥ 0` where the row holds at its
//! lower end, `y_i ≤ 0` at its upper end. By weak duality *any* `y` bounds the optimum, whether or not the solver that made it can be
//! trusted; see [`dual_bound`].
//!
//! ```
//! use firesite_siting::linear::{DualSimplex, LinearProgram, LinearStatus, dual_bound};
//!
//! // Two sites of cost 3 and 2; two villages, the second can use either.
//! let mut program = DualSimplex::new();
//! let north = program.add_column(3.0, 0.0, 1.0)?;
//! let south = program.add_column(2.0, 0.0, 1.0)?;
//! program.add_row(&[(north, 1.0), (south, 1.0)], 1.0, f64::INFINITY)?;
//! assert_eq!(program.solve(1000), LinearStatus::Optimal);
//! assert_eq!(program.objective(), 2.0);
//! // A second village, which only the north reaches: the solver goes on from where it was.
//! program.add_row(&[(north, 1.0)], 1.0, f64::INFINITY)?;
//! assert_eq!(program.solve(1000), LinearStatus::Optimal);
//! assert_eq!(program.x(), [1.0, 0.0]);
//! assert_eq!(program.row_duals().map(|y| y[0] + y[1]), Some(3.0));
//! # Ok::<(), firesite_siting::linear::LinearError>(())
//! ```

pub mod benders;
#[cfg(feature = "highs")]
mod highs;
mod integer;
mod reference;
mod simplex;

#[cfg(feature = "highs")]
pub use highs::{ByHighs, Highs};
pub use integer::{IntegerAnswer, IntegerProgram, IntegerSolver, IntegerStatus, NotMps};
pub use reference::{Answer, ByMicrolp, Cold, Figures, Microlp, Solver};
pub use simplex::DualSimplex;

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinearStatus {
    /// `x` is optimal within the solver's tolerance.
    Optimal,
    /// No `x` satisfies all rows and bounds.
    Infeasible,
    /// The objective has no lower bound.
    Unbounded,
    /// The limit on the number of iterations was reached; the next solve goes on from here.
    IterationLimit,
    /// The arithmetic broke down; nothing is claimed.
    Failed,
}

/// Where a column or a row stands in a [`Basis`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In the basis: its value follows from the others.
    Basic,
    /// At its lower end.
    AtLower,
    /// At its upper end.
    AtUpper,
    /// At 0, with no end on either side.
    AtZero,
}

/// Where a solver stood, to go back to. Rows added since are taken as basic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// One per column.
    pub columns: Vec<Standing>,
    /// One per row.
    pub rows: Vec<Standing>,
}

/// Why a program was not changed as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinearError {
    /// A row names a column that is not there.
    #[error("column {column} does not exist: there are {columns}")]
    NoSuchColumn {
        /// Position asked for.
        column: usize,
        /// Columns that exist.
        columns: usize,
    },
    /// A coefficient or a cost is infinite or not a number, or an end of a range is not a number.
    #[error("a coefficient is not a finite number")]
    NotFinite,
}

/// A linear program with a memory. Columns and rows are numbered from 0 in the order in which they were added.
pub trait LinearProgram {
    /// Adds a column with its cost and range (ends may be infinite); returns its position.
    fn add_column(&mut self, cost: f64, lower: f64, upper: f64) -> Result<usize, LinearError>;
    /// Adds a row `lower ≤ Σ coefficient·x ≤ upper` (ends may be infinite; a column named twice counts twice); returns its position.
    fn add_row(&mut self, terms: &[(usize, f64)], lower: f64, upper: f64) -> Result<usize, LinearError>;
    /// Deletes rows by position; those that stay keep their order and move up. Positions that do not exist are passed over.
    fn delete_rows(&mut self, positions: &[usize]);
    /// Replaces the range of a column. A range that is empty makes the program infeasible.
    fn set_bounds(&mut self, column: usize, lower: f64, upper: f64) -> Result<(), LinearError>;
    /// Solves, from where the last solve ended if the implementation can, with at most so many iterations.
    fn solve(&mut self, iteration_limit: u64) -> LinearStatus;
    /// Number of columns.
    fn columns(&self) -> usize;
    /// Number of rows.
    fn rows(&self) -> usize;
    /// Values of the columns after the last solve.
    fn x(&self) -> &[f64];
    /// `Σ c_j·x_j` after the last solve.
    fn objective(&self) -> f64;
    /// `y`, one per row, after an optimal solve; `None` where the implementation does not know them.
    fn row_duals(&self) -> Option<&[f64]>;
    /// `d`, one per column, after an optimal solve; `None` where the implementation does not know them.
    fn reduced_costs(&self) -> Option<&[f64]>;
    /// Where the solver stands; `None` where the implementation has no memory.
    fn basis(&self) -> Option<Basis>;
    /// Goes back to a basis of this program with the rows it had then, or with rows added since. A basis that does not fit is
    /// repaired.
    fn restore(&mut self, basis: &Basis);
    /// Iterations of all solves so far; 0 where the implementation does not count.
    fn iterations(&self) -> u64;
    /// Entries of the matrix and its factors visited so far, a measure of work that no clock enters; 0 where the implementation does
    /// not count.
    fn entries(&self) -> u64;
}

/// What row duals `y` prove: no feasible `x` costs less than this (weak duality). `−∞` where a column with an infinite end has a
/// reduced cost that would need it.
///
/// `columns` are `(cost, lower, upper)`, `rows` are `(terms, lower, upper)`. Complexity: linear in the terms.
pub fn dual_bound(columns: &[(f64, f64, f64)], rows: &[(Vec<(usize, f64)>, f64, f64)], y: &[f64]) -> f64 {
    let mut reduced: Vec<f64> = columns.iter().map(|c| c.0).collect();
    let mut bound = 0.0;
    let mut take = |price: f64, lower: f64, upper: f64| {
        if price > 0.0 {
            bound += price * lower;
        } else if price < 0.0 {
            bound += price * upper;
        }
    };
    for ((terms, lower, upper), &price) in rows.iter().zip(y) {
        take(price, *lower, *upper);
        for &(j, a) in terms {
            reduced[j] -= price * a;
        }
    }
    for (&d, &(_, lower, upper)) in reduced.iter().zip(columns) {
        take(d, lower, upper);
    }
    bound
}
