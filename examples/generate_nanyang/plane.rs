//! A plane in metres that keeps areas (sinusoidal), positions in millionths of a degree, and a little geometry.

/// Metres east and north of the middle of the prefecture.
pub type Point = [f64; 2];
/// Longitude and latitude in millionths of a degree (0.1 m): roads meet where these are equal.
pub type Micro = (i32, i32);

const LON0: f64 = 112.4;
const LAT0: f64 = 32.95;
const PER_LAT: f64 = 110_905.0;

fn per_lon(lat: f64) -> f64 {
    let phi = lat.to_radians();
    111_412.84 * phi.cos() - 93.5 * (3.0 * phi).cos()
}

/// Degrees to metres.
pub fn point(lon: f64, lat: f64) -> Point {
    [(lon - LON0) * per_lon(lat), (lat - LAT0) * PER_LAT]
}

/// Metres to millionths of a degree.
pub fn micro(p: Point) -> Micro {
    let lat = LAT0 + p[1] / PER_LAT;
    let lon = LON0 + p[0] / per_lon(lat);
    ((lon * 1e6).round() as i32, (lat * 1e6).round() as i32)
}

/// Millionths of a degree to metres.
pub fn unmicro(m: Micro) -> Point {
    point(f64::from(m.0) / 1e6, f64::from(m.1) / 1e6)
}

/// Distance.
pub fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// a + t (b − a).
pub fn along(a: Point, b: Point, t: f64) -> Point {
    [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

/// Share along a–b of the point nearest to p, in [0, 1].
pub fn nearest_share(a: Point, b: Point, p: Point) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let square = dx * dx + dy * dy;
    if square == 0.0 { 0.0 } else { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square).clamp(0.0, 1.0) }
}

/// Where two segments cross: shares along the first and the second.
pub fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<(f64, f64)> {
    let (r, s) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let cross = r[0] * s[1] - r[1] * s[0];
    if cross == 0.0 {
        return None;
    }
    let (qx, qy) = (c[0] - a[0], c[1] - a[1]);
    let (t, u) = ((qx * s[1] - qy * s[0]) / cross, (qx * r[1] - qy * r[0]) / cross);
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some((t, u))
}

/// Rings of one or more polygons with holes; inside by the even-odd rule.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Exterior rings counter-clockwise, each followed by its holes clockwise; not closed.
    pub polygons: Vec<Vec<Vec<Micro>>>,
    rings: Vec<Vec<Point>>,
}

impl Shape {
    /// Groups rings (exteriors counter-clockwise, holes clockwise) to polygons.
    pub fn of_rings(mut rings: Vec<Vec<Micro>>) -> Self {
        for ring in &mut rings {
            // Start at the least vertex, so that the order of making does not show.
            let least = (0..ring.len()).min_by_key(|&i| ring[i]).unwrap_or(0);
            ring.rotate_left(least);
        }
        rings.sort();
        let points: Vec<Vec<Point>> = rings.iter().map(|r| r.iter().map(|&m| unmicro(m)).collect()).collect();
        let outer: Vec<usize> = (0..rings.len()).filter(|&i| ring_area(&points[i]) > 0.0).collect();
        let mut polygons: Vec<Vec<Vec<Micro>>> = outer.iter().map(|&i| vec![rings[i].clone()]).collect();
        for hole in (0..rings.len()).filter(|i| !outer.contains(i)) {
            let inside = along(points[hole][0], points[hole][1], 0.5);
            let holder = (0..outer.len())
                .filter(|&k| in_ring(&points[outer[k]], inside))
                .min_by(|&a, &b| ring_area(&points[outer[a]]).total_cmp(&ring_area(&points[outer[b]])));
            if let Some(k) = holder {
                polygons[k].push(rings[hole].clone());
            }
        }
        Self { polygons, rings: points }
    }

    /// Whether a point lies inside.
    pub fn contains(&self, p: Point) -> bool {
        self.rings.iter().filter(|r| in_ring(r, p)).count() % 2 == 1
    }

    /// Whether the point and the four points this far from it lie inside.
    pub fn contains_widely(&self, p: Point, margin: f64) -> bool {
        [[0.0, 0.0], [margin, 0.0], [-margin, 0.0], [0.0, margin], [0.0, -margin]]
            .iter()
            .all(|d| self.contains([p[0] + d[0], p[1] + d[1]]))
    }

    /// Square metres.
    pub fn area(&self) -> f64 {
        self.rings.iter().map(|r| ring_area(r)).sum()
    }

    /// Least and greatest corner.
    pub fn bounds(&self) -> (Point, Point) {
        let all = || self.rings.iter().flatten();
        let least = all().fold([f64::INFINITY; 2], |m, p| [m[0].min(p[0]), m[1].min(p[1])]);
        let most = all().fold([f64::NEG_INFINITY; 2], |m, p| [m[0].max(p[0]), m[1].max(p[1])]);
        (least, most)
    }
}

fn ring_area(ring: &[Point]) -> f64 {
    (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()])).map(|(a, b)| (a[0] * b[1] - b[0] * a[1]) / 2.0).sum()
}

fn in_ring(ring: &[Point], p: Point) -> bool {
    let mut inside = false;
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) {
            inside = !inside;
        }
    }
    inside
}
