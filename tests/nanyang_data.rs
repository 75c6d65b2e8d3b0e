//! The Nanyang study holds what its sources say: totals, annexes, ages, the map of units, and layers that the generator
//! writes again to the byte.

#[path = "../examples/generate_nanyang/mod.rs"]
mod generator;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use geo::{Contains, Distance, Euclidean};
use geo_types::{Geometry, MultiPolygon, Point, Polygon};
use serde_json::Value;

/// The census of 2020.
const PEOPLE: u64 = 9_713_112;

type Row = BTreeMap<String, String>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/nanyang")
}

fn table(name: &str) -> Vec<Row> {
    let path = folder().join(name);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let head = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|r| head.iter().map(str::to_owned).zip(r.unwrap().iter().map(str::to_owned)).collect())
        .collect()
}

fn layer(name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let Value::Object(mut document) = serde_json::from_str(&text).unwrap() else { panic!("{name} is no object") };
    let Some(Value::Array(features)) = document.remove("features") else { panic!("{name} has no features") };
    features
}

fn text<'a>(feature: &'a Value, key: &str) -> &'a str {
    feature["properties"][key].as_str().unwrap_or("")
}

fn point(feature: &Value) -> Point<f64> {
    let c = &feature["geometry"]["coordinates"];
    Point::new(c[0].as_f64().unwrap(), c[1].as_f64().unwrap())
}

fn shape(feature: &Value) -> MultiPolygon<f64> {
    let c = &feature["geometry"]["coordinates"];
    let ring =
        |r: &Value| r.as_array().unwrap().iter().map(|p| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap())).collect();
    let polygon = |p: &Value| {
        let mut rings = p.as_array().unwrap().iter().map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    match feature["geometry"]["type"].as_str() {
        Some("Polygon") => MultiPolygon(vec![polygon(c)]),
        _ => MultiPolygon(c.as_array().unwrap().iter().map(polygon).collect()),
    }
}

fn districts() -> BTreeMap<String, (u64, MultiPolygon<f64>)> {
    let features = layer("districts.geojson");
    features
        .iter()
        .map(|f| (text(f, "code").to_owned(), (f["properties"]["population"].as_u64().unwrap(), shape(f))))
        .collect()
}

#[test]
fn the_generator_writes_the_same_bytes_again() {
    let made = generator::generate(&folder().join("facts")).unwrap();
    assert!(made.files.len() >= 8 && !made.notes.is_empty());
    for (name, bytes) in made.files {
        assert!(
            fs::read(folder().join(name)).unwrap() == bytes,
            "{name}: run `cargo run --example generate_nanyang` again"
        );
    }
}

#[test]
fn every_fact_has_a_source() {
    for entry in fs::read_dir(folder().join("facts")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if Path::new(&name).extension().is_some_and(|e| e == "csv") {
            for row in table(&format!("facts/{name}")) {
                let said = row
                    .get("source")
                    .or_else(|| row.get("basis"))
                    .unwrap_or_else(|| panic!("{name} has no column source"));
                assert!(!said.is_empty(), "{name}: a row without source: {row:?}");
            }
        }
    }
}

#[test]
fn seventeen_plan_units_make_sixteen_census_areas_fifteen_codes_and_thirteen_annex_rows() {
    let units = table("facts/units.csv");
    let distinct =
        |column: &str| units.iter().map(|u| u[column].clone()).filter(|x| !x.is_empty()).collect::<BTreeSet<_>>().len();
    assert_eq!(
        ["plan_unit", "census_area", "code_prefix", "annex_row", "district"].map(distinct),
        [17, 16, 15, 13, 13]
    );
    // Each side names what the others name.
    let of = |name: &str, column: &str| table(name).iter().map(|r| r[column].clone()).collect::<BTreeSet<_>>();
    let column = |c: &str| units.iter().map(|u| u[c].clone()).filter(|x| !x.is_empty()).collect::<BTreeSet<_>>();
    assert_eq!(column("code_prefix"), of("facts/townships.csv", "county_code"));
    assert_eq!(column("annex_row"), of("facts/annex1.csv", "unit"));
    let mut areas = of("facts/census2020.csv", "unit");
    assert!(areas.remove("南阳市"));
    assert_eq!(column("census_area"), areas);
}

#[test]
fn the_people_are_those_of_the_census() {
    let districts = districts();
    assert_eq!(districts.len(), 13);
    assert_eq!(districts.values().map(|d| d.0).sum::<u64>(), PEOPLE);
    assert_eq!(districts["411381"].0, 1_247_807);
    // The three zones are published rounded to 100; with what the total leaves for them each stays within that rounding.
    assert_eq!(districts["411302"].0 + districts["411303"].0 - 633_563 - 866_748, 585_369);
    assert!((districts["411303"].0 - 866_748).abs_diff(226_900) <= 50);
    // The others are the census figures themselves.
    for row in table("facts/census2020.csv").iter().filter(|r| r["precision"] == "exact" && r["unit"] != "南阳市") {
        let code = table("facts/units.csv").iter().find(|u| u["plan_unit"] == row["unit"]).unwrap()["district"].clone();
        if !["411302", "411303"].contains(&code.as_str()) {
            assert_eq!(districts[&code].0.to_string(), row["population"], "{}", row["unit"]);
        }
    }
    let townships = table("townships.csv");
    assert_eq!(townships.len(), 256);
    assert_eq!(townships.iter().map(|t| t["population"].parse::<u64>().unwrap()).sum::<u64>(), PEOPLE);
}

#[test]
fn demand_holds_everyone_in_their_district() {
    let (districts, mut people) = (districts(), BTreeMap::<String, u64>::new());
    let demand = layer("demand.geojson");
    assert!((8_000..15_000).contains(&demand.len()));
    let mut ids = BTreeSet::new();
    for f in &demand {
        assert!(ids.insert(text(f, "id").to_owned()));
        *people.entry(text(f, "district").to_owned()).or_default() += f["properties"]["weight"].as_u64().unwrap();
        assert!(districts[text(f, "district")].1.contains(&point(f)), "{}", text(f, "id"));
    }
    assert_eq!(people, districts.iter().map(|(code, d)| (code.clone(), d.0)).collect());
}

#[test]
fn half_the_people_live_at_ten_thousand_to_the_square_kilometre() {
    let urban: Vec<Value> = layer("demand.geojson").into_iter().filter(|f| text(f, "id").starts_with('U')).collect();
    let people: u64 = urban.iter().map(|f| f["properties"]["weight"].as_u64().unwrap()).sum();
    assert_eq!(people, PEOPLE / 2);
    // In each seat and key town: people on its land over its land, which holds whole blocks.
    for area in layer("built_up.geojson") {
        let outline = shape(&area);
        let inside: u64 = urban
            .iter()
            .filter(|f| outline.contains(&point(f)))
            .map(|f| f["properties"]["weight"].as_u64().unwrap())
            .sum();
        let km2 = geo::Area::unsigned_area(&outline) * 111.32 * 110.9 * 33.0_f64.to_radians().cos();
        let density = inside as f64 / km2;
        let known = if text(&area, "role") == "core" { 700.0 } else { 500.0 };
        assert!((density - 10_000.0).abs() < known, "{}: {density:.0} persons per km2", text(&area, "name"));
    }
}

#[test]
fn annex_one_sums_to_twenty() {
    let rows = table("facts/annex1.csv");
    assert_eq!(rows.len(), 13);
    let sum = |column: &str| rows.iter().map(|r| r[column].parse::<u64>().unwrap_or(0)).sum::<u64>();
    let columns = ["special", "first", "second", "small", "logistics", "key_towns", "other_towns", "total"];
    assert_eq!(columns.map(sum), [0, 0, 2, 0, 0, 18, 0, 20]);
    for row in &rows {
        let parts: u64 = columns[..7].iter().map(|c| row[*c].parse().unwrap_or(0)).sum();
        assert_eq!(parts.to_string(), row["total"], "{}", row["unit"]);
    }
    // The statements of the study repeat the table, cell by cell.
    let said = table("statements.csv");
    let annex = |kind: &str| -> u64 {
        let cells = said.iter().filter(|s| s["source"] == "annex" && s["quantity"] == "new" && s["kind"] == kind);
        cells.map(|s| s["value"].parse::<u64>().unwrap()).sum()
    };
    assert_eq!((annex("second"), annex("national_key"), annex("")), (2, 18, 20));
}

#[test]
fn the_study_fixes_the_counts_of_text_and_annex() {
    let study: toml::Table = fs::read_to_string(folder().join("study.toml")).unwrap().parse().unwrap();
    let counts = |name: &str| {
        let scenarios = study["scenarios"].as_array().unwrap();
        scenarios
            .iter()
            .find(|s| s["name"].as_str() == Some(name))
            .unwrap_or_else(|| panic!("no scenario {name}"))
            .get("counts")
            .cloned()
    };
    assert_eq!(counts("text").unwrap()["new"].as_integer(), Some(24));
    assert_eq!(counts("target"), None);
    let annex: BTreeMap<String, i64> =
        table("facts/annex1.csv").iter().map(|r| (r["district"].clone(), r["total"].parse().unwrap())).collect();
    for name in ["annex", "reconciled"] {
        let counts = counts(name).unwrap();
        let new: BTreeMap<String, i64> =
            counts["new"].as_table().unwrap().iter().map(|(k, v)| (k.clone(), v.as_integer().unwrap())).collect();
        assert_eq!(new, annex);
        assert_eq!(counts["upgraded"].as_integer(), Some(if name == "annex" { 0 } else { 4 }));
    }
}

#[test]
fn five_stations_are_older_than_fifteen_years_and_four_a_month_before() {
    let old = |year: i32, month: u32, day: u32| {
        let limit = format!("{:04}-{month:02}-{day:02}", year - 15);
        table("facts/annex2.csv").iter().filter(|r| r["in_service"] < limit).count()
    };
    assert_eq!(old(2021, 1, 1), 5);
    assert_eq!(old(2020, 11, 30), 4);
}

#[test]
fn thirty_eight_stations_stand_and_eight_have_a_name() {
    let (stations, districts) = (layer("stations.geojson"), districts());
    let counted: Vec<&Value> = stations.iter().filter(|s| s["properties"]["counted"] == true).collect();
    assert_eq!((stations.len(), counted.len()), (42, 38));
    let names: BTreeSet<&str> = counted.iter().map(|s| text(s, "name")).collect();
    assert_eq!(table("facts/named_stations.csv").iter().filter(|n| names.contains(n["name"].as_str())).count(), 8);
    for s in &stations {
        assert_eq!(text(s, "nature"), "assumed");
        assert!(districts[text(s, "district")].1.contains(&point(s)), "{}", text(s, "id"));
    }
    // Teams stand where the annex builds fewer stations than there are key towns: 方城 two, 镇平 and 桐柏 one each.
    let mut teams: Vec<&str> =
        stations.iter().filter(|s| text(s, "class") == "town_second").map(|s| text(s, "district")).collect();
    teams.sort_unstable();
    assert_eq!(teams, ["411322", "411322", "411324", "411330"]);
}

#[test]
fn every_key_town_has_streets_and_every_seat_too() {
    let (towns, areas, districts) = (layer("towns.geojson"), layer("built_up.geojson"), districts());
    let key: BTreeSet<&str> =
        towns.iter().filter(|t| text(t, "tier") == "national_key").map(|t| text(t, "code")).collect();
    assert_eq!(key.len(), 22);
    assert_eq!(key, areas.iter().filter(|a| text(a, "role") == "town").map(|a| text(a, "town")).collect());
    let inferred: Vec<&Value> = towns.iter().filter(|t| text(t, "tier_nature") == "assumed").collect();
    assert!(inferred.len() == 3 && inferred.iter().all(|t| text(t, "district") == "411381"));
    let seats: BTreeSet<&str> =
        areas.iter().filter(|a| text(a, "role") == "seat").map(|a| text(a, "district")).collect();
    assert_eq!(seats.len(), 11);
    assert_eq!(areas.iter().filter(|a| text(a, "role") == "core").count(), 2);
    for town in &towns {
        assert!(districts[text(town, "district")].1.contains(&point(town)), "{}", text(town, "name"));
    }
}

#[test]
fn district_outlines_tile() {
    // Cells share their corners: what the outlines hold one by one is what they hold together.
    let districts = districts();
    let apart: f64 = districts.values().map(|d| geo::Area::unsigned_area(&d.1)).sum();
    let together = geo::unary_union(districts.values().map(|d| &d.1));
    let share = (geo::Area::unsigned_area(&together) - apart).abs() / apart;
    assert!(share < 1e-9, "overlap or gap of {share:e}");
    assert_eq!(together.0.len(), 1);
    assert!(together.0[0].interiors().is_empty());
}

#[test]
fn known_places_lie_in_their_district() {
    let districts = districts();
    for row in table("facts/geonames_cities500.csv") {
        let code =
            &table("facts/units.csv").iter().find(|u| u["plan_unit"] == row["county"]).unwrap()["district"].clone();
        let p = Point::new(row["lon"].parse().unwrap(), row["lat"].parse().unwrap());
        assert!(districts[code].1.contains(&p), "{} lies outside {code}", row["name"]);
    }
}

#[test]
fn all_streets_and_people_hang_together() {
    let (mut part, mut number) = (Vec::<usize>::new(), BTreeMap::<(i64, i64), usize>::new());
    fn root(part: &mut [usize], mut i: usize) -> usize {
        while part[i] != i {
            part[i] = part[part[i]];
            i = part[i];
        }
        i
    }
    let mut lines = Vec::new();
    for road in layer("roads.geojson") {
        let line: Vec<(f64, f64)> = road["geometry"]["coordinates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap()))
            .collect();
        let mut before = None;
        for p in &line {
            let key = ((p.0 * 1e6).round() as i64, (p.1 * 1e6).round() as i64);
            let id = *number.entry(key).or_insert_with(|| {
                part.push(part.len());
                part.len() - 1
            });
            if let Some(last) = before {
                let (a, b) = (root(&mut part, last), root(&mut part, id));
                part[a.max(b)] = a.min(b);
            }
            before = Some(id);
        }
        lines.push((text(&road, "highway").to_owned(), line));
    }
    let mut sizes = BTreeMap::<usize, usize>::new();
    for i in 0..part.len() {
        *sizes.entry(root(&mut part, i)).or_default() += 1;
    }
    let mut sizes: Vec<usize> = sizes.into_values().collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    // The real skeleton has two scraps of four and two junctions.
    assert_eq!(sizes[1..], [4, 2]);
    for class in ["trunk", "primary", "secondary", "tertiary", "residential", "unclassified"] {
        assert!(lines.iter().any(|l| l.0 == class), "no {class}");
    }
    // Every station fronts a road.
    for s in layer("stations.geojson") {
        let p = point(&s);
        let nearest = lines
            .iter()
            .filter(|l| l.0 != "unclassified")
            .map(|l| Euclidean.distance(&Geometry::Point(p), &Geometry::LineString(l.1.iter().copied().collect())))
            .fold(f64::INFINITY, f64::min);
        assert!(nearest * 111_000.0 < 60.0, "{} stands {:.0} m from a road", text(&s, "id"), nearest * 111_000.0);
    }
}
