//! The readers, one file each. A reader turns bytes into geometries, properties and a coordinate system.

pub(crate) mod csv;
pub(crate) mod dimacs;
pub(crate) mod geojson;
pub(crate) mod osm_pbf;
pub(crate) mod osm_xml;
pub(crate) mod packed;
pub(crate) mod positions;

use firesite_model::{Finding, Read, Severity};

use crate::osm::OsmFormat;
use crate::{Error, RawLayer, Source, codes};

/// What reads a file, by the end of its name. A new reader is one file and one line here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    GeoJson,
    Csv,
    Osm(OsmFormat),
    Dimacs,
}

const FORMATS: &[(&str, Format)] = &[
    (".geojson", Format::GeoJson),
    (".json", Format::GeoJson),
    (".csv", Format::Csv),
    (".tsv", Format::Csv),
    (".osm.pbf", Format::Osm(OsmFormat::Pbf)),
    (".pbf", Format::Osm(OsmFormat::Pbf)),
    (".osm", Format::Osm(OsmFormat::Xml)),
    (".osm.xml", Format::Osm(OsmFormat::Xml)),
    (".osm.gz", Format::Osm(OsmFormat::XmlGz)),
    (".osm.bz2", Format::Osm(OsmFormat::XmlBz2)),
    (".gr", Format::Dimacs),
    (".gr.gz", Format::Dimacs),
];

pub(crate) fn format(source: &Source) -> Option<Format> {
    let name = source.lower_name();
    FORMATS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, format)| *format)
}

/// Reads a GeoJSON or CSV file into a raw layer in WGS84.
///
/// # Errors
/// [`Error::Input`] when the file cannot be read, or a position cannot be used.
pub fn read_raw(source: &Source) -> Result<Read<RawLayer>, Error> {
    settled(raw(source)?)
}

/// Like [`read_raw`], but fatal findings about single features stay beside the value, so that a layer can add its own.
pub(crate) fn raw(source: &Source) -> Result<Read<RawLayer>, Error> {
    match format(source) {
        Some(Format::GeoJson) => geojson::read(source),
        Some(Format::Csv) => csv::read(source),
        _ => Err(unknown_format(source, "GeoJSON (.geojson, .json) or CSV (.csv, .tsv)")),
    }
}

/// The error for a file that no reader of this layer knows.
pub(crate) fn unknown_format(source: &Source, wanted: &str) -> Error {
    if let Err(error) = std::fs::metadata(&source.path) {
        return source.unreadable(&crate::source::reason(&error));
    }
    if source.path.is_dir() {
        return source.unreadable("it is a folder");
    }
    Error::fatal(Finding::fatal(
        codes::FILE_KIND,
        source.place(),
        "no reader knows a file of this name here",
        format!(
            "give {wanted}; convert shapefiles, GeoPackage and spreadsheets first (QGIS: Export, Save Features As)"
        ),
    ))
}

/// An error where any finding is fatal.
pub(crate) fn settled<T>(read: Read<T>) -> Result<Read<T>, Error> {
    if read.findings.iter().any(|finding| finding.severity == Severity::Fatal) {
        return Err(Error::Input(read.findings));
    }
    Ok(read)
}
