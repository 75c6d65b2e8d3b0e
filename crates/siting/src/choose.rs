//! Which engine, where more than one could serve: a first look by the Lagrangian, then what it leaves to branch and Benders cut.
//!
//! On instances with side constraints the Lagrangian proves at once or hardly ever: its plans come from a relaxation in which every
//! constraint is only a price. The linear program keeps them all, and closes within a second what the other leaves open by percents
//! (`benches/README.md`). What it cannot do is grow: a dense master program of thousands of sites takes longer than the whole search.
//! So the first look takes a small share of the limits; where it leaves a gap, and no more sites and entries than [`suits`], the rest goes
//! to the linear program, with the plan that is known. Where the instance falls into parts that no condition joins, the Lagrangian proves
//! them one after the other: before the linear program where they are easy, else after it.

use std::time::Instant;

use firesite_problem::{Certificate, Claim, Instance, LevelProof, Objective, Status, Stopped, gap};

use crate::linear::benders;
use crate::{Engine, Error, Method, Options, Report, StoppedBy, general, levels};

/// Share of the limits that the first look may take, one in so many.
const LOOK: u32 = 8;

/// Of the time that is left then, the share of whichever goes first where the instance falls into parts: the linear program has to hold
/// them all, the Lagrangian proves one after the other, and which of the two ends first is not known beforehand.
const FIRST_TURN: f64 = 0.4;

/// Units of work that the Lagrangian may take before the linear program where the first level is proven by the first look. Where it is
/// not, the linear program has as many for itself before it shares what is left by halves, up to twice as many.
const APART: u64 = 500;

/// Work of what goes on after the first look where the caller sets no limit, in millions of entries.
const AFTERWARDS: u64 = 1_000;

/// Below this many sites, what nobody has settled goes to the general search, which enumerates to the end.
const SMALL: usize = 100;

/// Most sites that are free to be decided, and most entries of rows that they may reach, in the master program.
const MOST_SITES: usize = 1_500;
const MOST_ENTRIES: usize = 2_000_000;

/// The same where sites reach little: a set cover of some thousand columns.
const MANY_SITES: usize = 5_000;
const FEW_ENTRIES: usize = 200_000;

/// What is left to decide.
#[derive(Debug, Clone, Copy)]
struct Left {
    sites: usize,
    entries: usize,
}

impl Left {
    fn of(instance: &Instance) -> Self {
        let sites = instance.sites.iter().filter(|s| !s.fixed).count();
        let timed = instance.levels.contains(&Objective::Time);
        let counted = |row: &firesite_problem::Row| {
            if timed { row.reach.len() } else { row.reach.partition_point(|e| instance.covers(e.1)) }
        };
        Left { sites, entries: instance.rows.iter().map(counted).sum() }
    }
}

/// Whether a master program of what is left is small enough to be solved again and again.
fn suits(left: Left) -> bool {
    left.sites <= MOST_SITES && left.entries <= MOST_ENTRIES || left.sites <= MANY_SITES && left.entries <= FEW_ENTRIES
}

/// Searches an instance of any levels but Center, with any side constraints.
pub(crate) fn solve(instance: &Instance, options: &Options) -> Result<Report, Error> {
    let started = Instant::now();
    let left = Left::of(instance);
    if options.method != Method::Exact || !suits(left) {
        tracing::debug!(sites = left.sites, entries = left.entries, engine = "lagrangian", "engine chosen by size");
        return lagrangian(instance, options);
    }
    let mut look = options.clone();
    look.work_limit = Some(options.work_limit.unwrap_or(levels::DEFAULT_WORK) / u64::from(LOOK));
    look.time_limit = options.time_limit.map(|limit| limit / LOOK);
    let mut first = first_look(instance, &look)?;
    let mut rest = remaining(options, &first, started);
    if settled(&first, options) {
        // What the look was stopped by is not what the caller asked for.
        let proven = matches!(first.claim.status, Status::Optimal | Status::Infeasible);
        first.stopped_by = (!proven).then_some(StoppedBy::Gap);
        return Ok(first);
    }
    let level = first.claim.levels.iter().find(|l| l.status != Status::Optimal);
    let gap = level.and_then(|l| gap(l.objective, l.bound));
    if out_of_limits(&rest) {
        return Ok(first);
    }
    let apart = !general::fits(instance) && levels::falls_apart(instance);
    // Where the first level is proven so early, the parts are easy.
    let easy = apart && first.claim.levels.first().is_some_and(|l| l.status == Status::Optimal);
    let turns: &[Engine] = match (apart, easy) {
        (false, _) => &[Engine::Benders],
        (true, false) => &[Engine::Benders, Engine::Lagrangian],
        (true, true) => &[Engine::Lagrangian, Engine::Benders],
    };
    let mut better = first;
    for (turn, &engine) in turns.iter().enumerate() {
        if settled(&better, options) || out_of_limits(&rest) {
            break;
        }
        let own = if turn + 1 < turns.len() { first_turn(&rest, easy) } else { rest };
        tracing::debug!(
            sites = left.sites,
            entries = left.entries,
            gap,
            ?engine,
            "goes on with what the first look leaves"
        );
        let report = match engine {
            Engine::Lagrangian => levels::solve(instance, &own)?,
            _ => benders::go_on(instance, &own, better.claim.open.as_deref()),
        };
        better = together(instance, better, report);
        rest = remaining(options, &better, started);
    }
    if better.claim.status == Status::Infeasible && better.conflict.is_empty() {
        better.conflict = if general::fits(instance) {
            general::conflict(instance, options)
        } else {
            levels::conflicting(instance, options)
        };
    }
    if settled(&better, options) || instance.sites.len() > SMALL || out_of_limits(&rest) {
        return Ok(better);
    }
    tracing::debug!(sites = left.sites, engine = "general", "a small instance is enumerated to the end");
    match general::solve(instance, &rest) {
        Ok(last) => Ok(together(instance, better, last)),
        Err(_) => Ok(better),
    }
}

/// The Lagrangian alone: the levelled search, or the general one where only that serves; small instances to the end.
pub(crate) fn lagrangian(instance: &Instance, options: &Options) -> Result<Report, Error> {
    if general::fits(instance) {
        return general::solve(instance, options);
    }
    let started = Instant::now();
    let first = levels::solve(instance, options)?;
    let stopped = matches!(first.stopped_by, Some(StoppedBy::Time | StoppedBy::Gap));
    if settled(&first, options) || stopped || options.method != Method::Exact || instance.sites.len() > SMALL {
        return Ok(first);
    }
    match general::solve(instance, &remaining(options, &first, started)) {
        Ok(second) if matches!(second.claim.status, Status::Optimal | Status::Infeasible) => Ok(second),
        _ => Ok(first),
    }
}

/// Plan and bound of the Lagrangian within a share of the limits.
fn first_look(instance: &Instance, look: &Options) -> Result<Report, Error> {
    if general::fits(instance) { general::solve(instance, look) } else { levels::solve(instance, look) }
}

/// Whether a report needs no more: proven, or as near as was asked for.
fn settled(report: &Report, options: &Options) -> bool {
    let near = |l: &firesite_problem::LevelClaim| gap(l.objective, l.bound).is_some_and(|g| g <= options.gap);
    matches!(report.claim.status, Status::Optimal | Status::Infeasible)
        || options.gap > 0.0 && report.claim.open.is_some() && report.claim.levels.iter().all(near)
}

/// The options with what is left of the limits.
fn remaining(options: &Options, spent: &Report, started: Instant) -> Options {
    let mut rest = options.clone();
    let units = options.work_limit.unwrap_or(levels::DEFAULT_WORK);
    rest.work_limit = Some(match options.work_limit {
        Some(_) => units.saturating_sub(spent.work.entries / 1_000_000),
        // A search without a limit of its own.
        None => AFTERWARDS,
    });
    if options.time_limit.is_some() && options.work_limit.is_none() {
        rest.work_limit = None;
    }
    rest.time_limit = options.time_limit.map(|limit| limit.saturating_sub(started.elapsed()));
    rest
}

/// What is left of the limits, shared out to the engine that goes first of two.
fn first_turn(rest: &Options, easy: bool) -> Options {
    let units = |units: u64| {
        if easy { units.min(APART) } else { units - units.saturating_sub(APART).min(units / 2).min(2 * APART) }
    };
    let mut own = rest.clone();
    own.work_limit = rest.work_limit.map(units);
    own.time_limit = rest.time_limit.map(|time| time.mul_f64(FIRST_TURN));
    own
}

fn out_of_limits(rest: &Options) -> bool {
    rest.work_limit == Some(0) || rest.time_limit.is_some_and(|t| t.is_zero())
}

/// The better of two plans with the tighter of the bounds that hold for it. The first stays where they are equal.
fn together(instance: &Instance, first: Report, second: Report) -> Report {
    let work = first.work.and(second.work);
    let (mut best, other) = if prefers(instance, &second, &first) { (second, first) } else { (first, second) };
    best.work = work;
    if best.presolve.is_empty() {
        best.presolve.clone_from(&other.presolve);
    }
    if best.steps.is_empty() {
        best.steps.clone_from(&other.steps);
    }
    if let (Some(open), Some(mine), Some(theirs)) =
        (&best.claim.open, &best.claim.certificate, &other.claim.certificate)
        && other.claim.open.is_some()
    {
        let mut proofs: Vec<LevelProof> = mine.levels.clone();
        let mut pairs: Vec<_> = best.claim.levels.iter().map(|l| (l.objective, l.bound)).collect();
        for (k, objective) in instance.levels.iter().enumerate() {
            let (a, b) = (pairs[k].1, other.claim.levels[k].bound);
            if objective.tighter(b, a) && k < proofs.len() && k < theirs.levels.len() {
                pairs[k].1 = b;
                proofs[k] = theirs.levels[k].clone();
            }
            // A bound holds beside the values of the earlier levels that it was shown for.
            if pairs[k].0 != other.claim.levels[k].objective {
                break;
            }
        }
        let stopped = best.claim.stopped.or(other.claim.stopped).unwrap_or(Stopped::Method);
        best.claim = Claim::new(Some(open.clone()), pairs, Some(Certificate::new(proofs)), Some(stopped));
        best.stopped_by =
            if best.claim.status == Status::Optimal { None } else { best.stopped_by.or(other.stopped_by) };
    }
    best
}

/// Whether a report is better than another: settled before open, a plan before none, then value by value.
fn prefers(instance: &Instance, this: &Report, to: &Report) -> bool {
    let settled = |r: &Report| matches!(r.claim.status, Status::Optimal | Status::Infeasible);
    if settled(this) != settled(to) {
        return settled(this);
    }
    if this.claim.open.is_some() != to.claim.open.is_some() {
        return this.claim.open.is_some();
    }
    let pairs = this.claim.levels.iter().zip(&to.claim.levels).zip(&instance.levels);
    for ((a, b), objective) in pairs {
        if a.objective != b.objective {
            return match (a.objective, b.objective) {
                (Some(a), Some(b)) => objective.prefers(a, b),
                (a, _) => a.is_some(),
            };
        }
    }
    // No plan on either side: the tighter bound.
    let bound = |r: &Report| r.claim.levels[0].bound;
    this.claim.open.is_none() && instance.levels[0].tighter(bound(this), bound(to))
}
