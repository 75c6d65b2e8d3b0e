//! Proving a goal instead of the optimum: for covering problems whose root gap no tree closes.
//!
//! The relaxation spreads each station over several neighbouring sites, so deciding one site hardly moves the bound; deciding
//! *which site covers a row, or none* does. Reduced costs fix far more sites against a goal some tenths of a percent away than
//! against the optimum. So: prove that nothing is better than the incumbent by more than `allow`, then try a
//! closer goal, and keep the last proof that was finished.

use firesite_problem::{Node, Then};

use super::tree::{End, State, Steps, Tree};
use super::{Fix, Prices};

impl Tree<'_> {
    /// Goals below a root that is left open. The proof ends up with the best goal reached.
    pub(super) fn pursue(&mut self, root: State, prices: &Prices) {
        let mark = self.proof.nodes.len();
        let mut allow = (self.primal.target() - root.best).max(0) * 23 / 25;
        let mut finished: Option<(Vec<Node>, i64)> = None;
        loop {
            self.primal.allow(allow);
            self.proof.nodes.truncate(mark);
            let lowest = self.lowest;
            self.lowest = i64::MAX;
            let mut state = root.again();
            let mut below = prices.clone();
            let steps = Steps { most: 400, ..Steps::GOAL };
            if matches!(self.ascend(&mut state, &steps, &mut below), End::Open) {
                self.branch_rows(state, below);
            }
            if self.lowest != i64::MAX {
                self.lowest = lowest;
                break;
            }
            finished = Some((self.proof.nodes[mark..].to_vec(), self.primal.target()));
            self.lowest = lowest;
            if allow == 0 {
                break;
            }
            allow = self.primal.less(allow);
        }
        self.proof.nodes.truncate(mark);
        match finished {
            Some((nodes, target)) => {
                self.proof.nodes.extend(nodes);
                if allow > 0 || self.budget.stopped().is_some() {
                    self.lowest = self.lowest.min(target);
                }
            }
            None => {
                let mut state = root;
                self.left_open(&mut state, prices);
            }
        }
        self.primal.allow(0);
    }

    /// Which site covers a row, or none: one child for each, earlier sites closed.
    fn branch_rows(&mut self, state: State, prices: Prices) {
        let Some(sites) = self.row_to_branch(&state) else {
            self.branch(state, prices);
            return;
        };
        let ids: Vec<u32> = sites.iter().map(|&j| state.core.id[j as usize]).collect();
        let then: Then = self.proof.among(&ids);
        self.proof.push(&prices, &prices, &[], &[], then);
        let mut fix = vec![Fix::Free; state.core.sites()];
        for child in 0..=sites.len() {
            if let Some(&j) = sites.get(child) {
                fix[j as usize] = Fix::Open;
            }
            let mut node = state.with(&fix);
            if let Some(&j) = sites.get(child) {
                fix[j as usize] = Fix::Closed;
            }
            let mut below = prices.clone();
            self.budget.work.nodes += 1;
            if matches!(self.ascend(&mut node, &Steps::GOAL, &mut below), End::Open) {
                self.branch_rows(node, below);
            }
        }
    }

    /// The sites of the row with the least left to decide, the least promising first.
    fn row_to_branch(&mut self, state: &State) -> Option<Vec<u32>> {
        let core = &state.core;
        self.bound.evaluate(core, &state.best_u);
        let room = (self.primal.target() - self.bound.value).max(1) as f64;
        let share: Vec<f64> = (0..core.sites())
            .map(|j| {
                let loss = if self.bound.chosen[j] { 0 } else { self.bound.rho[j] - self.bound.last };
                0.3 + (1.0 - loss as f64 / room).max(0.0)
            })
            .collect();
        let mut best = (f64::INFINITY, usize::MAX);
        for i in 0..core.rows() {
            let sites = core.row(i).0;
            let mass: f64 = sites.iter().map(|&j| state.average[j as usize]).sum();
            let left: f64 = sites.iter().map(|&j| share[j as usize]).sum();
            // A row that is surely covered or surely not says nothing.
            let score = left * (1.0 + 4.0 * (mass - 1.0).abs());
            if sites.len() > 1 && score < best.0 {
                best = (score, i);
            }
        }
        if best.1 == usize::MAX {
            return None;
        }
        let mut sites = core.row(best.1).0.to_vec();
        let rho = &self.bound.rho;
        sites.sort_by_key(|&j| (std::cmp::Reverse(rho[j as usize]), j));
        Some(sites)
    }
}
