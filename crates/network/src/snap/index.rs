//! Spatial indexes: segments of edges, and nodes of plain arcs.

use firesite_model::{Coord, Metres, TravelTime};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RTree};

use super::{Snapped, Target};
use crate::geometry::{Plane, distance};
use crate::network::NONE;
use crate::{EdgeId, NodeId, RoadNetwork, TravelTimes};

/// A segment: edge, and its number along the edge.
type Segment = GeomWithData<Rectangle<[f64; 2]>, (u32, u32)>;

pub(super) struct SegmentIndex {
    network: RoadNetwork,
    tree: RTree<Segment>,
}

/// A position on a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) metres: f64,
    pub(super) edge: u32,
    segment: u32,
    /// Share of the segment.
    along: f64,
    pub(super) position: Coord<f64>,
}

/// The nearest found so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nearest {
    pub(super) usable: Option<Hit>,
    pub(super) scrap: Option<Hit>,
}

impl SegmentIndex {
    pub(super) fn new(times: &TravelTimes) -> Self {
        let network = times.network().clone();
        let inner = &network.0;
        let mut segments = Vec::with_capacity(inner.points.len());
        for (e, edge) in inner.edges.iter().enumerate() {
            let class = inner.classes[edge.class as usize].0.as_str();
            let open = |arc: u32| arc != NONE && times.0.arc[arc as usize] != TravelTime::MAX;
            if class == "motorway" || class == "motorway_link" || !edge.arcs.iter().any(|&a| open(a)) {
                continue;
            }
            let first = inner.first_point[e] as usize;
            for (s, pair) in inner.line(e).windows(2).enumerate() {
                if !inner.tunnel_segment[first + s] {
                    let corners = Rectangle::from_corners([pair[0].x, pair[0].y], [pair[1].x, pair[1].y]);
                    segments.push(Segment::new(corners, (e as u32, s as u32)));
                }
            }
        }
        Self { tree: RTree::bulk_load(segments), network }
    }

    /// The segments of edges that matter.
    pub(super) fn targets(&self) -> Vec<Target> {
        let inner = &self.network.0;
        let mut segments: Vec<(u32, u32)> = self.tree.iter().map(|s| s.data).collect();
        segments.sort_unstable();
        let mut targets = Vec::with_capacity(segments.len());
        for of_edge in segments.chunk_by(|a, b| a.0 == b.0) {
            let edge = of_edge[0].0;
            if !inner.components.matters.contains(edge as usize) {
                continue;
            }
            let (line, length) = (inner.line(edge as usize), inner.edges[edge as usize].length);
            let mut shares = Vec::with_capacity(line.len());
            let mut along = 0.0;
            shares.push(0.0);
            for pair in line.windows(2) {
                along += distance(pair[0], pair[1]);
                shares.push(if length > 0.0 { (along / length).clamp(0.0, 1.0) } else { 0.0 });
            }
            targets.extend(of_edge.iter().map(|&(_, s)| {
                let s = s as usize;
                Target { edge: EdgeId(edge), from: shares[s], to: shares[s + 1], line: [line[s], line[s + 1]] }
            }));
        }
        targets
    }

    /// The nearest positions among the segments that pass within a radius; nearer ones found before are kept.
    pub(super) fn within(&self, point: Coord<f64>, plane: &Plane, radius: f64, mut found: Nearest) -> Nearest {
        // A little more than the radius: the plane is good to 1e-4 so near its centre.
        let (dx, dy) = (radius * 1.01 / plane.east, radius * 1.01 / plane.north);
        let envelope = AABB::from_corners([point.x - dx, point.y - dy], [point.x + dx, point.y + dy]);
        let inner = &self.network.0;
        for segment in self.tree.locate_in_envelope_intersecting(envelope) {
            let (edge, s) = segment.data;
            let line = inner.line(edge as usize);
            let hit = nearest_on(plane, edge, s, line[s as usize], line[s as usize + 1]);
            let best =
                if inner.components.matters.contains(edge as usize) { &mut found.usable } else { &mut found.scrap };
            let key = |h: &Hit| (h.metres, h.edge, h.segment);
            if best.as_ref().is_none_or(|b| key(&hit) < key(b)) {
                *best = Some(hit);
            }
        }
        found
    }

    /// Position along the edge as a share of its length, the length, and the ends.
    pub(super) fn share(&self, hit: &Hit) -> (f64, f64, [NodeId; 2]) {
        let inner = &self.network.0;
        let (line, edge) = (inner.line(hit.edge as usize), &inner.edges[hit.edge as usize]);
        let s = hit.segment as usize;
        let before: f64 = line[..=s].windows(2).map(|p| distance(p[0], p[1])).sum();
        let along = before + hit.along * distance(line[s], line[s + 1]);
        let share = if edge.length > 0.0 { (along / edge.length).clamp(0.0, 1.0) } else { 0.0 };
        (share, edge.length, edge.ends.map(NodeId))
    }
}

fn nearest_on(plane: &Plane, edge: u32, segment: u32, a: Coord<f64>, b: Coord<f64>) -> Hit {
    let ((ax, ay), (bx, by)) = (plane.xy(a), plane.xy(b));
    let (dx, dy) = (bx - ax, by - ay);
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let position = if along <= 0.0 {
        a
    } else if along >= 1.0 {
        b
    } else {
        Coord { x: a.x + along * (b.x - a.x), y: a.y + along * (b.y - a.y) }
    };
    Hit { metres: (ax + along * dx).hypot(ay + along * dy), edge, segment, along, position }
}

/// Nodes on the unit sphere.
pub(super) struct NodeIndex {
    network: RoadNetwork,
    tree: RTree<GeomWithData<[f64; 3], u32>>,
}

/// Mean radius of the earth, metres.
const EARTH_M: f64 = 6_371_008.8;

fn on_sphere(p: Coord<f64>) -> [f64; 3] {
    let ((sin_lon, cos_lon), (sin_lat, cos_lat)) = (p.x.to_radians().sin_cos(), p.y.to_radians().sin_cos());
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

impl NodeIndex {
    pub(super) fn new(times: &TravelTimes) -> Self {
        let network = times.network().clone();
        let inner = &network.0;
        let nodes = (0..inner.positions.len() as u32)
            .filter(|&n| inner.degree[n as usize] > 0)
            .map(|n| GeomWithData::new(on_sphere(inner.positions[n as usize]), n))
            .collect();
        Self { tree: RTree::bulk_load(nodes), network }
    }

    /// Every edge, straight from node to node.
    pub(super) fn targets(&self) -> Vec<Target> {
        let inner = &self.network.0;
        let of_edge = |(e, edge): (usize, &crate::network::EdgeRecord)| Target {
            edge: EdgeId(e as u32),
            from: 0.0,
            to: 1.0,
            line: edge.ends.map(|n| inner.positions[n as usize]),
        };
        inner.edges.iter().enumerate().map(of_edge).collect()
    }

    pub(super) fn nearest(&self, point: Coord<f64>, max: f64) -> Option<Snapped> {
        let (inner, at) = (&self.network.0, on_sphere(point));
        let mut best: Option<(f64, u32, u32)> = None;
        for node in self.tree.nearest_neighbor_iter(at) {
            let square = node.geom().distance_2(&at);
            if best.is_some_and(|b| square > b.0) {
                break;
            }
            let candidate = (square, inner.input_of[node.data as usize], node.data);
            if best.is_none_or(|b| candidate < b) {
                best = Some(candidate);
            }
        }
        let (square, _, node) = best?;
        // The chord of a unit circle, as an arc on the ground.
        let metres = 2.0 * EARTH_M * (square.sqrt() / 2.0).min(1.0).asin();
        if metres > max {
            return None;
        }
        let arc = inner.out(node).next().or_else(|| inner.arcs_into(node).first().copied())?;
        let record = inner.arcs[arc as usize];
        let share = if inner.edges[record.edge as usize].ends[0] == node { 0.0 } else { 1.0 };
        Some(Snapped {
            edge: EdgeId(record.edge),
            share,
            node: Some(NodeId(node)),
            distance: Metres(metres),
            access: TravelTime::ZERO,
            moved_from_scrap: false,
            position: inner.positions[node as usize],
        })
    }
}
