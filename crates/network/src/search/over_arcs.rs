//! The search where turns have a price: times at the ends of arcs.
//!
//! For each arc it keeps before when one has to come to its end to improve anything there ([`super::crossing`]); whoever
//! comes so early lowers that time, and those of the other arcs into the same crossing by what it allows them.

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
    fn new(time: u32, origin: u32) -> Self;
    fn time(self) -> u32;
    /// Later by so much.
    fn after(self, wait: u32) -> Self;
    /// At this time; the greatest is never.
    fn at(self, time: u32) -> Self;
}

impl End for u32 {
    const NEVER: Self = u32::MAX;

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
    /// Arrivals that improved something, in order; written before it is known whether they do.
    log: &'s mut Vec<Entry>,
    logged: usize,
    limit: u32,
}

impl State {
    /// Bucket by bucket, pruned at the limit. As on nodes, no branch of the inner loop depends on the times.
    pub(super) fn over_arcs(&mut self, times: &TimesInner, turned: &Turned, limit: u32) {
        let State { starts, node_seeds, buckets, work, log, logged, .. } = self;
        node_seeds.clear();
        let at_nodes = starts.iter().filter(|start| start.node != NONE && start.time <= limit);
        node_seeds.extend(at_nodes.map(|s| NodeSeed { node: s.node, time: s.time, origin: s.origin }));
        node_seeds.sort_unstable();
        *logged = if self.alone {
            self.ends.resize(turned.rows(), [End::NEVER; FOUR]);
            let mut spread = Spread { times, turned, ends: &mut self.ends, log, logged: 0, limit };
            spread.set_out(starts, buckets);
            run_alone(&mut spread, buckets, work);
            spread.logged
        } else {
            self.ends_of_several.resize(turned.rows(), [End::NEVER; FOUR]);
            let mut spread = Spread { times, turned, ends: &mut self.ends_of_several, log, logged: 0, limit };
            spread.set_out(starts, buckets);
            run_together(&mut spread, buckets, work);
            spread.logged
        };
    }

    /// Forgets what the last search wrote.
    pub(super) fn clear_arcs(&mut self) {
        let rows = self.log[..self.logged].iter().map(|&entry| item_of(entry) as usize / FOUR);
        match self.alone {
            true => rows.for_each(|row| self.ends[row] = [End::NEVER; FOUR]),
            false => rows.for_each(|row| self.ends_of_several[row] = [End::NEVER; FOUR]),
        }
    }

    /// Before when one has to come to the end of an arc to improve anything, and whose that time is.
    #[inline]
    pub(super) fn end(&self, slot: u32) -> (u32, u32) {
        let (row, place) = (slot as usize / FOUR, slot as usize % FOUR);
        if self.alone {
            return (self.ends[row][place], 0);
        }
        let end = self.ends_of_several[row][place];
        (time_of(end), item_of(end))
    }
}

impl<E: End> Spread<'_, E> {
    /// Drives on into four ways, after turns of these costs.
    #[inline(always)]
    fn go_on(&mut self, due: E, ways: &Ways, costs: [u32; FOUR]) {
        let time = due.time();
        let mut times = [0; FOUR];
        for i in 0..FOUR {
            let end = time.saturating_add(costs[i]).saturating_add(ways.times[i]);
            times[i] = if end <= self.limit { end } else { u32::MAX };
        }
        let log = &mut self.log[self.logged..self.logged + FOUR];
        let mut logged = 0;
        for i in 0..FOUR {
            log[logged] = entry(times[i], ways.slots[i]);
            logged += usize::from(arrive(
                self.ends,
                ways.slots[i],
                due.at(times[i]),
                &self.turned.allowances[ways.allowances[i] as usize],
            ));
        }
        self.logged += logged;
    }

    /// First arrivals of these starts.
    fn set_out(&mut self, starts: &[Start], buckets: &mut Buckets) {
        let network = &self.times.network.0;
        for start in starts {
            for (node, time, arc) in arrivals(self.times, start) {
                if time > self.limit {
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
                    self.go_on(due, four, [0; FOUR]);
                }
            }
        }
        let times = || self.log[..self.logged].iter().map(|&entry| time_of(entry));
        let (first, last) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
        let span = self.times.longest.min(self.limit - first).max(last - first);
        buckets.prepare(first, span, self.times.shift);
        self.log[..self.logged].iter().for_each(|&entry| buckets.push(entry));
    }

    /// Everything within the limit.
    #[inline(always)]
    fn run(&mut self, buckets: &mut Buckets, work: &mut Vec<Entry>) {
        while buckets.next(work) {
            let from = self.logged;
            room(self.log, from, FOUR * work.len());
            let mut wide = false;
            for &arriving in &*work {
                let (time, slot) = (time_of(arriving), item_of(arriving) as usize);
                let due = self.ends[slot / FOUR][slot % FOUR];
                if due.time() != time {
                    continue;
                }
                let Some(ways) = self.turned.ways.get(slot / FOUR) else {
                    wide = true;
                    continue;
                };
                let (costs, more) = ways.costs(slot % FOUR);
                wide |= more;
                self.go_on(due, ways, self.turned.costs[costs]);
            }
            if wide {
                self.go_further(work);
            }
            work.clear();
            self.log[from..self.logged].iter().for_each(|&entry| buckets.push(entry));
        }
    }

    /// What is left of the work: nodes with more than four ways in or out.
    #[cold]
    fn go_further(&mut self, work: &[Entry]) {
        let network = &self.times.network.0;
        for &arriving in work {
            let (time, slot) = (time_of(arriving), item_of(arriving) as usize);
            let due = self.ends[slot / FOUR][slot % FOUR];
            if due.time() != time {
                continue;
            }
            let (node, costs) = self.turned.row(slot / FOUR);
            let first = &self.turned.ways[node as usize];
            let further = network.out(node).len().saturating_sub(FOUR);
            for (i, four) in std::iter::once(first).chain(self.turned.further(node, further)).enumerate() {
                if i > 0 || slot / FOUR >= self.turned.ways.len() {
                    room(self.log, self.logged, FOUR);
                    self.go_on(due, four, self.turned.costs[costs + FOUR * i + slot % FOUR]);
                }
            }
        }
    }
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
    fn run_alone(spread: &mut Spread<'_, u32>, buckets: &mut Buckets, work: &mut Vec<Entry>) {
        spread.run(buckets, work);
    }
}

wide! {
    /// For several origins.
    fn run_together(spread: &mut Spread<'_, u64>, buckets: &mut Buckets, work: &mut Vec<Entry>) {
        spread.run(buckets, work);
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
