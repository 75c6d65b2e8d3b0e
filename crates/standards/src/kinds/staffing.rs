//! Whether the persons the plan recruits can man the stations it builds.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Behaviour;
use crate::faults::Fault;
use crate::{Choice, Confidence, Facts, Judgement, Met, Rule, SubjectKind};

/// Parameters of `staffing`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
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
    fn check(&self) -> Result<(), Fault> {
        if self.shifts == 0 {
            return Err(Fault::new("shifts", "shifts is 0", "write 1 or more"));
        }
        Ok(())
    }

    fn defaults(&self) -> Vec<(&'static str, String)> {
        vec![("shifts", self.shifts.to_string())]
    }

    fn subjects(&self, _rule: &Rule) -> (String, String) {
        ("plan".to_owned(), "规划".to_owned())
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let least = |class: &str| facts.classes.get(class).and_then(|c| c.shift_persons).map(|p| u64::from(p[0]));
        let persons = |choice: &Choice| -> u64 {
            choice.open.iter().filter_map(|o| least(&o.class)).map(|p| p * u64::from(self.shifts)).sum()
        };
        // What no plan changes takes no new persons, whatever its class.
        let changed: Vec<&crate::Open> = after.open.iter().filter(|o| !before.open.contains(o)).collect();
        let unknown = changed.iter().filter(|o| least(&o.class).is_none()).count();
        let (stands, needs) = (persons(before), persons(after));
        let extra = needs.saturating_sub(stands);
        let stations = after.open.len().saturating_sub(before.open.len());
        let short = u64::from(self.persons_new) < extra;
        let met = if short {
            Met::No
        } else if unknown > 0 {
            Met::unknown(
                format!("the packs give no least shift for {} of the plan", crate::text::stations(unknown)),
                format!("规范未给出规划中{unknown}个消防站的最少执勤人数"),
            )
        } else {
            Met::Yes
        };
        let figures: BTreeMap<String, Confidence> = changed
            .iter()
            .filter_map(|o| facts.classes.get(&o.class))
            .filter_map(|c| Some((format!("shift_persons of {} = {}", c.id, c.shift_persons?[0]), c.mark("shift_persons"))))
            .collect();
        let shifts = if self.shifts == 1 { "1 shift".to_owned() } else { format!("{} shifts", self.shifts) };
        vec![Judgement {
            required: Some(extra as f64),
            standing: Some(0.0),
            proposed: Some(f64::from(self.persons_new)),
            unit: "persons",
            met,
            sentence: format!("{stations} more stations need at least {extra} more persons ({shifts}); the plan recruits {}.", self.persons_new),
            sentence_zh: format!("新增{stations}个消防站至少需增加{extra}人（{}班），规划招录{}人。", self.shifts, self.persons_new),
            figures: figures.into_iter().collect(),
            ..Judgement::new(rule, SubjectKind::Plan, "plan", None)
        }]
    }
}
