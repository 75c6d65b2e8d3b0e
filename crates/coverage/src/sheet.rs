//! A time for every lattice point near reached roads.

use firesite_model::Coord;
use firesite_network::Piece;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::ground::{Land, NONE, Segment, Tile};
use crate::lattice::{Lattice, Plane, TILE, TileId};
use crate::polygons::{UNITS_PER_DEGREE, to_degrees};
use crate::reached::{Reached, time_in};

/// Nobody arrives.
pub(crate) const NEVER: u32 = u32::MAX;

const POINTS: usize = (TILE * TILE) as usize;

/// Times (milliseconds) on some tiles of a lattice; everywhere else nobody arrives.
pub(crate) struct Sheet {
    pub(crate) lattice: Lattice,
    /// Longest access leg (metres) and milliseconds per metre of it.
    pub(crate) reach: f64,
    pub(crate) pace: f64,
    /// Ascending.
    pub(crate) tiles: Vec<TileId>,
    index: FxHashMap<TileId, u32>,
    times: Vec<u32>,
    spots: Vec<Tile>,
}

impl Sheet {
    /// Millimetres to the nearest of some points, where that is less than `margin` metres.
    pub(crate) fn of_distances(lattice: Lattice, points: &[Coord<f64>], margin: f64) -> Self {
        let mut near: FxHashMap<TileId, Vec<u32>> = FxHashMap::default();
        for &point in points {
            let plane = Plane::around(point);
            let (ci, cj) = lattice.cell(point);
            let width = plane.distance(point, Coord { x: point.x + to_degrees(lattice.step[0]), y: point.y }).max(1e-3);
            let (columns, rows) = ((margin / width) as i32 + 1, (margin / lattice.height()) as i32 + 1);
            for j in cj - rows..=cj + rows + 1 {
                for i in ci - columns..=ci + columns + 1 {
                    let distance = plane.distance(point, lattice.degrees(i, j));
                    if distance < margin {
                        let tile = near.entry(Lattice::tile_of(i, j)).or_insert_with(|| vec![NEVER; POINTS]);
                        let known = &mut tile[Lattice::slot(i, j)];
                        *known = (*known).min((distance * 1000.0) as u32);
                    }
                }
            }
        }
        let mut near: Vec<(TileId, Vec<u32>)> = near.into_iter().collect();
        near.sort_unstable_by_key(|(tile, _)| *tile);
        let index = near.iter().enumerate().map(|(at, (tile, _))| (*tile, at as u32)).collect();
        let tiles: Vec<TileId> = near.iter().map(|(tile, _)| *tile).collect();
        let spots = tiles.iter().map(|_| Tile::from([])).collect();
        let times = near.into_iter().flat_map(|(_, times)| times).collect();
        Self { lattice, reach: f64::INFINITY, pace: 1000.0, tiles, index, times, spots }
    }

    pub(crate) fn tile(&self, tile: TileId) -> Option<usize> {
        self.index.get(&tile).map(|&at| at as usize)
    }

    pub(crate) fn times_of(&self, tile: usize) -> &[u32] {
        &self.times[tile * POINTS..(tile + 1) * POINTS]
    }

    /// Distance to the road, infinite where no road is near.
    pub(crate) fn distance_of(&self, tile: usize, slot: usize) -> f32 {
        self.spots[tile].get(slot).map_or(f32::INFINITY, |spot| spot.distance)
    }

    pub(crate) fn time(&self, i: i32, j: i32) -> u32 {
        self.tile(Lattice::tile_of(i, j)).map_or(NEVER, |tile| self.times[tile * POINTS + Lattice::slot(i, j)])
    }
}

impl Land {
    /// The tiles in which somebody may arrive within `longest` milliseconds, ascending.
    pub(crate) fn tiles_near(&self, reached: &Reached, longest: u32) -> Vec<TileId> {
        let mut tiles: Vec<TileId> = Vec::new();
        for (edge, pieces) in reached.iter() {
            let first = pieces.iter().map(|p| p.time_from.min(p.time_to).as_millis()).min().unwrap_or(NEVER);
            if first > longest {
                continue;
            }
            let left = f64::from(longest - first);
            let spare = if self.pace > 0.0 { self.reach.min(left / self.pace) } else { self.reach };
            // One cell more, for the corners of the cells that a road passes, and one for what lies beyond the contour.
            let cells = (spare / self.lattice.height()).ceil() as i32 + 2;
            for segment in self.segments_of(edge.0) {
                for (a, b) in short_parts(self.lattice, segment) {
                    let ((ai, aj), (bi, bj)) = (self.lattice.cell(a), self.lattice.cell(b));
                    let low = Lattice::tile_of(ai.min(bi) - cells, aj.min(bj) - cells);
                    let high = Lattice::tile_of(ai.max(bi) + cells + 1, aj.max(bj) + cells + 1);
                    for tj in low.1..=high.1 {
                        for ti in low.0..=high.0 {
                            if tiles.last() != Some(&(ti, tj)) {
                                tiles.push((ti, tj));
                            }
                        }
                    }
                }
            }
            if tiles.len() > 1 << 16 {
                tiles.sort_unstable();
                tiles.dedup();
            }
        }
        tiles.sort_unstable();
        tiles.dedup();
        tiles
    }

    /// Times on these tiles: of the nearest position of each lattice point, plus the access leg.
    pub(crate) fn sheet(&self, reached: &Reached, tiles: Vec<TileId>) -> Sheet {
        let spots = self.tiles(&tiles);
        let mut times = vec![NEVER; tiles.len() * POINTS];
        times.par_chunks_mut(POINTS).zip(&spots).for_each(|(times, spots)| {
            let mut known: (u32, &[Piece], [u32; 2]) = (NONE, &[], [NONE; 2]);
            for (time, spot) in times.iter_mut().zip(spots.iter()) {
                if spot.edge == NONE || f64::from(spot.distance) > self.reach {
                    continue;
                }
                if spot.edge != known.0 {
                    known = (spot.edge, reached.pieces(spot.edge), self.ends_of(spot.edge));
                }
                if let Some((at, _)) = reached.at(known.1, known.2, f64::from(spot.share)) {
                    *time = at.saturating_add(self.access(spot.distance)).min(NEVER - 1);
                }
            }
        });
        let index = tiles.iter().enumerate().map(|(at, &tile)| (tile, at as u32)).collect();
        let mut sheet = Sheet { lattice: self.lattice, reach: self.reach, pace: self.pace, tiles, index, times, spots };
        self.hold_roads(&mut sheet, reached);
        sheet
    }

    /// Every reached piece of road lies inside: the corners of each cell that it passes count as reached when it is. So
    /// no polygon is too coarse for a road, and a reach of a few seconds is a small polygon and not nothing; it may be
    /// one cell too large where a road is left.
    fn hold_roads(&self, sheet: &mut Sheet, reached: &Reached) {
        for (edge, pieces) in reached.iter() {
            for segment in self.segments_of(edge.0) {
                let width = segment.to - segment.from;
                for piece in pieces {
                    let (from, to) = (piece.from.max(segment.from), piece.to.min(segment.to));
                    if from > to || width <= 0.0 {
                        continue;
                    }
                    let place = |share: f64| {
                        let part = (share - segment.from) / width;
                        let along =
                            |a: f64, b: f64, step: i32| (a + part * (b - a)) * UNITS_PER_DEGREE / f64::from(step);
                        [
                            along(segment.a.x, segment.b.x, self.lattice.step[0]),
                            along(segment.a.y, segment.b.y, self.lattice.step[1]),
                        ]
                    };
                    for_each_cell(place(from), place(to), |(i, j), enter, leave| {
                        let time = |part: f64| time_in(piece, from + part * (to - from));
                        sheet.lower(i, j, time(enter).min(time(leave)));
                    });
                }
            }
        }
    }
}

impl Sheet {
    fn lower(&mut self, i: i32, j: i32, time: u32) {
        for (i, j) in [(i, j), (i + 1, j), (i, j + 1), (i + 1, j + 1)] {
            if let Some(tile) = self.tile(Lattice::tile_of(i, j)) {
                let known = &mut self.times[tile * POINTS + Lattice::slot(i, j)];
                *known = time.min(*known);
            }
        }
    }
}

/// A segment in parts no longer than a tile, so that the boxes of slanting roads stay small.
fn short_parts(lattice: Lattice, segment: &Segment) -> impl Iterator<Item = (Coord<f64>, Coord<f64>)> {
    let (a, b) = (segment.a, segment.b);
    let tiles = |d: f64, step: i32| d.abs() * UNITS_PER_DEGREE / (f64::from(step) * f64::from(TILE));
    let count = tiles(b.x - a.x, lattice.step[0]).max(tiles(b.y - a.y, lattice.step[1])).ceil().clamp(1.0, 1e6);
    let at = move |k: f64| Coord { x: a.x + (b.x - a.x) * (k / count), y: a.y + (b.y - a.y) * (k / count) };
    (0..count as u32).map(move |k| (at(f64::from(k)), at(f64::from(k) + 1.0)))
}

/// The cells that a line passes, with the shares of the line where it enters and leaves. Positions are in steps.
fn for_each_cell(a: [f64; 2], b: [f64; 2], mut visit: impl FnMut((i32, i32), f64, f64)) {
    let d = [b[0] - a[0], b[1] - a[1]];
    let mut cuts: Vec<f64> = vec![0.0];
    for axis in 0..2 {
        let (low, high) = (a[axis].min(b[axis]), a[axis].max(b[axis]));
        let mut line = low.floor() + 1.0;
        while line < high {
            cuts.push(((line - a[axis]) / d[axis]).clamp(0.0, 1.0));
            line += 1.0;
        }
    }
    cuts.push(1.0);
    cuts.sort_by(f64::total_cmp);
    for pair in cuts.windows(2) {
        let middle = f64::midpoint(pair[0], pair[1]);
        let cell = ((a[0] + middle * d[0]).floor() as i32, (a[1] + middle * d[1]).floor() as i32);
        visit(cell, pair[0], pair[1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_passes_its_cells_once() {
        let mut cells = Vec::new();
        for_each_cell([0.5, 0.5], [2.5, 1.5], |cell, _, _| cells.push(cell));
        cells.dedup();
        assert_eq!(cells, [(0, 0), (1, 0), (1, 1), (2, 1)]);
        let mut cells = Vec::new();
        for_each_cell([-0.5, 0.25], [-0.5, 0.25], |cell, _, _| cells.push(cell));
        assert_eq!(cells, [(-1, 0)]);
    }
}
