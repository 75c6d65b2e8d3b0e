//! Walks the tree of a proof in preorder with a stack of its own: every case is there, every leaf reaches its target.
use std::ops::Range;

use rayon::prelude::*;

use super::Flaw;
use super::bound::Buffers;
use super::region::{Condition, Fix, Region};
use crate::certificate::{LevelProof, Node, Then};
use crate::classes::{Entry, Goal};
use crate::instance::{Instance, Sense};

/// A node whose children are not all done.
struct Open {
    node: usize,
    mark: usize,
    target: i128,
    part: Option<u32>,
    /// Next child.
    next: usize,
    children: usize,
}

/// Children of a node in the tree.
fn children_of(node: &Node) -> usize {
    match &node.then {
        Then::Leaf => 0,
        Then::Next => 1,
        Then::First(sites) => sites.len() + 1,
        Then::Count { .. } => 2,
        Then::Split { at_least, .. } => at_least.len(),
    }
}

/// Where the subtree of each node ends; `None` where the nodes are not one tree, or have a split, below which parts share state.
fn ends(nodes: &[Node]) -> Option<Vec<usize>> {
    let mut ends = vec![0; nodes.len()];
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for (position, node) in nodes.iter().enumerate() {
        if matches!(node.then, Then::Split { .. }) || position > 0 && stack.is_empty() {
            return None;
        }
        stack.push((position, children_of(node)));
        while let Some(&(done, 0)) = stack.last() {
            ends[done] = position + 1;
            stack.pop();
            if let Some(parent) = stack.last_mut() {
                parent.1 -= 1;
            }
        }
    }
    stack.is_empty().then_some(ends)
}

/// Trees of fewer nodes are checked by one thread.
const FEW: usize = 100;

/// Checks a proof, a large one by several threads: each walks to a share of the nodes and checks those. Every node is in one share.
pub(super) fn check(
    instance: &Instance,
    scale: u64,
    proof: &LevelProof,
    goal: Goal,
    held: &[i64],
    target: i128,
) -> Result<(), Flaw> {
    let (count, threads) = (proof.nodes.len(), rayon::current_num_threads());
    if threads > 1
        && count >= FEW
        && let Some(ends) = ends(&proof.nodes)
    {
        let share = count.div_ceil(threads);
        let held_share = |first: usize| {
            let mine = first..(first + share).min(count);
            check_share(instance, scale, proof, goal, held, target, Some((&ends, mine))).is_ok()
        };
        let firsts: Vec<usize> = (0..count).step_by(share).collect();
        if firsts.into_par_iter().all(held_share) {
            return Ok(());
        }
        // What is wrong first is found in order.
    }
    check_share(instance, scale, proof, goal, held, target, None)
}

/// Checks the nodes of a share (of the ends of all subtrees and the positions to check), or all.
fn check_share(
    instance: &Instance,
    scale: u64,
    proof: &LevelProof,
    goal: Goal,
    held: &[i64],
    target: i128,
    share: Option<(&[usize], Range<usize>)>,
) -> Result<(), Flaw> {
    let mut region = Region::new(instance, goal, scale, held, proof)?;
    let mut buffers = Buffers::new(&region);
    let mut dominance = Dominance::default();
    let mut stack: Vec<Open> = Vec::new();
    let (mut target, mut part) = (target, None);
    let mut position = 0;
    loop {
        let Some(node) = proof.nodes.get(position) else { return Err(Flaw::Incomplete) };
        let end = share.as_ref().map_or(usize::MAX, |(ends, _)| ends[position]);
        if share.as_ref().is_some_and(|(_, mine)| end <= mine.start || position >= mine.end) {
            // Others check the whole subtree.
            position = end;
        } else {
            let mine = share.as_ref().is_none_or(|(_, mine)| mine.contains(&position));
            enter(&mut region, &mut buffers, &mut dominance, node, position, target, part, mine)?;
            let children = children_of(node);
            if children > 0 {
                region.compact();
                stack.push(Open { node: position, mark: region.mark(), target, part, next: 0, children });
            }
            position += 1;
        }
        // On to the next child that is still to be shown.
        loop {
            let Some(open) = stack.last_mut() else {
                let left = proof.nodes.len() - position;
                return if left == 0 { Ok(()) } else { Err(Flaw::Extra(left)) };
            };
            region.rollback(open.mark);
            if open.next < open.children {
                let child = open.next;
                open.next += 1;
                (target, part) = (open.target, open.part);
                match &proof.nodes[open.node].then {
                    Then::Leaf | Then::Next => {}
                    Then::First(sites) => {
                        sites.iter().take(child).for_each(|&j| region.fix_site(j, Fix::Closed));
                        if let Some(&j) = sites.get(child) {
                            region.fix_site(j, Fix::Open);
                        }
                    }
                    Then::Count { sites, at_most } => {
                        let terms = sites.iter().map(|&j| (j, 1)).collect();
                        let (sense, rhs) = if child == 0 {
                            (Sense::AtMost, *at_most)
                        } else {
                            (Sense::AtLeast, at_most.checked_add(1).ok_or(Flaw::Overflow)?)
                        };
                        region.add_condition(Condition { terms, sense, rhs }, part);
                    }
                    Then::Split { at_least, .. } => {
                        target = i128::from(at_least[child]);
                        part = Some(child as u32);
                    }
                }
                break;
            }
            if matches!(proof.nodes[open.node].then, Then::Split { .. }) {
                region.parts = None;
            }
            stack.pop();
        }
    }
}

/// Everything a node says of its own region. `mine`: whether its bounds are to be shown here, or only its fixings made.
fn enter(
    region: &mut Region<'_>,
    buffers: &mut Buffers,
    dominance: &mut Dominance,
    node: &Node,
    position: usize,
    target: i128,
    part: Option<u32>,
    mine: bool,
) -> Result<(), Flaw> {
    region.apply(&node.change, part, position)?;
    dominance.close(region, &node.dominated, part, position)?;
    if !mine {
        check_sites(region, &node.close, part, position)?;
        check_sites(region, &node.open, part, position)?;
        node.close.iter().for_each(|&j| region.fix_site(j, Fix::Closed));
        node.open.iter().for_each(|&j| region.fix_site(j, Fix::Open));
    } else if !node.close.is_empty() || !node.open.is_empty() {
        fixings(region, buffers, node, position, target, part)?;
    }
    let wrong = |what| Flaw::Branch { node: position, what };
    match &node.then {
        Then::Leaf if !mine => Ok(()),
        Then::Leaf => {
            let bound = region.bound(part, buffers)?;
            match bound.value {
                Some(value) if value < target && !region.dead(part) => {
                    Err(Flaw::Weak { node: position, bound: value, target })
                }
                _ => Ok(()),
            }
        }
        Then::Next => Ok(()),
        Then::First(sites) => {
            check_sites(region, sites, part, position)?;
            if sites.is_empty() { Err(wrong("a branch without a site")) } else { Ok(()) }
        }
        Then::Count { sites, .. } => {
            check_sites(region, sites, part, position)?;
            let mut sorted = sites.clone();
            sorted.sort_unstable();
            if sorted.windows(2).any(|w| w[0] == w[1]) { Err(wrong("a site is counted twice")) } else { Ok(()) }
        }
        Then::Split { part: site_part, at_least } => {
            if part.is_some() {
                return Err(wrong("a split below a split"));
            }
            region.split(site_part, at_least.len(), position)?;
            let mut sum = region.shared_constant(buffers)?;
            for &t in at_least {
                sum = sum.checked_add(i128::from(t)).ok_or(Flaw::Overflow)?;
            }
            if sum < target && !region.empty {
                return Err(Flaw::Weak { node: position, bound: sum, target });
            }
            Ok(())
        }
    }
}

/// Sites of a branch exist and, below a split, belong to the part.
fn check_sites(region: &Region<'_>, sites: &[u32], part: Option<u32>, node: usize) -> Result<(), Flaw> {
    for &site in sites {
        if site as usize >= region.fix.len() {
            return Err(Flaw::Position { what: "site", position: site as usize });
        }
        if let (Some(q), Some(parts)) = (part, &region.parts)
            && parts.site[site as usize] != q
        {
            return Err(Flaw::Shared { node, what: "site", position: site as usize });
        }
    }
    Ok(())
}

/// Fixings by the node's own bound: each holds against the region before any of them.
fn fixings(
    region: &mut Region<'_>,
    buffers: &mut Buffers,
    node: &Node,
    position: usize,
    target: i128,
    part: Option<u32>,
) -> Result<(), Flaw> {
    check_sites(region, &node.close, part, position)?;
    check_sites(region, &node.open, part, position)?;
    let bound = region.bound(part, buffers)?;
    if let Some(value) = bound.value {
        for (&site, closed) in node.close.iter().map(|j| (j, false)).chain(node.open.iter().map(|j| (j, true))) {
            let justified = match region.fix[site as usize] {
                // Already as it is to be, or already the opposite (then the region below is empty, which must follow from the bound).
                Fix::Open => closed || value >= target,
                Fix::Closed => !closed || value >= target,
                Fix::Free => region.flipped(value, site, closed, buffers)?.is_none_or(|v| v >= target),
            };
            if !justified {
                return Err(Flaw::Fixing { node: position, site });
            }
        }
    }
    node.close.iter().for_each(|&j| region.fix_site(j, Fix::Closed));
    node.open.iter().for_each(|&j| region.fix_site(j, Fix::Open));
    Ok(())
}

/// What of a class a site serves: class, time, covers, serves.
type Served = (u32, u32, bool, bool);

/// Checks that exchanging one site for another is never worse. The lists are built when first needed.
#[derive(Default)]
pub(super) struct Dominance {
    by_site: Vec<Vec<Served>>,
}

impl Dominance {
    fn close(
        &mut self,
        region: &mut Region<'_>,
        pairs: &[(u32, u32)],
        part: Option<u32>,
        node: usize,
    ) -> Result<(), Flaw> {
        if pairs.is_empty() {
            return Ok(());
        }
        if part.is_some() {
            return Err(Flaw::Branch { node, what: "dominance below a split" });
        }
        if self.by_site.is_empty() {
            self.by_site = vec![Vec::new(); region.fix.len()];
            for i in 0..region.classes.len() {
                for e in region.classes.entries(i) {
                    self.by_site[e.site as usize].push((i as u32, e.time, e.covers, e.serves));
                }
            }
        }
        let coefficients = coefficients(region);
        for &(site, by) in pairs {
            check_sites(region, &[site, by], None, node)?;
            let free = region.fix[site as usize] == Fix::Free && region.fix[by as usize] != Fix::Closed;
            if site == by || !free || !self.dominates(region, &coefficients, site as usize, by as usize) {
                return Err(Flaw::Dominance { node, site, by });
            }
            region.fix_site(site, Fix::Closed);
        }
        Ok(())
    }

    fn dominates(&self, region: &Region<'_>, coefficients: &[Vec<(u32, i64)>], j: usize, k: usize) -> bool {
        let (a, b) = (&region.instance.sites[j], &region.instance.sites[k]);
        let same_set = region.set_of[j] == region.set_of[k];
        if b.cost > a.cost || b.counted && !a.counted || b.exclusive.is_some() && !same_set {
            return false;
        }
        // Either `by` is closed and takes the place of the site, or (in another set) it is open already and the site is dropped.
        let (mut p, mut q) = (coefficients[j].iter().peekable(), coefficients[k].iter().peekable());
        loop {
            let c = match (p.peek(), q.peek()) {
                (None, None) => break,
                (Some(x), Some(y)) => x.0.min(y.0),
                (Some(x), None) => x.0,
                (None, Some(y)) => y.0,
            };
            let of_j = i128::from(p.next_if(|x| x.0 == c).map_or(0, |x| x.1));
            let of_k = i128::from(q.next_if(|y| y.0 == c).map_or(0, |y| y.1));
            let harmless = |change: i128| match region.conditions[c as usize].sense {
                Sense::AtMost => change <= 0,
                Sense::AtLeast => change >= 0,
                Sense::Exactly => change == 0,
            };
            if !harmless(of_k - of_j) || !same_set && !harmless(-of_j) {
                return false;
            }
        }
        // Where an open site serves a class no later, and covers it, neither of the two earns anything.
        let shielded = |mine: &Served| {
            let open = |e: &&Entry| e.serves && region.fix[e.site as usize] == Fix::Open;
            let first = region.classes.entries(mine.0 as usize).iter().find(open);
            first.is_some_and(|e| e.time <= mine.1 && e.covers >= mine.2)
        };
        let mut theirs = self.by_site[k].iter();
        self.by_site[j].iter().all(|mine| {
            let gains = !region.classes.classes[mine.0 as usize].gains.is_empty();
            !gains && shielded(mine)
                || theirs.by_ref().find(|t| t.0 >= mine.0).is_some_and(|t| {
                    t.0 == mine.0 && t.1 <= mine.1 && t.2 >= mine.2 && t.3 >= mine.3 && (same_set || !(gains && mine.2))
                })
        })
    }
}

/// Coefficients of each site, by condition.
fn coefficients(region: &Region<'_>) -> Vec<Vec<(u32, i64)>> {
    let mut result = vec![Vec::new(); region.fix.len()];
    for (c, condition) in region.conditions.iter().enumerate() {
        for &(site, a) in condition.terms.iter().filter(|t| t.1 != 0) {
            result[site as usize].push((c as u32, a));
        }
    }
    result
}
