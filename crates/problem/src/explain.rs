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

/// A floor that all sites together do not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreachableFloor {
    /// The group.
    pub group: usize,
    /// Least covered weight that is asked for.
    pub floor: u64,
    /// What all sites together cover.
    pub most: u64,
    /// The time limit at which all sites together would cover enough; `None`: no limit is enough, or rows of the group have gains.
    pub needs: Option<u32>,
}

/// Floors that even all sites together do not reach, with the time limit that would do. Complexity: linear in the reach entries, plus
/// sorting the rows of such groups.
#[must_use]
pub fn unreachable_floors(instance: &Instance) -> Vec<UnreachableFloor> {
    let all = instance.measures(&vec![true; instance.sites.len()]);
    let mut result = Vec::new();
    for (g, group) in instance.groups.iter().enumerate() {
        let most = all.groups[g];
        if most >= group.floor {
            continue;
        }
        let rows = || instance.rows.iter().filter(|r| r.group == Some(g as u32));
        let mut needs = None;
        if rows().all(|r| r.gains.is_empty()) {
            let mut nearest: Vec<(u32, u64)> =
                rows().filter_map(|r| r.reach.first().map(|e| (e.1, r.weight))).collect();
            nearest.sort_unstable();
            let mut covered = 0;
            needs = nearest.iter().find_map(|&(time, weight)| {
                covered += weight;
                (covered >= group.floor).then_some(time)
            });
        }
        result.push(UnreachableFloor { group: g, floor: group.floor, most, needs });
    }
    result
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
/// then the floors of the groups (those above 0), then, each as one, the must rows, the rows that must be reached, the fixed sites and the
/// exclusive sets. Returns the names, or nothing when `refuted` does not hold
/// for all of them (or stops answering, `None`, in between: then the set may be larger than need be).
pub fn conflict(instance: &Instance, mut refuted: impl FnMut(&Instance) -> Option<bool>) -> Vec<String> {
    let floors: Vec<usize> = (0..instance.groups.len()).filter(|&g| instance.groups[g].floor > 0).collect();
    // Conditions that are one each: a name, whether there are any, and how to leave them out.
    type Whole = (&'static str, bool, fn(&mut Instance));
    let wholes: Vec<Whole> = [
        (
            "rows that must be covered",
            instance.rows.iter().any(|r| r.must),
            (|i| i.rows.iter_mut().for_each(|r| r.must = false)) as fn(&mut Instance),
        ),
        ("rows that must be reached", instance.must_reach() && !instance.rows.is_empty(), |i| {
            // Any time will do: only whether a plan exists is asked.
            i.worst = Some(i.rows.iter().flat_map(|r| r.reach.iter().map(|e| e.1)).max().unwrap_or(0));
        }),
        ("fixed sites", instance.sites.iter().any(|s| s.fixed), |i| i.sites.iter_mut().for_each(|s| s.fixed = false)),
        ("at most one site of an exclusive set", instance.sites.iter().any(|s| s.exclusive.is_some()), |i| {
            i.sites.iter_mut().for_each(|s| s.exclusive = None);
        }),
    ]
    .into_iter()
    .filter(|w| w.1)
    .collect();
    let mut names: Vec<String> = instance.constraints.iter().map(|c| c.name.clone()).collect();
    names.extend(floors.iter().map(|&g| format!("floor of {}", instance.groups[g].name)));
    names.extend(wholes.iter().map(|w| w.0.to_owned()));
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
        for (position, whole) in wholes.iter().enumerate() {
            if !kept[constraints + floors.len() + position] {
                whole.2(&mut smaller);
            }
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
    use crate::instance::{Group, Objective, Row, Site};
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
    fn the_limit_that_would_reach_a_share_is_named() {
        let mut share = four_villages();
        share.rows.iter_mut().for_each(|r| (r.must, r.group) = (false, Some(0)));
        share.groups = vec![Group { name: "share".into(), cap: None, floor: 4 }];
        // Three villages lie within 102, the fourth at 103.
        let found = unreachable_floors(&share);
        assert_eq!(found, vec![UnreachableFloor { group: 0, floor: 4, most: 3, needs: Some(103) }]);
        share.groups[0].floor = 3;
        assert_eq!(unreachable_floors(&share), vec![]);
        share.groups[0].floor = 5;
        assert_eq!(unreachable_floors(&share)[0].needs, None);
    }

    #[test]
    fn fixed_sites_and_classes_take_part_in_a_conflict() {
        let mut town = four_villages();
        town.rows.clear();
        town.constraints[0].rhs = 4;
        town.sites[0].fixed = true;
        town.sites[1].fixed = true;
        town.sites[0].exclusive = Some(7);
        town.sites[1].exclusive = Some(7);
        let names = conflict(&town, |i| Some(brute_force(i).is_none()));
        assert_eq!(names, vec!["fixed sites", "at most one site of an exclusive set"]);
        let mut far = four_villages();
        far.rows.iter_mut().for_each(|r| r.must = false);
        far.levels = vec![Objective::Time];
        let names = conflict(&far, |i| Some(brute_force(i).is_none()));
        assert_eq!(names, vec!["p", "rows that must be reached"]);
    }

    #[test]
    fn a_conflict_is_minimal() {
        let mut wide = Instance { limit: Some(200), ..four_villages() };
        wide.constraints.push(Constraint { name: "budget".into(), terms: vec![(0, 1)], sense: Sense::AtMost, rhs: 1 });
        let names = conflict(&wide, |i| Some(brute_force(i).is_none()));
        assert_eq!(names, vec!["p", "rows that must be covered"]);
    }
}
