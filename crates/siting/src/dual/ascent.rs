//! The ascent at a node, with sites fixed on the way, and how a node ends.

use std::sync::Arc;

use firesite_problem::Then;

use super::tree::{End, Tree};
use super::{Core, Fix, MUST, Prices, State, Steps};

impl Tree<'_> {
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
            self.bound.counts(&state.core);
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
                self.bound.counts(&state.core);
                self.budget.charge(2 * visited);
            }
            self.step(state, steps.new, factor);
        }
    }

    /// u ← u + t·d with d = new·g + (1 − new)·d and the Polyak step t = factor·(upper − L) ÷ |d|².
    fn step(&mut self, state: &mut State, new: f64, factor: f64) {
        let State { core, u, floors, direction, best, .. } = state;
        let mut norm = 0.0;
        let ends = core.cap.iter().zip(&*floors);
        for (((d, &price), &count), (&cap, &floor)) in direction.iter_mut().zip(&*u).zip(&self.bound.count).zip(ends) {
            let g = 1.0 - f64::from(count);
            // A price at its end that wants to go further does not count.
            let stuck = (count == 0) & (price >= cap) | (count > 1) & (price <= floor);
            *d = new * if stuck { 0.0 } else { g } + (1.0 - new) * *d;
            norm += *d * *d;
        }
        if norm <= 0.0 {
            norm = 1.0;
        }
        let upper = self.primal.upper();
        let goal = if upper >= MUST { *best + best.abs() / 20 + 1000 } else { upper };
        let t = factor * ((goal - self.bound.value) as f64).max(1.0) / norm;
        for (((price, &d), &cap), &floor) in u.iter_mut().zip(&*direction).zip(&core.cap).zip(&*floors) {
            let moved = *price as f64 + t * d;
            // Without a plan the prices of rows that must be served have no natural ceiling.
            let ceiling = cap.min(MUST / 1_000_000);
            *price = ((moved + 0.5_f64.copysign(moved)) as i64).min(ceiling).max(floor);
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

    pub(super) fn leaf(&mut self, state: &State, prices: &Prices) -> End {
        let now = self.prices(&state.core, &state.u, -self.bound.next);
        self.proof.push(prices, &now, &[], &[], Then::Leaf);
        self.last = Some(now);
        End::Closed
    }

    pub(super) fn left_open(&mut self, state: &mut State, prices: &Prices) -> End {
        state.u.copy_from_slice(&state.best_u);
        self.bound.evaluate(&state.core, &state.u);
        let floors = state.floors.clone();
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
    pub(super) fn prices(&self, core: &Core, u: &[i64], slot: i64) -> Prices {
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
