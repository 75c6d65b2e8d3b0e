//! The value of a choice of open sites at every level, and what it breaks.
use std::collections::HashMap;

use crate::instance::{Instance, Objective, Sense};

/// What a choice of open sites breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A position beyond the sites.
    #[error("open site {0} (counted from 0) does not exist")]
    NoSuchSite(u32),
    /// Not ascending, or a site twice.
    #[error("the open sites are not in ascending order, or one is there twice")]
    Order,
    /// A fixed site is closed.
    #[error("fixed site {0} is not open")]
    Fixed(String),
    /// Two sites of one exclusive set.
    #[error("sites {0} and {1} exclude each other")]
    Exclusive(String, String),
    /// A constraint does not hold.
    #[error("constraint {name}: the open sites give {value}, which is not {relation} {rhs}")]
    Constraint {
        /// Name.
        name: String,
        /// Left-hand side.
        value: i64,
        /// Direction in words.
        relation: &'static str,
        /// Right-hand side.
        rhs: i64,
    },
    /// A must row is not covered.
    #[error("row {0} (counted from 0) must be covered and is not")]
    Must(usize),
    /// A row that must be reached is not.
    #[error("row {0} (counted from 0) is reached by no open site")]
    Unreached(usize),
    /// A floor is not met.
    #[error("group {name}: {covered} covered, at least {floor} is required")]
    Floor {
        /// Name of the group.
        name: String,
        /// Covered weight.
        covered: u64,
        /// Required weight.
        floor: u64,
    },
}

/// Sums over the rows for one choice of open sites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measures {
    /// Covered weight of each group.
    pub groups: Vec<u64>,
    /// Covered weight of the rows without group.
    pub ungrouped: u64,
    /// Weighted time (unreached rows at `worst`, or left out where there is none).
    pub time: u64,
    /// Largest time (the same).
    pub center: u32,
    /// First must row that is not covered.
    pub uncovered_must: Option<usize>,
    /// First row that is not reached.
    pub unreached: Option<usize>,
}

impl Instance {
    /// Sums over the rows. `open[j]` says whether site `j` is open. Linear in the reach entries read: a row without gains stops at
    /// its first open site.
    #[must_use]
    pub fn measures(&self, open: &[bool]) -> Measures {
        let mut m = Measures { groups: vec![0; self.groups.len()], ..Measures::default() };
        let timed = self.levels.contains(&Objective::Time);
        let is_open = |site: u32| open.get(site as usize).copied().unwrap_or(false);
        for (position, row) in self.rows.iter().enumerate() {
            let nearest = row.reach.iter().find(|&&(site, _)| is_open(site)).map(|&(_, time)| time);
            let covered = nearest.is_some_and(|t| self.covers(t));
            let gain = if !covered {
                0
            } else if row.gains.is_empty() {
                1
            } else {
                let times = row.reach.iter().take_while(|e| self.covers(e.1)).filter(|e| is_open(e.0)).count();
                row.gains.iter().take(times).sum()
            };
            let weight = row.weight * gain;
            match row.group {
                Some(g) => m.groups[g as usize] += weight,
                None => m.ungrouped += weight,
            }
            if row.must && !covered && m.uncovered_must.is_none() {
                m.uncovered_must = Some(position);
            }
            if nearest.is_none() && m.unreached.is_none() {
                m.unreached = Some(position);
            }
            let time = match (nearest, self.worst) {
                (Some(t), Some(worst)) => t.min(worst),
                (Some(t), None) => t,
                (None, worst) => worst.unwrap_or(0),
            };
            if timed {
                m.time += row.weight * u64::from(time);
            }
            m.center = m.center.max(time);
        }
        m
    }

    /// Values of all levels of a choice of open sites (positions, ascending), or the first thing it breaks.
    pub fn evaluate(&self, open: &[u32]) -> Result<Vec<i64>, Violation> {
        let mut mask = vec![false; self.sites.len()];
        for (position, &site) in open.iter().enumerate() {
            if position > 0 && open[position - 1] >= site {
                return Err(Violation::Order);
            }
            *mask.get_mut(site as usize).ok_or(Violation::NoSuchSite(site))? = true;
        }
        self.check_sites(&mask)?;
        let m = self.measures(&mask);
        if let Some(row) = m.uncovered_must {
            return Err(Violation::Must(row));
        }
        if let Some(row) = m.unreached.filter(|_| self.must_reach()) {
            return Err(Violation::Unreached(row));
        }
        for (group, &covered) in self.groups.iter().zip(&m.groups) {
            if covered < group.floor {
                return Err(Violation::Floor { name: group.name.clone(), covered, floor: group.floor });
            }
        }
        Ok(self.levels.iter().map(|&level| self.value(level, &mask, &m)).collect())
    }

    /// Value of one level from the measures (feasible or not).
    #[must_use]
    pub fn value(&self, level: Objective, open: &[bool], m: &Measures) -> i64 {
        let chosen = || self.sites.iter().zip(open).filter(|(_, o)| **o).map(|(s, _)| s);
        match level {
            Objective::Cover => {
                let capped = self.groups.iter().zip(&m.groups).map(|(g, &c)| g.cap.map_or(c, |cap| c.min(cap)));
                (m.ungrouped + capped.sum::<u64>()) as i64
            }
            Objective::Cost => chosen().map(|s| s.cost).sum::<u64>() as i64,
            Objective::Count => chosen().filter(|s| s.counted).count() as i64,
            Objective::Time => m.time as i64,
            Objective::Center => i64::from(m.center),
        }
    }

    /// Fixed sites, exclusive sets and constraints.
    fn check_sites(&self, open: &[bool]) -> Result<(), Violation> {
        let mut taken: HashMap<u32, usize> = HashMap::new();
        for (position, site) in self.sites.iter().enumerate() {
            if !open[position] {
                if site.fixed {
                    return Err(Violation::Fixed(site.id.clone()));
                }
                continue;
            }
            if let Some(earlier) = site.exclusive.and_then(|set| taken.insert(set, position)) {
                return Err(Violation::Exclusive(self.sites[earlier].id.clone(), site.id.clone()));
            }
        }
        for c in &self.constraints {
            let value: i64 =
                c.terms.iter().filter(|(site, _)| open.get(*site as usize) == Some(&true)).map(|t| t.1).sum();
            let (holds, relation) = match c.sense {
                Sense::AtLeast => (value >= c.rhs, "at least"),
                Sense::AtMost => (value <= c.rhs, "at most"),
                Sense::Exactly => (value == c.rhs, "exactly"),
            };
            if !holds {
                return Err(Violation::Constraint { name: c.name.clone(), value, relation, rhs: c.rhs });
            }
        }
        Ok(())
    }
}
