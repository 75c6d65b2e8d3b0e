//! What stands beside ours: a greedy as anyone writes it, and a general solver on the usual model.

use firesite::problem::{Instance, Objective};
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
