//! OSM.

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
