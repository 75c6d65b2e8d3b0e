//! Every rule of the study on every subject, as `plan.json` tells it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use firesite_coverage::Located;
use firesite_model::{KilometresPerHour, Metres, TravelTime, Weight};
use firesite_network::{Origin, Snapped, TurnCosts, VehicleProfile};
use firesite_standards::{
    self as standards, Arrival, Choice, DemandFacts, Facts, Judgement, Met, Open, Proof, Rule, RuleSeverity,
    ServiceAreaFacts,
};

use crate::phases::PhaseData;
use crate::plan_json::{ComplianceLine, rounded};
use crate::scenario::{Decided, OpenStation};
use crate::sites::Sites;
use crate::study::Base;

/// The lines of a scenario, in the order of the rules, and what shows each of them.
pub(crate) fn compliance(
    base: &Base,
    sites: &Sites,
    decided: &Decided,
    stands: &[OpenStation],
    phases: [&PhaseData; 2],
    areas: &[Vec<ServiceAreaFacts>; 2],
) -> (Vec<ComplianceLine>, Vec<Proof>) {
    let facts = facts_of(base, sites, phases, [stands, &decided.after]);
    let choice = |open: &[OpenStation], areas: &[ServiceAreaFacts]| Choice {
        open: open.iter().map(|o| Open { site: o.spot, class: o.class.clone() }).collect(),
        areas: areas.to_vec(),
    };
    let (was, will) = (choice(stands, &areas[0]), choice(&decided.after, &areas[1]));
    let date = base.checked.reference_date;
    let mut lines = Vec::new();
    let mut proofs = Vec::new();
    for rule in &base.checked.loaded.layers.rules.rules {
        if !rule.in_force(date) {
            lines.push(not_in_force(rule, date.map_or(String::new(), |d| d.to_string())));
            proofs.push(Proof::None);
            continue;
        }
        let binding = decided.rules.contains(&rule.id);
        for judgement in standards::judge(rule, &facts, &was, &will) {
            let (line, proof) = line(rule, &facts, judgement, binding);
            lines.push(line);
            proofs.push(proof);
        }
    }
    rank(&mut lines);
    (lines, proofs)
}

/// The rules on sites, judged on every candidate: each that breaks one, and in one line a rule how many keep it and how many
/// cannot be judged. The same for every scenario.
pub(crate) fn of_candidates(base: &Base, sites: &Sites) -> (Vec<ComplianceLine>, Vec<Proof>) {
    let mut lines = Vec::new();
    let mut proofs = Vec::new();
    let rules = &base.checked.loaded.layers.rules.rules;
    for rule in rules.iter().filter(|r| r.in_force(base.checked.reference_date)) {
        let (mut kept, mut open, mut why) = (0usize, 0usize, None);
        let mut any = None;
        for judgement in standards::judge_candidates(rule, &sites.facts) {
            any.get_or_insert_with(|| judgement.clone());
            match &judgement.met {
                Met::Yes => kept += 1,
                Met::Unknown(reason) => {
                    open += 1;
                    why.get_or_insert_with(|| reason.clone());
                }
                Met::No => {
                    let (line, proof) = line(rule, &sites.facts, judgement, false);
                    lines.push(line);
                    proofs.push(proof);
                }
            }
        }
        for (count, met) in [(kept, Met::Yes), (open, why.map_or(Met::Yes, Met::Unknown))] {
            let Some(mut summary) = any.clone().filter(|_| count > 0) else { continue };
            let candidates = if count == 1 { "1 candidate".to_owned() } else { format!("{count} candidates") };
            summary.subject.clone_from(&candidates);
            summary.district = None;
            summary.required = None;
            summary.proposed = Some(count as f64);
            summary.unit = "candidates";
            summary.sentence = format!("{candidates}: the rule is kept.");
            summary.sentence_zh = format!("{count}个候选点符合。");
            summary.met = met;
            let (line, _) = line(rule, &sites.facts, summary, false);
            lines.push(line);
            proofs.push(Proof::None);
        }
    }
    rank(&mut lines);
    (lines, proofs)
}

/// One judgement as a line.
fn line(rule: &Rule, facts: &Facts, judgement: Judgement, binding: bool) -> (ComplianceLine, Proof) {
    let district = judgement.district.and_then(|d| facts.districts.get(d));
    let breach = judgement.breach();
    let unverified = judgement.unverified(rule);
    let (met, mut reason, mut reason_zh) = match &judgement.met {
        Met::Yes => (Some(true), judgement.sentence.clone(), judgement.sentence_zh.clone()),
        Met::No => (Some(false), judgement.sentence.clone(), judgement.sentence_zh.clone()),
        Met::Unknown(why) => (None, why.en.clone(), why.zh.clone()),
    };
    if met.is_some() && !unverified.is_empty() {
        reason.push_str(&format!(" Unverified: {}.", unverified.join(", ")));
        reason_zh.push_str(&format!("（未经核实：{}）", unverified.join("、")));
    }
    let figure = |x: Option<f64>| x.filter(|x| x.is_finite()).map(|x| rounded(x, 6));
    let line = ComplianceLine {
        rule: judgement.rule,
        title: rule.title.clone(),
        title_zh: rule.title_zh.clone(),
        kind: rule.kind.word().into(),
        subject: judgement.subject,
        subject_kind: judgement.subject_kind.word().into(),
        district: district.map(|d| d.code.clone()),
        district_name: district.map(|d| d.name.clone()),
        required: figure(judgement.required),
        standing: figure(judgement.standing),
        proposed: figure(judgement.proposed),
        unit: judgement.unit.into(),
        met,
        status: judgement.met.word().into(),
        breach: figure(breach),
        rank: None,
        reason,
        reason_zh,
        severity: rule.severity.word().into(),
        source: rule.source.to_string(),
        quote: rule.source.quote.clone(),
        confidence: rule.source.confidence.mark().into(),
        verified: unverified.is_empty(),
        unverified,
        binding,
    };
    (line, judgement.proof)
}

/// A rule that is not in force on the reference date is listed as such, and judged on nobody.
fn not_in_force(rule: &Rule, date: String) -> ComplianceLine {
    let (en, zh) = rule.validity().unwrap_or_default();
    ComplianceLine {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        title_zh: rule.title_zh.clone(),
        kind: rule.kind.word().into(),
        subject: "plan".into(),
        subject_kind: "plan".into(),
        district: None,
        district_name: None,
        required: None,
        standing: None,
        proposed: None,
        unit: String::new(),
        met: None,
        status: "not in force".into(),
        breach: None,
        rank: None,
        reason: format!("not in force on the reference date {date}: {en}"),
        reason_zh: format!("基准日{date}时未施行：{zh}"),
        severity: rule.severity.word().into(),
        source: rule.source.to_string(),
        quote: rule.source.quote.clone(),
        confidence: rule.source.confidence.mark().into(),
        verified: rule.source.confidence.verified(),
        unverified: Vec::new(),
        binding: false,
    }
}

/// Soft rules that are not met, the worst first: 1, 2, …; equal breaches in the order of the lines.
fn rank(lines: &mut [ComplianceLine]) {
    let soft = RuleSeverity::Soft.word();
    let mut missed: Vec<usize> =
        (0..lines.len()).filter(|i| lines[*i].severity == soft && lines[*i].breach.is_some()).collect();
    missed.sort_by(|a, b| lines[*b].breach.partial_cmp(&lines[*a].breach).unwrap_or(Ordering::Equal).then(a.cmp(b)));
    for (place, at) in missed.into_iter().enumerate() {
        lines[at].rank = Some(place as u32 + 1);
    }
}

/// Facts of both phases.
fn facts_of(base: &Base, sites: &Sites, phases: [&PhaseData; 2], open: [&[OpenStation]; 2]) -> Facts {
    let mut facts = sites.facts.clone();
    let districts = facts.districts.len();
    let due = |phase: usize, at: usize| {
        let mut stations: [Option<Arrival>; 3] = [None; 3];
        for (slot, (station, time)) in stations.iter_mut().zip(&phases[phase].due[at]) {
            let Some(open) = open[phase].get(*station) else { continue };
            let turnout = sites.spots[open.spot].turnout;
            let travel = *time - base.settings.clock.before_wheels(turnout);
            *slot = Some(Arrival { site: open.spot, travel, turnout });
        }
        stations
    };
    facts.demand = (sites.demand.iter().enumerate())
        .map(|(at, demand)| DemandFacts {
            weight: Weight(demand.weight as f64 / 1000.0),
            district: demand.district.filter(|d| *d < districts),
            built_up: sites.demand_area[at],
            position: demand.position,
            due: [due(0, at), due(1, at)],
        })
        .collect();
    facts.road = road_distances(base, sites, phases, open);
    facts
}

/// Distance by road from the nearest station of each set of classes that a rule asks about: the shortest way that the vehicle
/// may drive, without turn costs and access legs. Nothing on a network of plain arcs, which has no lengths.
fn road_distances(
    base: &Base,
    sites: &Sites,
    phases: [&PhaseData; 2],
    open: [&[OpenStation]; 2],
) -> BTreeMap<Vec<String>, [Vec<Option<Metres>>; 2]> {
    let asked = base.checked.loaded.layers.rules.road_distances();
    let (false, Some(profile)) =
        (asked.is_empty() || base.network.is_plain_arcs(), &base.checked.loaded.layers.profile)
    else {
        return BTreeMap::new();
    };
    // A metre a second: a millisecond of travel is a millimetre of road.
    let pace = KilometresPerHour(3.6);
    let metre = VehicleProfile {
        speed: profile.speed.keys().map(|class| (class.clone(), pace)).collect(),
        turns: TurnCosts::default(),
        respect_maxspeed: false,
        ..profile.clone()
    };
    let Ok(lengths) = base.network.times(&metre) else { return BTreeMap::new() };
    let lengths = lengths.value;
    let on_road = |place: &Option<Snapped>| {
        place.map(|mut place| {
            place.access = TravelTime::ZERO;
            place
        })
    };
    let demand: Vec<Option<Snapped>> = sites.demand.iter().map(|d| on_road(&d.place)).collect();
    let nearest = |stations: &[Located], open: &[OpenStation], classes: &[String]| -> Vec<Option<Metres>> {
        let takes = |o: &OpenStation| classes.is_empty() || classes.contains(&o.class);
        let places: Vec<Snapped> =
            stations.iter().zip(open).filter(|(_, o)| takes(o)).filter_map(|(s, _)| on_road(&s.place)).collect();
        let origins: Vec<Origin<'_>> = places.iter().map(|place| Origin { place, offset: TravelTime::ZERO }).collect();
        if origins.is_empty() {
            return vec![None; demand.len()];
        }
        let first = |due: &Vec<(usize, TravelTime)>| due.first().map(|(_, t)| Metres(t.as_seconds()));
        lengths.due_order(&origins, 1, &demand, None).iter().map(first).collect()
    };
    asked
        .into_iter()
        .map(|classes| {
            let both = [0, 1].map(|phase| nearest(&phases[phase].stations, open[phase], &classes));
            (classes, both)
        })
        .collect()
}
