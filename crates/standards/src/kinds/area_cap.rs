//! The largest service area (辖区面积) of a class, judged on its built-up part.

use serde::Deserialize;

use super::{Behaviour, Judgement, Met};
use crate::{Choice, Facts, Rule, ServiceAreaFacts};

/// Parameters of `area_cap`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    fn check(&self) -> Result<(), String> {
        if !(self.cap_km2.is_finite() && self.cap_km2 > 0.0) {
            return Err(format!("cap_km2 is {}, wanted km² above 0", self.cap_km2));
        }
        if !(self.reduction > 0.0 && self.reduction <= 1.0) {
            return Err(format!("reduction is {}, wanted a factor above 0 and at most 1", self.reduction));
        }
        Ok(())
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let cap = self.cap_km2 * self.reduction;
        let class = |choice: &Choice, site: usize| choice.open.iter().find(|o| o.site == site).map(|o| o.class.clone());
        let takes = |area: &&ServiceAreaFacts| {
            self.suburban.is_none_or(|s| s == area.suburban) && class(after, area.site).is_some_and(|c| rule.applies.takes_class(&c))
        };
        after
            .areas
            .iter()
            .filter(takes)
            .map(|area| {
                let site = &facts.sites[area.site];
                let size = area.built_up.as_km2();
                let standing = before.areas.iter().find(|a| a.site == area.site).map(|a| a.built_up.as_km2());
                Judgement {
                    rule: rule.id.clone(),
                    subject: site.name.clone(),
                    district: site.district,
                    required: Some(cap),
                    standing,
                    proposed: Some(size),
                    unit: "km2",
                    met: if size <= cap { Met::Yes } else { Met::No },
                    sentence: format!("{}: {size:.2} km² built-up in its service area, at most {cap:.2} km² wanted.", site.name),
                    sentence_zh: format!("{}：辖区内建成区{size:.2}平方公里，不宜大于{cap:.2}平方公里。", site.name),
                }
            })
            .collect()
    }
}
