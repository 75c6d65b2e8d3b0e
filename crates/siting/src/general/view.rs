//! A goal as arrays: row classes, exclusive sets, conditions, and one flat vector of multipliers.

use firesite_problem::{Change, Classes, Constraint, Goal, Instance, Objective, Sense};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// State of a site in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    Free,
    Open,
    Closed,
}

/// Where each kind of multiplier lies in the flat vector.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    pub rows: Range<usize>,
    pub covers: Range<usize>,
    pub constraints: Range<usize>,
    pub caps: Range<usize>,
    pub floors: Range<usize>,
    pub held: Range<usize>,
}

impl Layout {
    fn new(classes: usize, instance: &Instance, held: usize) -> Self {
        let mut at = 0;
        let mut next = |len: usize| {
            at += len;
            at - len..at
        };
        Self {
            rows: next(classes),
            covers: next(classes),
            constraints: next(instance.constraints.len()),
            caps: next(instance.groups.len()),
            floors: next(instance.groups.len()),
            held: next(held),
        }
    }

    /// Number of multipliers.
    pub(super) fn len(&self) -> usize {
        self.held.end
    }

    /// What turns the multipliers `from` into `to`, as a certificate says it.
    pub(super) fn change(&self, from: &[i64], to: &[i64]) -> Change {
        let list = |range: &Range<usize>| -> Vec<(u32, i64)> {
            range.clone().filter(|&k| from[k] != to[k]).map(|k| ((k - range.start) as u32, to[k])).collect()
        };
        let mut change = Change {
            rows: list(&self.rows),
            covers: list(&self.covers),
            constraints: list(&self.constraints),
            caps: list(&self.caps),
            floors: list(&self.floors),
            held: list(&self.held),
            ..Change::default()
        };
        if change.rows.len() * 2 > self.rows.len() {
            change.rows.clear();
            change.all_rows = to[self.rows.clone()].to_vec();
        }
        change
    }
}

/// Prices per unit that follow from the goal's own level and the held ones.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unit {
    pub cover: i128,
    pub cost: i128,
    pub count: i128,
    pub time: i128,
}

/// An instance seen from one goal.
pub(super) struct View<'a> {
    pub instance: &'a Instance,
    pub level: Option<usize>,
    /// Values of the earlier levels, which are held.
    pub held: &'a [i64],
    pub classes: Classes,
    pub sets: Vec<Vec<u32>>,
    pub set_of: Vec<u32>,
    pub scale: i64,
    pub layout: Layout,
}

impl<'a> View<'a> {
    pub(super) fn new(instance: &'a Instance, goal: Goal, held: &'a [i64], scale: i64) -> Self {
        let classes = Classes::new(instance, goal);
        let mut sets: Vec<Vec<u32>> = Vec::new();
        let mut known: FxHashMap<u32, u32> = FxHashMap::default();
        let mut set_of = Vec::with_capacity(instance.sites.len());
        for (j, site) in instance.sites.iter().enumerate() {
            let fresh = sets.len() as u32;
            let set = site.exclusive.map_or(fresh, |e| *known.entry(e).or_insert(fresh));
            if set == fresh {
                sets.push(Vec::new());
            }
            sets[set as usize].push(j as u32);
            set_of.push(set);
        }
        let layout = Layout::new(classes.len(), instance, goal.level.unwrap_or(0));
        Self { instance, level: goal.level, held, classes, sets, set_of, scale, layout }
    }

    /// The level whose value is minimised, if there is one and it has a price (Center and mere existence have none).
    pub(super) fn objective(&self) -> Option<Objective> {
        self.level.map(|k| self.instance.levels[k]).filter(|o| *o != Objective::Center)
    }

    /// Prices per unit.
    pub(super) fn unit(&self, m: &[i64]) -> Unit {
        let mut unit = Unit::default();
        let mut raise = |objective: Objective, by: i128| match objective {
            Objective::Cover => unit.cover += by,
            Objective::Cost => unit.cost += by,
            Objective::Count => unit.count += by,
            Objective::Time => unit.time += by,
            Objective::Center => {}
        };
        for (k, &price) in m[self.layout.held.clone()].iter().enumerate() {
            raise(self.instance.levels[k], i128::from(price));
        }
        if let Some(k) = self.level {
            raise(self.instance.levels[k], i128::from(self.scale));
        }
        unit
    }

    /// Reward of a unit of covered weight of class `i`.
    pub(super) fn reward(&self, i: usize, unit: Unit, m: &[i64]) -> i128 {
        match self.classes.classes[i].group {
            None => unit.cover,
            Some(g) => {
                let g = g as usize;
                unit.cover - i128::from(m[self.layout.caps.start + g]) + i128::from(m[self.layout.floors.start + g])
            }
        }
    }

    /// Cost of leaving class `i` unserved; `None` where that is not allowed.
    pub(super) fn unserved(&self, i: usize, unit: Unit) -> Option<i128> {
        let class = &self.classes.classes[i];
        let worst = i128::from(self.instance.worst.unwrap_or(0));
        (!class.hard).then(|| unit.time * i128::from(class.weight) * worst)
    }

    /// Sites fixed by the instance, with what their exclusive sets then close.
    pub(super) fn root(&self) -> Vec<Fix> {
        let mut fix: Vec<Fix> =
            self.instance.sites.iter().map(|s| if s.fixed { Fix::Open } else { Fix::Free }).collect();
        for set in &self.sets {
            if set.iter().any(|&j| fix[j as usize] == Fix::Open) {
                for &j in set.iter().filter(|&&j| !self.instance.sites[j as usize].fixed) {
                    fix[j as usize] = Fix::Closed;
                }
            }
        }
        fix
    }

    /// Least and largest left-hand side of a constraint in a region, each free coefficient taken or left at will.
    pub(super) fn activity(constraint: &Constraint, fix: &[Fix]) -> (i128, i128) {
        let (mut least, mut most) = (0, 0);
        for &(j, a) in &constraint.terms {
            let a = i128::from(a);
            match fix[j as usize] {
                Fix::Open => {
                    least += a;
                    most += a;
                }
                Fix::Free => {
                    least += a.min(0);
                    most += a.max(0);
                }
                Fix::Closed => {}
            }
        }
        (least, most)
    }

    /// Whether the region holds no plan, for a reason that the checker sees without any multiplier.
    pub(super) fn dead(&self, fix: &[Fix]) -> bool {
        let twice = |set: &Vec<u32>| set.iter().filter(|&&j| fix[j as usize] == Fix::Open).count() > 1;
        let impossible = |c: &Constraint| {
            let (least, most) = Self::activity(c, fix);
            let rhs = i128::from(c.rhs);
            match c.sense {
                Sense::AtLeast => most < rhs,
                Sense::AtMost => least > rhs,
                Sense::Exactly => most < rhs || least > rhs,
            }
        };
        let unserved = |i: usize| {
            self.classes.classes[i].hard
                && !self.classes.entries(i).iter().any(|e| e.serves && fix[e.site as usize] != Fix::Closed)
        };
        self.sets.iter().any(twice)
            || self.instance.constraints.iter().any(impossible)
            || (0..self.classes.len()).any(unserved)
    }

    /// A free site that can only be open, or only closed, for a reason the checker sees without multipliers.
    pub(super) fn forced(&self, fix: &[Fix]) -> Option<u32> {
        for c in &self.instance.constraints {
            let (least, most) = Self::activity(c, fix);
            let rhs = i128::from(c.rhs);
            let (upper, lower) = (c.sense != Sense::AtLeast, c.sense != Sense::AtMost);
            for &(j, a) in c.terms.iter().filter(|t| t.1 != 0 && fix[t.0 as usize] == Fix::Free) {
                let a = i128::from(a).abs();
                if upper && least + a > rhs || lower && most - a < rhs {
                    return Some(j);
                }
            }
        }
        for i in (0..self.classes.len()).filter(|&i| self.classes.classes[i].hard) {
            let mut able = self.classes.entries(i).iter().filter(|e| e.serves && fix[e.site as usize] != Fix::Closed);
            if let (Some(only), None) = (able.next(), able.next())
                && fix[only.site as usize] == Fix::Free
            {
                return Some(only.site);
            }
        }
        None
    }
}
