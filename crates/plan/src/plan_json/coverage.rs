//! Coverage of places, before and after.

use serde::{Deserialize, Serialize};

use super::AreaCapLine;

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
