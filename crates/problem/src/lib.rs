//! A location problem as mathematics: instance, solution, bound, certificate, verification. No search, no geography.
//!
//! [`Instance`] is the one formulation; [`models`] gives the classic problems as instances. A search hands in a [`Claim`]; [`verify`]
//! recomputes everything from the instance and is the only way to an [`Outcome`]. What a certificate means, and how to check it
//! with other tools, stands in `CERTIFICATE.md`.
//!
//! ```
//! use firesite_problem::*;
//! use firesite_problem::models::{Parameters, model};
//!
//! // Two sites, three villages of 7, 5 and 3 people; site 0 reaches the first, site 1 the others.
//! let row = |weight, site| Row { weight, reach: vec![(site, 4)], ..Row::default() };
//! let rows = vec![row(7, 0), row(5, 1), row(3, 1)];
//! let sites = vec![Site::new("north"), Site::new("south")];
//! let build = model("max-cover").unwrap().build;
//! let parameters = Parameters { p: Some(1), limit: Some(4), ..Parameters::default() };
//! let instance = build(sites, rows, &parameters)?.instance;
//!
//! // "South covers 8, and nothing covers more": with a price of 7 for an open site, one in units of people, north earns 0 and
//! // south 1. The bound is 1 · 7 + max(0, 7 - 7) + max(0, 8 - 7) = 8.
//! let multipliers = Multipliers { constraints: vec![-7], ..Multipliers::default() };
//! let proof = LevelProof { scale: 1, multipliers, nodes: vec![Node::default()] };
//! let certificate = Certificate::new(vec![proof]);
//! let claim = Claim::new(Some(vec![1]), vec![(Some(8), Some(8))], Some(certificate.clone()), None);
//! assert!(matches!(verify(&instance, &claim), Ok(Outcome::Optimal(_))));
//!
//! // A lie is refused: the proof does not show 7.
//! let lie = Claim::new(Some(vec![1]), vec![(Some(8), Some(7))], Some(certificate), None);
//! assert!(verify(&instance, &lie).is_err());
//! # Ok::<(), firesite_problem::models::Unbuildable>(())
//! ```
//!
//! Capacitated assignment (largest service areas, workloads) is a model of its own: [`capacitated`].
//!
//! Not here: any search (`firesite-siting`), any coordinate on the earth (`firesite-network`).
pub mod capacitated;
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
pub mod planar;
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
