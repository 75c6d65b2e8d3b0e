//! Large maximal covering problems: proving that nothing is better than the best plan by more than a goal.
//!
//! The linear relaxation of a thousand sites on a street network leaves one to two percent open that no tree closes: it spreads each
//! station over several neighbouring sites, and deciding one site hardly moves the bound. Deciding *which site covers a row, or none*
//! does, and reduced costs fix far more sites against a goal some tenths of a percent away than against the optimum.
//!
//! `problem.rs` holds the problem at a node, small and merged, its rows in the order of `order.rs`, in which a site covers few runs;
//! `ascent.rs` climbs its Lagrangian dual with the loops of `lanes.rs`; `node.rs` does everything for one node and writes its part of the
//! proof; `trial.rs` closes sites for a whole subtree by opening each of them once; `tree.rs` works on several nodes at once in a fixed
//! order, so the tree is the same for any number of threads; `pacing.rs` lowers a goal that would come too late.

mod ascent;
mod lanes;
mod node;
mod order;
mod pacing;
mod problem;
mod tree;
mod trial;

pub(crate) use node::Goal;
pub(crate) use pacing::Pacing;
pub(crate) use problem::{Covering, MOST};
pub(crate) use tree::{Ended, prove};
