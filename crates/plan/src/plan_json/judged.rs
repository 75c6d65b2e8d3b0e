//! Rules on subjects, and what clashes.

use serde::{Deserialize, Serialize};

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
