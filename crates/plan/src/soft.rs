//! Soft rules in the choice of sites: a condition may be missed, at a price in the cost level.
//!
//! A missed condition is made up by stand-in sites that reach nobody: of 1, 2, 4, … units, so that every shortfall up to the
//! largest has one way to be told. Their cost is the penalty. With a penalty larger than every station together, the
//! shortfall is a level of its own, right after coverage and before cost; with a penalty in class units it is weighed against
//! cost. Where the condition only forbids stations at one place, the penalty is added to their cost instead.

use firesite_problem::{Constraint, Sense, Site};

use crate::problem::COST_SCALE;
use crate::study_file::SoftRules;

/// What stands for a missed unit of a soft condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StandIn {
    /// Position among the sites of the instance.
    pub(crate) site: u32,
    /// Units it makes up.
    pub(crate) units: i64,
    /// Position of the condition in the list of soft conditions.
    pub(crate) condition: usize,
    /// Whether the site is a station whose cost carries the penalty, rather than a stand-in.
    pub(crate) station: bool,
}

/// Thousandths of class units for one unit missed of a condition of this rule; nothing: the rule is judged only.
/// `unit`: how many units make one (100 hectares are one km²).
pub(crate) fn penalty(mode: &SoftRules, rules: &str, unit: i64, everything: u64) -> Option<u64> {
    let unit = unit.max(1) as u64;
    match mode {
        SoftRules::Judged => None,
        // One whole unit of any rule weighs the same, and the least part of one outweighs all stations together.
        SoftRules::Level => Some((everything + 1).saturating_mul(100 / unit.min(100))),
        SoftRules::Penalties(table) => {
            let named = rules
                .split('+')
                .filter_map(|r| table.get(r))
                .copied()
                .fold(None, |most: Option<f64>, x| Some(most.map_or(x, |m| m.max(x))))?;
            Some((named * COST_SCALE / unit as f64).round().max(1.0) as u64)
        }
    }
}

/// Makes a condition soft: adds stand-ins to the sites and to the condition's terms, or the penalty to the sites it forbids.
/// Returns the conditions to add (an equation becomes two).
pub(crate) fn soften(
    condition: Constraint,
    at: usize,
    penalty: u64,
    sites: &mut Vec<Site>,
    stand_ins: &mut Vec<StandIn>,
) -> Vec<Constraint> {
    let forbids = condition.sense == Sense::AtMost && condition.rhs == 0 && condition.terms.iter().all(|t| t.1 == 1);
    let one_place = |terms: &[(u32, i64)]| {
        let place = |s: u32| sites[s as usize].id.rsplit_once('/').map(|(place, _)| place.to_string());
        terms.iter().map(|(s, _)| place(*s)).collect::<std::collections::BTreeSet<_>>().len() <= 1
    };
    if forbids && one_place(&condition.terms) {
        for (site, _) in &condition.terms {
            let cost = &mut sites[*site as usize].cost;
            *cost = cost.saturating_add(penalty);
            stand_ins.push(StandIn { site: *site, units: 1, condition: at, station: true });
        }
        return Vec::new();
    }
    if condition.sense == Sense::Exactly {
        let part = |sense: Sense, word: &str| Constraint {
            name: format!("{} ({word})", condition.name),
            sense,
            ..condition.clone()
        };
        let (low, high) = (part(Sense::AtLeast, "at least"), part(Sense::AtMost, "at most"));
        let mut both = soften(low, at, penalty, sites, stand_ins);
        both.extend(soften(high, at, penalty, sites, stand_ins));
        return both;
    }
    let (sign, most) = match condition.sense {
        Sense::AtMost => (-1, condition.terms.iter().map(|t| t.1.max(0)).sum::<i64>() - condition.rhs),
        _ => (1, condition.rhs - condition.terms.iter().map(|t| t.1.min(0)).sum::<i64>()),
    };
    let mut condition = condition;
    let mut left = most.max(0);
    let mut units = 1;
    while left > 0 {
        let taken = units.min(left);
        let site = sites.len() as u32;
        sites.push(Site {
            id: format!("missed {}/{taken}-{site}", condition.name),
            cost: penalty.saturating_mul(taken as u64),
            counted: false,
            exclusive: None,
            fixed: false,
        });
        stand_ins.push(StandIn { site, units: taken, condition: at, station: false });
        condition.terms.push((site, sign * taken));
        left -= taken;
        units *= 2;
    }
    vec![condition]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortfall_has_a_sum_of_stand_ins() {
        let mut sites = vec![Site::new("A/x"), Site::new("B/x")];
        let condition =
            Constraint { name: "r: two".into(), terms: vec![(0, 1), (1, 1)], sense: Sense::AtLeast, rhs: 11 };
        let mut stand_ins = Vec::new();
        let made = soften(condition, 0, 5, &mut sites, &mut stand_ins);
        let units: Vec<i64> = stand_ins.iter().map(|s| s.units).collect();
        assert_eq!(units.iter().sum::<i64>(), 11);
        for wanted in 0..=11 {
            let reached = (0..1u32 << units.len()).any(|pick| {
                let sum: i64 = units.iter().enumerate().filter(|(i, _)| pick >> i & 1 == 1).map(|(_, u)| *u).sum();
                sum == wanted
            });
            assert!(reached, "{wanted} of {units:?}");
        }
        assert!(stand_ins.iter().all(|s| sites[s.site as usize].cost == 5 * s.units as u64));
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].terms.len(), 2 + units.len());
    }

    #[test]
    fn a_forbidden_place_costs_more_instead() {
        let mut sites = vec![Site::new("A/x"), Site::new("A/y")];
        let condition =
            Constraint { name: "r: near".into(), terms: vec![(0, 1), (1, 1)], sense: Sense::AtMost, rhs: 0 };
        let mut stand_ins = Vec::new();
        assert!(soften(condition, 0, 7, &mut sites, &mut stand_ins).is_empty());
        assert_eq!(sites.iter().map(|s| s.cost).collect::<Vec<_>>(), [8, 8]);
        assert!(stand_ins.iter().all(|s| s.station));
    }
}
