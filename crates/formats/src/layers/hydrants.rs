//! `hydrants`: hydrants and other water points (消火栓、消防水鹤).

use firesite_model::{Hydrant, Read, Severity};

use super::{Definition, Layer, Property, build, raw_or_osm};
use crate::{Error, Source, osm};

const KIND: Property = Property::new("kind", "hydrant, crane, pond, intake, …").also(&["类型"]);
const WORKING: Property = Property::new("working", "true or false").also(&["完好"]);
const PRESSURE: Property = Property::new("pressure", "a pressure in MPa, not negative").also(&["pressure_mpa", "压力"]);
const LAYER: Definition = Definition {
    name: "hydrants",
    properties: &[KIND, WORKING, PRESSURE],
    single_points: true,
    empty: Severity::Warning,
};

/// Reads hydrants from GeoJSON or CSV points, or from an OSM extract (`emergency=fire_hydrant`, ponds, tanks and suction
/// points).
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_hydrants(source: &Source) -> Result<Read<Layer<Hydrant>>, Error> {
    let raw = raw_or_osm(source, osm::layers::hydrants)?;
    let item = |f: &mut super::Fields<'_>| {
        let kind = f.text(&KIND).unwrap_or_else(|| "hydrant".to_owned());
        let working = f.flag(&WORKING).unwrap_or(true);
        let pressure_mpa = f.amount(&PRESSURE);
        let position = f.point()?;
        Some(Hydrant { feature: f.feature(), kind, working, pressure_mpa, position })
    };
    let order = |a: &Hydrant, b: &Hydrant| {
        a.position.x.total_cmp(&b.position.x).then(a.position.y.total_cmp(&b.position.y)).then(a.kind.cmp(&b.kind))
    };
    build(&LAYER, source, raw, item, |_| None, order)
}
