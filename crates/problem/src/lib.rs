//! A location problem as mathematics: instance, solution, bound, certificate, verification. No search, no geography.
pub mod certificate;
pub mod claim;
pub mod classes;
pub mod evaluate;
pub mod explain;
pub mod instance;
pub mod models;
pub mod oracle;
pub mod outcome;
pub mod plan_optimum;
pub mod read;
pub mod solution_file;
pub mod validate;
mod verify;
pub mod write;

pub use certificate::{Certificate, Change, LevelProof, Multipliers, Node, Then};
pub use claim::{Claim, LevelClaim, Status, gap};
pub use classes::{Classes, Goal};
pub use evaluate::Violation;
pub use instance::{Constraint, Group, Instance, Objective, Row, Sense, Site};
pub use outcome::{Bound, Outcome, Proven, Refuted, Solution, Stopped};
pub use plan_optimum::{PlanLevel, PlanOptimum, verify_plan_optimum};
pub use read::{Command, LocationProblem, Rounding, read_location};
pub use solution_file::{InstanceReference, SolutionFile, Verdict, verify_solution_file};
pub use validate::{Invalid, MAX_TOTAL};
pub use verify::{Flaw, Rejection, verify};
