//! Slots of a built-up area, nested by rank: "1+1+N" (1个一级、1个二级和若干个小型) and its kin.
//!
//! A slot asks for at least so many stations of at least its class; a first-class station beyond its own slot fills the
//! second-class one. With `strict_class` the class itself is asked for. A station fills slots of its home area only.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Behaviour, Requirement, Sense, class_names, count, met_count, not_below_zero, places, sites_of, terms};
use crate::faults::Fault;
use crate::{Choice, Facts, Judgement, Open, Proof, Rule, SubjectKind};

/// Parameters of `slots`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slots {
    /// In falling rank.
    pub slots: Vec<Slot>,
    /// Ask for the class itself instead of at least its rank.
    #[serde(default)]
    pub strict_class: bool,
    /// A station this far from the outline by road still belongs to the area, metres.
    #[serde(default = "within")]
    pub within_m: f64,
}

/// At least `at_least` stations of the rank of `class` or above.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Class id.
    pub class: String,
    /// How many, those of higher slots included.
    pub at_least: u32,
}

fn within() -> f64 {
    1000.0
}

impl Slots {
    fn fills(&self, facts: &Facts, class: &str, slot: &Slot) -> bool {
        if self.strict_class { class == slot.class } else { facts.classes.fills(class, &slot.class) }
    }

    fn subjects_in<'a>(&'a self, rule: &'a Rule, facts: &'a Facts) -> impl Iterator<Item = (usize, &'a Slot)> {
        let takes = move |area: &crate::BuiltUpFacts| {
            let district = area.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
            rule.applies.takes_built_up(area.role, district, &area.zones)
        };
        let areas = facts.built_up.iter().enumerate().filter(move |(_, area)| takes(area));
        areas.flat_map(|(index, _)| self.slots.iter().map(move |slot| (index, slot)))
    }
}

impl Behaviour for Slots {
    fn check(&self) -> Result<(), Fault> {
        if self.slots.is_empty() {
            return Err(Fault::new("slots", "slots is empty", "write one { class = …, at_least = … } for each class asked for"));
        }
        if let Some(pair) = self.slots.windows(2).find(|pair| pair[0].at_least > pair[1].at_least)
            && !self.strict_class
        {
            let (high, low) = (&pair[0], &pair[1]);
            return Err(Fault::new(
                "slots",
                format!(
                    "contradictory counts: at least {} of {} or above, but at least {} of {} or above",
                    high.at_least, high.class, low.at_least, low.class
                ),
                "slots are nested: a lower class asks for as many as a higher one, or more",
            ));
        }
        not_below_zero("within_m", self.within_m, "metres")
    }

    fn defaults(&self) -> Vec<(&'static str, String)> {
        vec![("within_m", crate::text::plain(self.within_m))]
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        places::built_up(rule)
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        self.subjects_in(rule, facts)
            .map(|(at, slot)| {
                let here = |open: &Open| facts.sites[open.site].home == Some(at);
                let takes = |class: &str| self.fills(facts, class, slot);
                let standing = count(facts, before, here, takes);
                let proposed = count(facts, after, here, takes);
                let required = slot.at_least as usize;
                let (name, zh) = class_names(facts, &slot.class);
                let area = &facts.built_up[at];
                let (above, above_zh) = if self.strict_class { ("", "") } else { (" or above", "及以上") };
                let taken = sites_of(after, |open| here(open) && takes(&open.class));
                let mut met = met_count(required, proposed);
                // Exactly the class itself is asked for, so one too many breaks the rule as well.
                if self.strict_class && proposed.all > required {
                    met = crate::Met::No;
                }
                Judgement {
                    required: Some(required as f64),
                    side: if self.strict_class && proposed.all > required { crate::Side::AtMost } else { crate::Side::AtLeast },
                    standing: Some(standing.all as f64),
                    proposed: Some(proposed.all as f64),
                    unit: "stations",
                    met,
                    sentence: format!("{}: {} of {required} stations of class {name}{above}, {} before the plan.", area.name, proposed.all, standing.all),
                    sentence_zh: format!("{}：{zh}{above_zh}应有{required}个，规划前{}个，规划后{}个。", area.name, standing.all, proposed.all),
                    proof: if taken.is_empty() { Proof::BuiltUp(at) } else { Proof::Sites(taken) },
                    ..Judgement::new(rule, SubjectKind::BuiltUp, format!("{} {zh}", area.name), area.district)
                }
            })
            .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        self.subjects_in(rule, facts)
            .map(|(area, slot)| {
                let home = |site: usize, class: &str| facts.sites[site].home == Some(area) && self.fills(facts, class, slot);
                let subject = format!("{} {}", facts.built_up[area].name, slot.class);
                Requirement {
                    name: format!("{}: {subject} at least {}", rule.id, slot.at_least),
                    rule: rule.id.clone(),
                    subject,
                    district: facts.built_up[area].district,
                    terms: terms(facts, 1, home),
                    sense: if self.strict_class { Sense::Exactly } else { Sense::AtLeast },
                    rhs: i64::from(slot.at_least),
                }
            })
            .collect()
    }
}
