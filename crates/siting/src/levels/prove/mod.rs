//! The bound of one level, with its proof.

mod existence;
mod prices;

use firesite_problem::{Instance, LevelProof, Node, Objective, Then};
use rayon::prelude::*;

use super::dual::{Piece, Prices};
use super::exact::{Frame, PartIntegers, Subject};
use super::flat::Flat;
use super::limit::{Limit, Meter};
use super::minimised;
use super::parts::Parts;
use super::state::State;
use super::tree::{Proof, Search, Wish};
use super::trivial;
use crate::budget::{Budget, StoppedBy};
pub(super) use existence::{Existence, existence};
use prices::{prepare, price_the_whole};

/// What is known of a level after the search.
pub(super) struct Level {
    /// In the natural direction of the objective.
    pub bound: Option<i64>,
    pub proof: LevelProof,
    pub stopped: Option<StoppedBy>,
    /// Plans that the search came upon: all open sites.
    pub plans: Vec<Vec<u32>>,
}

impl Level {
    /// The bound that needs no search, where the search (under prices of held levels that pay for little) ended with a worse one.
    pub(super) fn or_trivial(self, instance: &Instance, level: usize) -> Level {
        let maximised = instance.levels[level].maximised();
        let better = |a: i64, b: i64| if maximised { a < b } else { a > b };
        match trivial::bound(instance, level) {
            Some((bound, proof)) if self.bound.is_none_or(|own| better(bound, own)) => {
                Level { bound: Some(bound), proof, ..self }
            }
            _ => self,
        }
    }
}

/// Everything about one part that the search needs.
struct Ready {
    piece: Piece,
    costs: Vec<i128>,
    piece_of: Vec<u32>,
    row_local: Vec<u32>,
    local: Vec<u32>,
    prices: Prices,
    integers: PartIntegers,
    /// Exact bound of these prices.
    root: i128,
    target: i128,
    meter: Meter,
    steps: u64,
}

/// How far the values of an objective may lie apart.
fn range(flat: &Flat, objective: Objective) -> f64 {
    match objective {
        Objective::Cover => flat.cover.rows.iter().map(|r| r.weight as f64).sum(),
        Objective::Cost => flat.cost.iter().map(|&c| c as f64).sum(),
        Objective::Count => flat.counted.iter().filter(|c| **c).count() as f64,
        Objective::Time => flat.time.as_ref().map_or(0.0, |view| {
            let longest = |i: usize| view.servers[i].last().map_or(0, |s| s.0).max(view.rows[i].base);
            view.rows.iter().enumerate().map(|(i, r)| r.weight as f64 * f64::from(longest(i))).sum()
        }),
        Objective::Center => 0.0,
    }
}

/// The largest figure an objective brings into a sum: what may change, or its whole value with what stands already.
fn magnitude(flat: &Flat, objective: Objective, state: &State<'_>) -> f64 {
    range(flat, objective).max((state.value(objective) as f64).abs()).max(1.0)
}

/// Prices of the held levels: how much of this level's unit one unit of the held one is worth.
///
/// A small instance that is one part affords prices at which no loss of an earlier level can ever pay; then its tree is exact. Else
/// they are what an optimum might ask.
fn held_prices(flat: &Flat, level: usize, proven: bool, state: &State<'_>, parts: &Parts) -> Vec<f64> {
    let mut prices = vec![0.0; level];
    if parts.count == 1 {
        let mut sum = range(flat, flat.levels[level]);
        for k in (0..level).rev() {
            prices[k] = sum + 1.0;
            sum += prices[k] * magnitude(flat, flat.levels[k], state);
        }
        if sum < 2f64.powi(50) {
            return prices;
        }
    }
    let own = (state.value(flat.levels[level]) as f64).abs().max(1.0);
    for (k, price) in prices.iter_mut().enumerate().rev() {
        *price = match flat.levels[k] {
            Objective::Cost | Objective::Count => (own / (state.value(flat.levels[k]) as f64).max(1.0)).max(4.0),
            Objective::Time => 1.0,
            _ => 0.0,
        };
    }
    let total: f64 = own
        + (0..level)
            .filter(|&k| flat.levels[k] != Objective::Cover)
            .map(|k| prices[k] * state.value(flat.levels[k]) as f64)
            .sum::<f64>();
    for (k, price) in prices.iter_mut().enumerate() {
        // A cover that may still be beaten is not worth holding: its price would drown the level in that gap.
        if flat.levels[k] == Objective::Cover && proven {
            // Nor one that no site can change. Price times all that is covered has to fit as well.
            let (may_change, all) = (range(flat, Objective::Cover), magnitude(flat, Objective::Cover, state));
            if may_change > 0.0 {
                let room = (2f64.powi(57) / total * (may_change / all)).clamp(1.0, 1e4);
                *price = (room * total / may_change).min(2f64.powi(57) / all);
            }
        }
    }
    prices
}

/// What a level is proven from.
pub(super) struct Task<'a, 'f> {
    pub instance: &'a Instance,
    pub flat: &'f Flat,
    pub parts: &'a Parts,
    /// The best plan known.
    pub state: &'a State<'f>,
    pub level: usize,
    /// Whether every earlier level is proven, and whether every earlier cover is.
    pub proven: (bool, bool),
    pub gap: f64,
    /// Whether to branch, or only to bound the root.
    pub tree: bool,
    pub limit: Limit,
}

/// How often the prices of held levels are raised where a tree came upon plans that they let pay.
const RAISES: usize = 12;

/// Proves what it can about the level, given the plan.
pub(super) fn level(task: &Task<'_, '_>, budget: &mut Budget) -> Level {
    let Task { flat, parts, state, level, .. } = *task;
    let objective = flat.levels[level];
    let natural = held_prices(flat, level, task.proven.1, state, parts);
    let mut size = magnitude(flat, objective, state);
    for (k, &price) in natural.iter().enumerate() {
        size += price * magnitude(flat, flat.levels[k], state);
    }
    let scale = 1i64 << (2f64.powi(58) / size).log2().floor().clamp(0.0, 38.0) as u32;
    let mut held = Held {
        scale,
        prices: natural.iter().map(|p| (p * scale as f64).round() as i64).collect(),
        // A single small part has prices at which nothing held can pay.
        settled: parts.count == 1 && size < 2f64.powi(50),
    };
    let mut best: Option<Level> = None;
    let before = budget.work.entries;
    for round in 0..=RAISES {
        let left = task.limit.with_work(task.limit.work.saturating_sub(budget.work.entries - before));
        if round > 0 && left.reached(0) {
            break;
        }
        let now = attempt(task, &held, left, budget);
        let next = now.raised;
        let mut now = now.level;
        if let Some(best) = &mut best {
            let tighter = match (now.bound, best.bound) {
                (Some(a), Some(b)) => flat.levels[level].prefers(b, a),
                (a, _) => a.is_some(),
            };
            best.plans.append(&mut now.plans);
            if tighter {
                now.plans = std::mem::take(&mut best.plans);
                *best = now;
            }
        } else {
            best = Some(now);
        }
        match next {
            Some(raised) => held = raised,
            None => break,
        }
    }
    best.unwrap_or(Level { bound: None, proof: LevelProof::default(), stopped: None, plans: Vec::new() })
}

/// Prices of the held levels in `1 / scale`.
struct Held {
    scale: i64,
    prices: Vec<i64>,
    /// Whether they stand, or are a first guess where parts are joined.
    settled: bool,
}

/// What came of one set of held prices.
struct Attempt {
    level: Level,
    /// Higher prices, where plans of single parts pay that are worse than the known one.
    raised: Option<Held>,
}

/// Proves what it can at these prices of the held levels.
fn attempt(task: &Task<'_, '_>, held: &Held, limit: Limit, budget: &mut Budget) -> Attempt {
    let Task { instance, flat, parts, state, level, .. } = *task;
    let objective = flat.levels[level];
    let scale = held.scale;
    let values: Vec<i64> = (0..level)
        .map(|k| {
            let v = state.value(flat.levels[k]);
            if flat.levels[k].maximised() { -v } else { v }
        })
        .collect();
    let subject = Subject {
        level: Some(level),
        scale,
        held: held.prices.clone(),
        held_values: values,
        component: &parts.of,
        components: parts.count,
    };
    let mut frame = Frame::new(instance, flat, subject);
    budget.charge(frame.entries());
    let value = minimised(objective, natural_i64(state, objective));
    let visited_before = budget.work.entries;
    // What spans parts and what is held find their prices.
    let mut warm = None;
    if frame.spans() || ((objective == Objective::Time || !task.proven.0) && level > 0 && !held.settled) {
        warm =
            Some(price_the_whole(&mut frame, state, objective, !held.settled, limit.with_work(limit.work / 4), budget));
    }
    let mut mask = vec![false; instance.sites.len()];
    for k in state.sites() {
        mask[flat.origin[k as usize] as usize] = true;
    }
    let each = limit.with_work(limit.work / 4 / parts.count.max(1) as u64);
    let warm = warm.as_ref();
    let mut ready: Vec<Ready> =
        (0..parts.count).into_par_iter().map(|q| prepare(&frame, q, state, parts, &mask, warm, each)).collect();
    for (q, part) in ready.iter().enumerate() {
        frame.adopt(q, &part.integers);
        budget.took(part.meter);
        budget.work.iterations += part.steps;
    }
    let shared = frame.shared_constant();
    let wanted = i128::from(scale) * (value - 1) + 1;
    let values: i128 = ready.iter().map(|p| p.target).sum();
    let slack = (shared + values - wanted).max(0) / parts.count.max(1) as i128;
    for part in &mut ready {
        part.target -= slack;
    }
    let rounded = |sum: i128| {
        // Integer objectives: round up.
        let scale = i128::from(scale);
        (sum.div_euclid(scale) + i128::from(sum.rem_euclid(scale) != 0)).min(value)
    };
    let root = rounded(shared + ready.iter().map(|p| p.root.min(p.target)).sum::<i128>());
    let enough = task.gap > 0.0 && (value - root) as f64 <= task.gap * (value as f64).abs();
    let work = if enough || !task.tree { 0 } else { limit.work.saturating_sub(budget.work.entries - visited_before) };
    let proofs = prove_parts(&frame, &ready, limit.with_work(work));
    let mut sum = shared;
    for proof in &proofs {
        sum += proof.at_least;
        budget.took(proof.meter);
        budget.work.nodes += proof.count;
        budget.work.iterations += proof.steps;
    }
    let bound = rounded(sum);
    let stopped = match proofs.iter().any(|p| p.stopped) {
        true if enough => Some(StoppedBy::Gap),
        true if task.tree && limit.late() => Some(StoppedBy::Time),
        true if task.tree => Some(StoppedBy::Work),
        _ => None,
    };
    tracing::debug!(level, objective = objective.name(), held = ?frame.held, %value, %root, %bound, "level searched");
    let multipliers = frame.multipliers();
    let plans = plans(&frame, state, &proofs);
    let raised = (bound < value && !enough && task.tree).then(|| raise(task, &frame, &plans)).flatten();
    let at_least = proofs.iter().map(|p| p.at_least.clamp(-(1 << 62), 1 << 62) as i64).collect();
    let mut nodes = vec![Node { then: Then::Split { part: frame.part_of.clone(), at_least }, ..Node::default() }];
    nodes.extend(proofs.into_iter().flat_map(|p| p.nodes));
    let natural = i64::try_from(if objective.maximised() { -bound } else { bound }).ok();
    let proof = LevelProof { scale: scale as u64, multipliers, nodes };
    Attempt { level: Level { bound: natural, proof, stopped, plans }, raised }
}

/// Proves the parts, each with a small share of the work first, then those that it did not settle.
fn prove_parts(frame: &Frame<'_>, ready: &[Ready], limit: Limit) -> Vec<Proof> {
    let count = ready.len().max(1) as u64;
    let mut proofs = search_all(frame, ready, limit.with_work(limit.work / 8 / count));
    let open: Vec<usize> = (0..ready.len()).filter(|&q| proofs[q].stopped).collect();
    if !open.is_empty() && limit.work > 0 {
        let used: u64 = proofs.iter().map(|p| p.meter.visited).sum();
        let each = limit.with_work(limit.work.saturating_sub(used) / open.len() as u64);
        let again: Vec<(usize, Proof)> = open.par_iter().map(|&q| (q, search(frame, &ready[q], q, each))).collect();
        for (q, mut proof) in again {
            proof.meter.join(proofs[q].meter);
            if proof.at_least >= proofs[q].at_least {
                proofs[q] = proof;
            }
        }
    }
    for (proof, part) in proofs.iter_mut().zip(ready) {
        // An unfinished tree that gains little is not worth writing down.
        let (gained, asked) = (proof.at_least - part.root, part.target - part.root);
        if proof.stopped && gained * 5 < asked {
            proof.at_least = part.root.min(part.target);
            proof.nodes = vec![Node::default()];
        }
    }
    proofs
}

/// Prices at which none of these plans pays, each of which is worse than the known one at an earlier level and better later. `None`
/// where there is no such plan, where one of them is better than the known plan, or where the prices would leave the proof's numbers.
fn raise(task: &Task<'_, '_>, frame: &Frame<'_>, plans: &[Vec<u32>]) -> Option<Held> {
    let Task { flat, state, level, .. } = *task;
    let mut prices: Vec<i128> = frame.held.iter().map(|&p| i128::from(p)).collect();
    let scale = i128::from(frame.scale);
    // How much worse each plan is, level by level.
    let mut worse: Vec<Vec<i128>> = Vec::new();
    for plan in plans {
        let other = State::of(flat, plan);
        let by: Vec<i128> = (0..=level)
            .map(|k| i128::from(other.value(flat.levels[k])) - i128::from(state.value(flat.levels[k])))
            .collect();
        match by.iter().find(|d| **d != 0) {
            _ if !other.feasible() => {}
            Some(d) if *d < 0 => return None,
            Some(_) => worse.push(by),
            None => {}
        }
    }
    let mut moved = false;
    for k in (0..level).rev() {
        for by in worse.iter().filter(|by| by[..k].iter().all(|d| *d == 0) && by[k] > 0) {
            let later: i128 = (k + 1..level).map(|h| prices[h] * by[h]).sum::<i128>() + scale * by[level];
            let least = (-later).div_euclid(by[k]) + 1;
            if least > prices[k] {
                // A little more: the next plan is often one step away.
                prices[k] = least + least / 8;
                moved = true;
            }
        }
    }
    let size: f64 = (0..level).map(|k| prices[k] as f64 * magnitude(flat, flat.levels[k], state)).sum();
    let own = frame.scale as f64 * magnitude(flat, flat.levels[level], state);
    (moved && size + own < 2f64.powi(61)).then(|| Held {
        scale: frame.scale,
        prices: prices.iter().map(|&p| p as i64).collect(),
        settled: true,
    })
}

fn natural_i64(state: &State<'_>, objective: Objective) -> i64 {
    let v = state.value(objective);
    if objective.maximised() { -v } else { v }
}

/// The plan with one part exchanged for what a tree came upon: flat sites.
fn plans(frame: &Frame<'_>, state: &State<'_>, proofs: &[Proof]) -> Vec<Vec<u32>> {
    let mut result = Vec::new();
    for (q, proof) in proofs.iter().enumerate() {
        for plan in &proof.plans {
            let mut sites: Vec<u32> = state
                .sites()
                .into_iter()
                .filter(|&k| {
                    frame.part_of[frame.flat.origin[k as usize] as usize] as usize != q || frame.flat.fixed[k as usize]
                })
                .collect();
            sites.extend(plan.iter().map(|&j| frame.rank[j as usize]));
            result.push(sites);
        }
    }
    result
}

fn search_all(frame: &Frame<'_>, ready: &[Ready], limit: Limit) -> Vec<Proof> {
    (0..ready.len()).into_par_iter().map(|q| search(frame, &ready[q], q, limit)).collect()
}

fn search(frame: &Frame<'_>, part: &Ready, q: usize, limit: Limit) -> Proof {
    let search = Search {
        frame,
        q,
        piece: &part.piece,
        costs: &part.costs,
        piece_of: &part.piece_of,
        row_local: &part.row_local,
        local: &part.local,
        steps: 80,
    };
    search.run(part.prices.clone(), part.integers.clone(), Wish { limit, target: part.target })
}
