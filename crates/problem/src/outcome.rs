//! Results that cannot lie: only [`crate::verify`] makes them.
use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;

/// Why a search ended without a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// The time limit.
    Time,
    /// The work limit.
    Work,
    /// The gap asked for was reached.
    Gap,
    /// A method that proves nothing came to its end.
    Method,
}

impl Stopped {
    /// The word in files (`stopped_by`); `None` for a method that simply ended.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Time => Some("time"),
            Self::Work => Some("work"),
            Self::Gap => Some("gap"),
            Self::Method => None,
        }
    }
}

/// Open sites and their value at every level, both checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    pub(crate) open: Vec<u32>,
    pub(crate) values: Vec<i64>,
}

impl Solution {
    /// Positions of the open sites, ascending.
    #[must_use]
    pub fn open(&self) -> &[u32] {
        &self.open
    }
    /// Value at each level.
    #[must_use]
    pub fn values(&self) -> &[i64] {
        &self.values
    }
}

/// Checked bounds, one per level, in the natural direction of each; `None` where none is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    pub(crate) levels: Vec<Option<i64>>,
}

impl Bound {
    /// Bound of each level.
    #[must_use]
    pub fn levels(&self) -> &[Option<i64>] {
        &self.levels
    }
}

/// A solution that is shown to be the best at every level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    pub(crate) solution: Solution,
    pub(crate) certificate: Certificate,
}

impl Proven {
    /// The solution.
    #[must_use]
    pub fn solution(&self) -> &Solution {
        &self.solution
    }
    /// What proves it.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

/// An instance that is shown to have no feasible plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refuted {
    pub(crate) certificate: Certificate,
}

impl Refuted {
    /// What proves it.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

/// A checked result. A limit that stopped the search never yields `Optimal`; a bound reached is not an optimum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The best plan, proven.
    Optimal(Proven),
    /// A plan with a bound.
    Feasible {
        /// The best plan found.
        best: Solution,
        /// What no plan can pass.
        bound: Bound,
        /// Why the search ended.
        stopped: Stopped,
    },
    /// No plan exists, proven.
    Infeasible(Refuted),
    /// No plan was found, and none was excluded.
    Unknown {
        /// What no plan can pass.
        bound: Bound,
        /// Why the search ended.
        stopped: Stopped,
    },
}
