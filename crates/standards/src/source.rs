//! Where a figure comes from, and how sure we are of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a figure was come by. Whatever is not [`Confidence::Plan`] or [`Confidence::Verified`] is shown as unverified wherever it decides something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Confidence {
    /// Read in the plan itself.
    #[serde(rename = "S")]
    Plan,
    /// The clause was read in a copy of the document.
    #[serde(rename = "V")]
    Verified,
    /// Read in a secondary source that restates the rule.
    #[serde(rename = "V2")]
    Secondary,
    /// Derived by stated arithmetic.
    #[serde(rename = "D")]
    Derived,
    /// From memory: to be checked against the printed standard.
    #[serde(rename = "M")]
    Memory,
    /// A proposal without a source.
    #[serde(rename = "P")]
    Proposal,
}

impl Confidence {
    /// The mark used in files: S, V, V2, D, M, P.
    pub fn mark(self) -> &'static str {
        match self {
            Confidence::Plan => "S",
            Confidence::Verified => "V",
            Confidence::Secondary => "V2",
            Confidence::Derived => "D",
            Confidence::Memory => "M",
            Confidence::Proposal => "P",
        }
    }

    /// Whether the document itself was read.
    pub fn verified(self) -> bool {
        matches!(self, Confidence::Plan | Confidence::Verified)
    }
}

/// Document, article and quotation in the original language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Document, with its number and year.
    pub document: String,
    /// Article, section or table.
    pub article: String,
    /// The wording, in the original language, where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// How sure we are.
    pub confidence: Confidence,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.document, self.article)
    }
}
