//! The search for the best sites: presolve, greedy, local search, exact. Sees a problem, returns a claim.

mod budget;
mod options;

pub use budget::{Budget, StoppedBy, Work};
pub use options::{Method, Options, Progress};
