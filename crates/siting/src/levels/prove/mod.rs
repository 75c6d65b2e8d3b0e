//! The bound of one level, with its proof.

mod existence;
mod prices;

use firesite_problem::{Instance, LevelProof, Node, Objective, Then};
use rayon::prelude::*;

use super::dual::{Piece, Prices};
use super::exact::{Frame, PartIntegers, Subject};
use super::flat::Flat;
use super::limit::Limit;
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
    visited: u64,
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

/// Proves what it can about the level, given the plan.
pub(super) fn level(
    instance: &Instance,
    flat: &Flat,
    parts: &Parts,
    state: &mut State<'_>,
    level: usize,
    (earlier_proven, cover_proven): (bool, bool),
    gap: f64,
    limit: Limit,
    budget: &mut Budget,
) -> Level {
    let objective = flat.levels[level];
    let natural = held_prices(flat, level, cover_proven, state, parts);
    let mut size = magnitude(flat, objective, state);
    for (k, &price) in natural.iter().enumerate() {
        size += price * magnitude(flat, flat.levels[k], state);
    }
    let scale = (2f64.powi(58) / size).log2().floor().clamp(0.0, 38.0);
    let scale = 1i64 << scale as u32;
    let held: Vec<i64> = natural.iter().map(|p| (p * scale as f64).round() as i64).collect();
    let values: Vec<i64> = (0..level)
        .map(|k| {
            let v = state.value(flat.levels[k]);
            if flat.levels[k].maximised() { -v } else { v }
        })
        .collect();
    let subject =
        Subject { level: Some(level), scale, held, held_values: values, component: &parts.of, components: parts.count };
    let mut frame = Frame::new(instance, flat, subject);
    let value = minimised(objective, natural_i64(state, objective));
    let visited_before = budget.work.entries;
    // A single small part has prices at which nothing held can pay; else what spans parts and what is held find their prices.
    let mut warm = None;
    let lexicographic = parts.count == 1 && size < 2f64.powi(50);
    if frame.spans() || ((objective == Objective::Time || !earlier_proven) && level > 0 && !lexicographic) {
        warm = Some(price_the_whole(&mut frame, state, objective, budget));
    }
    let mut mask = vec![false; instance.sites.len()];
    for k in state.sites() {
        mask[flat.origin[k as usize] as usize] = true;
    }
    let mut ready: Vec<Ready> =
        (0..parts.count).into_par_iter().map(|q| prepare(&frame, q, state, parts, &mask, warm.as_ref())).collect();
    for (q, part) in ready.iter().enumerate() {
        frame.adopt(q, &part.integers);
        budget.work.entries += part.visited;
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
    let enough = gap > 0.0 && (value - root) as f64 <= gap * (value as f64).abs();
    let work = if enough { 0 } else { limit.work.saturating_sub(budget.work.entries - visited_before) };
    let count = parts.count.max(1) as u64;
    let mut proofs = search_all(&frame, &ready, limit.with_work(work / 8 / count));
    let open: Vec<usize> = (0..parts.count).filter(|&q| proofs[q].stopped).collect();
    if !open.is_empty() && work > 0 {
        let used: u64 = proofs.iter().map(|p| p.visited).sum();
        let each = limit.with_work(work.saturating_sub(used) / open.len() as u64);
        let again: Vec<(usize, Proof)> = open.par_iter().map(|&q| (q, search(&frame, &ready[q], q, each))).collect();
        for (q, mut proof) in again {
            proof.visited += proofs[q].visited;
            if proof.at_least >= proofs[q].at_least {
                proofs[q] = proof;
            }
        }
    }
    for (proof, part) in proofs.iter_mut().zip(&ready) {
        // An unfinished tree that gains little is not worth writing down.
        let (gained, asked) = (proof.at_least - part.root, part.target - part.root);
        if proof.stopped && gained * 5 < asked {
            proof.at_least = part.root.min(part.target);
            proof.nodes = vec![Node::default()];
        }
    }
    let mut sum = shared;
    for proof in &proofs {
        sum += proof.at_least;
        budget.work.entries += proof.visited;
        budget.work.nodes += proof.count;
        budget.work.iterations += proof.steps;
    }
    let bound = rounded(sum);
    let stopped = match proofs.iter().any(|p| p.stopped) {
        true if enough => Some(StoppedBy::Gap),
        true if limit.late() => Some(StoppedBy::Time),
        true if limit.work > 0 => Some(StoppedBy::Work),
        _ => None,
    };
    let multipliers = frame.multipliers();
    let plans = plans(&frame, state, &proofs);
    let at_least = proofs.iter().map(|p| p.at_least.clamp(-(1 << 62), 1 << 62) as i64).collect();
    let mut nodes = vec![Node { then: Then::Split { part: frame.part_of.clone(), at_least }, ..Node::default() }];
    nodes.extend(proofs.into_iter().flat_map(|p| p.nodes));
    let natural = i64::try_from(if objective.maximised() { -bound } else { bound }).ok();
    Level { bound: natural, proof: LevelProof { scale: scale as u64, multipliers, nodes }, stopped, plans }
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
