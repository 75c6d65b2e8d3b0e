//! The compliance of a small plan as it is written: the table, the layer, the project, and drawn again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use firesite_model::{
    BuildMode, BuiltUp, BuiltUpRole, Candidate, ClassId, Demand, Exit, Nature, Station, StationStatus, TravelTime,
    Weight,
};
use firesite_network::VehicleProfile;
use firesite_plan::{Plan, Study};
use firesite_report::{WriteResults, render_again};
use firesite_town::{PROFILE, Town, metres};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};
use serde_json::Value;

/// A street of 1.6 km with a station at A and a site at E, 40 m from the exit of a school; soft caps on the built-up area.
fn plan() -> Plan {
    let town = Town::draw(metres(100), "A---B---C---D---E", &["ABCDE maxspeed=36"]);
    let (a, e) = (town.at('A'), town.at('E'));
    let corner = |x: f64, y: f64| Coord { x, y };
    let ring = vec![
        corner(a.x - 0.002, a.y - 0.002),
        corner(e.x + 0.002, a.y - 0.002),
        corner(e.x + 0.002, a.y + 0.002),
        corner(a.x - 0.002, a.y + 0.002),
    ];
    let demand = |at: char, weight: f64| Demand {
        feature: 0,
        id: at.to_string(),
        weight: Weight(weight),
        district: None,
        kind: "population".into(),
        position: town.at(at),
    };
    let rule = |id: &str, severity: &str, kind: &str, parameters: &str, mark: &str| -> toml::Table {
        let text = format!(
            "id = \"{id}\"\ntitle = \"t\"\ntitle_zh = \"t\"\nseverity = \"{severity}\"\nkind = \"{kind}\"\nparameters = {{ {parameters} }}\nsource = {{ document = \"d\", article = \"a\", confidence = \"{mark}\" }}"
        );
        text.parse().unwrap()
    };
    let study = Study::builder("street")
        .roads(town.roads().clone())
        .profile(VehicleProfile::parse(PROFILE, "town").unwrap())
        .nature(Nature::Real)
        .limit(TravelTime::seconds(300))
        .built_up(vec![BuiltUp {
            feature: 0,
            id: "S".into(),
            district: None,
            town: None,
            role: BuiltUpRole::Seat,
            name: "Seat".into(),
            zones: vec![],
            land_scarce: false,
            outline: MultiPolygon(vec![Polygon::new(LineString(ring), vec![])]),
        }])
        .stations(vec![Station {
            feature: 0,
            id: "S1".into(),
            name: "Old".into(),
            class: Some(ClassId("first".into())),
            district: None,
            in_service: None,
            status: StationStatus::Existing,
            turnout: None,
            counted: true,
            nature: None,
            position: a,
        }])
        .candidates(vec![Candidate {
            feature: 0,
            id: "X".into(),
            district: None,
            town: None,
            classes: vec![ClassId("first".into())],
            build_mode: BuildMode::New,
            land: None,
            cost: None,
            earliest_year: None,
            position: e,
        }])
        .exits(vec![Exit {
            feature: 0,
            kind: "school".into(),
            name: None,
            geometry: Geometry::Point(Point(Coord { x: e.x, y: e.y + 40.0 / 110_950.0 })),
        }])
        .demand(vec![demand('B', 60.0), demand('E', 40.0)])
        .settings(|file| {
            file.rules.add = vec![
                rule("exit", "soft", "site_buffer", "from = \"exits\", distance_m = 50", "V"),
                rule("near", "soft", "time", "limit_s = 10, clock = \"wheels\"", "M"),
                rule("all", "hard", "time", "limit_s = 300", "V"),
                rule("water", "hard", "water", "radius_m = 150", "V"),
                rule("stations", "advisory", "count", "per = \"plan\", at_least = 3", "V"),
            ];
        })
        .scenario(firesite_plan::study_file::ScenarioSection {
            name: "one".into(),
            counts: firesite_plan::study_file::CountsSection {
                new: Some(firesite_plan::study_file::Count::All(1)),
                upgraded: None,
            },
            ..Default::default()
        });
    study.build().unwrap().plan().unwrap()
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| head.iter().map(str::to_owned).zip(r.iter().map(str::to_owned)).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[test]
fn table_layer_and_project_tell_the_same() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    plan().write(&out).unwrap();

    let rows = table(&out.join("tables/compliance.csv"));
    let told: Vec<(&str, &str, &str, &str)> = rows
        .iter()
        .filter(|r| r["scenario"] == "one")
        .map(|r| (r["rule"].as_str(), r["subject_kind"].as_str(), r["status"].as_str(), r["rank"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            // 10 m of 50 are missing: a fifth. Of the demand within 10 s of travel, 60 % are missing.
            ("exit", "station", "not met", "2"),
            ("near", "built_up", "not met", "1"),
            ("all", "built_up", "met", ""),
            ("water", "built_up", "not assessable", ""),
            ("stations", "plan", "not met", ""),
        ]
    );
    let of = |rule: &str| rows.iter().find(|r| r["rule"] == rule).unwrap();
    assert!((of("exit")["breach"].parse::<f64>().unwrap() - 0.2).abs() < 0.005, "{}", of("exit")["breach"]);
    assert_eq!(of("near")["breach"], "0.6");
    assert_eq!(of("near")["unverified"], "limit_s = 10 [M]");
    assert!(of("near")["reason"].contains("Unverified: limit_s = 10 [M]."));
    assert_eq!(of("water")["reason"], "the study has no layer [hydrants]");
    // The candidate is judged, too, whatever the scenario.
    assert!(rows.iter().any(|r| r["scenario"].is_empty() && r["rule"] == "exit" && r["subject_kind"] == "candidate"));

    let layer: Value = serde_json::from_slice(&fs::read(out.join("compliance.geojson")).unwrap()).unwrap();
    let kinds: BTreeMap<String, (String, String)> = layer["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["properties"]["subject_kind"] != "candidate")
        .map(|f| {
            let text = |v: &Value| v.as_str().unwrap().to_owned();
            let p = &f["properties"];
            (text(&p["rule"]), (text(&f["geometry"]["type"]), text(&p["status"])))
        })
        .collect();
    let shown = |rule: &str| kinds.get(rule).map(|(a, b)| (a.as_str(), b.as_str()));
    assert_eq!(shown("exit"), Some(("MultiLineString", "not met")));
    assert_eq!(shown("near"), Some(("MultiPoint", "not met")));
    assert_eq!(shown("all"), Some(("MultiPolygon", "met")));
    // The demand at B is what the station reaches too late.
    let near = layer["features"].as_array().unwrap().iter().find(|f| f["properties"]["rule"] == "near").unwrap();
    assert_eq!(near["geometry"]["coordinates"].as_array().unwrap().len(), 1);

    let project = fs::read_to_string(out.join("firesite.qgs")).unwrap();
    for kind in ["MultiPoint", "MultiLineString", "MultiPolygon"] {
        assert!(
            project.contains(&format!("<datasource>./compliance.geojson|geometrytype={kind}</datasource>")),
            "{kind}"
        );
    }
    assert!(project.contains("firesite_compliance_areas"));

    let before: Vec<(String, Vec<u8>)> = ["compliance.geojson", "firesite.qgs", "tables/compliance.csv", "plan.json"]
        .map(|name| (name.to_owned(), fs::read(out.join(name)).unwrap()))
        .to_vec();
    render_again(&out).unwrap();
    for (name, bytes) in before {
        assert!(fs::read(out.join(&name)).unwrap() == bytes, "{name} differs when drawn again");
    }
}
