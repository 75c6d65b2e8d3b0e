//! A road distance for a share of the demand: 1.5 road miles of an engine company, 2.5 of a ladder service (ISO FSRS).
//!
//! Judged by the shortest way by road that the vehicle may drive, access legs left out. A road network without lengths
//! (plain arcs with times) is judged by the travel time that the rule's curve gives for the distance, where it names one.

use firesite_model::{Metres, TravelTime};
use schemars::JsonSchema;
use serde::Deserialize;

use super::places::{self, PlaceOf, Share, enough, places, share};
use super::{Behaviour, a_percentile, above_zero};
use crate::faults::Fault;
use crate::text::{percent, plain};
use crate::{Choice, Facts, Judgement, METRES_PER_MILE, Met, Per, Phase, Proof, Rule, TravelCurve};

/// Parameters of `distance`: one of `limit_m` and `limit_mi` is required.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Distance {
    /// Longest road distance, metres.
    pub limit_m: Option<f64>,
    /// Longest road distance, statute miles.
    pub limit_mi: Option<f64>,
    /// Share of the demand, per cent; absent: all of it.
    pub percentile: Option<f64>,
    /// Class ids of the stations that count; absent: any.
    #[serde(default)]
    pub served_by: Vec<String>,
    /// How the standard turns the distance into travel time; judged by it where the network has no lengths.
    pub curve: Option<TravelCurve>,
    /// Whose demand is judged together; absent: each built-up area, without any the whole study.
    pub per: Option<Per>,
}

impl Distance {
    /// The limit.
    pub fn limit(&self) -> Metres {
        Metres(self.limit_m.or(self.limit_mi.map(|mi| mi * METRES_PER_MILE)).unwrap_or(0.0))
    }

    /// The classes asked about, sorted: the key of [`Facts::road`].
    pub fn classes(&self) -> Vec<String> {
        let mut classes = self.served_by.clone();
        classes.sort();
        classes.dedup();
        classes
    }

    fn told(&self) -> String {
        match self.limit_mi {
            Some(mi) => format!("{} road miles", plain(mi)),
            None => format!("{} m by road", plain(self.limit().0)),
        }
    }

    /// Shares before and after, and whether travel time stood in for distance; the error says why there are none.
    fn shares(&self, facts: &Facts, demand: &[usize]) -> Result<([Option<Share>; 2], bool), Met> {
        let limit = self.limit();
        if let Some(road) = facts.road.get(&self.classes()) {
            let within = |phase: Phase| {
                move |at: usize| Some(road[phase as usize].get(at).copied().flatten().is_some_and(|d| d.0 <= limit.0))
            };
            return Ok(([Phase::Before, Phase::After].map(|p| share(facts, demand, within(p))), false));
        }
        let (Some(curve), true) = (self.curve, self.served_by.is_empty()) else {
            return Err(Met::unknown(
                "the road network has no lengths, and the rule names no curve of travel time by distance for all stations",
                "路网没有长度，且该条未给出适用于全部消防站的距离—时间曲线",
            ));
        };
        let longest = curve.time(limit);
        // Least travel time: the first on the study's clock need not have it, but the due ones are listed with it.
        let within = |phase: Phase| {
            move |at: usize| {
                let due = &facts.demand[at].due[phase as usize];
                let near = due.iter().flatten().any(|a| a.travel <= longest);
                // With three listed, a fourth with a slow turnout may be nearer.
                if !near && due[2].is_some() && !alike(facts) { None } else { Some(near) }
            }
        };
        Ok(([Phase::Before, Phase::After].map(|p| share(facts, demand, within(p))), true))
    }
}

/// Whether all sites turn out alike, so that the first due is the nearest by travel time.
fn alike(facts: &Facts) -> bool {
    facts.clock.name == crate::ClockName::Wheels || facts.sites.windows(2).all(|p| p[0].turnout == p[1].turnout)
}

impl Behaviour for Distance {
    fn check(&self) -> Result<(), Fault> {
        match (self.limit_m, self.limit_mi) {
            (None, None) => return Err(Fault::new("limit_m", "neither limit_m nor limit_mi is given", "add limit_m = … in metres, or limit_mi = … in miles")),
            (Some(_), Some(_)) => return Err(Fault::new("limit_mi", "both limit_m and limit_mi are given", "keep one of them")),
            (Some(m), None) => above_zero("limit_m", m, "metres")?,
            (None, Some(mi)) => above_zero("limit_mi", mi, "miles")?,
        }
        a_percentile(self.percentile)
    }

    fn subjects(&self, rule: &Rule) -> (String, String) {
        places::words(rule, self.per)
    }

    fn judge(&self, rule: &Rule, facts: &Facts, _before: &Choice, _after: &Choice) -> Vec<Judgement> {
        match places(rule, facts, self.per) {
            Err(judgement) => vec![*judgement],
            Ok(found) => found.into_iter().map(|place| self.judge_place(rule, facts, place)).collect(),
        }
    }
}

impl Distance {
    fn judge_place(&self, rule: &Rule, facts: &Facts, place: PlaceOf) -> Judgement {
        let wanted = self.percentile.map_or(1.0, |p| p / 100.0);
        let ([standing, proposed], by_time) = match self.shares(facts, &place.demand) {
            Ok(shares) => shares,
            Err(why) => {
                return Judgement { proof: place.proof, ..Judgement::unknown(rule, place.kind, place.subject, place.district, why) };
            }
        };
        let met = enough(proposed.as_ref(), wanted, || {
            Met::unknown("stations turn out at different speeds, so the nearest one may not be among the three listed", "各站出动时间不同，最近的消防站可能未列入前三到场站")
        });
        let least = |s: &Option<Share>| s.as_ref().map(|s| s.least);
        let (was, will) = (least(&standing), least(&proposed));
        let time = |curve: TravelCurve| -> TravelTime { curve.time(self.limit()) };
        let (note, note_zh) = match (self.curve, by_time) {
            (Some(curve), true) => (
                format!("; judged by the {} of travel that the curve {} gives for it, as the network has no lengths", time(curve), curve.word()),
                format!("；路网没有长度，按{}曲线折算为行车{}判定", curve.word(), time(curve)),
            ),
            (Some(curve), false) => (
                format!(" ({} of travel by the curve {})", time(curve), curve.word()),
                format!("（按{}曲线折合行车{}）", curve.word(), time(curve)),
            ),
            (None, _) => (String::new(), String::new()),
        };
        Judgement {
            required: Some(wanted),
            standing: was,
            proposed: will,
            unit: "share",
            sentence: format!(
                "{}: {} of the demand within {}{note}, {} before the plan, {} wanted.",
                place.subject, percent(will), self.told(), percent(was), percent(Some(wanted))
            ),
            sentence_zh: format!(
                "{}：沿道路{}米内覆盖{}{note_zh}，规划前{}，要求{}。",
                place.subject, plain(self.limit().0.round()), percent(will), percent(was), percent(Some(wanted))
            ),
            proof: match proposed {
                Some(share) if matches!(met, Met::No) && !share.beyond.is_empty() => Proof::Demand(share.beyond),
                _ => place.proof,
            },
            met,
            ..Judgement::new(rule, place.kind, place.subject.clone(), place.district)
        }
    }
}
