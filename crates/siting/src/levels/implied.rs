//! What the conditions alone decide: sites that no feasible plan opens, and sites that every one does.
//!
//! "Exactly none upgraded" closes every upgrade, and "kept or upgraded" then opens what is kept. Left to prices, such a condition joins
//! every part that it touches; decided beforehand it touches none. A proof of what remains becomes one of the given instance by a few
//! branches in front of it, whose other sides are empty by that condition.

use std::borrow::Cow;
use std::collections::BTreeMap;

use firesite_problem::{Instance, Node, Sense, Then};

use crate::dual::Fix;

/// Sites that are decided, in an order in which each follows from the instance and those before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Implied {
    /// Position of each site in the instance, and whether it is open.
    steps: Vec<(u32, bool)>,
}

/// Sites as the conditions decide them, one after another until nothing follows.
struct Deciding<'a> {
    instance: &'a Instance,
    fix: Vec<Fix>,
    sets: BTreeMap<u32, Vec<u32>>,
    steps: Vec<(u32, bool)>,
}

impl Implied {
    /// Follows the conditions to the end, or to a contradiction, which is left to the search. Work: linear in the terms for each round
    /// in which something follows.
    pub(super) fn of(instance: &Instance) -> Self {
        let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (j, site) in instance.sites.iter().enumerate() {
            if let Some(set) = site.exclusive {
                sets.entry(set).or_default().push(j as u32);
            }
        }
        let mut deciding = Deciding { instance, fix: vec![Fix::Free; instance.sites.len()], sets, steps: Vec::new() };
        for (j, site) in instance.sites.iter().enumerate() {
            if site.fixed && !deciding.open(j as u32) {
                return Self::default();
            }
        }
        loop {
            let before = deciding.steps.len();
            for c in 0..instance.constraints.len() {
                if !deciding.follow(c) {
                    return Self { steps: deciding.steps };
                }
            }
            if deciding.steps.len() == before {
                return Self { steps: deciding.steps };
            }
        }
    }

    /// The instance with the sites that must be open fixed.
    pub(super) fn narrow<'a>(&self, instance: &'a Instance) -> Cow<'a, Instance> {
        if !self.steps.iter().any(|s| s.1) {
            return Cow::Borrowed(instance);
        }
        let mut narrowed = instance.clone();
        for &(j, _) in self.steps.iter().filter(|s| s.1) {
            narrowed.sites[j as usize].fixed = true;
        }
        Cow::Owned(narrowed)
    }

    /// The sites that must be closed.
    pub(super) fn closed(&self) -> impl Iterator<Item = u32> + '_ {
        self.steps.iter().filter(|s| !s.1).map(|s| s.0)
    }

    /// How many sites are decided.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The nodes of a proof for what is left as those of a proof of the whole.
    pub(super) fn prepend(&self, nodes: Vec<Node>) -> Vec<Node> {
        if self.steps.is_empty() || nodes.is_empty() {
            return nodes;
        }
        let mut all = Vec::with_capacity(nodes.len() + self.steps.len() * 2);
        let mut opened = 0;
        for run in self.steps.chunk_by(|a, b| !a.1 && !b.1) {
            let branch = Then::First(run.iter().map(|s| s.0).collect());
            all.push(Node { then: branch, ..Node::default() });
            if run[0].1 {
                // Its other side comes after everything else.
                opened += 1;
            } else {
                all.extend(run.iter().map(|_| Node::default()));
            }
        }
        all.extend(nodes);
        all.extend(std::iter::repeat_n(Node::default(), opened));
        all
    }
}

impl Deciding<'_> {
    /// Opens a site and closes the rest of its set; false where that contradicts what is known.
    fn open(&mut self, j: u32) -> bool {
        self.fix[j as usize] = Fix::Open;
        let Some(set) = self.instance.sites[j as usize].exclusive.and_then(|s| self.sets.get(&s)) else { return true };
        let mut agrees = true;
        for &other in set.iter().filter(|&&k| k != j) {
            agrees &= self.fix[other as usize] != Fix::Open;
            self.fix[other as usize] = Fix::Closed;
        }
        agrees
    }

    /// What one condition decides; false where it cannot hold.
    fn follow(&mut self, c: usize) -> bool {
        let constraint = &self.instance.constraints[c];
        let (mut least, mut most) = (0i128, 0i128);
        for &(j, a) in &constraint.terms {
            let a = i128::from(a);
            match self.fix[j as usize] {
                Fix::Open => (least, most) = (least + a, most + a),
                Fix::Free => (least, most) = (least + a.min(0), most + a.max(0)),
                Fix::Closed => {}
            }
        }
        let rhs = i128::from(constraint.rhs);
        let (bounded_above, bounded_below) = (constraint.sense != Sense::AtLeast, constraint.sense != Sense::AtMost);
        if bounded_above && least > rhs || bounded_below && most < rhs {
            return false;
        }
        for &(j, a) in &constraint.terms {
            let a = i128::from(a);
            if self.fix[j as usize] != Fix::Free || a == 0 {
                continue;
            }
            // The side that the condition has no room for.
            let too_much = bounded_above && least + a.abs() > rhs;
            let too_little = bounded_below && most - a.abs() < rhs;
            let (open, closed) = if a > 0 { (too_little, too_much) } else { (too_much, too_little) };
            match (open, closed) {
                (true, true) => return false,
                (true, false) => {
                    self.steps.push((j, true));
                    // The rest of its set may stand in this condition too: the sums are no longer those.
                    return self.open(j);
                }
                (false, true) => {
                    self.steps.push((j, false));
                    self.fix[j as usize] = Fix::Closed;
                    if a > 0 {
                        most -= a;
                    } else {
                        least -= a;
                    }
                }
                (false, false) => {}
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use firesite_problem::{Constraint, Site};

    use super::*;

    fn instance(sets: &[Option<u32>], constraints: &[(&[(u32, i64)], Sense, i64)]) -> Instance {
        let site = |(j, &exclusive): (usize, &Option<u32>)| Site { exclusive, ..Site::new(format!("s{j}")) };
        let constraint = |&(terms, sense, rhs): &(&[(u32, i64)], Sense, i64)| Constraint {
            name: "c".into(),
            terms: terms.to_vec(),
            sense,
            rhs,
        };
        Instance {
            sites: sets.iter().enumerate().map(site).collect(),
            constraints: constraints.iter().map(constraint).collect(),
            ..Instance::default()
        }
    }

    #[test]
    fn no_upgrades_means_that_what_stands_is_kept() {
        // Kept or upgraded in two ways, and no upgrades: the place has one open site.
        let given = instance(
            &[Some(0), Some(0), Some(0), None],
            &[(&[(0, 1), (1, 1), (2, 1)], Sense::Exactly, 1), (&[(1, 1), (2, 1)], Sense::Exactly, 0)],
        );
        let implied = Implied::of(&given);
        assert_eq!(implied.steps, [(1, false), (2, false), (0, true)]);
        assert!(implied.narrow(&given).sites[0].fixed);
        let nodes = implied.prepend(vec![Node::default()]);
        assert_eq!(nodes[0].then, Then::First(vec![1, 2]));
        assert_eq!(nodes[3].then, Then::First(vec![0]));
        assert_eq!(nodes.len(), 6);
    }

    #[test]
    fn signs_and_senses() {
        let decided =
            |terms: &[(u32, i64)], sense, rhs| Implied::of(&instance(&[None; 2], &[(terms, sense, rhs)])).steps;
        assert_eq!(decided(&[(0, 2), (1, 1)], Sense::AtMost, 1), [(0, false)]);
        assert_eq!(decided(&[(0, 2), (1, 1)], Sense::AtLeast, 2), [(0, true)]);
        assert_eq!(decided(&[(0, -1), (1, 1)], Sense::AtMost, -1), [(0, true), (1, false)]);
        assert_eq!(decided(&[(0, -1), (1, 1)], Sense::AtLeast, 1), [(0, false), (1, true)]);
        assert_eq!(decided(&[(0, 1), (1, 1)], Sense::Exactly, 1), []);
        // A contradiction decides nothing more.
        assert_eq!(decided(&[(0, 1)], Sense::AtLeast, 2), []);
    }
}
