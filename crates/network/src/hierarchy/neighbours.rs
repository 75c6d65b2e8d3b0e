//! What many neighbouring origins reach within a limit: every crossing of a district is a candidate.
//!
//! One search from all origins of a block finds the region that any of them reaches. The hierarchy is cut down to that
//! region; thirty-two origins at a time then climb and sweep in it. The search alone would walk the same streets again for
//! every origin.

use firesite_model::TravelTime;
use rayon::prelude::*;

use super::Customised;
use super::lanes::{LANES, LaneList, Lanes};
use super::region::Region;
use super::rows::within;
use super::sweep::at;
use super::targets::{Placed, Targets};
use super::wide::wide;
use crate::coverage_matrix::Group;
use crate::numbers::Numbers;
use crate::reach::Tied;
use crate::{Origin, Search, Snapped, TravelTimes};

/// Origins that share a region.
const BLOCK: usize = 256;

/// A demand position with its time.
type Entry = (u32, TravelTime);

wide! {
    /// Times of thirty-two origins at each destination of a block, and how many destinations each has within the limit.
    fn gather(lanes: &[Lanes], placed: &Placed, limit: u32, times: &mut [Lanes]) -> Lanes {
        let mut counts = [0; LANES];
        for (column, to) in times.iter_mut().enumerate() {
            *to = at(lanes, placed.of(column));
            for (count, time) in counts.iter_mut().zip(to) {
                *count += u32::from(*time <= limit);
            }
        }
        counts
    }
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
                || Block::new(self, customised, demand, tied, limit),
                |block, order| {
                    let own: Vec<&Snapped> = order.iter().map(|&(_, site)| &sites[site as usize]).collect();
                    let mut rows = Vec::with_capacity(own.len());
                    block.divided(&own, &mut |block, sites, near| {
                        if near {
                            block.rows(sites, &mut rows);
                        } else {
                            rows.extend(sites.iter().map(|site| block.row(site)));
                        }
                    });
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

    /// Which demand lies within the limit of each origin, each block of neighbours for itself.
    pub(crate) fn bits_of_neighbours(
        &self,
        customised: &Customised,
        from: &[Option<Snapped>],
        demand: &[Option<Snapped>],
        limit: TravelTime,
    ) -> Vec<Group> {
        let tied = Tied::new(self.network(), demand);
        let (places, sites): (Vec<u32>, Vec<&Snapped>) =
            (0..).zip(from).filter_map(|(i, place)| Some((i, place.as_ref()?))).unzip();
        let order = self.along_the_curve(sites.iter().copied());
        let groups: Vec<Vec<Group>> = (order.par_chunks(BLOCK))
            .map_init(
                || Block::new(self, customised, demand, &tied, limit),
                |block, order| {
                    let own: Vec<&Snapped> = order.iter().map(|&(_, site)| sites[site as usize]).collect();
                    let mut numbers = order.iter().map(|&(_, site)| places[site as usize]);
                    let mut found = Vec::new();
                    block.divided(&own, &mut |block, sites, near| {
                        let (columns, masks) = if near { block.masks(sites) } else { block.masks_one_by_one(sites) };
                        let origins = numbers.by_ref().take(sites.len()).collect();
                        found.push(Group { origins, columns: Some(columns), masks });
                    });
                    found
                },
            )
            .collect();
        groups.into_iter().flatten().collect()
    }

    /// Neighbours on the ground have near numbers: (number, position in the list), sorted.
    fn along_the_curve<'a>(&self, sites: impl Iterator<Item = &'a Snapped>) -> Vec<(u32, u32)> {
        let mut order: Vec<(u32, u32)> = sites.map(|site| self.along_curve(site)).zip(0..).collect();
        order.sort_unstable();
        order
    }
}

/// The demand of one block of neighbours after another.
struct Block<'t> {
    times: &'t TravelTimes,
    demand: &'t [Option<Snapped>],
    tied: &'t Tied,
    region: Region<'t>,
    search: Search<'t>,
    found: Numbers,
    /// Demand that any origin of the block may reach, ascending.
    columns: Vec<u32>,
    targets: Targets,
    placed: Placed,
}

impl<'t> Block<'t> {
    fn new(
        times: &'t TravelTimes,
        customised: &'t Customised,
        demand: &'t [Option<Snapped>],
        tied: &'t Tied,
        limit: TravelTime,
    ) -> Self {
        let targets = Targets::new(times, std::iter::empty());
        let placed = targets.placed(|item| item);
        let region = Region::new(times, customised, limit);
        Self {
            times,
            demand,
            tied,
            region,
            search: times.search(),
            found: Numbers::below(demand.len()),
            columns: Vec::new(),
            targets,
            placed,
        }
    }

    /// Answers for these sites together where they are near each other, else for either half.
    fn divided(&mut self, sites: &[&Snapped], answer: &mut impl FnMut(&mut Self, &[&Snapped], bool)) {
        let near = self.around(sites);
        if near || sites.len() <= LANES {
            answer(self, sites, near);
            return;
        }
        let (these, those) = sites.split_at((sites.len() / 2).next_multiple_of(LANES));
        self.divided(these, answer);
        self.divided(those, answer);
    }

    /// Moves to these sites; `false` when they lie too far apart.
    fn around(&mut self, sites: &[&Snapped]) -> bool {
        let origins: Vec<Origin<'_>> = sites.iter().map(|site| Origin::at(site)).collect();
        let Self { region, columns, tied, found, .. } = self;
        columns.clear();
        if !region.around(&origins, |field| tied.reached(field, found, |demand| columns.push(demand))) {
            return false;
        }
        self.targets = Targets::new(self.times, self.columns.iter().map(|&i| self.demand[i as usize].as_ref()));
        self.placed = self.targets.placed(|item| self.region.position_of(item));
        true
    }

    /// Demand that a site reaches along its own edge: column and time.
    fn at_once(&self, site: &Snapped, mut take: impl FnMut(usize, u32)) {
        let place = |column: usize| self.demand[self.columns[column] as usize].as_ref();
        for (column, time) in self.targets.at_once(self.times, site, place) {
            if time <= self.region.limit() {
                take(column, time);
            }
        }
    }

    /// Adds the rows of the sites of this block.
    fn rows(&mut self, sites: &[&Snapped], rows: &mut Vec<Vec<Entry>>) {
        let limit = self.region.limit();
        let mut times = LaneList::zeros(self.columns.len());
        for own in sites.chunks(LANES) {
            let mut counts = gather(self.region.run(own), &self.placed, limit, &mut times);
            for (lane, site) in own.iter().enumerate() {
                self.at_once(site, |column, time| {
                    let known = &mut times[column][lane];
                    counts[lane] += u32::from(*known > limit);
                    *known = (*known).min(time);
                });
            }
            // Every entry is written and the end moves on where it stays; the last may need a place of its own.
            let first = rows.len();
            let row = |&count: &u32| vec![(0, TravelTime::ZERO); count as usize + 1];
            rows.extend(counts[..own.len()].iter().map(row));
            let mut ends = [0; LANES];
            for (columns, times) in self.columns.chunks(LANES).zip(times.chunks(LANES)) {
                for (lane, row) in rows[first..].iter_mut().enumerate() {
                    for (&column, times) in columns.iter().zip(times) {
                        row[ends[lane]] = (column, TravelTime::millis(times[lane]));
                        ends[lane] += usize::from(times[lane] <= limit);
                    }
                }
            }
            for (row, end) in rows[first..].iter_mut().zip(ends) {
                row.truncate(end);
            }
        }
    }

    /// The demand that any of the sites may reach, and for each thirty-two sites a mask for each of it.
    fn masks(&mut self, sites: &[&Snapped]) -> (Vec<u32>, Vec<u32>) {
        let (blocks, columns, limit) = (sites.len().div_ceil(LANES), self.columns.len(), self.region.limit());
        let mut masks = vec![0; columns * blocks];
        for (own, masks) in sites.chunks(LANES).zip(masks.chunks_mut(columns.max(1))) {
            within(self.region.run(own), &self.placed, limit, masks);
            for (lane, site) in own.iter().enumerate() {
                self.at_once(site, |column, _| masks[column] |= 1 << lane);
            }
        }
        (std::mem::take(&mut self.columns), masks)
    }

    /// The row of a site that has no neighbours.
    fn row(&mut self, site: &Snapped) -> Vec<Entry> {
        let limit = TravelTime::millis(self.region.limit());
        self.tied.row(&self.search.run(&[Origin::at(site)], Some(limit)), self.demand, &mut self.found)
    }

    fn masks_one_by_one(&mut self, sites: &[&Snapped]) -> (Vec<u32>, Vec<u32>) {
        let rows: Vec<Vec<u32>> =
            sites.iter().map(|site| self.row(site).into_iter().map(|entry| entry.0).collect()).collect();
        let mut columns = rows.concat();
        columns.sort_unstable();
        columns.dedup();
        let blocks = sites.len().div_ceil(LANES);
        let mut masks = vec![0; columns.len() * blocks];
        for (rows, masks) in rows.chunks(LANES).zip(masks.chunks_mut(columns.len().max(1))) {
            for (lane, row) in rows.iter().enumerate() {
                // Both ascend.
                let mut at = 0;
                for demand in row {
                    at += columns[at..].partition_point(|column| column < demand);
                    masks[at] |= 1 << lane;
                }
            }
        }
        (columns, masks)
    }
}
