//! One question worked out on the instance of the scenario.

use std::collections::{BTreeMap, BTreeSet};

use firesite_problem::{Constraint, Instance, LevelClaim, Objective, Sense, Status};
use firesite_siting::{Method, Options};

use super::{
    AreaChange, Broken, ExplainedOption, ExplainedPlace, Explanation, Forced, LevelChange, Swap, claims, refuse, words,
};
use crate::Error;
use crate::difference::{Relation, differences};
use crate::plan_json::{PlanFile, Scenario};
use crate::search::unit;
use crate::sites::option_id;

/// Work of the plan searched anew, in the solver's unit.
const FORCED_WORK: u64 = 1_000;
/// What forcing costs is asked of these levels: the time level takes longer to prove than all others together.
const FORCED_LEVELS: [Objective; 3] = [Objective::Cover, Objective::Cost, Objective::Count];

/// The plan on its instance.
pub(super) struct Case<'a> {
    document: &'a PlanFile,
    scenario: &'a Scenario,
    instance: Instance,
    /// Whether each site is open in the plan.
    open: Vec<bool>,
    /// How the plan forced to have the place relates to the plan as it is.
    relation: Relation,
}

/// Sums of a choice of open sites, feasible or not.
struct Sums {
    values: Vec<i64>,
    groups: Vec<u64>,
    covered: u64,
    broken: BTreeSet<usize>,
}

impl<'a> Case<'a> {
    /// The plan's stations on an instance that has them all.
    pub(super) fn new(
        document: &'a PlanFile,
        scenario: &'a Scenario,
        instance: Instance,
        relation: Relation,
    ) -> Result<Self, Error> {
        let position: BTreeMap<&str, usize> =
            instance.sites.iter().enumerate().map(|(at, s)| (s.id.as_str(), at)).collect();
        let mut open = vec![false; instance.sites.len()];
        for id in open_ids(scenario) {
            match position.get(id.as_str()) {
                Some(at) => open[*at] = true,
                None => {
                    return Err(refuse(
                        "plan.json",
                        format!("the station {id} is not in the instance of the scenario"),
                        "plan again",
                    ));
                }
            }
        }
        Ok(Self { document, scenario, instance, open, relation })
    }

    /// Answers for a place; `judged`: by class, rules that are broken there; `road_km`: road that it adds within the limit.
    pub(super) fn explain(
        &self,
        place: ExplainedPlace,
        judged: &[(String, Broken)],
        road_km: Option<f64>,
    ) -> Explanation {
        let mut explanation = Explanation {
            study: self.document.study.name.clone(),
            scenario: self.scenario.name.clone(),
            place,
            ..Explanation::default()
        };
        let own = self.sites_of(&explanation.place.id);
        if own.is_empty() {
            explanation.sentences = words::nothing_there(&explanation.place);
            return explanation;
        }
        explanation.possible = true;
        let keep = self.kept(&explanation.place.id, &own);
        let mut options: Vec<ExplainedOption> = own.iter().map(|s| self.option(*s, &own, keep)).collect();
        options.sort_by(|a, b| b.chosen.cmp(&a.chosen).then_with(|| a.class.cmp(&b.class)));
        for option in &mut options {
            option.road_km = road_km;
            let here = judged.iter().filter(|(class, _)| *class == option.class).map(|(_, b)| b.clone());
            option.breaks.extend(here);
            option.breaks.sort();
            option.breaks.dedup_by(|a, b| a.rule == b.rule && a.message == b.message);
        }
        explanation.options = options;
        explanation.forced = self.force(&own, keep);
        explanation.sentences = words::told(&explanation, self.document, self.scenario);
        explanation
    }

    /// The (place, class) sites of a place.
    fn sites_of(&self, place: &str) -> Vec<usize> {
        let of = |id: &str| id.rsplit_once('/').is_some_and(|(p, _)| p == place);
        (0..self.instance.sites.len()).filter(|s| of(&self.instance.sites[*s].id)).collect()
    }

    fn class_of(&self, site: usize) -> String {
        self.instance.sites[site].id.rsplit_once('/').map_or(String::new(), |(_, class)| class.to_string())
    }

    fn sums(&self, open: &[bool]) -> Sums {
        let m = self.instance.measures(open);
        let holds = |c: &Constraint| {
            let value: i64 = c.terms.iter().filter(|(s, _)| open.get(*s as usize) == Some(&true)).map(|t| t.1).sum();
            match c.sense {
                Sense::AtLeast => value >= c.rhs,
                Sense::AtMost => value <= c.rhs,
                Sense::Exactly => value == c.rhs,
            }
        };
        Sums {
            values: self.instance.levels.iter().map(|l| self.instance.value(*l, open, &m)).collect(),
            covered: m.groups.iter().sum::<u64>() + m.ungrouped,
            groups: m.groups,
            broken: (0..self.instance.constraints.len()).filter(|c| !holds(&self.instance.constraints[*c])).collect(),
        }
    }

    /// The site of the station that stands at a place whatever is planned. The rows of the instance end at the first such
    /// station, so a plan without it cannot be judged there: its classes are compared with the one it has.
    fn kept(&self, place: &str, own: &[usize]) -> Option<usize> {
        if let Some(fixed) = own.iter().find(|s| self.instance.sites[**s].fixed) {
            return Some(*fixed);
        }
        let stands = format!("stands: {place} ");
        self.instance.constraints.iter().find(|c| c.name.starts_with(&stands))?;
        let line = self.scenario.stations.iter().find(|s| s.id == place)?;
        let id = option_id(place, line.class_before.as_deref().unwrap_or(""));
        own.iter().copied().find(|s| self.instance.sites[*s].id == id)
    }

    /// One class at the place: the plan with it, and with nothing there (or the station that stands there, as it is).
    fn option(&self, site: usize, own: &[usize], keep: Option<usize>) -> ExplainedOption {
        let chosen = self.open[site];
        let mut without = self.open.clone();
        for s in own {
            without[*s] = false;
        }
        let mut with = without.clone();
        with[site] = true;
        if let Some(keep) = keep {
            without[keep] = true;
        }
        let (a, b) = (self.sums(&without), self.sums(&with));
        // Of a chosen one its absence breaks something, of any other its presence.
        let broken = if chosen { &a.broken - &b.broken } else { &b.broken - &self.sums(&self.open).broken };
        ExplainedOption {
            class: self.class_of(site),
            chosen,
            adds: self.changes(&a.values, &b.values),
            covered: (b.covered as f64 - a.covered as f64) / 1000.0,
            areas: self.areas(&a.groups, &b.groups),
            road_km: None,
            breaks: broken.into_iter().map(|c| broken_condition(&self.instance.constraints[c])).collect(),
            instead_of: if own.iter().any(|s| self.open[*s]) { None } else { self.best_swap(site) },
        }
    }

    fn changes(&self, without: &[i64], with: &[i64]) -> Vec<LevelChange> {
        let figures = self.instance.levels.iter().zip(without.iter().zip(with));
        figures
            .map(|(level, (without, with))| {
                let (word, scale) = unit(*level);
                let told = |x: i64| x as f64 / scale as f64;
                LevelChange {
                    level: level.name().into(),
                    unit: word.into(),
                    without: told(*without),
                    with: told(*with),
                }
            })
            .collect()
    }

    fn areas(&self, without: &[u64], with: &[u64]) -> Vec<AreaChange> {
        let named = |id: &str| self.scenario.built_up.iter().find(|b| b.id == id);
        self.instance
            .groups
            .iter()
            .zip(without.iter().zip(with))
            .filter(|(_, (a, b))| a != b)
            .map(|(group, (a, b))| {
                let outside = group.cap == Some(0);
                AreaChange {
                    id: if outside { String::new() } else { group.name.clone() },
                    name: named(&group.name).map_or_else(|| group.name.clone(), |b| b.name.clone()),
                    without: *a as f64 / 1000.0,
                    with: *b as f64 / 1000.0,
                    target: group.cap.filter(|_| !outside).map(|c| c as f64 / 1000.0),
                }
            })
            .collect()
    }

    /// The new station whose place the site takes at the least loss, by the order of the levels; ties to the smaller id.
    fn best_swap(&self, site: usize) -> Option<Swap> {
        let now = self.sums(&self.open);
        let better = |a: &[i64], b: &[i64]| {
            let scores = self.instance.levels.iter().zip(a.iter().zip(b));
            scores
                .map(|(level, (a, b))| if level.maximised() { a.cmp(b) } else { b.cmp(a) })
                .find(|o| o.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        let mut best: Option<(usize, Vec<i64>)> = None;
        for other in (0..self.open.len()).filter(|s| self.open[*s] && !self.instance.sites[*s].fixed) {
            let mut open = self.open.clone();
            open[other] = false;
            open[site] = true;
            let sums = self.sums(&open);
            if !sums.broken.is_subset(&now.broken) {
                continue;
            }
            if best.as_ref().is_none_or(|(_, values)| better(&sums.values, values).is_gt()) {
                best = Some((other, sums.values));
            }
        }
        best.map(|(other, values)| Swap {
            station: self.instance.sites[other].id.rsplit_once('/').map_or(String::new(), |(p, _)| p.to_string()),
            levels: self.changes(&now.values, &values),
        })
    }

    /// The plan searched anew: where nothing of the place is in the plan, with some class (or upgrade) of it; otherwise
    /// without any (or with the standing station as it is). Nothing where there is no choice.
    fn force(&self, own: &[usize], keep: Option<usize>) -> Option<Forced> {
        let free: Vec<usize> = own.iter().copied().filter(|s| Some(*s) != keep).collect();
        if free.is_empty() {
            return None;
        }
        let inside = !free.iter().any(|s| self.open[*s]);
        let mut instance = self.instance.clone();
        instance.constraints.push(Constraint {
            name: format!("explained: {}", if inside { "a station here" } else { "no station here" }),
            terms: free.iter().map(|s| (*s as u32, 1)).collect(),
            sense: Sense::Exactly,
            rhs: i64::from(inside),
        });
        // Cost, count and the number of stations the plan has not, as one cost: among plans of equal worth the one that
        // changes least is found, so that what it displaces is displaced by this place and not by chance.
        let many = instance.sites.len() as u64 + 1;
        for (at, site) in instance.sites.iter_mut().enumerate() {
            let (counted, changed) = (u64::from(site.counted), u64::from(!self.open[at]));
            site.cost =
                site.cost.saturating_mul(many).saturating_add(counted).saturating_mul(many).saturating_add(changed);
        }
        instance.levels = vec![Objective::Cover, Objective::Cost];
        let how = if inside { "in" } else { "out" }.to_string();
        let options = Options::method(Method::Exact).with_work_limit(FORCED_WORK);
        let Ok(report) = firesite_siting::solve(&instance, &options) else {
            return Some(Forced { how, status: Status::Unknown.word().into(), ..Forced::default() });
        };
        let forced = told_apart(&report.claim.levels, many as i64);
        let status = match (report.claim.status, &report.claim.open) {
            (Status::Infeasible, _) => Status::Infeasible,
            (_, None) => Status::Unknown,
            _ if forced.iter().all(|l| l.objective == l.bound) => Status::Optimal,
            _ => Status::Feasible,
        };
        let ids = |open: &dyn Fn(usize) -> bool| -> BTreeSet<String> {
            (0..self.open.len()).filter(|s| open(*s)).map(|s| self.instance.sites[s].id.clone()).collect()
        };
        let before = ids(&|s| self.open[s]);
        let after = match &report.claim.open {
            Some(open) => ids(&|s| open.binary_search(&(s as u32)).is_ok()),
            None => before.clone(),
        };
        // Against the best plan: "gains" of the forced one, with the sign turned.
        let mut loses = match status {
            Status::Infeasible | Status::Unknown => Vec::new(),
            _ => differences(&FORCED_LEVELS, &claims(&self.scenario.optimum.levels), &forced, self.relation),
        };
        for d in &mut loses {
            let turned = |x: Option<f64>| x.map(|x| if x == 0.0 { 0.0 } else { -x });
            (d.at_least, d.at_most) = (turned(d.at_most), turned(d.at_least));
        }
        Some(Forced {
            how,
            status: status.word().into(),
            loses,
            opens: (&after - &before).into_iter().collect(),
            closes: (&before - &after).into_iter().collect(),
            conflict: report.conflict,
        })
    }
}

/// Claims about coverage, cost and count from those about coverage and the one cost made of three.
///
/// With `v = (cost · n + count) · n + changes` and both last figures below `n`, cost is `v ÷ n²` rounded down, and so is the
/// bound of it; where cost is settled, the count of the bound is one too.
fn told_apart(levels: &[LevelClaim], n: i64) -> Vec<LevelClaim> {
    let mut claims = levels.to_vec();
    let Some(joined) = claims.pop() else { return claims };
    let cost = |x: Option<i64>| x.map(|x| x / n / n);
    let count = |x: i64| x / n % n;
    let bound = match (joined.objective, joined.bound) {
        (Some(v), Some(b)) if cost(Some(v)) == cost(Some(b)) => Some(count(b)),
        _ => Some(0),
    };
    let claim = |objective: Option<i64>, bound: Option<i64>| LevelClaim {
        status: if objective.is_some() && objective == bound { Status::Optimal } else { Status::Feasible },
        objective,
        bound,
    };
    claims.push(claim(cost(joined.objective), cost(joined.bound)));
    claims.push(claim(joined.objective.map(count), bound));
    claims
}

/// The rule that a condition comes from stands before the colon.
fn broken_condition(constraint: &Constraint) -> Broken {
    let rule = constraint.name.split_once(':').map_or(constraint.name.as_str(), |(rule, _)| rule);
    Broken { rule: rule.to_string(), message: constraint.name.clone(), binding: true }
}

/// Sites of the instance that are open in a scenario's plan.
pub(crate) fn open_ids(scenario: &Scenario) -> Vec<String> {
    scenario
        .stations
        .iter()
        .filter(|s| ["existing", "upgraded", "new"].contains(&s.status.as_str()))
        .map(|s| option_id(&s.id, s.class.as_deref().unwrap_or("")))
        .chain(scenario.optimum.breaches.iter().flat_map(|b| b.sites.iter().cloned()))
        .collect()
}
