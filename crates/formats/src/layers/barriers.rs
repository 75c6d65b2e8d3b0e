//! `barriers`: what a service area should not cross.

use firesite_model::{Barrier, Read, Severity};

use super::{Definition, Layer, NAME, Property, build, by_kind_name_geometry, raw_or_osm};
use crate::{Error, Source, osm};

const KIND: Property = Property::new("kind", "expressway, railway, river, …").also(&["type", "fclass", "类型"]);
const LAYER: Definition =
    Definition { name: "barriers", properties: &[KIND, NAME], single_points: false, empty: Severity::Warning };

/// Reads barriers: lines or polygons from GeoJSON, or from an OSM extract (motorways as `expressway`, `railway=rail` as
/// `railway`, rivers as `river`).
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_barriers(source: &Source) -> Result<Read<Layer<Barrier>>, Error> {
    let raw = raw_or_osm(source, osm::layers::barriers)?;
    let item = |f: &mut super::Fields<'_>| {
        let kind = f.text(&KIND).unwrap_or_else(|| "other".to_owned());
        let name = f.text(&NAME);
        let geometry = f.geometry(false, true, true)?;
        Some(Barrier { feature: f.feature(), kind, name, geometry })
    };
    let order = |a: &Barrier, b: &Barrier| {
        by_kind_name_geometry((&a.kind, a.name.as_deref(), &a.geometry), (&b.kind, b.name.as_deref(), &b.geometry))
    };
    build(&LAYER, source, raw, item, |_| None, order)
}
