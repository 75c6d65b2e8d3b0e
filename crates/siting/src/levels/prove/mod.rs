//! The bound of one level, with its proof.

mod existence;
mod meet;
mod prices;

use firesite_problem::{Instance, LevelProof, Node, Objective, Then};
use rayon::prelude::*;

use super::dual::{Piece, Prices};
use super::exact::{Frame, Integers, PartIntegers, Subject};
use super::flat::Flat;
use super::limit::{Limit, Meter};
use super::minimised;
use super::parts::Parts;
use super::state::State;
use super::tree::{Proof, Search, Wish};
use super::trivial;
use crate::budget::{Budget, StoppedBy};
pub(super) use existence::{Existence, existence};
use meet::{Rival, agree};
use prices::{Warm, prepare, price_the_whole};

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

/// How often prices of held levels and of rows that parts share are changed where a tree came upon plans that they let pay.
const CHANGES: usize = 60;

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
    let mut given = Given {
        scale,
        held: natural.iter().map(|p| (p * scale as f64).round() as i64).collect(),
        // A single small part has prices at which nothing held can pay.
        settled: parts.count == 1 && size < 2f64.powi(50),
        spanning: None,
        rows: Vec::new(),
        rivals: Vec::new(),
    };
    let mut best: Option<Level> = None;
    let before = budget.work.entries;
    for round in 0..=CHANGES {
        let left = task.limit.with_work(task.limit.work.saturating_sub(budget.work.entries - before));
        if round > 0 && left.reached(0) {
            break;
        }
        let (mut now, again) = attempt(task, &mut given, left, budget);
        if let Some(best) = &mut best {
            best.plans.append(&mut now.plans);
            if objective.tighter(now.bound, best.bound) {
                now.plans = std::mem::take(&mut best.plans);
                *best = now;
            }
        } else {
            best = Some(now);
        }
        if !again {
            break;
        }
    }
    best.unwrap_or(Level { bound: None, proof: LevelProof::default(), stopped: None, plans: Vec::new() })
}

/// What an attempt begins with.
struct Given {
    scale: i64,
    /// Prices of the held levels in `1 / scale`.
    held: Vec<i64>,
    /// Whether these stand, or are a first guess where parts are joined.
    settled: bool,
    /// Multipliers of what spans parts, and where the parts begin, once known.
    spanning: Option<(Integers, Warm)>,
    /// Prices of rows that span parts, where they are not those of the ascent over the whole.
    rows: Vec<(usize, i64)>,
    /// Plans of single parts that were better there at the prices of an earlier attempt.
    rivals: Vec<Rival>,
}

/// Proves what it can at these prices; says whether others are worth another attempt.
fn attempt(task: &Task<'_, '_>, given: &mut Given, limit: Limit, budget: &mut Budget) -> (Level, bool) {
    let Task { instance, flat, parts, state, level, .. } = *task;
    let objective = flat.levels[level];
    let scale = given.scale;
    let values: Vec<i64> = (0..level)
        .map(|k| {
            let v = state.value(flat.levels[k]);
            if flat.levels[k].maximised() { -v } else { v }
        })
        .collect();
    let subject = Subject {
        level: Some(level),
        scale,
        held: given.held.clone(),
        held_values: values,
        component: &parts.of,
        components: parts.count,
    };
    let mut frame = Frame::new(instance, flat, subject);
    budget.charge(frame.entries());
    let value = minimised(objective, natural_i64(state, objective));
    let visited_before = budget.work.entries;
    // What spans parts and what is held find their prices.
    let joined = (objective == Objective::Time || !task.proven.0) && level > 0 && !given.settled;
    if given.rows.is_empty() && (frame.spans() || joined) {
        let share = limit.with_work(limit.work / 4);
        let warm = price_the_whole(&mut frame, state, objective, !given.settled, share, budget);
        given.spanning = Some((frame.root.clone(), warm));
    } else if let Some((root, _)) = &given.spanning {
        frame.root.clone_from(root);
    }
    for &(class, price) in &given.rows {
        frame.root.rows[class] = price;
    }
    let mut mask = vec![false; instance.sites.len()];
    for k in state.sites() {
        mask[flat.origin[k as usize] as usize] = true;
    }
    let each = limit.with_work(limit.work / 4 / parts.count.max(1) as u64);
    let warm = given.spanning.as_ref().map(|s| &s.1);
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
    let mut again = false;
    if bound < value && !enough && task.tree && parts.count > 1 && !better(task, &plans) {
        let of_part = |q: usize| move |plan: &Vec<u32>| (q, plan.clone());
        given.rivals.extend(proofs.iter().enumerate().flat_map(|(q, p)| p.plans.iter().map(of_part(q))));
        if let Some(raised) = raise(task, &frame, &plans) {
            (given.held, given.settled, again) = (raised, true, true);
        } else if proofs.iter().all(|p| !p.stopped)
            && let Some(rows) = agree(&frame, state, &given.rivals)
        {
            // The ascent over the whole has found what the held levels are worth.
            given.held.clone_from(&frame.held);
            (given.rows, given.settled, again) = (rows, true, true);
        }
    }
    let at_least = proofs.iter().map(|p| p.at_least.clamp(-(1 << 62), 1 << 62) as i64).collect();
    let mut nodes = vec![Node { then: Then::Split { part: frame.part_of.clone(), at_least }, ..Node::default() }];
    nodes.extend(proofs.into_iter().flat_map(|p| p.nodes));
    let natural = i64::try_from(if objective.maximised() { -bound } else { bound }).ok();
    let proof = LevelProof { scale: scale as u64, multipliers, nodes };
    (Level { bound: natural, proof, stopped, plans }, again)
}

/// Proves the parts, each with a small share of the work first, then those that it did not settle.
fn prove_parts(frame: &Frame<'_>, ready: &[Ready], limit: Limit) -> Vec<Proof> {
    let count = ready.len().max(1) as u64;
    let mut proofs = search_all(frame, ready, limit.with_work(limit.work / 8 / count));
    let mut used: u64 = proofs.iter().map(|p| p.meter.visited).sum();
    // What the easier ones leave goes to the others.
    for share in [2, 1] {
        let open: Vec<usize> = (0..ready.len()).filter(|&q| proofs[q].stopped).collect();
        let each = limit.with_work(limit.work.saturating_sub(used) / share / open.len().max(1) as u64);
        if open.is_empty() || each.reached(0) {
            break;
        }
        let again: Vec<(usize, Proof)> = open.par_iter().map(|&q| (q, search(frame, &ready[q], q, each))).collect();
        for (q, mut proof) in again {
            used += proof.meter.visited;
            proof.meter.join(proofs[q].meter);
            if proof.at_least >= proofs[q].at_least {
                proofs[q] = proof;
            } else {
                proofs[q].meter = proof.meter;
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

/// Whether one of these plans is better than the known one.
fn better(task: &Task<'_, '_>, plans: &[Vec<u32>]) -> bool {
    let known = task.state.score();
    plans.iter().any(|plan| State::of(task.flat, plan).score() < known)
}

/// Prices of the held levels at which none of these plans pays, each of which is worse than the known one at an earlier level and better
/// later. `None` where there is no such plan, or where the prices would leave the proof's numbers.
fn raise(task: &Task<'_, '_>, frame: &Frame<'_>, plans: &[Vec<u32>]) -> Option<Vec<i64>> {
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
    (moved && size + own < 2f64.powi(61)).then(|| prices.iter().map(|&p| p as i64).collect())
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
