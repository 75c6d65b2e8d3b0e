//! Bounds of parts and what lies between them, in exact arithmetic.

use firesite_problem::{Constraint, Sense};

use super::{Count, ExactBound, Frame, PartIntegers, SPANS};
use crate::levels::dual::Region;
use crate::levels::state::NONE;

impl Frame<'_> {
    pub(in crate::levels) fn root_reward(&self, class: usize) -> i128 {
        self.classes.classes[class].group.map_or(i128::from(self.cover), |g| {
            i128::from(self.cover) - i128::from(self.root.caps[g as usize]) + i128::from(self.root.floors[g as usize])
        })
    }

    /// Cost of a class when only fixed sites serve it (0 for hard classes, which nobody may leave unserved).
    pub(in crate::levels) fn settled(&self, class: usize, reward: i128) -> i128 {
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
    pub(in crate::levels) fn site_costs(&self, q: usize) -> Vec<i128> {
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
    pub(in crate::levels) fn shared_constant(&self) -> i128 {
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
    pub(in crate::levels) fn lowered(&self, class: usize, v: i128, reward: i128, open: impl Fn(u32) -> bool) -> i128 {
        self.below(class, v, reward).find(|&(site, _)| open(site)).map_or(v, |(_, cost)| cost)
    }

    fn earn(&self, class: usize, v: i128, reward: i128, mut take: impl FnMut(u32, i128)) {
        self.below(class, v, reward).for_each(|(site, cost)| take(site, v - cost));
    }

    /// The sites that may serve a class at less than this dual, cheapest first, with the cost.
    fn below(&self, class: usize, v: i128, reward: i128) -> impl Iterator<Item = (u32, i128)> + '_ {
        let weight = i128::from(self.classes.classes[class].weight);
        let (second, cover) = (i128::from(self.time) * weight, reward * weight);
        let costs = (self.classes.entries(class).iter())
            .map(move |e| (e, second * i128::from(e.time) - if e.covers { cover } else { 0 }));
        costs.take_while(move |&(_, cost)| cost < v).filter(|(e, _)| e.serves).map(|(e, cost)| (e.site, cost))
    }

    /// Exact bound of a part. `open(j)`: whether site `j` of the instance is open; `closed(j)` likewise. `None`: two sites of a set are open.
    pub(in crate::levels) fn bound(
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

    /// The largest multiplier a class may have.
    pub(in crate::levels) fn highest(&self, class: usize) -> i128 {
        if self.classes.classes[class].hard { i128::MAX } else { self.unserved(class) }
    }

    pub(in crate::levels) fn unserved(&self, class: usize) -> i128 {
        let c = &self.classes.classes[class];
        if c.hard {
            0
        } else {
            i128::from(self.time) * i128::from(c.weight) * i128::from(self.instance.worst.unwrap_or(0))
        }
    }

    /// Whether fixings alone leave nothing: a condition that cannot hold, a hard class nobody may serve.
    pub(in crate::levels) fn dead(&self, q: usize, counts: &[Count], state: &[i8], local: &[u32]) -> bool {
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

    /// What the open sites cost a part: their effective costs and the part's own rows. `None` if a hard class is unserved.
    pub(in crate::levels) fn part_value(&self, q: usize, costs: &[i128], open: &[bool]) -> Option<i128> {
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

    /// Entries of all classes.
    pub(in crate::levels) fn entries(&self) -> usize {
        (0..self.classes.len()).map(|i| self.classes.entries(i).len()).sum()
    }

    /// Row classes and sites of a part: what a bound looks at, at least.
    pub(in crate::levels) fn size(&self, q: usize) -> usize {
        self.parts[q].classes.len() + self.parts[q].sites.len()
    }

    /// The classes that sites of several parts may serve, where that is not settled.
    pub(in crate::levels) fn spanning(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.classes.len()).filter(|&i| self.class_part[i] == SPANS && self.row_of_class[i] != NONE)
    }

    /// The classes that span parts and touch this one.
    pub(in crate::levels) fn touching(&self, q: usize) -> &[u32] {
        &self.parts[q].spanning
    }

    /// Who may serve a class that spans parts, at what cost, cheapest first.
    pub(in crate::levels) fn offers(&self, class: usize) -> impl Iterator<Item = (u32, i128)> + '_ {
        self.below(class, i128::MAX, self.root_reward(class))
    }

    /// Whether anything but what fixed sites settle spans parts.
    pub(in crate::levels) fn spans(&self) -> bool {
        let undecided = |t: &(u32, i64)| self.flat.free[self.rank[t.0 as usize] as usize];
        self.constraint_part
            .iter()
            .enumerate()
            .any(|(c, &q)| q == SPANS && self.instance.constraints[c].terms.iter().any(undecided))
            || self.class_part.iter().enumerate().any(|(i, &q)| q == SPANS && self.row_of_class[i] != NONE)
    }

    /// Set of a site of the instance within its part.
    pub(in crate::levels) fn set_of(&self, j: u32) -> usize {
        self.set_of[j as usize] as usize
    }

    /// Whether the frame asks for any plan at all.
    pub(in crate::levels) fn subject_is_existence(&self) -> bool {
        self.any
    }
}

/// States of a piece (in the order of its flat sites) in the part's order, with fixed sites open.
pub(in crate::levels) fn part_state(frame: &Frame<'_>, q: usize, piece_of: &[u32], region: &Region) -> Vec<i8> {
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
