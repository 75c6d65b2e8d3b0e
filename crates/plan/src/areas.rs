//! Which polygon holds a point.

use geo::{BoundingRect, Intersects};
use geo_types::{Coord, Geometry, MultiPolygon, Point, Rect};

/// Polygons with their boxes; a point on an outline is inside.
pub(crate) struct AreaIndex<'a> {
    areas: Vec<(Option<Rect<f64>>, &'a MultiPolygon<f64>)>,
}

impl<'a> AreaIndex<'a> {
    pub(crate) fn new(areas: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> Self {
        Self { areas: areas.into_iter().map(|area| (area.bounding_rect(), area)).collect() }
    }

    /// Positions of the polygons that hold the point, ascending.
    pub(crate) fn holding(&self, point: Coord<f64>) -> impl Iterator<Item = usize> + '_ {
        self.areas
            .iter()
            .enumerate()
            .filter(move |(_, (rect, area))| {
                rect.is_some_and(|r| r.intersects(&point)) && area.intersects(&Point(point))
            })
            .map(|(at, _)| at)
    }

    /// The first of them.
    pub(crate) fn first(&self, point: Coord<f64>) -> Option<usize> {
        self.holding(point).next()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }
}

/// A point of a geometry that stands for it: itself, or a point inside.
pub(crate) fn stands_for(geometry: &Geometry<f64>) -> Option<Coord<f64>> {
    use geo::InteriorPoint;
    geometry.interior_point().map(|p| p.0)
}

/// Metres between two places, on the ellipsoid.
pub(crate) fn metres(a: Coord<f64>, b: Coord<f64>) -> f64 {
    use geo::{Distance, Geodesic};
    Geodesic.distance(Point(a), Point(b))
}

/// Metres from a point to a polygon (0 inside), on a local plane; good to a few per mille within some kilometres.
pub(crate) fn metres_to(point: Coord<f64>, area: &MultiPolygon<f64>) -> f64 {
    use geo::{Distance, Euclidean, MapCoords};
    if area.intersects(&Point(point)) {
        return 0.0;
    }
    let cos = point.y.to_radians().cos();
    let flat = |c: Coord<f64>| Coord { x: (c.x - point.x) * 111_320.0 * cos, y: (c.y - point.y) * 110_950.0 };
    let plane = area.map_coords(flat);
    Euclidean.distance(&Point::new(0.0, 0.0), &plane)
}

/// Metres and bearing (degrees from north, clockwise) from a point to the nearest part of a geometry, on a local plane.
pub(crate) fn metres_and_bearing(point: Coord<f64>, geometry: &Geometry<f64>) -> Option<(f64, f64)> {
    use geo::{Closest, ClosestPoint, MapCoords};
    let cos = point.y.to_radians().cos();
    let flat = |c: Coord<f64>| Coord { x: (c.x - point.x) * 111_320.0 * cos, y: (c.y - point.y) * 110_950.0 };
    let plane = geometry.map_coords(flat);
    match plane.closest_point(&Point::new(0.0, 0.0)) {
        Closest::Intersection(_) => Some((0.0, 0.0)),
        Closest::SinglePoint(p) => Some((p.x().hypot(p.y()), p.x().atan2(p.y()).to_degrees().rem_euclid(360.0))),
        Closest::Indeterminate => None,
    }
}

/// The place so many metres from a point in a direction (degrees from north, clockwise), on the same local plane.
pub(crate) fn from_plane(point: Coord<f64>, metres: f64, bearing: f64) -> Coord<f64> {
    let cos = point.y.to_radians().cos();
    let (sine, cosine) = bearing.to_radians().sin_cos();
    Coord { x: point.x + metres * sine / (111_320.0 * cos), y: point.y + metres * cosine / 110_950.0 }
}
