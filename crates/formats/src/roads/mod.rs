//! The road layer: from OSM extracts and from GeoJSON lines, in one canonical order.
//!
//! Nodes are sorted by id (OSM) or position (GeoJSON), ways by id or course, so that neither the container nor the order
//! of features changes any result.

mod from_geojson;
mod from_osm;
mod tags;

use std::path::Path;

use firesite_model::{Finding, Place, Read, Roads, Severity};

use crate::read::Format;
use crate::{Error, OsmCounts, Source, codes};

/// A road layer as it was read: `read = kept + dropped`, counted in features of the file.
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

/// The kind of a road file, by the end of its name; `None` where no reader knows it.
///
/// ```
/// use firesite_formats::{RoadSource, road_source};
/// assert_eq!(road_source("town.osm.bz2"), Some(RoadSource::Osm));
/// assert_eq!(road_source("town.shp"), None);
/// ```
pub fn road_source(path: impl AsRef<Path>) -> Option<RoadSource> {
    match crate::read::format(&Source::new(path.as_ref()))? {
        Format::GeoJson => Some(RoadSource::GeoJson),
        Format::Osm(_) => Some(RoadSource::Osm),
        Format::Dimacs => Some(RoadSource::Dimacs),
        Format::Csv => None,
    }
}

/// Reads roads from an OSM extract (`.osm.pbf`, `.osm`, `.osm.gz`, `.osm.bz2`) or GeoJSON lines with the properties of
/// OSM (`highway`, `oneway`, `maxspeed`, `lanes`, `width`, `maxweight`, `maxheight`, `bridge`, `access`, …).
///
/// Every way that is a road for somebody is kept, ferries and unbuilt roads flagged; the vehicle profile decides. Time
/// and memory are linear in the file (16 bytes per node of an extract, sorted).
///
/// # Errors
/// A file that is cut, damaged or of another kind; no road at all; positions that cannot be used; in GeoJSON any
/// geometry but lines.
pub fn read_roads(source: &Source) -> Result<Read<RoadLayer>, Error> {
    match crate::read::format(source) {
        Some(Format::Osm(format)) => from_osm::read(source, format),
        Some(Format::GeoJson) => from_geojson::read(source),
        Some(Format::Dimacs) => Err(Error::fatal(Finding::fatal(
            codes::FILE_KIND,
            source.place().layer("roads"),
            "a DIMACS graph has no coordinates of its own",
            "give its coordinate file too: coordinates = \"….co\" (--coordinates)",
        ))),
        _ => Err(crate::read::unknown_format(
            source,
            "OSM (.osm.pbf, .osm, .osm.gz, .osm.bz2), GeoJSON (.geojson) or DIMACS (.gr, .gr.gz)",
        )),
    }
}

/// A remark on tags as a finding.
fn remark(place: Place, (code, key, message): tags::Remark) -> Finding {
    let remedy = match code {
        codes::SPEED_UNREADABLE => "write km/h as a number, or with a unit: 20 mph",
        codes::LIMIT_UNREADABLE => "write metres or tonnes as a number, or with a unit",
        codes::VALUE_LIST => "split the road where the value changes",
        _ => "write one of the values of the OSM wiki",
    };
    Finding::new(code, Severity::Warning, place.property(key), message, remedy)
}

/// The error of a layer without roads.
fn no_roads(source: &Source, message: String) -> Finding {
    Finding::fatal(
        codes::NO_ROADS,
        source.place().layer("roads"),
        message,
        "give roads: OSM ways or GeoJSON lines with the property highway",
    )
}
