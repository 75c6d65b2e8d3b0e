//! The part of a hierarchy that neighbouring origins share: what any of them reaches within a limit.

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use firesite_model::TravelTime;

use super::lanes::{LANES, LaneList, Lanes};
use super::sweep::{mark, spread};
use super::wide::wide;
use super::{Customised, NEVER};
use crate::numbers::Numbers;
use crate::search::{Leaving, room};
use crate::{Origin, Search, Snapped, TimeField, TravelTimes};

/// A region pays while it is at most so many times what one of its origins reaches, told from the one in the middle.
const SPREAD: usize = 16;

/// What one thread works with. Memory: 8 bytes a node, and for the region at hand 128 bytes a node and 8 an arc.
pub(super) struct Region<'t> {
    times: &'t TravelTimes,
    customised: &'t Customised,
    limit: u32,
    search: Search<'t>,
    leaving: Leaving,
    reached: Numbers,
    /// By rank.
    places: Vec<Place>,
    /// Ranks of the region from the highest down.
    ranks: Vec<u32>,
    /// Arcs down to each position: (position of the other end, time).
    first_down: Vec<u32>,
    down: Vec<(u32, u32)>,
    bare: Vec<u64>,
    /// The same up from each position to which an origin may climb; of others anything.
    range_up: Vec<(u32, u32)>,
    up: Vec<(u32, u32)>,
    /// By position; the one after the last stands for everything outside, where nobody comes.
    lanes: LaneList,
    /// Positions that an origin has to climb from still, and those that one climbed to, a bit each.
    pending: Vec<u64>,
    climbed: Vec<u64>,
}

/// Where a rank lies in the region, and the earliest time of any origin there with its bits turned round: zeros stand for
/// outside, so that memory nobody looks at is never touched.
type Place = [u32; 2];

const OUTSIDE: Place = [0, !NEVER];

/// Position and earliest time.
#[inline]
fn read(place: Place) -> (u32, u32) {
    (place[0], !place[1])
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
            reached: Numbers::below(items),
            places: vec![OUTSIDE; items],
            ranks: Vec::new(),
            first_down: Vec::new(),
            down: Vec::new(),
            bare: Vec::new(),
            range_up: Vec::new(),
            up: Vec::new(),
            lanes: LaneList::default(),
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
        let alone = match origins.get(origins.len() / 2) {
            Some(origin) => self.search.run(&[*origin], limit).labels(),
            None => 0,
        };
        let field = self.search.run_as_one(origins, limit);
        if field.labels() > SPREAD * alone.max(64) {
            return false;
        }
        see(&field);
        for rank in self.ranks.drain(..) {
            self.places[rank as usize] = OUTSIDE;
        }
        let rank = &self.customised.skeleton.rank;
        let Self { places, reached, .. } = self;
        field.visit_items(|item, earliest| {
            let rank = rank[item as usize];
            places[rank as usize] = [0, !earliest];
            reached.insert(rank);
        });
        let Self { ranks, places, .. } = self;
        self.reached.drain(|rank| ranks.push(rank));
        ranks.reverse();
        for (&rank, position) in ranks.iter().zip(0..) {
            places[rank as usize][0] = position;
        }
        for bits in [&mut self.pending, &mut self.climbed] {
            bits.resize(self.ranks.len().div_ceil(64), 0);
        }
        self.connect_down();
        self.connect_up(origins);
        if self.lanes.len() <= self.ranks.len() {
            self.lanes = LaneList::zeros((self.ranks.len() + 1).next_power_of_two());
        }
        self.lanes[self.ranks.len()] = [NEVER; LANES];
        true
    }

    /// The arcs down within the region, without those that even the earliest cannot pass within the limit.
    fn connect_down(&mut self) {
        let Self { customised: all, places, limit, ranks, first_down, down, bare, .. } = self;
        first_down.clear();
        bare.clear();
        first_down.push(0);
        let mut end = 0;
        // Every arc is written and the end moves on where it stays: whether it does cannot be guessed.
        for &rank in ranks.iter() {
            let arcs = &all.down[all.first_down[rank as usize] as usize..all.first_down[rank as usize + 1] as usize];
            room(down, end, arcs.len());
            for &(tail, time) in arcs {
                let (position, earliest) = read(places[tail as usize]);
                down[end] = (position, time);
                end += usize::from(earliest.saturating_add(time) <= *limit);
            }
            let from = first_down[first_down.len() - 1] as usize;
            mark(bare, first_down.len() - 1, &mut down[from..end]);
            first_down.push(end as u32);
        }
    }

    /// The same up, from where these origins climb: far less than the region.
    fn connect_up(&mut self, origins: &[Origin<'_>]) {
        let Self { times, customised: all, places, limit, ranks, range_up, up, pending, leaving, .. } = self;
        let rank_of = &all.skeleton.rank;
        for origin in origins {
            for (item, _) in leaving.items(&times.0, origin.place) {
                let (position, earliest) = read(places[rank_of[item as usize] as usize]);
                if earliest != NEVER {
                    pending[position as usize / 64] |= 1 << (position % 64);
                }
            }
        }
        range_up.resize(ranks.len(), (0, 0));
        up.clear();
        climb(pending, |at, pending| {
            let (rank, from) = (ranks[at], up.len());
            let here = read(places[rank as usize]).1;
            for &(head, time) in &all.up[all.first_up[rank as usize] as usize..all.first_up[rank as usize + 1] as usize]
            {
                let (position, earliest) = read(places[head as usize]);
                if earliest != NEVER && here.saturating_add(time) <= *limit {
                    up.push((position, time));
                    pending[position as usize / 64] |= 1 << (position % 64);
                }
            }
            range_up[at] = (from as u32, up.len() as u32);
        });
    }

    /// Position of an item; one beyond the last for all that lies outside.
    pub(super) fn position_of(&self, item: u32) -> u32 {
        let (position, earliest) = read(self.places[self.customised.skeleton.rank[item as usize] as usize]);
        if earliest == NEVER { self.ranks.len() as u32 } else { position }
    }

    /// Times of up to thirty-two origins by position; what lies beyond the limit may be missing.
    pub(super) fn run(&mut self, origins: &[&Snapped]) -> &[Lanes] {
        self.climbed.fill(0);
        for (lane, origin) in origins.iter().enumerate() {
            for (item, time) in self.leaving.items(&self.times.0, origin) {
                let rank = self.customised.skeleton.rank[item as usize];
                let (at, earliest) = read(self.places[rank as usize]);
                if earliest == NEVER || time > self.limit {
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
        rise(&mut self.lanes, &mut self.pending, &mut self.climbed, &self.range_up, &self.up, self.limit);
        spread(&mut self.lanes, &self.climbed, &self.bare, &self.first_down, &self.down);
        &self.lanes
    }
}

wide! {
    /// Up from the pending positions, all origins together; arcs lead to smaller ones.
    fn rise(
        lanes: &mut [Lanes],
        pending: &mut [u64],
        climbed: &mut [u64],
        ranges: &[(u32, u32)],
        arcs: &[(u32, u32)],
        limit: u32,
    ) {
        climb(pending, |at, pending| {
            let (here, (from, to)) = (lanes[at], ranges[at]);
            for &(head, time) in &arcs[from as usize..to as usize] {
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
        });
    }
}

/// Tells the greatest pending position until none is left; more may be added below it on the way.
#[inline(always)]
fn climb(pending: &mut [u64], mut tell: impl FnMut(usize, &mut [u64])) {
    for word in (0..pending.len()).rev() {
        while pending[word] != 0 {
            let bit = pending[word].ilog2() as usize;
            pending[word] ^= 1 << bit;
            tell(word * 64 + bit, pending);
        }
    }
}
