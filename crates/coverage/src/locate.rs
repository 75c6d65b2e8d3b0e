//! Which of many areas holds a position.

use firesite_model::Coord;
use geo::BoundingRect;
use geo_types::MultiPolygon;

/// Finds the first area of a list that holds a position: outlines are cut into slabs of latitude, so that a question looks
/// at the few edges beside it.
#[derive(Clone, Debug, Default)]
pub struct Locator {
    areas: Vec<Slabs>,
}

#[derive(Clone, Debug)]
struct Slabs {
    low: Coord<f64>,
    high: Coord<f64>,
    /// Edges that touch each slab.
    edges: Vec<Vec<[Coord<f64>; 2]>>,
}

impl Locator {
    /// O(edges).
    pub fn new<'a>(areas: impl IntoIterator<Item = &'a MultiPolygon<f64>>) -> Self {
        Self { areas: areas.into_iter().map(Slabs::new).collect() }
    }

    /// The first area that holds the position; on a border it is held by the area to its west or south.
    pub fn first(&self, position: Coord<f64>) -> Option<usize> {
        self.areas.iter().position(|area| area.holds(position))
    }

    /// Whether an area holds the position.
    pub fn holds(&self, area: usize, position: Coord<f64>) -> bool {
        self.areas.get(area).is_some_and(|area| area.holds(position))
    }
}

impl Slabs {
    fn new(area: &MultiPolygon<f64>) -> Self {
        let Some(rect) = area.bounding_rect() else {
            let nowhere = Coord { x: f64::INFINITY, y: f64::INFINITY };
            return Self { low: nowhere, high: nowhere, edges: Vec::new() };
        };
        let edges: Vec<[Coord<f64>; 2]> = area
            .iter()
            .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
            .flat_map(|ring| ring.0.windows(2).map(|pair| [pair[0], pair[1]]))
            .collect();
        let mut slabs =
            Self { low: rect.min(), high: rect.max(), edges: vec![Vec::new(); (edges.len() / 4).clamp(1, 4096)] };
        for edge in edges {
            let (a, b) = (slabs.slab(edge[0].y.min(edge[1].y)), slabs.slab(edge[0].y.max(edge[1].y)));
            for slab in &mut slabs.edges[a..=b] {
                slab.push(edge);
            }
        }
        slabs
    }

    fn slab(&self, y: f64) -> usize {
        let height = self.high.y - self.low.y;
        let part = if height > 0.0 { (y - self.low.y) / height } else { 0.0 };
        ((part * self.edges.len() as f64) as usize).min(self.edges.len().saturating_sub(1))
    }

    /// Even-odd: the edges to the east that the parallel of the position crosses.
    fn holds(&self, p: Coord<f64>) -> bool {
        if !(p.x >= self.low.x && p.x <= self.high.x && p.y >= self.low.y && p.y <= self.high.y) {
            return false;
        }
        let Some(edges) = self.edges.get(self.slab(p.y)) else { return false };
        edges
            .iter()
            .filter(|[a, b]| (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            .count()
            % 2
            == 1
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, polygon};

    use super::*;

    #[test]
    fn finds_the_first_that_holds_it_and_minds_holes() {
        let ring = MultiPolygon(vec![polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 9.0)],
            interiors: [[(x: 3.0, y: 3.0), (x: 6.0, y: 3.0), (x: 6.0, y: 6.0), (x: 3.0, y: 6.0)]],
        )]);
        let middle =
            MultiPolygon(vec![polygon![(x: 2.0, y: 2.0), (x: 7.0, y: 2.0), (x: 7.0, y: 7.0), (x: 2.0, y: 7.0)]]);
        let locator = Locator::new([&ring, &middle]);
        let found = |x, y| locator.first(Coord { x, y });
        assert_eq!(
            [found(1.0, 1.0), found(4.0, 4.0), found(2.5, 4.0), found(10.0, 4.0)],
            [Some(0), Some(1), Some(0), None]
        );
        assert_eq!(found(f64::NAN, 1.0), None);
    }
}
