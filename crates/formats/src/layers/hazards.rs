//! `hazards`: hazardous sites (危险品场所).

use firesite_model::{Hazard, Read, Severity};

use super::{Definition, Layer, NAME, Property, build, by_kind_name_geometry};
use crate::{Error, Source};

const KIND: Property = Property::new("kind", "a word such as fuel_depot").also(&["type", "fclass", "类型"]);
const LAYER: Definition =
    Definition { name: "hazards", properties: &[KIND, NAME], single_points: true, empty: Severity::Warning };

/// Reads hazards: points or polygons.
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_hazards(source: &Source) -> Result<Read<Layer<Hazard>>, Error> {
    let raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        let kind = f.text(&KIND).unwrap_or_else(|| "other".to_owned());
        let name = f.text(&NAME);
        let geometry = f.geometry(true, false, true)?;
        Some(Hazard { feature: f.feature(), kind, name, geometry })
    };
    let order = |a: &Hazard, b: &Hazard| {
        by_kind_name_geometry((&a.kind, a.name.as_deref(), &a.geometry), (&b.kind, b.name.as_deref(), &b.geometry))
    };
    build(&LAYER, source, raw, item, |_| None, order)
}
