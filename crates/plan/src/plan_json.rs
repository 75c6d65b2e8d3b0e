//! `plan.json` and `coverage.json` as plain structs: what is written here is promised (DESIGN §5); fields may be added.
//!
//! No number is ever NaN or infinite; what is not known is `null`. Times are seconds of response time on the clock of
//! `coverage.clock`, lengths km, areas km², coordinates WGS84 degrees with 7 decimals.

use std::collections::BTreeMap;

use firesite_model::{Finding, FindingCount, tally};
use firesite_problem::Certificate;
use serde::{Deserialize, Serialize};

use crate::difference::Difference;
use crate::statements::Contradiction;

/// The number of `schema`; it rises when a field changes its meaning or goes.
pub const SCHEMA: u32 = 1;

/// `plan.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanFile {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The program.
    pub firesite: Program,
    /// The study.
    pub study: StudyHead,
    /// Every file read, relative to the study, in order of file name.
    pub inputs: Vec<Input>,
    /// What the profile may drive.
    pub network: Network,
    /// Stations tied to the network.
    pub station_count: StationCount,
    /// Where candidates came from, and what removed how many.
    pub candidates: CandidateCount,
    /// The candidates that are left, by id.
    #[serde(default)]
    pub candidate_sites: Vec<CandidateLine>,
    /// The scenarios, in the order of the study.
    pub scenarios: Vec<Scenario>,
    /// Rules on sites, judged on the candidates: each that breaks one, and how many keep it or cannot be judged.
    #[serde(default)]
    pub candidate_compliance: Vec<ComplianceLine>,
    /// Where the sources contradict each other.
    pub contradictions: Vec<Contradiction>,
    /// Findings by code and severity.
    pub findings: Vec<FindingGroup>,
}

/// The program that wrote the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Version.
    pub version: String,
}

impl Default for Program {
    fn default() -> Self {
        Self { version: env!("CARGO_PKG_VERSION").to_string() }
    }
}

/// What the study is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StudyHead {
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Chinese title.
    pub title_zh: Option<String>,
    /// As its least real input: `schematic`, `assumed` or `real`.
    pub nature: String,
    /// The day ages are judged at.
    pub reference_date: Option<String>,
    /// The scenario that the layers show.
    pub main: Option<String>,
    /// Language of the report.
    pub lang: String,
    /// Response time limits of the bands, seconds.
    pub bands_s: Vec<f64>,
    /// Resolution of the contours, metres.
    pub resolution_m: f64,
    /// Share of covered weight asked of each built-up area, by role.
    pub alpha: BTreeMap<String, f64>,
    /// Rule packs.
    pub packs: Vec<String>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Section of the study file.
    pub layer: String,
    /// File, relative to the study.
    pub file: String,
    /// Hash of its content.
    pub blake3: String,
    /// Where it comes from.
    pub source: String,
    /// `schematic`, `assumed` or `real`.
    pub nature: String,
}

/// The network of the profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Crossings and ends.
    pub nodes: usize,
    /// Roads between them, each once.
    pub edges: usize,
    /// Directions that may be driven.
    pub arcs: usize,
    /// Strongly connected components.
    pub components: usize,
    /// Nodes of the largest.
    pub largest_component_nodes: usize,
    /// Length of the edges.
    pub road_km: f64,
}

/// Stations of the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationCount {
    /// All.
    pub total: usize,
    /// Tied to the network.
    pub snapped: usize,
    /// Too far from any road.
    pub unsnapped: usize,
}

/// Candidates, and what removed how many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateCount {
    /// The file, or `generated`.
    pub origin: String,
    /// Read or generated.
    pub found: usize,
    /// Left.
    pub kept: usize,
    /// Filter → removed.
    pub removed: BTreeMap<String, usize>,
    /// (candidate, class) pairs left.
    pub options: usize,
    /// Rule about the place itself → candidates left that break it with some class: where the rule is hard it forbids them
    /// to a scenario that obeys it.
    #[serde(default)]
    pub breaking: BTreeMap<String, usize>,
}

/// A place where a new station may stand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CandidateLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Class ids that may stand there.
    pub classes: Vec<String>,
    /// Code of its district.
    pub district: Option<String>,
    /// Code of the town whose built-up area it belongs to.
    pub town: Option<String>,
    /// Id of the built-up area it belongs to.
    pub built_up: Option<String>,
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
    /// Distance to the road it is tied to, metres.
    pub access_m: Option<f64>,
    /// Rules about the place itself that it breaks with some class, whether they bind or not.
    pub breaks: Vec<String>,
}

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

/// N by area beside N by time: N are the ranked stations of an area beyond the slots of a rule ("1+1+N").
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AreaCapLine {
    /// The rule with the slots.
    pub rule: String,
    /// Size of the area.
    pub built_up_km2: f64,
    /// Stations of the slots.
    pub slots: u32,
    /// Sum of their caps; null where a class has none.
    pub slots_km2: Option<f64>,
    /// Class that N counts by area.
    pub n_class: String,
    /// Its cap.
    pub n_class_km2: f64,
    /// Sum of the caps of the stations before the plan; null where a class has none.
    pub caps_km2_before: Option<f64>,
    /// After it.
    pub caps_km2_after: Option<f64>,
    /// N that the caps ask for: the area beyond the slots' caps ÷ the cap of the class, rounded up.
    pub n_by_area: u32,
    /// N of the plan, where coverage alone asks for it; null where the caps are conditions of the plan.
    pub n_by_time: Option<u32>,
    /// N of the plan.
    pub n_in_plan: u32,
    /// `area`, `time`, `both` or `neither`.
    pub binds: String,
    /// In words.
    pub sentence: String,
    /// In Chinese.
    pub sentence_zh: String,
}

/// What would be gained without one rule, everything else as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RulePrice {
    /// Id of the rule, or `counts`.
    pub rule: String,
    /// Title.
    pub title: String,
    /// Chinese title.
    pub title_zh: String,
    /// `hard`, `soft` or `advisory`; `counts` of a scenario are hard.
    pub severity: String,
    /// Conditions that it puts on the choice of sites; without any it has no price here.
    pub conditions: usize,
    /// Of the search without the rule: `optimal`, `feasible`, `infeasible`, `unknown`; `none` where it has no condition.
    pub status: String,
    /// What is gained without it, level by level.
    pub gains: Vec<Difference>,
    /// In words.
    pub message: String,
    /// In Chinese.
    pub message_zh: String,
}

/// The result of the search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    /// `optimal`, `feasible`, `infeasible` or `unknown`.
    pub status: String,
    /// Of level 1.
    pub objective: Option<f64>,
    /// Of level 1.
    pub bound: Option<f64>,
    /// Of level 1.
    pub gap: Option<f64>,
    /// The levels in order, each holding the values of the earlier ones.
    pub levels: Vec<Level>,
    /// The location problem that was solved.
    pub instance: InstanceRef,
    /// What proves the bounds.
    pub certificate: Option<Certificate>,
    /// `time`, `work` or `gap`, when something stopped the search before a proof.
    pub stopped_by: Option<String>,
    /// `exact`, `local-search` or `greedy`.
    pub method: String,
    /// Sites, rows and constraints of the location problem.
    pub size: ProblemSize,
    /// Soft rules that the plan breaks, where the study makes them count.
    #[serde(default)]
    pub breaches: Vec<Breach>,
    /// What they add to the cost level, class units: the stations cost its objective minus this.
    #[serde(default)]
    pub penalties: f64,
}

/// A soft rule that is not met, as the location problem has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Breach {
    /// Id of the rule.
    pub rule: String,
    /// Whom.
    pub subject: String,
    /// Code of its district.
    pub district: Option<String>,
    /// By how much it is missed, in the unit of the rule's condition: stations, or hectares of built-up area.
    pub missing: i64,
    /// What it adds to the cost level, class units.
    pub penalty: f64,
    /// Sites of the location problem that stand for it and are no stations.
    pub sites: Vec<String>,
}

/// Size of a location problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemSize {
    /// Sites.
    pub sites: usize,
    /// Rows of demand.
    pub rows: usize,
    /// Entries of the reach.
    pub reach: usize,
    /// Side constraints.
    pub constraints: usize,
}

/// One level of the objective.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// `cover`, `cost`, `count` or `time`.
    pub name: String,
    /// `max` or `min`.
    pub sense: String,
    /// Unit of objective and bound.
    pub unit: String,
    /// Value of the plan.
    pub objective: Option<f64>,
    /// What no plan can pass.
    pub bound: Option<f64>,
    /// |bound − objective| ÷ |objective|.
    pub gap: Option<f64>,
    /// `optimal`, `feasible`, `infeasible` or `unknown`.
    pub status: String,
    /// Units of the instance in one unit here: `exact` ÷ `scale` = objective.
    pub scale: i64,
    /// The objective in whole units of the instance.
    pub exact: Option<i64>,
    /// The bound in whole units of the instance.
    pub exact_bound: Option<i64>,
}

/// A file beside `plan.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceRef {
    /// Name of the file.
    pub file: String,
    /// Hash of its content, unpacked.
    pub blake3: String,
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

/// Figures of both phases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BeforeAfter {
    /// As it stands.
    pub before: Coverage,
    /// With the plan.
    pub after: Coverage,
}

/// What a time counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClockLine {
    /// `call`, `order` or `wheels`.
    pub name: String,
    /// Components.
    pub counts: Vec<String>,
    /// Covered means response time ≤ this.
    pub limit_s: f64,
}

/// Coverage of a place in a phase.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// What the times count.
    pub clock: ClockLine,
    /// Weight of the demand.
    pub demand_total: f64,
    /// Within the limit.
    pub demand_covered: f64,
    /// Covered ÷ total; null without demand.
    pub share: Option<f64>,
    /// Mean response time of the reachable demand.
    pub mean_s: Option<f64>,
    /// Half of all demand is reached within this; null when it is not.
    pub median_s: Option<f64>,
    /// 90 % of all demand is reached within this; null when it is not.
    pub p90_s: Option<f64>,
    /// Longest of the reachable demand.
    pub max_s: Option<f64>,
    /// Weight nobody reaches.
    pub unreachable: f64,
    /// Length of the roads.
    pub road_km_total: f64,
    /// Of them within the limit.
    pub road_km_covered: f64,
    /// Area within the limit; null where it is not computed for this place.
    pub area_km2: Option<f64>,
}

/// Coverage of a district.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistrictLine {
    /// Code; empty for demand outside every district.
    pub code: String,
    /// Name.
    pub name: String,
    /// Figures.
    pub coverage: BeforeAfter,
    /// Stations before and after, counted or not.
    pub stations: StationsOf,
}

/// Stations of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationsOf {
    /// Before the plan.
    pub before: usize,
    /// After it.
    pub after: usize,
}

/// Coverage of a built-up area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuiltUpLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `seat`, `core`, `town` or `cluster`.
    pub role: String,
    /// Code of its district.
    pub district: Option<String>,
    /// Code of its town.
    pub town: Option<String>,
    /// Share of covered weight asked of it.
    pub alpha: f64,
    /// Whether it is reached after the plan; null without demand.
    pub alpha_met: Option<bool>,
    /// Figures.
    pub coverage: BeforeAfter,
    /// Stations that belong to it.
    pub stations: StationsOf,
    /// Hollow-core index (空心化) before the plan.
    pub hollow_before: HollowLine,
    /// The same after it.
    pub hollow_after: HollowLine,
    /// N by area beside N by time, where a rule names slots for it and the rules cap service areas.
    #[serde(default)]
    pub area_caps: Option<AreaCapLine>,
}

/// Core against whole of a built-up area: the core is the half of its demand nearest to the centroid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HollowLine {
    /// Covered share of the core minus that of the whole; below zero: hollow.
    pub share: Option<f64>,
    /// Mean response time of the core minus that of the whole, seconds; above zero: hollow.
    pub mean_s: Option<f64>,
    /// From the centroid of the demand to that of the stations inside, metres.
    pub offset_m: Option<f64>,
}

/// A rule on a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComplianceLine {
    /// Id of the rule.
    pub rule: String,
    /// Title of the rule.
    #[serde(default)]
    pub title: String,
    /// Its Chinese title.
    #[serde(default)]
    pub title_zh: String,
    /// What it measures: `time`, `area_cap`, `slots`, …
    #[serde(default)]
    pub kind: String,
    /// Whom.
    pub subject: String,
    /// `station`, `candidate`, `built_up`, `town`, `district` or `plan`.
    #[serde(default)]
    pub subject_kind: String,
    /// Code of its district.
    pub district: Option<String>,
    /// Name of its district.
    pub district_name: Option<String>,
    /// What is asked, in `unit`.
    pub required: Option<f64>,
    /// Before the plan.
    pub standing: Option<f64>,
    /// After it, standing ones included.
    pub proposed: Option<f64>,
    /// Unit.
    pub unit: String,
    /// After the plan; null: cannot be said, see `reason`.
    pub met: Option<bool>,
    /// `met`, `not met`, `not assessable` or `not in force`.
    #[serde(default)]
    pub status: String,
    /// Of a rule that is not met: by how much, as a share of what is required (of the figure itself where nothing is allowed).
    #[serde(default)]
    pub breach: Option<f64>,
    /// Of a soft rule that is not met: its place among them in this scenario, the largest breach first.
    #[serde(default)]
    pub rank: Option<u32>,
    /// Why `met` is null; else a sentence.
    pub reason: String,
    /// The same in Chinese.
    pub reason_zh: String,
    /// `hard`, `soft` or `advisory`.
    pub severity: String,
    /// Document and article.
    pub source: String,
    /// Wording of the article.
    pub quote: Option<String>,
    /// Mark of the source: S, V, V2, D, M or P.
    pub confidence: String,
    /// Whether every figure that decided it was read in its document.
    #[serde(default)]
    pub verified: bool,
    /// The figures that were not, each with its mark: `limit_s = 480 [P]`.
    #[serde(default)]
    pub unverified: Vec<String>,
    /// Whether the rule binds this scenario.
    pub binding: bool,
}

/// What cannot be met, or not together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Ids of the rules (or `counts`).
    pub rules: Vec<String>,
    /// Names of the districts concerned.
    pub districts: Vec<String>,
    /// In words.
    pub message: String,
    /// In Chinese.
    pub message_zh: String,
}

/// Findings of one code and severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingGroup {
    /// Code.
    pub code: String,
    /// Severity.
    pub severity: String,
    /// How many.
    pub count: usize,
    /// The first few.
    pub examples: Vec<String>,
}

/// Findings counted by code and severity; the examples do not depend on the order of the features.
pub fn finding_groups(findings: &[Finding]) -> Vec<FindingGroup> {
    // A feature's number in its file follows the order of the file, so it is left out here; `check` shows it.
    let text = |f: &Finding| {
        let mut place = f.place.clone();
        place.feature = place.feature.filter(|t| !t.starts_with("feature ") && !t.starts_with("line "));
        format!("{place}: {}", f.message)
    };
    tally(findings, usize::MAX)
        .into_iter()
        .map(|FindingCount { code, severity, count, examples }| {
            let mut examples: Vec<String> = examples.iter().map(text).collect();
            examples.sort();
            examples.dedup();
            examples.truncate(3);
            FindingGroup { code: code.0.to_string(), severity: severity.word().to_string(), count, examples }
        })
        .collect()
}

/// `coverage.json`: the stations as they stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverageFile {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The program.
    pub firesite: Program,
    /// The study.
    pub study: StudyHead,
    /// Every file read.
    pub inputs: Vec<Input>,
    /// What the profile may drive.
    pub network: Network,
    /// Stations tied to the network.
    pub stations: StationCount,
    /// Of the whole study.
    pub coverage: Coverage,
    /// Of each district.
    pub districts: Vec<PlaceCoverage>,
    /// Of each built-up area.
    pub built_up: Vec<PlaceCoverage>,
    /// Findings by code and severity.
    pub findings: Vec<FindingGroup>,
}

/// Coverage of one place as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceCoverage {
    /// Code or id.
    pub code: String,
    /// Name.
    pub name: String,
    /// Figures.
    pub coverage: Coverage,
}

/// A figure with at most so many decimals, so that the last bits of a sum cannot show.
pub(crate) fn rounded(x: f64, decimals: i32) -> f64 {
    let factor = 10f64.powi(decimals);
    let y = (x * factor).round() / factor;
    if y == 0.0 { 0.0 } else { y }
}
