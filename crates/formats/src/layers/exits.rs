//! `exits`: main evacuation exits (主要疏散出口).

use firesite_model::{Exit, Read, Severity};

use super::{Definition, Layer, NAME, Property, build, by_kind_name_geometry};
use crate::{Error, Source};

const KIND: Property = Property::new("kind", "hospital, school, theatre, …").also(&["type", "fclass", "类型"]);
const LAYER: Definition =
    Definition { name: "exits", properties: &[KIND, NAME], single_points: true, empty: Severity::Warning };

/// Reads exits: points or polygons.
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_exits(source: &Source) -> Result<Read<Layer<Exit>>, Error> {
    let raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        let kind = f.text(&KIND).unwrap_or_else(|| "other".to_owned());
        let name = f.text(&NAME);
        let geometry = f.geometry(true, false, true)?;
        Some(Exit { feature: f.feature(), kind, name, geometry })
    };
    let order = |a: &Exit, b: &Exit| {
        by_kind_name_geometry((&a.kind, a.name.as_deref(), &a.geometry), (&b.kind, b.name.as_deref(), &b.geometry))
    };
    build(&LAYER, source, raw, item, |_| None, order)
}
