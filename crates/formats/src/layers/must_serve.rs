//! `must_serve`: zones with their own target.

use firesite_model::{MustServe, Read, Severity};
use geo_types::Geometry;

use super::{Definition, Layer, NAME, Property, build, by_kind_name_geometry};
use crate::{Error, Source, codes};

const TARGET: Property = Property::new("target", "a share from 0 to 1").required();
const LAYER: Definition =
    Definition { name: "must_serve", properties: &[TARGET, NAME], single_points: false, empty: Severity::Warning };

/// Reads zones with a target from GeoJSON polygons.
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_must_serve(source: &Source) -> Result<Read<Layer<MustServe>>, Error> {
    let raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        if f.is_empty(&TARGET) {
            f.required_text(&TARGET);
        }
        let target = f.amount(&TARGET).unwrap_or_default();
        if target > 1.0 {
            let message = format!("{} is no share from 0 to 1", f.shown(&TARGET));
            f.fatal(codes::PROPERTY_VALUE, Some(&TARGET), message, "write 0.95 for 95 %".to_owned());
        }
        let name = f.text(&NAME);
        let outline = f.outline()?;
        Some(MustServe { feature: f.feature(), target, name, outline })
    };
    let order = |a: &MustServe, b: &MustServe| {
        let (left, right) = (Geometry::MultiPolygon(a.outline.clone()), Geometry::MultiPolygon(b.outline.clone()));
        let key = |m: &MustServe| format!("{:.12}", m.target);
        by_kind_name_geometry((&key(a), a.name.as_deref(), &left), (&key(b), b.name.as_deref(), &right))
    };
    build(&LAYER, source, raw, item, |_| None, order)
}
