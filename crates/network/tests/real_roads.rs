//! Real roads: 1,000 random pairs on every extract and graph equal petgraph's Dijkstra to the millisecond.

mod support;

use std::path::{Path, PathBuf};

use firesite_formats::{Source, read_dimacs, read_roads};
use firesite_model::{Arc, ArcGraph, Coord, TravelTime};
use firesite_network::{
    ArcId, Engine, NodeId, Origin, RoadNetwork, SnapOptions, Snapped, Snapper, TravelTimes, TurnCosts, VehicleProfile,
};
use petgraph::algo::dijkstra;
use petgraph::visit::EdgeRef;
use support::Random;

/// The folder of real data, when it is there.
fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FIRESITE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent", path.display());
    None
}

/// 25 origins × 40 destinations by node.
fn pairs_agree(times: &TravelTimes, seed: u64) {
    let network = times.network();
    let mut random = Random(seed);
    let n = network.node_count() as u64;
    let snapper = Snapper::new(times, SnapOptions::default());
    let mut search = times.search();
    let mut compared = 0;
    while compared < 1000 {
        let from = NodeId(random.below(n) as u32);
        let Ok(place) = snapper.snap(network.position(from)) else { continue };
        let Some(node) = place.node else { continue };
        let field = search.run(&[Origin::at(&place)], None);
        if times.has_turns() {
            // petgraph sees arcs as nodes: the earliest start of each arc over all first arcs.
            let mut entry = vec![TravelTime::MAX; network.arc_count()];
            for first in network.arcs_from(node) {
                for (arc, time) in dijkstra(network.turns(times), first, None, |turn| *turn.weight()) {
                    let best = &mut entry[arc.index()];
                    *best = (*best).min(time);
                }
            }
            for _ in 0..40 {
                let to = NodeId(random.below(n) as u32);
                let wanted = (0..network.arc_count() as u32)
                    .map(ArcId)
                    .filter(|a| network.arc(*a).1 == to)
                    .map(|a| entry[a.index()] + times.arc(a))
                    .min()
                    .filter(|t| *t < TravelTime::MAX);
                let wanted = if to == node { Some(TravelTime::ZERO) } else { wanted };
                assert_eq!(field.at_node(to), wanted.map(|t| t + place.access));
                compared += 1;
            }
        } else {
            let found = dijkstra(network.crossings(times), node, None, |arc| *arc.time());
            for _ in 0..40 {
                let to = NodeId(random.below(n) as u32);
                let wanted = found.get(&to).copied().filter(|t| *t < TravelTime::MAX);
                assert_eq!(field.at_node(to), wanted.map(|t| t + place.access));
                compared += 1;
            }
        }
    }
}

/// The hierarchy gives the search's times between places all over the network, along roads and at nodes.
fn engines_agree(times: &TravelTimes, seed: u64) {
    let network = times.network();
    let mut random = Random(seed);
    let snapper = Snapper::new(times, SnapOptions::default());
    let places: Vec<Option<Snapped>> = (0..60)
        .map(|_| {
            let node = network.position(NodeId(random.below(network.node_count() as u64) as u32));
            let aside = 0.001 * random.below(2) as f64;
            snapper.snap(Coord { x: node.x + aside * random.share(), y: node.y + aside * random.share() }).ok()
        })
        .collect();
    let by = |engine| times.matrix_by(engine, &places, &places, None);
    assert_eq!(by(Engine::Hierarchy), by(Engine::Search));
}

#[test]
fn every_extract_and_what_its_readme_counts() {
    // Junctions and road kilometres of the data's README; its roads leave out private ways, which an engine uses.
    let extracts = [
        ("porto-alegre-2020.osm.pbf", 12_382, 1_649.0),
        ("neubrandenburg-2016.osm.bz2", 4_788, 754.0),
        ("baltimore-2015.osm.pbf", 4_927, 651.0),
        ("liechtenstein-2013-08-03.osm.pbf", 2_171, 388.0),
        ("monaco-2023.osm.pbf", 628, 64.0),
        ("helsinki-centre-2019.osm.pbf", 317, 31.0),
        ("shanghai-centre-osmnx-2026.osm", 405, 91.0),
    ];
    let profile = VehicleProfile::packaged("fire-engine").unwrap();
    let free = VehicleProfile { turns: TurnCosts::default(), ..profile.clone() };
    for (name, junctions, km) in extracts {
        let Some(path) = data(&format!("osm/{name}")) else { continue };
        let roads = read_roads(&Source::new(&path)).unwrap().value.roads;
        let read = RoadNetwork::from_ways(&roads, &profile).unwrap();
        let network = read.value;
        network.check().unwrap();
        let summary = network.summary();
        eprintln!(
            "{name}: {summary:?}, {} banned turns; README: {junctions} junctions, {km} km",
            network.banned_turns()
        );
        let near = |found: f64, wanted: f64, share: f64| (found - wanted).abs() <= share * wanted;
        assert!(near(summary.road_km, km, 0.12), "{name}: {} km", summary.road_km);
        assert!(near(summary.largest_component_nodes as f64, f64::from(junctions), 0.20), "{name}: {summary:?}");
        let times = network.times(&profile).unwrap().value;
        pairs_agree(&times, 1);
        engines_agree(&times, 2);
        let mut without = roads.clone();
        without.restrictions.clear();
        let network = RoadNetwork::from_ways(&without, &free).unwrap().value;
        pairs_agree(&network.times(&free).unwrap().value, 2);
    }
}

#[test]
fn a_larger_extract_and_the_two_writings_of_one() {
    let profile = VehicleProfile::packaged("fire-engine").unwrap();
    let network = |path: &Path| {
        let roads = read_roads(&Source::new(path)).unwrap().value.roads;
        RoadNetwork::from_ways(&roads, &profile).unwrap().value
    };
    if let Some(path) = data("osm/porto-2015.osm.pbf") {
        let network = network(&path);
        network.check().unwrap();
        pairs_agree(&network.times(&profile).unwrap().value, 5);
    }
    let twins = ["pbf", "bz2"].map(|end| data(&format!("osm/liechtenstein-2013-08-03.osm.{end}")));
    if let [Some(binary), Some(text)] = twins {
        let [binary, text] = [binary, text].map(|path| network(&path));
        assert_eq!(binary.summary(), text.summary());
        pairs_agree(&text.times(&profile).unwrap().value, 6);
    }
}

#[test]
fn new_york_and_the_plain_graphs() {
    if let (Some(graph), Some(places)) = (data("newyork/USA-road-t.NY.gr.gz"), data("newyork/USA-road-d.NY.co.gz")) {
        let graph = read_dimacs(&Source::new(graph), &Source::new(places), 1.0).unwrap().value;
        let network = RoadNetwork::from_arcs(&graph).unwrap().value;
        let summary = network.summary();
        assert_eq!((summary.nodes, summary.arcs, summary.components), (264_346, 730_100, 1));
        pairs_agree(&network.arc_times(), 3);
    }
    for name in ["bremen_time.gr", "south_seattle_car.gr"] {
        let Some(path) = data(&format!("graphs/{name}")) else { continue };
        let network = RoadNetwork::from_arcs(&plain(&std::fs::read_to_string(path).unwrap())).unwrap().value;
        pairs_agree(&network.arc_times(), 4);
    }
}

/// Arcs `a from to w`, 0-based, without coordinates: nodes stand on a spiral, no two in one place.
fn plain(text: &str) -> ArcGraph {
    let arcs: Vec<Arc> = (text.lines().filter_map(|line| line.strip_prefix("a ")))
        .map(|line| {
            let numbers: Vec<u32> = line.split_whitespace().map(|w| w.parse().unwrap()).collect();
            Arc { from: numbers[0], to: numbers[1], time: TravelTime::millis(numbers[2]) }
        })
        .collect();
    let nodes = arcs.iter().map(|a| a.from.max(a.to)).max().unwrap_or(0) + 1;
    let place = |i: u32| {
        let (angle, radius) = (f64::from(i) * 0.1, 0.001 * f64::from(i).sqrt());
        Coord { x: 100.0 + radius * angle.cos(), y: 30.0 + radius * angle.sin() }
    };
    ArcGraph { positions: (0..nodes).map(place).collect(), arcs }
}
