//! Everything the other methods do not serve: rows with a concave reward of the cover count (backup and expected coverage) and level
//! Center beside other levels or side constraints, under any side constraints.
//!
//! Greedy and swaps first (`state.rs`), then each level in order by branch and bound with Lagrangian multipliers (`tree.rs`,
//! `ascent.rs`), written as a certificate. Level Center is a search over the distinct times, each asking whether any plan is left
//! [Minieka 1970]. One thread searches: the result does not depend on their number.

mod ascent;
mod bound;
mod state;
mod tree;
mod view;

use firesite_problem::{Certificate, Claim, Goal, Instance, LevelProof, Node, Objective, Status, Stopped, explain};

use crate::budget::Budget;
use crate::presolve::{Step, presolve};
use crate::{Error, Method, Options, Reduction, Report};
use state::State;
pub(crate) use tree::Plan;
use tree::{Effort, Search, search};

/// Largest sum of weights, costs or weighted times.
const ROOM: i128 = 1 << 58;

/// Largest number of times a level is left again because a later one met a better plan.
const ROUNDS: usize = 20;

/// What is known of a level.
struct Level {
    bound: Option<i64>,
    proof: LevelProof,
    complete: bool,
}

/// Whether an instance has something that only this search serves.
pub(crate) fn fits(instance: &Instance) -> bool {
    instance.levels.contains(&Objective::Center) || instance.rows.iter().any(|r| !r.gains.is_empty())
}

/// Presolves an instance, searches its levels in order, and lifts the claim.
pub(crate) fn solve(instance: &Instance, options: &Options) -> Result<Report, Error> {
    let smaller = presolve(instance);
    let mut report = if smaller.steps.is_empty() {
        levels(instance, options)?
    } else {
        let mut report = levels(&smaller.instance, options)?;
        match smaller.lift(instance, &report.claim) {
            Some(claim) => report.claim = claim,
            None => report = levels(instance, options)?,
        }
        report.presolve = counted(&smaller.steps);
        report.steps = smaller.steps;
        report
    };
    if report.claim.status == Status::Infeasible {
        report.conflict = conflict(instance, options);
    }
    Ok(report)
}

/// How often each kind of step was taken.
fn counted(steps: &[Step]) -> Vec<Reduction> {
    let kinds: [(&str, fn(&Step) -> usize); 5] = [
        ("rows settled by fixed sites", |s| if let Step::Settled { rows, .. } = s { rows.len() } else { 0 }),
        ("rows merged with rows alike", |s| usize::from(matches!(s, Step::Merged { .. }))),
        ("dominated sites left out", |s| usize::from(matches!(s, Step::DominatedSite { .. }))),
        ("rows covered whenever another is", |s| usize::from(matches!(s, Step::DominatedRow { .. }))),
        ("sites essential to a row", |s| usize::from(matches!(s, Step::Essential { .. }))),
    ];
    let counts = kinds.map(|(what, of)| Reduction { what: what.to_owned(), count: steps.iter().map(of).sum() });
    counts.into_iter().filter(|r| r.count > 0).collect()
}

/// A fine enough unit for multipliers that leaves room for sums.
fn scale_of(total: i128) -> i64 {
    [1024, 64, 16, 4].into_iter().find(|s| total * i128::from(*s) < 1 << 50).unwrap_or(1)
}

/// Searches the levels of an instance in order.
fn levels(instance: &Instance, options: &Options) -> Result<Report, Error> {
    let total = total(instance);
    if total >= ROOM {
        return Err(Error::TooLarge("weights, costs or weighted times add up to 2^58 or more".into()));
    }
    let scale = scale_of(total);
    let mut budget = Budget::new(options);
    let exact = options.method == Method::Exact;
    let mut plan = first_plan(instance, options, &mut budget);
    if plan.is_none() && budget.stopped().is_some() {
        // The levelled search repairs a plan with less work, where it knows the instance.
        let quick = Options::method(Method::Greedy).with_work_limit(0);
        if let Some(report) = (!fits(instance)).then(|| crate::levels::solve(instance, &quick).ok()).flatten() {
            budget.absorb(report.work);
            plan = report.claim.open.and_then(|open| Plan::of(instance, open));
        }
    }
    if plan.is_none() && budget.stopped().is_some() {
        let mut little = budget.little(REPAIR);
        plan = first_plan(instance, &Options::method(Method::Greedy), &mut little);
        if plan.is_none() {
            plan = first_plan(instance, options, &mut little);
        }
        budget.joined(&little);
    }
    if plan.is_none() && exact {
        let found = existence(instance, scale, &mut budget);
        if found.plan.is_none() && found.complete {
            let claim = Claim::infeasible(instance.levels.len(), Certificate::new(vec![found.proof]));
            return Ok(Report::new(claim, None, budget.work));
        }
        plan = found.plan.map(|plan| improved(instance, plan, &mut budget));
    }
    let Some(mut plan) = plan else {
        return Ok(crate::levels::unknown(instance, &budget));
    };
    let mut levels: Vec<Level> = Vec::new();
    let mut rounds = 0;
    while levels.len() < instance.levels.len() {
        let k = levels.len();
        let (level, met) = if instance.levels[k] == Objective::Center {
            center(instance, k, scale, &plan, options, &mut budget)
        } else {
            priced(instance, k, scale, &plan, options, &mut budget)
        };
        match met.filter(|met| met.better(&plan, &instance.levels)) {
            None => levels.push(level),
            Some(met) => {
                // The first level whose value changes is this one unless an earlier one was not proven.
                let first = (0..met.values.len()).find(|&l| met.values[l] != plan.values[l]).unwrap_or(k);
                plan = met;
                if first < k && rounds < ROUNDS {
                    rounds += 1;
                    levels.truncate(first);
                } else if first < k {
                    // Later proofs hold the earlier values: they must be those of the plan.
                    levels.truncate(first);
                    let open = || Level { bound: None, proof: LevelProof::default(), complete: false };
                    levels.resize_with(instance.levels.len(), open);
                } else {
                    levels.push(level);
                }
            }
        }
    }
    let pairs = plan.values.iter().zip(&levels).map(|(&v, l)| (Some(v), l.bound)).collect();
    let complete = levels.iter().all(|l| l.complete);
    let proofs: Vec<LevelProof> = levels.into_iter().map(|l| l.proof).collect();
    let why =
        if complete && budget.stopped().is_none() && exact { Stopped::Gap } else { budget.ended(Stopped::Method) };
    let claim = Claim::new(Some(plan.open), pairs, Some(Certificate::new(proofs)), Some(why));
    Ok(Report::of(claim, &budget))
}

/// The largest value any level can have.
fn total(instance: &Instance) -> i128 {
    let (mut cover, mut time) = (0i128, 0i128);
    for row in &instance.rows {
        let gains: i128 = if row.gains.is_empty() { 1 } else { row.gains.iter().map(|&g| i128::from(g)).sum() };
        let far = row.reach.last().map_or(0, |e| e.1).max(instance.worst.unwrap_or(0));
        cover += i128::from(row.weight) * gains.max(1);
        time += i128::from(row.weight) * i128::from(far.max(1));
    }
    let cost: i128 = instance.sites.iter().map(|s| i128::from(s.cost)).sum();
    let limits: i128 = instance.groups.iter().map(|g| i128::from(g.cap.unwrap_or(0).max(g.floor))).sum();
    let terms = |c: &firesite_problem::Constraint| -> i128 {
        c.terms.iter().map(|t| i128::from(t.1).abs()).sum::<i128>() + i128::from(c.rhs).abs()
    };
    let left = instance.constraints.iter().map(terms).max().unwrap_or(0);
    let timed = instance.levels.contains(&Objective::Time);
    cover.max(if timed { time } else { 0 }).max(cost).max(limits).max(left)
}

/// Entries that may be visited, whatever the limits, to find a plan that keeps every condition: some milliseconds.
const REPAIR: u64 = 2_000_000;

/// Entries that local search may visit at a time.
const SWAPS: u64 = 200_000_000;

fn first_plan(instance: &Instance, options: &Options, budget: &mut Budget) -> Option<Plan> {
    let mut state = State::new(instance);
    state.greedy(budget);
    if options.method != Method::Greedy {
        state.improve(budget, SWAPS);
        state.shake(8, options.seed, budget, SWAPS);
    }
    Plan::of(instance, state.sites())
}

/// A plan by greedy and swaps, for another engine to begin with.
pub(crate) fn quick_plan(instance: &Instance, options: &Options, budget: &mut Budget) -> Option<Vec<u32>> {
    if total(instance) >= ROOM {
        return None;
    }
    let mut state = State::new(instance);
    state.greedy(budget);
    state.improve(budget, SWAPS / 4);
    state.shake(4, options.seed, budget, SWAPS / 4);
    Plan::of(instance, state.sites()).map(|plan| plan.open)
}

fn improved(instance: &Instance, plan: Plan, budget: &mut Budget) -> Plan {
    let mut state = State::new(instance);
    state.become_plan(&plan.open);
    state.improve(budget, SWAPS);
    Plan::of(instance, state.sites()).filter(|p| p.better(&plan, &instance.levels)).unwrap_or(plan)
}

const THOROUGH: Effort = Effort { root: 400, node: 30, branch: true, slack: 0 };

fn existence(instance: &Instance, scale: i64, budget: &mut Budget) -> Search {
    search(instance, Goal::infeasible(), &[], scale, None, THOROUGH, budget)
}

/// A level with a price: its bound by branch and bound, and a better plan met on the way.
fn priced(
    instance: &Instance,
    k: usize,
    scale: i64,
    plan: &Plan,
    options: &Options,
    budget: &mut Budget,
) -> (Level, Option<Plan>) {
    let value = plan.values[k];
    let slack = (options.gap.max(0.0) * value.unsigned_abs() as f64).floor() as i64;
    let effort = Effort { branch: options.method == Method::Exact, slack, ..THOROUGH };
    let goal = Goal::level(instance, k, &plan.values[..k], i64::MAX);
    let found = search(instance, goal, &plan.values[..k], scale, Some(plan), effort, budget);
    let sign = if instance.levels[k].maximised() { -1 } else { 1 };
    let met = found.plan;
    let best = met.as_ref().map_or(value, |p| if sign * p.values[k] < sign * value { p.values[k] } else { value });
    let scale = i128::from(scale);
    let least = found.lowest.div_euclid(scale) + i128::from(found.lowest.rem_euclid(scale) > 0);
    let least = i64::try_from(least).ok().map(|b| sign * b.min(sign * best));
    let proof = if least.is_some() { found.proof } else { LevelProof::default() };
    (Level { bound: least, proof, complete: found.complete }, met)
}

/// Level Center: the largest time below which no plan is left.
fn center(
    instance: &Instance,
    k: usize,
    scale: i64,
    plan: &Plan,
    options: &Options,
    budget: &mut Budget,
) -> (Level, Option<Plan>) {
    let held = &plan.values[..k];
    let times = crate::classic::distinct(instance);
    let mut best = plan.clone();
    let (mut low, mut high) = (0, times.partition_point(|&t| i64::from(t) < plan.values[k]));
    let mut refutation: Option<LevelProof> = None;
    let effort = if options.method == Method::Exact { THOROUGH } else { Effort { branch: false, ..THOROUGH } };
    let mut complete = true;
    while low < high {
        if budget.spent() {
            complete = false;
            break;
        }
        let middle = usize::midpoint(low, high);
        let goal = Goal { level: Some(k), within: Some(times[middle]) };
        let found = search(instance, goal, held, scale, None, effort, budget);
        match found.plan {
            Some(met) => {
                high = middle.min(times.partition_point(|&t| i64::from(t) < met.values[k]));
                best = met;
            }
            None if found.complete => {
                refutation = Some(found.proof);
                low = middle + 1;
            }
            None => {
                complete = false;
                break;
            }
        }
    }
    let bound = i64::from(times.get(low).copied().unwrap_or(0)).min(best.values[k]);
    // No plan is quicker than the least time there is: that needs no proof but a node.
    let trivial = || LevelProof { scale: 1, nodes: vec![Node::default()], ..LevelProof::default() };
    let (bound, proof) = match refutation {
        Some(proof) => (bound, proof),
        None => (0, trivial()),
    };
    (Level { bound: Some(bound), proof, complete }, Some(best))
}

/// Entries that one question of the conflict search may visit, in millions.
const CONFLICT: u64 = 200;

/// Names of conditions of an infeasible instance that cannot hold together.
pub(crate) fn conflict(instance: &Instance, options: &Options) -> Vec<String> {
    let scale = scale_of(total(instance));
    explain::conflict(instance, |smaller| {
        let mut options = options.clone().with_work_limit(CONFLICT);
        options.method = Method::Exact;
        let mut budget = Budget::new(&options);
        if first_plan(smaller, &options, &mut budget).is_some() {
            return Some(false);
        }
        let found = existence(smaller, scale, &mut budget);
        if found.plan.is_some() { Some(false) } else { found.complete.then_some(true) }
    })
}
