//! What proves a bound of a capacitated assignment: integer multipliers and a tree of cases.
use serde::{Deserialize, Serialize};

/// Multipliers in units of `1 / scale`, all zero before the first node, and the nodes in preorder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacitatedCertificate {
    /// At least 1.
    pub scale: u64,
    /// A node, then its children's subtrees one after the other.
    pub nodes: Vec<CapacitatedNode>,
}

/// A node: new multipliers for it and all below, then a leaf or a branch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacitatedNode {
    /// Multipliers that differ from the parent's.
    #[serde(default)]
    pub change: CapacitatedChange,
    /// What follows.
    #[serde(default)]
    pub then: CapacitatedThen,
}

/// New values of some multipliers: `(position, value)`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacitatedChange {
    /// `u_i`, at most the cost of leaving the demand without a site where that is allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<(u32, i64)>,
    /// `π_j >= 0`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacities: Vec<(u32, i64)>,
    /// `λ <= 0`, 0 where there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// What follows a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapacitatedThen {
    /// The bound is at least the target, or nothing is left: more sites open than allowed, or a demand without any way.
    #[default]
    Leaf,
    /// Two children: the site open, the site closed.
    Site(u32),
    /// Two children: the demand (first) assigned to the site (second), which is then open; the demand not assigned to it.
    Assign(u32, u32),
}
