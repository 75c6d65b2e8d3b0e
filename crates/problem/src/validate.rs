//! What must hold of the fields of an [`Instance`].
use std::collections::HashSet;

use crate::instance::{Instance, Objective};

/// Largest total (weight, weighted time, cost, coefficients) of an instance: far below what 64 bits hold.
pub const MAX_TOTAL: u64 = 1 << 62;

/// Why an instance makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// Too many sites, rows, groups, constraints or entries for 32-bit positions.
    #[error("too many {0}")]
    TooMany(&'static str),
    /// Two sites share an id.
    #[error("site id {0:?} is there twice")]
    SiteTwice(String),
    /// A row refers to a site that does not exist.
    #[error("row {row} (counted from 0) refers to site {site}, but there are {sites} sites")]
    NoSuchSite {
        /// Row.
        row: usize,
        /// Site.
        site: u32,
        /// Number of sites.
        sites: usize,
    },
    /// A reach is not sorted by (time, site), or lists a site twice.
    #[error("row {0} (counted from 0): the reach is not sorted by time and site, or has a site twice")]
    Reach(usize),
    /// A row refers to a group that does not exist.
    #[error("row {0} (counted from 0) refers to a group that does not exist")]
    NoSuchGroup(usize),
    /// Gains increase.
    #[error("row {0} (counted from 0): gains must not increase")]
    Gains(usize),
    /// A constraint refers to a missing site, or to a site twice.
    #[error("constraint {0:?} refers to a site that does not exist, or to a site twice")]
    Constraint(String),
    /// No level, or a kind of level twice.
    #[error("levels must be at least one, each kind at most once")]
    Levels,
    /// A total is too large to be computed exactly.
    #[error("the {0} add up to more than {MAX_TOTAL}")]
    TooLarge(&'static str),
}

impl Instance {
    /// Checks every field. Everything else in this crate takes a valid instance for granted.
    pub fn validate(&self) -> Result<(), Invalid> {
        for (count, what) in [
            (self.sites.len(), "sites"),
            (self.rows.len(), "rows"),
            (self.groups.len(), "groups"),
            (self.constraints.len(), "constraints"),
        ] {
            if count >= i32::MAX as usize {
                return Err(Invalid::TooMany(what));
            }
        }
        let mut ids = HashSet::with_capacity(self.sites.len());
        let mut cost = Total::default();
        for site in &self.sites {
            if !ids.insert(site.id.as_str()) {
                return Err(Invalid::SiteTwice(site.id.clone()));
            }
            cost.add(u128::from(site.cost));
        }
        cost.check("costs")?;
        self.validate_rows()?;
        let sites = self.sites.len();
        let mut last_use = vec![0_usize; sites];
        for (position, constraint) in self.constraints.iter().enumerate() {
            let mut total = Total(u128::from(constraint.rhs.unsigned_abs()));
            for &(site, coefficient) in &constraint.terms {
                match last_use.get_mut(site as usize) {
                    Some(last) if *last != position + 1 => *last = position + 1,
                    _ => return Err(Invalid::Constraint(constraint.name.clone())),
                }
                total.add(u128::from(coefficient.unsigned_abs()));
            }
            total.check("coefficients of a constraint")?;
        }
        let distinct: HashSet<Objective> = self.levels.iter().copied().collect();
        if self.levels.is_empty() || distinct.len() != self.levels.len() {
            return Err(Invalid::Levels);
        }
        Ok(())
    }

    fn validate_rows(&self) -> Result<(), Invalid> {
        let sites = self.sites.len();
        let (mut covered, mut timed) = (Total::default(), Total::default());
        let mut last_use = vec![0_usize; sites];
        for (position, row) in self.rows.iter().enumerate() {
            let mut previous: Option<(u32, u32)> = None;
            for &(site, time) in &row.reach {
                let Some(last) = last_use.get_mut(site as usize) else {
                    return Err(Invalid::NoSuchSite { row: position, site, sites });
                };
                if *last == position + 1 || previous.is_some_and(|p| p >= (time, site)) {
                    return Err(Invalid::Reach(position));
                }
                *last = position + 1;
                previous = Some((time, site));
            }
            if row.group.is_some_and(|g| g as usize >= self.groups.len()) {
                return Err(Invalid::NoSuchGroup(position));
            }
            if row.gains.windows(2).any(|w| w[0] < w[1]) {
                return Err(Invalid::Gains(position));
            }
            let gain: u128 = if row.gains.is_empty() { 1 } else { row.gains.iter().map(|&g| u128::from(g)).sum() };
            covered.add(u128::from(row.weight).saturating_mul(gain.max(1)));
            let longest = previous.map_or(0, |(time, _)| time).max(self.worst.unwrap_or(0));
            timed.add(u128::from(row.weight) * u128::from(longest));
        }
        covered.check("weights")?;
        if self.levels.contains(&Objective::Time) {
            timed.check("weighted times")?;
        }
        let mut limits = Total::default();
        for group in &self.groups {
            limits.add(u128::from(group.cap.unwrap_or(0).max(group.floor)));
        }
        limits.check("caps and floors of the groups")
    }
}

/// A sum that stops growing far beyond every limit.
#[derive(Default)]
struct Total(u128);

impl Total {
    fn add(&mut self, value: u128) {
        self.0 = self.0.saturating_add(value);
    }
    fn check(&self, what: &'static str) -> Result<(), Invalid> {
        if self.0 > u128::from(MAX_TOTAL) { Err(Invalid::TooLarge(what)) } else { Ok(()) }
    }
}
