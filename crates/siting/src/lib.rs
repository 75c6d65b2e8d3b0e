//! The search for the best sites: presolve, greedy, local search, exact. Sees a problem, returns a claim.

mod budget;
mod classic;
mod dual;
mod heuristic;
mod levels;
mod options;
mod sweep;

pub use budget::{Budget, StoppedBy, Work};
pub use options::{Method, Options, Progress};
pub use sweep::{Alternative, Point, alternatives, frontier, with_limit};

use firesite_problem::{Claim, Instance};

/// What a search brings home: a claim anyone can check with [`firesite_problem::verify`], and how it was found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// Open sites, values, bounds, statuses and the certificate.
    pub claim: Claim,
    /// What stopped the search before a proof; `None` when it ended by itself.
    pub stopped_by: Option<StoppedBy>,
    /// Counters.
    pub work: Work,
    /// What was simplified before the search, in order.
    pub presolve: Vec<Reduction>,
    /// Of an infeasible instance with levels or side constraints: names of constraints and floors that cannot hold together.
    pub conflict: Vec<String>,
}

/// One kind of simplification and how often it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reduction {
    /// What was done, in words.
    pub what: String,
    /// Rows or sites removed or decided by it.
    pub count: usize,
}

impl Report {
    /// A report without presolve log.
    pub fn new(claim: Claim, stopped_by: Option<StoppedBy>, work: Work) -> Self {
        Report { claim, stopped_by, work, presolve: Vec::new(), conflict: Vec::new() }
    }
}

/// Why a search could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The instance breaks a rule of its format.
    #[error("the instance is not valid: {0}")]
    Invalid(String),
    /// Numbers so large that sums would not be exact.
    #[error("the numbers of the instance are too large: {0}")]
    TooLarge(String),
    /// A combination of levels and constraints that no method here serves.
    #[error("no method serves this kind of instance: {0}")]
    Unsupported(String),
}

/// Searches for the best plan.
///
/// Instances of one level without side constraints other than a limit on the number of sites go to the classic methods
/// (p-median, p-center, set cover, maximal covering); everything else to the levelled search.
pub fn solve(instance: &Instance, options: &Options) -> Result<Report, Error> {
    instance.validate().map_err(|reason| Error::Invalid(reason.to_string()))?;
    match classic::Classic::recognise(instance) {
        Some(problem) => classic::solve(instance, problem, options),
        None => levels::solve(instance, options),
    }
}
