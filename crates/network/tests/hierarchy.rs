//! The hierarchy gives what the search gives, to the millisecond.

mod support;

use firesite_model::{Arc, ArcGraph, Coord, TravelTime};
use firesite_network::{Engine, NodeId, Origin, RoadNetwork, SnapOptions, Snapped, Snapper, VehicleProfile, generate};
use support::Random;

const FREE: &str = "name = 'free'
[speed_kmh]
primary = 45
tertiary = 30
residential = 22
service = 12
";

#[test]
fn matrices_of_both_engines_agree_on_random_arcs() {
    for seed in 0..1500 {
        let mut random = Random(50_000 + seed);
        let graph = support::arcs(&mut random);
        let Ok(read) = RoadNetwork::from_arcs(&graph) else { panic!("seed {seed}: {graph:?}") };
        let times = read.value.arc_times();
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Option<Snapped>> = graph.positions.iter().map(|p| snapper.snap(*p).ok()).collect();
        let limit = [None, Some(TravelTime::millis(random.below(200_000) as u32))][random.below(2) as usize];
        let by = |engine| times.matrix_by(engine, &places, &places, limit);
        assert_eq!(by(Engine::Search), by(Engine::Hierarchy), "seed {seed}: {graph:?}");
    }
}

#[test]
fn matrices_of_both_engines_agree_between_places_along_roads() {
    for seed in 0..200 {
        let mut random = Random(60_000 + seed);
        let mut roads = support::roads(&mut random);
        roads.restrictions.clear();
        let profile = VehicleProfile::parse(FREE, "free").unwrap();
        let Ok(read) = RoadNetwork::from_ways(&roads, &profile) else { continue };
        let times = read.value.times(&profile).unwrap().value;
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Option<Snapped>> = (0..40)
            .map(|_| snapper.snap(Coord { x: 112.5 + 0.01 * random.share(), y: 33.0 + 0.01 * random.share() }).ok())
            .collect();
        let by = |engine| times.matrix_by(engine, &places, &places, None);
        assert_eq!(by(Engine::Search), by(Engine::Hierarchy), "seed {seed}");
    }
}

#[test]
fn a_city_and_a_thousand_closures() {
    let graph = generate::city(6_000, 3).unwrap();
    let network = RoadNetwork::from_arcs(&graph).unwrap().value;
    let times = network.arc_times();
    let sweep_equals_search = |times: &firesite_network::TravelTimes| {
        let mut sweep = times.sweep().unwrap();
        let mut search = times.search();
        let snapper = Snapper::new(times, SnapOptions::default());
        let nodes: Vec<NodeId> = (0..20).map(|i| NodeId(i * 271)).collect();
        for block in nodes.chunks(firesite_network::LANES) {
            let seeds: Vec<Vec<(NodeId, u32)>> = block.iter().map(|n| vec![(*n, 0)]).collect();
            let seeds: Vec<&[(NodeId, u32)]> = seeds.iter().map(Vec::as_slice).collect();
            sweep.run(&seeds);
            for (lane, node) in block.iter().enumerate() {
                let place = snapper.snap(times.network().position(*node)).unwrap();
                let field = search.run(&[Origin::at(&place)], None);
                for to in times.network().nodes() {
                    let wanted = field.at_node(to).map_or(u32::MAX, TravelTime::as_millis);
                    assert_eq!(sweep.at(to)[lane], wanted);
                }
            }
        }
    };
    sweep_equals_search(&times);
    // Closures and slower hours only need to be customised again, and equal a network built with them.
    let mut random = Random(9);
    let arcs: Vec<TravelTime> = (0..network.arc_count() as u32)
        .map(|a| match random.below(17) {
            0 => TravelTime::MAX,
            1 => times.arc(firesite_network::ArcId(a)) + TravelTime::seconds(30),
            _ => times.arc(firesite_network::ArcId(a)),
        })
        .collect();
    let changed = times.with_arc_times(arcs.clone()).unwrap();
    sweep_equals_search(&changed);
    let scratch = ArcGraph {
        positions: graph.positions.clone(),
        arcs: (0..network.arc_count() as u32)
            .map(firesite_network::ArcId)
            .map(|a| {
                let (tail, head, _) = network.arc(a);
                let input = |n| network.input_of_node(n).unwrap();
                Arc { from: input(tail), to: input(head), time: arcs[a.index()] }
            })
            .collect(),
    };
    let scratch = RoadNetwork::from_arcs(&scratch).unwrap().value.arc_times();
    let snapper = Snapper::new(&changed, SnapOptions::default());
    let places: Vec<Option<Snapped>> = (0..60).map(|i| snapper.snap(network.position(NodeId(i * 97))).ok()).collect();
    let again = changed.matrix_by(Engine::Hierarchy, &places, &places, None);
    assert_eq!(again, scratch.matrix_by(Engine::Search, &places, &places, None));
}

#[test]
fn an_order_is_kept_and_a_foreign_or_damaged_one_refused() {
    let network = || RoadNetwork::from_arcs(&generate::city(900, 1).unwrap()).unwrap().value;
    let kept = network().save_order(&|_| true).unwrap();
    let fresh = network();
    fresh.load_order(&kept, "order").unwrap();
    assert_eq!(fresh.save_order(&|_| true).unwrap(), kept);
    let other = RoadNetwork::from_arcs(&generate::city(900, 2).unwrap()).unwrap().value;
    let refused = |bytes: &[u8]| other.load_order(bytes, "x.order").unwrap_err().to_string();
    assert!(refused(&kept).contains("another network"));
    assert!(refused(&kept[..20]).contains("too short"));
    for at in (0..kept.len()).step_by(97) {
        let mut damaged = kept.clone();
        damaged[at] ^= 1;
        let text = network().load_order(&damaged, "x.order").unwrap_err().to_string();
        assert!(text.contains("x.order"), "{text}");
    }
}

#[test]
fn preparation_can_be_given_up() {
    let times = RoadNetwork::from_arcs(&generate::city(3_000, 1).unwrap()).unwrap().value.arc_times();
    assert!(!times.prepare(&|share| share < 0.2));
    assert!(times.prepare(&|_| true));
    let counts = times.hierarchy_counts().unwrap();
    assert!(counts.kept_arcs > 0 && counts.skeleton_arcs < 30 * times.network().node_count(), "{counts:?}");
}

#[test]
fn one_thread_and_four_give_the_same_order() {
    let order = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let network = RoadNetwork::from_arcs(&generate::city(8_000, 5).unwrap()).unwrap().value;
        pool.install(|| network.save_order(&|_| true).unwrap())
    };
    assert_eq!(order(1), order(4));
}
