//! p-median: least weighted time with at most p sites.
//!
//! min Σ_i w_i·min(worst, min_{j open} t_ij)  subject to  Σ_j x_j ≤ p.
//!
//! The dual prices every row with u_i and solves the rest by inspection (Cornuejols, Fisher and Nemhauser 1977); the tree
//! above it is [`Tree`].

use firesite_problem::{Classes, Instance, Stopped};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::decide::{Decision, decide};
use super::{Classic, Warm, claims};
use crate::budget::Budget;
use crate::dual::{Bound, Core, Fix, MUST, Pick, Plan, Primal, Proof, Steps, Takeover, Tree};
use crate::heuristic::{Columns, Interchange, Neighbours, descend, greedy, iterated};
use crate::{Method, Options, Report};

/// The median problem of an instance, in units of 1/scale.
pub(super) fn core(instance: &Instance, problem: Classic, classes: &Classes) -> (Core, i64) {
    let worst = instance.worst.map(i64::from);
    let mut total = 0i128;
    for (c, class) in classes.classes.iter().enumerate() {
        let last = classes.entries(c).last().map_or(0, |e| i64::from(e.time)).max(worst.unwrap_or(0));
        total += i128::from(class.weight) * i128::from(last);
    }
    let scale = [64, 16, 4].into_iter().find(|s| total * i128::from(*s) < 1 << 58).unwrap_or(1);
    let mut core = Core {
        start: vec![0],
        slots: problem.limit.map_or(usize::MAX, |(p, _)| p),
        open_cost: vec![0; instance.sites.len()],
        id: (0..instance.sites.len() as u32).collect(),
        ..Core::default()
    };
    for (c, class) in classes.classes.iter().enumerate() {
        let weight = class.weight as i64 * scale;
        for entry in classes.entries(c) {
            core.site.push(entry.site);
            core.cost.push(weight * i64::from(entry.time));
        }
        core.start.push(core.site.len());
        core.cap.push(worst.filter(|_| !class.hard).map_or(MUST, |w| weight * w));
        core.row.push(c as u32);
    }
    (core, scale)
}

/// The best plan so far, and how the selections of the dual become plans.
pub(super) struct Swapped<'a> {
    core: &'a Core,
    columns: &'a Columns,
    /// Local position of a site of the root.
    local: Vec<u32>,
    pub(super) best: i64,
    pub(super) open: Vec<u32>,
    tried: FxHashSet<Vec<u32>>,
    /// What a better plan has to beat: a unit less than the best, in units of 1/scale.
    unit: i64,
    /// Where what is left uncovered is minimised, all there is to cover.
    pub(super) total: Option<i64>,
    gap: f64,
    seed: u64,
    slack: i64,
    /// Restarts of the search for a better plan when the root leaves a gap.
    pub(super) restarts: u32,
    /// Kicks of each restart.
    pub(super) kicks: usize,
    /// The search has looked for plans of its own: what the dual selects is only worth swaps where it is nearly as good.
    searched: bool,
    /// Keep the plan as it is: its method has come to its end, only a bound is wanted.
    pub(super) frozen: bool,
}

impl<'a> Swapped<'a> {
    pub(super) fn new(core: &'a Core, columns: &'a Columns, sites: usize, unit: i64, options: &Options) -> Self {
        let mut local = vec![u32::MAX; sites];
        for (j, &id) in core.id.iter().enumerate() {
            local[id as usize] = j as u32;
        }
        Swapped {
            core,
            columns,
            local,
            best: MUST,
            open: Vec::new(),
            tried: FxHashSet::default(),
            unit,
            total: None,
            gap: options.gap,
            seed: options.seed,
            slack: 0,
            restarts: 0,
            kicks: 150,
            searched: false,
            frozen: false,
        }
    }

    /// The value of the best plan as its caller states it.
    fn objective(&self) -> i64 {
        let value = self.best / self.unit;
        self.total.map_or(value, |total| total - value)
    }

    /// The best plan as local sites.
    pub(super) fn local_plan(&self) -> Vec<u32> {
        self.open.iter().map(|&id| self.local[id as usize]).filter(|&j| j != u32::MAX).collect()
    }

    /// A plan of sites drawn at random.
    fn drawn(&self, round: u64) -> Vec<u32> {
        let mut random = Pcg64::seed_from_u64(self.seed ^ (round << 32));
        let mut sites: Vec<u32> = (0..self.core.sites() as u32).collect();
        let count = self.core.slots.min(sites.len());
        for k in 0..count {
            let other = k + (random.next_u64() % (sites.len() - k) as u64) as usize;
            sites.swap(k, other);
        }
        sites.truncate(count);
        sites
    }

    /// Takes a feasible plan of the instance and improves it by swaps.
    pub(super) fn start(&mut self, plan: &[u32], budget: &mut Budget) {
        let mut open: Vec<u32> = plan.iter().map(|&id| self.local[id as usize]).filter(|&j| j != u32::MAX).collect();
        self.take(&open);
        if open.len() < self.core.slots {
            open = greedy(self.core, self.columns, &open, budget);
        }
        let mut search = Interchange::new(self.core, self.columns, &open, budget);
        descend(&mut search, budget);
        let open = search.open().to_vec();
        self.take(&open);
    }

    /// Whether a plan of local sites is nearly as good as the best one: only then is it worth swaps.
    fn nearly(&self, open: &[u32], budget: &mut Budget) -> bool {
        let mut mask = vec![false; self.core.sites()];
        for &j in open {
            mask[j as usize] = true;
        }
        budget.charge(self.core.rows());
        self.core.value(&mask).is_some_and(|value| value < self.best + self.best / 50)
    }

    /// Takes a plan of local sites when it is better.
    pub(super) fn take(&mut self, open: &[u32]) {
        if self.frozen {
            return;
        }
        let mut mask = vec![false; self.core.sites()];
        for &j in open {
            mask[j as usize] = true;
        }
        if let Some(value) = self.core.value(&mask).filter(|&value| value < self.best) {
            self.best = value;
            self.open =
                open.iter().map(|&j| self.core.id[j as usize]).chain(self.core.opened.iter().copied()).collect();
            self.open.sort_unstable();
        }
    }
}

impl Primal for Swapped<'_> {
    fn upper(&self) -> i64 {
        self.best
    }

    fn target(&self) -> i64 {
        if self.best >= MUST {
            return MUST;
        }
        let allowed = (self.gap * self.objective() as f64).floor() as i64;
        self.best - self.slack.max(allowed.max(0) * self.unit) - self.unit + 1
    }

    fn offer(&mut self, core: &Core, _: &[i64], bound: &Bound, budget: &mut Budget) {
        if self.frozen {
            return;
        }
        let opened = core.opened.iter().map(|&id| self.local[id as usize]);
        let chosen = bound.selection().map(|j| self.local[core.id[j as usize] as usize]);
        let mut open: Vec<u32> = opened.chain(chosen).filter(|&j| j != u32::MAX).collect();
        open.sort_unstable();
        if !self.tried.insert(open.clone()) {
            return;
        }
        if self.searched && !self.nearly(&open, budget) {
            return;
        }
        if open.len() < self.core.slots {
            open = greedy(self.core, self.columns, &open, budget);
        }
        let mut search = Interchange::new(self.core, self.columns, &open, budget);
        descend(&mut search, budget);
        let open = search.open().to_vec();
        self.take(&open);
    }

    fn improve(&mut self, budget: &mut Budget) {
        self.searched = true;
        let open = self.local_plan();
        let better = iterated(self.core, self.columns, &open, 60, self.seed, None, budget);
        self.take(&better);
    }

    fn restart(&mut self, budget: &mut Budget) {
        let hood = Neighbours::of(self.core, self.columns);
        let then = budget.work;
        let best = self.local_plan();
        // Rounds stand apart, so they may run side by side; their plans are taken in order.
        let rounds: Vec<(Vec<u32>, Budget)> = (0..self.restarts)
            .into_par_iter()
            .map(|round| {
                let mut budget = budget.fork();
                // From the best plan and from plans drawn at random, in turn.
                let open = if round % 2 == 0 { best.clone() } else { self.drawn(u64::from(round)) };
                let seed = self.seed + 1 + u64::from(round);
                let plan = iterated(self.core, self.columns, &open, self.kicks, seed, hood.as_ref(), &mut budget);
                (plan, budget)
            })
            .collect();
        for (plan, part) in rounds {
            budget.join(&part, then);
            self.take(&plan);
        }
    }

    fn allow(&mut self, slack: i64) {
        self.slack = slack;
    }

    fn next_goal(&self, slack: i64) -> i64 {
        if slack < self.unit { 0 } else { slack }
    }

    fn hint(&mut self, open: &[u32], budget: &mut Budget) {
        let mut open: Vec<u32> = open.iter().map(|&id| self.local[id as usize]).filter(|&j| j != u32::MAX).collect();
        open.sort_unstable();
        if self.frozen || open.is_empty() || !self.tried.insert(open.clone()) {
            return;
        }
        if self.nearly(&open, budget) {
            let mut search = Interchange::new(self.core, self.columns, &open, budget);
            descend(&mut search, budget);
            let open = search.open().to_vec();
            self.take(&open);
        }
    }

    fn plan(&mut self, open: &[u32]) {
        let open: Vec<u32> = open.iter().map(|&id| self.local[id as usize]).filter(|&j| j != u32::MAX).collect();
        self.take(&open);
    }
}

/// Prices to start from: halfway between the first and the second site of each row.
pub(super) fn first_prices(core: &Core, columns: &Columns, open: &[u32]) -> Vec<i64> {
    let mut is_open = vec![false; core.sites()];
    for &j in open {
        is_open[j as usize] = true;
    }
    (0..core.rows())
        .map(|i| {
            let (sites, costs) = core.row(i);
            let mut served = sites.iter().zip(costs).filter(|&(&j, _)| is_open[j as usize]).map(|(_, &c)| c);
            let farthest = costs.last().copied().unwrap_or(0).max(columns.cap[i].min(core.cap[i]));
            let cap = if core.cap[i] >= MUST { costs.last().copied().unwrap_or(0) } else { farthest };
            let first = served.next().unwrap_or(cap);
            let second = served.next().unwrap_or(cap);
            i64::midpoint(first, second)
        })
        .collect()
}

/// Solves a p-median instance.
pub(super) fn solve(instance: &Instance, problem: Classic, options: &Options, warm: &mut Warm) -> Report {
    let mut budget = Budget::new(options);
    let classes = warm.classes(instance);
    let (whole, scale) = core(instance, problem, &classes);
    let fix: Vec<Fix> = instance.sites.iter().map(|s| if s.fixed { Fix::Open } else { Fix::Free }).collect();
    let fixed = fix.iter().filter(|f| **f == Fix::Open).count();
    if problem.limit.is_some_and(|(p, _)| fixed > p) {
        return claims::too_many_fixed(budget);
    }
    let root = whole.fix(&fix).core;
    let presolve = claims::presolve(instance, &classes, &root);
    let columns = Columns::of(&root);
    // Merging, fixing and turning round: about as much as four looks at every entry.
    budget.charge(4 * root.entries());
    let mut primal = Swapped::new(&root, &columns, instance.sites.len(), scale, options);
    let begin = warm.plan(&root, &columns, &mut budget);
    primal.take(&begin);
    let mut open = begin;
    if options.method != Method::Greedy && !budget.spent() {
        let steps = if options.method == Method::LocalSearch { 200 } else { 0 };
        open = iterated(&root, &columns, &open, steps, options.seed, None, &mut budget);
        primal.take(&open);
    }
    if primal.best >= MUST || root.hopeless.is_some() {
        // The heuristics left a row unserved: can all be served at all?
        let rows: Vec<&[(u32, u32)]> = instance.rows.iter().map(|r| r.reach.as_slice()).collect();
        let given: Vec<bool> = instance.sites.iter().map(|s| s.fixed).collect();
        let p = problem.limit.map_or(instance.sites.len(), |(p, _)| p);
        match decide(&rows, instance.sites.len(), &given, p, &mut budget) {
            Decision::Plan(plan) => {
                primal.start(&plan, &mut budget);
                open = primal.local_plan();
            }
            Decision::None(refutation) => return claims::refuted(instance, refutation, problem, &budget),
            Decision::Unknown => {}
        }
    }
    let slot = problem.limit.map(|(_, c)| c as u32);
    let proof = Proof::new(slot, (0..instance.sites.len() as u32).collect());
    let known = warm.prices(&root);
    let again = known.is_some();
    let u = known.unwrap_or_else(|| first_prices(&root, &columns, &open));
    let exact = options.method == Method::Exact;
    primal.frozen = !exact;
    let plan = Plan {
        root: if again { Steps::AGAIN } else { Steps::ROOT },
        node: Steps::NODE,
        pick: Pick::Highest,
        goals: false,
        relaxed: true,
    };
    let mut tree = Tree::new(&mut primal, &mut budget, proof, classes.len(), scale, plan);
    tree.takeover = Some(Takeover {
        engine: options.engine,
        instance,
        classes: &classes,
        shift: &[],
        offset: 0,
        slot,
        caps: vec![0; instance.groups.len()],
    });
    let start = if exact { tree.solve(root.clone(), u) } else { tree.solve_root(root.clone(), u) };
    let (nodes, lowest) = (std::mem::take(&mut tree.proof.nodes), tree.lowest);
    warm.prices = tree.settled.take();
    warm.open.clone_from(&primal.open);
    let multipliers = Proof::root(&start, slot, instance.constraints.len());
    let objective = primal.best / scale;
    let bound = claims::whole(lowest, primal.target(), scale, objective);
    if primal.best >= MUST {
        return claims::unknown(lowest, scale, multipliers, nodes, budget);
    }
    let ended = if exact { Stopped::Gap } else { Stopped::Method };
    claims::value(primal.open, objective, bound, scale, multipliers, nodes, budget, ended, presolve)
}
