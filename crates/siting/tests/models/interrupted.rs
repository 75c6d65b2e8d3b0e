//! Searches that are stopped at 1 %, 10 % and 50 % of the work they need: an honest status, and a bound never on the wrong side.

use super::named::instance;
use firesite_problem::models::MODELS;
use firesite_problem::*;
use firesite_siting::{Method, Options, StoppedBy, solve};

#[path = "../../../../benches/siting/street.rs"]
mod street;

/// Checks a stopped search; its gap.
fn honest(instance: &Instance, optimum: &[i64], options: &Options, what: &str) -> (Status, Option<i64>, Option<i64>) {
    let report = solve(instance, options).unwrap_or_else(|e| panic!("{what}: {e}"));
    let claim = &report.claim;
    verify(instance, claim).unwrap_or_else(|e| panic!("{what}: refused: {e}"));
    assert_ne!(claim.status, Status::Infeasible, "{what}");
    if claim.status == Status::Optimal {
        let values: Vec<i64> = claim.levels.iter().filter_map(|l| l.objective).collect();
        assert_eq!(values, optimum, "{what}: called optimal");
    } else {
        assert!(matches!(claim.status, Status::Feasible | Status::Unknown), "{what}");
    }
    let level = &claim.levels[0];
    let (sign, best) = (if instance.levels[0].maximised() { -1 } else { 1 }, optimum[0]);
    assert!(level.bound.is_none_or(|b| sign * b <= sign * best), "{what}: bound {:?}, optimum {best}", level.bound);
    assert!(level.objective.is_none_or(|o| sign * o >= sign * best), "{what}: {:?}, optimum {best}", level.objective);
    if let Some(StoppedBy::Work) = report.stopped_by {
        assert_ne!(claim.status, Status::Optimal, "{what}: stopped, and optimal all the same");
    }
    (claim.status, level.objective, level.bound)
}

/// Small instances of every model, stopped after no work at all, and by a gap.
#[test]
fn small_instances_stopped_at_once_are_honest() {
    let mut open = 0;
    for seed in 0..40 {
        for m in 0..MODELS.len() {
            let instance = instance(m, seed + 20_000);
            let Some((optimum, _)) = oracle::brute_force(&instance) else { continue };
            let what = format!("{} seed {seed}", MODELS[m].word);
            let stopped = Options::default().with_work_limit(0);
            let (status, ..) = honest(&instance, &optimum, &stopped, &what);
            open += usize::from(status != Status::Optimal);
            honest(&instance, &optimum, &Options::default().with_gap(0.1), &what);
            honest(&instance, &optimum, &Options::default().with_time_limit(std::time::Duration::ZERO), &what);
        }
    }
    assert!(open > 20, "{open} were really stopped");
}

fn shares(name: &str, instance: &Instance) -> [String; 3] {
    let full = solve(instance, &Options::default()).unwrap();
    let Ok(Outcome::Optimal(proven)) = verify(instance, &full.claim) else { panic!("{name}: not solved") };
    let optimum = proven.solution().values().to_vec();
    [1, 10, 50].map(|percent| {
        // Limits are in millions of entries, rounded down: never more than the share.
        let options = Options::default().with_work_limit(full.work.entries * percent / 100 / 1_000_000);
        let (status, objective, bound) = honest(instance, &optimum, &options, &format!("{name} at {percent} %"));
        let gap = firesite_problem::gap(objective, bound).map_or("-".to_owned(), |g| format!("{:.2} %", 100.0 * g));
        format!("{} {gap}", status.word())
    })
}

/// Streets of a few hundred crossings: always run.
#[test]
fn streets_stopped_on_the_way_are_honest() {
    for seed in 0..4 {
        let instance = street::street(seed, 16, 40, 2, 8);
        shares(&format!("street {seed}"), &instance);
    }
}

/// `cargo test --release -p firesite-siting --test models -- --ignored --nocapture interrupted_table`: twenty instances.
#[test]
#[ignore = "a table for people; minutes in a debug build"]
fn interrupted_table() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/orlib");
    let mut list: Vec<(String, Instance)> = Vec::new();
    for (problem, files) in [
        ("p-median", &["pmed1", "pmed3", "pmed6", "pmed8", "pmed10", "pmed20", "pmed36", "pmed40"][..]),
        ("p-center", &["pmed7", "pmed9", "pmed15", "pmed30"]),
        ("set-cover", &["scp41", "scp51", "scp61", "scpa1"]),
    ] {
        for file in files {
            let path = folder.join(format!("{file}.txt"));
            let command = Command { problem: problem.into(), ..Command::default() };
            match read_location(&path, &command) {
                Ok(read) => list.push((format!("{problem} {file}"), read.instance)),
                Err(e) => eprintln!("SKIPPED {file}: {e}"),
            }
        }
    }
    for seed in 1..=4 {
        list.push((format!("max-cover street {seed}"), street::street(seed, 60, 300, 5, 10)));
    }
    println!("{:<24} {:>16} {:>18} {:>18} {:>12}", "instance", "1 %", "10 %", "50 %", "0.5 s limit");
    for (name, instance) in &list {
        let [one, ten, half] = shares(name, instance);
        let start = std::time::Instant::now();
        let options = Options::method(Method::Exact).with_time_limit(std::time::Duration::from_millis(500));
        let report = solve(instance, &options).unwrap();
        verify(instance, &report.claim).unwrap();
        let late = if report.stopped_by == Some(StoppedBy::Time) {
            format!("{:.3} s", start.elapsed().as_secs_f64())
        } else {
            "done before".to_owned()
        };
        println!("{name:<24} {one:>16} {ten:>18} {half:>18} {late:>12}");
    }
}
