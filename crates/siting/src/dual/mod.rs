//! The Lagrangian dual of choosing sites, and the tree above it.

mod benders;
mod bound;
mod core;
mod goals;
mod lp;
mod proof;
mod relaxed;
mod tree;

pub(crate) use self::benders::Takeover;
pub(crate) use self::bound::Bound;
pub(crate) use self::core::{Core, Fix, MUST};
pub(crate) use self::proof::{Prices, Proof};
pub(crate) use self::tree::{Pick, Plan, Primal, Steps, Tree};
