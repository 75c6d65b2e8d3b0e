//! The network as an undirected graph: which single roads a part hangs on.

use std::ops::Range;

use petgraph::unionfind::UnionFind;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphRef, IntoEdgeReferences, IntoNeighbors, IntoNodeIdentifiers, NodeIndexable,
};
use rustc_hash::FxHashMap;

use super::Crossings;
use super::crossings::Nodes;
use crate::network::Inner;
use crate::{EdgeId, NodeId, RoadNetwork};

/// A single road that cuts a part off: without it, the smaller side is out of reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutEdge {
    /// The road.
    pub edge: EdgeId,
    /// Nodes on the smaller side.
    pub nodes: usize,
    /// Road on the smaller side, kilometres.
    pub road_km: f64,
}

/// Nodes and edges, directions aside.
#[derive(Clone, Copy)]
struct Streets<'a> {
    inner: &'a Inner,
    first: &'a [u32],
    ends: &'a [u32],
}

/// An edge of the view.
#[derive(Clone, Copy, Debug)]
pub struct StreetRef {
    id: EdgeId,
    ends: [u32; 2],
}

impl EdgeRef for StreetRef {
    type NodeId = NodeId;
    type EdgeId = EdgeId;
    type Weight = ();

    fn source(&self) -> NodeId {
        NodeId(self.ends[0])
    }

    fn target(&self) -> NodeId {
        NodeId(self.ends[1])
    }

    fn weight(&self) -> &() {
        &()
    }

    fn id(&self) -> EdgeId {
        self.id
    }
}

impl GraphBase for Streets<'_> {
    type NodeId = NodeId;
    type EdgeId = EdgeId;
}

impl GraphRef for Streets<'_> {}

impl Data for Streets<'_> {
    type NodeWeight = ();
    type EdgeWeight = ();
}

impl NodeIndexable for Streets<'_> {
    fn node_bound(&self) -> usize {
        self.inner.positions.len()
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId(index as u32)
    }
}

impl IntoNodeIdentifiers for Streets<'_> {
    type NodeIdentifiers = Nodes;

    fn node_identifiers(self) -> Nodes {
        Crossings::structure(self.inner).node_identifiers()
    }
}

#[derive(Clone)]
struct Around<'a>(std::slice::Iter<'a, u32>);

impl Iterator for Around<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(|&n| NodeId(n))
    }
}

impl<'a> IntoNeighbors for Streets<'a> {
    type Neighbors = Around<'a>;

    fn neighbors(self, node: NodeId) -> Around<'a> {
        let range = self.first[node.index()] as usize..self.first[node.index() + 1] as usize;
        Around(self.ends[range].iter())
    }
}

struct AllStreets<'a> {
    inner: &'a Inner,
    edges: Range<u32>,
}

impl Iterator for AllStreets<'_> {
    type Item = StreetRef;

    fn next(&mut self) -> Option<StreetRef> {
        let e = self.edges.next()?;
        Some(StreetRef { id: EdgeId(e), ends: self.inner.edges[e as usize].ends })
    }
}

impl<'a> IntoEdgeReferences for Streets<'a> {
    type EdgeRef = StreetRef;
    type EdgeReferences = AllStreets<'a>;

    fn edge_references(self) -> AllStreets<'a> {
        AllStreets { inner: self.inner, edges: 0..self.inner.edges.len() as u32 }
    }
}

impl RoadNetwork {
    /// Single roads whose loss cuts a part off, ascending by edge, with what would be cut off (the smaller side).
    ///
    /// Found by `petgraph::algo::bridges`, directions aside. Every dead-end street is one; filter by size to find the
    /// roads on which a village or a town hangs. O(nodes + edges).
    pub fn cut_edges(&self) -> Vec<CutEdge> {
        let inner = &*self.0;
        let n = inner.positions.len();
        let (first, ends) = around(inner);
        // petgraph asks for a simple graph: of parallel edges none is a bridge.
        let pair = |ends: [u32; 2]| [ends[0].min(ends[1]), ends[0].max(ends[1])];
        let mut between: FxHashMap<[u32; 2], u32> = FxHashMap::default();
        for edge in &inner.edges {
            *between.entry(pair(edge.ends)).or_default() += 1;
        }
        let view = Streets { inner, first: &first, ends: &ends };
        let mut cuts: Vec<u32> = petgraph::algo::bridges::bridges(view)
            .filter(|edge| between[&pair(edge.ends)] == 1)
            .map(|edge| edge.id.0)
            .collect();
        cuts.sort_unstable();
        // Blocks that no single road divides, and the forest of cut edges between them.
        let mut blocks = UnionFind::<u32>::new(n);
        let mut parts = UnionFind::<u32>::new(n);
        let mut is_cut = vec![false; inner.edges.len()];
        for &e in &cuts {
            is_cut[e as usize] = true;
        }
        for (e, edge) in inner.edges.iter().enumerate() {
            parts.union(edge.ends[0], edge.ends[1]);
            if !is_cut[e] {
                blocks.union(edge.ends[0], edge.ends[1]);
            }
        }
        let (block, part) = (blocks.into_labeling(), parts.into_labeling());
        let (mut nodes, mut metres) = (vec![0usize; n], vec![0.0; n]);
        let (mut part_nodes, mut part_metres) = (vec![0usize; n], vec![0.0; n]);
        for v in 0..n {
            nodes[block[v] as usize] += 1;
            part_nodes[part[v] as usize] += 1;
        }
        for (e, edge) in inner.edges.iter().enumerate() {
            part_metres[part[edge.ends[0] as usize] as usize] += edge.length;
            if !is_cut[e] {
                metres[block[edge.ends[0] as usize] as usize] += edge.length;
            }
        }
        // Leaves of the forest are peeled off; what has gathered in a leaf is what its last edge cuts off.
        let mut at: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for &e in &cuts {
            for end in inner.edges[e as usize].ends {
                at.entry(block[end as usize]).or_default().push(e);
            }
        }
        let mut open: FxHashMap<u32, usize> = at.iter().map(|(b, edges)| (*b, edges.len())).collect();
        let mut leaves: Vec<u32> = open.iter().filter(|(_, k)| **k == 1).map(|(b, _)| *b).collect();
        leaves.sort_unstable();
        let mut side: FxHashMap<u32, (usize, f64)> = FxHashMap::default();
        while let Some(leaf) = leaves.pop() {
            let Some(&edge) = at[&leaf].iter().find(|e| !side.contains_key(e)) else { continue };
            let record = &inner.edges[edge as usize];
            let [a, b] = record.ends.map(|end| block[end as usize]);
            let other = if a == leaf { b } else { a };
            let (whole, km) = (part_nodes[part[leaf as usize] as usize], part_metres[part[leaf as usize] as usize]);
            let (here, here_m) = (nodes[leaf as usize], metres[leaf as usize]);
            let rest = (whole - here, (km - here_m - record.length).max(0.0));
            side.insert(edge, if here <= rest.0 { (here, here_m) } else { rest });
            nodes[other as usize] += here;
            metres[other as usize] += here_m + record.length;
            if let Some(k) = open.get_mut(&other) {
                *k -= 1;
                if *k == 1 {
                    leaves.push(other);
                }
            }
        }
        (cuts.iter())
            .filter_map(|e| side.get(e).map(|&(nodes, m)| CutEdge { edge: EdgeId(*e), nodes, road_km: m / 1000.0 }))
            .collect()
    }
}

/// Neighbours of every node, directions aside.
fn around(inner: &Inner) -> (Vec<u32>, Vec<u32>) {
    let n = inner.positions.len();
    let mut first = vec![0u32; n + 1];
    for edge in &inner.edges {
        for end in edge.ends {
            first[end as usize + 1] += 1;
        }
    }
    for i in 0..n {
        first[i + 1] += first[i];
    }
    let (mut next, mut ends) = (first.clone(), vec![0u32; inner.edges.len() * 2]);
    for edge in &inner.edges {
        for (here, there) in [(edge.ends[0], edge.ends[1]), (edge.ends[1], edge.ends[0])] {
            ends[next[here as usize] as usize] = there;
            next[here as usize] += 1;
        }
    }
    (first, ends)
}
