//! Every engine of ours, a plain greedy and general solvers on the same instances in the same run.

use std::path::Path;
use std::time::{Duration, Instant};

use firesite::problem::{Instance, Status, gap, verify};
use firesite::siting::linear::ByMicrolp;
use firesite::siting::{Engine, Options, solve};

use crate::mixed;
use crate::peers::{self, Said};

/// Ours with an engine; of several levels the first that is not proven speaks. Every claim is checked.
fn ours(instance: &Instance, engine: Engine, seconds: f64) -> Said {
    let options = Options::default().with_engine(engine).with_time_limit(Duration::from_secs_f64(seconds));
    let Ok(report) = solve(instance, &options) else {
        return Said { level: 0, value: None, bound: None, status: "not served" };
    };
    verify(instance, &report.claim).expect("a claim that holds");
    let levels = &report.claim.levels;
    let level = levels.iter().position(|l| l.status != Status::Optimal).unwrap_or(levels.len() - 1);
    Said {
        level,
        value: levels[level].objective,
        bound: levels[level].bound,
        status: if report.claim.status == Status::Infeasible { "infeasible" } else { levels[level].status.word() },
    }
}

/// Processor seconds of all threads so far, where the system tells them; else wall time.
fn processor(_started: Instant) -> f64 {
    #[cfg(unix)]
    {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
    }
    #[cfg(not(unix))]
    {
        _started.elapsed().as_secs_f64()
    }
}

type Solver = (&'static str, Box<dyn Fn(&Instance, f64) -> Said>);

fn solvers() -> Vec<Solver> {
    let engine = |name, engine| -> Solver { (name, Box::new(move |i: &Instance, s| ours(i, engine, s))) };
    let mut list = vec![
        engine("ours, engine chosen", Engine::Automatic),
        engine("ours, Lagrangian", Engine::Lagrangian),
        engine("ours, branch and Benders cut", Engine::Benders),
        engine("ours, general search", Engine::General),
    ];
    let microlp: Solver = ("microlp", Box::new(|i: &Instance, s| peers::compact(i, &ByMicrolp, s)));
    list.push(microlp);
    #[cfg(feature = "highs")]
    {
        let highs = firesite::siting::linear::ByHighs;
        list.push(("HiGHS", Box::new(move |i: &Instance, s| peers::compact(i, &highs, s))));
    }
    let greedy = |i: &Instance, _| Said { level: 0, value: peers::plain(i), bound: None, status: "no bound" };
    list.push(("plain greedy", Box::new(greedy)));
    list
}

/// Prints the table: each solver with a time limit of so many seconds on each instance whose name holds `only`.
pub fn table(data: &Path, seconds: f64, only: Option<&str>, quick: bool) {
    println!("each with a limit of {seconds} s; figures of the first level that is not proven, else of the last");
    println!("| instance | sites, rows | solver | level | value | bound | gap % | status | wall s | processor s |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (name, instance) in mixed::instances(data, quick) {
        if only.is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let mut proven: Vec<(usize, i64)> = Vec::new();
        for (solver, run) in solvers() {
            let started = Instant::now();
            let before = processor(started);
            let said = run(&instance, seconds);
            let spent = processor(started) - before;
            let wall = started.elapsed().as_secs_f64();
            let number = |v: Option<i64>| v.map_or("-".to_owned(), |v| v.to_string());
            let gap = gap(said.value, said.bound).map_or("-".to_owned(), |g| format!("{:.3}", 100.0 * g));
            println!(
                "| {name} | {}, {} | {solver} | {} | {} | {} | {gap} | {} | {wall:.2} | {spent:.2} |",
                instance.sites.len(),
                instance.rows.len(),
                instance.levels[said.level].name(),
                number(said.value),
                number(said.bound),
                said.status,
            );
            // Two proofs of the same level must agree.
            if let (true, Some(value)) = (said.status == "optimal", said.value)
                && !solver.contains("greedy")
            {
                if let Some(&(_, other)) = proven.iter().find(|p| p.0 == said.level) {
                    assert_eq!(value, other, "{name}: {solver} disagrees");
                }
                proven.push((said.level, value));
            }
        }
    }
}
