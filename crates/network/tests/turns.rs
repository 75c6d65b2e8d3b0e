//! Where turns have a price or are forbidden, the hierarchy gives what the search gives, to the millisecond. (That the
//! search gives what petgraph gives is shown in `against_petgraph.rs` and `turns_fields.rs`.)

mod support;

use firesite_model::{Coord, TravelTime};
use firesite_network::{
    ArcId, EdgeId, Engine, LANES, NodeId, Origin, Progress, RoadNetwork, SnapOptions, Snapped, Snapper, TravelTimes,
    TurnCosts, VehicleProfile, generate,
};
use petgraph::algo::dijkstra;
use petgraph::visit::EdgeRef;
use support::Random;

fn costs(random: &mut Random) -> TurnCosts {
    let mut cost = || TravelTime::millis([0, random.below(5), random.below(30_000)][random.below(3) as usize] as u32);
    TurnCosts { right: cost(), left: cost(), uturn: cost(), signal: cost(), level_crossing: cost() }
}

/// A network of roads with bans, times without a hierarchy, and places beside and on its roads.
fn town(random: &mut Random) -> Option<(RoadNetwork, TravelTimes, Vec<Option<Snapped>>)> {
    let roads = support::roads(random);
    let mut profile = VehicleProfile::parse(support::SPEEDS, "test").unwrap();
    profile.turns = costs(random);
    let network = RoadNetwork::from_ways(&roads, &profile).ok()?.value;
    let times = network.times(&profile).unwrap().value;
    let snapper = Snapper::new(&times, SnapOptions::default());
    let places = (0..24 + LANES as u64)
        .map(|_| {
            let beside = Coord { x: 112.5 + 0.01 * random.share(), y: 33.0 + 0.01 * random.share() };
            // Every other place is a point of a road itself, often a node.
            let on = roads.nodes[random.below(roads.nodes.len() as u64) as usize].position;
            snapper.snap(if random.below(2) == 0 { beside } else { on }).ok()
        })
        .collect();
    Some((network, times, places))
}

/// Every question, of times with a hierarchy and of the same without one.
fn assert_same(plain: &TravelTimes, places: &[Option<Snapped>], random: &mut Random, what: &str) -> usize {
    let arcs = |times: &TravelTimes| (0..times.network().arc_count() as u32).map(|a| times.arc(ArcId(a))).collect();
    let prepared = plain.with_arc_times(arcs(plain)).unwrap();
    prepared.prepare(Progress::default()).unwrap();
    let limit = TravelTime::millis(random.below(300_000) as u32);
    let mut reached = 0;
    for limit in [None, Some(limit)] {
        let by = |engine| prepared.matrix_by(engine, places, places, limit);
        let wanted = by(Engine::Search);
        assert_eq!(by(Engine::Hierarchy), wanted, "{what}");
        reached += (0..places.len()).map(|i| wanted.row(i).flatten().count()).sum::<usize>();
    }
    let bits = |engine| prepared.coverage_matrix_by(engine, places, places, limit);
    assert_eq!(bits(Engine::Hierarchy), bits(Engine::Search), "{what}");
    let sites: Vec<Snapped> = places.iter().flatten().copied().collect();
    let reach = |engine| prepared.reach_by(engine, &sites, places, limit);
    assert_eq!(reach(Engine::Hierarchy), reach(Engine::Search), "{what}");
    let origins: Vec<Origin<'_>> = (sites.iter().take(1 + random.below(6) as usize))
        .map(|place| Origin { place, offset: TravelTime::millis(random.below(3) as u32 * 20_000) })
        .collect();
    for (k, limit) in (1..=3).flat_map(|k| [(k, None), (k, Some(limit))]) {
        let wanted = plain.due_by(Engine::Search, &origins, k, limit);
        let found = prepared.due_by(Engine::Hierarchy, &origins, k, limit);
        for node in plain.network().nodes() {
            assert_eq!(found.at_node(node), wanted.at_node(node), "{what}, first {k}");
        }
        for place in &sites {
            assert_eq!(found.at(place), wanted.at(place), "{what}, first {k}");
        }
    }
    reached
}

#[test]
fn every_question_on_roads_with_turns() {
    let (mut reached, mut banned, mut towns) = (0, 0, 0);
    for seed in 0..400 {
        let mut random = Random(110_000 + seed);
        let Some((network, times, places)) = town(&mut random) else { continue };
        if times.has_turns() {
            reached += assert_same(&times, &places, &mut random, &format!("seed {seed}"));
            (banned, towns) = (banned + network.banned_turns(), towns + 1);
        }
    }
    assert!(reached > 100_000 && banned > 300 && towns > 200, "{reached}, {banned}, {towns}: too easy");
}

#[test]
fn every_question_on_arcs_of_every_unpleasant_kind_with_turns() {
    let mut reached = 0;
    for seed in 0..600 {
        let mut random = Random(120_000 + seed);
        let graph = support::arcs(&mut random);
        let network = RoadNetwork::from_arcs(&graph).unwrap().value;
        let times = network.arc_times().with_turn_costs(&costs(&mut random));
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Option<Snapped>> = graph.positions.iter().map(|p| snapper.snap(*p).ok()).collect();
        reached += assert_same(&times, &places, &mut random, &format!("seed {seed}: {graph:?}"));
    }
    assert!(reached > 50_000, "{reached}: too easy");
}

#[test]
fn closures_and_other_prices_only_need_to_be_customised() {
    for seed in 0..60 {
        let mut random = Random(130_000 + seed);
        let Some((network, times, places)) = town(&mut random) else { continue };
        // The hierarchy of the first times leaves its order with the network.
        times.prepare(Progress::default()).unwrap();
        let edges = network.edge_count() as u64;
        for round in 0..4 {
            let closed: Vec<EdgeId> = (0..random.below(6)).map(|_| EdgeId(random.below(edges) as u32)).collect();
            let changed = times.without(&closed).with_turn_costs(&costs(&mut random)).scaled(1.0 + random.share());
            assert_same(&changed, &places, &mut random, &format!("seed {seed}, round {round}"));
        }
    }
}

/// petgraph's distance from every arc out of a node to every arc, then along the last one.
#[test]
fn sweeps_with_turns_equal_petgraph() {
    let mut reached = 0;
    for seed in 0..150 {
        let mut random = Random(140_000 + seed);
        let Some((network, times, _)) = town(&mut random) else { continue };
        let nodes: Vec<NodeId> = network.nodes().collect();
        let origins: Vec<NodeId> = (0..LANES).map(|_| nodes[random.below(nodes.len() as u64) as usize]).collect();
        let seeds: Vec<[(NodeId, u32); 1]> = origins.iter().map(|&node| [(node, random.below(9_000) as u32)]).collect();
        let mut sweep = times.sweep();
        // Twice, so that nothing of the first is left over.
        for _ in 0..2 {
            sweep.run(&seeds.iter().map(<[_; 1]>::as_slice).collect::<Vec<_>>());
        }
        for (lane, &[(origin, start)]) in seeds.iter().enumerate().step_by(5) {
            let mut wanted = vec![u32::MAX; nodes.len()];
            if times.has_turns() {
                for first in network.arcs_from(origin).filter(|a| times.arc(*a) != TravelTime::MAX) {
                    for (arc, time) in dijkstra(network.turns(&times), first, None, |turn| *turn.weight()) {
                        let there = &mut wanted[network.arc(arc).1.index()];
                        *there = (*there).min((time + times.arc(arc)).as_millis().saturating_add(start));
                    }
                }
                wanted[origin.index()] = start;
            } else {
                for (node, time) in dijkstra(network.crossings(&times), origin, None, |arc| *arc.time()) {
                    wanted[node.index()] = time.as_millis().saturating_add(start);
                }
            }
            for &node in &nodes {
                assert_eq!(sweep.at(node)[lane], wanted[node.index()], "seed {seed}, {origin:?} to {node:?}");
                reached += usize::from(wanted[node.index()] != u32::MAX);
            }
        }
    }
    assert!(reached > 10_000, "{reached}: too easy");
}

/// Streets of much the same length, many of them one-way: more than one arrival at a crossing waits in the same bucket.
#[test]
fn cities_from_every_crossing_with_turns_of_any_price() {
    let mut turned = 0;
    for seed in 0..60 {
        let mut random = Random(150_000 + seed);
        let network = RoadNetwork::from_arcs(&generate::city(150, seed).unwrap()).unwrap().value;
        let times = network.arc_times().with_turn_costs(&costs(&mut random));
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Option<Snapped>> = network.nodes().map(|n| snapper.snap(network.position(n)).ok()).collect();
        let by = |engine| times.matrix_by(engine, &places, &places, None);
        let matrix = by(Engine::Search);
        assert_eq!(matrix, by(Engine::Hierarchy), "seed {seed}");
        // Several origins at once: the soonest of each alone, the first where several are as soon.
        let rows: Vec<usize> = (0..8).map(|_| random.below(places.len() as u64) as usize).collect();
        let origins: Vec<Origin<'_>> = rows.iter().map(|&row| Origin::at(places[row].as_ref().unwrap())).collect();
        let mut search = times.search();
        let field = search.run(&origins, None);
        for (to, place) in places.iter().enumerate() {
            let dues = rows.iter().enumerate().filter_map(|(origin, &row)| Some((matrix.row(row).nth(to)??, origin)));
            assert_eq!(field.owner_at(place.as_ref().unwrap()), dues.min(), "seed {seed}, {to}");
        }
        turned += usize::from(times.has_turns());
    }
    assert!(turned > 40, "{turned}: too easy");
}

#[test]
fn a_city_with_turns_for_any_thread_count() {
    let all = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let network = RoadNetwork::from_arcs(&generate::city(3_000, 5).unwrap()).unwrap().value;
            let times = network.arc_times().with_turn_costs(&VehicleProfile::packaged("fire-engine").unwrap().turns);
            let snapper = Snapper::new(&times, SnapOptions::default());
            let place = |n| snapper.snap(network.position(NodeId(n))).ok();
            let places: Vec<Option<Snapped>> = (0..60).map(|i| place(i * 40)).collect();
            let matrix = times.matrix_by(Engine::Hierarchy, &places, &places, None);
            let sites: Vec<Snapped> = (1_000..1_200).filter_map(place).collect();
            let limit = TravelTime::seconds(60);
            let reach = times.reach(&sites, &places, limit);
            assert_eq!(matrix, times.matrix_by(Engine::Search, &places, &places, None));
            assert_eq!(reach, times.reach_by(Engine::Search, &sites, &places, limit));
            (matrix, reach, times.hierarchy_counts())
        })
    };
    assert_eq!(all(1), all(4));
}
