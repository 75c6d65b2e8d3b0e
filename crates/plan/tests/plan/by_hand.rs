//! One station, one road, one population, one annex cell moved: every figure changes as a hand computation says.

use crate::support::*;
use firesite_model::{Demand, TravelTime};
use firesite_plan::StudyBuilder;
use firesite_plan::map::Phase;

/// A at the station, demand at B to E, candidates at C and E; one more station.
fn base(town: &firesite_town::Town, demands: Vec<Demand>, at: char) -> StudyBuilder {
    study(town)
        .stations(vec![station(town, "S", at, "first")])
        .demand(demands)
        .candidates(vec![candidate(town, "X", 'C', &["first"]), candidate(town, "Y", 'E', &["first"])])
        .scenario(scenario("one", Some(1), None))
}

fn weights(town: &firesite_town::Town, weights: [f64; 4]) -> Vec<Demand> {
    ['B', 'C', 'D', 'E'].into_iter().zip(weights).map(|(at, w)| demand(town, at, w)).collect()
}

#[test]
fn the_street_as_it_is() {
    // S at A reaches B in 60 + 40 = 100 s, C in 140, D in 180, E in 220. Within 125 s: B, 10 of 100.
    // X at C would add C and D (50), Y at E adds D and E (70): Y, and 80 of 100 are covered.
    // Then B 100, C 140 (from either side), D 100, E 60.
    let town = street([36; 4]);
    let plan = plan(base(&town, weights(&town, [10.0, 20.0, 30.0, 40.0]), 'A'));
    let one = main(&plan);
    let (before, after) = (&one.coverage.before, &one.coverage.after);
    assert_eq!((before.demand_total, before.demand_covered, after.demand_covered), (100.0, 10.0, 80.0));
    assert_eq!((before.share, after.share), (Some(0.1), Some(0.8)));
    close(before.mean_s, 180.0);
    close(before.max_s, 220.0);
    close(before.median_s, 180.0);
    close(after.mean_s, 92.0);
    close(after.max_s, 140.0);
    assert_eq!(new_stations(one), ["Y first"]);
    let ledger = one.ledger;
    assert_eq!((ledger.existing, ledger.new, ledger.upgraded, ledger.closed, ledger.total), (1, 1, 0, 0, 2));
    assert_eq!(one.optimum.status, "optimal");
    assert_eq!((one.optimum.objective, one.optimum.bound, one.optimum.gap), (Some(80.0), Some(80.0), Some(0.0)));
    assert!(one.optimum.certificate.is_some());
    // Levels: 80 covered, one class unit cost of a first-class station, one new one, 9200 weight seconds.
    let levels: Vec<&str> = one.optimum.levels.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(levels, ["cover", "cost", "count", "time"]);
    assert_eq!(one.optimum.levels[2].objective, Some(1.0));
    let time = one.optimum.levels[3].objective.unwrap();
    assert!((time - 9200.0).abs() < 5.0, "{time}");
    // 1.6 km of street; 650 m from A on, after the plan 650 m from E too.
    assert!((before.road_km_total - 1.6).abs() < 0.002 && (before.road_km_covered - 0.65).abs() < 0.002, "{before:?}");
    assert!((after.road_km_covered - 1.3).abs() < 0.002, "{after:?}");
    // The table says the same, and the second due.
    let row = plan.demand.rows.iter().find(|r| r.id == "D").unwrap();
    let [first, second, third] = &row.due[1];
    assert_eq!(first.as_ref().map(|d| d.0.as_str()), Some("Y"));
    close(first.as_ref().map(|d| d.1), 100.0);
    assert_eq!(second.as_ref().map(|d| d.0.as_str()), Some("S"));
    close(second.as_ref().map(|d| d.1), 180.0);
    assert!(third.is_none());
    let share = |id: &str| one.stations.iter().find(|s| s.id == id).unwrap();
    assert_eq!((share("Y").covers_alone, share("S").covers_alone), (Some(70.0), Some(10.0)));
}

#[test]
fn a_station_moved() {
    // S at B: B in 60, C in 100, D in 140, E in 180: 30 of 100 covered.
    let town = street([36; 4]);
    let plan = plan(base(&town, weights(&town, [10.0, 20.0, 30.0, 40.0]), 'B'));
    let one = main(&plan);
    assert_eq!(one.coverage.before.demand_covered, 30.0);
    close(one.coverage.before.mean_s, (10.0 * 60.0 + 20.0 * 100.0 + 30.0 * 140.0 + 40.0 * 180.0) / 100.0);
    assert_eq!(one.coverage.after.demand_covered, 100.0);
    assert_eq!(one.optimum.objective, Some(100.0));
    // The map: S stands elsewhere, and its isochrone lies around B.
    let at = one.stations.iter().find(|s| s.id == "S").unwrap();
    assert!((at.lon - town.at('B').x).abs() < 1e-6);
}

#[test]
fn a_road_slowed() {
    // D–E at 5 m/s: from E, D takes 80 s, 140 with the turnout. Y covers E alone (40), X covers C and D (50): X.
    let town = street([36, 36, 36, 18]);
    let plan = plan(base(&town, weights(&town, [10.0, 20.0, 30.0, 40.0]), 'A'));
    let one = main(&plan);
    assert_eq!(new_stations(one), ["X first"]);
    assert_eq!(one.coverage.after.demand_covered, 60.0);
    close(one.coverage.before.max_s, 60.0 + 120.0 + 80.0);
    // From C: B 100 from either side, C 60, D 100, E 60 + 40 + 80.
    close(one.coverage.after.mean_s, (10.0 * 100.0 + 20.0 * 60.0 + 30.0 * 100.0 + 40.0 * 180.0) / 100.0);
    let proven = &one.optimum;
    assert_eq!((proven.status.as_str(), proven.objective, proven.bound), ("optimal", Some(60.0), Some(60.0)));
}

#[test]
fn a_population_moved() {
    // 60 people at C instead of 20, 0 at E: X covers C and D, 90.
    let town = street([36; 4]);
    let plan = plan(base(&town, weights(&town, [10.0, 60.0, 30.0, 0.0]), 'A'));
    let one = main(&plan);
    assert_eq!(new_stations(one), ["X first"]);
    assert_eq!((one.coverage.before.demand_covered, one.coverage.after.demand_covered), (10.0, 100.0));
}

#[test]
fn the_map_moves_along() {
    let town = street([36; 4]);
    let plan = plan(base(&town, weights(&town, [10.0, 20.0, 30.0, 40.0]), 'A'));
    let of = |phase: Phase| plan.map.uncovered.iter().filter(|u| u.phase == phase).map(|u| u.demand).sum::<f64>();
    assert_eq!((of(Phase::Before), of(Phase::After)), (90.0, 20.0));
    let areas = |phase: Phase| {
        plan.map
            .service_areas
            .iter()
            .filter(|a| a.phase == phase && a.station_id.is_some())
            .map(|a| a.demand)
            .sum::<f64>()
    };
    assert_eq!((areas(Phase::Before), areas(Phase::After)), (100.0, 100.0));
    assert!(plan.map.isochrones.iter().any(|i| i.station_id.as_deref() == Some("Y") && i.phase == Phase::After));
    assert!(plan.map.roads_by_time.iter().all(|r| r.time_s <= 125.0));
}

#[test]
fn the_clock_of_the_study_counts() {
    // Wheels: turnout is not counted, so 125 s are 1250 m: A reaches B, C and D.
    let town = street([36; 4]);
    let builder = base(&town, weights(&town, [10.0, 20.0, 30.0, 40.0]), 'A')
        .settings(|f| f.response.clock = Some("wheels".into()));
    let plan = plan(builder);
    let before = &main(&plan).coverage.before;
    assert_eq!(before.demand_covered, 60.0);
    assert_eq!(before.clock.counts, ["travel", "access"]);
    close(before.max_s, 160.0);
}

#[test]
fn a_slow_crew_is_second() {
    // V at C turns out in 100 s: C is reached by S at A in 60 + 80 = 140, by V in 100; D by S in 180, by V in 140.
    let town = street([36; 4]);
    let mut volunteers = station(&town, "V", 'C', "volunteer");
    volunteers.turnout = Some(TravelTime::seconds(100));
    let builder = base(&town, weights(&town, [10.0, 20.0, 30.0, 40.0]), 'A')
        .stations(vec![station(&town, "S", 'A', "first"), volunteers]);
    let plan = plan(builder);
    let due = |id: &str| plan.demand.rows.iter().find(|r| r.id == id).unwrap().due[0][0].clone().unwrap();
    assert_eq!(due("B").0, "S");
    close(Some(due("B").1), 100.0);
    assert_eq!(due("C").0, "V");
    close(Some(due("C").1), 100.0);
    close(Some(due("D").1), 140.0);
}
