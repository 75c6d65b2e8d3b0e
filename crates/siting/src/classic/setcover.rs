//! Set cover: least cost such that every row that must be covered is.
//!
//! min Σ_j f_j·x_j  subject to  Σ_{j covers i} x_j ≥ 1 for every row i.
//!
//! Lagrangian bound and reduced-cost fixing as in Beasley (1987); plans by completing the dual's selection greedily and
//! dropping what became superfluous.

use firesite_problem::{Classes, Goal, Instance, Objective, Stopped};

use super::claims;
use crate::budget::Budget;
use crate::dual::{Bound, Core, Fix, MUST, Pick, Plan, Primal, Proof, Steps, Tree};
use crate::heuristic::Columns;
use crate::{Method, Options, Report};

/// The covering problem of an instance: opening costs, rows served at no cost or not at all.
pub(super) fn core(open_cost: Vec<i64>, classes: &Classes, sites: usize) -> Core {
    let mut core =
        Core { start: vec![0], slots: usize::MAX, open_cost, id: (0..sites as u32).collect(), ..Core::default() };
    for (c, class) in classes.classes.iter().enumerate() {
        if !class.hard {
            continue;
        }
        core.site.extend(classes.entries(c).iter().map(|e| e.site));
        core.cost.resize(core.site.len(), 0);
        core.start.push(core.site.len());
        core.cap.push(MUST);
        core.row.push(c as u32);
    }
    core
}

/// The best cover so far.
pub(super) struct Covers<'a> {
    core: &'a Core,
    columns: &'a Columns,
    local: Vec<u32>,
    pub(super) best: i64,
    pub(super) open: Vec<u32>,
    unit: i64,
    gap: f64,
    rows_of: Vec<Vec<u32>>,
    /// Keep the plan as it is.
    pub(super) frozen: bool,
    /// A plan of this value is good enough: the search may end.
    pub(super) enough: i64,
}

impl<'a> Covers<'a> {
    pub(super) fn new(core: &'a Core, columns: &'a Columns, sites: usize, unit: i64, gap: f64) -> Self {
        let mut local = vec![u32::MAX; sites];
        for (j, &id) in core.id.iter().enumerate() {
            local[id as usize] = j as u32;
        }
        Covers {
            core,
            columns,
            local,
            best: MUST,
            open: Vec::new(),
            unit,
            gap,
            rows_of: Vec::new(),
            frozen: false,
            enough: i64::MIN,
        }
    }

    /// Completes a selection of local sites to a cover: cheapest per row newly covered, then superfluous sites leave,
    /// the dearest first.
    pub(super) fn complete(&mut self, begin: &[u32], price: &[i64], budget: &mut Budget) {
        let core = self.core;
        let mut times = vec![0u32; core.rows()];
        let mut open = begin.to_vec();
        let mut left = core.rows();
        let add = |times: &mut [u32], left: &mut usize, j: u32| {
            for &i in self.columns.column(j).0 {
                times[i as usize] += 1;
                *left -= usize::from(times[i as usize] == 1);
            }
        };
        for &j in begin {
            add(&mut times, &mut left, j);
        }
        let mut fresh: Vec<i64> = vec![0; core.sites()];
        for (i, &t) in times.iter().enumerate() {
            if t == 0 {
                for &j in core.row(i).0 {
                    fresh[j as usize] += 1;
                }
            }
        }
        budget.charge(core.entries());
        while left > 0 {
            let mut best: Option<(i64, i64, u32)> = None;
            for (j, &rows) in fresh.iter().enumerate() {
                if rows > 0 {
                    let cost = price[j].max(1);
                    if best.is_none_or(|(c, r, _)| i128::from(cost) * i128::from(r) < i128::from(c) * i128::from(rows))
                    {
                        best = Some((cost, rows, j as u32));
                    }
                }
            }
            let Some((_, _, j)) = best else { return };
            for &i in self.columns.column(j).0 {
                if times[i as usize] == 0 {
                    for &k in core.row(i as usize).0 {
                        fresh[k as usize] -= 1;
                    }
                }
            }
            add(&mut times, &mut left, j);
            open.push(j);
            budget.charge(core.sites());
        }
        open.sort_by_key(|&j| (std::cmp::Reverse(core.open_cost[j as usize]), self.columns.column(j).0.len(), j));
        open.retain(|&j| {
            let rows = self.columns.column(j).0;
            let needed = rows.iter().any(|&i| times[i as usize] == 1);
            if !needed {
                for &i in rows {
                    times[i as usize] -= 1;
                }
            }
            needed
        });
        self.take(&open);
    }

    fn take(&mut self, open: &[u32]) {
        if self.frozen {
            return;
        }
        let value = self.core.base + open.iter().map(|&j| self.core.open_cost[j as usize]).sum::<i64>();
        if value < self.best {
            self.best = value;
            self.open =
                open.iter().map(|&j| self.core.id[j as usize]).chain(self.core.opened.iter().copied()).collect();
            self.open.sort_unstable();
        }
    }
}

impl Primal for Covers<'_> {
    fn upper(&self) -> i64 {
        self.best
    }

    fn target(&self) -> i64 {
        if self.best <= self.enough {
            return i64::MIN;
        }
        if self.best >= MUST {
            return MUST;
        }
        let allowed = (self.gap * (self.best / self.unit) as f64).floor() as i64;
        self.best - allowed.max(0) * self.unit - self.unit + 1
    }

    /// Caprara, Fischetti and Toth (1999): the site with the least reduced cost per row, where only rows not yet covered
    /// count towards either.
    fn offer(&mut self, core: &Core, u: &[i64], bound: &Bound, budget: &mut Budget) {
        let n = core.sites();
        let mut gamma = bound.rho.clone();
        let mut fresh = vec![0i64; n];
        for &j in &core.site {
            fresh[j as usize] += 1;
        }
        self.rows_of.clear();
        self.rows_of.resize(n, Vec::new());
        for i in 0..core.rows() {
            for &j in core.row(i).0 {
                self.rows_of[j as usize].push(i as u32);
            }
        }
        budget.charge(4 * core.entries());
        let mut covered = vec![false; core.rows()];
        let mut left = core.rows();
        let mut open: Vec<u32> =
            core.opened.iter().map(|&id| self.local[id as usize]).filter(|&j| j != u32::MAX).collect();
        while left > 0 {
            let mut best = (f64::INFINITY, u32::MAX);
            for j in 0..n {
                if fresh[j] > 0 {
                    let (g, m) = (gamma[j] as f64, fresh[j] as f64);
                    let score = if g > 0.0 { g / m } else { g * m };
                    if score < best.0 {
                        best = (score, j as u32);
                    }
                }
            }
            if best.1 == u32::MAX {
                return;
            }
            for &i in &self.rows_of[best.1 as usize] {
                let i = i as usize;
                if !covered[i] {
                    covered[i] = true;
                    left -= 1;
                    for &k in core.row(i).0 {
                        fresh[k as usize] -= 1;
                        gamma[k as usize] += u[i];
                    }
                }
            }
            open.push(self.local[core.id[best.1 as usize] as usize]);
            budget.charge(n);
        }
        let plain = self.core.open_cost.clone();
        self.complete(&open, &plain, budget);
    }

    fn improve(&mut self, _: &mut Budget) {}

    fn plan(&mut self, open: &[u32]) {
        let open: Vec<u32> = open.iter().map(|&id| self.local[id as usize]).filter(|&j| j != u32::MAX).collect();
        let mut covered = vec![false; self.core.rows()];
        for &j in &open {
            for &i in self.columns.column(j).0 {
                covered[i as usize] = true;
            }
        }
        if covered.iter().all(|&c| c) {
            self.take(&open);
        }
    }
}

/// Solves a set-cover instance (level Cost or Count).
pub(super) fn solve(instance: &Instance, options: &Options) -> Report {
    let mut budget = Budget::new(options);
    let classes = Classes::new(instance, Goal { level: Some(0), within: None });
    let costs: Vec<i64> = instance
        .sites
        .iter()
        .map(|s| if instance.levels[0] == Objective::Cost { s.cost as i64 } else { i64::from(s.counted) })
        .collect();
    let total: i128 = costs.iter().map(|&c| i128::from(c)).sum();
    let scale = [64, 16, 4].into_iter().find(|s| total * i128::from(*s) < 1 << 58).unwrap_or(1);
    let whole = core(costs.iter().map(|c| c * scale).collect(), &classes, instance.sites.len());
    let fix: Vec<Fix> = instance.sites.iter().map(|s| if s.fixed { Fix::Open } else { Fix::Free }).collect();
    let root = whole.fix(&fix).core;
    if root.hopeless.is_some() {
        return claims::unserved(budget);
    }
    let presolve = claims::presolve(instance, &classes, &root);
    let columns = Columns::of(&root);
    budget.charge(4 * root.entries());
    let mut primal = Covers::new(&root, &columns, instance.sites.len(), scale, options.gap);
    primal.complete(&[], &root.open_cost, &mut budget);
    let proof = Proof::new(None, (0..instance.sites.len() as u32).collect());
    let u = first_prices(&root, &columns);
    let exact = options.method == Method::Exact;
    primal.frozen = options.method == Method::Greedy;
    let mut tree = Tree::new(&mut primal, &mut budget, proof, classes.len(), scale, plan());
    let start = if exact { tree.solve(root.clone(), u) } else { tree.solve_root(root.clone(), u) };
    let (nodes, lowest) = (std::mem::take(&mut tree.proof.nodes), tree.lowest);
    let multipliers = Proof::root(&start, None, 0);
    let objective = primal.best / scale;
    let bound = claims::whole(lowest, primal.target(), scale, objective);
    let ended = if exact { Stopped::Gap } else { Stopped::Method };
    claims::value(primal.open, objective, bound, scale, multipliers, nodes, budget, ended, presolve)
}

/// Prices to start from: the least cost per row among the sites that cover it.
pub(super) fn first_prices(core: &Core, columns: &Columns) -> Vec<i64> {
    let share = |&j: &u32| core.open_cost[j as usize] / columns.column(j).0.len().max(1) as i64;
    (0..core.rows()).map(|i| core.row(i).0.iter().map(share).min().unwrap_or(0)).collect()
}

pub(super) fn plan() -> Plan {
    Plan {
        root: Steps { new: 0.3, halve_after: 20, least: 0.002, offer_every: 10, ..Steps::ROOT },
        node: Steps::NODE,
        pick: Pick::Highest,
        goals: false,
        relaxed: true,
    }
}
