//! The bound of a region under its multipliers: the dual of the uncapacitated facility location problem, with every other constraint
//! priced. The formula stands in `CERTIFICATE.md`, section "Bound of a region".
use super::Flaw;
use super::region::{Condition, Fix, NOBODY, Region, SPANS, at_place};
use crate::classes::Entry;
use crate::instance::{Objective, Sense};

/// Prices per unit that follow from the goal and the held levels.
struct Prices {
    /// Covered weight (`ω`).
    cover: i128,
    cost: i128,
    count: i128,
    time: i128,
}

/// Costs of serving one row class, entries in order of cost.
struct RowCosts {
    dual: i128,
    /// Reward of covering it.
    cover: i128,
    /// Cost of a unit of time.
    second: i128,
}

impl RowCosts {
    /// Dual, reward and cost of time where no sum of them leaves 64 bits.
    fn small(&self) -> Option<(i64, i64, i64)> {
        const MOST: i128 = 1 << 60;
        let fits = self.dual.abs() < MOST && self.cover.abs() < MOST && self.second < 1 << 28;
        fits.then_some((self.dual as i64, self.cover as i64, self.second as i64))
    }

    /// Cannot overflow: the largest cost was checked.
    fn of(&self, e: &Entry) -> i128 {
        let time = self.second * i128::from(e.time);
        if e.covers { time - self.cover } else { time }
    }
}

/// A bound with what the fixings need.
pub(super) struct Bound {
    /// In units of 1 / scale; `None`: the region is empty.
    pub(super) value: Option<i128>,
}

/// Buffers, reused from node to node.
pub(super) struct Buffers {
    /// `ρ_j`.
    pub(super) reduced: Vec<i128>,
    rewards: Vec<i128>,
}

impl Buffers {
    pub(super) fn new(region: &Region<'_>) -> Self {
        Self { reduced: vec![0; region.fix.len()], rewards: vec![0; region.instance.groups.len()] }
    }
}

fn add(a: i128, b: i128) -> Result<i128, Flaw> {
    a.checked_add(b).ok_or(Flaw::Overflow)
}

fn sub(a: i128, b: i128) -> Result<i128, Flaw> {
    a.checked_sub(b).ok_or(Flaw::Overflow)
}

fn mul(a: i128, b: i128) -> Result<i128, Flaw> {
    // The full check is a slow call; what fits 63 bits each cannot overflow.
    if a.unsigned_abs() < 1 << 63 && b.unsigned_abs() < 1 << 63 {
        return Ok(a.wrapping_mul(b));
    }
    a.checked_mul(b).ok_or(Flaw::Overflow)
}

impl Region<'_> {
    fn prices(&self) -> Prices {
        let mut p = Prices { cover: 0, cost: 0, count: 0, time: 0 };
        let mut raise = |objective: Objective, by: i128| match objective {
            Objective::Cover => p.cover += by,
            Objective::Cost => p.cost += by,
            Objective::Count => p.count += by,
            Objective::Time => p.time += by,
            Objective::Center => {}
        };
        if let Some(level) = self.goal.level {
            for (position, objective) in self.instance.levels.iter().enumerate().take(level) {
                raise(*objective, i128::from(self.held.get(position).copied().unwrap_or(0)));
            }
            if let Some(objective) = self.instance.levels.get(level) {
                raise(*objective, self.scale);
            }
        }
        p
    }

    /// Whether something that belongs to `owner` counts in `part` (`None`: everything counts).
    fn counts(owner: Option<&u32>, part: Option<u32>) -> bool {
        part.is_none_or(|q| owner == Some(&q))
    }

    /// The constant of the priced constraints, groups and held levels. With `part` those of that part alone ([`SPANS`]: those of none).
    fn constant(&self, prices: &Prices, part: Option<u32>) -> Result<i128, Flaw> {
        let mut sum = 0;
        for (position, (condition, &price)) in self.conditions.iter().zip(&self.prices).enumerate() {
            if price != 0 && Self::counts(self.parts.as_ref().and_then(|p| p.condition.get(position)), part) {
                sum = add(sum, i128::from(price) * i128::from(condition.rhs))?;
            }
        }
        for (g, group) in self.instance.groups.iter().enumerate() {
            let (cap, floor) = (self.caps[g], self.floors[g]);
            if i128::from(cap) > prices.cover {
                return Err(Flaw::Sign { what: "cap", position: g, value: cap });
            }
            if Self::counts(self.parts.as_ref().and_then(|p| p.group.get(g)), part) {
                sum = sub(sum, i128::from(cap) * i128::from(group.cap.unwrap_or(0)))?;
                sum = add(sum, i128::from(floor) * i128::from(group.floor))?;
            }
        }
        if part.is_none_or(|q| q == SPANS) {
            for ((objective, &price), &value) in self.instance.levels.iter().zip(&self.held).zip(self.held_values) {
                let product = i128::from(price) * i128::from(value);
                sum = if objective.maximised() { add(sum, product)? } else { sub(sum, product)? };
            }
        }
        Ok(sum)
    }

    /// Cost of leaving row class `i` unserved; `None` where that is not allowed.
    pub(super) fn unserved(&self, i: usize) -> Result<Option<i128>, Flaw> {
        self.unserved_at(i, self.prices().time)
    }

    fn unserved_at(&self, i: usize, time: i128) -> Result<Option<i128>, Flaw> {
        let class = &self.classes.classes[i];
        if class.hard {
            return Ok(None);
        }
        // Without a hard row, level Time in play implies a worst time.
        let worst = i128::from(self.instance.worst.unwrap_or(0));
        mul(time, i128::from(class.weight) * worst).map(Some)
    }

    /// The dual of row class `i`: its multiplier, or the least cost at which an open site serves it. Of a class that spans the parts
    /// of a split only the multiplier, which the split has lowered.
    pub(super) fn dual(&self, i: usize) -> Result<i128, Flaw> {
        let class = &self.classes.classes[i];
        let prices = self.prices();
        let reward = match class.group {
            None => prices.cover,
            Some(g) => prices.cover - i128::from(self.caps[g as usize]) + i128::from(self.floors[g as usize]),
        };
        Ok(self.row_costs(i, &prices, reward)?.dual)
    }

    /// Costs of row class `i`, its dual lowered to the least cost at which an open site serves it.
    fn row_costs(&self, i: usize, prices: &Prices, reward: i128) -> Result<RowCosts, Flaw> {
        let class = &self.classes.classes[i];
        let weight = i128::from(class.weight);
        let mut costs = RowCosts {
            dual: self.rows[i],
            cover: if class.gains.is_empty() { mul(reward, weight)? } else { 0 },
            second: mul(prices.time, weight)?,
        };
        if costs.small().is_none() {
            // The largest cost of all fits, so the others do.
            sub(mul(costs.second, i128::from(u32::MAX))?, costs.cover)?;
        }
        let served = self.served[i];
        if served != NOBODY && self.parts.as_ref().is_none_or(|p| p.class[i] != SPANS) {
            let (time, covers) = at_place(served);
            let cost = costs.second * i128::from(time) - if covers { costs.cover } else { 0 };
            costs.dual = costs.dual.min(cost);
        }
        Ok(costs)
    }

    /// What row class `i` adds to the constant; its multiplier must not exceed the cost of leaving it unserved.
    fn row_constant(&self, i: usize, prices: &Prices, reward: i128, dual: i128) -> Result<i128, Flaw> {
        let class = &self.classes.classes[i];
        if self.unserved_at(i, prices.time)?.is_some_and(|unserved| self.rows[i] > unserved) {
            let value = i64::try_from(self.rows[i]).unwrap_or(i64::MAX);
            return Err(Flaw::Sign { what: "row", position: i, value });
        }
        let (y, weight) = (i128::from(self.covers[i]), i128::from(class.weight));
        let mut sum = dual;
        for &gain in &class.gains {
            sum = sub(sum, sub(mul(reward, weight * i128::from(gain))?, y)?.max(0))?;
        }
        Ok(sum)
    }

    /// Lowers the reduced costs by what the sites earn at row class `i`.
    fn row_earnings(&self, i: usize, costs: &RowCosts, reduced: &mut [i128]) -> Result<(), Flaw> {
        if let Some((dual, cover, second)) = costs.small() {
            // The same in 64 bits.
            for e in self.entries(i) {
                let cost = second * i64::from(e.time) - if e.covers { cover } else { 0 };
                if dual <= cost {
                    break;
                }
                if e.serves {
                    let slot = &mut reduced[e.site as usize];
                    *slot = sub(*slot, i128::from(dual - cost))?;
                }
            }
        } else {
            for e in self.entries(i) {
                let cost = costs.of(e);
                if costs.dual <= cost {
                    break; // entries are in order of cost
                }
                if e.serves {
                    let slot = &mut reduced[e.site as usize];
                    *slot = sub(*slot, sub(costs.dual, cost)?)?;
                }
            }
        }
        let y = i128::from(self.covers[i]);
        if y > 0 {
            for e in self.entries(i).iter().filter(|e| e.covers) {
                let slot = &mut reduced[e.site as usize];
                *slot = sub(*slot, y)?;
            }
        }
        Ok(())
    }

    /// The bound of the region, or of one part of it; fills the reduced costs of its sites.
    pub(super) fn bound(&self, part: Option<u32>, buffers: &mut Buffers) -> Result<Bound, Flaw> {
        let prices = self.prices();
        let Buffers { reduced, rewards } = buffers;
        let mut sum = self.constant(&prices, part)?;
        for (g, reward) in rewards.iter_mut().enumerate() {
            *reward = prices.cover - i128::from(self.caps[g]) + i128::from(self.floors[g]);
        }
        let reward_of = |i: usize| self.classes.classes[i].group.map_or(prices.cover, |g| rewards[g as usize]);
        let parts = self.parts.as_ref().zip(part);
        let sites = || -> Box<dyn Iterator<Item = usize> + '_> {
            match parts {
                None => Box::new(0..self.fix.len()),
                Some((p, q)) => Box::new(p.sites_of[q as usize].iter().map(|&j| j as usize)),
            }
        };
        for j in sites() {
            let site = &self.instance.sites[j];
            let cost = mul(prices.cost, i128::from(site.cost))?;
            reduced[j] = if site.counted { add(cost, prices.count)? } else { cost };
        }
        for (condition, &price) in self.conditions.iter().zip(&self.prices).filter(|(_, price)| **price != 0) {
            for &(site, coefficient) in &condition.terms {
                if parts.is_none_or(|(p, q)| p.site[site as usize] == q) {
                    let slot = &mut reduced[site as usize];
                    *slot = sub(*slot, i128::from(price) * i128::from(coefficient))?;
                }
            }
        }
        match parts {
            None if self.small(&prices, rewards) => {
                sum = add(sum, self.small_rows(&prices, rewards, reduced)?)?;
                for set in 0..self.sets.len() {
                    let Some(least) = self.set_value(set, None, reduced) else { return Ok(Bound { value: None }) };
                    sum = add(sum, least)?;
                }
            }
            None => {
                for i in 0..self.classes.len() {
                    let reward = reward_of(i);
                    let costs = self.row_costs(i, &prices, reward)?;
                    sum = add(sum, self.row_constant(i, &prices, reward, costs.dual)?)?;
                    self.row_earnings(i, &costs, reduced)?;
                }
                for set in 0..self.sets.len() {
                    let Some(least) = self.set_value(set, None, reduced) else { return Ok(Bound { value: None }) };
                    sum = add(sum, least)?;
                }
            }
            Some((p, q)) => {
                for &i in &p.classes_of[q as usize] {
                    let i = i as usize;
                    let reward = reward_of(i);
                    let costs = self.row_costs(i, &prices, reward)?;
                    if p.class[i] == q {
                        sum = add(sum, self.row_constant(i, &prices, reward, costs.dual)?)?;
                    }
                    self.row_earnings(i, &costs, reduced)?;
                }
                for &set in &p.sets_of[q as usize] {
                    let least = self.set_value(set as usize, None, reduced);
                    let Some(least) = least else { return Ok(Bound { value: None }) };
                    sum = add(sum, least)?;
                }
            }
        }
        Ok(Bound { value: if self.empty { None } else { Some(sum) } })
    }

    /// Whether every figure of a row is so small that no sum of them over all classes leaves 63 bits, and no class has gains.
    fn small(&self, prices: &Prices, rewards: &[i128]) -> bool {
        const MOST: u128 = 1 << 62;
        if self.classes.most_gains() > 0 {
            return false;
        }
        let weight = u128::from(self.classes.most_weight());
        let reward = rewards.iter().map(|r| r.unsigned_abs()).max().unwrap_or(0).max(prices.cover.unsigned_abs());
        let farthest = u128::from(self.classes.most_time().max(self.instance.worst.unwrap_or(0)));
        let dual = self.rows.iter().map(|v| v.unsigned_abs()).max().unwrap_or(0);
        let product = |a: u128, b: u128| a.checked_mul(b).filter(|p| *p < MOST);
        let second = product(prices.time.unsigned_abs(), weight);
        let (cover, late) = (product(reward, weight), second.and_then(|second| product(second, farthest)));
        let (Some(cover), Some(late)) = (cover, late) else { return false };
        // A dual, lowered or not, and a cost: twice the largest of each at most.
        dual < MOST && product(4 * (dual + cover + late), self.classes.len() as u128 + 1).is_some()
    }

    /// What the rows add to the bound, and to the reduced costs, where all is [`Region::small`]: the same as
    /// [`Region::row_costs`], [`Region::row_constant`] and [`Region::row_earnings`] in 64 bits.
    fn small_rows(&self, prices: &Prices, rewards: &[i128], reduced: &mut [i128]) -> Result<i128, Flaw> {
        let mut earned = vec![0i64; reduced.len()];
        let mut sum = 0i64;
        let worst = i64::from(self.instance.worst.unwrap_or(0));
        for (i, class) in self.classes.classes.iter().enumerate() {
            let reward = class.group.map_or(prices.cover, |g| rewards[g as usize]);
            let weight = class.weight as i64;
            let (cover, second) = (reward as i64 * weight, prices.time as i64 * weight);
            let multiplier = self.rows[i] as i64;
            if !class.hard && multiplier > second * worst {
                return Err(Flaw::Sign { what: "row", position: i, value: multiplier });
            }
            let mut dual = multiplier;
            let served = self.served[i];
            if served != NOBODY {
                let (time, covers) = at_place(served);
                dual = dual.min(second * i64::from(time) - if covers { cover } else { 0 });
            }
            sum += dual;
            for e in self.entries(i) {
                let cost = second * i64::from(e.time) - if e.covers { cover } else { 0 };
                if dual <= cost {
                    break; // entries are in order of cost
                }
                if e.serves {
                    earned[e.site as usize] += dual - cost;
                }
            }
        }
        for (slot, earned) in reduced.iter_mut().zip(earned) {
            *slot = sub(*slot, i128::from(earned))?;
        }
        Ok(i128::from(sum))
    }

    /// What everything that spans the parts of a split contributes.
    pub(super) fn shared_constant(&self, buffers: &mut Buffers) -> Result<i128, Flaw> {
        let prices = self.prices();
        let mut sum = self.constant(&prices, Some(SPANS))?;
        for (g, reward) in buffers.rewards.iter_mut().enumerate() {
            *reward = prices.cover - i128::from(self.caps[g]) + i128::from(self.floors[g]);
        }
        let Some(parts) = &self.parts else { return Ok(sum) };
        for (i, _) in parts.class.iter().enumerate().filter(|(_, q)| **q == SPANS) {
            let reward = self.classes.classes[i].group.map_or(prices.cover, |g| buffers.rewards[g as usize]);
            sum = add(sum, self.row_constant(i, &prices, reward, self.rows[i])?)?;
        }
        Ok(sum)
    }

    /// Least reduced cost of at most one site of a set, `without` one of its sites; `None`: two are open.
    fn set_value(&self, set: usize, without: Option<u32>, reduced: &[i128]) -> Option<i128> {
        let mut open: Option<i128> = None;
        let mut least = 0;
        for &j in &self.sets[set] {
            let value = reduced[j as usize];
            match self.fix[j as usize] {
                Fix::Open if open.is_some() => return None,
                Fix::Open => open = Some(value),
                Fix::Free if without != Some(j) => least = least.min(value),
                _ => {}
            }
        }
        Some(open.unwrap_or(least))
    }

    /// The bound of the region with one free site fixed to the value it is not to have.
    pub(super) fn flipped(
        &self,
        value: i128,
        site: u32,
        closed: bool,
        buffers: &Buffers,
    ) -> Result<Option<i128>, Flaw> {
        let set = self.set_of[site as usize] as usize;
        let Some(now) = self.set_value(set, None, &buffers.reduced) else { return Ok(None) };
        let other = if closed {
            match self.set_value(set, Some(site), &buffers.reduced) {
                Some(other) => other,
                None => return Ok(None),
            }
        } else {
            if self.sets[set].iter().any(|&j| self.fix[j as usize] == Fix::Open) {
                return Ok(None);
            }
            buffers.reduced[site as usize]
        };
        Ok(Some(add(sub(value, now)?, other)?))
    }

    /// Whether the fixings alone leave nothing: a hard row without a site, a condition that cannot hold.
    pub(super) fn dead(&self, part: Option<u32>) -> bool {
        let parts = self.parts.as_ref().zip(part);
        let hopeless = |i: usize| {
            self.classes.classes[i].hard
                && !self.entries(i).iter().any(|e| e.serves && self.fix[e.site as usize] != Fix::Closed)
        };
        let row = match parts {
            None => (0..self.classes.len()).any(hopeless),
            Some((p, q)) => p.classes_of[q as usize].iter().any(|&i| p.class[i as usize] == q && hopeless(i as usize)),
        };
        row || self.conditions.iter().enumerate().any(|(position, condition)| {
            parts.is_none_or(|(p, q)| p.condition.get(position) == Some(&q)) && self.impossible(condition)
        })
    }

    fn impossible(&self, condition: &Condition) -> bool {
        let (mut least, mut most) = (0_i128, 0_i128);
        for &(site, coefficient) in &condition.terms {
            let a = i128::from(coefficient);
            match self.fix[site as usize] {
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
        let rhs = i128::from(condition.rhs);
        match condition.sense {
            Sense::AtLeast => most < rhs,
            Sense::AtMost => least > rhs,
            Sense::Exactly => most < rhs || least > rhs,
        }
    }
}
