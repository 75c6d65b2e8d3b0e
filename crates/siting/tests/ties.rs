//! Lexicographic combinations where nearly everything is equal: brute force, stage by stage, with every engine.
//!
//! Equal weights, costs and times leave many plans of the same value at every level, so that each level is decided among the ties of those
//! before it: the kind of instance on which a price that is a little too low, or a plan that is dropped too early, shows.
use firesite_problem::*;
use firesite_siting::{Engine, Options, solve};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

struct Random(Pcg64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    /// Some of the first `n` positions.
    fn some(&mut self, n: u32, percent: u64) -> Vec<u32> {
        (0..n).filter(|_| self.chance(percent)).collect()
    }
}

fn constraint(name: &str, terms: Vec<(u32, i64)>, sense: Sense, rhs: i64) -> Constraint {
    Constraint { name: name.into(), terms, sense, rhs }
}

/// An instance of at most 12 sites with two or three different figures of each kind, and side constraints of every kind.
fn tied(seed: u64) -> Instance {
    let mut r = Random(Pcg64::seed_from_u64(seed));
    let n = 4 + r.below(9) as u32;
    let mut sites: Vec<Site> = (0..n).map(|j| Site::new(format!("s{j:02}"))).collect();
    let classes = r.chance(50);
    for (j, site) in sites.iter_mut().enumerate() {
        site.cost = 1 + u64::from(r.chance(30));
        site.counted = r.chance(85);
        site.fixed = r.chance(5);
        // Two classes of one place.
        site.exclusive = classes.then_some(j as u32 / 2);
    }
    if classes {
        for place in sites.chunks_mut(2) {
            if place.len() == 2 && place[0].fixed {
                place[1].fixed = false;
            }
        }
    }
    let groups: Vec<Group> = (0..=r.below(2))
        .map(|g| Group {
            name: format!("g{g}"),
            cap: r.chance(60).then(|| 2 + r.below(4)),
            floor: if r.chance(15) { 1 + r.below(2) } else { 0 },
        })
        .collect();
    let mut rows = Vec::new();
    for _ in 0..4 + r.below(9) {
        let mut reach: Vec<(u32, u32)> =
            r.some(n, 40).into_iter().map(|j| (j, [10, 20, 20, 30][r.below(4) as usize])).collect();
        reach.sort_unstable_by_key(|e| (e.1, e.0));
        let group = r.chance(80).then(|| r.below(groups.len() as u64) as u32);
        rows.push(Row { weight: 1 + u64::from(r.chance(20)), reach, group, must: r.chance(5), gains: Vec::new() });
    }
    let all = |a: i64| (0..n).map(|j| (j, a)).collect::<Vec<_>>();
    let mut constraints = Vec::new();
    if r.chance(40) {
        let sense = [Sense::AtMost, Sense::Exactly][r.below(2) as usize];
        constraints.push(constraint("count", all(1), sense, 1 + r.below(4) as i64));
    }
    if r.chance(20) {
        let terms = sites.iter().enumerate().map(|(j, s)| (j as u32, s.cost as i64)).collect();
        constraints.push(constraint("budget", terms, Sense::AtMost, 2 + r.below(5) as i64));
    }
    if r.chance(25) {
        let terms = r.some(n, 50).into_iter().map(|j| (j, 1)).collect();
        constraints.push(constraint("quota", terms, Sense::AtLeast, 1 + r.below(2) as i64));
    }
    if r.chance(20) {
        let terms = r.some(n, 30).into_iter().map(|j| (j, 1)).collect();
        constraints.push(constraint("none of these", terms, Sense::Exactly, 0));
    }
    for _ in 0..r.below(3) {
        let (a, b) = (r.below(n.into()) as u32, r.below(n.into()) as u32);
        if a != b {
            let conflict = r.chance(50);
            let mut terms = vec![(a, 1), (b, if conflict { 1 } else { -1 })];
            terms.sort_unstable();
            // Not both, or: the one only beside the other.
            constraints.push(constraint("pair", terms, Sense::AtMost, i64::from(conflict)));
        }
    }
    let mut levels = vec![Objective::Cover, Objective::Cost, Objective::Count, Objective::Time];
    for i in (1..4).rev() {
        let other = r.below(i as u64 + 1) as usize;
        if r.chance(50) {
            levels.swap(i, other);
        }
    }
    levels.truncate(2 + r.below(3) as usize);
    Instance {
        name: "tied".into(),
        sites,
        rows,
        limit: Some(20),
        worst: r.chance(80).then_some(40),
        groups,
        constraints,
        levels,
    }
}

/// Claims that say more than is so, or whose proof lacks something: all refused.
fn forged_claims_are_refused(what: &str, instance: &Instance, claim: &Claim, r: &mut Random) {
    let certificate = claim.certificate.as_ref().expect("a proof");
    let pairs: Vec<(Option<i64>, Option<i64>)> = claim.levels.iter().map(|l| (l.objective, l.bound)).collect();
    let refused = |claim: Claim, how: &str| assert!(verify(instance, &claim).is_err(), "{what}: accepted {how}");
    let k = r.below(pairs.len() as u64) as usize;
    // A bound beyond the optimum.
    let mut beyond = pairs.clone();
    beyond[k].1 = beyond[k].1.map(|b| if instance.levels[k].maximised() { b - 1 } else { b + 1 });
    refused(Claim::new(claim.open.clone(), beyond, Some(certificate.clone()), Some(Stopped::Method)), "too much");
    // A value that the sites do not have.
    let mut boast = pairs.clone();
    boast[k] = (boast[k].0.map(|v| v + 1), boast[k].0.map(|v| v + 1));
    refused(Claim::new(claim.open.clone(), boast, Some(certificate.clone()), Some(Stopped::Method)), "a boast");
    // Another set of sites under the same values.
    let mut open = claim.open.clone().expect("a plan");
    let j = r.below(instance.sites.len() as u64) as u32;
    match open.binary_search(&j) {
        Ok(at) => drop(open.remove(at)),
        Err(at) => open.insert(at, j),
    }
    let same = instance.evaluate(&open).is_ok_and(|v| v.iter().zip(&pairs).all(|(v, p)| Some(*v) == p.0));
    if !same {
        refused(Claim::new(Some(open), pairs.clone(), Some(certificate.clone()), Some(Stopped::Method)), "other sites");
    }
    // A proof that ends too early, or goes on after its end.
    for cut in [true, false] {
        let mut proofs = certificate.levels.clone();
        if cut {
            proofs[k].nodes.pop();
        } else {
            proofs[k].nodes.push(Node::default());
        }
        let forged = Some(Certificate::new(proofs));
        refused(Claim::new(claim.open.clone(), pairs.clone(), forged, Some(Stopped::Method)), "a cut proof");
    }
}

#[test]
fn ties_agree_with_brute_force_at_every_stage() {
    let count = std::env::var("FIRESITE_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2_000);
    let (mut optimal, mut infeasible) = (0, 0);
    for seed in 0..count {
        let instance = tied(seed);
        let truth = oracle::brute_force(&instance);
        let mut r = Random(Pcg64::seed_from_u64(seed ^ 0x5eed));
        let engines = [Engine::Automatic, Engine::Lagrangian, Engine::Benders, Engine::General];
        // Every engine in turn on the whole, the automatic choice on every stage.
        let whole = (engines[seed as usize % 4], instance.levels.len());
        let stages = (1..=instance.levels.len()).map(|k| (Engine::Automatic, k));
        for (engine, k) in stages.chain([whole]) {
            let what = format!("seed {seed} {engine:?} {k} levels");
            let stage = Instance { levels: instance.levels[..k].to_vec(), ..instance.clone() };
            let report = solve(&stage, &Options::default().with_engine(engine)).unwrap();
            let outcome = verify(&stage, &report.claim).unwrap_or_else(|e| panic!("{what}: refused: {e}"));
            // The best values of a stage are the first of the whole, unless every row must be reached for a later level only.
            let own = (stage.must_reach() != instance.must_reach()).then(|| oracle::brute_force(&stage));
            match (own.as_ref().unwrap_or(&truth), outcome) {
                (Some((best, _)), Outcome::Optimal(proven)) => {
                    assert_eq!(proven.solution().values(), &best[..k], "{what}");
                    forged_claims_are_refused(&what, &stage, &report.claim, &mut r);
                    optimal += 1;
                }
                (None, Outcome::Infeasible(_)) => infeasible += 1,
                (truth, outcome) => panic!("{what}: {outcome:?}, {truth:?}"),
            }
        }
    }
    println!("{optimal} proven, {infeasible} without a plan");
    assert!(optimal > 3 * count as usize / 2 && infeasible > count as usize / 20);
}
