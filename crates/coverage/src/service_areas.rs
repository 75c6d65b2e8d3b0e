//! Service areas (责任区): the land for which each station is first due.

use std::sync::{Arc, PoisonError};

use firesite_model::{Metres, SquareMetres};
use firesite_network::{Piece, Snapper, TravelTimes};
use geo::BoundingRect;
use geo_types::MultiPolygon;
use rayon::prelude::*;

use crate::ground::{Land, NONE};
use crate::lattice::{Lattice, Plane, TILE, TileId};
use crate::located::origins;
use crate::partition::Labels;
use crate::polygons::{self, UnitRing};
use crate::reached::Reached;
use crate::roads::owned_lengths;
use crate::{DemandPlace, Ground, Located, RoadAreas, first_due, first_due_within};

/// The land for which one station is first due.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceArea {
    /// Position in the list of stations; `None` for land beyond reach.
    pub station: Option<usize>,
    /// Seven decimals, valid; empty where the station is nowhere first.
    pub polygon: MultiPolygon<f64>,
    /// Geodesic area.
    pub area: SquareMetres,
    /// The part of it that is built up; the caps of the standards are judged on this.
    pub built_up: SquareMetres,
    /// Length of road for which it is first due, each road once; for `None`, of roads that nobody reaches.
    pub road: Metres,
    /// Demand for which it is first due, thousandths of the unit; for `None`, the unreachable demand.
    pub demand: u64,
    /// More than a hectare of it lies outside the district of its station; `None` where that has no district, and for
    /// land beyond reach.
    pub crosses_district: Option<bool>,
}

/// What surrounds the stations.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The area to be divided; without it, only the land within reach is divided and there is no part beyond reach.
    pub study_area: Option<&'a MultiPolygon<f64>>,
    /// Outlines of the districts, in the order of [`Located::district`].
    pub districts: &'a [MultiPolygon<f64>],
    /// Outlines of the built-up areas.
    pub built_up: &'a [MultiPolygon<f64>],
    /// Demand.
    pub demand: &'a [DemandPlace],
    /// Whether a station may serve land of another district.
    pub across_districts: bool,
}

impl Default for Surroundings<'_> {
    /// Nothing around, and stations serve any district.
    fn default() -> Self {
        Self { study_area: None, districts: &[], built_up: &[], demand: &[], across_districts: true }
    }
}

/// Service areas on a lattice made for this one call; see [`Ground::service_areas`].
pub fn service_areas(
    times: &TravelTimes,
    snapper: &Snapper,
    stations: &[Located],
    around: &Surroundings<'_>,
    resolution: Metres,
) -> Vec<ServiceArea> {
    Ground::new(times, snapper, resolution).service_areas(stations, around)
}

/// Most lattice points of a partition: 26,000 km² at 75 m.
const MOST_POINTS: f64 = 6e6;

/// The resolution at which [`Ground::service_areas`] draws a study area of this size: as asked for, or as much coarser as
/// six million lattice points demand. A lattice of this resolution may be made beforehand and kept for all phases.
pub fn service_area_resolution(asked: Metres, study_area: Option<&MultiPolygon<f64>>) -> Metres {
    let points = study_area.and_then(BoundingRect::bounding_rect).map_or(0.0, |rect| {
        let size = Plane::around(rect.center()).xy(rect.max());
        4.0 * size[0] * size[1] / (asked.0 * asked.0)
    });
    Metres(asked.0 * (points / MOST_POINTS).sqrt().max(1.0))
}

/// Land outside its own district that makes an area cross: a hectare. Less is the width of a border road.
const CROSSES_M2: f64 = 1e4;

/// Stations that compete for one piece of land.
struct Contest<'a> {
    /// The land; `None` where everything within reach is divided.
    land: Option<MultiPolygon<f64>>,
    stations: Vec<Located>,
    roads: Option<(&'a RoadAreas, Option<u32>)>,
}

impl Ground {
    /// One area per station and, where a study area is given, one (`station` is `None`) for the rest of it.
    ///
    /// Land belongs to the station that is first at its nearest position on the network (least offset + travel + access
    /// leg; of equal ones the first in the list), and to nobody beyond the longest access leg or where nobody arrives.
    /// The areas come from one arrangement on the grid, so that they neither overlap nor leave gaps; where they are cut
    /// by the outline of the study area or of a district, by less than a grid unit at each crossing. Borders are exact
    /// to about a cell. A study area with more than six million lattice points is drawn on a coarser lattice.
    pub fn service_areas(&self, stations: &[Located], around: &Surroundings<'_>) -> Vec<ServiceArea> {
        let roads = (!around.across_districts)
            .then(|| RoadAreas::new(self.times.network(), &around.districts.iter().collect::<Vec<_>>()));
        let contests = contests(stations, around, roads.as_ref());
        let mut polygons: Vec<MultiPolygon<f64>> = vec![MultiPolygon(Vec::new()); stations.len()];
        let mut beyond: Vec<MultiPolygon<f64>> = Vec::new();
        let mut road = vec![Metres(0.0); stations.len()];
        for contest in &contests {
            let (origins, station_of) = origins(&contest.stations);
            let mut search = self.times.search();
            let reached = Reached::of(&search.run(&origins, None), self.times.network());
            owned_lengths(self.times.network(), &reached, &station_of, contest.roads, &mut road);
            let mut parts = self.divide(&reached, &station_of, stations.len(), contest.land.as_ref());
            beyond.extend(parts.pop());
            for (known, part) in polygons.iter_mut().zip(parts) {
                known.0.extend(part.0);
            }
        }
        let demand = demand_of(&self.times, stations, around);
        let built_up = polygons::union(around.built_up);
        let total: f64 = self.times.network().summary().road_km * 1000.0;
        let left = Metres((total - road.iter().map(|r| r.0).sum::<f64>()).max(0.0));
        polygons
            .into_par_iter()
            .enumerate()
            .map(|(at, polygon)| (Some(at), polygon))
            .chain(around.study_area.is_some().then(|| (None, polygons::union(&beyond))))
            .map(|(station, polygon)| {
                let area = polygons::area(&polygon);
                let home = station.and_then(|at| around.districts.get(stations[at].district?));
                ServiceArea {
                    station,
                    area,
                    built_up: polygons::area(&polygons::intersection(&polygon, &built_up)),
                    road: station.map_or(left, |at| road[at]),
                    demand: demand[station.unwrap_or(stations.len())],
                    crosses_district: home
                        .map(|home| polygons::area(&polygons::difference(&polygon, home)).0 > CROSSES_M2),
                    polygon,
                }
            })
            .collect()
    }

    /// The land of each station (by its position in the whole list) and, last, what is beyond reach.
    fn divide(
        &self,
        reached: &Reached,
        station_of: &[usize],
        count: usize,
        land: Option<&MultiPolygon<f64>>,
    ) -> Vec<MultiPolygon<f64>> {
        let nothing = || vec![MultiPolygon(Vec::new()); count + 1];
        let bounds = match land {
            Some(land) => land.bounding_rect().map(|rect| (rect.min(), rect.max())),
            None => self.land.bounds(),
        };
        let Some((low, high)) = bounds else { return nothing() };
        let plane = Plane::around(low);
        let size = plane.xy(high);
        let points = (size[0] / self.land.lattice.height() + 2.0) * (size[1] / self.land.lattice.height() + 2.0);
        let coarse;
        let ground: &Land = if points > MOST_POINTS {
            coarse = self.coarser((points / MOST_POINTS).sqrt());
            &coarse
        } else {
            &self.land
        };
        // Labels: stations by position, then the land beyond reach.
        let owner = |origin: usize| station_of.get(origin).map(|&station| station as u32);
        let labels = labels(ground, low, high, reached, owner, count as u32);
        let mut rings: Vec<Vec<UnitRing>> = labels.rings(count + 1);
        if land.is_none() {
            rings[count].clear();
        }
        rings.par_iter().map(|rings| polygons::clip_rings(rings, land)).collect()
    }

    /// The same roads on a lattice some times as wide, kept for the next call.
    fn coarser(&self, times: f64) -> Arc<Land> {
        // Whole steps of a tenth, so that a later call with nearly the same land finds the same lattice.
        let tenths = (times * 10.0).ceil() as u32;
        let mut known = self.coarse.lock().unwrap_or_else(PoisonError::into_inner);
        let land = known.entry(tenths).or_insert_with(|| Arc::new(self.land.coarser(f64::from(tenths) / 10.0)));
        Arc::clone(land)
    }
}

/// One contest for all land, or one per district and one for the land outside all districts.
fn contests<'a>(stations: &[Located], around: &Surroundings<'_>, roads: Option<&'a RoadAreas>) -> Vec<Contest<'a>> {
    let Some(roads) = roads else {
        let land = around.study_area.map(polygons::on_grid);
        return vec![Contest { land, stations: stations.to_vec(), roads: None }];
    };
    let only = |district: Option<usize>| -> Vec<Located> {
        let kept = |s: &Located| s.district.filter(|&d| d < around.districts.len()) == district;
        stations.iter().map(|s| if kept(s) { s.clone() } else { Located { place: None, ..s.clone() } }).collect()
    };
    // A district that overlaps an earlier one loses the overlap, as its roads do.
    let mut taken = MultiPolygon(Vec::new());
    let mut contests: Vec<Contest<'a>> = Vec::new();
    for (at, district) in around.districts.iter().enumerate() {
        let district = polygons::on_grid(district);
        let own = polygons::difference(&district, &taken);
        taken = polygons::union([&taken, &district]);
        let land = around.study_area.map_or_else(|| own.clone(), |area| polygons::intersection(area, &own));
        contests.push(Contest { land: Some(land), stations: only(Some(at)), roads: Some((roads, Some(at as u32))) });
    }
    if let Some(area) = around.study_area {
        let land = polygons::difference(area, &taken);
        contests.push(Contest { land: Some(land), stations: only(None), roads: Some((roads, None)) });
    }
    contests
}

/// The owner of every lattice point of a rectangle.
fn labels(
    ground: &Land,
    low: geo_types::Coord<f64>,
    high: geo_types::Coord<f64>,
    reached: &Reached,
    owner: impl Fn(usize) -> Option<u32> + Sync,
    nobody: u32,
) -> Labels {
    let ((west, south), (east, north)) = (ground.lattice.cell(low), ground.lattice.cell(high));
    let (first, last) = (Lattice::tile_of(west - 1, south - 1), Lattice::tile_of(east + 2, north + 2));
    let (across, up) = ((last.0 - first.0 + 1) as usize, (last.1 - first.1 + 1) as usize);
    let tiles: Vec<TileId> = (first.1..=last.1).flat_map(|j| (first.0..=last.0).map(move |i| (i, j))).collect();
    let spots = ground.tiles(&tiles);
    let side = TILE as usize;
    let columns = across * side;
    let mut labels = vec![nobody; columns * up * side];
    labels.par_chunks_mut(columns * side).zip(spots.par_chunks(across)).for_each(|(rows, spots)| {
        for (tile, spots) in spots.iter().enumerate() {
            let mut known: (u32, &[Piece], [u32; 2]) = (NONE, &[], [NONE; 2]);
            for (slot, spot) in spots.iter().enumerate() {
                if spot.edge == NONE || f64::from(spot.distance) > ground.reach {
                    continue;
                }
                if spot.edge != known.0 {
                    known = (spot.edge, reached.pieces(spot.edge), ground.ends_of(spot.edge));
                }
                let first = reached.at(known.1, known.2, f64::from(spot.share));
                if let Some(owner) = first.and_then(|(_, origin)| owner(origin)) {
                    rows[slot / side * columns + tile * side + slot % side] = owner;
                }
            }
        }
    });
    Labels {
        lattice: ground.lattice,
        origin: (first.0 * TILE, first.1 * TILE),
        columns,
        rows: up * side,
        of_point: labels,
    }
}

/// Demand of each station and, last, the unreachable.
fn demand_of(times: &TravelTimes, stations: &[Located], around: &Surroundings<'_>) -> Vec<u64> {
    let first = if around.across_districts {
        first_due(times, stations, around.demand)
    } else {
        first_due_within(times, stations, around.demand)
    };
    let mut sums = vec![0u64; stations.len() + 1];
    for (demand, first) in around.demand.iter().zip(first) {
        sums[first.map_or(stations.len(), |first| first.station)] += demand.weight;
    }
    sums
}
