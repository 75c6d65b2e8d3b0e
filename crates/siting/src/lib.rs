//! The search for the best sites: presolve, greedy, local search, exact. Sees a problem, returns a claim.
//!
//! ```
//! use firesite_problem::{Constraint, Instance, Objective, Outcome, Row, Sense, Site, verify};
//! use firesite_siting::{Options, solve};
//!
//! // Two stations may be built at three places; five villages want to be covered.
//! let village = |weight, sites: &[u32]| Row { weight, reach: sites.iter().map(|&j| (j, 0)).collect(), ..Row::default() };
//! let instance = Instance {
//!     sites: ["north", "middle", "south"].map(Site::new).to_vec(),
//!     rows: vec![village(5, &[0]), village(4, &[0, 1]), village(3, &[1]), village(3, &[1, 2]), village(4, &[2])],
//!     constraints: vec![Constraint {
//!         name: "p".into(),
//!         terms: vec![(0, 1), (1, 1), (2, 1)],
//!         sense: Sense::AtMost,
//!         rhs: 2,
//!     }],
//!     levels: vec![Objective::Cover],
//!     ..Instance::default()
//! };
//! let report = solve(&instance, &Options::default())?;
//! assert_eq!(report.claim.open, Some(vec![0, 2]));
//! assert!(matches!(verify(&instance, &report.claim), Ok(Outcome::Optimal(_)))); // 16 of 19, and no plan covers more
//! # Ok::<(), firesite_siting::Error>(())
//! ```
//!
//! # How
//! | problem | first plan | bound and proof |
//! |---|---|---|
//! | p-median | lazy greedy, swaps | Lagrangian with momentum; then a tree on the linear relaxation, or on the Lagrangian where few sites are open |
//! | p-center | the covering problems themselves | search over the distinct times: dominance, packing, Lagrangian, tree |
//! | set cover | greedy on reduced costs | Lagrangian; tree on the linear relaxation |
//! | maximal covering | lazy greedy, swaps | the same as p-median with one level; large ones: goals, branching on which site covers a row |
//! | backup and expected coverage, level Center beside others | greedy, swaps, kicks | Lagrangian with every side constraint priced; tree on sites |
//! | any of these with side constraints or more levels, without level Center | the above | a first look by the Lagrangian; what it leaves, up to some thousand sites, to branch and Benders cut |
//!
//! Whatever the search does in floating point, its bounds are integer prices ([`firesite_problem::Certificate`]) that are evaluated
//! exactly. A search ends with `optimal` only when the tree is complete. Among equal plans the first found is kept; it does not
//! depend on the number of threads, since work is split in a fixed way and collected in order.

mod budget;
mod capacitated;
mod choose;
mod classic;
mod covering;
mod dual;
mod general;
mod heuristic;
mod levels;
pub mod linear;
mod options;
pub mod presolve;
mod sweep;

pub use budget::{Budget, StoppedBy, Work};
pub use capacitated::{CapacitatedReport, solve_capacitated};
pub use options::{Engine, Method, Options, Progress};
pub use sweep::{Alternative, Point, Worth, alternatives, frontier, with_limit, worth};

use firesite_problem::{Claim, Instance, Objective, Stopped};

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
    /// The same one by one, in the order of [`presolve`], where the search began with it.
    pub steps: Vec<presolve::Step>,
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
        Report { claim, stopped_by, work, presolve: Vec::new(), steps: Vec::new(), conflict: Vec::new() }
    }

    /// The report of a claim that says itself what stopped the search.
    pub(crate) fn of(claim: Claim, budget: &Budget) -> Self {
        let stopped_by = match claim.stopped {
            Some(Stopped::Time) => Some(StoppedBy::Time),
            Some(Stopped::Work) => Some(StoppedBy::Work),
            Some(Stopped::Gap) => Some(StoppedBy::Gap),
            _ => None,
        };
        Report::new(claim, stopped_by, budget.work)
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
/// (p-median, p-center, set cover, maximal covering); level Center beside others to the general search; everything else to the levelled
/// search (rows with gains to the general one), and what a first look of it leaves to branch and Benders cut where that is likely to get
/// further. [`Options::engine`] forces one of them.
pub fn solve(instance: &Instance, options: &Options) -> Result<Report, Error> {
    instance.validate().map_err(|reason| Error::Invalid(reason.to_string()))?;
    let recognised = classic::Classic::recognise(instance);
    let priced = !instance.levels.contains(&Objective::Center);
    let exact = options.method == Method::Exact;
    match (options.engine, recognised) {
        (Engine::General, _) if exact => general::solve(instance, options),
        (Engine::Benders, None) if exact && priced => linear::benders::solve(instance, options),
        (_, Some(problem)) => classic::solve(instance, problem, options, &mut classic::Warm::default()),
        (Engine::Automatic, None) if priced => choose::solve(instance, options),
        (_, None) => choose::lagrangian(instance, options),
    }
}
