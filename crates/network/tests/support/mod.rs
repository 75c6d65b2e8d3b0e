//! Random networks with stated seeds.
#![allow(dead_code, unreachable_pub)]

use firesite_model::{
    AccessTags, Arc, ArcGraph, Coord, Junction, Oneway, RoadClass, RoadNode, RoadWay, Roads, SpeedLimit, TravelTime,
    TurnBan, TurnRestriction, VehicleLimits,
};

/// A profile of the classes of [`roads`], turns free.
pub const SPEEDS: &str = "name = 'turns'
[speed_kmh]
primary = 45
tertiary = 30
residential = 22
service = 12
";

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Arcs of every unpleasant kind: zero, equal, near the top of u32, parallel, loops, one-way islands.
pub fn arcs(random: &mut Random) -> ArcGraph {
    let n = 1 + random.below(30);
    let positions = (0..n).map(|_| Coord { x: 112.0 + random.share(), y: 33.0 + random.share() }).collect::<Vec<_>>();
    let kind = random.below(5);
    let arcs = (0..=random.below(4 * n))
        .map(|_| Arc {
            from: random.below(n) as u32,
            to: random.below(n) as u32,
            time: TravelTime::millis(match kind {
                0 => random.below(3) as u32,
                1 => random.below(100_000) as u32,
                2 => u32::MAX - random.below(4) as u32,
                3 => [0, 1, 5_000, 2_000_000_000, u32::MAX][random.below(5) as usize],
                _ => 10 * random.below(30) as u32,
            }),
        })
        .collect();
    ArcGraph { positions, arcs }
}

pub fn way(id: i64, nodes: Vec<u32>, class: &str) -> RoadWay {
    RoadWay {
        id,
        nodes,
        class: RoadClass(class.into()),
        oneway: Oneway::Unstated,
        junction: Junction::None,
        access: AccessTags::default(),
        maxspeed_forward: SpeedLimit::Unstated,
        maxspeed_backward: SpeedLimit::Unstated,
        limits: VehicleLimits::default(),
        lanes: None,
        bridge: false,
        tunnel: false,
        area: false,
        unbuilt: false,
        ferry: false,
        name: None,
    }
}

/// Roads on a small grid with gaps, one-way streets, loops, signals, barriers and turn restrictions.
pub fn roads(random: &mut Random) -> Roads {
    let side = 3 + random.below(5);
    let node = |x: u64, y: u64| (y * side + x) as u32;
    let mut nodes = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let jitter = |r: &mut Random| 0.0006 * r.share();
            let position = Coord {
                x: round(112.5 + 0.002 * x as f64 + jitter(random)),
                y: round(33.0 + 0.002 * y as f64 + jitter(random)),
            };
            let mut point = RoadNode::plain((nodes.len() + 1) as i64, position);
            point.signals = random.below(6) == 0;
            point.level_crossing = random.below(12) == 0;
            if random.below(15) == 0 {
                point.barrier = Some("bollard".into());
            }
            nodes.push(point);
        }
    }
    let classes = ["primary", "tertiary", "residential", "residential", "service"];
    let mut ways = Vec::new();
    for y in 0..side {
        for x in 0..side {
            for (dx, dy) in [(1, 0), (0, 1)] {
                if x + dx < side && y + dy < side && random.below(5) > 0 {
                    let class = classes[random.below(5) as usize];
                    let mut way = way((ways.len() + 1) as i64, vec![node(x, y), node(x + dx, y + dy)], class);
                    if random.below(2) == 0 {
                        way.nodes.reverse();
                    }
                    if random.below(4) == 0 {
                        way.oneway = [Oneway::Forward, Oneway::Backward][random.below(2) as usize];
                    }
                    ways.push(way);
                }
            }
        }
    }
    if side > 3 {
        ways.push(way(900, vec![node(0, 0), node(1, 1), node(0, 1), node(0, 0)], "residential"));
    }
    let mut restrictions = Vec::new();
    for _ in 0..random.below(20) {
        let (a, b) = (random.below(ways.len() as u64) as u32, random.below(ways.len() as u64) as u32);
        let shared = ways[a as usize].nodes.iter().find(|n| ways[b as usize].nodes.contains(n)).copied();
        if let Some(via_node) = shared {
            restrictions.push(TurnRestriction {
                id: restrictions.len() as i64,
                from_way: a,
                via_node,
                to_way: b,
                ban: if random.below(3) == 0 { TurnBan::Only } else { TurnBan::No },
                except_emergency: random.below(8) == 0,
            });
        }
    }
    Roads { nodes, ways, restrictions }
}

pub fn round(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// The same roads with ways and nodes in another order and some two-way roads drawn the other way.
pub fn shuffled(roads: &Roads, random: &mut Random) -> Roads {
    let order = |n: usize, random: &mut Random| {
        let mut order: Vec<u32> = (0..n as u32).collect();
        for i in (1..n).rev() {
            order.swap(i, random.below(i as u64 + 1) as usize);
        }
        order
    };
    let (nodes, ways) = (order(roads.nodes.len(), random), order(roads.ways.len(), random));
    let place = |order: &[u32]| {
        let mut place = vec![0u32; order.len()];
        order.iter().enumerate().for_each(|(new, &old)| place[old as usize] = new as u32);
        place
    };
    let (node_at, way_at) = (place(&nodes), place(&ways));
    Roads {
        nodes: nodes.iter().map(|&n| roads.nodes[n as usize].clone()).collect(),
        ways: ways
            .iter()
            .map(|&w| {
                let mut way = roads.ways[w as usize].clone();
                way.nodes.iter_mut().for_each(|n| *n = node_at[*n as usize]);
                if way.oneway == Oneway::Unstated && random.below(2) == 0 {
                    way.nodes.reverse();
                }
                way
            })
            .collect(),
        restrictions: roads
            .restrictions
            .iter()
            .map(|r| TurnRestriction {
                from_way: way_at[r.from_way as usize],
                to_way: way_at[r.to_way as usize],
                via_node: node_at[r.via_node as usize],
                ..r.clone()
            })
            .collect(),
    }
}
