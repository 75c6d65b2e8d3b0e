//! Isochrones, service areas and coverage measures.

mod bands;
mod blank_spots;
mod ground;
mod hollow_core;
mod isochrones;
mod lattice;
mod locate;
mod located;
mod measures;
mod partition;
pub mod polygons;
mod reached;
mod roads;
mod service_areas;
mod sheet;
mod sleeve;

pub use blank_spots::{BlankSpot, BlankSpotOptions, blank_spots};
pub use ground::Ground;
pub use hollow_core::{HollowCore, centroid, hollow_core, inner_half};
pub use isochrones::{Isochrone, isochrones};
pub use locate::Locator;
pub use located::{DemandPlace, FirstDue, Located, first_due, first_due_within};
pub use measures::CoverageMeasures;
pub use roads::{RoadAreas, RoadByTime, RoadLength, road_lengths, roads_by_time};
pub use service_areas::{ServiceArea, Surroundings, service_area_resolution, service_areas};
