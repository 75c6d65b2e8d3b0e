//! Results: files as documented, and one JSON document from every command.

use std::fs;

use crate::folder::Folder;

/// Seconds of a row of the matrix.
fn seconds(table: &str, row: &str) -> f64 {
    let line = table.lines().find(|line| line.starts_with(row)).unwrap();
    line.rsplit(',').next().unwrap().parse().unwrap()
}

#[test]
fn matrix_has_every_pair_in_input_order() {
    let folder = Folder::new();
    folder.write("points.csv", "id,lon,lat\nb,112.503,33.0\n\"a,\"\"x\"\"\",112.497,33.0\nfar,113.9,33.0\n");
    let document =
        folder.json(0, "matrix --roads roads.geojson --from points.csv --to points.csv --out m.csv --threads 2");
    assert_eq!((document["pairs"].as_u64(), document["reached"].as_u64()), (Some(9), Some(4)));
    let table = folder.read("m.csv");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "from,to,seconds");
    assert_eq!(lines[1], "b,b,0.000");
    assert!(lines[2].starts_with("b,\"a,\"\"x\"\"\",") && lines[2].split('.').next_back().unwrap().len() == 3);
    assert_eq!(lines[3], "b,far,", "no way: an empty field");
    // 0.006° on the parallel of 33° N are 560.6 m; at 22 km/h that is 91.7 s.
    let time = seconds(&table, "b,\"a");
    assert!((time - 91.7).abs() < 0.5, "{time}");
}

#[test]
fn beyond_the_limit_the_field_is_empty() {
    let folder = Folder::new();
    folder.expect(0, "matrix --roads roads.geojson --from points.csv --to points.csv --limit 0 --out m.csv");
    assert_eq!(folder.read("m.csv"), "from,to,seconds\na,a,0.000\na,b,\nb,a,\nb,b,0.000\n");
}

#[test]
fn nearest_ranks_three_and_leaves_the_rest_empty() {
    let folder = Folder::new();
    let document = folder.json(0, "nearest --roads roads.geojson --from points.csv --to demand.csv --out n.csv");
    assert_eq!(document["reached"], 2);
    let table = folder.read("n.csv");
    assert!(table.starts_with("to,first,first_s,second,second_s,third,third_s\nd1,a,"), "{table}");
    assert!(table.lines().skip(1).all(|line| line.ends_with(",,")), "{table}");
}

#[test]
fn isochrones_print_geojson_or_write_it() {
    let folder = Folder::new();
    let words = "isochrones --roads roads.geojson --at 112.5,33.0 --minutes 2,1,1";
    let printed = folder.json(0, words);
    let limits: Vec<f64> =
        printed["features"].as_array().unwrap().iter().filter_map(|f| f["properties"]["limit_s"].as_f64()).collect();
    assert_eq!(limits, [60.0, 120.0]);
    let told = folder.json(0, &format!("{words} --out i.geojson"));
    assert_eq!(told["polygons"], 2);
    let written: serde_json::Value = serde_json::from_str(&folder.read("i.geojson")).unwrap();
    assert_eq!(written, printed);
}

#[test]
fn a_link_stays_a_link() {
    let folder = Folder::new();
    folder.write("real.csv", "older");
    std::os::unix::fs::symlink(folder.path("real.csv"), folder.path("link.csv")).unwrap();
    folder.expect(0, "matrix --roads roads.geojson --from points.csv --to points.csv --out link.csv");
    assert!(fs::symlink_metadata(folder.path("link.csv")).unwrap().is_symlink());
    assert!(folder.read("real.csv").starts_with("from,to,seconds"));
}

#[test]
fn a_study_from_check_to_compare() {
    let folder = Folder::new();
    let checked = folder.json(0, "check study.toml");
    assert!(checked["layers"].as_array().unwrap().iter().any(|l| l["name"] == "demand" && l["kept"] == 2));
    let covered = folder.json(0, "coverage study.toml --out standing");
    assert_eq!(covered["stations"]["snapped"], 1);
    let planned = folder.json(0, "plan study.toml --out out");
    let written: serde_json::Value = serde_json::from_str(&folder.read("out/plan.json")).unwrap();
    assert_eq!(planned, written, "the document on standard output is plan.json");
    let verdict = folder.json(0, "verify out/plan.json --study study.toml");
    assert_eq!(verdict["valid"], true);
    folder.json(0, "compare out/plan.json out/plan.json");
    let bytes = folder.read("out/plan.json");
    folder.json(0, "report out");
    assert_eq!(folder.read("out/plan.json"), bytes, "drawing again changes nothing");
}

#[test]
fn a_place_is_explained() {
    let folder = Folder::new();
    folder.json(0, "plan study.toml --out out");
    let standing = folder.json(0, "explain out --station S1");
    assert_eq!(standing["place"]["status"], "existing");
    let here = folder.json(0, "explain out/plan.json --site 112.503,33.0 --study study.toml");
    assert_eq!((here["place"]["status"].as_str(), here["possible"].as_bool()), (Some("place"), Some(true)));
    assert!(here["forced"]["loses"].as_array().is_some_and(|l| !l.is_empty()), "{here}");
    let told = folder.expect(0, "explain out --station S1 --lang zh");
    assert!(told.stdout.contains("现有消防站"), "{}", told.stdout);
    // An answer all the same: no station can stand there.
    let off = folder.json(1, "explain out --site 112.5,33.2 --study study.toml");
    assert_eq!(off["possible"], false);
    for (words, named) in [
        ("explain out --station nobody", "nobody"),
        ("explain out --site 112.5,33.2", "--study"),
        ("explain nowhere/plan.json --station S1", "plan.json"),
        ("explain out --site 1000,33", "--site"),
        ("explain out", "--site"),
    ] {
        let run = folder.expect(2, words);
        assert!(run.stderr.contains(named) && run.stdout.is_empty(), "{words}: {}", run.stderr);
    }
    folder.write("demand.csv", "id,weight,lon,lat\nd1,6,112.498,33.0\nd2,7,112.504,33.0\n");
    let other = folder.expect(2, "explain out --site 112.503,33.0 --study study.toml");
    assert!(other.stderr.contains("other files"), "{}", other.stderr);
}

#[test]
fn the_main_scenario_can_be_named() {
    let folder = Folder::new();
    let scenarios = "\n[[scenarios]]\nname = \"none\"\ncounts = { new = 0 }\n\n[[scenarios]]\nname = \"free\"\n";
    folder.write("study.toml", folder.read("study.toml") + scenarios);
    folder.json(0, "plan study.toml --out a");
    folder.json(0, "plan study.toml --main free --out b");
    let compared = folder.json(0, "compare a/plan.json b/plan.json");
    assert_eq!((compared["a"].as_str(), compared["b"].as_str()), (Some("street / none"), Some("street / free")));
    let run = folder.expect(2, "plan study.toml --main nobody --out c");
    assert!(run.stderr.contains("nobody") && !folder.path("c").exists(), "{}", run.stderr);
}
