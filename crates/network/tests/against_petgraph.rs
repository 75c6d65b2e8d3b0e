//! Every answer against petgraph's Dijkstra, to the millisecond, on thousands of random networks. A failure prints the
//! seed and the network.

mod support;

use std::collections::HashMap;

use firesite_model::{Coord, TravelTime};
use firesite_network::{
    ArcId, Engine, NodeId, Origin, RoadNetwork, SnapOptions, Snapped, Snapper, TravelTimes, VehicleProfile,
};
use petgraph::algo::dijkstra;
use support::Random;

const TURNS: &str = "name = 'turns'
[speed_kmh]
primary = 45
tertiary = 30
residential = 22
service = 12
[turns]
right_s = 2
left_s = 5
uturn_s = 25
signal_s = 6
level_crossing_s = 15
";

/// A limit, or none, that splits the times that occur.
fn limit(random: &mut Random, times: &[TravelTime]) -> Option<TravelTime> {
    match random.below(3) {
        0 => None,
        1 => times.get(random.below(times.len() as u64) as usize).copied(),
        _ => Some(TravelTime::millis(random.below(200_000) as u32)),
    }
}

fn within(time: TravelTime, limit: Option<TravelTime>) -> Option<TravelTime> {
    (time < TravelTime::MAX && limit.is_none_or(|l| time <= l)).then_some(time)
}

#[test]
fn fields_on_plain_arcs() {
    for seed in 0..3000 {
        let mut random = Random(seed);
        let graph = support::arcs(&mut random);
        let Ok(read) = RoadNetwork::from_arcs(&graph) else { panic!("seed {seed}: {graph:?}") };
        let (network, times) = (&read.value, read.value.arc_times());
        network.check().unwrap();
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Option<Snapped>> = graph.positions.iter().map(|p| snapper.snap(*p).ok()).collect();
        let mut search = times.search();
        // Several origins with offsets, each also alone.
        let origins: Vec<Origin<'_>> = (0..=random.below(4))
            .filter_map(|_| {
                let place = places[random.below(places.len() as u64) as usize].as_ref()?;
                Some(Origin { place, offset: TravelTime::millis(random.below(50_000) as u32) })
            })
            .collect();
        let alone: Vec<_> = (origins.iter())
            .map(|o| dijkstra(network.crossings(&times), o.place.node.unwrap(), None, |arc| *arc.time()))
            .collect();
        let dues = |node: NodeId, limit: Option<TravelTime>| {
            let mut dues: Vec<(TravelTime, usize)> = (alone.iter().enumerate())
                .filter_map(|(i, found)| Some((within(*found.get(&node)? + origins[i].offset, limit)?, i)))
                .collect();
            dues.sort();
            dues
        };
        let all: Vec<TravelTime> = network.nodes().flat_map(|n| dues(n, None)).map(|d| d.0).collect();
        let limit = limit(&mut random, &all);
        let field = search.run(&origins, limit);
        for node in network.nodes() {
            let wanted = dues(node, limit).first().copied();
            assert_eq!(field.at_node(node), wanted.map(|w| w.0), "seed {seed}, {node:?}, {limit:?}: {graph:?}");
        }
        for place in places.iter().flatten() {
            let wanted = dues(place.node.unwrap(), limit).first().copied();
            assert_eq!(field.owner_at(place), wanted, "seed {seed}: {graph:?}");
        }
        for k in 1..=3 {
            let order = times.due_order(&origins, k, &places, limit);
            for (place, order) in places.iter().zip(order) {
                let Some(place) = place else { continue };
                let mut wanted: Vec<(usize, TravelTime)> =
                    dues(place.node.unwrap(), limit).into_iter().map(|(t, i)| (i, t)).collect();
                wanted.truncate(k);
                assert_eq!(order, wanted, "seed {seed}, the first {k}: {graph:?}");
            }
        }
    }
}

#[test]
fn matrix_and_reach_on_plain_arcs_by_every_engine() {
    for seed in 0..2000 {
        let mut random = Random(10_000 + seed);
        let graph = support::arcs(&mut random);
        let Ok(read) = RoadNetwork::from_arcs(&graph) else { panic!("seed {seed}: {graph:?}") };
        let (network, times) = (&read.value, read.value.arc_times());
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Option<Snapped>> = graph.positions.iter().map(|p| snapper.snap(*p).ok()).collect();
        let limit = TravelTime::millis(random.below(150_000) as u32);
        let sites: Vec<Snapped> = places.iter().flatten().copied().collect();
        let (mut rows, mut reached) = (Vec::new(), Vec::new());
        for from in &places {
            let Some(from) = from else {
                rows.push(vec![None; places.len()]);
                continue;
            };
            let found = dijkstra(network.crossings(&times), from.node.unwrap(), None, |arc| *arc.time());
            let row: Vec<Option<TravelTime>> =
                (places.iter()).map(|to| within(*found.get(&to.as_ref()?.node?)?, Some(limit))).collect();
            reached.push(row.iter().enumerate().filter_map(|(j, t)| Some((j as u32, (*t)?))).collect::<Vec<_>>());
            rows.push(row);
        }
        for engine in [Engine::Choose, Engine::Search, Engine::Hierarchy] {
            let matrix = times.matrix_by(engine, &places, &places, Some(limit));
            for (i, row) in rows.iter().enumerate() {
                assert!(matrix.row(i).eq(row.iter().copied()), "seed {seed}, {engine:?}: {graph:?}");
            }
            let reach = times.reach_by(engine, &sites, &places, limit);
            assert!(reach.rows().eq(reached.iter().map(Vec::as_slice)), "seed {seed}, {engine:?}: {graph:?}");
        }
    }
}

/// Every origin on its own thread or all on one: the same fields, in the order of the origins.
#[test]
fn fields_of_many_origins_for_any_thread_count() {
    let graph = firesite_network::generate::city(4_000, 2).unwrap();
    let times = RoadNetwork::from_arcs(&graph).unwrap().value.arc_times();
    let snapper = Snapper::new(&times, SnapOptions::default());
    let mut random = Random(3);
    let places: Vec<Snapped> = (0..200)
        .filter_map(|_| snapper.snap(graph.positions[random.below(graph.positions.len() as u64) as usize]).ok())
        .collect();
    let origins: Vec<Origin<'_>> = places.iter().map(Origin::at).collect();
    let limit = Some(TravelTime::seconds(150));
    let sums = |network: &RoadNetwork, field: &firesite_network::TimeField<'_>| -> u64 {
        network.nodes().filter_map(|n| field.at_node(n)).map(|t| u64::from(t.as_millis()) + 1).sum()
    };
    let mut search = times.search();
    let wanted: Vec<(usize, u64)> = (origins.iter().enumerate())
        .map(|(i, origin)| (i, sums(times.network(), &search.run(&[*origin], limit))))
        .collect();
    assert!(wanted.iter().all(|(_, sum)| *sum > 0));
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| times.fields(&origins, limit, |i, field| (i, sums(times.network(), &field))));
        assert_eq!(found, wanted, "{threads} threads");
    }
}

/// Earliest entry of every arc from a start part-way along an edge, by petgraph on the turns view.
fn entries(times: &TravelTimes, origin: &Origin<'_>) -> (HashMap<ArcId, TravelTime>, Vec<(NodeId, TravelTime)>) {
    let network = times.network();
    let (edge, mut entries, mut nodes) = (network.edge(origin.place.edge), HashMap::new(), Vec::new());
    let start = origin.offset + origin.place.access;
    let mut follow = |arc: ArcId, time: TravelTime| {
        for (next, way) in dijkstra(network.turns(times), arc, None, |turn| *petgraph::visit::EdgeRef::weight(&turn)) {
            let best = entries.entry(next).or_insert(TravelTime::MAX);
            *best = (*best).min(time + way);
        }
    };
    if let Some(node) = origin.place.node {
        nodes.push((node, start));
        network.arcs_from(node).for_each(|next| follow(next, start));
        return (entries, nodes);
    }
    for (arc, share, end) in
        [(edge.forward, 1.0 - origin.place.share, edge.ends.1), (edge.backward, origin.place.share, edge.ends.0)]
    {
        let Some(arc) = arc else { continue };
        let time = start + part(times.arc(arc), share);
        nodes.push((end, time));
        for next in network.arcs_from(end) {
            if let Some(turn) = times.turn(arc, next) {
                follow(next, time + turn);
            }
        }
    }
    (entries, nodes)
}

fn part(time: TravelTime, share: f64) -> TravelTime {
    TravelTime::millis((f64::from(time.as_millis()) * share + 0.5).floor() as u32)
}

/// The time of a place, from the entries of arcs.
fn at(times: &TravelTimes, origin: &Origin<'_>, place: &Snapped) -> Option<TravelTime> {
    let network = times.network();
    let (entries, nodes) = entries(times, origin);
    let edge = network.edge(place.edge);
    let mut best = TravelTime::MAX;
    if let Some(node) = place.node {
        for arc in (0..network.arc_count() as u32).map(ArcId).filter(|a| network.arc(*a).1 == node) {
            best = entries.get(&arc).map_or(best, |t| best.min(*t + times.arc(arc)));
        }
        best = nodes.iter().filter(|n| n.0 == node).fold(best, |b, n| b.min(n.1));
    } else {
        for (arc, share) in [(edge.forward, place.share), (edge.backward, 1.0 - place.share)] {
            let Some(arc) = arc else { continue };
            best = entries.get(&arc).map_or(best, |t| best.min(*t + part(times.arc(arc), share)));
            let ahead = if Some(arc) == edge.forward {
                place.share - origin.place.share
            } else {
                origin.place.share - place.share
            };
            if origin.place.edge == place.edge && ahead >= 0.0 {
                best = best.min(origin.offset + origin.place.access + part(times.arc(arc), ahead));
            }
        }
    }
    within(best + place.access, None)
}

#[test]
fn places_on_roads_with_turns_and_without() {
    let (mut pairs, mut with_turns, mut banned) = (0, 0, 0);
    for seed in 0..400 {
        let mut random = Random(20_000 + seed);
        let roads = support::roads(&mut random);
        let text = if random.below(3) == 0 { TURNS.split("[turns]").next().unwrap() } else { TURNS };
        let profile = VehicleProfile::parse(text, "test").unwrap();
        let Ok(read) = RoadNetwork::from_ways(&roads, &profile) else { continue };
        let network = read.value;
        network.check().unwrap_or_else(|fault| panic!("seed {seed}: {fault}"));
        let times = network.times(&profile).unwrap().value;
        with_turns += usize::from(times.has_turns());
        banned += network.banned_turns();
        let snapper = Snapper::new(&times, SnapOptions::default());
        let places: Vec<Snapped> = (0..12)
            .filter_map(|_| {
                let p = Coord { x: 112.5 + 0.01 * random.share(), y: 33.0 + 0.01 * random.share() };
                // Every other place is a point of a road itself, often a node.
                let node = &roads.nodes[random.below(roads.nodes.len() as u64) as usize];
                snapper.snap(if random.below(2) == 0 { p } else { node.position }).ok()
            })
            .collect();
        let origins: Vec<Origin<'_>> = (places.iter().take(3))
            .map(|place| Origin { place, offset: TravelTime::millis(random.below(60_000) as u32) })
            .collect();
        let mut search = times.search();
        let wanted: Vec<Vec<Option<TravelTime>>> =
            origins.iter().map(|o| places.iter().map(|p| at(&times, o, p)).collect()).collect();
        for (origin, wanted) in origins.iter().zip(&wanted) {
            let field = search.run(&[*origin], None);
            let found: Vec<Option<TravelTime>> = places.iter().map(|p| field.at(p)).collect();
            assert_eq!(&found, wanted, "seed {seed}");
            pairs += found.len();
        }
        let field = search.run(&origins, None);
        let optional: Vec<Option<Snapped>> = places.iter().copied().map(Some).collect();
        let order = times.due_order(&origins, 2, &optional, None);
        for (i, place) in places.iter().enumerate() {
            let mut dues: Vec<(TravelTime, usize)> =
                wanted.iter().enumerate().filter_map(|(o, row)| Some((row[i]?, o))).collect();
            dues.sort();
            assert_eq!(field.owner_at(place), dues.first().copied(), "seed {seed}, {place:?}");
            dues.truncate(2);
            assert_eq!(order[i], dues.into_iter().map(|(t, o)| (o, t)).collect::<Vec<_>>(), "seed {seed}, {place:?}");
        }
    }
    assert!(pairs > 3000 && with_turns > 200 && banned > 300, "{pairs} pairs, {with_turns}, {banned}: too easy");
}

/// Without turn costs and bans, labels on arcs give what labels on nodes give.
#[test]
fn both_kinds_of_labels_agree() {
    for seed in 0..200 {
        let mut random = Random(30_000 + seed);
        let mut roads = support::roads(&mut random);
        roads.restrictions.clear();
        let free = VehicleProfile::parse(TURNS.split("[turns]").next().unwrap(), "test").unwrap();
        // A cost that rounds to nothing anywhere but still asks for labels on arcs: one level crossing far away.
        let mut labelled = free.clone();
        labelled.turns.level_crossing = TravelTime::millis(1);
        roads.nodes.iter_mut().for_each(|n| n.level_crossing = false);
        let Ok(read) = RoadNetwork::from_ways(&roads, &free) else { continue };
        let nodes = read.value.times(&free).unwrap().value;
        let arcs = read.value.times(&labelled).unwrap().value;
        assert!(arcs.has_turns() && !nodes.has_turns());
        let snapper = Snapper::new(&nodes, SnapOptions::default());
        let places: Vec<Option<Snapped>> = (roads.nodes.iter())
            .map(|n| snapper.snap(Coord { x: n.position.x + 0.0003 * random.share(), y: n.position.y }).ok())
            .collect();
        let limit = Some(TravelTime::millis(random.below(300_000) as u32));
        assert_eq!(nodes.matrix(&places, &places, limit), arcs.matrix(&places, &places, limit), "seed {seed}");
    }
}
