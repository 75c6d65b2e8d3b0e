//! Branch and Benders cut: any instance of levels Cover, Cost, Count and Time, with every side constraint and rows with gains.
//!
//! ```text
//! minimise Σ_j f_j·x_j + Σ_s θ_s    subject to    θ_s ≥ Σ_{i in s} [v_i − Σ_j max(0, v_i − c_ij)·x_j]  for all prices v,
//!                                                  conditions on x and θ,    x binary
//! ```
//!
//! The rows of an instance are convex functions of the open sites (`model.rs`), summed in a few dozen θ and held from below by cuts
//! (`master.rs`); the linear programs go on from each other through the whole tree (`tree.rs`). Whatever the program says becomes whole
//! multipliers (`build.rs`) whose bound is evaluated exactly (`exact.rs`) before anything is closed, so that every claim carries
//! its certificate. [Benders 1962; Cordeau, Furini and Ljubić 2019; Duran-Mateluna, Ales and Elloumi 2023]

mod build;
mod exact;
mod master;
mod model;
mod takeover;
mod tree;

use firesite_problem::{Certificate, Claim, Instance, LevelProof, Node, Objective, Status, Stopped};

use crate::budget::Budget;
use crate::general::Plan;
use crate::{Engine, Error, Method, Options, Report};
use build::Built;
use exact::{Decided, Level};
pub(crate) use takeover::{Region, proceed};
pub(crate) use tree::Incumbent;
use tree::Search;

/// The best plan of a level.
struct Best {
    open: Option<Vec<u32>>,
    value: Option<i128>,
    /// No plan is worse than this.
    worst: i128,
    scale: i128,
    gap: f64,
}

impl Best {
    /// What a better plan may come to at most.
    fn wanted(&self) -> i128 {
        match self.value {
            Some(value) => {
                let allowed = (self.gap.max(0.0) * value.unsigned_abs() as f64).floor() as i128;
                value - allowed - 1
            }
            None => self.worst,
        }
    }
}

impl Incumbent for Best {
    fn target(&self) -> i128 {
        self.scale * self.wanted() + 1
    }

    fn take(&mut self, open: &[u32], value: i128, _budget: &mut Budget) {
        if self.value.is_none_or(|best| value < best) {
            self.value = Some(value);
            self.open = Some(open.to_vec());
        }
    }
}

/// Searches the levels of an instance in order by branch and Benders cut.
///
/// Complexity: a linear program of as many columns as there are sites and some dozens more at every node; exponential at worst.
pub fn solve(instance: &Instance, options: &Options) -> Result<Report, Error> {
    instance.validate().map_err(|reason| Error::Invalid(reason.to_string()))?;
    if instance.levels.contains(&Objective::Center) {
        return Err(Error::Unsupported("a level Center has no linear program worth solving".into()));
    }
    Ok(go_on(instance, options, None))
}

/// The same of a valid instance without level Center, from a plan that is known.
pub(crate) fn go_on(instance: &Instance, options: &Options, known: Option<&[u32]>) -> Report {
    let mut budget = Budget::new(options);
    let mut open = first_plan(instance, options, known, &mut budget);
    let mut held: Vec<i64> = Vec::new();
    let mut pairs: Vec<(Option<i64>, Option<i64>)> = Vec::new();
    let mut proofs: Vec<LevelProof> = Vec::new();
    let mut gap_left = false;
    let mut cut = None;
    for position in 0..instance.levels.len() {
        let level = Level::new(instance, Some(position), scale(instance, position), held.clone());
        let objective = instance.levels[position];
        // A level that cannot be proven shall not leave nothing for those after it.
        let last = position + 1 == instance.levels.len();
        let mut share = budget.share(if last { 1.0 } else { 0.6 });
        let then = budget.work;
        let found = prove(&level, open.take(), options, &mut share);
        tracing::debug!(level = objective.name(), nodes = share.work.nodes - then.nodes, "level searched");
        cut = cut.or(share.stopped());
        budget.joined(&share);
        budget.spent();
        let Some(plan) = found.best.open else {
            return without_plan(instance, found, &level, options, budget);
        };
        let value = natural(objective, found.best.value.unwrap_or(0));
        let bound = natural(objective, found.bound);
        gap_left |= value != bound;
        pairs.push((Some(value), Some(bound)));
        held.push(value);
        proofs.push(found.proof);
        open = Some(plan);
    }
    let ended = if gap_left && options.method == Method::Exact { Stopped::Gap } else { Stopped::Method };
    let why = budget.ended(cut.map_or(ended, Stopped::from));
    let claim = Claim::new(open, pairs, Some(Certificate::new(proofs)), Some(why));
    Report::of(claim, &budget)
}

/// What a level came to.
struct Found {
    best: Best,
    /// Minimised.
    bound: i128,
    proof: LevelProof,
    /// The tree is complete.
    complete: bool,
}

/// Proves a level, from a plan if there is one.
fn prove(level: &Level<'_>, open: Option<Vec<u32>>, options: &Options, budget: &mut Budget) -> Found {
    let instance = level.instance;
    let mut best =
        Best { open: None, value: None, worst: level.worst(), scale: i128::from(level.scale), gap: options.gap };
    if let Some(open) = open {
        let mut decided = vec![Decided::Closed; instance.sites.len()];
        for &j in &open {
            decided[j as usize] = Decided::Open;
        }
        if let Some(value) = level.plan_value(&decided) {
            best.take(&open, value, budget);
        }
    }
    let zeros = level.zeros();
    let built = Built::new(level);
    let root = root_region(level);
    let (nodes, lowest) = match Search::new(level, &built, root.clone(), &mut best, budget) {
        Some(mut search) => {
            search.root_only = options.method != Method::Exact;
            search.run(zeros.clone());
            (std::mem::take(&mut search.nodes), search.lowest)
        }
        None => (vec![Node::default()], level.evaluate(&zeros, &root).value),
    };
    let reached = lowest.min(best.target());
    let scale = i128::from(level.scale);
    let bound = reached.div_euclid(scale) + i128::from(reached.rem_euclid(scale) != 0);
    let bound = best.value.map_or(bound, |value| bound.min(value));
    let proof = LevelProof { scale: level.scale as u64, multipliers: zeros, nodes };
    Found { best, bound, proof, complete: lowest == i128::MAX }
}

/// Fixed sites open, the rest of their sets closed.
fn root_region(level: &Level<'_>) -> Vec<Decided> {
    let sites = &level.instance.sites;
    let mut decided: Vec<Decided> = sites.iter().map(|s| if s.fixed { Decided::Open } else { Decided::Free }).collect();
    for set in &level.sets {
        if set.iter().any(|&j| decided[j as usize] == Decided::Open) {
            for &j in set {
                if decided[j as usize] == Decided::Free {
                    decided[j as usize] = Decided::Closed;
                }
            }
        }
    }
    decided
}

/// No plan was found: none exists, or the limits came first.
fn without_plan(instance: &Instance, found: Found, level: &Level<'_>, options: &Options, mut budget: Budget) -> Report {
    if found.complete {
        let none = Level::new(instance, None, 1 << 20, Vec::new());
        let refuted = prove(&none, None, &Options { gap: 0.0, ..options.clone() }, &mut budget);
        if refuted.complete && refuted.best.open.is_none() {
            let claim = Claim::infeasible(instance.levels.len(), Certificate::new(vec![refuted.proof]));
            return Report::new(claim, None, budget.work);
        }
    }
    let mut pairs = vec![(None, None); instance.levels.len()];
    let mut proofs = vec![LevelProof::default(); instance.levels.len()];
    if level.position == Some(0) {
        pairs[0] = (None, Some(natural(instance.levels[0], found.bound)));
        proofs[0] = found.proof;
    }
    let why = budget.ended(Stopped::Method);
    let claim = Claim::new(None, pairs, Some(Certificate::new(proofs)), Some(why));
    debug_assert_eq!(claim.status, Status::Unknown);
    Report::new(claim, budget.stopped(), budget.work)
}

/// A minimised value in the direction of its objective.
fn natural(objective: Objective, value: i128) -> i64 {
    exact::clamp(if objective.maximised() { -value } else { value })
}

/// Fine enough that rounding multipliers costs nothing, coarse enough that sums stay far below 128 bits.
fn scale(instance: &Instance, position: usize) -> i64 {
    let total: f64 = match instance.levels[position] {
        Objective::Cover => instance.rows.iter().map(|r| r.weight as f64 * most_gain(&r.gains)).sum(),
        Objective::Time => {
            let longest =
                |r: &firesite_problem::Row| r.reach.last().map_or(0, |e| e.1).max(instance.worst.unwrap_or(0));
            instance.rows.iter().map(|r| r.weight as f64 * f64::from(longest(r))).sum()
        }
        Objective::Cost => instance.sites.iter().map(|s| s.cost as f64).sum(),
        Objective::Count | Objective::Center => instance.sites.len() as f64,
    };
    1i64 << ((2f64.powi(50) / total.max(1.0)).log2().floor().clamp(0.0, 24.0) as u32)
}

fn most_gain(gains: &[u64]) -> f64 {
    if gains.is_empty() { 1.0 } else { gains.iter().map(|&g| g as f64).sum() }
}

/// Entries of rows up to which a second local search is worth its time.
const FEW_ENTRIES: usize = 300_000;

/// The best of what is known and of two local searches, whose neighbourhoods fit different kinds of instances.
fn first_plan(instance: &Instance, options: &Options, known: Option<&[u32]>, budget: &mut Budget) -> Option<Vec<u32>> {
    let left = |budget: &Budget| -> Options {
        let mut quick = Options { method: Method::LocalSearch, engine: Engine::Lagrangian, ..options.clone() };
        if quick.time_limit.is_some() {
            quick.time_limit = budget.spending().1.map(|left| std::time::Duration::from_secs_f64(left.max(0.0)));
        }
        let units = budget.work.entries / 1_000_000;
        quick.work_limit = options.work_limit.map(|limit| limit.saturating_sub(units));
        quick
    };
    let mut best: Option<Plan> = None;
    let mut offer = |open: Vec<u32>| {
        let plan = Plan::of(instance, open);
        if let Some(plan) = plan.filter(|plan| best.as_ref().is_none_or(|best| plan.better(best, &instance.levels))) {
            best = Some(plan);
        }
    };
    match known {
        Some(open) => offer(open.to_vec()),
        None => {
            if let Ok(report) = crate::solve(instance, &left(budget)) {
                budget.absorb(report.work);
                report.claim.open.into_iter().for_each(&mut offer);
            }
        }
    }
    // The other neighbourhood looks at every row of every site at each step: worth it where that is little.
    let entries: usize = instance.rows.iter().map(|r| r.reach.len()).sum();
    if !budget.spent() && entries <= FEW_ENTRIES {
        crate::general::quick_plan(instance, options, budget).into_iter().for_each(&mut offer);
    }
    best.map(|plan| plan.open)
}
