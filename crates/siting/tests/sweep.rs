//! The frontier over p and the next best plans against brute force.

use firesite_problem::{Constraint, Instance, Objective, Row, Sense, Site, Status, oracle::brute_force, verify};
use firesite_siting::{Options, alternatives, frontier, with_limit, worth};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

fn instance(seed: u64) -> Instance {
    let mut random = Pcg64::seed_from_u64(seed);
    let mut below = move |n: u64| random.next_u64() % n;
    let n = 3 + below(5) as u32;
    let mut instance = Instance { levels: vec![Objective::Cover], limit: Some(50), ..Instance::default() };
    instance.sites = (0..n).map(|j| Site::new(format!("s{j}"))).collect();
    for _ in 0..12 {
        let mut reach: Vec<(u32, u32)> = (0..n).map(|j| (j, below(100) as u32)).collect();
        reach.sort_by_key(|&(j, t)| (t, j));
        instance.rows.push(Row { weight: 1 + below(20), reach, ..Row::default() });
    }
    let terms = (0..n).map(|j| (j, 1)).collect();
    instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: 2 });
    instance
}

#[test]
fn every_point_of_the_frontier_is_proven() {
    for seed in 0..200 {
        let mut instance = instance(seed);
        if seed % 2 == 1 {
            // p-median: fewest weighted seconds.
            (instance.levels, instance.limit, instance.worst) = (vec![Objective::Time], None, Some(120));
        }
        if seed % 5 == 0 {
            instance.sites[0].fixed = true;
        }
        let first = u32::from(instance.sites[0].fixed);
        let points = frontier(&instance, first..=4, &Options::default()).expect("a limit on p");
        assert_eq!(points.len(), 5 - first as usize);
        let mut best = Vec::new();
        for point in &points {
            let of_p = with_limit(&instance, point.p).expect("a limit on p");
            assert!(verify(&of_p, &point.report.claim).is_ok());
            assert_eq!(point.report.claim.status, Status::Optimal);
            let (values, _) = brute_force(&of_p).expect("feasible");
            assert_eq!(point.report.claim.levels[0].objective, Some(values[0]), "seed {seed} p {}", point.p);
            best.push(values[0]);
        }
        for (step, pair) in worth(&instance, &points).iter().zip(best.windows(2)) {
            let gain = pair[0].abs_diff(pair[1]) as i64;
            assert_eq!((step.least, step.most), (gain, Some(gain)), "seed {seed} p {}", step.p);
        }
    }
}

#[test]
fn the_next_best_plans_come_in_order() {
    for seed in 0..20 {
        let instance = instance(seed);
        let found = alternatives(&instance, 4, 1, &Options::default()).expect("a classic problem");
        let mut last = i64::MAX;
        let mut seen: Vec<Vec<u32>> = Vec::new();
        for plan in found {
            let claim = &plan.report.claim;
            verify(&plan.instance, claim).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
            let (values, _) = brute_force(&plan.instance).expect("feasible");
            let objective = claim.levels[0].objective.expect("a plan");
            assert_eq!(objective, values[0], "seed {seed}");
            assert!(objective <= last);
            last = objective;
            let open = claim.open.clone().expect("a plan");
            assert!(!seen.contains(&open), "seed {seed}: the same plan twice");
            seen.push(open);
        }
    }
}
