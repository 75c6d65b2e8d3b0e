//! First, second and third due: for each place the origins that arrive first.

use firesite_model::TravelTime;

use crate::network::NONE;
use crate::queue::{Buckets, Entry, Heap, Queue};
use crate::search::{NodeSeed, Start, part, seeds, starts};
use crate::times::TimesInner;
use crate::{NodeId, Origin, Snapped, TravelTimes};

/// Time and origin position, compared in that order.
type Due = (u32, u32);

const FREE: Due = (u32::MAX, u32::MAX);

impl TravelTimes {
    /// The first `k` (at most 3) origins of each place by least offset, travel and access time, within the limit; equal
    /// times go to the smaller position. A place without a position, or out of reach, has an empty or shorter list.
    pub fn due_order(
        &self,
        origins: &[Origin<'_>],
        k: usize,
        places: &[Option<Snapped>],
        limit: Option<TravelTime>,
    ) -> Vec<Vec<(usize, TravelTime)>> {
        let order = self.due(origins, k, limit);
        places.iter().map(|place| place.as_ref().map_or_else(Vec::new, |place| order.at(place))).collect()
    }

    /// The first `k` (1 to 3) origins of the whole network: one search for all origins, in which every node (with turns,
    /// every arc) keeps its first k only. In practice linear in k · arcs, however many origins there are; 8 · k bytes a
    /// node (with turns, an arc).
    pub fn due(&self, origins: &[Origin<'_>], k: usize, limit: Option<TravelTime>) -> DueOrder<'_> {
        let limit = limit.map_or(u32::MAX - 1, |t| t.as_millis().min(u32::MAX - 1));
        let inner = &*self.0;
        let starts = starts(inner, origins);
        let (mut first, mut node_seeds) = (Vec::new(), Vec::new());
        seeds(inner, &starts, limit, &mut first, &mut node_seeds);
        let first: Vec<Seed> =
            first.iter().map(|s| Seed { item: s.item, due: (s.time, s.origin), key: s.key }).collect();
        let k = k.clamp(1, 3);
        let slots = match k {
            1 => Slots::<1>::spread(inner, &first, limit),
            2 => Slots::<2>::spread(inner, &first, limit),
            _ => Slots::<3>::spread(inner, &first, limit),
        };
        DueOrder { times: self, k, limit, starts, node_seeds, slots }
    }
}

/// The first few origins of every node or arc of a network.
#[derive(Clone, Debug)]
pub struct DueOrder<'t> {
    times: &'t TravelTimes,
    k: usize,
    limit: u32,
    starts: Vec<Start>,
    node_seeds: Vec<NodeSeed>,
    /// `k` slots for each node (with turns: arc) in order of time and origin, free ones at the greatest time.
    slots: Vec<Due>,
}

struct Seed {
    item: u32,
    due: Due,
    key: u32,
}

/// An entry of the queue: whose it is decides whether it is stale.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    time: u32,
    origin: u32,
    item: u32,
}

impl Entry for Waiting {
    fn time(&self) -> u32 {
        self.time
    }
}

/// Labels with K slots each, no origin twice. An origin that was pushed out by K better ones can be the first K of no
/// node beyond, so that pruning loses nothing.
struct Slots<const K: usize>(Vec<[Due; K]>);

impl<const K: usize> Slots<K> {
    fn spread(times: &TimesInner, seeds: &[Seed], limit: u32) -> Vec<Due> {
        let items = if times.turns.is_some() { times.packed.len() } else { times.network.node_count() };
        let mut slots = Self(vec![[FREE; K]; items]);
        let first = seeds.iter().map(|s| s.key).min().unwrap_or(0);
        let last = seeds.iter().map(|s| s.key).filter(|&k| k <= limit).max().unwrap_or(0);
        let mut buckets = Buckets::default();
        if buckets.prepare(first, times.longest.max(last.saturating_sub(first)), times.shift) {
            slots.run(times, seeds, limit, &mut buckets);
        } else {
            slots.run(times, seeds, limit, &mut Heap::default());
        }
        slots.0.into_flattened()
    }

    fn run(&mut self, times: &TimesInner, seeds: &[Seed], limit: u32, queue: &mut impl Queue<Waiting>) {
        for seed in seeds {
            if self.improve(seed.item, seed.due) && seed.key <= limit {
                queue.push(Waiting { time: seed.key, origin: seed.due.1, item: seed.item });
            }
        }
        let network = &times.network.0;
        while let Some(Waiting { time, origin, item }) = queue.pop() {
            match &times.turns {
                None => {
                    if !self.0[item as usize].contains(&(time, origin)) {
                        continue;
                    }
                    for arc in network.out(item) {
                        let arc = times.packed[arc as usize];
                        let there = time.saturating_add(arc.time);
                        if there <= limit && self.improve(arc.head, (there, origin)) {
                            queue.push(Waiting { time: there, origin, item: arc.head });
                        }
                    }
                }
                Some(_) => {
                    let arc = times.packed[item as usize];
                    // Entries wait for the end of their arc.
                    if !self.0[item as usize].iter().any(|d| d.1 == origin && d.0.saturating_add(arc.time) == time) {
                        continue;
                    }
                    for next in network.out(arc.head) {
                        let Some(turn) = times.turn(item, next) else { continue };
                        let (enter, drive) = (time.saturating_add(turn.as_millis()), times.packed[next as usize].time);
                        if enter <= limit && drive != u32::MAX && self.improve(next, (enter, origin)) {
                            let end = enter.saturating_add(drive);
                            if end <= limit {
                                queue.push(Waiting { time: end, origin, item: next });
                            }
                        }
                    }
                }
            }
        }
    }

    /// Takes a due in, if it is among the first K.
    #[inline]
    fn improve(&mut self, item: u32, due: Due) -> bool {
        let slots = &mut self.0[item as usize];
        if due >= slots[K - 1] {
            return false;
        }
        // Its own place, or else the last, makes room.
        let mut at = K - 1;
        for (i, slot) in slots.iter().enumerate() {
            if slot.1 == due.1 {
                if *slot <= due {
                    return false;
                }
                at = i;
                break;
            }
        }
        while at > 0 && slots[at - 1] > due {
            slots[at] = slots[at - 1];
            at -= 1;
        }
        slots[at] = due;
        true
    }
}

impl DueOrder<'_> {
    fn slots(&self, item: u32) -> &[Due] {
        &self.slots[item as usize * self.k..(item as usize + 1) * self.k]
    }

    /// The first `k` at a node.
    pub fn at_node(&self, node: NodeId) -> Vec<(usize, TravelTime)> {
        self.first(self.dues_at(node.0))
    }

    /// The first `k` at a place, access leg included.
    pub fn at(&self, place: &Snapped) -> Vec<(usize, TravelTime)> {
        let mut dues = match place.node {
            Some(node) => self.dues_at(node.0),
            None => self.dues_along(place),
        };
        for due in &mut dues {
            due.0 = due.0.saturating_add(place.access.as_millis());
        }
        self.first(dues)
    }

    fn dues_at(&self, node: u32) -> Vec<Due> {
        let inner = &*self.times.0;
        if inner.turns.is_none() {
            return self.slots(node).to_vec();
        }
        let mut dues = Vec::new();
        for &arc in inner.network.0.arcs_into(node) {
            let drive = inner.packed[arc as usize].time;
            dues.extend(self.slots(arc).iter().map(|due| (due.0.saturating_add(drive), due.1)));
        }
        let first = self.node_seeds.partition_point(|s| s.node < node);
        let here = self.node_seeds[first..].iter().take_while(|s| s.node == node);
        dues.extend(here.map(|seed| (seed.time, seed.origin)));
        dues
    }

    fn dues_along(&self, place: &Snapped) -> Vec<Due> {
        let inner = &*self.times.0;
        let record = &inner.network.0.edges[place.edge.index()];
        let mut dues = Vec::new();
        let drive = |k: usize| match record.arcs[k] {
            NONE => u32::MAX,
            arc => inner.packed[arc as usize].time,
        };
        for (k, share) in [(0, place.share), (1, 1.0 - place.share)] {
            if drive(k) != u32::MAX {
                let item = if inner.turns.is_some() { record.arcs[k] } else { record.ends[k] };
                let way = part(drive(k), share);
                dues.extend(self.slots(item).iter().map(|due| (due.0.saturating_add(way), due.1)));
            }
        }
        let first = self.starts.partition_point(|s| s.edge < place.edge.0);
        for start in self.starts[first..].iter().take_while(|s| s.edge == place.edge.0) {
            for (k, share) in [(0, place.share - start.share), (1, start.share - place.share)] {
                if share >= 0.0 && drive(k) != u32::MAX {
                    dues.push((start.time.saturating_add(part(drive(k), share)), start.origin));
                }
            }
        }
        dues
    }

    /// The first `k` of different origins, within the limit.
    fn first(&self, mut dues: Vec<Due>) -> Vec<(usize, TravelTime)> {
        dues.sort_unstable();
        let mut order: Vec<(usize, TravelTime)> = Vec::with_capacity(self.k);
        for (time, origin) in dues {
            if time > self.limit || order.len() == self.k {
                break;
            }
            if order.iter().all(|o| o.0 != origin as usize) {
                order.push((origin as usize, TravelTime::millis(time)));
            }
        }
        order
    }
}
