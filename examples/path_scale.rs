//! How far one machine goes: a generated city of any size is built and asked, and tells seconds and memory.
//!
//! ```sh
//! cargo run --release --example path_scale -- 10000000                      # ten million nodes, with a hierarchy
//! cargo run --release --example path_scale -- 10000000 --without-hierarchy  # fields by the search alone
//! ```
//!
//! Prints one line for each step: what it was, how long it took on the wall, and the most memory that the process ever
//! held until then.

use std::process::ExitCode;
use std::time::Instant;

use firesite::network::generate::{self, SplitMix};
use firesite::network::{LANES, NodeId, Origin, Progress, RoadNetwork, SnapOptions, Snapped, Snapper, TravelTimes};

const SEED: u64 = 20_240_601;
const STATIONS: usize = 62;
const ORIGINS: usize = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let with_hierarchy = !arguments.iter().any(|a| a == "--without-hierarchy");
    let sizes: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    let [size] = sizes[..] else {
        eprintln!("usage: path_scale NODES [--without-hierarchy]");
        return ExitCode::from(2);
    };
    match run(size, with_hierarchy) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(size: usize, with_hierarchy: bool) -> Result<(), Box<dyn std::error::Error>> {
    println!("| step | seconds | peak memory |\n|---|---|---|");
    let graph = step("generate", || generate::city(size, SEED))?;
    let network = step("build the network", || RoadNetwork::from_arcs(&graph))?.value;
    drop(graph);
    let times = network.arc_times();
    let snapper = step("index for snapping", || Snapper::new(&times, SnapOptions::default()));
    let stations = places(&times, &snapper, STATIONS, 5);
    let origins: Vec<Origin<'_>> = stations.iter().map(Origin::at).collect();
    let due = step(&format!("W4: first and second due of {STATIONS} stations, by the search"), || {
        times.due(&origins, 2, None)
    });
    // Two numbers that change with any wrong answer.
    let second = |node| due.at_node(node).get(1).map(|&(_, time)| u64::from(time.as_millis()));
    println!("| sum of all second-due times, ms: {} | | |", network.nodes().filter_map(second).sum::<u64>());
    drop(due);
    let from = places(&times, &snapper, ORIGINS, 2);
    if with_hierarchy {
        step("order and customise a hierarchy", || times.prepare(Progress::default()))?;
        let sum = step(&format!("W2: {ORIGINS} origins to every node, by sweeps"), || swept(&times, &from));
        println!("| sum of all times, ms: {sum} | | |");
    } else {
        let origins: Vec<Origin<'_>> = from.iter().map(Origin::at).collect();
        let sums = step(&format!("W2: {ORIGINS} origins to every node, by the search"), || {
            times.fields(&origins, None, |_, field| {
                network.nodes().filter_map(|n| field.at_node(n)).map(|t| u64::from(t.as_millis())).sum::<u64>()
            })
        });
        println!("| sum of all times, ms: {} | | |", sums.iter().sum::<u64>());
    }
    let summary = network.summary();
    println!("| {} nodes, {} arcs, {:.0} km of road | | {} |", summary.nodes, summary.arcs, summary.road_km, peak());
    Ok(())
}

/// Times from every origin summed over all nodes, thirty-two origins a sweep.
fn swept(times: &TravelTimes, from: &[Snapped]) -> u64 {
    let mut sweep = times.sweep();
    let mut sum = 0;
    for block in from.chunks(LANES) {
        let seeds: Vec<[(NodeId, u32); 1]> = block.iter().filter_map(|p| Some([(p.node?, 0)])).collect();
        let seeds: Vec<&[(NodeId, u32)]> = seeds.iter().map(<[_; 1]>::as_slice).collect();
        sweep.run(&seeds);
        for node in times.network().nodes() {
            sum += sweep.at(node)[..block.len()].iter().filter(|&&t| t != u32::MAX).map(|&t| u64::from(t)).sum::<u64>();
        }
    }
    sum
}

/// Places at random nodes.
fn places(times: &TravelTimes, snapper: &Snapper, count: usize, seed: u64) -> Vec<Snapped> {
    let (network, mut random) = (times.network(), SplitMix(seed));
    let mut node = || NodeId(random.below(network.node_count() as u64) as u32);
    let place = |node| snapper.snap(network.position(node)).ok().filter(|place| place.node.is_some());
    std::iter::from_fn(|| Some(place(node()))).flatten().take(count).collect()
}

fn step<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("| {what} | {:.2} | {} |", start.elapsed().as_secs_f64(), peak());
    result
}

/// The most memory that this process ever held, where the system tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kib.map_or_else(|| "not measured".to_string(), |kib| format!("{:.2} GiB", kib / 1_048_576.0))
}
