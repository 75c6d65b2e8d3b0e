//! A location problem as mathematics: instance, solution, bound, certificate, verification. No search, no geography.
pub mod certificate;
pub mod claim;
pub mod classes;
pub mod evaluate;
pub mod instance;
pub mod models;
pub mod oracle;
pub mod outcome;
pub mod validate;
mod verify;

pub use certificate::{Certificate, Change, LevelProof, Multipliers, Node, Then};
pub use claim::{Claim, LevelClaim, Status, gap};
pub use classes::{Classes, Goal};
pub use evaluate::Violation;
pub use instance::{Constraint, Group, Instance, Objective, Row, Sense, Site};
pub use outcome::{Bound, Outcome, Proven, Refuted, Solution, Stopped};
pub use validate::{Invalid, MAX_TOTAL};
pub use verify::{Flaw, Rejection, verify};
