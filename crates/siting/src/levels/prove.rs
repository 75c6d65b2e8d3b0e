//! The bound of one level, with its proof.

use firesite_problem::{Classes, Goal, Instance, LevelProof, Multipliers, Node, Objective, Sense, Then};
use rayon::prelude::*;

use super::dual::{Ascended, Ascent, Eval, LevelPrices, Piece, Prices, Region, ascend};
use super::exact::{Frame, PartIntegers, Subject};
use super::flat::{Flat, View};
use super::limit::Limit;
use super::minimised;
use super::parts::Parts;
use super::state::{NONE, State};
use super::tree::{Proof, Search, Wish};
use super::trivial;
use crate::budget::{Budget, StoppedBy};

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

/// What came of the search for any plan at all.
pub(super) enum Existence {
    /// A plan: flat sites.
    Plan(Vec<u32>),
    /// There is none.
    Refuted(LevelProof),
    /// The work ended first.
    Open,
}

/// Looks for any feasible plan, or proves that there is none.
pub(super) fn existence(
    instance: &Instance,
    flat: &Flat,
    parts: &Parts,
    state: &State<'_>,
    limit: Limit,
    budget: &mut Budget,
) -> Existence {
    let scale = 1i64 << 20;
    let idle = |c: &super::flat::Condition| c.terms.iter().all(|t| !flat.free[t.0 as usize]);
    let broken = (0..flat.conditions.len()).any(|c| {
        let condition = &flat.conditions[c];
        idle(condition) && state.lack(c) > 0
    });
    let twice = flat.sets.iter().any(|set| set.iter().filter(|&&k| flat.fixed[k as usize]).count() > 1);
    if flat.orphan.is_some() || broken || twice {
        // Nobody can serve some row, or the fixed sites alone break a condition: one look shows it.
        return Existence::Refuted(LevelProof { scale: 1, nodes: vec![Node::default()], ..LevelProof::default() });
    }
    if let Some(proof) = hopeless_floor(instance, flat) {
        return Existence::Refuted(proof);
    }
    let subject = Subject {
        level: None,
        scale,
        held: Vec::new(),
        held_values: Vec::new(),
        component: &parts.of,
        components: parts.count,
    };
    let mut frame = Frame::new(instance, flat, subject);
    let mask = vec![false; instance.sites.len()];
    let mut ready: Vec<Ready> =
        (0..parts.count).into_par_iter().map(|q| prepare(&frame, q, state, parts, &mask, None)).collect();
    for part in &mut ready {
        part.target = 1;
        budget.work.entries += part.visited;
    }
    let proofs = search_all(&frame, &ready, limit.with_work(limit.work / parts.count.max(1) as u64));
    for proof in &proofs {
        budget.work.entries += proof.visited;
        budget.work.nodes += proof.count;
        budget.work.iterations += proof.steps;
    }
    if let Some(q) = proofs.iter().position(|p| p.at_least >= 1) {
        // One part without a plan is enough; of the others, without prices, nothing is asked.
        frame.adopt(q, &ready[q].integers);
        let multipliers = frame.multipliers();
        let mut at_least = vec![0; parts.count];
        at_least[q] = proofs[q].at_least.clamp(1, 1 << 61) as i64;
        let mut nodes = vec![Node { then: Then::Split { part: frame.part_of.clone(), at_least }, ..Node::default() }];
        if parts.count == 1 {
            nodes.clear();
        }
        for (p, proof) in proofs.into_iter().enumerate() {
            if p == q {
                nodes.extend(proof.nodes);
            } else {
                nodes.push(Node::default());
            }
        }
        return Existence::Refuted(LevelProof { scale: scale as u64, multipliers, nodes });
    }
    if parts.count > 1 && frame.spans() {
        // What spans parts may be what cannot be met: all as one part.
        let whole = Parts { of: vec![0; flat.len()], count: 1, coupled: false };
        return existence(instance, flat, &whole, state, limit, budget);
    }
    let mut sites: Vec<u32> = (0..flat.len() as u32).filter(|&j| flat.fixed[j as usize]).collect();
    for proof in &proofs {
        match proof.plans.first() {
            Some(plan) => sites.extend(plan.iter().map(|&j| frame.rank[j as usize])),
            None => return Existence::Open,
        }
    }
    Existence::Plan(sites)
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

/// Starting discounts: each row pays half-way between its nearest and second nearest open site.
fn starting_prices(piece: &Piece, view: &View, state: &State<'_>) -> Prices {
    let mut prices = Prices::full_credit(piece, 0.0);
    if piece.time_price == 0.0 && piece.omega > 0.0 {
        // A group below its cap: its rows are worth the full reward, and pay for it themselves.
        for (g, group) in piece.groups.iter().enumerate() {
            if (state.covered(group.flat as usize) as f64) < group.cap {
                prices.sigma[g] = piece.omega;
            }
        }
        for (u, row) in prices.u.iter_mut().zip(&piece.rows) {
            if row.group != NONE && !row.hard {
                *u = prices.sigma[row.group as usize];
            } else if !row.hard {
                *u = piece.omega;
            }
        }
    }
    if piece.time_price > 0.0 {
        for (u, row) in prices.u.iter_mut().zip(&piece.rows) {
            let (first, second) = state.nearest(row.flat as usize);
            let level = f64::midpoint(f64::from(first), f64::from(second));
            let base = if row.hard { 0.0 } else { f64::from(view.rows[row.flat as usize].base) };
            *u = piece.time_price * (base - level);
            if !row.hard {
                *u = u.max(0.0);
            }
        }
    }
    prices
}

/// Ascends from these prices and, where only cover counts, from all credit to the sites too; the better one.
fn better_of(piece: &Piece, region: &Region, start: Prices, ceiling: f64, how: Ascent, eval: &mut Eval) -> Ascended {
    let other = (piece.time_price == 0.0 && piece.omega > 0.0).then(|| {
        let mut prices = start.clone();
        prices.u.iter_mut().for_each(|u| *u = 0.0);
        prices
    });
    let first = ascend(piece, region, start, ceiling, ceiling, how, eval);
    match other {
        Some(prices) if first.bound < ceiling - ceiling.abs() * 1e-12 => {
            let second = ascend(piece, region, prices, ceiling, ceiling, how, eval);
            if second.bound > first.bound { second } else { first }
        }
        _ => first,
    }
}

/// Maps from the positions of the whole to those of a piece.
fn maps(frame: &Frame<'_>, piece: &Piece) -> (Vec<u32>, Vec<u32>) {
    let mut piece_of = vec![NONE; frame.flat.len()];
    for (k, &j) in piece.sites.iter().enumerate() {
        piece_of[j as usize] = k as u32;
    }
    let mut row_local = vec![NONE; frame.view.rows.len()];
    for (k, row) in piece.rows.iter().enumerate() {
        row_local[row.flat as usize] = k as u32;
    }
    (piece_of, row_local)
}

/// Prices of everything that spans parts, by one ascent over all sites. Held levels whose value is a sum over sites are conditions
/// here, so that the ascent finds what they are worth.
fn price_the_whole(frame: &mut Frame<'_>, state: &State<'_>, own: Objective, budget: &mut Budget) -> Warm {
    let flat = frame.flat;
    let free: Vec<u32> = (0..flat.len() as u32).filter(|&j| flat.free[j as usize]).collect();
    let scale = frame.scale as f64;
    let of = |objective: Objective, j: usize| match objective {
        Objective::Cost => flat.cost[j] as f64,
        Objective::Count => f64::from(u8::from(flat.counted[j])),
        _ => 0.0,
    };
    let site = free.iter().map(|&j| of(own, j as usize)).collect();
    let prices = LevelPrices { site, time_price: frame.time as f64 / scale, omega: frame.cover as f64 / scale };
    let guess = state.sites().iter().filter(|&&j| flat.free[j as usize]).count().max(1);
    let mut piece = Piece::new(flat, frame.view, &free, &vec![true; flat.len()], prices, guess);
    let weight: f64 = piece.rows.iter().map(|r| r.weight).sum::<f64>().max(1.0);
    let mut linear = Vec::new();
    for k in 0..frame.held.len() {
        let objective = flat.levels[k];
        if !matches!(objective, Objective::Cost | Objective::Count) {
            continue;
        }
        let terms: Vec<(u32, f64)> = free
            .iter()
            .enumerate()
            .map(|(i, &j)| (i as u32, of(objective, j as usize)))
            .filter(|t| t.1 != 0.0)
            .collect();
        let fixed: f64 = (0..flat.len()).filter(|&j| flat.fixed[j]).map(|j| of(objective, j)).sum();
        let rhs = frame.held_values[k] as f64 - fixed;
        linear.push((k, piece.condition(NONE, terms, Sense::AtMost, rhs, weight / guess as f64)));
    }
    let mut eval = Eval::default();
    let ceiling = value_of(&piece, state, &mut eval);
    let mut start = starting_prices(&piece, frame.view, state);
    // One more station saves about what half of one carries now.
    for &(k, c) in &linear {
        let held = (frame.held_values[k] as f64).max(1.0);
        start.lambda[c] = -0.4 * (state.value(own) as f64).abs() / held / linear.len() as f64;
    }
    let region = Region::new(&piece);
    let how = Ascent { steps: 500, factor: 1.0, patience: 15, shrink: 0.7, rows: true };
    let risen = better_of(&piece, &region, start, ceiling, how, &mut eval);
    budget.work.entries += eval.visited;
    budget.work.iterations += risen.steps;
    for (k, c) in linear {
        let price = (-risen.prices.lambda[c] * scale).round().clamp(0.0, 2f64.powi(60)) as i64;
        match flat.levels[k] {
            Objective::Cost => frame.cost += price - frame.held[k],
            _ => frame.count += price - frame.held[k],
        }
        frame.held[k] = price;
    }
    let (_, row_local) = maps(frame, &piece);
    frame.adopt_spanning(&piece, &risen.prices, &row_local);
    let mut warm = Warm {
        u: vec![0.0; frame.view.rows.len()],
        lambda: vec![0.0; flat.conditions.len()],
        sigma: vec![0.0; flat.cap.len()],
        phi: vec![0.0; flat.cap.len()],
    };
    for (row, &u) in piece.rows.iter().zip(&risen.prices.u) {
        warm.u[row.flat as usize] = u;
    }
    for (condition, &lambda) in piece.conditions.iter().zip(&risen.prices.lambda).filter(|(c, _)| c.flat != NONE) {
        warm.lambda[condition.flat as usize] = lambda;
    }
    for (g, group) in piece.groups.iter().enumerate() {
        warm.sigma[group.flat as usize] = risen.prices.sigma[g];
        warm.phi[group.flat as usize] = risen.prices.phi[g];
    }
    warm
}

/// Prices of an ascent over the whole, by flat positions: where the parts go on.
struct Warm {
    u: Vec<f64>,
    lambda: Vec<f64>,
    sigma: Vec<f64>,
    phi: Vec<f64>,
}

impl Warm {
    fn of(&self, piece: &Piece) -> Prices {
        Prices {
            u: piece.rows.iter().map(|r| self.u[r.flat as usize]).collect(),
            lambda: piece.conditions.iter().map(|c| self.lambda[c.flat as usize]).collect(),
            sigma: piece.groups.iter().map(|g| self.sigma[g.flat as usize].min(piece.omega)).collect(),
            phi: piece.groups.iter().map(|g| self.phi[g.flat as usize]).collect(),
        }
    }
}

/// What the plan costs a piece.
fn value_of(piece: &Piece, state: &State<'_>, eval: &mut Eval) -> f64 {
    let mut region = Region::new(piece);
    for (k, &j) in piece.sites.iter().enumerate() {
        if state.open[j as usize] {
            region.open(piece, k as u32);
        } else {
            region.close(k as u32);
        }
    }
    for (k, &j) in piece.sites.iter().enumerate() {
        region.state[k] = if state.open[j as usize] { 1 } else { -1 };
    }
    let mut prices = Prices::full_credit(piece, 0.0);
    for (g, group) in piece.groups.iter().enumerate() {
        if (state.covered(group.flat as usize) as f64) < group.cap {
            prices.sigma[g] = piece.omega;
        }
    }
    eval.run(piece, &region, &prices)
}

/// Builds a part, finds its root prices and the value of the plan in it.
fn prepare(frame: &Frame<'_>, q: usize, state: &State<'_>, parts: &Parts, mask: &[bool], warm: Option<&Warm>) -> Ready {
    let flat = frame.flat;
    let scale = frame.scale as f64;
    let costs = frame.site_costs(q);
    let mut local = vec![NONE; frame.instance.sites.len()];
    for (k, &j) in frame.parts[q].sites.iter().enumerate() {
        local[j as usize] = k as u32;
    }
    let member: Vec<bool> = parts.of.iter().map(|&p| p as usize == q).collect();
    let free: Vec<u32> = (0..flat.len() as u32).filter(|&j| member[j as usize] && flat.free[j as usize]).collect();
    let site = free.iter().map(|&j| costs[local[flat.origin[j as usize] as usize] as usize] as f64 / scale).collect();
    let guess = free.iter().filter(|&&j| state.open[j as usize]).count();
    let prices = LevelPrices { site, time_price: frame.time as f64 / scale, omega: frame.cover as f64 / scale };
    let mut piece = Piece::new(flat, frame.view, &free, &member, prices, guess);
    let (piece_of, row_local) = maps(frame, &piece);
    let target = frame.part_value(q, &costs, mask).unwrap_or(i128::from(frame.scale));
    let region = Region::new(&piece);
    let mut eval = Eval::default();
    let start = warm.map_or_else(|| starting_prices(&piece, frame.view, state), |w| w.of(&piece));
    let first = frame.integers(q, &piece, &region, &start, &row_local);
    let fresh = super::exact::part_state(frame, q, &piece_of, &region);
    if let Some(exact) = frame.bound(q, &costs, &first, &[], &fresh, &local) {
        piece.constant = exact.value as f64 / scale - eval.run(&piece, &region, &start);
    }
    let ceiling = if frame.subject_is_existence() { 1.0 } else { target as f64 / scale };
    let how = Ascent { steps: 400, factor: 1.0, patience: 12, shrink: 0.6, rows: true };
    let risen = better_of(&piece, &region, start, ceiling, how, &mut eval);
    let integers = frame.integers(q, &piece, &region, &risen.prices, &row_local);
    let root = frame.bound(q, &costs, &integers, &[], &fresh, &local).map_or(target, |b| b.value);
    Ready {
        piece,
        costs,
        piece_of,
        row_local,
        local,
        prices: risen.prices,
        integers,
        root,
        target,
        visited: eval.visited,
        steps: risen.steps,
    }
}

/// A floor above everything that could ever be covered, shown by pricing it.
fn hopeless_floor(instance: &Instance, flat: &Flat) -> Option<LevelProof> {
    let classes = Classes::new(instance, Goal::infeasible());
    let mut rank = vec![0; flat.len()];
    for (k, &j) in flat.origin.iter().enumerate() {
        rank[j as usize] = k;
    }
    let possible = |j: u32| flat.free[rank[j as usize]] || flat.fixed[rank[j as usize]];
    let mut reachable = vec![0u64; instance.groups.len()];
    for (i, class) in classes.classes.iter().enumerate() {
        if let Some(g) = class.group
            && classes.entries(i).iter().any(|e| e.covers && possible(e.site))
        {
            reachable[g as usize] += class.weight;
        }
    }
    let g = instance.groups.iter().zip(&reachable).position(|(group, &r)| group.floor > r)?;
    let mut floors = vec![0; instance.groups.len()];
    floors[g] = 1;
    let priced = |i: usize| {
        let class = &classes.classes[i];
        class.group == Some(g as u32) && classes.entries(i).iter().any(|e| e.covers && possible(e.site))
    };
    let rows = (0..classes.len()).map(|i| if priced(i) { -(classes.classes[i].weight as i64) } else { 0 }).collect();
    let multipliers = Multipliers { floors, rows, ..Multipliers::default() };
    Some(LevelProof { scale: 1, multipliers, nodes: vec![Node::default()] })
}
