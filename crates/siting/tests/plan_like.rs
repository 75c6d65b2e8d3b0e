//! Instances of the size and shape a prefecture's plan makes: eleven seats, two dozen towns, rural demand, four scenarios.
//!
//! `FIRESITE_PLAN=target FIRESITE_SEED=1 FIRESITE_ENGINE=benders FIRESITE_WORK=5000 FIRESITE_SMALL=1 cargo test --release -p firesite-siting --test plan_like -- --nocapture --ignored`
use std::time::Instant;

use firesite_problem::*;
use firesite_siting::{Engine, Method, Options, solve};

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
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Size of the made-up prefecture.
struct Shape {
    seats: usize,
    /// Side of a seat in metres, least and most.
    side: (f64, f64),
    /// Distance of demand cells and of candidate places in metres.
    cell: f64,
    every: f64,
    rural: usize,
}

struct Place {
    x: f64,
    y: f64,
    delay: f64,
}

/// Milliseconds from place to demand: along the streets at 9.7 m/s inside, 15 m/s on long ways.
fn time(place: &Place, x: f64, y: f64, delay: f64) -> u32 {
    let d = (place.x - x).abs() + (place.y - y).abs();
    let seconds = d.min(3000.0) / 9.7 + (d - 3000.0).max(0.0) / 15.0 + place.delay + delay;
    (seconds * 1000.0) as u32
}

fn plan(seed: u64, scenario: &str, shape: &Shape) -> Instance {
    let mut r = Random::new(seed);
    let mut sites: Vec<Site> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    let mut place_of: Vec<usize> = Vec::new();
    let mut demand: Vec<(f64, f64, f64, u64, u32)> = Vec::new();
    let mut groups = Vec::new();
    let mut constraints = Vec::new();
    let mut new_sites: Vec<(u32, i64)> = Vec::new();
    let mut upgrades: Vec<(u32, i64)> = Vec::new();
    let only_counts = scenario != "target";
    for seat in 0..shape.seats {
        let (ox, oy) = ((seat % 4) as f64 * 45_000.0, (seat / 4) as f64 * 45_000.0);
        let side = shape.side.0 + (shape.side.1 - shape.side.0) * r.unit();
        let start = sites.len() as u32;
        let group = groups.len() as u32;
        let mut total = 0;
        let steps = (side / shape.cell) as usize;
        for i in 0..steps {
            for j in 0..steps {
                if r.below(100) < 12 {
                    continue;
                }
                let (x, y) =
                    (ox + i as f64 * shape.cell + 40.0 * r.unit(), oy + j as f64 * shape.cell + 40.0 * r.unit());
                let centre = ((x - ox - side / 2.0).powi(2) + (y - oy - side / 2.0).powi(2)).sqrt() / side;
                let weight = (225_000.0 * (1.6 - 1.5 * centre) * (0.3 + 1.4 * r.unit())).max(5_000.0) as u64;
                total += weight;
                demand.push((x, y, 15.0 * r.unit(), weight, group));
            }
        }
        groups.push(Group { name: format!("seat {seat}"), cap: Some(total * (80 + r.below(16)) / 100), floor: 0 });
        let (mut first, mut second, mut full, mut small) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        // An existing second-class station: kept or upgraded.
        let home = places.len();
        places.push(Place {
            x: ox + side * (0.2 + 0.6 * r.unit()),
            y: oy + side * (0.2 + 0.6 * r.unit()),
            delay: 5.0 * r.unit(),
        });
        for (class, cost) in [("keep", 0), ("upgrade", 6)] {
            let j = sites.len() as u32;
            sites.push(Site {
                id: format!("e{seat:02}-{class}"),
                cost,
                counted: false,
                exclusive: Some(home as u32),
                fixed: false,
            });
            place_of.push(home);
            if class == "upgrade" {
                first.push((j, 1));
                upgrades.push((j, 1));
            }
            second.push((j, 1));
            full.push(j);
        }
        let both = sites.len() as u32;
        constraints.push(Constraint {
            name: format!("existing station of seat {seat}"),
            terms: vec![(both - 2, 1), (both - 1, 1)],
            sense: Sense::AtLeast,
            rhs: 1,
        });
        let steps = (side / shape.every) as usize;
        for i in 0..steps {
            for j in 0..steps {
                let place = places.len();
                places.push(Place {
                    x: ox + (i as f64 + 0.2 + 0.6 * r.unit()) * shape.every,
                    y: oy + (j as f64 + 0.2 + 0.6 * r.unit()) * shape.every,
                    delay: 10.0 * r.unit(),
                });
                let old_town = r.below(100) < 40;
                for (class, cost) in [("first", 10), ("second", 7), ("small", 3)] {
                    if class == "small" && !old_town {
                        continue;
                    }
                    let k = sites.len() as u32;
                    sites.push(Site {
                        id: format!("s{seat:02}-{place:05}-{class}"),
                        cost,
                        counted: true,
                        exclusive: Some(place as u32),
                        fixed: false,
                    });
                    place_of.push(place);
                    new_sites.push((k, 1));
                    match class {
                        "first" => {
                            first.push((k, 1));
                            second.push((k, 1));
                            full.push(k);
                        }
                        "second" => {
                            second.push((k, 1));
                            full.push(k);
                        }
                        _ => small.push(k),
                    }
                }
            }
        }
        if !only_counts {
            constraints.push(Constraint {
                name: format!("first class of seat {seat}"),
                terms: first,
                sense: Sense::AtLeast,
                rhs: 1,
            });
            constraints.push(Constraint {
                name: format!("second class of seat {seat}"),
                terms: second,
                sense: Sense::AtLeast,
                rhs: 2,
            });
        }
        for &k in &small {
            let here = &places[place_of[k as usize]];
            let mut terms: Vec<(u32, i64)> = full
                .iter()
                .filter(|&&f| {
                    let p = &places[place_of[f as usize]];
                    time(p, here.x, here.y, 0.0) <= 360_000
                })
                .map(|&f| (f, 1))
                .collect();
            terms.push((k, -1));
            terms.sort_unstable();
            constraints.push(Constraint {
                name: format!("neighbour of {}", sites[k as usize].id),
                terms,
                sense: Sense::AtLeast,
                rhs: 0,
            });
        }
        let mut district: Vec<(u32, i64)> =
            (start..sites.len() as u32).filter(|&j| sites[j as usize].counted).map(|j| (j, 1)).collect();
        // Two key towns.
        for town in 0..2 {
            let angle = std::f64::consts::TAU * r.unit();
            let (tx, ty) = (ox + 12_000.0 * angle.cos(), oy + 12_000.0 * angle.sin());
            let group = groups.len() as u32;
            let mut total = 0;
            for i in 0..7 {
                for j in 0..7 {
                    let weight = (120_000.0 * (0.3 + 1.4 * r.unit())) as u64;
                    total += weight;
                    demand.push((tx + f64::from(i) * 150.0, ty + f64::from(j) * 150.0, 10.0 * r.unit(), weight, group));
                }
            }
            groups.push(Group { name: format!("town {seat}-{town}"), cap: Some(total * 95 / 100), floor: 0 });
            let mut any = Vec::new();
            for p in 0..10 {
                let place = places.len();
                places.push(Place { x: tx + 1000.0 * r.unit(), y: ty + 1000.0 * r.unit(), delay: 20.0 * r.unit() });
                for (class, cost) in [("first", 10), ("second", 7)] {
                    let k = sites.len() as u32;
                    sites.push(Site {
                        id: format!("t{seat:02}-{town}-{p}-{class}"),
                        cost,
                        counted: true,
                        exclusive: Some(place as u32),
                        fixed: false,
                    });
                    place_of.push(place);
                    any.push((k, 1));
                    new_sites.push((k, 1));
                    district.push((k, 1));
                }
            }
            if town == 1 && seat % 3 == 0 {
                // A town team: as it is (no station) or upgraded.
                let place = places.len();
                places.push(Place { x: tx + 500.0, y: ty + 500.0, delay: 5.0 });
                let k = sites.len() as u32;
                sites.push(Site {
                    id: format!("t{seat:02}-{town}-team-upgrade"),
                    cost: 5,
                    counted: false,
                    exclusive: Some(place as u32),
                    fixed: false,
                });
                place_of.push(place);
                any.push((k, 1));
                upgrades.push((k, 1));
            }
            constraints.push(Constraint {
                name: format!("key town {seat}-{town}"),
                terms: any,
                sense: Sense::AtLeast,
                rhs: 1,
            });
        }
        if scenario == "annex" {
            constraints.push(Constraint {
                name: format!("new in district {seat}"),
                terms: district,
                sense: Sense::Exactly,
                rhs: 2 + i64::from(seat % 3 == 1),
            });
        }
    }
    if scenario == "text" {
        constraints.push(Constraint {
            name: "24 new".into(),
            terms: new_sites.clone(),
            sense: Sense::Exactly,
            rhs: 2 * shape.seats as i64 + 2,
        });
    }
    if scenario == "reconciled" {
        constraints.push(Constraint {
            name: "20 new".into(),
            terms: new_sites,
            sense: Sense::Exactly,
            rhs: 2 * shape.seats as i64 - 2,
        });
        constraints.push(Constraint { name: "4 upgraded".into(), terms: upgrades, sense: Sense::Exactly, rhs: 4 });
    }
    let rural = groups.len() as u32;
    groups.push(Group { name: "rural".into(), cap: Some(0), floor: 0 });
    for _ in 0..shape.rural {
        demand.push((
            180_000.0 * r.unit() - 20_000.0,
            135_000.0 * r.unit() - 20_000.0,
            60.0 * r.unit(),
            400_000 + r.below(800_000),
            rural,
        ));
    }
    let rows = demand
        .iter()
        .map(|&(x, y, delay, weight, group)| {
            let mut reach: Vec<(u32, u32)> = (0..sites.len())
                .filter_map(|j| {
                    let t = time(&places[place_of[j]], x, y, delay);
                    (t <= if group == rural { 1_800_000 } else { 900_000 }).then_some((j as u32, t))
                })
                .collect();
            reach.sort_unstable_by_key(|e| (e.1, e.0));
            Row { weight, reach, group: Some(group), must: false, gains: vec![] }
        })
        .collect();
    Instance {
        name: scenario.into(),
        sites,
        rows,
        limit: Some(240_000),
        worst: Some(3_600_000),
        groups,
        constraints,
        levels: vec![Objective::Cover, Objective::Cost, Objective::Count, Objective::Time],
    }
}

fn run(seed: u64, scenario: &str, shape: &Shape, options: &Options) -> Claim {
    let instance = plan(seed, scenario, shape);
    let entries: usize = instance.rows.iter().map(|r| r.reach.len()).sum();
    println!(
        "{scenario} {seed}: {} sites, {} rows, {entries} entries, {} constraints",
        instance.sites.len(),
        instance.rows.len(),
        instance.constraints.len()
    );
    let start = Instant::now();
    let report = solve(&instance, options).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let checking = Instant::now();
    let outcome = verify(&instance, &report.claim).map_err(|e| e.to_string());
    println!(
        "  {seconds:.1} s, checked in {:.1} s: {}",
        checking.elapsed().as_secs_f64(),
        match &outcome {
            Ok(_) => "accepted".to_owned(),
            Err(e) => e.clone(),
        }
    );
    for (level, name) in report.claim.levels.iter().zip(&instance.levels) {
        println!(
            "  {:6} {:?} bound {:?} gap {:.5} {}",
            name.name(),
            level.objective,
            level.bound,
            gap(level.objective, level.bound).unwrap_or(f64::NAN),
            level.status.word()
        );
    }
    let size = report.claim.certificate.as_ref().map_or(0, |c| serde_json::to_string(c).unwrap().len());
    println!(
        "  {:?} {:?}, certificate {size} bytes, open {}",
        report.work,
        report.stopped_by,
        report.claim.open.as_ref().map_or(0, Vec::len)
    );
    for r in &report.presolve {
        println!("  {} {}", r.count, r.what);
    }
    assert!(outcome.is_ok());
    report.claim
}

const SMALL: Shape = Shape { seats: 3, side: (2_500.0, 4_000.0), cell: 250.0, every: 600.0, rural: 200 };
const WHOLE: Shape = Shape { seats: 11, side: (3_500.0, 5_500.0), cell: 150.0, every: 350.0, rural: 6000 };

/// Every scenario at every level: also where totals or districts have an exact count, and where every level is held beside the next.
#[test]
fn small_plans_are_proven_at_every_level() {
    for scenario in ["target", "text", "annex"] {
        let claim = run(1, scenario, &SMALL, &Options::method(Method::Exact).with_work_limit(1000));
        for level in &claim.levels {
            assert_eq!(level.status, Status::Optimal, "{scenario}: {:?}", claim.levels);
        }
    }
    let claim = run(1, "reconciled", &SMALL, &Options::method(Method::Exact).with_work_limit(1000));
    assert_eq!(claim.status, Status::Infeasible, "more key towns than new stations");
}

/// The Lagrangian alone, part by part: prices of what parts share and of the held levels move until the proofs of the parts add up.
#[test]
fn parts_that_share_rural_demand_are_proven() {
    for seed in [2, 4] {
        let options = Options::default().with_engine(Engine::Lagrangian).with_work_limit(400);
        let claim = run(seed, "target", &SMALL, &options);
        assert_eq!(claim.status, Status::Optimal, "seed {seed}: {:?}", claim.levels);
    }
}

/// Work limits hold in every engine, at every level: what is visited beyond a limit is a few looks at the instance, and so is what is
/// visited between two looks at the limits. A limit of nothing leaves a plan and a bound at every level.
#[test]
fn work_limits_hold_on_plans() {
    for scenario in ["target", "text", "annex", "reconciled"] {
        let instance = plan(1, scenario, &SMALL);
        let entries: u64 = instance.rows.iter().map(|r| r.reach.len() as u64).sum();
        for engine in [Engine::Automatic, Engine::Lagrangian, Engine::Benders, Engine::General] {
            for units in [0, 1, 3, 10, 30] {
                let what = format!("{scenario} {engine:?} {units}");
                let options = Options::default().with_engine(engine).with_work_limit(units);
                let report = solve(&instance, &options).unwrap();
                verify(&instance, &report.claim).unwrap_or_else(|e| panic!("{what}: {e}"));
                let beyond = report.work.entries.saturating_sub(units * 1_000_000);
                let stretch = report.work.longest_stretch;
                println!("{what}: {}k beyond, stretch {}k, {:?}", beyond / 1000, stretch / 1000, report.claim.status);
                assert!(beyond <= 70 * entries, "{what}: {beyond} entries beyond the limit, {entries} in the instance");
                assert!(stretch <= 20 * entries, "{what}: {stretch} entries between two looks, {entries} there");
                if scenario == "reconciled" {
                    // There is no plan.
                    assert!(report.claim.open.is_none(), "{what}");
                } else {
                    let known = |l: &LevelClaim| l.objective.is_some() && l.bound.is_some();
                    assert!(report.claim.levels.iter().all(known), "{what}: {:?}", report.claim.levels);
                }
            }
        }
    }
}

#[test]
#[ignore = "a minute of work; prints figures"]
fn whole_plans() {
    let seed = std::env::var("FIRESITE_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let which = std::env::var("FIRESITE_PLAN").unwrap_or_else(|_| "target,text,annex,reconciled".into());
    let seats = std::env::var("FIRESITE_SEATS").ok().and_then(|s| s.parse().ok()).unwrap_or(WHOLE.seats);
    let engine = match std::env::var("FIRESITE_ENGINE").as_deref() {
        Ok("lagrangian") => Engine::Lagrangian,
        Ok("benders") => Engine::Benders,
        Ok("general") => Engine::General,
        _ => Engine::Automatic,
    };
    let mut options = Options::method(Method::Exact).with_engine(engine);
    options.work_limit = std::env::var("FIRESITE_WORK").ok().and_then(|s| s.parse().ok());
    let shape = Shape { seats, rural: WHOLE.rural * seats / WHOLE.seats, ..WHOLE };
    let shape = if std::env::var("FIRESITE_SMALL").is_ok() { SMALL } else { shape };
    for scenario in which.split(',') {
        run(seed, scenario, &shape, &options);
    }
}
