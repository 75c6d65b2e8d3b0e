//! Nodes and arcs, without turns.

use std::ops::Range;

use firesite_model::TravelTime;
use fixedbitset::FixedBitSet;
use petgraph::Direction;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphRef, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNeighborsDirected,
    IntoNodeIdentifiers, NodeCompactIndexable, NodeCount, NodeIndexable, Visitable,
};

use super::Visited;
use crate::network::Inner;
use crate::{ArcId, NodeId, RoadNetwork, TravelTimes};

/// The network as a directed graph of nodes and arcs with times; turns cost nothing here.
///
/// ```
/// use firesite_model::{Arc, ArcGraph, Coord, TravelTime};
/// use firesite_network::RoadNetwork;
/// let graph = ArcGraph {
///     positions: vec![Coord { x: 113.5, y: 33.0 }, Coord { x: 113.6, y: 33.0 }],
///     arcs: vec![Arc { from: 0, to: 1, time: TravelTime::seconds(90) }],
/// };
/// let network = RoadNetwork::from_arcs(&graph)?.value;
/// let times = network.arc_times();
/// let start = network.node_of_input(0).unwrap();
/// let reached = petgraph::algo::dijkstra(network.crossings(&times), start, None, |arc| *arc.time());
/// assert_eq!(reached[&network.node_of_input(1).unwrap()], TravelTime::seconds(90));
/// # Ok::<(), firesite_network::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Crossings<'a> {
    inner: &'a Inner,
    times: &'a [TravelTime],
}

/// An arc of the view.
#[derive(Clone, Copy, Debug)]
pub struct ArcRef<'a> {
    id: ArcId,
    tail: NodeId,
    head: NodeId,
    time: &'a TravelTime,
}

impl<'a> ArcRef<'a> {
    /// Time of the arc; [`TravelTime::MAX`] where it is closed.
    pub fn time(&self) -> &'a TravelTime {
        self.time
    }
}

impl RoadNetwork {
    /// petgraph's view without turns. `times` must be of this network.
    pub fn crossings<'a>(&'a self, times: &'a TravelTimes) -> Crossings<'a> {
        Crossings { inner: &self.0, times: &times.0.arc }
    }
}

const NO_TIME: &TravelTime = &TravelTime::ZERO;

impl<'a> Crossings<'a> {
    /// Structure only: all times are zero.
    pub(crate) fn structure(inner: &'a Inner) -> Self {
        Self { inner, times: &[] }
    }

    fn arc(&self, arc: u32) -> ArcRef<'a> {
        let record = self.inner.arcs[arc as usize];
        let time = self.times.get(arc as usize).unwrap_or(NO_TIME);
        ArcRef { id: ArcId(arc), tail: NodeId(record.tail), head: NodeId(record.head), time }
    }
}

impl EdgeRef for ArcRef<'_> {
    type NodeId = NodeId;
    type EdgeId = ArcId;
    type Weight = TravelTime;

    fn source(&self) -> NodeId {
        self.tail
    }

    fn target(&self) -> NodeId {
        self.head
    }

    fn weight(&self) -> &TravelTime {
        self.time
    }

    fn id(&self) -> ArcId {
        self.id
    }
}

impl GraphBase for Crossings<'_> {
    type NodeId = NodeId;
    type EdgeId = ArcId;
}

impl GraphRef for Crossings<'_> {}

impl Data for Crossings<'_> {
    type NodeWeight = ();
    type EdgeWeight = TravelTime;
}

impl Visitable for Crossings<'_> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(FixedBitSet::with_capacity(self.inner.positions.len()))
    }

    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.grow(self.inner.positions.len());
    }
}

impl NodeCount for Crossings<'_> {
    fn node_count(&self) -> usize {
        self.inner.positions.len()
    }
}

impl NodeIndexable for Crossings<'_> {
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

impl NodeCompactIndexable for Crossings<'_> {}

/// Nodes, ascending.
#[derive(Clone, Debug)]
pub struct Nodes(Range<u32>);

impl Iterator for Nodes {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(NodeId)
    }
}

impl IntoNodeIdentifiers for Crossings<'_> {
    type NodeIdentifiers = Nodes;

    fn node_identifiers(self) -> Nodes {
        Nodes(0..self.inner.positions.len() as u32)
    }
}

/// Heads of the arcs that leave a node, or tails of those that end there.
#[derive(Clone, Debug)]
pub struct Neighbours<'a> {
    inner: &'a Inner,
    out: Range<u32>,
    into: std::slice::Iter<'a, u32>,
}

impl Iterator for Neighbours<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if let Some(arc) = self.out.next() {
            return Some(NodeId(self.inner.arcs[arc as usize].head));
        }
        self.into.next().map(|&arc| NodeId(self.inner.arcs[arc as usize].tail))
    }
}

impl<'a> IntoNeighbors for Crossings<'a> {
    type Neighbors = Neighbours<'a>;

    fn neighbors(self, node: NodeId) -> Neighbours<'a> {
        self.neighbors_directed(node, Direction::Outgoing)
    }
}

impl<'a> IntoNeighborsDirected for Crossings<'a> {
    type NeighborsDirected = Neighbours<'a>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Neighbours<'a> {
        match direction {
            Direction::Outgoing => Neighbours { inner: self.inner, out: self.inner.out(node.0), into: [].iter() },
            Direction::Incoming => {
                Neighbours { inner: self.inner, out: 0..0, into: self.inner.arcs_into(node.0).iter() }
            }
        }
    }
}

/// Arcs with their times.
#[derive(Clone, Debug)]
pub struct Arcs<'a> {
    view: Crossings<'a>,
    arcs: Range<u32>,
}

impl<'a> Iterator for Arcs<'a> {
    type Item = ArcRef<'a>;

    fn next(&mut self) -> Option<ArcRef<'a>> {
        self.arcs.next().map(|arc| self.view.arc(arc))
    }
}

impl<'a> IntoEdgeReferences for Crossings<'a> {
    type EdgeRef = ArcRef<'a>;
    type EdgeReferences = Arcs<'a>;

    fn edge_references(self) -> Arcs<'a> {
        Arcs { view: self, arcs: 0..self.inner.arcs.len() as u32 }
    }
}

impl<'a> IntoEdges for Crossings<'a> {
    type Edges = Arcs<'a>;

    fn edges(self, node: NodeId) -> Arcs<'a> {
        Arcs { view: self, arcs: self.inner.out(node.0) }
    }
}
