//! Branch and Benders cut against brute force: every kind of level, side constraint and row, alone and together.

use firesite_problem::{Constraint, Group, Instance, Objective, Row, Sense, Site, Status, oracle::brute_force, verify};
use firesite_siting::linear::benders;
use firesite_siting::{Engine, Method, Options, StoppedBy, solve};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

fn below(random: &mut Pcg64, n: u64) -> u64 {
    random.next_u64() % n
}

fn chance(random: &mut Pcg64, one_in: u64) -> bool {
    below(random, one_in) == 0
}

const LEVELS: [&[Objective]; 8] = [
    &[Objective::Cover],
    &[Objective::Time],
    &[Objective::Cost],
    &[Objective::Count],
    &[Objective::Cover, Objective::Cost],
    &[Objective::Cost, Objective::Time],
    &[Objective::Cover, Objective::Count, Objective::Time],
    &[Objective::Cover, Objective::Cost, Objective::Count, Objective::Time],
];

/// A random instance with everything a model may hold, each part sometimes.
fn instance(seed: u64, most_sites: u64) -> Instance {
    let mut random = Pcg64::seed_from_u64(seed);
    let random = &mut random;
    let levels = LEVELS[below(random, LEVELS.len() as u64) as usize];
    let mut instance = Instance { name: format!("seed {seed}"), levels: levels.to_vec(), ..Instance::default() };
    let n = 1 + below(random, most_sites) as u32;
    let fixed = chance(random, 4);
    let sets = chance(random, 3);
    for j in 0..n {
        let mut site = Site::new(format!("s{j}"));
        site.cost = below(random, 12);
        site.counted = !chance(random, 4);
        site.fixed = fixed && chance(random, 5);
        site.exclusive = (sets && chance(random, 2)).then(|| below(random, 3) as u32);
        instance.sites.push(site);
    }
    let largest = [3, 12, 300][below(random, 3) as usize];
    if chance(random, 2) {
        instance.limit = Some(below(random, largest) as u32);
    }
    let time = levels.contains(&Objective::Time);
    if time && !chance(random, 4) || chance(random, 3) {
        instance.worst = Some(below(random, 2 * largest) as u32);
    }
    if chance(random, 2) {
        for g in 0..=below(random, 3) {
            let cap = chance(random, 2).then(|| below(random, 60));
            let floor = if chance(random, 3) { below(random, 25) } else { 0 };
            instance.groups.push(Group { name: format!("g{g}"), cap, floor });
        }
    }
    let holes = below(random, 4) * 25;
    let gains = chance(random, 3);
    for _ in 0..below(random, 16) {
        let mut reach: Vec<(u32, u32)> = Vec::new();
        for j in 0..n {
            if below(random, 100) >= holes {
                reach.push((j, below(random, largest) as u32));
            }
        }
        reach.sort_by_key(|&(j, t)| (t, j));
        let group = (!instance.groups.is_empty() && !chance(random, 4))
            .then(|| below(random, instance.groups.len() as u64) as u32);
        let mut row = Row { weight: below(random, 30), reach, group, must: chance(random, 8), ..Row::default() };
        if gains && chance(random, 2) {
            let mut gain = 1 + below(random, 6);
            for _ in 0..=below(random, 3) {
                row.gains.push(gain);
                gain -= below(random, gain + 1);
            }
        }
        instance.rows.push(row);
    }
    if levels[0] == Objective::Cost || levels[0] == Objective::Count {
        for row in &mut instance.rows {
            row.must = !chance(random, 5);
        }
    }
    if !chance(random, 5) {
        let terms = (0..n).map(|j| (j, 1)).collect();
        let rhs = below(random, u64::from(n) + 2) as i64;
        instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs });
    }
    for c in 0..below(random, 3) {
        let mut terms = Vec::new();
        for j in 0..n {
            if chance(random, 2) {
                terms.push((j, below(random, 5) as i64 - if chance(random, 2) { 0 } else { 2 }));
            }
        }
        let sense = [Sense::AtLeast, Sense::AtMost, Sense::Exactly][below(random, 3) as usize];
        let rhs = below(random, 4) as i64;
        instance.constraints.push(Constraint { name: format!("c{c}"), terms, sense, rhs });
    }
    instance
}

fn seeds(count: u64) -> u64 {
    std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(count)
}

#[test]
fn every_kind_of_instance_equals_brute_force() {
    let mut seen = [0u32; 2];
    for seed in 0..seeds(4000) {
        let instance = instance(seed, 9);
        if instance.validate().is_err() {
            continue;
        }
        let truth = brute_force(&instance);
        let report = benders::solve(&instance, &Options::default()).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        let claim = &report.claim;
        let shown = || format!("seed {seed}: {:?} {:?}, truth {truth:?}", claim.status, claim.levels);
        if let Err(reason) = verify(&instance, claim) {
            panic!("{}: refused: {reason}", shown());
        }
        match &truth {
            Some((values, _)) => {
                seen[0] += 1;
                assert_eq!(claim.status, Status::Optimal, "{}", shown());
                let found: Vec<i64> = claim.levels.iter().filter_map(|l| l.objective).collect();
                assert_eq!(&found, values, "{}", shown());
            }
            None => {
                seen[1] += 1;
                assert_eq!(claim.status, Status::Infeasible, "{}", shown());
            }
        }
    }
    assert!(seen.iter().all(|&n| n >= 100), "feasible and infeasible instances are in the sample: {seen:?}");
}

/// Instances large enough that the tree branches, up to 14 sites.
#[test]
fn larger_instances_equal_brute_force() {
    for seed in 0..seeds(100) {
        let mut random = Pcg64::seed_from_u64(7_000_000 + seed);
        let random = &mut random;
        let n = 14u32;
        let level = [Objective::Cover, Objective::Time][below(random, 2) as usize];
        let mut instance = Instance { levels: vec![level], ..Instance::default() };
        instance.sites = (0..n).map(|j| Site::new(format!("s{j}"))).collect();
        for _ in 0..40 {
            let mut reach = Vec::new();
            for j in 0..n {
                if level == Objective::Time || chance(random, 4) {
                    reach.push((j, 1 + below(random, 50) as u32));
                }
            }
            reach.sort_by_key(|&(j, t)| (t, j));
            let gains = if level == Objective::Cover && seed % 4 == 0 { vec![3, 2, 1] } else { Vec::new() };
            instance.rows.push(Row { weight: 1 + below(random, 50), reach, gains, ..Row::default() });
        }
        let terms = (0..n).map(|j| (j, 1)).collect();
        let rhs = 2 + below(random, 4) as i64;
        instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs });
        let truth = brute_force(&instance).expect("a plan");
        let report = benders::solve(&instance, &Options::default()).expect("a level it serves");
        verify(&instance, &report.claim).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
        assert_eq!(report.claim.status, Status::Optimal, "seed {seed}");
        assert_eq!(report.claim.levels[0].objective, Some(truth.0[0]), "seed {seed}");
    }
}

/// Stopped early it never claims too much, and the same limit gives the same answer.
#[test]
fn under_a_work_limit_it_stays_honest() {
    let mut stopped = 0;
    for seed in 0..seeds(60) {
        let mut random = Pcg64::seed_from_u64(8_000_000 + seed);
        let random = &mut random;
        let n = 16u32;
        let mut instance = Instance { levels: vec![Objective::Time], ..Instance::default() };
        instance.sites = (0..n).map(|j| Site::new(format!("s{j}"))).collect();
        for _ in 0..60 {
            let mut reach: Vec<(u32, u32)> = (0..n).map(|j| (j, 0)).collect();
            for e in &mut reach {
                e.1 = below(random, 1000) as u32;
            }
            reach.sort_by_key(|&(j, t)| (t, j));
            instance.rows.push(Row { weight: 1 + below(random, 50), reach, ..Row::default() });
        }
        let terms = (0..n).map(|j| (j, 1)).collect();
        instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: 3 });
        let truth = brute_force(&instance).expect("a plan").0[0];
        for units in [0, 1, 3] {
            let options = Options::default().with_work_limit(units);
            let report = benders::solve(&instance, &options).expect("a level it serves");
            verify(&instance, &report.claim).unwrap_or_else(|reason| panic!("seed {seed}: {reason}"));
            let level = &report.claim.levels[0];
            assert!(level.bound.is_none_or(|b| b <= truth), "seed {seed} {level:?} {truth}");
            assert!(level.objective.is_none_or(|o| o >= truth), "seed {seed} {level:?} {truth}");
            if report.claim.status != Status::Optimal {
                assert_eq!(report.stopped_by, Some(StoppedBy::Work), "seed {seed}");
                stopped += 1;
            }
            let again = benders::solve(&instance, &options).expect("a level it serves");
            assert_eq!(again.claim, report.claim, "seed {seed}");
        }
    }
    assert!(stopped > 20, "the limit was met: {stopped}");
}

/// Places in a square, sites among them: a median or a covering problem whose Lagrangian root leaves a gap now and then.
fn square(seed: u64, level: Objective) -> Instance {
    let mut random = Pcg64::seed_from_u64(seed);
    let random = &mut random;
    let places: Vec<(u64, u64)> = (0..90).map(|_| (below(random, 1000), below(random, 1000))).collect();
    let mut instance = Instance { name: format!("square {seed}"), levels: vec![level], ..Instance::default() };
    instance.sites = (0..30).map(|j| Site::new(format!("s{j}"))).collect();
    instance.limit = (level == Objective::Cover).then_some(180);
    for &(x, y) in &places {
        let mut reach: Vec<(u32, u32)> =
            (0..30u32).zip(&places).map(|(j, &(a, b))| (j, (x.abs_diff(a) + y.abs_diff(b)) as u32)).collect();
        reach.sort_by_key(|&(j, t)| (t, j));
        instance.rows.push(Row { weight: 1 + below(random, 50), reach, ..Row::default() });
    }
    let terms = (0..30).map(|j| (j, 1)).collect();
    instance.constraints.push(Constraint { name: "p".into(), terms, sense: Sense::AtMost, rhs: 6 });
    instance
}

#[test]
fn it_takes_over_from_the_lagrangian_root() {
    let mut taken = 0;
    for seed in 0..40 {
        for level in [Objective::Time, Objective::Cover] {
            let instance = square(seed, level);
            let by = |engine| {
                let report = solve(&instance, &Options::method(Method::Exact).with_engine(engine)).unwrap();
                verify(&instance, &report.claim).unwrap_or_else(|e| panic!("{level:?} {seed} {engine:?}: {e}"));
                assert_eq!(report.claim.status, Status::Optimal, "{level:?} {seed} {engine:?}");
                report.claim
            };
            let (lagrangian, benders) = (by(Engine::Lagrangian), by(Engine::Benders));
            assert_eq!(lagrangian.levels[0].objective, benders.levels[0].objective, "{level:?} {seed}");
            taken += usize::from(lagrangian.certificate != benders.certificate);
        }
    }
    assert!(taken > 4, "the other engine was needed {taken} times only");
}
