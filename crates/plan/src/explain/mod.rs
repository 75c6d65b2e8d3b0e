//! Why here, why not there: a place against the plan's main scenario.
//!
//! Everything is recomputed from `plan.json` and the instance file beside it: what the place adds to the plan as it is, which
//! conditions it breaks, which chosen place it would take the place of, and what the whole plan loses when it is forced in (or
//! left out), searched anew with a bound. Without the study only places that the plan knows can be asked: stations and
//! candidates; a coordinate is answered by the nearest of them, and its distance is told. With the study (an argument of
//! [`explain()`]), any coordinate becomes a candidate of its own.

mod case;
mod free;
pub(crate) mod words;

pub(crate) use case::open_ids;

use std::path::Path;

use firesite_model::{Coord, Finding, Place};
use serde::{Deserialize, Serialize};

use crate::difference::{Difference, Relation};
use crate::plan_json::{Level, PlanFile, Scenario};
use crate::verify::{read_instance, read_plan};
use crate::{Error, Study, codes};
use case::Case;

/// A place asked about without its study is answered by a known one at most this far away, metres.
const KNOWN_WITHIN_M: f64 = 500.0;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Any place: longitude, latitude.
    Site(Coord<f64>),
    /// A station or candidate of the plan, by id.
    Station(String),
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Name of the study.
    pub study: String,
    /// The main scenario, which is asked about.
    pub scenario: String,
    /// The place that is answered for.
    pub place: ExplainedPlace,
    /// Whether a station can stand there at all; `sentences` says why not.
    pub possible: bool,
    /// What each class would do there, or what another class would; the class of the plan comes first.
    pub options: Vec<ExplainedOption>,
    /// The plan searched anew: with a station forced in where there is none, without it where there is one.
    pub forced: Option<Forced>,
    /// The answer in words.
    pub sentences: Vec<Sentence>,
}

/// One sentence in two languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// The place that is answered for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExplainedPlace {
    /// Id in the plan, or one made up for a place of its own.
    pub id: String,
    /// Name.
    pub name: String,
    /// `existing`, `upgraded`, `new`, `closed`, `candidate`, or `place` for a coordinate of its own.
    pub status: String,
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
    /// From the coordinate asked about, metres; 0 where it is answered for itself.
    pub away_m: f64,
    /// Code of its district.
    pub district: Option<String>,
    /// Id of the built-up area it belongs to.
    pub built_up: Option<String>,
    /// From the road, metres; null where the plan does not tell.
    pub access_m: Option<f64>,
}

/// A class at the place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExplainedOption {
    /// Class id.
    pub class: String,
    /// Whether the plan has it.
    pub chosen: bool,
    /// What it adds to the plan as it is, level by level; of a chosen one: what is lost where it is simply left out.
    pub adds: Vec<LevelChange>,
    /// Covered weight that it adds, whatever the target shares: everywhere.
    pub covered: f64,
    /// The same by built-up area, where it is not zero; an empty id: outside all of them.
    pub areas: Vec<AreaChange>,
    /// Length of road that it adds within the limit, km; known with the study alone.
    pub road_km: Option<f64>,
    /// Conditions of the plan that it breaks (of a chosen one: that break without it).
    pub breaks: Vec<Broken>,
    /// The new station whose place it would best take, all else left as it is.
    pub instead_of: Option<Swap>,
}

/// The value of one level with and without.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LevelChange {
    /// `cover`, `cost`, `count` or `time`.
    pub level: String,
    /// Unit.
    pub unit: String,
    /// Without the station at this place.
    pub without: f64,
    /// With it.
    pub with: f64,
}

/// Covered weight of one built-up area.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AreaChange {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Without the station at this place.
    pub without: f64,
    /// With it.
    pub with: f64,
    /// Covered weight beyond this is worth nothing in the first level.
    pub target: Option<f64>,
}

/// A condition that is broken.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Broken {
    /// Rule (or `counts`, `stands`).
    pub rule: String,
    /// The condition, or the judgement of a rule that does not bind.
    pub message: String,
    /// Whether the scenario obeys it as a condition.
    pub binding: bool,
}

/// A place taken instead of another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Swap {
    /// Id of the new station that gives way.
    pub station: String,
    /// Values of the levels: the plan as it is (`without`) and with the exchange (`with`).
    pub levels: Vec<LevelChange>,
}

/// The plan searched anew.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forced {
    /// `in`: a station must stand here; `out`: none may.
    pub how: String,
    /// `optimal`, `feasible`, `infeasible` or `unknown`, of the levels searched.
    pub status: String,
    /// By how much the best plan is better than the best plan so forced, level by level.
    pub loses: Vec<Difference>,
    /// Stations (place/class) of the new plan that the old one has not.
    pub opens: Vec<String>,
    /// Stations (place/class) of the old plan that the new one has not: what is displaced.
    pub closes: Vec<String>,
    /// Conditions that cannot hold together with it, where it is infeasible.
    pub conflict: Vec<String>,
}

impl Explanation {
    /// Whether a plan with (or without) this place exists, as asked.
    pub fn met(&self) -> bool {
        self.possible && self.forced.as_ref().is_none_or(|f| f.status != "infeasible")
    }
}

/// Explains a place of a plan: `plan` is a `plan.json`, or the folder that holds it.
///
/// With a study, which must be the one the plan was made from, a coordinate is judged as a candidate of its own; that
/// reads the roads again.
///
/// # Errors
/// [`Error::Input`] when the plan or its instance cannot be read, the id is unknown, the study is another one, or a coordinate
/// lies too far from everything that the plan knows and no study is given.
pub fn explain(plan: &Path, asked: &Asked, study: Option<&Study>) -> Result<Explanation, Error> {
    let file = if plan.is_dir() { plan.join("plan.json") } else { plan.to_path_buf() };
    let document = read_plan(&file)?;
    let shown = file.display().to_string();
    let scenario = main_of(&document).ok_or_else(|| refuse(&shown, "the plan has no scenario", "plan again"))?;
    if scenario.optimum.objective.is_none() {
        return Err(refuse(
            &shown,
            format!("the main scenario \"{}\" has no plan ({})", scenario.name, scenario.optimum.status),
            "explain a plan whose main scenario can be met; conflicts in plan.json say why this one cannot",
        ));
    }
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    if let (Asked::Site(at), Some(study)) = (asked, study) {
        return free::explain(&document, scenario, study, *at, &shown);
    }
    let instance = read_instance(&folder, scenario)?.map_err(|reason| refuse(&shown, reason, "plan again"))?;
    let place = known_place(&document, scenario, asked, &shown)?;
    let case = Case::new(&document, scenario, instance, Relation::Restricted)?;
    Ok(case.explain(place, &[], None))
}

pub(crate) fn main_of(document: &PlanFile) -> Option<&Scenario> {
    document.scenarios.iter().find(|s| Some(&s.name) == document.study.main.as_ref()).or(document.scenarios.first())
}

fn refuse(file: &str, message: impl Into<String>, remedy: impl Into<String>) -> Error {
    Error::one(Finding::fatal(codes::PLACE_UNKNOWN, Place::file(file), message, remedy))
}

/// A station or candidate that the plan lists: by id, or the nearest to a coordinate.
fn known_place(document: &PlanFile, scenario: &Scenario, asked: &Asked, shown: &str) -> Result<ExplainedPlace, Error> {
    let stations = scenario.stations.iter().map(|s| ExplainedPlace {
        id: s.id.clone(),
        name: s.name.clone(),
        status: s.status.clone(),
        lon: s.lon,
        lat: s.lat,
        away_m: 0.0,
        district: s.district.clone(),
        built_up: s.built_up.clone(),
        access_m: s.access_m,
    });
    let candidates = document.candidate_sites.iter().map(|c| ExplainedPlace {
        id: c.id.clone(),
        name: c.name.clone(),
        status: "candidate".into(),
        lon: c.lon,
        lat: c.lat,
        away_m: 0.0,
        district: c.district.clone(),
        built_up: c.built_up.clone(),
        access_m: c.access_m,
    });
    // A candidate that was chosen is a station; its line there says more.
    let mut places: Vec<ExplainedPlace> = stations.collect();
    let taken: std::collections::BTreeSet<String> = places.iter().map(|p| p.id.clone()).collect();
    places.extend(candidates.filter(|c| !taken.contains(&c.id)));
    match asked {
        Asked::Station(id) => {
            let nearest = crate::study_file::nearest_of(id, places.iter().map(|p| p.id.as_str()));
            places.into_iter().find(|p| p.id == *id).ok_or_else(|| {
                refuse(
                    shown,
                    format!("the plan has no station or candidate \"{id}\""),
                    format!("write an id of tables/stations.csv or tables/candidates.csv{nearest}"),
                )
            })
        }
        Asked::Site(at) => {
            for place in &mut places {
                place.away_m = crate::areas::metres(*at, Coord { x: place.lon, y: place.lat });
            }
            let near = places.into_iter().min_by(|a, b| a.away_m.total_cmp(&b.away_m).then_with(|| a.id.cmp(&b.id)));
            match near {
                Some(mut near) if near.away_m <= KNOWN_WITHIN_M => {
                    near.away_m = crate::plan_json::rounded(near.away_m, 1);
                    Ok(near)
                }
                Some(near) => Err(refuse(
                    shown,
                    format!(
                        "{},{} lies {:.1} km from the nearest place the plan knows, {}",
                        at.x,
                        at.y,
                        near.away_m / 1000.0,
                        near.id
                    ),
                    "add --study STUDY.toml, so that the place itself is judged on the roads",
                )),
                None => Err(refuse(shown, "the plan knows no place", "add --study STUDY.toml")),
            }
        }
    }
}

/// The levels of a plan as claims, in whole units of the instance.
pub(crate) fn claims(levels: &[Level]) -> Vec<firesite_problem::LevelClaim> {
    levels
        .iter()
        .map(|l| firesite_problem::LevelClaim {
            objective: l.exact,
            bound: l.exact_bound,
            status: if l.exact.is_some() && l.exact == l.exact_bound {
                firesite_problem::Status::Optimal
            } else {
                firesite_problem::Status::Feasible
            },
        })
        .collect()
}
