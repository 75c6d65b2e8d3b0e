//! The search where turns have a price: times at the ends of arcs.
//!
//! For each arc it keeps before when one has to come to its end to improve anything there ([`super::crossing`]); whoever
//! comes so early lowers that time, and those of the other arcs into the same crossing by what it allows them.
//!
//! All times here are counted from a zero such that the limit is the last but one of the numbers: what lies beyond it
//! saturates at the greatest, which is never, so that nobody needs to compare.

use std::hint::black_box;

use super::seeds::arrivals;
use super::turned::{FOUR, Turned, Ways};
use super::{NodeSeed, Start, State, room};
use crate::hierarchy::wide::wide;
use crate::network::NONE;
use crate::queue::{Buckets, Entry, entry, item_of, time_of};
use crate::times::TimesInner;

/// A time, or a time and the origin whose it is: the lesser is the better.
pub(super) trait End: Copy + Ord {
    const NEVER: Self;
    /// Says nothing of the origin.
    const NOBODYS: bool;
    fn new(time: u32, origin: u32) -> Self;
    fn time(self) -> u32;
    /// Later by so much.
    fn after(self, wait: u32) -> Self;
    /// At this time; the greatest is never.
    fn at(self, time: u32) -> Self;
}

impl End for u32 {
    const NEVER: Self = u32::MAX;
    const NOBODYS: bool = true;

    #[inline(always)]
    fn new(time: u32, _: u32) -> Self {
        time
    }

    #[inline(always)]
    fn time(self) -> u32 {
        self
    }

    #[inline(always)]
    fn after(self, wait: u32) -> Self {
        self.saturating_add(wait)
    }

    #[inline(always)]
    fn at(self, time: u32) -> Self {
        time
    }
}

impl End for u64 {
    const NEVER: Self = u64::MAX;
    const NOBODYS: bool = false;

    #[inline(always)]
    fn new(time: u32, origin: u32) -> Self {
        entry(time, origin)
    }

    #[inline(always)]
    fn time(self) -> u32 {
        time_of(self)
    }

    #[inline(always)]
    fn after(self, wait: u32) -> Self {
        entry(time_of(self).saturating_add(wait), item_of(self))
    }

    #[inline(always)]
    fn at(self, time: u32) -> Self {
        if time == u32::MAX { Self::NEVER } else { entry(time, item_of(self)) }
    }
}

/// A search while it runs.
struct Spread<'s, E> {
    times: &'s TimesInner,
    turned: &'s Turned,
    /// By row and place in it.
    ends: &'s mut [[E; FOUR]],
    /// When the arrivals of the bucket in hand come to the ends of their ways.
    times_of: &'s mut Vec<[u32; FOUR]>,
    /// Arrivals that improved something, in order.
    log: &'s mut Vec<Entry>,
    logged: usize,
    zero: u32,
}

impl State {
    /// Bucket by bucket, pruned at the limit. As on nodes, no branch of the inner loop depends on the times.
    pub(super) fn over_arcs(&mut self, times: &TimesInner, turned: &Turned, limit: u32) {
        let State { starts, node_seeds, buckets, work, spare: [further, _], times_of, log, logged, .. } = self;
        node_seeds.clear();
        self.zero = u32::MAX - 1 - limit;
        let (zero, at_nodes) = (self.zero, starts.iter().filter(|start| start.node != NONE && start.time <= limit));
        node_seeds.extend(at_nodes.map(|s| NodeSeed { node: s.node, time: s.time, origin: s.origin }));
        node_seeds.sort_unstable();
        *logged = if self.alone {
            self.ends.resize(turned.rows(), [End::NEVER; FOUR]);
            let mut spread = Spread { times, turned, ends: &mut self.ends, times_of, log, logged: 0, zero };
            spread.set_out(starts, buckets);
            run_alone(&mut spread, buckets, work, further);
            spread.logged
        } else {
            self.ends_of_several.resize(turned.rows(), [End::NEVER; FOUR]);
            let mut spread = Spread { times, turned, ends: &mut self.ends_of_several, times_of, log, logged: 0, zero };
            spread.set_out(starts, buckets);
            run_together(&mut spread, buckets, work, further);
            spread.logged
        };
    }

    /// Forgets what the last search wrote.
    pub(super) fn clear_arcs(&mut self) {
        let rows = self.log[..self.logged].iter().map(|&entry| item_of(entry) as usize / FOUR);
        if self.alone {
            rows.for_each(|row| self.ends[row] = [End::NEVER; FOUR]);
        } else {
            rows.for_each(|row| self.ends_of_several[row] = [End::NEVER; FOUR]);
        }
    }

    /// Before when one has to come to the end of an arc to improve anything, and whose that time is.
    #[inline]
    pub(super) fn end(&self, slot: u32) -> (u32, u32) {
        let (row, place) = (slot as usize / FOUR, slot as usize % FOUR);
        let (time, origin) = if self.alone {
            (self.ends[row][place], 0)
        } else {
            (time_of(self.ends_of_several[row][place]), item_of(self.ends_of_several[row][place]))
        };
        (if time == u32::MAX { time } else { time - self.zero }, origin)
    }

    /// Whether an entry of the log is the last one of its slot.
    #[inline]
    pub(super) fn is_last(&self, entry: Entry) -> bool {
        let (row, place) = (item_of(entry) as usize / FOUR, item_of(entry) as usize % FOUR);
        let end = if self.alone { self.ends[row][place] } else { self.ends_of_several[row][place].time() };
        end == time_of(entry)
    }
}

impl<E: End> Spread<'_, E> {
    /// First arrivals of these starts.
    fn set_out(&mut self, starts: &[Start], buckets: &mut Buckets) {
        let network = &self.times.network.0;
        for start in starts {
            for (node, time, arc) in arrivals(self.times, start) {
                let time = time.saturating_add(self.zero);
                if time == u32::MAX {
                    continue;
                }
                let due = E::new(time, start.origin);
                room(self.log, self.logged, FOUR);
                if arc != NONE {
                    let slot = self.turned.slot(arc);
                    let allowances =
                        std::array::from_fn(|place| if place == slot as usize % FOUR { 0 } else { u32::MAX });
                    self.log[self.logged] = entry(time, slot);
                    self.logged += usize::from(arrive(self.ends, slot, due, &allowances));
                    continue;
                }
                // Leaving a node is free, so that who comes later improves nothing.
                for row in self.turned.rows_into(network, node) {
                    self.ends[row as usize].iter_mut().for_each(|end| *end = (*end).min(due));
                    room(self.log, self.logged, FOUR);
                    self.log[self.logged] = entry(time, row * FOUR as u32);
                    self.logged += 1;
                }
                let further = network.out(node).len().saturating_sub(FOUR);
                for four in std::iter::once(&self.turned.ways[node as usize]).chain(self.turned.further(node, further))
                {
                    room(self.log, self.logged, FOUR);
                    let log = &mut self.log[self.logged..];
                    let times = ends_of(time, four, &[0; FOUR]);
                    self.logged += go_on(due, &times, four, &self.turned.allowances, self.ends, log);
                }
            }
        }
        let times = || self.log[..self.logged].iter().map(|&entry| time_of(entry));
        let (first, last) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
        let span = self.times.longest.min(u32::MAX - first).max(last - first);
        buckets.prepare(first, span, self.times.shift);
        self.log[..self.logged].iter().for_each(|&entry| buckets.push(entry));
    }

    /// Everything within the limit.
    #[inline(always)]
    fn run(&mut self, buckets: &mut Buckets, work: &mut Vec<Entry>, further: &mut Vec<Entry>) {
        let Turned { ways, costs, allowances, .. } = self.turned;
        let (ways, costs, allowances) = (&ways[..], &costs[..], &allowances[..]);
        while buckets.next(work) {
            let from = self.logged;
            room(further, 0, work.len());
            room(self.times_of, 0, work.len());
            room(self.log, from, FOUR * work.len());
            let (ends, log) = (&mut *self.ends, &mut self.log[from..]);
            // First only a look at each: which still hold, and when they come to the ends of their ways. So many crossings
            // come to the cache at once.
            let (mut held, mut left) = (0, 0);
            let times_of = &mut self.times_of[..work.len()];
            for i in 0..work.len() {
                let arriving = work[i];
                let (time, slot) = (time_of(arriving), item_of(arriving) as usize);
                let holds = ends[slot / FOUR][slot % FOUR].time() == time;
                let Some(ways) = ways.get(slot / FOUR) else {
                    further[left] = arriving;
                    left += usize::from(holds);
                    continue;
                };
                let (line, more) = ways.costs(slot % FOUR);
                work[held] = arriving;
                times_of[held] = ends_of(time, ways, &costs[line]);
                held += usize::from(holds);
                further[left] = arriving;
                left += usize::from(holds & more);
            }
            let mut logged = 0;
            for (&arriving, times) in work[..held].iter().zip(&times_of[..held]) {
                let (time, slot) = (time_of(arriving), item_of(arriving) as usize);
                let due = ends[slot / FOUR][slot % FOUR];
                // Hardly any fell since. Where it does not matter whose it is, driving on is cheaper than asking.
                if E::NOBODYS || due.time() == time {
                    logged += go_on(due, times, &ways[slot / FOUR], allowances, ends, &mut log[logged..]);
                }
            }
            self.logged += logged;
            for &arriving in &further[..left] {
                self.go_further(arriving);
            }
            work.clear();
            // What is looked at while the entry is put aside has come near when its turn comes.
            let mut seen = 0;
            for &entry in &self.log[from..self.logged] {
                seen ^= ways.get(item_of(entry) as usize / FOUR).map_or(0, |ways| ways.times[0]);
                buckets.push(entry);
            }
            black_box(seen);
        }
    }

    /// Where a node has more than four ways in or out.
    #[cold]
    fn go_further(&mut self, arriving: Entry) {
        let (time, slot) = (time_of(arriving), item_of(arriving) as usize);
        let due = self.ends[slot / FOUR][slot % FOUR];
        if due.time() != time {
            return;
        }
        let (node, costs) = self.turned.row(slot / FOUR);
        let first = &self.turned.ways[node as usize];
        let more = self.times.network.0.out(node).len().saturating_sub(FOUR);
        for (i, four) in std::iter::once(first).chain(self.turned.further(node, more)).enumerate() {
            if i > 0 || slot / FOUR >= self.turned.ways.len() {
                room(self.log, self.logged, FOUR);
                let times = ends_of(time, four, &self.turned.costs[costs + FOUR * i + slot % FOUR]);
                let log = &mut self.log[self.logged..];
                self.logged += go_on(due, &times, four, &self.turned.allowances, self.ends, log);
            }
        }
    }
}

/// When who arrives then comes to the ends of four ways, after turns of these costs.
#[inline(always)]
fn ends_of(time: u32, ways: &Ways, costs: &[u32; FOUR]) -> [u32; FOUR] {
    std::array::from_fn(|way| time.saturating_add(costs[way]).saturating_add(ways.times[way]))
}

/// Drives on into four ways, to whose ends it comes at these times; how many of the entries written to the log count.
///
/// Each writes its entry, and whether it improves anything decides only where the next one is written.
#[inline(always)]
fn go_on<E: End>(
    due: E,
    times: &[u32; FOUR],
    ways: &Ways,
    allowances: &[[u32; FOUR]],
    ends: &mut [[E; FOUR]],
    log: &mut [Entry],
) -> usize {
    let log: &mut [Entry; FOUR] = log.first_chunk_mut().expect("room for four");
    let mut logged = 0;
    for (way, &time) in times.iter().enumerate() {
        let slot = ways.slots[way];
        log[logged] = entry(time, slot);
        logged += usize::from(arrive(ends, slot, due.at(time), &allowances[ways.allowances[way] as usize]));
    }
    logged
}

/// Whether who comes then to the end of an arc improves anything; what that leaves to those who come later.
#[inline(always)]
fn arrive<E: End>(ends: &mut [[E; FOUR]], slot: u32, due: E, allowances: &[u32; FOUR]) -> bool {
    let row = &mut ends[slot as usize / FOUR];
    let better = due < row[slot as usize % FOUR];
    *row = std::array::from_fn(|place| row[place].min(due.after(allowances[place])));
    better
}

wide! {
    /// For one origin.
    fn run_alone(spread: &mut Spread<'_, u32>, buckets: &mut Buckets, work: &mut Vec<Entry>, further: &mut Vec<Entry>) {
        spread.run(buckets, work, further);
    }
}

wide! {
    /// For several origins.
    fn run_together(spread: &mut Spread<'_, u64>, buckets: &mut Buckets, work: &mut Vec<Entry>, further: &mut Vec<Entry>) {
        spread.run(buckets, work, further);
    }
}

#[cfg(test)]
mod tests {
    use firesite_model::TravelTime;

    use crate::hierarchy::wide::forced::{SETS, Set, with};
    use crate::{Origin, RoadNetwork, SnapOptions, Snapped, Snapper, TurnCosts, generate};

    #[test]
    fn every_set_of_instructions_gives_the_same() {
        let seconds = TravelTime::seconds;
        let costs = TurnCosts { right: seconds(2), left: seconds(5), uturn: seconds(25), ..TurnCosts::default() };
        let network = RoadNetwork::from_arcs(&generate::city(400, 3).unwrap()).unwrap().value;
        let times = network.arc_times().with_turn_costs(&costs).scaled(0.3);
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Snapped> = network.nodes().filter_map(|n| snapper.snap(network.position(n)).ok()).collect();
        let origins: Vec<Origin<'_>> = places.iter().step_by(7).map(Origin::at).collect();
        let answers = || {
            let mut search = times.search();
            let mut told = Vec::new();
            for origins in origins.chunks(1).chain([&origins[..]]) {
                let field = search.run(origins, Some(seconds(90)));
                told.push((field.labels(), places.iter().map(|p| field.owner_at(p)).collect::<Vec<_>>()));
            }
            told
        };
        let wanted = with(Set::Portable, answers);
        for set in SETS {
            assert!(with(set, answers) == wanted, "{set:?}");
        }
    }
}
