//! Multiplier ascent: the subgradient method with momentum [Held, Wolfe and Crowder 1974; Camerini, Fratta and Maffioli 1975], each
//! multiplier stepping in its own natural size, and multipliers in closed form where nothing is left to decide.

use super::bound::Evaluation;
use super::view::{Fix, Unit, View};
use crate::budget::Budget;

/// Multipliers stay within this, so that products with weights stay far inside 128 bits.
const MOST: i64 = 1 << 60;

/// What an ascent found.
pub(super) struct Climb {
    pub value: Option<i128>,
    pub multipliers: Vec<i64>,
    /// Share of the steps, later ones counting more, in which the relaxation opened each site.
    pub average: Vec<f64>,
}

/// Step sizes: what one unit of slope may move each multiplier.
pub(super) fn sizes(view: &View<'_>) -> Vec<f64> {
    let instance = view.instance;
    let layout = &view.layout;
    let scale = view.scale as f64;
    let n = instance.sites.len().max(1) as f64;
    let mean_cost = (instance.sites.iter().map(|s| s.cost as f64).sum::<f64>() / n).max(1.0);
    // What an average site is worth in each kind of value.
    let (mut worth_cover, mut worth_time) = (0.0f64, 0.0f64);
    let mut spread = vec![0.0f64; view.classes.len()];
    let mut reach = vec![1.0f64; view.classes.len()];
    for i in 0..view.classes.len() {
        let class = &view.classes.classes[i];
        let weight = class.weight as f64;
        let entries = view.classes.entries(i);
        let far = match (class.hard, instance.worst) {
            (false, Some(worst)) => f64::from(worst),
            _ => entries.last().map_or(0.0, |e| f64::from(e.time)),
        };
        spread[i] = weight * (far - entries.first().map_or(0.0, |e| f64::from(e.time)));
        reach[i] = (entries.len() as f64).max(1.0);
        worth_time += spread[i];
        worth_cover += weight * class.gains.first().map_or(1.0, |&g| g as f64);
    }
    let some = (n / 3.0).max(1.0);
    (worth_cover, worth_time) = ((worth_cover / some).max(1.0), (worth_time / some).max(1.0));
    use firesite_problem::Objective as O;
    let worth = |objective: O| match objective {
        O::Cover => worth_cover,
        O::Cost => mean_cost,
        O::Count => 1.0,
        O::Time => worth_time,
        O::Center => 1.0,
    };
    // The value of a site in the goal's own units: what everything else is measured against.
    let site = scale * view.objective().map_or(1.0, worth);
    let unit = view.unit(&vec![0; layout.len()]);
    let (cover, time) = (unit.cover as f64, unit.time as f64);
    let mut sizes = vec![0.0; layout.len()];
    for i in 0..view.classes.len() {
        let class = &view.classes.classes[i];
        let weight = class.weight as f64;
        let own = time * spread[i] + if class.gains.is_empty() { cover * weight } else { 0.0 };
        // A row that matters only through a constraint or a held level still has its share of a site.
        sizes[layout.rows.start + i] = own.max(site / (4.0 * reach[i].sqrt())).max(1.0);
        if let Some(&gain) = class.gains.first() {
            sizes[layout.covers.start + i] =
                (cover * weight * gain as f64).max(site / (4.0 * reach[i].sqrt())).max(1.0) / 2.0;
        }
    }
    for (c, constraint) in instance.constraints.iter().enumerate() {
        let squares: f64 = constraint.terms.iter().map(|t| (t.1 as f64).powi(2)).sum();
        let size = (squares / constraint.terms.len().max(1) as f64).sqrt().max(1.0);
        sizes[layout.constraints.start + c] = site / size;
    }
    for g in 0..instance.groups.len() {
        sizes[layout.caps.start + g] = cover.max(site / worth_cover);
        sizes[layout.floors.start + g] = site / worth_cover;
    }
    for k in 0..layout.held.len() {
        sizes[layout.held.start + k] = site / worth(instance.levels[k]);
    }
    sizes
}

impl View<'_> {
    /// Brings multipliers back to what their signs and limits allow.
    pub(super) fn admit(&self, m: &mut [i64]) {
        use firesite_problem::{Objective, Sense};
        let layout = &self.layout;
        for (k, price) in m[layout.held.clone()].iter_mut().enumerate() {
            *price = if self.instance.levels[k] == Objective::Center { 0 } else { (*price).clamp(0, MOST) };
        }
        for (constraint, price) in self.instance.constraints.iter().zip(&mut m[layout.constraints.clone()]) {
            *price = match constraint.sense {
                Sense::AtLeast => (*price).clamp(0, MOST),
                Sense::AtMost => (*price).clamp(-MOST, 0),
                Sense::Exactly => (*price).clamp(-MOST, MOST),
            };
        }
        let unit = self.unit(m);
        let most = i64::try_from(unit.cover).unwrap_or(MOST).min(MOST);
        for (g, group) in self.instance.groups.iter().enumerate() {
            let cap = &mut m[layout.caps.start + g];
            *cap = if group.cap.is_some() { (*cap).clamp(0, most) } else { 0 };
            let floor = &mut m[layout.floors.start + g];
            *floor = if group.floor > 0 { (*floor).clamp(0, MOST) } else { 0 };
        }
        for i in 0..self.classes.len() {
            let limit = self.unserved(i, unit).map_or(MOST, |u| i64::try_from(u).unwrap_or(MOST).min(MOST));
            let row = &mut m[layout.rows.start + i];
            *row = (*row).clamp(-MOST, limit);
            let cover = &mut m[layout.covers.start + i];
            *cover = if self.classes.classes[i].gains.is_empty() { 0 } else { (*cover).clamp(0, MOST) };
        }
    }

    /// Climbs from `start`; stops at the target, after so many steps, or when the budget is spent.
    pub(super) fn climb(
        &self,
        start: &[i64],
        sizes: &[f64],
        fix: &[Fix],
        target: i128,
        steps: usize,
        budget: &mut Budget,
        work: &mut Evaluation,
    ) -> Climb {
        let n = fix.len();
        let mut here = start.to_vec();
        let mut exact: Vec<f64> = here.iter().map(|&v| v as f64).collect();
        let mut best = Climb { value: None, multipliers: here.clone(), average: vec![0.0; n] };
        let mut slope = vec![0.0; self.layout.len()];
        let mut direction = vec![0.0; self.layout.len()];
        let (mut factor, mut idle) = (1.0f64, 0);
        for step in 0..steps.max(1) {
            self.evaluate(&here, fix, work);
            let Some(value) = work.value else {
                // Two sites of a set are open: the region is empty.
                return Climb { value: None, multipliers: here, ..best };
            };
            budget.work.iterations += 1;
            if best.value.is_none_or(|b| value > b) {
                best.value = Some(value);
                best.multipliers.clone_from(&here);
                idle = 0;
            } else {
                idle += 1;
                if idle >= 6 {
                    idle = 0;
                    factor *= 0.6;
                    if factor < 0.005 {
                        budget.charge(work.visited);
                        break;
                    }
                    // Back to the best point: the steps have gone astray.
                    if factor < 0.3 {
                        here.clone_from(&best.multipliers);
                        exact.iter_mut().zip(&here).for_each(|(e, &h)| *e = h as f64);
                        direction.fill(0.0);
                        self.evaluate(&here, fix, work);
                    }
                }
            }
            let share = if step == 0 { 1.0 } else { 0.1 };
            for (a, &c) in best.average.iter_mut().zip(&work.chosen) {
                *a += share * (f64::from(u8::from(c)) - *a);
            }
            if value >= target || step + 1 == steps {
                budget.charge(work.visited);
                break;
            }
            self.slope(&here, fix, work, &mut slope);
            budget.charge(work.visited);
            if budget.spent() {
                break;
            }
            let mut norm = 0.0;
            for ((d, &s), &size) in direction.iter_mut().zip(&slope).zip(sizes) {
                *d = 0.6 * *d + s * size;
                norm += *d * *d;
            }
            if norm < 1e-9 {
                break;
            }
            let gap = (target.saturating_sub(value)) as f64;
            let length = factor * gap.max(1.0) / norm;
            for (((e, h), &d), &size) in exact.iter_mut().zip(&mut here).zip(&direction).zip(sizes) {
                *e = (*e + length * d * size).clamp(-(MOST as f64), MOST as f64);
                *h = e.round() as i64;
            }
            let before = here.clone();
            self.admit(&mut here);
            for ((e, &h), &b) in exact.iter_mut().zip(&here).zip(&before) {
                if h != b {
                    *e = h as f64;
                }
            }
        }
        best
    }

    /// Multipliers that leave all credit to the rows: exact where no free site is left, and in any region the best that each row could
    /// hope for. A floor or held level that cannot be reached any more is priced so high that the target is passed.
    pub(super) fn closing(&self, fix: &[Fix], target: i128, work: &mut Evaluation) -> Option<Vec<i64>> {
        use firesite_problem::Objective as O;
        let instance = self.instance;
        let layout = &self.layout;
        let classes = &self.classes;
        let able = |j: u32| fix[j as usize] != Fix::Closed;
        // The most each group can still cover, and the least time.
        let mut most = vec![0i128; instance.groups.len() + 1];
        let mut least_time = 0i128;
        let mut covers = vec![0usize; classes.len()];
        for i in 0..classes.len() {
            let class = &classes.classes[i];
            let weight = i128::from(class.weight);
            covers[i] = classes.entries(i).iter().filter(|e| e.covers && able(e.site)).count();
            let gain: i128 = if class.gains.is_empty() {
                i128::from(covers[i] > 0)
            } else {
                class.gains.iter().take(covers[i]).map(|&g| i128::from(g)).sum()
            };
            most[class.group.map_or(instance.groups.len(), |g| g as usize)] += weight * gain;
            let time = classes.entries(i).iter().find(|e| e.serves && able(e.site)).map(|e| e.time);
            let unserved = instance.worst.filter(|_| !class.hard);
            let time = time.into_iter().chain(unserved).min().unwrap_or(0);
            least_time += weight * i128::from(time);
        }
        let mut m = vec![0i64; layout.len()];
        let broken_floor = instance.groups.iter().zip(&most).position(|(g, &c)| c < i128::from(g.floor));
        let capped = |g: usize| instance.groups[g].cap.map_or(most[g], |cap| most[g].min(i128::from(cap)));
        let open = || instance.sites.iter().zip(fix).filter(|(_, f)| **f == Fix::Open).map(|(s, _)| s);
        let lack = |k: usize| -> i128 {
            let held = i128::from(self.held[k]);
            match instance.levels[k] {
                O::Cover => held - most[instance.groups.len()] - (0..instance.groups.len()).map(capped).sum::<i128>(),
                O::Cost => open().map(|s| i128::from(s.cost)).sum::<i128>() - held,
                O::Count => open().filter(|s| s.counted).count() as i128 - held,
                O::Time => least_time - held,
                O::Center => 0,
            }
        };
        let broken_level = (0..layout.held.len()).find(|&k| lack(k) > 0);
        // The rows' and caps' multipliers that go with the prices of floors and held levels.
        let fill = |m: &mut Vec<i64>| -> Option<()> {
            let unit: Unit = self.unit(m);
            for (g, group) in instance.groups.iter().enumerate() {
                let beyond = group.cap.is_some_and(|cap| most[g] > i128::from(cap));
                m[layout.caps.start + g] = if beyond { i64::try_from(unit.cover).ok()? } else { 0 };
            }
            for i in 0..classes.len() {
                let class = &classes.classes[i];
                let weight = i128::from(class.weight);
                let reward = self.reward(i, unit, m);
                let cover = if class.gains.is_empty() { reward * weight } else { 0 };
                let cost = classes
                    .entries(i)
                    .iter()
                    .find(|e| e.serves && able(e.site))
                    .map(|e| unit.time * weight * i128::from(e.time) - if e.covers { cover } else { 0 });
                let least = cost.into_iter().chain(self.unserved(i, unit)).min()?;
                m[layout.rows.start + i] = i64::try_from(least).ok().filter(|v| v.abs() <= MOST)?;
                if !class.gains.is_empty() {
                    let next = class.gains.get(covers[i]).map_or(0, |&g| reward * weight * i128::from(g));
                    m[layout.covers.start + i] = i64::try_from(next).ok().filter(|v| *v <= MOST)?;
                }
            }
            Some(())
        };
        fill(&mut m)?;
        self.evaluate(&m, fix, work);
        let value = work.value?;
        let missing = target - value;
        if missing > 0 {
            let (slot, per_unit) = match (broken_floor, broken_level) {
                (Some(g), _) => (layout.floors.start + g, i128::from(instance.groups[g].floor) - most[g]),
                (None, Some(k)) => (layout.held.start + k, lack(k)),
                (None, None) => return None,
            };
            m[slot] = i64::try_from(missing / per_unit + 1).ok().filter(|v| *v <= MOST)?;
            fill(&mut m)?;
            self.evaluate(&m, fix, work);
        }
        work.value.is_some_and(|v| v >= target).then_some(m)
    }
}
