//! From the prices of an ascent, in floating point, to whole multipliers.

use firesite_problem::Sense;

use super::{Frame, PartIntegers, SPANS, clamp};
use crate::levels::dual::{Piece, Prices, Region};
use crate::levels::state::NONE;

impl Frame<'_> {
    /// Prices of a piece as integers. The piece's positions are those of the flat sites of part `q`.
    pub(in crate::levels) fn integers(
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
        let (constraints, counts) = self.condition_prices(q, piece, prices);
        PartIntegers { rows: Some(rows), constraints, counts, caps, floors }
    }

    /// The same with every row at its unserved cost.
    pub(in crate::levels) fn free_integers(&self, q: usize, piece: &Piece, prices: &Prices) -> PartIntegers {
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
        let (constraints, counts) = self.condition_prices(q, piece, prices);
        PartIntegers { rows: None, constraints, counts, caps, floors }
    }

    /// Of the constraints of a part, and of its counts.
    fn condition_prices(&self, q: usize, piece: &Piece, prices: &Prices) -> (Vec<i64>, Vec<i64>) {
        let part = &self.parts[q];
        let mut constraints = vec![0; part.constraints.len()];
        for (c, condition) in piece.conditions.iter().enumerate().filter(|c| c.1.flat != NONE) {
            let origin = self.flat.condition_origin[condition.flat as usize];
            if let Ok(k) = part.constraints.binary_search(&origin) {
                constraints[k] = self.condition_price(prices.lambda[c], condition.sense);
            }
        }
        let counts = prices.lambda[piece.conditions.len()..].iter().map(|&l| self.round(l)).collect();
        (constraints, counts)
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

    /// Takes over the prices of everything that spans parts from an ascent over the whole.
    pub(in crate::levels) fn adopt_spanning(&mut self, piece: &Piece, prices: &Prices, row_local: &[u32]) {
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
}
