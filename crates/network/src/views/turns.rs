//! Arcs as nodes, so that turns have a price.

use std::ops::Range;

use firesite_model::TravelTime;
use fixedbitset::FixedBitSet;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, GraphRef, IntoEdgeReferences, IntoEdges, IntoNeighbors, IntoNodeIdentifiers, NodeCount,
    NodeIndexable, Visitable,
};

use super::Visited;
use crate::times::TimesInner;
use crate::{ArcId, RoadNetwork, TravelTimes};

/// The network as a graph of arcs: an edge leads from an arc to each arc that may follow it.
///
/// The weight of an edge is the time from the start of the first arc to the start of the second: driving the first, then
/// turning. The distance from arc a to arc b is therefore the time from setting out along a to setting out along b.
#[derive(Clone, Copy, Debug)]
pub struct Turns<'a> {
    times: &'a TimesInner,
}

/// Driving an arc and turning into the next.
#[derive(Clone, Copy, Debug)]
pub struct TurnRef {
    from: ArcId,
    to: ArcId,
    time: TravelTime,
}

impl RoadNetwork {
    /// petgraph's view with turns. `times` must be of this network.
    pub fn turns<'a>(&'a self, times: &'a TravelTimes) -> Turns<'a> {
        debug_assert_eq!(self.arc_count(), times.0.arc.len());
        Turns { times: &times.0 }
    }
}

impl EdgeRef for TurnRef {
    type NodeId = ArcId;
    type EdgeId = (ArcId, ArcId);
    type Weight = TravelTime;

    fn source(&self) -> ArcId {
        self.from
    }

    fn target(&self) -> ArcId {
        self.to
    }

    fn weight(&self) -> &TravelTime {
        &self.time
    }

    fn id(&self) -> (ArcId, ArcId) {
        (self.from, self.to)
    }
}

impl GraphBase for Turns<'_> {
    type NodeId = ArcId;
    type EdgeId = (ArcId, ArcId);
}

impl GraphRef for Turns<'_> {}

impl Data for Turns<'_> {
    type NodeWeight = ();
    type EdgeWeight = TravelTime;
}

impl Visitable for Turns<'_> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(FixedBitSet::with_capacity(self.times.arc.len()))
    }

    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.grow(self.times.arc.len());
    }
}

impl NodeCount for Turns<'_> {
    fn node_count(&self) -> usize {
        self.times.arc.len()
    }
}

impl NodeIndexable for Turns<'_> {
    fn node_bound(&self) -> usize {
        self.times.arc.len()
    }

    fn to_index(&self, arc: ArcId) -> usize {
        arc.index()
    }

    fn from_index(&self, index: usize) -> ArcId {
        ArcId(index as u32)
    }
}

/// Arcs, ascending.
#[derive(Clone, Debug)]
pub struct AllArcs(Range<u32>);

impl Iterator for AllArcs {
    type Item = ArcId;

    fn next(&mut self) -> Option<ArcId> {
        self.0.next().map(ArcId)
    }
}

impl IntoNodeIdentifiers for Turns<'_> {
    type NodeIdentifiers = AllArcs;

    fn node_identifiers(self) -> AllArcs {
        AllArcs(0..self.times.arc.len() as u32)
    }
}

/// Turns out of a run of arcs.
#[derive(Clone, Debug)]
pub struct TurnsOut<'a> {
    times: &'a TimesInner,
    from: Range<u32>,
    to: Range<u32>,
    current: u32,
}

impl Iterator for TurnsOut<'_> {
    type Item = TurnRef;

    fn next(&mut self) -> Option<TurnRef> {
        loop {
            for to in self.to.by_ref() {
                if let Some(turn) = self.times.turn(self.current, to) {
                    let time = self.times.arc[self.current as usize] + turn;
                    return Some(TurnRef { from: ArcId(self.current), to: ArcId(to), time });
                }
            }
            self.current = self.from.next()?;
            let head = self.times.network.0.arcs[self.current as usize].head;
            self.to = self.times.network.0.out(head);
        }
    }
}

impl<'a> IntoEdgeReferences for Turns<'a> {
    type EdgeRef = TurnRef;
    type EdgeReferences = TurnsOut<'a>;

    fn edge_references(self) -> TurnsOut<'a> {
        TurnsOut { times: self.times, from: 0..self.times.arc.len() as u32, to: 0..0, current: 0 }
    }
}

impl<'a> IntoEdges for Turns<'a> {
    type Edges = TurnsOut<'a>;

    fn edges(self, arc: ArcId) -> TurnsOut<'a> {
        TurnsOut { times: self.times, from: arc.0..arc.0 + 1, to: 0..0, current: 0 }
    }
}

/// Arcs that may follow an arc.
#[derive(Clone, Debug)]
pub struct Following<'a>(TurnsOut<'a>);

impl Iterator for Following<'_> {
    type Item = ArcId;

    fn next(&mut self) -> Option<ArcId> {
        self.0.next().map(|turn| turn.to)
    }
}

impl<'a> IntoNeighbors for Turns<'a> {
    type Neighbors = Following<'a>;

    fn neighbors(self, arc: ArcId) -> Following<'a> {
        Following(self.edges(arc))
    }
}
