//! Why here, why not there, on a drawn street: every figure by hand.

use firesite_plan::explain::{Asked, Explanation, explain};
use firesite_plan::{Error, Plan, Study};
use firesite_town::Town;

use crate::support::*;
use crate::verified::written;

/// S stands at A, candidates X at C and Y at E, one new station. Demand B 10, C 20, D 30, E 40. A station covers 650 m: S covers
/// B, X covers B, C, D, Y covers D, E. The plan opens Y: 80 covered.
fn studied(town: &Town) -> Study {
    let demands = ['B', 'C', 'D', 'E'].into_iter().zip([10.0, 20.0, 30.0, 40.0]);
    study(town)
        .stations(vec![station(town, "S", 'A', "first")])
        .demand(demands.map(|(at, w)| demand(town, at, w)).collect())
        .candidates(vec![candidate(town, "X", 'C', &["first"]), candidate(town, "Y", 'E', &["first"])])
        .scenario(scenario("one", Some(1), None))
        .build()
        .unwrap()
}

fn asked(plan: &Plan, asked: &Asked, study: Option<&Study>) -> Result<Explanation, Error> {
    let out = written(plan);
    let by_file = explain(&out.path().join("plan.json"), asked, study)?;
    assert_eq!(explain(out.path(), asked, study)?, by_file, "the folder and its plan.json say the same");
    Ok(by_file)
}

fn loss(e: &Explanation, level: &str) -> (Option<f64>, Option<f64>) {
    let d = e.forced.as_ref().unwrap().loses.iter().find(|d| d.level == level).unwrap();
    (d.at_least, d.at_most)
}

fn english(e: &Explanation) -> String {
    e.sentences.iter().map(|s| s.en.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_candidate_that_was_not_chosen() {
    let town = street([36; 4]);
    let plan = studied(&town).plan().unwrap();
    let e = asked(&plan, &Asked::Station("X".into()), None).unwrap();
    assert_eq!((e.place.status.as_str(), e.possible, e.met()), ("candidate", true, true));
    let option = &e.options[0];
    // Added to S and Y it covers C, 20; the count of one new station is broken.
    assert_eq!((option.class.as_str(), option.chosen, option.covered), ("first", false, 20.0));
    assert_eq!(option.breaks.iter().map(|b| b.rule.as_str()).collect::<Vec<_>>(), ["counts"]);
    // In the place of Y: 60 instead of 80.
    let swap = option.instead_of.as_ref().unwrap();
    let cover = swap.levels.iter().find(|l| l.level == "cover").unwrap();
    assert_eq!((swap.station.as_str(), cover.without, cover.with), ("Y", 80.0, 60.0));
    // Forced in, exactly that is lost, and Y is displaced.
    let forced = e.forced.as_ref().unwrap();
    assert_eq!((forced.how.as_str(), forced.status.as_str()), ("in", "optimal"));
    assert_eq!(loss(&e, "cover"), (Some(20.0), Some(20.0)));
    assert_eq!(loss(&e, "cost"), (Some(0.0), Some(0.0)));
    assert_eq!(
        (forced.opens.as_slice(), forced.closes.as_slice()),
        (&["X/first".to_string()][..], &["Y/first".to_string()][..])
    );
    assert!(english(&e).contains("Forced in, the plan loses 20 covered weight."), "{}", english(&e));
    assert!(e.sentences.iter().all(|s| !s.zh.is_empty()));
}

#[test]
fn a_chosen_station_and_one_that_stands() {
    let town = street([36; 4]);
    let plan = studied(&town).plan().unwrap();
    let y = asked(&plan, &Asked::Station("Y".into()), None).unwrap();
    assert_eq!((y.options[0].chosen, y.options[0].covered), (true, 70.0));
    assert_eq!(y.forced.as_ref().unwrap().how, "out");
    assert_eq!(loss(&y, "cover"), (Some(20.0), Some(20.0)));
    assert!(english(&y).contains("Left out, the plan loses 20 covered weight."), "{}", english(&y));
    let s = asked(&plan, &Asked::Station("S".into()), None).unwrap();
    assert!(s.forced.is_none() && english(&s).contains("it alone covers 10"), "{}", english(&s));
}

#[test]
fn a_coordinate_is_answered_by_the_nearest_place_or_refused() {
    let town = street([36; 4]);
    let plan = studied(&town).plan().unwrap();
    let mut near = town.at('C');
    near.y += 0.0009;
    let e = asked(&plan, &Asked::Site(near), None).unwrap();
    assert_eq!(e.place.id, "X");
    assert!((e.place.away_m - 100.0).abs() < 1.0, "{}", e.place.away_m);
    assert!(english(&e).contains("--study"));
    let mut far = near;
    far.y += 0.5;
    let error = asked(&plan, &Asked::Site(far), None).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("--study"), "{error}");
    let error = asked(&plan, &Asked::Station("Z".into()), None).unwrap_err();
    assert!(error.exit_code() == 2 && error.to_string().contains("no station or candidate \"Z\""), "{error}");
}

#[test]
fn with_the_study_any_place_is_a_candidate_of_its_own() {
    // A station at D covers C, D and E: with B of S that is everything, 20 more than the plan.
    let town = street([36; 4]);
    let study = studied(&town);
    let plan = study.plan().unwrap();
    let e = asked(&plan, &Asked::Site(town.at('D')), Some(&study)).unwrap();
    assert_eq!((e.place.status.as_str(), e.place.away_m), ("place", 0.0));
    let option = e.options.iter().find(|o| o.class == "first").unwrap();
    assert_eq!(option.covered, 20.0);
    // From E 650 m are covered, from D another 250 m to the west: 250 + … up to 650 m either way, less what Y and S have.
    let road = option.road_km.unwrap();
    assert!((road - 0.3).abs() < 0.003, "{road}");
    assert_eq!(loss(&e, "cover"), (Some(-20.0), Some(-20.0)));
    assert!(english(&e).contains("Forced in, the plan gains 20 covered weight."), "{}", english(&e));
    // Far from every road nothing can stand, and that is an answer.
    let mut off = town.at('D');
    off.y += 0.02;
    let e = asked(&plan, &Asked::Site(off), Some(&study)).unwrap();
    assert!(!e.possible && !e.met() && english(&e).contains("cannot be tied to a road"), "{}", english(&e));
}

#[test]
fn what_a_rule_needs_cannot_be_left_out() {
    // X is the only place for the second station of the seat.
    let town = street([36; 4]);
    let study = crate::rules::two_districts(&town).scenario(scenario("target", None, None)).build().unwrap();
    let plan = study.plan().unwrap();
    let e = asked(&plan, &Asked::Station("X".into()), None).unwrap();
    assert!(e.options[0].chosen && e.options[0].class == "second");
    assert!(e.options[0].breaks.iter().any(|b| b.rule == "one_one_n" && b.binding), "{:?}", e.options[0].breaks);
    let forced = e.forced.as_ref().unwrap();
    assert_eq!((forced.status.as_str(), e.met()), ("infeasible", false));
    assert!(forced.conflict.iter().any(|c| c.contains("one_one_n")), "{:?}", forced.conflict);
}
