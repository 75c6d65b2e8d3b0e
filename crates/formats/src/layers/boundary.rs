//! The boundary of a study: all polygons of a file as one outline.

use firesite_model::{Read, Severity};
use geo_types::MultiPolygon;

use super::{Definition, Layer, build, valid_outline};
use crate::{Error, Source};

const LAYER: Definition =
    Definition { name: "boundary", properties: &[], single_points: false, empty: Severity::Fatal };

/// Reads the polygons of a file as one valid outline: `items` holds exactly one.
///
/// # Errors
/// All that is wrong with the file.
pub fn read_boundary(source: &Source) -> Result<Read<Layer<MultiPolygon<f64>>>, Error> {
    let raw = crate::read::raw(source)?;
    let order = |a: &MultiPolygon<f64>, b: &MultiPolygon<f64>| super::by_geometry(&a.clone().into(), &b.clone().into());
    let item = |f: &mut super::Fields<'_>| {
        let outline = f.outline()?;
        Some(outline)
    };
    let mut read = build(&LAYER, source, raw, item, |_| None, order)?;
    let all = MultiPolygon(read.value.items.drain(..).flat_map(|outline| outline.0).collect());
    read.value.items.extend(valid_outline(all).0);
    Ok(read)
}
