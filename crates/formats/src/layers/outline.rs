//! Outlines made valid: no crossing, no overlap, outer rings anticlockwise.

use geo::orient::{Direction, Orient};
use geo::{Area, MakeValid, Validation, unary_union};
use geo_types::MultiPolygon;

use crate::contain::contain;

/// The valid outline (`None`: it holds no area) and whether it had to be repaired.
///
/// A self-crossing ring becomes the areas it goes round an odd number of times (a bow tie its two triangles); parts that
/// overlap are joined.
pub(crate) fn valid(polygons: MultiPolygon<f64>) -> (Option<MultiPolygon<f64>>, bool) {
    // Triangulation and overlay meet inputs here that nobody has drawn on purpose; should one defeat them, the outline
    // is refused.
    contain(|| repaired(polygons)).unwrap_or((None, true))
}

fn repaired(polygons: MultiPolygon<f64>) -> (Option<MultiPolygon<f64>>, bool) {
    let sound = polygons.is_valid();
    let fixed = if sound {
        polygons
    } else {
        let mut parts = Vec::new();
        for polygon in polygons {
            if polygon.is_valid() {
                parts.push(polygon);
            } else if let Ok(repaired) = polygon.make_valid() {
                parts.extend(repaired.0);
            }
        }
        let parts = MultiPolygon(parts);
        if parts.is_valid() { parts } else { unary_union(&parts.0) }
    };
    let fixed = fixed.orient(Direction::Default);
    let area = fixed.unsigned_area();
    ((area > 0.0 && area.is_finite()).then_some(fixed), !sound)
}
