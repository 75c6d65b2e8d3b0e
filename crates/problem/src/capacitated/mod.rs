//! Capacitated assignment: every demand belongs to one open site, and no site carries more than its capacity (a largest service area, a
//! workload). A model of its own, with its own bound and its own checker.
//!
//! # Formulation
//! `min Σ_j f_j y_j + Σ_i (c_ij of the site it is assigned to, or e_i unassigned)` over open sites `y` and assignments such that
//!
//! | condition | field |
//! |---|---|
//! | a demand is assigned to at most one open site of its reach | [`CapacitatedDemand::reach`] |
//! | it is assigned unless leaving it has a cost `e_i` | [`CapacitatedDemand::unserved`] |
//! | the amounts `a_i` assigned to site `j` add up to at most its capacity | [`CapacitatedSite::capacity`] |
//! | fixed sites are open, and at most `p` sites in all | [`CapacitatedSite::fixed`], [`CapacitatedInstance::at_most`] |
//!
//! Units are the caller's: amounts and capacities share one (square metres, incidents a year), costs another (say weighted seconds).
//!
//! # Bound
//! With integer multipliers `u_i` of the demands, `π_j >= 0` of the capacities and `λ <= 0` of the limit, in units of `1 / scale`:
//!
//! ```text
//! Σ_i u_i + λ·p + Σ_j min(0, f_j − λ − π_j·K_j − Σ_i max(0, u_i − c_ij − π_j·a_i))
//! ```
//! where `u_i <= e_i`, an open site loses its `min(0, …)`, and a pair that a branch has decided loses its `max(0, …)`. It is the Lagrangian
//! relaxation of assignments and capacities: C. Beltran, C. Tadonki, J.-Ph. Vial, Solving the p-median problem with a semi-Lagrangian
//! relaxation, 2006; M. L. Fisher, R. Jaikumar, L. N. Van Wassenhove, A multiplier adjustment method for the generalized assignment problem,
//! Management Science 32 (1986) 1095-1103. [`verify_capacitated`] evaluates it at every leaf of the tree.
//!
//! ```
//! use firesite_problem::capacitated::*;
//!
//! // One site has room for two of three cells of 4 hectares; the third goes to the other, further away.
//! let site = |id: &str| CapacitatedSite { id: id.into(), capacity: 8, cost: 0, fixed: true };
//! let cell = || CapacitatedDemand { amount: 4, reach: vec![(0, 10), (1, 25)], unserved: None };
//! let instance = CapacitatedInstance {
//!     name: "three cells".into(),
//!     sites: vec![site("near"), site("far")],
//!     demands: vec![cell(), cell(), cell()],
//!     at_most: None,
//! };
//! let best = brute_force_capacitated(&instance).unwrap();
//! assert_eq!(instance.cost(&best), Ok(45));
//! ```
mod certificate;
mod verify;

pub use certificate::{CapacitatedCertificate, CapacitatedChange, CapacitatedNode, CapacitatedThen};
pub use verify::{CapacitatedClaim, CapacitatedOutcome, CapacitatedRejection, verify_capacitated};

/// A site with a capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacitatedSite {
    /// Identifier as in the source.
    pub id: String,
    /// Largest amount it may carry, in the unit of [`CapacitatedDemand::amount`].
    pub capacity: u64,
    /// Cost when open.
    pub cost: u64,
    /// Must be open.
    pub fixed: bool,
}

/// A demand that belongs to one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CapacitatedDemand {
    /// What it takes of the capacity of its site.
    pub amount: u64,
    /// `(site, cost of assigning it there)`, by site; a site not listed cannot have it.
    pub reach: Vec<(u32, u64)>,
    /// Cost of leaving it without a site; `None`: it must have one.
    pub unserved: Option<u64>,
}

/// A capacitated assignment problem. See the [module](self).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CapacitatedInstance {
    /// Name for messages.
    pub name: String,
    /// Sites.
    pub sites: Vec<CapacitatedSite>,
    /// Demands.
    pub demands: Vec<CapacitatedDemand>,
    /// Most open sites, fixed ones included.
    pub at_most: Option<u32>,
}

/// Open sites and who belongs to which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CapacitatedPlan {
    /// Positions of the open sites, ascending.
    pub open: Vec<u32>,
    /// Site of each demand; `None`: left without.
    pub assigned: Vec<Option<u32>>,
}

/// Largest total of costs, amounts or capacities.
pub const CAPACITATED_MAX_TOTAL: u64 = 1 << 56;

/// Why an instance makes no sense, or a plan is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CapacitatedFlaw {
    /// A reach is not sorted by site, has a site twice or one that does not exist.
    #[error(
        "demand {0} (counted from 0): the reach is not sorted by site, has a site twice or one that does not exist"
    )]
    Reach(usize),
    /// Totals too large.
    #[error("the {0} add up to more than {CAPACITATED_MAX_TOTAL}")]
    TooLarge(&'static str),
    /// Too many sites or demands.
    #[error("too many {0}")]
    TooMany(&'static str),
    /// The open sites are not ascending, or one does not exist.
    #[error("the open sites are not ascending, or one does not exist")]
    Open,
    /// A fixed site is closed.
    #[error("fixed site {0} is not open")]
    Fixed(String),
    /// More open sites than allowed.
    #[error("{0} sites are open, at most {1} may be")]
    Count(usize, u32),
    /// Another number of assignments than demands.
    #[error("{0} assignments for {1} demands")]
    Length(usize, usize),
    /// A demand is assigned to a site that is closed or out of its reach.
    #[error("demand {0} (counted from 0) is assigned to a site that is closed or does not reach it")]
    Assigned(usize),
    /// A demand that must have a site has none.
    #[error("demand {0} (counted from 0) has no site")]
    Unserved(usize),
    /// A site carries too much.
    #[error("site {id} carries {load}, its capacity is {capacity}")]
    Overloaded {
        /// The site.
        id: String,
        /// What it carries.
        load: u64,
        /// What it may.
        capacity: u64,
    },
}

impl CapacitatedInstance {
    /// Checks every field. Everything else takes a valid instance for granted.
    pub fn validate(&self) -> Result<(), CapacitatedFlaw> {
        for (count, what) in [(self.sites.len(), "sites"), (self.demands.len(), "demands")] {
            if count >= i32::MAX as usize {
                return Err(CapacitatedFlaw::TooMany(what));
            }
        }
        let (mut cost, mut amount, mut capacity) = (0u128, 0u128, 0u128);
        for site in &self.sites {
            cost += u128::from(site.cost);
            capacity += u128::from(site.capacity);
        }
        for (i, demand) in self.demands.iter().enumerate() {
            let sorted = demand.reach.windows(2).all(|w| w[0].0 < w[1].0);
            if !sorted || demand.reach.iter().any(|e| e.0 as usize >= self.sites.len()) {
                return Err(CapacitatedFlaw::Reach(i));
            }
            let most = demand.reach.iter().map(|e| e.1).chain(demand.unserved).max().unwrap_or(0);
            cost += u128::from(most);
            amount += u128::from(demand.amount);
        }
        for (total, what) in [(cost, "costs"), (amount, "amounts"), (capacity, "capacities")] {
            if total > u128::from(CAPACITATED_MAX_TOTAL) {
                return Err(CapacitatedFlaw::TooLarge(what));
            }
        }
        Ok(())
    }

    /// No plan costs more than this.
    #[must_use]
    pub fn most(&self) -> u64 {
        let most = |d: &CapacitatedDemand| d.reach.iter().map(|e| e.1).chain(d.unserved).max().unwrap_or(0);
        self.sites.iter().map(|s| s.cost).sum::<u64>() + self.demands.iter().map(most).sum::<u64>()
    }

    /// Cost of assigning demand `i` to site `j`; `None`: out of reach.
    #[must_use]
    pub fn assignment_cost(&self, i: usize, j: u32) -> Option<u64> {
        let reach = &self.demands.get(i)?.reach;
        reach.binary_search_by_key(&j, |e| e.0).ok().map(|at| reach[at].1)
    }

    /// The cost of a plan, or the first thing it breaks. Complexity: linear in demands and sites, times the logarithm of a reach.
    pub fn cost(&self, plan: &CapacitatedPlan) -> Result<u64, CapacitatedFlaw> {
        let mut is_open = vec![false; self.sites.len()];
        for (position, &j) in plan.open.iter().enumerate() {
            if position > 0 && plan.open[position - 1] >= j {
                return Err(CapacitatedFlaw::Open);
            }
            *is_open.get_mut(j as usize).ok_or(CapacitatedFlaw::Open)? = true;
        }
        if let Some(closed) = self.sites.iter().zip(&is_open).find(|(s, o)| s.fixed && !**o) {
            return Err(CapacitatedFlaw::Fixed(closed.0.id.clone()));
        }
        if let Some(p) = self.at_most.filter(|p| plan.open.len() > *p as usize) {
            return Err(CapacitatedFlaw::Count(plan.open.len(), p));
        }
        if plan.assigned.len() != self.demands.len() {
            return Err(CapacitatedFlaw::Length(plan.assigned.len(), self.demands.len()));
        }
        let mut load = vec![0u64; self.sites.len()];
        let mut cost: u64 = plan.open.iter().map(|&j| self.sites[j as usize].cost).sum();
        for (i, (demand, assigned)) in self.demands.iter().zip(&plan.assigned).enumerate() {
            match assigned {
                Some(j) if is_open.get(*j as usize) == Some(&true) => {
                    cost += self.assignment_cost(i, *j).ok_or(CapacitatedFlaw::Assigned(i))?;
                    load[*j as usize] += demand.amount;
                }
                Some(_) => return Err(CapacitatedFlaw::Assigned(i)),
                None => cost += demand.unserved.ok_or(CapacitatedFlaw::Unserved(i))?,
            }
        }
        if let Some((site, &load)) = self.sites.iter().zip(&load).find(|(s, l)| **l > s.capacity) {
            return Err(CapacitatedFlaw::Overloaded { id: site.id.clone(), load, capacity: site.capacity });
        }
        Ok(cost)
    }
}

/// The cheapest plan by trying everything: the truth for small instances. `None`: there is none (or more than 12 sites).
///
/// Every set of open sites, and for each every assignment, cut off where the cost or a capacity is passed.
#[must_use]
pub fn brute_force_capacitated(instance: &CapacitatedInstance) -> Option<CapacitatedPlan> {
    let n = instance.sites.len();
    if n > 12 {
        return None;
    }
    let mut best: Option<(u64, CapacitatedPlan)> = None;
    for choice in 0_u32..1 << n {
        let open: Vec<u32> = (0..n as u32).filter(|j| choice >> j & 1 == 1).collect();
        let closed_fixed = instance.sites.iter().enumerate().any(|(j, s)| s.fixed && choice >> j & 1 == 0);
        if closed_fixed || instance.at_most.is_some_and(|p| open.len() > p as usize) {
            continue;
        }
        let mut left: Vec<u64> = instance.sites.iter().map(|s| s.capacity).collect();
        let cost = open.iter().map(|&j| instance.sites[j as usize].cost).sum();
        let mut assigned = Vec::new();
        try_all(instance, &open, &mut left, cost, &mut assigned, &mut best);
    }
    best.map(|b| b.1)
}

fn try_all(
    instance: &CapacitatedInstance,
    open: &[u32],
    left: &mut [u64],
    cost: u64,
    assigned: &mut Vec<Option<u32>>,
    best: &mut Option<(u64, CapacitatedPlan)>,
) {
    if best.as_ref().is_some_and(|b| cost >= b.0) {
        return;
    }
    let i = assigned.len();
    let Some(demand) = instance.demands.get(i) else {
        *best = Some((cost, CapacitatedPlan { open: open.to_vec(), assigned: assigned.clone() }));
        return;
    };
    for &(j, c) in &demand.reach {
        if open.binary_search(&j).is_ok() && left[j as usize] >= demand.amount {
            left[j as usize] -= demand.amount;
            assigned.push(Some(j));
            try_all(instance, open, left, cost + c, assigned, best);
            assigned.pop();
            left[j as usize] += demand.amount;
        }
    }
    if let Some(unserved) = demand.unserved {
        assigned.push(None);
        try_all(instance, open, left, cost + unserved, assigned, best);
        assigned.pop();
    }
}
