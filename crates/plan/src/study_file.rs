//! `study.toml` as plain structs: every key of the file, and nothing else.
//!
//! Unknown keys are errors that name the nearest known one, with the line. Only `[study] name`, `[roads]`, `[stations]`
//! and `[demand]` are required, and for `check` only the name and any layer; what else is absent has the default written
//! at its key. All paths are relative to the study file. The keys on one page: `STUDY.md` beside this crate's manifest.

use std::collections::BTreeMap;
use std::fmt;

use firesite_model::{Date, Finding, Nature, Place};
use schemars::JsonSchema;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::codes;

/// A whole study file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// `[study]`: what it is.
    pub study: StudySection,
    /// `[roads]`: OSM, GeoJSON or DIMACS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roads: Option<RoadsSection>,
    /// `[profile]`: the vehicle; absent: `fire-engine`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<LayerSection>,
    /// `[response]`: clock and limits.
    #[serde(default)]
    pub response: ResponseSection,
    /// `[stations]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stations: Option<LayerSection>,
    /// `[demand]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demand: Option<LayerSection>,
    /// `[districts]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub districts: Option<LayerSection>,
    /// `[towns]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub towns: Option<LayerSection>,
    /// `[built_up]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built_up: Option<LayerSection>,
    /// `[barriers]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barriers: Option<LayerSection>,
    /// `[hazards]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazards: Option<LayerSection>,
    /// `[exits]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exits: Option<LayerSection>,
    /// `[must_serve]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub must_serve: Option<LayerSection>,
    /// `[hydrants]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hydrants: Option<LayerSection>,
    /// `[candidates]`: a layer, or how to generate one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<CandidatesSection>,
    /// `[statements]`: what the sources say, one figure a row ([`crate::statements`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statements: Option<LayerSection>,
    /// `[rules]`: packs, overrides, additions.
    #[serde(default)]
    pub rules: RulesSection,
    /// `[[scenarios]]`; none: one named `plan` with every rule and free counts.
    #[serde(default)]
    pub scenarios: Vec<ScenarioSection>,
    /// `[solve]`.
    #[serde(default)]
    pub solve: SolveSection,
    /// `[wind]`: where it blows from; absent: rules about upwind sites cannot be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wind: Option<WindSection>,
    /// `[phases]`; absent: no schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phases: Option<PhasesSection>,
    /// `[output]`.
    #[serde(default)]
    pub output: OutputSection,
}

/// `[study]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudySection {
    /// Short name.
    #[serde(deserialize_with = "not_blank")]
    pub name: String,
    /// Title in the study's first language; absent: the name.
    pub title: Option<String>,
    /// Chinese title.
    pub title_zh: Option<String>,
    /// The least real of its inputs; absent: computed from them.
    #[serde(default, deserialize_with = "nature")]
    pub nature: Option<NatureWord>,
    /// The day at which ages are judged.
    #[serde(default, deserialize_with = "date")]
    pub reference_date: Option<DateWord>,
    /// The study area; absent: the union of the districts, else what can be reached.
    pub boundary: Option<String>,
    /// Whether layers may lie outside the study's folder.
    #[serde(default)]
    pub outside: bool,
}

/// A layer: the same keys in every section.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerSection {
    /// File, relative to the study.
    #[serde(deserialize_with = "not_blank")]
    pub file: String,
    /// Coordinate system, where it is not WGS84 and the file does not say.
    pub crs: Option<String>,
    /// Property → column of the file.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// How real it is.
    #[serde(default, deserialize_with = "nature")]
    pub nature: Option<NatureWord>,
}

/// `[roads]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoadsSection {
    /// File, relative to the study.
    #[serde(deserialize_with = "not_blank")]
    pub file: String,
    /// Coordinate system, where it is not WGS84 and the file does not say.
    pub crs: Option<String>,
    /// Property → column of the file.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// How real it is.
    #[serde(default, deserialize_with = "nature")]
    pub nature: Option<NatureWord>,
    /// DIMACS: the `.co` file.
    pub coordinates: Option<String>,
    /// DIMACS: milliseconds of one unit of weight (default 1).
    #[serde(default, deserialize_with = "positive")]
    pub unit_ms: Option<f64>,
}

/// `[candidates]`: `file` and its keys, or `generate`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CandidatesSection {
    /// File, relative to the study.
    pub file: Option<String>,
    /// Coordinate system, where it is not WGS84 and the file does not say.
    pub crs: Option<String>,
    /// Property → column of the file.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// How real it is.
    #[serde(default, deserialize_with = "nature")]
    pub nature: Option<NatureWord>,
    /// Points along roads instead of a file.
    pub generate: Option<GenerateSection>,
}

/// `[candidates] generate`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateSection {
    /// Distance between points along one road, metres.
    #[serde(deserialize_with = "positive_number")]
    pub every_m: f64,
    /// Road classes; absent: tertiary, secondary, primary, trunk and their links, residential and unclassified.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Roles of built-up areas, and `anywhere`; absent: every built-up area, anywhere where there is none.
    #[serde(default)]
    pub within: Vec<String>,
    /// Distance of a candidate from the middle of its road, metres, on the side with most room (default 0).
    #[serde(default, deserialize_with = "not_negative")]
    pub setback_m: Option<f64>,
    /// Rules about the place itself that generated candidates must keep; absent: every hard one in force; `[]`: none. What
    /// they removed is counted by rule.
    pub site_rules: Option<Vec<String>>,
    /// Candidates downwind of a hazardous site within so many metres are left out (needs `[wind]`).
    #[serde(default, deserialize_with = "not_negative")]
    pub upwind_within_m: Option<f64>,
}

/// `[response]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseSection {
    /// `call`, `order` (default) or `wheels`.
    pub clock: Option<String>,
    /// Turnout of stations that state none, seconds (default 60).
    #[serde(default, deserialize_with = "seconds")]
    pub turnout_s: Option<f64>,
    /// Covered means response time ≤ this, seconds (default 300).
    #[serde(default, deserialize_with = "seconds")]
    pub limit_s: Option<f64>,
    /// Call answering and dispatch, counted from the call only, seconds (default 150).
    #[serde(default, deserialize_with = "seconds")]
    pub call_handling_s: Option<f64>,
    /// Speed between a place and the road, km/h (default 15).
    #[serde(default, deserialize_with = "positive")]
    pub access_kmh: Option<f64>,
    /// Farthest a place may lie from the road, metres (default 500).
    #[serde(default, deserialize_with = "not_negative")]
    pub access_max_m: Option<f64>,
    /// Response time that unreachable demand counts as in the time level, seconds (default 1800).
    #[serde(default, deserialize_with = "seconds")]
    pub worst_s: Option<f64>,
    /// Whether a service area may reach into another district (default true).
    pub across_districts: Option<bool>,
}

/// `[rules]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesSection {
    /// Packaged packs, or files of packs.
    #[serde(default)]
    pub packs: Vec<String>,
    /// Single parameters of rules of the packs.
    #[serde(default, rename = "override")]
    #[schemars(schema_with = "crate::schema::overrides")]
    pub overrides: Vec<toml::Table>,
    /// Whole rules.
    #[serde(default)]
    #[schemars(schema_with = "firesite_standards::rule_list_schema")]
    pub add: Vec<toml::Table>,
    /// The share of covered weight asked of each built-up area, beyond which coverage is worth nothing: a number for
    /// all, or a table by role (`seat`, `core`, `town`, `cluster`, and `all` for a study without built-up areas).
    /// Default: 0.95 for towns, 0.9 for the other roles, 1 without built-up areas. The Chinese standards state none.
    #[serde(default)]
    pub alpha: Option<Alpha>,
    /// Which towns of the tier `other` count as `developed`: by list, or by thresholds; absent: as the towns layer says.
    #[serde(default)]
    pub developed_towns: Option<DevelopedTowns>,
}

/// `[rules] developed_towns`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DevelopedTowns {
    /// Codes or names.
    #[serde(default)]
    pub towns: Vec<String>,
    /// More residents than this.
    #[serde(default, deserialize_with = "not_negative")]
    pub population: Option<f64>,
    /// A built-up area larger than this, km².
    #[serde(default, deserialize_with = "not_negative")]
    pub built_up_km2: Option<f64>,
}

/// `[rules] alpha`: one share, or one by role.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Alpha {
    /// The same for every role.
    Same(f64),
    /// By role; what is not named has its default.
    By(BTreeMap<String, f64>),
}

/// The roles that [`Alpha`] may name.
pub const ALPHA_ROLES: [&str; 5] = ["seat", "core", "town", "cluster", "all"];

impl<'de> Deserialize<'de> for Alpha {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shares;
        fn share<E: de::Error>(x: f64) -> Result<f64, E> {
            if (0.0..=1.0).contains(&x) {
                Ok(x)
            } else {
                Err(E::custom(format!("a share is between 0 and 1, found {x}")))
            }
        }
        impl<'de> Visitor<'de> for Shares {
            type Value = Alpha;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share between 0 and 1, or a table of role = share")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Alpha, E> {
                share(n as f64).map(Alpha::Same)
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Alpha, E> {
                share(x).map(Alpha::Same)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Alpha, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((role, value)) = map.next_entry::<String, f64>()? {
                    if !ALPHA_ROLES.contains(&role.as_str()) {
                        return Err(de::Error::custom(format!(
                            "\"{role}\" is no role; write one of {}",
                            ALPHA_ROLES.join(", ")
                        )));
                    }
                    table.insert(role, share(value)?);
                }
                Ok(Alpha::By(table))
            }
        }
        deserializer.deserialize_any(Shares)
    }
}

impl RulesSection {
    /// α of a role, its default where the study says nothing.
    pub fn alpha_of(&self, role: &str) -> f64 {
        let default = match role {
            "all" => 1.0,
            "town" => 0.95,
            _ => 0.9,
        };
        match &self.alpha {
            None => default,
            Some(Alpha::Same(share)) => *share,
            Some(Alpha::By(table)) => table.get(role).copied().unwrap_or(default),
        }
    }
}

/// One of `[[scenarios]]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioSection {
    /// Short name, unique: letters, digits, `-` and `_`.
    #[serde(deserialize_with = "not_blank")]
    pub name: String,
    /// Title; absent: the name.
    pub title: Option<String>,
    /// Chinese title.
    pub title_zh: Option<String>,
    /// Ids of the rules that the plan must obey; absent: every hard rule. All rules are judged either way.
    pub rules: Option<Vec<String>>,
    /// How many stations exactly; an absent key is free.
    #[serde(default)]
    pub counts: CountsSection,
}

/// `counts`: exactly so many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountsSection {
    /// New stations.
    pub new: Option<Count>,
    /// Upgrades in place.
    pub upgraded: Option<Count>,
}

/// A count in all, or one per district or town (code or name).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Count {
    /// In all.
    All(u32),
    /// By district or town; what is not named is 0.
    By(BTreeMap<String, u32>),
}

impl Count {
    /// The sum.
    pub fn total(&self) -> u64 {
        match self {
            Count::All(n) => u64::from(*n),
            Count::By(table) => table.values().copied().map(u64::from).sum(),
        }
    }
}

// Written out because `untagged` would lose the line of a fault.
impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counts;
        impl<'de> Visitor<'de> for Counts {
            type Value = Count;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or a table of district or town = whole number")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Count, E> {
                u32::try_from(n).map(Count::All).map_err(|_| E::custom(format!("a count is 0 or more, found {n}")))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, i64>()? {
                    let value = u32::try_from(value)
                        .map_err(|_| de::Error::custom(format!("a count is 0 or more, found {value}")))?;
                    table.insert(key, value);
                }
                Ok(Count::By(table))
            }
        }
        deserializer.deserialize_any(Counts)
    }
}

/// `[solve]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolveSection {
    /// The scenario that the layers show and that decides the exit code; absent: the first.
    pub main: Option<String>,
    /// `exact` (default), `local-search` or `greedy`.
    pub method: Option<String>,
    /// Good enough, as a share of the objective (default 0).
    #[serde(default, deserialize_with = "not_negative")]
    pub gap: Option<f64>,
    /// Most work per scenario, in the solver's own unit; absent: a default that keeps the run within minutes.
    pub work_limit: Option<u64>,
    /// Seed of the local search (default 1).
    pub seed: Option<u64>,
    /// What soft rules that put conditions on the choice of sites do: `"judged"` (default: nothing but be judged), `"level"`
    /// (as few and small breaches as possible, right after coverage and before cost), or a table rule = class units of cost
    /// for each station (or km² of service area) missed.
    #[serde(default)]
    pub soft_rules: SoftRules,
}

/// `[solve] soft_rules`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SoftRules {
    /// Judged afterwards.
    #[default]
    Judged,
    /// A level of its own, after coverage.
    Level,
    /// Penalties in class units, by rule; a rule that is not named is judged only.
    Penalties(BTreeMap<String, f64>),
}

impl Serialize for SoftRules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            SoftRules::Judged => serializer.serialize_str("judged"),
            SoftRules::Level => serializer.serialize_str("level"),
            SoftRules::Penalties(table) => table.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SoftRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mode;
        impl<'de> Visitor<'de> for Mode {
            type Value = SoftRules;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"judged\", \"level\", or a table of rule = class units for each station or km² missed")
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<SoftRules, E> {
                match word {
                    "judged" => Ok(SoftRules::Judged),
                    "level" => Ok(SoftRules::Level),
                    _ => Err(E::custom(format!(
                        "\"{word}\" is no way to treat soft rules; write \"judged\", \"level\" or a table of rule = class units"
                    ))),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SoftRules, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((rule, Figure(units))) = map.next_entry::<String, Figure>()? {
                    if !(units > 0.0 && units <= MOST_COST) {
                        return Err(de::Error::custom(format!(
                            "a penalty is a number of class units above 0 and at most {MOST_COST}, found {units}"
                        )));
                    }
                    table.insert(rule, units);
                }
                Ok(SoftRules::Penalties(table))
            }
        }
        deserializer.deserialize_any(Mode)
    }
}

/// A number, written with or without a point.
struct Figure(f64);

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number(deserializer).map(Figure)
    }
}

/// Class units that sums can hold.
const MOST_COST: f64 = 1e6;

/// Points of the compass, 22.5° apart from north clockwise.
pub const COMPASS: [&str; 16] =
    ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];

/// `[wind]`: a wind rose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindSection {
    /// Share of the time that the wind blows from each point of the compass (`N`, `NNE`, `NE`, …); what is missing to 1 is calm.
    #[serde(deserialize_with = "rose")]
    pub from: BTreeMap<String, f64>,
    /// Where the figures come from.
    pub source: Option<String>,
    /// How real they are.
    #[serde(default, deserialize_with = "nature")]
    pub nature: Option<NatureWord>,
}

impl WindSection {
    /// Where the wind mostly blows from, degrees from north clockwise; of equal shares the first from north.
    pub fn prevailing_degrees(&self) -> Option<f64> {
        let shares = COMPASS.iter().enumerate().filter_map(|(at, word)| Some((at, *self.from.get(*word)?)));
        let most = shares.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        (most.1 > 0.0).then_some(most.0 as f64 * 22.5)
    }
}

fn rose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
    let table = BTreeMap::<String, Figure>::deserialize(deserializer)?;
    let mut rose = BTreeMap::new();
    for (word, Figure(share)) in table {
        if !COMPASS.contains(&word.as_str()) {
            return Err(de::Error::custom(format!(
                "\"{word}\" is no point of the compass; write one of {}",
                COMPASS.join(", ")
            )));
        }
        if !(0.0..=1.0).contains(&share) {
            return Err(de::Error::custom(format!("a share of the wind is between 0 and 1, found {share}")));
        }
        rose.insert(word, share);
    }
    let sum: f64 = rose.values().sum();
    if sum > 1.0 + 1e-9 {
        return Err(de::Error::custom(format!("the shares of the wind sum to {sum}, more than 1")));
    }
    Ok(rose)
}

/// `[phases]`: the plan year by year.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhasesSection {
    /// The years, ascending.
    pub years: Vec<i16>,
    /// Most new and upgraded stations a year: a number for all, or a table year = number; absent: no limit.
    #[serde(default)]
    pub build_limit: Option<PerYear>,
    /// Most cost a year, class units: likewise.
    #[serde(default)]
    pub budget: Option<PerYear>,
    /// Where the limits come from.
    pub source: Option<String>,
    /// How real they are.
    #[serde(default, deserialize_with = "nature")]
    pub nature: Option<NatureWord>,
}

/// A figure for every year, or one for some of them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PerYear {
    /// The same every year.
    Same(f64),
    /// By year; what is not named has no limit.
    By(BTreeMap<String, f64>),
}

impl PerYear {
    /// Of a year; nothing: no limit.
    pub fn of(&self, year: i16) -> Option<f64> {
        match self {
            PerYear::Same(x) => Some(*x),
            PerYear::By(table) => table.get(&year.to_string()).copied(),
        }
    }
}

impl<'de> Deserialize<'de> for PerYear {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Years;
        fn checked<E: de::Error>(x: f64) -> Result<f64, E> {
            if (0.0..=MOST_COST).contains(&x) {
                Ok(x)
            } else {
                Err(E::custom(format!("a limit of a year is a number from 0 to {MOST_COST}, found {x}")))
            }
        }
        impl<'de> Visitor<'de> for Years {
            type Value = PerYear;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a table of year = number")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<PerYear, E> {
                checked(n as f64).map(PerYear::Same)
            }
            fn visit_f64<E: de::Error>(self, x: f64) -> Result<PerYear, E> {
                checked(x).map(PerYear::Same)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PerYear, A::Error> {
                let mut table = BTreeMap::new();
                while let Some((year, Figure(x))) = map.next_entry::<String, Figure>()? {
                    if year.parse::<i16>().is_err() {
                        return Err(de::Error::custom(format!("\"{year}\" is no year; write 2021 = …")));
                    }
                    table.insert(year, checked(x)?);
                }
                Ok(PerYear::By(table))
            }
        }
        deserializer.deserialize_any(Years)
    }
}

/// Faults of `[phases]` that types cannot show: key, what is wrong, what would be right.
fn phase_faults(phases: &PhasesSection) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let years = &phases.years;
    if years.is_empty() || !years.windows(2).all(|p| p[0] < p[1]) || years.iter().any(|y| !(1900..=2200).contains(y)) {
        let told = years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        found.push((
            "years",
            format!("years = [{told}] are not years of the calendar in rising order"),
            "write them as years = [2021, 2022, 2023]".to_string(),
        ));
    }
    for (key, limit, whole) in [("build_limit", &phases.build_limit, true), ("budget", &phases.budget, false)] {
        let values: Vec<(String, f64)> = match limit {
            None => continue,
            Some(PerYear::Same(x)) => vec![(String::new(), *x)],
            Some(PerYear::By(table)) => table.iter().map(|(y, x)| (y.clone(), *x)).collect(),
        };
        for (year, x) in values {
            if whole && x.fract() != 0.0 {
                found.push((key, format!("{key} is {x}, and stations are whole"), "write a whole number".to_string()));
            }
            if !year.is_empty() && !years.iter().any(|y| y.to_string() == year) {
                found.push((
                    key,
                    format!("{key} names {year}, which is none of the years"),
                    "write only years of [phases] years".to_string(),
                ));
            }
        }
    }
    found
}

/// `[output]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputSection {
    /// Limits of the isochrones, seconds of response time; absent: 60 % and 100 % of `limit_s`.
    #[serde(default, deserialize_with = "bands")]
    pub bands_s: Vec<f64>,
    /// Resolution of the contours, metres, at least 5 (default 50).
    #[serde(default, deserialize_with = "resolution")]
    pub resolution_m: Option<f64>,
    /// `en` or `zh`: language of the report.
    pub lang: Option<String>,
}

/// `real`, `assumed` or `schematic`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NatureWord(pub Nature);

impl Serialize for NatureWord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateWord(pub Date);

impl Serialize for DateWord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The nature of this word.
pub fn nature_of(word: &str) -> Option<Nature> {
    [Nature::Schematic, Nature::Assumed, Nature::Real].into_iter().find(|n| n.word() == word)
}

fn nature<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NatureWord>, D::Error> {
    let word = String::deserialize(deserializer)?;
    nature_of(&word)
        .map(|n| Some(NatureWord(n)))
        .ok_or_else(|| de::Error::custom(format!("\"{word}\" is no nature; write real, assumed or schematic")))
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateWord>, D::Error> {
    struct Day;
    impl<'de> Visitor<'de> for Day {
        type Value = DateWord;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date as \"2021-01-31\"")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<DateWord, E> {
            text.parse::<Date>()
                .map(DateWord)
                .map_err(|_| E::custom(format!("\"{text}\" is no date; write year-month-day, as 2021-01-31")))
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<DateWord, A::Error> {
            let written = toml::value::Datetime::deserialize(de::value::MapAccessDeserializer::new(map))?;
            self.visit_str(&written.to_string())
        }
    }
    deserializer.deserialize_any(Day).map(Some)
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = f64;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number")
        }
        fn visit_i64<E: de::Error>(self, n: i64) -> Result<f64, E> {
            Ok(n as f64)
        }
        fn visit_f64<E: de::Error>(self, x: f64) -> Result<f64, E> {
            if x.is_finite() { Ok(x) } else { Err(E::custom(format!("expected a number, found {x}"))) }
        }
    }
    deserializer.deserialize_any(Number)
}

/// Seconds that a time can hold (46 days).
const MOST_SECONDS: f64 = 4e6;

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let x = number(deserializer)?;
    if (0.0..=MOST_SECONDS).contains(&x) {
        Ok(Some(x))
    } else {
        Err(de::Error::custom(format!("expected seconds between 0 and {MOST_SECONDS}, found {x}")))
    }
}

fn not_negative<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let x = number(deserializer)?;
    if x >= 0.0 { Ok(Some(x)) } else { Err(de::Error::custom(format!("expected a number of 0 or more, found {x}"))) }
}

fn positive_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let x = number(deserializer)?;
    if x > 0.0 { Ok(x) } else { Err(de::Error::custom(format!("expected a number above 0, found {x}"))) }
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    positive_number(deserializer).map(Some)
}

/// Finer contours than the roads are drawn cost memory by the square and tell nothing more.
const FINEST_RESOLUTION_M: f64 = 5.0;

fn resolution<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let x = number(deserializer)?;
    if x >= FINEST_RESOLUTION_M {
        Ok(Some(x))
    } else {
        Err(de::Error::custom(format!("resolution_m is at least {FINEST_RESOLUTION_M} metres, found {x}")))
    }
}

fn bands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let bands = Vec::<f64>::deserialize(deserializer)?;
    match bands.iter().find(|x| !(**x > 0.0 && **x <= MOST_SECONDS)) {
        Some(x) => Err(de::Error::custom(format!("a band is a number of seconds above 0, found {x}"))),
        None => Ok(bands),
    }
}

fn not_blank<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(de::Error::custom("expected a text that is not empty")) } else { Ok(text) }
}

impl StudyFile {
    /// Reads the bytes of a study file; `shown` names it in messages.
    ///
    /// # Errors
    /// A list of findings, each with line and key: not UTF-8, no TOML, unknown keys, wrong types, values out of range,
    /// words that mean nothing, and references to scenarios that are not there.
    pub fn parse(bytes: &[u8], shown: &str) -> Result<Self, Vec<Finding>> {
        let text = text_of(bytes, shown)?;
        let file: StudyFile = toml::from_str(text).map_err(|error| vec![fault(text, shown, &error)])?;
        let findings = file.faults(text, shown);
        if findings.is_empty() { Ok(file) } else { Err(findings) }
    }

    /// What the types alone do not say.
    pub(crate) fn faults(&self, text: &str, shown: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let place = |key: &str| match line_of_key(text, key) {
            Some(line) => Place::file(shown).feature(format!("line {line}")).property(key),
            None => Place::file(shown).property(key),
        };
        let mut word = |key: &str, written: &Option<String>, allowed: &[&str]| {
            if let Some(written) = written
                && !allowed.contains(&written.as_str())
            {
                findings.push(Finding::fatal(
                    codes::WORD_UNKNOWN,
                    place(key),
                    format!("{key} is \"{written}\""),
                    format!("write one of {}{}", allowed.join(", "), nearest_of(written, allowed.iter().copied())),
                ));
            }
        };
        word("clock", &self.response.clock, &["call", "order", "wheels"]);
        word("method", &self.solve.method, &["exact", "local-search", "greedy"]);
        word("lang", &self.output.lang, &["en", "zh"]);
        if let Some(generate) = self.candidates.as_ref().and_then(|c| c.generate.as_ref()) {
            for role in &generate.within {
                word("within", &Some(role.clone()), &["seat", "core", "town", "cluster", "anywhere"]);
            }
        }
        let names: Vec<&str> = self.scenarios.iter().map(|s| s.name.as_str()).collect();
        if let Some(main) = &self.solve.main
            && !names.contains(&main.as_str())
        {
            findings.push(Finding::fatal(
                codes::REFERENCE,
                place("main"),
                format!("main = \"{main}\" is no scenario of this study"),
                if names.is_empty() {
                    "add a [[scenarios]] of that name".to_string()
                } else {
                    format!("write one of {}{}", names.join(", "), nearest_of(main, names.iter().copied()))
                },
            ));
        }
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                findings.push(Finding::fatal(
                    codes::REFERENCE,
                    place("name"),
                    format!("two scenarios are named \"{name}\""),
                    "give each scenario its own name",
                ));
            }
            if !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
                findings.push(Finding::fatal(
                    codes::VALUE,
                    place("name"),
                    format!("a scenario is named \"{name}\", and its files are named after it"),
                    "use letters, digits, - and _",
                ));
            }
        }
        if let Some(generate) = self.candidates.as_ref().and_then(|c| c.generate.as_ref())
            && generate.upwind_within_m.is_some()
            && self.wind.is_none()
        {
            findings.push(Finding::fatal(
                codes::REQUIRED,
                place("upwind_within_m"),
                "upwind_within_m asks where the wind blows from",
                "add [wind] from = { NE = 0.3, … }, or leave upwind_within_m out",
            ));
        }
        for (key, message, remedy) in self.phases.iter().flat_map(phase_faults) {
            findings.push(Finding::fatal(codes::VALUE, place(key), message, remedy));
        }
        if let Some(c) = &self.candidates {
            match (&c.file, &c.generate) {
                (Some(_), Some(_)) => findings.push(Finding::fatal(
                    codes::VALUE,
                    place("generate"),
                    "[candidates] has both file and generate",
                    "keep one of them",
                )),
                (None, None) => findings.push(Finding::fatal(
                    codes::REQUIRED,
                    place("candidates"),
                    "[candidates] has neither file nor generate",
                    "name a file, or write generate = { every_m = 200 }",
                )),
                _ => {}
            }
        }
        findings
    }
}

fn text_of<'a>(bytes: &'a [u8], shown: &str) -> Result<&'a str, Vec<Finding>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let refuse = |message: String, remedy: &str| {
        Err(vec![Finding::fatal(codes::STUDY_UNREADABLE, Place::file(shown), message, remedy)])
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return refuse(
            "the file is empty".into(),
            "a study needs at least [study] name, [roads], [stations] and [demand]",
        );
    }
    if bytes.contains(&0) {
        return refuse("the file holds zero bytes, so it is no text".into(), "save it as UTF-8 text");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].split(|b| *b == b'\n').count().saturating_sub(1);
            refuse(format!("line {line} is not UTF-8 (perhaps GBK)"), "save the study file as UTF-8")
        }
    }
}

/// A fault that the TOML reader found, with line, key and the nearest known word.
fn fault(text: &str, shown: &str, error: &toml::de::Error) -> Finding {
    let message = error.message().trim().to_string();
    let mut place = Place::file(shown);
    if let Some(span) = error.span() {
        let start = span.start.min(text.len());
        let before = text.get(..start).unwrap_or("");
        let line = 1 + before.matches('\n').count();
        place = place.feature(format!("line {line}"));
        if let Some(key) = key_before(text, start) {
            place = place.property(key);
        }
    }
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field")
        && let Some((unknown, known)) = quoted.split_first()
    {
        return Finding::fatal(
            codes::KEY_UNKNOWN,
            place.property(*unknown),
            format!("there is no key or section \"{unknown}\" here"),
            format!("known here: {}{}", known.join(", "), nearest_of(unknown, known.iter().copied())),
        );
    }
    if message.starts_with("missing field") {
        let field = quoted.first().copied().unwrap_or("?");
        return Finding::fatal(codes::REQUIRED, place, format!("\"{field}\" is missing"), format!("add {field}"));
    }
    let code = if error.span().is_none() || message.contains("date") { codes::DATE } else { codes::VALUE };
    Finding::fatal(code, place, message, "correct this line")
}

/// The key whose value holds this position, or that stands there.
fn key_before(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind(['\n', '{', ',']).map_or(0, |i| i + 1);
    let rest = text.get(start..)?;
    let line = rest.split('\n').next().unwrap_or(rest);
    let key = line.split('=').next()?.trim().trim_matches(['[', ']', '"', '{', ' ']);
    (!key.is_empty() && key.len() <= 60).then(|| key.to_string())
}

/// The line of the first `key =` or `[key]`, from 1.
fn line_of_key(text: &str, key: &str) -> Option<usize> {
    text.lines()
        .position(|line| {
            let line = line.trim_start();
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
                || line.trim_matches(['[', ']', ' ']) == key
        })
        .map(|i| i + 1)
}

/// ` (nearest: x)`, or nothing when no word is near.
pub(crate) fn nearest_of<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(k, written), k))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.6)
        .map_or_else(String::new, |(_, k)| format!(" (nearest: {k})"))
}
