//! Which parts of a network hang together, and which parts are scraps.
//!
//! Strongly connected components come from `petgraph::algo::kosaraju_scc`, which keeps its own stack (petgraph's Tarjan
//! is recursive and overflows on a path of 100,000 nodes).

use fixedbitset::FixedBitSet;

/// Strongly connected components and the edges that may be snapped to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Components {
    /// Component of each node, numbered by their smallest node.
    pub(crate) of_node: Vec<u32>,
    /// How many.
    pub(crate) strong_count: usize,
    /// Nodes of the largest.
    pub(crate) largest_nodes: usize,
    /// Edges of parts that matter (not scraps).
    pub(crate) matters: FixedBitSet,
}
