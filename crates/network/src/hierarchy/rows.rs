//! Many origins to many destinations in sweeps: times row by row, or which lie within a limit as bits.

use std::sync::Arc as Shared;

use firesite_model::TravelTime;
use rayon::prelude::*;

use super::lanes::{LANES, LaneList, Lanes};
use super::sweep::{Below, Sweep, at};
use super::targets::{Placed, Targets};
use super::wide::wide;
use super::{Customised, NEVER};
use crate::search::Leaving;
use crate::{Snapped, TravelTimes};

/// Sweeps over what these destinations need.
pub(crate) struct Rows<'t> {
    times: &'t TravelTimes,
    customised: Shared<Customised>,
    below: Shared<Below>,
    targets: Targets,
    placed: Placed,
    to: &'t [Option<Snapped>],
    limit: u32,
}

impl<'t> Rows<'t> {
    pub(crate) fn new(
        times: &'t TravelTimes,
        customised: Shared<Customised>,
        to: &'t [Option<Snapped>],
        limit: Option<TravelTime>,
    ) -> Self {
        // The greatest value is kept for "no way".
        let limit = limit.map_or(NEVER - 1, |t| t.as_millis().min(NEVER - 1));
        let targets = Targets::new(times, to.iter().map(Option::as_ref));
        let below = Shared::new(Below::these(&customised, targets.items()));
        let placed = targets.placed(|item| below.position_of(item));
        Self { times, customised, below, targets, placed, to, limit }
    }

    fn sweep(&self) -> Sweep {
        Sweep::over(self.customised.clone(), self.below.clone())
    }

    fn run(&self, sweep: &mut Sweep, origins: &[Option<Snapped>]) {
        let mut leaving = Leaving::default();
        let mut first = |o: &Snapped| leaving.items(&self.times.0, o).collect::<Vec<_>>();
        sweep.run_items(origins.iter().map(|o| o.as_ref().map_or_else(Vec::new, &mut first).into_iter()));
    }

    /// Destinations that an origin reaches before any item: lane, column, time.
    fn at_once(&self, origins: &[Option<Snapped>], mut take: impl FnMut(usize, usize, u32)) {
        for (lane, origin) in origins.iter().enumerate() {
            let Some(origin) = origin else { continue };
            for (column, time) in self.targets.at_once(self.times, origin, |c| self.to[c].as_ref()) {
                if time <= self.limit {
                    take(lane, column, time);
                }
            }
        }
    }

    /// Times of all pairs, row by row; `MAX` where there is none within the limit.
    pub(crate) fn times(&self, from: &[Option<Snapped>], times: &mut [u32]) {
        let blocks = times.par_chunks_mut(self.to.len() * LANES).zip(from.par_chunks(LANES));
        blocks.for_each_init(|| self.sweep(), |sweep, (rows, origins)| self.block(sweep, origins, rows));
    }

    /// The destinations within the limit of each origin, with times.
    pub(crate) fn reach(&self, from: &[Option<Snapped>]) -> Vec<Vec<(u32, TravelTime)>> {
        let columns = self.to.len();
        let sparse = |row: &[u32]| {
            let within = row.iter().zip(0..).filter(|(time, _)| **time != NEVER);
            within.map(|(&time, column)| (column, TravelTime::millis(time))).collect()
        };
        let blocks: Vec<Vec<Vec<(u32, TravelTime)>>> = (from.par_chunks(LANES))
            .map_init(
                || (self.sweep(), vec![NEVER; LANES * columns]),
                |(sweep, rows), origins| {
                    self.block(sweep, origins, &mut rows[..origins.len() * columns]);
                    rows.chunks_exact(columns).take(origins.len()).map(sparse).collect()
                },
            )
            .collect();
        blocks.into_iter().flatten().collect()
    }

    /// The rows of up to thirty-two origins, side by side.
    fn block(&self, sweep: &mut Sweep, origins: &[Option<Snapped>], rows: &mut [u32]) {
        let columns = self.to.len();
        self.run(sweep, origins);
        // Square tiles: each row takes a whole cache line at once.
        let mut tile = LaneList::zeros(LANES);
        for first in (0..columns).step_by(LANES) {
            let count = LANES.min(columns - first);
            gather(sweep.lanes(), &self.placed, first, self.limit, &mut tile[..count]);
            turn(&tile[..count], rows, columns, first);
        }
        self.at_once(origins, |lane, column, time| {
            let cell = &mut rows[lane * columns + column];
            *cell = (*cell).min(time);
        });
    }

    /// One bit for each pair: a mask of thirty-two origins for each destination, block by block of origins.
    pub(crate) fn bits(&self, from: &[Option<Snapped>]) -> Vec<u32> {
        let columns = self.to.len();
        let mut masks = vec![0u32; from.len().div_ceil(LANES) * columns];
        if columns == 0 {
            return masks;
        }
        let blocks = masks.par_chunks_mut(columns).zip(from.par_chunks(LANES));
        blocks.for_each_init(
            || self.sweep(),
            |sweep, (masks, origins)| {
                self.run(sweep, origins);
                within(sweep.lanes(), &self.placed, self.limit, masks);
                self.at_once(origins, |lane, column, _| masks[column] |= 1 << lane);
            },
        );
        masks
    }
}

wide! {
    fn gather(lanes: &[Lanes], placed: &Placed, first: usize, limit: u32, tile: &mut [Lanes]) {
        for (i, to) in tile.iter_mut().enumerate() {
            *to = at(lanes, placed.of(first + i));
            for time in to {
                *time = if *time <= limit { *time } else { NEVER };
            }
        }
    }
}

wide! {
    /// A tile into the rows of its lanes.
    fn turn(tile: &[Lanes], rows: &mut [u32], columns: usize, first: usize) {
        for (lane, row) in rows.chunks_exact_mut(columns).enumerate() {
            for (cell, times) in row[first..first + tile.len()].iter_mut().zip(tile) {
                *cell = times[lane];
            }
        }
    }
}

/// Destinations that are compared with the limit before their bits are gathered.
const TILE: usize = 64;

/// One byte for each pair of them and an origin, none of them across two cache lines.
#[repr(align(64))]
struct Tile([[u8; LANES]; TILE]);

wide! {
    /// Which origins are within the limit of each destination, a bit each. First as bytes: eight of these become eight bits
    /// in one multiplication, where a loop over bits would stay narrow.
    pub(super) fn within(lanes: &[Lanes], placed: &Placed, limit: u32, masks: &mut [u32]) {
        let mut tile = Tile([[0; LANES]; TILE]);
        let within = &mut tile.0;
        for (tile, masks) in masks.chunks_mut(TILE).enumerate() {
            for (column, within) in (tile * TILE..).zip(&mut within[..masks.len()]) {
                let times = at(lanes, placed.of(column));
                for (within, time) in within.iter_mut().zip(&times) {
                    *within = u8::from(*time <= limit);
                }
            }
            for (mask, within) in masks.iter_mut().zip(&*within) {
                *mask = (0..).zip(within.as_chunks::<8>().0).fold(0, |mask, (i, eight)| {
                    let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
                    mask | (bits as u32) << (8 * i)
                });
            }
        }
    }
}
