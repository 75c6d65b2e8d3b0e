//! A generated city, for benches and tests: no real place, stated rules, one seed.
//!
//! A perturbed grid of streets 100 m apart. Every 16th line is a trunk road (60 km/h), every 8th a primary (50), every 4th
//! a tertiary (40), the rest are local streets (30), of which a quarter is removed and a sixth is one-way. Two rivers wind across; only trunk
//! and primary roads bridge them. What remains strongly connected and largest is the city: about 3.1 arcs a node.

use std::f64::consts::TAU;

use firesite_model::{Arc, ArcGraph, Coord, KilometresPerHour, Metres, TravelTime};

use crate::{Error, RoadNetwork};

/// SplitMix64 (Steele, Lea, Flood 2014): fixed, so that the city is the same everywhere.
#[derive(Clone, Debug)]
pub struct SplitMix(pub u64);

impl SplitMix {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number from 0 to below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n.max(1)
    }
}

const BLOCK_M: f64 = 100.0;
/// At 33° north.
const METRES_PER_DEGREE: (f64, f64) = (93_453.0, 110_904.0);

/// A city of about so many nodes (a few per cent fewer), as plain arcs.
///
/// ```
/// use firesite_network::RoadNetwork;
/// let city = firesite_network::generate::city(2_000, 7)?;
/// let summary = RoadNetwork::from_arcs(&city)?.value.summary();
/// assert_eq!(summary.components, 1);
/// assert!(summary.nodes > 1_700 && summary.arcs > 5 * summary.nodes / 2);
/// # Ok::<(), firesite_network::Error>(())
/// ```
pub fn city(nodes: usize, seed: u64) -> Result<ArcGraph, Error> {
    let side = ((nodes as f64).sqrt().ceil() as usize).max(4);
    let mut random = SplitMix(seed);
    let mut metres: Vec<(f64, f64)> = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let mut jitter = || (random.share() - 0.5) * 0.6 * BLOCK_M;
            metres.push((x as f64 * BLOCK_M + jitter(), y as f64 * BLOCK_M + jitter()));
        }
    }
    let extent = side as f64 * BLOCK_M;
    let river = |along: f64| extent * (0.45 + 0.12 * (TAU * along / extent * 1.5).sin());
    let speed_of_line = |line: usize| match line {
        l if l % 16 == 0 => 60.0,
        l if l % 8 == 0 => 50.0,
        l if l % 4 == 0 => 40.0,
        _ => 30.0,
    };
    let mut arcs = Vec::with_capacity(side * side * 4);
    for y in 0..side {
        for x in 0..side {
            for (dx, dy) in [(1, 0), (0, 1)] {
                // The draws come first, so that one rule does not change what another one hits.
                let (removed, one_way, bend) = (random.share(), random.share(), random.share());
                if x + dx >= side || y + dy >= side {
                    continue;
                }
                let line = if dx == 1 { y } else { x };
                let (speed, local) = (speed_of_line(line), line % 4 != 0);
                let (a, b) = (y * side + x, (y + dy) * side + x + dx);
                let (p, q) = (metres[a], metres[b]);
                let crosses = (p.1 < river(p.0)) != (q.1 < river(q.0)) || (p.0 < river(p.1)) != (q.0 < river(q.1));
                if (local && removed < 0.24) || (crosses && line % 8 != 0) {
                    continue;
                }
                let length = Metres((p.0 - q.0).hypot(p.1 - q.1) * (1.0 + 0.15 * bend));
                let time = KilometresPerHour(speed).time(length);
                let arc = |from: usize, to: usize| Arc { from: from as u32, to: to as u32, time };
                if !(local && (0.08..0.16).contains(&one_way)) {
                    arcs.push(arc(a, b));
                }
                if !(local && one_way < 0.08) {
                    arcs.push(arc(b, a));
                }
            }
        }
    }
    let position = |p: &(f64, f64)| Coord { x: 112.0 + p.0 / METRES_PER_DEGREE.0, y: 32.0 + p.1 / METRES_PER_DEGREE.1 };
    largest_part(&ArcGraph { positions: metres.iter().map(position).collect(), arcs })
}

/// The largest strongly connected part of a graph, nodes in their old order.
pub fn largest_part(graph: &ArcGraph) -> Result<ArcGraph, Error> {
    let network = RoadNetwork::from_arcs(graph)?.value;
    let component = &network.0.components.of_node;
    let mut size = vec![0usize; network.0.components.strong_count];
    for &c in component {
        size[c as usize] += 1;
    }
    let largest = (0..size.len()).rev().max_by_key(|&c| size[c]).unwrap_or(0) as u32;
    let mut new = vec![None; graph.positions.len()];
    let mut positions = Vec::new();
    for (old, p) in graph.positions.iter().enumerate() {
        if component[network.0.node_of[old] as usize] == largest {
            new[old] = Some(positions.len() as u32);
            positions.push(*p);
        }
    }
    let place = |v: u32| new.get(v as usize).copied().flatten();
    let arcs = (graph.arcs.iter())
        .filter_map(|arc| Some(Arc { from: place(arc.from)?, to: place(arc.to)?, time: arc.time }))
        .collect();
    Ok(ArcGraph { positions, arcs })
}

/// The same graph with every time replaced: `f` sees the arc's number and its time.
pub fn with_times(graph: &ArcGraph, mut f: impl FnMut(usize, TravelTime) -> TravelTime) -> ArcGraph {
    let arcs = graph.arcs.iter().enumerate().map(|(i, a)| Arc { time: f(i, a.time), ..*a }).collect();
    ArcGraph { positions: graph.positions.clone(), arcs }
}
