//! The master program: sites and the variables θ, under cuts that support the pieces from below.
//!
//! A cut of θ_s is the sum of the supports of its pieces at one price each (Cordeau, Furini and Ljubić 2019 for covering,
//! Duran-Mateluna, Ales and Elloumi 2023 for the p-median): θ_s ≥ Σ_i [v_i − Σ_j max(0, v_i − c_ij)·x_j]. Its dual weighs those
//! prices; the weighted mean of each piece's prices is the piece's multiplier in a certificate, since supports are concave in the price.
//! Several θ, not one: a sum that hides which part of it is wrong takes many more rounds.

use super::super::{LinearProgram, LinearStatus};
use super::model::{Kind, Model};

/// One θ: pieces of a quantity, in the order of `member`.
#[derive(Debug, Clone)]
struct Theta {
    column: usize,
    quantity: usize,
    first: usize,
    last: usize,
    /// θ is measured in this unit.
    unit: f64,
}

/// A cut in the program.
#[derive(Debug, Clone)]
struct Cut {
    theta: u32,
    /// Price of each piece of the θ.
    price: Vec<f64>,
    /// Rounds in a row in which it did not matter.
    idle: u32,
}

/// What the duals of an optimal master say, in units of the objective.
#[derive(Debug, Clone, Default)]
pub(super) struct Duals {
    /// Of each condition.
    pub(super) condition: Vec<f64>,
    /// Of each quantity: what a unit of it is worth.
    pub(super) quantity: Vec<f64>,
    /// Weighted mean price of each piece, in the piece's own unit.
    pub(super) piece: Vec<f64>,
    /// Of each row of [`Model::must`].
    pub(super) must: Vec<f64>,
}

/// The program with its cuts.
pub(super) struct Master<'m, P> {
    model: &'m Model,
    program: P,
    thetas: Vec<Theta>,
    /// Pieces, those of a θ side by side.
    member: Vec<u32>,
    /// Column of each quantity's capped value.
    capped: Vec<Option<usize>>,
    conditions: usize,
    /// Row of each must that was added; they stay.
    must_row: Vec<Option<usize>>,
    static_rows: usize,
    cuts: Vec<Cut>,
    /// The objective is divided by this inside.
    unit: f64,
    slope: Vec<f64>,
    entries: usize,
    seen: u64,
}

/// What a round of separation found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Separated {
    /// Rows added.
    pub(super) rows: usize,
    /// By how much the objective at this point exceeds what the program thinks, at most.
    pub(super) violation: f64,
}

impl<'m, P: LinearProgram + Default> Master<'m, P> {
    /// The program without cuts. `groups`: how many θ in all, about. `None` when a figure of the model is not finite.
    pub(super) fn new(model: &'m Model, groups: usize) -> Option<Self> {
        let mut program = P::default();
        let mut range = vec![(0.0f64, 0.0f64); model.pieces()];
        for (i, r) in range.iter_mut().enumerate() {
            let (_, costs) = model.entries(i);
            *r = match model.kind[i] {
                Kind::Served { cap } => {
                    let least = costs.first().copied().unwrap_or(0.0);
                    let most = if cap.is_finite() { cap } else { costs.last().copied().unwrap_or(0.0) };
                    (least.min(most), most)
                }
                Kind::Counted { first, last } => (-model.gain[first as usize..last as usize].iter().sum::<f64>(), 0.0),
            };
        }
        let span: f64 = range.iter().map(|r| r.0.abs().max(r.1.abs())).sum();
        let sites: f64 = model.cost.iter().map(|c| c.abs()).sum();
        let unit = ((span + sites) / 1e3).max(1e-9);
        for &cost in &model.cost {
            program.add_column(cost / unit, 0.0, 1.0).ok()?;
        }
        // θ of neighbouring pieces: those with the same nearest site side by side.
        let mut member = Vec::with_capacity(model.pieces());
        let mut thetas: Vec<Theta> = Vec::new();
        let mut capped = Vec::new();
        for (q, quantity) in model.quantities.iter().enumerate() {
            let mut pieces: Vec<u32> = (quantity.first as u32..quantity.last as u32).collect();
            pieces.sort_by_key(|&i| (model.entries(i as usize).0.first().copied(), i));
            let share = groups * pieces.len() / model.pieces().max(1);
            let parts = share.clamp(1, pieces.len().max(1));
            let mut at = 0;
            for part in 0..parts {
                let end = pieces.len() * (part + 1) / parts;
                let mine = &pieces[at..end];
                at = end;
                let first = member.len();
                member.extend_from_slice(mine);
                let (low, high) =
                    mine.iter().fold((0.0, 0.0), |(a, b), &i| (a + range[i as usize].0, b + range[i as usize].1));
                let size = low.abs().max(high.abs()).max(1e-9);
                // Measured so that its cost is near that of the others.
                let cost = if quantity.cap.is_some() { 0.0 } else { quantity.cost };
                let slack = 1e-9 * size;
                let column =
                    program.add_column(cost * size / unit, (low - slack) / size, (high + slack) / size).ok()?;
                thetas.push(Theta { column, quantity: q, first, last: member.len(), unit: size });
            }
            capped.push(match quantity.cap {
                Some(cap) => {
                    let mine = thetas.iter().filter(|t| t.quantity == q);
                    let most: f64 = mine.map(|t| t.unit).sum::<f64>().max(1.0);
                    Some((program.add_column(quantity.cost * most / unit, (-cap / most).max(-2.0), 2.0).ok()?, most))
                }
                None => None,
            });
        }
        let mut master = Master {
            model,
            program,
            thetas,
            member,
            capped: Vec::new(),
            conditions: 0,
            must_row: vec![None; model.must.len()],
            static_rows: 0,
            cuts: Vec::new(),
            unit,
            slope: vec![0.0; model.cost.len()],
            entries: 0,
            seen: 0,
        };
        master.rows(&capped)?;
        Some(master)
    }

    /// Conditions and caps, each condition with columns for what it misses.
    fn rows(&mut self, capped: &[Option<(usize, f64)>]) -> Option<()> {
        let model = self.model;
        for condition in &model.conditions {
            let mut terms: Vec<(usize, f64)> = condition.sites.iter().map(|&(j, a)| (j as usize, a)).collect();
            for &q in &condition.quantities {
                match capped[q as usize].filter(|_| !condition.uncapped) {
                    Some((column, size)) => terms.push((column, size)),
                    None => {
                        let mine = self.thetas.iter().filter(|t| t.quantity == q as usize);
                        terms.extend(mine.map(|t| (t.column, t.unit)));
                    }
                }
            }
            let size = terms.iter().fold(1.0f64, |m, t| m.max(t.1.abs()));
            for (sign, wanted) in [(1.0, condition.lower.is_finite()), (-1.0, condition.upper.is_finite())] {
                if wanted {
                    let miss =
                        self.program.add_column(condition.penalty * size / self.unit, 0.0, f64::INFINITY).ok()?;
                    terms.push((miss, sign * size));
                }
            }
            self.program.add_row(&terms, condition.lower, condition.upper).ok()?;
        }
        self.conditions = model.conditions.len();
        for (q, capped) in capped.iter().enumerate() {
            if let Some((column, size)) = *capped {
                let mut terms = vec![(column, size)];
                terms.extend(self.thetas.iter().filter(|t| t.quantity == q).map(|t| (t.column, -t.unit)));
                self.program.add_row(&terms, 0.0, f64::INFINITY).ok()?;
            }
        }
        self.capped = capped.iter().map(|c| c.map(|c| c.0)).collect();
        self.static_rows = self.program.rows();
        Some(())
    }

    /// Fixes or frees a site.
    pub(super) fn range(&mut self, site: u32, lower: f64, upper: f64) {
        // Both ends are numbers and the column exists: nothing can be refused.
        let _ = self.program.set_bounds(site as usize, lower, upper);
    }

    pub(super) fn solve(&mut self, iterations: u64) -> LinearStatus {
        self.program.solve(iterations)
    }

    /// Fractional sites.
    pub(super) fn x(&self) -> &[f64] {
        &self.program.x()[..self.model.cost.len()]
    }

    pub(super) fn iterations(&self) -> u64 {
        self.program.iterations()
    }

    /// Entries visited since the last call.
    pub(super) fn visited(&mut self) -> usize {
        let now = self.program.entries();
        let here = (now - self.seen) as usize + std::mem::take(&mut self.entries);
        self.seen = now;
        here
    }

    /// Adds the cut of a θ at some prices.
    fn add(&mut self, theta: usize, price: Vec<f64>) {
        let t = self.thetas[theta].clone();
        let mut constant = 0.0;
        for (&piece, &v) in self.member[t.first..t.last].iter().zip(&price) {
            let (c, visited) = self.model.support(piece as usize, v, &mut self.slope);
            constant += c;
            self.entries += visited;
        }
        let mut terms = vec![(t.column, t.unit)];
        for (j, slope) in self.slope.iter_mut().enumerate() {
            if *slope != 0.0 {
                terms.push((j, -*slope));
                *slope = 0.0;
            }
        }
        if self.program.add_row(&terms, constant, f64::INFINITY).is_ok() {
            self.cuts.push(Cut { theta: theta as u32, price, idle: 0 });
        }
    }

    /// Cuts at the prices given for every piece.
    pub(super) fn start(&mut self, price: &[f64]) {
        for theta in 0..self.thetas.len() {
            let (first, last) = (self.thetas[theta].first, self.thetas[theta].last);
            let price = self.member[first..last].iter().map(|&i| price[i as usize]).collect();
            self.add(theta, price);
        }
    }

    /// Cuts that support the pieces at `at`, where they cut off the program's point by more than `tolerance` (of the objective).
    pub(super) fn separate(&mut self, at: &[f64], tolerance: f64) -> Separated {
        let mut found = Separated::default();
        let values: Vec<f64> = self.program.x().to_vec();
        let x = &values[..self.model.cost.len()];
        let exact = x == at;
        for theta in 0..self.thetas.len() {
            let t = self.thetas[theta].clone();
            let worth = self.model.quantities[t.quantity].cost.max(self.floor_worth(t.quantity));
            let mut price = Vec::with_capacity(t.last - t.first);
            let mut value = 0.0;
            for &piece in &self.member[t.first..t.last] {
                let (v, h) = self.model.price(piece as usize, at);
                price.push(v);
                value += h;
                self.entries += self.model.entries(piece as usize).0.len().min(16);
            }
            if !exact {
                // What the cut says at the program's own point.
                value = 0.0;
                for (&piece, &v) in self.member[t.first..t.last].iter().zip(&price) {
                    value += self.model.support(piece as usize, v, &mut self.slope).0;
                }
                for (slope, &x) in self.slope.iter_mut().zip(x) {
                    value += *slope * x;
                    *slope = 0.0;
                }
            }
            let short = (value - values[t.column] * t.unit) * worth.max(1e-300);
            if short > tolerance {
                found.violation += short;
                found.rows += 1;
                self.add(theta, price);
            }
        }
        for k in 0..self.model.must.len() {
            let sites = &self.model.must[k];
            if self.must_row[k].is_some() {
                continue;
            }
            let sum: f64 = sites.iter().map(|&j| x[j as usize]).sum();
            if sum < 1.0 - 1e-7 {
                found.rows += 1;
                found.violation += (1.0 - sum) * self.model.penalty;
                self.add_must(k);
            }
        }
        found
    }

    /// Whether a condition gives a quantity worth beyond its cost.
    fn floor_worth(&self, quantity: usize) -> f64 {
        let mut conditions = self.model.conditions.iter().filter(|c| c.quantities.contains(&(quantity as u32)));
        if conditions.next().is_some() { 1.0 } else { 0.0 }
    }

    fn add_must(&mut self, k: usize) {
        let Ok(miss) = self.program.add_column(self.model.penalty / self.unit, 0.0, f64::INFINITY) else { return };
        let mut terms: Vec<(usize, f64)> = self.model.must[k].iter().map(|&j| (j as usize, 1.0)).collect();
        terms.push((miss, 1.0));
        if let Ok(row) = self.program.add_row(&terms, 1.0, f64::INFINITY) {
            self.must_row[k] = Some(row);
            // Its place among the cuts: an empty one.
            self.cuts.push(Cut { theta: u32::MAX, price: Vec::new(), idle: 0 });
        }
    }

    /// Duals of the last optimal solve.
    pub(super) fn duals(&mut self) -> Duals {
        let model = self.model;
        let mut duals = Duals {
            condition: vec![0.0; self.conditions],
            quantity: model.quantities.iter().map(|q| q.cost).collect(),
            piece: vec![0.0; model.pieces()],
            must: vec![0.0; model.must.len()],
        };
        let Some(y) = self.program.row_duals() else { return duals };
        for (d, &y) in duals.condition.iter_mut().zip(y) {
            *d = y * self.unit;
        }
        let mut row = self.conditions;
        for (q, capped) in self.capped.iter().enumerate() {
            if capped.is_some() {
                duals.quantity[q] = y[row] * self.unit;
                row += 1;
            }
        }
        let mut total = vec![0.0; self.thetas.len()];
        for (k, cut) in self.cuts.iter_mut().enumerate() {
            // In units of the objective: between the cuts of a θ these are shares of what it is worth, however large the figures.
            let weight = y[self.static_rows + k].max(0.0) * self.unit;
            if cut.theta == u32::MAX {
                continue;
            }
            if weight <= 1e-9 {
                cut.idle += 1;
                continue;
            }
            cut.idle = 0;
            total[cut.theta as usize] += weight;
            let t = &self.thetas[cut.theta as usize];
            for (&piece, &v) in self.member[t.first..t.last].iter().zip(&cut.price) {
                duals.piece[piece as usize] += weight * v;
            }
            self.entries += cut.price.len();
        }
        let least = |i: usize| match model.kind[i] {
            Kind::Served { cap } => model.entries(i).1.first().copied().unwrap_or(0.0).min(cap),
            Kind::Counted { .. } => 0.0,
        };
        if let Some(reduced) = self.program.reduced_costs() {
            // A θ at its lower end: that end holds the rest of its worth.
            for (t, total) in self.thetas.iter().zip(&mut total) {
                let rest = reduced[t.column] * self.unit / t.unit;
                if rest > 1e-9 {
                    *total += rest;
                    for &piece in &self.member[t.first..t.last] {
                        let i = piece as usize;
                        duals.piece[i] += rest * least(i);
                    }
                }
            }
        }
        for (t, &total) in self.thetas.iter().zip(&total) {
            for &piece in &self.member[t.first..t.last] {
                let i = piece as usize;
                duals.piece[i] = if total > 0.0 { duals.piece[i] / total } else { least(i) };
            }
        }
        for (d, row) in duals.must.iter_mut().zip(&self.must_row) {
            if let Some(row) = row {
                *d = y[*row].max(0.0) * self.unit;
            }
        }
        duals
    }

    /// Deletes cuts that have not mattered for some time, once there are many.
    pub(super) fn tidy(&mut self, most: usize, idle: u32) {
        if self.cuts.len() <= most {
            return;
        }
        let base = self.static_rows;
        let gone = |c: &Cut| c.theta != u32::MAX && c.idle > idle;
        let rows: Vec<usize> = self.cuts.iter().enumerate().filter(|(_, c)| gone(c)).map(|(k, _)| base + k).collect();
        if rows.len() * 4 < self.cuts.len() {
            return;
        }
        self.program.delete_rows(&rows);
        self.cuts.retain(|c| !gone(c));
        let mut musts: Vec<(usize, usize)> =
            self.must_row.iter().enumerate().filter_map(|(k, row)| row.map(|row| (row, k))).collect();
        musts.sort_unstable();
        let places = self.cuts.iter().enumerate().filter(|(_, c)| c.theta == u32::MAX).map(|(k, _)| base + k);
        for ((_, k), place) in musts.into_iter().zip(places) {
            self.must_row[k] = Some(place);
        }
    }
}
