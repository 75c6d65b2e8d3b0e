//! Whether there is any plan at all.

use firesite_problem::{Classes, Goal, Instance, LevelProof, Multipliers, Node, Then};
use rayon::prelude::*;

use super::super::exact::{Frame, Subject};
use super::super::flat::Flat;
use super::super::limit::Limit;
use super::super::parts::Parts;
use super::super::state::State;
use super::{Ready, prepare, search_all};
use crate::budget::Budget;

/// What came of the search for any plan at all.
pub(in crate::levels) enum Existence {
    /// A plan: flat sites.
    Plan(Vec<u32>),
    /// There is none.
    Refuted(LevelProof),
    /// The work ended first.
    Open,
}

/// Looks for any feasible plan, or proves that there is none.
pub(in crate::levels) fn existence(
    instance: &Instance,
    flat: &Flat,
    parts: &Parts,
    state: &State<'_>,
    limit: Limit,
    budget: &mut Budget,
) -> Existence {
    let scale = 1i64 << 20;
    let idle = |c: &super::super::flat::Condition| c.terms.iter().all(|t| !flat.free[t.0 as usize]);
    let broken = (0..flat.conditions.len()).any(|c| {
        let condition = &flat.conditions[c];
        idle(condition) && state.lack(c) > 0
    });
    let twice = flat.sets.iter().any(|set| set.iter().filter(|&&k| flat.fixed[k as usize]).count() > 1);
    if flat.orphan.is_some() || broken || twice {
        // Nobody can serve some row, or the fixed sites alone break a condition: one look shows it.
        return Existence::Refuted(LevelProof { scale: 1, nodes: vec![Node::default()], ..LevelProof::default() });
    }
    if let Some(proof) = hopeless_floor(instance, flat) {
        return Existence::Refuted(proof);
    }
    let subject = Subject {
        level: None,
        scale,
        held: Vec::new(),
        held_values: Vec::new(),
        component: &parts.of,
        components: parts.count,
    };
    let mut frame = Frame::new(instance, flat, subject);
    let mask = vec![false; instance.sites.len()];
    let each = limit.with_work(limit.work / 4 / parts.count.max(1) as u64);
    let mut ready: Vec<Ready> =
        (0..parts.count).into_par_iter().map(|q| prepare(&frame, q, state, parts, &mask, None, each)).collect();
    for part in &mut ready {
        part.target = 1;
        budget.took(part.meter);
    }
    let proofs = search_all(&frame, &ready, limit.with_work(limit.work / parts.count.max(1) as u64));
    for proof in &proofs {
        budget.took(proof.meter);
        budget.work.nodes += proof.count;
        budget.work.iterations += proof.steps;
    }
    if let Some(q) = proofs.iter().position(|p| p.at_least >= 1) {
        // One part without a plan is enough; of the others, without prices, nothing is asked.
        frame.adopt(q, &ready[q].integers);
        let multipliers = frame.multipliers();
        let mut at_least = vec![0; parts.count];
        at_least[q] = proofs[q].at_least.clamp(1, 1 << 61) as i64;
        let mut nodes = vec![Node { then: Then::Split { part: frame.part_of.clone(), at_least }, ..Node::default() }];
        if parts.count == 1 {
            nodes.clear();
        }
        for (p, proof) in proofs.into_iter().enumerate() {
            if p == q {
                nodes.extend(proof.nodes);
            } else {
                nodes.push(Node::default());
            }
        }
        return Existence::Refuted(LevelProof { scale: scale as u64, multipliers, nodes });
    }
    if parts.count > 1 && frame.spans() {
        // What spans parts may be what cannot be met: all as one part.
        let whole = Parts { of: vec![0; flat.len()], count: 1, coupled: false };
        return existence(instance, flat, &whole, state, limit, budget);
    }
    let mut sites: Vec<u32> = (0..flat.len() as u32).filter(|&j| flat.fixed[j as usize]).collect();
    for proof in &proofs {
        match proof.plans.first() {
            Some(plan) => sites.extend(plan.iter().map(|&j| frame.rank[j as usize])),
            None => return Existence::Open,
        }
    }
    Existence::Plan(sites)
}

/// A floor above everything that could ever be covered, shown by pricing it.
fn hopeless_floor(instance: &Instance, flat: &Flat) -> Option<LevelProof> {
    let classes = Classes::new(instance, Goal::infeasible());
    let mut rank = vec![0; flat.len()];
    for (k, &j) in flat.origin.iter().enumerate() {
        rank[j as usize] = k;
    }
    let possible = |j: u32| flat.free[rank[j as usize]] || flat.fixed[rank[j as usize]];
    let mut reachable = vec![0u64; instance.groups.len()];
    for (i, class) in classes.classes.iter().enumerate() {
        if let Some(g) = class.group
            && classes.entries(i).iter().any(|e| e.covers && possible(e.site))
        {
            reachable[g as usize] += class.weight;
        }
    }
    let g = instance.groups.iter().zip(&reachable).position(|(group, &r)| group.floor > r)?;
    let mut floors = vec![0; instance.groups.len()];
    floors[g] = 1;
    let priced = |i: usize| {
        let class = &classes.classes[i];
        class.group == Some(g as u32) && classes.entries(i).iter().any(|e| e.covers && possible(e.site))
    };
    let rows = (0..classes.len()).map(|i| if priced(i) { -(classes.classes[i].weight as i64) } else { 0 }).collect();
    let multipliers = Multipliers { floors, rows, ..Multipliers::default() };
    Some(LevelProof { scale: 1, multipliers, nodes: vec![Node::default()] })
}
