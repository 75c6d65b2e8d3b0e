//! The four classic problems: one level, at most p sites.

mod center;
mod claims;
mod decide;
mod first;
mod maxcover;
mod median;
mod setcover;

pub(crate) use center::distinct;

use std::sync::Arc;

use firesite_problem::{Classes, Goal, Instance, Objective, Sense};

use crate::budget::Budget;
use crate::dual::Core;
use crate::heuristic::{Columns, greedy};
use crate::{Error, Options, Report};

/// A classic problem, recognised from an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Classic {
    /// The only level.
    pub(crate) level: Objective,
    /// At most so many open sites, fixed ones included, with the position of the constraint that says so.
    pub(crate) limit: Option<(usize, usize)>,
}

impl Classic {
    /// The classic problem an instance is, `None` when it has more levels or other side constraints.
    pub(crate) fn recognise(instance: &Instance) -> Option<Self> {
        let &[level] = instance.levels.as_slice() else { return None };
        if instance.groups.iter().any(|g| g.floor > 0)
            || instance.sites.iter().any(|s| s.exclusive.is_some())
            || instance.rows.iter().any(|r| !r.gains.is_empty())
            || level == Objective::Cover && instance.groups.iter().any(|g| g.cap.is_some_and(|c| c > 0))
            || level != Objective::Cost && level != Objective::Count && instance.rows.iter().any(|r| r.must)
        {
            return None;
        }
        let limit = match instance.constraints.as_slice() {
            [] => None,
            [only] => {
                let all = only.terms.len() == instance.sites.len() && only.terms.iter().all(|&(_, a)| a == 1);
                if !all || only.sense != Sense::AtMost {
                    return None;
                }
                Some((usize::try_from(only.rhs).ok()?, 0))
            }
            _ => return None,
        };
        // A cheapest cover with a limit on its sites is no set cover any more: the levelled search takes it.
        if limit.is_some() && matches!(level, Objective::Cost | Objective::Count) {
            return None;
        }
        Some(Classic { level, limit })
    }
}

/// What one solve leaves for the next of the same instance with another limit on its sites.
#[derive(Debug, Default)]
pub(crate) struct Warm {
    /// The rows, merged.
    pub(crate) classes: Option<Arc<Classes>>,
    /// The last plan: sites of the instance.
    open: Vec<u32>,
    /// The prices at which the last root ended, by class.
    prices: Option<Arc<Vec<i64>>>,
}

/// Solves a classic problem, from where the last one ended.
pub(crate) fn solve(
    instance: &Instance,
    problem: Classic,
    options: &Options,
    warm: &mut Warm,
) -> Result<Report, Error> {
    if total(instance, problem.level) >= 1 << 60 {
        return Err(Error::TooLarge("weights times times (or costs) add up to 2^60 or more".into()));
    }
    match problem.level {
        Objective::Time => Ok(median::solve(instance, problem, options, warm)),
        Objective::Cost | Objective::Count => Ok(setcover::solve(instance, options)),
        Objective::Center => Ok(center::solve(instance, problem, options)),
        Objective::Cover => Ok(maxcover::solve(instance, problem, options, warm)),
    }
}

impl Warm {
    /// The classes of the only level's rows.
    fn classes(&mut self, instance: &Instance) -> Arc<Classes> {
        let fresh = || Arc::new(Classes::new(instance, Goal { level: Some(0), within: None }));
        Arc::clone(self.classes.get_or_insert_with(fresh))
    }

    /// A first plan for a root problem, in its own positions: the last plan if it fits, completed greedily.
    fn plan(&self, root: &Core, columns: &Columns, budget: &mut Budget) -> Vec<u32> {
        let position = |id: &u32| root.id.binary_search(id).ok().map(|j| j as u32);
        let known: Vec<u32> = self.open.iter().filter_map(position).collect();
        let begin = if known.len() <= root.slots { known.as_slice() } else { &[] };
        greedy(root, columns, begin, budget)
    }

    /// First prices for a root problem, if there are any.
    fn prices(&self, root: &Core) -> Option<Vec<i64>> {
        let prices = self.prices.as_ref()?;
        Some(root.row.iter().map(|&i| prices[i as usize]).collect())
    }
}

/// What an objective can come to at most.
fn total(instance: &Instance, level: Objective) -> i128 {
    let farthest = |row: &firesite_problem::Row| {
        let last = row.reach.last().map_or(0, |e| e.1);
        i128::from(instance.worst.map_or(last, |worst| last.max(worst)))
    };
    match level {
        Objective::Time => instance.rows.iter().map(|row| i128::from(row.weight) * farthest(row)).sum(),
        Objective::Cover => instance.rows.iter().map(|row| i128::from(row.weight)).sum(),
        Objective::Cost => instance.sites.iter().map(|site| i128::from(site.cost)).sum(),
        Objective::Count | Objective::Center => 0,
    }
}
