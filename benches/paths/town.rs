//! The networks of the benches: generated cities and real ones, these through the real importers.

use std::path::PathBuf;

use firesite_formats::{Source, read_dimacs, read_roads};
use firesite_model::{ArcGraph, Roads, TravelTime};
use firesite_network::generate::{self, SplitMix};
use firesite_network::{
    NodeId, RoadNetwork, SnapOptions, Snapped, Snapper, TimeField, TravelTimes, TurnCosts, VehicleProfile,
};

/// Seed of every generated city.
pub(crate) const SEED: u64 = 20_240_601;

/// A network with its times.
pub(crate) struct Town {
    pub(crate) name: String,
    /// Turns are free: what every peer can do.
    pub(crate) times: TravelTimes,
    /// The same with the packaged profile's turn costs, and on real roads with their turn bans.
    pub(crate) with_turns: TravelTimes,
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
        let with_turns = times.with_turn_costs(&profile().turns);
        Self { name, times, with_turns, snapper }
    }

    /// Porto Alegre from OpenStreetMap and the road graph of New York (DIMACS), those that are there.
    pub(crate) fn real() -> Vec<Self> {
        let mut towns = Vec::new();
        if let Some(path) = data("osm/porto-alegre-2020.osm.pbf") {
            let mut roads = read_roads(&Source::new(&path)).expect("roads").value.roads;
            let profile = profile();
            let driven = |roads: &Roads| RoadNetwork::from_ways(roads, &profile).expect("a network").value;
            let with_turns = driven(&roads).times(&profile).expect("times").value;
            // Without bans the network has other nodes; they only serve where turns are free.
            roads.restrictions.clear();
            let free = VehicleProfile { turns: TurnCosts::default(), ..profile.clone() };
            let times = driven(&roads).times(&free).expect("times").value;
            let snapper = Snapper::new(&times, SnapOptions::default());
            towns.push(Self { name: "porto-alegre".into(), times, with_turns, snapper });
        }
        if let (Some(graph), Some(places)) = (data("newyork/USA-road-t.NY.gr.gz"), data("newyork/USA-road-d.NY.co.gz"))
        {
            let graph = read_dimacs(&Source::new(graph), &Source::new(places), 1.0).expect("a graph").value;
            towns.push(Self::new("new-york".into(), &graph));
        }
        towns
    }

    pub(crate) fn nodes(&self) -> usize {
        self.times.network().node_count()
    }

    /// Places at random nodes.
    pub(crate) fn places(&self, count: usize, seed: u64) -> Vec<Snapped> {
        let mut random = SplitMix(seed);
        let mut node = || NodeId(random.below(self.nodes() as u64) as u32);
        std::iter::from_fn(|| Some(self.place(node()))).flatten().take(count).collect()
    }

    /// Places at the nodes nearest to the middle of the city along the curve.
    pub(crate) fn neighbouring_places(&self, count: usize) -> Vec<Snapped> {
        let first = (self.nodes() / 2).saturating_sub(count / 2);
        (first..(first + count).min(self.nodes())).filter_map(|n| self.place(NodeId(n as u32))).collect()
    }

    /// The place of a node, if points may be tied to it.
    fn place(&self, node: NodeId) -> Option<Snapped> {
        let place = self.snapper.snap(self.times.network().position(node)).ok()?;
        (place.node == Some(node)).then_some(place)
    }

    /// Places on the network with turns where these are.
    pub(crate) fn places_with_turns(&self, places: &[Snapped]) -> Vec<Snapped> {
        let snapper = Snapper::new(&self.with_turns, SnapOptions::default());
        let position = |place: &Snapped| self.times.network().position(place.node.expect("a node"));
        places.iter().filter_map(|place| snapper.snap(position(place)).ok()).collect()
    }

    /// A place at every node.
    pub(crate) fn all_nodes(&self) -> Vec<Option<Snapped>> {
        self.times.network().nodes().map(|n| self.place(n)).collect()
    }

    /// Times at all nodes.
    pub(crate) fn nodes_of(&self, field: &TimeField<'_>) -> Vec<Option<TravelTime>> {
        self.times.network().nodes().map(|n| field.at_node(n)).collect()
    }
}

fn profile() -> VehicleProfile {
    VehicleProfile::packaged("fire-engine").expect("packaged")
}

/// A file of the real data beside the repository; absent ones are told.
fn data(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent", path.display());
    None
}
