//! Multipliers of a part from node to node: kept where they can be, written down where they change.

use firesite_problem::{Change, Multipliers};

use super::{Frame, PartIntegers, clamp};
use crate::levels::state::NONE;

impl Frame<'_> {
    /// The same bound with as many of the row multipliers `before` as it allows: where an open site lowers both to its own cost, the old
    /// one will do, here and in every region below.
    pub(in crate::levels) fn thrifty(
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

    /// Writes a part's multipliers into the root's.
    pub(in crate::levels) fn adopt(&mut self, q: usize, integers: &PartIntegers) {
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
    pub(in crate::levels) fn change(&self, q: usize, from: &PartIntegers, to: &PartIntegers) -> Change {
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
    pub(in crate::levels) fn multipliers(&self) -> Multipliers {
        Multipliers {
            rows: self.root.rows.clone(),
            covers: Vec::new(),
            constraints: self.root.constraints.clone(),
            caps: self.root.caps.clone(),
            floors: self.root.floors.clone(),
            held: self.held.clone(),
        }
    }
}

impl PartIntegers {
    /// Positions of the rows at which two sets of multipliers differ, the smallest differences first.
    pub(in crate::levels) fn differences(&self, other: &PartIntegers) -> Vec<usize> {
        let (Some(a), Some(b)) = (&self.rows, &other.rows) else { return Vec::new() };
        let mut differ: Vec<usize> = (0..a.len()).filter(|&k| a[k] != b[k]).collect();
        differ.sort_by_key(|&k| (a[k].abs_diff(b[k]), k));
        differ
    }

    /// The same with the rows at some positions as another has them.
    pub(in crate::levels) fn with_rows_of(&self, other: &PartIntegers, positions: &[usize]) -> PartIntegers {
        let mut mixed = self.clone();
        if let (Some(rows), Some(theirs)) = (&mut mixed.rows, &other.rows) {
            for &k in positions {
                rows[k] = theirs[k];
            }
        }
        mixed
    }
}
