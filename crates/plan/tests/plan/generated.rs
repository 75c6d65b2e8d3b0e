//! Candidates along the roads: what each condition on the place removes is counted; and what is decided for towns.

use std::collections::BTreeMap;

use firesite_model::{BuiltUpRole, Coord, Exit, Hazard, TownTier};
use firesite_plan::plan_json::PlanFile;
use firesite_plan::study_file::{CandidatesSection, DevelopedTowns, GenerateSection, WindSection};
use firesite_plan::{Plan, StudyBuilder};
use geo_types::{Geometry, Point};

use crate::support::*;

/// Candidates every 100 m of the street from A to E, which is one built-up area.
fn along(town: &firesite_town::Town, how: impl FnOnce(&mut GenerateSection)) -> StudyBuilder {
    let mut generate = GenerateSection { every_m: 100.0, ..GenerateSection::default() };
    how(&mut generate);
    packs(study(town))
        .built_up(vec![built_up(town, "U", BuiltUpRole::Core, 'A', 'E')])
        .stations(vec![station(town, "S", 'A', "first")])
        .demand(['B', 'D'].into_iter().map(|at| demand(town, at, 10.0)).collect())
        .scenario(scenario("free", None, None))
        .settings(|f| {
            f.candidates = Some(CandidatesSection { generate: Some(generate), ..CandidatesSection::default() });
        })
}

fn places(plan: &Plan) -> Vec<Coord<f64>> {
    plan.document.candidate_sites.iter().map(|c| Coord { x: c.lon, y: c.lat }).collect()
}

fn removed(document: &PlanFile, word: &str) -> usize {
    document.candidates.removed.iter().filter(|(why, _)| why.contains(word)).map(|(_, n)| *n).sum()
}

/// Metres on the plane of a drawn town.
fn metres(a: Coord<f64>, b: Coord<f64>) -> f64 {
    ((a.x - b.x) * 111_320.0 * a.y.to_radians().cos()).hypot((a.y - b.y) * 110_950.0)
}

#[test]
fn exits_remove_candidates_and_are_counted() {
    let town = street([36; 4]);
    let open = plan(along(&town, |_| {}));
    let all = places(&open);
    assert!(all.len() >= 10, "{all:?}");
    // An exit beside the middle candidate: within 50 m of it alone.
    let middle = all[all.len() / 2];
    let exit = Exit {
        feature: 0,
        kind: "school".into(),
        name: None,
        geometry: Geometry::Point(Point(Coord { x: middle.x, y: middle.y + 20.0 / 110_950.0 })),
    };
    let near = plan(along(&town, |_| {}).exits(vec![exit.clone()]));
    assert_eq!(places(&near).len(), all.len() - 1);
    assert_eq!(removed(&near.document, "jb152_exit"), 1);
    assert!(places(&near).iter().all(|p| metres(*p, middle) > 50.0));
    let count = &near.document.candidates;
    let gone: usize = count.removed.iter().filter(|(why, _)| !why.contains("class only")).map(|(_, n)| *n).sum();
    assert_eq!(count.found, count.kept + gone, "{:?}", count.removed);
    assert!(near.document.findings.iter().any(|f| f.code == "F0625"));
    // Asked to keep it, the generator does, and the rule forbids it as a condition instead.
    let kept = plan(along(&town, |g| g.site_rules = Some(vec![])).exits(vec![exit]));
    assert_eq!(places(&kept).len(), all.len());
    assert_eq!(kept.document.candidates.breaking.get("jb152_exit"), Some(&1));
}

#[test]
fn downwind_of_a_hazard_nothing_is_proposed() {
    // The wind blows from the west; the hazard lies at C: everything within 500 m to the east is downwind.
    let town = street([36; 4]);
    let hazard =
        Hazard { feature: 0, kind: "storage".into(), name: None, geometry: Geometry::Point(Point(town.at('C'))) };
    let wind = WindSection { from: BTreeMap::from([("W".into(), 0.4), ("E".into(), 0.2)]), ..WindSection::default() };
    let build = |wind: Option<WindSection>| {
        along(&town, |g| {
            g.upwind_within_m = Some(500.0);
            g.site_rules = Some(vec![]);
        })
        .hazards(vec![hazard.clone()])
        .settings(|f| f.wind = wind)
    };
    let all = places(&plan(along(&town, |_| {})));
    let left = plan(build(Some(wind)));
    let downwind = |p: &Coord<f64>| p.x > town.at('C').x + 1e-7 && metres(*p, town.at('C')) <= 500.0;
    let expected = all.iter().filter(|p| !downwind(p)).count();
    assert!(expected < all.len());
    assert_eq!(places(&left).iter().filter(|p| downwind(p)).count(), 0);
    assert_eq!(removed(&left.document, "downwind"), all.len() - places(&left).len());
    assert!(places(&left).len() >= expected - 1, "upwind and beside the wind they stay");
    let refused = build(None).build().err().unwrap().to_string();
    assert!(refused.contains("upwind_within_m") && refused.contains("[wind]"), "{refused}");
}

#[test]
fn a_setback_moves_candidates_off_the_road() {
    let town = street([36; 4]);
    let plan = plan(along(&town, |g| g.setback_m = Some(15.0)));
    assert!(!plan.document.candidate_sites.is_empty());
    for c in &plan.document.candidate_sites {
        assert!((c.access_m.unwrap() - 15.0).abs() < 0.2, "{c:?}");
    }
}

#[test]
fn candidates_without_number_are_refused_before_they_are_made() {
    let town = street([36; 4]);
    let study = along(&town, |g| g.every_m = 0.0001).build().unwrap();
    let error = study.plan().err().unwrap();
    assert_eq!(error.exit_code(), 2);
    let told = error.to_string();
    assert!(told.contains("every_m = 0.0001") && told.contains("write every_m = 100 or more"), "{told}");
}

#[test]
fn towns_are_decided_compared_and_listed_where_nobody_comes() {
    // The key town around E has no team: Y is built. A town at C lies 900 m from S1 and 800 m from Y: nobody comes in time.
    let town = street([36; 4]);
    let mut builder = crate::rules::two_districts(&town);
    let mut between = township(&town, "T2", 'C', TownTier::Other);
    between.district = Some("D1".into());
    builder = builder
        .towns(vec![township(&town, "T1", 'E', TownTier::NationalKey), between])
        .scenario(scenario("target", None, None));
    let built = plan(builder.clone());
    let line = |plan: &Plan, code: &str| main(plan).towns.iter().find(|t| t.code == code).unwrap().clone();
    let key = line(&built, "T1");
    assert_eq!(
        (key.decision.as_str(), key.station.as_deref(), key.class_required.as_deref()),
        ("build_new", Some("Y"), Some("second"))
    );
    assert_eq!((key.outside_before, key.outside_after), (true, false));
    close(key.nearest_s_after, 60.0);
    let options: Vec<&str> = key.options.iter().map(|o| o.option.as_str()).collect();
    assert_eq!(options, ["keep", "build_new"]);
    assert!(!key.options[0].meets && key.options[1].chosen && key.options[1].covers_more == 25.0 * 2.0, "{key:?}");
    // X at B reaches C in 100 s.
    assert_eq!((line(&built, "T2").outside_before, line(&built, "T2").outside_after), (true, false));
    assert_eq!(line(&built, "T2").decision, "none");
    // With a team in the town: kept as it is, raised, moved, or a new one beside it.
    let mut team = station(&town, "T0", 'D', "乡镇专职");
    team.counted = false;
    let stations = vec![station(&town, "S1", 'A', "first"), station(&town, "S2", 'B', "second"), team];
    let mut wide = built_up(&town, "T", BuiltUpRole::Town, 'D', 'E');
    wide.town = Some("T1".into());
    let areas = vec![built_up(&town, "S", BuiltUpRole::Seat, 'A', 'B'), wide];
    let raised = plan(builder.stations(stations).built_up(areas));
    let key = line(&raised, "T1");
    assert_eq!((key.decision.as_str(), key.class_before.as_deref()), ("upgrade", Some("town_second")));
    let options: Vec<(&str, &str, bool)> =
        key.options.iter().map(|o| (o.option.as_str(), o.class.as_str(), o.chosen)).collect();
    assert_eq!(
        options,
        [
            ("keep", "town_second", false),
            ("upgrade", "second", true),
            ("relocate", "second", false),
            ("build_new", "second", false)
        ]
    );
    // At E instead of D, only E and D are reached all the same.
    assert_eq!(key.options[2].covers_more, 0.0);
}

#[test]
fn old_stations_are_compared_with_a_move() {
    // S1 at A is 30 years old. From B, the only candidate of the seat, A, B and nothing more is reached: no gain.
    let town = street([36; 4]);
    let mut old = station(&town, "S1", 'A', "first");
    old.in_service = "1990-01-01".parse().ok();
    let builder = crate::rules::two_districts(&town).stations(vec![old, station(&town, "S2", 'A', "second")]);
    let builder = builder.scenario(scenario("target", None, None)).settings(|f| {
        f.study.reference_date = "2021-01-01".parse().ok().map(firesite_plan::study_file::DateWord);
    });
    let plan = plan(builder);
    let renewals = &main(&plan).renewals;
    assert_eq!(renewals.len(), 1, "{renewals:?}");
    assert_eq!((renewals[0].id.as_str(), renewals[0].rule.as_str()), ("S1", "renovation"));
    assert!((renewals[0].years - 31.0).abs() < 0.01);
    let options: Vec<(&str, &str)> = renewals[0].options.iter().map(|o| (o.option.as_str(), o.site.as_str())).collect();
    assert_eq!(options, [("keep", "S1"), ("upgrade", "S1"), ("relocate", "X")]);
}

#[test]
fn developed_towns_follow_a_list_or_thresholds() {
    let town = street([36; 4]);
    let tiers = |developed: DevelopedTowns| {
        let mut towns = vec![
            township(&town, "T1", 'A', TownTier::NationalKey),
            township(&town, "T2", 'C', TownTier::Other),
            township(&town, "T3", 'E', TownTier::Other),
        ];
        towns[2].population = Some(60_000.0);
        let study = along(&town, |_| {}).towns(towns).settings(|f| f.rules.developed_towns = Some(developed)).build();
        study.unwrap().layers().map(|l| l.towns.iter().map(|t| t.tier).collect::<Vec<_>>())
    };
    let (key, developed, other) = (TownTier::NationalKey, TownTier::Developed, TownTier::Other);
    let listed = DevelopedTowns { towns: vec!["Town T2".into()], ..DevelopedTowns::default() };
    assert_eq!(tiers(listed).unwrap(), [key, developed, other]);
    let large = DevelopedTowns { population: Some(50_000.0), ..DevelopedTowns::default() };
    assert_eq!(tiers(large).unwrap(), [key, other, developed]);
    let nobody = DevelopedTowns { towns: vec!["T9".into()], ..DevelopedTowns::default() };
    assert!(tiers(nobody).unwrap_err().to_string().contains("there is no town \"T9\""));
}
