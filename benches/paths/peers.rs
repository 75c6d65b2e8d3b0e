//! What we are measured against: the textbook loop, petgraph and fast_paths.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use firesite_model::TravelTime;
use firesite_network::{ArcId, Snapped, TravelTimes};
use petgraph::graph::{DiGraph, NodeIndex};

const FAR: u32 = u32::MAX;

/// Dijkstra as the textbook has it: flat arrays, std's binary heap, stale entries skipped, only touched labels reset.
pub(crate) struct Textbook {
    first: Vec<u32>,
    arcs: Vec<(u32, u32)>,
    label: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Textbook {
    pub(crate) fn new(times: &TravelTimes) -> Self {
        let network = times.network();
        let (mut first, mut arcs) = (vec![0u32], Vec::with_capacity(network.arc_count()));
        for node in network.nodes() {
            arcs.extend(network.arcs_from(node).map(|a| (network.arc(a).1.0, times.arc(a).as_millis())));
            first.push(arcs.len() as u32);
        }
        let label = vec![FAR; network.node_count()];
        Self { first, arcs, label, touched: Vec::new(), heap: BinaryHeap::new() }
    }

    fn start(&mut self) {
        for node in self.touched.drain(..) {
            self.label[node as usize] = FAR;
        }
    }

    fn offer(&mut self, node: u32, time: u32) {
        let label = &mut self.label[node as usize];
        if time < *label {
            if *label == FAR {
                self.touched.push(node);
            }
            *label = time;
            self.heap.push(Reverse((time, node)));
        }
    }

    fn spread(&mut self, limit: u32) {
        while let Some(Reverse((time, node))) = self.heap.pop() {
            if self.label[node as usize] != time {
                continue;
            }
            for i in self.first[node as usize]..self.first[node as usize + 1] {
                let (head, drive) = self.arcs[i as usize];
                let there = time.saturating_add(drive);
                if there <= limit && there != FAR {
                    self.offer(head, there);
                }
            }
        }
    }

    /// Settles everything within the limit; how many.
    pub(crate) fn settle(&mut self, origin: &Snapped, limit: TravelTime) -> usize {
        self.start();
        self.offer(origin.node.expect("a node").0, 0);
        self.spread(limit.as_millis());
        self.touched.len()
    }

    pub(crate) fn at(&self, place: &Snapped) -> u32 {
        self.label[place.node.expect("a node").index()]
    }

    pub(crate) fn run(&mut self, origin: &Snapped, limit: TravelTime) -> Vec<Option<TravelTime>> {
        self.settle(origin, limit);
        self.told()
    }

    fn told(&self) -> Vec<Option<TravelTime>> {
        self.label.iter().map(|&t| (t != FAR).then_some(TravelTime::millis(t))).collect()
    }

    /// Time from the nearest of some stations.
    pub(crate) fn nearest(&mut self, stations: &[Snapped]) -> Vec<Option<TravelTime>> {
        self.start();
        for station in stations {
            self.offer(station.node.expect("a node").0, 0);
        }
        self.spread(FAR);
        self.told()
    }
}

/// petgraph's Dijkstra on petgraph's own graph.
pub(crate) struct Petgraph(DiGraph<(), u32>);

impl Petgraph {
    pub(crate) fn new(times: &TravelTimes) -> Self {
        let network = times.network();
        let mut graph = DiGraph::with_capacity(network.node_count(), network.arc_count());
        for _ in network.nodes() {
            graph.add_node(());
        }
        for arc in (0..network.arc_count() as u32).map(ArcId) {
            let (tail, head, _) = network.arc(arc);
            graph.add_edge(NodeIndex::new(tail.index()), NodeIndex::new(head.index()), times.arc(arc).as_millis());
        }
        Self(graph)
    }

    pub(crate) fn settle(&self, origin: &Snapped) -> usize {
        let start = NodeIndex::new(origin.node.expect("a node").index());
        petgraph::algo::dijkstra(&self.0, start, None, |edge| *edge.weight()).len()
    }

    /// petgraph knows no limit: all is computed, and what lies beyond is forgotten.
    pub(crate) fn run(&self, origin: &Snapped, limit: TravelTime) -> Vec<Option<TravelTime>> {
        let start = NodeIndex::new(origin.node.expect("a node").index());
        let found = petgraph::algo::dijkstra(&self.0, start, None, |edge| *edge.weight());
        let mut times = vec![None; self.0.node_count()];
        for (node, time) in found {
            times[node.index()] = Some(TravelTime::millis(time)).filter(|t| *t <= limit);
        }
        times
    }
}

/// fast_paths: a contraction hierarchy with witness searches, asked pair by pair.
pub(crate) struct FastPaths {
    graph: fast_paths::FastGraph,
    calculator: fast_paths::PathCalculator,
}

impl FastPaths {
    /// Prepares the hierarchy.
    pub(crate) fn new(times: &TravelTimes) -> Self {
        let network = times.network();
        let mut input = fast_paths::InputGraph::new();
        for arc in (0..network.arc_count() as u32).map(ArcId) {
            let (tail, head, _) = network.arc(arc);
            input.add_edge(tail.index(), head.index(), times.arc(arc).as_millis() as usize);
        }
        input.freeze();
        let graph = fast_paths::prepare(&input);
        let calculator = fast_paths::create_calculator(&graph);
        Self { graph, calculator }
    }

    pub(crate) fn time(&mut self, from: &Snapped, to: &Snapped) -> Option<TravelTime> {
        let node = |place: &Snapped| place.node.expect("a node").index();
        let path = self.calculator.calc_path(&self.graph, node(from), node(to))?;
        Some(TravelTime::millis(path.get_weight() as u32))
    }
}
