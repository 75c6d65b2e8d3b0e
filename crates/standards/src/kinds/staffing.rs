//! Whether the persons the plan recruits can man the stations it builds.

use serde::Deserialize;

use super::{Behaviour, Judgement, Met};
use crate::{Choice, Facts, Rule};

/// Parameters of `staffing`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staffing {
    /// Persons recruited by the end of the plan.
    pub persons_new: u32,
    /// Shifts that man a station in turn.
    #[serde(default = "one")]
    pub shifts: u32,
}

fn one() -> u32 {
    1
}

impl Behaviour for Staffing {
    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let persons = |choice: &Choice| -> u64 {
            let least = |class: &str| facts.classes.get(class).and_then(|c| c.shift_persons).map_or(0, |p| u64::from(p[0]));
            choice.open.iter().map(|o| least(&o.class) * u64::from(self.shifts)).sum()
        };
        let (stands, needs) = (persons(before), persons(after));
        let extra = needs.saturating_sub(stands);
        let stations = after.open.len().saturating_sub(before.open.len());
        vec![Judgement {
            rule: rule.id.clone(),
            subject: "plan".to_owned(),
            district: None,
            required: Some(extra as f64),
            standing: Some(0.0),
            proposed: Some(f64::from(self.persons_new)),
            unit: "persons",
            met: if u64::from(self.persons_new) >= extra { Met::Yes } else { Met::No },
            sentence: format!("{stations} more stations need at least {extra} more persons ({} shifts); the plan recruits {}.", self.shifts, self.persons_new),
            sentence_zh: format!("新增{stations}个消防站至少需增加{extra}人（{}班），规划招录{}人。", self.shifts, self.persons_new),
        }]
    }
}
