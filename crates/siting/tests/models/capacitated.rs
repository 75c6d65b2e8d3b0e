//! Capacitated assignment against brute force on small random instances, interrupted searches, and forged claims.

use firesite_problem::Status;
use firesite_problem::capacitated::*;
use firesite_siting::{Method, Options, solve_capacitated};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

fn below(random: &mut Pcg64, n: u64) -> u64 {
    random.next_u64() % n.max(1)
}

fn instance(seed: u64) -> CapacitatedInstance {
    let mut random = Pcg64::seed_from_u64(seed);
    let r = &mut random;
    let (n, m) = (1 + below(r, 5) as u32, 1 + below(r, 7));
    let holes = below(r, 3) * 20;
    let with_unserved = below(r, 3) == 0;
    let tight = 1 + below(r, 4);
    let demands: Vec<CapacitatedDemand> = (0..m)
        .map(|_| CapacitatedDemand {
            amount: below(r, 12),
            reach: (0..n)
                .filter(|_| below(r, 100) >= holes)
                .collect::<Vec<u32>>()
                .into_iter()
                .map(|j| (j, below(r, 40)))
                .collect(),
            unserved: (with_unserved && below(r, 2) == 0).then(|| below(r, 60)),
        })
        .collect();
    let total: u64 = demands.iter().map(|d| d.amount).sum();
    let sites = (0..n)
        .map(|j| CapacitatedSite {
            id: format!("s{j}"),
            capacity: below(r, 2 * total / tight + 2),
            cost: below(r, 30),
            fixed: below(r, 8) == 0,
        })
        .collect();
    let at_most = (below(r, 2) == 0).then(|| below(r, u64::from(n) + 1) as u32);
    CapacitatedInstance { name: format!("seed {seed}"), sites, demands, at_most }
}

fn seeds(or: u64) -> std::ops::Range<u64> {
    0..std::env::var("FIRESITE_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(or)
}

#[test]
fn equals_brute_force() {
    let (mut optimal, mut infeasible) = (0, 0);
    for seed in seeds(3000) {
        let instance = instance(seed);
        let truth = brute_force_capacitated(&instance).map(|plan| instance.cost(&plan).unwrap());
        let report = solve_capacitated(&instance, &Options::default()).unwrap();
        let outcome = verify_capacitated(&instance, &report.claim);
        let shown = || format!("seed {seed}: {outcome:?}, truth {truth:?}\n{instance:?}\n{:?}", report.claim);
        match (&outcome, truth) {
            (Ok(CapacitatedOutcome::Optimal(cost)), Some(best)) if *cost == best => optimal += 1,
            (Ok(CapacitatedOutcome::Infeasible), None) => infeasible += 1,
            _ => panic!("{}", shown()),
        }
        for forged in forgeries(&report.claim) {
            assert!(verify_capacitated(&instance, &forged).is_err(), "accepted {forged:?}\n{}", shown());
        }
    }
    println!("{optimal} optimal, {infeasible} infeasible");
    assert!(optimal > 1000 && infeasible > 300);
}

/// Claims that say more than is true.
fn forgeries(claim: &CapacitatedClaim) -> Vec<CapacitatedClaim> {
    let mut list = Vec::new();
    let mut short = claim.clone();
    short.certificate.as_mut().unwrap().nodes.pop();
    list.push(short);
    let mut long = claim.clone();
    long.certificate.as_mut().unwrap().nodes.push(CapacitatedNode::default());
    list.push(long);
    if let Some(cost) = claim.objective {
        list.push(CapacitatedClaim { bound: Some(cost + 1), status: Status::Feasible, ..claim.clone() });
        list.push(CapacitatedClaim { objective: Some(cost + 1), bound: Some(cost + 1), ..claim.clone() });
        list.push(CapacitatedClaim {
            plan: None,
            objective: None,
            bound: None,
            status: Status::Infeasible,
            ..claim.clone()
        });
        list.push(CapacitatedClaim { status: Status::Unknown, ..claim.clone() });
        list.push(CapacitatedClaim { certificate: None, ..claim.clone() });
    } else {
        list.push(CapacitatedClaim { bound: Some(0), ..claim.clone() });
        list.push(CapacitatedClaim { certificate: None, ..claim.clone() });
    }
    list
}

#[test]
fn bounds_never_pass_the_optimum_whatever_stops_the_search() {
    for seed in seeds(600) {
        let instance = instance(seed);
        let truth = brute_force_capacitated(&instance).map(|plan| instance.cost(&plan).unwrap());
        let all = [
            Options::method(Method::Greedy),
            Options::method(Method::LocalSearch),
            Options::default().with_work_limit(0),
            Options::default().with_gap(0.2),
        ];
        for options in all {
            let report = solve_capacitated(&instance, &options).unwrap();
            let claim = &report.claim;
            let outcome =
                verify_capacitated(&instance, claim).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{instance:?}"));
            match (truth, &outcome) {
                (None, CapacitatedOutcome::Optimal(_) | CapacitatedOutcome::Feasible { .. })
                | (Some(_), CapacitatedOutcome::Infeasible) => panic!("seed {seed}: {outcome:?}, truth {truth:?}"),
                (Some(best), _) => {
                    assert!(claim.bound.is_none_or(|b| b <= best), "seed {seed}: {outcome:?}, truth {best}");
                    assert!(claim.objective.is_none_or(|o| o >= best), "seed {seed}: {outcome:?}, truth {best}");
                    if options.gap > 0.0 {
                        let within = claim.bound.unwrap() as f64 >= 0.8 * claim.objective.unwrap() as f64 - 1.0;
                        assert!(within, "seed {seed}: {outcome:?}");
                    }
                }
                _ => {}
            }
        }
    }
}

/// Service areas of at most 7 square kilometres: a hand-made town where the nearest station is full.
#[test]
fn a_full_service_area_passes_its_blocks_on() {
    // Hectares. The inner station reaches everything soonest; 700 ha are its limit.
    let block =
        |amount, inner, outer| CapacitatedDemand { amount, reach: vec![(0, inner), (1, outer)], unserved: None };
    let site = |id: &str| CapacitatedSite { id: id.into(), capacity: 700, cost: 0, fixed: true };
    let instance = CapacitatedInstance {
        name: "town".into(),
        sites: vec![site("inner"), site("outer")],
        demands: vec![block(300, 60, 240), block(300, 90, 180), block(300, 120, 130), block(100, 60, 300)],
        at_most: None,
    };
    let report = solve_capacitated(&instance, &Options::default()).unwrap();
    // The third block loses 10 when it moves; the rest (700 ha) fits inside exactly.
    let plan = report.claim.plan.clone().unwrap();
    assert_eq!(plan.assigned, vec![Some(0), Some(0), Some(1), Some(0)]);
    assert_eq!(verify_capacitated(&instance, &report.claim), Ok(CapacitatedOutcome::Optimal(60 + 90 + 130 + 60)));
    // 999 ha of room are too few for 1000.
    let mut small = instance.clone();
    small.sites[0].capacity = 299;
    small.sites[1].capacity = 700;
    let report = solve_capacitated(&small, &Options::default()).unwrap();
    assert_eq!(verify_capacitated(&small, &report.claim), Ok(CapacitatedOutcome::Infeasible));
}

/// `cargo test --release -p firesite-siting --test models -- --ignored --nocapture capacitated_p_median`: SJC1 with 10 medians, published
/// optimum 17,288.99 (Lorena and Senne 2003); distances here in thousandths, rounded.
#[test]
#[ignore = "minutes in a debug build"]
fn capacitated_p_median_of_published_points() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/siting/SJC1.dat");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    };
    let mut lines = text.lines().map(|l| l.split_whitespace().map(|w| w.parse::<f64>().unwrap()).collect::<Vec<f64>>());
    let head = lines.next().unwrap();
    let points: Vec<Vec<f64>> = lines.filter(|l| l.len() == 4).collect();
    assert_eq!(points.len(), head[0] as usize);
    let site = |(j, p): (usize, &Vec<f64>)| CapacitatedSite {
        id: j.to_string(),
        capacity: p[2] as u64,
        cost: 0,
        fixed: false,
    };
    let distance = |a: &[f64], b: &[f64]| (1000.0 * (a[0] - b[0]).hypot(a[1] - b[1])).round() as u64;
    let instance = CapacitatedInstance {
        name: "SJC1".into(),
        sites: points.iter().enumerate().map(site).collect(),
        demands: points
            .iter()
            .map(|a| CapacitatedDemand {
                amount: a[3] as u64,
                reach: points.iter().enumerate().map(|(j, b)| (j as u32, distance(a, b))).collect(),
                unserved: None,
            })
            .collect(),
        at_most: Some(head[1] as u32),
    };
    let report = solve_capacitated(&instance, &Options::default().with_work_limit(3_000)).unwrap();
    let outcome = verify_capacitated(&instance, &report.claim).unwrap();
    println!("SJC1: {outcome:?}, published 17288993, {:?}", report.work);
    assert!(report.claim.bound.unwrap() <= 17_288_993 + 100);
    assert!(report.claim.objective.unwrap() >= 17_288_993 - 100);
}
