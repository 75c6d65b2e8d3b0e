//! Which engine is chosen, that each can be forced, and that they agree.

use firesite_problem::models::side;
use firesite_problem::*;
use firesite_siting::{Engine, Options, Report, solve};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

fn below(random: &mut Pcg64, n: u64) -> u64 {
    random.next_u64() % n.max(1)
}

/// Sites and rows in a square, with quotas and conflicts beside a number of sites: a root gap that a Lagrangian keeps.
fn town(seed: u64, level: Objective) -> Instance {
    let mut random = Pcg64::seed_from_u64(seed);
    let n = 40u32;
    let mut instance = Instance { levels: vec![level], limit: Some(190), worst: Some(900), ..Instance::default() };
    let places: Vec<(i64, i64)> =
        (0..n).map(|_| (below(&mut random, 1000) as i64, below(&mut random, 1000) as i64)).collect();
    instance.sites = (0..n).map(|j| Site { cost: 1 + below(&mut random, 8), ..Site::new(format!("s{j}")) }).collect();
    for _ in 0..150 {
        let (x, y) = (below(&mut random, 1000) as i64, below(&mut random, 1000) as i64);
        let far = |p: &(i64, i64)| (p.0 - x).unsigned_abs() as u32 + (p.1 - y).unsigned_abs() as u32;
        let mut reach: Vec<(u32, u32)> = places.iter().enumerate().map(|(j, p)| (j as u32, far(p))).collect();
        reach.retain(|e| e.1 <= 600);
        reach.sort_by_key(|&(j, t)| (t, j));
        instance.rows.push(Row { weight: 1 + below(&mut random, 30), reach, ..Row::default() });
    }
    side::budget(&mut instance, "budget", 30);
    for k in 0..4 {
        let sites: Vec<u32> = (k * n / 4..(k + 1) * n / 4).collect();
        side::count(&mut instance, &format!("quarter {k}"), &sites, Some(1), Some(3));
    }
    for j in (0..n - 1).step_by(2) {
        side::conflict(&mut instance, &format!("conflict {j}"), j, j + 1);
    }
    instance
}

fn by(instance: &Instance, engine: Engine, units: u64) -> Report {
    let report = solve(instance, &Options::default().with_engine(engine).with_work_limit(units)).unwrap();
    verify(instance, &report.claim).unwrap_or_else(|e| panic!("{}: {e}", engine.name()));
    report
}

/// With the same work the Lagrangian leaves most of these open, and the choice proves all of them; the values are those of the general
/// search with as much work as it needs.
#[test]
fn the_choice_proves_what_the_lagrangian_leaves_open() {
    let mut open = 0;
    for seed in 0..2 {
        for level in [Objective::Time, Objective::Cover] {
            let instance = town(seed, level);
            let chosen = by(&instance, Engine::Automatic, 120);
            assert_eq!(chosen.claim.status, Status::Optimal, "seed {seed} {level:?}");
            let benders = by(&instance, Engine::Benders, 1000);
            assert_eq!(benders.claim.status, Status::Optimal, "seed {seed} {level:?}");
            assert_eq!(chosen.claim.levels[0].objective, benders.claim.levels[0].objective, "seed {seed} {level:?}");
            // The size of the instance lets the Lagrangian be followed by an enumeration; within this much work that does not end.
            let lagrangian = by(&instance, Engine::Lagrangian, 20);
            let general = by(&instance, Engine::General, 20);
            for other in [&lagrangian, &general] {
                open += usize::from(other.claim.status != Status::Optimal);
                let (value, bound) = (other.claim.levels[0].objective, other.claim.levels[0].bound);
                let best = chosen.claim.levels[0].objective;
                let sign = |v: Option<i64>| v.map(|v| if level.maximised() { -v } else { v });
                assert!(sign(value).is_none_or(|v| Some(v) >= sign(best)), "seed {seed} {level:?}");
                assert!(sign(bound).is_none_or(|b| Some(b) <= sign(best)), "seed {seed} {level:?}");
            }
        }
    }
    assert!(open > 3, "{open} of 8 were left open: the choice makes no difference here");
}

/// Claims do not depend on the number of threads, nor on what was asked before.
#[test]
fn the_choice_is_deterministic() {
    let instance = town(1, Objective::Time);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| by(&instance, Engine::Automatic, 60).claim)
    };
    assert_eq!(with(1), with(3));
}

/// A stopped search keeps a plan and a bound, whatever the limit, and more work never gives a false claim.
#[test]
fn stopped_at_any_work_the_choice_is_honest() {
    for seed in 0..1 {
        let mut instance = town(seed, Objective::Cover);
        instance.levels = vec![Objective::Cover, Objective::Cost, Objective::Time];
        let full = by(&instance, Engine::Automatic, 4000);
        assert_eq!(full.claim.status, Status::Optimal, "seed {seed}: {:?}", full.claim.levels);
        let best = full.claim.levels[0].objective.unwrap();
        for units in [0, 1, 4, 16, 64] {
            let report = by(&instance, Engine::Automatic, units);
            let level = &report.claim.levels[0];
            assert!(level.objective.is_none_or(|v| v <= best), "seed {seed}, {units} units");
            assert!(level.bound.is_none_or(|b| b >= best), "seed {seed}, {units} units");
            if report.claim.status == Status::Optimal {
                let values = |r: &Report| r.claim.levels.iter().map(|l| l.objective).collect::<Vec<_>>();
                assert_eq!(values(&report), values(&full), "seed {seed}, {units} units");
            }
        }
    }
}
