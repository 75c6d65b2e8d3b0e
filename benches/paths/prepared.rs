//! Rows of the table that need a hierarchy, beside what answers the same without one.

use std::sync::atomic::{AtomicBool, Ordering};

use firesite_model::{Arc, ArcGraph, TravelTime};
use firesite_network::{ArcId, Engine, LANES, NodeId, Origin, Progress, RoadNetwork, Snapped, TravelTimes};

use crate::LIMIT;
use crate::clock::median;
use crate::peers::Textbook;
use crate::table::{ROUNDS, line};
use crate::town::Town;

/// The same times with nothing prepared but the order.
fn again(town: &Town) -> TravelTimes {
    let arcs = (0..town.times.network().arc_count() as u32).map(|a| town.times.arc(ArcId(a))).collect();
    town.times.with_arc_times(arcs).expect("as many")
}

/// The network made anew from its arcs, without its order; only plain arcs become the same again.
fn anew(times: &TravelTimes) -> Option<RoadNetwork> {
    let network = times.network();
    let arcs = (0..network.arc_count() as u32).map(ArcId).map(|a| {
        let (tail, head, _) = network.arc(a);
        Arc { from: tail.0, to: head.0, time: times.arc(a) }
    });
    let graph = ArcGraph { positions: network.nodes().map(|n| network.position(n)).collect(), arcs: arcs.collect() };
    network.is_plain_arcs().then(|| RoadNetwork::from_arcs(&graph).expect("a network").value)
}

/// Every row.
pub(crate) fn rows(town: &Town) {
    preparation(town);
    slices(town);
    bits(town);
    due(town);
    district(town);
    turns(town);
}

fn preparation(town: &Town) {
    let network = town.times.network();
    let (order, kept) = median(1, || network.save_order(Progress::default()).expect("not called off"));
    line("W5 order and skeleton", town, "firesite", order, order);
    if let Some(fresh) = anew(&town.times) {
        let (skeleton, ()) = median(1, || fresh.load_order(&kept, "kept order").expect("its own order"));
        line("W5 skeleton, from a kept order with its checks", town, "firesite", skeleton, order);
    }
    let (customise, counts) = median(5, || {
        let times = again(town);
        times.prepare(Progress::default()).expect("not called off");
        times.hierarchy_counts()
    });
    // Called off where the first of the two steps ends.
    let (basic, called_off) = median(5, || {
        let ended = AtomicBool::new(false);
        let tell = |step: &str, done: u64, of: u64| {
            ended.store(step == "customise" && 2 * done == of, Ordering::Relaxed);
        };
        again(town).prepare(Progress::default().reporting(&tell).cancelled_by(&ended)).is_err()
    });
    assert!(called_off);
    line("W5 customise (basic only)", town, "firesite", basic, order);
    line("W5 customise (basic, perfect, cut)", town, "firesite", customise, order);
    town.times.prepare(Progress::default()).expect("not called off");
    eprintln!("{}: {counts:?}, kept order {} bytes", town.name, kept.len());
}

fn slices(town: &Town) {
    let (day, times) = median(1, || {
        let slower = |hour: usize, usual: TravelTime| TravelTime::millis(usual.as_millis() / 100 * (100 + hour as u32));
        let day = town.times.time_slices(24, |hour, _, usual| slower(hour, usual));
        for times in &day {
            times.prepare(Progress::default()).expect("not called off");
        }
        day.len()
    });
    line("W5 24 time slices of a day, ready", town, "firesite", day, day);
    assert_eq!(times, 24);
}

fn optional(places: Vec<Snapped>) -> Vec<Option<Snapped>> {
    places.into_iter().map(Some).collect()
}

fn bits(town: &Town) {
    let work = "W3 1,000 x 10,000: within 240 s, as bits";
    let (from, to) = (optional(town.places(1000, 3)), optional(town.places(10_000, 4)));
    let (matrix, times) = median(3, || town.times.matrix_by(Engine::Hierarchy, &from, &to, Some(LIMIT)));
    let (bits, within) = median(3, || town.times.coverage_matrix_by(Engine::Hierarchy, &from, &to, LIMIT));
    for i in 0..from.len() {
        assert_eq!(within.count(i), times.row(i).flatten().count());
    }
    line(work, town, "firesite, times", matrix, matrix);
    line(work, town, "firesite, bits", bits, matrix);
}

fn due(town: &Town) {
    let work = "W4 due order of 62 stations, prepared";
    let stations = town.places(62, 5);
    let origins: Vec<Origin<'_>> = stations.iter().map(Origin::at).collect();
    let mut textbook = Textbook::new(&town.times);
    let (yardstick, wanted) = median(ROUNDS, || textbook.nearest(&stations));
    line(work, town, "textbook heap, first only", yardstick, yardstick);
    for k in [1, 2] {
        let (ours, order) = median(ROUNDS, || town.times.due(&origins, k, None));
        for node in town.times.network().nodes() {
            assert_eq!(order.at_node(node).first().map(|d| d.1), wanted[node.index()]);
        }
        line(work, town, &format!("firesite sweep, first {k}"), ours, yardstick);
    }
}

fn district(town: &Town) {
    let work = "W1d reach: 4,096 neighbouring origins, 240 s";
    let origins = town.neighbouring_places(4096);
    let demand = town.all_nodes();
    let mut search = town.times.search();
    let (yardstick, _) =
        median(3, || origins.iter().map(|o| search.run(&[Origin::at(o)], Some(LIMIT)).labels()).sum::<usize>());
    line(work, town, "firesite search, one by one, counted", yardstick, yardstick);
    // Of real roads some nodes are no place: tunnels and motorways alone lead there.
    let nodes: Vec<_> =
        town.times.network().nodes().zip(&demand).filter(|(_, d)| d.is_some()).map(|(n, _)| n).collect();
    let wanted: usize = (origins.iter())
        .map(|o| {
            let field = search.run(&[Origin::at(o)], Some(LIMIT));
            nodes.iter().filter(|n| field.at_node(**n).is_some()).count()
        })
        .sum();
    let unprepared = again(town);
    let (rows, reach) = median(1, || unprepared.reach(&origins, &demand, LIMIT));
    assert_eq!(reach.len(), wanted);
    line(work, town, "firesite search, one by one, rows of demand at every node", rows, yardstick);
    let (rows, shared) = median(3, || town.times.reach(&origins, &demand, LIMIT));
    assert_eq!(shared, reach);
    line(work, town, "firesite blocks of neighbours, the same rows", rows, yardstick);
    let from = optional(origins);
    let (bits, within) = median(3, || town.times.coverage_matrix(&from, &demand, LIMIT));
    assert_eq!((0..from.len()).map(|i| within.count(i)).sum::<usize>(), wanted);
    line(work, town, "firesite blocks of neighbours, as bits", bits, yardstick);
}

/// Where turns have a price the items of the hierarchy are arcs: beside what the same costs where turns are free, and
/// beside the search with turns.
fn turns(town: &Town) {
    let times = &town.with_turns;
    let again = |times: &TravelTimes| {
        let arcs = (0..times.network().arc_count() as u32).map(|a| times.arc(ArcId(a))).collect();
        times.with_arc_times(arcs).expect("as many")
    };
    town.times.prepare(Progress::default()).expect("not called off");
    times.network().save_order(Progress::default()).expect("not called off");
    let customise = |times: &TravelTimes| again(times).prepare(Progress::default()).expect("not called off");
    let (first, ()) = median(1, || times.prepare(Progress::default()).expect("not called off"));
    let (free, ()) = median(5, || customise(&town.times));
    let (priced, ()) = median(5, || customise(times));
    line("W5 with turn costs: order and skeleton of arcs, first customising", town, "firesite", first, free);
    line("W5 with turn costs: customise", town, "firesite, turns free", free, free);
    line("W5 with turn costs: customise", town, "firesite, turns priced and banned", priced, free);
    eprintln!("{}: {:?} with turns", town.name, times.hierarchy_counts());

    let work = "W2 field with turn costs: 64 origins to all nodes, in place";
    let origins = town.places(64, 2);
    let swept = |times: &TravelTimes, places: &[Snapped]| {
        let mut sweep = times.sweep();
        let seeds: Vec<[(NodeId, u32); 1]> = places.iter().filter_map(|o| Some([(o.node?, 0)])).collect();
        median(5, || {
            for block in seeds.chunks(LANES) {
                sweep.run(&block.iter().map(<[_; 1]>::as_slice).collect::<Vec<_>>());
            }
            seeds.len()
        })
    };
    let on_turns = town.places_with_turns(&origins);
    let ((free, _), (priced, count)) = (swept(&town.times, &origins), swept(times, &on_turns));
    let mut search = times.search();
    let few = &on_turns[..4];
    let (searched, _) = median(1, || few.iter().map(|o| search.run(&[Origin::at(o)], None).labels()).sum::<usize>());
    line(work, town, "firesite sweep, turns free", free, free);
    line(work, town, &format!("firesite sweep, turns priced and banned ({count} origins)"), priced, free);
    line(work, town, "firesite search, turns priced and banned (4, scaled)", searched * 16.0, free);

    let work = "W3 with turn costs: 1,000 x 10,000, no limit";
    let (from, to) = (town.places(1000, 3), town.places(10_000, 4));
    let on_turns = [&from, &to].map(|places| optional(town.places_with_turns(places)));
    let (from, to) = (optional(from), optional(to));
    let (free, _) = median(3, || town.times.matrix_by(Engine::Hierarchy, &from, &to, None));
    let (priced, found) = median(3, || times.matrix_by(Engine::Hierarchy, &on_turns[0], &on_turns[1], None));
    let few = &on_turns[0][..10];
    let (searched, wanted) = median(1, || times.matrix_by(Engine::Search, few, &on_turns[1], None));
    for i in 0..few.len() {
        assert!(found.row(i).eq(wanted.row(i)));
    }
    line(work, town, "firesite hierarchy, turns free", free, free);
    line(work, town, "firesite hierarchy, turns priced and banned", priced, free);
    line(work, town, "firesite search, turns priced and banned (10 origins, scaled)", searched * 100.0, free);
}
