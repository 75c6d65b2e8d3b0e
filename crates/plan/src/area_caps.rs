//! Caps on service areas in the choice of sites, and N by area beside N by time.
//!
//! A cap speaks of the real service area, which is known only after the choice; what can be asked beforehand is that the
//! stations of a built-up area, all together, may serve all of it: the sum of their caps is at least its size. That is
//! necessary wherever no station of another area serves a part of it. The real service areas are judged afterwards.

use std::collections::BTreeMap;

use firesite_model::{BuiltUpRole, Zone};
use firesite_standards::kinds::Kind;
use firesite_standards::{BuiltUpFacts, Facts, Requirement, Rule, Sense, Term};

use crate::plan_json::{AreaCapLine, rounded};

/// Conditions are in whole hectares.
const HECTARES: f64 = 100.0;

/// A rule that caps service areas: the largest one, km², reduction included, where it speaks of this area and class.
fn cap_of(rule: &Rule, facts: &Facts, area: &BuiltUpFacts, class: &str) -> Option<f64> {
    let Kind::AreaCap(cap) = &rule.kind else { return None };
    let suburban = area.zones.contains(&Zone::Suburban);
    let district = area.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
    let speaks = cap.suburban.is_none_or(|s| s == suburban)
        && rule.applies.takes_class(class)
        && rule.applies.takes_built_up(area.role, district, &area.zones);
    speaks.then_some(cap.cap_km2 * cap.reduction)
}

/// The strictest cap of a class in an area.
fn strictest(rules: &[&Rule], facts: &Facts, area: &BuiltUpFacts, class: &str) -> Option<f64> {
    rules.iter().filter_map(|r| cap_of(r, facts, area, class)).min_by(f64::total_cmp)
}

/// Ids of the rules among these that cap service areas, joined: they make one condition together.
pub(crate) fn joint_id(rules: &[&Rule]) -> Option<String> {
    let ids: Vec<&str> = rules.iter().filter(|r| matches!(r.kind, Kind::AreaCap(_))).map(|r| r.id.as_str()).collect();
    (!ids.is_empty()).then(|| ids.join("+"))
}

/// Areas that must have stations of their own: seats and cores, and towns that one of these rules asks a station for.
fn asked(rules: &[&Rule], facts: &Facts, at: usize) -> bool {
    let area = &facts.built_up[at];
    match area.role {
        BuiltUpRole::Seat | BuiltUpRole::Core => true,
        BuiltUpRole::Town => rules.iter().any(|rule| {
            matches!(rule.kind, Kind::TownStation(_))
                && facts.towns.iter().filter(|t| t.outline == Some(at)).any(|town| {
                    let district = town.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
                    rule.applies.takes_town(town.tier, district)
                })
        }),
        BuiltUpRole::Cluster => false,
    }
}

/// Of each area that must have stations of its own: the caps of its stations, in hectares, sum to at least its size. A class
/// that none of the rules caps serves any area.
pub(crate) fn conditions(rules: &[&Rule], facts: &Facts) -> Vec<Requirement> {
    let Some(id) = joint_id(rules) else { return Vec::new() };
    (0..facts.built_up.len())
        .filter(|at| asked(rules, facts, *at))
        .filter_map(|at| {
            let area = &facts.built_up[at];
            // Beyond rounding of the outline's area.
            let size = (area.area.as_km2() * HECTARES - 1e-6).ceil().max(0.0) as i64;
            let speaks = facts.classes.iter().any(|c| strictest(rules, facts, area, &c.id).is_some());
            let mut terms = Vec::new();
            for (site, place) in facts.sites.iter().enumerate().filter(|(_, s)| s.home == Some(at)) {
                for class in &place.classes {
                    let ranked = facts.classes.get(class).is_some_and(|c| c.rank.is_some());
                    let cap = strictest(rules, facts, area, class);
                    // Teams without a rank have no service area of their own under these rules.
                    let factor = match cap {
                        Some(km2) => (km2 * HECTARES + 1e-6).floor() as i64,
                        None if ranked => size,
                        None => 0,
                    };
                    if factor > 0 {
                        terms.push(Term { site, class: class.clone(), factor: factor.min(size) });
                    }
                }
            }
            (size > 0 && speaks).then(|| Requirement {
                name: format!("{id}: {} caps of at least {:.2} km²", area.name, size as f64 / HECTARES),
                rule: id.clone(),
                subject: area.name.clone(),
                district: area.district,
                terms,
                sense: Sense::AtLeast,
                rhs: size,
            })
        })
        .collect()
}

/// Open stations of one phase, for the count of caps: area and class.
pub(crate) type OpenClasses = BTreeMap<usize, Vec<String>>;

/// N by area beside N by time, of each area whose slots a rule names ("1+1+N"): N are the stations beyond the slots.
pub(crate) fn n_by_area(
    rules: &[&Rule],
    facts: &Facts,
    before: &OpenClasses,
    after: &OpenClasses,
    caps_bind: bool,
) -> BTreeMap<usize, AreaCapLine> {
    let mut lines = BTreeMap::new();
    for rule in rules {
        let Kind::Slots(slots) = &rule.kind else { continue };
        for (at, area) in facts.built_up.iter().enumerate() {
            let district = area.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
            if !rule.applies.takes_built_up(area.role, district, &area.zones) {
                continue;
            }
            // The slots are nested: the last one counts all before it.
            let mut base = 0.0;
            let mut named = 0;
            for slot in &slots.slots {
                let more = if slots.strict_class { slot.at_least } else { slot.at_least.saturating_sub(named) };
                named += more;
                base += f64::from(more) * strictest(rules, facts, area, &slot.class).unwrap_or(f64::INFINITY);
            }
            let lowest = slots.slots.last().map(|s| s.class.as_str()).and_then(|c| facts.classes.get(c));
            let below = facts.classes.iter().filter(|c| {
                c.rank.is_some()
                    && lowest.is_some_and(|l| c.rank < l.rank)
                    && strictest(rules, facts, area, &c.id).is_some()
            });
            // N is of the class below the slots that the rules cap, else of the last slot's own.
            let class = below.max_by_key(|c| c.rank).or(lowest);
            let Some(class) = class else { continue };
            let Some(cap) = strictest(rules, facts, area, &class.id) else { continue };
            let size = area.area.as_km2();
            let n_by_area = ((size - base) / cap - 1e-9).ceil().max(0.0) as u32;
            let ranked = |open: &OpenClasses| -> Vec<String> {
                let all = open.get(&at).cloned().unwrap_or_default();
                all.into_iter().filter(|c| facts.classes.get(c).is_some_and(|c| c.rank.is_some())).collect()
            };
            let sum = |open: &OpenClasses| -> Option<f64> {
                let caps: Option<Vec<f64>> = ranked(open).iter().map(|c| strictest(rules, facts, area, c)).collect();
                caps.map(|c| rounded(c.iter().sum(), 6))
            };
            let n_in_plan = (ranked(after).len() as u32).saturating_sub(named);
            let n_by_time = (!caps_bind).then_some(n_in_plan);
            let binds = match n_by_time {
                None => "area",
                Some(time) if n_by_area > time => "area",
                Some(time) if n_by_area < time => "time",
                Some(0) => "neither",
                Some(_) => "both",
            };
            let n = (n_by_area, n_in_plan);
            let (sentence, sentence_zh) = match binds {
                "area" if caps_bind => (
                    format!("The caps are conditions of this plan: N = {}, by area at least {}.", n.1, n.0),
                    format!("辖区面积上限为本方案的约束：N={}，按面积至少{}。", n.1, n.0),
                ),
                "area" => (
                    format!("Area binds: the caps ask for N = {}, the time target for {}.", n.0, n.1),
                    format!("面积起控制作用：按面积N={}，按时间N={}。", n.0, n.1),
                ),
                "time" => (
                    format!("Time binds: the time target asks for N = {}, the caps for {}.", n.1, n.0),
                    format!("时间起控制作用：按时间N={}，按面积N={}。", n.1, n.0),
                ),
                "neither" => (
                    "Neither binds: the slots are enough for the time target and for the caps.".to_string(),
                    "均不起控制作用：“1+1”已满足时间目标和面积上限，N=0。".to_string(),
                ),
                _ => (format!("Both ask for N = {}.", n.0), format!("按面积与按时间均为N={}。", n.0)),
            };
            lines.insert(
                at,
                AreaCapLine {
                    rule: rule.id.clone(),
                    built_up_km2: rounded(size, 6),
                    slots: named,
                    slots_km2: base.is_finite().then(|| rounded(base, 6)),
                    n_class: class.id.clone(),
                    n_class_km2: rounded(cap, 6),
                    caps_km2_before: sum(before),
                    caps_km2_after: sum(after),
                    n_by_area,
                    n_by_time,
                    n_in_plan,
                    binds: binds.into(),
                    sentence,
                    sentence_zh,
                },
            );
        }
    }
    lines
}
