//! Named points for matrices, nearest stations and isochrones: in file order, `id` or else the position.

use firesite_model::{Coord, Read, Severity};

use super::{Definition, Layer, Property, build};
use crate::{Error, Source};

/// A named point.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedPoint {
    /// The id as written (`07` and `7` are two ids); where there is none, longitude and latitude with seven decimals.
    pub id: String,
    /// WGS84 degrees.
    pub position: Coord<f64>,
    /// 0-based number in the file.
    pub feature: usize,
}

const ID: Property = Property { required: false, ..Property::new("id", "a unique id").also(&["编号"]).key() };
const LAYER: Definition = Definition { name: "points", properties: &[ID], single_points: true, empty: Severity::Fatal };

/// Reads points from GeoJSON (property `id`) or CSV (`id,lon,lat`), in file order.
///
/// # Errors
/// No point at all, two of the same id, positions that cannot be used.
pub fn read_points(source: &Source) -> Result<Read<Layer<NamedPoint>>, Error> {
    let raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        let position = f.point()?;
        let id = f.optional_id(&ID).unwrap_or_else(|| format!("{:.7},{:.7}", position.x, position.y));
        Some(NamedPoint { id, position, feature: f.feature() })
    };
    build(&LAYER, source, raw, item, |point| Some(&point.id), |_, _| std::cmp::Ordering::Equal)
}
