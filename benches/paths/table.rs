//! The ratio table: every workload once per tool, medians of a few rounds.
//!
//! Processor time of one thread where the system tells it; the figures for two threads are wall time.

use firesite_model::TravelTime;
use firesite_network::{Engine, LANES, Matrix, NodeId, Origin, Snapped, TravelTimes};

use crate::LIMIT;
use crate::clock::median;
use crate::peers::{FastPaths, Petgraph, Textbook};
use crate::prepared;
use crate::threads;
use crate::town::Town;

pub(crate) fn line(workload: &str, town: &Town, tool: &str, ms: f64, yardstick: f64) {
    println!("| {workload} | {} | {tool} | {ms:.2} | {:.2} |", town.name, yardstick / ms);
}

/// Prints the table. Sizes may be given, as in `table 100000 1000000`, and `real` for the real networks.
pub(crate) fn print(arguments: &[String]) {
    let mut towns: Vec<Box<dyn FnOnce() -> Vec<Town> + Send>> = Vec::new();
    for argument in arguments {
        if argument == "real" {
            towns.push(Box::new(Town::real));
        } else if let Ok(size) = argument.parse() {
            towns.push(Box::new(move || vec![Town::generated(size)]));
        }
    }
    if towns.is_empty() {
        towns.push(Box::new(|| vec![Town::generated(100_000)]));
    }
    // One thread: the table compares loops, not machines.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    pool.expect("a pool of this thread").install(|| {
        println!("| workload | network | tool | ms | times the yardstick |\n|---|---|---|---|---|");
        for town in towns.into_iter().flat_map(|towns| towns()) {
            reach(&town);
            turns(&town);
            due(&town);
            prepared::rows(&town);
            fields(&town);
            matrix(&town);
            pairs(&town);
            threads::gains(&town);
        }
    });
}

fn reach(town: &Town) {
    let work = "W1 reach: 1,000 origins, 240 s";
    let origins = town.places(1000, 1);
    let mut textbook = Textbook::new(&town.times);
    let (yardstick, wanted) = median(5, || origins.iter().map(|o| textbook.settle(o, LIMIT)).sum::<usize>());
    let mut search = town.times.search();
    let mut one_by_one =
        |origins: &[Snapped]| origins.iter().map(|o| search.run(&[Origin::at(o)], Some(LIMIT)).labels()).sum::<usize>();
    let (ours, found) = median(5, || one_by_one(&origins));
    assert_eq!(found, wanted);
    let (batch, found) = median(5, || all_at_once(&town.times, &origins));
    assert_eq!(found, wanted);
    line(work, town, "textbook heap", yardstick, yardstick);
    line(work, town, "firesite, one by one", ours, yardstick);
    line(work, town, "firesite, all at once", batch, yardstick);
    let work = "W1d reach: 4,096 neighbouring origins, 240 s";
    let origins = town.neighbouring_places(4096);
    let (yardstick, wanted) = median(3, || origins.iter().map(|o| textbook.settle(o, LIMIT)).sum::<usize>());
    let (batch, found) = median(3, || all_at_once(&town.times, &origins));
    assert_eq!(found, wanted);
    line(work, town, "textbook heap", yardstick, yardstick);
    line(work, town, "firesite, all at once", batch, yardstick);
}

fn all_at_once(times: &TravelTimes, places: &[Snapped]) -> usize {
    let origins: Vec<Origin<'_>> = places.iter().map(Origin::at).collect();
    times.fields(&origins, Some(LIMIT), |_, field| field.labels()).into_iter().sum()
}

/// The price of turn costs: the yardstick is our own search where turns are free.
fn turns(town: &Town) {
    let work = "W1 with turn costs: 1,000 origins, 240 s";
    let origins = town.places(1000, 1);
    let on_turns = town.places_with_turns(&origins);
    let (free, nodes) = median(5, || all_at_once(&town.times, &origins));
    let (priced, arcs) = median(5, || all_at_once(&town.with_turns, &on_turns));
    line(work, town, "firesite, turns free", free, free);
    line(work, town, "firesite, turns priced and banned", priced, free);
    eprintln!("{}: {nodes} nodes reached with free turns, {arcs} arcs with priced ones", town.name);
}

/// Rounds of what takes a millisecond.
pub(crate) const ROUNDS: usize = 25;

fn due(town: &Town) {
    let work = "W4 due order of 62 stations";
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
        line(work, town, &format!("firesite, first {k}, no preparation"), ours, yardstick);
    }
}

fn seeds(origins: &[Snapped]) -> Vec<[(NodeId, u32); 1]> {
    origins.iter().map(|o| [(o.node.expect("a node"), 0)]).collect()
}

fn fields(town: &Town) {
    let work = "W2 field: 64 origins to all nodes";
    let origins = town.places(64, 2);
    let (few, share) = (&origins[..4], 16.0);
    let (mut textbook, petgraph) = (Textbook::new(&town.times), Petgraph::new(&town.times));
    let (peer, _) = median(1, || few.iter().map(|o| petgraph.settle(o)).sum::<usize>());
    let (book, _) = median(1, || few.iter().map(|o| textbook.settle(o, TravelTime::MAX)).sum::<usize>());
    let mut search = town.times.search();
    let (ours, _) = median(1, || few.iter().map(|o| search.run(&[Origin::at(o)], None).labels()).sum::<usize>());
    line(work, town, "petgraph (4 origins, scaled)", peer * share, peer * share);
    line(work, town, "textbook heap (4, scaled)", book * share, peer * share);
    line(work, town, "firesite search (4, scaled)", ours * share, peer * share);
    let mut sweep = town.times.sweep();
    let seeds = seeds(&origins);
    // Checked against the textbook on the first block.
    let block: Vec<&[(NodeId, u32)]> = seeds[..LANES].iter().map(<[_; 1]>::as_slice).collect();
    sweep.run(&block);
    for (lane, origin) in origins[..2].iter().enumerate() {
        let wanted = textbook.run(origin, TravelTime::MAX);
        for node in town.times.network().nodes() {
            let time = sweep.at(node)[lane];
            assert_eq!((time != u32::MAX).then_some(TravelTime::millis(time)), wanted[node.index()]);
        }
    }
    let (swept, ()) = median(5, || {
        for block in seeds.chunks(LANES) {
            let block: Vec<&[(NodeId, u32)]> = block.iter().map(<[_; 1]>::as_slice).collect();
            sweep.run(&block);
        }
    });
    line(work, town, "firesite sweep, in place", swept, peer * share);
    let mut rows = vec![0u32; 64 * town.nodes()];
    let (written, ()) = median(3, || {
        for (b, block) in seeds.chunks(LANES).enumerate() {
            let block: Vec<&[(NodeId, u32)]> = block.iter().map(<[_; 1]>::as_slice).collect();
            sweep.run(&block);
            for node in town.times.network().nodes() {
                for (lane, time) in sweep.at(node).iter().enumerate() {
                    rows[(b * LANES + lane) * town.nodes() + node.index()] = *time;
                }
            }
        }
    });
    line(work, town, "firesite sweep, rows written", written, peer * share);
}

fn matrix(town: &Town) {
    let work = "W3 matrix: 1,000 x 10,000, no limit";
    let (from, to) = (town.places(1000, 3), town.places(10_000, 4));
    let (from, to): (Vec<_>, Vec<_>) = (from.into_iter().map(Some).collect(), to.into_iter().map(Some).collect());
    let few = &from[..10];
    let (search, wanted) = median(1, || town.times.matrix_by(Engine::Search, few, &to, None));
    let (sweep, found) = median(1, || town.times.matrix_by(Engine::Hierarchy, &from, &to, None));
    for i in 0..few.len() {
        assert!(found.row(i).eq(wanted.row(i)));
    }
    line(work, town, "firesite search (10 origins, scaled)", search * 100.0, search * 100.0);
    let mut kept = Matrix::default();
    let (again, ()) = median(5, || town.times.matrix_into(&mut kept, Engine::Hierarchy, &from, &to, None));
    assert_eq!(kept, found);
    line(work, town, "firesite hierarchy, selection included", sweep, search * 100.0);
    line(work, town, "firesite hierarchy, the same into memory used before", again, search * 100.0);
}

/// The pairs of the matrix one by one, as fast_paths answers them.
fn pairs(town: &Town) {
    let work = "W3 pairs: 1,000 x 10,000, no limit";
    let (from, to) = (town.places(1000, 3), town.places(10_000, 4));
    let (few_from, few_to) = (&from[..20], &to[..100]);
    let share = (from.len() * to.len()) as f64 / (few_from.len() * few_to.len()) as f64;
    let (prepared, mut peer) = median(1, || FastPaths::new(&town.times));
    let mut row = |origin: &Snapped| few_to.iter().map(|place| peer.time(origin, place)).collect::<Vec<_>>();
    let (pairs, found) = median(1, || few_from.iter().map(&mut row).collect::<Vec<_>>());
    let (from, to): (Vec<_>, Vec<_>) = (from.into_iter().map(Some).collect(), to.into_iter().map(Some).collect());
    let (ours, matrix) = median(1, || town.times.matrix_by(Engine::Choose, &from, &to, None));
    for (i, row) in found.iter().enumerate() {
        assert!(matrix.row(i).take(row.len()).eq(row.iter().copied()));
    }
    line("W5 prepare fast_paths", town, "fast_paths", prepared, prepared);
    line(work, town, "fast_paths (2,000 pairs, scaled)", pairs * share, pairs * share);
    line(work, town, "firesite matrix, engine chosen", ours, pairs * share);
}
