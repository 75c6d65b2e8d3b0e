//! A network of plain arcs (DIMACS): times are given, edges are straight, points snap to nodes.

use std::sync::Arc as Shared;

use firesite_model::{ArcGraph, Finding, Place, Read, RoadClass, Severity};

use super::assemble::{connected, record};
use super::meridian::across_180;
use super::order::{Curve, by_place};
use crate::geometry::{distance, on_earth};
use crate::{Error, RoadNetwork, codes};

pub(super) fn build(graph: &ArcGraph) -> Result<Read<RoadNetwork>, Error> {
    let n = graph.positions.len();
    if graph.arcs.is_empty() {
        return Err(Error::one(Finding::fatal(
            codes::NO_ROADS,
            Place::default().layer("roads"),
            "the graph has no arcs",
            "give a file with at least one arc line",
        )));
    }
    if let Some((node, p)) = graph.positions.iter().enumerate().find(|(_, p)| !on_earth(**p)) {
        return Err(Error::one(Finding::fatal(
            codes::ROAD_WITHOUT_NODE,
            Place::default().layer("roads").feature(format!("node {}", node + 1)),
            format!("{}, {} is no longitude and latitude in degrees", p.x, p.y),
            "give coordinates in WGS84",
        )));
    }
    let mut findings = Vec::new();
    // Renumber along the curve.
    let curve = Curve::over(graph.positions.iter().copied());
    let mut order: Vec<(u64, u32)> = (0..n as u32).map(|v| (curve.index(graph.positions[v as usize]), v)).collect();
    order.sort_by(|a, b| {
        let place = |v: u32| graph.positions[v as usize];
        a.0.cmp(&b.0).then_with(|| by_place(place(a.1), place(b.1))).then(a.1.cmp(&b.1))
    });
    let input_of: Vec<u32> = order.iter().map(|o| o.1).collect();
    let mut node_of = vec![0u32; n];
    for (new, &old) in input_of.iter().enumerate() {
        node_of[old as usize] = new as u32;
    }
    // One edge for each pair of nodes, the quickest of parallel arcs in each direction: pairs sorted, so that equal ones
    // stand side by side. Networks of ten million nodes are built this way; a map would take several times the memory.
    let (mut loops, mut parallel, mut lost) = (0usize, 0usize, Vec::new());
    let mut pairs: Vec<Pair> = Vec::with_capacity(graph.arcs.len());
    for (i, arc) in graph.arcs.iter().enumerate() {
        match (node_of.get(arc.from as usize), node_of.get(arc.to as usize)) {
            (Some(from), Some(to)) if from == to => loops += 1,
            (Some(&from), Some(&to)) => pairs.push(Pair {
                ends: [from.min(to), from.max(to)],
                direction: u8::from(from > to),
                time: arc.time.as_millis(),
            }),
            _ => lost.push(i),
        }
    }
    pairs.sort_unstable();
    pairs.dedup_by(|later, kept| {
        let repeats = (later.ends, later.direction) == (kept.ends, kept.direction);
        parallel += usize::from(repeats);
        repeats
    });
    let roads = || Place::default().layer("roads");
    if let Some(first) = lost.first() {
        findings.push(Finding::new(
            codes::ARC_WITHOUT_NODE,
            Severity::Dropped,
            roads().feature(format!("arc {}", first + 1)),
            format!("{} arcs lead from or to a node without coordinates; this is the first", lost.len()),
            "give coordinates for every node",
        ));
    }
    if loops + parallel > 0 {
        findings.push(Finding::new(
            codes::NO_LENGTH,
            Severity::Repaired,
            roads(),
            format!("{parallel} arcs repeat another (the quickest counts), {loops} lead from a node to itself"),
            "",
        ));
    }
    let edges = || pairs.chunk_by(|a, b| a.ends == b.ends);
    let open = |pair: &[Pair]| [0, 1].map(|k| pair.iter().any(|arc| arc.direction == k));
    let mut inner = connected(n, edges().map(|pair| (pair[0].ends, open(pair))));
    inner.positions = input_of.iter().map(|&v| graph.positions[v as usize]).collect();
    (inner.signals, inner.level_crossing) = (vec![false; n], vec![false; n]);
    inner.classes = vec![RoadClass("arc".into())];
    let count = edges().count();
    let (mut records, mut times) = (Vec::with_capacity(count), Vec::with_capacity(count));
    inner.points = Vec::with_capacity(2 * count);
    inner.first_point = (0..=count as u32).map(|e| 2 * e).collect();
    inner.tunnel_segment = vec![false; 2 * count];
    for pair in edges() {
        let line = pair[0].ends.map(|v| inner.positions[v as usize]);
        records.push(record(pair[0].ends, 0, distance(line[0], line[1])));
        inner.points.extend(line);
        times.push([0, 1].map(|k| pair.iter().find(|arc| arc.direction == k).map_or(u32::MAX, |arc| arc.time)));
    }
    inner.finish(records);
    findings.extend(across_180(&inner));
    inner.given_times = inner.arcs.iter().map(|a| times[a.edge as usize][usize::from(a.direction)]).collect();
    inner.input_of = input_of;
    inner.node_of = node_of;
    Ok(Read { value: RoadNetwork(Shared::new(inner)), findings })
}

/// An arc by the nodes of its edge, the smaller first; sorted, the quickest of its repetitions comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    ends: [u32; 2],
    direction: u8,
    time: u32,
}
