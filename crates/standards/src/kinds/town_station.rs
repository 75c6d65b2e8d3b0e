//! A proper station for each town of a tier: 重点镇. The class asked for follows from the built-up area.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, Requirement, Sense, class_names, count, met_count, not_below_zero, places, sites_of, terms};
use crate::faults::Fault;
use crate::{Choice, Facts, Judgement, Met, Open, Proof, Rule, SubjectKind, TownFacts};

/// Parameters of `town_station`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TownStation {
    /// Class by built-up area, in rising size; the last one has no bound.
    pub class_by_area: Vec<Step>,
    /// A station this far from the outline by road still belongs to the town, metres.
    #[serde(default = "within")]
    pub within_m: f64,
}

/// Up to this size, this class.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
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

    fn subjects_in<'a>(&'a self, rule: &'a Rule, facts: &'a Facts) -> impl Iterator<Item = (usize, &'a TownFacts, &'a str)> {
        facts.towns.iter().enumerate().filter_map(move |(at, town)| {
            let district = town.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
            rule.applies.takes_town(town.tier, district).then(|| self.class(town).map(|class| (at, town, class)))?
        })
    }
}

impl Behaviour for TownStation {
    fn check(&self) -> Result<(), Fault> {
        let sizes: Vec<f64> = self.class_by_area.iter().map(|step| step.up_to_km2.unwrap_or(f64::INFINITY)).collect();
        if sizes.is_empty() {
            return Err(Fault::new("class_by_area", "class_by_area is empty", "write one { up_to_km2 = …, class = … } for each step of size"));
        }
        if sizes.iter().any(|s| s.is_nan() || *s <= 0.0) || !sizes.windows(2).all(|p| p[0] < p[1]) {
            let told = self.class_by_area.iter().map(|s| s.up_to_km2.map_or("any".to_owned(), crate::text::plain));
            return Err(Fault::new(
                "class_by_area",
                format!("the steps of class_by_area are up to {} km²", told.collect::<Vec<_>>().join(", ")),
                "write rising up_to_km2 above 0; only the last step may leave it out",
            ));
        }
        not_below_zero("within_m", self.within_m, "metres")
    }

    fn defaults(&self) -> Vec<(&'static str, String)> {
        vec![("within_m", crate::text::plain(self.within_m))]
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        places::towns(rule)
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        self.subjects_in(rule, facts)
            .map(|(at, town, class)| {
                let here = |open: &Open| town.outline.is_some() && facts.sites[open.site].home == town.outline;
                let takes = |has: &str| facts.classes.fills(has, class);
                let standing = count(facts, before, here, takes);
                let proposed = count(facts, after, here, takes);
                let (name, zh) = class_names(facts, class);
                let met = if town.outline.is_none() {
                    Met::unknown("the town has no built-up area in the study", "该镇没有建成区图形")
                } else {
                    met_count(1, proposed)
                };
                let taken = sites_of(after, |open| here(open) && takes(&open.class));
                Judgement {
                    required: Some(1.0),
                    standing: Some(standing.all as f64),
                    proposed: Some(proposed.all as f64),
                    unit: "stations",
                    met,
                    sentence: format!("{}: {} of class {name} or above, at least 1 wanted, {} before the plan.", town.name, crate::text::stations(proposed.all), standing.all),
                    sentence_zh: format!("{}：应有1个{zh}及以上消防站，规划前{}个，规划后{}个。", town.name, standing.all, proposed.all),
                    proof: if taken.is_empty() { Proof::Town(at) } else { Proof::Sites(taken) },
                    ..Judgement::new(rule, SubjectKind::Town, town.name.clone(), town.district)
                }
            })
            .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        self.subjects_in(rule, facts)
            .map(|(_, town, class)| Requirement {
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
