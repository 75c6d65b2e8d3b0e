//! The way back: plans and claims of the smaller instance as plans and claims of the given one.
//!
//! A proof keeps its multipliers. Classes of rows that became alike when sites were left out share theirs in proportion to their weights
//! (sums of earnings stay the same to the unit); settled rows get the largest multiplier there is, so that the open site alone sets their
//! cost; dominated rows get none. Sites left out are closed by dominance and essential ones opened by a branch with an empty side, in
//! nodes before the proof.

use firesite_problem::{
    Certificate, Change, Claim, Classes, Goal, Instance, LevelProof, Multipliers, Node, Status, Then,
};

use super::{Presolve, Step};

/// A multiplier no cost reaches.
const BEYOND: i64 = 1 << 60;

/// How the row classes of one goal correspond.
struct Correspondence {
    /// Classes of the given instance for each class of the smaller one.
    members: Vec<Vec<u32>>,
    /// Settled classes with their multiplier.
    settled: Vec<(u32, i64)>,
    /// Of those, the ones that must be served: `free_rows` would set them to 0.
    stubborn: Vec<(u32, i64)>,
    given: Classes,
}

impl Presolve {
    /// Open sites of the smaller instance as positions in the given one.
    #[must_use]
    pub fn lift_plan(&self, open: &[u32]) -> Vec<u32> {
        let mut lifted: Vec<u32> = open.iter().filter_map(|&j| self.sites.get(j as usize).copied()).collect();
        lifted.sort_unstable();
        lifted
    }

    /// A claim about the smaller instance as a claim about the given one, certificate included. `None` where the certificate splits the
    /// instance into several parts (what fixed sites settle would have to be shared out among their targets), or where the claim does
    /// not belong to this instance.
    #[must_use]
    pub fn lift(&self, instance: &Instance, claim: &Claim) -> Option<Claim> {
        if claim.levels.len() != instance.levels.len() {
            return None;
        }
        let mut lifted = claim.clone();
        lifted.open = claim.open.as_deref().map(|open| self.lift_plan(open));
        for (level, &offset) in lifted.levels.iter_mut().zip(&self.offsets) {
            level.objective = level.objective.map(|v| v + offset);
            level.bound = level.bound.map(|v| v + offset);
        }
        let Some(certificate) = &claim.certificate else { return Some(lifted) };
        let values = |claim: &Claim| -> Vec<i64> { claim.levels.iter().map_while(|l| l.objective).collect() };
        let (held, held_lifted) = (values(claim), values(&lifted));
        let mut proofs = Vec::new();
        for (k, proof) in certificate.levels.iter().enumerate() {
            if proof.nodes.is_empty() {
                proofs.push(proof.clone());
                continue;
            }
            let (small, given) = if claim.status == Status::Infeasible {
                (Goal::infeasible(), Goal::infeasible())
            } else {
                let (low, high) = (claim.levels.get(k)?.bound?, lifted.levels.get(k)?.bound?);
                let upto = |held: &[i64]| held[..k.min(held.len())].to_vec();
                (Goal::level(&self.instance, k, &upto(&held), low), Goal::level(instance, k, &upto(&held_lifted), high))
            };
            let classes = self.correspondence(instance, small, given, proof.scale);
            proofs.push(self.lift_proof(&classes, proof)?);
        }
        lifted.certificate = Some(Certificate::new(proofs));
        Some(lifted)
    }

    fn correspondence(&self, instance: &Instance, small: Goal, given: Goal, scale: u64) -> Correspondence {
        let (timed, worst) = (given.timed(instance), instance.worst.unwrap_or(0));
        let small = Classes::new(&self.instance, small);
        let given = Classes::new(instance, given);
        let mut members = vec![Vec::new(); small.len()];
        let mut found: Vec<Option<u32>> = vec![None; given.len()];
        let mut is_settled = vec![false; given.len()];
        let mut by_fixed = vec![false; instance.rows.len()];
        for step in &self.steps {
            if let Step::Settled { rows, .. } = step {
                for &i in rows {
                    by_fixed[i as usize] = true;
                }
            }
        }
        for (i, class) in given.of_row.iter().enumerate() {
            let Some(class) = class.map(|c| c as usize) else { continue };
            is_settled[class] |= by_fixed[i];
            if found[class].is_none() {
                found[class] = self.rows[i].and_then(|r| small.of_row[r as usize]);
            }
        }
        let (mut settled, mut stubborn) = (Vec::new(), Vec::new());
        for c in 0..given.len() {
            let class = &given.classes[c];
            if is_settled[c] {
                let value = match (class.hard, timed) {
                    (true, true) => BEYOND,
                    (false, true) => {
                        let cost = u128::from(scale) * u128::from(class.weight) * u128::from(worst);
                        i64::try_from(cost).unwrap_or(BEYOND)
                    }
                    _ => 0,
                };
                settled.push((c as u32, value));
                if class.hard && timed {
                    stubborn.push((c as u32, value));
                }
            } else if let Some(r) = found[c] {
                members[r as usize].push(c as u32);
            }
        }
        Correspondence { members, settled, stubborn, given }
    }

    fn lift_proof(&self, classes: &Correspondence, proof: &LevelProof) -> Option<LevelProof> {
        let multipliers = Multipliers {
            rows: classes.all_rows(&proof.multipliers.rows),
            covers: classes.all_covers(&proof.multipliers.covers),
            ..proof.multipliers.clone()
        };
        let mut nodes = Vec::new();
        let mut here = Node::default();
        let mut essential = 0;
        for step in &self.steps {
            match step {
                Step::DominatedSite { site, by } => here.dominated.push((*site, *by)),
                Step::Essential { site, .. } => {
                    here.then = Then::First(vec![*site]);
                    nodes.push(std::mem::take(&mut here));
                    essential += 1;
                }
                _ => {}
            }
        }
        if !here.dominated.is_empty() {
            here.then = Then::Next;
            nodes.push(here);
        }
        for node in &proof.nodes {
            nodes.push(self.lift_node(classes, node)?);
        }
        // The other sides of the branches on essential sites: a row without any site.
        nodes.extend(std::iter::repeat_n(Node::default(), essential));
        Some(LevelProof { scale: proof.scale, multipliers, nodes })
    }

    fn lift_node(&self, classes: &Correspondence, node: &Node) -> Option<Node> {
        let site = |j: &u32| self.sites.get(*j as usize).copied();
        let list = |sites: &[u32]| sites.iter().map(site).collect::<Option<Vec<u32>>>();
        let then = match &node.then {
            Then::Leaf => Then::Leaf,
            Then::Next => Then::Next,
            Then::First(sites) => Then::First(list(sites)?),
            Then::Count { sites, at_most } => Then::Count { sites: list(sites)?, at_most: *at_most },
            // One part is the whole: its target follows from the node's.
            Then::Split { at_least, .. } if at_least.len() == 1 => Then::Next,
            Then::Split { .. } => return None,
        };
        let mut dominated = Vec::new();
        for (j, by) in &node.dominated {
            dominated.push((site(j)?, site(by)?));
        }
        Some(Node {
            change: classes.change(&node.change),
            dominated,
            close: list(&node.close)?,
            open: list(&node.open)?,
            then,
        })
    }
}

impl Correspondence {
    /// Multipliers of the given classes for the row multiplier of class `r`.
    fn row(&self, r: usize, value: i64) -> Vec<(u32, i64)> {
        let members = self.members.get(r).map_or(&[][..], Vec::as_slice);
        if members.iter().any(|&c| self.given.classes[c as usize].hard) {
            // Alike without any cost of its own: one takes all.
            return members.iter().enumerate().map(|(m, &c)| (c, if m == 0 { value } else { 0 })).collect();
        }
        self.in_proportion(members, value)
    }

    fn cover(&self, r: usize, value: i64) -> Vec<(u32, i64)> {
        self.in_proportion(self.members.get(r).map_or(&[][..], Vec::as_slice), value)
    }

    /// Shares by weight, rounded so that their sums are exact.
    fn in_proportion(&self, members: &[u32], value: i64) -> Vec<(u32, i64)> {
        let weight = |c: u32| i128::from(self.given.classes[c as usize].weight);
        let total: i128 = members.iter().map(|&c| weight(c)).sum();
        let (mut sum, mut given) = (0, 0);
        let mut shares = Vec::with_capacity(members.len());
        for (position, &c) in members.iter().enumerate() {
            sum += weight(c);
            let upto = if position + 1 == members.len() {
                i128::from(value)
            } else if total == 0 {
                0
            } else {
                (i128::from(value) * sum).div_euclid(total)
            };
            shares.push((c, (upto - given) as i64));
            given = upto;
        }
        shares
    }

    fn all_rows(&self, rows: &[i64]) -> Vec<i64> {
        let mut all = vec![0; self.given.len()];
        for &(c, value) in &self.settled {
            all[c as usize] = value;
        }
        for (r, &value) in rows.iter().enumerate() {
            for (c, share) in self.row(r, value) {
                all[c as usize] = share;
            }
        }
        all
    }

    fn all_covers(&self, covers: &[i64]) -> Vec<i64> {
        if covers.is_empty() {
            return Vec::new();
        }
        let mut all = vec![0; self.given.len()];
        for (r, &value) in covers.iter().enumerate() {
            for (c, share) in self.cover(r, value) {
                all[c as usize] = share;
            }
        }
        all
    }

    fn change(&self, change: &Change) -> Change {
        let mut lifted = Change {
            all_rows: if change.all_rows.is_empty() { Vec::new() } else { self.all_rows(&change.all_rows) },
            rows: change.rows.iter().flat_map(|&(r, v)| self.row(r as usize, v)).collect(),
            covers: change.covers.iter().flat_map(|&(r, v)| self.cover(r as usize, v)).collect(),
            ..change.clone()
        };
        if change.free_rows && change.all_rows.is_empty() {
            lifted.rows.extend(&self.stubborn);
        }
        lifted
    }
}
