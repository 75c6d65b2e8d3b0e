//! Levelled instances, as a station plan makes them: cover, then cost, then the number of new stations, then time.
//!
//! The instance is put into a canonical order and flattened (`flat.rs`), taken apart where nothing but a few conditions joins the
//! pieces (`parts.rs`), searched by moves that look at all levels at once (`heuristic.rs`), and then proven level by level: prices
//! for what spans parts by one ascent over the whole (`dual.rs`), a branch and bound in each part (`tree.rs`), everything recomputed
//! in the certificate's integers (`exact.rs`). [Geoffrion 1974, Fisher 1981: Lagrangian relaxation; Erlenkotter 1978: the dual of
//! facility location; Held, Wolfe and Crowder 1974: the subgradient method.]

mod conflict;
mod dual;
mod exact;
mod flat;
mod heuristic;
mod implied;
mod limit;
mod parts;
mod prove;
mod state;
mod tree;
mod trivial;

use std::time::Instant;

use firesite_problem::{Certificate, Claim, Instance, LevelProof, Objective, Stopped};

use crate::budget::Budget;
use crate::{Error, Method, Options, Reduction, Report};
use flat::{Flat, Unfit};
use heuristic::Neighbourhoods;
use implied::Implied;
use limit::Limit;
use state::State;

/// Work (in millions of entries) of a search that was given no limit of its own: some seconds. A level that is not proven by then keeps
/// an honest gap.
pub(crate) const DEFAULT_WORK: u64 = 2_000;

/// Entries that may be visited, whatever the limits, to make a plan that keeps every condition: some milliseconds.
const REPAIR: u64 = 4_000_000;

/// Searches the levels of an instance in order.
pub(crate) fn solve(instance: &Instance, options: &Options) -> Result<Report, Error> {
    instance.validate().map_err(|e| Error::Invalid(e.to_string()))?;
    let given = instance;
    let implied = Implied::of(instance);
    let narrowed = implied.narrow(instance);
    let instance = &*narrowed;
    let flat = Flat::new(instance, &implied).map_err(|e| match e {
        Unfit::Unsupported(what) => Error::Unsupported(what.into()),
        Unfit::TooLarge => Error::TooLarge("sums could pass 2^61".into()),
    })?;
    let start = Instant::now();
    let mut budget = Budget::new(options);
    let parts = parts::take_apart(&flat, false);
    let timed = flat.time.is_some().then(|| parts::take_apart(&flat, true));
    let hoods = Neighbourhoods::new(&flat, &parts.of);
    let mut state = State::new(&flat);
    heuristic::greedy(&mut state, &hoods);
    let work = options.work_limit.unwrap_or(DEFAULT_WORK).saturating_mul(1_000_000);
    let limit = Limit { work, until: options.time_limit.map(|t| start + t) };
    if !state.feasible() {
        // A plan is wanted whatever the limits say: a little is always done for it.
        let little = Limit { work: REPAIR.max(work / 8), until: limit.until.filter(|_| work / 8 > REPAIR) };
        heuristic::settle(&mut state, &hoods, parts.coupled, little);
    }
    if options.method != Method::Greedy {
        heuristic::settle(&mut state, &hoods, parts.coupled, limit.with_work(work / 8));
        heuristic::shake(&mut state, &hoods, 6, options.seed, limit.with_work(work / 4));
    }
    budget.took(state.meter);
    let left = |budget: &Budget| work.saturating_sub(budget.work.entries);
    if !state.feasible() && options.method == Method::Exact {
        let share = limit.with_work(left(&budget) / 3);
        match prove::existence(instance, &flat, &parts, &state, share, &mut budget) {
            prove::Existence::Plan(sites) => {
                state = State::of(&flat, &sites);
                heuristic::settle(&mut state, &hoods, parts.coupled, limit.with_work(left(&budget) / 4));
                budget.took(state.meter);
            }
            prove::Existence::Refuted(mut proof) => {
                proof.nodes = implied.prepend(proof.nodes);
                let claim = Claim::infeasible(instance.levels.len(), Certificate::new(vec![proof]));
                let mut report = Report::new(claim, None, budget.work);
                report.conflict = conflict::explain(given, limit);
                return Ok(report);
            }
            prove::Existence::Open => {}
        }
    }
    if !state.feasible() {
        budget.spent();
        return Ok(unknown(given, &budget));
    }
    let open = |state: &State<'_>| {
        let mut open: Vec<u32> = state.sites().iter().map(|&k| flat.origin[k as usize]).collect();
        open.sort_unstable();
        open
    };
    let mut found: Vec<prove::Level> = Vec::new();
    let mut rounds = 0;
    while found.len() < instance.levels.len() {
        let level = found.len();
        let tree = options.method == Method::Exact;
        let proven = |k: usize| {
            let value = state.value(flat.levels[k]);
            found[k].bound == Some(if flat.levels[k].maximised() { -value } else { value })
        };
        let earlier = (0..level).all(proven);
        let cover = (0..level).all(|k| flat.levels[k] != Objective::Cover || proven(k));
        let share = limit.with_work(left(&budget) / (instance.levels.len() - level) as u64);
        let task = prove::Task {
            instance,
            flat: &flat,
            parts: timed.as_ref().filter(|_| instance.levels[..=level].contains(&Objective::Time)).unwrap_or(&parts),
            state: &state,
            level,
            proven: (earlier, cover),
            gap: options.gap,
            tree,
            limit: share,
        };
        let proven = prove::level(&task, &mut budget);
        // A better plan on the way: the levels are proven again from the first that it changes.
        let before = state.score();
        let mut best = before;
        let mut better = None;
        for plan in &proven.plans {
            let score = State::of(&flat, plan).score();
            if score < best {
                best = score;
                better = Some(plan.clone());
            }
        }
        if let Some(plan) = better.filter(|_| rounds < 40) {
            rounds += 1;
            state = State::of(&flat, &plan);
            heuristic::settle(&mut state, &hoods, parts.coupled, limit.with_work(left(&budget) / 4));
            budget.took(state.meter);
            let score = state.score();
            let first = (1..score.len()).find(|&k| score[k] != before[k]).unwrap_or(1) - 1;
            found.truncate(first);
            continue;
        }
        let value = state.value(flat.levels[level]);
        let value = if flat.levels[level].maximised() { -value } else { value };
        found.push(if proven.bound == Some(value) { proven } else { proven.or_trivial(instance, level) });
    }
    let stopped = found.iter().find_map(|l| l.stopped);
    let levels: Vec<Option<i64>> = found.iter().map(|l| l.bound).collect();
    let mut proofs: Vec<LevelProof> = found.into_iter().map(|l| l.proof).collect();
    let values = instance.evaluate(&open(&state)).map_err(|e| Error::Invalid(e.to_string()))?;
    let pairs: Vec<(Option<i64>, Option<i64>)> = values.iter().zip(&levels).map(|(&v, &b)| (Some(v), b)).collect();
    for (proof, bound) in proofs.iter_mut().zip(&levels) {
        if bound.is_none() {
            *proof = LevelProof::default();
        }
        proof.nodes = implied.prepend(std::mem::take(&mut proof.nodes));
    }
    let why = stopped.map_or(Stopped::Method, Stopped::from);
    let claim = Claim::new(Some(open(&state)), pairs, Some(Certificate::new(proofs)), Some(why));
    let mut report = Report::new(claim, stopped, budget.work);
    report.presolve = reductions(instance, &flat, &parts, &implied);
    Ok(report)
}

/// Whether the instance falls into parts that no condition joins: then each is proven for itself.
pub(crate) fn falls_apart(instance: &Instance) -> bool {
    let implied = Implied::of(instance);
    Flat::new(&implied.narrow(instance), &implied).is_ok_and(|flat| {
        let parts = parts::take_apart(&flat, false);
        parts.count > 1 && !parts.coupled
    })
}

/// Names of conditions of an infeasible instance that cannot hold together.
pub(crate) fn conflicting(instance: &Instance, options: &Options) -> Vec<String> {
    let work = options.work_limit.unwrap_or(DEFAULT_WORK).saturating_mul(1_000_000);
    conflict::explain(instance, Limit { work, until: options.time_limit.map(|t| Instant::now() + t) })
}

/// What was simplified.
fn reductions(instance: &Instance, flat: &Flat, parts: &parts::Parts, implied: &Implied) -> Vec<Reduction> {
    let cover: usize = flat.cover.members.iter().map(Vec::len).sum();
    let mut log = vec![
        Reduction { what: "sites that the conditions alone open or close".into(), count: implied.len() },
        Reduction {
            what: "rows settled by fixed sites, or that no site covers, in the cover levels".into(),
            count: instance.rows.len() - cover,
        },
        Reduction {
            what: "rows merged with a row that the same sites cover".into(),
            count: cover - flat.cover.rows.len(),
        },
        Reduction {
            what: "sites that cover exactly the rows of another".into(),
            count: flat.len() - flat.cover.entries.len().min(flat.len()),
        },
        Reduction { what: "independent parts".into(), count: parts.count },
    ];
    if let Some(view) = &flat.time {
        let timed: usize = view.members.iter().map(Vec::len).sum();
        log.push(Reduction {
            what: "rows settled by fixed sites in level Time".into(),
            count: instance.rows.len() - timed,
        });
    }
    log
}

/// No plan was found: what is known of the first level without any.
pub(crate) fn unknown(instance: &Instance, budget: &Budget) -> Report {
    let mut pairs = vec![(None, None); instance.levels.len()];
    let mut proofs = vec![LevelProof::default(); instance.levels.len()];
    if let Some((bound, proof)) = trivial::bound(instance, 0) {
        pairs[0].1 = Some(bound);
        proofs[0] = proof;
    }
    let why = Some(budget.ended(Stopped::Method));
    Report::of(Claim::new(None, pairs, Some(Certificate::new(proofs)), why), budget)
}

/// The value of a level as everything inside is: to be minimised.
fn minimised(objective: Objective, value: i64) -> i128 {
    if objective.maximised() { -i128::from(value) } else { i128::from(value) }
}
