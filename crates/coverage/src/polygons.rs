//! Polygons on the grid of seven decimals.
//!
//! Output files keep seven decimals of a degree (1 cm), and a polygon that is valid before rounding is often invalid
//! after it. So every overlay of this crate runs on whole numbers of 10⁻⁷ degrees: what it returns needs no rounding,
//! is valid, has its exterior anticlockwise and its holes clockwise (RFC 7946), and does not depend on input order.
//!
//! Where two edges cross at a place that is no grid point, the crossing moves by less than one unit; a partition must
//! therefore not be cut out piece by piece but come from one arrangement (see [`service_areas`](crate::service_areas)).

use geo::{BoundingRect, GeodesicArea, Orient, orient::Direction};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::i_shape::int::shape::IntContour;

use firesite_model::SquareMetres;

/// Grid units in a degree.
pub const UNITS_PER_DEGREE: f64 = 1e7;

/// A degree value in whole grid units; values beyond the globe and NaN are clamped, so nothing overflows.
pub(crate) fn to_units(degrees: f64) -> i32 {
    // `as` saturates and turns NaN into 0.
    (degrees * UNITS_PER_DEGREE).round().clamp(-1.8e9, 1.8e9) as i32
}

/// The nearest floating-point number to this many units: it prints with at most seven decimals.
pub(crate) fn to_degrees(units: i32) -> f64 {
    f64::from(units) / UNITS_PER_DEGREE
}

/// A ring on the grid, not closed.
pub(crate) type UnitRing = Vec<[i32; 2]>;

/// Rounds to the grid and makes valid: rings that cross themselves are filled, parts that overlap are merged.
///
/// ```
/// use geo_types::{polygon, MultiPolygon};
/// let bow_tie = MultiPolygon(vec![polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 1.0, y: 0.0), (x: 0.0, y: 1.0)]]);
/// let clean = firesite_coverage::polygons::on_grid(&bow_tie);
/// assert_eq!(clean.0.len(), 2);
/// ```
pub fn on_grid(polygon: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    union([polygon])
}

/// Everything that lies in one of them.
pub fn union<'a>(parts: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let parts: Vec<&MultiPolygon<f64>> = parts.into_iter().collect();
    let Some(frame) = Frame::around(parts.iter().copied()) else { return MultiPolygon(Vec::new()) };
    let contours = clean_contours(&frame, &parts);
    frame.overlay(&contours, &[], OverlayRule::Subject, FillRule::NonZero)
}

/// What lies in both.
pub fn intersection(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    binary(a, b, OverlayRule::Intersect)
}

/// What lies in `a` and not in `b`.
pub fn difference(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    binary(a, b, OverlayRule::Difference)
}

fn binary(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>, rule: OverlayRule) -> MultiPolygon<f64> {
    let Some(frame) = Frame::around([a, b]) else { return MultiPolygon(Vec::new()) };
    let (left, right) = (clean_contours(&frame, &[a]), clean_contours(&frame, &[b]));
    frame.overlay(&left, &right, rule, FillRule::NonZero)
}

/// The rings of an arrangement (even-odd), cut by an area; without an area only put together.
pub(crate) fn clip_rings(rings: &[UnitRing], area: Option<&MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let Some(first) = rings.first().and_then(|ring| ring.first()) else { return MultiPolygon(Vec::new()) };
    let frame = Frame { centre: *first };
    let contours: Vec<IntContour> = rings.iter().map(|ring| ring.iter().map(|&p| frame.point(p)).collect()).collect();
    match area {
        None => frame.overlay(&contours, &[], OverlayRule::Subject, FillRule::EvenOdd),
        Some(area) => {
            // Both sides must be sound for one fill rule: the arrangement already is, the area is cleaned first.
            let clip = clean_contours(&frame, &[area]);
            frame.overlay(&contours, &clip, OverlayRule::Intersect, FillRule::EvenOdd)
        }
    }
}

/// Geodesic area on WGS84. Rings may wind either way: a clockwise exterior would otherwise count as the rest of the
/// globe.
///
/// ```
/// use geo_types::{polygon, MultiPolygon};
/// let square = MultiPolygon(vec![polygon![(x: 0.0, y: 0.0), (x: 0.0, y: 0.01), (x: 0.01, y: 0.01), (x: 0.01, y: 0.0)]]);
/// assert!((firesite_coverage::polygons::area(&square).as_km2() - 1.2309).abs() < 1e-3);
/// ```
pub fn area(polygon: &MultiPolygon<f64>) -> SquareMetres {
    // The signed area of a ring below half the globe is right for either winding; the unsigned one is not.
    let ring = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).geodesic_area_signed().abs();
    let parts = polygon.iter().map(|part| ring(part.exterior()) - part.interiors().iter().map(ring).sum::<f64>());
    SquareMetres(parts.sum::<f64>().max(0.0))
}

/// Turns exteriors anticlockwise and holes clockwise.
pub fn wind(polygon: &mut MultiPolygon<f64>) {
    for part in &mut polygon.0 {
        *part = part.orient(Direction::Default);
    }
}

/// Coordinates are handed to the overlay relative to a centre, so that products of differences stay in range.
struct Frame {
    centre: [i32; 2],
}

impl Frame {
    fn around<'a>(parts: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> Option<Self> {
        let mut bounds: Option<(Coord<f64>, Coord<f64>)> = None;
        for rect in parts.into_iter().filter_map(BoundingRect::bounding_rect) {
            let (min, max) = (rect.min(), rect.max());
            bounds = Some(match bounds {
                None => (min, max),
                Some((a, b)) => {
                    (Coord { x: a.x.min(min.x), y: a.y.min(min.y) }, Coord { x: b.x.max(max.x), y: b.y.max(max.y) })
                }
            });
        }
        bounds.map(|(a, b)| Self { centre: [to_units(f64::midpoint(a.x, b.x)), to_units(f64::midpoint(a.y, b.y))] })
    }

    fn point(&self, units: [i32; 2]) -> IntPoint {
        IntPoint { x: units[0].saturating_sub(self.centre[0]), y: units[1].saturating_sub(self.centre[1]) }
    }

    fn contour(&self, ring: &LineString<f64>) -> IntContour {
        let mut points: IntContour = Vec::with_capacity(ring.0.len());
        for c in &ring.0 {
            let p = self.point([to_units(c.x), to_units(c.y)]);
            if points.last() != Some(&p) {
                points.push(p);
            }
        }
        if points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        points
    }

    fn overlay(
        &self,
        left: &[IntContour],
        right: &[IntContour],
        rule: OverlayRule,
        fill: FillRule,
    ) -> MultiPolygon<f64> {
        let shapes = shapes(left, right, rule, fill);
        let mut parts: Vec<Polygon<f64>> = shapes
            .into_iter()
            .filter_map(|shape| {
                let mut rings = shape.into_iter().map(|ring| self.ring(&ring));
                let exterior = rings.next()?;
                let mut holes: Vec<LineString<f64>> = rings.collect();
                holes.sort_by(compare_rings);
                Some(Polygon::new(exterior, holes))
            })
            .collect();
        parts.sort_by(|a, b| compare_rings(a.exterior(), b.exterior()));
        MultiPolygon(parts)
    }

    /// Starts at the smallest point, so that equal rings are equal bytes.
    fn ring(&self, contour: &IntContour) -> LineString<f64> {
        let start = contour.iter().enumerate().min_by_key(|(_, p)| (p.x, p.y)).map_or(0, |(at, _)| at);
        let mut points: Vec<Coord<f64>> = contour[start..]
            .iter()
            .chain(&contour[..start])
            .map(|p| Coord { x: to_degrees(p.x + self.centre[0]), y: to_degrees(p.y + self.centre[1]) })
            .collect();
        if let Some(&first) = points.first() {
            points.push(first);
        }
        LineString(points)
    }
}

fn compare_rings(a: &LineString<f64>, b: &LineString<f64>) -> std::cmp::Ordering {
    let key = |ring: &LineString<f64>| ring.0.first().map_or((0.0, 0.0), |c| (c.x, c.y));
    let ((ax, ay), (bx, by)) = (key(a), key(b));
    ax.total_cmp(&bx).then(ay.total_cmp(&by)).then_with(|| a.0.len().cmp(&b.0.len()))
}

fn shapes(left: &[IntContour], right: &[IntContour], rule: OverlayRule, fill: FillRule) -> Vec<Vec<IntContour>> {
    let count = left.iter().chain(right).map(Vec::len).sum();
    let mut overlay = Overlay::new_custom(count, IntOverlayOptions::ogc(), Solver::default());
    overlay.add_contours(left, ShapeType::Subject);
    overlay.add_contours(right, ShapeType::Clip);
    overlay.overlay(rule, fill)
}

/// Contours whose non-zero fill is the union of the parts, and which do not cross each other (so that even-odd agrees).
fn clean_contours(frame: &Frame, parts: &[&MultiPolygon<f64>]) -> Vec<IntContour> {
    let mut contours = Vec::new();
    for polygon in parts.iter().flat_map(|part| part.iter()) {
        let rings: Vec<IntContour> =
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| frame.contour(ring)).collect();
        // Even-odd within one polygon: holes may wind either way, a bow tie keeps both its wings.
        contours.extend(shapes(&rings, &[], OverlayRule::Subject, FillRule::EvenOdd).into_iter().flatten());
    }
    shapes(&contours, &[], OverlayRule::Subject, FillRule::NonZero).into_iter().flatten().collect()
}
