//! The checker of capacitated claims: cost of the plan and bound of every leaf from the instance alone, in 128-bit integers.
use super::{CapacitatedCertificate, CapacitatedFlaw, CapacitatedInstance, CapacitatedPlan, CapacitatedThen};
use crate::claim::Status;

/// What a search says about a capacitated instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacitatedClaim {
    /// Optimal, Feasible, Infeasible or Unknown.
    pub status: Status,
    /// The plan.
    pub plan: Option<CapacitatedPlan>,
    /// Its cost.
    pub objective: Option<u64>,
    /// No plan costs less.
    pub bound: Option<u64>,
    /// Proof of the bound, or that no plan exists.
    pub certificate: Option<CapacitatedCertificate>,
}

/// What is shown; only [`verify_capacitated`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CapacitatedOutcome {
    /// The plan costs this, and none costs less.
    Optimal(u64),
    /// A plan's cost and a bound.
    Feasible {
        /// Cost of the plan.
        objective: u64,
        /// No plan costs less.
        bound: Option<u64>,
    },
    /// No plan exists.
    Infeasible,
    /// Neither a plan nor a refutation; perhaps a bound.
    Unknown(Option<u64>),
}

/// Why a claim is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CapacitatedRejection {
    /// The instance or the plan.
    #[error("{0}")]
    Flaw(#[from] CapacitatedFlaw),
    /// The objective is not the cost of the plan.
    #[error("objective {stated:?} is stated, the plan costs {cost:?}")]
    Objective {
        /// Stated.
        stated: Option<u64>,
        /// Recomputed.
        cost: Option<u64>,
    },
    /// The status word does not follow.
    #[error("status {0:?} does not follow from plan and bound")]
    Status(&'static str),
    /// A bound or a refutation without a proof.
    #[error("a bound or infeasibility is stated without a proof")]
    NoProof,
    /// A node of the proof is wrong.
    #[error("node {0}: {1}")]
    Node(usize, &'static str),
    /// The tree ends too early.
    #[error("the tree ends before all its cases are there")]
    Incomplete,
    /// Nodes beyond the end.
    #[error("nodes follow after the end of the tree")]
    Extra,
    /// A leaf is too weak.
    #[error("leaf {node} has bound {bound}, wanted at least {target} (in units of 1 / scale)")]
    Weak {
        /// Node.
        node: usize,
        /// Its bound.
        bound: i128,
        /// Wanted.
        target: i128,
    },
}

/// Checks a claim. Work: per leaf one pass over the reaches.
pub fn verify_capacitated(
    instance: &CapacitatedInstance,
    claim: &CapacitatedClaim,
) -> Result<CapacitatedOutcome, CapacitatedRejection> {
    instance.validate()?;
    let cost = claim.plan.as_ref().map(|plan| instance.cost(plan)).transpose()?;
    if cost != claim.objective {
        return Err(CapacitatedRejection::Objective { stated: claim.objective, cost });
    }
    let wanted = match (claim.status, cost, claim.bound) {
        (Status::Infeasible, None, None) => Status::Infeasible,
        (_, Some(c), Some(b)) if c == b => Status::Optimal,
        (_, Some(_), _) => Status::Feasible,
        (_, None, _) => Status::Unknown,
    };
    if claim.status != wanted {
        return Err(CapacitatedRejection::Status(claim.status.word()));
    }
    let target = match (claim.status, claim.bound) {
        (Status::Infeasible, _) => None,
        (_, Some(bound)) => Some(i128::from(bound)),
        (_, None) => {
            return Ok(cost.map_or(CapacitatedOutcome::Unknown(None), |objective| CapacitatedOutcome::Feasible {
                objective,
                bound: None,
            }));
        }
    };
    let proof = claim.certificate.as_ref().filter(|c| c.scale > 0).ok_or(CapacitatedRejection::NoProof)?;
    // "At least b" is "more than b - 1". Infeasible: more than any plan costs.
    let scale = i128::from(proof.scale);
    let target = target.map_or(scale * (i128::from(instance.most()) + 1), |b| scale * (b - 1) + 1);
    check(instance, proof, target)?;
    Ok(match (claim.status, cost, claim.bound) {
        (Status::Infeasible, ..) => CapacitatedOutcome::Infeasible,
        (Status::Optimal, Some(cost), _) => CapacitatedOutcome::Optimal(cost),
        (_, Some(objective), bound) => CapacitatedOutcome::Feasible { objective, bound },
        (_, None, bound) => CapacitatedOutcome::Unknown(bound),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fix {
    Free,
    Open,
    Closed,
}

enum Undo {
    Site(usize, Fix),
    Pair(usize, usize),
    Forced(usize),
    Demand(usize, i64),
    Capacity(usize, i64),
    Count(i64),
}

struct Region<'a> {
    instance: &'a CapacitatedInstance,
    scale: i128,
    site: Vec<Fix>,
    /// Whether each entry of each reach is still allowed.
    allowed: Vec<Vec<bool>>,
    /// Whether a demand is bound to its only allowed entry.
    forced: Vec<bool>,
    u: Vec<i64>,
    pi: Vec<i64>,
    lambda: i64,
    undo: Vec<Undo>,
}

/// A branch whose children are not all done.
struct Branch {
    node: usize,
    mark: usize,
    next: usize,
}

fn check(
    instance: &CapacitatedInstance,
    proof: &CapacitatedCertificate,
    target: i128,
) -> Result<(), CapacitatedRejection> {
    let mut region = Region {
        instance,
        scale: i128::from(proof.scale),
        site: instance.sites.iter().map(|s| if s.fixed { Fix::Open } else { Fix::Free }).collect(),
        allowed: instance.demands.iter().map(|d| vec![true; d.reach.len()]).collect(),
        forced: vec![false; instance.demands.len()],
        u: vec![0; instance.demands.len()],
        pi: vec![0; instance.sites.len()],
        lambda: 0,
        undo: Vec::new(),
    };
    let mut stack: Vec<Branch> = Vec::new();
    let mut position = 0;
    loop {
        let node = proof.nodes.get(position).ok_or(CapacitatedRejection::Incomplete)?;
        let wrong = |what| CapacitatedRejection::Node(position, what);
        region.change(&node.change).map_err(wrong)?;
        match node.then {
            CapacitatedThen::Leaf => {
                if !region.empty() {
                    let bound = region.bound().map_err(wrong)?;
                    if bound < target {
                        return Err(CapacitatedRejection::Weak { node: position, bound, target });
                    }
                }
            }
            CapacitatedThen::Site(j) if (j as usize) < instance.sites.len() => {
                stack.push(Branch { node: position, mark: region.undo.len(), next: 0 });
            }
            CapacitatedThen::Assign(i, j) if instance.assignment_cost(i as usize, j).is_some() => {
                stack.push(Branch { node: position, mark: region.undo.len(), next: 0 });
            }
            _ => return Err(wrong("a branch on something that does not exist")),
        }
        position += 1;
        loop {
            let Some(branch) = stack.last_mut() else {
                return if position == proof.nodes.len() { Ok(()) } else { Err(CapacitatedRejection::Extra) };
            };
            region.rollback(branch.mark);
            if branch.next < 2 {
                let first = branch.next == 0;
                branch.next += 1;
                match proof.nodes[branch.node].then {
                    CapacitatedThen::Site(j) => region.fix(j as usize, if first { Fix::Open } else { Fix::Closed }),
                    CapacitatedThen::Assign(i, j) => region.assign(i as usize, j, first),
                    CapacitatedThen::Leaf => {}
                }
                break;
            }
            stack.pop();
        }
    }
}

impl Region<'_> {
    fn rollback(&mut self, mark: usize) {
        while self.undo.len() > mark {
            match self.undo.pop() {
                Some(Undo::Site(j, fix)) => self.site[j] = fix,
                Some(Undo::Pair(i, at)) => self.allowed[i][at] = true,
                Some(Undo::Forced(i)) => self.forced[i] = false,
                Some(Undo::Demand(i, value)) => self.u[i] = value,
                Some(Undo::Capacity(j, value)) => self.pi[j] = value,
                Some(Undo::Count(value)) => self.lambda = value,
                None => {}
            }
        }
    }

    fn change(&mut self, change: &super::CapacitatedChange) -> Result<(), &'static str> {
        for &(i, value) in &change.demands {
            let slot = self.u.get_mut(i as usize).ok_or("a demand that does not exist")?;
            self.undo.push(Undo::Demand(i as usize, std::mem::replace(slot, value)));
        }
        for &(j, value) in &change.capacities {
            if value < 0 {
                return Err("the price of a capacity is negative");
            }
            let slot = self.pi.get_mut(j as usize).ok_or("a site that does not exist")?;
            self.undo.push(Undo::Capacity(j as usize, std::mem::replace(slot, value)));
        }
        if let Some(value) = change.count {
            if value > 0 || value < 0 && self.instance.at_most.is_none() {
                return Err("the price of the limit is positive, or there is no limit");
            }
            self.undo.push(Undo::Count(std::mem::replace(&mut self.lambda, value)));
        }
        Ok(())
    }

    /// Fixes a site. The opposite of what it is leaves the contrary standing, which only weakens the bound of an empty region.
    fn fix(&mut self, j: usize, to: Fix) {
        if self.site[j] == Fix::Free {
            self.undo.push(Undo::Site(j, Fix::Free));
            self.site[j] = to;
        }
    }

    fn forbid(&mut self, i: usize, at: usize) {
        if std::mem::replace(&mut self.allowed[i][at], false) {
            self.undo.push(Undo::Pair(i, at));
        }
    }

    fn assign(&mut self, i: usize, j: u32, assigned: bool) {
        let reach = &self.instance.demands[i].reach;
        for at in 0..reach.len() {
            if (reach[at].0 == j) != assigned {
                self.forbid(i, at);
            }
        }
        if assigned {
            self.fix(j as usize, Fix::Open);
            if !self.forced[i] {
                self.forced[i] = true;
                self.undo.push(Undo::Forced(i));
            }
        }
    }

    /// Whether an entry can still be used.
    fn usable(&self, i: usize, at: usize) -> bool {
        self.allowed[i][at] && self.site[self.instance.demands[i].reach[at].0 as usize] != Fix::Closed
    }

    /// Whether nothing is left for a reason that needs no multiplier.
    fn empty(&self) -> bool {
        let open = self.site.iter().filter(|f| **f == Fix::Open).count();
        if self.instance.at_most.is_some_and(|p| open > p as usize) {
            return true;
        }
        (0..self.forced.len()).any(|i| {
            let demand = &self.instance.demands[i];
            (self.forced[i] || demand.unserved.is_none()) && !(0..demand.reach.len()).any(|at| self.usable(i, at))
        })
    }

    fn bound(&self) -> Result<i128, &'static str> {
        let large = "a sum is too large";
        let lambda = i128::from(self.lambda);
        let mut sum = lambda * i128::from(self.instance.at_most.unwrap_or(0));
        let mut reduced: Vec<i128> = Vec::with_capacity(self.site.len());
        for (site, &pi) in self.instance.sites.iter().zip(&self.pi) {
            let capacity = i128::from(pi) * i128::from(site.capacity);
            reduced.push((self.scale * i128::from(site.cost) - lambda).checked_sub(capacity).ok_or(large)?);
        }
        for (i, demand) in self.instance.demands.iter().enumerate() {
            let u = i128::from(self.u[i]);
            if !self.forced[i] && demand.unserved.is_some_and(|e| u > self.scale * i128::from(e)) {
                return Err("the multiplier of a demand is more than leaving it costs");
            }
            sum = sum.checked_add(u).ok_or(large)?;
            for (at, &(j, cost)) in demand.reach.iter().enumerate() {
                if self.usable(i, at) {
                    let price = i128::from(self.pi[j as usize]) * i128::from(demand.amount);
                    let gain = u - self.scale * i128::from(cost) - price;
                    let gain = if self.forced[i] { gain } else { gain.max(0) };
                    let slot = &mut reduced[j as usize];
                    *slot = slot.checked_sub(gain).ok_or(large)?;
                }
            }
        }
        for (fix, value) in self.site.iter().zip(reduced) {
            let value = match fix {
                Fix::Open => value,
                Fix::Free => value.min(0),
                Fix::Closed => 0,
            };
            sum = sum.checked_add(value).ok_or(large)?;
        }
        Ok(sum)
    }
}
