//! Solving a formulated scenario, and saying why it cannot be met.

use std::collections::{BTreeMap, BTreeSet};

use firesite_problem::{Claim, Instance, Objective, Sense, Status, gap};
use firesite_siting::{Method, Options};

use crate::Error;
use crate::plan_json::{Conflict, InstanceRef, Level, Optimum, ProblemSize};
use crate::problem::{COST_SCALE, Cause, Formulated};
use crate::study_file::SolveSection;

/// Work of one scenario where the study does not say: some seconds.
const DEFAULT_WORK: u64 = 2_000;
/// Work of one trial when looking for the reason of a conflict.
const TRIAL_WORK: u64 = 500;

/// What a search brought home.
pub(crate) struct Solved {
    pub(crate) claim: Claim,
    pub(crate) stopped_by: Option<String>,
    pub(crate) method: Method,
}

/// Searches as `[solve]` says.
pub(crate) fn solve(instance: &Instance, section: &SolveSection) -> Result<Solved, Error> {
    let method = section.method.as_deref().and_then(Method::from_name).unwrap_or_default();
    let options = Options::method(method)
        .with_gap(section.gap.unwrap_or(0.0))
        .with_work_limit(section.work_limit.unwrap_or(DEFAULT_WORK))
        .with_seed(section.seed.unwrap_or(1));
    let report = firesite_siting::solve(instance, &options)
        .map_err(|e| Error::Internal(format!("scenario {}: {e}", instance.name)))?;
    Ok(Solved { stopped_by: report.stopped_by.map(|s| s.name().to_string()), claim: report.claim, method })
}

/// Name, unit and scale of a level.
pub(crate) fn unit(level: Objective) -> (&'static str, i64) {
    match level {
        Objective::Cover => ("weight", 1000),
        Objective::Cost => ("class units", COST_SCALE as i64),
        Objective::Count => ("stations", 1),
        Objective::Time => ("weight seconds", 1_000_000),
        Objective::Center => ("seconds", 1000),
    }
}

/// Scale of the level of this name.
pub(crate) fn scale_of(name: &str) -> Option<i64> {
    let levels = [Objective::Cover, Objective::Cost, Objective::Count, Objective::Time, Objective::Center];
    levels.into_iter().find(|l| l.name() == name).map(|l| unit(l).1)
}

/// The result as `plan.json` tells it.
pub(crate) fn optimum(instance: &Instance, solved: &Solved, reference: InstanceRef) -> Optimum {
    let levels: Vec<Level> = instance
        .levels
        .iter()
        .zip(&solved.claim.levels)
        .map(|(objective, claim)| {
            let (word, scale) = unit(*objective);
            let told = |x: Option<i64>| x.map(|x| x as f64 / scale as f64);
            Level {
                name: objective.name().into(),
                sense: objective.sense().into(),
                unit: word.into(),
                objective: told(claim.objective),
                bound: told(claim.bound),
                gap: gap(claim.objective, claim.bound),
                status: claim.status.word().into(),
                scale,
                exact: claim.objective,
                exact_bound: claim.bound,
            }
        })
        .collect();
    let first = levels.first();
    Optimum {
        status: solved.claim.status.word().into(),
        objective: first.and_then(|l| l.objective),
        bound: first.and_then(|l| l.bound),
        gap: first.and_then(|l| l.gap),
        instance: reference,
        certificate: solved.claim.certificate.clone(),
        stopped_by: solved.stopped_by.clone(),
        method: solved.method.name().into(),
        breaches: Vec::new(),
        penalties: 0.0,
        size: ProblemSize {
            sites: instance.sites.len(),
            rows: instance.rows.len(),
            reach: instance.rows.iter().map(|r| r.reach.len()).sum(),
            constraints: instance.constraints.len(),
        },
        levels,
    }
}

/// Title of a rule, English and Chinese; `None` for what is no rule of a pack: the counts of a scenario.
pub(crate) type Titles<'a> = dyn Fn(&str) -> Option<(String, String)> + 'a;

/// Why an infeasible scenario is: conditions that no plan meets even alone; else a smallest set of rules and counts that
/// cannot hold together (each of them can be met when any other of the set is given up), with the districts in which
/// they clash.
pub(crate) fn conflicts(
    formulated: &Formulated,
    district_name: impl Fn(Option<usize>) -> Option<String>,
    titles: &Titles<'_>,
) -> Vec<Conflict> {
    let alone = impossible_alone(formulated, &district_name, titles);
    if !alone.is_empty() {
        return alone;
    }
    let instance = &formulated.instance;
    let causes = &formulated.causes;
    let floors = instance.groups.iter().any(|g| g.floor > 0);
    let mut rules: BTreeSet<&str> = causes.iter().map(|c| c.rule.as_str()).filter(|r| *r != "stands").collect();
    let feasible = |keep: &dyn Fn(&Cause) -> bool, floors: bool| {
        let mut trial = instance.clone();
        let kept = causes.iter().map(|c| c.rule == "stands" || keep(c));
        let mut flags = kept;
        trial.constraints.retain(|_| flags.next().unwrap_or(true));
        if !floors {
            for group in &mut trial.groups {
                group.floor = 0;
            }
            // Without floors coverage does not matter, and neither do the rows.
            trial.rows.clear();
        }
        trial.levels = vec![Objective::Cost];
        let options = Options::method(Method::Exact).with_work_limit(TRIAL_WORK);
        firesite_siting::solve(&trial, &options).map_or(true, |r| r.claim.status != Status::Infeasible)
    };
    let mut with_floors = floors;
    if floors && !feasible(&|_| true, false) {
        with_floors = false;
    }
    for rule in rules.clone() {
        let fewer: BTreeSet<&str> = rules.iter().copied().filter(|r| *r != rule).collect();
        if !feasible(&|c| fewer.contains(c.rule.as_str()), with_floors) {
            rules = fewer;
        }
    }
    // Districts: of the rules that clash, those parts without which the clash is gone.
    let mut parts: BTreeSet<(&str, Option<usize>)> =
        causes.iter().filter(|c| rules.contains(c.rule.as_str())).map(|c| (c.rule.as_str(), c.district)).collect();
    for part in parts.clone() {
        let fewer: BTreeSet<_> = parts.iter().copied().filter(|p| *p != part).collect();
        if !feasible(&|c| fewer.contains(&(c.rule.as_str(), c.district)), with_floors) {
            parts = fewer;
        }
    }
    let mut names: Vec<String> = rules.iter().map(ToString::to_string).collect();
    if with_floors {
        names.push("must_serve".into());
    }
    let districts: BTreeSet<String> = parts.iter().filter_map(|(_, d)| district_name(*d)).collect();
    let districts: Vec<String> = districts.into_iter().collect();
    let place = if districts.is_empty() { String::new() } else { format!(" in {}", districts.join(", ")) };
    let place_zh = if districts.is_empty() { String::new() } else { format!("在{}", districts.join("、")) };
    // What each of them asks for, where they clash: the least that has to give.
    let mut asks = Vec::new();
    let mut asks_zh = Vec::new();
    for rule in &rules {
        let subjects: BTreeSet<&str> = (causes.iter())
            .filter(|c| c.rule == *rule && parts.contains(&(c.rule.as_str(), c.district)))
            .map(|c| c.subject.as_str())
            .collect();
        let (subjects, subjects_zh) = (some(&subjects, ", ", "and", "more"), some(&subjects, "、", "等另外", "项"));
        match titles(rule) {
            Some((en, zh)) => {
                asks.push(format!("{rule} ({en}) for {subjects}"));
                asks_zh.push(format!("{rule}（{zh}）：{subjects_zh}"));
            }
            None => {
                asks.push(format!("the counts of the scenario: {subjects}"));
                asks_zh.push(format!("方案规定的数量：{subjects_zh}"));
            }
        }
    }
    if with_floors {
        asks.push("the targets of the zones in [must_serve]".into());
        asks_zh.push("[must_serve]各区域的覆盖目标".into());
    }
    vec![Conflict {
        message: format!(
            "{} cannot hold together{place}: {}. Giving up any one of them is enough.",
            names.join(", "),
            asks.join("; ")
        ),
        message_zh: format!(
            "{place_zh}{}不能同时满足：{}。放弃其中任何一项即可。",
            names.join("、"),
            asks_zh.join("；")
        ),
        rules: names,
        districts,
    }]
}

/// The first few subjects, and how many there are besides.
fn some(subjects: &BTreeSet<&str>, comma: &str, and: &str, more: &str) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<&str> = subjects.iter().copied().take(SHOWN).collect();
    match subjects.len().saturating_sub(SHOWN) {
        0 => shown.join(comma),
        rest => format!("{} {and} {rest} {more}", shown.join(comma)),
    }
}

/// Constraints whose left side cannot reach the right one, whatever is built.
fn impossible_alone(
    formulated: &Formulated,
    district_name: impl Fn(Option<usize>) -> Option<String>,
    titles: &Titles<'_>,
) -> Vec<Conflict> {
    let instance = &formulated.instance;
    let mut found = Vec::new();
    for (constraint, cause) in instance.constraints.iter().zip(&formulated.causes) {
        // Of each exclusive set at most one site counts; a fixed site counts always.
        let (mut least, mut most) = (0i128, 0i128);
        let mut sets: BTreeMap<u32, (i128, i128)> = BTreeMap::new();
        for (site, factor) in &constraint.terms {
            let Some(place) = instance.sites.get(*site as usize) else { continue };
            let factor = i128::from(*factor);
            if place.fixed {
                least += factor;
                most += factor;
            } else if let Some(set) = place.exclusive {
                let range = sets.entry(set).or_default();
                *range = (range.0.min(factor), range.1.max(factor));
            } else {
                least += factor.min(0);
                most += factor.max(0);
            }
        }
        for (low, high) in sets.values() {
            least += low;
            most += high;
        }
        let rhs = i128::from(constraint.rhs);
        let (too_few, too_many) = match constraint.sense {
            Sense::AtLeast => (most < rhs, false),
            Sense::AtMost => (false, least > rhs),
            Sense::Exactly => (most < rhs, least > rhs),
        };
        if !(too_few || too_many) || cause.rule == "stands" {
            continue;
        }
        let districts: Vec<String> = district_name(cause.district).into_iter().collect();
        let place = districts.first().map_or(String::new(), |d| format!(" ({d})"));
        let there = if too_few {
            format!("at most {most} can be had")
        } else {
            format!("at least {least} stand there already")
        };
        let there_zh = if too_few { format!("至多可有{most}个") } else { format!("已有{least}个") };
        let (title, title_zh) = titles(&cause.rule)
            .map_or_else(|| (String::new(), String::new()), |(en, zh)| (format!(" ({en})"), format!("（{zh}）")));
        found.push(Conflict {
            rules: vec![cause.rule.clone()],
            message: format!("{}{title}: {} wants {rhs}{place}; {there}", cause.rule, cause.subject),
            message_zh: format!("{}{title_zh}：{}要求{rhs}个{place}，{there_zh}", cause.rule, cause.subject),
            districts,
        });
    }
    found
}
