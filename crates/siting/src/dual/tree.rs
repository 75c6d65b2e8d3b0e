//! Lagrangian branch and bound: ascent of the multipliers, fixing by reduced costs, depth first.
//!
//! Geoffrion (1974) for the bound, Beasley (1985) for reduced-cost fixing, Camerini, Fratta and Maffioli (1975) for the
//! direction that remembers the last one.

use std::sync::Arc;

use firesite_problem::Then;

use super::proof::{Prices, Proof};
use super::{Bound, Core, Fix, MUST, Takeover};
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

/// A problem with its multipliers on the way through the tree.
pub(super) struct State {
    pub(super) core: Core,
    pub(super) u: Vec<i64>,
    direction: Vec<f64>,
    pub(super) average: Vec<f64>,
    pub(super) best: i64,
    pub(super) best_u: Vec<i64>,
    /// The problem as the node began, kept when reduced costs shrink it.
    began: Option<Core>,
}

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
    last: Option<Prices>,
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
        let floors: Vec<i64> = (0..core.rows()).map(|i| core.floor(i)).collect();
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

    /// Climbs until the bound reaches the target or the steps get small. Sites are fixed on the way; when the last prices need
    /// none of those fixings, the proof forgets them.
    pub(super) fn ascend(&mut self, state: &mut State, steps: &Steps, prices: &mut Prices) -> End {
        let (mark, before, lowest) = (self.proof.nodes.len(), prices.clone(), self.lowest);
        state.began = None;
        let end = self.climb(state, steps, prices);
        if matches!(end, End::Closed) && self.lowest == lowest && self.proof.nodes.len() > mark + 1 {
            self.forget_fixings(state, mark, &before);
        }
        state.began = None;
        end
    }

    fn forget_fixings(&mut self, state: &State, mark: usize, before: &Prices) {
        let (Some(core), Some(last)) = (&state.began, &self.last) else { return };
        let price = |(i, &row): (usize, &u32)| last.row[row as usize].min(core.cap[i]).max(core.floor(i));
        let u: Vec<i64> = core.row.iter().enumerate().map(price).collect();
        let visited = self.bound.evaluate(core, &u);
        self.budget.charge(visited);
        if self.bound.value >= self.primal.target() {
            let now = self.prices(core, &u, -self.bound.next);
            self.proof.nodes.truncate(mark);
            self.proof.push(before, &now, &[], &[], Then::Leaf);
        }
    }

    fn climb(&mut self, state: &mut State, steps: &Steps, prices: &mut Prices) -> End {
        if self.ended(state, prices) {
            return End::Closed;
        }
        let mut factor = steps.factor;
        let mut stall = 0;
        let mut fix = vec![Fix::Free; state.core.sites()];
        let mut fixed = (0, 0);
        let mut iteration = 0;
        loop {
            let visited = self.bound.evaluate(&state.core, &state.u);
            self.bound.counts(&state.core, &state.u);
            self.budget.charge(2 * visited + state.core.rows() + state.core.sites());
            self.budget.work.iterations += 1;
            iteration += 1;
            if self.bound.value > state.best {
                state.best = self.bound.value;
                state.best_u.copy_from_slice(&state.u);
                stall = 0;
            } else {
                stall += 1;
            }
            if state.best >= self.primal.target() {
                return self.best_leaf(state, prices);
            }
            if self.budget.spent() {
                return self.left_open(state, prices);
            }
            if iteration % steps.offer_every == 0 {
                self.primal.offer(&state.core, &state.u, &self.bound, self.budget);
                if state.best >= self.primal.target() {
                    return self.best_leaf(state, prices);
                }
            }
            let last = iteration >= steps.most || factor < steps.least;
            let new = self.fixable(
                state,
                &mut fix,
                if last { 1 } else { (state.core.sites() / steps.fix_share).max(1) },
                prices,
            );
            fixed = (fixed.0 + new.0, fixed.1 + new.1);
            for (a, &c) in state.average.iter_mut().zip(&self.bound.chosen) {
                *a += (f64::from(u8::from(c)) - *a) / steps.average;
            }
            if fixed.1 > 0 || fixed.0 * 12 > state.core.sites() || last && fixed.0 > 0 {
                state.shrink(&fix);
                fix = vec![Fix::Free; state.core.sites()];
                fixed = (0, 0);
                if self.ended(state, prices) {
                    return End::Closed;
                }
                if !last {
                    continue;
                }
            }
            if last {
                state.u.copy_from_slice(&state.best_u);
                return End::Open;
            }
            if stall >= steps.halve_after {
                factor *= steps.shrink;
                stall = 0;
                state.u.copy_from_slice(&state.best_u);
                // The next step starts from the best point with its own subgradient.
                let visited = self.bound.evaluate(&state.core, &state.u);
                self.bound.counts(&state.core, &state.u);
                self.budget.charge(2 * visited);
            }
            self.step(state, steps.new, factor);
        }
    }

    /// u ← u + t·d with d = new·g + (1 − new)·d and the Polyak step t = factor·(upper − L) ÷ |d|².
    fn step(&mut self, state: &mut State, new: f64, factor: f64) {
        let core = &state.core;
        let mut norm = 0.0;
        for i in 0..core.rows() {
            let mut g = 1.0 - f64::from(self.bound.count[i]);
            // A price at its end that wants to go further does not count.
            if g > 0.0 && state.u[i] >= core.cap[i] || g < 0.0 && state.u[i] <= core.floor(i) {
                g = 0.0;
            }
            let d = new * g + (1.0 - new) * state.direction[i];
            state.direction[i] = d;
            norm += d * d;
        }
        if norm <= 0.0 {
            norm = 1.0;
        }
        let upper = self.primal.upper();
        let goal = if upper >= MUST { state.best + state.best.abs() / 20 + 1000 } else { upper };
        let t = factor * ((goal - self.bound.value) as f64).max(1.0) / norm;
        for i in 0..core.rows() {
            let moved = state.u[i] as f64 + t * state.direction[i];
            // Without a plan the prices of rows that must be served have no natural ceiling.
            let ceiling = core.cap[i].min(MUST / 1_000_000);
            state.u[i] = (moved.round() as i64).min(ceiling).max(core.floor(i));
        }
    }

    /// Marks the sites that reduced costs decide, at least `least` of them or none, and writes them into the proof.
    pub(super) fn fixable(
        &mut self,
        state: &State,
        fix: &mut [Fix],
        least: usize,
        prices: &mut Prices,
    ) -> (usize, usize) {
        let target = self.primal.target();
        let bound = &self.bound;
        let (mut close, mut open) = (Vec::new(), Vec::new());
        for (j, f) in fix.iter().enumerate() {
            if *f != Fix::Free {
                continue;
            }
            if bound.chosen[j] {
                if bound.value - bound.rho[j] + bound.next >= target {
                    open.push(j as u32);
                }
            } else if bound.value - bound.last + bound.rho[j] >= target {
                close.push(j as u32);
            }
        }
        if close.len() < least && open.is_empty() {
            return (0, 0);
        }
        let (last, next) = (-bound.last, -bound.next);
        let root = |list: &[u32]| list.iter().map(|&j| state.core.id[j as usize]).collect::<Vec<_>>();
        let mut now = self.prices(&state.core, &state.u, last);
        if !close.is_empty() {
            self.proof.push(prices, &now, &root(&close), &[], Then::Next);
            *prices = now.clone();
        }
        if !open.is_empty() {
            now.slot = next;
            self.proof.push(prices, &now, &[], &root(&open), Then::Next);
            *prices = now;
        }
        for &j in &close {
            fix[j as usize] = Fix::Closed;
        }
        for &j in &open {
            fix[j as usize] = Fix::Open;
        }
        (close.len(), open.len())
    }

    /// Nothing is left to decide: a plan, or no plan at all.
    pub(super) fn ended(&mut self, state: &State, prices: &Prices) -> bool {
        let core = &state.core;
        if let Some(row) = core.hopeless {
            // Nobody serves the row: its price alone passes any target.
            let mut now = self.prices(core, &state.u, 0);
            let sum: i128 = now.row.iter().map(|&v| i128::from(v).abs()).sum();
            let price = i128::from(self.primal.target().max(0)) + sum + 1;
            Arc::make_mut(&mut now.row)[row as usize] = price.min(i128::from(MUST)) as i64;
            self.proof.push(prices, &now, &[], &[], Then::Leaf);
            self.last = None;
            return true;
        }
        if core.rows() == 0 {
            self.primal.plan(&core.opened);
            let mut now = self.prices(core, &[], 0);
            if core.slots == 0 {
                // What closed sites could still save does not matter: no slot is left for them.
                now.slot = now.row.iter().fold(1i64, |sum, &v| sum.saturating_add(v.max(0))).min(MUST);
            }
            self.proof.push(prices, &now, &[], &[], Then::Leaf);
            self.last = Some(now);
            if core.base < self.primal.target() {
                self.lowest = self.lowest.min(core.base);
            }
            return true;
        }
        false
    }

    /// Closes the node with its best multipliers, which reach the target.
    pub(super) fn best_leaf(&mut self, state: &mut State, prices: &Prices) -> End {
        if self.bound.value < state.best {
            state.u.copy_from_slice(&state.best_u);
            let visited = self.bound.evaluate(&state.core, &state.u);
            self.budget.charge(visited);
        }
        self.leaf(state, prices)
    }

    fn leaf(&mut self, state: &State, prices: &Prices) -> End {
        let now = self.prices(&state.core, &state.u, -self.bound.next);
        self.proof.push(prices, &now, &[], &[], Then::Leaf);
        self.last = Some(now);
        End::Closed
    }

    pub(super) fn left_open(&mut self, state: &mut State, prices: &Prices) -> End {
        state.u.copy_from_slice(&state.best_u);
        self.bound.evaluate(&state.core, &state.u);
        let floors: Vec<i64> = (0..state.core.rows()).map(|i| state.core.floor(i)).collect();
        if self.bound.value < state.core.base + floors.iter().sum::<i64>() {
            // Stopped before the prices made sense: the cheapest site of every row is a bound too.
            state.u = floors;
            self.bound.evaluate(&state.core, &state.u);
        }
        let now = self.prices(&state.core, &state.u, -self.bound.next);
        self.proof.push(prices, &now, &[], &[], Then::Leaf);
        self.lowest = self.lowest.min(self.bound.value);
        End::Closed
    }

    /// Prices of all rows of the root when a slot costs nothing.
    pub(super) fn prices_of(&self, core: &Core, u: &[i64]) -> Prices {
        self.prices(core, u, 0)
    }

    /// Prices of all rows of the root: those that are settled have the cost they settled at.
    fn prices(&self, core: &Core, u: &[i64], slot: i64) -> Prices {
        let mut row = vec![0; self.rows];
        for &(i, cost) in &core.settled {
            row[i as usize] = cost;
        }
        for (&i, &price) in core.row.iter().zip(u) {
            row[i as usize] = price;
        }
        Prices { row: Arc::new(row), slot }
    }
}

impl State {
    fn new(core: Core, mut u: Vec<i64>) -> Self {
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

    fn child(&self, site: usize, value: Fix) -> State {
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
