//! What was searched, and what was found.

use firesite_problem::Certificate;
use serde::{Deserialize, Serialize};

use crate::difference::Difference;

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
