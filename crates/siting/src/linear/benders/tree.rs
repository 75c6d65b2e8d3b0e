//! Branch and cut: bound a region by the master program, fix sites by reduced costs, branch on a site.
//!
//! One program serves the whole tree; a node moves the ends of its sites and goes on from the basis at hand. Every bound that closes a
//! node is that of whole multipliers, evaluated exactly: the program only proposes.

use std::rc::Rc;

use firesite_problem::{Multipliers, Node, Then};

use super::super::{DualSimplex, LinearStatus};
use super::build::Built;
use super::exact::{Decided, Evaluated, Level};
use super::master::Master;
use crate::budget::Budget;

/// Variables θ of the program, in all.
const THETAS: usize = 40;
/// Iterations between two looks at the limits, at most, and how many entries these may visit.
const CHUNK: u64 = 500;
const LOOK: u64 = 4_000_000;
/// Iterations of one program.
const MOST_ITERATIONS: u64 = 100_000;

/// Takes plans that the search comes upon.
pub(crate) trait Incumbent {
    /// A bound of this much (in units of 1/scale, minimising) or more ends a branch.
    fn target(&self) -> i128;
    /// Takes a plan (positions of open sites) whose value at the level is given, to be minimised.
    fn take(&mut self, open: &[u32], value: i128, budget: &mut Budget);
}

/// The search and its result.
pub(crate) struct Search<'a> {
    level: &'a Level<'a>,
    built: &'a Built,
    master: Master<'a, DualSimplex>,
    decided: Vec<Decided>,
    incumbent: &'a mut dyn Incumbent,
    budget: &'a mut Budget,
    /// Iterations until the next look at the limits.
    chunk: u64,
    /// Nodes of the proof, in preorder.
    pub(crate) nodes: Vec<Node>,
    /// Least bound of a node that was left open.
    pub(crate) lowest: i128,
    /// Stop after the root's bound.
    pub(crate) root_only: bool,
}

/// How a node ended.
enum End {
    Closed,
    /// To be branched on a site, with these multipliers.
    Branch(u32, Rc<Multipliers>),
}

impl<'a> Search<'a> {
    /// A search below a region. `None` when the model has figures that no program can hold.
    pub(crate) fn new(
        level: &'a Level<'a>,
        built: &'a Built,
        decided: Vec<Decided>,
        incumbent: &'a mut dyn Incumbent,
        budget: &'a mut Budget,
    ) -> Option<Self> {
        let mut master = Master::new(&built.model, THETAS)?;
        for (j, d) in decided.iter().enumerate() {
            match d {
                Decided::Free => {}
                Decided::Open => master.range(j as u32, 1.0, 1.0),
                Decided::Closed => master.range(j as u32, 0.0, 0.0),
            }
        }
        Some(Search {
            level,
            built,
            master,
            decided,
            incumbent,
            budget,
            chunk: 50,
            nodes: Vec::new(),
            lowest: i128::MAX,
            root_only: false,
        })
    }

    /// Cuts to begin with, at a price for each class's cover and time piece in the model's own units.
    pub(crate) fn start(&mut self, prices: &[f64]) {
        self.master.start(prices);
    }

    /// Searches the region below multipliers that hold there.
    pub(crate) fn run(&mut self, inherited: Multipliers) {
        self.branch(Rc::new(inherited), true);
    }

    fn branch(&mut self, mut inherited: Rc<Multipliers>, mut root: bool) {
        let mut trail = Vec::new();
        loop {
            self.budget.work.nodes += 1;
            match self.bound(&inherited, root, &mut trail) {
                End::Closed => break,
                End::Branch(site, now) => {
                    root = false;
                    inherited = now;
                    let mut below = Vec::new();
                    self.decide(site, Decided::Open, &mut below);
                    self.branch(inherited.clone(), false);
                    self.undo(below);
                    self.decide(site, Decided::Closed, &mut trail);
                }
            }
        }
        self.undo(trail);
    }

    /// Decides a site, and closes the rest of its set where it opens.
    fn decide(&mut self, site: u32, to: Decided, trail: &mut Vec<u32>) {
        let mut set = |search: &mut Self, j: u32, to: Decided| {
            if search.decided[j as usize] == Decided::Free {
                search.decided[j as usize] = to;
                let at = if to == Decided::Open { 1.0 } else { 0.0 };
                search.master.range(j, at, at);
                trail.push(j);
            }
        };
        set(self, site, to);
        if to == Decided::Open {
            let level = self.level;
            for &other in &level.sets[level.set_of[site as usize] as usize] {
                if other != site {
                    set(self, other, Decided::Closed);
                }
            }
        }
    }

    fn undo(&mut self, trail: Vec<u32>) {
        for j in trail {
            self.decided[j as usize] = Decided::Free;
            self.master.range(j, 0.0, 1.0);
        }
    }

    fn push(&mut self, before: &Multipliers, now: &Multipliers, fixed: (Vec<u32>, Vec<u32>), then: Then) {
        let (mut close, mut open) = fixed;
        close.sort_unstable();
        open.sort_unstable();
        let change = Level::change(before, now);
        self.nodes.push(Node { change, dominated: Vec::new(), close, open, then });
    }

    fn leaf(&mut self, before: &Multipliers, now: &Multipliers) -> End {
        self.push(before, now, (Vec::new(), Vec::new()), Then::Leaf);
        End::Closed
    }

    /// Bounds the region and fixes sites, until it is closed or there is a site to branch on.
    fn bound(&mut self, inherited: &Rc<Multipliers>, root: bool, trail: &mut Vec<u32>) -> End {
        let mut before = inherited.clone();
        loop {
            if self.level.is_empty(&self.decided) {
                return self.leaf(&before, &before);
            }
            let held = self.level.evaluate(&before, &self.decided);
            self.budget.charge(held.visited);
            if held.value >= self.incumbent.target() {
                return self.leaf(&before, &before);
            }
            if self.decided.iter().all(|d| *d != Decided::Free) {
                return self.decided_leaf(&before);
            }
            let (now, bound) = self.cut((before.clone(), held), root);
            let target = self.incumbent.target();
            if bound.value >= target {
                return self.leaf(&before, &now);
            }
            if self.root_only || self.budget.spent() {
                self.lowest = self.lowest.min(bound.value);
                return self.leaf(&before, &now);
            }
            let (close, open) = self.level.fixings(&bound, target, &self.decided);
            let x = self.master.x();
            let moved = close.iter().any(|&j| x[j as usize] > 1e-6) || open.iter().any(|&j| x[j as usize] < 1.0 - 1e-6);
            let any = !close.is_empty() || !open.is_empty();
            if any {
                for &j in &close {
                    self.decide(j, Decided::Closed, trail);
                }
                for &j in &open {
                    self.decide(j, Decided::Open, trail);
                }
            }
            // Two sites of a set opened at once contradict each other; the region is empty, and the next look says so.
            let clash = open.iter().any(|&j| self.decided[j as usize] != Decided::Open);
            if clash {
                self.push(&before, &now, (close, open), Then::Leaf);
                return End::Closed;
            }
            if !moved
                && !self.level.is_empty(&self.decided)
                && let Some(site) = self.choose()
            {
                self.push(&before, &now, (close, open), Then::First(vec![site]));
                return End::Branch(site, now);
            }
            self.push(&before, &now, (close, open), Then::Next);
            before = now;
        }
    }

    /// Rounds of solving and cutting. The best multipliers met, with their bound.
    fn cut(&mut self, start: (Rc<Multipliers>, Evaluated), root: bool) -> (Rc<Multipliers>, Evaluated) {
        let (mut best, mut bound) = start;
        let mut inside: Vec<f64> = Vec::new();
        let mut stalled = 0;
        let most = if root { 400 } else { 30 };
        for round in 0..most {
            if !self.solve() {
                break;
            }
            let duals = self.master.duals();
            let now = self.built.multipliers(self.level, &duals);
            let evaluated = self.level.evaluate(&now, &self.decided);
            self.budget.charge(evaluated.visited);
            let gap = (self.incumbent.target() - bound.value).max(1) as f64;
            if evaluated.value > bound.value {
                stalled = if (evaluated.value - bound.value) as f64 > 0.01 * gap { 0 } else { stalled + 1 };
                (best, bound) = (Rc::new(now), evaluated);
            } else {
                stalled += 1;
            }
            let x = self.master.x().to_vec();
            let whole = x.iter().all(|v| (v - v.round()).abs() < 1e-6);
            if whole || round % 8 == 0 {
                self.round(&x);
            }
            if bound.value >= self.incumbent.target() || self.budget.spent() {
                break;
            }
            let gap = (self.incumbent.target() - bound.value).max(1) as f64 / self.level.scale as f64;
            let tolerance = 1e-4 * gap / THETAS as f64;
            // Between the program's point and where it was before: cuts there are deeper (Fischetti and Ljubić 2016).
            let mut found = super::master::Separated::default();
            if root && !inside.is_empty() {
                for (a, &b) in inside.iter_mut().zip(&x) {
                    *a = 0.5 * (*a + b);
                }
                let at = inside.clone();
                found = self.master.separate(&at, tolerance);
            } else {
                inside.clone_from(&x);
            }
            if found.violation < 0.01 * gap {
                inside.clone_from(&x);
                found = self.master.separate(&x, tolerance);
            }
            if found.rows == 0 || found.violation < 0.01 * gap || stalled > if root { 12 } else { 3 } {
                break;
            }
            self.master.tidy(6 * THETAS, 20);
        }
        let visited = self.master.visited();
        self.budget.charge(visited);
        (best, bound)
    }

    fn solve(&mut self) -> bool {
        let mut done = 0;
        while done < MOST_ITERATIONS {
            let before = self.master.iterations();
            let status = self.master.solve(self.chunk);
            let made = self.master.iterations() - before;
            self.budget.work.iterations += made;
            done += made.max(1);
            let visited = self.master.visited();
            self.budget.charge(visited);
            if made >= 10 {
                self.chunk = (LOOK / (visited as u64 / made).max(1)).clamp(10, CHUNK);
            }
            match status {
                LinearStatus::Optimal => return true,
                LinearStatus::IterationLimit if !self.budget.spent() => {}
                _ => return false,
            }
        }
        false
    }

    /// Plans near a fractional point.
    fn round(&mut self, x: &[f64]) {
        let level = self.level;
        let mut order: Vec<u32> = (0..x.len() as u32).filter(|&j| self.decided[j as usize] == Decided::Free).collect();
        order.sort_by(|&a, &b| x[b as usize].total_cmp(&x[a as usize]).then(a.cmp(&b)));
        let mut plan = self.decided.clone();
        for d in &mut plan {
            if *d == Decided::Free {
                *d = Decided::Closed;
            }
        }
        let mut sums: Vec<i128> = level
            .instance
            .constraints
            .iter()
            .map(|c| {
                let open = c.terms.iter().filter(|t| plan[t.0 as usize] == Decided::Open);
                open.map(|t| i128::from(t.1)).sum()
            })
            .collect();
        let mut terms: Vec<Vec<(usize, i128)>> = vec![Vec::new(); x.len()];
        for (c, constraint) in level.instance.constraints.iter().enumerate() {
            for &(j, a) in &constraint.terms {
                terms[j as usize].push((c, i128::from(a)));
            }
        }
        let mut half = true;
        for j in order {
            let share = x[j as usize];
            if half && share < 0.5 {
                self.offer(&plan);
                half = false;
            }
            if share < 1e-6 {
                break;
            }
            let set = &level.sets[level.set_of[j as usize] as usize];
            let room = terms[j as usize].iter().all(|&(c, a)| {
                let constraint = &level.instance.constraints[c];
                let limited = constraint.sense != firesite_problem::Sense::AtLeast;
                !limited || a <= 0 || sums[c] + a <= i128::from(constraint.rhs)
            });
            if room && set.iter().all(|&k| plan[k as usize] != Decided::Open) {
                plan[j as usize] = Decided::Open;
                for &(c, a) in &terms[j as usize] {
                    sums[c] += a;
                }
            }
        }
        self.offer(&plan);
    }

    fn offer(&mut self, plan: &[Decided]) {
        self.budget.charge(self.level.classes.len());
        if let Some(value) = self.level.plan_value(plan) {
            let open: Vec<u32> = (0..plan.len() as u32).filter(|&j| plan[j as usize] == Decided::Open).collect();
            self.incumbent.take(&open, value, self.budget);
        }
    }

    /// Everything is decided: the plan itself is the bound.
    fn decided_leaf(&mut self, before: &Multipliers) -> End {
        let plan = self.decided.clone();
        self.offer(&plan);
        let target = self.incumbent.target();
        let now = self.level.of_plan(&self.decided, target);
        let bound = self.level.evaluate(&now, &self.decided);
        self.budget.charge(bound.visited);
        if bound.value < target {
            // Only where figures are too large for multipliers.
            self.lowest = self.lowest.min(bound.value);
        }
        self.leaf(before, &now)
    }

    /// The free site nearest to one half; `None` where nothing is free.
    fn choose(&self) -> Option<u32> {
        let x = self.master.x();
        let free = (0..x.len() as u32).filter(|&j| self.decided[j as usize] == Decided::Free);
        free.min_by(|&a, &b| {
            let from_half = |j: u32| (x[j as usize] - 0.5).abs();
            from_half(a).total_cmp(&from_half(b)).then(a.cmp(&b))
        })
    }
}
