//! `plan.json` and `coverage.json` as plain structs: what is written here is promised (DESIGN §5); fields may be added.
//!
//! No number is ever NaN or infinite; what is not known is `null`. Times are seconds of response time on the clock of
//! `coverage.clock`, lengths km, areas km², coordinates WGS84 degrees with 7 decimals.

mod coverage;
mod judged;
mod scenario;
mod search;

pub use coverage::*;
pub use judged::*;
pub use scenario::*;
pub use search::*;

use std::collections::BTreeMap;

use firesite_model::{Finding, FindingCount, tally};
use serde::{Deserialize, Serialize};

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
