//! Presolve against brute force: the smaller instance has the same best values, and a lifted claim is one that the checker accepts.

use super::named::instance;
use firesite_problem::models::{MODELS, Parameters, model, side};
use firesite_problem::*;
use firesite_siting::presolve::{Step, presolve};
use firesite_siting::{Options, solve};

#[test]
fn lifted_claims_hold_on_the_given_instance() {
    let (mut optimal, mut infeasible, mut kinds) = (0, 0, [0; 5]);
    for seed in 0..220 {
        for m in 0..MODELS.len() {
            let given = instance(m, seed + 10_000);
            let smaller = presolve(&given);
            smaller.instance.validate().unwrap();
            let shown = || format!("{} seed {seed}\n{given:?}\n{smaller:?}", MODELS[m].word);
            for step in &smaller.steps {
                let kind = match step {
                    Step::Settled { .. } => 0,
                    Step::Merged { .. } => 1,
                    Step::DominatedSite { .. } => 2,
                    Step::DominatedRow { .. } => 3,
                    Step::Essential { .. } => 4,
                    other => panic!("{other:?}"),
                };
                kinds[kind] += 1;
                assert!(!step.explain(&given).contains('?'), "{}", shown());
            }
            let truth = oracle::brute_force(&given).map(|t| t.0);
            let reduced = oracle::brute_force(&smaller.instance).map(|t| t.0);
            let back = reduced.map(|v| v.iter().zip(&smaller.offsets).map(|(a, b)| a + b).collect::<Vec<i64>>());
            assert_eq!(back, truth, "{}", shown());
            let claim = solve(&smaller.instance, &Options::default()).unwrap().claim;
            let lifted = smaller.lift(&given, &claim).unwrap_or_else(|| panic!("no lift: {}", shown()));
            match (verify(&given, &lifted), truth) {
                (Ok(Outcome::Optimal(proven)), Some(best)) => {
                    assert_eq!(proven.solution().values(), best, "{}", shown());
                    optimal += 1;
                }
                (Ok(Outcome::Infeasible(_)), None) => infeasible += 1,
                (other, truth) => panic!("{other:?}, truth {truth:?}\n{}\n{claim:?}\n{lifted:?}", shown()),
            }
        }
    }
    println!("{optimal} optimal, {infeasible} infeasible; settled, merged, site, row, essential: {kinds:?}");
    assert!(optimal > 1000 && infeasible > 200);
    assert!(kinds.iter().all(|&k| k > 100), "{kinds:?}");
}

/// Seven rows, five sites, every step once; worked out by hand.
#[test]
fn the_log_is_the_explanation() {
    let sites = ["depot", "a", "b", "c", "d"].map(Site::new).to_vec();
    let row = |sites: &[u32]| Row { weight: 1, reach: sites.iter().map(|&j| (j, 1)).collect(), ..Row::default() };
    let rows = vec![
        row(&[0, 1]), // the depot stands
        row(&[1, 2]),
        row(&[1, 2]), // as the row before
        row(&[2]),    // only b
        row(&[3, 4]),
        row(&[1, 3, 4]),
    ];
    let parameters = Parameters { limit: Some(1), ..Parameters::default() };
    let mut instance = (model("set-cover").unwrap().build)(sites, rows, &parameters).unwrap().instance;
    instance.sites[0].fixed = true;
    instance.sites[4].cost = 3;
    // c and d may not both stand: either alone is fine, so nothing keeps d.
    side::conflict(&mut instance, "too near", 3, 4);
    let smaller = presolve(&instance);
    let log: Vec<String> = smaller.steps.iter().map(|s| s.explain(&instance)).collect();
    let expected = [
        "row 2 is merged into row 1: the same sites reach both",
        "row 0 settled by site depot, which is open anyway",
        "site d is dominated by site c: it covers everything d covers that is not settled, no later, at no higher cost",
        "site b is essential: no other site covers row 3",
        "site c is essential: no other site covers row 4",
        "2 rows settled by site b, which is open anyway",
        "2 rows settled by site c, which is open anyway",
        "site a is dominated by site depot: it covers everything a covers that is not settled, no later, at no higher cost",
    ];
    assert_eq!(log, expected);
    assert_eq!((smaller.instance.rows.len(), smaller.sites.clone()), (0, vec![0, 2, 3]));
    let claim = solve(&smaller.instance, &Options::default()).unwrap().claim;
    let lifted = smaller.lift(&instance, &claim).unwrap();
    assert!(matches!(verify(&instance, &lifted), Ok(Outcome::Optimal(_))));
    assert_eq!((lifted.open, lifted.levels[0].objective), (Some(vec![0, 2, 3]), Some(3)));
}

/// Side constraints keep a site that would otherwise go.
#[test]
fn a_site_that_a_constraint_needs_is_kept() {
    let sites = ["small", "large"].map(Site::new).to_vec();
    let rows = vec![Row { weight: 1, reach: vec![(0, 1), (1, 1)], ..Row::default() }];
    let parameters = Parameters { limit: Some(1), ..Parameters::default() };
    let instance = (model("set-cover").unwrap().build)(sites, rows, &parameters).unwrap().instance;
    let left = |i: &Instance| presolve(i).sites.len();
    assert_eq!(left(&instance), 1);
    let mut quota = instance.clone();
    side::count(&mut quota, "both kinds", &[0], Some(1), None);
    side::count(&mut quota, "both kinds", &[1], Some(1), None);
    assert_eq!(left(&quota), 2);
    let mut class = instance.clone();
    class.sites[0].exclusive = Some(1);
    class.sites[1].exclusive = Some(2);
    assert_eq!(left(&class), 2);
}
