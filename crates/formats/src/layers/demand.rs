//! `demand`: weighted points or cells.

use firesite_model::{Demand, Finding, Read, Severity, Weight};

use super::{DISTRICT, Definition, Layer, Property, build};
use crate::{Error, Source, codes};

const ID: Property = Property::new("id", "a unique id").also(&["编号", "name"]).key();
const WEIGHT: Property = Property::new("weight", "a number that is not negative").also(&["权重"]).required();
const KIND: Property = Property::new("kind", "population, incidents, key_unit, hazard, …").also(&["类型"]);
const LAYER: Definition = Definition {
    name: "demand",
    properties: &[ID, WEIGHT, DISTRICT, KIND],
    single_points: true,
    empty: Severity::Fatal,
};

/// Marks that rasters and statistics use where they have no value (WorldPop, GHSL, GRIDDED and shapefile habits).
const NO_DATA: [f64; 7] = [-99999.0, -9999.0, -999.0, -200.0, -99.0, -32768.0, -1.0];

/// The largest total: weights are counted in thousandths of a unit, exactly, in 63 bits.
const LARGEST_TOTAL: f64 = 9.0e15;

/// Reads demand from GeoJSON or CSV. A cell (Polygon) is represented by a point inside it; of a multi-point every part
/// gets an equal share of the weight.
///
/// # Errors
/// All that is wrong with the layer: weights that are missing, negative or not finite, totals that cannot be summed
/// exactly, ids twice, …
pub fn read_demand(source: &Source) -> Result<Read<Layer<Demand>>, Error> {
    let mut raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        let id = f.id(&ID);
        let weight = weight(f);
        let district = f.text(&DISTRICT);
        let kind = f.text(&KIND).unwrap_or_else(|| "demand".to_owned());
        let position = f.representative_point()?;
        Some(Demand { feature: f.feature(), id, weight: Weight(weight), district, kind, position })
    };
    // The total is judged on the raw weights, so that it is told together with everything else.
    let column = source.columns.get("weight").map_or("weight", String::as_str);
    let total: f64 = raw
        .value
        .features
        .iter()
        .filter_map(|feature| match feature.get(column) {
            Some(crate::Value::Number(number, _)) => Some(*number),
            Some(value) => value.text().and_then(|text| crate::read::csv::number_of(&text, raw.value.decimal_comma)),
            None => None,
        })
        .filter(|number| *number > 0.0)
        .sum();
    if total > LARGEST_TOTAL {
        raw.findings.push(Finding::fatal(
            codes::WEIGHT_SUM,
            source.place().layer("demand").property(column),
            format!("all weights together are {total:e}, beyond what is summed exactly ({LARGEST_TOTAL:e})"),
            "give weights in a larger unit, or look for a value that is not meant",
        ));
    }
    build(&LAYER, source, raw, item, |d| Some(&d.id), |a, b| a.id.cmp(&b.id))
}

fn weight(f: &mut super::Fields<'_>) -> f64 {
    if f.is_empty(&WEIGHT) {
        if f.has(&WEIGHT) {
            let message = "there is no weight".to_owned();
            f.fatal(codes::WEIGHT, Some(&WEIGHT), message, "write 0 where nobody is, or delete the feature".to_owned());
        }
        return 0.0;
    }
    let shown = f.shown(&WEIGHT);
    if ["nan", "\"nan\"", "\"inf\"", "\"-inf\""].contains(&shown.to_lowercase().as_str()) {
        let message = format!("weight {shown} is not finite");
        f.fatal(
            codes::WEIGHT,
            Some(&WEIGHT),
            message,
            "it marks missing data: write 0 or delete the feature".to_owned(),
        );
        return 0.0;
    }
    let Some(weight) = f.number(&WEIGHT) else { return 0.0 };
    if weight < 0.0 {
        let hint = if NO_DATA.contains(&weight) {
            format!("{weight} is a common no-data mark: write 0 or delete the feature")
        } else {
            "write a number that is not negative".to_owned()
        };
        f.fatal(codes::WEIGHT, Some(&WEIGHT), format!("weight {shown} is negative"), hint);
        return 0.0;
    }
    weight / f.part.1.max(1) as f64
}
