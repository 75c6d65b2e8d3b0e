//! Questions around the best plan: every number of stations in a range, and the next best plans.

use std::ops::RangeInclusive;

use firesite_problem::{Constraint, Instance, Sense, Status};

use crate::classic::Classic;
use crate::{Error, Options, Report, solve};

/// One number of sites of a [`frontier`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Point {
    /// At most so many sites, fixed ones included.
    pub p: u32,
    /// The best plan and its proof, for the instance with this p (see [`with_limit`]).
    pub report: Report,
}

/// The best value and its proof for every p of a range. What one more station is worth is the difference of two neighbours.
///
/// The instance must be a classic one with a limit on the number of sites. Limits in `options` hold for each p alone.
pub fn frontier(instance: &Instance, range: RangeInclusive<u32>, options: &Options) -> Result<Vec<Point>, Error> {
    let mut instance = instance.clone();
    let limit = Classic::recognise(&instance).and_then(|c| c.limit);
    let Some((_, constraint)) = limit else {
        return Err(Error::Unsupported(
            "a frontier needs a limit on the number of sites and no other condition".into(),
        ));
    };
    let mut points = Vec::new();
    for p in range {
        instance.constraints[constraint].rhs = i64::from(p);
        points.push(Point { p, report: solve(&instance, options)? });
    }
    Ok(points)
}

/// The instance with another limit on the number of sites; `None` when it has no such limit.
pub fn with_limit(instance: &Instance, p: u32) -> Option<Instance> {
    let (_, constraint) = Classic::recognise(instance)?.limit?;
    let mut instance = instance.clone();
    instance.constraints[constraint].rhs = i64::from(p);
    Some(instance)
}

/// One of several [`alternatives`], with the instance its claim is about: the given one and a condition for each better plan.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Alternative {
    /// The instance with the better plans excluded.
    pub instance: Instance,
    /// The best plan of that instance.
    pub report: Report,
}

/// The best plan and the next best ones, `count` in all or fewer when there are no more. Each differs from every earlier one in
/// at least `differ` sites, opened and closed ones both counted (1: any other plan).
///
/// Near-equal sites are the rule, so the second best plan is often the first with one station across the street; ask for a larger
/// `differ` to see plans of another kind. Stops early at a plan that is not proven.
pub fn alternatives(
    instance: &Instance,
    count: usize,
    differ: u32,
    options: &Options,
) -> Result<Vec<Alternative>, Error> {
    let mut instance = instance.clone();
    let mut found: Vec<Alternative> = Vec::new();
    while found.len() < count {
        let report = solve(&instance, options)?;
        let Some(open) = report.claim.open.clone() else { break };
        let proven = report.claim.status == Status::Optimal;
        found.push(Alternative { instance: instance.clone(), report });
        if !proven {
            break;
        }
        instance.constraints.push(other_than(&instance, &open, differ, found.len()));
    }
    Ok(found)
}

/// Σ_{open} (1 − x_j) + Σ_{closed} x_j ≥ differ.
fn other_than(instance: &Instance, open: &[u32], differ: u32, number: usize) -> Constraint {
    let terms =
        (0..instance.sites.len() as u32).map(|j| (j, if open.binary_search(&j).is_ok() { 1 } else { -1 })).collect();
    let rhs = open.len() as i64 - i64::from(differ.max(1));
    Constraint { name: format!("not plan {number}"), terms, sense: Sense::AtMost, rhs }
}
