//! External files to and from the layers of a study: readers, writers, coordinate systems. Knows no network.
//!
//! A reader turns bytes into a [`RawLayer`] (geometries, properties, coordinate system); a layer turns a raw layer into
//! typed features and checks every one of them, so that each format gets every layer's checks. OSM extracts and DIMACS
//! graphs, which are more than a layer, have their own way in.
//!
//! ```no_run
//! use firesite_formats::{Source, read_roads, read_stations};
//! let roads = read_roads(&Source::new("town.osm.pbf"))?;
//! let stations = read_stations(&Source::new("stations.csv"))?;
//! for finding in &stations.findings {
//!     eprintln!("{finding}");
//! }
//! assert_eq!(stations.value.read, stations.value.kept + stations.value.dropped);
//! # Ok::<(), firesite_formats::Error>(())
//! ```
//!
//! Every function returns the value with findings for whatever was odd; an [`Error::Input`] means that nothing can be
//! computed from the file, and holds all that is wrong with it, not only the first thing.

pub mod codes;
mod contain;
mod crs;
mod error;
pub mod geojson_out;
mod layers;
mod osm;
mod raw;
mod read;
mod roads;
mod source;
pub mod write;

pub use crs::Crs;
pub use error::Error;
pub use layers::{
    Layer, NamedPoint, read_barriers, read_boundary, read_built_up, read_candidates, read_demand, read_districts,
    read_exits, read_hazards, read_hydrants, read_must_serve, read_points, read_stations, read_towns,
};
pub use osm::OsmCounts;
pub use raw::{RawFeature, RawLayer, Value};
pub use read::dimacs::read_dimacs;
pub use read::read_raw;
pub use roads::{RoadLayer, RoadSource, read_roads, road_source};
pub use source::{Source, content_hash};
