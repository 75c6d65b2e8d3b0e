//! Service areas that cross an expressway, a trunk railway or a large river within their built-up part.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, asks_class, stations_of, unclassed};
use crate::{Choice, Facts, Judgement, Met, Proof, Rule, Side, SubjectKind};

/// Parameters of `barrier`: none; the study's layer says what is one.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Barrier {}

impl Behaviour for Barrier {
    fn subjects(&self, rule: &Rule) -> (String, String) {
        stations_of(rule, "station with a service area", "有辖区的消防站")
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let number = |crosses: Option<bool>| crosses.map(|c| f64::from(u8::from(c)));
        let takes = |class: &str| rule.applies.takes_class(class) || asks_class(rule, class);
        let areas = after.areas.iter().filter(|a| after.class_at(a.site).is_some_and(takes));
        areas
            .map(|area| {
                if after.class_at(area.site).is_some_and(|c| asks_class(rule, c)) {
                    return unclassed(rule, facts, area.site);
                }
                let site = &facts.sites[area.site];
                let standing = before.areas.iter().find(|a| a.site == area.site).and_then(|a| number(a.crosses_barrier));
                let (met, told, told_zh) = match area.crosses_barrier {
                    None => (
                        Met::unknown("the study has no layer [barriers], or no built-up areas", "本研究没有[barriers]图层或建成区"),
                        "it is not known whether its service area crosses",
                        "无法判断是否跨越",
                    ),
                    Some(false) => (Met::Yes, "its service area does not cross", "未跨越"),
                    Some(true) => (Met::No, "its service area crosses", "跨越"),
                };
                Judgement {
                    required: Some(0.0),
                    side: Side::AtMost,
                    standing,
                    proposed: number(area.crosses_barrier),
                    unit: "crossings",
                    sentence: format!("{}: {told} a barrier within the built-up area.", site.name),
                    sentence_zh: format!("{}：辖区在建成区内{told_zh}高速公路、铁路干线或较大河流。", site.name),
                    proof: if met == Met::No { Proof::Crossing(area.site) } else { Proof::ServiceArea(area.site) },
                    met,
                    ..Judgement::new(rule, SubjectKind::Station, site.name.clone(), site.district)
                }
            })
            .collect()
    }
}
