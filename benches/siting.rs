//! Siting: the classic problems on published and generated instances, a plain greedy and a general solver beside ours.
//!
//! `cargo bench -p firesite --bench siting` measures with criterion; with `-- --test` every workload runs once, smaller.
//! Answers are verified, and compared with the peer's where it gives one, before anything is timed. Published instances come from
//! `../shared/data` (or `FIRESITE_DATA`) and are skipped aloud when absent.

#[path = "siting/peers.rs"]
mod peers;
#[path = "siting/square.rs"]
mod square;
#[path = "siting/street.rs"]
mod street;

use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion};
use firesite::problem::{Command, Instance, Rounding, Status, read_location, verify};
use firesite::siting::{Options, solve};

fn main() {
    let quick = std::env::args().any(|a| a == "--test");
    let mut criterion = Criterion::default().configure_from_args();
    square_cover(&mut criterion, quick);
    published(&mut criterion, quick);
    street_frontier(&mut criterion, quick);
    criterion.final_summary();
}

fn proven(instance: &Instance) -> i64 {
    let report = solve(instance, &Options::default()).expect("a classic problem");
    assert_eq!(report.claim.status, Status::Optimal);
    verify(instance, &report.claim).expect("a claim that holds");
    report.claim.levels[0].objective.expect("a plan")
}

/// 100 sites, points in a square (the recipe of Cordeau, Furini and Ljubic 2019).
fn square_cover(criterion: &mut Criterion, quick: bool) {
    let points = if quick { 3_000 } else { 1_000_000 };
    for (radius, p) in [(3.25, 15), (5.5, 15)] {
        let instance = square::square(1, points, radius, p);
        let best = proven(&instance);
        let greedy = peers::greedy(&instance);
        assert!(greedy <= best);
        println!(
            "square {points} radius {radius} p {p}: proven {best}, plain greedy {:.2} % of it",
            100.0 * greedy as f64 / best as f64
        );
        let mut group = criterion.benchmark_group(format!("max_cover/square_{points}_r{radius}_p{p}"));
        group.sample_size(10);
        group.bench_function(BenchmarkId::from_parameter("firesite"), |b| b.iter(|| proven_quickly(&instance)));
        group.bench_function(BenchmarkId::from_parameter("plain greedy"), |b| b.iter(|| peers::greedy(&instance)));
        if quick {
            assert_eq!(peers::microlp(&instance), Some(best));
        }
        group.finish();
    }
}

fn proven_quickly(instance: &Instance) -> Option<i64> {
    solve(instance, &Options::default()).ok().and_then(|r| r.claim.levels[0].objective)
}

/// OR-Library and TSPLIB.
fn published(criterion: &mut Criterion, quick: bool) {
    let data = PathBuf::from(std::env::var("FIRESITE_DATA").unwrap_or_else(|_| "../../../shared/data".into()));
    let ask = |problem: &str, p: Option<u32>| {
        let rounding = p.map(|_| Rounding::Floor);
        Command { problem: problem.into(), p, rounding, ..Command::default() }
    };
    let mut wanted = vec![
        ("orlib/pmed4.txt", ask("p-median", None)),
        ("orlib/pmed4.txt", ask("p-center", None)),
        ("orlib/scp51.txt", ask("set-cover", None)),
    ];
    if !quick {
        wanted.push(("orlib/pmed40.txt", ask("p-median", None)));
        wanted.push(("orlib/pmed36.txt", ask("p-center", None)));
        wanted.push(("orlib/scpb1.txt", ask("set-cover", None)));
        wanted.push(("siting/rl1304.tsp", ask("p-median", Some(300))));
    }
    for (file, command) in wanted {
        let Ok(problem) = read_location(&data.join(file), &command) else {
            println!("SKIPPED: {file} is not in {}", data.display());
            continue;
        };
        let best = proven(&problem.instance);
        let name = format!("{}/{}", command.problem, file.rsplit('/').next().unwrap_or(file));
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.bench_function(BenchmarkId::from_parameter("firesite"), |b| b.iter(|| proven_quickly(&problem.instance)));
        if command.problem == "set-cover" {
            assert_eq!(peers::microlp(&problem.instance), Some(best));
            group.bench_function(BenchmarkId::from_parameter("microlp"), |b| {
                b.iter(|| peers::microlp(&problem.instance));
            });
        }
        group.finish();
    }
}

/// Five stations stand; the best 1 to 10 more.
fn street_frontier(criterion: &mut Criterion, quick: bool) {
    let (side, candidates) = if quick { (40, 60) } else { (215, 1_000) };
    let plans: Vec<Instance> = (1..=10).map(|new| street::street(1, side, candidates, 5, 5 + new)).collect();
    let mut last = 0;
    for instance in &plans {
        let best = proven(instance);
        assert!(best >= last, "one more station covers no less");
        last = best;
    }
    let mut group = criterion.benchmark_group(format!("max_cover/street_{side}_5_and_1_to_10"));
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("firesite"), |b| {
        b.iter(|| plans.iter().map(proven_quickly).collect::<Vec<_>>());
    });
    group.bench_function(BenchmarkId::from_parameter("plain greedy"), |b| {
        b.iter(|| plans.iter().map(peers::greedy).collect::<Vec<_>>());
    });
    group.finish();
}
