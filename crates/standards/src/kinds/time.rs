//! A response time for a share of the demand of each place: 5 min from the order (建标152-2017), 240 s of travel for
//! 90 % (NFPA 1710), and their kin.
//!
//! The rule's own clock decides what counts and from when. The study's due order is on the study's clock; under another
//! one the times are converted station by station, and where a station that is not among the first three could come
//! first on the rule's clock, the demand is left open and only what is certain decides.

use firesite_model::TravelTime;
use schemars::JsonSchema;
use serde::Deserialize;

use super::places::{self, PlaceOf, enough, places, share};
use super::{Behaviour, a_percentile, a_time, not_below_zero};
use crate::faults::Fault;
use crate::text::{percent, plain};
use crate::{Choice, Clock, ClockName, Facts, Judgement, Met, Per, Phase, Proof, Rule};

/// Parameters of `time`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// Longest time on the clock, seconds.
    pub limit_s: f64,
    /// From when it counts: call, order or wheels; absent: the study's clock.
    pub clock: Option<ClockName>,
    /// Share of the demand, per cent; absent: all of it.
    pub percentile: Option<f64>,
    /// Which arriving station: 1 first, 2 second, 3 third due.
    #[serde(default = "first")]
    #[schemars(range(min = 1, max = 3))]
    pub due: u8,
    /// Call answering and dispatch, seconds, for the clock `call`; absent: the study's, else the pack's time budget.
    pub call_handling_s: Option<f64>,
    /// Turnout of every station, seconds; absent: each station's own.
    pub turnout_s: Option<f64>,
    /// What the standard counts after arrival, seconds: setting up, water on the fire.
    pub setup_s: Option<f64>,
    /// Whose demand is judged together; absent: each built-up area, without any the whole study.
    pub per: Option<Per>,
}

fn first() -> u8 {
    1
}

/// What a rule's clock counts for one station.
struct RuleClock {
    clock: Clock,
    turnout: Option<TravelTime>,
    setup: TravelTime,
}

impl RuleClock {
    /// Everything beside the travel time.
    fn beside(&self, own: TravelTime) -> i64 {
        let turnout = self.turnout.unwrap_or(own);
        i64::from((self.clock.before_wheels(turnout) + self.setup).as_millis())
    }
}

impl Time {
    fn limit_ms(&self) -> i64 {
        i64::from(TravelTime::from_seconds_f64(self.limit_s).unwrap_or(TravelTime::MAX).as_millis())
    }

    /// The clock, or why there is none.
    fn clock(&self, facts: &Facts) -> Result<RuleClock, Met> {
        let seconds = |x: Option<f64>| x.and_then(TravelTime::from_seconds_f64);
        let name = self.clock.unwrap_or(facts.clock.name);
        let handling = seconds(self.call_handling_s).or(facts.call_handling);
        if name == ClockName::Call && handling.is_none() {
            return Err(Met::unknown(
                "the rule counts from the call, and neither it nor the study ([response] call_handling_s) says how long call handling takes",
                "该条自接警起计时，但条文和[response] call_handling_s均未给出接处警时间",
            ));
        }
        Ok(RuleClock {
            clock: Clock { name, call_handling: handling.unwrap_or(facts.clock.call_handling) },
            turnout: seconds(self.turnout_s),
            setup: seconds(self.setup_s).unwrap_or(TravelTime::ZERO),
        })
    }

    /// Time of the arrival asked about, in ms on the rule's clock: exactly, or between bounds (`None`: never).
    fn arrival(&self, clock: &RuleClock, facts: &Facts, at: usize, phase: Phase, shift: Option<i64>) -> Arrived {
        let due = &facts.demand[at].due[phase as usize];
        let mut times: Vec<i64> = due
            .iter()
            .flatten()
            .map(|a| i64::from(a.travel.as_millis()) + clock.beside(a.turnout))
            .collect();
        times.sort_unstable();
        let wanted = usize::from(self.due) - 1;
        let listed = times.get(wanted).copied();
        let (Some(shift), Some(last)) = (shift, due[2]) else {
            // The same order on both clocks, or every station that comes is listed.
            return Arrived { least: listed, most: listed };
        };
        // Whoever is not listed comes on the study's clock after the third.
        let unlisted = i64::from((facts.clock.before_wheels(last.turnout) + last.travel).as_millis()) + shift;
        Arrived { least: listed.map(|t| t.min(unlisted)), most: listed }
    }
}

struct Arrived {
    least: Option<i64>,
    most: Option<i64>,
}

/// The least that the rule's clock gains on the study's over all open stations; `None` when it is the same for all, so that
/// both clocks order the stations alike.
fn shift(clock: &RuleClock, facts: &Facts, choice: &Choice) -> Option<i64> {
    let study = facts.clock;
    let gains: Vec<i64> = choice
        .open
        .iter()
        .filter_map(|o| facts.sites.get(o.site))
        .map(|site| clock.beside(site.turnout) - i64::from(study.before_wheels(site.turnout).as_millis()))
        .collect();
    let (least, most) = (gains.iter().min()?, gains.iter().max()?);
    (least != most).then_some(*least)
}

impl Behaviour for Time {
    fn check(&self) -> Result<(), Fault> {
        a_time("limit_s", self.limit_s)?;
        a_percentile(self.percentile)?;
        if !(1..=3).contains(&self.due) {
            return Err(Fault::new("due", format!("due is {}", self.due), "write 1, 2 or 3: the first, second or third due station"));
        }
        for (key, value) in
            [("call_handling_s", self.call_handling_s), ("turnout_s", self.turnout_s), ("setup_s", self.setup_s)]
        {
            not_below_zero(key, value.unwrap_or(0.0), "seconds")?;
        }
        if self.call_handling_s.is_some() && self.clock.is_some_and(|c| c != ClockName::Call) {
            let message = format!("call_handling_s is given, and the clock {} does not count it", self.clock.map_or("", ClockName::word));
            return Err(Fault::new("call_handling_s", message, "leave it out, or write clock = \"call\""));
        }
        if self.turnout_s.is_some() && self.clock == Some(ClockName::Wheels) {
            return Err(Fault::new(
                "turnout_s",
                "turnout_s is given, and the clock wheels does not count it",
                "leave it out, or write clock = \"order\"",
            ));
        }
        if self.setup_s.is_some_and(|setup| setup >= self.limit_s) {
            return Err(Fault::new("setup_s", format!("setup_s is {}, and limit_s {}", plain(self.setup_s.unwrap_or(0.0)), plain(self.limit_s)), "write less than limit_s"));
        }
        Ok(())
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        places::words(rule, self.per)
    }

    fn judge(&self, rule: &Rule, facts: &Facts, before: &Choice, after: &Choice) -> Vec<Judgement> {
        let clock = match self.clock(facts) {
            Ok(clock) => clock,
            Err(why) => {
                return match places(rule, facts, self.per) {
                    Err(judgement) => vec![*judgement],
                    Ok(found) => found
                        .into_iter()
                        .map(|p| Judgement { proof: p.proof, ..Judgement::unknown(rule, p.kind, p.subject, p.district, why.clone()) })
                        .collect(),
                };
            }
        };
        let shifts = [shift(&clock, facts, before), shift(&clock, facts, after)];
        match places(rule, facts, self.per) {
            Err(judgement) => vec![*judgement],
            Ok(found) => found.into_iter().map(|place| self.judge_place(rule, facts, &clock, shifts, place)).collect(),
        }
    }
}

impl Time {
    fn judge_place(&self, rule: &Rule, facts: &Facts, clock: &RuleClock, shifts: [Option<i64>; 2], place: PlaceOf) -> Judgement {
        let wanted = self.percentile.map_or(1.0, |p| p / 100.0);
        let limit = self.limit_ms();
        let within = |phase: Phase| {
            move |at: usize| {
                let arrived = self.arrival(clock, facts, at, phase, shifts[phase as usize]);
                match (arrived.least, arrived.most) {
                    (_, Some(most)) if most <= limit => Some(true),
                    (Some(least), _) if least <= limit => None,
                    _ => Some(false),
                }
            }
        };
        let standing = share(facts, &place.demand, within(Phase::Before));
        let proposed = share(facts, &place.demand, within(Phase::After));
        let name = clock.clock.name.word();
        let met = enough(proposed.as_ref(), wanted, || {
            Met::unknown(
                format!("stations turn out at different speeds, and the study's clock ({}) lists three due stations only: on the rule's clock ({name}) another one may come first", facts.clock.name.word()),
                format!("各站出动时间不同，本研究按“{}”计时只列出前三到场站，按该条“{name}”计时可能由其他站先到", facts.clock.name.word()),
            )
        });
        let reached = self.reached(facts, clock, &place.demand, shifts[1], wanted);
        let least = |s: &Option<places::Share>| s.as_ref().map(|s| s.least);
        let (was, will) = (least(&standing), least(&proposed));
        let due = ["", " second-due", " third-due"][usize::from(self.due) - 1];
        let due_zh = ["", "第二到场", "第三到场"][usize::from(self.due) - 1];
        let from = match clock.clock.name {
            ClockName::Call => ("of the call", "自接警起"),
            ClockName::Order => ("of the turn-out order", "自接到出动指令起"),
            ClockName::Wheels => ("of travel", "行车时间"),
        };
        let seconds = plain(self.limit_s);
        let (tail, tail_zh) = match reached {
            Some(ms) if matches!(met, Met::No) => (
                format!("; {} is reached within {}", percent(Some(wanted)), TravelTime::millis(ms)),
                format!("；{}需{}", percent(Some(wanted)), TravelTime::millis(ms)),
            ),
            _ => (String::new(), String::new()),
        };
        Judgement {
            required: Some(wanted),
            standing: was,
            proposed: will,
            unit: "share",
            sentence: format!(
                "{}: {} of the demand has its{due} station within {seconds} s {}, {} before the plan, {} wanted{tail}.",
                place.subject, percent(will), from.0, percent(was), percent(Some(wanted))
            ),
            sentence_zh: format!(
                "{}：{}{seconds}秒内{due_zh}覆盖{}，规划前{}，要求{}{tail_zh}。",
                place.subject, from.1, percent(will), percent(was), percent(Some(wanted))
            ),
            proof: match proposed {
                Some(share) if matches!(met, Met::No) && !share.beyond.is_empty() => Proof::Demand(share.beyond),
                _ => place.proof,
            },
            met,
            ..Judgement::new(rule, place.kind, place.subject.clone(), place.district)
        }
    }

    /// Time within which the wanted share is reached after the plan, in ms on the rule's clock; `None` when it is not, or
    /// cannot be said.
    fn reached(&self, facts: &Facts, clock: &RuleClock, demand: &[usize], shift: Option<i64>, wanted: f64) -> Option<u32> {
        let mut times: Vec<(i64, f64)> = Vec::new();
        let mut all = 0.0;
        for &at in demand {
            let weight = facts.demand[at].weight.0;
            all += weight;
            let arrived = self.arrival(clock, facts, at, Phase::After, shift);
            match (arrived.least, arrived.most) {
                (Some(least), Some(most)) if least == most => times.push((most, weight)),
                (None, None) => {}
                _ => return None,
            }
        }
        times.sort_by_key(|(time, _)| *time);
        let mut sum = 0.0;
        for (time, weight) in times {
            sum += weight;
            if sum >= (wanted - places::TINY) * all {
                return u32::try_from(time).ok();
            }
        }
        None
    }
}
