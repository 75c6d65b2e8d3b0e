//! Roads.

use std::path::Path;

use firesite_model::{Read, Roads};

use crate::read::Format;
use crate::{Error, OsmCounts, Source};

/// A road layer as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoadLayer {
    /// The roads.
    pub roads: Roads,
    /// The file as the user wrote it.
    pub file: String,
    /// The coordinate system it was in.
    pub crs: String,
    /// Roads in the file.
    pub read: usize,
    /// Roads kept.
    pub kept: usize,
    /// Of these, roads that were repaired.
    pub repaired: usize,
    /// Roads left out.
    pub dropped: usize,
    /// What the extract holds in all; `None` for GeoJSON.
    pub osm: Option<OsmCounts>,
}

/// What kind of road file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoadSource {
    /// OSM extract, PBF or XML: [`read_roads`].
    Osm,
    /// GeoJSON lines: [`read_roads`].
    GeoJson,
    /// DIMACS arcs: [`read_dimacs`](crate::read_dimacs).
    Dimacs,
}

/// The kind of a road file, by the end of its name.
pub fn road_source(path: impl AsRef<Path>) -> Option<RoadSource> {
    match crate::read::format(&Source::new(path.as_ref()))? {
        Format::GeoJson => Some(RoadSource::GeoJson),
        Format::Osm(_) => Some(RoadSource::Osm),
        Format::Dimacs => Some(RoadSource::Dimacs),
        Format::Csv => None,
    }
}

/// Reads roads from OSM or GeoJSON.
pub fn read_roads(source: &Source) -> Result<Read<RoadLayer>, Error> {
    Err(source.damaged("not yet", ""))
}
