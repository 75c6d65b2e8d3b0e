//! Which parts of a network hang together, and which parts are scraps.
//!
//! Strongly connected components come from `petgraph::algo::kosaraju_scc`, which keeps its own stack (petgraph's Tarjan
//! is recursive and overflows on a path of 100,000 nodes).

use fixedbitset::FixedBitSet;
use petgraph::unionfind::UnionFind;

use crate::network::Inner;
use crate::views::Crossings;
use crate::{EdgeId, NodeId, RoadNetwork};

/// A part with at least so much road matters, however large the rest is.
const LARGE_M: f64 = 10_000.0;
/// A part with at least this share of the largest part's road matters.
const LARGE_SHARE: f64 = 0.1;
/// Where the largest strongly connected part holds less than this share of the road that hangs together at all, one-way
/// streets are a matter of the drawing (or of a small test), and direction does not make a scrap.
const STRONG_SHARE: f64 = 0.5;

/// Strongly connected components and the edges that matter.
///
/// **Scrap and large.** Roads that hang together, directions aside, are a part. A part is large when it has 10 km of
/// road or a tenth of the largest part's; else it is a scrap. Within a large part an edge matters when an engine can go
/// out along it and come back: both ends in one strongly connected component that, likewise, has 10 km of road or a
/// tenth of the part's largest (one-way stubs at the border of an extract do not). Where the largest such component has
/// less than half of the part's road, all edges of the part matter. Two equal islands therefore both matter.
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

impl RoadNetwork {
    /// Strongly connected components.
    pub fn components(&self) -> &Components {
        &self.0.components
    }
}

impl Components {
    /// Number of strongly connected components.
    pub fn count(&self) -> usize {
        self.strong_count
    }

    /// Strongly connected component of a node.
    pub fn of(&self, node: NodeId) -> usize {
        self.of_node[node.index()] as usize
    }

    /// The edge is no scrap: points may be tied to it.
    pub fn matters(&self, edge: EdgeId) -> bool {
        self.matters.contains(edge.index())
    }

    pub(crate) fn compute(inner: &Inner) -> Self {
        let n = inner.positions.len();
        let strong = petgraph::algo::kosaraju_scc(Crossings::structure(inner));
        let largest_nodes = strong.iter().map(Vec::len).max().unwrap_or(0);
        // petgraph's order is that of its search; ours is that of the nodes.
        let mut found = vec![0u32; n];
        for (c, nodes) in strong.iter().enumerate() {
            for node in nodes {
                found[node.index()] = c as u32;
            }
        }
        let mut renamed = vec![u32::MAX; strong.len()];
        let mut next = 0;
        for c in &mut found {
            let name = &mut renamed[*c as usize];
            if *name == u32::MAX {
                *name = next;
                next += 1;
            }
            *c = *name;
        }
        let matters = matters(inner, &found, strong.len());
        Self { of_node: found, strong_count: strong.len(), largest_nodes, matters }
    }
}

fn matters(inner: &Inner, strong: &[u32], count: usize) -> FixedBitSet {
    let n = inner.positions.len();
    let mut parts = UnionFind::<u32>::new(n);
    for edge in &inner.edges {
        parts.union(edge.ends[0], edge.ends[1]);
    }
    let part = parts.into_labeling();
    let (mut part_m, mut strong_m, mut best_strong) = (vec![0.0; n], vec![0.0; count], vec![0.0f64; n]);
    let whole =
        |ends: [u32; 2]| (strong[ends[0] as usize] == strong[ends[1] as usize]).then(|| strong[ends[0] as usize]);
    for edge in &inner.edges {
        part_m[part[edge.ends[0] as usize] as usize] += edge.length;
        if let Some(s) = whole(edge.ends) {
            strong_m[s as usize] += edge.length;
        }
    }
    for (node, &s) in strong.iter().enumerate() {
        let best = &mut best_strong[part[node] as usize];
        *best = best.max(strong_m[s as usize]);
    }
    let largest = part_m.iter().copied().fold(0.0, f64::max);
    let large = |m: f64, of: f64| m >= LARGE_M || m >= LARGE_SHARE * of;
    (0..inner.edges.len())
        .filter(|&e| {
            let edge = &inner.edges[e];
            let p = part[edge.ends[0] as usize] as usize;
            let directed = best_strong[p] >= STRONG_SHARE * part_m[p];
            large(part_m[p], largest)
                && (!directed || whole(edge.ends).is_some_and(|s| large(strong_m[s as usize], best_strong[p])))
        })
        .collect()
}
