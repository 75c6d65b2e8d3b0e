//! First, second and third due: for each place the origins that arrive first.

use std::hint::{black_box, select_unpredictable};

use firesite_model::TravelTime;

use crate::choose::{Engine, Question};
use crate::hierarchy::Swept;
use crate::network::NONE;
use crate::queue::{entry, item_of, time_of};
use crate::search::{Fours, NodeSeed, Scratch, Seed, Start, part, room, seeds, starts};
use crate::times::{PackedArc, TimesInner};
use crate::{NodeId, Origin, Snapped, TravelTimes};

/// Time and origin position, compared in that order.
type Due = (u32, u32);

/// The same in one number, the time above: compared as one.
type Key = u64;

const FREE: Key = u64::MAX;

fn due(key: Key) -> Due {
    ((key >> 32) as u32, key as u32)
}

fn key(due: Due) -> Key {
    u64::from(due.0) << 32 | u64::from(due.1)
}

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

    /// The first `k` (1 to 3) origins of the whole network: one search of all origins at once for the first due of every
    /// node, one more that starts at the borders between them for the second, and so on; with turns, one search in which
    /// every arc keeps its first k. In practice linear in k² · arcs, however many origins there are; 8 · k bytes a node
    /// (with turns, an arc).
    pub fn due(&self, origins: &[Origin<'_>], k: usize, limit: Option<TravelTime>) -> DueOrder<'_> {
        self.due_by(Engine::Choose, origins, k, limit)
    }

    /// The same by a stated engine; the answer is the same. A hierarchy answers all of the network in one sweep, whatever
    /// the limit: O(k · arcs kept).
    pub fn due_by(&self, engine: Engine, origins: &[Origin<'_>], k: usize, limit: Option<TravelTime>) -> DueOrder<'_> {
        let k = k.clamp(1, 3);
        let engine = self.choose(engine, Question::Due { origins: origins.len(), k }, limit);
        let limit = limit.map_or(u32::MAX - 1, |t| t.as_millis().min(u32::MAX - 1));
        let inner = &*self.0;
        let (mut on_edges, mut first, mut node_seeds) = (Vec::new(), Vec::new(), Vec::new());
        starts(inner, origins, &mut on_edges);
        seeds(inner, &on_edges, limit, &mut first, &mut node_seeds);
        if engine == Engine::Hierarchy {
            let first: Vec<(u32, u32, u32)> = first.iter().map(|s| (s.item, s.time, s.origin)).collect();
            let slots = Slots::Swept(self.prepared().due(&first, k));
            return DueOrder { times: self, k, limit, starts: on_edges, node_seeds, slots };
        }
        let mut search = self.search();
        let mut scratch = search.scratch();
        let slots = Slots::Searched(match k {
            1 => Labels::<1>::spread(inner, &first, limit, &mut scratch),
            2 => Labels::<2>::spread(inner, &first, limit, &mut scratch),
            _ => Labels::<3>::spread(inner, &first, limit, &mut scratch),
        });
        DueOrder { times: self, k, limit, starts: on_edges, node_seeds, slots }
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
    slots: Slots,
}

/// `k` slots for each node (with turns: arc) in order of time and origin, free ones at the greatest time.
#[derive(Clone, Debug)]
enum Slots {
    /// By node or arc.
    Searched(Vec<Key>),
    Swept(Swept),
}

/// Labels with K slots each, no origin twice. An origin that K better ones precede at a node can be among the first K of
/// no node beyond, so that pruning loses nothing.
struct Labels<const K: usize>(Vec<[Key; K]>);

impl<const K: usize> Labels<K> {
    fn spread(times: &TimesInner, seeds: &[Seed], limit: u32, scratch: &mut Scratch<'_>) -> Vec<Key> {
        let items = if times.turns.is_some() { times.packed.len() } else { times.network.node_count() };
        let mut slots = Self(vec![[FREE; K]; items]);
        match times.turns {
            None => slots.over_nodes(times, seeds, limit, scratch),
            Some(_) => slots.over_arcs(times, seeds, limit, scratch),
        }
        slots.0.into_flattened()
    }

    /// One layer after the other: the first due of every node, then the second, then the third.
    fn over_nodes(&mut self, times: &TimesInner, seeds: &[Seed], limit: u32, scratch: &mut Scratch<'_>) {
        self.layer::<0>(times, seeds, limit, scratch);
        if K > 1 {
            self.layer::<1>(times, seeds, limit, scratch);
        }
        if K > 2 {
            self.layer::<2>(times, seeds, limit, scratch);
        }
    }

    /// The labels of one layer, those before it being final: at each node the best of an origin that none of them holds.
    ///
    /// Such a label comes over an arc from a label of an earlier layer (where the two nodes do not have the same first
    /// origins), or from one of this layer. All of the former are looked at once, in the order of the nodes; the latter
    /// are an ordinary search that starts from them. As in the search, no branch depends on the times. Carrying all
    /// layers through one search takes twice as long: each arc would have to sort.
    fn layer<const J: usize>(&mut self, times: &TimesInner, seeds: &[Seed], limit: u32, scratch: &mut Scratch<'_>) {
        let Scratch { buckets, work, log, starts } = scratch;
        starts.clear();
        let (fours, limit, slots) = (times.fours(), u64::from(limit), &mut self.0[..]);
        let arcs = &fours.arcs()[..slots.len()];
        // Labels to start from, in the order in which they came; better ones of the same node may follow.
        let mut start = |slots: &mut [[Key; K]], node: u32, new: Key| {
            if offer::<K, J>(&mut slots[node as usize], new) {
                starts.push(entry(time_of(new), node));
            }
        };
        for seed in seeds {
            start(slots, seed.item, key((seed.time, seed.origin)));
        }
        if J > 0 {
            for node in 0..slots.len() {
                let known = slots[node];
                let [first, second, third, fourth] = arcs[node].0;
                let (fourth, more) = Fours::fourth(fourth);
                for &from in &known[..J] {
                    // Within the area of an origin, which is nearly everywhere, there is nothing to hand on.
                    let lacks = |arc: PackedArc| {
                        let earlier = &slots[arc.head as usize][..J];
                        earlier.iter().fold(true, |lacks, &known| lacks & (known as u32 != from as u32))
                    };
                    if !(lacks(first) | lacks(second) | lacks(third) | lacks(fourth) | more) {
                        continue;
                    }
                    for arc in [first, second, third, fourth] {
                        start(slots, arc.head, driven(from, arc, limit));
                    }
                    if more {
                        for &arc in fours.further(node as u32) {
                            start(slots, arc.head, driven(from, arc, limit));
                        }
                    }
                }
            }
        }
        starts.retain(|&start| time_of(slots[item_of(start) as usize][J]) == time_of(start));
        let Some(first) = starts.iter().map(|&start| time_of(start)).min() else { return };
        let last = starts.iter().map(|&start| time_of(start)).max().unwrap_or(first);
        buckets.prepare(first, times.longest.min(limit as u32 - first).max(last - first), times.shift);
        starts.iter().for_each(|&start| buckets.push(start));
        let mut wide = Vec::new();
        // Smaller networks stay in the cache.
        let far = arcs.len() > 1 << 16;
        while buckets.next(work) {
            // The frontiers of many origins lie all over the network. Looking at everything once, with nothing to wait
            // for, brings it to the cache many lines at a time.
            let seen = work.iter().filter(|_| far).fold(0, |seen, &waiting| {
                let node = item_of(waiting) as usize;
                let [first, second, third, _] = arcs[node].0;
                let heads = [first, second, third].map(|arc| slots[arc.head as usize][0] as u32);
                seen ^ slots[node][0] as u32 ^ heads[0] ^ heads[1] ^ heads[2]
            });
            black_box(seen);
            room(log, 0, 4 * work.len());
            let (out, mut end) = (&mut log[..], 0);
            for &waiting in work.iter() {
                let node = item_of(waiting) as usize;
                let from = slots[node][J];
                if time_of(from) != time_of(waiting) {
                    continue;
                }
                let [first, second, third, fourth] = arcs[node].0;
                let (fourth, more) = Fours::fourth(fourth);
                for arc in [first, second, third, fourth] {
                    let new = driven(from, arc, limit);
                    let better = offer::<K, J>(&mut slots[arc.head as usize], new);
                    out[end] = entry(time_of(new), arc.head);
                    end += usize::from(better);
                }
                if more {
                    wide.push((node as u32, from));
                }
            }
            for (node, from) in wide.drain(..) {
                let further = fours.further(node);
                room(log, end, further.len());
                for &arc in further {
                    let new = driven(from, arc, limit);
                    let better = offer::<K, J>(&mut slots[arc.head as usize], new);
                    log[end] = entry(time_of(new), arc.head);
                    end += usize::from(better);
                }
            }
            work.clear();
            log[..end].iter().for_each(|&entry| buckets.push(entry));
        }
    }

    fn over_arcs(&mut self, times: &TimesInner, seeds: &[Seed], limit: u32, scratch: &mut Scratch<'_>) {
        let Scratch { buckets, work, .. } = scratch;
        let keys = || seeds.iter().map(|s| s.key).filter(|&key| key <= limit);
        let (first, last) = (keys().min().unwrap_or(0), keys().max().unwrap_or(0));
        buckets.prepare(first, times.longest.min(limit - first).max(last - first), times.shift);
        for seed in seeds {
            if improve(&mut self.0[seed.item as usize], key((seed.time, seed.origin))) && seed.key <= limit {
                buckets.push(entry(seed.key, seed.item));
            }
        }
        let network = &times.network.0;
        while buckets.next(work) {
            for &waiting in work.iter() {
                let (time, item) = (time_of(waiting), item_of(waiting));
                let arc = times.packed[item as usize];
                // Entries wait for the end of their arc.
                for slot in self.0[item as usize] {
                    let (start, origin) = due(slot);
                    if start.saturating_add(arc.time) != time {
                        continue;
                    }
                    for next in network.out(arc.head) {
                        let Some(turn) = times.turn(item, next) else { continue };
                        let (enter, drive) = (time.saturating_add(turn.as_millis()), times.packed[next as usize].time);
                        let open = enter <= limit && drive != u32::MAX;
                        if open && improve(&mut self.0[next as usize], key((enter, origin))) {
                            let end = enter.saturating_add(drive);
                            if end <= limit {
                                buckets.push(entry(end, next));
                            }
                        }
                    }
                }
            }
            work.clear();
        }
    }
}

/// A label after one more arc; free where that is beyond the limit.
#[inline(always)]
fn driven(from: Key, arc: PackedArc, limit: u64) -> Key {
    let there = (from >> 32) + u64::from(arc.time);
    select_unpredictable(there <= limit, there << 32 | from & 0xffff_ffff, FREE)
}

/// Takes a label into one layer, if it is better and its origin is in none before; whether it was.
#[inline(always)]
fn offer<const K: usize, const J: usize>(slots: &mut [Key; K], new: Key) -> bool {
    let mut better = new < slots[J];
    for earlier in &slots[..J] {
        better &= *earlier as u32 != new as u32;
    }
    slots[J] = select_unpredictable(better, new, slots[J]);
    better
}

/// Takes a due in, if it is among the first K; whether it is.
///
/// What the new one replaces is its own origin's, or else the last. The others move up or stay: each slot is the
/// greater of its forerunner and the lesser of itself and the new one.
#[inline(always)]
fn improve<const K: usize>(slots: &mut [Key; K], new: Key) -> bool {
    let mut replaced = slots[K - 1];
    // The others, in order.
    let (mut others, mut passed) = ([FREE; K], false);
    for i in 0..K {
        let own = slots[i] as u32 == new as u32;
        replaced = if own { slots[i] } else { replaced };
        passed |= own;
        others[i] = if passed && i + 1 < K { slots[i + 1] } else { slots[i] };
    }
    let better = new < replaced;
    let mut before = 0;
    for i in 0..K {
        let other = if i + 1 < K { others[i] } else { FREE };
        let moved = before.max(new.min(other));
        slots[i] = if better { moved } else { slots[i] };
        before = other;
    }
    better
}

impl DueOrder<'_> {
    fn slots(&self, item: u32) -> impl Iterator<Item = Due> {
        let (keys, due): (&[Key], fn(Key) -> Due) = match &self.slots {
            Slots::Searched(keys) => (&keys[item as usize * self.k..(item as usize + 1) * self.k], due),
            Slots::Swept(swept) => (swept.of(item, self.k), Swept::due),
        };
        keys.iter().map(move |&key| due(key))
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
            return self.slots(node).collect();
        }
        let mut dues = Vec::new();
        for &arc in inner.network.0.arcs_into(node) {
            let drive = inner.packed[arc as usize].time;
            dues.extend(self.slots(arc).map(|due| (due.0.saturating_add(drive), due.1)));
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
                dues.extend(self.slots(item).map(|due| (due.0.saturating_add(way), due.1)));
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
