//! What a plan draws: the layers of the main scenario and the table of demand, ready to be written.

use geo_types::{Coord, Geometry, LineString, MultiPolygon};

use crate::plan_json::ComplianceLine;

/// Before the plan, or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// As it stands.
    Before,
    /// With the plan.
    After,
}

impl Phase {
    /// Both, in order.
    pub const BOTH: [Phase; 2] = [Phase::Before, Phase::After];

    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Before => "before",
            Phase::After => "after",
        }
    }
}

/// The layers of one scenario (or of the stations as they stand: phase `before` alone).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapLayers {
    /// `isochrones.geojson`.
    pub isochrones: Vec<IsochroneFeature>,
    /// `service_areas.geojson`.
    pub service_areas: Vec<ServiceAreaFeature>,
    /// `uncovered.geojson`.
    pub uncovered: Vec<UncoveredFeature>,
    /// `roads_by_time.geojson`.
    pub roads_by_time: Vec<RoadFeature>,
    /// `compliance.geojson`: of a plan alone.
    pub compliance: Vec<ComplianceFeature>,
}

/// A line of the compliance with the place that shows it: multipoints, multilines or multipolygons.
#[derive(Clone, Debug, PartialEq)]
pub struct ComplianceFeature {
    /// The line.
    pub line: ComplianceLine,
    /// What shows it: the station, the demand beyond the limit, the service area, the way to the nearest exit, …
    pub geometry: Geometry<f64>,
}

/// Everything reached within a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct IsochroneFeature {
    /// `None`: all stations together.
    pub station_id: Option<String>,
    /// Response time, seconds.
    pub limit_s: f64,
    /// Geodesic.
    pub area_km2: f64,
    /// Phase.
    pub phase: Phase,
    /// Outline.
    pub polygon: MultiPolygon<f64>,
}

/// Where a station is first due.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceAreaFeature {
    /// `None`: land beyond reach.
    pub station_id: Option<String>,
    /// Geodesic.
    pub area_km2: f64,
    /// Its part inside built-up areas.
    pub built_up_km2: f64,
    /// Weight of the demand for which the station is first due.
    pub demand: f64,
    /// Length of the roads for which it is first due.
    pub road_km: f64,
    /// Whether it reaches into another district than its station's.
    pub crosses_district: bool,
    /// Phase.
    pub phase: Phase,
    /// Outline.
    pub polygon: MultiPolygon<f64>,
}

/// A blank spot: uncovered demand that lies together.
#[derive(Clone, Debug, PartialEq)]
pub struct UncoveredFeature {
    /// Id, unique in its phase.
    pub id: String,
    /// Name of the built-up area, town or district.
    pub name: String,
    /// Weight.
    pub demand: f64,
    /// Response time of the nearest station to the nearest of its points; `None`: out of reach.
    pub nearest_s: Option<f64>,
    /// That station.
    pub nearest_station: Option<String>,
    /// Code of the district.
    pub district: Option<String>,
    /// Phase.
    pub phase: Phase,
    /// Outline.
    pub polygon: MultiPolygon<f64>,
}

/// A part of a road with one owner and one band.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadFeature {
    /// Response time at the later end, seconds.
    pub time_s: f64,
    /// First due.
    pub station_id: Option<String>,
    /// Class.
    pub highway: String,
    /// Phase.
    pub phase: Phase,
    /// Line.
    pub line: LineString<f64>,
}

/// `tables/demand.csv`: one row a demand, columns for each scenario and phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DemandTable {
    /// (scenario, phase) in column order; one empty scenario name for the stations as they stand.
    pub columns: Vec<(String, Phase)>,
    /// Rows by id.
    pub rows: Vec<DemandRow>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandRow {
    /// Id.
    pub id: String,
    /// Weight as in the file.
    pub weight: f64,
    /// Kind.
    pub kind: String,
    /// Code of the district.
    pub district: Option<String>,
    /// Id of the built-up area.
    pub built_up: Option<String>,
    /// Position.
    pub position: Coord<f64>,
    /// For each column: first, second and third due station and response time in seconds.
    pub due: Vec<[Option<(String, f64)>; 3]>,
}
