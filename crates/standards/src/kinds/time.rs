//! A response time for a share of the demand of each subject: 5 min from the order (建标152-2017), 240 s of travel for
//! 90 % (NFPA 1710), and their kin.

use firesite_model::TravelTime;
use serde::Deserialize;

use super::{Behaviour, Judgement, Met};
use crate::{BuiltUpFacts, Choice, Clock, ClockName, Facts, Rule};

/// Parameters of `time`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// Longest time on the clock, seconds.
    pub limit_s: f64,
    /// call, order or wheels; absent: the study's.
    pub clock: Option<ClockName>,
    /// Share of the demand, per cent; absent: all of it.
    pub percentile: Option<f64>,
    /// Which arriving station: 1 first, 2 second, 3 third due.
    #[serde(default = "first")]
    pub due: u8,
    /// Call handling, seconds, for the clock `call`.
    pub call_handling_s: Option<f64>,
}

fn first() -> u8 {
    1
}

impl Time {
    /// Share of the demand within the limit in one phase; `None` without demand.
    fn share(&self, facts: &Facts, area: &BuiltUpFacts, phase: usize) -> Option<f64> {
        let clock = Clock {
            name: self.clock.unwrap_or(facts.clock.name),
            call_handling: self.call_handling_s.and_then(TravelTime::from_seconds_f64).unwrap_or(facts.clock.call_handling),
        };
        let limit = TravelTime::from_seconds_f64(self.limit_s).unwrap_or(TravelTime::MAX).as_millis();
        let (mut within, mut all) = (0.0, 0.0);
        for due in &area.due[phase] {
            all += due.weight.0;
            let station = due.stations[usize::from(self.due) - 1];
            if station.is_some_and(|(travel, turnout)| clock.response(travel, turnout).as_millis() <= limit) {
                within += due.weight.0;
            }
        }
        (all > 0.0).then(|| within / all)
    }
}

impl Behaviour for Time {
    fn check(&self) -> Result<(), String> {
        if TravelTime::from_seconds_f64(self.limit_s).is_none_or(|t| t == TravelTime::ZERO) {
            return Err(format!("limit_s is {}, wanted seconds above 0", self.limit_s));
        }
        if let Some(percentile) = self.percentile.filter(|p| !(*p > 0.0 && *p <= 100.0)) {
            return Err(format!("percentile is {percentile}, wanted above 0 and at most 100"));
        }
        if !(1..=3).contains(&self.due) {
            return Err(format!("due is {}, wanted 1, 2 or 3", self.due));
        }
        Ok(())
    }

    fn judge(&self, rule: &Rule, facts: &Facts, _before: &Choice, _after: &Choice) -> Vec<Judgement> {
        let wanted = self.percentile.map_or(1.0, |p| p / 100.0);
        let areas = facts.built_up.iter().filter(|area| {
            let district = area.district.and_then(|d| facts.districts.get(d)).map(|d| d.code.as_str());
            rule.applies.takes_built_up(area.role, district, &area.zones)
        });
        areas
            .map(|area| {
                let (standing, proposed) = (self.share(facts, area, 0), self.share(facts, area, 1));
                let met = match proposed {
                    None => Met::Unknown("no demand lies in this area".to_owned()),
                    Some(share) if share >= wanted - 1e-9 => Met::Yes,
                    Some(_) => Met::No,
                };
                let percent = |share: Option<f64>| share.map_or("-".to_owned(), |s| format!("{:.1} %", s * 100.0));
                Judgement {
                    rule: rule.id.clone(),
                    subject: area.name.clone(),
                    district: area.district,
                    required: Some(wanted),
                    standing,
                    proposed,
                    unit: "share",
                    met,
                    sentence: format!(
                        "{}: {} of the demand within {} s, {} before the plan, {} wanted.",
                        area.name, percent(proposed), self.limit_s, percent(standing), percent(Some(wanted))
                    ),
                    sentence_zh: format!(
                        "{}：{}秒内覆盖{}，规划前{}，要求{}。",
                        area.name, self.limit_s, percent(proposed), percent(standing), percent(Some(wanted))
                    ),
                }
            })
            .collect()
    }
}
