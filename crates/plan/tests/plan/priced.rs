//! Prices of rules, soft rules, and caps on service areas, by hand.

use firesite_plan::StudyBuilder;
use firesite_plan::plan_json::{RulePrice, Scenario};
use firesite_plan::study_file::{SoftRules, StudyFile};
use firesite_town::Town;
use std::collections::BTreeMap;

use crate::rules::two_districts;
use crate::support::*;
use crate::verified::{verdict, written};

fn price<'a>(scenario: &'a Scenario, rule: &str) -> &'a RulePrice {
    scenario.prices.iter().find(|p| p.rule == rule).unwrap_or_else(|| panic!("{rule}: {:?}", scenario.prices))
}

fn gain(price: &RulePrice, level: &str) -> (Option<f64>, Option<f64>) {
    let d = price.gains.iter().find(|d| d.level == level).unwrap();
    (d.at_least, d.at_most)
}

fn override_rule(file: &mut StudyFile, text: &str) {
    file.rules.overrides.push(text.parse().unwrap());
}

#[test]
fn every_rule_has_its_price() {
    // X and Y are built, 6 units each. Without 1+1+N, S1 alone covers the seat and X goes: 6 units and one station saved.
    // Without the key-town rule, Y still covers the town, which coverage asks for first: nothing is gained.
    let town = street([36; 4]);
    let plan = plan(two_districts(&town).scenario(scenario("target", None, None)));
    let target = main(&plan);
    let slots = price(target, "one_one_n");
    assert_eq!((slots.conditions, slots.status.as_str()), (2, "optimal"));
    assert_eq!(gain(slots, "cover"), (Some(0.0), Some(0.0)));
    assert_eq!(gain(slots, "cost"), (Some(6.0), Some(6.0)));
    assert_eq!(gain(slots, "count"), (Some(1.0), Some(1.0)));
    assert!(
        slots.message.contains("6 fewer class units of cost") && slots.message_zh.contains("减少6"),
        "{}",
        slots.message
    );
    let towns = price(target, "key_town");
    assert!(towns.gains.iter().all(firesite_plan::Difference::none), "{:?}", towns.gains);
    let adjacency = price(target, "jb152_adjacency");
    assert_eq!((adjacency.conditions, adjacency.status.as_str()), (0, "none"));
}

#[test]
fn counts_have_a_price_and_so_has_what_makes_a_scenario_impossible() {
    let town = street([36; 4]);
    let plan = plan(two_districts(&town).scenario(scenario("one", Some(1), None)));
    let one = main(&plan);
    assert_eq!(one.optimum.status, "infeasible");
    for rule in ["counts", "one_one_n", "key_town"] {
        assert_eq!(price(one, rule).message, "Without it the scenario can be met.", "{rule}");
    }
}

/// 1+1+N made soft.
fn soft(town: &Town, mode: SoftRules) -> StudyBuilder {
    two_districts(town).scenario(scenario("target", None, None)).settings(|f| {
        override_rule(f, "id = \"one_one_n\"\nseverity = \"soft\"");
        f.solve.soft_rules = mode;
    })
}

#[test]
fn a_soft_rule_is_judged_or_weighed_or_a_level() {
    let town = street([36; 4]);
    let penalty = |units: f64| SoftRules::Penalties(BTreeMap::from([("one_one_n".to_string(), units)]));
    // (how, new stations, missed, penalties): X costs 6, so a breach at 5 is cheaper and at 7 dearer.
    let cases = [
        (SoftRules::Judged, vec!["Y second"], 0, 0.0),
        (penalty(5.0), vec!["Y second"], 1, 5.0),
        (penalty(7.0), vec!["X second", "Y second"], 0, 0.0),
        (SoftRules::Level, vec!["X second", "Y second"], 0, 0.0),
    ];
    for (mode, stations, missed, penalties) in cases {
        let plan = plan(soft(&town, mode.clone()));
        let target = main(&plan);
        assert_eq!(new_stations(target), stations, "{mode:?}");
        let optimum = &target.optimum;
        let proven = |level: &str| optimum.levels.iter().any(|l| l.name == level && l.status == "optimal");
        assert!(["cover", "cost", "count"].into_iter().all(proven), "{mode:?} {:?}", optimum.levels);
        assert_eq!(optimum.breaches.iter().map(|b| b.missing).sum::<i64>(), missed, "{mode:?} {:?}", optimum.breaches);
        assert_eq!(optimum.penalties, penalties);
        let cost = optimum.levels.iter().find(|l| l.name == "cost").unwrap().objective.unwrap();
        assert_eq!(cost - optimum.penalties, 6.0 * stations.len() as f64);
        verdict(written(&plan).path()).unwrap();
    }
}

/// The seat is 700 m by 300 m: 0.21 km², 21 or 22 hectares.
fn capped(town: &Town, second: f64) -> StudyBuilder {
    two_districts(town).scenario(scenario("target", None, None)).settings(move |f| {
        override_rule(f, "id = \"jb152_area_first\"\nseverity = \"hard\"\nparameters = { cap_km2 = 0.15 }");
        let text = format!("id = \"jb152_area_second\"\nseverity = \"hard\"\nparameters = {{ cap_km2 = {second} }}");
        override_rule(f, &text);
        override_rule(f, "id = \"jb152_area_small\"\nseverity = \"hard\"\nparameters = { cap_km2 = 0.01 }");
    })
}

#[test]
fn caps_of_the_stations_must_reach_the_built_up_area() {
    // S1 serves 15 hectares. A second-class station of 10 completes the 21; one of 5 does not, and X becomes first class.
    // The town, 9 hectares, has Y: second class with 10, first with 5.
    let town = street([36; 4]);
    let enough = plan(capped(&town, 0.10));
    assert_eq!(new_stations(main(&enough)), ["X second", "Y second"]);
    let short = plan(capped(&town, 0.05));
    assert_eq!(new_stations(main(&short)), ["X first", "Y first"]);
    // With the hard cap of the suburb, which speaks of no area here.
    let joint = "jb152_area_first+jb152_area_second+jb152_area_small+jb152_area_suburb";
    // Together the caps cost what first class costs more: 4 units each.
    assert_eq!(gain(price(main(&short), joint), "cost"), (Some(8.0), Some(8.0)));
    let n = main(&short).built_up.iter().find(|b| b.id == "S").unwrap().area_caps.clone().unwrap();
    // Slots 15 + 5 hectares; one to two hectares are left, at 1 hectare each.
    assert_eq!((n.slots, n.slots_km2, n.n_class.as_str(), n.binds.as_str()), (2, Some(0.2), "small", "area"));
    assert!((1..=2).contains(&n.n_by_area) && n.n_by_time.is_none(), "{n:?}");
}

#[test]
fn n_by_area_stands_beside_n_by_time() {
    let town = street([36; 4]);
    let plan = plan(two_districts(&town).scenario(scenario("target", None, None)));
    let seat = main(&plan).built_up.iter().find(|b| b.id == "S").unwrap();
    let n = seat.area_caps.as_ref().unwrap();
    // 0.21 km² against 7 + 4: neither area nor time asks for more than the slots.
    assert_eq!((n.n_by_area, n.n_by_time, n.n_in_plan, n.binds.as_str()), (0, Some(0), 0, "neither"));
    assert_eq!((n.slots_km2, n.caps_km2_before, n.caps_km2_after), (Some(11.0), Some(7.0), Some(11.0)));
    assert!(main(&plan).built_up.iter().find(|b| b.id == "T").unwrap().area_caps.is_none());
    assert_eq!(seat.role, "seat");
}
