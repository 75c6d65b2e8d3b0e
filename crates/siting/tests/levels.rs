//! Levelled instances: brute force on small ones, whole plans of realistic size.
use firesite_problem::*;
use firesite_siting::{Method, Options, solve};

struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        let mut r = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1);
        r.next();
        r
    }
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 16) % n.max(1)
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// A small instance of the kind a station plan makes, with every feature switched on at random.
fn small(r: &mut Random) -> Instance {
    let places = 1 + r.below(5) as u32;
    let mut sites: Vec<Site> = Vec::new();
    let mut place_of = Vec::new();
    for place in 0..places {
        for class in 0..=r.below(3) {
            if sites.len() >= 11 {
                break;
            }
            sites.push(Site {
                id: format!("p{}-{class}", (place * 7) % 11),
                cost: 1 + r.below(9),
                counted: r.chance(80),
                exclusive: Some(place),
                fixed: class == 0 && r.chance(10),
            });
            place_of.push(place);
        }
    }
    let n = sites.len() as u32;
    let groups: Vec<Group> = (0..=r.below(3))
        .map(|g| Group {
            name: format!("g{g}"),
            cap: if r.chance(15) { Some(0) } else { r.chance(80).then(|| r.below(60)) },
            floor: if r.chance(10) { r.below(15) } else { 0 },
        })
        .collect();
    let rows = (0..=r.below(14))
        .map(|_| {
            let times: Vec<u32> = (0..places).map(|_| r.below(100) as u32).collect();
            let mut reach: Vec<(u32, u32)> = (0..n)
                .filter(|&j| times[place_of[j as usize] as usize] < 70 && !r.chance(5))
                .map(|j| (j, times[place_of[j as usize] as usize]))
                .collect();
            reach.sort_by_key(|e| (e.1, e.0));
            Row {
                weight: r.below(12),
                reach,
                group: r.chance(90).then(|| r.below(groups.len() as u64) as u32),
                must: r.chance(4),
                gains: vec![],
            }
        })
        .collect();
    let constraints = (0..r.below(4))
        .map(|c| {
            let terms: Vec<(u32, i64)> = (0..n)
                .filter(|_| r.chance(60))
                .collect::<Vec<u32>>()
                .into_iter()
                .map(|j| (j, if r.chance(85) { 1 } else { r.below(7) as i64 - 3 }))
                .collect();
            let sense = [Sense::AtMost, Sense::AtLeast, Sense::Exactly, Sense::AtLeast][r.below(4) as usize];
            Constraint {
                name: format!("c{c}"),
                terms,
                sense,
                rhs: if sense == Sense::AtMost { 1 + r.below(4) } else { r.below(3) } as i64,
            }
        })
        .collect();
    let mut levels = vec![Objective::Cover, Objective::Cost, Objective::Count, Objective::Time];
    if r.chance(30) {
        for i in (1..levels.len()).rev() {
            levels.swap(i, r.below(i as u64 + 1) as usize);
        }
    }
    if r.chance(40) {
        levels.truncate(2 + r.below(3) as usize);
    }
    let worst = r.chance(85).then(|| 50 + r.below(100) as u32);
    Instance {
        name: "small".into(),
        sites,
        rows,
        limit: Some(20 + r.below(50) as u32),
        worst,
        groups,
        constraints,
        levels,
    }
}

#[test]
fn small_instances_agree_with_brute_force() {
    let (mut optimal, mut infeasible, mut weak) = (0, 0, 0);
    let seeds = std::env::var("FIRESITE_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(1500);
    let first = std::env::var("FIRESITE_FIRST").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    for seed in first..first + seeds {
        let mut r = Random::new(seed);
        let instance = small(&mut r);
        let truth = oracle::brute_force(&instance);
        let mut last: Option<Vec<i64>> = None;
        for method in [Method::Exact, Method::LocalSearch, Method::Greedy] {
            let report = solve(&instance, &Options::method(method)).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            let outcome = verify(&instance, &report.claim).unwrap_or_else(|e| {
                panic!("seed {seed} {method:?}: refused: {e}\n{instance:?}\n{:?}", report.claim.levels)
            });
            let values = match &outcome {
                Outcome::Optimal(p) => Some(p.solution().values().to_vec()),
                Outcome::Feasible { best, .. } => Some(best.values().to_vec()),
                Outcome::Infeasible(_) => {
                    assert!(truth.is_none(), "seed {seed}: called infeasible");
                    infeasible += usize::from(method == Method::Exact);
                    None
                }
                Outcome::Unknown { .. } => None,
            };
            if method == Method::Exact {
                match (&truth, &outcome) {
                    (Some((best, _)), Outcome::Optimal(_)) => {
                        assert_eq!(values.as_ref(), Some(best), "seed {seed}\n{instance:?}");
                        optimal += 1;
                    }
                    (None, Outcome::Infeasible(_)) => conflict_is_real(seed, &instance, &report.conflict),
                    _ => {
                        weak += 1;
                        println!("seed {seed}: {:?}, truth {truth:?} {:?}", report.claim.levels, instance.levels);
                        if seeds == 1 {
                            println!("{instance:?}\n{:?}", report.claim.certificate);
                        }
                    }
                }
            } else if let (Some(better), Some(values)) = (&last, &values) {
                for (k, level) in instance.levels.iter().enumerate() {
                    if better[k] != values[k] {
                        assert!(
                            if level.maximised() { values[k] < better[k] } else { values[k] > better[k] },
                            "seed {seed} {method:?}"
                        );
                        break;
                    }
                }
            }
            last = values.or(last);
        }
    }
    println!("{optimal} optimal, {infeasible} infeasible, {weak} not settled");
    assert_eq!(weak, 0);
}

/// Weights of a real city, most of which standing stations cover already: prices times weights stay within the proof's numbers.
#[test]
fn what_stands_already_may_weigh_much_more_than_what_may_change() {
    for seed in 0..300 {
        let mut r = Random::new(seed);
        let mut instance = small(&mut r);
        let standing = instance.sites.len() as u32;
        instance.sites.push(Site { id: "standing".into(), cost: 0, counted: false, exclusive: None, fixed: true });
        let left_out = r.below(3) as usize;
        for row in instance.rows.iter_mut().skip(left_out) {
            row.weight *= 100_000_000;
            row.reach.push((standing, 15));
            row.reach.sort_by_key(|e| (e.1, e.0));
        }
        for group in &mut instance.groups {
            group.cap = group.cap.map(|cap| cap * 100_000_000);
        }
        let truth = oracle::brute_force(&instance);
        let report = solve(&instance, &Options::method(Method::Exact)).unwrap();
        let outcome = verify(&instance, &report.claim).unwrap_or_else(|e| panic!("seed {seed}: refused: {e}"));
        match (&truth, &outcome) {
            (Some((best, _)), Outcome::Optimal(proven)) => assert_eq!(proven.solution().values(), best, "seed {seed}"),
            (Some((best, _)), Outcome::Feasible { best: found, .. }) => assert_eq!(found.values(), best, "seed {seed}"),
            (None, Outcome::Infeasible(_)) => {}
            other => panic!("seed {seed}: {other:?}"),
        }
    }
}

/// What is named conflicts, and no name can be spared.
fn conflict_is_real(seed: u64, instance: &Instance, names: &[String]) {
    let floor = |g: &Group| format!("least covered weight of {}", g.name);
    let keep = |without: Option<&String>| {
        let named = |name: &str| names.iter().any(|n| n == name && Some(n) != without);
        let mut left = instance.clone();
        left.constraints.retain(|c| named(&c.name));
        left.groups.iter_mut().filter(|g| !named(&floor(g))).for_each(|g| g.floor = 0);
        if !named("rows that must be served") {
            left.rows.iter_mut().for_each(|r| r.must = false);
            left.worst = left.worst.or(Some(1_000));
        }
        oracle::brute_force(&left).is_some()
    };
    assert!(!keep(None), "seed {seed}: {names:?} do not conflict");
    for name in names {
        assert!(keep(Some(name)), "seed {seed}: {names:?} conflict without {name}");
    }
}

#[test]
fn order_and_threads_do_not_matter() {
    for seed in 0..150 {
        let mut r = Random::new(seed);
        let instance = small(&mut r);
        let solved = |instance: &Instance, threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| solve(instance, &Options::method(Method::Exact)).unwrap())
        };
        let one = solved(&instance, 1);
        let three = solved(&instance, 3);
        assert_eq!(one.claim, three.claim, "seed {seed}");
        let mut shuffled = instance.clone();
        let n = instance.sites.len();
        let mut place: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            place.swap(i, r.below(i as u64 + 1) as usize);
        }
        for (j, &to) in place.iter().enumerate() {
            shuffled.sites[to] = instance.sites[j].clone();
        }
        for row in &mut shuffled.rows {
            row.reach.iter_mut().for_each(|e| e.0 = place[e.0 as usize] as u32);
            row.reach.sort_unstable_by_key(|e| (e.1, e.0));
        }
        for c in &mut shuffled.constraints {
            c.terms.iter_mut().for_each(|t| t.0 = place[t.0 as usize] as u32);
        }
        for i in (1..shuffled.rows.len()).rev() {
            shuffled.rows.swap(i, r.below(i as u64 + 1) as usize);
        }
        let other = solved(&shuffled, 2);
        verify(&shuffled, &other.claim).unwrap();
        let ids = |instance: &Instance, claim: &Claim| -> Vec<String> {
            let open = claim.open.iter().flatten();
            let mut ids: Vec<String> = open.map(|&j| instance.sites[j as usize].id.clone()).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(&instance, &one.claim), ids(&shuffled, &other.claim), "seed {seed}");
        assert_eq!(one.claim.levels, other.claim.levels, "seed {seed}");
    }
}
