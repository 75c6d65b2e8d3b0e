//! Prices to begin with: of what spans parts, and of each part.

use firesite_problem::{Objective, Sense};

use super::super::dual::{Ascended, Ascent, Eval, LevelPrices, Piece, Prices, Region, ascend};
use super::super::exact::{Frame, part_state};
use super::super::flat::View;
use super::super::limit::Limit;
use super::super::parts::Parts;
use super::super::state::{NONE, State};
use super::Ready;
use crate::budget::Budget;

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
fn better_of(
    piece: &Piece,
    region: &Region,
    start: Prices,
    ceiling: f64,
    how: Ascent,
    limit: Limit,
    eval: &mut Eval,
) -> Ascended {
    let other = (piece.time_price == 0.0 && piece.omega > 0.0).then(|| {
        let mut prices = start.clone();
        prices.u.iter_mut().for_each(|u| *u = 0.0);
        prices
    });
    let first = ascend(piece, region, start, ceiling, ceiling, how, limit, eval);
    match other {
        Some(prices) if first.bound < ceiling - ceiling.abs() * 1e-12 => {
            let second = ascend(piece, region, prices, ceiling, ceiling, how, limit, eval);
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
/// here, so that the ascent finds what they are worth, if `held` are to be priced too; else they keep their prices.
pub(super) fn price_the_whole(
    frame: &mut Frame<'_>,
    state: &State<'_>,
    own: Objective,
    held: bool,
    limit: Limit,
    budget: &mut Budget,
) -> Warm {
    let flat = frame.flat;
    let free: Vec<u32> = (0..flat.len() as u32).filter(|&j| flat.free[j as usize]).collect();
    let scale = frame.scale as f64;
    let of = |objective: Objective, j: usize| match objective {
        Objective::Cost => flat.cost[j] as f64,
        Objective::Count => f64::from(u8::from(flat.counted[j])),
        _ => 0.0,
    };
    let priced = |j: usize| {
        let of_held = |k: usize| frame.held[k] as f64 / scale * of(flat.levels[k], j);
        of(own, j) + if held { 0.0 } else { (0..frame.held.len()).map(of_held).sum() }
    };
    let site = free.iter().map(|&j| priced(j as usize)).collect();
    let prices = LevelPrices { site, time_price: frame.time as f64 / scale, omega: frame.cover as f64 / scale };
    let guess = state.sites().iter().filter(|&&j| flat.free[j as usize]).count().max(1);
    let mut piece = Piece::new(flat, frame.view, &free, &vec![true; flat.len()], prices, guess);
    let weight: f64 = piece.rows.iter().map(|r| r.weight).sum::<f64>().max(1.0);
    let mut linear = Vec::new();
    for k in 0..frame.held.len() {
        let objective = flat.levels[k];
        if !held || !matches!(objective, Objective::Cost | Objective::Count) {
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
    let risen = better_of(&piece, &region, start, ceiling, how, limit, &mut eval);
    budget.took(eval.meter);
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
pub(super) struct Warm {
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
pub(super) fn prepare(
    frame: &Frame<'_>,
    q: usize,
    state: &State<'_>,
    parts: &Parts,
    mask: &[bool],
    warm: Option<&Warm>,
    limit: Limit,
) -> Ready {
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
    let fresh = part_state(frame, q, &piece_of, &region);
    if let Some(exact) = frame.bound(q, &costs, &first, &[], &fresh, &local) {
        piece.constant = exact.value as f64 / scale - eval.run(&piece, &region, &start);
    }
    let ceiling = if frame.subject_is_existence() { 1.0 } else { target as f64 / scale };
    let how = Ascent { steps: 400, factor: 1.0, patience: 12, shrink: 0.6, rows: true };
    let risen = better_of(&piece, &region, start, ceiling, how, limit, &mut eval);
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
        meter: eval.meter,
        steps: risen.steps,
    }
}
