//! The bound of a region under integer multipliers, evaluated as the checker does, and its slope.
//!
//! The relaxation is the dual of facility location with every side constraint priced [Geoffrion 1974; Erlenkotter 1978]; a concave reward
//! of the cover count is bounded by its conjugate, `Σ_l max(0, r·w·gain_l − y) + y·k`. Formula: `CERTIFICATE.md`, section 5.

use super::view::{Fix, View};

/// A bound with everything that fixings and slopes need; reused from evaluation to evaluation.
#[derive(Debug, Clone, Default)]
pub(super) struct Evaluation {
    /// In units of 1 / scale; `None`: two sites of an exclusive set are open.
    pub value: Option<i128>,
    /// Reduced cost of each site.
    pub reduced: Vec<i128>,
    /// Sites that the relaxation opens.
    pub chosen: Vec<bool>,
    /// Dual of each class after open sites lowered it, with the entry that did.
    dual: Vec<(i128, Option<u32>)>,
    /// Entries visited.
    pub visited: usize,
}

impl View<'_> {
    /// Evaluates the bound of a region.
    pub(super) fn evaluate(&self, m: &[i64], fix: &[Fix], out: &mut Evaluation) {
        let unit = self.unit(m);
        let layout = &self.layout;
        let instance = self.instance;
        let mut sum = 0i128;
        out.visited = 0;
        out.reduced.clear();
        out.reduced.extend(
            instance.sites.iter().map(|s| unit.cost * i128::from(s.cost) + if s.counted { unit.count } else { 0 }),
        );
        for (constraint, &price) in instance.constraints.iter().zip(&m[layout.constraints.clone()]) {
            if price != 0 {
                let price = i128::from(price);
                sum += price * i128::from(constraint.rhs);
                for &(j, a) in &constraint.terms {
                    out.reduced[j as usize] -= price * i128::from(a);
                }
            }
        }
        for (g, group) in instance.groups.iter().enumerate() {
            sum -= i128::from(m[layout.caps.start + g]) * i128::from(group.cap.unwrap_or(0));
            sum += i128::from(m[layout.floors.start + g]) * i128::from(group.floor);
        }
        for (k, &price) in m[layout.held.clone()].iter().enumerate() {
            let product = i128::from(price) * i128::from(self.held[k]);
            sum += if instance.levels[k].maximised() { product } else { -product };
        }
        out.dual.clear();
        for i in 0..self.classes.len() {
            let class = &self.classes.classes[i];
            let weight = i128::from(class.weight);
            let reward = self.reward(i, unit, m);
            let second = unit.time * weight;
            let cover = if class.gains.is_empty() { reward * weight } else { 0 };
            let entries = self.classes.entries(i);
            let mut dual = i128::from(m[layout.rows.start + i]);
            let mut by = None;
            let cost =
                |e: &firesite_problem::classes::Entry| second * i128::from(e.time) - if e.covers { cover } else { 0 };
            let mut end = entries.len();
            for (position, e) in entries.iter().enumerate() {
                let cost = cost(e);
                if cost >= dual {
                    end = position;
                    break;
                }
                if e.serves && fix[e.site as usize] == Fix::Open {
                    dual = cost;
                    by = Some(position as u32);
                    end = position;
                    break;
                }
            }
            out.visited += end + 1;
            sum += dual;
            for e in entries[..end].iter().filter(|e| e.serves) {
                out.reduced[e.site as usize] -= dual - cost(e);
            }
            let y = i128::from(m[layout.covers.start + i]);
            for &gain in &class.gains {
                sum -= (reward * weight * i128::from(gain) - y).max(0);
            }
            if y > 0 {
                out.visited += entries.len();
                for e in entries.iter().filter(|e| e.covers) {
                    out.reduced[e.site as usize] -= y;
                }
            }
            out.dual.push((dual, by));
        }
        out.chosen.clear();
        out.chosen.resize(instance.sites.len(), false);
        out.value = Some(sum);
        for set in &self.sets {
            let (mut open, mut least) = (None, None);
            for &j in set {
                match fix[j as usize] {
                    Fix::Open if open.is_some() => {
                        out.value = None;
                        return;
                    }
                    Fix::Open => open = Some(j),
                    Fix::Free => {
                        let value = out.reduced[j as usize];
                        if value < least.map_or(0, |l: u32| out.reduced[l as usize]) {
                            least = Some(j);
                        }
                    }
                    Fix::Closed => {}
                }
            }
            if let Some(j) = open.or(least) {
                out.chosen[j as usize] = true;
                sum += out.reduced[j as usize];
            }
        }
        out.value = Some(sum);
    }

    /// The bound with one free site fixed to the other value: (opened, closed). `None`: impossible.
    pub(super) fn flipped(&self, value: i128, site: u32, fix: &[Fix], e: &Evaluation) -> (Option<i128>, Option<i128>) {
        let set = &self.sets[self.set_of[site as usize] as usize];
        if set.iter().any(|&j| fix[j as usize] == Fix::Open) {
            return (None, Some(value));
        }
        let least = |without: Option<u32>| {
            set.iter()
                .filter(|&&j| fix[j as usize] == Fix::Free && Some(j) != without)
                .map(|&j| e.reduced[j as usize])
                .min()
                .unwrap_or(0)
                .min(0)
        };
        let rest = value - least(None);
        (Some(rest + e.reduced[site as usize]), Some(rest + least(Some(site))))
    }

    /// A subgradient of the bound at the evaluated multipliers.
    pub(super) fn slope(&self, m: &[i64], fix: &[Fix], e: &mut Evaluation, slope: &mut [f64]) {
        let unit = self.unit(m);
        let layout = &self.layout;
        let instance = self.instance;
        let groups = instance.groups.len();
        // Covered weight of each group (the last: of rows without group) and weighted time, as the relaxation sees them.
        let mut covered = vec![0.0; groups + 1];
        let mut time = 0.0;
        for i in 0..self.classes.len() {
            let class = &self.classes.classes[i];
            let weight = class.weight as f64;
            let wide = i128::from(class.weight);
            let reward = self.reward(i, unit, m);
            let second = unit.time * wide;
            let plain = class.gains.is_empty();
            let cover = if plain { reward * wide } else { 0 };
            let group = class.group.map_or(groups, |g| g as usize);
            let (dual, by) = e.dual[i];
            let entries = self.classes.entries(i);
            // The dual itself moves with the multiplier, or with the cost of the open entry.
            let (dual_cover, dual_time) = by.map_or((0.0, 0.0), |b| {
                let b = &entries[b as usize];
                (if b.covers && plain { weight } else { 0.0 }, weight * f64::from(b.time))
            });
            let (mut hits, mut hit_cover, mut hit_time) = (0.0, 0.0, 0.0);
            for entry in entries {
                let cost = second * i128::from(entry.time) - if entry.covers { cover } else { 0 };
                if cost >= dual {
                    break;
                }
                e.visited += 1;
                if entry.serves && e.chosen[entry.site as usize] && fix[entry.site as usize] == Fix::Free {
                    hits += 1.0;
                    hit_cover += if entry.covers && plain { weight } else { 0.0 };
                    hit_time += weight * f64::from(entry.time);
                }
            }
            slope[layout.rows.start + i] = if by.is_some() { 0.0 } else { 1.0 - hits };
            covered[group] += dual_cover - (dual_cover * hits - hit_cover);
            time += dual_time - (dual_time * hits - hit_time);
            if !plain {
                let y = i128::from(m[layout.covers.start + i]);
                let mut over = 0.0;
                for &gain in &class.gains {
                    if reward * wide * i128::from(gain) > y {
                        over += 1.0;
                        covered[group] += weight * gain as f64;
                    }
                }
                e.visited += entries.len();
                let open = entries.iter().filter(|x| x.covers && e.chosen[x.site as usize]).count();
                slope[layout.covers.start + i] = over - open as f64;
            } else {
                slope[layout.covers.start + i] = 0.0;
            }
        }
        for (c, constraint) in instance.constraints.iter().enumerate() {
            let left: i64 = constraint.terms.iter().filter(|t| e.chosen[t.0 as usize]).map(|t| t.1).sum();
            slope[layout.constraints.start + c] = (constraint.rhs - left) as f64;
        }
        for (g, group) in instance.groups.iter().enumerate() {
            slope[layout.caps.start + g] = group.cap.map_or(0.0, |cap| covered[g] - cap as f64);
            slope[layout.floors.start + g] = if group.floor > 0 { group.floor as f64 - covered[g] } else { 0.0 };
        }
        let chosen = || instance.sites.iter().zip(&e.chosen).filter(|(_, c)| **c).map(|(s, _)| s);
        for k in 0..layout.held.len() {
            use firesite_problem::Objective as O;
            let value = self.held[k] as f64;
            slope[layout.held.start + k] = match instance.levels[k] {
                O::Cover => value - covered.iter().sum::<f64>(),
                O::Cost => chosen().map(|s| s.cost as f64).sum::<f64>() - value,
                O::Count => chosen().filter(|s| s.counted).count() as f64 - value,
                O::Time => time - value,
                O::Center => 0.0,
            };
        }
    }
}
