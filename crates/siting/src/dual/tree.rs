//! Lagrangian branch and bound: ascent of the multipliers, fixing by reduced costs, depth first.
//!
//! Geoffrion (1974) for the bound, Beasley (1985) for reduced-cost fixing, Camerini, Fratta and Maffioli (1975) for the
//! direction that remembers the last one.

use std::sync::Arc;

use super::proof::{Prices, Proof};
use super::{Bound, Core, Fix, Pick, Plan, Primal, State, Steps, Takeover};
use crate::budget::Budget;

pub(super) enum End {
    /// The bound reached the target, or the limits ended the search; the proof has its leaf.
    Closed,
    /// To be branched.
    Open,
}

/// The search. `proof` and `lowest` are its result: with the target, `lowest` is the bound of the whole.
pub(crate) struct Tree<'a> {
    pub(crate) primal: &'a mut dyn Primal,
    pub(crate) budget: &'a mut Budget,
    pub(crate) proof: Proof,
    /// The least bound of a leaf that was left open.
    pub(crate) lowest: i64,
    pub(super) rows: usize,
    pub(super) scale: i64,
    pub(super) bound: Bound,
    pub(super) offers: u64,
    /// Prices of the last leaf.
    pub(super) last: Option<Prices>,
    /// Prices of all rows at which the root ended.
    pub(crate) settled: Option<Arc<Vec<i64>>>,
    /// The other engine, where it may take over.
    pub(crate) takeover: Option<Takeover<'a>>,
    plan: Plan,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(
        primal: &'a mut dyn Primal,
        budget: &'a mut Budget,
        proof: Proof,
        rows: usize,
        scale: i64,
        plan: Plan,
    ) -> Self {
        Tree {
            primal,
            budget,
            proof,
            lowest: i64::MAX,
            rows,
            scale,
            bound: Bound::default(),
            offers: 0,
            last: None,
            settled: None,
            takeover: None,
            plan,
        }
    }

    /// Searches the whole tree below a root problem with first multipliers. Returns the multipliers the proof starts from.
    pub(crate) fn solve(&mut self, core: Core, u: Vec<i64>) -> Prices {
        let mut state = State::new(core, u);
        let start = self.prices(&state.core, &state.u, 0);
        let mut prices = start.clone();
        let steps = self.plan.root;
        if self.cheapest(&mut state, &prices) {
            return start;
        }
        let mut end = self.ascend(&mut state, &steps, &mut prices);
        self.settled = Some(self.prices_of(&state.core, &state.best_u).row);
        if matches!(end, End::Open) {
            self.primal.improve(self.budget);
            if state.best >= self.primal.target() {
                end = self.best_leaf(&mut state, &prices);
            }
        }
        if matches!(end, End::Closed) {
            return start;
        }
        if self.handed_over(&state, &prices) {
            return start;
        }
        if self.plan.relaxed && Self::fits(&state) {
            self.branch_relaxed(state, prices);
            return start;
        }
        if self.plan.goals {
            self.primal.restart(self.budget);
            if state.best >= self.primal.target() {
                self.best_leaf(&mut state, &prices);
                return start;
            }
            self.pursue(state, &prices);
            return start;
        }
        // Far from the target any bound will do, close to it only a precise one.
        let near = (self.primal.upper() - state.best) as f64 <= 0.005 * self.primal.upper() as f64;
        if near {
            (self.plan.node, self.plan.pick) = (Steps::PRECISE, Pick::Half);
            if matches!(self.ascend(&mut state, &Steps::PRECISE_ROOT, &mut prices), End::Closed) {
                return start;
            }
        }
        self.branch(state, prices);
        start
    }

    /// The root alone: a bound with its proof, without branching.
    pub(crate) fn solve_root(&mut self, core: Core, u: Vec<i64>) -> Prices {
        let mut state = State::new(core, u);
        let start = self.prices(&state.core, &state.u, 0);
        let mut prices = start.clone();
        let steps = self.plan.root;
        if self.cheapest(&mut state, &prices) {
            return start;
        }
        if matches!(self.ascend(&mut state, &steps, &mut prices), End::Open) {
            self.left_open(&mut state, &prices);
        }
        start
    }

    /// Whether every row at its cheapest already reaches the target: then nothing can be better.
    fn cheapest(&mut self, state: &mut State, prices: &Prices) -> bool {
        let core = &state.core;
        if core.hopeless.is_some() || core.rows() == 0 {
            return false;
        }
        let floors = state.floors.clone();
        if core.base + floors.iter().sum::<i64>() < self.primal.target() {
            return false;
        }
        state.u = floors;
        self.bound.evaluate(&state.core, &state.u);
        self.leaf(state, prices);
        true
    }

    /// Bound, prune, branch.
    pub(super) fn branch(&mut self, mut state: State, mut prices: Prices) {
        loop {
            let site = self.choose(&state);
            self.proof.push(&prices, &prices, &[], &[], self.proof.first(state.core.id[site]));
            for fix in [Fix::Open, Fix::Closed] {
                let mut child = state.child(site, fix);
                let mut below = prices.clone();
                self.budget.work.nodes += 1;
                let steps = self.plan.node;
                let end = self.ascend(&mut child, &steps, &mut below);
                if fix == Fix::Closed {
                    match end {
                        End::Closed => return,
                        End::Open => (state, prices) = (child, below),
                    }
                } else if matches!(end, End::Open) {
                    self.branch(child, below);
                }
            }
        }
    }

    fn choose(&self, state: &State) -> usize {
        let score = |a: f64| match self.plan.pick {
            Pick::Highest => a,
            Pick::Half => -(a - 0.5).abs(),
        };
        let mut best = 0;
        for (j, &a) in state.average.iter().enumerate() {
            if score(a) > score(state.average[best]) {
                best = j;
            }
        }
        best
    }
}
