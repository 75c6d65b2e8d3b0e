//! Every model with every side constraint and their combinations, against brute force: value equal, status right, certificate accepted,
//! and claims that say more than is true refused.

use firesite_problem::models::{Band, MODELS, Parameters, Ratio, side};
use firesite_problem::*;
use firesite_siting::{Engine, Method, Options, solve};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

struct Random(Pcg64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n.max(1)
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    /// Some of `0..n`.
    fn some(&mut self, n: u32, percent: u64) -> Vec<u32> {
        (0..n).filter(|_| self.chance(percent)).collect()
    }
}

/// Sites and rows of a small town.
fn town(r: &mut Random) -> (Vec<Site>, Vec<Row>, u32) {
    // Mostly few sites: brute force is the slow part.
    let n = [3, 4, 5, 6, 7, 8, 9, 11][r.below(8) as usize] + if r.chance(3) { 3 } else { 0 };
    let largest = [4, 20, 300][r.below(3) as usize];
    let sites = (0..n)
        .map(|j| {
            let mut site = Site::new(format!("s{j}"));
            site.cost = 1 + r.below(12);
            site
        })
        .collect();
    let holes = r.below(4) * 22;
    let rows = (0..=r.below(16))
        .map(|_| {
            let mut reach: Vec<(u32, u32)> = r.some(n, 100 - holes).into_iter().map(|j| (j, 0)).collect();
            for e in &mut reach {
                e.1 = r.below(largest) as u32;
            }
            reach.sort_by_key(|e| (e.1, e.0));
            Row { weight: r.below(30), reach, ..Row::default() }
        })
        .collect();
    (sites, rows, largest as u32)
}

fn parameters(r: &mut Random, n: u32, largest: u32) -> Parameters {
    let far = u64::from(largest);
    let mut bands = vec![Band { within: r.below(far) as u32, worth: 4 + r.below(7) }];
    while r.chance(60) {
        let last = bands[bands.len() - 1];
        bands.push(Band { within: last.within + 1 + r.below(far / 2) as u32, worth: r.below(last.worth + 1) });
    }
    let first = 1 + r.below(4);
    Parameters {
        p: r.chance(92).then(|| 1 + r.below(u64::from(n)) as u32),
        limit: Some((far / 4 + r.below(far)) as u32),
        share: Ratio::new(4 + r.below(7), 10),
        busy: Ratio::new(r.below(4), 4),
        first: Ratio::new(first, first + r.below(first + 1)),
        bands,
        worst: r.chance(50).then(|| (far + r.below(far)) as u32),
    }
}

/// Side constraints, each with its chance.
fn beside(r: &mut Random, instance: &mut Instance) {
    let n = instance.sites.len() as u32;
    let any = |r: &mut Random| r.below(u64::from(n)) as u32;
    let chance = [0, 12, 30][r.below(3) as usize];
    if r.chance(chance) {
        let district = r.some(n, 50);
        let least = r.chance(60).then(|| r.below(3) as u32);
        let most = r.chance(60).then(|| least.unwrap_or(0) + r.below(3) as u32);
        side::count(instance, "district", &district, least, most);
    }
    if r.chance(chance) {
        let all: Vec<u32> = (0..n).collect();
        let exactly = 1 + r.below(u64::from(n)) as u32;
        side::count(instance, "exactly", &all, Some(exactly), Some(exactly));
    }
    if r.chance(chance) {
        side::budget(instance, "budget", 5 + r.below(30));
    }
    if r.chance(chance) {
        let j = any(r) as usize;
        instance.sites[j].fixed = true;
    }
    if r.chance(chance) {
        let j = any(r);
        side::forbid(instance, "forbidden", j);
    }
    if r.chance(chance) {
        let (i, j) = (any(r), any(r));
        side::conflict(instance, "too near", i, j);
    }
    if r.chance(chance) {
        let (j, others) = (any(r), r.some(n, 40));
        side::implies(instance, "support", j, &others);
    }
    if r.chance(chance) {
        for j in 0..n {
            instance.sites[j as usize].exclusive = r.chance(70).then_some(j / 3);
        }
    }
    if r.chance(chance) {
        instance.sites.iter_mut().for_each(|s| s.counted = r.chance(70));
    }
    if r.chance(chance) && instance.groups.is_empty() {
        let total: u64 = instance.rows.iter().map(|row| row.weight * row.gains.iter().sum::<u64>().max(1)).sum();
        for g in 0..2 {
            let cap = r.chance(40).then(|| r.below(total / 2 + 1));
            let floor = if r.chance(60) { r.below(total / 4 + 1) } else { 0 };
            instance.groups.push(Group { name: format!("town {g}"), cap, floor });
        }
        for row in &mut instance.rows {
            row.group = r.chance(80).then(|| r.below(2) as u32);
        }
    }
    if r.chance(chance / 3) {
        for row in &mut instance.rows {
            row.must |= r.chance(10);
        }
    }
}

/// An instance of a model, with side constraints and now and then more levels.
pub(crate) fn instance(model: usize, seed: u64) -> Instance {
    let mut r = Random(Pcg64::seed_from_u64(seed * 31 + model as u64));
    let (sites, rows, largest) = town(&mut r);
    let parameters = parameters(&mut r, sites.len() as u32, largest);
    let parameters = if MODELS[model].needs_p && parameters.p.is_none() {
        Parameters { p: Some(sites.len() as u32), ..parameters }
    } else {
        parameters
    };
    let mut instance = (MODELS[model].build)(sites, rows, &parameters).unwrap().instance;
    beside(&mut r, &mut instance);
    if r.chance(20) {
        let all = [Objective::Cover, Objective::Cost, Objective::Count, Objective::Time, Objective::Center];
        for _ in 0..=r.below(2) {
            let level = all[r.below(5) as usize];
            if !instance.levels.contains(&level) {
                instance.levels.push(level);
            }
        }
        if r.chance(70) && instance.worst.is_none() {
            instance.worst = Some(largest);
        }
    }
    instance
}

/// Claims that say more, or something else, than is true.
fn forgeries(r: &mut Random, instance: &Instance, claim: &Claim, values: Option<&[i64]>) -> Vec<(&'static str, Claim)> {
    let mut list = Vec::new();
    let Some(certificate) = &claim.certificate else { return list };
    let Some(values) = values else {
        // A refutation with a case left out.
        let mut proof = certificate.levels[0].clone();
        proof.nodes.pop();
        list.push((
            "a case of the refutation is missing",
            Claim::infeasible(claim.levels.len(), Certificate::new(vec![proof])),
        ));
        let open = r.some(instance.sites.len() as u32, 50);
        let pairs = vec![(Some(0), None); instance.levels.len()];
        list.push(("a plan where there is none", Claim::new(Some(open), pairs, None, None)));
        return list;
    };
    let pairs = |change: &dyn Fn(usize, i64) -> (i64, i64)| -> Vec<(Option<i64>, Option<i64>)> {
        let pair = |(k, &v): (usize, &i64)| {
            let (objective, bound) = change(k, v);
            (Some(objective), Some(bound))
        };
        values.iter().enumerate().map(pair).collect()
    };
    let k = r.below(values.len() as u64) as usize;
    let beyond = if instance.levels[k].maximised() { -1 } else { 1 };
    let mut add = |name, open: &Option<Vec<u32>>, levels, certificate: Certificate| {
        list.push((name, Claim::new(open.clone(), levels, Some(certificate), Some(Stopped::Gap))));
    };
    add(
        "a bound past the optimum",
        &claim.open,
        pairs(&|l, v| (v, v + if l == k { beyond } else { 0 })),
        certificate.clone(),
    );
    let better = pairs(&|l, v| if l == k { (v - beyond, v - beyond) } else { (v, v) });
    add("a better value than the plan has", &claim.open, better, certificate.clone());
    let mut short = certificate.levels.clone();
    short[k].nodes.pop();
    add("a case is missing", &claim.open, pairs(&|_, v| (v, v)), Certificate::new(short));
    let mut damaged = certificate.clone();
    damaged.levels[k].scale += 1;
    add("a damaged certificate", &claim.open, pairs(&|_, v| (v, v)), damaged);
    // Another plan under the same values, where it has others.
    let site = r.below(instance.sites.len() as u64) as u32;
    let mut open = claim.open.clone().unwrap_or_default();
    match open.binary_search(&site) {
        Ok(at) => {
            open.remove(at);
        }
        Err(at) => open.insert(at, site),
    }
    if instance.evaluate(&open).ok().as_deref() != Some(values) {
        add("another plan", &Some(open), pairs(&|_, v| (v, v)), certificate.clone());
    }
    let refutation = Certificate::new(vec![certificate.levels[0].clone()]);
    list.push(("no plan where there is one", Claim::infeasible(values.len(), refutation)));
    list
}

fn check(model: usize, seed: u64, count: &mut [usize; 3]) {
    let instance = instance(model, seed);
    let word = MODELS[model].word;
    let truth = oracle::brute_force(&instance);
    let report = solve(&instance, &Options::method(Method::Exact))
        .unwrap_or_else(|e| panic!("{word} seed {seed}: {e}\n{instance:?}"));
    let claim = &report.claim;
    let shown = || format!("{word} seed {seed}: {:?} {:?}, truth {truth:?}\n{instance:?}", claim.status, claim.levels);
    let outcome = verify(&instance, claim).unwrap_or_else(|e| panic!("{}\nrefused: {e}", shown()));
    let values = truth.as_ref().map(|t| t.0.as_slice());
    match (&outcome, values) {
        (Outcome::Optimal(proven), Some(best)) => {
            assert_eq!(proven.solution().values(), best, "{}", shown());
            count[0] += 1;
        }
        (Outcome::Infeasible(_), None) => count[1] += 1,
        _ => panic!("{}", shown()),
    }
    let mut r = Random(Pcg64::seed_from_u64(seed));
    for (what, forged) in forgeries(&mut r, &instance, claim, values) {
        assert!(verify(&instance, &forged).is_err(), "accepted: {what}: {:?}\n{}", forged.levels, shown());
        count[2] += 1;
    }
    for engine in [Engine::Lagrangian, Engine::Benders, Engine::General] {
        if !seed.is_multiple_of(8) {
            break;
        }
        let report = solve(&instance, &Options::default().with_engine(engine)).unwrap();
        let outcome =
            verify(&instance, &report.claim).unwrap_or_else(|e| panic!("{engine:?} {}\nrefused: {e}", shown()));
        match (&outcome, values) {
            (Outcome::Optimal(proven), Some(best)) => {
                assert_eq!(proven.solution().values(), best, "{engine:?} {}", shown());
            }
            (Outcome::Infeasible(_), None) => {}
            _ => panic!("{engine:?} {:?} {}", report.claim.status, shown()),
        }
    }
    if seed.is_multiple_of(4) {
        for method in [Method::LocalSearch, Method::Greedy] {
            let report = solve(&instance, &Options::method(method)).unwrap();
            verify(&instance, &report.claim).unwrap_or_else(|e| panic!("{method:?} {}\nrefused: {e}", shown()));
            match values {
                None => assert!(report.claim.open.is_none(), "{method:?} {}", shown()),
                Some(best) => {
                    let wrong =
                        |bound: i64| if instance.levels[0].maximised() { bound < best[0] } else { bound > best[0] };
                    assert!(!report.claim.levels[0].bound.is_some_and(wrong), "{method:?} {}", shown());
                }
            }
        }
    }
}

fn many(word: &str) {
    let model = MODELS.iter().position(|m| m.word == word).unwrap();
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|s| s.parse().ok()).unwrap_or(or);
    let first = number("FIRESITE_FIRST", 0);
    let mut count = [0; 3];
    for seed in first..first + number("FIRESITE_SEEDS", 500) {
        check(model, seed, &mut count);
    }
    println!("{word}: {} optimal, {} infeasible, {} forgeries refused", count[0], count[1], count[2]);
}

macro_rules! models {
    ($($name:ident: $word:literal;)*) => {
        $(#[test]
        fn $name() {
            many($word);
        })*

        #[test]
        fn every_model_has_a_test() {
            assert_eq!([$($word),*], MODELS.map(|m| m.word));
        }
    };
}

models! {
    p_median: "p-median";
    p_center: "p-center";
    set_cover: "set-cover";
    max_cover: "max-cover";
    partial_cover: "partial-cover";
    backup_cover: "backup-cover";
    weighted_backup_cover: "weighted-backup-cover";
    gradual_cover: "gradual-cover";
    expected_cover: "expected-cover";
    cover_fewest_fastest: "cover-fewest-fastest";
}
