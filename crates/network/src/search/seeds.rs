//! From origins to the first labels.

use crate::network::NONE;
use crate::times::TimesInner;
use crate::{EdgeId, Origin};

/// An origin on its edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) edge: u32,
    pub(crate) share: f64,
    /// The node, where the place is one.
    pub(crate) node: u32,
    /// Offset and access leg.
    pub(crate) time: u32,
    pub(crate) origin: u32,
}

/// A first label: of a node, or with turns of an arc, at `time`; due in the queue at `key` (for arcs, at their end).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed {
    pub(crate) item: u32,
    pub(crate) time: u32,
    pub(crate) key: u32,
    pub(crate) origin: u32,
}

/// With turns: an origin's first arrival at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeSeed {
    pub(crate) node: u32,
    pub(crate) time: u32,
    pub(crate) origin: u32,
}

/// A share of a time, rounded half up to the millisecond.
pub(crate) fn part(time: u32, share: f64) -> u32 {
    (f64::from(time) * share + 0.5).floor() as u32
}

/// The origins on their edges, sorted by edge.
pub(crate) fn starts(times: &TimesInner, origins: &[Origin<'_>], starts: &mut Vec<Start>) {
    let edges = times.network.0.edges.len();
    starts.clear();
    let on_edges = origins.iter().enumerate().filter(|(_, o)| o.place.edge.index() < edges);
    starts.extend(on_edges.map(|(i, o)| Start {
        edge: o.place.edge.0,
        share: o.place.share,
        node: o.place.node.map_or(NONE, |n| n.0),
        time: (o.offset + o.place.access).as_millis(),
        origin: i as u32,
    }));
    starts.sort_unstable_by_key(|s| (s.edge, s.origin));
}

/// First labels of these starts. A place at a node leaves by every road there; a place along an edge leaves both ways
/// where both may be driven. Leaving is free of turn costs: an engine may turn round in front of its station.
pub(crate) fn seeds(
    times: &TimesInner,
    starts: &[Start],
    limit: u32,
    seeds: &mut Vec<Seed>,
    node_seeds: &mut Vec<NodeSeed>,
) {
    let network = &times.network.0;
    seeds.clear();
    node_seeds.clear();
    let mut arc_seed = |arc: u32, time: u32, origin: u32| {
        let drive = times.packed[arc as usize].time;
        if drive != u32::MAX && time <= limit {
            seeds.push(Seed { item: arc, time, key: time.saturating_add(drive), origin });
        }
    };
    let mut nodes: Vec<(NodeSeed, u32)> = Vec::new();
    for start in starts {
        if start.node != NONE {
            nodes.push((NodeSeed { node: start.node, time: start.time, origin: start.origin }, NONE));
            continue;
        }
        let edge = &network.edges[EdgeId(start.edge).index()];
        for (k, share) in [(0, 1.0 - start.share), (1, start.share)] {
            let arc = edge.arcs[k];
            if arc == NONE || times.packed[arc as usize].time == u32::MAX {
                continue;
            }
            let time = start.time.saturating_add(part(times.packed[arc as usize].time, share));
            nodes.push((NodeSeed { node: edge.ends[1 - k], time, origin: start.origin }, arc));
        }
    }
    nodes.retain(|(seed, _)| seed.time <= limit);
    if times.turns.is_some() {
        for &(NodeSeed { node, time, origin }, arc) in &nodes {
            for next in network.out(node) {
                if arc == NONE {
                    arc_seed(next, time, origin);
                } else if let Some(turn) = times.turn(arc, next) {
                    arc_seed(next, time.saturating_add(turn.as_millis()), origin);
                }
            }
        }
        node_seeds.extend(nodes.iter().map(|(seed, _)| *seed));
        node_seeds.sort_unstable();
    } else {
        seeds.extend(nodes.iter().map(|(s, _)| Seed { item: s.node, time: s.time, key: s.time, origin: s.origin }));
    }
}
