//! p-center: least largest time with at most p sites.
//!
//! min r such that p sites reach every row within r: a search over the distinct times, each a covering problem
//! (Minieka 1970), decided by [`decide`]. The bound is proven by refuting the largest time below it.

use firesite_problem::{Certificate, Claim, Classes, Goal, Instance, LevelProof, Stopped};

use super::decide::{Decision, Refutation, decide};
use super::{Classic, claims, first};
use crate::budget::Budget;
use crate::{Method, Options, Report};

/// Work, in millions of entries, that a search without any left may spend on the question whether there is a plan.
const ALLOWANCE: u64 = 2;

/// Solves a p-center instance.
pub(super) fn solve(instance: &Instance, problem: Classic, options: &Options) -> Report {
    let mut budget = Budget::new(options);
    let n = instance.sites.len();
    let fixed: Vec<bool> = instance.sites.iter().map(|s| s.fixed).collect();
    let count = fixed.iter().filter(|f| **f).count();
    let p = problem.limit.map_or(n, |(p, _)| p);
    if count > p {
        return claims::too_many_fixed(budget);
    }
    let slot = problem.limit.map(|(_, c)| c as u32);
    let times = distinct(instance);
    let within = |r: u32| -> Vec<&[(u32, u32)]> {
        instance.rows.iter().map(|row| &row.reach[..row.reach.partition_point(|e| e.1 <= r)]).collect()
    };
    // The largest value needs no search where unreached rows have a time of their own.
    let mut plan: Option<Vec<u32>> = None;
    let mut refuted: Option<(u32, Refutation)> = None;
    let (mut low, mut high) = (0, times.len());
    // No plan reaches a row before its nearest site does.
    if let Some((row, least)) = nearest(instance)
        && let Ok(at) = times.binary_search(&least)
        && at > 0
    {
        low = at;
        refuted = Some((times[at - 1], Refutation::lonely(row, instance.rows.len(), p)));
    }
    let value = |open: &[u32]| instance.evaluate(open).ok().and_then(|v| v.first().copied());
    if instance.worst.is_some() || instance.rows.is_empty() {
        let all: Vec<u32> = (0..n as u32).filter(|&j| fixed[j as usize]).collect();
        high = times.partition_point(|&t| i64::from(t) < value(&all).unwrap_or(i64::MAX));
        plan = Some(all);
    } else if let Some((open, reached)) =
        first::plan(instance, &fixed, p, &mut budget).and_then(|open| value(&open).map(|reached| (open, reached)))
    {
        high = times.partition_point(|&t| i64::from(t) < reached);
        plan = Some(open);
    } else {
        // Whether there is any plan is asked even where nothing may be spent, up to a small allowance: without one there is nothing to
        // bring home.
        let mut allowance = Budget::new(&Options::default().with_work_limit(ALLOWANCE));
        let own = !budget.spent();
        let asked = if own { &mut budget } else { &mut allowance };
        let answer = decide(&within(u32::MAX), n, &fixed, p, asked);
        if !own {
            budget.charge(allowance.work.entries as usize);
        }
        match answer {
            Decision::Plan(open) => {
                high = times.partition_point(|&t| i64::from(t) < value(&open).unwrap_or(i64::MAX));
                plan = Some(open);
            }
            Decision::None(refutation) => {
                return claims::refuted(instance, refutation, problem, &budget);
            }
            Decision::Unknown => {}
        }
    }
    // times[high] is reached by the plan, everything below times[low] is refuted.
    while low < high && !budget.spent() {
        let middle = usize::midpoint(low, high);
        let Some(&r) = times.get(middle) else { break };
        match decide(&within(r), n, &fixed, p, &mut budget) {
            Decision::Plan(open) => {
                let reached = value(&open).unwrap_or(i64::MAX);
                high = middle.min(times.partition_point(|&t| i64::from(t) < reached));
                plan = Some(open);
            }
            Decision::None(refutation) => {
                refuted = Some((r, refutation));
                low = middle + 1;
            }
            Decision::Unknown => {
                break;
            }
        }
    }
    let objective = plan.as_deref().and_then(value);
    let (bound, proof) = match refuted {
        Some((_, refutation)) => {
            let bound = i64::from(times.get(low).copied().unwrap_or(0));
            let bound = objective.map_or(bound, |o| bound.min(o));
            let classes = Classes::new(instance, Goal::level(instance, 0, &[], bound));
            let (scale, multipliers, nodes) =
                refutation.certificate(&classes.of_row, classes.len(), slot, instance.constraints.len());
            (bound, LevelProof { scale: scale as u64, multipliers, nodes })
        }
        None => {
            // No plan is quicker than the least time there is.
            let bound = 0;
            (bound, LevelProof { scale: 1, nodes: vec![firesite_problem::Node::default()], ..LevelProof::default() })
        }
    };
    let ended = if options.method == Method::Exact { Stopped::Gap } else { Stopped::Method };
    let why = budget.ended(ended);
    let claim = Claim::new(plan, vec![(objective, Some(bound))], Some(Certificate::new(vec![proof])), Some(why));
    Report::of(claim, &budget)
}

/// The row whose nearest site is farthest, and that time.
fn nearest(instance: &Instance) -> Option<(usize, u32)> {
    let cap = instance.worst.unwrap_or(u32::MAX);
    let least = |row: &firesite_problem::Row| row.reach.first().map_or(cap, |e| e.1.min(cap));
    instance.rows.iter().map(least).enumerate().max_by_key(|&(i, t)| (t, std::cmp::Reverse(i)))
}

/// The values that level Center may have, ascending.
pub(crate) fn distinct(instance: &Instance) -> Vec<u32> {
    let cap = instance.worst.unwrap_or(u32::MAX);
    let mut times: Vec<u32> = instance.rows.iter().flat_map(|row| row.reach.iter().map(|e| e.1.min(cap))).collect();
    times.extend(instance.worst);
    times.push(0);
    times.sort_unstable();
    times.dedup();
    times
}
