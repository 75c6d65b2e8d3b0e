//! Bad input: exit 2, the file named, nothing written. One case for each kind.

use crate::folder::Folder;

const MATRIX: &str = "matrix --roads roads.geojson --from points.csv --to points.csv --out out";

/// One file of the folder replaced, then the command refuses it by name.
fn refused_with(file: &str, content: impl AsRef<[u8]>, words: &str, named: &str) {
    let folder = Folder::new();
    folder.write(file, content);
    folder.refused(words, named);
}

#[test]
fn points() {
    let cases: [(&str, &[u8]); 9] = [
        ("empty file", b""),
        ("no such columns", b"name,east,north\na,1,2\n"),
        ("a column is missing", b"id,lon\na,112.5\n"),
        ("an id twice", b"id,lon,lat\na,112.5,33\na,112.5,33\n"),
        ("text for a number", b"id,lon,lat\na,east,33\n"),
        ("no number", b"id,lon,lat\na,NaN,33\n"),
        ("out of range", b"id,lon,lat\na,33,112.5\n"),
        ("a row too short", b"id,lon,lat\na,112.5\n"),
        ("zero bytes", &[0; 64]),
    ];
    for (_, content) in cases {
        refused_with("points.csv", content, MATRIX, "points.csv");
    }
}

#[test]
fn roads() {
    for content in ["", "[1, 2]", "{\"type\":\"FeatureCollection\",\"features\":[]}", "{\"type\":\"Feat"] {
        refused_with("roads.geojson", content, MATRIX, "roads.geojson");
    }
    let points = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[112.5,33]}}]}"#;
    refused_with("roads.geojson", points, MATRIX, "roads.geojson");
}

#[test]
fn roads_that_the_vehicle_may_not_drive_are_named_by_file() {
    let text = Folder::new().read("roads.geojson").replace("residential", "moonway");
    refused_with("roads.geojson", &text, MATRIX, "roads.geojson");
    refused_with("roads.geojson", &text, "coverage study.toml --out out", "roads.geojson");
}

#[test]
fn files_that_are_not_there() {
    let folder = Folder::new();
    folder.refused("matrix --roads none.osm.pbf --from points.csv --to points.csv --out out", "none.osm.pbf");
    folder.refused("matrix --roads roads.geojson --from none.csv --to points.csv --out out", "none.csv");
    folder.refused("plan none.toml --out out", "none.toml");
    folder.refused("verify none.json", "none.json");
    folder.refused("solve p-median none.json --out out", "none.json");
    folder.refused("compare none.json none.json", "none.json");
}

#[test]
fn a_dimacs_graph_without_positions() {
    let folder = Folder::new();
    folder.write("net.gr", "p sp 2 1\na 1 2 5\n");
    folder.refused("matrix --roads net.gr --from points.csv --to points.csv --out out", "--coordinates");
}

#[test]
fn options_without_effect_on_the_road_file() {
    let folder = Folder::new();
    folder.write("net.gr", "p sp 2 1\na 1 2 5\n");
    folder.write("net.co", "p aux sp co 2\nv 1 112500000 33000000\nv 2 112510000 33000000\n");
    let points = "--from points.csv --to points.csv --out out";
    folder.refused(&format!("matrix --roads net.gr --coordinates net.co --profile fire-engine {points}"), "--profile");
    folder.refused(&format!("matrix --roads roads.geojson --coordinates net.co {points}"), "--coordinates");
    folder.refused(&format!("matrix --roads roads.geojson --unit-ms 2 {points}"), "--unit-ms");
}

#[test]
fn profiles() {
    let words = "matrix --roads roads.geojson --profile car.toml --from points.csv --to points.csv --out out";
    for content in ["", "name = \"x\"\n[speed_kmh]\n", "name = \"x\"\n[speed_kmh]\nresidential = -1\n", "nme = 1\n"] {
        refused_with("car.toml", content, words, "car.toml");
    }
}

#[test]
fn studies() {
    let study = Folder::new().read("study.toml");
    let cases = [
        (study.replace("[roads]", "[roads"), "study.toml"),
        (study.replace("[roads]", "[rodes]"), "rodes"),
        (study.replace("demand.csv", "nowhere.csv"), "nowhere.csv"),
        (study.replace("demand.csv", "/etc/passwd"), "/etc/passwd"),
        (study.replace("name = \"street\"", ""), "name"),
        (format!("{study}\n[response]\nlimit_s = -1\n"), "limit_s"),
        (format!("{study}\n[solve]\ngap = -1\n"), "gap"),
        (format!("{study}\n[output]\nbands_s = [0.5, -1]\n"), "bands_s"),
    ];
    for (text, named) in cases {
        for words in ["plan study.toml --out out", "coverage study.toml --out out"] {
            refused_with("study.toml", &text, words, named);
        }
    }
}

#[test]
fn check_prints_its_document_and_still_refuses() {
    let folder = Folder::new();
    folder.write("demand.csv", "id,weight,lon,lat\nd1,-5,112.498,33.0\n");
    let document = folder.json(2, "check study.toml");
    let findings = document["findings"].as_array().unwrap();
    assert!(findings.iter().any(|f| f["severity"] == "fatal" && f["layer"] == "demand"), "{document}");
}

#[test]
fn instances() {
    let words = "solve p-median instance.json --out out";
    let sound = Folder::new().read("instance.json");
    let cases = [
        "{}".to_owned(),
        sound[..40].to_owned(),
        "[".repeat(100_000),
        sound.replace("[0,0,5]", "[9,0,5]"),
        sound.replace("\"b\"", "\"a\""),
        sound.replace("[2,1]", "[-2,1]"),
        sound.replace("\"p\":1", "\"p\":-1"),
    ];
    for text in cases {
        refused_with("instance.json", text, words, "instance.json");
    }
}

#[test]
fn an_older_result_stays_when_the_study_is_refused() {
    let folder = Folder::new();
    folder.expect(0, "coverage study.toml --out kept");
    let before = folder.read("kept/coverage.json");
    folder.write("demand.csv", "id,weight,lon,lat\nd1,x,112.498,33.0\n");
    folder.expect(2, "coverage study.toml --out kept");
    assert_eq!(folder.read("kept/coverage.json"), before);
}

#[test]
fn what_cannot_be_written_is_the_system_s_fault() {
    let folder = Folder::new();
    // A file stands where a folder is needed.
    let run = folder.expect(3, "matrix --roads roads.geojson --from points.csv --to points.csv --out points.csv/out");
    assert!(run.stderr.contains("points.csv/out"), "{}", run.stderr);
    folder.expect(3, "coverage study.toml --out demand.csv");
    assert!(folder.read("demand.csv").starts_with("id,weight"), "the file in the way is untouched");
    folder.expect(3, "solve p-median instance.json --out points.csv/out");
}

#[test]
fn a_folder_with_somebody_s_work_is_no_folder_of_results() {
    let folder = Folder::new();
    folder.expect(3, "plan study.toml --out .");
    assert!(folder.path("study.toml").exists() && !folder.path("plan.json").exists());
}
