//! First, second and third due: for each place the origins that arrive first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use firesite_model::TravelTime;

use crate::network::NONE;
use crate::search::{NodeSeed, Start, part, seeds, starts};
use crate::{Origin, Snapped, TravelTimes};

/// Time and origin position, compared in that order.
type Due = (u32, u32);

impl TravelTimes {
    /// The first `k` (at most 3) origins of each place by least offset, travel and access time, within the limit; equal
    /// times go to the smaller position. A place without a position, or out of reach, has an empty or shorter list.
    ///
    /// One search for all origins: every node (with turns, arc) is settled by its first k origins only.
    /// O(k · arcs · log) however many origins there are.
    pub fn due_order(
        &self,
        origins: &[Origin<'_>],
        k: usize,
        places: &[Option<Snapped>],
        limit: Option<TravelTime>,
    ) -> Vec<Vec<(usize, TravelTime)>> {
        let order = DueOrder::new(self, origins, k.min(3), limit);
        places.iter().map(|place| place.as_ref().map_or_else(Vec::new, |place| order.of(place))).collect()
    }
}

/// The first few origins of every node or arc.
pub(crate) struct DueOrder<'t> {
    times: &'t TravelTimes,
    k: usize,
    limit: u32,
    starts: Vec<Start>,
    node_seeds: Vec<NodeSeed>,
    /// `k` slots for each node (with turns: arc), free ones at the greatest time.
    slots: Vec<Due>,
}

const FREE: Due = (u32::MAX, u32::MAX);

impl<'t> DueOrder<'t> {
    fn new(times: &'t TravelTimes, origins: &[Origin<'_>], k: usize, limit: Option<TravelTime>) -> Self {
        let limit = limit.map_or(u32::MAX - 1, |t| t.as_millis().min(u32::MAX - 1));
        let inner = &*times.0;
        let starts = starts(inner, origins);
        let (mut first, mut node_seeds) = (Vec::new(), Vec::new());
        seeds(inner, &starts, limit, &mut first, &mut node_seeds);
        let items = if inner.turns.is_some() { inner.packed.len() } else { inner.network.node_count() };
        let mut order = Self { times, k, limit, starts, node_seeds, slots: vec![FREE; items * k] };
        // Popped in the order of (time, origin): whoever comes first to an item is first due there.
        let mut heap: BinaryHeap<Reverse<(u32, u32, u32)>> =
            first.iter().map(|s| Reverse((s.time, s.origin, s.item))).collect();
        while let Some(Reverse((time, origin, item))) = heap.pop() {
            if !order.settle(item, (time, origin)) {
                continue;
            }
            let network = &inner.network.0;
            match &inner.turns {
                None => {
                    for arc in network.out(item) {
                        let arc = inner.packed[arc as usize];
                        let there = time.saturating_add(arc.time);
                        if there <= limit && order.open(arc.head, origin) {
                            heap.push(Reverse((there, origin, arc.head)));
                        }
                    }
                }
                Some(_) => {
                    let arc = inner.packed[item as usize];
                    let end = time.saturating_add(arc.time);
                    if end > limit {
                        continue;
                    }
                    for next in network.out(arc.head) {
                        let Some(turn) = inner.turn(item, next) else { continue };
                        let enter = end.saturating_add(turn.as_millis());
                        if enter <= limit && inner.packed[next as usize].time != u32::MAX && order.open(next, origin) {
                            heap.push(Reverse((enter, origin, next)));
                        }
                    }
                }
            }
        }
        order
    }

    fn slots(&self, item: u32) -> &[Due] {
        &self.slots[item as usize * self.k..(item as usize + 1) * self.k]
    }

    /// Whether one more origin may be due here.
    fn open(&self, item: u32, origin: u32) -> bool {
        self.slots(item).iter().all(|s| s.1 != origin) && self.slots(item).last() == Some(&FREE)
    }

    fn settle(&mut self, item: u32, due: Due) -> bool {
        if !self.open(item, due.1) {
            return false;
        }
        let slots = &mut self.slots[item as usize * self.k..(item as usize + 1) * self.k];
        if let Some(slot) = slots.iter_mut().find(|s| **s == FREE) {
            *slot = due;
        }
        true
    }

    /// The first `k` at a place, access leg included.
    fn of(&self, place: &Snapped) -> Vec<(usize, TravelTime)> {
        let (inner, mut dues) = (&*self.times.0, Vec::new());
        let network = &inner.network.0;
        let with_turns = inner.turns.is_some();
        let mut offer = |time: u32, add: u32, origin: u32| {
            let total = time.saturating_add(add).saturating_add(place.access.as_millis());
            if total <= self.limit {
                dues.push((total, origin));
            }
        };
        match place.node {
            Some(node) if !with_turns => self.slots(node.0).iter().for_each(|&(time, origin)| offer(time, 0, origin)),
            Some(node) => {
                for &arc in network.into_node(node.0) {
                    for &(time, origin) in self.slots(arc) {
                        offer(time, inner.packed[arc as usize].time, origin);
                    }
                }
                let first = self.node_seeds.partition_point(|s| s.node < node.0);
                for seed in self.node_seeds[first..].iter().take_while(|s| s.node == node.0) {
                    offer(seed.time, 0, seed.origin);
                }
            }
            None => {
                let record = &network.edges[place.edge.index()];
                let drive = |k: usize| match record.arcs[k] {
                    NONE => u32::MAX,
                    arc => inner.packed[arc as usize].time,
                };
                for (k, share) in [(0, place.share), (1, 1.0 - place.share)] {
                    if drive(k) == u32::MAX {
                        continue;
                    }
                    let item = if with_turns { record.arcs[k] } else { record.ends[k] };
                    for &(time, origin) in self.slots(item) {
                        offer(time, part(drive(k), share), origin);
                    }
                }
                let first = self.starts.partition_point(|s| s.edge < place.edge.0);
                for start in self.starts[first..].iter().take_while(|s| s.edge == place.edge.0) {
                    for (k, share) in [(0, place.share - start.share), (1, start.share - place.share)] {
                        if share >= 0.0 && drive(k) != u32::MAX {
                            offer(start.time, part(drive(k), share), start.origin);
                        }
                    }
                }
            }
        }
        dues.sort_unstable();
        let mut order: Vec<(usize, TravelTime)> = Vec::with_capacity(self.k);
        for (time, origin) in dues {
            if order.len() < self.k && order.iter().all(|o| o.0 != origin as usize) {
                order.push((origin as usize, TravelTime::millis(time)));
            }
        }
        order
    }
}
