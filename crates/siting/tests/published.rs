//! Published optima of OR-Library, TSPLIB and Lorena's instances, each proven and verified; and the same under limits.

use std::path::PathBuf;

use firesite_problem::{Command, Instance, Rounding, Status, read_location, verify};
use firesite_siting::{Options, solve};

fn data() -> PathBuf {
    let root = std::env::var("FIRESITE_DATA").map(PathBuf::from);
    root.unwrap_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"))
}

/// The instance, or `None` with a loud word when the data is not here.
fn read(file: &str, command: Command) -> Option<Instance> {
    let path = data().join(file);
    if !path.exists() {
        println!("SKIPPED: {} is absent", path.display());
        return None;
    }
    Some(read_location(&path, &command).expect("a readable instance").instance)
}

fn ask(problem: &str) -> Command {
    Command { problem: problem.into(), ..Command::default() }
}

fn proves(name: &str, instance: &Instance, optimum: i64) {
    let report = solve(instance, &Options::default()).expect("a classic problem");
    assert_eq!(report.claim.status, Status::Optimal, "{name}");
    assert_eq!(report.claim.levels[0].objective, Some(optimum), "{name}");
    verify(instance, &report.claim).unwrap_or_else(|reason| panic!("{name}: {reason}"));
}

#[test]
fn p_medians_of_the_or_library() {
    let known = [
        ("pmed1", 5819),
        ("pmed2", 4093),
        ("pmed3", 4250),
        ("pmed4", 3034),
        ("pmed5", 1355),
        ("pmed6", 7824),
        ("pmed7", 5631),
        ("pmed8", 4445),
        ("pmed9", 2734),
        ("pmed10", 1255),
        ("pmed15", 1729),
        ("pmed20", 1789),
        ("pmed25", 1828),
        ("pmed30", 1989),
        ("pmed35", 10400),
        ("pmed40", 5128),
    ];
    for (name, optimum) in known {
        if let Some(instance) = read(&format!("orlib/{name}.txt"), ask("p-median")) {
            proves(name, &instance, optimum);
        }
    }
}

#[test]
fn p_centers_of_the_or_library() {
    let known = [
        ("pmed1", 127),
        ("pmed2", 98),
        ("pmed3", 93),
        ("pmed4", 74),
        ("pmed5", 48),
        ("pmed6", 84),
        ("pmed7", 64),
        ("pmed8", 55),
        ("pmed9", 37),
        ("pmed10", 20),
        ("pmed15", 18),
        ("pmed20", 13),
        ("pmed25", 11),
        ("pmed30", 9),
        ("pmed35", 30),
        ("pmed36", 27),
        ("pmed40", 13),
    ];
    for (name, optimum) in known {
        if let Some(instance) = read(&format!("orlib/{name}.txt"), ask("p-center")) {
            proves(name, &instance, optimum);
        }
    }
}

#[test]
fn set_covers_of_the_or_library() {
    let known = [("scp41", 429), ("scp42", 512), ("scp51", 253), ("scp52", 302), ("scp61", 138), ("scpb1", 69)];
    for (name, optimum) in known {
        if let Some(instance) = read(&format!("orlib/{name}.txt"), ask("set-cover")) {
            proves(name, &instance, optimum);
        }
    }
}

#[test]
fn rl1304_of_tsplib() {
    for (p, optimum) in [(20, 1_412_108), (200, 268_573), (400, 128_332)] {
        if let Some(instance) =
            read("siting/rl1304.tsp", Command { p: Some(p), rounding: Some(Rounding::Floor), ..ask("p-median") })
        {
            proves(&format!("rl1304 p {p}"), &instance, optimum);
        }
    }
}

#[test]
fn sjc324_of_lorena() {
    for (p, optimum) in [(1, 5461), (2, 8790), (3, 11604), (4, 12106), (5, 12152)] {
        let weights = Some(data().join("siting/demand-SJC324.dat"));
        let command = Command { p: Some(p), radius: Some(800.0), weights, ..ask("max-cover") };
        if let Some(instance) = read("siting/SJC324.txt", command) {
            proves(&format!("SJC324 p {p}"), &instance, optimum);
        }
    }
}

/// Stopped after a share of the work: never optimal unless it is, never a bound on the wrong side, always verified.
#[test]
fn stopped_early_it_stays_honest() {
    let cases = [
        ("orlib/pmed6.txt", "p-median", 7824),
        ("orlib/pmed7.txt", "p-median", 5631),
        ("orlib/pmed30.txt", "p-median", 1989),
        ("orlib/pmed40.txt", "p-median", 5128),
        ("orlib/pmed1.txt", "p-center", 127),
        ("orlib/pmed6.txt", "p-center", 84),
        ("orlib/pmed36.txt", "p-center", 27),
        ("orlib/scp51.txt", "set-cover", 253),
        ("orlib/scp61.txt", "set-cover", 138),
        ("orlib/scpb1.txt", "set-cover", 69),
    ];
    for (file, problem, optimum) in cases {
        let Some(instance) = read(file, ask(problem)) else { continue };
        for units in [0, 1, 2, 5, 20, 60] {
            let options = Options::default().with_work_limit(units);
            let report = solve(&instance, &options).expect("a classic problem");
            let level = &report.claim.levels[0];
            let name = format!("{file} {problem} after {units} units: {level:?}");
            verify(&instance, &report.claim).unwrap_or_else(|reason| panic!("{name}: {reason}"));
            assert!(level.bound.is_none_or(|b| b <= optimum), "{name}");
            assert!(level.objective.is_none_or(|o| o >= optimum), "{name}");
            assert!(report.claim.status == Status::Optimal || report.stopped_by.is_some(), "{name}");
            let again = solve(&instance, &options).expect("a classic problem");
            assert_eq!(again.claim, report.claim, "the same work, the same answer: {name}");
        }
    }
}
