//! Siting: the classic problems on published and generated instances, a plain greedy and a general solver beside ours.
//!
//! ```sh
//! cargo bench -p firesite --bench siting                      # criterion, the rows that take less than a minute
//! cargo bench -p firesite --bench siting -- --test            # every workload once, smaller
//! cargo bench -p firesite --bench siting -- large 20000000    # covering, merging and proof of so many points, once
//! cargo bench -p firesite --bench siting -- engines 10s       # every engine, microlp, greedy (and HiGHS, feature `highs`), 10 s each
//! cargo bench -p firesite --bench siting -- engines 10s scpd  # the same, instances whose name holds a word
//! cargo bench -p firesite --bench siting -- street 60s 1 10   # 20 stations from scratch, seeds 1 to 10, a minute each (or work units)
//! ```
//! Answers are verified, and compared with the peer's where it gives one, before anything is timed. Published instances come from
//! `../shared/data` (or `FIRESITE_DATA`) and are skipped aloud when absent.

#[path = "siting/mixed.rs"]
mod mixed;
#[path = "siting/peers.rs"]
mod peers;
#[path = "siting/side_by_side.rs"]
mod side_by_side;
#[path = "siting/square.rs"]
mod square;
#[path = "siting/street.rs"]
mod street;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion};
use firesite::problem::{Command, Instance, Rounding, Status, gap, read_location, verify};
use firesite::siting::{Options, frontier, solve, with_limit};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match arguments.first().map(String::as_str) {
        Some("large") => return large(arguments.get(1).and_then(|n| n.parse().ok()).unwrap_or(20_000_000)),
        Some("street") => return street_table(&arguments[1..]),
        Some("engines") => {
            let seconds = arguments.get(1).and_then(|n| n.trim_end_matches('s').parse().ok()).unwrap_or(10.0);
            return side_by_side::table(&data(), seconds, arguments.get(2).map(String::as_str), false);
        }
        _ => {}
    }
    let quick = arguments.iter().any(|a| a == "--test");
    let mut criterion = Criterion::default().configure_from_args();
    square_cover(&mut criterion, quick);
    published(&mut criterion, quick);
    street_frontier(&mut criterion, quick);
    criterion.final_summary();
    side_by_side::table(&data(), if quick { 1.0 } else { 2.0 }, None, quick);
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
    let square = square::Square::new(1, points);
    let radii: &[f64] = if quick { &[3.25, 5.5] } else { &[3.25, 4.25, 5.5, 6.25] };
    let counts: &[i64] = if quick { &[15] } else { &[10, 15, 20] };
    for &radius in radii {
        for &p in counts {
            let instance = square.plain(radius, p);
            let best = proven(&instance);
            assert_eq!(proven(&square.merged(radius, p)), best);
            let greedy = peers::greedy(&instance);
            assert!(greedy <= best);
            println!(
                "square {points} radius {radius} p {p}: proven {best}, plain greedy {:.2} % of it",
                100.0 * greedy as f64 / best as f64
            );
            let mut group = criterion.benchmark_group(format!("max_cover/square_{points}_r{radius}_p{p}"));
            group.sample_size(10);
            group.bench_function(BenchmarkId::from_parameter("firesite, a row per point"), |b| {
                b.iter(|| proven_quickly(&instance));
            });
            group.bench_function(BenchmarkId::from_parameter("firesite, covering and merging included"), |b| {
                b.iter(|| proven_quickly(&square.merged(radius, p)));
            });
            group.bench_function(BenchmarkId::from_parameter("plain greedy"), |b| b.iter(|| peers::greedy(&instance)));
            if quick {
                assert_eq!(peers::microlp(&instance), Some(best));
            }
            group.finish();
        }
    }
}

/// Covering, merging and proof of very many points, once.
fn large(points: usize) {
    let square = square::Square::new(1, points);
    for (radius, p) in [(5.5, 10), (5.5, 15), (5.5, 20)] {
        let started = Instant::now();
        let instance = square.merged(radius, p);
        let merged = started.elapsed();
        let report = solve(&instance, &Options::default()).expect("a classic problem");
        let solved = started.elapsed();
        verify(&instance, &report.claim).expect("a claim that holds");
        println!(
            "square {points} radius {radius} p {p}: {} {:?}, {} rows; covering and merging {:.2} s, search {:.2} s, checking {:.3} s",
            report.claim.status.word(),
            report.claim.levels[0].objective,
            instance.rows.len(),
            merged.as_secs_f64(),
            solved.saturating_sub(merged).as_secs_f64(),
            started.elapsed().saturating_sub(solved).as_secs_f64()
        );
    }
}

/// Twenty stations from scratch on a street network: what each seed reaches within a limit.
fn street_table(arguments: &[String]) {
    let limit = arguments.first().map_or("60s", String::as_str);
    let number = |k: usize, otherwise: u64| arguments.get(k).and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    let options = match (limit.strip_suffix('s').and_then(|s| s.parse().ok()), limit.parse()) {
        (Some(seconds), _) => Options::default().with_time_limit(Duration::from_secs(seconds)),
        (None, Ok(units)) => Options::default().with_work_limit(units),
        _ => {
            eprintln!("usage: street SECONDSs|UNITS [FIRST SEED] [LAST SEED] [STATIONS]");
            std::process::exit(2);
        }
    };
    println!("| seed | covered | bound | gap % | plain greedy % of it | seconds | work units | nodes | checking s |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for seed in number(1, 1)..=number(2, 10) {
        let instance = street::street(seed, 215, 1_000, 0, number(3, 20) as i64);
        let started = Instant::now();
        let report = solve(&instance, &options).expect("a classic problem");
        let solved = started.elapsed().as_secs_f64();
        let started = Instant::now();
        verify(&instance, &report.claim).expect("a claim that holds");
        let level = &report.claim.levels[0];
        let value = level.objective.unwrap_or(0);
        println!(
            "| {seed} | {value} | {} | {:.3} | {:.2} | {solved:.1} | {} | {} | {:.2} |",
            level.bound.unwrap_or(0),
            100.0 * gap(level.objective, level.bound).unwrap_or(f64::INFINITY),
            100.0 * peers::greedy(&instance) as f64 / value as f64,
            report.work.entries / 1_000_000,
            report.work.nodes,
            started.elapsed().as_secs_f64()
        );
    }
}

fn proven_quickly(instance: &Instance) -> Option<i64> {
    solve(instance, &Options::default()).ok().and_then(|r| r.claim.levels[0].objective)
}

/// Where the published instances are.
fn data() -> PathBuf {
    PathBuf::from(std::env::var("FIRESITE_DATA").unwrap_or_else(|_| "../../../shared/data".into()))
}

/// OR-Library and TSPLIB.
fn published(criterion: &mut Criterion, quick: bool) {
    let data = data();
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

/// Five stations stand; the best 1 to 10 more, in one sweep.
fn street_frontier(criterion: &mut Criterion, quick: bool) {
    let (side, candidates) = if quick { (40, 60) } else { (215, 1_000) };
    let instance = street::street(1, side, candidates, 5, 6);
    let sweep = || frontier(&instance, 6..=15, &Options::default()).expect("a limit on p");
    let mut last = 0;
    for point in sweep() {
        let of_p = with_limit(&instance, point.p).expect("a limit on p");
        verify(&of_p, &point.report.claim).expect("a claim that holds");
        assert_eq!(point.report.claim.status, Status::Optimal);
        let best = point.report.claim.levels[0].objective.expect("a plan");
        assert!(best >= last, "one more station covers no less");
        last = best;
    }
    let mut group = criterion.benchmark_group(format!("max_cover/street_{side}_5_and_1_to_10"));
    group.sample_size(10);
    group.bench_function(BenchmarkId::from_parameter("firesite"), |b| b.iter(sweep));
    group.bench_function(BenchmarkId::from_parameter("plain greedy"), |b| {
        b.iter(|| (6..=15).map(|p| peers::greedy(&with_limit(&instance, p).expect("a limit on p"))).max());
    });
    group.finish();
}
