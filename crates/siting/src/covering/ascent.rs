//! Climbing the Lagrangian dual of a covering problem.
//!
//! L(u) = base + Σ_i u_i + the sum of the (at most `slots`) least ρ_j,  ρ_j = −Σ_{i covered by j} u_i,  0 ≤ u_i ≤ cap_i.
//!
//! A site covers a few runs of rows, so its ρ is a few differences of the running sum of the prices: a step costs two passes over
//! the rows and one over the ends of the runs, many times less than the entries. Sites are opened and closed in place. Prices are whole
//! numbers: nothing drifts.

use std::sync::Arc;

use crate::dual::{Fix, Steps};

use super::lanes;
use super::problem::Covering;

/// A problem with its multipliers on the way up.
#[derive(Debug, Clone)]
pub(super) struct Ascent {
    pub(super) problem: Arc<Covering>,
    /// Cap of each row; 0 where an open site covers it.
    pub(super) cap: Vec<f64>,
    /// How many free sites cover each row.
    left: Vec<u32>,
    /// Whether each site may still be opened, and those that may.
    is_free: Vec<bool>,
    pub(super) free: Vec<u32>,
    pub(super) slots: usize,
    /// Sites of the root problem opened on the way here.
    pub(super) opened: Vec<u32>,
    pub(super) u: Vec<f64>,
    direction: Vec<f64>,
    /// Running sums of the prices: what the rows before each row have.
    sums: Vec<i64>,
    /// How often each site was selected lately.
    pub(super) average: Vec<f64>,
    pub(super) rho: Vec<i64>,
    pub(super) chosen: Vec<bool>,
    picked: Vec<u32>,
    /// Scratch of the selection: false between steps.
    stays: Vec<bool>,
    count: Vec<f64>,
    pub(super) value: i64,
    /// The largest ρ chosen when all slots are used, else 0.
    pub(super) last: i64,
    /// The least ρ not chosen when all slots are used, at most 0; else 0.
    pub(super) next: i64,
    pub(super) best: i64,
    pub(super) best_u: Vec<f64>,
    order: Vec<(i64, u32)>,
    /// Rows and ends of runs visited.
    pub(super) visited: u64,
    pub(super) steps: u64,
}

/// How a climb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Climbed {
    /// The best bound is at least the target.
    Reached,
    /// So many sites can be decided that the problem should shrink before it goes on.
    Fixable,
    /// The steps have become small.
    Settled,
}

/// The state of the step size; it outlives a shrinking of the problem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    factor: f64,
    stall: u32,
    pub(super) taken: u32,
}

impl Pace {
    pub(super) fn new(steps: &Steps) -> Self {
        Pace { factor: steps.factor, stall: 0, taken: 0 }
    }

    /// Going on where a climb ended.
    pub(super) fn again(&self) -> Self {
        Pace { factor: self.factor, stall: 0, taken: 0 }
    }

    pub(super) fn over(&self, steps: &Steps) -> bool {
        self.taken >= steps.most || self.factor < steps.least
    }
}

impl Ascent {
    /// Starts from prices, each a whole number within its range.
    pub(super) fn new(problem: Covering, slots: usize, opened: Vec<u32>, u: Vec<f64>) -> Self {
        let (rows, sites) = (problem.rows(), problem.sites());
        let mut ascent = Ascent {
            cap: problem.cap.clone(),
            left: problem.lengths(),
            is_free: vec![true; sites],
            free: (0..sites as u32).collect(),
            slots,
            opened,
            direction: vec![0.0; rows],
            sums: vec![0; rows + 1],
            average: vec![0.0; sites],
            rho: vec![0; sites],
            chosen: vec![false; sites],
            picked: Vec::new(),
            stays: vec![false; sites],
            count: vec![0.0; rows],
            value: i64::MIN,
            last: 0,
            next: 0,
            best: i64::MIN,
            best_u: u.clone(),
            order: Vec::new(),
            visited: 0,
            steps: 0,
            problem: Arc::new(problem),
            u,
        };
        ascent.evaluate();
        ascent.best = ascent.value;
        ascent
    }

    /// Whether nothing is left to choose: no slot, or no row that a free site covers.
    pub(super) fn exhausted(&self) -> bool {
        self.slots == 0 || !self.cap.iter().zip(&self.left).any(|(&cap, &left)| cap > 0.0 && left > 0)
    }

    /// The reduced costs at the current prices, the selection and the bound.
    fn evaluate(&mut self) {
        let sum = lanes::add_up(&mut self.sums, &self.u);
        self.visited += self.u.len() as u64;
        for &j in &self.free {
            let runs = self.problem.runs(j as usize);
            self.rho[j as usize] = -lanes::covered(&self.sums, runs);
            self.visited += runs.len() as u64;
        }
        self.select(sum);
    }

    /// Chooses the sites and evaluates the bound; `sum` is that of the prices. Ties go to the smaller site.
    fn select(&mut self, sum: i64) {
        let slots = self.slots;
        self.order.clear();
        self.order.extend(self.free.iter().map(|&j| (self.rho[j as usize], j)).filter(|&(r, _)| r < 0));
        (self.last, self.next) = (0, 0);
        if self.order.len() > slots {
            let (_, &mut next, _) = self.order.select_nth_unstable(slots);
            self.next = next.0;
            self.order.truncate(slots);
        }
        if self.order.len() == slots {
            self.last = self.order.iter().map(|&(r, _)| r).max().unwrap_or(0);
        }
        self.value = self.problem.base + sum;
        for k in 0..self.order.len() {
            let (r, j) = self.order[k];
            self.value += r;
            self.stays[j as usize] = true;
            if !self.chosen[j as usize] {
                self.chosen[j as usize] = true;
                self.count_rows(j, 1.0);
            }
        }
        for k in 0..self.picked.len() {
            let j = self.picked[k];
            if !self.stays[j as usize] {
                self.chosen[j as usize] = false;
                self.count_rows(j, -1.0);
            }
        }
        self.picked.clear();
        self.picked.extend(self.order.iter().map(|&(_, j)| j));
        for &j in &self.picked {
            self.stays[j as usize] = false;
        }
    }

    /// A site enters or leaves the selection.
    fn count_rows(&mut self, site: u32, by: f64) {
        for rows in self.problem.ranges(site as usize) {
            self.visited += rows.len() as u64 / 4 + 1;
            for count in &mut self.count[rows] {
                *count += by;
            }
        }
    }

    /// Moves to other prices; none where an open site covers.
    fn move_to(&mut self, to: &[f64]) {
        for ((u, &to), &cap) in self.u.iter_mut().zip(to).zip(&self.cap) {
            *u = to.min(cap);
        }
        self.evaluate();
    }

    /// To the prices that the root's rows have, as a new start.
    pub(super) fn restart(&mut self, root: &[i64]) {
        let u = self.problem.merged(root);
        self.goto(&u);
    }

    /// To prices known from before, if they are better.
    pub(super) fn resume(&mut self, root: &[f32]) {
        let u = self.problem.merged_near(root);
        let best = self.best;
        self.move_to(&u);
        if self.value > best {
            self.best = self.value;
            self.best_u.copy_from_slice(&self.u);
        } else {
            self.restore_best();
        }
    }

    /// To other prices, as a new start.
    pub(super) fn goto(&mut self, to: &[f64]) {
        self.move_to(to);
        self.best = self.value;
        self.best_u.copy_from_slice(&self.u);
    }

    /// Back to the best prices.
    pub(super) fn restore_best(&mut self) {
        if self.value < self.best {
            let best = std::mem::take(&mut self.best_u);
            self.move_to(&best);
            self.best_u = best;
        }
    }

    /// u ← u + t·cap·d with d = new·g + (1 − new)·d and the Polyak step t = factor·(upper − L) ÷ Σ cap·d². The metric makes rows
    /// alike move as one row of their summed weight would.
    fn step(&mut self, new: f64, factor: f64, upper: i64) {
        let norm = lanes::turn(&mut self.direction, &self.u, &self.cap, &self.count, new);
        let norm = if norm > 0.0 { norm } else { 1.0 };
        let t = factor * ((upper - self.value) as f64).max(1.0) / norm;
        lanes::advance(&mut self.u, &self.direction, &self.cap, t);
        self.visited += self.u.len() as u64;
        self.evaluate();
    }

    /// Climbs until the target is reached, enough sites can be decided, or the steps are small.
    pub(super) fn climb(&mut self, steps: &Steps, pace: &mut Pace, target: i64, upper: i64) -> Climbed {
        let share = (self.free.len() / steps.fix_share).max(1);
        loop {
            if self.best >= target {
                return Climbed::Reached;
            }
            let over = pace.over(steps);
            if over {
                self.restore_best();
            }
            let (close, open) = self.fixable(target);
            if open > 0 || close >= if over { 1 } else { share } {
                return Climbed::Fixable;
            }
            if over {
                return Climbed::Settled;
            }
            if pace.stall >= steps.halve_after {
                pace.factor *= steps.shrink;
                pace.stall = 0;
                self.restore_best();
            }
            self.step(steps.new, pace.factor, upper);
            self.steps += 1;
            pace.taken += 1;
            let keep = 1.0 - 1.0 / steps.average;
            for a in &mut self.average {
                *a *= keep;
            }
            for &j in &self.picked {
                self.average[j as usize] += 1.0 / steps.average;
            }
            if self.value > self.best {
                self.best = self.value;
                self.best_u.copy_from_slice(&self.u);
                pace.stall = 0;
            } else {
                pace.stall += 1;
            }
        }
    }

    /// What the current prices decide about a site.
    pub(super) fn decided(&self, j: usize, target: i64) -> Fix {
        if !self.is_free[j] {
            Fix::Free
        } else if self.chosen[j] {
            if self.value - self.rho[j] + self.next >= target { Fix::Open } else { Fix::Free }
        } else if self.value - self.last + self.rho[j] >= target {
            Fix::Closed
        } else {
            Fix::Free
        }
    }

    /// How many sites the current prices close and open.
    fn fixable(&self, target: i64) -> (usize, usize) {
        let (mut close, mut open) = (0, 0);
        for &j in &self.free {
            match self.decided(j as usize, target) {
                Fix::Closed => close += 1,
                Fix::Open => open += 1,
                Fix::Free => {}
            }
        }
        (close, open)
    }

    /// Opens and closes sites in place. Covered rows have no price any more, rows that no free site covers have all of theirs.
    pub(super) fn settle(&mut self, fix: impl Iterator<Item = (u32, Fix)>) {
        let problem = Arc::clone(&self.problem);
        for (j, fix) in fix {
            let j = j as usize;
            if fix == Fix::Free || !self.is_free[j] {
                continue;
            }
            self.is_free[j] = false;
            for rows in problem.ranges(j) {
                self.visited += rows.len() as u64 / 4 + 1;
                if fix == Fix::Open {
                    self.cap[rows.clone()].fill(0.0);
                    self.u[rows.clone()].fill(0.0);
                    self.direction[rows.clone()].fill(0.0);
                }
                for left in &mut self.left[rows] {
                    *left -= 1;
                }
            }
            if fix == Fix::Open {
                self.opened.push(problem.id[j]);
                self.slots = self.slots.saturating_sub(1);
            }
        }
        if self.slots == 0 {
            self.is_free.fill(false);
            self.left.fill(0);
        }
        let is_free = &self.is_free;
        self.free.retain(|&j| is_free[j as usize]);
        for ((u, &cap), &left) in self.u.iter_mut().zip(&self.cap).zip(&self.left) {
            if left == 0 {
                *u = cap;
            }
        }
        self.visited += self.u.len() as u64;
        self.evaluate();
        self.best = self.value;
        self.best_u.copy_from_slice(&self.u);
    }

    /// The same at the same prices with nothing in the problem but what is still open: rows that have become alike are one row.
    pub(super) fn shrink(&self) -> Ascent {
        let smaller = self.problem.shrink(&self.is_free, &self.cap);
        let rows = smaller.covering.rows();
        let (mut u, mut direction) = (vec![0.0; rows], vec![0.0; rows]);
        for (i, &now) in smaller.row_now.iter().enumerate() {
            if now != u32::MAX {
                u[now as usize] += self.u[i];
                direction[now as usize] = self.direction[i];
            }
        }
        let mut next = Ascent::new(smaller.covering, self.slots, self.opened.clone(), u);
        next.average = smaller.kept.iter().map(|&j| self.average[j as usize]).collect();
        next.direction = direction;
        next.visited += self.visited + self.problem.entries() as u64;
        next.steps = self.steps;
        next
    }

    /// Lowers what differs from `wanted` prices while the bound stays at the target: prices that need not differ from those of the
    /// node above need not be written down. With λ fixed the bound of a row's change is local.
    pub(super) fn approach(&mut self, wanted: &[f64], target: i64) {
        let slot = -i64::midpoint(self.last, self.next);
        let slots = self.slots.min(self.free.len()) as i64;
        // With fewer sites worth opening than slots the price of a slot is 0.
        let part = |rho: i64| (slot + rho).min(0);
        let sites: i64 = self.free.iter().map(|&j| part(self.rho[j as usize])).sum();
        let mut spare =
            self.problem.base - slot * slots - target + self.u.iter().map(|&u| u as i64).sum::<i64>() + sites;
        let problem = Arc::clone(&self.problem);
        for spend in [false, true] {
            for i in 0..self.u.len() {
                let by = wanted[i].min(self.cap[i]) - self.u[i];
                if by == 0.0 {
                    continue;
                }
                let whole = by as i64;
                let sites = problem.row(i);
                let mut change = whole;
                for &j in sites {
                    if self.is_free[j as usize] {
                        let rho = self.rho[j as usize];
                        change += part(rho - whole) - part(rho);
                    }
                }
                if spare + change >= 0 && (spend || change >= 0) {
                    spare += change;
                    self.u[i] += by;
                    for &j in sites {
                        self.rho[j as usize] -= whole;
                    }
                }
                self.visited += sites.len() as u64;
            }
        }
        self.evaluate();
        self.best = self.value;
        self.best_u.copy_from_slice(&self.u);
    }
}

#[cfg(test)]
mod tests {
    use rand_pcg::Pcg64;
    use rand_pcg::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::dual::Core;

    /// The bound by its definition: of the sites that are still free, at the ascent's prices.
    fn bound(ascent: &Ascent) -> i64 {
        let problem = &ascent.problem;
        let mut rho = vec![0i64; problem.sites()];
        for i in 0..problem.rows() {
            for &j in problem.row(i) {
                rho[j as usize] -= ascent.u[i] as i64;
            }
        }
        let mut rho: Vec<i64> = ascent.free.iter().map(|&j| rho[j as usize].min(0)).collect();
        rho.sort_unstable();
        let least: i64 = rho.iter().take(ascent.slots).sum();
        problem.base + ascent.u.iter().map(|&u| u as i64).sum::<i64>() + least
    }

    #[test]
    fn runs_give_the_bound_of_the_entries_whatever_is_opened_closed_and_merged() {
        let steps = Steps { most: 10, ..Steps::GOAL };
        let mut shrunk = 0;
        for seed in 0..400 {
            let mut random = Pcg64::seed_from_u64(seed);
            let mut below = move |n: u64| random.next_u64() % n;
            let n = 3 + below(12);
            let mut core =
                Core { start: vec![0], slots: 1 + below(n) as usize, id: (0..n as u32).collect(), ..Core::default() };
            for i in 0..=below(60) as u32 {
                let near = 1 + below(4);
                core.site.extend((0..n as u32).filter(|_| below(5) < near));
                if core.site.len() > *core.start.last().expect("a start") {
                    core.start.push(core.site.len());
                    core.cap.push(1 + below(500) as i64);
                    core.row.push(i);
                }
            }
            if core.cap.is_empty() {
                continue;
            }
            let total: i64 = core.cap.iter().sum();
            let caps = core.cap.iter().zip(&core.row).fold(vec![0; 61], |mut caps, (&cap, &i)| {
                caps[i as usize] = cap;
                caps
            });
            let problem = Covering::of(&core);
            let half: Vec<f64> = problem.cap.iter().map(|cap| (cap / 2.0).floor()).collect();
            let mut ascent = Ascent::new(problem, core.slots, Vec::new(), half);
            for round in 0..6 {
                assert_eq!(ascent.value, bound(&ascent), "seed {seed}, round {round}");
                assert!(ascent.u.iter().zip(&ascent.cap).all(|(&u, &cap)| u >= 0.0 && u <= cap && u.fract() == 0.0));
                // What the bound says of the whole: with these prices, in the first problem, and some sites fixed.
                let root = ascent.problem.spread(&ascent.u, &ascent.cap, &[0; 61], &caps);
                assert!(root.iter().zip(&caps).all(|(v, cap)| v <= cap), "seed {seed}");
                if ascent.exhausted() {
                    break;
                }
                let _ = ascent.climb(&steps, &mut Pace::new(&steps), total + 1, total);
                ascent.restore_best();
                assert_eq!(ascent.value, ascent.best, "seed {seed}");
                let site = ascent.free[below(ascent.free.len() as u64) as usize];
                let fix = if below(3) == 0 { Fix::Open } else { Fix::Closed };
                ascent.settle(std::iter::once((site, fix)));
                let smaller = ascent.shrink();
                assert_eq!(smaller.value, ascent.value, "seed {seed}, round {round}");
                assert_eq!(smaller.value, bound(&smaller), "seed {seed}, round {round}");
                if below(2) == 0 {
                    shrunk += usize::from(smaller.problem.rows() < ascent.problem.rows());
                    ascent = smaller;
                }
                let wanted: Vec<f64> = ascent.cap.iter().map(|cap| (cap / 3.0).floor()).collect();
                let target = ascent.value - below(50) as i64;
                ascent.approach(&wanted, target);
                assert!(ascent.value >= target, "seed {seed}: {} < {target}", ascent.value);
            }
        }
        assert!(shrunk > 100, "{shrunk}");
    }
}
