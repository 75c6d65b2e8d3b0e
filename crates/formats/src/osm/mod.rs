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

pub(crate) mod layers {
    use firesite_model::Read;

    use crate::{Error, RawLayer, Source};
    pub(crate) fn stations(source: &Source) -> Result<Read<RawLayer>, Error> {
        Err(source.damaged("not yet", ""))
    }
    pub(crate) fn built_up(source: &Source) -> Result<Read<RawLayer>, Error> {
        Err(source.damaged("not yet", ""))
    }
    pub(crate) fn barriers(source: &Source) -> Result<Read<RawLayer>, Error> {
        Err(source.damaged("not yet", ""))
    }
    pub(crate) fn hydrants(source: &Source) -> Result<Read<RawLayer>, Error> {
        Err(source.damaged("not yet", ""))
    }
}
