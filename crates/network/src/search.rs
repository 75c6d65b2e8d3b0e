//! Bounded one-to-many search.

use firesite_model::TravelTime;

use crate::{EdgeId, NodeId, Snapped, TravelTimes};

/// Where a search starts.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The place; its access leg is added by the search.
    pub place: &'a Snapped,
    /// Time before leaving, for example turnout.
    pub offset: TravelTime,
}

/// Reusable state of one thread.
pub struct Search<'t> {
    pub(crate) times: &'t TravelTimes,
}

/// Part of an edge on which the earliest time is linear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Start, share of the edge length from its first node.
    pub from: f64,
    /// End, share of the edge length; greater than `from`.
    pub to: f64,
    /// Earliest time at the start.
    pub time_from: TravelTime,
    /// Earliest time at the end.
    pub time_to: TravelTime,
    /// Position of the origin that is first there.
    pub origin: usize,
}

/// Earliest times of one search.
pub struct TimeField<'s> {
    pub(crate) times: &'s TravelTimes,
}

impl Search<'_> {
    /// Earliest times from the origins, within the limit.
    pub fn run<'s>(&'s mut self, _origins: &[Origin<'_>], _limit: Option<TravelTime>) -> TimeField<'s> {
        TimeField { times: self.times }
    }
}

impl TimeField<'_> {
    /// Earliest time at a node, before any turn there.
    pub fn at_node(&self, _node: NodeId) -> Option<TravelTime> {
        let _ = self.times;
        unimplemented!()
    }

    /// Earliest time at a place, its access leg included.
    pub fn at(&self, place: &Snapped) -> Option<TravelTime> {
        self.owner_at(place).map(|(time, _)| time)
    }

    /// Earliest time at a place, and the position of the origin that is first there.
    pub fn owner_at(&self, _place: &Snapped) -> Option<(TravelTime, usize)> {
        unimplemented!()
    }

    /// Earliest times along an edge, in order, only the reached parts; replaces the content of `pieces`.
    pub fn pieces(&self, _edge: EdgeId, pieces: &mut Vec<Piece>) {
        pieces.clear();
        unimplemented!()
    }

    /// Edges with a reached part, ascending.
    pub fn reached_edges(&self) -> std::vec::IntoIter<EdgeId> {
        unimplemented!()
    }
}
