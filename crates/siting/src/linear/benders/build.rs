//! From a level of an instance to a [`Model`], and from its duals back to multipliers.

use firesite_problem::{Multipliers, Objective, Sense};

use super::exact::{Level, clamp, whole};
use super::master::Duals;
use super::model::{Condition, Kind, Model, Quantity};

/// What a condition of the model is in the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Constraint(usize),
    Set,
    Floor(usize),
    Held(usize),
}

/// A model with the way back.
pub(super) struct Built {
    pub(super) model: Model,
    means: Vec<Means>,
    /// Piece of each class's cover, and of its time.
    cover: Vec<Option<u32>>,
    time: Vec<Option<u32>>,
    /// Row of the model's musts of each class.
    must: Vec<Option<u32>>,
    /// Capped quantity of each group.
    capped: Vec<Option<usize>>,
}

impl Built {
    /// The model of a level.
    pub(super) fn new(level: &Level<'_>) -> Self {
        let instance = level.instance;
        let own = level.objective();
        let in_play = |o: Objective| own == Some(o) || level.earlier().contains(&o);
        let mut model = Model { start: vec![0], ..Model::default() };
        model.cost = instance
            .sites
            .iter()
            .map(|s| match own {
                Some(Objective::Cost) => s.cost as f64,
                Some(Objective::Count) => f64::from(u8::from(s.counted)),
                _ => 0.0,
            })
            .collect();
        let classes = &level.classes;
        let mut built = Built {
            model,
            means: Vec::new(),
            cover: vec![None; classes.len()],
            time: vec![None; classes.len()],
            must: vec![None; classes.len()],
            capped: vec![None; instance.groups.len()],
        };
        // Cover: one quantity per group, and one for the rows without group.
        let groups = instance.groups.len();
        let mut of_group: Vec<Vec<u32>> = vec![Vec::new(); groups + 1];
        for (i, class) in classes.classes.iter().enumerate() {
            let g = class.group.map_or(groups, |g| g as usize);
            let wanted = in_play(Objective::Cover) || g < groups && instance.groups[g].floor > 0;
            if wanted && class.weight > 0 && classes.entries(i).iter().any(|e| e.covers) {
                of_group[g].push(i as u32);
            }
        }
        let mut quantity_of_group = vec![None; groups + 1];
        for (g, members) in of_group.iter().enumerate() {
            if members.is_empty() {
                continue;
            }
            let first = built.model.pieces();
            let mut total = 0.0;
            for &i in members {
                total += built.cover_piece(level, i as usize);
            }
            let cap = instance.groups.get(g).and_then(|group| group.cap).map(|cap| cap as f64);
            let cap = cap.filter(|&cap| cap < total && in_play(Objective::Cover));
            let q = built.model.quantities.len();
            let cost = if own == Some(Objective::Cover) { 1.0 } else { 0.0 };
            built.model.quantities.push(Quantity { cost, first, last: built.model.pieces(), cap });
            if cap.is_some() {
                built.capped[g] = Some(q);
            }
            quantity_of_group[g] = Some(q as u32);
        }
        let mut time_quantity = None;
        if in_play(Objective::Time) {
            let first = built.model.pieces();
            for i in 0..classes.len() {
                built.time_piece(level, i);
            }
            let cost = if own == Some(Objective::Time) { 1.0 } else { 0.0 };
            time_quantity = Some(built.model.quantities.len() as u32);
            built.model.quantities.push(Quantity { cost, first, last: built.model.pieces(), cap: None });
        }
        for (i, class) in classes.classes.iter().enumerate() {
            if class.hard {
                built.must[i] = Some(built.model.must.len() as u32);
                let sites = classes.entries(i).iter().filter(|e| e.serves).map(|e| e.site);
                built.model.must.push(sites.collect());
            }
        }
        built.conditions(level, &quantity_of_group, time_quantity);
        built
    }

    fn cover_piece(&mut self, level: &Level<'_>, class: usize) -> f64 {
        let c = &level.classes.classes[class];
        let weight = c.weight as f64;
        self.cover[class] = Some(self.model.pieces() as u32);
        let sites = level.classes.entries(class).iter().filter(|e| e.covers).map(|e| e.site);
        self.model.site.extend(sites);
        let (kind, cost, total) = if c.gains.is_empty() {
            (Kind::Served { cap: 0.0 }, -weight, weight)
        } else {
            let first = self.model.gain.len() as u32;
            self.model.gain.extend(c.gains.iter().map(|&g| weight * g as f64));
            let total = self.model.gain[first as usize..].iter().sum();
            (Kind::Counted { first, last: self.model.gain.len() as u32 }, 0.0, total)
        };
        self.model.entry_cost.resize(self.model.site.len(), cost);
        self.model.start.push(self.model.site.len());
        self.model.kind.push(kind);
        total
    }

    fn time_piece(&mut self, level: &Level<'_>, class: usize) {
        let c = &level.classes.classes[class];
        if c.weight == 0 {
            return;
        }
        let weight = c.weight as f64;
        self.time[class] = Some(self.model.pieces() as u32);
        for e in level.classes.entries(class).iter().filter(|e| e.serves) {
            self.model.site.push(e.site);
            self.model.entry_cost.push(weight * f64::from(e.time));
        }
        let worst = level.instance.worst.filter(|_| !c.hard).map_or(f64::INFINITY, |w| weight * f64::from(w));
        self.model.start.push(self.model.site.len());
        self.model.kind.push(Kind::Served { cap: worst });
    }

    fn conditions(&mut self, level: &Level<'_>, quantity_of_group: &[Option<u32>], time: Option<u32>) {
        let instance = level.instance;
        // What the objective may differ by, which a penalty has to outweigh.
        let mut range: f64 = self.model.cost.iter().sum();
        let nothing = level.objective().is_none();
        for q in self.model.quantities.iter().filter(|q| q.cost > 0.0 || nothing) {
            for i in q.first..q.last {
                range += match self.model.kind[i] {
                    Kind::Served { cap } if cap.is_finite() => {
                        (cap - self.model.entries(i).1.first().copied().unwrap_or(cap)).abs()
                    }
                    Kind::Served { .. } => self.model.entries(i).1.last().copied().unwrap_or(0.0),
                    Kind::Counted { first, last } => self.model.gain[first as usize..last as usize].iter().sum(),
                };
            }
        }
        let penalty = 2.0 * range + 1.0;
        self.model.penalty = penalty;
        // A sum of many rows is missed by a small share at most: to price each unit of it as dearly as everything there is would drown
        // the figures of the program. A region where the price pays for a miss all the same is branched on to the end.
        let gently = |rhs: f64| penalty.min(1e3 * penalty / rhs.abs().max(1.0));
        for (c, constraint) in instance.constraints.iter().enumerate() {
            let sites: Vec<(u32, f64)> = constraint.terms.iter().map(|&(j, a)| (j, a as f64)).collect();
            let rhs = constraint.rhs as f64;
            let (lower, upper) = match constraint.sense {
                Sense::AtLeast => (rhs, f64::INFINITY),
                Sense::AtMost => (f64::NEG_INFINITY, rhs),
                Sense::Exactly => (rhs, rhs),
            };
            self.push(Means::Constraint(c), Condition { sites, lower, upper, penalty, ..Condition::default() });
        }
        for set in level.sets.iter().filter(|set| set.len() > 1) {
            let sites = set.iter().map(|&j| (j, 1.0)).collect();
            let condition = Condition { sites, lower: f64::NEG_INFINITY, upper: 1.0, penalty, ..Condition::default() };
            self.push(Means::Set, condition);
        }
        for (g, group) in instance.groups.iter().enumerate().filter(|(_, group)| group.floor > 0) {
            let condition = Condition {
                quantities: quantity_of_group[g].into_iter().collect(),
                uncapped: true,
                lower: f64::NEG_INFINITY,
                upper: -(group.floor as f64),
                penalty: gently(group.floor as f64),
                ..Condition::default()
            };
            self.push(Means::Floor(g), condition);
        }
        for (k, (&objective, &value)) in level.earlier().iter().zip(&level.held).enumerate() {
            let mut condition = Condition { lower: f64::NEG_INFINITY, penalty, ..Condition::default() };
            condition.upper = value as f64;
            match objective {
                Objective::Cover => {
                    condition.quantities = quantity_of_group.iter().flatten().copied().collect();
                    condition.upper = -(value as f64);
                    condition.penalty = gently(value as f64);
                }
                Objective::Cost => {
                    let sites = instance.sites.iter().enumerate().map(|(j, s)| (j as u32, s.cost as f64));
                    condition.sites = sites.filter(|t| t.1 != 0.0).collect();
                }
                Objective::Count => {
                    let counted = instance.sites.iter().enumerate().filter(|(_, s)| s.counted);
                    condition.sites = counted.map(|(j, _)| (j as u32, 1.0)).collect();
                }
                Objective::Time => {
                    condition.quantities = time.into_iter().collect();
                    condition.penalty = gently(value as f64);
                }
                Objective::Center => continue,
            }
            self.push(Means::Held(k), condition);
        }
    }

    fn push(&mut self, means: Means, condition: Condition) {
        self.means.push(means);
        self.model.conditions.push(condition);
    }

    /// Multipliers that say in whole numbers what the duals say.
    pub(super) fn multipliers(&self, level: &Level<'_>, duals: &Duals) -> Multipliers {
        let instance = level.instance;
        let scale = level.scale as f64;
        let mut m = level.zeros();
        for (means, &dual) in self.means.iter().zip(&duals.condition) {
            match *means {
                Means::Constraint(c) => {
                    let price = whole(dual * scale);
                    m.constraints[c] = match instance.constraints[c].sense {
                        Sense::AtLeast => price.max(0),
                        Sense::AtMost => price.min(0),
                        Sense::Exactly => price,
                    };
                }
                Means::Set => {}
                Means::Floor(g) => m.floors[g] = whole(-dual * scale).max(0),
                Means::Held(k) => m.held[k] = whole(-dual * scale).max(0),
            }
        }
        let prices = level.unit_prices(&m.held);
        for (g, capped) in self.capped.iter().enumerate() {
            if let Some(q) = capped {
                let worth = i128::from(whole(duals.quantity[*q] * scale));
                m.caps[g] = clamp((prices.cover - worth).clamp(0, prices.cover));
            }
        }
        for (i, class) in level.classes.classes.iter().enumerate() {
            let reward = Level::reward(class, prices.cover, &m) as f64;
            let mut v = 0i128;
            if let Some(piece) = self.cover[i] {
                let price = duals.piece[piece as usize];
                if class.gains.is_empty() {
                    v += i128::from(whole(price * reward));
                } else {
                    m.covers[i] = whole(price * reward).max(0);
                }
            }
            if let Some(piece) = self.time[i] {
                v += i128::from(whole(duals.piece[piece as usize] * prices.time as f64));
            }
            if let Some(k) = self.must[i] {
                v += i128::from(whole(duals.must[k as usize] * scale));
            }
            if let Some(most) = level.unserved(i, prices.time) {
                v = v.min(most);
            }
            m.rows[i] = clamp(v);
        }
        m
    }

    /// The price of each piece of a level that holds no earlier ones, where the classes have these multipliers.
    pub(super) fn prices(&self, level: &Level<'_>, m: &Multipliers) -> Vec<f64> {
        let mut prices = vec![0.0; self.model.pieces()];
        let scale = level.scale as f64;
        for i in 0..level.classes.len() {
            for piece in [self.cover[i], self.time[i]].into_iter().flatten() {
                let v = m.rows[i] as f64 / scale;
                prices[piece as usize] = match self.model.kind[piece as usize] {
                    Kind::Served { cap } if cap.is_finite() => v.min(cap),
                    // More than the dearest site would only say that one must serve, which another row says.
                    Kind::Served { .. } => v.min(self.model.entries(piece as usize).1.last().copied().unwrap_or(0.0)),
                    Kind::Counted { .. } => m.covers[i] as f64 / scale,
                };
            }
        }
        prices
    }
}
