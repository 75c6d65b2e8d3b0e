//! The same bounds in integers: what a certificate may say.
//!
//! The ascent works on merged rows and shared profiles in floating point. Here its prices become integers in units of `1 / scale`, one
//! per row class of the certificate, and every bound is recomputed exactly as the checker will.

use firesite_problem::classes::{Classes, Goal};
use firesite_problem::{Change, Constraint, Instance, Multipliers, Objective, Sense};

use super::dual::{Piece, Prices, Region};
use super::flat::{Flat, View};
use super::state::NONE;

/// Owner of what touches several parts.
pub(super) const SPANS: u32 = u32::MAX;

/// What is proven about a level, in the certificate's own terms.
pub(super) struct Frame<'a> {
    pub instance: &'a Instance,
    pub flat: &'a Flat,
    pub view: &'a View,
    pub scale: i64,
    pub classes: Classes,
    /// Prices of cover, cost, count and time by the level and the held ones, in `1 / scale`.
    pub cover: i64,
    pub cost: i64,
    pub count: i64,
    pub time: i64,
    /// Price of each held level, its value.
    pub held: Vec<i64>,
    pub held_values: Vec<i64>,
    /// Merged row of each class; [`NONE`] where fixed sites settle it.
    row_of_class: Vec<u32>,
    pub parts: Vec<Part>,
    /// Part of each site of the instance.
    pub part_of: Vec<u32>,
    class_part: Vec<u32>,
    constraint_part: Vec<u32>,
    group_part: Vec<u32>,
    set_of: Vec<u32>,
    any: bool,
    /// Position among the flat sites.
    pub rank: Vec<u32>,
    /// Multipliers of what spans parts (and the starting ones of the parts).
    pub root: Integers,
}

/// A part: positions are those of the instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub sites: Vec<u32>,
    pub sets: Vec<Vec<u32>>,
    classes: Vec<u32>,
    spanning: Vec<u32>,
    pub constraints: Vec<u32>,
    pub groups: Vec<u32>,
}

/// Multipliers of everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Integers {
    pub rows: Vec<i64>,
    pub constraints: Vec<i64>,
    pub caps: Vec<i64>,
    pub floors: Vec<i64>,
}

/// Multipliers of one part at one node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PartIntegers {
    /// Of the part's classes; `None`: every class at the cost of leaving it unserved.
    rows: Option<Vec<i64>>,
    constraints: Vec<i64>,
    /// Of the counts of the tree, outermost first.
    counts: Vec<i64>,
    caps: Vec<i64>,
    floors: Vec<i64>,
}

/// A count of the tree, in the instance's positions.
#[derive(Debug, Clone)]
pub(super) struct Count {
    pub sites: Vec<u32>,
    pub sense: Sense,
    pub rhs: i64,
}

/// An exact bound with the reduced cost of each site of the part (in the part's order).
pub(super) struct ExactBound {
    pub value: i128,
    pub reduced: Vec<i128>,
    pub set_value: Vec<i128>,
}

/// What a frame is about.
pub(super) struct Subject<'a> {
    /// Position of the level; `None`: that no feasible plan exists.
    pub level: Option<usize>,
    pub scale: i64,
    /// Prices of the held levels in `1 / scale`.
    pub held: Vec<i64>,
    pub held_values: Vec<i64>,
    /// Component of each flat site.
    pub component: &'a [u32],
    pub components: usize,
}

impl<'a> Frame<'a> {
    pub(super) fn new(instance: &'a Instance, flat: &'a Flat, subject: Subject<'_>) -> Self {
        let goal = Goal { level: subject.level, within: None };
        let classes = Classes::new(instance, goal);
        let (mut cover, mut cost, mut count, mut time) = (0, 0, 0, 0);
        let mut raise = |objective: Objective, by: i64| match objective {
            Objective::Cover => cover += by,
            Objective::Cost => cost += by,
            Objective::Count => count += by,
            Objective::Time => time += by,
            Objective::Center => {}
        };
        if let Some(level) = subject.level {
            for (k, &price) in subject.held.iter().enumerate() {
                raise(instance.levels[k], price);
            }
            raise(instance.levels[level], subject.scale);
        }
        let timed = goal.timed(instance);
        let view = if timed { flat.time.as_ref().unwrap_or(&flat.cover) } else { &flat.cover };
        let mut row_of_class = vec![NONE; classes.len()];
        for (r, members) in view.members.iter().enumerate() {
            for &i in members {
                if let Some(c) = classes.of_row[i as usize] {
                    row_of_class[c as usize] = r as u32;
                }
            }
        }
        let n = instance.sites.len();
        let mut part_of = vec![0; n];
        let mut rank = vec![0; n];
        for (k, &j) in flat.origin.iter().enumerate() {
            part_of[j as usize] = subject.component[k];
            rank[j as usize] = k as u32;
        }
        let mut parts = vec![Part::default(); subject.components];
        for (j, &q) in part_of.iter().enumerate() {
            parts[q as usize].sites.push(j as u32);
        }
        let mut set_of = vec![0; n];
        for set in &flat.sets {
            let members: Vec<u32> = set.iter().map(|&k| flat.origin[k as usize]).collect();
            let part = &mut parts[part_of[members[0] as usize] as usize];
            for &j in &members {
                set_of[j as usize] = part.sets.len() as u32;
            }
            part.sets.push(members);
        }
        let mut class_part = Vec::with_capacity(classes.len());
        let mut group: Vec<Option<u32>> = vec![None; instance.groups.len()];
        for i in 0..classes.len() {
            let class = &classes.classes[i];
            let mut q: Option<u32> = None;
            let mut touched: Vec<u32> = Vec::new();
            let fixed = classes.entries(i).iter().find(|e| e.serves && instance.sites[e.site as usize].fixed);
            let fixed = fixed.map(|e| (e.time, !e.covers));
            for e in classes.entries(i) {
                if fixed.is_some_and(|fixed| (e.time, !e.covers) >= fixed) {
                    break;
                }
                let p = part_of[e.site as usize];
                q = Some(q.map_or(p, |known| if known == p { p } else { SPANS }));
                if !touched.contains(&p) {
                    touched.push(p);
                }
            }
            let q = q.unwrap_or(SPANS);
            class_part.push(q);
            if let Some(g) = class.group.filter(|_| !touched.is_empty()) {
                let slot = &mut group[g as usize];
                *slot = Some(slot.map_or(q, |known| if known == q { q } else { SPANS }));
            }
            if q == SPANS {
                for p in touched {
                    parts[p as usize].spanning.push(i as u32);
                }
            }
        }
        let group_part: Vec<u32> = group.into_iter().map(|q| q.unwrap_or(SPANS)).collect();
        for i in 0..classes.len() {
            // A class that fixed sites settle belongs where its group's price is decided.
            if class_part[i] == SPANS
                && let Some(g) = classes.classes[i].group
            {
                class_part[i] = group_part[g as usize];
            }
            if class_part[i] != SPANS {
                parts[class_part[i] as usize].classes.push(i as u32);
            }
        }
        for (g, &q) in group_part.iter().enumerate() {
            if q != SPANS {
                parts[q as usize].groups.push(g as u32);
            }
        }
        let mut constraint_part = Vec::new();
        for (c, constraint) in instance.constraints.iter().enumerate() {
            let mut q: Option<u32> = None;
            for &(j, _) in &constraint.terms {
                let p = part_of[j as usize];
                q = Some(q.map_or(p, |known| if known == p { p } else { SPANS }));
            }
            let q = q.unwrap_or(SPANS);
            if q != SPANS {
                parts[q as usize].constraints.push(c as u32);
            }
            constraint_part.push(q);
        }
        let mut frame = Self {
            instance,
            flat,
            view,
            scale: subject.scale,
            root: Integers {
                rows: vec![0; classes.len()],
                constraints: vec![0; instance.constraints.len()],
                caps: vec![0; instance.groups.len()],
                floors: vec![0; instance.groups.len()],
            },
            classes,
            cover,
            cost,
            count,
            time,
            held: subject.held,
            held_values: subject.held_values,
            row_of_class,
            parts,
            part_of,
            any: subject.level.is_none(),
            class_part,
            constraint_part,
            group_part,
            set_of,
            rank,
        };
        // A group that no part owns earns what the fixed sites cover, up to its cap.
        for (g, group) in instance.groups.iter().enumerate() {
            if frame.group_part[g] == SPANS
                && group.cap.is_some_and(|cap| i64::try_from(cap).is_ok_and(|cap| cap <= flat.settled[g]))
            {
                frame.root.caps[g] = frame.cover;
            }
        }
        for i in 0..frame.classes.len() {
            frame.root.rows[i] = clamp(frame.settled(i, frame.root_reward(i)));
        }
        frame
    }

    fn root_reward(&self, class: usize) -> i128 {
        self.classes.classes[class].group.map_or(i128::from(self.cover), |g| {
            i128::from(self.cover) - i128::from(self.root.caps[g as usize]) + i128::from(self.root.floors[g as usize])
        })
    }

    /// Cost of a class when only fixed sites serve it (0 for hard classes, which nobody may leave unserved).
    fn settled(&self, class: usize, reward: i128) -> i128 {
        let c = &self.classes.classes[class];
        let weight = i128::from(c.weight);
        let unserved = if c.hard {
            None
        } else {
            Some(i128::from(self.time) * weight * i128::from(self.instance.worst.unwrap_or(0)))
        };
        let fixed = self.classes.entries(class).iter().find(|e| e.serves && self.instance.sites[e.site as usize].fixed);
        let fixed = fixed
            .map(|e| i128::from(self.time) * weight * i128::from(e.time) - if e.covers { reward * weight } else { 0 });
        match (unserved, fixed) {
            (Some(a), Some(b)) => a.min(b),
            (Some(a), None) => a,
            (None, Some(b)) => b,
            (None, None) => 0,
        }
    }

    /// Cost of each site of a part by the prices of the level, the held levels and everything that spans parts.
    pub(super) fn site_costs(&self, q: usize) -> Vec<i128> {
        let part = &self.parts[q];
        let mut cost: Vec<i128> = part
            .sites
            .iter()
            .map(|&j| {
                let site = &self.instance.sites[j as usize];
                i128::from(self.cost) * i128::from(site.cost) + if site.counted { i128::from(self.count) } else { 0 }
            })
            .collect();
        let local = |j: u32| part.sites.binary_search(&j).ok();
        for (c, constraint) in self.instance.constraints.iter().enumerate() {
            let price = self.root.constraints[c];
            if self.constraint_part[c] == SPANS && price != 0 {
                for &(j, a) in &constraint.terms {
                    if let Some(k) = local(j) {
                        cost[k] -= i128::from(price) * i128::from(a);
                    }
                }
            }
        }
        let mut mine = vec![NONE; self.instance.sites.len()];
        for (k, &j) in part.sites.iter().enumerate() {
            mine[j as usize] = k as u32;
        }
        for &i in &part.spanning {
            let i = i as usize;
            let reward = self.root_reward(i);
            let v = self.lowered(i, i128::from(self.root.rows[i]), reward, |j| self.instance.sites[j as usize].fixed);
            self.earn(i, v, reward, |j, by| {
                let k = mine[j as usize];
                if k != NONE {
                    cost[k as usize] -= by;
                }
            });
        }
        cost
    }

    /// What spans parts, and the held levels, in the bound.
    pub(super) fn shared_constant(&self) -> i128 {
        let mut sum = 0;
        for (c, constraint) in self.instance.constraints.iter().enumerate() {
            if self.constraint_part[c] == SPANS {
                sum += i128::from(self.root.constraints[c]) * i128::from(constraint.rhs);
            }
        }
        for (g, group) in self.instance.groups.iter().enumerate() {
            if self.group_part[g] == SPANS {
                sum -= i128::from(self.root.caps[g]) * i128::from(group.cap.unwrap_or(0));
                sum += i128::from(self.root.floors[g]) * i128::from(group.floor);
            }
        }
        for ((&price, &value), objective) in self.held.iter().zip(&self.held_values).zip(&self.instance.levels) {
            let product = i128::from(price) * i128::from(value);
            sum += if objective.maximised() { product } else { -product };
        }
        for i in 0..self.classes.len() {
            if self.class_part[i] == SPANS {
                let reward = self.root_reward(i);
                sum +=
                    self.lowered(i, i128::from(self.root.rows[i]), reward, |j| self.instance.sites[j as usize].fixed);
            }
        }
        sum
    }

    /// The dual of a class, lowered to the least cost at which an open site serves it.
    fn lowered(&self, class: usize, v: i128, reward: i128, open: impl Fn(u32) -> bool) -> i128 {
        let weight = i128::from(self.classes.classes[class].weight);
        let (second, cover) = (i128::from(self.time) * weight, reward * weight);
        for e in self.classes.entries(class) {
            let cost = second * i128::from(e.time) - if e.covers { cover } else { 0 };
            if v <= cost {
                break;
            }
            if e.serves && open(e.site) {
                return cost;
            }
        }
        v
    }

    fn earn(&self, class: usize, v: i128, reward: i128, mut take: impl FnMut(u32, i128)) {
        let weight = i128::from(self.classes.classes[class].weight);
        let (second, cover) = (i128::from(self.time) * weight, reward * weight);
        for e in self.classes.entries(class) {
            let cost = second * i128::from(e.time) - if e.covers { cover } else { 0 };
            if v <= cost {
                break;
            }
            if e.serves {
                take(e.site, v - cost);
            }
        }
    }

    /// Prices of a piece as integers. The piece's positions are those of the flat sites of part `q`.
    pub(super) fn integers(
        &self,
        q: usize,
        piece: &Piece,
        region: &Region,
        prices: &Prices,
        row_local: &[u32],
    ) -> PartIntegers {
        let part = &self.parts[q];
        let (caps, floors, excess) = self.group_prices(piece, prices, &part.groups);
        let rows = part
            .classes
            .iter()
            .map(|&i| self.row_price(i as usize, piece, region, prices, row_local, &excess))
            .collect();
        let mut constraints = vec![0; part.constraints.len()];
        for (c, condition) in piece.conditions.iter().enumerate().filter(|c| c.1.flat != NONE) {
            let origin = self.flat.condition_origin[condition.flat as usize];
            if let Ok(k) = part.constraints.binary_search(&origin) {
                constraints[k] = self.condition_price(prices.lambda[c], condition.sense);
            }
        }
        let counts = prices.lambda[piece.conditions.len()..].iter().map(|&l| self.round(l)).collect();
        PartIntegers { rows: Some(rows), constraints, counts, caps, floors }
    }

    /// The same with every row at its unserved cost.
    pub(super) fn free_integers(&self, q: usize, piece: &Piece, prices: &Prices) -> PartIntegers {
        let part = &self.parts[q];
        let (mut caps, floors, _) = self.group_prices(piece, prices, &part.groups);
        // A cap that is not the instance's own cannot be priced where no row takes the excess.
        for (k, &g) in part.groups.iter().enumerate() {
            if self.instance.groups[g as usize]
                .cap
                .is_none_or(|cap| i128::from(cap) > i128::from(self.flat.cap[g as usize]))
            {
                caps[k] = 0;
            }
        }
        let mut constraints = vec![0; part.constraints.len()];
        for (c, condition) in piece.conditions.iter().enumerate().filter(|c| c.1.flat != NONE) {
            let origin = self.flat.condition_origin[condition.flat as usize];
            if let Ok(k) = part.constraints.binary_search(&origin) {
                constraints[k] = self.condition_price(prices.lambda[c], condition.sense);
            }
        }
        let counts = prices.lambda[piece.conditions.len()..].iter().map(|&l| self.round(l)).collect();
        PartIntegers { rows: None, constraints, counts, caps, floors }
    }

    fn round(&self, price: f64) -> i64 {
        let x = (price * self.scale as f64).round();
        x.clamp(-(1i64 << 60) as f64, (1i64 << 60) as f64) as i64
    }

    fn condition_price(&self, price: f64, sense: Sense) -> i64 {
        let x = self.round(price);
        match sense {
            Sense::AtLeast => x.max(0),
            Sense::AtMost => x.min(0),
            Sense::Exactly => x,
        }
    }

    /// Prices of caps and floors of these groups, and per group of the instance the price per weight that its rows take instead of a
    /// cap beyond what can be covered at all.
    fn group_prices(&self, piece: &Piece, prices: &Prices, groups: &[u32]) -> (Vec<i64>, Vec<i64>, Vec<i64>) {
        let mut caps = vec![0; groups.len()];
        let mut floors = vec![0; groups.len()];
        let mut excess = vec![0; self.instance.groups.len()];
        for (k, &g) in groups.iter().enumerate() {
            let known = piece.groups.iter().position(|p| p.flat == g);
            let instance_cap = self.instance.groups[g as usize].cap.map(i128::from);
            let own_cap = instance_cap == Some(i128::from(self.flat.cap[g as usize]));
            let kappa = match known {
                Some(p) => {
                    floors[k] = self.round(prices.phi[p]).max(0);
                    (self.cover - self.round(prices.sigma[p])).clamp(0, self.cover)
                }
                // No free row: its fixed cover counts up to the cap.
                None if instance_cap.is_some_and(|cap| cap <= i128::from(self.flat.settled[g as usize])) => self.cover,
                None => 0,
            };
            if own_cap || known.is_none() {
                caps[k] = kappa;
            } else {
                excess[g as usize] = kappa;
            }
        }
        (caps, floors, excess)
    }

    fn row_price(
        &self,
        class: usize,
        piece: &Piece,
        region: &Region,
        prices: &Prices,
        row_local: &[u32],
        excess: &[i64],
    ) -> i64 {
        let c = &self.classes.classes[class];
        let weight = i128::from(c.weight);
        let row = self.row_of_class[class];
        let local = if row == NONE { NONE } else { row_local[row as usize] };
        let mut reward = i128::from(self.cover);
        if let Some(g) = c.group {
            let (kappa, phi) = match piece.groups.iter().position(|p| p.flat == g) {
                Some(p) => (
                    i128::from((self.cover - self.round(prices.sigma[p])).clamp(0, self.cover)),
                    i128::from(self.round(prices.phi[p]).max(0)),
                ),
                None => (i128::from(self.root.caps[g as usize]), i128::from(self.root.floors[g as usize])),
            };
            // Where the cap is not priced, its price is in the rows: all covering costs fall by it.
            reward += phi - kappa + i128::from(excess[g as usize]);
        }
        if local == NONE {
            return clamp(self.settled(class, reward));
        }
        let local = local as usize;
        let shift = c.group.map_or(0, |g| i128::from(excess[g as usize]));
        let base = if region.hard[local] {
            0
        } else {
            i128::from(self.time) * weight * (region.base[local] as i128)
                - if region.base_covered[local] { reward * weight } else { 0 }
        };
        let discount = prices.u[local] * c.weight.max(u64::from(c.hard)) as f64 * self.scale as f64;
        let discount = discount.clamp(-1e18, 1e18).round() as i128;
        // Uncovered at the base, the row still takes the unpriced part of the reward from those who cover it.
        let possible = |j: u32| {
            let k = self.rank[j as usize] as usize;
            self.flat.free[k] || self.flat.fixed[k]
        };
        let coverable = shift != 0 && self.classes.entries(class).iter().any(|e| e.covers && possible(e.site));
        clamp(base - discount - if region.base_covered[local] || !coverable { 0 } else { shift * weight })
    }

    /// Exact bound of a part. `open(j)`: whether site `j` of the instance is open; `closed(j)` likewise. `None`: two sites of a set are open.
    pub(super) fn bound(
        &self,
        q: usize,
        costs: &[i128],
        integers: &PartIntegers,
        counts: &[Count],
        state: &[i8],
        local: &[u32],
    ) -> Option<ExactBound> {
        let part = &self.parts[q];
        let mut reduced = costs.to_vec();
        let mut sum = 0i128;
        let priced = part.constraints.iter().zip(&integers.constraints).filter(|(_, p)| **p != 0);
        for (&c, &price) in priced {
            let constraint: &Constraint = &self.instance.constraints[c as usize];
            sum += i128::from(price) * i128::from(constraint.rhs);
            for &(j, a) in &constraint.terms {
                reduced[local[j as usize] as usize] -= i128::from(price) * i128::from(a);
            }
        }
        for (count, &price) in counts.iter().zip(&integers.counts).filter(|(_, p)| **p != 0) {
            sum += i128::from(price) * i128::from(count.rhs);
            for &j in &count.sites {
                reduced[local[j as usize] as usize] -= i128::from(price);
            }
        }
        let mut rewards = vec![0i128; self.instance.groups.len()];
        for (g, reward) in rewards.iter_mut().enumerate() {
            *reward = i128::from(self.cover) - i128::from(self.root.caps[g]) + i128::from(self.root.floors[g]);
        }
        for (k, &g) in part.groups.iter().enumerate() {
            let group = &self.instance.groups[g as usize];
            sum -= i128::from(integers.caps[k]) * i128::from(group.cap.unwrap_or(0));
            sum += i128::from(integers.floors[k]) * i128::from(group.floor);
            rewards[g as usize] =
                i128::from(self.cover) - i128::from(integers.caps[k]) + i128::from(integers.floors[k]);
        }
        let is_open = |j: u32| {
            let k = local[j as usize];
            if k == NONE { self.instance.sites[j as usize].fixed } else { state[k as usize] == 1 }
        };
        for (k, &i) in part.classes.iter().enumerate() {
            let i = i as usize;
            let class = &self.classes.classes[i];
            let reward = class.group.map_or(i128::from(self.cover), |g| rewards[g as usize]);
            let v = match &integers.rows {
                Some(rows) => i128::from(rows[k]),
                None => self.unserved(i),
            };
            let v = self.lowered(i, v, reward, is_open);
            sum += v;
            self.earn(i, v, reward, |j, by| {
                let k = local[j as usize];
                if k != NONE {
                    reduced[k as usize] -= by;
                }
            });
        }
        let mut set_value = Vec::with_capacity(part.sets.len());
        for set in &part.sets {
            let mut least = 0;
            let mut open: Option<i128> = None;
            for &j in set {
                let k = local[j as usize] as usize;
                match state[k] {
                    1 if open.is_some() => return None,
                    1 => open = Some(reduced[k]),
                    0 => least = least.min(reduced[k]),
                    _ => {}
                }
            }
            let value = open.unwrap_or(least);
            set_value.push(value);
            sum += value;
        }
        Some(ExactBound { value: sum, reduced, set_value })
    }

    /// The same bound with as many of the row multipliers `before` as it allows: where an open site lowers both to its own cost, the old
    /// one will do, here and in every region below.
    pub(super) fn thrifty(
        &self,
        q: usize,
        before: &PartIntegers,
        mut now: PartIntegers,
        state: &[i8],
        local: &[u32],
    ) -> PartIntegers {
        let (Some(old), Some(rows)) = (&before.rows, &mut now.rows) else { return now };
        let part = &self.parts[q];
        let mut rewards: Vec<i128> = (0..self.instance.groups.len())
            .map(|g| i128::from(self.cover) - i128::from(self.root.caps[g]) + i128::from(self.root.floors[g]))
            .collect();
        for (k, &g) in part.groups.iter().enumerate() {
            rewards[g as usize] = i128::from(self.cover) - i128::from(now.caps[k]) + i128::from(now.floors[k]);
        }
        let is_open = |j: u32| {
            let k = local[j as usize];
            if k == NONE { self.instance.sites[j as usize].fixed } else { state[k as usize] == 1 }
        };
        for (k, &i) in part.classes.iter().enumerate() {
            if old[k] == rows[k] {
                continue;
            }
            let class = &self.classes.classes[i as usize];
            let reward = class.group.map_or(i128::from(self.cover), |g| rewards[g as usize]);
            let lowered = |v: i64| self.lowered(i as usize, i128::from(v), reward, is_open);
            if i128::from(old[k]) <= self.highest(i as usize) && lowered(old[k]) == lowered(rows[k]) {
                rows[k] = old[k];
            }
        }
        now
    }

    /// The largest multiplier a class may have.
    fn highest(&self, class: usize) -> i128 {
        if self.classes.classes[class].hard { i128::MAX } else { self.unserved(class) }
    }

    fn unserved(&self, class: usize) -> i128 {
        let c = &self.classes.classes[class];
        if c.hard {
            0
        } else {
            i128::from(self.time) * i128::from(c.weight) * i128::from(self.instance.worst.unwrap_or(0))
        }
    }

    /// Set of a site of the instance within its part.
    pub(super) fn set_of(&self, j: u32) -> usize {
        self.set_of[j as usize] as usize
    }

    /// Whether fixings alone leave nothing: a condition that cannot hold, a hard class nobody may serve.
    pub(super) fn dead(&self, q: usize, counts: &[Count], state: &[i8], local: &[u32]) -> bool {
        let part = &self.parts[q];
        let impossible = |terms: &mut dyn Iterator<Item = (u32, i64)>, sense: Sense, rhs: i64| {
            let (mut least, mut most) = (0i128, 0i128);
            for (j, a) in terms {
                let a = i128::from(a);
                match state[local[j as usize] as usize] {
                    1 => {
                        least += a;
                        most += a;
                    }
                    0 => {
                        least += a.min(0);
                        most += a.max(0);
                    }
                    _ => {}
                }
            }
            let rhs = i128::from(rhs);
            match sense {
                Sense::AtLeast => most < rhs,
                Sense::AtMost => least > rhs,
                Sense::Exactly => most < rhs || least > rhs,
            }
        };
        part.constraints.iter().any(|&c| {
            let constraint = &self.instance.constraints[c as usize];
            impossible(&mut constraint.terms.iter().copied(), constraint.sense, constraint.rhs)
        }) || counts.iter().any(|c| impossible(&mut c.sites.iter().map(|&j| (j, 1)), c.sense, c.rhs))
            || part.classes.iter().any(|&i| {
                self.classes.classes[i as usize].hard
                    && !self.classes.entries(i as usize).iter().any(|e| {
                        let k = local[e.site as usize];
                        e.serves
                            && if k == NONE {
                                self.instance.sites[e.site as usize].fixed
                            } else {
                                state[k as usize] != -1
                            }
                    })
            })
    }

    /// Writes a part's multipliers into the root's.
    pub(super) fn adopt(&mut self, q: usize, integers: &PartIntegers) {
        let part = &self.parts[q];
        for (k, &i) in part.classes.iter().enumerate() {
            self.root.rows[i as usize] = match &integers.rows {
                Some(rows) => rows[k],
                None => clamp(self.unserved(i as usize)),
            };
        }
        for (k, &c) in part.constraints.iter().enumerate() {
            self.root.constraints[c as usize] = integers.constraints[k];
        }
        for (k, &g) in part.groups.iter().enumerate() {
            self.root.caps[g as usize] = integers.caps[k];
            self.root.floors[g as usize] = integers.floors[k];
        }
    }

    /// The change from one node's multipliers to another's.
    pub(super) fn change(&self, q: usize, from: &PartIntegers, to: &PartIntegers) -> Change {
        let part = &self.parts[q];
        let mut change = Change::default();
        match (&from.rows, &to.rows) {
            (_, None) => change.free_rows = from.rows.is_some(),
            (from, Some(to)) => {
                for (k, &i) in part.classes.iter().enumerate() {
                    let before = from.as_ref().map_or_else(|| clamp(self.unserved(i as usize)), |rows| rows[k]);
                    if before != to[k] {
                        change.rows.push((i, to[k]));
                    }
                }
            }
        }
        for (k, &c) in part.constraints.iter().enumerate() {
            if from.constraints[k] != to.constraints[k] {
                change.constraints.push((c, to.constraints[k]));
            }
        }
        let own = self.instance.constraints.len() as u32;
        for (k, &price) in to.counts.iter().enumerate() {
            if from.counts.get(k).copied().unwrap_or(0) != price {
                change.constraints.push((own + k as u32, price));
            }
        }
        for (k, &g) in part.groups.iter().enumerate() {
            if from.caps[k] != to.caps[k] {
                change.caps.push((g, to.caps[k]));
            }
            if from.floors[k] != to.floors[k] {
                change.floors.push((g, to.floors[k]));
            }
        }
        change
    }

    /// The root multipliers as the certificate writes them.
    pub(super) fn multipliers(&self) -> Multipliers {
        Multipliers {
            rows: self.root.rows.clone(),
            covers: Vec::new(),
            constraints: self.root.constraints.clone(),
            caps: self.root.caps.clone(),
            floors: self.root.floors.clone(),
            held: self.held.clone(),
        }
    }

    /// Takes over the prices of everything that spans parts from an ascent over the whole.
    pub(super) fn adopt_spanning(&mut self, piece: &Piece, prices: &Prices, row_local: &[u32]) {
        let groups: Vec<u32> =
            (0..self.instance.groups.len() as u32).filter(|&g| self.group_part[g as usize] == SPANS).collect();
        let (caps, floors, excess) = self.group_prices(piece, prices, &groups);
        for (k, &g) in groups.iter().enumerate() {
            self.root.caps[g as usize] = caps[k];
            self.root.floors[g as usize] = floors[k];
        }
        for (c, condition) in piece.conditions.iter().enumerate().filter(|c| c.1.flat != NONE) {
            let origin = self.flat.condition_origin[condition.flat as usize] as usize;
            if self.constraint_part[origin] == SPANS {
                self.root.constraints[origin] = self.condition_price(prices.lambda[c], condition.sense);
            }
        }
        let region = Region::new(piece);
        for i in 0..self.classes.len() {
            if self.class_part[i] == SPANS {
                self.root.rows[i] = self.row_price(i, piece, &region, prices, row_local, &excess);
            }
        }
    }

    /// Whether the frame asks for any plan at all.
    pub(super) fn subject_is_existence(&self) -> bool {
        self.any
    }

    /// Whether anything but what fixed sites settle spans parts.
    pub(super) fn spans(&self) -> bool {
        self.constraint_part
            .iter()
            .enumerate()
            .any(|(c, &q)| q == SPANS && !self.instance.constraints[c].terms.is_empty())
            || self.class_part.iter().enumerate().any(|(i, &q)| q == SPANS && self.row_of_class[i] != NONE)
    }
}

/// States of a piece (in the order of its flat sites) in the part's order, with fixed sites open.
pub(super) fn part_state(frame: &Frame<'_>, q: usize, piece_of: &[u32], region: &Region) -> Vec<i8> {
    frame.parts[q]
        .sites
        .iter()
        .map(|&j| {
            let flat = frame.rank[j as usize] as usize;
            match piece_of[flat] {
                NONE if frame.flat.fixed[flat] => 1,
                NONE => -1,
                k => region.state[k as usize],
            }
        })
        .collect()
}

fn clamp(x: i128) -> i64 {
    x.clamp(-(1 << 62), 1 << 62) as i64
}

impl PartIntegers {
    /// Positions of the rows at which two sets of multipliers differ, the smallest differences first.
    pub(super) fn differences(&self, other: &PartIntegers) -> Vec<usize> {
        let (Some(a), Some(b)) = (&self.rows, &other.rows) else { return Vec::new() };
        let mut differ: Vec<usize> = (0..a.len()).filter(|&k| a[k] != b[k]).collect();
        differ.sort_by_key(|&k| (a[k].abs_diff(b[k]), k));
        differ
    }

    /// The same with the rows at some positions as another has them.
    pub(super) fn with_rows_of(&self, other: &PartIntegers, positions: &[usize]) -> PartIntegers {
        let mut mixed = self.clone();
        if let (Some(rows), Some(theirs)) = (&mut mixed.rows, &other.rows) {
            for &k in positions {
                rows[k] = theirs[k];
            }
        }
        mixed
    }
}

impl Frame<'_> {
    /// What the open sites cost a part: their effective costs and the part's own rows. `None` if a hard class is unserved.
    pub(super) fn part_value(&self, q: usize, costs: &[i128], open: &[bool]) -> Option<i128> {
        let part = &self.parts[q];
        let mut sum: i128 = part.sites.iter().zip(costs).filter(|(j, _)| open[**j as usize]).map(|(_, &c)| c).sum();
        let mut covered = vec![0i128; self.instance.groups.len()];
        for &i in &part.classes {
            let class = &self.classes.classes[i as usize];
            let weight = i128::from(class.weight);
            let server = self.classes.entries(i as usize).iter().find(|e| e.serves && open[e.site as usize]);
            if server.is_none() && class.hard {
                return None;
            }
            let worst = i128::from(self.instance.worst.unwrap_or(0));
            sum += i128::from(self.time) * weight * server.map_or(worst, |e| i128::from(e.time));
            if server.is_some_and(|e| e.covers) {
                match class.group {
                    Some(g) if self.group_part[g as usize] as usize == q => covered[g as usize] += weight,
                    Some(_) => sum -= self.root_reward(i as usize) * weight,
                    None => sum -= i128::from(self.cover) * weight,
                }
            }
        }
        for &g in &part.groups {
            let cap = self.instance.groups[g as usize].cap.map_or(i128::MAX, i128::from);
            sum -= i128::from(self.cover) * covered[g as usize].min(cap);
        }
        Some(sum)
    }
}
