//! Isochrones: everything that is reached within a limit.

use firesite_model::{Metres, SquareMetres, TravelTime};
use firesite_network::{Snapper, TravelTimes};
use geo_types::MultiPolygon;
use rayon::prelude::*;

use crate::lattice::TileId;
use crate::located::origins;
use crate::reached::Reached;
use crate::sheet::NEVER;
use crate::{Ground, Located, bands, polygons};

/// What one station, or all together, reach within a limit: a disk, not a ring.
#[derive(Clone, Debug, PartialEq)]
pub struct Isochrone {
    /// Position in the list of stations; `None` for all together.
    pub station: Option<usize>,
    /// The limit; includes the station's offset.
    pub limit: TravelTime,
    /// Seven decimals, valid, with holes and islands; empty where nothing is reached.
    pub polygon: MultiPolygon<f64>,
    /// Geodesic area.
    pub area: SquareMetres,
}

/// Isochrones of a lattice made for this one call; see [`Ground::isochrones`].
pub fn isochrones(
    times: &TravelTimes,
    snapper: &Snapper,
    stations: &[Located],
    limits: &[TravelTime],
    resolution: Metres,
) -> Vec<Isochrone> {
    Ground::new(times, snapper, resolution).isochrones(stations, limits)
}

/// Stations whose fields are held in memory at once.
const AT_ONCE: usize = 64;

impl Ground {
    /// For each station, then for all together (`station` is `None`), one polygon per limit, limits ascending.
    ///
    /// A place is inside where the time of its nearest position on the network plus the access leg is within the limit
    /// (exact at the lattice points, so within about one cell of the outline elsewhere), and every reached stretch of
    /// road that a place may be tied to lies inside. Polygons of one station are nested, and those of all together are
    /// contours of the combined field, which differ from the union of the single ones by less than a cell.
    pub fn isochrones(&self, stations: &[Located], limits: &[TravelTime]) -> Vec<Isochrone> {
        let mut limits: Vec<u32> = limits.iter().map(|limit| limit.as_millis().min(NEVER - 1)).collect();
        limits.sort_unstable();
        limits.dedup();
        let mut groups: Vec<(Option<usize>, &[Located])> =
            stations.chunks(1).enumerate().map(|(at, station)| (Some(at), station)).collect();
        groups.push((None, stations));
        let mut found = Vec::with_capacity(groups.len() * limits.len());
        for groups in groups.chunks(AT_ONCE) {
            found.extend(self.some_isochrones(groups, &limits));
        }
        found
    }

    /// All stations together, without the single ones: one polygon per limit, limits ascending.
    pub fn isochrones_together(&self, stations: &[Located], limits: &[TravelTime]) -> Vec<Isochrone> {
        let mut limits: Vec<u32> = limits.iter().map(|limit| limit.as_millis().min(NEVER - 1)).collect();
        limits.sort_unstable();
        limits.dedup();
        self.some_isochrones(&[(None, stations)], &limits)
    }

    fn some_isochrones(&self, groups: &[(Option<usize>, &[Located])], limits: &[u32]) -> Vec<Isochrone> {
        let Some(&longest) = limits.last() else { return Vec::new() };
        // A few cells beyond the last limit, so that its contour lies between known times.
        let pace = if self.land.pace > 0.0 { self.land.pace } else { 240.0 };
        let beyond = longest.saturating_add((4.0 * pace * self.land.lattice.height()) as u32).min(NEVER - 1);
        let reached: Vec<Reached> = groups
            .par_iter()
            .map_init(
                || self.times.search(),
                |search, (_, stations)| {
                    let (origins, _) = origins(stations);
                    Reached::of(&search.run(&origins, Some(TravelTime::millis(beyond))), self.times.network())
                },
            )
            .collect();
        let tiles: Vec<Vec<TileId>> =
            reached.par_iter().map(|reached| self.land.tiles_near(reached, longest)).collect();
        let mut all: Vec<TileId> = tiles.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        self.land.tiles(&all);
        groups
            .par_iter()
            .zip(reached.par_iter())
            .zip(tiles)
            .flat_map_iter(|((&(station, _), reached), tiles)| {
                let polygons = bands::polygons(&self.land.sheet(reached, tiles), limits);
                limits.iter().zip(polygons).map(move |(&limit, polygon)| Isochrone {
                    station,
                    limit: TravelTime::millis(limit),
                    area: polygons::area(&polygon),
                    polygon,
                })
            })
            .collect()
    }
}
