//! `districts`: county-level units (县级单元).

use firesite_model::{District, Read, Severity};

use super::{Definition, Layer, NAME, Property, build};
use crate::{Error, Source};

const CODE: Property = Property::new("code", "a unique code").also(&["id", "adcode", "代码", "行政区划代码"]).key();
const POPULATION: Property = Property::new("population", "a number of residents, not negative").also(&["人口"]);
const LAYER: Definition = Definition {
    name: "districts",
    properties: &[CODE, NAME, POPULATION],
    single_points: false,
    empty: Severity::Warning,
};

/// Reads districts from GeoJSON polygons. A district without a name is called by its code.
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_districts(source: &Source) -> Result<Read<Layer<District>>, Error> {
    let raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        let code = f.id(&CODE);
        let name = f.text(&NAME).unwrap_or_else(|| code.clone());
        let population = f.amount(&POPULATION);
        let outline = f.outline()?;
        Some(District { feature: f.feature(), code, name, population, outline })
    };
    build(&LAYER, source, raw, item, |d| Some(&d.code), |a, b| a.code.cmp(&b.code))
}
