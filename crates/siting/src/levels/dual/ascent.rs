//! The ascent: the subgradient method with momentum and Polyak's step.

use firesite_problem::Sense;

use super::super::limit::Limit;
use super::{Eval, Piece, Prices, Region};

/// How an ascent is carried out.
#[derive(Debug, Clone, Copy)]
pub(in crate::levels) struct Ascent {
    pub steps: usize,
    /// First factor of Polyak's step.
    pub factor: f64,
    /// Steps without gain before the factor shrinks.
    pub patience: usize,
    pub shrink: f64,
    /// Whether the discounts of the rows move; else only the few prices of conditions and groups.
    pub rows: bool,
}

/// What an ascent found.
#[derive(Debug, Clone, Default)]
pub(in crate::levels) struct Ascended {
    pub bound: f64,
    pub prices: Prices,
    /// Average opening of each site over the relaxed plans, later ones counting more.
    pub average: Vec<f64>,
    /// `ρ` at the best prices.
    pub rho: Vec<f64>,
    pub set_value: Vec<f64>,
    pub steps: u64,
    /// The relaxed plan keeps every condition and serves every row once: the bound is its value, nothing better is there.
    pub tight: bool,
    /// That plan.
    pub plan: Vec<u32>,
}

/// Raises `L` from `start` until it passes `goal` or the steps end. `ceiling` is a value the optimum is thought not to pass (for the
/// step length), or a limit is reached; one step is always made.
pub(in crate::levels) fn ascend(
    piece: &Piece,
    region: &Region,
    start: Prices,
    goal: f64,
    ceiling: f64,
    how: Ascent,
    limit: Limit,
    eval: &mut Eval,
) -> Ascended {
    let mut prices = start;
    let rows = piece.rows.len();
    let mut best = Ascended { bound: f64::NEG_INFINITY, average: vec![0.0; piece.sites.len()], ..Ascended::default() };
    let mut factor = how.factor;
    let mut stalled = 0;
    let keep = 0.7;
    let mut du = vec![0.0; rows];
    let mut dl = vec![0.0; prices.lambda.len()];
    let mut ds = vec![0.0; piece.groups.len()];
    let mut df = vec![0.0; piece.groups.len()];
    for step in 0..how.steps.max(1) {
        let bound = eval.run(piece, region, &prices);
        best.steps += 1;
        let rate = if step == 0 { 1.0 } else { 0.12 };
        for a in &mut best.average {
            *a *= 1.0 - rate;
        }
        for &k in &eval.chosen {
            best.average[k as usize] += rate;
        }
        let noticeable = best.bound + (ceiling - best.bound).abs().max(1e-12) * 1e-4;
        if bound > best.bound {
            stalled = if bound > noticeable { 0 } else { stalled + 1 };
            best.bound = bound;
            best.prices.clone_from(&prices);
            best.rho.clone_from(&eval.rho);
            best.set_value.clone_from(&eval.set_value);
        } else {
            stalled += 1;
        }
        if best.bound >= goal || step + 1 == how.steps.max(1) || eval.meter.reached(limit) {
            break;
        }
        if stalled >= how.patience {
            stalled = 0;
            factor *= how.shrink;
            if factor < 1e-4 {
                break;
            }
            prices.clone_from(&best.prices);
            eval.run(piece, region, &prices);
        }
        eval.gradients(piece, region, &prices);
        let mut norm = 0.0;
        for (i, row) in piece.rows.iter().enumerate() {
            if !how.rows {
                break;
            }
            let g = eval.served[i] - 1.0;
            // A discount that is already nil cannot fall.
            let g = if g < 0.0 && prices.u[i] <= 0.0 && !region.hard[i] { 0.0 } else { g };
            du[i] = (1.0 - keep) * g + keep * du[i];
            norm += row.weight * g * g;
        }
        for (c, condition) in piece.conditions.iter().chain(&region.counts).enumerate() {
            let g = eval.grad_lambda[c];
            let g = if prices.lambda[c] == 0.0
                && (condition.sense == Sense::AtLeast && g < 0.0 || condition.sense == Sense::AtMost && g > 0.0)
            {
                0.0
            } else {
                g
            };
            dl[c] = (1.0 - keep) * g + keep * dl[c];
            norm += condition.scale * g * g;
        }
        for (g, group) in piece.groups.iter().enumerate() {
            let weight = group.weight.max(1.0);
            let slope = eval.grad_sigma[g] + group.cap;
            let slope = if (prices.sigma[g] >= piece.omega && slope > 0.0) || (prices.sigma[g] <= 0.0 && slope < 0.0) {
                0.0
            } else {
                slope
            };
            ds[g] = (1.0 - keep) * slope / weight + keep * ds[g];
            norm += slope * slope / weight;
            if group.floor > 0.0 {
                let slope = eval.grad_sigma[g] + group.floor;
                let slope = if prices.phi[g] <= 0.0 && slope < 0.0 { 0.0 } else { slope };
                df[g] = (1.0 - keep) * slope / weight + keep * df[g];
                norm += slope * slope / weight;
            }
        }
        if norm <= 0.0 {
            best.tight = how.rows && bound >= best.bound;
            best.plan.clone_from(&eval.chosen);
            break;
        }
        let t = factor * (ceiling - bound).max((ceiling.abs() + 1.0) * 1e-9) / norm;
        for (i, u) in prices.u.iter_mut().enumerate() {
            *u += t * du[i];
            if *u < 0.0 && !region.hard[i] {
                *u = 0.0;
            }
        }
        for (c, condition) in piece.conditions.iter().chain(&region.counts).enumerate() {
            let l = prices.lambda[c] + t * condition.scale * dl[c];
            prices.lambda[c] = match condition.sense {
                Sense::AtLeast => l.max(0.0),
                Sense::AtMost => l.min(0.0),
                Sense::Exactly => l,
            };
        }
        for g in 0..piece.groups.len() {
            prices.sigma[g] = (prices.sigma[g] + t * ds[g]).clamp(0.0, piece.omega);
            prices.phi[g] = (prices.phi[g] + t * df[g]).max(0.0);
        }
    }
    best
}
