//! The four classic problems: one level, at most p sites.

mod center;
mod claims;
mod decide;
mod maxcover;
mod median;
mod setcover;

use firesite_problem::{Instance, Objective, Sense};

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

/// Solves a classic problem.
pub(crate) fn solve(instance: &Instance, problem: Classic, options: &Options) -> Result<Report, Error> {
    if total(instance, problem.level) >= 1 << 60 {
        return Err(Error::TooLarge("weights times times (or costs) add up to 2^60 or more".into()));
    }
    match problem.level {
        Objective::Time => Ok(median::solve(instance, problem, options)),
        Objective::Cost | Objective::Count => Ok(setcover::solve(instance, options)),
        Objective::Center => Ok(center::solve(instance, problem, options)),
        Objective::Cover => Ok(maxcover::solve(instance, problem, options)),
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
