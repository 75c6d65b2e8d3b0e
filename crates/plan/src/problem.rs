//! A scenario as a location problem (DESIGN §4.5, 4.6, 4.7, 4.9).
//!
//! Sites are (place, class) pairs, named `place/class`; at most one class of a place is open. A standing station keeps its
//! class (fixed), or, where it may be upgraded, has exactly one of its options open. Rows are the demand; groups are the
//! built-up areas, each capped at its α; demand outside them is a group with cap 0, so that it counts in the time level
//! alone. Rules become constraints; counts become exact ones.
//!
//! Only times that can matter are kept: a place that always has a station serves its demand at that time or earlier, so
//! later arrivals elsewhere change nothing, neither cover nor time.

use std::collections::{BTreeMap, BTreeSet};

use firesite_model::TravelTime;
use firesite_network::Snapped;
use firesite_problem::{Constraint, Group, Instance, Objective, Row, Sense, Site};
use firesite_standards::{self as standards, Requirement, RuleSeverity};
use rayon::prelude::*;

use crate::area_caps;
use crate::candidates::role_word;
use crate::sites::{Sites, Who};
use crate::soft::{self, StandIn};
use crate::study::Base;
use crate::study_file::{Count, RulesSection, ScenarioSection, SoftRules, StudyFile};
use crate::weights::threshold;

/// Costs are thousandths of the unit.
pub(crate) const COST_SCALE: f64 = 1000.0;

/// What is decided at a site of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// A standing station as it is.
    Keep,
    /// A standing station, upgraded: position in its list of upgrades.
    Upgrade(usize),
    /// A new station.
    New,
}

/// A (place, class) pair of the instance, by id.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Position in [`Sites::spots`].
    pub(crate) spot: usize,
    pub(crate) class: String,
    pub(crate) act: Act,
}

/// Why a constraint is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cause {
    /// Id of the rule, or `counts`, or `stands` (of a standing station: never a cause to give up).
    pub(crate) rule: String,
    /// Position in the districts.
    pub(crate) district: Option<usize>,
    /// Whom it speaks of.
    pub(crate) subject: String,
}

/// A location problem with the way back to the study.
pub(crate) struct Formulated {
    pub(crate) instance: Instance,
    pub(crate) choices: Vec<Choice>,
    /// Of each constraint.
    pub(crate) causes: Vec<Cause>,
    /// Soft conditions that count in the cost level.
    pub(crate) soft: Vec<Cause>,
    /// What stands for a missed unit of them.
    pub(crate) stand_ins: Vec<StandIn>,
    /// Penalty of each stand-in, thousandths of class units.
    pub(crate) penalties: Vec<u64>,
    /// Ids of the rules that bind.
    pub(crate) rules: Vec<String>,
}

/// What all scenarios share: who reaches whom, and when.
pub(crate) struct ReachTable {
    /// Of each demand: (response time, spot), ascending.
    rows: Vec<Vec<(u32, u32)>>,
    /// How many of them can matter: none later than a station that always stands.
    useful: Vec<usize>,
}

impl ReachTable {
    /// Response times of all places to all demand up to `worst`, without those later than a station that always stands.
    pub(crate) fn new(base: &Base, sites: &Sites) -> Self {
        let settings = &base.settings;
        let offset = |spot: usize| settings.clock.before_wheels(sites.spots[spot].turnout);
        let tied: Vec<usize> = (0..sites.spots.len()).filter(|s| sites.spots[*s].at.is_some()).collect();
        let places: Vec<Snapped> = tied.iter().filter_map(|s| sites.spots[*s].at).collect();
        let demand: Vec<Option<Snapped>> = sites.demand.iter().map(|d| d.place).collect();
        let least = tied.iter().map(|s| offset(*s)).min().unwrap_or(TravelTime::ZERO);
        let reach = base.times.reach(&places, &demand, settings.worst - least);
        let mut rows: Vec<Vec<(u32, u32)>> = vec![Vec::new(); demand.len()];
        for (row, spot) in tied.iter().enumerate() {
            let before = offset(*spot);
            for (d, time) in reach.row(row) {
                let counted = before + *time;
                let same = settings.across_districts || sites.district_of(*spot) == sites.demand[*d as usize].district;
                if counted <= settings.worst && same {
                    rows[*d as usize].push((counted.as_millis(), *spot as u32));
                }
            }
        }
        let always = |spot: u32| !matches!(sites.spots[spot as usize].who, Who::Candidate(_));
        rows.par_iter_mut().for_each(|row| row.sort_unstable());
        let useful =
            rows.iter().map(|row| row.iter().position(|(_, s)| always(*s)).map_or(row.len(), |first| first + 1));
        Self { useful: useful.collect(), rows }
    }

    /// Every place that reaches a demand: (response time in ms, spot), ascending.
    pub(crate) fn row(&self, demand: usize) -> &[(u32, u32)] {
        &self.rows[demand]
    }
}

/// Builds the location problem of a scenario.
pub(crate) fn formulate(
    base: &Base,
    sites: &Sites,
    reach: &ReachTable,
    file: &StudyFile,
    scenario: &ScenarioSection,
) -> Formulated {
    let rules = &file.rules;
    let facts = &sites.facts;
    let mut choices: Vec<Choice> = Vec::new();
    for (spot, place) in sites.spots.iter().enumerate() {
        match place.who {
            Who::Standing(_) => {
                let class = facts.sites[spot].standing.as_ref().map_or(String::new(), |s| s.class.clone());
                choices.push(Choice { spot, class, act: Act::Keep });
                for (at, upgrade) in place.upgrades.iter().enumerate() {
                    choices.push(Choice { spot, class: upgrade.class.clone(), act: Act::Upgrade(at) });
                }
            }
            Who::Planned(_) | Who::Candidate(_) => {
                for class in &facts.sites[spot].classes {
                    choices.push(Choice { spot, class: class.clone(), act: Act::New });
                }
            }
        }
    }
    choices.sort_by_key(|c| sites.option_id(c.spot, &c.class));

    let mut of_spot: Vec<Vec<u32>> = vec![Vec::new(); sites.spots.len()];
    let mut position: BTreeMap<(usize, &str), u32> = BTreeMap::new();
    for (at, choice) in choices.iter().enumerate() {
        of_spot[choice.spot].push(at as u32);
        position.insert((choice.spot, choice.class.as_str()), at as u32);
    }
    let mut set = 0u32;
    let mut exclusive: Vec<Option<u32>> = vec![None; sites.spots.len()];
    for (spot, own) in of_spot.iter().enumerate() {
        if own.len() > 1 {
            exclusive[spot] = Some(set);
            set += 1;
        }
    }
    let mut problem_sites: Vec<Site> = choices
        .iter()
        .map(|c| Site {
            id: sites.option_id(c.spot, &c.class),
            cost: (cost(sites, c) * COST_SCALE).round().max(0.0) as u64,
            counted: c.act == Act::New,
            exclusive: exclusive[c.spot],
            fixed: match sites.spots[c.spot].who {
                Who::Standing(_) => of_spot[c.spot].len() == 1,
                Who::Planned(_) => true,
                Who::Candidate(_) => false,
            },
        })
        .collect();

    let mut constraints: Vec<(Constraint, Cause)> = Vec::new();
    for (spot, own) in of_spot.iter().enumerate() {
        if matches!(sites.spots[spot].who, Who::Standing(_)) && own.len() > 1 {
            let subject = facts.sites[spot].id.clone();
            constraints.push((
                Constraint {
                    name: format!("stands: {subject} is kept or upgraded"),
                    terms: own.iter().map(|s| (*s, 1)).collect(),
                    sense: Sense::Exactly,
                    rhs: 1,
                },
                Cause { rule: "stands".into(), district: facts.sites[spot].district, subject },
            ));
        }
    }
    let book = &base.checked.loaded.layers.rules;
    let date = base.checked.reference_date;
    let binding: Vec<&standards::Rule> = book
        .rules
        .iter()
        .filter(|r| r.in_force(date))
        .filter(|r| match &scenario.rules {
            Some(named) => named.contains(&r.id),
            None => r.severity == RuleSeverity::Hard,
        })
        .collect();
    let condition = |demanded: Requirement| {
        let mut terms: BTreeMap<u32, i64> = BTreeMap::new();
        for term in &demanded.terms {
            if let Some(site) = position.get(&(term.site, term.class.as_str())) {
                *terms.entry(*site).or_default() += term.factor;
            }
        }
        (
            Constraint {
                name: demanded.name,
                terms: terms.into_iter().filter(|(_, f)| *f != 0).collect(),
                sense: match demanded.sense {
                    standards::Sense::AtLeast => Sense::AtLeast,
                    standards::Sense::AtMost => Sense::AtMost,
                    standards::Sense::Exactly => Sense::Exactly,
                },
                rhs: demanded.rhs,
            },
            Cause { rule: demanded.rule, district: demanded.district, subject: demanded.subject },
        )
    };
    let demanded = |rules: &[&standards::Rule]| -> Vec<Requirement> {
        let single = rules.iter().flat_map(|rule| standards::requirements(rule, facts));
        single.chain(area_caps::conditions(rules, facts)).collect()
    };
    constraints.extend(demanded(&binding).into_iter().map(condition));
    let softly: Vec<&standards::Rule> = book
        .rules
        .iter()
        .filter(|r| r.in_force(date) && r.severity == RuleSeverity::Soft && !binding.iter().any(|b| b.id == r.id))
        .filter(|r| match &file.solve.soft_rules {
            SoftRules::Judged => false,
            SoftRules::Level => true,
            SoftRules::Penalties(table) => table.contains_key(&r.id),
        })
        .collect();
    // More than all stations together: of each place its dearest class.
    let everything: u64 =
        of_spot.iter().map(|own| own.iter().map(|s| problem_sites[*s as usize].cost).max().unwrap_or(0)).sum();
    let (mut soft, mut stand_ins, mut penalties) = (Vec::new(), Vec::new(), Vec::new());
    for requirement in demanded(&softly) {
        let unit = if requirement.rule == area_caps::joint_id(&softly).unwrap_or_default() { 100 } else { 1 };
        let Some(penalty) = soft::penalty(&file.solve.soft_rules, &requirement.rule, unit, everything) else {
            continue;
        };
        let (constraint, cause) = condition(requirement);
        for made in soft::soften(constraint, soft.len(), penalty, &mut problem_sites, &mut stand_ins) {
            constraints.push((made, cause.clone()));
        }
        penalties.resize(stand_ins.len(), penalty);
        soft.push(cause);
    }
    let acts: [(&str, &Option<Count>, fn(Act) -> bool); 2] = [
        ("new", &scenario.counts.new, |a| a == Act::New),
        ("upgraded", &scenario.counts.upgraded, |a| matches!(a, Act::Upgrade(_))),
    ];
    for (word, count, takes) in acts {
        let Some(count) = count else { continue };
        let chosen: Vec<u32> = (0..choices.len() as u32).filter(|c| takes(choices[*c as usize].act)).collect();
        constraints.extend(count_constraints(sites, base, &choices, &chosen, word, count));
    }

    let (groups, group_of) = groups(sites, base, rules);
    let rows: Vec<Row> = sites
        .demand
        .iter()
        .enumerate()
        .filter(|(_, d)| d.weight > 0)
        .map(|(at, d)| {
            let mut entries: Vec<(u32, u32)> = reach.rows[at][..reach.useful[at]]
                .iter()
                .flat_map(|(time, spot)| of_spot[*spot as usize].iter().map(|site| (*site, *time)))
                .collect();
            entries.sort_unstable_by_key(|(site, time)| (*time, *site));
            Row { weight: d.weight, reach: entries, group: group_of[at], must: false, gains: Vec::new() }
        })
        .collect();
    let (constraints, causes): (Vec<_>, Vec<_>) = constraints.into_iter().unzip();
    let instance = Instance {
        name: scenario.name.clone(),
        sites: problem_sites,
        rows,
        limit: Some(base.settings.limit.as_millis()),
        worst: Some(base.settings.worst.as_millis()),
        groups,
        constraints,
        levels: vec![Objective::Cover, Objective::Cost, Objective::Count, Objective::Time],
    };
    let rules = binding.iter().map(|r| r.id.clone()).collect();
    Formulated { instance, choices, causes, soft, stand_ins, penalties, rules }
}

/// Cost in units of the pack, or as the candidate says.
fn cost(sites: &Sites, choice: &Choice) -> f64 {
    let spot = &sites.spots[choice.spot];
    match (choice.act, spot.who) {
        (Act::Keep, _) | (_, Who::Planned(_)) => 0.0,
        (Act::Upgrade(at), _) => spot.upgrades.get(at).map_or(0.0, |u| u.cost),
        (Act::New, Who::Candidate(at)) => sites
            .candidates
            .items
            .get(at)
            .and_then(|c| c.cost)
            .unwrap_or_else(|| sites.facts.classes.get(&choice.class).map_or(1.0, |c| c.cost_units)),
        (Act::New, Who::Standing(_)) => 0.0,
    }
}

/// Exactly so many, in all or by place; what a table does not name is 0.
fn count_constraints(
    sites: &Sites,
    base: &Base,
    choices: &[Choice],
    chosen: &[u32],
    word: &str,
    count: &Count,
) -> Vec<(Constraint, Cause)> {
    let exactly = |name: String, terms: Vec<(u32, i64)>, rhs: i64, district: Option<usize>, subject: String| {
        (Constraint { name, terms, sense: Sense::Exactly, rhs }, Cause { rule: "counts".into(), district, subject })
    };
    let ones = |taken: &mut dyn Iterator<Item = u32>| taken.map(|s| (s, 1)).collect::<Vec<_>>();
    match count {
        Count::All(n) => {
            vec![exactly(
                format!("counts: {word} = {n}"),
                ones(&mut chosen.iter().copied()),
                i64::from(*n),
                None,
                word.to_string(),
            )]
        }
        Count::By(table) => {
            let mut named: BTreeSet<u32> = BTreeSet::new();
            let mut found = Vec::new();
            for (place, n) in table {
                let facts = &sites.facts;
                let district = facts.districts.iter().position(|d| &d.code == place || &d.name == place);
                let town = base.checked.loaded.layers.towns.iter().find(|t| &t.code == place || &t.name == place);
                let here = |choice: &Choice| match district {
                    Some(d) => facts.sites[choice.spot].district == Some(d),
                    None => town.is_some_and(|t| sites.spots[choice.spot].town.as_deref() == Some(t.code.as_str())),
                };
                let taken: Vec<u32> = chosen.iter().copied().filter(|c| here(&choices[*c as usize])).collect();
                named.extend(&taken);
                let shown = district.map_or_else(
                    || town.map_or(place.clone(), |t| t.name.clone()),
                    |d| facts.districts[d].name.clone(),
                );
                found.push(exactly(
                    format!("counts: {word} in {shown} = {n}"),
                    ones(&mut taken.into_iter()),
                    i64::from(*n),
                    district,
                    format!("{word} in {shown}"),
                ));
            }
            let rest: Vec<(u32, i64)> = ones(&mut chosen.iter().copied().filter(|c| !named.contains(c)));
            if !rest.is_empty() {
                found.push(exactly(
                    format!("counts: {word} elsewhere = 0"),
                    rest,
                    0,
                    None,
                    format!("{word} elsewhere"),
                ));
            }
            found
        }
    }
}

/// One group per built-up area with demand, capped at its α; one with cap 0 for all other demand; one per zone that must
/// be served, with its target as a floor. Without built-up areas, all demand is one group.
fn groups(sites: &Sites, base: &Base, rules: &RulesSection) -> (Vec<Group>, Vec<Option<u32>>) {
    let facts = &sites.facts;
    let zones = &base.checked.loaded.layers.must_serve;
    let index = crate::areas::AreaIndex::new(zones.iter().map(|z| &z.outline));
    #[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
    enum Key {
        Area(usize),
        Zone(usize),
        Rest,
    }
    let keys: Vec<Key> = sites
        .demand
        .iter()
        .enumerate()
        .map(|(at, d)| match (index.first(d.position), sites.demand_area[at]) {
            (Some(zone), _) => Key::Zone(zone),
            (None, Some(area)) => Key::Area(area),
            (None, None) => Key::Rest,
        })
        .collect();
    let mut totals: BTreeMap<Key, u64> = BTreeMap::new();
    for (key, d) in keys.iter().zip(&sites.demand) {
        *totals.entry(*key).or_default() += d.weight;
    }
    let whole = facts.built_up.is_empty();
    let groups = totals
        .iter()
        .map(|(key, total)| match key {
            Key::Area(at) => {
                let area = &facts.built_up[*at];
                Group {
                    name: area.id.clone(),
                    cap: Some(threshold(rules.alpha_of(role_word(area.role)), *total)),
                    floor: 0,
                }
            }
            Key::Zone(at) => {
                let zone = &zones[*at];
                let floor = threshold(zone.target, *total);
                Group {
                    name: format!("zone {}", zone.name.clone().unwrap_or_else(|| at.to_string())),
                    cap: None,
                    floor,
                }
            }
            Key::Rest if whole => {
                Group { name: "all".into(), cap: Some(threshold(rules.alpha_of("all"), *total)), floor: 0 }
            }
            Key::Rest => Group { name: "rural".into(), cap: Some(0), floor: 0 },
        })
        .collect();
    let position: BTreeMap<Key, u32> = totals.keys().enumerate().map(|(i, k)| (*k, i as u32)).collect();
    let of = keys.iter().map(|k| position.get(k).copied()).collect();
    (groups, of)
}
