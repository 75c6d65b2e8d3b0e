//! A problem on its way through the tree: what is left of it, with its prices.

use super::{Core, Fix};

/// A problem with its multipliers on the way through the tree.
pub(super) struct State {
    pub(super) core: Core,
    pub(super) u: Vec<i64>,
    /// The least multipliers that are of use.
    pub(super) floors: Vec<i64>,
    pub(super) direction: Vec<f64>,
    pub(super) average: Vec<f64>,
    pub(super) best: i64,
    pub(super) best_u: Vec<i64>,
    /// The problem as the node began, kept when reduced costs shrink it.
    pub(super) began: Option<Core>,
}

impl State {
    pub(super) fn new(core: Core, mut u: Vec<i64>) -> Self {
        let floors = core.floors();
        for ((price, &cap), &floor) in u.iter_mut().zip(&core.cap).zip(&floors) {
            *price = (*price).min(cap).max(floor);
        }
        State {
            floors,
            direction: vec![0.0; core.rows()],
            average: vec![0.0; core.sites()],
            best: i64::MIN,
            best_u: u.clone(),
            began: None,
            core,
            u,
        }
    }

    /// The same with more decided: prices of rows that stay are kept, as far as a newly open site allows.
    pub(super) fn shrink(&mut self, fix: &[Fix]) -> (Vec<u32>, Vec<u32>) {
        let smaller = self.core.fix(fix);
        self.floors = smaller.core.floors();
        let (u, best_u) = (smaller.take(&self.u, &self.floors), smaller.take(&self.best_u, &self.floors));
        self.direction = smaller.kept_rows.iter().map(|&old| self.direction[old as usize]).collect();
        self.average = smaller.kept_sites.iter().map(|&old| self.average[old as usize]).collect();
        let before = std::mem::replace(&mut self.core, smaller.core);
        if self.began.is_none() {
            self.began = Some(before);
        }
        (self.u, self.best_u) = (u, best_u);
        (smaller.kept_rows, smaller.kept_sites)
    }

    /// A copy.
    pub(super) fn again(&self) -> State {
        State {
            core: self.core.clone(),
            u: self.u.clone(),
            floors: self.floors.clone(),
            direction: self.direction.clone(),
            average: self.average.clone(),
            best: self.best,
            best_u: self.best_u.clone(),
            began: None,
        }
    }

    pub(super) fn child(&self, site: usize, value: Fix) -> State {
        let mut fix = vec![Fix::Free; self.core.sites()];
        fix[site] = value;
        self.with(&fix)
    }

    /// The child with some sites decided, starting from the best prices.
    pub(super) fn with(&self, fix: &[Fix]) -> State {
        let smaller = self.core.fix(fix);
        let floors = smaller.core.floors();
        let u = smaller.take(&self.best_u, &floors);
        State {
            best_u: u.clone(),
            u,
            floors,
            direction: vec![0.0; smaller.core.rows()],
            average: smaller.kept_sites.iter().map(|&old| self.average[old as usize]).collect(),
            best: i64::MIN,
            began: None,
            core: smaller.core,
        }
    }
}
