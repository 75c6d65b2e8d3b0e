//! What stands beside ours: a greedy as anyone writes it, and a general solver on the usual model.

use std::time::Duration;

use firesite::problem::{Instance, Objective, Sense, write};
use firesite::siting::linear::{IntegerProgram, IntegerSolver, IntegerStatus};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome};

/// Opens the site that covers most of what is left, p times. The covered weight.
pub fn greedy(instance: &Instance) -> i64 {
    let p = instance.constraints.first().map_or(0, |c| c.rhs);
    let mut covered = vec![false; instance.rows.len()];
    let open = |covered: &mut [bool], site: u32| {
        for (row, done) in instance.rows.iter().zip(covered.iter_mut()) {
            *done |= row.reach.iter().any(|&(j, time)| j == site && instance.covers(time));
        }
    };
    let fixed: Vec<u32> = (0..instance.sites.len() as u32).filter(|&j| instance.sites[j as usize].fixed).collect();
    for &j in &fixed {
        open(&mut covered, j);
    }
    for _ in fixed.len() as i64..p {
        let mut gain = vec![0u64; instance.sites.len()];
        for (row, _) in instance.rows.iter().zip(&covered).filter(|(_, done)| !**done) {
            for &(j, time) in &row.reach {
                gain[j as usize] += if instance.covers(time) { row.weight } else { 0 };
            }
        }
        let Some(best) = (0..gain.len()).max_by_key(|&j| (gain[j], std::cmp::Reverse(j))) else { break };
        open(&mut covered, best as u32);
    }
    instance.rows.iter().zip(&covered).filter(|(_, done)| **done).map(|(row, _)| row.weight as i64).sum()
}

/// The compact model in microlp: set cover or maximal covering. `None` when it gives up.
pub fn microlp(instance: &Instance) -> Option<i64> {
    let cover = instance.levels == [Objective::Cover];
    let direction = if cover { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize };
    let mut problem = Problem::new(direction);
    let cost = |j: usize| if cover { 0.0 } else { instance.sites[j].cost as f64 };
    let x: Vec<_> = (0..instance.sites.len()).map(|j| problem.add_binary_var(cost(j))).collect();
    for row in &instance.rows {
        let mut terms: Vec<_> =
            row.reach.iter().filter(|e| instance.covers(e.1)).map(|e| (x[e.0 as usize], 1.0)).collect();
        if cover {
            if terms.is_empty() {
                continue;
            }
            terms.push((problem.add_var(row.weight as f64, (0.0, 1.0)), -1.0));
        }
        problem.add_constraint(&terms[..], ComparisonOp::Ge, if cover { 0.0 } else { 1.0 });
    }
    for c in &instance.constraints {
        let terms: Vec<_> = c.terms.iter().map(|&(j, a)| (x[j as usize], a as f64)).collect();
        problem.add_constraint(&terms[..], ComparisonOp::Le, c.rhs as f64);
    }
    match problem.solve() {
        Ok(SolveOutcome::Solution(solution)) => Some(solution.objective().round() as i64),
        _ => None,
    }
}

/// What a solver says of an instance: of its last level, or of the first that is not proven.
pub struct Said {
    /// Position of the level.
    pub level: usize,
    /// Value of the plan.
    pub value: Option<i64>,
    /// What no plan is better than.
    pub bound: Option<i64>,
    /// One word.
    pub status: &'static str,
}

/// Columns and non-zeros above this are left out: the model alone would take the time.
const MOST_TEXT: usize = 60_000_000;

/// The compact model of each level in turn, as the MPS file has it, by a solver of whole programs.
pub fn compact(instance: &Instance, solver: &dyn IntegerSolver, seconds: f64) -> Said {
    let started = std::time::Instant::now();
    let mut held = Vec::new();
    let mut said = Said { level: 0, value: None, bound: None, status: "too large" };
    for (level, objective) in instance.levels.iter().enumerate() {
        let entries: usize = instance.rows.iter().map(|r| r.reach.len()).sum();
        if *objective == Objective::Time && entries * 100 > MOST_TEXT {
            return Said { level, value: None, bound: None, status: "too large" };
        }
        let Ok(text) = write::mps(instance, level, &held) else { return said };
        let program = IntegerProgram::read_mps(&text).expect("our own file");
        let left = (seconds - started.elapsed().as_secs_f64()).max(0.01);
        let answer = solver.solve_within(&program, Duration::from_secs_f64(left));
        let sign = if objective.maximised() { -1.0 } else { 1.0 };
        // The plan is what counts, not what the solver says it is worth.
        let open = program.open_sites(&answer);
        let plan = answer.objective.and_then(|_| instance.evaluate(&open).ok()).map(|values| values[level]);
        let bound = answer.bound.map(|b| (sign * (b - 1e-6 * b.abs().max(1.0)).ceil()) as i64);
        said = Said { level, value: plan, bound, status: answer.status.name() };
        match plan {
            Some(value) if answer.status == IntegerStatus::Optimal => held.push(value),
            _ => break,
        }
    }
    said
}

/// Greedy as anyone writes it: opens what gains most per unit of cost, as far as limits allow, until nothing is gained. The value of the
/// first level, where its plan is one.
pub fn plain(instance: &Instance) -> Option<i64> {
    let level = instance.levels[0];
    let n = instance.sites.len();
    let mut columns: Vec<Vec<(usize, u32)>> = vec![Vec::new(); n];
    for (i, row) in instance.rows.iter().enumerate() {
        for &(j, t) in &row.reach {
            columns[j as usize].push((i, t));
        }
    }
    let unserved = instance.worst.unwrap_or(u32::MAX / 2);
    let (mut count, mut time) = (vec![0usize; instance.rows.len()], vec![unserved; instance.rows.len()]);
    let mut open: Vec<u32> = Vec::new();
    let mut is_open = vec![false; n];
    let add = |j: usize, is_open: &mut [bool], open: &mut Vec<u32>, count: &mut [usize], time: &mut [u32]| {
        is_open[j] = true;
        open.push(j as u32);
        for &(i, t) in &columns[j] {
            count[i] += usize::from(instance.covers(t));
            time[i] = time[i].min(t);
        }
    };
    for j in (0..n).filter(|&j| instance.sites[j].fixed) {
        add(j, &mut is_open, &mut open, &mut count, &mut time);
    }
    let buys = matches!(level, Objective::Cost | Objective::Count);
    loop {
        let allowed = |j: usize| {
            let limits = instance.constraints.iter().filter(|c| c.sense != Sense::AtLeast);
            let clash = |k: &u32| {
                let (a, b) = (&instance.sites[*k as usize], &instance.sites[j]);
                a.exclusive.is_some() && a.exclusive == b.exclusive
            };
            let fits = |c: &firesite::problem::Constraint| {
                let used = |t: &&(u32, i64)| is_open[t.0 as usize] || t.0 as usize == j;
                c.terms.iter().filter(used).map(|t| t.1).sum::<i64>() <= c.rhs
            };
            !is_open[j] && !open.iter().any(clash) && limits.into_iter().all(fits)
        };
        let gain = |j: usize| -> f64 {
            let of = |&(i, t): &(usize, u32)| -> f64 {
                let row = &instance.rows[i];
                let covered = if instance.covers(t) {
                    let next = if row.gains.is_empty() {
                        u64::from(count[i] == 0)
                    } else {
                        row.gains.get(count[i]).copied().unwrap_or(0)
                    };
                    (row.weight.max(u64::from(row.must)) * next) as f64
                } else {
                    0.0
                };
                if level == Objective::Time {
                    row.weight as f64 * f64::from(time[i].saturating_sub(t))
                } else {
                    covered
                }
            };
            let gain: f64 = columns[j].iter().map(of).sum();
            gain / (instance.sites[j].cost.max(1) as f64)
        };
        if buys && instance.evaluate(&sorted(&open)).is_ok() {
            break;
        }
        let ranked = (0..n).map(|j| (gain(j), j)).filter(|g| g.0 > 0.0);
        let best = ranked.filter(|g| allowed(g.1)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, j)) = best else { break };
        add(j, &mut is_open, &mut open, &mut count, &mut time);
    }
    instance.evaluate(&sorted(&open)).ok().map(|values| values[0])
}

fn sorted(open: &[u32]) -> Vec<u32> {
    let mut open = open.to_vec();
    open.sort_unstable();
    open
}
