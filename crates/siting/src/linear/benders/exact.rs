//! The bound of a region in whole numbers, as `CERTIFICATE.md` section 5 states it; written from there, apart from the checker.

use std::borrow::Cow;

use firesite_problem::classes::{Class, Entry};
use firesite_problem::{Change, Classes, Goal, Group, Instance, Multipliers, Objective, Sense};

/// Multipliers beyond this are of no use and would endanger sums.
const LARGEST: f64 = (1u64 << 58) as f64;

/// A figure of the program as a multiplier.
pub(super) fn whole(value: f64) -> i64 {
    if value.is_nan() { 0 } else { value.round().clamp(-LARGEST, LARGEST) as i64 }
}

pub(super) fn clamp(value: i128) -> i64 {
    value.clamp(-(1 << 62), 1 << 62) as i64
}

/// What is decided about a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decided {
    Free,
    Open,
    Closed,
}

/// One level of an instance: what is to be proven, with everything that does not change on the way.
pub(crate) struct Level<'a> {
    pub(crate) instance: &'a Instance,
    /// Position of the level; `None`: that no plan exists.
    pub(crate) position: Option<usize>,
    pub(crate) classes: Cow<'a, Classes>,
    /// Multipliers are in units of 1/scale.
    pub(crate) scale: i64,
    /// Values of the earlier levels, in their natural direction.
    pub(crate) held: Vec<i64>,
    /// Sites at most one of which may be open; every other site is a set of its own.
    pub(crate) sets: Vec<Vec<u32>>,
    pub(crate) set_of: Vec<u32>,
}

/// Prices of a unit of cover, cost, count and time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct UnitPrices {
    pub(super) cover: i128,
    pub(super) cost: i128,
    pub(super) count: i128,
    pub(super) time: i128,
}

/// What a plan comes to.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals {
    /// Covered weight of each group.
    covered: Vec<i128>,
    cover: i128,
    cost: i128,
    count: i128,
    time: i128,
    /// Every hard class has an open site that serves it.
    served: bool,
}

/// A bound and what fixings need.
#[derive(Debug, Clone, Default)]
pub(super) struct Evaluated {
    pub(super) value: i128,
    pub(super) reduced: Vec<i128>,
    /// Least of 0 and the reduced costs of a set's free sites; of its open site where it has one.
    pub(super) set_value: Vec<i128>,
    pub(super) visited: usize,
}

impl<'a> Level<'a> {
    pub(crate) fn new(instance: &'a Instance, position: Option<usize>, scale: i64, held: Vec<i64>) -> Self {
        let goal = position.map_or_else(Goal::infeasible, |k| Goal::level(instance, k, &held, 0));
        Self::with_classes(instance, position, scale, held, Cow::Owned(Classes::new(instance, goal)))
    }

    /// The same where the classes are known.
    pub(crate) fn with_classes(
        instance: &'a Instance,
        position: Option<usize>,
        scale: i64,
        held: Vec<i64>,
        classes: Cow<'a, Classes>,
    ) -> Self {
        let mut sets: Vec<Vec<u32>> = Vec::new();
        let mut known: std::collections::BTreeMap<u32, u32> = std::collections::BTreeMap::new();
        let mut set_of = Vec::with_capacity(instance.sites.len());
        for (j, site) in instance.sites.iter().enumerate() {
            let fresh = sets.len() as u32;
            let s = site.exclusive.map_or(fresh, |key| *known.entry(key).or_insert(fresh));
            if s == fresh {
                sets.push(Vec::new());
            }
            sets[s as usize].push(j as u32);
            set_of.push(s);
        }
        Level { instance, position, classes, scale, held, sets, set_of }
    }

    /// What is optimised; `None` where nothing is.
    pub(super) fn objective(&self) -> Option<Objective> {
        self.position.map(|k| self.instance.levels[k])
    }

    /// The levels held before this one.
    pub(super) fn earlier(&self) -> &'a [Objective] {
        &self.instance.levels[..self.position.unwrap_or(0)]
    }

    /// A value that no plan exceeds, minimised.
    pub(crate) fn worst(&self) -> i128 {
        match self.objective() {
            None | Some(Objective::Cover | Objective::Center) => 0,
            Some(Objective::Cost) => self.instance.sites.iter().map(|s| i128::from(s.cost)).sum(),
            Some(Objective::Count) => self.instance.sites.len() as i128,
            Some(Objective::Time) => {
                let longest = |i: usize| {
                    let last = self.classes.entries(i).last().map_or(0, |e| e.time);
                    i128::from(last.max(self.instance.worst.unwrap_or(0)))
                };
                let classes = self.classes.classes.iter().enumerate();
                classes.map(|(i, class)| i128::from(class.weight) * longest(i)).sum()
            }
        }
    }

    /// All multipliers nil.
    pub(super) fn zeros(&self) -> Multipliers {
        Multipliers {
            rows: vec![0; self.classes.len()],
            covers: vec![0; self.classes.len()],
            constraints: vec![0; self.instance.constraints.len()],
            caps: vec![0; self.instance.groups.len()],
            floors: vec![0; self.instance.groups.len()],
            held: vec![0; self.earlier().len()],
        }
    }

    pub(super) fn unit_prices(&self, held: &[i64]) -> UnitPrices {
        let mut prices = UnitPrices::default();
        let mut raise = |objective: Objective, by: i64| {
            let by = i128::from(by);
            match objective {
                Objective::Cover => prices.cover += by,
                Objective::Cost => prices.cost += by,
                Objective::Count => prices.count += by,
                Objective::Time => prices.time += by,
                Objective::Center => {}
            }
        };
        for (&objective, &price) in self.earlier().iter().zip(held) {
            raise(objective, price);
        }
        if let Some(objective) = self.objective() {
            raise(objective, self.scale);
        }
        prices
    }

    /// Reward of a unit of covered weight of a class.
    pub(super) fn reward(class: &Class, cover: i128, m: &Multipliers) -> i128 {
        class.group.map_or(cover, |g| cover - i128::from(m.caps[g as usize]) + i128::from(m.floors[g as usize]))
    }

    /// Cost of leaving a class unserved; `None` where that is not allowed.
    pub(super) fn unserved(&self, class: usize, time: i128) -> Option<i128> {
        let c = &self.classes.classes[class];
        (!c.hard).then(|| time * i128::from(c.weight) * i128::from(self.instance.worst.unwrap_or(0)))
    }

    /// Cost of serving a class from one of its entries.
    pub(super) fn serve(class: &Class, entry: &Entry, time: i128, reward: i128) -> i128 {
        let weight = i128::from(class.weight);
        let earned = if entry.covers && class.gains.is_empty() { reward * weight } else { 0 };
        time * weight * i128::from(entry.time) - earned
    }

    /// The bound of a region. Of every set at most one site is open, and then the others are closed.
    pub(super) fn evaluate(&self, m: &Multipliers, decided: &[Decided]) -> Evaluated {
        let instance = self.instance;
        let prices = self.unit_prices(&m.held);
        let mut visited = 0;
        let mut value: i128 = 0;
        let mut reduced: Vec<i128> = instance
            .sites
            .iter()
            .map(|s| prices.cost * i128::from(s.cost) + if s.counted { prices.count } else { 0 })
            .collect();
        for (constraint, &price) in instance.constraints.iter().zip(&m.constraints) {
            if price == 0 {
                continue;
            }
            value += i128::from(price) * i128::from(constraint.rhs);
            for &(j, a) in &constraint.terms {
                reduced[j as usize] -= i128::from(price) * i128::from(a);
            }
            visited += constraint.terms.len();
        }
        for (g, group) in instance.groups.iter().enumerate() {
            value -= i128::from(m.caps[g]) * i128::from(group.cap.unwrap_or(0));
            value += i128::from(m.floors[g]) * i128::from(group.floor);
        }
        for ((objective, &price), &at) in instance.levels.iter().zip(&m.held).zip(&self.held) {
            let product = i128::from(price) * i128::from(at);
            value += if objective.maximised() { product } else { -product };
        }
        for (i, class) in self.classes.classes.iter().enumerate() {
            let reward = Self::reward(class, prices.cover, m);
            let entries = self.classes.entries(i);
            let mut v = i128::from(m.rows[i]);
            for e in entries {
                let cost = Self::serve(class, e, prices.time, reward);
                if cost >= v {
                    break;
                }
                if e.serves && decided[e.site as usize] == Decided::Open {
                    v = cost;
                    break;
                }
            }
            value += v;
            for e in entries {
                let cost = Self::serve(class, e, prices.time, reward);
                visited += 1;
                if cost >= v {
                    break;
                }
                if e.serves {
                    reduced[e.site as usize] -= v - cost;
                }
            }
            if !class.gains.is_empty() {
                let y = i128::from(m.covers[i]);
                for &gain in &class.gains {
                    value -= (reward * i128::from(class.weight) * i128::from(gain) - y).max(0);
                }
                for e in entries.iter().filter(|e| e.covers) {
                    reduced[e.site as usize] -= y;
                }
            }
        }
        let mut set_value = Vec::with_capacity(self.sets.len());
        for set in &self.sets {
            let open = set.iter().find(|&&j| decided[j as usize] == Decided::Open);
            let least = open.map_or_else(
                || {
                    let free = set.iter().filter(|&&j| decided[j as usize] == Decided::Free);
                    free.map(|&j| reduced[j as usize]).min().unwrap_or(0).min(0)
                },
                |&j| reduced[j as usize],
            );
            value += least;
            set_value.push(least);
        }
        Evaluated { value, reduced, set_value, visited }
    }

    /// Sites that a bound decides: to be closed, to be opened.
    pub(super) fn fixings(&self, bound: &Evaluated, target: i128, decided: &[Decided]) -> (Vec<u32>, Vec<u32>) {
        let (mut close, mut open) = (Vec::new(), Vec::new());
        for (set, &least) in self.sets.iter().zip(&bound.set_value) {
            if set.iter().any(|&j| decided[j as usize] == Decided::Open) {
                continue;
            }
            for &j in set {
                if decided[j as usize] != Decided::Free {
                    continue;
                }
                if bound.value - least + bound.reduced[j as usize] >= target {
                    close.push(j);
                    continue;
                }
                let rest = set.iter().filter(|&&k| k != j && decided[k as usize] == Decided::Free);
                let without = rest.map(|&k| bound.reduced[k as usize]).min().unwrap_or(0).min(0);
                if bound.value - least + without >= target {
                    open.push(j);
                }
            }
        }
        (close, open)
    }

    /// Whether no plan of the region keeps the constraints taken one by one, or serves every class that must be served.
    pub(super) fn is_empty(&self, decided: &[Decided]) -> bool {
        for constraint in &self.instance.constraints {
            let (mut least, mut most) = (0i128, 0i128);
            for &(j, a) in &constraint.terms {
                let a = i128::from(a);
                match decided[j as usize] {
                    Decided::Open => {
                        least += a;
                        most += a;
                    }
                    Decided::Free => {
                        least += a.min(0);
                        most += a.max(0);
                    }
                    Decided::Closed => {}
                }
            }
            let rhs = i128::from(constraint.rhs);
            let missed = match constraint.sense {
                Sense::AtLeast => most < rhs,
                Sense::AtMost => least > rhs,
                Sense::Exactly => most < rhs || least > rhs,
            };
            if missed {
                return true;
            }
        }
        if self.clashes(decided) {
            return true;
        }
        self.classes.classes.iter().enumerate().any(|(i, class)| {
            class.hard
                && !self.classes.entries(i).iter().any(|e| e.serves && decided[e.site as usize] != Decided::Closed)
        })
    }

    /// Whether two sites of a set are open.
    fn clashes(&self, decided: &[Decided]) -> bool {
        let open = |set: &[u32]| set.iter().filter(|&&j| decided[j as usize] == Decided::Open).count();
        self.sets.iter().any(|set| set.len() > 1 && open(set) > 1)
    }

    /// What a plan comes to: every site counts as closed that is not open.
    pub(super) fn totals(&self, decided: &[Decided]) -> Totals {
        let instance = self.instance;
        let is_open = |j: u32| decided[j as usize] == Decided::Open;
        let mut totals = Totals { covered: vec![0; instance.groups.len()], served: true, ..Totals::default() };
        let mut ungrouped = 0i128;
        for (i, class) in self.classes.classes.iter().enumerate() {
            let weight = i128::from(class.weight);
            let entries = self.classes.entries(i);
            let (mut count, mut time) = (0, None);
            for e in entries.iter().filter(|e| is_open(e.site)) {
                count += usize::from(e.covers);
                if e.serves && time.is_none() {
                    time = Some(e.time);
                }
                if class.gains.is_empty() && time.is_some() {
                    break;
                }
            }
            let gained = if class.gains.is_empty() {
                i128::from(count > 0)
            } else {
                class.gains.iter().take(count).map(|&g| i128::from(g)).sum()
            };
            match class.group {
                Some(g) => totals.covered[g as usize] += weight * gained,
                None => ungrouped += weight * gained,
            }
            totals.served &= time.is_some() || !class.hard;
            totals.time += weight * i128::from(time.or(instance.worst).unwrap_or(0));
        }
        let cap = |g: &Group| g.cap.map_or(i128::MAX, i128::from);
        totals.cover =
            ungrouped + totals.covered.iter().zip(&instance.groups).map(|(&c, g)| c.min(cap(g))).sum::<i128>();
        for (_, site) in instance.sites.iter().enumerate().filter(|(j, _)| is_open(*j as u32)) {
            totals.cost += i128::from(site.cost);
            totals.count += i128::from(site.counted);
        }
        totals
    }

    /// Value of a level, to be minimised.
    fn value(totals: &Totals, objective: Objective) -> i128 {
        match objective {
            Objective::Cover => -totals.cover,
            Objective::Cost => totals.cost,
            Objective::Count => totals.count,
            Objective::Time => totals.time,
            Objective::Center => 0,
        }
    }

    /// By how much each held level is missed.
    fn missed(&self, totals: &Totals) -> Vec<i128> {
        let held = self.earlier().iter().zip(&self.held);
        held.map(|(&objective, &at)| {
            let at = if objective.maximised() { -i128::from(at) } else { i128::from(at) };
            if objective == Objective::Center { 0 } else { (Self::value(totals, objective) - at).max(0) }
        })
        .collect()
    }

    /// Value of a plan at this level, to be minimised; `None` where it breaks a condition or differs at a held level.
    pub(super) fn plan_value(&self, decided: &[Decided]) -> Option<i128> {
        let instance = self.instance;
        let is_open = |j: u32| decided[j as usize] == Decided::Open;
        for constraint in &instance.constraints {
            let sum: i128 = constraint.terms.iter().filter(|t| is_open(t.0)).map(|t| i128::from(t.1)).sum();
            let rhs = i128::from(constraint.rhs);
            let kept = match constraint.sense {
                Sense::AtLeast => sum >= rhs,
                Sense::AtMost => sum <= rhs,
                Sense::Exactly => sum == rhs,
            };
            if !kept {
                return None;
            }
        }
        if self.clashes(decided) {
            return None;
        }
        let totals = self.totals(decided);
        let floors = totals.covered.iter().zip(&instance.groups).all(|(&c, g)| c >= i128::from(g.floor));
        // Not better at a held level either: its value is part of the claim.
        let same = self.earlier().iter().zip(&self.held).all(|(&objective, &at)| {
            let at = if objective.maximised() { -i128::from(at) } else { i128::from(at) };
            objective == Objective::Center || Self::value(&totals, objective) == at
        });
        let kept = totals.served && floors && same;
        kept.then(|| self.objective().map_or(0, |o| Self::value(&totals, o)))
    }

    /// Multipliers whose bound, where every site is decided, is the value of that plan: or, where the plan misses a floor or a held
    /// level, at least `target`. The plan must serve every hard class.
    pub(super) fn of_plan(&self, decided: &[Decided], target: i128) -> Multipliers {
        let instance = self.instance;
        let is_open = |j: u32| decided[j as usize] == Decided::Open;
        let totals = self.totals(decided);
        let mut m = self.zeros();
        let own = self.objective().map_or(0, |o| Self::value(&totals, o));
        let lacking = (target - i128::from(self.scale) * own).max(0);
        let price = |short: i128| clamp(lacking / short + 1);
        let missed = self.missed(&totals);
        if let Some(k) = missed.iter().position(|&short| short > 0) {
            m.held[k] = price(missed[k]);
        } else {
            let short = |g: usize| i128::from(instance.groups[g].floor) - totals.covered[g];
            if let Some(g) = (0..instance.groups.len()).find(|&g| short(g) > 0) {
                m.floors[g] = price(short(g));
            }
        }
        let prices = self.unit_prices(&m.held);
        for (g, group) in instance.groups.iter().enumerate() {
            if group.cap.is_some_and(|cap| totals.covered[g] > i128::from(cap)) {
                m.caps[g] = clamp(prices.cover);
            }
        }
        for (i, class) in self.classes.classes.iter().enumerate() {
            let reward = Self::reward(class, prices.cover, &m);
            let entries = self.classes.entries(i);
            let served = entries.iter().filter(|e| e.serves && is_open(e.site));
            let served = served.map(|e| Self::serve(class, e, prices.time, reward)).min();
            let unserved = self.unserved(i, prices.time);
            m.rows[i] = clamp(match (served, unserved) {
                (Some(a), Some(b)) => a.min(b),
                (Some(a), None) | (None, Some(a)) => a,
                (None, None) => 0,
            });
            if !class.gains.is_empty() {
                let count = entries.iter().filter(|e| e.covers && is_open(e.site)).count();
                let next = class.gains.get(count).copied().unwrap_or(0);
                m.covers[i] = clamp(reward * i128::from(class.weight) * i128::from(next)).max(0);
            }
        }
        m
    }

    /// What turns some multipliers into others, in as few figures as it can.
    pub(super) fn change(before: &Multipliers, now: &Multipliers) -> Change {
        fn differ(before: &[i64], now: &[i64]) -> Vec<(u32, i64)> {
            let pairs = before.iter().zip(now).enumerate();
            pairs.filter(|(_, (a, b))| a != b).map(|(i, (_, &b))| (i as u32, b)).collect()
        }
        let mut change = Change {
            rows: differ(&before.rows, &now.rows),
            covers: differ(&before.covers, &now.covers),
            constraints: differ(&before.constraints, &now.constraints),
            caps: differ(&before.caps, &now.caps),
            floors: differ(&before.floors, &now.floors),
            held: differ(&before.held, &now.held),
            ..Change::default()
        };
        if change.rows.len() * 2 > now.rows.len() {
            change.all_rows.clone_from(&now.rows);
            change.rows.clear();
        }
        change
    }
}
