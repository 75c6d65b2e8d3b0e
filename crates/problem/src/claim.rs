//! What a search says it has found, before anyone has checked it.
use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::outcome::Stopped;

/// Status words (in files: lower case).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Objective and bound are equal, and so they are at every earlier level.
    Optimal,
    /// There is a solution; it is not shown to be the best.
    Feasible,
    /// There is no solution.
    Infeasible,
    /// Neither a solution nor a refutation.
    Unknown,
}

impl Status {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::Feasible => "feasible",
            Self::Infeasible => "infeasible",
            Self::Unknown => "unknown",
        }
    }
}

/// The claim about one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelClaim {
    /// Value of the open sites; `None` without a solution.
    pub objective: Option<i64>,
    /// Largest (Cover) or least value of any feasible plan that holds the claimed values of the earlier levels; `None`: no bound is known.
    /// In the natural direction of the objective.
    pub bound: Option<i64>,
    /// Optimal, Feasible, Infeasible or Unknown.
    pub status: Status,
}

/// A claim, to be checked by [`crate::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Optimal only when every level is.
    pub status: Status,
    /// Positions of the open sites, ascending; `None` without a solution.
    pub open: Option<Vec<u32>>,
    /// One per level of the instance.
    pub levels: Vec<LevelClaim>,
    /// Proof of the bounds, or of infeasibility; `None` where no bound is stated.
    pub certificate: Option<Certificate>,
    /// Why the search ended before a proof.
    pub stopped: Option<Stopped>,
}

impl Claim {
    /// Level statuses and the whole status follow from objectives and bounds; this fills them in (not for infeasible claims).
    #[must_use]
    pub fn new(
        open: Option<Vec<u32>>,
        objectives_and_bounds: Vec<(Option<i64>, Option<i64>)>,
        certificate: Option<Certificate>,
        stopped: Option<Stopped>,
    ) -> Self {
        let mut proven = open.is_some();
        let levels = objectives_and_bounds
            .into_iter()
            .map(|(objective, bound)| {
                proven &= objective.is_some() && objective == bound;
                let status = if proven {
                    Status::Optimal
                } else if open.is_some() {
                    Status::Feasible
                } else {
                    Status::Unknown
                };
                LevelClaim { objective, bound, status }
            })
            .collect();
        let status = if proven {
            Status::Optimal
        } else if open.is_some() {
            Status::Feasible
        } else {
            Status::Unknown
        };
        Self { status, open, levels, certificate, stopped: if proven { None } else { stopped } }
    }

    /// The claim that an instance with so many levels has no feasible plan.
    #[must_use]
    pub fn infeasible(levels: usize, certificate: Certificate) -> Self {
        let level = LevelClaim { objective: None, bound: None, status: Status::Infeasible };
        Self {
            status: Status::Infeasible,
            open: None,
            levels: vec![level; levels],
            certificate: Some(certificate),
            stopped: None,
        }
    }
}

/// Relative distance of bound and objective: `|bound - objective| / |objective|`, 0 where they are equal, `None` where only the
/// objective is 0 or either is missing.
#[must_use]
pub fn gap(objective: Option<i64>, bound: Option<i64>) -> Option<f64> {
    let (objective, bound) = (objective?, bound?);
    if objective == bound {
        return Some(0.0);
    }
    let difference = (i128::from(bound) - i128::from(objective)).unsigned_abs();
    (objective != 0).then(|| difference as f64 / i128::from(objective).unsigned_abs() as f64)
}
