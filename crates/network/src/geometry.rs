//! Lengths and directions on the ground.

use firesite_model::Coord;
use geo::{Distance, Geodesic, Point};

/// Geodesic distance (WGS84), metres.
pub(crate) fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    if a == b { 0.0 } else { Geodesic.distance(Point(a), Point(b)) }
}

/// Usable as a position: finite, longitude within 180°, latitude within 90°.
pub(crate) fn on_earth(position: Coord<f64>) -> bool {
    position.x.is_finite() && position.y.is_finite() && position.x.abs() <= 180.0 && position.y.abs() <= 90.0
}

/// Metres east and north of a centre: good to 1e-4 within kilometres of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    centre: Coord<f64>,
    /// Metres per degree.
    pub(crate) east: f64,
    pub(crate) north: f64,
}

impl Plane {
    /// The plane that touches the WGS84 ellipsoid at `centre`.
    pub(crate) fn at(centre: Coord<f64>) -> Self {
        const A: f64 = 6_378_137.0;
        const E2: f64 = 6.694_379_990_141_316_5e-3;
        let (sin, cos) = centre.y.to_radians().sin_cos();
        let w = 1.0 - E2 * sin * sin;
        let (meridian, normal) = (A * (1.0 - E2) / (w * w.sqrt()), A / w.sqrt());
        Self { centre, east: (normal * cos).max(1e-3).to_radians(), north: meridian.to_radians() }
    }

    pub(crate) fn xy(&self, p: Coord<f64>) -> (f64, f64) {
        ((p.x - self.centre.x) * self.east, (p.y - self.centre.y) * self.north)
    }
}

/// Direction in which a line leaves its first point, looking some metres ahead (the first stub of a junction is often
/// drawn crooked).
pub(crate) fn heading<'a>(mut line: impl Iterator<Item = &'a Coord<f64>>) -> f64 {
    const AHEAD: f64 = 10.0;
    let Some(&start) = line.next() else { return 0.0 };
    let plane = Plane::at(start);
    let (mut at, mut direction) = ((0.0, 0.0), 0.0);
    for &p in line {
        let next = plane.xy(p);
        let step = (next.0 - at.0).hypot(next.1 - at.1);
        let before = at.0.hypot(at.1);
        if next.0.hypot(next.1) >= AHEAD {
            // The point some metres along this step.
            let share = if step > 0.0 { ((AHEAD - before) / step).clamp(0.0, 1.0) } else { 1.0 };
            let ahead = (at.0 + share * (next.0 - at.0), at.1 + share * (next.1 - at.1));
            return ahead.1.atan2(ahead.0);
        }
        direction = next.1.atan2(next.0);
        at = next;
    }
    direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plane_agrees_with_the_geodesic() {
        let a = Coord { x: 112.5, y: 33.0 };
        let b = Coord { x: 112.503, y: 33.002 };
        let (x, y) = Plane::at(a).xy(b);
        assert!((x.hypot(y) / distance(a, b) - 1.0).abs() < 1e-4);
    }
}
