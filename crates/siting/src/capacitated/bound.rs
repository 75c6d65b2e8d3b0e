//! The bound of a region and its ascent. The prices of capacities and of the limit on open sites follow in closed form from those of the
//! demands: a site's price is the ratio at which its fractional knapsack breaks off (Dantzig 1957).

use firesite_problem::capacitated::{CapacitatedChange, CapacitatedInstance};

use crate::budget::Budget;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    Free,
    Open,
    Closed,
}

/// Who may still belong to whom.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub site: Vec<Fix>,
    /// By demand and position in its reach.
    pub allowed: Vec<Vec<bool>>,
    /// The site a demand is bound to.
    pub forced: Vec<Option<u32>>,
}

impl Region {
    pub(super) fn new(instance: &CapacitatedInstance) -> Self {
        Self {
            site: instance.sites.iter().map(|s| if s.fixed { Fix::Open } else { Fix::Free }).collect(),
            allowed: instance.demands.iter().map(|d| vec![true; d.reach.len()]).collect(),
            forced: vec![None; instance.demands.len()],
        }
    }

    pub(super) fn usable(&self, instance: &CapacitatedInstance, i: usize, at: usize) -> bool {
        self.allowed[i][at] && self.site[instance.demands[i].reach[at].0 as usize] != Fix::Closed
    }

    /// Amount bound to each site.
    pub(super) fn loads(&self, instance: &CapacitatedInstance) -> Vec<u64> {
        let mut load = vec![0; instance.sites.len()];
        for (demand, forced) in instance.demands.iter().zip(&self.forced) {
            if let Some(j) = forced {
                load[*j as usize] += demand.amount;
            }
        }
        load
    }
}

/// Multipliers in units of 1 / scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prices {
    pub demands: Vec<i64>,
    pub capacities: Vec<i64>,
    pub count: i64,
}

impl Prices {
    pub(super) fn zero(instance: &CapacitatedInstance) -> Self {
        Self { demands: vec![0; instance.demands.len()], capacities: vec![0; instance.sites.len()], count: 0 }
    }

    /// What turns these prices into others.
    pub(super) fn change(&self, to: &Self) -> CapacitatedChange {
        let list =
            |from: &[i64], to: &[i64]| (0..to.len()).filter(|&k| from[k] != to[k]).map(|k| (k as u32, to[k])).collect();
        CapacitatedChange {
            demands: list(&self.demands, &to.demands),
            capacities: list(&self.capacities, &to.capacities),
            count: (self.count != to.count).then_some(to.count),
        }
    }
}

/// An evaluated bound: the value, the sites the relaxation opens, and the share of each demand it serves.
#[derive(Debug, Clone)]
pub(super) struct Evaluation {
    pub value: i128,
    pub open: Vec<bool>,
    pub served: Vec<f64>,
}

pub(super) struct Relaxation<'a> {
    pub instance: &'a CapacitatedInstance,
    pub scale: i64,
    /// `(demand, position in its reach)` of each site.
    by_site: Vec<Vec<(u32, u32)>>,
    /// Step of each demand's multiplier.
    size: Vec<f64>,
}

/// Multipliers stay within this.
const MOST: i64 = 1 << 60;

impl<'a> Relaxation<'a> {
    pub(super) fn new(instance: &'a CapacitatedInstance, scale: i64) -> Self {
        let mut by_site = vec![Vec::new(); instance.sites.len()];
        let sites = instance.sites.len().max(1) as f64;
        let mean_cost = instance.sites.iter().map(|s| s.cost as f64).sum::<f64>() / sites;
        let share = mean_cost * sites / instance.demands.len().max(1) as f64;
        let mut size = Vec::with_capacity(instance.demands.len());
        for (i, demand) in instance.demands.iter().enumerate() {
            for (at, &(j, _)) in demand.reach.iter().enumerate() {
                by_site[j as usize].push((i as u32, at as u32));
            }
            let costs = || demand.reach.iter().map(|e| e.1).chain(demand.unserved);
            let spread = costs().max().unwrap_or(0) - costs().min().unwrap_or(0);
            size.push((spread as f64 / 2.0 + share).max(1.0) * scale as f64);
        }
        Self { instance, scale, by_site, size }
    }

    /// Prices of capacities and of the limit that go with those of the demands, and the bound.
    pub(super) fn evaluate(&self, prices: &mut Prices, region: &Region, budget: &mut Budget) -> Evaluation {
        let instance = self.instance;
        let mut served = vec![0.0; instance.demands.len()];
        let mut reduced = vec![0i128; instance.sites.len()];
        // What each site would serve if it were open.
        let mut basket: Vec<Vec<(u32, f64)>> = vec![Vec::new(); instance.sites.len()];
        for (j, site) in instance.sites.iter().enumerate() {
            if region.site[j] == Fix::Closed {
                prices.capacities[j] = 0;
                continue;
            }
            let mut gains: Vec<(i64, u64, u32, bool)> = Vec::new();
            let mut room = i128::from(site.capacity);
            budget.charge(self.by_site[j].len() + 1);
            for &(i, at) in &self.by_site[j] {
                let iu = i as usize;
                if !region.allowed[iu][at as usize] {
                    continue;
                }
                let demand = &instance.demands[iu];
                let gain = prices.demands[iu] - self.scale * demand.reach[at as usize].1 as i64;
                let forced = region.forced[iu].is_some();
                if forced {
                    room -= i128::from(demand.amount);
                }
                if forced || gain > 0 {
                    gains.push((gain, demand.amount, i, forced));
                }
            }
            // Best ratio of gain to amount first; of equals the smaller demand position.
            gains.sort_unstable_by(|a, b| {
                let left = i128::from(b.0) * i128::from(a.1);
                let right = i128::from(a.0) * i128::from(b.1);
                left.cmp(&right).then(a.2.cmp(&b.2))
            });
            let mut price = 0i64;
            let mut left = room.max(0);
            for &(gain, amount, i, forced) in &gains {
                if forced {
                    continue;
                }
                let amount = i128::from(amount);
                if amount <= left {
                    left -= amount;
                    basket[j].push((i, 1.0));
                } else {
                    price = i64::try_from(i128::from(gain) / amount).unwrap_or(MOST).min(MOST);
                    basket[j].push((i, left as f64 / amount as f64));
                    break;
                }
            }
            prices.capacities[j] = price;
            let mut value =
                i128::from(self.scale) * i128::from(site.cost) - i128::from(price) * i128::from(site.capacity);
            for &(gain, amount, _, forced) in &gains {
                let gain = i128::from(gain) - i128::from(price) * i128::from(amount);
                value -= if forced { gain } else { gain.max(0) };
            }
            reduced[j] = value;
        }
        let mut sum: i128 = prices.demands.iter().map(|&u| i128::from(u)).sum();
        let mut open: Vec<bool> = region.site.iter().map(|f| *f == Fix::Open).collect();
        let mut wanted: Vec<usize> =
            (0..open.len()).filter(|&j| region.site[j] == Fix::Free && reduced[j] < 0).collect();
        prices.count = 0;
        if let Some(p) = instance.at_most {
            let room = (p as usize).saturating_sub(open.iter().filter(|o| **o).count());
            if wanted.len() > room {
                wanted.sort_by_key(|&j| (reduced[j], j));
                let marginal = reduced[wanted[room]];
                prices.count = i64::try_from(marginal).unwrap_or(-MOST).max(-MOST);
                wanted.truncate(room);
            }
            sum += i128::from(prices.count) * i128::from(p);
        }
        for j in wanted {
            open[j] = true;
        }
        let count = i128::from(prices.count);
        for (j, &value) in reduced.iter().enumerate() {
            match region.site[j] {
                Fix::Open => sum += value - count,
                Fix::Free => sum += (value - count).min(0),
                Fix::Closed => {}
            }
            if open[j] {
                for &(i, share) in &basket[j] {
                    served[i as usize] += share;
                }
            }
        }
        for (s, forced) in served.iter_mut().zip(&region.forced) {
            if forced.is_some() {
                *s = 1.0;
            }
        }
        Evaluation { value: sum, open, served }
    }

    /// Climbs from `start` until the target, the steps or the budget end.
    pub(super) fn climb(
        &self,
        start: &Prices,
        region: &Region,
        target: i128,
        steps: usize,
        budget: &mut Budget,
    ) -> (Prices, Evaluation) {
        let instance = self.instance;
        let mut here = start.clone();
        self.admit(&mut here, region);
        let mut exact: Vec<f64> = here.demands.iter().map(|&u| u as f64).collect();
        let mut direction = vec![0.0; exact.len()];
        let first = self.evaluate(&mut here, region, budget);
        let (mut best, mut at) = (here.clone(), first.clone());
        let mut evaluation = first;
        let (mut factor, mut idle) = (1.0f64, 0);
        for _ in 1..steps.max(1) {
            if at.value >= target || budget.spent() {
                break;
            }
            let mut norm = 0.0;
            for (((d, &served), &size), i) in direction.iter_mut().zip(&evaluation.served).zip(&self.size).zip(0..) {
                // At its limit a multiplier that would rise further stays.
                let slope = 1.0 - served;
                let demand = &instance.demands[i];
                let limit = demand.unserved.map_or(MOST, |e| self.scale.saturating_mul(e as i64));
                let slope =
                    if slope > 0.0 && region.forced[i].is_none() && here.demands[i] >= limit { 0.0 } else { slope };
                *d = 0.6 * *d + slope * size;
                norm += *d * *d;
            }
            if norm < 1e-9 {
                break;
            }
            budget.work.iterations += 1;
            // Where no plan is known, the target is out of reach: step as if 5 % were missing.
            let missing = (target - evaluation.value) as f64;
            let missing = missing.min(0.05 * (evaluation.value as f64).abs() + self.scale as f64 * 100.0).max(1.0);
            let length = factor * missing / norm;
            for ((e, &d), &size) in exact.iter_mut().zip(&direction).zip(&self.size) {
                *e = (*e + length * d * size).clamp(-(MOST as f64), MOST as f64);
            }
            here.demands.iter_mut().zip(&exact).for_each(|(u, &e)| *u = e.round() as i64);
            self.admit(&mut here, region);
            for (e, &u) in exact.iter_mut().zip(&here.demands) {
                if (*e - u as f64).abs() > 1.0 {
                    *e = u as f64;
                }
            }
            evaluation = self.evaluate(&mut here, region, budget);
            if evaluation.value > at.value {
                best.clone_from(&here);
                at.clone_from(&evaluation);
                idle = 0;
            } else {
                idle += 1;
                if idle >= 8 {
                    idle = 0;
                    factor *= 0.6;
                    if factor < 0.01 {
                        break;
                    }
                    here.clone_from(&best);
                    exact.iter_mut().zip(&here.demands).for_each(|(e, &u)| *e = u as f64);
                    direction.fill(0.0);
                    evaluation = at.clone();
                }
            }
        }
        (best, at)
    }

    /// Brings the demands' multipliers within what leaving a demand costs.
    pub(super) fn admit(&self, prices: &mut Prices, region: &Region) {
        for ((u, demand), forced) in prices.demands.iter_mut().zip(&self.instance.demands).zip(&region.forced) {
            if let (Some(e), None) = (demand.unserved, forced) {
                *u = (*u).min(self.scale.saturating_mul(i64::try_from(e).unwrap_or(MOST)));
            }
            *u = (*u).clamp(-MOST, MOST);
        }
    }
}
