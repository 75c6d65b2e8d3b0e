//! Maximal covering in a square, from a seed: 100 sites and any number of points, uniform in 30 × 30, weights 1 to 100, covered
//! strictly within the radius (the recipe of Cordeau, Furini and Ljubic 2019 with another generator of random numbers).

use firesite::problem::{Constraint, Instance, Objective, Row, Sense, Site};

/// The instance.
pub fn square(seed: u64, points: usize, radius: f64, p: i64) -> Instance {
    let mut state = seed;
    let mut random = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    let sites: Vec<(f64, f64)> = (0..100).map(|_| (30.0 * random(), 30.0 * random())).collect();
    let mut instance = Instance { name: format!("square {seed}"), ..Instance::default() };
    instance.sites = (0..sites.len()).map(|j| Site::new(format!("s{j}"))).collect();
    for _ in 0..points {
        let (x, y) = (30.0 * random(), 30.0 * random());
        let weight = 1 + (100.0 * random()) as u64;
        let near = |&(_, &(a, b)): &(usize, &(f64, f64))| (a - x).powi(2) + (b - y).powi(2) < radius * radius;
        let reach = sites.iter().enumerate().filter(near).map(|(j, _)| (j as u32, 0)).collect();
        instance.rows.push(Row { weight, reach, ..Row::default() });
    }
    let terms = (0..sites.len() as u32).map(|j| (j, 1)).collect();
    instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: p });
    instance.levels = vec![Objective::Cover];
    instance
}
