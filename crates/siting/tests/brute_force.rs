//! Thousands of small random instances of the classic models against brute force: value equal, status right, claim verified.

use firesite_problem::{Constraint, Instance, Objective, Row, Sense, Site, Status, oracle::brute_force, verify};
use firesite_siting::{Method, Options, solve};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

fn below(random: &mut Pcg64, n: u64) -> u64 {
    random.next_u64() % n
}

/// A random instance of one level. Reach is sometimes sparse, weights sometimes 0, sites sometimes fixed.
fn instance(seed: u64, level: Objective) -> Instance {
    let mut random = Pcg64::seed_from_u64(seed);
    let random = &mut random;
    let (n, m) = (1 + below(random, 10) as u32, below(random, 20) as usize);
    let mut instance = Instance { name: format!("seed {seed}"), levels: vec![level], ..Instance::default() };
    let fixed = below(random, 4) == 0;
    let largest = [4, 20, 1000][below(random, 3) as usize];
    for j in 0..n {
        let mut site = Site::new(format!("s{j}"));
        site.cost = below(random, 20);
        site.fixed = fixed && below(random, 4) == 0;
        instance.sites.push(site);
    }
    let holes = below(random, 4) * 25;
    for _ in 0..m {
        let mut reach: Vec<(u32, u32)> = (0..n).filter(|_| below(random, 100) >= holes).map(|j| (j, 0)).collect();
        for e in &mut reach {
            e.1 = below(random, largest) as u32;
        }
        reach.sort_by_key(|&(j, t)| (t, j));
        let must = level == Objective::Cost && below(random, 8) > 0;
        instance.rows.push(Row { weight: below(random, 30), reach, must, ..Row::default() });
    }
    if level == Objective::Cover || level == Objective::Cost && below(random, 2) == 0 {
        instance.limit = Some(below(random, largest) as u32);
    }
    if matches!(level, Objective::Time | Objective::Center) && below(random, 4) == 0 {
        instance.worst = Some(below(random, 2 * largest) as u32);
    }
    // A set cover seldom has a limit on its sites, the others mostly.
    let limited = if level == Objective::Cost { below(random, 4) == 0 } else { below(random, 10) > 0 };
    if limited {
        let terms = (0..n).map(|j| (j, 1)).collect();
        let rhs = below(random, u64::from(n) + 2) as i64;
        instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs });
    }
    instance
}

fn check(seed: u64, level: Objective, method: Method) {
    let instance = instance(seed, level);
    let truth = brute_force(&instance);
    let mut options = Options::method(method);
    options.seed = seed;
    let report = solve(&instance, &options).unwrap_or_else(|e| panic!("{level:?} seed {seed} {method:?}: {e}"));
    let claim = &report.claim;
    let shown = || format!("{level:?} seed {seed} {method:?}: {:?} {:?}, truth {truth:?}", claim.status, claim.levels);
    if let Err(reason) = verify(&instance, claim) {
        panic!("{}: refused: {reason}", shown());
    }
    match &truth {
        Some((values, _)) => {
            assert_ne!(claim.status, Status::Infeasible, "{}", shown());
            let objective = claim.levels[0].objective;
            let bound = claim.levels[0].bound.unwrap_or_else(|| panic!("no bound: {}", shown()));
            if method == Method::Exact {
                assert_eq!(claim.status, Status::Optimal, "{}", shown());
                assert_eq!(objective, Some(values[0]), "{}", shown());
            }
            if level.maximised() {
                assert!(bound >= values[0] && objective.is_none_or(|o| o <= values[0]), "{}", shown());
            } else {
                assert!(bound <= values[0] && objective.is_none_or(|o| o >= values[0]), "{}", shown());
            }
        }
        None => {
            let right = if method == Method::Exact { claim.status == Status::Infeasible } else { claim.open.is_none() };
            assert!(right, "{}", shown());
        }
    }
}

fn many(level: Objective) {
    let count = std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(700);
    for seed in 0..count {
        for method in [Method::Exact, Method::LocalSearch, Method::Greedy] {
            check(seed, level, method);
        }
    }
}

#[test]
fn p_median_equals_brute_force() {
    many(Objective::Time);
}

#[test]
fn p_center_equals_brute_force() {
    many(Objective::Center);
}

#[test]
fn set_cover_equals_brute_force() {
    many(Objective::Cost);
}

#[test]
fn max_cover_equals_brute_force() {
    many(Objective::Cover);
}
