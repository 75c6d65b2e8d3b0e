//! `study.toml` as plain structs: every key of the file, and nothing else.
//!
//! Unknown keys are errors that name the nearest known one, with the line. Only `[study] name`, `[roads]`, `[stations]`
//! and `[demand]` are required, and for `check` only the name and any layer; what else is absent has the default written
//! at its key. All paths are relative to the study file. The keys on one page: `STUDY.md` beside this crate's manifest.

mod choices;
mod parse;
mod values;
mod wind;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use choices::{ALPHA_ROLES, Alpha, Count, PerYear, SoftRules};
pub(crate) use parse::nearest_of;
pub use values::{DateWord, NatureWord, nature_of};
use values::{bands, date, nature, not_blank, not_negative, positive, positive_number, resolution, seconds};
pub use wind::{COMPASS, WindSection};

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
