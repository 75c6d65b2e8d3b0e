//! Maximal covering: most weight within the limit with at most p sites (Church and ReVelle 1974).
//!
//! max Σ_i w_i·min(1, Σ_{j covers i} x_j)  subject to  Σ_j x_j ≤ p.
//!
//! Solved as the least weight left uncovered, min Σ_i w_i − …, where a row costs nothing when a covering site is open and its
//! weight otherwise: a median problem with one level of cost.

use firesite_problem::{Classes, Goal, Instance, Stopped};

use super::median::{Swapped, first_prices};
use super::{Classic, claims};
use crate::budget::Budget;
use crate::dual::{Core, Fix, Pick, Plan, Proof, Steps, Tree};
use crate::heuristic::{Columns, greedy, iterated};
use crate::{Method, Options, Report};

/// Whether the covered weight of a class counts: its group may be capped at nothing.
fn counts(instance: &Instance, classes: &Classes, c: usize) -> bool {
    let group = classes.classes[c].group.and_then(|g| instance.groups.get(g as usize));
    group.is_none_or(|g| g.cap != Some(0))
}

/// Solves a max-cover instance.
pub(super) fn solve(instance: &Instance, problem: Classic, options: &Options) -> Report {
    let mut budget = Budget::new(options);
    let classes = Classes::new(instance, Goal { level: Some(0), within: None });
    let mut total = 0i64;
    for (c, class) in classes.classes.iter().enumerate() {
        if counts(instance, &classes, c) {
            total += class.weight as i64;
        }
    }
    let scale = [64, 16, 4].into_iter().find(|s| i128::from(total) * i128::from(*s) < 1 << 58).unwrap_or(1);
    let n = instance.sites.len();
    let mut whole = Core {
        start: vec![0],
        slots: problem.limit.map_or(usize::MAX, |(p, _)| p),
        open_cost: vec![0; n],
        id: (0..n as u32).collect(),
        ..Core::default()
    };
    let mut shift = vec![0; classes.len()];
    for (c, class) in classes.classes.iter().enumerate() {
        if !counts(instance, &classes, c) {
            continue;
        }
        whole.site.extend(classes.entries(c).iter().filter(|e| e.covers).map(|e| e.site));
        whole.cost.resize(whole.site.len(), 0);
        whole.start.push(whole.site.len());
        whole.cap.push(class.weight as i64 * scale);
        whole.row.push(c as u32);
        shift[c] = -(class.weight as i64) * scale;
    }
    let fix: Vec<Fix> = instance.sites.iter().map(|s| if s.fixed { Fix::Open } else { Fix::Free }).collect();
    let fixed = fix.iter().filter(|f| **f == Fix::Open).count();
    if problem.limit.is_some_and(|(p, _)| fixed > p) {
        return claims::too_many_fixed(budget);
    }
    let root = whole.fix(&fix).core;
    drop(whole);
    let presolve = claims::presolve(instance, &classes, &root);
    let columns = Columns::of(&root);
    let mut primal = Swapped::new(&root, &columns, n, scale, options);
    let begin = greedy(&root, &columns, &[], &mut budget);
    primal.take(&begin);
    let mut open = begin;
    if options.method != Method::Greedy {
        let steps = if options.method == Method::LocalSearch { 200 } else { 0 };
        open = iterated(&root, &columns, &open, steps, options.seed, &mut budget);
        primal.take(&open);
    }
    primal.restarts = 6;
    let slot = problem.limit.map(|(_, c)| c as u32);
    let proof = Proof::new(slot, (0..n as u32).collect());
    let u = first_prices(&root, &columns, &open);
    let exact = options.method == Method::Exact;
    primal.frozen = !exact;
    let plan = Plan { root: Steps::ROOT, node: Steps::NODE, pick: Pick::Highest, goals: true };
    let mut tree = Tree::new(&mut primal, &mut budget, proof, classes.len(), scale, plan);
    let mut start = if exact { tree.solve(root.clone(), u) } else { tree.solve_root(root.clone(), u) };
    tree.proof.shift(&shift);
    let (nodes, lowest) = (std::mem::take(&mut tree.proof.nodes), tree.lowest);
    for (v, s) in std::rc::Rc::make_mut(&mut start.row).iter_mut().zip(&shift) {
        *v += s;
    }
    let mut multipliers = Proof::root(&start, slot, instance.constraints.len());
    if instance.groups.iter().any(|g| g.cap == Some(0)) {
        multipliers.caps = instance.groups.iter().map(|g| if g.cap == Some(0) { scale } else { 0 }).collect();
    }
    let uncovered = primal.best / scale;
    let bound = claims::whole(lowest, crate::dual::Primal::target(&primal), scale, uncovered);
    let ended = if exact { Stopped::Gap } else { Stopped::Method };
    claims::value(primal.open, total - uncovered, total - bound, scale, multipliers, nodes, budget, ended, presolve)
}
