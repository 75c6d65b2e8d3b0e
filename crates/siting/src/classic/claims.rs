//! From the result of a search to a claim.

use firesite_problem::{Certificate, Claim, Classes, Goal, Instance, LevelProof, Multipliers, Node, Stopped};

use super::Classic;
use super::decide::Refutation;
use crate::budget::Budget;
use crate::dual::Core;
use crate::{Reduction, Report};

/// A plan with its bound.
pub(super) fn value(
    open: Vec<u32>,
    objective: i64,
    bound: i64,
    scale: i64,
    multipliers: Multipliers,
    nodes: Vec<Node>,
    budget: Budget,
    otherwise: Stopped,
    presolve: Vec<Reduction>,
) -> Report {
    let proof = LevelProof { scale: scale as u64, multipliers, nodes };
    let certificate = Certificate::new(vec![proof]);
    let why = budget.ended(otherwise);
    let claim = Claim::new(Some(open), vec![(Some(objective), Some(bound))], Some(certificate), Some(why));
    Report { presolve, ..Report::of(claim, &budget) }
}

/// No plan: a proof that there is none.
pub(super) fn infeasible(scale: i64, multipliers: Multipliers, nodes: Vec<Node>, budget: &Budget) -> Report {
    let proof = LevelProof { scale: scale as u64, multipliers, nodes };
    Report::of(Claim::infeasible(1, Certificate::new(vec![proof])), budget)
}

/// More sites are fixed than may be open: the constraint cannot hold, whatever the multipliers.
pub(super) fn too_many_fixed(budget: Budget) -> Report {
    infeasible(1, Multipliers::default(), vec![Node::default()], &budget)
}

/// A row that must be served has no site at all.
pub(super) fn unserved(budget: Budget) -> Report {
    infeasible(1, Multipliers::default(), vec![Node::default()], &budget)
}

/// The bound of a whole tree as a whole number of the objective: `lowest` of the leaves left open, `target` of all others, both in
/// units of 1/scale; never past the objective.
pub(super) fn whole(lowest: i64, target: i64, scale: i64, objective: i64) -> i64 {
    let bound = lowest.min(target);
    (bound.div_euclid(scale) + i64::from(bound.rem_euclid(scale) > 0)).min(objective)
}

/// A bound left open, as a whole number.
fn below(lowest: i64, scale: i64) -> i64 {
    lowest.div_euclid(scale) + i64::from(lowest.rem_euclid(scale) > 0)
}

/// No plan was found and none is excluded; a bound holds all the same, where one is known (`lowest`, in units of 1/scale).
pub(super) fn unknown(lowest: i64, scale: i64, multipliers: Multipliers, nodes: Vec<Node>, budget: Budget) -> Report {
    if lowest == i64::MAX {
        // The root showed a row unserved, but no refutation was finished in time.
        let why = budget.ended(Stopped::Method);
        return Report::of(Claim::new(None, vec![(None, None)], None, Some(why)), &budget);
    }
    let bound = below(lowest, scale);
    let proof = LevelProof { scale: scale as u64, multipliers, nodes };
    let why = budget.ended(Stopped::Method);
    Report::of(Claim::new(None, vec![(None, Some(bound))], Some(Certificate::new(vec![proof])), Some(why)), &budget)
}

/// No p sites reach every row.
pub(super) fn refuted(instance: &Instance, refutation: Refutation, problem: Classic, budget: &Budget) -> Report {
    let classes = Classes::new(instance, Goal::infeasible());
    let slot = problem.limit.map(|(_, c)| c as u32);
    let (scale, multipliers, nodes) =
        refutation.certificate(&classes.of_row, classes.len(), slot, instance.constraints.len());
    infeasible(scale, multipliers, nodes, budget)
}

/// What was simplified before the search.
pub(super) fn presolve(instance: &Instance, classes: &Classes, root: &Core) -> Vec<Reduction> {
    let fixed = instance.sites.iter().filter(|s| s.fixed).count();
    let idle = classes.of_row.iter().filter(|c| c.is_none()).count();
    let merged = classes.of_row.len() - idle - classes.len();
    [
        ("rows without influence left out", idle),
        ("rows merged with rows alike", merged),
        ("sites fixed open", fixed),
        ("classes of rows settled by fixed sites", classes.len().saturating_sub(root.rows())),
        ("sites that serve no row better left out", (instance.sites.len() - fixed).saturating_sub(root.sites())),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(what, count)| Reduction { what: what.to_owned(), count })
    .collect()
}
