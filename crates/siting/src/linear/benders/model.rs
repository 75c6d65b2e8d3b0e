//! What a master program is made of: convex pieces of the objective, sums of them, and conditions.
//!
//! A **piece** is a convex function of the open sites, one per row class and purpose:
//!
//! * *served*: the least cost of an open site, `min(cap, min_{j open} c_j)`; for fractional sites `x` the cheapest sites first until they
//!   add up to 1. Its support at any price `v ≤ cap` is `v − Σ_j max(0, v − c_j)·x_j`.
//! * *counted*: minus a concave reward of the number `k = Σ_j x_j` of covers, `−Σ_l g_l·clamp(k − l + 1, 0, 1)` with falling `g`. Its
//!   support at any price `y ≥ 0` is `−Σ_l max(0, g_l − y) − y·k`.
//!
//! A **quantity** is a sum of pieces (covered weight of a group, negated; weighted time). It has a cost, may stand in conditions, and is
//! known to the program by several variables θ, each the sum of some of its pieces.

/// A piece of a [`Model`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Least cost of an open site, at most `cap` (infinite where one must serve).
    Served { cap: f64 },
    /// Reward of covers: positions in [`Model::gain`].
    Counted { first: u32, last: u32 },
}

/// A sum of pieces.
#[derive(Debug, Clone)]
pub(super) struct Quantity {
    /// Of one unit, in the objective.
    pub(super) cost: f64,
    /// Pieces `first..last`.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Where it is not worth less than `−cap`: the variable `z ≥ quantity`, `z ≥ −cap` takes its place in the objective and in conditions.
    pub(super) cap: Option<f64>,
}

/// A linear condition on sites and quantities (on their capped value where they have one, unless `uncapped`).
#[derive(Debug, Clone, Default)]
pub(super) struct Condition {
    pub(super) sites: Vec<(u32, f64)>,
    pub(super) quantities: Vec<u32>,
    pub(super) uncapped: bool,
    pub(super) lower: f64,
    pub(super) upper: f64,
    /// Cost of a unit by which the condition is missed.
    pub(super) penalty: f64,
}

/// The whole: minimise `Σ_j cost_j·x_j + Σ quantities` under conditions.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) cost: Vec<f64>,
    pub(super) start: Vec<usize>,
    pub(super) site: Vec<u32>,
    pub(super) entry_cost: Vec<f64>,
    pub(super) kind: Vec<Kind>,
    pub(super) gain: Vec<f64>,
    pub(super) quantities: Vec<Quantity>,
    pub(super) conditions: Vec<Condition>,
    /// Sites one of which must be open.
    pub(super) must: Vec<Vec<u32>>,
    /// Cost of missing one of those, and the range of the objective.
    pub(super) penalty: f64,
}

impl Model {
    pub(super) fn pieces(&self) -> usize {
        self.kind.len()
    }

    pub(super) fn entries(&self, piece: usize) -> (&[u32], &[f64]) {
        let range = self.start[piece]..self.start[piece + 1];
        (&self.site[range.clone()], &self.entry_cost[range])
    }

    /// The price at which a piece supports its value at `x`, and that value.
    pub(super) fn price(&self, piece: usize, x: &[f64]) -> (f64, f64) {
        let (sites, costs) = self.entries(piece);
        match self.kind[piece] {
            Kind::Served { cap } => {
                let (mut sum, mut value) = (0.0, 0.0);
                for (&j, &c) in sites.iter().zip(costs) {
                    if c >= cap {
                        break;
                    }
                    let share = x[j as usize].max(0.0).min(1.0 - sum);
                    sum += share;
                    value += share * c;
                    if sum >= 1.0 - 1e-9 {
                        return (c, value + (1.0 - sum) * c);
                    }
                }
                let end = if cap.is_finite() { cap } else { costs.last().copied().unwrap_or(0.0) };
                (end, value + (1.0 - sum) * end)
            }
            Kind::Counted { first, last } => {
                let count: f64 = sites.iter().map(|&j| x[j as usize]).sum();
                let mut value = 0.0;
                let mut price = 0.0;
                for (l, &g) in self.gain[first as usize..last as usize].iter().enumerate() {
                    let share = (count - l as f64).clamp(0.0, 1.0);
                    value -= g * share;
                    if share < 1.0 - 1e-9 && price == 0.0 {
                        price = g;
                    }
                }
                (price, value)
            }
        }
    }

    /// Adds the support of a piece at a price: its constant is returned, its coefficients go to `slope` (by site). Returns the entries
    /// visited as well.
    pub(super) fn support(&self, piece: usize, price: f64, slope: &mut [f64]) -> (f64, usize) {
        let (sites, costs) = self.entries(piece);
        match self.kind[piece] {
            Kind::Served { .. } => {
                let mut visited = 0;
                for (&j, &c) in sites.iter().zip(costs) {
                    if c >= price {
                        break;
                    }
                    slope[j as usize] -= price - c;
                    visited += 1;
                }
                (price, visited)
            }
            Kind::Counted { first, last } => {
                let gains = &self.gain[first as usize..last as usize];
                for &j in sites {
                    slope[j as usize] -= price;
                }
                (-gains.iter().map(|g| (g - price).max(0.0)).sum::<f64>(), sites.len())
            }
        }
    }
}
