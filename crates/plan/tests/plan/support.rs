//! Small studies whose figures can be computed by hand.
#![allow(dead_code)]

use firesite_model::{
    BuildMode, BuiltUp, BuiltUpRole, Candidate, ClassId, Coord, Demand, District, Nature, Station, StationStatus,
    Town as Township, TownTier, TravelTime, Weight,
};
use firesite_network::VehicleProfile;
use firesite_plan::plan_json::Scenario;
use firesite_plan::study_file::{Count, CountsSection, ScenarioSection};
use firesite_plan::{Plan, Study, StudyBuilder};
use firesite_town::{PROFILE, Town, metres};
use geo_types::{Geometry, LineString, MultiPolygon, Point, Polygon};

/// A street of 1.6 km, 400 m between letters, 10 m/s.
pub(crate) const STREET: &str = "A---B---C---D---E";

/// The street, with these speeds on its four blocks.
pub(crate) fn street(speeds: [u32; 4]) -> Town {
    let blocks: Vec<String> =
        ["AB", "BC", "CD", "DE"].iter().zip(speeds).map(|(block, v)| format!("{block} maxspeed={v}")).collect();
    Town::draw(metres(100), STREET, &blocks.iter().map(String::as_str).collect::<Vec<_>>())
}

pub(crate) fn station(town: &Town, id: &str, at: char, class: &str) -> Station {
    Station {
        feature: 0,
        id: id.into(),
        name: format!("Station {id}"),
        class: Some(ClassId(class.into())),
        district: None,
        in_service: None,
        status: StationStatus::Existing,
        turnout: None,
        counted: true,
        nature: None,
        position: town.at(at),
    }
}

pub(crate) fn demand(town: &Town, at: char, weight: f64) -> Demand {
    Demand {
        feature: 0,
        id: at.to_string(),
        weight: Weight(weight),
        district: None,
        kind: "population".into(),
        position: town.at(at),
    }
}

pub(crate) fn candidate(town: &Town, id: &str, at: char, classes: &[&str]) -> Candidate {
    Candidate {
        feature: 0,
        id: id.into(),
        district: None,
        town: None,
        classes: classes.iter().map(|c| ClassId((*c).into())).collect(),
        build_mode: BuildMode::New,
        land: None,
        cost: None,
        earliest_year: None,
        position: town.at(at),
    }
}

/// A rectangle from 150 m beside the first letter to 150 m beside the last one.
pub(crate) fn around(town: &Town, first: char, last: char) -> MultiPolygon<f64> {
    let (a, b) = (town.at(first), town.at(last));
    let (east, north) = (150.0 / (111_320.0 * a.y.to_radians().cos()), 150.0 / 110_950.0);
    let (west, right) = (a.x.min(b.x) - east, a.x.max(b.x) + east);
    let (south, top) = (a.y.min(b.y) - north, a.y.max(b.y) + north);
    let ring = [(west, south), (right, south), (right, top), (west, top), (west, south)];
    MultiPolygon(vec![Polygon::new(LineString(ring.iter().map(|&(x, y)| Coord { x, y }).collect()), vec![])])
}

pub(crate) fn district(town: &Town, code: &str, first: char, last: char) -> District {
    District {
        feature: 0,
        code: code.into(),
        name: format!("District {code}"),
        population: None,
        outline: around(town, first, last),
    }
}

pub(crate) fn built_up(town: &Town, id: &str, role: BuiltUpRole, first: char, last: char) -> BuiltUp {
    BuiltUp {
        feature: 0,
        id: id.into(),
        district: None,
        town: None,
        role,
        name: format!("Area {id}"),
        zones: vec![],
        land_scarce: false,
        outline: around(town, first, last),
    }
}

pub(crate) fn township(town: &Town, code: &str, at: char, tier: TownTier) -> Township {
    Township {
        feature: 0,
        code: code.into(),
        name: format!("Town {code}"),
        district: None,
        tier,
        population: None,
        built_up: None,
        nature: None,
        geometry: Geometry::Point(Point(town.at(at))),
    }
}

/// `counts`, in all.
pub(crate) fn scenario(name: &str, new: Option<u32>, upgraded: Option<u32>) -> ScenarioSection {
    ScenarioSection {
        name: name.into(),
        counts: CountsSection { new: new.map(Count::All), upgraded: upgraded.map(Count::All) },
        ..ScenarioSection::default()
    }
}

/// A study on a drawn town: clock order, turnout 60 s, covered within 125 s: 65 s or 650 m of driving at 10 m/s.
pub(crate) fn study(town: &Town) -> StudyBuilder {
    Study::builder("drawn")
        .roads(town.roads().clone())
        .profile(VehicleProfile::parse(PROFILE, "town profile").unwrap())
        .nature(Nature::Real)
        .turnout(TravelTime::seconds(60))
        .limit(TravelTime::seconds(125))
}

pub(crate) fn packs(builder: StudyBuilder) -> StudyBuilder {
    builder.settings(|f| f.rules.packs = vec!["cn-jb152-2017".into(), "cn-nanyang-145".into()])
}

pub(crate) fn plan(builder: StudyBuilder) -> Plan {
    let study = builder.build().unwrap_or_else(|e| panic!("{e}"));
    study.plan().unwrap_or_else(|e| panic!("{e}"))
}

pub(crate) fn main(plan: &Plan) -> &Scenario {
    plan.main().expect("a scenario")
}

/// Ids and classes of the new stations.
pub(crate) fn new_stations(scenario: &Scenario) -> Vec<String> {
    scenario
        .stations
        .iter()
        .filter(|s| s.status == "new")
        .map(|s| format!("{} {}", s.id, s.class.as_deref().unwrap_or("-")))
        .collect()
}

pub(crate) fn close(a: Option<f64>, b: f64) {
    let a = a.expect("a figure");
    assert!((a - b).abs() <= 0.05, "{a}, by hand {b}");
}
