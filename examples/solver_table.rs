//! Solves every location problem of a folder, checks every answer, prints a table.
//!
//! ```text
//! cargo run --release --example solver_table -- DIR
//! ```
//!
//! `pmed*.txt` are solved as p-median and as p-center, `scp*.txt` as set cover, `*.tsp` as p-median with floored distances for
//! nine values of p, `SJC*.txt` with `demand-SJC*.dat` as maximal covering within 800 m for p 1 to 5, `*.json` as they say.

use std::path::{Path, PathBuf};
use std::time::Instant;

use firesite::problem::{Command, Outcome, Rounding, gap, read_location, verify};
use firesite::siting::{Options, solve};

fn main() {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: solver_table DIR");
        std::process::exit(2);
    };
    let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.filter_map(|e| e.ok().map(|e| e.path())).collect(),
        Err(error) => {
            eprintln!("{folder}: {error}");
            std::process::exit(2);
        }
    };
    files.sort_by_key(|path| natural(&path.to_string_lossy()));
    println!(
        "{:<28} {:>12} {:>12} {:>8} {:>10} {:>8} {:>8} {:>9}",
        "instance", "value", "bound", "gap %", "status", "seconds", "verified", "verify s"
    );
    let mut total = 0.0;
    let (mut answers, mut proven) = (0, 0);
    for path in &files {
        for command in commands(path) {
            let Ok(problem) = read_location(path, &command) else { continue };
            let p = command.p.map_or(String::new(), |p| format!(" p {p}"));
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let started = Instant::now();
            let report = match solve(&problem.instance, &Options::default()) {
                Ok(report) => report,
                Err(error) => {
                    println!("{:<28} {error}", format!("{stem} {}{p}", command.problem));
                    continue;
                }
            };
            let seconds = started.elapsed().as_secs_f64();
            total += seconds;
            let started = Instant::now();
            let checked = verify(&problem.instance, &report.claim);
            let checking = started.elapsed().as_secs_f64();
            answers += 1;
            proven += usize::from(matches!(checked, Ok(Outcome::Optimal(_))));
            let level = &report.claim.levels[0];
            let number = |v: Option<i64>| v.map_or("-".to_owned(), |v| problem.number(v).to_string());
            println!(
                "{:<28} {:>12} {:>12} {:>8} {:>10} {:>8.3} {:>8} {:>9.3}",
                format!("{stem} {}{p}", command.problem),
                number(level.objective),
                number(level.bound),
                gap(level.objective, level.bound).map_or("-".to_owned(), |g| format!("{:.3}", 100.0 * g)),
                report.claim.status.word(),
                seconds,
                if checked.is_ok() { "yes" } else { "no" },
                checking,
            );
        }
    }
    println!("{answers} answers, {proven} of them proven optimal and verified; {total:.2} s of search");
}

/// What to ask of a file.
fn commands(path: &Path) -> Vec<Command> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ask = |problem: &str| Command { problem: problem.to_owned(), ..Command::default() };
    let ends = |end: &str| path.extension().is_some_and(|e| e == end);
    if name.starts_with("pmed") {
        vec![ask("p-median"), ask("p-center")]
    } else if name.starts_with("scp") {
        vec![ask("set-cover")]
    } else if ends("tsp") {
        let median = |p| Command { p: Some(p), rounding: Some(Rounding::Floor), ..ask("p-median") };
        [5, 10, 20, 50, 100, 200, 300, 400, 500].map(median).to_vec()
    } else if ends("json") {
        ["p-median", "p-center", "set-cover", "max-cover"].map(ask).to_vec()
    } else if name.starts_with("SJC") && ends("txt") {
        let weights = path.with_file_name(format!("demand-{}", name.replace(".txt", ".dat")));
        let cover = |p| Command { p: Some(p), radius: Some(800.0), weights: Some(weights.clone()), ..ask("max-cover") };
        [1, 2, 3, 4, 5].map(cover).to_vec()
    } else {
        Vec::new()
    }
}

/// Numbers in names by their value: pmed2 before pmed10.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let (mut digits, mut letters) = (String::new(), String::new());
    for c in name.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else {
            if !digits.is_empty() {
                parts.push((digits.parse().unwrap_or(u64::MAX), std::mem::take(&mut letters)));
                digits.clear();
            }
            letters.push(c);
        }
    }
    parts.push((digits.parse().unwrap_or(0), letters));
    parts
}
