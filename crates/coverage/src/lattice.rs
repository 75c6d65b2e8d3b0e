//! A lattice of points at whole grid units, the same for every station, limit and phase of a study.
//!
//! Lattice point (i, j) lies at longitude `i · step_x` and latitude `j · step_y`, counted in units of 10⁻⁷ degrees from
//! (0, 0), not from a corner of the data: two polygons made on one lattice share its lines. Contours meet the lattice
//! lines at whole units too, so they need no rounding afterwards.

use firesite_model::{Coord, Metres};

use crate::polygons::{to_degrees, to_units};

/// Metres in a unit of latitude on the mean sphere.
const METRES_PER_UNIT: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0 / crate::polygons::UNITS_PER_DEGREE;

/// Tiles hold this many lattice points each way.
pub(crate) const TILE: i32 = 32;

/// Number of a tile: column and row.
pub(crate) type TileId = (i32, i32);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lattice {
    /// Units between columns and between rows.
    pub(crate) step: [i32; 2],
}

impl Lattice {
    /// Spacing of about `resolution`, square at this latitude.
    pub(crate) fn new(resolution: Metres, latitude: f64) -> Self {
        let cos = latitude.clamp(-85.0, 85.0).to_radians().cos();
        // Below 64 units a crossing would have too few places to lie; above 0.05 degrees no map is meant.
        let step = |metres_per_unit: f64| (resolution.0 / metres_per_unit).round().clamp(64.0, 500_000.0) as i32;
        Self { step: [step(METRES_PER_UNIT * cos), step(METRES_PER_UNIT)] }
    }

    pub(crate) fn degrees(self, i: i32, j: i32) -> Coord<f64> {
        Coord { x: to_degrees(i.saturating_mul(self.step[0])), y: to_degrees(j.saturating_mul(self.step[1])) }
    }

    /// Column and row of the cell that holds a position; its corners are (i, j) to (i + 1, j + 1).
    pub(crate) fn cell(self, position: Coord<f64>) -> (i32, i32) {
        (to_units(position.x).div_euclid(self.step[0]), to_units(position.y).div_euclid(self.step[1]))
    }

    pub(crate) fn tile_of(i: i32, j: i32) -> TileId {
        (i.div_euclid(TILE), j.div_euclid(TILE))
    }

    /// Place of a lattice point within its tile.
    pub(crate) fn slot(i: i32, j: i32) -> usize {
        (j.rem_euclid(TILE) * TILE + i.rem_euclid(TILE)) as usize
    }

    /// Height of a cell in metres.
    pub(crate) fn height(self) -> f64 {
        f64::from(self.step[1]) * METRES_PER_UNIT
    }
}

/// A plane in metres around a latitude: good to a few centimetres over a tile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    origin: Coord<f64>,
    scale: [f64; 2],
}

impl Plane {
    pub(crate) fn around(origin: Coord<f64>) -> Self {
        let metres_per_degree = METRES_PER_UNIT * crate::polygons::UNITS_PER_DEGREE;
        let cos = origin.y.clamp(-89.0, 89.0).to_radians().cos();
        Self { origin, scale: [metres_per_degree * cos, metres_per_degree] }
    }

    pub(crate) fn xy(self, c: Coord<f64>) -> [f64; 2] {
        [(c.x - self.origin.x) * self.scale[0], (c.y - self.origin.y) * self.scale[1]]
    }

    pub(crate) fn distance(self, a: Coord<f64>, b: Coord<f64>) -> f64 {
        let (a, b) = (self.xy(a), self.xy(b));
        (a[0] - b[0]).hypot(a[1] - b[1])
    }
}

/// Distance from a point to a segment and the share of the segment where it is reached.
pub(crate) fn to_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> (f64, f64) {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    let (ex, ey) = (a[0] + t * dx - p[0], a[1] + t * dy - p[1]);
    ((ex * ex + ey * ey).sqrt(), t)
}
