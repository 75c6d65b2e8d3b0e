//! Capacitated assignment: plans whose sites carry no more than they may (service areas of at most so many square kilometres, workloads).
//!
//! Lagrangian branch and bound: a subgradient ascent on the demands' multipliers (`bound.rs`) in which each site fills a fractional
//! knapsack, plans built from what the relaxation prefers (`heuristic.rs`), and a tree on sites, then on assignments (`tree.rs`).
//! [Fisher, Jaikumar and Van Wassenhove 1986 for the relaxation; Ross and Soland 1975 for branching on assignments.]
//!
//! ```
//! use firesite_problem::capacitated::*;
//! use firesite_siting::{Options, solve_capacitated};
//!
//! // Four blocks of 3 km², two stations that may look after 7 km² each: near ones first, but not all.
//! let site = |id: &str| CapacitatedSite { id: id.into(), capacity: 7, cost: 100, fixed: false };
//! let block = |near: u64, far: u64| CapacitatedDemand { amount: 3, reach: vec![(0, near), (1, far)], unserved: None };
//! let instance = CapacitatedInstance {
//!     name: "blocks".into(),
//!     sites: vec![site("a"), site("b")],
//!     demands: vec![block(1, 9), block(2, 8), block(3, 5), block(4, 20)],
//!     at_most: None,
//! };
//! let report = solve_capacitated(&instance, &Options::default())?;
//! // Both stations, and the two blocks that lose least go to b.
//! assert_eq!(report.claim.objective, Some(200 + 1 + 8 + 5 + 4));
//! assert_eq!(verify_capacitated(&instance, &report.claim), Ok(CapacitatedOutcome::Optimal(218)));
//! # Ok::<(), firesite_siting::Error>(())
//! ```

mod bound;
mod heuristic;
mod tree;

use firesite_problem::Status;
use firesite_problem::capacitated::{CapacitatedCertificate, CapacitatedClaim, CapacitatedInstance};

use crate::budget::{Budget, StoppedBy, Work};
use crate::{Error, Method, Options};

/// What a search brings home; anyone can check the claim with [`firesite_problem::capacitated::verify_capacitated`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CapacitatedReport {
    /// Plan, cost, bound, status and certificate.
    pub claim: CapacitatedClaim,
    /// What stopped the search before a proof; `None` when it ended by itself.
    pub stopped_by: Option<StoppedBy>,
    /// Counters.
    pub work: Work,
}

/// Work (in millions of entries) of a search that was given no limit of its own.
const DEFAULT_WORK: u64 = 4_000;

/// Searches for the cheapest plan. `options.gap` and the limits hold as for [`solve`](crate::solve); [`Method::LocalSearch`] and
/// [`Method::Greedy`] give a plan and the bound of the root.
pub fn solve_capacitated(instance: &CapacitatedInstance, options: &Options) -> Result<CapacitatedReport, Error> {
    instance.validate().map_err(|e| Error::Invalid(e.to_string()))?;
    let mut options = options.clone();
    options.work_limit = options.work_limit.or(Some(DEFAULT_WORK));
    let mut budget = Budget::new(&options);
    let most = u128::from(instance.most());
    // Fine prices matter: one of a capacity is multiplied by all that a site carries.
    let scale = (0..=20).rev().map(|k| 1i64 << k).find(|&s| most * (s as u128) < 1 << 56).unwrap_or(1);
    let found = tree::search(instance, scale, &options, &mut budget);
    let objective = found.best.as_ref().and_then(|plan| instance.cost(plan).ok());
    let certificate = CapacitatedCertificate { scale: scale as u64, nodes: found.nodes };
    let claim = if found.complete && objective.is_none() {
        CapacitatedClaim {
            status: Status::Infeasible,
            plan: None,
            objective: None,
            bound: None,
            certificate: Some(certificate),
        }
    } else {
        let wide = i128::from(scale);
        let least = found.lowest.div_euclid(wide) + i128::from(found.lowest.rem_euclid(wide) > 0);
        let bound = u64::try_from(least.max(0)).unwrap_or(u64::MAX);
        let bound = objective.map_or(bound, |o| bound.min(o));
        let status = match objective {
            Some(o) if o == bound => Status::Optimal,
            Some(_) => Status::Feasible,
            None => Status::Unknown,
        };
        CapacitatedClaim { status, plan: found.best, objective, bound: Some(bound), certificate: Some(certificate) }
    };
    let settled = matches!(claim.status, Status::Optimal | Status::Infeasible);
    let gap = (found.complete && options.method == Method::Exact).then_some(StoppedBy::Gap);
    let stopped_by = if settled { None } else { budget.stopped().or(gap) };
    Ok(CapacitatedReport { claim, stopped_by, work: budget.work })
}
