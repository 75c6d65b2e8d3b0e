//! Linear programs some of whose columns take whole values only: whole models given to other solvers, as second opinions.

use std::collections::HashMap;
use std::time::Duration;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOptions};

use super::reference::{ByMicrolp, Figures};

/// `minimise Σ c_j·x_j` under rows and ranges, some `x_j` whole.
#[derive(Debug, Clone, Default)]
pub struct IntegerProgram {
    /// Columns and rows.
    pub figures: Figures,
    /// Whether a column takes whole values only, by column.
    pub whole: Vec<bool>,
    /// Name of each column.
    pub names: Vec<String>,
}

/// How such a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IntegerStatus {
    /// The solver says that nothing is better.
    Optimal,
    /// A solution, and the limit came before a proof.
    Feasible,
    /// The limit came before a solution.
    Unknown,
    /// The solver says that there is no solution.
    Infeasible,
    /// The solver gave up.
    Failed,
}

impl IntegerStatus {
    /// One word for tables.
    pub fn name(self) -> &'static str {
        match self {
            IntegerStatus::Optimal => "optimal",
            IntegerStatus::Feasible => "feasible",
            IntegerStatus::Unknown => "unknown",
            IntegerStatus::Infeasible => "infeasible",
            IntegerStatus::Failed => "failed",
        }
    }
}

/// What a solver answers; everything is minimised.
#[derive(Debug, Clone, PartialEq)]
pub struct IntegerAnswer {
    /// How it ended.
    pub status: IntegerStatus,
    /// Values of the columns; empty without a solution.
    pub x: Vec<f64>,
    /// Value of the solution.
    pub objective: Option<f64>,
    /// No solution is better than this, says the solver.
    pub bound: Option<f64>,
}

/// A solver of whole models.
pub trait IntegerSolver {
    /// Solves a program within a time.
    fn solve_within(&self, program: &IntegerProgram, time_limit: Duration) -> IntegerAnswer;
}

/// Why a text is not a program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct NotMps {
    /// From 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub what: String,
}

impl IntegerProgram {
    /// Reads MPS files as [`firesite_problem::write::mps`] writes them: sections `ROWS`, `COLUMNS` with one entry a line and integer
    /// markers, `RHS`, and bounds `UP`, `BV` and `FX`; a minimisation.
    ///
    /// ```
    /// use firesite_problem::{Instance, Objective, Row, Site, write::mps};
    /// use firesite_siting::linear::{ByMicrolp, IntegerProgram, IntegerSolver, IntegerStatus};
    ///
    /// let instance = Instance {
    ///     sites: vec![Site::new("north"), Site::new("south")],
    ///     rows: vec![Row { weight: 1, reach: vec![(0, 1), (1, 1)], must: true, ..Row::default() }],
    ///     levels: vec![Objective::Cost],
    ///     ..Instance::default()
    /// };
    /// let program = IntegerProgram::read_mps(&mps(&instance, 0, &[])?)?;
    /// let answer = ByMicrolp.solve_within(&program, std::time::Duration::from_secs(1));
    /// assert_eq!((answer.status, answer.objective), (IntegerStatus::Optimal, Some(1.0)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_mps(text: &str) -> Result<Self, NotMps> {
        let mut program = IntegerProgram::default();
        let mut rows: HashMap<&str, usize> = HashMap::new();
        let mut columns: HashMap<&str, usize> = HashMap::new();
        let (mut section, mut whole, mut objective) = ("", false, "");
        for (k, text) in text.lines().enumerate() {
            let wrong = |what: String| NotMps { line: k + 1, what };
            let words: Vec<&str> = text.split_whitespace().collect();
            if !text.starts_with(' ') {
                section = words.first().copied().unwrap_or(section);
                if !["NAME", "ROWS", "COLUMNS", "RHS", "BOUNDS", "ENDATA", ""].contains(&section) {
                    return Err(wrong(format!("the section {section} is not known here")));
                }
                continue;
            }
            let word = |at: usize| {
                let missing = || wrong(format!("the section {section} wants at least {} words a line", at + 1));
                words.get(at).copied().ok_or_else(missing)
            };
            let number = |at: usize| {
                let text = word(at)?;
                text.parse::<f64>().map_err(|_| wrong(format!("{text} is not a number")))
            };
            match section {
                "ROWS" => {
                    let ends = match word(0)? {
                        "N" => {
                            objective = word(1)?;
                            continue;
                        }
                        "G" => (0.0, f64::INFINITY),
                        "L" => (f64::NEG_INFINITY, 0.0),
                        "E" => (0.0, 0.0),
                        other => return Err(wrong(format!("{other} is not a kind of row: N, G, L or E"))),
                    };
                    rows.insert(word(1)?, program.figures.rows.len());
                    program.figures.rows.push((Vec::new(), ends.0, ends.1));
                }
                "COLUMNS" if word(1)?.trim_matches('\'') == "MARKER" => whole = word(2)? == "'INTORG'",
                "COLUMNS" => {
                    let name = word(0)?;
                    let fresh = program.figures.columns.len();
                    let j = *columns.entry(name).or_insert(fresh);
                    if j == fresh {
                        program.figures.columns.push((0.0, 0.0, if whole { 1.0 } else { f64::INFINITY }));
                        program.whole.push(whole);
                        program.names.push(name.to_owned());
                    }
                    let a = number(2)?;
                    if word(1)? == objective {
                        program.figures.columns[j].0 += a;
                    } else {
                        let row = *rows.get(word(1)?).ok_or_else(|| wrong("a row that ROWS does not list".into()))?;
                        program.figures.rows[row].0.push((j, a));
                    }
                }
                "RHS" => {
                    let row = *rows.get(word(1)?).ok_or_else(|| wrong("a row that ROWS does not list".into()))?;
                    let row = &mut program.figures.rows[row];
                    let rhs = number(2)?;
                    (row.1, row.2) = (row.1 + rhs, row.2 + rhs);
                }
                "BOUNDS" => {
                    let j =
                        *columns.get(word(2)?).ok_or_else(|| wrong("a column that COLUMNS does not list".into()))?;
                    let column = &mut program.figures.columns[j];
                    match word(0)? {
                        "UP" => column.2 = number(3)?,
                        "FX" => (column.1, column.2) = (number(3)?, number(3)?),
                        "BV" => (column.1, column.2) = (0.0, 1.0),
                        other => return Err(wrong(format!("{other} is not a kind of bound known here: UP, FX or BV"))),
                    }
                }
                _ => {}
            }
        }
        Ok(program)
    }

    /// Whole columns whose names begin with `x`, and that are 1: the open sites.
    pub fn open_sites(&self, answer: &IntegerAnswer) -> Vec<u32> {
        let named = self.names.iter().zip(&answer.x).filter(|(_, v)| **v > 0.5);
        let mut open: Vec<u32> = named.filter_map(|(name, _)| name.strip_prefix('x')?.parse().ok()).collect();
        open.sort_unstable();
        open
    }
}

impl IntegerSolver for ByMicrolp {
    fn solve_within(&self, program: &IntegerProgram, time_limit: Duration) -> IntegerAnswer {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let columns = program.figures.columns.iter().zip(&program.whole);
        let variables: Vec<_> = columns
            .map(|(&(cost, low, high), &whole)| {
                if whole {
                    problem.add_integer_var(cost, (low as i32, high as i32))
                } else {
                    problem.add_var(cost, (low, high))
                }
            })
            .collect();
        for (terms, low, high) in &program.figures.rows {
            let terms: Vec<_> = terms.iter().map(|&(j, a)| (variables[j], a)).collect();
            if low == high {
                problem.add_constraint(&terms[..], ComparisonOp::Eq, *low);
            } else if low.is_finite() {
                problem.add_constraint(&terms[..], ComparisonOp::Ge, *low);
            } else {
                problem.add_constraint(&terms[..], ComparisonOp::Le, *high);
            }
        }
        let without = |status, bound: Option<f64>| IntegerAnswer { status, x: Vec::new(), objective: None, bound };
        let mut options = SolveOptions::default();
        options.time_limit = Some(time_limit);
        match problem.solve_with(options) {
            Ok(outcome) => {
                let proven = outcome.is_optimal();
                let bound = outcome.stats().best_bound;
                let Some(solution) = outcome.solution() else { return without(IntegerStatus::Unknown, bound) };
                let objective = solution.objective();
                IntegerAnswer {
                    status: if proven { IntegerStatus::Optimal } else { IntegerStatus::Feasible },
                    x: variables.iter().map(|&v| solution.var_value(v)).collect(),
                    objective: Some(objective),
                    bound: bound.or(proven.then_some(objective)),
                }
            }
            Err(Error::Infeasible) => without(IntegerStatus::Infeasible, None),
            Err(_) => without(IntegerStatus::Failed, None),
        }
    }
}
