//! A small study in a folder: streets 200 m apart, four districts, seats, a key town, candidates, statements.

use std::path::{Path, PathBuf};

use firesite_plan::{Error, Plan, Study};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The study file.
pub(crate) const STUDY: &str = r#"[study]
name = "grid"
title = "Grid"
nature = "schematic"
reference_date = "2021-01-01"

[roads]
file = "roads.geojson"

[response]
clock = "order"
turnout_s = 60
limit_s = 240

[stations]
file = "stations.geojson"

[demand]
file = "demand.geojson"

[districts]
file = "districts.geojson"

[towns]
file = "towns.geojson"

[built_up]
file = "built_up.geojson"

[candidates]
file = "candidates.geojson"

[statements]
file = "statements.csv"

[[scenarios]]
name = "two"
title = "Two more"
counts = { new = 2 }

[solve]
main = "two"
method = "exact"
seed = 1
work_limit = 200

[output]
bands_s = [120, 240]
resolution_m = 100
"#;

const STREETS: i32 = 11;
const STEP: f64 = 200.0;

/// Degrees of a point so many metres east and north of the origin.
fn place(east: f64, north: f64) -> Value {
    let round = |x: f64| (x * 1e7).round() / 1e7;
    json!([round(112.5 + east / 93_400.0), round(33.0 + north / 110_920.0)])
}

fn point(east: f64, north: f64, properties: Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": place(east, north)}})
}

fn square(west: f64, south: f64, size: f64, properties: Value) -> Value {
    let ring =
        [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size), (0.0, 0.0)].map(|(x, y)| place(west + x, south + y));
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

/// The layers by file.
pub(crate) fn layers() -> Vec<(&'static str, Vec<Value>)> {
    let half = STEP * f64::from(STREETS - 1) / 2.0;
    let at = |i: i32| f64::from(i) * STEP - half;
    let street = |points: Vec<Value>, class: &str| json!({"type": "Feature", "properties": {"highway": class}, "geometry": {"type": "LineString", "coordinates": points}});
    let mut roads = Vec::new();
    for i in 0..STREETS {
        roads.push(street((0..STREETS).map(|j| place(at(j), at(i))).collect(), "residential"));
        roads.push(street(
            (0..STREETS).map(|j| place(at(i), at(j))).collect(),
            if i % 5 == 0 { "tertiary" } else { "residential" },
        ));
    }
    let stations = vec![
        point(
            -600.0,
            -600.0,
            json!({"id": "S1", "name": "West", "class": "first", "district": "D1", "status": "existing", "in_service": "1998-07-01"}),
        ),
        point(
            620.0,
            560.0,
            json!({"id": "S2", "name": "East", "class": "second", "district": "D4", "status": "existing", "turnout_s": 90}),
        ),
    ];
    let mut demand = Vec::new();
    for i in 0..STREETS - 1 {
        for j in 0..STREETS - 1 {
            let (x, y) = (at(i) + 70.0, at(j) + 20.0);
            demand.push(point(
                x,
                y,
                json!({"id": format!("P{i:02}{j:02}"), "weight": 10 + (i * 7 + j * 3) % 40, "kind": "population"}),
            ));
        }
    }
    let quarter = |name: &str| match name {
        "D1" => (-1.0, -1.0),
        "D2" => (0.0, -1.0),
        "D3" => (-1.0, 0.0),
        _ => (0.0, 0.0),
    };
    let districts = ["D1", "D2", "D3", "D4"]
        .map(|c| {
            let (x, y) = quarter(c);
            let wide = |k: f64| k * half - if k < 0.0 { 300.0 } else { 0.0 };
            square(
                wide(x),
                wide(y),
                half + 300.0,
                json!({"code": c, "name": format!("District {c}"), "population": 1000}),
            )
        })
        .to_vec();
    let built_up = ["D1", "D2", "D3", "D4"]
        .map(|c| {
            let (x, y) = quarter(c);
            square(
                x * half + 75.0,
                y * half + 75.0,
                half - 150.0,
                json!({"id": format!("B{c}"), "district": c, "role": "seat", "name": format!("Seat {c}")}),
            )
        })
        .to_vec();
    let towns = vec![point(
        -500.0,
        500.0,
        json!({"code": "T1", "name": "North Town", "district": "D3", "tier": "national_key", "built_up_km2": 2.0}),
    )];
    let mut candidates = Vec::new();
    for i in (1..STREETS - 1).step_by(3) {
        for j in (1..STREETS - 1).step_by(3) {
            candidates.push(point(at(i) + 30.0, at(j), json!({"id": format!("C{i:02}{j:02}"), "classes": ["first", "二级站"], "build_mode": "new", "land_m2": 5000, "cost": 1})));
        }
    }
    vec![
        ("roads.geojson", roads),
        ("stations.geojson", stations),
        ("demand.geojson", demand),
        ("districts.geojson", districts),
        ("built_up.geojson", built_up),
        ("towns.geojson", towns),
        ("candidates.geojson", candidates),
    ]
}

/// What the sources say: four new ones in all, three in the annex.
pub(crate) const STATEMENTS: &str = "source,article,quantity,kind,district,value,quote,note
text,1,existing,,,2,,
text,2,new,,,4,,
text,2,total,,,6,,
annex,row 1,new,,D1,1,,
annex,row 2,new,,D2,2,,
";

pub(crate) fn document(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// The study in a folder of its own.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (file, features) in layers() {
        write(folder.path(), file, document(&features).as_bytes());
    }
    write(folder.path(), "statements.csv", STATEMENTS.as_bytes());
    write(folder.path(), "study.toml", STUDY.as_bytes());
    folder
}

pub(crate) fn write(folder: &Path, file: &str, bytes: &[u8]) {
    std::fs::write(folder.join(file), bytes).expect("a file of the test");
}

pub(crate) fn study_file(folder: &TempDir) -> PathBuf {
    folder.path().join("study.toml")
}

/// The plan of a folder, or why there is none.
pub(crate) fn plan(folder: &TempDir) -> Result<Plan, Error> {
    Study::open(study_file(folder))?.plan()
}
