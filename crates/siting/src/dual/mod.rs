//! The Lagrangian dual of choosing sites, and the tree above it.

mod ascent;
mod benders;
mod bound;
mod core;
mod goals;
mod lp;
mod proof;
mod relaxed;
mod state;
mod steps;
mod tree;

pub(crate) use self::benders::Takeover;
pub(crate) use self::bound::Bound;
pub(crate) use self::core::{Core, Fix, MUST};
pub(crate) use self::proof::{Prices, Proof};
use self::state::State;
pub(crate) use self::steps::{Pick, Plan, Primal, Steps};
pub(crate) use self::tree::Tree;
