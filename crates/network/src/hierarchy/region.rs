//! The part of a hierarchy that neighbouring origins share: what any of them reaches within a limit.

use firesite_model::TravelTime;

use super::sweep::{LANES, Lanes, spread};
use super::wide::wide;
use super::{Customised, NEVER};
use crate::search::{Leaving, room};
use crate::{Origin, Search, Snapped, TimeField, TravelTimes};

/// A region pays while it is at most so many times what one of its origins reaches, told from a few of them.
const SPREAD: usize = 16;
const FEW: usize = 2;

/// What one thread works with. Memory: 12 bytes a node, and for the region at hand 128 bytes a node and 16 an arc.
pub(super) struct Region<'t> {
    times: &'t TravelTimes,
    customised: &'t Customised,
    limit: u32,
    search: Search<'t>,
    leaving: Leaving,
    reached: Descending,
    /// By rank, of the region whose number stands there.
    places: Vec<Place>,
    number: u32,
    /// Ranks of the region from the highest down.
    ranks: Vec<u32>,
    /// Arcs down to each position, and up from it: (position of the other end, time).
    first_down: Vec<u32>,
    down: Vec<(u32, u32)>,
    first_up: Vec<u32>,
    up: Vec<(u32, u32)>,
    /// By position; the one after the last stands for everything outside, where nobody comes.
    lanes: Vec<Lanes>,
    /// Positions that an origin has to climb from still, and those that one climbed to, a bit each.
    pending: Vec<u64>,
    climbed: Vec<u64>,
}

/// Where a rank lies in a region, and the earliest time of any origin there.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    number: u32,
    position: u32,
    earliest: u32,
}

impl<'t> Region<'t> {
    pub(super) fn new(times: &'t TravelTimes, customised: &'t Customised, limit: TravelTime) -> Self {
        let items = customised.skeleton.rank.len();
        Self {
            times,
            customised,
            limit: limit.as_millis().min(NEVER - 1),
            search: times.search(),
            leaving: Leaving::default(),
            reached: Descending::below(items),
            places: vec![Place::default(); items],
            number: 0,
            ranks: Vec::new(),
            first_down: Vec::new(),
            down: Vec::new(),
            first_up: Vec::new(),
            up: Vec::new(),
            lanes: Vec::new(),
            pending: Vec::new(),
            climbed: Vec::new(),
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// Moves to what these origins reach, with the arcs that can matter there; `see` is told the search from all of them.
    /// `false`, and nothing told, when they lie too far apart for a common region to pay.
    pub(super) fn around(&mut self, origins: &[Origin<'_>], see: impl FnOnce(&TimeField<'_>)) -> bool {
        let limit = Some(TravelTime::millis(self.limit));
        let (mut alone, mut few) = (0, 0);
        for part in origins.chunks(origins.len().div_ceil(FEW).max(1)) {
            alone += self.search.run(&part[part.len() / 2..=part.len() / 2], limit).labels();
            few += 1;
        }
        let field = self.search.run_as_one(origins, limit);
        if field.labels() * few > SPREAD * alone.max(64) {
            return false;
        }
        see(&field);
        let rank = &self.customised.skeleton.rank;
        self.number += 1;
        for item in field.state.touched() {
            let rank = rank[item as usize];
            let earliest = field.state.label(item).map_or(NEVER, |label| label.0);
            self.places[rank as usize] = Place { number: self.number, position: 0, earliest };
            self.reached.insert(rank);
        }
        self.ranks.clear();
        let Self { ranks, places, .. } = self;
        self.reached.drain(|rank| {
            places[rank as usize].position = ranks.len() as u32;
            ranks.push(rank);
        });
        self.connect();
        if self.lanes.len() <= self.ranks.len() {
            self.lanes.resize(self.ranks.len() + 1, [NEVER; LANES]);
        }
        self.lanes[self.ranks.len()] = [NEVER; LANES];
        for bits in [&mut self.pending, &mut self.climbed] {
            bits.resize(self.ranks.len().div_ceil(64), 0);
        }
        true
    }

    /// The arcs within the region, without those that even the earliest cannot pass within the limit.
    fn connect(&mut self) {
        let Self { customised: all, places, number, limit, ranks, first_down, down, first_up, up, .. } = self;
        for list in [&mut *first_down, &mut *first_up] {
            list.clear();
            list.push(0);
        }
        let (mut downs, mut ups) = (0, 0);
        let range = |first: &[u32], rank: u32| first[rank as usize] as usize..first[rank as usize + 1] as usize;
        // Every arc is written and the end moves on where it stays: whether it does cannot be guessed.
        for &rank in ranks.iter() {
            let arcs = &all.down[range(&all.first_down, rank)];
            room(down, downs, arcs.len());
            for &(tail, time) in arcs {
                let there = places[tail as usize];
                down[downs] = (there.position, time);
                downs += usize::from((there.number == *number) & (there.earliest.saturating_add(time) <= *limit));
            }
            let here = places[rank as usize];
            let arcs = &all.up[range(&all.first_up, rank)];
            room(up, ups, arcs.len());
            for &(head, time) in arcs {
                let there = places[head as usize];
                up[ups] = (there.position, time);
                ups += usize::from((there.number == *number) & (here.earliest.saturating_add(time) <= *limit));
            }
            first_down.push(downs as u32);
            first_up.push(ups as u32);
        }
    }

    /// Position of an item; one beyond the last for all that lies outside.
    pub(super) fn position_of(&self, item: u32) -> u32 {
        let place = self.places[self.customised.skeleton.rank[item as usize] as usize];
        if place.number == self.number { place.position } else { self.ranks.len() as u32 }
    }

    /// Times of up to thirty-two origins by position; what lies beyond the limit may be missing.
    pub(super) fn run(&mut self, origins: &[&Snapped]) -> &[Lanes] {
        self.climbed.fill(0);
        for (lane, origin) in origins.iter().enumerate() {
            for (item, time) in self.leaving.items(&self.times.0, origin) {
                let rank = self.customised.skeleton.rank[item as usize];
                let Place { number, position: at, .. } = self.places[rank as usize];
                if number != self.number || time > self.limit {
                    continue;
                }
                let (word, bit) = (at as usize / 64, 1u64 << (at % 64));
                let here = &mut self.lanes[at as usize];
                if self.climbed[word] & bit == 0 {
                    *here = [NEVER; LANES];
                }
                here[lane] = here[lane].min(time);
                self.climbed[word] |= bit;
                self.pending[word] |= bit;
            }
        }
        rise(&mut self.lanes, &mut self.pending, &mut self.climbed, &self.first_up, &self.up, self.limit);
        spread(&mut self.lanes, &self.climbed, &self.first_down, &self.down);
        &self.lanes
    }
}

wide! {
    /// Up from the pending positions, all origins together; arcs lead to smaller ones.
    fn rise(
        lanes: &mut [Lanes],
        pending: &mut [u64],
        climbed: &mut [u64],
        first: &[u32],
        arcs: &[(u32, u32)],
        limit: u32,
    ) {
        for word in (0..pending.len()).rev() {
            while pending[word] != 0 {
                let bit = pending[word].ilog2() as usize;
                pending[word] ^= 1 << bit;
                let at = word * 64 + bit;
                let here = lanes[at];
                for &(head, time) in &arcs[first[at] as usize..first[at + 1] as usize] {
                    let (word, bit) = (head as usize / 64, 1 << (head % 64));
                    let there = &mut lanes[head as usize];
                    let mut known = if climbed[word] & bit == 0 { [NEVER; LANES] } else { *there };
                    let mut earliest = NEVER;
                    for lane in 0..LANES {
                        let time = here[lane].saturating_add(time);
                        known[lane] = known[lane].min(time);
                        earliest = earliest.min(time);
                    }
                    if earliest <= limit {
                        *there = known;
                        climbed[word] |= bit;
                        pending[word] |= bit;
                    }
                }
            }
        }
    }
}

/// A set of numbers that gives them back in descending order; a bit each, and a bit for each 64 of these.
struct Descending {
    bits: Vec<u64>,
    words: Vec<u64>,
}

impl Descending {
    /// Of numbers below `count`.
    fn below(count: usize) -> Self {
        let words = count.div_ceil(64);
        Self { bits: vec![0; words], words: vec![0; words.div_ceil(64)] }
    }

    fn insert(&mut self, number: u32) {
        let word = number as usize / 64;
        self.bits[word] |= 1 << (number % 64);
        self.words[word / 64] |= 1 << (word % 64);
    }

    /// Tells all of them and is empty then.
    fn drain(&mut self, mut tell: impl FnMut(u32)) {
        for (group, words) in self.words.iter_mut().enumerate().rev() {
            while *words != 0 {
                let at = words.ilog2() as usize;
                *words ^= 1 << at;
                let word = group * 64 + at;
                let mut bits = std::mem::take(&mut self.bits[word]);
                while bits != 0 {
                    let bit = bits.ilog2();
                    bits ^= 1 << bit;
                    tell(word as u32 * 64 + bit);
                }
            }
        }
    }
}
