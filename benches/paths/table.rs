//! The ratio table: every workload once per tool, medians of a few rounds.

use std::time::Instant;

use firesite_network::Origin;

use crate::LIMIT;
use crate::peers::{Petgraph, Textbook};
use crate::town::Town;

/// Milliseconds of the median round.
fn median(rounds: usize, mut work: impl FnMut() -> u64) -> (f64, u64) {
    let (mut times, mut sum) = (Vec::new(), 0);
    for _ in 0..rounds {
        let start = Instant::now();
        sum = work();
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], sum)
}

fn line(workload: &str, town: &str, tool: &str, ms: f64, yardstick: f64) {
    println!("| {workload} | {town} | {tool} | {ms:.1} | {:.2} |", yardstick / ms);
}

/// Prints the table. Sizes may be given as `table 100000 1000000`.
pub fn print(arguments: &[String]) {
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![100_000];
    }
    println!("| workload | network | tool | ms | times as fast as the yardstick |\n|---|---|---|---|---|");
    for size in sizes {
        let town = Town::generated(size);
        reach(&town);
        fields(&town);
        due(&town);
    }
}

fn reach(town: &Town) {
    let origins = town.places(1000, 1);
    let mut textbook = Textbook::new(&town.times);
    let (yardstick, wanted) = median(5, || origins.iter().map(|o| textbook.settle(o, LIMIT) as u64).sum());
    let mut search = town.times.search();
    let (ours, found) =
        median(5, || origins.iter().map(|o| search.run(&[Origin::at(o)], Some(LIMIT)).labels() as u64).sum());
    assert_eq!(found, wanted);
    line("W1 reach, 1,000 origins, 240 s", &town.name, "textbook heap", yardstick, yardstick);
    line("W1 reach, 1,000 origins, 240 s", &town.name, "firesite", ours, yardstick);
}

fn fields(town: &Town) {
    let origins = town.places(8, 2);
    let (mut textbook, petgraph) = (Textbook::new(&town.times), Petgraph::new(&town.times));
    let (peer, wanted) = median(3, || origins.iter().map(|o| petgraph.settle(o) as u64).sum());
    let (book, _) = median(3, || origins.iter().map(|o| textbook.settle(o, firesite_model::TravelTime::MAX) as u64).sum());
    let mut search = town.times.search();
    let (ours, found) =
        median(3, || origins.iter().map(|o| search.run(&[Origin::at(o)], None).labels() as u64).sum());
    assert_eq!(found, wanted);
    line("W2 field, 8 origins", &town.name, "petgraph", peer, peer);
    line("W2 field, 8 origins", &town.name, "textbook heap", book, peer);
    line("W2 field, 8 origins", &town.name, "firesite, no preprocessing", ours, peer);
}

fn due(town: &Town) {
    let (stations, places) = (town.places(62, 5), town.all_nodes());
    let origins: Vec<Origin<'_>> = stations.iter().map(Origin::at).collect();
    let mut textbook = Textbook::new(&town.times);
    let (yardstick, _) = median(3, || textbook.nearest(&stations).len() as u64);
    let (ours, _) = median(3, || town.times.due_order(&origins, 2, &places, None).len() as u64);
    line("W4 first and second of 62", &town.name, "textbook heap, first only", yardstick, yardstick);
    line("W4 first and second of 62", &town.name, "firesite, no preprocessing", ours, yardstick);
}
