//! An order of places that depends on nothing but where they are.

use std::cmp::Ordering;

use firesite_model::Coord;

/// Positions along a Hilbert curve over the bounding box of some places: near on the curve is near on the ground.
///
/// Source: the iterative form of Hilbert (1891) as in Warren, Hacker's Delight, ch. 16.
pub(crate) struct Curve {
    min: Coord<f64>,
    scale: f64,
}

const BITS: u32 = 24;

impl Curve {
    /// The curve over these places.
    pub(crate) fn over(places: impl Iterator<Item = Coord<f64>>) -> Self {
        let (mut min, mut max) = (Coord { x: f64::MAX, y: f64::MAX }, Coord { x: f64::MIN, y: f64::MIN });
        for p in places {
            min = Coord { x: min.x.min(p.x), y: min.y.min(p.y) };
            max = Coord { x: max.x.max(p.x), y: max.y.max(p.y) };
        }
        let side = (max.x - min.x).max(max.y - min.y);
        let scale = if side > 0.0 { f64::from((1u32 << BITS) - 1) / side } else { 0.0 };
        Self { min, scale }
    }

    /// Where a place lies on the curve.
    pub(crate) fn index(&self, p: Coord<f64>) -> u64 {
        let mut x = ((p.x - self.min.x) * self.scale) as u32;
        let mut y = ((p.y - self.min.y) * self.scale) as u32;
        let (mut d, mut s) = (0u64, 1u32 << (BITS - 1));
        while s > 0 {
            let (rx, ry) = (u32::from(x & s > 0), u32::from(y & s > 0));
            d += u64::from(s) * u64::from(s) * u64::from((3 * rx) ^ ry);
            if ry == 0 {
                if rx == 1 {
                    (x, y) = (!x, !y);
                }
                std::mem::swap(&mut x, &mut y);
            }
            s /= 2;
        }
        d
    }
}

/// Total order of coordinates.
pub(crate) fn by_place(a: Coord<f64>, b: Coord<f64>) -> Ordering {
    a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
}

/// Total order of lines, point by point.
pub(crate) fn by_line(a: &[Coord<f64>], b: &[Coord<f64>]) -> Ordering {
    let points = a.iter().zip(b).map(|(p, q)| by_place(*p, *q)).find(|o| o.is_ne());
    points.unwrap_or_else(|| a.len().cmp(&b.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_visits_neighbours_in_turn() {
        // On the coarsest grid that shows it, successive cells touch.
        let side = 16;
        let middles = || (0..side).flat_map(|x| (0..side).map(move |y| (x, y)));
        let corners = [Coord { x: 0.0, y: 0.0 }, Coord { x: 16.0, y: 16.0 }];
        let curve = Curve::over(corners.into_iter());
        let place = |(x, y): (i32, i32)| Coord { x: f64::from(x) + 0.5, y: f64::from(y) + 0.5 };
        let mut cells: Vec<(u64, i32, i32)> = middles().map(|c| (curve.index(place(c)), c.0, c.1)).collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            let ((_, ax, ay), (_, bx, by)) = (pair[0], pair[1]);
            assert_eq!((ax - bx).abs() + (ay - by).abs(), 1);
        }
    }
}
