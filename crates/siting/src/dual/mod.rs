//! The Lagrangian dual of choosing sites, and the tree above it.

mod core;

pub(crate) use self::core::{Core, Fix, MUST};
