//! A problem on its way through the tree: what is left of it, with its prices.

use super::{Core, Fix};

/// A problem with its multipliers on the way through the tree.
pub(super) struct State {
    pub(super) core: Core,
    pub(super) u: Vec<i64>,
    pub(super) direction: Vec<f64>,
    pub(super) average: Vec<f64>,
    pub(super) best: i64,
    pub(super) best_u: Vec<i64>,
    /// The problem as the node began, kept when reduced costs shrink it.
    pub(super) began: Option<Core>,
}

impl State {
    pub(super) fn new(core: Core, mut u: Vec<i64>) -> Self {
        for (i, price) in u.iter_mut().enumerate() {
            *price = (*price).min(core.cap[i]).max(core.floor(i));
        }
        State {
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
        let take = |u: &[i64]| -> Vec<i64> {
            let core = &smaller.core;
            let kept = smaller.kept_rows.iter().enumerate();
            kept.map(|(i, &old)| u[old as usize].min(core.cap[i]).max(core.floor(i))).collect()
        };
        let (u, best_u) = (take(&self.u), take(&self.best_u));
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
        let mut child = State {
            core: Core::default(),
            u: self.best_u.clone(),
            direction: vec![0.0; self.core.rows()],
            average: self.average.clone(),
            best: i64::MIN,
            best_u: self.best_u.clone(),
            began: None,
        };
        let smaller = self.core.fix(fix);
        let core = &smaller.core;
        let kept = smaller.kept_rows.iter().enumerate();
        child.u = kept.map(|(i, &old)| self.best_u[old as usize].min(core.cap[i]).max(core.floor(i))).collect();
        child.best_u.clone_from(&child.u);
        child.direction = vec![0.0; core.rows()];
        child.average = smaller.kept_sites.iter().map(|&old| self.average[old as usize]).collect();
        child.core = smaller.core;
        child
    }
}
