//! A network of roads: stretches between shape points are joined into edges between nodes.

use std::collections::BTreeMap;
use std::sync::Arc as Shared;

use firesite_model::{Coord, Finding, Junction, Place, Read, RoadClass, RoadWay, Roads, Severity, SpeedLimit};
use rustc_hash::{FxHashMap, FxHashSet};

use super::assemble::{NewEdge, NewNode, assemble, offsets, record, sort_edges};
use super::meridian::across_180;
use super::order::{Curve, by_line, by_place};
use super::restrictions;
use crate::access::{self, Speeds};
use crate::barriers::bare;
use crate::geometry::{distance, on_earth};
use crate::network::{LeftOut, NONE};
use crate::{Error, RoadNetwork, VehicleProfile, codes};

/// Signals this near to a junction, along the road, are that junction's: map makers draw them at every stop line.
const SIGNALS_OF_JUNCTION_M: f64 = 40.0;

/// One step between two consecutive points of a road.
#[derive(Clone, Copy)]
struct Step {
    /// First and last vertex in drawing order.
    ends: [u32; 2],
    /// Position in `Roads::ways`.
    way: u32,
}

/// A point of a driven road. A barrier that closes the road makes one vertex of its own for each step that ends there.
struct Vertices {
    /// Position in `Roads::nodes`.
    source: Vec<u32>,
}

/// The driven roads as a graph of single steps.
struct Steps<'a> {
    roads: &'a Roads,
    /// By way: speeds, where it is driven.
    speeds: Vec<Option<Speeds>>,
    vertices: Vertices,
    list: Vec<Step>,
    /// Step ends at each vertex: `ends[first[v]..first[v + 1]]`, each `2 · step + (0 start, 1 end)`.
    first: Vec<u32>,
    ends: Vec<u32>,
}

pub(super) fn build(roads: &Roads, profile: &VehicleProfile) -> Result<Read<RoadNetwork>, Error> {
    let mut findings = Vec::new();
    let (speeds, left_out) = driven(roads, profile, &mut findings);
    let steps = Steps::new(roads, speeds, &mut findings);
    if steps.list.is_empty() {
        findings.push(Finding::fatal(
            codes::NO_ROADS,
            Place::default().layer("roads"),
            format!("none of {} roads can be driven by {}", roads.ways.len(), profile.name),
            "check the property highway and the classes of the profile",
        ));
        return Err(Error::Input(findings));
    }
    let (signals, mut is_node) = (steps.signals(), steps.nodes());
    for (node, &signal) in is_node.iter_mut().zip(&signals) {
        *node |= signal;
    }
    let (traced, is_node) = steps.trace(is_node);
    let (numbers, nodes) = steps.number(&is_node, &signals);

    let (mut classes, mut names) = (Table::default(), Table::default());
    let mut edges: Vec<NewEdge> = traced.iter().map(|t| steps.edge(t, &numbers, &mut classes, &mut names)).collect();
    // Names of classes in alphabetical order whatever the input's order.
    let classes = classes.sorted(&mut edges, |e| &mut e.record.class);
    let names = names.sorted(&mut edges, |e| &mut e.record.name);
    let classes: Vec<RoadClass> = classes.into_iter().map(RoadClass).collect();
    sort_edges(&mut edges, &classes, &names);
    let way_at: Vec<[u32; 2]> = edges.iter().map(|e| e.way_at).collect();
    let mut inner = assemble(&nodes, edges, classes, names, left_out);
    findings.extend(across_180(&inner));

    let mut node_of_source: FxHashMap<u32, u32> = FxHashMap::default();
    for (v, &number) in numbers.iter().enumerate() {
        if number != NONE {
            node_of_source.insert(steps.vertices.source[v], number);
        }
    }
    let driven = |way: u32| steps.speeds.get(way as usize).is_some_and(Option::is_some);
    inner.bans = restrictions::bans(&inner, roads, &way_at, &node_of_source, driven, &mut findings);
    Ok(Read { value: RoadNetwork(Shared::new(inner)), findings })
}

/// Speeds of every road, and those that stay out by reason and class.
fn driven(roads: &Roads, profile: &VehicleProfile, findings: &mut Vec<Finding>) -> (Vec<Option<Speeds>>, Vec<LeftOut>) {
    let mut out: BTreeMap<(&'static str, &str), usize> = BTreeMap::new();
    let speeds = (roads.ways.iter())
        .map(|way| match access::speeds(way, profile) {
            Ok(speeds) => Some(speeds),
            Err(reason) => {
                *out.entry((reason, way.class.0.as_str())).or_default() += 1;
                None
            }
        })
        .collect();
    let left_out: Vec<LeftOut> =
        (out.into_iter()).map(|((reason, class), ways)| LeftOut { reason, class: class.to_string(), ways }).collect();
    for group in left_out.chunk_by(|a, b| a.reason == b.reason) {
        let ways: usize = group.iter().map(|l| l.ways).sum();
        let classes: Vec<String> = group.iter().map(|l| format!("{} {}", l.ways, l.class)).collect();
        findings.push(Finding::new(
            codes::NOT_DRIVEN,
            Severity::Warning,
            Place::default().layer("roads"),
            format!("{ways} roads are not driven: {} ({})", group[0].reason, classes.join(", ")),
            format!("nothing, or change the profile {}", profile.name),
        ));
    }
    (speeds, left_out)
}

impl<'a> Steps<'a> {
    fn new(roads: &'a Roads, speeds: Vec<Option<Speeds>>, findings: &mut Vec<Finding>) -> Self {
        let usable: Vec<bool> = roads.nodes.iter().map(|n| on_earth(n.position)).collect();
        let mut source: Vec<u32> = (0..roads.nodes.len() as u32).collect();
        let closed: Vec<bool> = roads.nodes.iter().map(access::closed).collect();
        let (mut steps, mut lost, mut empty) = (Vec::new(), Vec::new(), 0usize);
        for (w, way) in roads.ways.iter().enumerate() {
            if speeds[w].is_none() {
                continue;
            }
            let mut gap = false;
            for pair in way.nodes.windows(2) {
                let [a, b] = [pair[0], pair[1]];
                let there = |v: u32| usable.get(v as usize).copied().unwrap_or(false);
                if !(there(a) && there(b)) {
                    gap = true;
                } else if a == b {
                    empty += 1;
                } else {
                    let mut own = |v: u32| {
                        if !closed[v as usize] {
                            return v;
                        }
                        source.push(v);
                        source.len() as u32 - 1
                    };
                    steps.push(Step { ends: [own(a), own(b)], way: w as u32 });
                }
            }
            if gap {
                lost.push(way.id);
            }
        }
        report(roads, &speeds, &closed, &lost, empty, findings);
        let first = offsets(source.len(), steps.iter().flat_map(|s| s.ends));
        let mut next = first.clone();
        let mut ends = vec![0u32; steps.len() * 2];
        for (s, step) in steps.iter().enumerate() {
            for k in 0..2 {
                let slot = &mut next[step.ends[k] as usize];
                ends[*slot as usize] = (2 * s + k) as u32;
                *slot += 1;
            }
        }
        Self { roads, speeds, vertices: Vertices { source }, list: steps, first, ends }
    }

    fn degree(&self, v: u32) -> u32 {
        self.first[v as usize + 1] - self.first[v as usize]
    }

    fn at(&self, v: u32) -> &[u32] {
        &self.ends[self.first[v as usize] as usize..self.first[v as usize + 1] as usize]
    }

    fn place(&self, v: u32) -> Coord<f64> {
        self.roads.nodes[self.vertices.source[v as usize] as usize].position
    }

    fn way(&self, step: u32) -> &'a RoadWay {
        &self.roads.ways[self.list[step as usize].way as usize]
    }

    /// Speeds of a step seen from one of its ends: away from it, and towards it.
    fn seen(&self, end: u32) -> (&str, bool, [u64; 2]) {
        let (way, speeds) = (self.way(end / 2), self.speeds[self.list[end as usize / 2].way as usize]);
        let bits = |k: usize| speeds.and_then(|s| s[k]).map_or(0, |v| v.0.to_bits());
        let away = (end % 2) as usize;
        (way.class.0.as_str(), way.junction == Junction::Roundabout, [bits(away), bits(1 - away)])
    }

    /// Signals by vertex; those near a junction are moved to it.
    fn signals(&self) -> Vec<bool> {
        let tagged = |v: u32| self.roads.nodes[self.vertices.source[v as usize] as usize].signals;
        let count = self.vertices.source.len() as u32;
        let mut signals: Vec<bool> = (0..count).map(|v| tagged(v) && self.degree(v) != 2).collect();
        for v in (0..count).filter(|&v| tagged(v) && self.degree(v) == 2) {
            match self.junction_near(v) {
                Some(junction) => signals[junction as usize] = true,
                None => signals[v as usize] = true,
            }
        }
        signals
    }

    /// The nearest junction along the road, within the reach of signals.
    fn junction_near(&self, v: u32) -> Option<u32> {
        let walk = |end: u32| {
            let (mut end, mut walked) = (end, 0.0);
            loop {
                let step = self.list[end as usize / 2];
                let (here, there) = (step.ends[(end % 2) as usize], step.ends[1 - (end % 2) as usize]);
                walked += distance(self.place(here), self.place(there));
                if walked > SIGNALS_OF_JUNCTION_M {
                    return None;
                }
                match self.degree(there) {
                    2 => end = *self.at(there).iter().find(|&&e| e != (end ^ 1))?,
                    1 => return None,
                    _ => return Some((walked, there)),
                }
                if there == v {
                    return None;
                }
            }
        };
        let found = self.at(v).iter().filter_map(|&end| walk(end));
        let nearer = |a: &(f64, u32), b: &(f64, u32)| {
            a.0.total_cmp(&b.0).then_with(|| by_place(self.place(a.1), self.place(b.1)))
        };
        found.min_by(nearer).map(|(_, junction)| junction)
    }

    /// Vertices that must be nodes, by vertex.
    fn nodes(&self) -> Vec<bool> {
        let vias: FxHashSet<u32> =
            self.roads.restrictions.iter().filter(|r| !r.except_emergency).map(|r| r.via_node).collect();
        (0..self.vertices.source.len() as u32)
            .map(|v| {
                let node = &self.roads.nodes[self.vertices.source[v as usize] as usize];
                let [a, b] = match *self.at(v) {
                    [] => return false,
                    [a, b] => [a, b],
                    _ => return true,
                };
                let ((class, circle, [out, back]), (class2, circle2, [out2, back2])) = (self.seen(a), self.seen(b));
                let changes = class != class2 || circle != circle2 || out != back2 || back != out2;
                changes || node.level_crossing || vias.contains(&self.vertices.source[v as usize])
            })
            .collect()
    }

    /// Chains of steps between nodes; closed chains without any node get one at a place that no input order changes.
    fn trace(&self, mut is_node: Vec<bool>) -> (Vec<Vec<u32>>, Vec<bool>) {
        let mut used = vec![false; self.list.len()];
        let mut chains = Vec::new();
        let from = |v: u32, is_node: &[bool], used: &mut [bool], chains: &mut Vec<Vec<u32>>| {
            for &end in self.at(v) {
                if !used[end as usize / 2] {
                    chains.push(self.walk(end, is_node, Some(&mut *used)));
                }
            }
        };
        for v in 0..is_node.len() as u32 {
            if is_node[v as usize] {
                from(v, &is_node, &mut used, &mut chains);
            }
        }
        for s in 0..self.list.len() {
            if !used[s] {
                let ring = self.walk(2 * s as u32, &is_node, None);
                let start =
                    (ring.iter()).map(|&end| self.list[end as usize / 2].ends[(end % 2) as usize]).min_by(|&a, &b| {
                        let id = |v: u32| self.roads.nodes[self.vertices.source[v as usize] as usize].id;
                        by_place(self.place(a), self.place(b)).then(id(a).cmp(&id(b)))
                    });
                if let Some(start) = start {
                    is_node[start as usize] = true;
                    from(start, &is_node, &mut used, &mut chains);
                }
            }
        }
        (chains, is_node)
    }

    /// Step ends along a chain, each where the step is entered, until a node or the start comes.
    fn walk(&self, start: u32, is_node: &[bool], mut used: Option<&mut [bool]>) -> Vec<u32> {
        let (mut chain, mut end) = (vec![start], start);
        let mut mark = |end: u32| {
            if let Some(used) = &mut used {
                used[end as usize / 2] = true;
            }
        };
        mark(start);
        loop {
            let there = self.list[end as usize / 2].ends[1 - (end % 2) as usize];
            if is_node[there as usize] {
                return chain;
            }
            // Degree 2: the other end that meets here.
            match self.at(there).iter().find(|&&e| e != (end ^ 1)) {
                Some(&next) if next / 2 != start / 2 => end = next,
                _ => return chain,
            }
            mark(end);
            chain.push(end);
        }
    }

    /// Numbers of the nodes along the curve, by vertex, and the nodes.
    fn number(&self, is_node: &[bool], signals: &[bool]) -> (Vec<u32>, Vec<NewNode>) {
        let all: Vec<u32> = (0..is_node.len() as u32).filter(|&v| is_node[v as usize] && self.degree(v) > 0).collect();
        let curve = Curve::over(all.iter().map(|&v| self.place(v)));
        // Several nodes may share a place: the sides of a closed barrier, told apart by where their road leads.
        let beyond = |v: u32| {
            let end = self.at(v).first().copied().unwrap_or(0);
            self.place(self.list[end as usize / 2].ends[1 - (end % 2) as usize])
        };
        let source = |v: u32| &self.roads.nodes[self.vertices.source[v as usize] as usize];
        let road = |v: u32| {
            let end = self.at(v).first().copied().unwrap_or(0);
            (self.seen(end), &self.way(end / 2).name)
        };
        let mut order: Vec<(u64, u32)> = all.iter().map(|&v| (curve.index(self.place(v)), v)).collect();
        order.sort_by(|a, b| {
            (a.0.cmp(&b.0))
                .then_with(|| by_place(self.place(a.1), self.place(b.1)))
                .then_with(|| source(a.1).id.cmp(&source(b.1).id))
                .then_with(|| by_place(beyond(a.1), beyond(b.1)))
                .then_with(|| road(a.1).cmp(&road(b.1)))
        });
        let mut numbers = vec![NONE; is_node.len()];
        let nodes = (order.iter().enumerate())
            .map(|(number, &(_, v))| {
                numbers[v as usize] = number as u32;
                let node = source(v);
                NewNode { position: node.position, signals: signals[v as usize], level_crossing: node.level_crossing }
            })
            .collect();
        (numbers, nodes)
    }

    /// The edge of a chain, drawn in the direction that no input order changes.
    fn edge(&self, chain: &[u32], numbers: &[u32], classes: &mut Table, names: &mut Table) -> NewEdge {
        let entered = |end: u32| self.list[end as usize / 2].ends[(end % 2) as usize];
        let left = |end: u32| self.list[end as usize / 2].ends[1 - (end % 2) as usize];
        let (start, end) = (chain[0], chain[chain.len() - 1]);
        let mut line = vec![self.place(entered(start))];
        let (mut tunnels, mut limits) = (Vec::new(), [SpeedLimit::Unstated; 2]);
        let (mut bridge, mut tunnel) = (false, false);
        let mut named: BTreeMap<&str, f64> = BTreeMap::new();
        for &step in chain {
            let way = self.way(step / 2);
            let to = self.place(left(step));
            if let Some(name) = &way.name {
                *named.entry(name).or_default() += distance(line[line.len() - 1], to);
            }
            line.push(to);
            tunnels.push(way.tunnel);
            bridge |= way.bridge;
            tunnel |= way.tunnel;
            let along = [way.maxspeed_forward, way.maxspeed_backward];
            for k in 0..2 {
                limits[k] = lower(limits[k], along[k ^ (step % 2) as usize]);
            }
        }
        let first = self.way(start / 2);
        let (_, roundabout, [out, back]) = self.seen(start);
        // Several names: the one with most metres, the first in the alphabet where equal.
        let name = named.iter().fold(None, |best: Option<(&str, f64)>, (n, m)| match best {
            Some((_, most)) if most >= *m => best,
            _ => Some((n, *m)),
        });
        let ends = [numbers[entered(start) as usize], numbers[left(end) as usize]];
        let mut record = record(ends, classes.number(&first.class.0), 0.0);
        record.name = name.map_or(NONE, |(name, _)| names.number(name));
        record.limits = limits;
        (record.bridge, record.tunnel, record.roundabout) = (bridge, tunnel, roundabout);
        let ways = [self.list[start as usize / 2].way, self.list[end as usize / 2].way];
        let edge = NewEdge { record, open: [out != 0, back != 0], line, tunnel_segments: tunnels, way_at: ways };
        let backwards: Vec<Coord<f64>> = edge.line.iter().rev().copied().collect();
        let turned = ends[0] > ends[1] || (ends[0] == ends[1] && by_line(&backwards, &edge.line).is_lt());
        let mut edge = if turned { edge.reversed() } else { edge };
        edge.record.length = edge.line.windows(2).map(|p| distance(p[0], p[1])).sum();
        edge
    }
}

/// The lower of two limits; none stated is above all.
fn lower(a: SpeedLimit, b: SpeedLimit) -> SpeedLimit {
    match (a, b) {
        (SpeedLimit::Limit(x), SpeedLimit::Limit(y)) => SpeedLimit::Limit(if x.0 < y.0 { x } else { y }),
        (limit @ SpeedLimit::Limit(_), _) | (_, limit @ SpeedLimit::Limit(_)) => limit,
        _ => SpeedLimit::Unstated,
    }
}

/// Words numbered as they come.
#[derive(Default)]
struct Table {
    numbers: FxHashMap<String, u32>,
}

impl Table {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(word.to_string(), number);
        number
    }

    /// The words in alphabetical order; the edges are told the new numbers.
    fn sorted(self, edges: &mut [NewEdge], field: impl Fn(&mut NewEdge) -> &mut u32) -> Vec<String> {
        let mut words: Vec<(String, u32)> = self.numbers.into_iter().collect();
        words.sort();
        let mut new = vec![0u32; words.len()];
        for (i, (_, old)) in words.iter().enumerate() {
            new[*old as usize] = i as u32;
        }
        for edge in edges {
            let number = field(edge);
            *number = new.get(*number as usize).copied().unwrap_or(NONE);
        }
        words.into_iter().map(|(word, _)| word).collect()
    }
}

/// Findings of the roads that are driven.
fn report(
    roads: &Roads,
    speeds: &[Option<Speeds>],
    closed: &[bool],
    lost: &[i64],
    empty: usize,
    findings: &mut Vec<Finding>,
) {
    let layer = || Place::default().layer("roads");
    if let Some(first) = lost.first() {
        findings.push(Finding::new(
            codes::ROAD_WITHOUT_NODE,
            Severity::Dropped,
            layer().feature(format!("way {first}")),
            format!("{} roads have points without a usable position; the steps beside them are left out", lost.len()),
            "give every point of a road a longitude and latitude",
        ));
    }
    if empty > 0 {
        findings.push(Finding::new(
            codes::NO_LENGTH,
            Severity::Repaired,
            layer(),
            format!("{empty} steps lead from a point to itself"),
            "",
        ));
    }
    let mut on_road = vec![false; roads.nodes.len()];
    for (way, _) in roads.ways.iter().zip(speeds).filter(|(_, s)| s.is_some()) {
        for &v in &way.nodes {
            if let Some(mark) = on_road.get_mut(v as usize) {
                *mark = true;
            }
        }
    }
    let (mut shut, mut unknown): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = Default::default();
    for ((node, &closed), _) in roads.nodes.iter().zip(closed).zip(&on_road).filter(|(_, on)| **on) {
        let Some(kind) = node.barrier.as_deref() else { continue };
        if closed {
            *shut.entry(kind).or_default() += 1;
        } else if bare(kind).is_none() {
            *unknown.entry(kind).or_default() += 1;
        }
    }
    let list = |kinds: &BTreeMap<&str, usize>| {
        let words: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        words.join(", ")
    };
    if !shut.is_empty() {
        findings.push(Finding::new(
            codes::BARRIER_CLOSED,
            Severity::Warning,
            layer().property("barrier"),
            format!("barriers that an engine does not pass: {}", list(&shut)),
            "tag emergency=yes where an engine does pass",
        ));
    }
    if !unknown.is_empty() {
        findings.push(Finding::new(
            codes::BARRIER_UNKNOWN,
            Severity::Warning,
            layer().property("barrier"),
            format!("unknown kinds of barrier, taken as open: {}", list(&unknown)),
            "tag emergency=no where an engine does not pass",
        ));
    }
}
