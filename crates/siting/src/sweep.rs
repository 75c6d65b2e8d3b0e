//! Questions around the best plan: every number of stations in a range, and the next best plans.

use std::ops::RangeInclusive;

use firesite_problem::{Constraint, Instance, Sense, Status};

use crate::classic::{self, Classic, Warm};
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

/// The best value and its proof for every p of a range, in one sweep: rows are merged once, and every p starts from the plan and the
/// prices of the one before. What one more station is worth tells [`worth`].
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
    instance.validate().map_err(|reason| Error::Invalid(reason.to_string()))?;
    let mut warm = Warm::default();
    let mut points = Vec::new();
    for p in range {
        instance.constraints[constraint].rhs = i64::from(p);
        let problem = Classic::recognise(&instance)
            .ok_or_else(|| Error::Unsupported("a limit on the number of sites beyond what can be counted".into()))?;
        points.push(Point { p, report: classic::solve(&instance, problem, options, &mut warm)? });
    }
    Ok(points)
}

/// What one more site is worth, from a [`frontier`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Worth {
    /// From this many sites to one more.
    pub p: u32,
    /// The value gets better by at least this much; never below 0.
    pub least: i64,
    /// And by at most this much, where bounds are known.
    pub most: Option<i64>,
}

/// What one more site is worth at each step of a frontier of the instance, whose points follow one another. Exact where both ends are
/// proven, else between what best values and bounds allow. Steps at which no plan is known on either side are left out.
///
/// ```
/// use firesite_problem::{Row, Site, models::{Parameters, model}};
/// use firesite_siting::{Options, frontier, worth};
///
/// let village = |weight, site| Row { weight, reach: vec![(site, 1)], ..Row::default() };
/// let sites = vec![Site::new("a"), Site::new("b")];
/// let build = model("max-cover").expect("a known model").build;
/// let parameters = Parameters { p: Some(1), ..Parameters::default() };
/// let instance = build(sites, vec![village(7, 0), village(5, 1)], &parameters).expect("a valid instance").instance;
/// let steps = worth(&instance, &frontier(&instance, 0..=2, &Options::default())?);
/// assert_eq!(steps.iter().map(|s| (s.p, s.least, s.most)).collect::<Vec<_>>(), [(0, 7, Some(7)), (1, 5, Some(5))]);
/// # Ok::<(), firesite_siting::Error>(())
/// ```
pub fn worth(instance: &Instance, frontier: &[Point]) -> Vec<Worth> {
    let maximised = instance.levels.first().is_some_and(|level| level.maximised());
    let gain = |from: i64, to: i64| if maximised { to - from } else { from - to };
    let step = |pair: &[Point]| {
        let (now, then) = (pair[0].report.claim.levels.first()?, pair[1].report.claim.levels.first()?);
        let (from, to) = (now.objective?, then.objective?);
        Some(Worth {
            p: pair[0].p,
            least: now.bound.map_or(0, |bound| gain(bound, to)).max(0),
            most: then.bound.map(|bound| gain(from, bound)),
        })
    };
    frontier.windows(2).filter_map(step).collect()
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
