//! Why an instance has no feasible plan, by plain computation: demand that no site covers, demand points no two of which share a site,
//! conditions that contradict each other.
use crate::instance::{Constraint, Instance, Sense};

/// A must row that no site covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncoverable {
    /// The row.
    pub row: usize,
    /// The time limit at which some site would cover it; `None`: no site reaches it at all.
    pub needs: Option<u32>,
}

/// Every must row without a site within the limit, with the limit that would cover it. For a row that only has to be reached
/// ([`Instance::must_reach`]) `needs` is `None`.
#[must_use]
pub fn uncoverable(instance: &Instance) -> Vec<Uncoverable> {
    let must_reach = instance.must_reach();
    instance
        .rows
        .iter()
        .enumerate()
        .filter_map(|(row, r)| {
            let least = r.reach.first().map(|e| e.1);
            let uncovered = least.is_none_or(|t| !instance.covers(t));
            (r.must && uncovered || must_reach && least.is_none()).then_some(Uncoverable { row, needs: least })
        })
        .collect()
}

/// Rows that must be served, no two of which share a site that could serve both: at least as many sites must be open.
///
/// Every choice is valid; the one here is greedy, rows with few sites first (ties by position), so it need not be the largest. `within`
/// asks every row to be served within that time (p-center). Complexity: linear in the reach entries, plus sorting the rows.
#[must_use]
pub fn independent_rows(instance: &Instance, within: Option<u32>) -> Vec<usize> {
    let must_reach = instance.must_reach() || within.is_some();
    let serves = |must: bool, time: u32| (!must || instance.covers(time)) && within.is_none_or(|limit| time <= limit);
    let mut order: Vec<(usize, usize)> = instance
        .rows
        .iter()
        .enumerate()
        .filter(|(_, r)| r.must || must_reach)
        .map(|(i, r)| (r.reach.iter().filter(|e| serves(r.must, e.1)).count(), i))
        .collect();
    order.sort_unstable();
    let mut taken = vec![false; instance.sites.len()];
    let mut rows = Vec::new();
    for (_, i) in order {
        let row = &instance.rows[i];
        let mut sites = row.reach.iter().filter(|e| serves(row.must, e.1)).map(|e| e.0 as usize);
        if sites.clone().any(|j| taken[j]) {
            continue;
        }
        sites.by_ref().for_each(|j| taken[j] = true);
        rows.push(i);
    }
    rows.sort_unstable();
    rows
}

/// The tightest upper limit on the number of open sites among the constraints (`sum of all x <= p`), with its name.
#[must_use]
pub fn site_limit(instance: &Instance) -> Option<(&str, i64)> {
    let everything = |c: &&Constraint| {
        c.terms.len() == instance.sites.len() && c.terms.iter().all(|t| t.1 == 1) && c.sense != Sense::AtLeast
    };
    instance.constraints.iter().filter(everything).map(|c| (c.name.as_str(), c.rhs)).min_by_key(|c| c.1)
}

/// A minimal set of named conditions that cannot hold together, found by leaving out one after the other.
///
/// `refuted(kept)` says whether the instance is infeasible when only the conditions with `kept[c]` hold; conditions are the constraints,
/// then the floors of the groups (those above 0), then the must rows as one. Returns the names, or nothing when `refuted` does not hold
/// for all of them (or stops answering, `None`, in between: then the set may be larger than need be).
pub fn conflict(instance: &Instance, mut refuted: impl FnMut(&Instance) -> Option<bool>) -> Vec<String> {
    let floors: Vec<usize> = (0..instance.groups.len()).filter(|&g| instance.groups[g].floor > 0).collect();
    let musts = instance.rows.iter().any(|r| r.must);
    let mut names: Vec<String> = instance.constraints.iter().map(|c| c.name.clone()).collect();
    names.extend(floors.iter().map(|&g| format!("floor of {}", instance.groups[g].name)));
    if musts {
        names.push("rows that must be covered".to_owned());
    }
    let mut kept = vec![true; names.len()];
    let reduced = |kept: &[bool]| {
        let mut smaller = instance.clone();
        let constraints = instance.constraints.len();
        smaller.constraints =
            instance.constraints.iter().enumerate().filter(|(c, _)| kept[*c]).map(|(_, c)| c.clone()).collect();
        for (position, &g) in floors.iter().enumerate() {
            if !kept[constraints + position] {
                smaller.groups[g].floor = 0;
            }
        }
        if musts && !kept[constraints + floors.len()] {
            smaller.rows.iter_mut().for_each(|r| r.must = false);
        }
        smaller
    };
    if refuted(&reduced(&kept)) != Some(true) {
        return Vec::new();
    }
    for c in 0..kept.len() {
        kept[c] = false;
        match refuted(&reduced(&kept)) {
            Some(true) => {}
            Some(false) | None => kept[c] = true,
        }
    }
    names.into_iter().zip(kept).filter(|(_, k)| *k).map(|(n, _)| n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::{Objective, Row, Site};
    use crate::oracle::brute_force;

    fn four_villages() -> Instance {
        Instance {
            sites: (0..4).map(|j| Site::new(j.to_string())).collect(),
            rows: (0..4_u32)
                .map(|i| Row { weight: 1, reach: vec![(i, 100 + i)], must: true, ..Row::default() })
                .collect(),
            limit: Some(102),
            constraints: vec![Constraint {
                name: "p".into(),
                terms: (0..4).map(|j| (j, 1)).collect(),
                sense: Sense::AtMost,
                rhs: 3,
            }],
            levels: vec![Objective::Cost],
            ..Instance::default()
        }
    }

    #[test]
    fn the_limit_that_would_cover_is_named() {
        assert_eq!(uncoverable(&four_villages()), vec![Uncoverable { row: 3, needs: Some(103) }]);
    }

    #[test]
    fn rows_that_share_no_site_show_that_p_is_too_small() {
        let wide = Instance { limit: Some(200), ..four_villages() };
        assert_eq!(independent_rows(&wide, None), vec![0, 1, 2, 3]);
        assert_eq!(site_limit(&wide), Some(("p", 3)));
    }

    #[test]
    fn a_conflict_is_minimal() {
        let mut wide = Instance { limit: Some(200), ..four_villages() };
        wide.constraints.push(Constraint { name: "budget".into(), terms: vec![(0, 1)], sense: Sense::AtMost, rhs: 1 });
        let names = conflict(&wide, |i| Some(brute_force(i).is_none()));
        assert_eq!(names, vec!["p", "rows that must be covered"]);
    }
}
