//! `firesite solve`: a location problem from a file, with a certificate.

use std::time::{Duration, Instant};

use firesite::formats::write::write_file;
use firesite::problem::{Command, LocationProblem, Rounding, SolutionFile, Status, explain, read_location};
use firesite::siting::{self, Method, Options, Work};
use serde_json::{Map, Value};

use crate::args::{MethodKind, ProblemKind, RoundingKind, SolveArgs};
use crate::console::Console;
use crate::outcome::{Done, Failure, Outcome};

fn command(args: &SolveArgs) -> Result<Command, Failure> {
    let problem = match args.problem {
        ProblemKind::PMedian => "p-median",
        ProblemKind::PCenter => "p-center",
        ProblemKind::SetCover => "set-cover",
        ProblemKind::MaxCover => "max-cover",
        ProblemKind::PartialCover => "partial-cover",
        ProblemKind::BackupCover => "backup-cover",
        ProblemKind::WeightedBackupCover => "weighted-backup-cover",
        ProblemKind::GradualCover => "gradual-cover",
        ProblemKind::ExpectedCover => "expected-cover",
    };
    let rounding = args.rounding.map(|r| match r {
        RoundingKind::Floor => Rounding::Floor,
        RoundingKind::Nearest => Rounding::Nearest,
    });
    let p = args
        .p
        .map(|p| u32::try_from(p).map_err(|_| Failure::Input(format!("--p {p} is more than any instance has sites"))))
        .transpose()?;
    Ok(Command {
        problem: problem.to_owned(),
        p,
        radius: args.radius,
        strict: args.strict,
        rounding,
        weights: args.weights.clone(),
        share: args.share.clone(),
        busy: args.busy.clone(),
        first: args.first.clone(),
        bands: args.bands.clone(),
    })
}

fn options(args: &SolveArgs, started: Instant) -> Options {
    let mut options = Options::method(match args.method {
        MethodKind::Exact => Method::Exact,
        MethodKind::LocalSearch => Method::LocalSearch,
        MethodKind::Greedy => Method::Greedy,
    });
    if let Some(gap) = args.gap {
        options = options.with_gap(gap);
    }
    if let Some(limit) = args.time_limit {
        // Reading counts too.
        options = options.with_time_limit(Duration::from_secs_f64(limit).saturating_sub(started.elapsed()));
    }
    options
}

fn counters(work: &Work) -> Map<String, Value> {
    let counters =
        [("nodes", work.nodes), ("iterations", work.iterations), ("swaps", work.swaps), ("entries", work.entries)];
    counters.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
}

/// Runs the command.
pub fn run(console: &Console, args: &SolveArgs) -> Outcome {
    let started = Instant::now();
    let command = command(args)?;
    let bar = console.progress(format!("reading {}", args.instance.display()));
    let problem = read_location(&args.instance, &command)?;
    bar.set_message(format!(
        "{}: {} sites, {} rows",
        problem.model.word,
        problem.instance.sites.len(),
        problem.instance.rows.len()
    ));
    let report = siting::solve(&problem.instance, &options(args, started)).map_err(|error| match error {
        siting::Error::Invalid(_) | siting::Error::TooLarge(_) => {
            Failure::Input(format!("{}: {error}", args.instance.display()))
        }
        _ => Failure::System(error.to_string()),
    })?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    let mut solution =
        SolutionFile::new(&problem, &report.claim, (seconds * 1000.0).round() / 1000.0, counters(&report.work));
    solution.stopped_by = report.stopped_by.map(|s| s.name().to_owned()).or(solution.stopped_by);
    if report.claim.status == Status::Infeasible {
        solution.reason = Some(why_infeasible(&problem, &report.conflict));
    }
    if let Some(out) = &args.out {
        solution.refer_to(&args.instance, &command, out)?;
        write_file(out, &solution.to_json())?;
    }
    solution.certificate = None;
    solution.instance = None;
    console.result(|| told(&solution), &solution)?;
    Ok(match report.claim.status {
        Status::Infeasible => Done::NotMet,
        _ => Done::Well,
    })
}

/// How many demands an explanation names.
const NAMED: usize = 10;

/// Why no choice of sites serves: demand that nobody can cover with the time that would cover it, or demand of which no two
/// share a site, more of it than sites may be open.
fn why_infeasible(problem: &LocationProblem, conflict: &[String]) -> String {
    let instance = &problem.instance;
    let name = |row: usize| {
        problem
            .demand_ids
            .get(row)
            .map_or_else(|| row.to_string(), |id| id.as_str().map_or_else(|| id.to_string(), str::to_owned))
    };
    let list = |names: Vec<String>, all: usize| {
        let more = if all > names.len() { format!(" and {} more", all - names.len()) } else { String::new() };
        format!("{}{more}", names.join(", "))
    };
    let lonely: Vec<(usize, Option<u32>)> = if problem.uncoverable.is_empty() {
        explain::uncoverable(instance).into_iter().map(|u| (u.row, u.needs)).collect()
    } else {
        problem.uncoverable.clone()
    };
    if !lonely.is_empty() {
        let one = |&(row, needs): &(usize, Option<u32>)| match needs {
            Some(time) => format!("demand {} (a limit of {} would cover it)", name(row), problem.time(time)),
            None => format!("demand {} (no site reaches it at all)", name(row)),
        };
        return format!("no site covers {}", list(lonely.iter().take(NAMED).map(one).collect(), lonely.len()));
    }
    if let Some(floor) = explain::unreachable_floors(instance).first() {
        let name = &instance.groups[floor.group].name;
        let (asked, most) = (problem.weight(floor.floor), problem.weight(floor.most));
        let needs = match floor.needs {
            Some(time) => format!("a limit of {} would be enough", problem.time(time)),
            None => "no limit would be enough".to_owned(),
        };
        return format!("{name}: {asked} is to be covered, all sites together cover {most} ({needs})");
    }
    let apart = explain::independent_rows(instance, None);
    match explain::site_limit(instance) {
        Some((limit, most)) if apart.len() as i64 > most => {
            let names = apart.iter().take(NAMED).map(|&row| name(row)).collect();
            format!(
                "{limit}: {most} sites are too few, for no two of these {} demands share a site: {}",
                apart.len(),
                list(names, apart.len())
            )
        }
        _ if !conflict.is_empty() => format!("these cannot hold together: {}", conflict.join("; ")),
        _ => "no choice of sites meets all conditions; the certificate proves it".to_owned(),
    }
}

fn told(solution: &SolutionFile) -> String {
    let value = |number: &Option<serde_json::Number>| number.as_ref().map_or("-".to_owned(), ToString::to_string);
    let gap = solution.gap.map_or("-".to_owned(), |gap| format!("{:.4} %", gap * 100.0));
    let mut text = format!(
        "{}: {}, objective {}, bound {}, gap {gap}, {:.2} s",
        solution.problem,
        solution.status,
        value(&solution.objective),
        value(&solution.bound),
        solution.seconds
    );
    if let Some(by) = &solution.stopped_by {
        text.push_str(&format!(", stopped by {by}"));
    }
    if let Some(reason) = &solution.reason {
        text.push_str(&format!("\n{reason}"));
    }
    let open: Vec<String> =
        solution.open.iter().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect();
    if !open.is_empty() {
        text.push_str(&format!("\nopen: {}", open.join(" ")));
    }
    text
}
