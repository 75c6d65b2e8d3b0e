//! What proves a bound, besides the instance: integer multipliers and a tree of cases. `CERTIFICATE.md` explains every field.
//!
//! Row multipliers belong to row **classes**: rows that are alike for the level are merged (see `crate::classes`), in the
//! order of their first row. All multipliers of a level are in units of `1 / scale` of that level: cost per covered person is tiny, person
//! seconds are huge, so each level has its own.
use serde::{Deserialize, Serialize};

/// Proofs of the levels' bounds, or (of an infeasible instance) one refutation.
///
/// `levels[k]` proves the bound of level `k`; a level without a stated bound has a proof without nodes. An infeasibility claim has
/// exactly one element. `guard` is a checksum against damage in transit (not part of the proof), set by [`Certificate::new`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// One per level.
    pub levels: Vec<LevelProof>,
    /// FNV-1a (64 bits, hexadecimal) of the compact JSON of `levels`.
    pub guard: String,
}

/// Proof of one level's bound: multipliers at the root and the tree in preorder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelProof {
    /// Multipliers are in units of `1 / scale`; at least 1.
    pub scale: u64,
    /// Multipliers before the first node's changes.
    #[serde(default)]
    pub multipliers: Multipliers,
    /// Nodes in preorder: a node, then its children's subtrees one after the other. Empty: nothing is claimed.
    pub nodes: Vec<Node>,
}

/// Multipliers of everything that is priced. An empty vector is all zeros, else one value per element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multipliers {
    /// `v`, the dual of each row class; at most the cost of leaving the class unserved. Where a site is open, the least cost at which
    /// an open site serves the class takes its place if that is smaller (a larger dual would only feed other sites); for a class that
    /// spans the parts of a split, only sites open at the split do that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<i64>,
    /// `y >= 0`, the price of one cover of each row class with gains (other classes: 0).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<i64>,
    /// `λ` of each constraint: `>= 0` for AtLeast, `<= 0` for AtMost, any for Exactly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<i64>,
    /// `κ >= 0`, the price of each group's cap (0 where it has none), at most `ω` = (scale if the level is Cover) + held price of Cover.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<i64>,
    /// `φ >= 0`, the price of each group's floor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<i64>,
    /// `μ >= 0`, the price of each held (earlier) level; 0 for Center, whose value is held by leaving out longer times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<i64>,
}

/// A node of the tree. Its region is its parent's, narrowed by the branch that leads to it and by the fixings of the nodes above.
///
/// In order: `change` replaces multipliers (for this node and all below it); `dominated` closes sites without loss; then, with the
/// bound `L` of the region under these multipliers, each site of `close` and `open` is fixed because the opposite value would raise
/// the bound to the target; then `then`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Multipliers that differ from the parent's.
    #[serde(default, skip_serializing_if = "Change::is_empty")]
    pub change: Change,
    /// `(site, by)`: `site` is closed, since exchanging it for `by` is never worse; checked one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dominated: Vec<(u32, u32)>,
    /// Sites closed here: opening any of them would raise this node's bound to the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close: Vec<u32>,
    /// Sites opened here: closing any of them would raise this node's bound to the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<u32>,
    /// What follows.
    #[serde(default)]
    pub then: Then,
}

/// New values of some multipliers: `(position, value)`, absolute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Every row (below a split: every row of the part) to the cost of leaving it unserved (hard rows: 0), so that the sites take all
    /// credit; applied before `all_rows` and `rows`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub free_rows: bool,
    /// All row multipliers at once (empty: unchanged), applied before `rows`. Not below a split.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all_rows: Vec<i64>,
    /// Rows (`v`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<(u32, i64)>,
    /// Covers (`y`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<(u32, i64)>,
    /// Constraints (`λ`); the branches [`Then::Count`] above this node follow the instance's, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<(u32, i64)>,
    /// Caps (`κ`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<(u32, i64)>,
    /// Floors (`φ`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<(u32, i64)>,
    /// Held levels (`μ`). Not below a split.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<(u32, i64)>,
}

impl Change {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What follows a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Nothing: the node's bound, after its fixings, is at least the target, or its region is empty (a row that must be served has
    /// no site left, or a constraint cannot hold any more).
    #[default]
    Leaf,
    /// One child with the same region (other multipliers, after the fixings).
    Next,
    /// `k` sites, `k + 1` children: in child `m < k` site `m` is open and the sites before it are closed; in the last all are closed.
    /// One site is the usual branch (open, closed); the sites of a row in order of time branch on which serves it.
    First(Vec<u32>),
    /// Two children: at most `at_most` of the sites are open; at least `at_most + 1` are. The condition is priced like a constraint.
    Count {
        /// Sites counted.
        sites: Vec<u32>,
        /// Right-hand side of the first child.
        at_most: i64,
    },
    /// Independent parts, whose bounds add up. `part[j]` is the part of site `j`; there is one child per part, and child `q` proves
    /// `at_least[q]` (in units of `1 / scale`) for its own sites and for the rows, constraints and groups that touch no other part.
    /// Everything that spans parts keeps this node's multipliers in all children. A row class touches the parts of its entries up to
    /// the first that is open here (later ones can take nothing); a class with gains touches the parts of all its entries. Not below another split.
    Split {
        /// Part of each site, from 0.
        part: Vec<u32>,
        /// Target of each part.
        at_least: Vec<i64>,
    },
}

impl Certificate {
    /// A certificate with its guard.
    #[must_use]
    pub fn new(levels: Vec<LevelProof>) -> Self {
        let guard = guard(&levels);
        Self { levels, guard }
    }

    /// Whether the guard fits, that is, nothing was damaged on the way.
    #[must_use]
    pub fn intact(&self) -> bool {
        self.guard == guard(&self.levels)
    }
}

/// FNV-1a over what would be written, without building the text.
struct Fnv(u64);

impl std::io::Write for Fnv {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for &b in bytes {
            self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn guard(levels: &[LevelProof]) -> String {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    // Writing integers and vectors to a sink that never fails cannot fail.
    let _ = serde_json::to_writer(&mut hash, &levels);
    format!("{:016x}", hash.0)
}
