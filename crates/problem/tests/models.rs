//! Every model says what its paper says: for every choice of sites the instance's value equals the model's formula, worked out here
//! from the raw sites and rows.
mod common;

use common::Random;
use firesite_problem::models::{Band, MODELS, Parameters, Ratio, Unbuildable, model, side};
use firesite_problem::*;

struct Raw {
    sites: Vec<Site>,
    rows: Vec<Row>,
    parameters: Parameters,
}

fn raw(r: &mut Random) -> Raw {
    let n = 1 + r.below(6) as u32;
    let mut sites: Vec<Site> = (0..n).map(|j| Site::new(format!("s{j}"))).collect();
    for site in &mut sites {
        site.cost = r.below(9);
    }
    let rows = (0..r.below(9))
        .map(|_| {
            let mut reach: Vec<(u32, u32)> = (0..n)
                .filter(|_| r.chance(70))
                .collect::<Vec<u32>>()
                .into_iter()
                .map(|j| (j, r.below(30) as u32))
                .collect();
            reach.sort_by_key(|e| (e.1, e.0));
            Row { weight: r.below(20), reach, ..Row::default() }
        })
        .collect();
    let mut bands = vec![Band { within: r.below(10) as u32, worth: 3 + r.below(5) }];
    while r.chance(60) {
        let last = bands[bands.len() - 1];
        bands.push(Band { within: last.within + 1 + r.below(9) as u32, worth: r.below(last.worth + 1) });
    }
    let first = 1 + r.below(5);
    let parameters = Parameters {
        p: Some(r.below(u64::from(n) + 1) as u32),
        limit: Some(r.below(25) as u32),
        share: Ratio::new(r.below(11), 10),
        busy: Ratio::new(r.below(5), 4),
        first: Ratio::new(first, first + r.below(first + 1)),
        bands,
        worst: r.chance(50).then(|| 20 + r.below(40) as u32),
    };
    Raw { sites, rows, parameters }
}

/// Times of the open sites to a row, ascending.
fn times(row: &Row, open: &[u32]) -> Vec<u32> {
    row.reach.iter().filter(|e| open.contains(&e.0)).map(|e| e.1).collect()
}

/// The values of a choice by the formula of the model, in units of the instance; `None`: not allowed.
fn formula(word: &str, raw: &Raw, open: &[u32], worth: u64) -> Option<Vec<i64>> {
    let q = &raw.parameters;
    if open.len() > q.p? as usize {
        return None;
    }
    let limit = q.limit?;
    let covers = |row: &Row| times(row, open).iter().filter(|t| **t <= limit).count() as u32;
    let total: u64 = raw.rows.iter().map(|r| r.weight).sum();
    let cost: i64 = open.iter().map(|&j| raw.sites[j as usize].cost as i64).sum();
    let sum = |f: &dyn Fn(&Row) -> f64| raw.rows.iter().map(|r| r.weight as f64 * f(r)).sum::<f64>();
    let covered = sum(&|r| f64::from(u8::from(covers(r) >= 1)));
    let whole = |x: f64| {
        assert!((x - x.round()).abs() < 1e-6, "{x} is not whole");
        x.round() as i64
    };
    let reached = raw.rows.iter().all(|r| !times(r, open).is_empty());
    Some(match word {
        "p-median" => {
            if !reached {
                return None;
            }
            vec![whole(sum(&|r| f64::from(times(r, open)[0])))]
        }
        "p-center" => {
            if !reached {
                return None;
            }
            vec![raw.rows.iter().map(|r| i64::from(times(r, open)[0])).max().unwrap_or(0)]
        }
        "set-cover" => {
            if raw.rows.iter().any(|r| covers(r) == 0) {
                return None;
            }
            vec![cost]
        }
        "max-cover" => vec![whole(covered)],
        "partial-cover" => {
            let share = q.share?;
            let wanted = share.numerator() as f64 / share.denominator() as f64 * total as f64;
            if covered < wanted - 1e-9 {
                return None;
            }
            vec![cost]
        }
        "backup-cover" => {
            if raw.rows.iter().any(|r| covers(r) == 0) {
                return None;
            }
            vec![total as i64 + whole(sum(&|r| f64::from(u8::from(covers(r) >= 2))))]
        }
        "weighted-backup-cover" => {
            let theta = q.first?.numerator() as f64 / q.first?.denominator() as f64;
            let backup = sum(&|r| f64::from(u8::from(covers(r) >= 2)));
            vec![whole((theta * covered + (1.0 - theta) * backup) * worth as f64)]
        }
        "gradual-cover" => {
            let band = |r: &Row| {
                let nearest = times(r, open).first().copied();
                let band = nearest.and_then(|t| q.bands.iter().find(|b| t <= b.within));
                band.map_or(0.0, |b| b.worth as f64)
            };
            vec![whole(sum(&band))]
        }
        "expected-cover" => {
            let busy = q.busy?.numerator() as f64 / q.busy?.denominator() as f64;
            vec![whole(sum(&|r| 1.0 - busy.powi(covers(r) as i32)) * worth as f64)]
        }
        "cover-fewest-fastest" => {
            let share = q.share?;
            let wanted = (share.numerator() as f64 / share.denominator() as f64 * total as f64 - 1e-9).ceil();
            let longest = raw.rows.iter().flat_map(|r| r.reach.iter().map(|e| e.1)).max().unwrap_or(0);
            let worst = q.worst.unwrap_or(longest);
            let time = sum(&|r| f64::from(times(r, open).first().copied().unwrap_or(worst).min(worst)));
            vec![whole(covered.min(wanted)), open.len() as i64, whole(time)]
        }
        other => panic!("no formula for {other}"),
    })
}

#[test]
fn every_model_has_the_value_of_its_formula() {
    let mut compared = vec![0; MODELS.len()];
    for seed in 0..600 {
        let raw = raw(&mut Random::new(seed));
        for (model, compared) in MODELS.iter().zip(&mut compared) {
            let built = (model.build)(raw.sites.clone(), raw.rows.clone(), &raw.parameters)
                .unwrap_or_else(|e| panic!("seed {seed} {}: {e}", model.word));
            built.instance.validate().unwrap_or_else(|e| panic!("seed {seed} {}: {e}", model.word));
            for choice in 0_u32..1 << raw.sites.len() {
                let open: Vec<u32> = (0..raw.sites.len() as u32).filter(|j| choice >> j & 1 == 1).collect();
                let truth = formula(model.word, &raw, &open, built.worth);
                let found = built.instance.evaluate(&open).ok();
                assert_eq!(found, truth, "seed {seed} {} {open:?}\n{:?}", model.word, built.instance);
                *compared += usize::from(truth.is_some());
            }
        }
    }
    println!("{compared:?}");
    assert!(compared.iter().all(|&c| c > 300), "{compared:?}");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let site = || vec![Site::new("a")];
    let row = || vec![Row { weight: 1 << 40, reach: vec![(0, 1)], ..Row::default() }];
    let p = Parameters { p: Some(1), limit: Some(1), ..Parameters::default() };
    let message = |word: &str, p: &Parameters| {
        (model(word).unwrap().build)(site(), row(), p).map(|_| ()).map_err(|e: Unbuildable| e.to_string()).unwrap_err()
    };
    assert!(message("partial-cover", &p).contains("needs a share"));
    let much = Parameters { share: Ratio::new(3, 2), ..p.clone() };
    assert!(message("partial-cover", &much).contains("3/2 is more than everything"));
    assert!(message("expected-cover", &p).contains("busy fraction"));
    let fine = Parameters { busy: Ratio::new(1, 1 << 40), ..p.clone() };
    assert!(message("expected-cover", &fine).contains("smaller denominator"));
    let low = Parameters { first: Ratio::new(1, 3), ..p.clone() };
    assert!(message("weighted-backup-cover", &low).contains("from 1/2 to 1"));
    assert!(message("gradual-cover", &p).contains("bands"));
    let bands = vec![Band { within: 5, worth: 1 }, Band { within: 4, worth: 1 }];
    assert!(message("gradual-cover", &Parameters { bands, ..p.clone() }).contains("times must grow"));
}

#[test]
fn side_constraints_allow_what_they_say() {
    let build = || {
        let mut sites: Vec<Site> = (0..4).map(|j| Site::new(j.to_string())).collect();
        sites.iter_mut().zip([3, 1, 4, 1]).for_each(|(s, c)| s.cost = c);
        Instance { sites, levels: vec![Objective::Cost], ..Instance::default() }
    };
    let allowed = |instance: &Instance| -> Vec<u32> {
        (0..16)
            .filter(|c| instance.evaluate(&(0..4).filter(|j| c >> j & 1 == 1).collect::<Vec<u32>>()).is_ok())
            .collect()
    };
    let open = |c: u32, j: u32| c >> j & 1 == 1;
    let check = |add: &dyn Fn(&mut Instance), holds: &dyn Fn(u32) -> bool| {
        let mut instance = build();
        add(&mut instance);
        instance.validate().unwrap();
        assert_eq!(
            allowed(&instance),
            (0..16).filter(|c| holds(*c)).collect::<Vec<u32>>(),
            "{:?}",
            instance.constraints
        );
    };
    check(&|i| side::count(i, "n", &[0, 1, 2], Some(1), Some(2)), &|c| (1..=2).contains(&(c & 7).count_ones()));
    check(&|i| side::count(i, "n", &[0, 1, 1], Some(1), Some(1)), &|c| (c & 3).is_power_of_two());
    check(&|i| side::count(i, "n", &[3], None, None), &|_| true);
    check(&|i| side::budget(i, "b", 4), &|c| {
        [3, 1, 4, 1].iter().enumerate().map(|(j, a)| a * u32::from(open(c, j as u32))).sum::<u32>() <= 4
    });
    check(&|i| side::forbid(i, "f", 2), &|c| !open(c, 2));
    check(&|i| side::conflict(i, "c", 0, 3), &|c| !(open(c, 0) && open(c, 3)));
    check(&|i| side::implies(i, "s", 1, &[2, 3]), &|c| !open(c, 1) || open(c, 2) || open(c, 3));
    check(&|i| side::implies(i, "s", 1, &[1, 3]), &|_| true);
}
