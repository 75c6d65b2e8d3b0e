//! How multipliers climb and a tree is searched: step sizes by purpose, and the side that knows good plans.

use super::{Bound, Core};
use crate::budget::Budget;

/// The side of the search that knows good plans.
pub(crate) trait Primal {
    /// Value of the best plan, in the units of the root problem; `MUST` when there is none.
    fn upper(&self) -> i64;
    /// A bound of this much or more ends a branch.
    fn target(&self) -> i64;
    /// Turns the chosen sites of a bound into a plan. All positions are of the problem handed over.
    fn offer(&mut self, core: &Core, u: &[i64], bound: &Bound, budget: &mut Budget);
    /// Searches harder for a better plan, once, when the root leaves a gap.
    fn improve(&mut self, budget: &mut Budget);
    /// Searches from other starts, before a tree that will take long.
    fn restart(&mut self, _budget: &mut Budget) {}
    /// From now on a bound this much short of the best plan is good enough.
    fn allow(&mut self, _slack: i64) {}
    /// A slack to be tried next, or 0 where it is too small to matter.
    fn next_goal(&self, slack: i64) -> i64 {
        slack
    }
    /// Sites of the root problem that a bound selected: perhaps a good plan.
    fn hint(&mut self, _open: &[u32], _budget: &mut Budget) {}
    /// Takes a plan as it is, sites of the root problem.
    fn plan(&mut self, open: &[u32]);
}

/// How the multipliers climb.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    /// First factor of the Polyak step.
    pub(crate) factor: f64,
    /// Share of the new subgradient in the direction.
    pub(crate) new: f64,
    /// What is left of the factor after a stall.
    pub(crate) shrink: f64,
    /// Shrink the factor after so many steps without a better bound.
    pub(crate) halve_after: u32,
    /// End below this factor.
    pub(crate) least: f64,
    /// End after so many steps.
    pub(crate) most: u32,
    /// Offer the selection every so many steps.
    pub(crate) offer_every: u32,
    /// Fix sites as soon as this share (one in so many) can be fixed: earlier saves time, later saves proof.
    pub(crate) fix_share: usize,
    /// Steps over which the selection is averaged for branching.
    pub(crate) average: f64,
}

impl Steps {
    /// A root before a tree: quick, close enough for most problems to be settled.
    pub(crate) const ROOT: Steps = Steps {
        factor: 1.0,
        new: 0.6,
        shrink: 0.5,
        halve_after: 25,
        least: 0.0007,
        most: 5000,
        offer_every: 40,
        fix_share: 50,
        average: 20.0,
    };
    /// A root that starts from prices of a problem like it.
    pub(crate) const AGAIN: Steps = Steps { factor: 0.25, ..Steps::ROOT };
    /// A node some percent below the target.
    pub(crate) const NODE: Steps = Steps {
        factor: 0.5,
        new: 0.3,
        shrink: 0.5,
        halve_after: 10,
        least: 0.02,
        most: 150,
        offer_every: 40,
        fix_share: 4,
        average: 20.0,
    };
    /// A node of a tree that proves a goal.
    pub(crate) const GOAL: Steps = Steps {
        factor: 0.1,
        new: 0.1,
        shrink: 0.7,
        halve_after: 25,
        least: 0.002,
        most: 150,
        offer_every: 75,
        fix_share: 10,
        average: 25.0,
    };
    /// A root that is worth converging.
    pub(crate) const PRECISE_ROOT: Steps = Steps {
        factor: 0.5,
        new: 0.05,
        shrink: 0.5,
        halve_after: 200,
        least: 0.0001,
        most: 20_000,
        offer_every: 100,
        fix_share: 20,
        average: 50.0,
    };
    /// A node close to the target: small steps, or the multipliers fall off the ridge the root has found.
    pub(crate) const PRECISE: Steps = Steps {
        factor: 0.1,
        new: 0.05,
        shrink: 0.5,
        halve_after: 10,
        least: 0.005,
        most: 150,
        offer_every: 50,
        fix_share: 4,
        average: 50.0,
    };
}

/// Which site to branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The site selected most often.
    Highest,
    /// The site selected nearest to half of the time.
    Half,
}

/// Parameters of the tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) root: Steps,
    pub(crate) node: Steps,
    pub(crate) pick: Pick,
    /// Pursue goals where the relaxation is too large.
    pub(crate) goals: bool,
    /// Use the linear relaxation where it is small enough.
    pub(crate) relaxed: bool,
}
