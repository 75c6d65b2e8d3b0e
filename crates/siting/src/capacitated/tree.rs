//! Branch and bound, written down as it goes: sites first, then assignments; depth first, the child the relaxation prefers being the first
//! (a site open, a demand assigned).

use std::rc::Rc;

use firesite_problem::capacitated::{
    CapacitatedChange, CapacitatedInstance, CapacitatedNode, CapacitatedPlan, CapacitatedThen,
};

use super::bound::{Evaluation, Fix, Prices, Region, Relaxation};
use super::heuristic::assign;
use crate::budget::Budget;
use crate::{Method, Options};

pub(super) struct Search {
    pub nodes: Vec<CapacitatedNode>,
    pub best: Option<CapacitatedPlan>,
    /// No plan below this is left, in units of 1 / scale; never beyond the target.
    pub lowest: i128,
    pub complete: bool,
}

enum Undo {
    Site(usize),
    Pair(usize, usize),
    Forced(usize),
}

struct Visit {
    mark: usize,
    then: Option<(CapacitatedThen, bool)>,
    prices: Rc<Prices>,
    bound: i128,
    depth: usize,
}

struct Tree<'a, 'b> {
    instance: &'a CapacitatedInstance,
    relaxation: Relaxation<'a>,
    region: Region,
    undo: Vec<Undo>,
    budget: &'b mut Budget,
    nodes: Vec<CapacitatedNode>,
    best: Option<CapacitatedPlan>,
    best_cost: Option<u64>,
    target: i128,
    gap: f64,
    lowest: i128,
    complete: bool,
    branching: bool,
}

pub(super) fn search(instance: &CapacitatedInstance, scale: i64, options: &Options, budget: &mut Budget) -> Search {
    let mut tree = Tree {
        instance,
        relaxation: Relaxation::new(instance, scale),
        region: Region::new(instance),
        undo: Vec::new(),
        budget,
        nodes: Vec::new(),
        best: None,
        best_cost: None,
        target: i128::from(scale) * (i128::from(instance.most()) + 1),
        gap: options.gap.max(0.0),
        lowest: i128::MAX,
        complete: true,
        branching: options.method == Method::Exact,
    };
    tree.run();
    Search { lowest: tree.lowest.min(tree.target), nodes: tree.nodes, best: tree.best, complete: tree.complete }
}

impl Tree<'_, '_> {
    fn run(&mut self) {
        let prices = Rc::new(Prices::zero(self.instance));
        let mut stack = vec![Visit { mark: 0, then: None, prices, bound: i128::MIN, depth: 0 }];
        while let Some(visit) = stack.pop() {
            self.rollback(visit.mark);
            match visit.then {
                Some((CapacitatedThen::Site(j), first)) => {
                    self.fix(j as usize, if first { Fix::Open } else { Fix::Closed });
                }
                Some((CapacitatedThen::Assign(i, j), first)) => self.bind(i as usize, j, first),
                _ => {}
            }
            if visit.depth > 0 && (self.budget.spent() || !self.branching) {
                self.nodes.push(CapacitatedNode::default());
                if !self.empty() {
                    self.lowest = self.lowest.min(visit.bound);
                    self.complete &= visit.bound >= self.target;
                }
                continue;
            }
            self.visit(visit, &mut stack);
        }
    }

    fn rollback(&mut self, mark: usize) {
        while self.undo.len() > mark {
            match self.undo.pop() {
                Some(Undo::Site(j)) => self.region.site[j] = Fix::Free,
                Some(Undo::Pair(i, at)) => self.region.allowed[i][at] = true,
                Some(Undo::Forced(i)) => self.region.forced[i] = None,
                None => {}
            }
        }
    }

    fn fix(&mut self, j: usize, to: Fix) {
        if self.region.site[j] == Fix::Free {
            self.region.site[j] = to;
            self.undo.push(Undo::Site(j));
        }
    }

    /// Assigns a demand to a site, or rules that out.
    fn bind(&mut self, i: usize, j: u32, assigned: bool) {
        for at in 0..self.instance.demands[i].reach.len() {
            let here = self.instance.demands[i].reach[at].0 == j;
            if here != assigned && self.region.allowed[i][at] {
                self.region.allowed[i][at] = false;
                self.undo.push(Undo::Pair(i, at));
            }
        }
        if assigned {
            self.fix(j as usize, Fix::Open);
            if self.region.forced[i].is_none() {
                self.region.forced[i] = Some(j);
                self.undo.push(Undo::Forced(i));
            }
        }
    }

    /// Whether nothing is left, as the checker sees it.
    fn empty(&self) -> bool {
        let open = self.region.site.iter().filter(|f| **f == Fix::Open).count();
        self.instance.at_most.is_some_and(|p| open > p as usize)
            || (0..self.instance.demands.len()).any(|i| {
                let demand = &self.instance.demands[i];
                let must = self.region.forced[i].is_some() || demand.unserved.is_none();
                must && !(0..demand.reach.len()).any(|at| self.region.usable(self.instance, i, at))
            })
    }

    fn leaf(&mut self, change: CapacitatedChange) {
        self.nodes.push(CapacitatedNode { change, then: CapacitatedThen::Leaf });
    }

    fn take(&mut self, plan: Option<CapacitatedPlan>) {
        let Some(plan) = plan else { return };
        let Ok(cost) = self.instance.cost(&plan) else { return };
        if self.best_cost.is_none_or(|b| cost < b) {
            self.best_cost = Some(cost);
            self.best = Some(plan);
            let slack = (self.gap * cost as f64).floor() as i128;
            self.target = i128::from(self.relaxation.scale) * (i128::from(cost) - slack - 1) + 1;
        }
    }

    fn visit(&mut self, visit: Visit, stack: &mut Vec<Visit>) {
        self.budget.work.nodes += 1;
        self.budget.charge(self.instance.demands.len());
        if self.empty() {
            self.leaf(CapacitatedChange::default());
            return;
        }
        // A site that is bound to carry more than it may: its price alone closes the node.
        let loads = self.region.loads(self.instance);
        let over = (0..loads.len()).find(|&j| loads[j] > self.instance.sites[j].capacity);
        if let Some(prices) = over.and_then(|j| self.overload(j, &visit.prices)) {
            self.lowest = self.lowest.min(self.target);
            self.leaf(visit.prices.change(&prices));
            return;
        }
        let steps = if visit.depth == 0 { 600 } else { 40 };
        let (prices, at) = self.relaxation.climb(&visit.prices, &self.region, self.target, steps, self.budget);
        if at.value >= self.target {
            self.close(&visit.prices, &prices, at.value);
            return;
        }
        let plan = assign(self.instance, &self.region, &at.open, self.budget);
        self.take(plan);
        if visit.depth < 3 || self.best.is_none() {
            let all: Vec<bool> = self.region.site.iter().map(|f| *f != Fix::Closed).collect();
            let plan = assign(self.instance, &self.region, &all, self.budget);
            self.take(plan);
        }
        if at.value >= self.target {
            self.close(&visit.prices, &prices, at.value);
            return;
        }
        let change = visit.prices.change(&prices);
        let then = if visit.depth == 0 && !self.branching { None } else { self.branch(&at, &loads) };
        let Some(then) = then else {
            // Nothing left to decide, and the bound still short: only numbers at their limits do that.
            self.lowest = self.lowest.min(at.value);
            self.complete = false;
            self.leaf(change);
            return;
        };
        self.nodes.push(CapacitatedNode { change, then: then.clone() });
        let (mark, prices) = (self.undo.len(), Rc::new(prices));
        for first in [false, true] {
            let (then, prices) = (Some((then.clone(), first)), Rc::clone(&prices));
            stack.push(Visit { mark, then, prices, bound: at.value, depth: visit.depth + 1 });
        }
    }

    fn close(&mut self, from: &Prices, to: &Prices, value: i128) {
        self.lowest = self.lowest.min(value.max(self.target));
        let change = from.change(to);
        self.leaf(change);
    }

    /// Prices under which an overloaded site passes the target.
    fn overload(&mut self, j: usize, from: &Prices) -> Option<Prices> {
        let mut prices = from.clone();
        self.relaxation.admit(&mut prices, &self.region);
        let at = self.relaxation.evaluate(&mut prices, &self.region, self.budget);
        if at.value >= self.target {
            return Some(prices);
        }
        let load = self.region.loads(self.instance)[j];
        let excess = i128::from(load) - i128::from(self.instance.sites[j].capacity);
        let missing = self.target - at.value;
        // Every unit of price adds the excess, and takes nothing from anyone: others only lose what they gained there.
        let price = missing / excess.max(1) + 1 + i128::from(prices.capacities[j]);
        prices.capacities[j] = i64::try_from(price).ok().filter(|v| *v < 1 << 62)?;
        Some(prices)
    }

    /// What to decide next: what does not fit, then sites the relaxation is least sure of, then demands it splits.
    fn branch(&self, at: &Evaluation, loads: &[u64]) -> Option<CapacitatedThen> {
        let instance = self.instance;
        let free = (0..instance.sites.len()).filter(|&j| self.region.site[j] == Fix::Free);
        // A free site opened by the relaxation first, then the others: of each kind the one with most demand in reach.
        let mut weight = vec![0u64; instance.sites.len()];
        for (demand, served) in instance.demands.iter().zip(&at.served) {
            // Demands served not quite once say where the relaxation is torn.
            if (served - 1.0).abs() > 1e-9 {
                for &(j, _) in &demand.reach {
                    weight[j as usize] += demand.amount.max(1);
                }
            }
        }
        if let Some(j) = free.max_by_key(|&j| (at.open[j], weight[j], std::cmp::Reverse(j))) {
            return Some(CapacitatedThen::Site(j as u32));
        }
        let mut best: Option<(f64, u64, usize, u32)> = None;
        for (i, demand) in instance.demands.iter().enumerate() {
            if self.region.forced[i].is_some() {
                continue;
            }
            let usable = (0..demand.reach.len()).filter(|&a| self.region.usable(instance, i, a));
            let usable: Vec<(u32, u64)> = usable.map(|a| demand.reach[a]).collect();
            // A pair that cannot fit any more is settled at once.
            let tight =
                usable.iter().find(|e| loads[e.0 as usize] + demand.amount > instance.sites[e.0 as usize].capacity);
            if let Some(&(j, _)) = tight {
                return Some(CapacitatedThen::Assign(i as u32, j));
            }
            let Some(&(j, _)) = usable.iter().min_by_key(|e| (e.1, e.0)) else { continue };
            let torn = (at.served[i] - 1.0).abs();
            if best.is_none_or(|b| (torn, demand.amount) > (b.0, b.1)) {
                best = Some((torn, demand.amount, i, j));
            }
        }
        best.map(|(_, _, i, j)| CapacitatedThen::Assign(i as u32, j))
    }
}
