//! One scenario: its stations, towns and years.

use serde::{Deserialize, Serialize};

use super::{BeforeAfter, BuiltUpLine, ComplianceLine, Conflict, DistrictLine, Optimum, RulePrice};

/// One scenario, computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Chinese title.
    pub title_zh: Option<String>,
    /// Rules that the plan must obey.
    pub rules: Vec<String>,
    /// Result of the search.
    pub optimum: Optimum,
    /// All stations before and after, by id.
    pub stations: Vec<StationLine>,
    /// How the numbers add up.
    pub ledger: Ledger,
    /// Of the whole study.
    pub coverage: BeforeAfter,
    /// Of each district, by code; demand outside every district is in a last entry without a code.
    pub districts: Vec<DistrictLine>,
    /// Of each built-up area, by id.
    pub built_up: Vec<BuiltUpLine>,
    /// Of the demand outside every built-up area.
    pub rural: BeforeAfter,
    /// Every rule on every subject.
    pub compliance: Vec<ComplianceLine>,
    /// Why the scenario cannot be met; empty unless infeasible.
    pub conflicts: Vec<Conflict>,
    /// What each binding rule costs; of the main scenario alone.
    #[serde(default)]
    pub prices: Vec<RulePrice>,
    /// The plan year by year, where the study has `[phases]`; of the main scenario alone.
    #[serde(default)]
    pub phasing: Option<Phasing>,
    /// Every town: who reaches it, what a rule asks of it, what is decided.
    #[serde(default)]
    pub towns: Vec<TownLine>,
    /// Stations that a rule finds too old; of the main scenario alone.
    #[serde(default)]
    pub renewals: Vec<RenewalLine>,
    /// Service areas across a barrier, where the study has barriers.
    #[serde(default)]
    pub across_barriers: Option<AcrossBarriers>,
}

/// A station, before or after the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Class id after the plan; null where the file has none.
    pub class: Option<String>,
    /// Its Chinese name.
    pub class_zh: Option<String>,
    /// Class id before the plan; null for new ones.
    pub class_before: Option<String>,
    /// Code of its district.
    pub district: Option<String>,
    /// Code of the town whose built-up area it belongs to.
    pub town: Option<String>,
    /// Id of the built-up area it belongs to: inside, or within the tolerance by road.
    pub built_up: Option<String>,
    /// `existing`, `upgraded`, `new` or `closed`.
    pub status: String,
    /// Id of the station it replaces.
    pub replaces: Option<String>,
    /// How it is built; null for existing ones.
    pub build_mode: Option<String>,
    /// In service since, or first year it can be had.
    pub year: Option<i16>,
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
    /// `schematic`, `assumed` or `real`.
    pub nature: String,
    /// Whether the ledger counts it.
    pub counted: bool,
    /// Its turnout time, seconds.
    pub turnout_s: f64,
    /// Distance to the road it is tied to, metres; null: too far from any.
    pub access_m: Option<f64>,
    /// Demand covered by it alone within the limit after the plan, and by nobody else.
    pub covers_alone: Option<f64>,
    /// Demand for which it is first due after the plan.
    pub first_due: Option<f64>,
}

/// total = existing + new − closed; an upgrade adds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Counted stations of the input, upgraded and closed ones included.
    pub existing: usize,
    /// New ones.
    pub new: usize,
    /// Upgrades in place, counted stations or not.
    pub upgraded: usize,
    /// Closed ones.
    pub closed: usize,
    /// After the plan.
    pub total: usize,
    /// Upgrades of stations that are not counted: added, they would give the other total.
    pub upgraded_uncounted: usize,
    /// Standing teams that are not counted.
    pub uncounted: usize,
}

/// Stations whose service area crosses a barrier within its built-up part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcrossBarriers {
    /// Before the plan.
    pub before: usize,
    /// After it.
    pub after: usize,
}

/// A town in a scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TownLine {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of its district.
    pub district: Option<String>,
    /// `national_key`, `developed` or `other`.
    pub tier: String,
    /// Built-up area.
    pub built_up_km2: Option<f64>,
    /// The rule that asks a station of it.
    pub rule: Option<String>,
    /// The class it asks for, by built-up area.
    pub class_required: Option<String>,
    /// The highest class that stands there before the plan.
    pub class_before: Option<String>,
    /// `keep`, `upgrade`, `build_new`, or `none` where nothing stands and nothing is built.
    pub decision: String,
    /// Id of the station decided on.
    pub station: Option<String>,
    /// Its class after the plan.
    pub class_after: Option<String>,
    /// Response time of the first due station at the town's place, before the plan; null: nobody comes.
    pub nearest_s_before: Option<f64>,
    /// After it.
    pub nearest_s_after: Option<f64>,
    /// Id of the first due station after the plan.
    pub nearest_station_after: Option<String>,
    /// Outside the protection range of every station before the plan (those towns are to have a team of their own).
    pub outside_before: bool,
    /// After it.
    pub outside_after: bool,
    /// Every choice compared, all else of the plan as it is; of the main scenario and towns with a rule alone.
    pub options: Vec<ChoiceLine>,
}

/// A station that a rule finds too old.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RenewalLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Code of its district.
    pub district: Option<String>,
    /// The rule.
    pub rule: String,
    /// Years in service.
    pub years: f64,
    /// `keep`, `upgrade` (renovated in place), `relocate`.
    pub options: Vec<ChoiceLine>,
    /// In words.
    pub sentence: String,
    /// In Chinese.
    pub sentence_zh: String,
}

/// One choice, all else of the plan as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChoiceLine {
    /// `keep`, `upgrade`, `relocate` (closed here, new there) or `build_new`.
    pub option: String,
    /// Class.
    pub class: String,
    /// Its Chinese name.
    pub class_zh: Option<String>,
    /// Id of the station or candidate; empty where nothing stands.
    pub site: String,
    /// Class units; null: no price is known.
    pub cost: Option<f64>,
    /// Whether the rule is met so.
    pub meets: bool,
    /// Covered weight of the whole study.
    pub demand_covered: f64,
    /// More than with `keep`.
    pub covers_more: f64,
    /// Weighted response time minus that with `keep`, weight × s.
    pub time_change: f64,
    /// Whether the plan has it so.
    pub chosen: bool,
}

/// The plan year by year.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Phasing {
    /// How real the limits of the years are.
    pub nature: String,
    /// Where they come from.
    pub source: String,
    /// The years in order.
    pub years: Vec<PhaseYear>,
    /// Stations of the plan that the last year does not reach, by id.
    pub unbuilt: Vec<String>,
    /// Covered weight towards the targets, without phases.
    pub towards_targets_unphased: f64,
    /// What of it the last year has not.
    pub phasing_costs: f64,
    /// No order of works within the same limits reaches more in the last year; null where everything is built.
    pub last_year_at_most: Option<f64>,
    /// In words.
    pub message: String,
    /// In Chinese.
    pub message_zh: String,
}

/// One year.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhaseYear {
    /// The year.
    pub year: i16,
    /// Most works, new and upgraded stations; null: no limit.
    pub build_limit: Option<u32>,
    /// Most cost, class units; null: no limit.
    pub budget: Option<f64>,
    /// Stations built or upgraded, by id.
    pub stations: Vec<String>,
    /// Their cost, class units.
    pub cost: f64,
    /// Covered weight at the end of the year, everywhere.
    pub demand_covered: f64,
    /// The same ÷ all weight.
    pub share: Option<f64>,
    /// Mean response time of the reachable demand.
    pub mean_s: Option<f64>,
    /// Covered weight towards the targets: what the year's choice maximises.
    pub towards_targets: f64,
    /// Of the year's choice: `optimal`, `feasible`, or `infeasible` where nothing can be built.
    pub status: String,
    /// Of its first level.
    pub gap: Option<f64>,
}
