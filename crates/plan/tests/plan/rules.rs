//! 1+1+N, key towns, upgrades, counts and small stations on a drawn street, by hand.

use crate::support::*;
use firesite_model::{BuiltUpRole, Nature, StationStatus, TownTier, Zone};
use firesite_plan::StudyBuilder;
use firesite_plan::plan_json::{ComplianceLine, Scenario};
use firesite_plan::study_file::{Count, CountsSection, ScenarioSection};
use firesite_town::Town;
use std::collections::BTreeMap;

/// Two districts: D1 with the seat around A and B, D2 with the key town around E.
pub(crate) fn two_districts(town: &Town) -> StudyBuilder {
    let mut key_town = built_up(town, "T", BuiltUpRole::Town, 'E', 'E');
    key_town.town = Some("T1".into());
    packs(study(town))
        .districts(vec![district(town, "D1", 'A', 'B'), district(town, "D2", 'D', 'E')])
        .built_up(vec![built_up(town, "S", BuiltUpRole::Seat, 'A', 'B'), key_town])
        .towns(vec![township(town, "T1", 'E', TownTier::NationalKey)])
        .stations(vec![station(town, "S1", 'A', "一级站")])
        .demand(['A', 'B', 'D', 'E'].into_iter().map(|at| demand(town, at, 25.0)).collect())
        .candidates(vec![candidate(town, "X", 'B', &[]), candidate(town, "Y", 'E', &[])])
}

fn rows<'a>(scenario: &'a Scenario, rule: &str) -> Vec<&'a ComplianceLine> {
    scenario.compliance.iter().filter(|c| c.rule == rule).collect()
}

#[test]
fn one_and_one_in_the_seat_and_one_in_the_key_town() {
    // The first-class slot is filled by S1; the second one wants a second-class station: X, at 6 units, not 10. The key
    // town (0.09 km²) wants a second-class one: Y.
    let town = street([36; 4]);
    let plan = plan(two_districts(&town).scenario(scenario("target", None, None)));
    let target = main(&plan);
    assert_eq!(new_stations(target), ["X second", "Y second"]);
    let slots = rows(target, "one_one_n");
    let figures: Vec<_> = slots.iter().map(|r| (r.required, r.standing, r.proposed, r.met)).collect();
    assert_eq!(figures, [(Some(1.0), Some(1.0), Some(1.0), Some(true)), (Some(2.0), Some(1.0), Some(2.0), Some(true))]);
    assert!(slots.iter().all(|r| r.district.as_deref() == Some("D1") && r.severity == "hard" && r.binding));
    let towns = rows(target, "key_town");
    assert_eq!(
        (towns[0].subject.as_str(), towns[0].standing, towns[0].proposed, towns[0].met),
        ("Town T1", Some(0.0), Some(1.0), Some(true))
    );
    assert!(towns[0].source.contains("规划") && towns[0].confidence == "S");
    assert_eq!((target.ledger.existing, target.ledger.new, target.ledger.total), (1, 2, 3));
}

#[test]
fn what_is_only_assumed_is_not_met() {
    let town = street([36; 4]);
    let mut assumed = station(&town, "S1", 'A', "first");
    assumed.nature = Some(Nature::Assumed);
    let plan = plan(two_districts(&town).stations(vec![assumed]).scenario(scenario("target", None, None)));
    let slots = rows(main(&plan), "one_one_n");
    assert_eq!(slots[0].met, None);
    assert!(slots[0].reason.contains("assumed"), "{}", slots[0].reason);
    assert_eq!(plan.document.study.nature, "assumed");
}

#[test]
fn a_rule_that_cannot_be_met_is_named_with_its_district() {
    // Without X nobody can fill the second slot of the seat.
    let town = street([36; 4]);
    let builder =
        two_districts(&town).candidates(vec![candidate(&town, "Y", 'E', &[])]).scenario(scenario("target", None, None));
    let plan = plan(builder);
    assert!(!plan.met());
    let target = main(&plan);
    assert_eq!((target.optimum.status.as_str(), target.optimum.objective), ("infeasible", None));
    assert_eq!(target.conflicts.len(), 1, "{:?}", target.conflicts);
    assert_eq!(target.conflicts[0].rules, ["one_one_n"]);
    assert_eq!(target.conflicts[0].districts, ["District D1"]);
    // Everything is still told: the stations as they stand.
    assert_eq!((target.ledger.new, target.ledger.total), (0, 1));
    assert_eq!(rows(target, "one_one_n")[1].met, Some(false));
    assert!(plan.document.findings.iter().any(|f| f.code == "F0617"));
}

#[test]
fn rules_that_cannot_hold_together_are_named() {
    // Each rule can be met, but not both with one new station.
    let town = street([36; 4]);
    let plan = plan(two_districts(&town).scenario(scenario("one", Some(1), None)));
    let one = main(&plan);
    assert_eq!(one.optimum.status, "infeasible");
    assert_eq!(one.conflicts[0].rules, ["counts", "key_town", "one_one_n"], "{:?}", one.conflicts);
    assert_eq!(one.conflicts[0].districts, ["District D1", "District D2"]);
    assert_eq!(
        one.conflicts[0].message,
        "counts, key_town, one_one_n cannot hold together in District D1, District D2: the counts of the scenario: new; \
         key_town (A proper station in each national key town) for Town T1; \
         one_one_n (1+1+N: one first-class, one second-class and N small stations in each county seat) for \
         Area S first, Area S second. Giving up any one of them is enough."
    );
    assert!(one.conflicts[0].message_zh.ends_with("放弃其中任何一项即可。"), "{}", one.conflicts[0].message_zh);
    // Each of them can go: without it the scenario can be met.
    for given_up in ["counts", "key_town", "one_one_n"] {
        let mut section = scenario("one", (given_up != "counts").then_some(1), None);
        section.rules =
            Some(["key_town", "one_one_n"].into_iter().filter(|r| *r != given_up).map(String::from).collect());
        let relaxed = self::plan(two_districts(&town).scenario(section));
        assert!(relaxed.met(), "{given_up}");
    }
}

#[test]
fn a_team_is_upgraded_in_place() {
    // A team that no count of stations knows stands in the key town: upgraded, it meets the rule, and the total stays.
    let town = street([36; 4]);
    let mut team = station(&town, "T0", 'E', "乡镇专职");
    team.counted = false;
    let stations = vec![station(&town, "S1", 'A', "first"), station(&town, "S2", 'B', "second"), team];
    let builder = two_districts(&town).stations(stations).scenario(scenario("upgrade", Some(0), Some(1)));
    let plan = plan(builder);
    let upgrade = main(&plan);
    assert_eq!(upgrade.optimum.status, "optimal", "{:?}", upgrade.conflicts);
    let line = upgrade.stations.iter().find(|s| s.id == "T0").unwrap();
    assert_eq!(
        (line.status.as_str(), line.class.as_deref(), line.class_before.as_deref()),
        ("upgraded", Some("second"), Some("town_second"))
    );
    let ledger = upgrade.ledger;
    assert_eq!(
        (ledger.existing, ledger.new, ledger.upgraded, ledger.total, ledger.upgraded_uncounted),
        (2, 0, 1, 2, 1)
    );
    let towns = rows(upgrade, "key_town");
    assert_eq!((towns[0].standing, towns[0].proposed, towns[0].met), (Some(0.0), Some(1.0), Some(true)));
}

#[test]
fn a_town_station_never_fills_a_slot_of_the_seat() {
    // Y at E would be the second station of rank second, but it stands in the town.
    let town = street([36; 4]);
    let plan = plan(two_districts(&town).scenario(scenario("target", None, None)));
    let y = main(&plan).stations.iter().find(|s| s.id == "Y").unwrap();
    assert_eq!((y.built_up.as_deref(), y.town.as_deref()), (Some("T"), Some("T1")));
}

#[test]
fn a_station_within_a_kilometre_by_road_belongs_to_the_seat() {
    // C lies 250 m outside the seat, D 650 m, E 1050 m.
    let town = street([36; 4]);
    let at = |place: char| {
        let builder = two_districts(&town)
            .built_up(vec![built_up(&town, "S", BuiltUpRole::Seat, 'A', 'B')])
            .towns(vec![])
            .candidates(vec![candidate(&town, "X", place, &["second"])])
            .scenario(scenario("target", None, None));
        plan(builder)
    };
    assert_eq!(main(&at('D')).optimum.status, "optimal");
    assert_eq!(main(&at('D')).stations.iter().find(|s| s.id == "X").unwrap().built_up.as_deref(), Some("S"));
    assert_eq!(main(&at('E')).optimum.status, "infeasible");
}

#[test]
fn counts_hold_by_district() {
    let town = street([36; 4]);
    let by = BTreeMap::from([("D2".to_string(), 1)]);
    let section = ScenarioSection {
        name: "annex".into(),
        rules: Some(vec![]),
        counts: CountsSection { new: Some(Count::By(by)), upgraded: None },
        ..ScenarioSection::default()
    };
    let plan = plan(two_districts(&town).scenario(section));
    let annex = main(&plan);
    assert_eq!(new_stations(annex), ["Y second"]);
    assert!(annex.rules.is_empty());
    // Judged all the same.
    assert_eq!(rows(annex, "one_one_n")[1].met, Some(false));
    assert!(!rows(annex, "one_one_n")[1].binding);
}

#[test]
fn a_small_station_needs_a_full_one_beside_it() {
    // The seat's land is scarce, in an old town: small stations may stand there. Without any full station in reach the
    // rule forbids them; beside S1 they are legal.
    let town = street([36; 4]);
    let seat = |scarce: bool| {
        let mut area = built_up(&town, "S", BuiltUpRole::Seat, 'A', 'E');
        area.zones = vec![Zone::OldTown];
        area.land_scarce = scarce;
        area
    };
    let build = |stations, scarce| {
        packs(study(&town))
            .built_up(vec![seat(scarce)])
            .stations(stations)
            .demand(['A', 'B', 'D', 'E'].into_iter().map(|at| demand(&town, at, 25.0)).collect())
            .candidates(vec![candidate(&town, "X", 'E', &["small"])])
            .scenario(ScenarioSection {
                rules: Some(vec!["jb152_adjacency".into()]),
                ..scenario("small", Some(1), None)
            })
    };
    let beside = plan(build(vec![station(&town, "S1", 'A', "first")], true));
    assert_eq!(new_stations(main(&beside)), ["X small"]);
    let alone = plan(build(vec![station(&town, "S1", 'A', "志愿")], true));
    assert_eq!(main(&alone).optimum.status, "infeasible");
    assert!(
        main(&alone).conflicts.iter().any(|c| c.rules.contains(&"jb152_adjacency".to_string())),
        "{:?}",
        main(&alone).conflicts
    );
    let plenty = plan(build(vec![station(&town, "S1", 'A', "first")], false));
    assert_eq!(main(&plenty).optimum.status, "infeasible");
    assert_eq!(plenty.document.candidates.kept, 0);
    assert!(plenty.document.candidates.removed.keys().any(|k| k.contains("small")));
}

#[test]
fn closed_and_planned_stations_are_told_apart() {
    let town = street([36; 4]);
    let mut closed = station(&town, "S2", 'B', "second");
    closed.status = StationStatus::Closed;
    let mut planned = station(&town, "S3", 'D', "second");
    planned.status = StationStatus::Planned;
    let stations = vec![station(&town, "S1", 'A', "first"), closed, planned];
    let builder = study(&town)
        .stations(stations)
        .demand(['B', 'D', 'E'].into_iter().map(|at| demand(&town, at, 10.0)).collect())
        .candidates(vec![candidate(&town, "X", 'E', &["first"])])
        .scenario(scenario("free", Some(1), None));
    let plan = plan(builder);
    let free = main(&plan);
    let ledger = free.ledger;
    // Two counted ones stood, one of them is closed; the decided one is new, and the only new one.
    assert_eq!((ledger.existing, ledger.new, ledger.closed, ledger.total), (2, 1, 1, 2));
    assert_eq!(new_stations(free), ["S3 second"]);
    assert_eq!((free.coverage.before.demand_covered, free.coverage.after.demand_covered), (10.0, 30.0));
}
