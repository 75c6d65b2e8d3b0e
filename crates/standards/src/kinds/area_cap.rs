//! The largest service area (辖区面积) of a class, judged on its built-up part.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, above_zero, asks_class, stations_of, unclassed};
use crate::faults::Fault;
use crate::{Choice, Facts, Judgement, Met, Proof, Rule, ServiceAreaFacts, Side, SubjectKind};

/// Parameters of `area_cap`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaCap {
    /// Largest area, km².
    pub cap_km2: f64,
    /// Judge only stations of the near suburb (`true`) or only the others (`false`); absent: all.
    pub suburban: Option<bool>,
    /// Wind of force 3 and more, or humidity up to 50 %, or a split by terrain: the cap is multiplied by this.
    #[serde(default = "whole")]
    pub reduction: f64,
}

fn whole() -> f64 {
    1.0
}

impl Behaviour for AreaCap {
    fn check(&self) -> Result<(), Fault> {
        above_zero("cap_km2", self.cap_km2, "square kilometres")?;
        if !(self.reduction > 0.0 && self.reduction <= 1.0) {
            return Err(Fault::new("reduction", format!("reduction is {}", self.reduction), "write a factor above 0 and at most 1"));
        }
        Ok(())
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        let (en, zh) = stations_of(rule, "station with a service area", "有辖区的消防站");
        match self.suburban {
            Some(true) => (format!("{en} in a zone suburban"), format!("近郊区{zh}")),
            Some(false) => (format!("{en} outside zones suburban"), format!("近郊区以外{zh}")),
            None => (en, zh),
        }
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let cap = self.cap_km2 * self.reduction;
        let there = |area: &&ServiceAreaFacts| {
            let class = after.class_at(area.site);
            self.suburban.is_none_or(|s| s == area.suburban)
                && class.is_some_and(|c| rule.applies.takes_class(c) || asks_class(rule, c))
        };
        let areas = after.areas.iter().filter(there);
        areas
            .map(|area| {
                if after.class_at(area.site).is_some_and(|c| asks_class(rule, c)) {
                    return unclassed(rule, facts, area.site);
                }
                let site = &facts.sites[area.site];
                let size = area.built_up.as_km2();
                let standing = before.areas.iter().find(|a| a.site == area.site).map(|a| a.built_up.as_km2());
                Judgement {
                    required: Some(cap),
                    side: Side::AtMost,
                    standing,
                    proposed: Some(size),
                    unit: "km2",
                    met: Met::of(size <= cap),
                    sentence: format!("{}: {size:.2} km² built-up in its service area, at most {cap:.2} km² wanted.", site.name),
                    sentence_zh: format!("{}：辖区内建成区{size:.2}平方公里，{}大于{cap:.2}平方公里。", site.name, rule.severity.should_not()),
                    proof: Proof::ServiceArea(area.site),
                    ..Judgement::new(rule, SubjectKind::Station, site.name.clone(), site.district)
                }
            })
            .collect()
    }
}
