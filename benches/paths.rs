//! Shortest paths: the workloads of siting on a generated city and a real one, our peers beside us.
//!
//! `cargo bench -p firesite --bench paths` measures with criterion; with `-- --test` every workload runs once, smaller.
//! `cargo bench -p firesite --bench paths -- table 100000 1000000 real` prints the ratio table of `benches/README.md`.
//! Answers are compared with the peers' before anything is timed.

#[path = "paths/clock.rs"]
mod clock;
#[path = "paths/peers.rs"]
mod peers;
#[path = "paths/prepared.rs"]
mod prepared;
#[path = "paths/table.rs"]
mod table;
#[path = "paths/threads.rs"]
mod threads;
#[path = "paths/town.rs"]
mod town;

use criterion::{BenchmarkId, Criterion};
use firesite_model::TravelTime;
use firesite_network::Origin;
use peers::{Petgraph, Textbook};
use town::Town;

/// Within this time, for the bounded workloads.
const LIMIT: TravelTime = TravelTime::minutes(4);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|a| a == "table") {
        table::print(&arguments);
        return;
    }
    let quick = arguments.iter().any(|a| a == "--test");
    let mut criterion = Criterion::default().configure_from_args();
    let city = Town::generated(if quick { 5_000 } else { 100_000 });
    bounded_reach(&mut criterion, &city);
    full_fields(&mut criterion, &city);
    matrix(&mut criterion, &city);
    due_order(&mut criterion, &city);
    criterion.final_summary();
}

/// Everything within four minutes of scattered origins.
fn bounded_reach(criterion: &mut Criterion, city: &Town) {
    let origins = city.places(20, 1);
    let (mut textbook, petgraph) = (Textbook::new(&city.times), Petgraph::new(&city.times));
    let mut search = city.times.search();
    for origin in &origins {
        let field = search.run(&[Origin::at(origin)], Some(LIMIT));
        let (found, wanted) = (city.nodes_of(&field), textbook.run(origin, LIMIT));
        assert_eq!(found, wanted);
        assert_eq!(found, petgraph.run(origin, LIMIT));
    }
    let mut group = criterion.benchmark_group(format!("reach_4_minutes/{}", city.name));
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("firesite"), |b| {
        b.iter(|| origins.iter().map(|o| search.run(&[Origin::at(o)], Some(LIMIT)).labels()).sum::<usize>());
    });
    group.bench_function(BenchmarkId::from_parameter("textbook"), |b| {
        b.iter(|| origins.iter().map(|o| textbook.settle(o, LIMIT)).sum::<usize>());
    });
    group.finish();
}

/// From a few origins to every node.
fn full_fields(criterion: &mut Criterion, city: &Town) {
    let origins = city.places(2, 2);
    let (mut textbook, petgraph) = (Textbook::new(&city.times), Petgraph::new(&city.times));
    let mut search = city.times.search();
    for origin in &origins {
        let field = search.run(&[Origin::at(origin)], None);
        let found = city.nodes_of(&field);
        assert_eq!(found, textbook.run(origin, TravelTime::MAX));
        assert_eq!(found, petgraph.run(origin, TravelTime::MAX));
    }
    let mut group = criterion.benchmark_group(format!("full_field/{}", city.name));
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("firesite"), |b| {
        b.iter(|| origins.iter().map(|o| search.run(&[Origin::at(o)], None).labels()).sum::<usize>());
    });
    group.bench_function(BenchmarkId::from_parameter("textbook"), |b| {
        b.iter(|| origins.iter().map(|o| textbook.settle(o, TravelTime::MAX)).sum::<usize>());
    });
    group.bench_function(BenchmarkId::from_parameter("petgraph"), |b| {
        b.iter(|| origins.iter().map(|o| petgraph.settle(o)).sum::<usize>());
    });
    group.finish();
}

/// From a few origins to many places, without a limit.
fn matrix(criterion: &mut Criterion, city: &Town) {
    let (from, to) = (city.places(4, 3), city.places(1000, 4));
    let (optional_from, optional_to): (Vec<_>, Vec<_>) =
        (from.iter().copied().map(Some).collect(), to.iter().copied().map(Some).collect());
    let mut textbook = Textbook::new(&city.times);
    let row = |textbook: &mut Textbook, origin| -> u64 {
        textbook.settle(origin, TravelTime::MAX);
        to.iter().map(|place| u64::from(textbook.at(place))).sum()
    };
    let ours = || city.times.matrix(&optional_from, &optional_to, None);
    let found = ours();
    for (i, origin) in from.iter().enumerate() {
        let sum: u64 = found.row(i).flatten().map(|t| u64::from(t.as_millis())).sum();
        assert_eq!(sum, row(&mut textbook, origin));
    }
    let mut group = criterion.benchmark_group(format!("matrix_4_x_1000/{}", city.name));
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("firesite"), |b| b.iter(ours));
    group.bench_function(BenchmarkId::from_parameter("textbook"), |b| {
        b.iter(|| from.iter().map(|origin| row(&mut textbook, origin)).sum::<u64>());
    });
    group.finish();
}

/// First and second due of 62 stations at every node.
fn due_order(criterion: &mut Criterion, city: &Town) {
    let stations = city.places(62, 5);
    let origins: Vec<Origin<'_>> = stations.iter().map(Origin::at).collect();
    let places = city.all_nodes();
    let mut textbook = Textbook::new(&city.times);
    let first = textbook.nearest(&stations);
    for (node, order) in city.times.due_order(&origins, 2, &places, None).iter().enumerate() {
        assert_eq!(order.first().map(|due| due.1), first[node]);
    }
    let mut group = criterion.benchmark_group(format!("due_order_62/{}", city.name));
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("firesite, first and second"), |b| {
        b.iter(|| city.times.due_order(&origins, 2, &places, None).len());
    });
    group.bench_function(BenchmarkId::from_parameter("textbook, first only"), |b| {
        b.iter(|| textbook.nearest(&stations).len());
    });
    group.finish();
}
