//! A proper station for each town of a tier: 重点镇. The class asked for follows from the built-up area.

use serde::Deserialize;

use super::{Behaviour, Judgement, Met, Requirement, Sense, count, met_count, terms};
use crate::{Choice, Facts, Open, Rule, TownFacts};

/// Parameters of `town_station`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TownStation {
    /// Class by built-up area, in rising size; the last one has no bound.
    pub class_by_area: Vec<Step>,
    /// A station this far from the outline by road still belongs to the town, metres.
    #[serde(default = "within")]
    pub within_m: f64,
}

/// Up to this size, this class.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Largest built-up area, km²; absent: any.
    pub up_to_km2: Option<f64>,
    /// Class id.
    pub class: String,
}

fn within() -> f64 {
    1000.0
}

impl TownStation {
    /// The class a town needs; of an unknown size, the lowest.
    fn class(&self, town: &TownFacts) -> Option<&str> {
        let size = town.built_up.map_or(0.0, firesite_model::SquareMetres::as_km2);
        let step = self.class_by_area.iter().find(|step| step.up_to_km2.is_none_or(|most| size <= most));
        step.or(self.class_by_area.last()).map(|step| step.class.as_str())
    }

    fn subjects<'a>(&'a self, rule: &'a Rule, facts: &'a Facts) -> impl Iterator<Item = (&'a TownFacts, &'a str)> {
        facts.towns.iter().filter_map(move |town| {
            let district = town.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
            rule.applies.takes_town(town.tier, district).then(|| self.class(town).map(|class| (town, class)))?
        })
    }
}

impl Behaviour for TownStation {
    fn check(&self) -> Result<(), String> {
        let sizes: Vec<f64> = self.class_by_area.iter().map(|step| step.up_to_km2.unwrap_or(f64::INFINITY)).collect();
        if sizes.is_empty() || sizes.iter().any(|s| s.is_nan() || *s <= 0.0) || !sizes.windows(2).all(|p| p[0] < p[1]) {
            return Err("class_by_area wants rising up_to_km2 above 0; only the last step may leave it out".to_owned());
        }
        if !(self.within_m.is_finite() && self.within_m >= 0.0) {
            return Err(format!("within_m is {}, wanted metres from 0 upwards", self.within_m));
        }
        Ok(())
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        self.subjects(rule, facts)
            .map(|(town, class)| {
                let takes = |open: &Open| {
                    town.outline.is_some() && facts.sites[open.site].home == town.outline && facts.classes.fills(&open.class, class)
                };
                let (standing, _) = count(facts, before, takes);
                let (proposed, real) = count(facts, after, takes);
                let zh = facts.classes.get(class).map_or(class, |c| &c.zh);
                let met = if town.outline.is_none() {
                    Met::Unknown("the town has no built-up area in the study".to_owned())
                } else {
                    met_count(1, proposed, real)
                };
                Judgement {
                    rule: rule.id.clone(),
                    subject: town.name.clone(),
                    district: town.district,
                    required: Some(1.0),
                    standing: Some(standing as f64),
                    proposed: Some(proposed as f64),
                    unit: "stations",
                    met,
                    sentence: format!("{}: {proposed} stations of class {class} or above, at least 1 wanted, {standing} before the plan.", town.name),
                    sentence_zh: format!("{}：应有1个{zh}及以上消防站，规划前{standing}个，规划后{proposed}个。", town.name),
                }
            })
            .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        self.subjects(rule, facts)
            .map(|(town, class)| Requirement {
                name: format!("{}: {} at least 1", rule.id, town.name),
                rule: rule.id.clone(),
                subject: town.name.clone(),
                district: town.district,
                terms: terms(facts, 1, |site, has| {
                    town.outline.is_some() && facts.sites[site].home == town.outline && facts.classes.fills(has, class)
                }),
                sense: Sense::AtLeast,
                rhs: 1,
            })
            .collect()
    }
}
