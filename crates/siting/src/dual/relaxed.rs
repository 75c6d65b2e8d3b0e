//! Branch and bound on the linear relaxation, for what is left when the Lagrangian cannot say which sites are fractional.

use super::State;
use super::lp::{Ended, Relaxation};
use super::tree::Tree;
use super::{Fix, Prices};

/// A node: the relaxation (with its basis), the problem as far as it is decided, and where its sites are in the relaxation.
struct Node {
    lp: Relaxation,
    state: State,
    site: Vec<u32>,
    row: Vec<u32>,
}

impl Node {
    fn child(&self, site: usize, fix: Fix) -> Node {
        let mut lp = self.lp.clone();
        lp.fix(self.site[site] as usize, fix);
        let mut decided = vec![Fix::Free; self.state.core.sites()];
        decided[site] = fix;
        let mut child = Node { lp, state: self.state.again(), site: self.site.clone(), row: self.row.clone() };
        child.shrink(&decided);
        child
    }

    fn shrink(&mut self, fix: &[Fix]) {
        let (rows, sites) = self.state.shrink(fix);
        self.site = sites.iter().map(|&j| self.site[j as usize]).collect();
        self.row = rows.iter().map(|&i| self.row[i as usize]).collect();
    }
}

impl Tree<'_> {
    /// Searches below a problem with the linear relaxation. `scale` is that of the root problem.
    pub(super) fn branch_relaxed(&mut self, state: State, prices: Prices) {
        let core = &state.core;
        let slot = prices.slot;
        let reach = (self.primal.target() - state.best).max(0);
        let lp = Relaxation::new(core, &state.best_u, slot, self.scale as f64, reach);
        let node = Node { site: (0..core.sites() as u32).collect(), row: (0..core.rows() as u32).collect(), lp, state };
        self.relaxed(node, prices);
    }

    fn relaxed(&mut self, mut node: Node, mut prices: Prices) {
        loop {
            self.budget.work.nodes += 1;
            let Some(site) = self.bound_relaxed(&mut node, &mut prices) else { return };
            self.proof.push(&prices, &prices, &[], &[], self.proof.first(node.state.core.id[site]));
            let open = node.child(site, Fix::Open);
            let closed = {
                // The last use of the parent: its basis moves on.
                let mut decided = vec![Fix::Free; node.state.core.sites()];
                decided[site] = Fix::Closed;
                node.lp.fix(node.site[site] as usize, Fix::Closed);
                node.shrink(&decided);
                node
            };
            self.relaxed(open, prices.clone());
            node = closed;
        }
    }

    /// Bounds a node and fixes sites; the site to branch on, or `None` when the node is closed.
    fn bound_relaxed(&mut self, node: &mut Node, prices: &mut Prices) -> Option<usize> {
        loop {
            if self.ended(&node.state, prices) {
                return None;
            }
            let ended = node.lp.solve(self.budget, 20_000);
            let all = node.lp.prices(self.scale as f64);
            let core = &node.state.core;
            for (i, price) in node.state.u.iter_mut().enumerate() {
                *price = all[node.row[i] as usize].min(core.cap[i]).max(core.floor(i));
            }
            let visited = self.bound.evaluate(core, &node.state.u);
            self.budget.charge(visited);
            node.state.best = self.bound.value;
            node.state.best_u.copy_from_slice(&node.state.u);
            let x: Vec<f64> = node.site.iter().map(|&j| node.lp.x()[j as usize]).collect();
            if ended == Ended::Optimal && x.iter().all(|v| (v - v.round()).abs() < 1e-6) {
                let mut open = core.opened.clone();
                open.extend(core.id.iter().zip(&x).filter(|&(_, v)| *v > 0.5).map(|(&id, _)| id));
                self.primal.plan(&open);
            }
            if self.bound.value >= self.primal.target() {
                self.best_leaf(&mut node.state, prices);
                return None;
            }
            if self.budget.spent() {
                self.left_open(&mut node.state, prices);
                return None;
            }
            self.offers += 1;
            if self.offers % 8 == 1 {
                self.primal.offer(core, &node.state.u, &self.bound, self.budget);
                if self.bound.value >= self.primal.target() {
                    self.best_leaf(&mut node.state, prices);
                    return None;
                }
            }
            let mut fix = vec![Fix::Free; node.state.core.sites()];
            let (closed, opened) = self.fixable(&node.state, &mut fix, 1, prices);
            if closed + opened > 0 {
                for (j, f) in fix.iter().enumerate() {
                    if *f != Fix::Free {
                        node.lp.fix(node.site[j] as usize, *f);
                    }
                }
                let moved = fix.iter().zip(&x).any(|(f, v)| match f {
                    Fix::Closed => *v > 1e-6,
                    Fix::Open => *v < 1.0 - 1e-6,
                    Fix::Free => false,
                });
                let x_left: Vec<f64> = fix.iter().zip(&x).filter(|(f, _)| **f == Fix::Free).map(|(_, &v)| v).collect();
                let before = node.state.core.sites();
                node.shrink(&fix);
                if moved || node.state.core.sites() + closed + opened != before {
                    continue;
                }
                if self.ended(&node.state, prices) {
                    return None;
                }
                return Some(nearest_half(&x_left));
            }
            return Some(nearest_half(&x));
        }
    }
}

fn nearest_half(x: &[f64]) -> usize {
    let mut best = 0;
    for (j, v) in x.iter().enumerate() {
        if (v - 0.5).abs() < (x[best] - 0.5).abs() - 1e-9 {
            best = j;
        }
    }
    best
}

impl Tree<'_> {
    /// Whether the relaxation of a problem is worth its pivots. With few open sites every row has many levels that matter, and the
    /// Lagrangian is quicker.
    pub(super) fn fits(state: &State) -> bool {
        let core = &state.core;
        let (mut levels, mut size) = (0, 0);
        for (i, &price) in state.best_u.iter().enumerate() {
            let costs = core.row(i).1;
            if costs.last() == costs.first() {
                size += costs.len();
            } else {
                levels += costs.partition_point(|&c| c < price);
            }
        }
        let graded = levels <= 20 * core.rows() && (core.slots > 20 || levels <= 4 * core.rows());
        core.sites() <= 1500 && size + levels <= 300_000 && graded
    }
}
