//! Service areas that cross an expressway, a trunk railway or a large river within their built-up part.

use serde::Deserialize;

use super::{Behaviour, Judgement, Met};
use crate::{Choice, Facts, Rule};

/// Parameters of `barrier`: none; the study's layer says what is one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Barrier {}

impl Behaviour for Barrier {
    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let class = |site: usize| after.open.iter().find(|o| o.site == site).map(|o| o.class.as_str());
        let number = |crosses: Option<bool>| crosses.map(|c| f64::from(u8::from(c)));
        let areas = after.areas.iter().filter(|a| class(a.site).is_some_and(|c| rule.applies.takes_class(c)));
        areas
            .map(|area| {
                let site = &facts.sites[area.site];
                let standing = before.areas.iter().find(|a| a.site == area.site).and_then(|a| number(a.crosses_barrier));
                let (met, told, told_zh) = match area.crosses_barrier {
                    None => (Met::Unknown("the study has no layer [barriers]".to_owned()), "it is not known whether it crosses", "无法判断是否跨越"),
                    Some(false) => (Met::Yes, "does not cross", "未跨越"),
                    Some(true) => (Met::No, "crosses", "跨越"),
                };
                Judgement {
                    rule: rule.id.clone(),
                    subject: site.name.clone(),
                    district: site.district,
                    required: Some(0.0),
                    standing,
                    proposed: number(area.crosses_barrier),
                    unit: "crossings",
                    met,
                    sentence: format!("{}: its service area {told} a barrier.", site.name),
                    sentence_zh: format!("{}：辖区{told_zh}高速公路、铁路干线或较大河流。", site.name),
                }
            })
            .collect()
    }
}
