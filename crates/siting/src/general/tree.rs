//! Branch and bound on a goal, written down as it goes: the nodes are the certificate.
//!
//! A node is closed by its bound, by a constraint that cannot hold any more, or, where every site is decided, by multipliers in closed
//! form. Sites whose other value would pass the target are fixed by their reduced costs. Depth first, opened before closed.

use firesite_problem::{Goal, Instance, LevelProof, Multipliers, Node, Objective, Then};
use std::rc::Rc;

use super::ascent::sizes;
use super::bound::Evaluation;
use super::view::{Fix, View};
use crate::budget::Budget;

/// A plan and its values, levels in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub open: Vec<u32>,
    pub values: Vec<i64>,
}

impl Plan {
    /// The plan of these open sites, if it is feasible.
    pub(crate) fn of(instance: &Instance, open: Vec<u32>) -> Option<Self> {
        instance.evaluate(&open).ok().map(|values| Self { open, values })
    }

    /// Whether it is better than another, levels in order.
    pub(crate) fn better(&self, than: &Self, levels: &[Objective]) -> bool {
        let mut levels = self.values.iter().zip(&than.values).zip(levels);
        levels.find(|((a, b), _)| a != b).is_some_and(|((&a, &b), level)| level.prefers(a, b))
    }
}

/// What a search of one goal brings home.
pub(super) struct Search {
    pub proof: LevelProof,
    /// Nothing below this is left, in units of 1 / scale; never beyond the target.
    pub lowest: i128,
    /// The best plan found on the way (of a goal without objective: any).
    pub plan: Option<Plan>,
    /// Whether every case was closed.
    pub complete: bool,
}

/// How far a search goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Steps at the root and at every other node.
    pub root: usize,
    pub node: usize,
    /// Whether to branch at all.
    pub branch: bool,
    /// What may be given away, in whole units of the objective.
    pub slack: i64,
}

/// A node to visit: what it fixes beyond its parent, and what it inherits.
struct Visit {
    mark: usize,
    fixes: Vec<(u32, Fix)>,
    multipliers: Rc<Vec<i64>>,
    /// Bound of the parent.
    bound: i128,
    depth: usize,
}

struct Tree<'a, 'b> {
    view: &'b View<'a>,
    effort: Effort,
    within: Option<u32>,
    budget: &'b mut Budget,
    sizes: Vec<f64>,
    fix: Vec<Fix>,
    trail: Vec<u32>,
    nodes: Vec<Node>,
    best: Option<Plan>,
    /// Whether any plan of the goal ends the search.
    any: bool,
    target: i128,
    lowest: i128,
    work: Evaluation,
    complete: bool,
    found: bool,
}

/// Searches a goal: the best value of its level (`incumbent`: a plan that holds the earlier values), or any plan at all.
pub(super) fn search(
    instance: &Instance,
    goal: Goal,
    held: &[i64],
    scale: i64,
    incumbent: Option<&Plan>,
    effort: Effort,
    budget: &mut Budget,
) -> Search {
    let view = View::new(instance, goal, held, scale);
    let any = view.objective().is_none();
    let fix = view.root();
    let mut tree = Tree {
        sizes: sizes(&view),
        view: &view,
        effort,
        within: goal.within,
        budget,
        fix,
        trail: Vec::new(),
        nodes: Vec::new(),
        best: None,
        any,
        target: 1,
        lowest: i128::MAX,
        work: Evaluation::default(),
        complete: true,
        found: false,
    };
    if !any {
        tree.best = incumbent.cloned();
        tree.aim();
    }
    tree.run();
    let Tree { nodes, lowest, best, complete, target, .. } = tree;
    // The multipliers before the first node are all zero; the root's own change sets them.
    let proof = LevelProof { scale: scale as u64, multipliers: Multipliers::default(), nodes };
    Search { proof, lowest: lowest.min(target), plan: best, complete }
}

impl Tree<'_, '_> {
    /// The least value that is of no interest any more.
    fn aim(&mut self) {
        let Some(k) = self.view.level else { return };
        let Some(best) = &self.best else { return };
        let value = i128::from(best.values[k]);
        let least = if self.view.instance.levels[k].maximised() { -value } else { value };
        self.target = i128::from(self.view.scale) * (least - i128::from(self.effort.slack) - 1) + 1;
    }

    fn run(&mut self) {
        let start = Rc::new(vec![0; self.view.layout.len()]);
        let mut stack = vec![Visit { mark: 0, fixes: Vec::new(), multipliers: start, bound: i128::MIN, depth: 0 }];
        while let Some(visit) = stack.pop() {
            while self.trail.len() > visit.mark {
                if let Some(j) = self.trail.pop() {
                    self.fix[j as usize] = Fix::Free;
                }
            }
            for &(j, to) in &visit.fixes {
                self.decide(j, to);
            }
            if self.found && self.any {
                return;
            }
            if visit.depth > 0 && (self.budget.spent() || !self.effort.branch) {
                // The parent's multipliers hold here too.
                self.nodes.push(Node::default());
                if !self.view.dead(&self.fix) {
                    self.lowest = self.lowest.min(visit.bound);
                    self.complete &= visit.bound >= self.target;
                }
                continue;
            }
            self.visit(visit, &mut stack);
        }
    }

    /// Fixes a free site; an open site closes the others of its set.
    fn decide(&mut self, j: u32, to: Fix) {
        if self.fix[j as usize] != Fix::Free {
            return;
        }
        self.fix[j as usize] = to;
        self.trail.push(j);
        if to == Fix::Open {
            let set = &self.view.sets[self.view.set_of[j as usize] as usize];
            for &k in set {
                if self.fix[k as usize] == Fix::Free {
                    self.fix[k as usize] = Fix::Closed;
                    self.trail.push(k);
                }
            }
        }
    }

    /// A plan met on the way.
    fn consider(&mut self, open: Vec<u32>) {
        let instance = self.view.instance;
        self.budget.charge(instance.rows.len());
        let Some(plan) = Plan::of(instance, open) else { return };
        let kept = self.view.held.iter().enumerate().take(self.view.level.unwrap_or(0)).all(|(k, &held)| {
            if instance.levels[k].maximised() { plan.values[k] >= held } else { plan.values[k] <= held }
        });
        if !kept {
            return;
        }
        if self.any {
            let center = instance.levels.iter().position(|l| *l == Objective::Center);
            let within = center.zip(self.within).is_none_or(|(k, w)| plan.values[k] <= i64::from(w));
            if within && self.best.is_none() {
                self.best = Some(plan);
                self.found = true;
            }
            return;
        }
        let Some(k) = self.view.level else { return };
        let sign = if instance.levels[k].maximised() { -1 } else { 1 };
        let better = self.best.as_ref().is_none_or(|b| {
            let (new, old) = (sign * plan.values[k], sign * b.values[k]);
            new < old || new == old && plan.better(b, &instance.levels)
        });
        if better {
            self.best = Some(plan);
            self.aim();
        }
    }

    fn open_sites(&self) -> Vec<u32> {
        (0..self.fix.len() as u32).filter(|&j| self.fix[j as usize] == Fix::Open).collect()
    }

    fn chosen(&self) -> Vec<u32> {
        (0..self.fix.len() as u32).filter(|&j| self.work.chosen[j as usize]).collect()
    }

    fn leaf(&mut self, change: firesite_problem::Change) {
        self.nodes.push(Node { change, ..Node::default() });
    }

    fn visit(&mut self, visit: Visit, stack: &mut Vec<Visit>) {
        self.budget.work.nodes += 1;
        self.budget.charge(1);
        if self.view.dead(&self.fix) {
            self.leaf(firesite_problem::Change::default());
            return;
        }
        let all_decided = self.fix.iter().all(|f| *f != Fix::Free);
        // What follows of itself is a branch with one dead side: no bound is needed for it. (The root first gets one.)
        if let Some(j) = self.view.forced(&self.fix).filter(|_| visit.depth > 0) {
            self.nodes.push(Node { then: Then::First(vec![j]), ..Node::default() });
            self.push(stack, j, visit.multipliers, visit.bound, visit.depth);
            return;
        }
        if all_decided {
            self.decided(&visit);
            return;
        }
        let steps = if visit.depth == 0 { self.effort.root } else { self.effort.node };
        let mut work = std::mem::take(&mut self.work);
        let climb =
            self.view.climb(&visit.multipliers, &self.sizes, &self.fix, self.target, steps, self.budget, &mut work);
        self.work = work;
        let Some(value) = climb.value else {
            self.leaf(firesite_problem::Change::default());
            return;
        };
        if value >= self.target {
            self.close_by_bound(&visit.multipliers, climb.multipliers, value);
            return;
        }
        self.consider(self.chosen());
        if self.found && self.any {
            return;
        }
        let mut work = std::mem::take(&mut self.work);
        // Where the rows alone settle it: a floor or held value is out of reach.
        if let Some(closing) = self.view.closing(&self.fix, self.target, &mut work) {
            self.budget.charge(work.visited);
            let reached = work.value.unwrap_or(self.target);
            self.work = work;
            self.close_by_bound(&visit.multipliers, closing, reached);
            return;
        }
        self.budget.charge(work.visited);
        self.view.evaluate(&climb.multipliers, &self.fix, &mut work);
        self.budget.charge(work.visited);
        let mut node =
            Node { change: self.view.layout.change(&visit.multipliers, &climb.multipliers), ..Node::default() };
        if self.effort.branch {
            for j in 0..self.fix.len() as u32 {
                if self.fix[j as usize] != Fix::Free {
                    continue;
                }
                let (opened, closed) = self.view.flipped(value, j, &self.fix, &work);
                if opened.is_none_or(|v| v >= self.target) {
                    node.close.push(j);
                } else if closed.is_some_and(|v| v >= self.target) {
                    node.open.push(j);
                }
            }
        }
        for &j in &node.close {
            self.decide(j, Fix::Closed);
        }
        for &j in &node.open {
            self.decide(j, Fix::Open);
        }
        let fixed = node.close.len() + node.open.len();
        let multipliers = Rc::new(climb.multipliers);
        if visit.depth == 0 && !self.effort.branch {
            self.work = work;
            self.lowest = self.lowest.min(value);
            self.complete = false;
            self.nodes.push(node);
            return;
        }
        if fixed > 0 && (self.fix.iter().all(|f| *f != Fix::Free) || fixed * 5 > self.fix.len()) {
            // Much has changed: look again before branching.
            node.then = Then::Next;
            self.nodes.push(node);
            self.work = work;
            let depth = visit.depth + 1;
            stack.push(Visit { mark: self.trail.len(), fixes: Vec::new(), multipliers, bound: value, depth });
            return;
        }
        let forced = self.view.forced(&self.fix);
        let j = forced.unwrap_or_else(|| self.branch_site(&climb.average, &work));
        self.work = work;
        node.then = Then::First(vec![j]);
        self.nodes.push(node);
        self.push(stack, j, multipliers, value, visit.depth);
    }

    /// Every site is decided: a plan, or none, and a bound in closed form.
    fn decided(&mut self, visit: &Visit) {
        self.consider(self.open_sites());
        if self.found && self.any {
            return;
        }
        let mut work = std::mem::take(&mut self.work);
        let closing = self.view.closing(&self.fix, self.target, &mut work);
        self.budget.charge(work.visited);
        let reached = work.value.unwrap_or(self.target);
        self.work = work;
        match closing {
            Some(closing) => self.close_by_bound(&visit.multipliers, closing, reached),
            None => {
                // Numbers too large for the closed form: an honest open leaf.
                self.leaf(firesite_problem::Change::default());
                self.lowest = self.lowest.min(visit.bound);
                self.complete = false;
            }
        }
    }

    fn close_by_bound(&mut self, from: &[i64], to: Vec<i64>, value: i128) {
        self.lowest = self.lowest.min(value.max(self.target));
        let change = self.view.layout.change(from, &to);
        self.leaf(change);
    }

    fn push(&mut self, stack: &mut Vec<Visit>, j: u32, multipliers: Rc<Vec<i64>>, bound: i128, depth: usize) {
        let mark = self.trail.len();
        for to in [Fix::Closed, Fix::Open] {
            let multipliers = Rc::clone(&multipliers);
            stack.push(Visit { mark, fixes: vec![(j, to)], multipliers, bound, depth: depth + 1 });
        }
    }

    /// The free site the relaxation is least sure of; of equals the one with the reduced cost nearest to zero, then the first.
    fn branch_site(&self, average: &[f64], work: &Evaluation) -> u32 {
        let unsure = |j: usize| (average[j] - 0.5).abs();
        let mut best: Option<usize> = None;
        for j in (0..self.fix.len()).filter(|&j| self.fix[j] == Fix::Free) {
            let closer = best.is_none_or(|b| {
                let (x, y) = (unsure(j), unsure(b));
                x < y - 1e-9 || x < y + 1e-9 && work.reduced[j].abs() < work.reduced[b].abs()
            });
            if closer {
                best = Some(j);
            }
        }
        best.unwrap_or(0) as u32
    }
}
