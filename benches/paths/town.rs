//! The networks of the benches.

use firesite_model::{ArcGraph, TravelTime};
use firesite_network::generate::{self, SplitMix};
use firesite_network::{NodeId, RoadNetwork, SnapOptions, Snapped, Snapper, TimeField, TravelTimes};

/// Seed of every generated city.
pub(crate) const SEED: u64 = 20_240_601;

/// A network with its times.
pub(crate) struct Town {
    pub(crate) name: String,
    pub(crate) times: TravelTimes,
    snapper: Snapper,
}

impl Town {
    /// The generated city of about so many nodes.
    pub(crate) fn generated(nodes: usize) -> Self {
        let graph = generate::city(nodes, SEED).expect("a city");
        let name =
            if nodes >= 1_000_000 { format!("city{}m", nodes / 1_000_000) } else { format!("city{}k", nodes / 1000) };
        Self::new(name, &graph)
    }

    pub(crate) fn new(name: String, graph: &ArcGraph) -> Self {
        let network = RoadNetwork::from_arcs(graph).expect("a network").value;
        let times = network.arc_times();
        let snapper = Snapper::new(&times, SnapOptions::default());
        Self { name, times, snapper }
    }

    pub(crate) fn nodes(&self) -> usize {
        self.times.network().node_count()
    }

    /// Places at random nodes.
    pub(crate) fn places(&self, count: usize, seed: u64) -> Vec<Snapped> {
        let mut random = SplitMix(seed);
        (0..count).filter_map(|_| self.place(random.below(self.nodes() as u64) as u32)).collect()
    }

    /// Places at the nodes nearest to the middle of the city along the curve.
    pub(crate) fn neighbouring_places(&self, count: usize) -> Vec<Snapped> {
        let first = (self.nodes() / 2).saturating_sub(count / 2);
        (first..(first + count).min(self.nodes())).filter_map(|n| self.place(n as u32)).collect()
    }

    fn place(&self, node: u32) -> Option<Snapped> {
        self.snapper.snap(self.times.network().position(NodeId(node))).ok()
    }

    /// A place at every node.
    pub(crate) fn all_nodes(&self) -> Vec<Option<Snapped>> {
        (0..self.nodes() as u32).map(|n| self.place(n)).collect()
    }

    /// Times at all nodes.
    pub(crate) fn nodes_of(&self, field: &TimeField<'_>) -> Vec<Option<TravelTime>> {
        self.times.network().nodes().map(|n| field.at_node(n)).collect()
    }
}
