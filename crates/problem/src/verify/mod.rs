//! The independent checker: from the instance and a claim alone to an [`Outcome`].
//!
//! It shares no code with any search, works in 128-bit integers with every operation checked, and never recurses on its input. What
//! it checks is written out, for a second implementation, in `CERTIFICATE.md`.
mod bound;
mod region;
mod tree;

use crate::certificate::LevelProof;
use crate::claim::{Claim, Status};
use crate::classes::Goal;
use crate::evaluate::Violation;
use crate::instance::{Instance, Objective};
use crate::outcome::{Bound, Outcome, Proven, Refuted, Solution, Stopped};
use crate::validate::Invalid;

/// Why a claim is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The instance makes no sense.
    #[error("the instance is not valid: {0}")]
    Instance(#[from] Invalid),
    /// The open sites are not a feasible plan.
    #[error("the open sites are not a feasible plan: {0}")]
    Plan(#[from] Violation),
    /// The claim has another number of levels than the instance.
    #[error("{claimed} levels are claimed, the instance has {levels}")]
    Levels {
        /// In the claim.
        claimed: usize,
        /// In the instance.
        levels: usize,
    },
    /// The stated objective is not the value of the open sites.
    #[error("level {level}: objective {claimed} is stated, the open sites give {value}")]
    Objective {
        /// Level, counted from 1.
        level: usize,
        /// Stated value.
        claimed: String,
        /// Recomputed value.
        value: String,
    },
    /// A status word does not follow from objective and bound.
    #[error("status {claimed:?} is stated where objective and bound say {value:?}")]
    Status {
        /// Stated word.
        claimed: &'static str,
        /// Word that follows.
        value: &'static str,
    },
    /// A bound or an infeasibility is stated without a proof.
    #[error("level {0}: a bound is stated without a proof")]
    NoProof(usize),
    /// A proof is there for a bound that is not stated, or cannot mean anything.
    #[error("level {0}: there is a proof, but no bound (or no solution whose earlier values it could hold)")]
    Superfluous(usize),
    /// The guard does not fit: the certificate was changed after it was written.
    #[error("the certificate was changed after it was written (its guard does not fit)")]
    Guard,
    /// The proof does not hold.
    #[error("level {level}: the proof does not hold: {reason}")]
    Proof {
        /// Level, counted from 1 (0: the refutation).
        level: usize,
        /// What is wrong.
        reason: Flaw,
    },
}

/// What is wrong with a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// Scale 0.
    #[error("the scale is 0")]
    Scale,
    /// A vector of multipliers has a wrong length.
    #[error("{what} has {found} multipliers, wanted {wanted}")]
    Length {
        /// Which.
        what: &'static str,
        /// Found.
        found: usize,
        /// Wanted.
        wanted: usize,
    },
    /// A multiplier has a sign or size that is not allowed.
    #[error("multiplier {position} of {what} is {value}, which its sign or limit does not allow")]
    Sign {
        /// Which.
        what: &'static str,
        /// Position.
        position: usize,
        /// Value.
        value: i64,
    },
    /// A position beyond the instance.
    #[error("{what} {position} does not exist")]
    Position {
        /// Which.
        what: &'static str,
        /// Position.
        position: usize,
    },
    /// A multiplier below a split that other parts share.
    #[error("node {node} changes {what} {position}, which is not of its part alone")]
    Shared {
        /// Node.
        node: usize,
        /// Which.
        what: &'static str,
        /// Position.
        position: usize,
    },
    /// The tree ends before all cases are there.
    #[error("the tree ends before all its cases are there")]
    Incomplete,
    /// Nodes after the end of the tree.
    #[error("{0} nodes follow after the end of the tree")]
    Extra(usize),
    /// A leaf whose bound is too weak.
    #[error("leaf {node} has bound {bound}, wanted at least {target} (in units of 1 / scale)")]
    Weak {
        /// Node.
        node: usize,
        /// Its bound.
        bound: i128,
        /// Wanted.
        target: i128,
    },
    /// A fixing that the node's bound does not justify.
    #[error("node {node} fixes site {site}, which its bound does not justify")]
    Fixing {
        /// Node.
        node: usize,
        /// Site.
        site: u32,
    },
    /// A dominance that does not hold.
    #[error("node {node}: site {site} is not dominated by site {by}")]
    Dominance {
        /// Node.
        node: usize,
        /// Site.
        site: u32,
        /// Said to dominate it.
        by: u32,
    },
    /// A branch that makes no sense.
    #[error("node {node}: {what}")]
    Branch {
        /// Node.
        node: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// A sum left 128 bits.
    #[error("a sum is too large")]
    Overflow,
}

/// Checks a claim against its instance; the result is the only way to an [`Outcome`].
///
/// Everything is recomputed: feasibility and the value of the open sites at every level, and every bound from its proof. A claim may
/// be weaker than what its proof shows, never stronger.
///
/// Work: one pass over the instance per level, and per node of a tree one pass over the row classes with the entries whose cost lies
/// below the row's multiplier.
pub fn verify(instance: &Instance, claim: &Claim) -> Result<Outcome, Rejection> {
    instance.validate()?;
    if claim.levels.len() != instance.levels.len() {
        return Err(Rejection::Levels { claimed: claim.levels.len(), levels: instance.levels.len() });
    }
    let values = claim.open.as_deref().map(|open| instance.evaluate(open)).transpose()?;
    check_objectives(claim, values.as_deref())?;
    check_statuses(claim)?;
    if claim.certificate.as_ref().is_some_and(|c| !c.intact()) {
        return Err(Rejection::Guard);
    }
    if claim.status == Status::Infeasible {
        let certificate = claim.certificate.as_ref().ok_or(Rejection::NoProof(1))?;
        let [proof] = certificate.levels.as_slice() else { return Err(Rejection::NoProof(1)) };
        let reason = prove(instance, proof, Goal::infeasible(), &[], 1);
        return match reason {
            Ok(()) => Ok(Outcome::Infeasible(Refuted { certificate: certificate.clone() })),
            Err(reason) => Err(Rejection::Proof { level: 0, reason }),
        };
    }
    check_bounds(instance, claim, values.as_deref().unwrap_or(&[]))?;
    let bound = Bound { levels: claim.levels.iter().map(|l| l.bound).collect() };
    let stopped = claim.stopped.unwrap_or(Stopped::Method);
    let (Some(open), Some(values)) = (claim.open.clone(), values) else {
        return Ok(Outcome::Unknown { bound, stopped });
    };
    let solution = Solution { open, values };
    match (&claim.certificate, claim.status) {
        (Some(certificate), Status::Optimal) => {
            Ok(Outcome::Optimal(Proven { solution, certificate: certificate.clone() }))
        }
        _ => Ok(Outcome::Feasible { best: solution, bound, stopped }),
    }
}

fn shown(value: Option<i64>) -> String {
    value.map_or_else(|| "none".to_owned(), |v| v.to_string())
}

fn check_objectives(claim: &Claim, values: Option<&[i64]>) -> Result<(), Rejection> {
    for (position, level) in claim.levels.iter().enumerate() {
        let value = values.and_then(|v| v.get(position).copied());
        if value != level.objective {
            let claimed = shown(level.objective);
            return Err(Rejection::Objective { level: position + 1, claimed, value: shown(value) });
        }
    }
    Ok(())
}

/// Status words follow from objectives and bounds; only "infeasible" is a claim of its own.
fn check_statuses(claim: &Claim) -> Result<(), Rejection> {
    let refuse = |claimed: Status, value: Status| Rejection::Status { claimed: claimed.word(), value: value.word() };
    if claim.status == Status::Infeasible {
        if claim.open.is_some() {
            return Err(refuse(claim.status, Status::Feasible));
        }
        for level in &claim.levels {
            if level.status != Status::Infeasible {
                return Err(refuse(level.status, Status::Infeasible));
            }
            if level.bound.is_some() {
                return Err(Rejection::NoProof(1));
            }
        }
        return Ok(());
    }
    let mut proven = claim.open.is_some();
    let unproven = if proven { Status::Feasible } else { Status::Unknown };
    for level in &claim.levels {
        proven &= level.objective == level.bound;
        let wanted = if proven { Status::Optimal } else { unproven };
        if level.status != wanted {
            return Err(refuse(level.status, wanted));
        }
    }
    let wanted = if proven { Status::Optimal } else { unproven };
    if claim.status == wanted { Ok(()) } else { Err(refuse(claim.status, wanted)) }
}

fn check_bounds(instance: &Instance, claim: &Claim, values: &[i64]) -> Result<(), Rejection> {
    if claim.certificate.as_ref().is_some_and(|c| c.levels.len() != instance.levels.len()) {
        let claimed = claim.certificate.as_ref().map_or(0, |c| c.levels.len());
        return Err(Rejection::Levels { claimed, levels: instance.levels.len() });
    }
    for (k, level) in claim.levels.iter().enumerate() {
        let proof = claim.certificate.as_ref().and_then(|c| c.levels.get(k));
        let Some(bound) = level.bound else {
            if proof.is_some_and(|p| *p != LevelProof::default()) {
                return Err(Rejection::Superfluous(k + 1));
            }
            continue;
        };
        if k > 0 && claim.open.is_none() {
            return Err(Rejection::Superfluous(k + 1));
        }
        let Some(proof) = proof.filter(|p| !p.nodes.is_empty()) else { return Err(Rejection::NoProof(k + 1)) };
        let objective = instance.levels[k];
        let held = &values[..k.min(values.len())];
        let target = match objective {
            // Refuted: a plan that beats the bound. A largest time of at least 0 needs no refutation.
            Objective::Center if bound <= 0 => i128::MIN,
            Objective::Center => 1,
            _ => {
                let least = if objective.maximised() { -i128::from(bound) } else { i128::from(bound) };
                i128::from(proof.scale) * (least - 1) + 1
            }
        };
        let goal = Goal::level(instance, k, held, bound);
        prove(instance, proof, goal, held, target).map_err(|reason| Rejection::Proof { level: k + 1, reason })?;
    }
    Ok(())
}

fn prove(instance: &Instance, proof: &LevelProof, goal: Goal, held: &[i64], target: i128) -> Result<(), Flaw> {
    if proof.scale == 0 {
        return Err(Flaw::Scale);
    }
    if proof.nodes.is_empty() {
        return Err(Flaw::Incomplete);
    }
    tree::check(instance, proof.scale, proof, goal, held, target)
}
