//! Reading the times of one search.

use firesite_model::TravelTime;

use super::turned::FOUR;
use super::{Start, State, Turned, part};
use crate::network::NONE;
use crate::{EdgeId, NodeId, Snapped, TravelTimes};

/// Earliest times of one search, within its limit.
///
/// ```text
///   A───B───C      from the middle of AB, 100 m blocks at 10 m/s, limit 12 s, turns free
///       │          at node      A 5 s   B 5 s   C -   D -      (10 + 5 s > 12 s)
///       D          reached      AB whole, 70 m of BC, 70 m of BD
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TimeField<'s> {
    pub(crate) times: &'s TravelTimes,
    pub(crate) state: &'s State,
    pub(crate) limit: u32,
    turned: Option<&'s Turned>,
}

/// Time and origin position, compared in that order.
pub(crate) type Due = (u32, u32);

impl<'s> TimeField<'s> {
    pub(super) fn new(times: &'s TravelTimes, state: &'s State, limit: u32) -> Self {
        let turned = times.0.turns.as_ref().map(|table| times.0.turned(table));
        Self { times, state, limit, turned }
    }

    /// The limit of the search.
    pub fn limit(&self) -> TravelTime {
        TravelTime::millis(self.limit)
    }

    /// Earliest time at a node, before any turn there.
    pub fn at_node(&self, node: NodeId) -> Option<TravelTime> {
        self.due_at_node(node.0).map(|(time, _)| TravelTime::millis(time))
    }

    /// Earliest time at a place, its access leg included; `None` beyond the limit.
    pub fn at(&self, place: &Snapped) -> Option<TravelTime> {
        self.owner_at(place).map(|(time, _)| time)
    }

    /// Earliest time at a place (access leg included) and the position of the origin that is first there, the smaller
    /// of equals; `None` beyond the limit.
    pub fn owner_at(&self, place: &Snapped) -> Option<(TravelTime, usize)> {
        let (time, origin) = match place.node {
            Some(node) => self.due_at_node(node.0),
            None => self.due_along(place.edge, place.share),
        }?;
        let total = time.saturating_add(place.access.as_millis());
        (total <= self.limit).then_some((TravelTime::millis(total), origin as usize))
    }

    /// Edges with a reached part, ascending.
    pub fn reached_edges(&self) -> std::vec::IntoIter<EdgeId> {
        let mut edges: Vec<u32> = Vec::new();
        self.visit_edges(|edge| edges.push(edge));
        edges.sort_unstable();
        edges.dedup();
        edges.into_iter().map(EdgeId).collect::<Vec<_>>().into_iter()
    }

    /// Every edge with a reached part at least once, in no order.
    pub(crate) fn visit_edges(&self, mut see: impl FnMut(u32)) {
        let network = &self.times.0.network.0;
        for start in self.state.starts.iter().filter(|s| s.time <= self.limit) {
            see(start.edge);
        }
        if self.times.has_turns() {
            self.visit_items(|arc, _| see(network.arcs[arc as usize].edge));
            return;
        }
        for arc in self.state.touched().flat_map(|node| network.out(node)) {
            if self.times.0.packed[arc as usize].time != u32::MAX {
                see(network.arcs[arc as usize].edge);
            }
        }
    }

    /// Every reached node at least once, in no order.
    pub(crate) fn visit_nodes(&self, mut see: impl FnMut(u32)) {
        let Some(turned) = self.turned else {
            self.state.touched().for_each(see);
            return;
        };
        // Once for the earliest arrival of each row, which is a label.
        for slot in self.state.touched() {
            let (row, time) = (slot / FOUR as u32, self.state.end(slot).0);
            if (0..FOUR as u32).all(|place| time <= self.state.end(row * FOUR as u32 + place).0) {
                see(turned.row(row as usize).0);
            }
        }
    }

    /// Every item (node; with turns, open arc) that somebody may enter within the limit at least once, in no order, and a
    /// time before which nobody does. For arcs back along a street just driven that may be too early.
    pub(crate) fn visit_items(&self, mut see: impl FnMut(u32, u32)) {
        if self.turned.is_none() {
            self.state.touched().for_each(|node| see(node, self.state.label(node).map_or(0, |label| label.0)));
            return;
        }
        self.visit_nodes(|node| {
            for arc in self.times.0.network.0.out(node) {
                if let Some((time, _)) = self.entry(arc) {
                    see(arc, time);
                }
            }
        });
    }

    /// How many labels the search wrote, at nodes or with turns at the ends of arcs; for comparing engines.
    pub fn labels(&self) -> usize {
        self.state.touched_count()
    }

    pub(crate) fn due_at_node(&self, node: u32) -> Option<Due> {
        let Some(turned) = self.turned else { return self.state.label(node) };
        let slots = |row: u32| row * FOUR as u32..(row + 1) * FOUR as u32;
        let slots = turned.rows_into(&self.times.0.network.0, node).flat_map(slots);
        slots.map(|slot| self.state.end(slot)).min().filter(|due| due.0 <= self.limit)
    }

    /// Label at the start of an arc, if it may be driven.
    pub(crate) fn entry(&self, arc: u32) -> Option<Due> {
        if arc == NONE || self.times.0.packed[arc as usize].time == u32::MAX {
            return None;
        }
        let tail = self.times.0.network.0.arcs[arc as usize].tail;
        let Some((turned, table)) = self.turned.zip(self.times.0.turns.as_ref()) else { return self.state.label(tail) };
        let turns = turned.turns_into(&self.times.0, table, arc);
        let turned_in = turns.map(|(slot, cost)| {
            let (time, origin) = self.state.end(slot);
            (time.saturating_add(cost), origin)
        });
        let seeds = &self.state.node_seeds;
        let first = seeds.partition_point(|s| s.node < tail);
        let set_out = seeds[first..].first().filter(|s| s.node == tail).map(|s| (s.time, s.origin));
        turned_in.chain(set_out).min().filter(|due| due.0 <= self.limit)
    }

    /// Origins on an edge.
    pub(crate) fn starts_on(&self, edge: u32) -> &'s [Start] {
        let starts = &self.state.starts;
        let first = starts.partition_point(|s| s.edge < edge);
        let count = starts[first..].partition_point(|s| s.edge == edge);
        &starts[first..first + count]
    }

    fn due_along(&self, edge: EdgeId, share: f64) -> Option<Due> {
        let record = &self.times.0.network.0.edges[edge.index()];
        let mut best: Option<Due> = None;
        let mut offer = |time: u32, origin: u32| {
            if time <= self.limit && best.is_none_or(|b| (time, origin) < b) {
                best = Some((time, origin));
            }
        };
        for (k, way) in [(0, share), (1, 1.0 - share)] {
            let arc = record.arcs[k];
            let Some((time, origin)) = self.entry(arc) else { continue };
            offer(time.saturating_add(part(self.times.0.packed[arc as usize].time, way)), origin);
        }
        for start in self.starts_on(edge.0) {
            for (k, way) in [(0, share - start.share), (1, start.share - share)] {
                let arc = record.arcs[k];
                if way < 0.0 || arc == NONE || self.times.0.packed[arc as usize].time == u32::MAX {
                    continue;
                }
                offer(start.time.saturating_add(part(self.times.0.packed[arc as usize].time, way)), start.origin);
            }
        }
        best
    }
}
