//! Maximal covering: most weight within the limit with at most p sites (Church and ReVelle 1974).
//!
//! max Σ_i w_i·min(1, Σ_{j covers i} x_j)  subject to  Σ_j x_j ≤ p.
//!
//! Solved as the least weight left uncovered, min Σ_i w_i − …, where a row costs nothing when a covering site is open and its
//! weight otherwise: a median problem with one level of cost.

use firesite_problem::{Classes, Instance, Stopped};

use super::median::{Swapped, first_prices};
use super::{Classic, Warm, claims};
use crate::budget::Budget;
use crate::covering::MOST;
use crate::dual::{Core, Fix, Pick, Plan, Proof, Steps, Takeover, Tree};
use crate::heuristic::{Columns, iterated};
use crate::{Method, Options, Report};

/// Whether the covered weight of a class counts: its group may be capped at nothing.
fn counts(instance: &Instance, classes: &Classes, c: usize) -> bool {
    let group = classes.classes[c].group.and_then(|g| instance.groups.get(g as usize));
    group.is_none_or(|g| g.cap != Some(0))
}

/// Solves a max-cover instance.
pub(super) fn solve(instance: &Instance, problem: Classic, options: &Options, warm: &mut Warm) -> Report {
    search(instance, problem, options, true, warm)
}

/// `relaxed`: whether small problems may go to the tree on the linear relaxation.
fn search(instance: &Instance, problem: Classic, options: &Options, relaxed: bool, warm: &mut Warm) -> Report {
    let mut budget = Budget::new(options);
    let classes = warm.classes(instance);
    let mut total = 0i64;
    for (c, class) in classes.classes.iter().enumerate() {
        if counts(instance, &classes, c) {
            total += class.weight as i64;
        }
    }
    let scale = [64, 16, 4].into_iter().find(|s| i128::from(total) * i128::from(*s) < MOST).unwrap_or(1);
    let goals = i128::from(total) < MOST;
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
    // Merging, fixing and turning round: about as much as four looks at every entry.
    budget.charge(4 * root.entries());
    let mut primal = Swapped::new(&root, &columns, n, scale, options);
    let begin = warm.plan(&root, &columns, &mut budget);
    primal.take(&begin);
    let mut open = begin;
    if options.method != Method::Greedy && !budget.spent() {
        let steps = if options.method == Method::LocalSearch { 200 } else { 0 };
        open = iterated(&root, &columns, &open, steps, options.seed, None, &mut budget);
        primal.take(&open);
    }
    primal.total = Some(total);
    (primal.restarts, primal.kicks) = (8, 600);
    let caps: Vec<i64> = instance.groups.iter().map(|g| if g.cap == Some(0) { scale } else { 0 }).collect();
    let slot = problem.limit.map(|(_, c)| c as u32);
    let proof = Proof::new(slot, (0..n as u32).collect());
    let known = warm.prices(&root);
    let again = known.is_some();
    let u = known.unwrap_or_else(|| first_prices(&root, &columns, &open));
    let exact = options.method == Method::Exact;
    primal.frozen = !exact;
    let plan = Plan {
        root: if again { Steps::AGAIN } else { Steps::ROOT },
        node: Steps::NODE,
        pick: Pick::Highest,
        goals,
        relaxed,
    };
    let mut tree = Tree::new(&mut primal, &mut budget, proof, classes.len(), scale, plan);
    tree.takeover = Some(Takeover {
        engine: options.engine,
        instance,
        classes: &classes,
        shift: &shift,
        offset: total * scale,
        slot,
        caps: caps.clone(),
    });
    let mut start = if exact { tree.solve(root.clone(), u) } else { tree.solve_root(root.clone(), u) };
    tree.proof.shift(&shift);
    let (nodes, lowest) = (std::mem::take(&mut tree.proof.nodes), tree.lowest);
    warm.prices = tree.settled.take();
    warm.open.clone_from(&primal.open);
    for (v, s) in std::sync::Arc::make_mut(&mut start.row).iter_mut().zip(&shift) {
        *v += s;
    }
    let mut multipliers = Proof::root(&start, slot, instance.constraints.len());
    if caps.iter().any(|&cap| cap > 0) {
        multipliers.caps = caps;
    }
    let uncovered = primal.best / scale;
    let bound = claims::whole(lowest, crate::dual::Primal::target(&primal), scale, uncovered);
    let ended = if exact { Stopped::Gap } else { Stopped::Method };
    claims::value(primal.open, total - uncovered, total - bound, scale, multipliers, nodes, budget, ended, presolve)
}

#[cfg(test)]
mod tests {
    use firesite_problem::{Constraint, Objective, Row, Sense, Site, Status, oracle::brute_force, verify};
    use rand_pcg::Pcg64;
    use rand_pcg::rand_core::{Rng, SeedableRng};

    use super::*;

    fn instance(seed: u64) -> Instance {
        let mut random = Pcg64::seed_from_u64(seed);
        let mut below = move |n: u64| random.next_u64() % n;
        let n = 2 + below(9) as u32;
        let mut instance = Instance { levels: vec![Objective::Cover], limit: Some(50), ..Instance::default() };
        instance.sites = (0..n).map(|j| Site::new(format!("s{j}"))).collect();
        let near = 20 + below(70);
        for _ in 0..3 + below(40) {
            let mut reach: Vec<(u32, u32)> = (0..n).map(|j| (j, if below(100) < near { 90 } else { 10 })).collect();
            reach.sort_by_key(|&(j, t)| (t, j));
            // Few weights: ties are where a tree goes wrong.
            instance.rows.push(Row {
                weight: 1 + below(if seed.is_multiple_of(2) { 3 } else { 1000 }),
                reach,
                ..Row::default()
            });
        }
        let p = below(u64::from(n) + 1) as i64;
        if p > 0 && below(3) == 0 {
            instance.sites[below(u64::from(n)) as usize].fixed = true;
        }
        let terms = (0..n).map(|j| (j, 1)).collect();
        instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: p });
        instance
    }

    fn by_goals(instance: &Instance, options: &Options) -> Report {
        let problem = Classic::recognise(instance).expect("a classic problem");
        search(instance, problem, options, false, &mut Warm::default())
    }

    #[test]
    fn goals_end_at_the_optimum() {
        for seed in 0..800 {
            let instance = instance(seed);
            let report = by_goals(&instance, &Options::default());
            let (values, _) = brute_force(&instance).expect("feasible");
            assert_eq!(report.claim.levels[0].objective, Some(values[0]), "seed {seed}");
            assert_eq!(report.claim.status, Status::Optimal, "seed {seed}");
            verify(&instance, &report.claim).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
        }
    }

    #[test]
    fn stopped_goals_keep_a_bound_that_holds() {
        let mut open = 0;
        for seed in 0..300 {
            let instance = instance(seed);
            // The goal that reaches the gap ends the search.
            let options = Options::default().with_gap([0.02, 0.1, 0.3][seed as usize % 3]);
            let report = by_goals(&instance, &options);
            let (values, _) = brute_force(&instance).expect("feasible");
            let level = &report.claim.levels[0];
            assert!(level.objective.is_some_and(|v| v <= values[0]), "seed {seed}");
            assert!(level.bound.is_some_and(|b| b >= values[0]), "seed {seed}");
            open += usize::from(report.claim.status == Status::Feasible);
            verify(&instance, &report.claim).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
        }
        assert!(open > 10, "{open} were left open: the test shows nothing");
    }

    /// Sites and rows in a square, large enough for a tree.
    fn square(seed: u64) -> Instance {
        let mut random = Pcg64::seed_from_u64(seed);
        let mut below = move |n: u64| (random.next_u64() % n) as i64;
        let mut instance = Instance { levels: vec![Objective::Cover], limit: Some(170), ..Instance::default() };
        let sites: Vec<(i64, i64)> = (0..70).map(|_| (below(1000), below(1000))).collect();
        instance.sites = (0..sites.len()).map(|j| Site::new(format!("s{j}"))).collect();
        for _ in 0..500 {
            let (x, y) = (below(1000), below(1000));
            let far = |&(a, b): &(i64, i64)| (((a - x).pow(2) + (b - y).pow(2)) as f64).sqrt() as u32;
            let mut reach: Vec<(u32, u32)> = sites.iter().enumerate().map(|(j, s)| (j as u32, far(s))).collect();
            reach.sort_by_key(|&(j, t)| (t, j));
            instance.rows.push(Row { weight: 1 + below(20) as u64, reach, ..Row::default() });
        }
        let terms = (0..70).map(|j| (j, 1)).collect();
        instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: 8 });
        instance
    }

    #[test]
    fn goals_stopped_by_work_keep_what_they_have_shown() {
        let mut partly = 0;
        for seed in 0..6 {
            let instance = square(seed);
            let whole = by_goals(&instance, &Options::default());
            assert_eq!(whole.claim.status, Status::Optimal, "seed {seed}");
            let best = whole.claim.levels[0].objective.expect("a plan");
            let mut last = i64::MAX;
            let all = whole.work.entries / 1_000_000;
            for limit in (0..=8).map(|k| all * k / 8) {
                let options = Options::default().with_work_limit(limit);
                let with = |threads| {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
                    pool.install(|| by_goals(&instance, &options).claim)
                };
                let claim = with(1);
                assert_eq!(claim, with(3), "seed {seed}, {limit} units");
                verify(&instance, &claim).unwrap_or_else(|reason| panic!("seed {seed}, {limit} units: {reason}"));
                let bound = claim.levels[0].bound.expect("a bound");
                assert!(bound >= best, "seed {seed}, {limit} units: bound {bound}, best {best}");
                partly += usize::from(bound < last && last < i64::MAX && claim.status == Status::Feasible);
                last = last.min(bound);
            }
        }
        assert!(partly > 1, "{partly} bounds fell on the way: the test shows little");
    }

    #[test]
    fn any_number_of_threads_gives_the_same_claim() {
        for seed in 0..40 {
            let instance = instance(seed);
            let with = |threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
                pool.install(|| by_goals(&instance, &Options::default()).claim)
            };
            assert_eq!(with(1), with(4), "seed {seed}");
        }
    }
}
