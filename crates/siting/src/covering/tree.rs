//! The tree of a goal, several nodes at a time.

use firesite_problem::Node;
use rayon::prelude::*;

use super::node::{Case, Goal, Worked, work};
use super::problem::Covering;
use crate::budget::Budget;
use crate::dual::Prices;

/// Nodes worked on at once. Fixed, so that the tree does not depend on the number of threads.
const AT_ONCE: usize = 16;

/// How a tree ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The goal holds, or the easier one it came down to: the nodes of its proof, in preorder, and the target.
    Proven(Vec<Node>, i64),
    /// A plan below the target.
    Better(Vec<u32>),
    /// A limit was passed: the nodes as far as they go, and the least bound of those left open.
    Spent(Vec<Node>, i64),
}

/// Depth first, the top of the stack [`AT_ONCE`] nodes wide. Every branched node hands the sites its bound selects to `hint`.
pub(crate) fn prove(
    problem: Covering,
    slots: usize,
    opened: &[u32],
    prices: &Prices,
    goal: &Goal<'_>,
    budget: &mut Budget,
    mut hint: impl FnMut(&[u32], &mut Budget),
) -> Ended {
    // Of each node its part of the proof and the first of its children, which follow one another.
    let mut parts: Vec<(Vec<Node>, usize, usize)> = vec![(Vec::new(), 0, 0)];
    let mut stack = vec![(0, Case::root(problem, slots, opened, prices))];
    let mut goal = *goal;
    let mut lowest = i64::MAX;
    while !stack.is_empty() {
        let batch = stack.split_off(stack.len().saturating_sub(AT_ONCE));
        let part: &Budget = budget;
        let worked: Vec<Worked> = batch.par_iter().map(|(_, case)| work(case, &goal, part.fork())).collect();
        for ((place, _), mut worked) in batch.into_iter().zip(worked) {
            budget.work.nodes += 1;
            budget.work.iterations += worked.steps;
            budget.charge(worked.visited as usize);
            // The root, which stands alone, may have lowered it.
            goal.target = goal.target.min(worked.target);
            if let Some(plan) = worked.better {
                return Ended::Better(plan);
            }
            if let Some(plan) = &worked.hint {
                hint(plan, budget);
            }
            lowest = worked.left.map_or(lowest, |left| lowest.min(left));
            let first = parts.len();
            parts[place] = (std::mem::take(&mut worked.nodes), first, worked.cases.len());
            let count = worked.cases.len();
            parts.resize_with(first + count, Default::default);
            // The last child on top: it has most sites decided.
            stack.extend(worked.cases.into_iter().enumerate().map(|(k, case)| (first + k, case)));
        }
        if let Some(pacing) = goal.pacing {
            goal.target = goal.target.min(pacing.target(budget));
        }
        if budget.spent() {
            break;
        }
    }
    if stack.is_empty() && lowest >= goal.target {
        return Ended::Proven(preorder(parts), goal.target);
    }
    for (place, case) in stack {
        let (nodes, bound) = case.left_open(&goal);
        parts[place].0 = nodes;
        lowest = lowest.min(bound);
    }
    Ended::Spent(preorder(parts), lowest.min(goal.target))
}

fn preorder(mut parts: Vec<(Vec<Node>, usize, usize)>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut stack = vec![0];
    while let Some(place) = stack.pop() {
        let (mut own, first, count) = std::mem::take(&mut parts[place]);
        nodes.append(&mut own);
        stack.extend((first..first + count).rev());
    }
    nodes
}
