//! The plan year by year: in each year the best next stations of the final set.
//!
//! The final set is the plan of the scenario. In each year those of its new and upgraded stations are built that together
//! cover most (towards the targets of the first level), then serve fastest, within the year's limit of works and budget and not
//! before their earliest year; conditions that hold before the plan hold in every year, so that no small station ever waits
//! for its neighbour. Stations that are decided already count as standing. The choice of each year is a location problem of its own and is proven. What the last year does not
//! reach is told: the stations left unbuilt, and what the limits cost in coverage.

use std::collections::{BTreeMap, BTreeSet};

use firesite_coverage::CoverageMeasures;
use firesite_problem::{Constraint, Instance, Objective, Sense, Status, gap};
use firesite_siting::{Method, Options};

use crate::phases::measures_of;
use crate::plan_json::{PhaseYear, Phasing, rounded};
use crate::problem::{Act, COST_SCALE};
use crate::scenario::{Decided, OpenStation, located};
use crate::sites::{Sites, Who};
use crate::study::Base;
use crate::study_file::PhasesSection;

/// Work of one year's choice, in the solver's unit.
const WORK: u64 = 200;

/// One new or upgraded station of the final set.
struct Work {
    /// Position of the site in the scenario's instance.
    site: u32,
    /// Position of the standing station as it is, for an upgrade.
    keep: Option<u32>,
    earliest: Option<i16>,
}

/// The scenario's works, and what stands without them.
struct Final<'a> {
    decided: &'a Decided,
    works: Vec<Work>,
    /// Sites open whatever is built, the unchanged standing stations.
    stands: Vec<u32>,
    /// Positions of the constraints that hold before the plan.
    held: Vec<usize>,
}

/// The schedule of a scenario; nothing where it has no plan.
pub(crate) fn schedule(base: &Base, sites: &Sites, decided: &Decided, section: &PhasesSection) -> Option<Phasing> {
    let last = Final::of(sites, decided)?;
    let mut built: BTreeSet<usize> = BTreeSet::new();
    let mut years = Vec::new();
    for (at, year) in section.years.iter().enumerate() {
        let limit = section.build_limit.as_ref().and_then(|l| l.of(*year)).map(|n| n as usize);
        let budget = section.budget.as_ref().and_then(|b| b.of(*year));
        let later: Option<usize> = section.years[at + 1..]
            .iter()
            .map(|y| section.build_limit.as_ref().and_then(|l| l.of(*y)).map(|n| n as usize))
            .sum();
        let wanted = later.map_or(0, |later| (last.works.len() - built.len()).saturating_sub(later));
        let choice = last.choose(&built, *year, limit, budget, wanted);
        built.extend(&choice.works);
        let measures = last.measures(base, sites, &built);
        let mask = last.mask(&built);
        let instance = &decided.formulated.instance;
        let targets = instance.value(Objective::Cover, &mask, &instance.measures(&mask)) as f64 / 1000.0;
        let cost: u64 = choice.works.iter().map(|w| instance.sites[last.works[*w].site as usize].cost).sum();
        years.push(PhaseYear {
            year: *year,
            build_limit: limit.map(|n| n as u32),
            budget,
            stations: choice.works.iter().map(|w| last.place(sites, *w)).collect(),
            cost: cost as f64 / COST_SCALE,
            demand_covered: measures.demand_covered as f64 / 1000.0,
            share: measures.share.map(|x| rounded(x, 9)),
            mean_s: measures.mean_ms.map(|x| rounded(x / 1000.0, 6)),
            towards_targets: targets,
            status: choice.status.word().into(),
            gap: choice.gap,
        });
    }
    Some(last.told(sites, section, years, &built))
}

/// A year's choice.
struct Chosen {
    works: Vec<usize>,
    status: Status,
    gap: Option<f64>,
}

impl<'a> Final<'a> {
    fn of(sites: &Sites, decided: &'a Decided) -> Option<Self> {
        let open = decided.claim.open.as_deref()?;
        let formulated = &decided.formulated;
        let mut works = Vec::new();
        let mut stands = Vec::new();
        for site in open {
            // What stands for a missed soft rule is no station.
            let Some(choice) = formulated.choices.get(*site as usize) else { continue };
            let spot = &sites.spots[choice.spot];
            let keep = || {
                formulated.choices.iter().position(|c| c.spot == choice.spot && c.act == Act::Keep).map(|k| k as u32)
            };
            match (choice.act, spot.who) {
                (Act::Keep, _) | (Act::New, Who::Standing(_) | Who::Planned(_)) => stands.push(*site),
                (Act::Upgrade(option), _) => works.push(Work {
                    site: *site,
                    keep: keep(),
                    earliest: spot.upgrades.get(option).and_then(|u| u.year),
                }),
                (Act::New, Who::Candidate(_)) => {
                    works.push(Work {
                        site: *site,
                        keep: None,
                        earliest: sites.facts.sites[choice.spot].earliest_year,
                    });
                }
            }
        }
        let mut last = Self { decided, works, stands, held: Vec::new() };
        let start = last.mask(&BTreeSet::new());
        let structural = |c: usize| !["counts", "stands"].contains(&formulated.causes[c].rule.as_str());
        last.held = (0..formulated.instance.constraints.len())
            .filter(|c| structural(*c) && holds(&formulated.instance.constraints[*c], &start))
            .collect();
        Some(last)
    }

    /// Open sites when these works are done.
    fn mask(&self, built: &BTreeSet<usize>) -> Vec<bool> {
        let mut mask = vec![false; self.decided.formulated.instance.sites.len()];
        for site in &self.stands {
            mask[*site as usize] = true;
        }
        for (at, work) in self.works.iter().enumerate() {
            let open = if built.contains(&at) { Some(work.site) } else { work.keep };
            if let Some(open) = open {
                mask[open as usize] = true;
            }
        }
        mask
    }

    fn place(&self, sites: &Sites, work: usize) -> String {
        let site = self.works[work].site as usize;
        sites.facts.sites[self.decided.formulated.choices[site].spot].id.clone()
    }

    fn measures(&self, base: &Base, sites: &Sites, built: &BTreeSet<usize>) -> CoverageMeasures {
        let mask = self.mask(built);
        let choices = &self.decided.formulated.choices;
        let mut open: Vec<OpenStation> = (0..mask.len())
            .filter(|s| mask[*s])
            .map(|s| OpenStation { spot: choices[s].spot, class: choices[s].class.clone(), act: choices[s].act })
            .collect();
        open.sort_by_key(|o| o.spot);
        measures_of(base, &located(base, sites, &open), &sites.demand)
    }

    /// The best works of a year among those that may be begun.
    fn choose(
        &self,
        built: &BTreeSet<usize>,
        year: i16,
        limit: Option<usize>,
        budget: Option<f64>,
        wanted: usize,
    ) -> Chosen {
        let free: Vec<usize> = (0..self.works.len())
            .filter(|w| !built.contains(w) && self.works[*w].earliest.is_none_or(|e| e <= year))
            .collect();
        let cost: u64 = free.iter().map(|w| self.cost(*w)).sum();
        let everything = free.len() + built.len() == self.works.len();
        let in_budget = budget.is_none_or(|b| cost as f64 <= (b * COST_SCALE).round());
        if free.is_empty() || (everything && limit.is_none_or(|l| free.len() <= l) && in_budget) {
            return Chosen { works: free, status: Status::Optimal, gap: Some(0.0) };
        }
        let least = wanted.min(free.len()).min(limit.unwrap_or(usize::MAX));
        for least in BTreeSet::from([least, 0]).into_iter().rev() {
            let levels = vec![Objective::Cover, Objective::Time];
            let (instance, sites) = self.instance(built, &free, limit, budget, least, levels);
            let Ok(report) = firesite_siting::solve(&instance, &Options::method(Method::Exact).with_work_limit(WORK))
            else {
                continue;
            };
            if let Some(open) = &report.claim.open {
                let taken = |w: &usize| {
                    let site = sites.get(&self.works[*w].site);
                    site.is_some_and(|s| open.binary_search(s).is_ok())
                };
                let first = report.claim.levels.first();
                return Chosen {
                    works: free.iter().copied().filter(|w| taken(w)).collect(),
                    status: report.claim.status,
                    gap: first.and_then(|l| gap(l.objective, l.bound)),
                };
            }
        }
        Chosen { works: Vec::new(), status: Status::Infeasible, gap: None }
    }

    fn cost(&self, work: usize) -> u64 {
        self.decided.formulated.instance.sites[self.works[work].site as usize].cost
    }

    /// The choice of a year as a location problem; with it, where the scenario's sites are found in it.
    fn instance(
        &self,
        built: &BTreeSet<usize>,
        free: &[usize],
        limit: Option<usize>,
        budget: Option<f64>,
        least: usize,
        levels: Vec<Objective>,
    ) -> (Instance, BTreeMap<u32, u32>) {
        let whole = &self.decided.formulated.instance;
        let sure: BTreeSet<u32> = self
            .stands
            .iter()
            .copied()
            .chain(self.works.iter().enumerate().filter_map(|(at, w)| {
                if built.contains(&at) {
                    Some(w.site)
                } else if free.contains(&at) {
                    None
                } else {
                    w.keep
                }
            }))
            .collect();
        let open: BTreeSet<u32> =
            free.iter().flat_map(|w| [Some(self.works[*w].site), self.works[*w].keep]).flatten().collect();
        let position: BTreeMap<u32, u32> =
            sure.union(&open).copied().enumerate().map(|(to, from)| (from, to as u32)).collect();
        let sites = position
            .keys()
            .map(|from| {
                let mut site = whole.sites[*from as usize].clone();
                site.fixed = sure.contains(from);
                if site.fixed {
                    site.exclusive = None;
                }
                site
            })
            .collect();
        let rows = whole
            .rows
            .iter()
            .map(|row| {
                let mut row = row.clone();
                row.reach = row.reach.iter().filter_map(|(s, t)| Some((*position.get(s)?, *t))).collect();
                row.reach.sort_unstable_by_key(|(site, time)| (*time, *site));
                row
            })
            .collect();
        let projected = |terms: &[(u32, i64)]| -> Vec<(u32, i64)> {
            let mut terms: Vec<(u32, i64)> = terms.iter().filter_map(|(s, f)| Some((*position.get(s)?, *f))).collect();
            terms.sort_unstable();
            terms
        };
        let mut constraints: Vec<Constraint> = self
            .held
            .iter()
            .map(|c| {
                let c = &whole.constraints[*c];
                Constraint { terms: projected(&c.terms), ..c.clone() }
            })
            .filter(|c| !c.terms.is_empty())
            .collect();
        for work in free.iter().filter_map(|w| Some((&self.works[*w], self.works[*w].keep?))) {
            constraints.push(Constraint {
                name: "stands: kept or upgraded".into(),
                terms: projected(&[(work.0.site, 1), (work.1, 1)]),
                sense: Sense::Exactly,
                rhs: 1,
            });
        }
        let ones: Vec<(u32, i64)> = free.iter().map(|w| (self.works[*w].site, 1)).collect();
        let mut count = |name: &str, sense: Sense, rhs: usize| {
            constraints.push(Constraint { name: name.into(), terms: projected(&ones), sense, rhs: rhs as i64 });
        };
        if let Some(limit) = limit {
            count("works of the year", Sense::AtMost, limit);
        }
        if least > 0 {
            count("works that cannot wait", Sense::AtLeast, least);
        }
        if let Some(budget) = budget {
            let costs: Vec<(u32, i64)> =
                free.iter().map(|w| (self.works[*w].site, self.cost(*w) as i64)).filter(|(_, c)| *c > 0).collect();
            constraints.push(Constraint {
                name: "budget of the year".into(),
                terms: projected(&costs),
                sense: Sense::AtMost,
                rhs: (budget * COST_SCALE).round() as i64,
            });
        }
        let mut groups = whole.groups.clone();
        for group in &mut groups {
            group.floor = 0;
        }
        let instance = Instance {
            name: whole.name.clone(),
            sites,
            rows,
            limit: whole.limit,
            worst: whole.worst,
            groups,
            constraints,
            levels,
        };
        (instance, position)
    }

    /// The best that any order of works within all limits together could have reached in the last year.
    fn best_last(&self, section: &PhasesSection) -> Option<(f64, f64)> {
        let years = &section.years;
        let last = *years.last()?;
        let free: Vec<usize> =
            (0..self.works.len()).filter(|w| self.works[*w].earliest.is_none_or(|e| e <= last)).collect();
        let limits: Option<usize> =
            years.iter().map(|y| section.build_limit.as_ref().and_then(|l| l.of(*y)).map(|n| n as usize)).sum();
        let budgets: Option<f64> = years.iter().map(|y| section.budget.as_ref().and_then(|b| b.of(*y))).sum();
        let (instance, _) = self.instance(&BTreeSet::new(), &free, limits, budgets, 0, vec![Objective::Cover]);
        let report = firesite_siting::solve(&instance, &Options::method(Method::Exact).with_work_limit(WORK)).ok()?;
        let level = report.claim.levels.first()?;
        Some((level.objective? as f64 / 1000.0, level.bound? as f64 / 1000.0))
    }

    fn told(&self, sites: &Sites, section: &PhasesSection, years: Vec<PhaseYear>, built: &BTreeSet<usize>) -> Phasing {
        let unbuilt: Vec<String> =
            (0..self.works.len()).filter(|w| !built.contains(w)).map(|w| self.place(sites, w)).collect();
        let all: BTreeSet<usize> = (0..self.works.len()).collect();
        let instance = &self.decided.formulated.instance;
        let mask = self.mask(&all);
        let unphased = instance.value(Objective::Cover, &mask, &instance.measures(&mask)) as f64 / 1000.0;
        let reached = years.last().map_or(0.0, |y| y.towards_targets);
        let best = if unbuilt.is_empty() { None } else { self.best_last(section) };
        let last = section.years.last().copied().unwrap_or_default();
        let (message, message_zh) = if unbuilt.is_empty() {
            (
                format!(
                    "All {} works are done by {last}: the last year is the plan, phasing costs nothing.",
                    all.len()
                ),
                format!("{}项工程至{last}年全部完成：末年即为规划方案，分期没有损失。", all.len()),
            )
        } else {
            let order = best.map_or((String::new(), String::new()), |(_, bound)| {
                let more = (bound - reached).max(0.0);
                (
                    format!(" No order of works within these limits reaches more than {more:.1} more."),
                    format!("在这些限额内，任何次序至多再多{more:.1}。"),
                )
            });
            (
                format!(
                    "{} of {} works are not done by {last}; phasing costs {:.1} of covered weight towards the targets.{}",
                    unbuilt.len(),
                    all.len(),
                    unphased - reached,
                    order.0
                ),
                format!(
                    "{}项工程中有{}项至{last}年尚未完成；分期使计入目标的覆盖减少{:.1}。{}",
                    all.len(),
                    unbuilt.len(),
                    unphased - reached,
                    order.1
                ),
            )
        };
        Phasing {
            nature: section.nature.map_or("real", |n| n.0.word()).into(),
            source: section.source.clone().unwrap_or_default(),
            years,
            unbuilt,
            towards_targets_unphased: unphased,
            phasing_costs: rounded((unphased - reached).max(0.0), 3),
            last_year_at_most: best.map(|b| b.1),
            message,
            message_zh,
        }
    }
}

fn holds(constraint: &Constraint, open: &[bool]) -> bool {
    let value: i64 = constraint.terms.iter().filter(|(s, _)| open.get(*s as usize) == Some(&true)).map(|t| t.1).sum();
    match constraint.sense {
        Sense::AtLeast => value >= constraint.rhs,
        Sense::AtMost => value <= constraint.rhs,
        Sense::Exactly => value == constraint.rhs,
    }
}
