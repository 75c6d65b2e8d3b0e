//! Levelled instances, as a station plan makes them: cover, then cost, then the number of new stations, then time.
//!
//! The instance is put into a canonical order and flattened (`flat.rs`), taken apart where nothing but a few conditions joins the
//! pieces (`parts.rs`), searched by moves that look at all levels at once (`heuristic.rs`), and then proven level by level: prices
//! for what spans parts by one ascent over the whole (`dual.rs`), a branch and bound in each part (`tree.rs`), everything recomputed
//! in the certificate's integers (`exact.rs`). [Geoffrion 1974, Fisher 1981: Lagrangian relaxation; Erlenkotter 1978: the dual of
//! facility location; Held, Wolfe and Crowder 1974: the subgradient method.]

mod dual;
mod exact;
mod flat;
mod heuristic;
mod parts;
mod prove;
mod state;
mod tree;

use firesite_problem::{Certificate, Claim, Instance, LevelProof, Objective, Stopped};

use crate::budget::Budget;
use crate::{Error, Method, Options, Reduction, Report, StoppedBy};
use flat::{Flat, Unfit};
use heuristic::Neighbourhoods;
use state::State;

/// Work (in millions of entries) of an exact search that was given no limit of its own. A plan of eleven seats and two dozen towns
/// needs less.
pub const DEFAULT_WORK: u64 = 12_000;

/// Searches the levels of an instance in order.
pub(crate) fn solve(instance: &Instance, options: &Options) -> Result<Report, Error> {
    instance.validate().map_err(|e| Error::Invalid(e.to_string()))?;
    let flat = Flat::new(instance).map_err(|e| match e {
        Unfit::Unsupported(what) => Error::Unsupported(what.into()),
        Unfit::TooLarge => Error::TooLarge("sums could pass 2^61".into()),
    })?;
    let mut budget = Budget::new(options);
    let parts = parts::take_apart(&flat);
    let hoods = Neighbourhoods::new(&flat, &parts.of);
    let mut state = State::new(&flat);
    heuristic::greedy(&mut state, &hoods);
    let clock = std::time::Instant::now();
    let trace = std::env::var_os("FIRESITE_TRACE").is_some();
    if trace { eprintln!("greedy {} M {:?}", state.visited / 1_000_000, state.score()); }
    let work = options.work_limit.unwrap_or(DEFAULT_WORK).saturating_mul(1_000_000);
    if options.method != Method::Greedy || !state.feasible() {
        heuristic::settle(&mut state, &hoods, parts.coupled, work / 8);
    }
    if trace { eprintln!("settled {} M {:?} {:.1}", state.visited / 1_000_000, state.score(), clock.elapsed().as_secs_f64()); }
    if options.method != Method::Greedy {
        heuristic::shake(&mut state, &hoods, 6, options.seed, work / 4);
    }
    if trace { eprintln!("shaken {} M {:?} {:.1}", state.visited / 1_000_000, state.score(), clock.elapsed().as_secs_f64()); }
    budget.charge(state.visited as usize);
    if !state.feasible() && options.method == Method::Exact {
        match prove::existence(instance, &flat, &parts, &state, work / 4, &mut budget) {
            prove::Existence::Plan(sites) => {
                state = State::of(&flat, &sites);
                heuristic::settle(&mut state, &hoods, parts.coupled, work / 4);
            }
            prove::Existence::Refuted(proof) => {
                let claim = Claim::infeasible(instance.levels.len(), Certificate::new(vec![proof]));
                return Ok(Report::new(claim, None, budget.work));
            }
            prove::Existence::Open => {}
        }
    }
    if !state.feasible() {
        return Ok(unknown(instance, &budget));
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
        let share = work.saturating_sub(budget.work.entries) / (instance.levels.len() - level) as u64;
        let proven = prove::level(instance, &flat, &parts, &mut state, level, if tree { share } else { 0 }, &mut budget);
        if trace { eprintln!("level {level}: {:?} bound {:?} entries {} M nodes {} stopped {} {:.1}", state.value(flat.levels[level]), proven.bound, budget.work.entries / 1_000_000, budget.work.nodes, proven.stopped, clock.elapsed().as_secs_f64()); }
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
            heuristic::settle(&mut state, &hoods, parts.coupled, work / 4);
            let score = state.score();
            let first = (1..score.len()).find(|&k| score[k] != before[k]).unwrap_or(1) - 1;
            found.truncate(first);
            continue;
        }
        found.push(proven);
    }
    let stopped = found.iter().any(|l| l.stopped).then_some(StoppedBy::Work);
    let levels: Vec<Option<i64>> = found.iter().map(|l| l.bound).collect();
    let mut proofs: Vec<LevelProof> = found.into_iter().map(|l| l.proof).collect();
    let values = instance.evaluate(&open(&state)).map_err(|e| Error::Invalid(e.to_string()))?;
    let pairs: Vec<(Option<i64>, Option<i64>)> = values.iter().zip(&levels).map(|(&v, &b)| (Some(v), b)).collect();
    for (proof, bound) in proofs.iter_mut().zip(&levels) {
        if bound.is_none() {
            *proof = LevelProof::default();
        }
    }
    let why = match stopped {
        Some(_) => Stopped::Work,
        None => Stopped::Method,
    };
    let claim = Claim::new(Some(open(&state)), pairs, Some(Certificate::new(proofs)), Some(why));
    let mut report = Report::new(claim, stopped, budget.work);
    report.presolve = reductions(instance, &flat, &parts);
    Ok(report)
}

/// What was simplified.
fn reductions(instance: &Instance, flat: &Flat, parts: &parts::Parts) -> Vec<Reduction> {
    let cover: usize = flat.cover.members.iter().map(Vec::len).sum();
    let mut log = vec![
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

fn unknown(instance: &Instance, budget: &Budget) -> Report {
    let pairs = vec![(None, None); instance.levels.len()];
    let claim = Claim::new(None, pairs, None, Some(Stopped::Method));
    Report::new(claim, None, budget.work)
}

/// The value of a level as everything inside is: to be minimised.
fn minimised(objective: Objective, value: i64) -> i128 {
    if objective.maximised() { -i128::from(value) } else { i128::from(value) }
}
