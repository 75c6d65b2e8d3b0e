//! The plan year by year against every possible choice, tried one by one.

use std::collections::BTreeSet;

use firesite_model::BuiltUpRole;
use firesite_plan::plan_json::Phasing;
use firesite_plan::study_file::{PerYear, PhasesSection};
use firesite_plan::{Plan, StudyBuilder};
use firesite_town::{Town, metres};

use crate::support::*;

const PLACES: [char; 8] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

/// Eight places 400 m apart at 10 m/s.
fn long_street() -> Town {
    let blocks: Vec<String> = PLACES.windows(2).map(|p| format!("{}{} maxspeed=36", p[0], p[1])).collect();
    let drawing = PLACES.map(String::from).join("---");
    Town::draw(metres(100), &drawing, &blocks.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A station at A; candidates at C, E, F and H; all demand in one area whose target is everything.
fn base(town: &Town, weights: &[u32; 8]) -> StudyBuilder {
    study(town)
        .built_up(vec![built_up(town, "U", BuiltUpRole::Core, 'A', 'H')])
        .stations(vec![station(town, "S", 'A', "first")])
        .demand(PLACES.iter().zip(weights).map(|(at, w)| demand(town, *at, f64::from(*w))).collect())
        .candidates(['C', 'E', 'F', 'H'].map(|at| candidate(town, &format!("N{at}"), at, &["second"])).to_vec())
        .settings(|f| f.rules.alpha = Some(firesite_plan::study_file::Alpha::Same(1.0)))
}

/// Covered weight: within 650 m, by hand.
fn covered(weights: &[u32; 8], open: &BTreeSet<char>) -> u32 {
    let at = |c: char| PLACES.iter().position(|p| *p == c).unwrap() as i32;
    (0..8).filter(|d| open.iter().any(|o| (at(*o) - d).abs() * 400 <= 650)).map(|d| weights[d as usize]).sum()
}

fn phasing(plan: &Plan) -> &Phasing {
    main(plan).phasing.as_ref().expect("a schedule")
}

fn place(id: &str) -> char {
    id.chars().last().unwrap()
}

/// All subsets of at most so many.
fn subsets(of: &[char], most: usize) -> Vec<BTreeSet<char>> {
    (0..1u32 << of.len())
        .filter(|pick| pick.count_ones() as usize <= most)
        .map(|pick| of.iter().enumerate().filter(|(i, _)| pick >> i & 1 == 1).map(|(_, c)| *c).collect())
        .collect()
}

#[test]
fn every_year_builds_the_best_next_ones() {
    let town = long_street();
    let mut dice = 7u64;
    for _ in 0..12 {
        let weights: [u32; 8] = std::array::from_fn(|_| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 40) as u32 % 90 + 1
        });
        let years = PhasesSection {
            years: vec![2021, 2022, 2023],
            build_limit: Some(PerYear::By([("2021".into(), 1.0), ("2022".into(), 2.0)].into())),
            ..PhasesSection::default()
        };
        let plan =
            plan(base(&town, &weights).scenario(scenario("four", Some(4), None)).settings(|f| f.phases = Some(years)));
        let phasing = phasing(&plan);
        let mut open = BTreeSet::from(['A']);
        for (year, limit) in phasing.years.iter().zip([1, 2, 4]) {
            let left: Vec<char> = ['C', 'E', 'F', 'H'].into_iter().filter(|c| !open.contains(c)).collect();
            let best = subsets(&left, limit).iter().map(|s| covered(&weights, &(&open | s))).max().unwrap();
            let built: BTreeSet<char> = year.stations.iter().map(|s| place(s)).collect();
            assert!(built.len() <= limit, "{weights:?} {year:?}");
            open.extend(&built);
            assert_eq!(covered(&weights, &open), best, "{weights:?} {year:?}");
            assert_eq!(year.towards_targets, f64::from(best), "{weights:?} {year:?}");
            assert_eq!(year.demand_covered, f64::from(best));
        }
        // The last year is the plan.
        assert!(phasing.unbuilt.is_empty() && phasing.phasing_costs == 0.0, "{phasing:?}");
        assert_eq!(phasing.years[2].demand_covered, main(&plan).coverage.after.demand_covered);
        assert_eq!(phasing.years[2].mean_s, main(&plan).coverage.after.mean_s);
        for line in main(&plan).stations.iter().filter(|s| s.status == "new") {
            assert!(phasing.years.iter().any(|y| Some(y.year) == line.year && y.stations.contains(&line.id)));
        }
    }
}

#[test]
fn what_the_years_cannot_reach_is_told() {
    let town = long_street();
    let weights = [10, 20, 30, 40, 50, 60, 70, 80];
    let years = PhasesSection { years: vec![2021], build_limit: Some(PerYear::Same(1.0)), ..PhasesSection::default() };
    let plan =
        plan(base(&town, &weights).scenario(scenario("four", Some(4), None)).settings(|f| f.phases = Some(years)));
    let phasing = phasing(&plan);
    // All: 360. A with F covers A, B, E, F, G: 210; with H: A, B, G, H 180. So F, and 150 are missing.
    assert_eq!(phasing.years[0].stations, ["NF"]);
    assert_eq!(phasing.years[0].towards_targets, 210.0);
    assert_eq!((phasing.unbuilt.len(), phasing.phasing_costs, phasing.last_year_at_most), (3, 150.0, Some(210.0)));
    assert!(phasing.message.contains("3 of 4 works") && phasing.message_zh.contains("3项"), "{}", phasing.message);
}

#[test]
fn budgets_and_earliest_years_hold() {
    let town = long_street();
    let weights = [10, 20, 30, 40, 50, 60, 70, 80];
    let mut candidates = ['C', 'E', 'F', 'H'].map(|at| candidate(&town, &format!("N{at}"), at, &["second"])).to_vec();
    candidates[2].earliest_year = Some(2022);
    let years = PhasesSection {
        years: vec![2021, 2022],
        // A second-class station costs 6: two in the first year.
        budget: Some(PerYear::By([("2021".into(), 12.5)].into())),
        ..PhasesSection::default()
    };
    let builder = base(&town, &weights).candidates(candidates).scenario(scenario("four", Some(4), None));
    let plan = plan(builder.settings(|f| f.phases = Some(years)));
    let phasing = phasing(&plan);
    // Without F: of C, E, H two; E and H cover A, B, D, E, F, G, H: 330.
    assert_eq!(phasing.years[0].stations, ["NE", "NH"]);
    assert_eq!((phasing.years[0].cost, phasing.years[0].towards_targets), (12.0, 330.0));
    assert_eq!(phasing.years[1].stations, ["NC", "NF"]);
    assert!(phasing.unbuilt.is_empty());
}

#[test]
fn senseless_years_are_refused() {
    let town = long_street();
    let refused = |phases: PhasesSection| {
        let study = base(&town, &[1; 8]).settings(|f| f.phases = Some(phases)).build();
        study.err().map(|e| e.to_string()).unwrap_or_default()
    };
    let years = |years: &[i16]| PhasesSection { years: years.to_vec(), ..PhasesSection::default() };
    assert!(refused(years(&[])).contains("years = []"));
    assert!(refused(years(&[2022, 2021])).contains("rising order"));
    let half = PhasesSection { build_limit: Some(PerYear::Same(1.5)), ..years(&[2021]) };
    assert!(refused(half).contains("stations are whole"));
    let other = PhasesSection { budget: Some(PerYear::By([("2030".into(), 1.0)].into())), ..years(&[2021]) };
    assert!(refused(other).contains("names 2030"));
}
