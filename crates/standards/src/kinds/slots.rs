//! Slots of a built-up area, nested by rank: "1+1+N" (1个一级、1个二级和若干个小型) and its kin.
//!
//! A slot asks for at least so many stations of at least its class; a first-class station beyond its own slot fills the
//! second-class one. With `strict_class` the class itself is asked for. A station fills slots of its home area only.

use serde::Deserialize;

use super::{Behaviour, Judgement, Requirement, Sense, count, met_count, terms};
use crate::{Choice, Facts, Open, Rule};

/// Parameters of `slots`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Deserialize)]
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

    fn subjects<'a>(&'a self, rule: &'a Rule, facts: &'a Facts) -> impl Iterator<Item = (usize, &'a Slot)> {
        let takes = move |area: &crate::BuiltUpFacts| {
            let district = area.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
            rule.applies.takes_built_up(area.role, district, &area.zones)
        };
        let areas = facts.built_up.iter().enumerate().filter(move |(_, area)| takes(area));
        areas.flat_map(|(index, _)| self.slots.iter().map(move |slot| (index, slot)))
    }
}

impl Behaviour for Slots {
    fn check(&self) -> Result<(), String> {
        if self.slots.is_empty() {
            return Err("slots is empty; write one {class, at_least} for each class asked for".to_owned());
        }
        let falling = self.slots.windows(2).all(|pair| pair[0].at_least <= pair[1].at_least);
        if !self.strict_class && !falling {
            return Err("contradictory counts: slots are nested, so a lower class cannot ask for fewer than a higher one".to_owned());
        }
        if !(self.within_m.is_finite() && self.within_m >= 0.0) {
            return Err(format!("within_m is {}, wanted metres from 0 upwards", self.within_m));
        }
        Ok(())
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        self.subjects(rule, facts)
            .map(|(area, slot)| {
                let takes = |open: &Open| facts.sites[open.site].home == Some(area) && self.fills(facts, &open.class, slot);
                let (standing, _) = count(facts, before, takes);
                let (proposed, real) = count(facts, after, takes);
                let required = slot.at_least as usize;
                let (name, zh) = facts.classes.get(&slot.class).map_or((slot.class.as_str(), slot.class.as_str()), |c| (&c.en, &c.zh));
                let area = &facts.built_up[area];
                Judgement {
                    rule: rule.id.clone(),
                    subject: format!("{} {zh}", area.name),
                    district: area.district,
                    required: Some(required as f64),
                    standing: Some(standing as f64),
                    proposed: Some(proposed as f64),
                    unit: "stations",
                    met: met_count(required, proposed, real),
                    sentence: format!("{}: {proposed} of {required} stations of class {name} or above, {standing} before the plan.", area.name),
                    sentence_zh: format!("{}：{zh}及以上消防站应有{required}个，规划前{standing}个，规划后{proposed}个。", area.name),
                }
            })
            .collect()
    }

    fn requirements(&self, rule: &Rule, facts: &Facts) -> Vec<Requirement> {
        self.subjects(rule, facts)
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
