//! The hierarchy gives what the search gives, to the millisecond.

mod support;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use firesite_model::{Arc, ArcGraph, Coord, TravelTime};
use firesite_network::{
    ArcId, Cancelled, Engine, Matrix, NodeId, Origin, Progress, RoadNetwork, SnapOptions, Snapped, Snapper,
    TravelTimes, VehicleProfile, generate,
};
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
fn memory_that_is_used_again_holds_nothing_of_what_it_held() {
    let mut kept = Matrix::default();
    for seed in 0..60 {
        let mut random = Random(55_000 + seed);
        let times = RoadNetwork::from_arcs(&support::arcs(&mut random)).unwrap().value.arc_times();
        let snapper = Snapper::new(&times, SnapOptions::default());
        let nodes: Vec<_> = times.network().nodes().map(|n| snapper.snap(times.network().position(n)).ok()).collect();
        // Fewer and more, of the same times: their sweeps share buffers.
        for _ in 0..6 {
            let mut some = |most: u64| -> Vec<Option<Snapped>> {
                (0..random.below(most)).map(|_| nodes[random.below(nodes.len() as u64) as usize]).collect()
            };
            let (from, to) = (some(70), some(20));
            let wanted = times.matrix_by(Engine::Search, &from, &to, None);
            for engine in [Engine::Hierarchy, Engine::Search] {
                times.matrix_into(&mut kept, engine, &from, &to, None);
                assert_eq!(kept, wanted, "seed {seed}, {engine:?}");
            }
        }
    }
}

#[test]
fn a_city_and_a_thousand_closures() {
    let graph = generate::city(6_000, 3).unwrap();
    let network = RoadNetwork::from_arcs(&graph).unwrap().value;
    let times = network.arc_times();
    let sweep_equals_search = |times: &firesite_network::TravelTimes| {
        let mut sweep = times.sweep();
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
    let kept = network().save_order(Progress::default()).unwrap();
    let fresh = network();
    fresh.load_order(&kept, "order").unwrap();
    assert_eq!(fresh.save_order(Progress::default()).unwrap(), kept);
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
    let (stop, last) = (AtomicBool::new(false), Mutex::new(0));
    let tell = |step: &str, done: u64, of: u64| {
        assert!(step == "order" && done <= of, "{step}: {done} of {of}");
        *last.lock().unwrap() = done;
        stop.store(done > of / 5, Ordering::Relaxed);
    };
    let progress = Progress::default().reporting(&tell).cancelled_by(&stop);
    assert_eq!(times.prepare(progress), Err(Cancelled));
    assert!(*last.lock().unwrap() > 0 && times.hierarchy_counts().is_none());
    let steps = Mutex::new(Vec::new());
    let tell = |step: &str, done: u64, of: u64| steps.lock().unwrap().push((step.to_string(), done == of));
    assert_eq!(times.prepare(Progress::default().reporting(&tell)), Ok(()));
    let steps = steps.into_inner().unwrap();
    for step in ["order", "skeleton", "customise"] {
        assert!(steps.contains(&(step.to_string(), true)), "{step} never ended: {steps:?}");
    }
    let counts = times.hierarchy_counts().unwrap();
    assert!(counts.kept_arcs > 0 && counts.skeleton_arcs < 30 * times.network().node_count(), "{counts:?}");
}

#[test]
fn one_thread_and_four_give_the_same_order() {
    let order = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let network = RoadNetwork::from_arcs(&generate::city(8_000, 5).unwrap()).unwrap().value;
        pool.install(|| network.save_order(Progress::default()).unwrap())
    };
    assert_eq!(order(1), order(4));
}

/// Places at nodes of a network of plain arcs.
fn places(times: &TravelTimes, nodes: impl Iterator<Item = u32>) -> Vec<Option<Snapped>> {
    let snapper = Snapper::new(times, SnapOptions::default());
    nodes.map(|n| snapper.snap(times.network().position(NodeId(n))).ok()).collect()
}

/// The same network built from scratch with these times, and its places at the same spots.
fn from_scratch(graph: &ArcGraph, times: &TravelTimes) -> TravelTimes {
    let network = times.network();
    let input = |n| network.input_of_node(n).unwrap();
    let arc = |a| {
        let (tail, head, _) = network.arc(a);
        Arc { from: input(tail), to: input(head), time: times.arc(a) }
    };
    let arcs = (0..network.arc_count() as u32).map(ArcId).map(arc).collect();
    RoadNetwork::from_arcs(&ArcGraph { positions: graph.positions.clone(), arcs }).unwrap().value.arc_times()
}

/// A coverage matrix says what the matrix of times says.
fn assert_bits(times: &TravelTimes, from: &[Option<Snapped>], to: &[Option<Snapped>], limit: TravelTime, seed: u64) {
    let wanted = times.matrix_by(Engine::Search, from, to, Some(limit));
    for engine in [Engine::Search, Engine::Hierarchy] {
        let bits = times.coverage_matrix_by(engine, from, to, limit);
        assert_eq!((bits.origins(), bits.destinations()), (from.len(), to.len()));
        for i in 0..from.len() {
            let row: Vec<usize> = (0..to.len()).filter(|&j| wanted.at(i, j).is_some()).collect();
            assert_eq!(bits.covered_by(i).collect::<Vec<_>>(), row, "seed {seed}, {engine:?}");
            assert!(row.iter().all(|&j| bits.covers(i, j)) && bits.count(i) == row.len());
        }
        for j in 0..to.len() {
            let column: Vec<usize> = (0..from.len()).filter(|&i| wanted.at(i, j).is_some()).collect();
            assert_eq!(bits.covering(j).collect::<Vec<_>>(), column, "seed {seed}, {engine:?}");
        }
    }
}

#[test]
fn bits_due_order_and_reach_of_both_engines_agree_on_random_arcs() {
    let (mut shared, mut covered) = (0, 0);
    for seed in 0..1500 {
        let mut random = Random(70_000 + seed);
        let graph = support::arcs(&mut random);
        let network = RoadNetwork::from_arcs(&graph).unwrap().value;
        let (plain, prepared) = (network.arc_times(), network.arc_times());
        assert_eq!(prepared.prepare(Progress::default()), Ok(()));
        let snapper = Snapper::new(&plain, SnapOptions::default());
        let places: Vec<Option<Snapped>> = graph.positions.iter().map(|p| snapper.snap(*p).ok()).collect();
        let limit = TravelTime::millis(random.below(150_000) as u32);
        assert_bits(&prepared, &places, &places, limit, seed);
        let sites: Vec<Snapped> = places.iter().flatten().copied().collect();
        let wanted = plain.reach(&sites, &places, limit);
        assert_eq!(prepared.reach(&sites, &places, limit), wanted, "seed {seed}: {graph:?}");
        covered += wanted.len();
        let origins: Vec<Origin<'_>> = (sites.iter().take(1 + random.below(6) as usize))
            .map(|place| Origin { place, offset: TravelTime::millis(random.below(3) as u32 * 20_000) })
            .collect();
        for k in 1..=3 {
            for limit in [None, Some(limit)] {
                let wanted = plain.due_by(Engine::Search, &origins, k, limit);
                let found = prepared.due_by(Engine::Hierarchy, &origins, k, limit);
                for node in network.nodes() {
                    assert_eq!(found.at_node(node), wanted.at_node(node), "seed {seed}, first {k}: {graph:?}");
                    shared += usize::from(wanted.at_node(node).len() > 1);
                }
            }
        }
    }
    assert!(shared > 10_000 && covered > 10_000, "{shared}, {covered}: too easy");
}

#[test]
fn bits_due_order_and_reach_of_both_engines_agree_along_roads() {
    for seed in 0..200 {
        let mut random = Random(80_000 + seed);
        let mut roads = support::roads(&mut random);
        roads.restrictions.clear();
        let profile = VehicleProfile::parse(FREE, "free").unwrap();
        let Ok(read) = RoadNetwork::from_ways(&roads, &profile) else { continue };
        let (plain, prepared) = (read.value.times(&profile).unwrap().value, read.value.times(&profile).unwrap().value);
        assert_eq!(prepared.prepare(Progress::default()), Ok(()));
        let snapper = Snapper::new(&plain, SnapOptions::default());
        let places: Vec<Option<Snapped>> = (0..40)
            .map(|_| snapper.snap(Coord { x: 112.5 + 0.01 * random.share(), y: 33.0 + 0.01 * random.share() }).ok())
            .collect();
        let limit = TravelTime::millis(random.below(300_000) as u32);
        assert_bits(&prepared, &places, &places, limit, seed);
        let sites: Vec<Snapped> = places.iter().flatten().copied().collect();
        assert_eq!(prepared.reach(&sites, &places, limit), plain.reach(&sites, &places, limit), "seed {seed}");
        let origins: Vec<Origin<'_>> = sites.iter().take(5).map(Origin::at).collect();
        let order = |times: &TravelTimes| times.due_order(&origins, 3, &places, None);
        assert_eq!(order(&prepared), order(&plain), "seed {seed}");
    }
}

#[test]
fn a_district_of_neighbours_and_scattered_sites_reach_what_each_reaches_alone() {
    let network = RoadNetwork::from_arcs(&generate::city(9_000, 4).unwrap()).unwrap().value;
    let (plain, prepared) = (network.arc_times(), network.arc_times());
    prepared.prepare(Progress::default()).unwrap();
    let demand = places(&plain, 0..network.node_count() as u32);
    // Every crossing of a district, then some far and wide, in no order.
    let mut nodes: Vec<u32> = (3_000..3_700).chain((0..40).map(|i| i * 211)).collect();
    nodes.reverse();
    let sites: Vec<Snapped> = places(&plain, nodes.into_iter()).into_iter().flatten().collect();
    // The same in the order of the ground, with points that have no place between them.
    let district = places(&plain, 3_000..3_700);
    let scattered: Vec<Option<Snapped>> = (sites.iter().map(|&site| Some(site)).chain([None, None])).collect();
    for limit in [TravelTime::ZERO, TravelTime::seconds(90), TravelTime::minutes(4)] {
        let wanted = plain.reach(&sites, &demand, limit);
        let bits = |times: &TravelTimes, engine| {
            [&district, &scattered].map(|from| times.coverage_matrix_by(engine, from, &demand, limit))
        };
        let by = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| (prepared.reach(&sites, &demand, limit), bits(&prepared, Engine::Choose)))
        };
        for threads in [1, 3] {
            assert!(by(threads) == (wanted.clone(), bits(&plain, Engine::Search)), "{limit:?}, {threads} threads");
        }
        assert!(bits(&plain, Engine::Search) == bits(&prepared, Engine::Hierarchy));
    }
}

#[test]
fn slices_of_a_day_equal_networks_built_for_each() {
    let graph = generate::city(1_500, 6).unwrap();
    let times = RoadNetwork::from_arcs(&graph).unwrap().value.arc_times();
    let mut random = Random(11);
    let slowness: Vec<u32> = (0..24).map(|_| 100 + random.below(150) as u32).collect();
    let flooded: Vec<bool> = (0..times.network().arc_count()).map(|_| random.below(40) == 0).collect();
    let day = times.time_slices(24, |hour, arc, usual| match hour {
        20..24 if flooded[arc.index()] => TravelTime::MAX,
        _ => TravelTime::millis(usual.as_millis() * slowness[hour] / 100),
    });
    for slice in &day {
        let scratch = from_scratch(&graph, slice);
        let spots = || (0..40).map(|i| i * 31);
        let again = slice.matrix_by(Engine::Hierarchy, &places(slice, spots()), &places(slice, spots()), None);
        let wanted = scratch.matrix_by(Engine::Search, &places(&scratch, spots()), &places(&scratch, spots()), None);
        assert_eq!(again, wanted);
    }
    // One order serves all of them.
    assert_eq!(day[0].hierarchy_counts().map(|c| c.triangles), day[23].hierarchy_counts().map(|c| c.triangles));
}

#[test]
fn one_thread_and_four_customise_to_the_same_answers() {
    let network = RoadNetwork::from_arcs(&generate::city(8_000, 5).unwrap()).unwrap().value;
    let all = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let times = network.arc_times();
            let from = places(&times, (0..40).map(|i| i * 150));
            (times.matrix_by(Engine::Hierarchy, &from, &from, None), times.hierarchy_counts())
        })
    };
    assert_eq!(all(1), all(4));
}

#[test]
fn every_mutation_of_a_kept_order_is_taken_whole_or_refused() {
    let network = || RoadNetwork::from_arcs(&generate::city(400, 1).unwrap()).unwrap().value;
    let kept = network().save_order(Progress::default()).unwrap();
    let fresh = network();
    let mut random = Random(12);
    for _ in 0..3_000 {
        let mut bytes = kept.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len().max(1) as u64) as usize;
            match random.below(5) {
                0 => bytes.truncate(at),
                1 if !bytes.is_empty() => bytes[at] = random.below(256) as u8,
                2 => bytes.insert(at.min(bytes.len()), random.below(256) as u8),
                3 if !bytes.is_empty() => {
                    bytes.remove(at);
                }
                _ => bytes.extend_from_slice(&kept[..at.min(kept.len())]),
            }
        }
        if random.below(2) == 0 {
            // A checksum that fits what it stands under: the content itself must be looked at.
            bytes.truncate(bytes.len().saturating_sub(32));
            let sum = blake3::hash(&bytes);
            bytes.extend_from_slice(sum.as_bytes());
        }
        if bytes != kept {
            let text = match fresh.load_order(&bytes, "beside.order") {
                Ok(()) => String::from("taken"),
                Err(error) => error.to_string(),
            };
            assert!(text.contains("beside.order"), "{} bytes: {text}", bytes.len());
        }
    }
    fresh.load_order(&kept, "beside.order").unwrap();
}
