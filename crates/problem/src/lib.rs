//! A location problem as mathematics: instance, solution, bound, certificate, verification. No search, no geography.
pub mod certificate;
pub mod claim;
pub mod instance;
pub mod outcome;

pub use certificate::{Certificate, Change, LevelProof, Multipliers, Node, Then};
pub use claim::{Claim, LevelClaim, Status, gap};
pub use instance::{Constraint, Group, Instance, Objective, Row, Sense, Site};
pub use outcome::{Bound, Outcome, Proven, Refuted, Solution, Stopped};
