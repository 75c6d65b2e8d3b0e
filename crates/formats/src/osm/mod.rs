//! OpenStreetMap extracts: one stream of nodes, ways and relations, whatever the container.
//!
//! PBF and XML of the same data give the same values: coordinates are taken in whole 10⁻⁷ degrees from both.

mod areas;
pub(crate) mod layers;

use firesite_model::{Finding, Severity};

use crate::read::packed::{self, Packing};
use crate::read::{osm_pbf, osm_xml};
use crate::{Error, Source, codes};

/// The container of an OSM extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OsmFormat {
    Pbf,
    Xml,
    XmlGz,
    XmlBz2,
}

/// What an OSM extract holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OsmCounts {
    /// Nodes.
    pub nodes: usize,
    /// Ways.
    pub ways: usize,
    /// Ways with a `highway` tag.
    pub highway_ways: usize,
    /// Relations.
    pub relations: usize,
}

/// The tags of one element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tags<'a>(pub(crate) &'a [(&'a str, &'a str)]);

impl<'a> Tags<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, value)| *value)
    }

    pub(crate) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }
}

/// What a member of a relation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Node,
    Way,
    Relation,
}

/// A member of a relation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) kind: MemberKind,
    pub(crate) id: i64,
    pub(crate) role: String,
}

/// Takes the elements of an extract in file order. Coordinates are in 10⁻⁷ degrees.
pub(crate) trait Sink {
    fn node(&mut self, id: i64, lon: i64, lat: i64, tags: Tags<'_>);
    fn way(&mut self, id: i64, refs: &[i64], tags: Tags<'_>);
    fn relation(&mut self, id: i64, members: &[Member], tags: Tags<'_>);
}

/// Counts what passes by on its way to a sink.
pub(crate) struct Counted<'a, S> {
    pub(crate) sink: &'a mut S,
    pub(crate) counts: OsmCounts,
    /// Elements marked as deleted, which did not pass.
    pub(crate) deleted: usize,
}

impl<S: Sink> Sink for Counted<'_, S> {
    fn node(&mut self, id: i64, lon: i64, lat: i64, tags: Tags<'_>) {
        self.counts.nodes += 1;
        self.sink.node(id, lon, lat, tags);
    }

    fn way(&mut self, id: i64, refs: &[i64], tags: Tags<'_>) {
        self.counts.ways += 1;
        self.counts.highway_ways += usize::from(tags.get("highway").is_some());
        self.sink.way(id, refs, tags);
    }

    fn relation(&mut self, id: i64, members: &[Member], tags: Tags<'_>) {
        self.counts.relations += 1;
        self.sink.relation(id, members, tags);
    }
}

/// Sends all elements of a file to a sink.
pub(crate) fn stream<S: Sink>(
    source: &Source,
    format: OsmFormat,
    sink: &mut S,
    findings: &mut Vec<Finding>,
) -> Result<OsmCounts, Error> {
    let mut counted = Counted { sink, counts: OsmCounts::default(), deleted: 0 };
    let packing = match format {
        OsmFormat::Pbf | OsmFormat::Xml => Packing::Plain,
        OsmFormat::XmlGz => Packing::Gzip,
        OsmFormat::XmlBz2 => Packing::Bzip2,
    };
    let reader = packed::open(source, packing)?;
    match format {
        OsmFormat::Pbf => osm_pbf::read(source, reader, &mut counted)?,
        _ => osm_xml::read(source, reader, &mut counted)?,
    }
    if counted.deleted > 0 {
        findings.push(Finding::new(
            codes::ELEMENT_DELETED,
            Severity::Dropped,
            source.place(),
            format!("{} elements are marked as deleted and were left out", counted.deleted),
            "save the file without them",
        ));
    }
    Ok(counted.counts)
}

/// The places of nodes, by id. Positions in whole 10⁻⁷ degrees; 16 bytes a node.
#[derive(Default)]
pub(crate) struct Places {
    nodes: Vec<(i64, i32, i32)>,
    sorted: bool,
}

/// No latitude or longitude in 10⁻⁷ degrees: a value that does not fit.
const NOWHERE: i32 = i32::MAX;

impl Places {
    pub(crate) fn push(&mut self, id: i64, lon: i64, lat: i64) {
        self.sorted = false;
        self.nodes.push((id, i32::try_from(lon).unwrap_or(NOWHERE), i32::try_from(lat).unwrap_or(NOWHERE)));
    }

    /// Sorts by id; of two nodes of one id the first of the file stays. Returns how many went.
    pub(crate) fn sort(&mut self) -> usize {
        if !self.nodes.is_sorted_by_key(|node| node.0) {
            self.nodes.sort_by_key(|node| node.0);
        }
        let before = self.nodes.len();
        self.nodes.dedup_by_key(|node| node.0);
        self.sorted = true;
        before - self.nodes.len()
    }

    /// The place of a node in 10⁻⁷ degrees.
    pub(crate) fn get(&self, id: i64) -> Option<(i32, i32)> {
        debug_assert!(self.sorted);
        let at = self.nodes.binary_search_by_key(&id, |node| node.0).ok()?;
        self.nodes.get(at).map(|node| (node.1, node.2))
    }
}

/// Degrees of 10⁻⁷ degrees.
pub(crate) fn degrees((lon, lat): (i32, i32)) -> geo_types::Coord<f64> {
    geo_types::Coord { x: f64::from(lon) / 1e7, y: f64::from(lat) / 1e7 }
}
