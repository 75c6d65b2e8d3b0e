//! Maximal covering in a square, from a seed: 100 sites and any number of points, uniform in 30 × 30, weights 1 to 100, covered
//! strictly within the radius (the recipe of Cordeau, Furini and Ljubic 2019 with another generator of random numbers).

use firesite::problem::planar::{Edge, Place, WeightedPlace, rows};
use firesite::problem::{Constraint, Instance, Objective, Row, Sense, Site};

/// Millionths, as the published files have them.
const UNIT: f64 = 1e6;

/// Sites and points.
pub struct Square {
    seed: u64,
    sites: Vec<Place>,
    points: Vec<WeightedPlace>,
}

impl Square {
    /// The points of a seed.
    pub fn new(seed: u64, points: usize) -> Self {
        let mut state = seed;
        let mut random = move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        };
        let place = |random: &mut dyn FnMut() -> f64| {
            let mut along = || (30.0 * UNIT * random()) as i64;
            Place { x: along(), y: along() }
        };
        let sites = (0..100).map(|_| place(&mut random)).collect();
        let point = |_| WeightedPlace { place: place(&mut random), weight: 1 + (100.0 * random()) as u32 };
        Square { seed, sites, points: (0..points).map(point).collect() }
    }

    /// The instance with one row per point, as a file would give it.
    pub fn plain(&self, radius: f64, p: i64) -> Instance {
        let radius = (radius * UNIT) as i64;
        let row = |point: &WeightedPlace| {
            let near = |s: &Place| (s.x - point.place.x).pow(2) + (s.y - point.place.y).pow(2) < radius.pow(2);
            let reach = (0..self.sites.len()).filter(|&j| near(&self.sites[j])).map(|j| (j as u32, 0)).collect();
            Row { weight: u64::from(point.weight), reach, ..Row::default() }
        };
        self.of(self.points.iter().map(row).collect(), p)
    }

    /// The instance with one row for each way of being covered.
    pub fn merged(&self, radius: f64, p: i64) -> Instance {
        let rows = rows(&self.sites, &self.points, (radius * UNIT) as i64, Edge::Strict).expect("a small square");
        self.of(rows, p)
    }

    fn of(&self, rows: Vec<Row>, p: i64) -> Instance {
        let mut instance = Instance { name: format!("square {}", self.seed), rows, ..Instance::default() };
        instance.sites = (0..self.sites.len()).map(|j| Site::new(format!("s{j}"))).collect();
        let terms = (0..self.sites.len() as u32).map(|j| (j, 1)).collect();
        instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: p });
        instance.levels = vec![Objective::Cover];
        instance
    }
}
