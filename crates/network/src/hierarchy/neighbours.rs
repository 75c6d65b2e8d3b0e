//! What many neighbouring origins reach within a limit: every crossing of a district is a candidate.
//!
//! One search from all origins of a block finds the region that any of them reaches. The hierarchy is cut down to that
//! region; thirty-two origins at a time then climb and sweep in it. The search alone would walk the same streets again for
//! every origin.

use firesite_model::TravelTime;
use rayon::prelude::*;

use super::sweep::{LANES, Lanes, at};
use super::targets::{Placed, Targets};
use super::wide::wide;
use super::{Customised, NEVER};
use crate::reach::Tied;
use crate::{Origin, Search, Snapped, TravelTimes};

/// Origins that share a region.
const BLOCK: usize = 256;
/// A block pays while its region is at most so many times what one of its origins reaches.
const SPREAD: usize = 16;

/// A demand position with its time.
type Entry = (u32, TravelTime);

/// What one thread works with. Memory: 8 bytes a node, and for the region of a block 128 bytes a node and 16 an arc.
struct Region<'t> {
    times: &'t TravelTimes,
    customised: &'t Customised,
    limit: u32,
    search: Search<'t>,
    /// Position in the region by rank, of the block whose number stands beside it.
    position: Vec<(u32, u32)>,
    block: u32,
    /// Ranks of the region from the highest down, with the earliest time of any origin.
    ranks: Vec<(u32, u32)>,
    /// Arcs down to each position, and up from it: (position of the other end, time).
    first_down: Vec<u32>,
    down: Vec<(u32, u32)>,
    first_up: Vec<u32>,
    up: Vec<(u32, u32)>,
    lanes: Vec<Lanes>,
    /// Positions that an origin still has to climb from, a bit each.
    pending: Vec<u64>,
}

impl<'t> Region<'t> {
    fn new(times: &'t TravelTimes, customised: &'t Customised, limit: TravelTime) -> Self {
        Self {
            times,
            customised,
            limit: limit.as_millis().min(NEVER - 1),
            search: times.search(),
            position: vec![(0, 0); customised.skeleton.rank.len()],
            block: 0,
            ranks: Vec::new(),
            first_down: Vec::new(),
            down: Vec::new(),
            first_up: Vec::new(),
            up: Vec::new(),
            lanes: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// The region of these origins: every item that one of them reaches, and the arcs that can matter there. `columns`
    /// become the demand tied to it. `false` when the origins lie too far apart for a common region to pay.
    fn around(&mut self, origins: &[Origin<'_>], tied: &Tied, columns: &mut Vec<u32>) -> bool {
        let limit = Some(TravelTime::millis(self.limit));
        let alone = self.search.run(&origins[origins.len() / 2..=origins.len() / 2], limit).labels();
        let field = self.search.run(origins, limit);
        let rank = &self.customised.skeleton.rank;
        self.ranks.clear();
        self.ranks.extend(field.state.touched().map(|item| {
            let time = field.state.label(item).map_or(NEVER, |label| label.0);
            (rank[item as usize], time)
        }));
        self.ranks.sort_unstable_by(|a, b| b.cmp(a));
        self.ranks.dedup();
        if self.ranks.len() > SPREAD * alone.max(64) {
            return false;
        }
        *columns = tied.reached(&field);
        self.block += 1;
        for (i, &(rank, _)) in self.ranks.iter().enumerate() {
            self.position[rank as usize] = (self.block, i as u32);
        }
        self.first_down.clear();
        self.down.clear();
        self.first_up.clear();
        self.up.clear();
        self.first_down.push(0);
        self.first_up.push(0);
        let Customised { first_down, down, first_up, up, .. } = self.customised;
        for &(rank, earliest) in &self.ranks {
            let range = |first: &[u32]| first[rank as usize] as usize..first[rank as usize + 1] as usize;
            // What even the earliest cannot pass within the limit, nobody can.
            for &(tail, time) in &down[range(first_down)] {
                let (block, at) = self.position[tail as usize];
                if block == self.block && self.ranks[at as usize].1.saturating_add(time) <= self.limit {
                    self.down.push((at, time));
                }
            }
            for &(head, time) in &up[range(first_up)] {
                let (block, at) = self.position[head as usize];
                if block == self.block && earliest.saturating_add(time) <= self.limit {
                    self.up.push((at, time));
                }
            }
            self.first_down.push(self.down.len() as u32);
            self.first_up.push(self.up.len() as u32);
        }
        true
    }

    /// Position of an item; `None` outside the region.
    fn position_of(&self, item: u32) -> Option<u32> {
        let (block, at) = self.position[self.customised.skeleton.rank[item as usize] as usize];
        (block == self.block).then_some(at)
    }

    /// Times of up to thirty-two origins at every node of the region; what lies beyond the limit may be missing.
    fn run(&mut self, origins: &[&Snapped]) {
        self.lanes.clear();
        self.lanes.resize(self.ranks.len(), [NEVER; LANES]);
        self.pending.clear();
        self.pending.resize(self.ranks.len().div_ceil(64), 0);
        for (lane, origin) in origins.iter().enumerate() {
            for (item, time) in self.times.first_items(origin) {
                let Some(at) = self.position_of(item).filter(|_| time <= self.limit) else { continue };
                let label = &mut self.lanes[at as usize][lane];
                *label = (*label).min(time);
                self.pending[at as usize / 64] |= 1 << (at % 64);
            }
        }
        rise(&mut self.lanes, &mut self.pending, &self.first_up, &self.up, self.limit);
        spread(&mut self.lanes, &self.first_down, &self.down);
    }
}

wide! {
    /// Up from the pending positions, all origins together; arcs lead to smaller ones.
    fn rise(lanes: &mut [Lanes], pending: &mut [u64], first: &[u32], arcs: &[(u32, u32)], limit: u32) {
        for word in (0..pending.len()).rev() {
            while pending[word] != 0 {
                let bit = 63 - pending[word].leading_zeros() as usize;
                pending[word] ^= 1 << bit;
                let at = word * 64 + bit;
                let here = lanes[at];
                for &(head, time) in &arcs[first[at] as usize..first[at + 1] as usize] {
                    let there = &mut lanes[head as usize];
                    let mut earliest = NEVER;
                    for lane in 0..LANES {
                        let time = here[lane].saturating_add(time);
                        there[lane] = there[lane].min(time);
                        earliest = earliest.min(time);
                    }
                    pending[head as usize / 64] |= u64::from(earliest <= limit) << (head % 64);
                }
            }
        }
    }
}

wide! {
    /// Each node of the region from those above it.
    fn spread(lanes: &mut [Lanes], first: &[u32], arcs: &[(u32, u32)]) {
        for (i, pair) in first.windows(2).enumerate() {
            let (above, here) = lanes.split_at_mut(i);
            let mut best = here[0];
            for &(tail, time) in &arcs[pair[0] as usize..pair[1] as usize] {
                for (best, from) in best.iter_mut().zip(&above[tail as usize]) {
                    *best = (*best).min(from.saturating_add(time));
                }
            }
            here[0] = best;
        }
    }
}

wide! {
    /// Times of thirty-two origins at each destination of a block, which of them are within the limit, and how many of each.
    fn gather(lanes: &[Lanes], placed: &Placed, limit: u32, times: &mut [Lanes], masks: &mut [u32]) -> Lanes {
        let mut counts = [0; LANES];
        for (column, (to, mask)) in times.iter_mut().zip(masks).enumerate() {
            let best = at(lanes, placed.of(column));
            *mask = best.iter().enumerate().fold(0, |mask, (lane, time)| mask | u32::from(*time <= limit) << lane);
            for (count, time) in counts.iter_mut().zip(&best) {
                *count += u32::from(*time <= limit);
            }
            *to = best;
        }
        counts
    }
}

/// What up to thirty-two origins of a block reach.
struct Reached<'a> {
    /// Demand that any origin of the block may reach.
    columns: &'a [u32],
    /// For each of it the origins within the limit, a bit each, and their times.
    masks: &'a [u32],
    times: &'a [Lanes],
    /// How much demand each origin reaches, that along its own edge perhaps aside.
    counts: &'a Lanes,
}

impl TravelTimes {
    /// The demand within the limit of each site, as [`TravelTimes::reach`] gives it, for sites that lie close together;
    /// where some do not, they are searched one by one. Rows in the order of the sites.
    pub(crate) fn reach_of_neighbours(
        &self,
        customised: &Customised,
        sites: &[Snapped],
        demand: &[Option<Snapped>],
        tied: &Tied,
        limit: TravelTime,
    ) -> Vec<Vec<Entry>> {
        let order = self.along_the_curve(sites.iter());
        let blocks: Vec<Vec<Vec<Entry>>> = (order.par_chunks(BLOCK))
            .map_init(
                || (Region::new(self, customised, limit), self.search()),
                |(region, search), block| {
                    let own: Vec<&Snapped> = block.iter().map(|&(_, site)| &sites[site as usize]).collect();
                    let mut rows = Vec::with_capacity(own.len());
                    if !region.each(&own, demand, tied, |_, reached| reached.rows(&mut rows, own.len())) {
                        let row = |site: &&Snapped| tied.row(&search.run(&[Origin::at(site)], Some(limit)), demand);
                        rows.extend(own.iter().map(row));
                    }
                    rows
                },
            )
            .collect();
        let mut rows = vec![Vec::new(); sites.len()];
        for (&(_, site), row) in order.iter().zip(blocks.into_iter().flatten()) {
            rows[site as usize] = row;
        }
        rows
    }

    /// Which demand lies within the limit of each origin: for each thirty-two of them a mask for each.
    pub(crate) fn bits_of_neighbours(
        &self,
        customised: &Customised,
        from: &[Option<Snapped>],
        demand: &[Option<Snapped>],
        limit: TravelTime,
    ) -> Vec<u32> {
        let tied = Tied::new(self.network(), demand);
        let (places, sites): (Vec<u32>, Vec<&Snapped>) =
            (0..).zip(from).filter_map(|(i, place)| Some((i, place.as_ref()?))).unzip();
        let order = self.along_the_curve(sites.iter().copied());
        let blocks: Vec<Vec<(usize, Vec<u32>, Vec<u32>)>> = (order.par_chunks(BLOCK))
            .map_init(
                || (Region::new(self, customised, limit), self.search()),
                |(region, search), block| {
                    let own: Vec<&Snapped> = block.iter().map(|&(_, site)| sites[site as usize]).collect();
                    let mut found = Vec::new();
                    let near = region.each(&own, demand, &tied, |first, reached| {
                        found.push((first, reached.columns.to_vec(), reached.masks.to_vec()));
                    });
                    if !near {
                        found.extend(own.iter().enumerate().map(|(i, site)| {
                            let row = tied.row(&search.run(&[Origin::at(site)], Some(limit)), demand);
                            (i, row.iter().map(|entry| entry.0).collect(), vec![1; row.len()])
                        }));
                    }
                    found
                },
            )
            .collect();
        let mut bits = vec![0u32; from.len().div_ceil(LANES) * demand.len()];
        for (block, found) in order.chunks(BLOCK).zip(blocks) {
            for (first, columns, masks) in found {
                let own: Vec<usize> =
                    (block[first..].iter().take(LANES)).map(|&(_, site)| places[site as usize] as usize).collect();
                spread_bits(&mut bits, demand.len(), &own, &columns, &masks);
            }
        }
        bits
    }

    /// Neighbours on the ground have near numbers: (number, position in the list), sorted.
    fn along_the_curve<'a>(&self, sites: impl Iterator<Item = &'a Snapped>) -> Vec<(u32, u32)> {
        let near = |site: &Snapped| site.node.map_or(self.network().0.edges[site.edge.index()].ends[0], |n| n.0);
        let mut order: Vec<(u32, u32)> = sites.map(near).zip(0..).collect();
        order.sort_unstable();
        order
    }
}

/// Masks of these origins, the lowest bit for the first, to where the origins stand in their own order.
fn spread_bits(bits: &mut [u32], width: usize, origins: &[usize], columns: &[u32], masks: &[u32]) {
    let together = origins.first().is_some_and(|first| first % LANES == 0)
        && origins.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if together {
        let row = &mut bits[origins[0] / LANES * width..][..width];
        for (&column, mask) in columns.iter().zip(masks) {
            row[column as usize] |= mask;
        }
        return;
    }
    for (&column, &mask) in columns.iter().zip(masks) {
        let mut mask = mask;
        while mask != 0 {
            let origin = origins[mask.trailing_zeros() as usize];
            mask &= mask - 1;
            bits[origin / LANES * width + column as usize] |= 1 << (origin % LANES);
        }
    }
}

impl Region<'_> {
    /// Tells what each thirty-two origins of a block reach, with the position of the first in the block. `false`, and
    /// nothing told, when its sites lie too far apart.
    fn each(
        &mut self,
        sites: &[&Snapped],
        demand: &[Option<Snapped>],
        tied: &Tied,
        mut tell: impl FnMut(usize, Reached<'_>),
    ) -> bool {
        let origins: Vec<Origin<'_>> = sites.iter().map(|site| Origin::at(site)).collect();
        let mut columns = Vec::new();
        if !self.around(&origins, tied, &mut columns) {
            return false;
        }
        let place = |column: usize| demand[columns[column] as usize].as_ref();
        let targets = Targets::new(self.times, columns.iter().map(|&i| demand[i as usize].as_ref()));
        // What lies outside is out of reach: one empty position stands for all of it.
        let outside = self.ranks.len() as u32;
        let placed = targets.placed(|item| self.position_of(item).unwrap_or(outside));
        let (mut times, mut masks) = (vec![[NEVER; LANES]; columns.len()], vec![0u32; columns.len()]);
        for (block, own) in sites.chunks(LANES).enumerate() {
            self.run(own);
            self.lanes.push([NEVER; LANES]);
            let counts = gather(&self.lanes, &placed, self.limit, &mut times, &mut masks);
            for (lane, site) in own.iter().enumerate() {
                for (column, time) in targets.at_once(self.times, site, place) {
                    if time <= self.limit {
                        times[column][lane] = times[column][lane].min(time);
                        masks[column] |= 1 << lane;
                    }
                }
            }
            tell(block * LANES, Reached { columns: &columns, masks: &masks, times: &times, counts: &counts });
        }
        true
    }
}

impl Reached<'_> {
    /// Adds the rows of these origins, up to `all` rows.
    fn rows(&self, rows: &mut Vec<Vec<Entry>>, all: usize) {
        let first = rows.len();
        let own = LANES.min(all - first);
        rows.extend(self.counts[..own].iter().map(|&count| Vec::with_capacity(count as usize)));
        let block = &mut rows[first..];
        for ((&column, mask), time) in self.columns.iter().zip(self.masks).zip(self.times) {
            let mut mask = *mask;
            while mask != 0 {
                let lane = mask.trailing_zeros() as usize;
                mask &= mask - 1;
                block[lane].push((column, TravelTime::millis(time[lane])));
            }
        }
    }
}
