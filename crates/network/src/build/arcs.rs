//! A network of plain arcs (DIMACS): times are given, edges are straight, points snap to nodes.

use std::sync::Arc as Shared;

use firesite_model::{ArcGraph, Finding, Place, Read, RoadClass, Severity};
use rustc_hash::FxHashMap;

use super::assemble::{NewEdge, NewNode, assemble, record};
use super::order::{Curve, by_place};
use crate::geometry::{distance, on_earth};
use crate::network::NONE;
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
    // One edge for each pair of nodes, the quickest of parallel arcs in each direction.
    let (mut loops, mut parallel, mut lost) = (0usize, 0usize, Vec::new());
    let mut pairs: FxHashMap<(u32, u32), [Option<u32>; 2]> = FxHashMap::default();
    for (i, arc) in graph.arcs.iter().enumerate() {
        let ends = (node_of.get(arc.from as usize), node_of.get(arc.to as usize));
        let (Some(&from), Some(&to)) = ends else {
            lost.push(i);
            continue;
        };
        if from == to {
            loops += 1;
            continue;
        }
        let time = &mut pairs.entry((from.min(to), from.max(to))).or_default()[usize::from(from > to)];
        parallel += usize::from(time.is_some());
        *time = Some(time.unwrap_or(u32::MAX).min(arc.time.as_millis()));
    }
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
    let mut keys: Vec<(u32, u32)> = pairs.keys().copied().collect();
    keys.sort_unstable();
    let place = |v: u32| graph.positions[input_of[v as usize] as usize];
    let mut times = Vec::with_capacity(keys.len());
    let edges: Vec<NewEdge> = keys
        .iter()
        .map(|&(a, b)| {
            let (pair, line) = (pairs[&(a, b)], vec![place(a), place(b)]);
            times.push(pair);
            NewEdge {
                record: record([a, b], 0, distance(line[0], line[1])),
                open: pair.map(|t| t.is_some()),
                line,
                tunnel_segments: vec![false; 2],
                way_at: [NONE; 2],
            }
        })
        .collect();
    let nodes: Vec<NewNode> =
        (0..n as u32).map(|v| NewNode { position: place(v), signals: false, level_crossing: false }).collect();
    let mut inner = assemble(&nodes, edges, vec![RoadClass("arc".into())], Vec::new(), Vec::new());
    inner.given_times =
        (inner.arcs.iter()).map(|a| times[a.edge as usize][usize::from(a.direction)].unwrap_or(u32::MAX)).collect();
    inner.input_of = input_of;
    inner.node_of = node_of;
    Ok(Read { value: RoadNetwork(Shared::new(inner)), findings })
}
