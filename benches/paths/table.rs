//! The ratio table: every workload once per tool, medians of a few rounds.
//!
//! Processor time of this thread where the system tells it (Linux), else wall time: the figures of a busy machine stay
//! comparable.

use std::time::Instant;

use firesite_model::TravelTime;
use firesite_network::{ArcId, Engine, LANES, NodeId, Origin, Snapped, TravelTimes};

use crate::LIMIT;
use crate::peers::{Petgraph, Textbook};
use crate::town::Town;

/// Milliseconds so far: processor time of the main thread, or wall time.
fn clock(start: Instant) -> f64 {
    let spent = std::fs::read_to_string("/proc/self/schedstat").ok();
    let spent = spent.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    spent.map_or_else(|| start.elapsed().as_secs_f64() * 1e3, |ns| ns / 1e6)
}

/// Milliseconds of the median round, and what the work returned.
fn median<T>(rounds: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let (mut times, start) = (Vec::new(), Instant::now());
    loop {
        let before = clock(start);
        let result = work();
        times.push(clock(start) - before);
        if times.len() >= rounds {
            times.sort_by(f64::total_cmp);
            return (times[times.len() / 2], result);
        }
    }
}

fn line(workload: &str, town: &Town, tool: &str, ms: f64, yardstick: f64) {
    println!("| {workload} | {} | {tool} | {ms:.2} | {:.2} |", town.name, yardstick / ms);
}

/// Prints the table. Sizes may be given, as in `table 100000 1000000`.
pub(crate) fn print(arguments: &[String]) {
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![100_000];
    }
    // One thread: the table compares loops, not machines.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    pool.expect("a pool of this thread").install(|| {
        println!("| workload | network | tool | ms | times the yardstick |\n|---|---|---|---|---|");
        for size in &sizes {
            let town = Town::generated(*size);
            reach(&town);
            due(&town);
            preparation(&town);
            fields(&town);
            matrix(&town);
        }
    });
}

fn reach(town: &Town) {
    let work = "W1 reach: 1,000 origins, 240 s";
    let origins = town.places(1000, 1);
    let mut textbook = Textbook::new(&town.times);
    let (yardstick, wanted) = median(5, || origins.iter().map(|o| textbook.settle(o, LIMIT)).sum::<usize>());
    let mut search = town.times.search();
    let (ours, found) =
        median(5, || origins.iter().map(|o| search.run(&[Origin::at(o)], Some(LIMIT)).labels()).sum::<usize>());
    assert_eq!(found, wanted);
    line(work, town, "textbook heap", yardstick, yardstick);
    line(work, town, "firesite search", ours, yardstick);
    let work = "W1d reach: 4,096 neighbouring origins, 240 s";
    let origins = town.neighbouring_places(4096);
    let (yardstick, wanted) = median(1, || origins.iter().map(|o| textbook.settle(o, LIMIT)).sum::<usize>());
    let (ours, found) =
        median(1, || origins.iter().map(|o| search.run(&[Origin::at(o)], Some(LIMIT)).labels()).sum::<usize>());
    assert_eq!(found, wanted);
    line(work, town, "textbook heap", yardstick, yardstick);
    line(work, town, "firesite search", ours, yardstick);
}

fn due(town: &Town) {
    let work = "W4 due order of 62 stations";
    let stations = town.places(62, 5);
    let origins: Vec<Origin<'_>> = stations.iter().map(Origin::at).collect();
    let mut textbook = Textbook::new(&town.times);
    let (yardstick, wanted) = median(3, || textbook.nearest(&stations));
    line(work, town, "textbook heap, first only", yardstick, yardstick);
    for k in [1, 2] {
        let (ours, order) = median(3, || town.times.due(&origins, k, None));
        for node in town.times.network().nodes() {
            assert_eq!(order.at_node(node).first().map(|d| d.1), wanted[node.index()]);
        }
        line(work, town, &format!("firesite, first {k}, no preparation"), ours, yardstick);
    }
}

fn preparation(town: &Town) {
    let network = town.times.network();
    let (order, kept) = median(1, || network.save_order(&|_| true).expect("an order"));
    line("W5 order and skeleton", town, "firesite", order, order);
    let again = || -> TravelTimes {
        let arcs = (0..network.arc_count() as u32).map(|a| town.times.arc(ArcId(a))).collect();
        town.times.with_arc_times(arcs).expect("as many")
    };
    let (customise, counts) = median(3, || {
        let times = again();
        times.prepare(&|_| true);
        times.hierarchy_counts()
    });
    line("W5 customise (basic, perfect, cut)", town, "firesite", customise, customise);
    town.times.prepare(&|_| true);
    eprintln!("{}: {counts:?}, kept order {} bytes", town.name, kept.len());
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
    let mut sweep = town.times.sweep().expect("no turns");
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
        assert_eq!(found.row(i), wanted.row(i));
    }
    line(work, town, "firesite search (10 origins, scaled)", search * 100.0, search * 100.0);
    line(work, town, "firesite hierarchy, selection included", sweep, search * 100.0);
}
