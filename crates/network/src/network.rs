//! The topology of what a vehicle may drive: nodes, edges with geometry, directed arcs, turn bans.

use std::ops::Range;
use std::sync::{Arc as Shared, OnceLock};

use firesite_model::{Coord, Metres, RoadClass, SpeedLimit, TravelTime};
use rustc_hash::FxHashSet;

use crate::components::Components;
use crate::hierarchy::Skeleton;
use crate::{ArcId, EdgeId, NodeId};

/// No such arc, edge, node or name.
pub(crate) const NONE: u32 = u32::MAX;

/// Roads that stayed out of the network, of one reason and class.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Why: `class without a speed`, `no access`, `not built`, …
    pub reason: &'static str,
    /// The `highway` value.
    pub class: String,
    /// How many ways.
    pub ways: usize,
}

/// What is where: counts of a network, as `plan.json` and `check` print them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NetworkSummary {
    /// Places where roads meet, end or change.
    pub nodes: usize,
    /// Stretches of road between nodes, each once.
    pub edges: usize,
    /// Directions that may be driven.
    pub arcs: usize,
    /// Strongly connected components.
    pub components: usize,
    /// Nodes of the largest of them.
    pub largest_component_nodes: usize,
    /// Length of all edges, kilometres, each once.
    pub road_km: f64,
}

/// One edge, as seen from outside.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a> {
    /// First and last node, in the direction of `line`.
    pub ends: (NodeId, NodeId),
    /// Geometry, both ends included, at least two points.
    pub line: &'a [Coord<f64>],
    /// Geodesic length (WGS84).
    pub length: Metres,
    /// `highway`; `arc` for plain arcs.
    pub class: &'a RoadClass,
    /// Some part is a bridge.
    pub bridge: bool,
    /// Some part is a tunnel.
    pub tunnel: bool,
    /// Part of a roundabout.
    pub roundabout: bool,
    /// Name of (the longest named part of) the road.
    pub name: Option<&'a str>,
    /// The arc along `line`, where it may be driven.
    pub forward: Option<ArcId>,
    /// The arc against `line`.
    pub backward: Option<ArcId>,
}

/// What an edge is, beside its geometry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EdgeRecord {
    pub(crate) ends: [u32; 2],
    pub(crate) arcs: [u32; 2],
    pub(crate) class: u32,
    pub(crate) name: u32,
    pub(crate) length: f64,
    /// Signed limits along and against, the lowest of the pieces.
    pub(crate) limits: [SpeedLimit; 2],
    pub(crate) bridge: bool,
    pub(crate) tunnel: bool,
    pub(crate) roundabout: bool,
}

/// One direction of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArcRecord {
    pub(crate) tail: u32,
    pub(crate) head: u32,
    pub(crate) edge: u32,
    /// 0 along the geometry, 1 against it.
    pub(crate) direction: u8,
}

/// Everything that a network holds.
///
/// Arcs are numbered by tail, so `first_out[n]..first_out[n + 1]` are the arcs that leave node `n`.
#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub(crate) positions: Vec<Coord<f64>>,
    pub(crate) signals: Vec<bool>,
    pub(crate) level_crossing: Vec<bool>,
    /// Edge ends that meet here, open or not, at most 255.
    pub(crate) degree: Vec<u8>,
    pub(crate) first_out: Vec<u32>,
    pub(crate) arcs: Vec<ArcRecord>,
    /// Arcs that end at node `n`, ascending: `in_arcs[first_in[n]..first_in[n + 1]]`.
    pub(crate) first_in: Vec<u32>,
    pub(crate) in_arcs: Vec<u32>,
    pub(crate) edges: Vec<EdgeRecord>,
    pub(crate) first_point: Vec<u32>,
    pub(crate) points: Vec<Coord<f64>>,
    /// For each point that starts a segment: the segment runs through a tunnel.
    pub(crate) tunnel_segment: Vec<bool>,
    pub(crate) classes: Vec<RoadClass>,
    pub(crate) names: Vec<String>,
    /// Forbidden pairs of arcs.
    pub(crate) bans: FxHashSet<(u32, u32)>,
    /// Times of plain arcs; empty for a network of roads.
    pub(crate) given_times: Vec<u32>,
    /// For a network of plain arcs: position in the input of each node.
    pub(crate) input_of: Vec<u32>,
    /// The inverse of `input_of`.
    pub(crate) node_of: Vec<u32>,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) components: Components,
    /// The hierarchy's part that no times change, once it was asked for.
    pub(crate) skeleton: OnceLock<Shared<Skeleton>>,
    /// The same with arcs as items, where turns have a price.
    pub(crate) skeleton_of_arcs: OnceLock<Shared<Skeleton>>,
}

/// The topology of what a vehicle may drive; immutable, cheap to clone.
///
/// One town, drawn with its arrays. Two-way streets, `AB` 100 m, `BC` one-way:
///
/// ```text
///  A───B──▶C      node       A  B  C
///      │   │      first_out  0  1  4  5 7      (one more than nodes; D is the fourth)
///      └─D─┘      arcs       A→B | B→A B→C B→D | C→D | D→B D→C     each knows its edge and direction
/// ```
///
/// Which roads are in it and in which direction is the profile's to say; how long each takes is
/// [`TravelTimes`](crate::TravelTimes)' matter. Nodes stand where roads meet, end or change class, speed or
/// direction, and at signals and level crossings; all other points of a road are geometry. The numbering follows a
/// space-filling curve, so that neighbours lie near each other in memory; it does not depend on the order of the input.
#[derive(Clone, Debug)]
pub struct RoadNetwork(pub(crate) Shared<Inner>);

impl RoadNetwork {
    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.0.positions.len()
    }

    /// Number of edges.
    pub fn edge_count(&self) -> usize {
        self.0.edges.len()
    }

    /// Number of arcs.
    pub fn arc_count(&self) -> usize {
        self.0.arcs.len()
    }

    /// All nodes, ascending.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (0..self.node_count() as u32).map(NodeId)
    }

    /// All edges, ascending.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = EdgeId> + use<> {
        (0..self.edge_count() as u32).map(EdgeId)
    }

    /// Where a node lies, WGS84 degrees.
    pub fn position(&self, node: NodeId) -> Coord<f64> {
        self.0.positions[node.index()]
    }

    /// An edge with its geometry.
    pub fn edge(&self, edge: EdgeId) -> Edge<'_> {
        let record = &self.0.edges[edge.index()];
        let arc = |k: usize| (record.arcs[k] != NONE).then_some(ArcId(record.arcs[k]));
        Edge {
            ends: (NodeId(record.ends[0]), NodeId(record.ends[1])),
            line: self.0.line(edge.index()),
            length: Metres(record.length),
            class: &self.0.classes[record.class as usize],
            bridge: record.bridge,
            tunnel: record.tunnel,
            roundabout: record.roundabout,
            name: self.0.names.get(record.name as usize).map(String::as_str),
            forward: arc(0),
            backward: arc(1),
        }
    }

    /// Tail, head and edge of an arc.
    pub fn arc(&self, arc: ArcId) -> (NodeId, NodeId, EdgeId) {
        let record = self.0.arcs[arc.index()];
        (NodeId(record.tail), NodeId(record.head), EdgeId(record.edge))
    }

    /// Arcs that leave a node.
    pub fn arcs_from(&self, node: NodeId) -> impl ExactSizeIterator<Item = ArcId> + use<> {
        self.0.out(node.0).map(ArcId)
    }

    /// Node of a network of plain arcs, by its position in the input.
    pub fn node_of_input(&self, input: u32) -> Option<NodeId> {
        self.0.node_of.get(input as usize).map(|&n| NodeId(n))
    }

    /// Position in the input of a node of a network of plain arcs.
    pub fn input_of_node(&self, node: NodeId) -> Option<u32> {
        self.0.input_of.get(node.index()).copied()
    }

    /// Built from plain arcs: times are given, edges are straight, points snap to nodes.
    pub fn is_plain_arcs(&self) -> bool {
        !self.0.input_of.is_empty()
    }

    /// Roads of the input that are not in the network, by reason and class.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.0.left_out
    }

    /// Number of forbidden turns (pairs of arcs).
    pub fn banned_turns(&self) -> usize {
        self.0.bans.len()
    }

    /// Counts.
    pub fn summary(&self) -> NetworkSummary {
        NetworkSummary {
            nodes: self.node_count(),
            edges: self.edge_count(),
            arcs: self.arc_count(),
            components: self.0.components.strong_count,
            largest_component_nodes: self.0.components.largest_nodes,
            road_km: self.0.edges.iter().map(|e| e.length).sum::<f64>() / 1000.0,
        }
    }

    /// Examines the structure: every array against every other. A fault is one sentence.
    pub fn check(&self) -> Result<(), String> {
        self.0.check()
    }

    /// Longest time that the arcs of a network of plain arcs were given.
    pub(crate) fn given(&self, arc: usize) -> TravelTime {
        TravelTime::millis(self.0.given_times.get(arc).copied().unwrap_or(u32::MAX))
    }
}

impl Inner {
    /// Arcs that leave a node.
    pub(crate) fn out(&self, node: u32) -> Range<u32> {
        self.first_out[node as usize]..self.first_out[node as usize + 1]
    }

    /// Arcs that end at a node.
    pub(crate) fn arcs_into(&self, node: u32) -> &[u32] {
        &self.in_arcs[self.first_in[node as usize] as usize..self.first_in[node as usize + 1] as usize]
    }

    /// Geometry of an edge.
    pub(crate) fn line(&self, edge: usize) -> &[Coord<f64>] {
        &self.points[self.first_point[edge] as usize..self.first_point[edge + 1] as usize]
    }

    fn check(&self) -> Result<(), String> {
        let (nodes, arcs, edges) = (self.positions.len(), self.arcs.len(), self.edges.len());
        let ensure = |good: bool, what: &dyn Fn() -> String| if good { Ok(()) } else { Err(what()) };
        ensure(self.first_out.len() == nodes + 1 && self.first_in.len() == nodes + 1, &|| "offsets of nodes".into())?;
        ensure(self.first_point.len() == edges + 1, &|| "offsets of geometry".into())?;
        ensure(self.first_out.last() == Some(&(arcs as u32)), &|| "arcs are not all reached".into())?;
        ensure(self.in_arcs.len() == arcs, &|| "arcs into nodes".into())?;
        for node in 0..nodes as u32 {
            for a in self.out(node) {
                ensure(self.arcs[a as usize].tail == node, &|| format!("arc {a} does not leave node {node}"))?;
            }
            for &a in self.arcs_into(node) {
                ensure(self.arcs[a as usize].head == node, &|| format!("arc {a} does not end at node {node}"))?;
            }
        }
        for (a, arc) in self.arcs.iter().enumerate() {
            let edge = &self.edges[arc.edge as usize];
            let k = usize::from(arc.direction);
            ensure(edge.arcs[k] == a as u32, &|| format!("arc {a} is unknown to its edge"))?;
            ensure(edge.ends[k] == arc.tail && edge.ends[1 - k] == arc.head, &|| format!("arc {a} leaves its edge"))?;
        }
        for (e, edge) in self.edges.iter().enumerate() {
            let line = self.line(e);
            ensure(line.len() >= 2, &|| format!("edge {e} has no geometry"))?;
            ensure(edge.arcs != [NONE, NONE], &|| format!("edge {e} has no direction"))?;
            ensure(edge.length.is_finite() && edge.length >= 0.0, &|| format!("edge {e} is {} m long", edge.length))?;
            let ends = (line.first().copied(), line.last().copied());
            let nodes = (self.positions[edge.ends[0] as usize], self.positions[edge.ends[1] as usize]);
            ensure(ends == (Some(nodes.0), Some(nodes.1)), &|| format!("edge {e} does not end at its nodes"))?;
        }
        for &(from, to) in &self.bans {
            let met = self.arcs[from as usize].head == self.arcs[to as usize].tail;
            ensure(met, &|| format!("ban of a turn that does not exist: {from} to {to}"))?;
        }
        ensure(self.components.of_node.len() == nodes, &|| "components".into())
    }
}
