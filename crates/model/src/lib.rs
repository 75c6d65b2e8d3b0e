//! The vocabulary of firesite: units, ids, findings, and the layers of a study.
//!
//! Every other crate speaks in these types. There are no algorithms here and no files: what a road, a station or a
//! demand point *is*, not where it comes from or what is computed from it.
//!
//! Coordinates are WGS84 longitude and latitude in degrees (`geo_types::Coord`, x = longitude, y = latitude).

mod finding;
mod layers;
mod roads;
mod units;

pub use finding::{Code, Finding, FindingCount, Place, Read, Severity, tally};
pub use layers::{
    Barrier, BuildMode, BuiltUp, BuiltUpRole, Candidate, ClassId, Demand, District, Exit, Hazard, Hydrant, MustServe,
    Nature, Station, StationStatus, Town, TownTier, Zone,
};
pub use roads::{
    AccessTags, AccessValue, Arc, ArcGraph, Junction, Oneway, RoadClass, RoadNode, RoadWay, Roads, SpeedLimit, TurnBan,
    TurnRestriction, VehicleLimits,
};
pub use units::{KilometresPerHour, Metres, ResponseTime, SquareMetres, TravelTime, Weight};

pub use geo_types::Coord;
pub use jiff::civil::Date;
