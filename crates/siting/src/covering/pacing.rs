//! Lowering a goal under way when a limit would end the search before it is reached.
//!
//! What is closed against a goal is closed against every easier one, so a goal may begin too high and give way: the pace at which
//! trials close sites says whether the rest will be done in time.

use super::node::Goal;
use crate::budget::Budget;

/// Share of the root's sites that have to be closed one by one, seen on streets, before the bound of the rest reaches the goal.
const CLOSE: f64 = 0.6;

/// Chunks of trials over which the pace is taken.
const WINDOW: usize = 6;

/// Share of the goal's way from the root by which it gives way.
const GIVE: f64 = 0.03;

/// Share of what is left of a limit that the rest may take.
const SPEND: f64 = 0.8;

/// The pace of the trials at a root.
#[derive(Debug)]
pub(super) struct Pacing {
    /// Sites of the root.
    sites: usize,
    /// The easiest goal worth reaching, and how much it gives way at a time.
    least: i64,
    give: i64,
    /// What was spent, and how many sites were left.
    known: Vec<(f64, usize)>,
}

impl Pacing {
    /// For a root with so many sites; `least` is the last goal that was reached.
    pub(super) fn new(sites: usize, least: i64, goal: &Goal<'_>) -> Self {
        let give = ((goal.target - goal.root) as f64 * GIVE) as i64;
        Pacing { sites, least, give: give.max(1), known: Vec::new() }
    }

    /// The goal to go on with after a chunk of trials.
    pub(super) fn target(&mut self, now: i64, sites: usize, budget: &Budget) -> i64 {
        let (spent, Some(left)) = budget.spending() else { return now };
        self.known.push((spent, sites));
        if self.known.len() <= WINDOW / 2 {
            return now;
        }
        let (then, before) = self.known[self.known.len().saturating_sub(WINDOW + 1)];
        let rest = sites as f64 - self.sites as f64 * (1.0 - CLOSE);
        let cost = (spent - then) / (before as f64 - sites as f64).max(0.5);
        if rest * cost <= SPEND * left {
            return now;
        }
        // What an easier goal closes has to show before it gives way again.
        self.known.clear();
        (now - self.give).max(self.least).min(now)
    }
}
