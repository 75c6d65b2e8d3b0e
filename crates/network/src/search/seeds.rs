//! From origins to the first labels.

use firesite_model::TravelTime;

use super::FAR;
use crate::network::NONE;
use crate::times::TimesInner;
use crate::{EdgeId, Origin, Snapped};

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
    seeds.clear();
    node_seeds.clear();
    for start in starts {
        for (node, time, arc) in arrivals(times, start) {
            if time > limit {
                continue;
            }
            let origin = start.origin;
            if times.turns.is_none() {
                seeds.push(Seed { item: node, time, key: time, origin });
                continue;
            }
            node_seeds.push(NodeSeed { node, time, origin });
            for next in times.network.0.out(node) {
                let turn = if arc == NONE { Some(0) } else { times.turn(arc, next).map(TravelTime::as_millis) };
                let drive = times.packed[next as usize].time;
                let time = time.saturating_add(turn.unwrap_or(u32::MAX));
                if drive != u32::MAX && time <= limit {
                    seeds.push(Seed { item: next, time, key: time.saturating_add(drive), origin });
                }
            }
        }
    }
    node_seeds.sort_unstable();
}

/// The nodes that a start comes to first: node, time, and the arc along which (`NONE` where the start is the node).
pub(super) fn arrivals(times: &TimesInner, start: &Start) -> impl Iterator<Item = (u32, u32, u32)> {
    let at = (start.node != NONE).then_some((start.node, start.time, NONE));
    let edge = &times.network.0.edges[EdgeId(start.edge).index()];
    let ways = [(0, 1.0 - start.share), (1, start.share)].into_iter().filter(move |_| at.is_none());
    let along = ways.filter_map(|(k, share)| {
        let arc = edge.arcs[k];
        let drive = if arc == NONE { u32::MAX } else { times.packed[arc as usize].time };
        (drive != u32::MAX).then(|| (edge.ends[1 - k], start.time.saturating_add(part(drive, share)), arc))
    });
    at.into_iter().chain(along)
}

/// Where one origin after another starts; buffers are kept.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    starts: Vec<Start>,
    seeds: Vec<Seed>,
    nodes: Vec<NodeSeed>,
}

impl Leaving {
    /// The first nodes of an origin (with turns, the first arcs), with times.
    pub(crate) fn items(&mut self, times: &TimesInner, origin: &Snapped) -> impl Iterator<Item = (u32, u32)> + Clone {
        self.run(times, origin);
        self.seeds.iter().map(|seed| (seed.item, seed.time))
    }

    /// With turns: the first nodes of an origin.
    pub(crate) fn nodes(&mut self, times: &TimesInner, origin: &Snapped) -> &[NodeSeed] {
        self.run(times, origin);
        &self.nodes
    }

    fn run(&mut self, times: &TimesInner, origin: &Snapped) {
        starts(times, &[Origin::at(origin)], &mut self.starts);
        seeds(times, &self.starts, FAR - 1, &mut self.seeds, &mut self.nodes);
    }
}
