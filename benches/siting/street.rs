//! A street network to site stations on, from a seed: jittered grid, missing links, arterials, population in Gaussian hills.
//!
//! `street(seed, side, candidates)`: side × side nodes 100 m apart, each moved by up to 30 m; 14 % of the residential links are missing;
//! every 8 to 16 lines an arterial at 50 km/h, the rest 30 km/h; link times × U(0.9, 1.25); the largest component; 12 hills of
//! population with sigma 3 to 12 % of the side on a base of 0.12; integer weights; candidates drawn uniformly from the nodes. A
//! candidate covers what it reaches within 240 s.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use firesite::problem::{Constraint, Instance, Objective, Row, Sense, Site};

/// A small fixed generator: the instance must not change with a library.
pub struct Random(u64);

impl Random {
    /// From a seed.
    #[allow(dead_code, reason = "not every program that shares this file draws figures of its own")]
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> f64 {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in a range.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }
}

/// Maximal covering on a street network: at most `p` of the candidates, the first `existing` of them fixed.
pub fn street(seed: u64, side: usize, candidates: usize, existing: usize, p: i64) -> Instance {
    let mut random = Random(seed.wrapping_mul(1_000_003).wrapping_add(12345));
    let n = side * side;
    let place: Vec<(f64, f64)> = (0..n)
        .map(|v| {
            let (x, y) = ((v % side) as f64, (v / side) as f64);
            (100.0 * x + random.between(-30.0, 30.0), 100.0 * y + random.between(-30.0, 30.0))
        })
        .collect();
    let mut arterial = vec![[false; 2]; side];
    for direction in 0..2 {
        let mut line = random.between(0.0, 12.0) as usize;
        while line < side {
            arterial[line][direction] = true;
            line += random.between(8.0, 17.0) as usize;
        }
    }
    let mut links: Vec<Vec<(u32, u32)>> = vec![Vec::new(); n];
    for v in 0..n {
        let (x, y) = (v % side, v / side);
        for (w, fast) in [(v + 1, arterial[y][0]), (v + side, arterial[x][1])] {
            let inside = if w == v + 1 { x + 1 < side } else { y + 1 < side };
            if !inside || !fast && random.next() < 0.14 {
                continue;
            }
            let length = ((place[v].0 - place[w].0).powi(2) + (place[v].1 - place[w].1).powi(2)).sqrt();
            let speed = if fast { 50.0 } else { 30.0 } / 3.6;
            let time = (1000.0 * length / speed * random.between(0.9, 1.25)).round() as u32;
            links[v].push((w as u32, time));
            links[w].push((v as u32, time));
        }
    }
    let large = largest_component(&links);
    let hills: Vec<(f64, f64, f64, f64)> = (0..12)
        .map(|_| {
            let span = 100.0 * side as f64;
            let (x, y) = (random.between(0.0, span), random.between(0.0, span));
            (x, y, span * random.between(0.03, 0.12), random.between(0.3, 1.0))
        })
        .collect();
    let weight = |v: usize| -> u64 {
        let hill = |&(x, y, sigma, height): &(f64, f64, f64, f64)| {
            height * (-((place[v].0 - x).powi(2) + (place[v].1 - y).powi(2)) / (2.0 * sigma * sigma)).exp()
        };
        (100.0 * (0.12 + hills.iter().map(hill).sum::<f64>())).round().max(1.0) as u64
    };
    let mut sites: Vec<u32> = Vec::new();
    while sites.len() < candidates.min(large.len()) {
        let v = large[(random.next() * large.len() as f64) as usize];
        if !sites.contains(&v) {
            sites.push(v);
        }
    }
    let mut row_of = vec![usize::MAX; n];
    let mut instance = Instance { name: format!("street {seed}"), limit: Some(240_000), ..Instance::default() };
    for &v in &large {
        row_of[v as usize] = instance.rows.len();
        instance.rows.push(Row { weight: weight(v as usize), ..Row::default() });
    }
    for (j, &v) in sites.iter().enumerate() {
        let mut site = Site::new(format!("c{j}"));
        site.fixed = j < existing;
        instance.sites.push(site);
        for (w, time) in within(&links, v, 240_000) {
            instance.rows[row_of[w as usize]].reach.push((j as u32, time));
        }
    }
    for row in &mut instance.rows {
        row.reach.sort_unstable_by_key(|&(j, t)| (t, j));
    }
    instance.constraints.push(Constraint {
        name: "p".into(),
        terms: (0..sites.len() as u32).map(|j| (j, 1)).collect(),
        sense: Sense::AtMost,
        rhs: p,
    });
    instance.levels = vec![Objective::Cover];
    instance
}

fn largest_component(links: &[Vec<(u32, u32)>]) -> Vec<u32> {
    let mut seen = vec![false; links.len()];
    let mut best: Vec<u32> = Vec::new();
    for v in 0..links.len() as u32 {
        if seen[v as usize] {
            continue;
        }
        seen[v as usize] = true;
        let mut part = vec![v];
        let mut next = 0;
        while next < part.len() {
            for &(w, _) in &links[part[next] as usize] {
                if !seen[w as usize] {
                    seen[w as usize] = true;
                    part.push(w);
                }
            }
            next += 1;
        }
        if part.len() > best.len() {
            best = part;
        }
    }
    best.sort_unstable();
    best
}

/// Nodes within a time, with their times.
fn within(links: &[Vec<(u32, u32)>], from: u32, limit: u32) -> Vec<(u32, u32)> {
    let mut time = std::collections::HashMap::from([(from, 0)]);
    let mut heap = BinaryHeap::from([Reverse((0, from))]);
    let mut reached = Vec::new();
    while let Some(Reverse((t, v))) = heap.pop() {
        if time.get(&v).is_some_and(|&best| t > best) {
            continue;
        }
        reached.push((v, t));
        for &(w, length) in &links[v as usize] {
            let next = t + length;
            if next <= limit && time.get(&w).is_none_or(|&best| next < best) {
                time.insert(w, next);
                heap.push(Reverse((next, w)));
            }
        }
    }
    reached
}
