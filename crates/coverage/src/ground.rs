//! The nearest position on the network of every lattice point: where the snapper would tie it.
//!
//! This depends on the roads alone, so it is computed once, tile by tile where somebody needs it, and serves every
//! station, limit and phase.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use firesite_model::{Coord, KilometresPerHour, Metres};
use firesite_network::{Snapper, TravelTimes};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::lattice::{Lattice, Plane, TILE, TileId, to_segment};
use crate::polygons::to_degrees;

/// No edge.
pub(crate) const NONE: u32 = u32::MAX;

/// A straight part of a road that places may be tied to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) edge: u32,
    /// Shares of the edge length at both ends.
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) a: Coord<f64>,
    pub(crate) b: Coord<f64>,
}

/// The nearest position of one lattice point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot {
    /// Edge, or [`NONE`] where no road is near.
    pub(crate) edge: u32,
    /// Position along the edge.
    pub(crate) share: f32,
    /// Distance in metres; known a little beyond the longest access leg.
    pub(crate) distance: f32,
}

const NOWHERE: Spot = Spot { edge: NONE, share: 0.0, distance: f32::INFINITY };

/// The spots of one tile, row by row; an empty tile has none.
pub(crate) type Tile = Arc<[Spot]>;

/// What lies between the roads and the plane: a lattice of stated resolution with the nearest road position of each
/// point, shared by all isochrones and service areas of a network.
///
/// The time of a place is the time at the nearest position that the [`Snapper`] may choose, plus the access leg, within
/// the longest access leg (DESIGN §4.2). On a network of plain arcs, which has no access leg, a place belongs to the
/// network within half the resolution, at least 30 m, of an arc.
///
/// The first use computes the tiles it needs (about 0.2 µs per lattice point in a dense city); later uses only look up.
pub struct Ground {
    pub(crate) times: TravelTimes,
    pub(crate) land: Land,
    /// The same on wider lattices, by tenths of the step, for large study areas.
    pub(crate) coarse: Mutex<FxHashMap<u32, Arc<Land>>>,
}

/// The part of a [`Ground`] that knows places and no times.
pub(crate) struct Land {
    pub(crate) lattice: Lattice,
    /// Longest access leg, metres.
    pub(crate) reach: f64,
    /// Milliseconds per metre of access leg.
    pub(crate) pace: f64,
    /// By edge and share.
    segments: Vec<Segment>,
    /// First and last node of each edge.
    ends: Arc<[[u32; 2]]>,
    /// `first_of[e]..first_of[e + 1]` are the segments of edge `e`.
    first_of: Vec<u32>,
    /// Segments that touch each tile.
    bins: FxHashMap<TileId, Vec<u32>>,
    tiles: RwLock<FxHashMap<TileId, Tile>>,
}

impl Ground {
    /// A lattice of this resolution (25 to 30 m suits a city) over the roads that the snapper may choose.
    pub fn new(times: &TravelTimes, snapper: &Snapper, resolution: Metres) -> Self {
        let network = times.network();
        let segments: Vec<Segment> = snapper
            .targets()
            .into_iter()
            .map(|t| Segment { edge: t.edge.0, from: t.from, to: t.to, a: t.line[0], b: t.line[1] })
            .collect();
        let options = snapper.options();
        let (reach, speed) = if network.is_plain_arcs() {
            ((resolution.0 / 2.0).max(30.0), KilometresPerHour(f64::INFINITY))
        } else {
            (options.max.0, options.access_speed)
        };
        let ends = network.edges().map(|edge| network.edge(edge).ends).map(|(a, b)| [a.0, b.0]).collect();
        let land = Land::new(ends, segments, resolution, Metres(reach), speed);
        Self { times: times.clone(), land, coarse: Mutex::default() }
    }

    /// Spacing of the lattice.
    pub fn resolution(&self) -> Metres {
        Metres(self.land.lattice.height())
    }
}

impl Land {
    pub(crate) fn new(
        ends: Arc<[[u32; 2]]>,
        mut segments: Vec<Segment>,
        resolution: Metres,
        reach: Metres,
        speed: KilometresPerHour,
    ) -> Self {
        segments.sort_by(|a, b| a.edge.cmp(&b.edge).then(a.from.total_cmp(&b.from)));
        let mut first_of = vec![0u32; ends.len() + 1];
        for segment in &segments {
            if let Some(count) = first_of.get_mut(segment.edge as usize + 1) {
                *count += 1;
            }
        }
        for at in 1..first_of.len() {
            first_of[at] += first_of[at - 1];
        }
        let latitudes = || segments.iter().flat_map(|s| [s.a.y, s.b.y]);
        let (south, north) = (latitudes().fold(90.0, f64::min), latitudes().fold(-90.0, f64::max));
        let lattice = Lattice::new(resolution, if south <= north { f64::midpoint(south, north) } else { 0.0 });
        // Without any speed nobody leaves the road: a metre takes days.
        let pace = if speed.0 > 0.0 { 3600.0 / speed.0 } else { 1e9 };
        Self::on(lattice, segments, (ends, first_of), reach.0.max(0.0), pace)
    }

    fn on(
        lattice: Lattice,
        segments: Vec<Segment>,
        (ends, first_of): (Arc<[[u32; 2]]>, Vec<u32>),
        reach: f64,
        pace: f64,
    ) -> Self {
        let mut bins: FxHashMap<TileId, Vec<u32>> = FxHashMap::default();
        for (at, segment) in segments.iter().enumerate() {
            for tile in tiles_along(lattice, segment.a, segment.b) {
                bins.entry(tile).or_default().push(at as u32);
            }
        }
        Self { lattice, reach, pace, segments, ends, first_of, bins, tiles: RwLock::default() }
    }

    /// The same roads on a lattice some times as wide.
    pub(crate) fn coarser(&self, times: f64) -> Self {
        let step = self.lattice.step.map(|step| (f64::from(step) * times).min(1e6) as i32);
        let edges = (Arc::clone(&self.ends), self.first_of.clone());
        Self::on(Lattice { step }, self.segments.clone(), edges, self.reach, self.pace)
    }

    /// South-west and north-east corner of the land within reach of any road, a little more than that.
    pub(crate) fn bounds(&self) -> Option<(Coord<f64>, Coord<f64>)> {
        let ends = || self.segments.iter().flat_map(|s| [s.a, s.b]);
        let first = ends().next()?;
        let (low, high) = ends().fold((first, first), |(low, high), c| {
            (Coord { x: low.x.min(c.x), y: low.y.min(c.y) }, Coord { x: high.x.max(c.x), y: high.y.max(c.y) })
        });
        let cells = self.horizon() / self.lattice.height() + 1.0;
        let margin = |axis: usize| cells * to_degrees(self.lattice.step[axis]);
        Some((
            Coord { x: (low.x - margin(0)).max(-180.0), y: (low.y - margin(1)).max(-90.0) },
            Coord { x: (high.x + margin(0)).min(180.0), y: (high.y + margin(1)).min(90.0) },
        ))
    }

    /// Milliseconds of an access leg, rounded half up.
    pub(crate) fn access(&self, distance: f32) -> u32 {
        (f64::from(distance) * self.pace + 0.5) as u32
    }

    /// Metres within which a road may be the nearest to a lattice point, so that a cut at the longest leg can be placed
    /// between two lattice points.
    fn horizon(&self) -> f64 {
        self.reach + 1.5 * self.lattice.height()
    }

    /// Number of tiles around a tile whose roads may be nearest to one of its points.
    fn margin(&self, tile: TileId) -> (i32, i32) {
        let plane = Plane::around(self.corner(tile));
        let width = plane.distance(self.corner(tile), self.corner((tile.0 + 1, tile.1))).max(1e-3);
        let height = f64::from(TILE) * self.lattice.height();
        ((self.horizon() / width).ceil() as i32, (self.horizon() / height).ceil() as i32)
    }

    fn corner(&self, tile: TileId) -> Coord<f64> {
        self.lattice.degrees(tile.0.saturating_mul(TILE), tile.1.saturating_mul(TILE))
    }

    /// The tiles of these numbers, in this order; missing ones are computed, in parallel.
    pub(crate) fn tiles(&self, wanted: &[TileId]) -> Vec<Tile> {
        let missing: Vec<TileId> = {
            let known = self.tiles.read().unwrap_or_else(PoisonError::into_inner);
            wanted.iter().copied().filter(|tile| !known.contains_key(tile)).collect()
        };
        if !missing.is_empty() {
            let made: Vec<(TileId, Tile)> = missing.par_iter().map(|&tile| (tile, self.make(tile))).collect();
            self.tiles.write().unwrap_or_else(PoisonError::into_inner).extend(made);
        }
        let known = self.tiles.read().unwrap_or_else(PoisonError::into_inner);
        wanted.iter().map(|tile| known.get(tile).cloned().unwrap_or_else(|| Arc::new([]))).collect()
    }

    fn make(&self, tile: TileId) -> Tile {
        let (columns, rows) = self.margin(tile);
        let mut near: Vec<u32> = Vec::new();
        for j in tile.1 - rows..=tile.1 + rows {
            for i in tile.0 - columns..=tile.0 + columns {
                near.extend(self.bins.get(&(i, j)).into_iter().flatten());
            }
        }
        if near.is_empty() {
            return Arc::new([]);
        }
        near.sort_unstable();
        near.dedup();
        let middle = self.lattice.degrees(tile.0 * TILE + TILE / 2, tile.1 * TILE + TILE / 2);
        let plane = Plane::around(middle);
        let candidates: Vec<Flat> = near
            .iter()
            .map(|&at| {
                let segment = &self.segments[at as usize];
                Flat { at, a: plane.xy(segment.a), b: plane.xy(segment.b) }
            })
            .collect();
        let mut spots = vec![NOWHERE; (TILE * TILE) as usize];
        self.fill(&plane, tile, (0, 0), TILE, &candidates, &mut spots);
        if spots.iter().all(|spot| spot.edge == NONE) { Arc::new([]) } else { spots.into() }
    }

    /// Nearest segments of a square of lattice points, by halving the square and keeping only the segments that can
    /// still be nearest somewhere in it: a segment farther from the middle than the nearest one by more than the
    /// diagonal cannot.
    fn fill(&self, plane: &Plane, tile: TileId, at: (i32, i32), size: i32, candidates: &[Flat], spots: &mut [Spot]) {
        let position = |i: i32, j: i32| plane.xy(self.lattice.degrees(tile.0 * TILE + i, tile.1 * TILE + j));
        if size == 1 {
            let p = position(at.0, at.1);
            let mut best: Option<(f64, u32, f64)> = None;
            for flat in candidates {
                let (distance, t) = to_segment(p, flat.a, flat.b);
                if best.is_none_or(|(least, _, _)| distance < least) {
                    best = Some((distance, flat.at, t));
                }
            }
            if let Some((distance, segment, t)) = best.filter(|(distance, _, _)| *distance <= self.horizon()) {
                let segment = &self.segments[segment as usize];
                let share = (segment.from + t * (segment.to - segment.from)) as f32;
                spots[(at.1 * TILE + at.0) as usize] = Spot { edge: segment.edge, share, distance: distance as f32 };
            }
            return;
        }
        let (low, high) = (position(at.0, at.1), position(at.0 + size - 1, at.1 + size - 1));
        let middle = [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])];
        let radius = (high[0] - low[0]).hypot(high[1] - low[1]) / 2.0 + 0.01;
        let distances: Vec<f64> = candidates.iter().map(|flat| to_segment(middle, flat.a, flat.b).0).collect();
        let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
        if least - radius > self.horizon() {
            return;
        }
        let kept: Vec<Flat> = candidates
            .iter()
            .zip(&distances)
            .filter(|&(_, &distance)| distance <= least + 2.0 * radius)
            .map(|(flat, _)| *flat)
            .collect();
        let half = size / 2;
        for (i, j) in [(0, 0), (half, 0), (0, half), (half, half)] {
            self.fill(plane, tile, (at.0 + i, at.1 + j), half, &kept, spots);
        }
    }

    /// First and last node of an edge.
    pub(crate) fn ends_of(&self, edge: u32) -> [u32; 2] {
        self.ends.get(edge as usize).copied().unwrap_or([NONE; 2])
    }

    /// The stretches of an edge that places may be tied to.
    pub(crate) fn segments_of(&self, edge: u32) -> &[Segment] {
        match (self.first_of.get(edge as usize), self.first_of.get(edge as usize + 1)) {
            (Some(&first), Some(&last)) => self.segments.get(first as usize..last as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}

/// A segment on the plane of a tile.
#[derive(Clone, Copy)]
struct Flat {
    at: u32,
    a: [f64; 2],
    b: [f64; 2],
}

/// Tiles that a segment may touch: those of its box, without those that lie clearly beside it.
pub(crate) fn tiles_along(lattice: Lattice, a: Coord<f64>, b: Coord<f64>) -> Vec<TileId> {
    let tile = |c: Coord<f64>| {
        let (i, j) = lattice.cell(c);
        Lattice::tile_of(i, j)
    };
    let (first, last) = (tile(a), tile(b));
    let (west, east) = (first.0.min(last.0), first.0.max(last.0));
    let (south, north) = (first.1.min(last.1), first.1.max(last.1));
    let mut tiles = Vec::new();
    // In units of tiles, so that a tile is a unit square.
    let scaled = |c: Coord<f64>| {
        let scale =
            |degrees: f64, step: i32| degrees * crate::polygons::UNITS_PER_DEGREE / f64::from(step) / f64::from(TILE);
        [scale(c.x, lattice.step[0]), scale(c.y, lattice.step[1])]
    };
    let (start, end) = (scaled(a), scaled(b));
    for j in south..=north {
        for i in west..=east {
            let middle = [f64::from(i) + 0.5, f64::from(j) + 0.5];
            if (west == east && south == north) || to_segment(middle, start, end).0 <= 0.75 {
                tiles.push((i, j));
            }
        }
    }
    tiles
}
