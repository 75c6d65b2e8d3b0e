//! Nodes and edges in, the arrays of a network out.

use firesite_model::{Coord, RoadClass};

use super::order::by_line;
use crate::components::Components;
use crate::network::{ArcRecord, EdgeRecord, Inner, LeftOut, NONE};

/// A node to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewNode {
    pub(crate) position: Coord<f64>,
    pub(crate) signals: bool,
    pub(crate) level_crossing: bool,
}

/// An edge to be; `open` says which directions may be driven.
#[derive(Clone, Debug)]
pub(crate) struct NewEdge {
    pub(crate) record: EdgeRecord,
    pub(crate) open: [bool; 2],
    pub(crate) line: Vec<Coord<f64>>,
    pub(crate) tunnel_segments: Vec<bool>,
    /// Position in the input of the road at either end, for turn restrictions.
    pub(crate) way_at: [u32; 2],
}

impl NewEdge {
    /// The same edge drawn the other way.
    pub(crate) fn reversed(mut self) -> Self {
        self.record.ends.swap(0, 1);
        self.record.limits.swap(0, 1);
        self.open.swap(0, 1);
        self.way_at.swap(0, 1);
        self.line.reverse();
        self.tunnel_segments.reverse();
        self
    }
}

/// Sorts edges by what they are, so that no result depends on the order of the input.
pub(crate) fn sort_edges(edges: &mut [NewEdge], classes: &[RoadClass], names: &[String]) {
    edges.sort_by(|a, b| {
        let name = |e: &NewEdge| names.get(e.record.name as usize).cloned();
        (a.record.ends.cmp(&b.record.ends))
            .then_with(|| by_line(&a.line, &b.line))
            .then_with(|| classes[a.record.class as usize].cmp(&classes[b.record.class as usize]))
            .then_with(|| a.open.cmp(&b.open))
            .then_with(|| name(a).cmp(&name(b)))
    });
}

/// The arrays of a network. `edges` are in their final order.
pub(crate) fn assemble(
    nodes: &[NewNode],
    edges: Vec<NewEdge>,
    classes: Vec<RoadClass>,
    names: Vec<String>,
    left_out: Vec<LeftOut>,
) -> Inner {
    let mut inner = connected(nodes.len(), edges.iter().map(|edge| (edge.record.ends, edge.open)));
    let mut records: Vec<EdgeRecord> = Vec::with_capacity(edges.len());
    let (mut points, mut first_point, mut tunnels) = (Vec::new(), vec![0u32], Vec::new());
    for edge in edges {
        points.extend_from_slice(&edge.line);
        tunnels.extend_from_slice(&edge.tunnel_segments);
        tunnels.resize(points.len(), false);
        first_point.push(points.len() as u32);
        records.push(edge.record);
    }
    inner.positions = nodes.iter().map(|n| n.position).collect();
    inner.signals = nodes.iter().map(|n| n.signals).collect();
    inner.level_crossing = nodes.iter().map(|n| n.level_crossing).collect();
    (inner.first_point, inner.points, inner.tunnel_segment) = (first_point, points, tunnels);
    (inner.classes, inner.names, inner.left_out) = (classes, names, left_out);
    inner.finish(records);
    inner
}

impl Inner {
    /// Takes the edges in, tells them their arcs, and looks at what hangs together: the last step.
    pub(crate) fn finish(&mut self, mut records: Vec<EdgeRecord>) {
        for (a, arc) in self.arcs.iter().enumerate() {
            records[arc.edge as usize].arcs[usize::from(arc.direction)] = a as u32;
        }
        self.edges = records;
        self.components = Components::compute(self);
    }
}

/// The arrays of nodes and arcs of edges in their final order: the ends of each, and which directions are open.
pub(crate) fn connected(nodes: usize, edges: impl Iterator<Item = ([u32; 2], [bool; 2])> + Clone) -> Inner {
    let mut arcs: Vec<ArcRecord> =
        Vec::with_capacity(edges.clone().map(|(_, open)| open.map(usize::from)).map(|[a, b]| a + b).sum());
    let mut degree = vec![0u8; nodes];
    for (e, (ends, open)) in edges.enumerate() {
        for k in 0..2 {
            let (tail, head) = (ends[k], ends[1 - k]);
            degree[tail as usize] = degree[tail as usize].saturating_add(1);
            if open[k] {
                arcs.push(ArcRecord { tail, head, edge: e as u32, direction: k as u8 });
            }
        }
    }
    arcs.sort_unstable_by_key(|a| (a.tail, a.head, a.edge, a.direction));
    let first_out = offsets(nodes, arcs.iter().map(|a| a.tail));
    let first_in = offsets(nodes, arcs.iter().map(|a| a.head));
    let mut in_arcs = vec![0u32; arcs.len()];
    let mut next = first_in.clone();
    for (a, arc) in arcs.iter().enumerate() {
        let slot = &mut next[arc.head as usize];
        in_arcs[*slot as usize] = a as u32;
        *slot += 1;
    }
    Inner { degree, first_out, arcs, first_in, in_arcs, ..Inner::default() }
}

/// Offsets of groups `0..n` among sorted or unsorted members.
pub(crate) fn offsets(n: usize, groups: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0u32; n + 1];
    for g in groups {
        first[g as usize + 1] += 1;
    }
    for i in 0..n {
        first[i + 1] += first[i];
    }
    first
}

/// A record without arcs yet.
pub(crate) fn record(ends: [u32; 2], class: u32, length: f64) -> EdgeRecord {
    EdgeRecord {
        ends,
        arcs: [NONE; 2],
        class,
        name: NONE,
        length,
        limits: Default::default(),
        bridge: false,
        tunnel: false,
        roundabout: false,
    }
}
