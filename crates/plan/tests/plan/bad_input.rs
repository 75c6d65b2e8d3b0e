//! Every way a study can be wrong: one clear error each, with the file, and exit code 2.

use std::path::Path;

use serde_json::{Value, json};

use crate::files::{STUDY, document, folder, layers, plan, write};

/// What is done to the folder, and the words of which each must stand in the message.
type Case = (&'static str, Box<dyn Fn(&Path)>, &'static [&'static str]);

fn swap(from: &'static str, to: &'static str) -> Box<dyn Fn(&Path)> {
    Box::new(move |folder| {
        assert!(STUDY.contains(from), "the case is stale: {from}");
        write(folder, "study.toml", STUDY.replacen(from, to, 1).as_bytes());
    })
}

fn bytes(file: &'static str, content: &'static [u8]) -> Box<dyn Fn(&Path)> {
    Box::new(move |folder| write(folder, file, content))
}

/// A property of the first feature of a layer replaced; null takes it away.
fn property(file: &'static str, key: &'static str, value: Value) -> Box<dyn Fn(&Path)> {
    change(file, move |features| {
        if value.is_null() {
            features[0]["properties"].as_object_mut().unwrap().remove(key);
        } else {
            features[0]["properties"][key] = value.clone();
        }
    })
}

fn change(file: &'static str, edit: impl Fn(&mut Vec<Value>) + 'static) -> Box<dyn Fn(&Path)> {
    Box::new(move |folder| {
        let (_, mut features) = layers().into_iter().find(|l| l.0 == file).unwrap();
        edit(&mut features);
        write(folder, file, document(&features).as_bytes());
    })
}

fn cases() -> Vec<Case> {
    let gbk: &'static [u8] = b"[study]\nname = \"\xca\xd6\xb9\xa4\"\n";
    vec![
        ("empty file", bytes("study.toml", b""), &["study.toml", "empty"]),
        ("zero bytes", bytes("study.toml", &[0; 100]), &["study.toml"]),
        ("broken TOML", swap("[roads]", "[roads"), &["study.toml", "line"]),
        ("unknown key", swap("limit_s", "limmit_s"), &["study.toml", "limmit_s", "nearest: limit_s", "line 13"]),
        ("unknown section", swap("[towns]", "[townz]"), &["townz", "nearest: towns"]),
        ("text for a number", swap("limit_s = 240", "limit_s = \"four minutes\""), &["limit_s", "line 13"]),
        ("negative limit", swap("limit_s = 240", "limit_s = -240"), &["limit_s", "-240"]),
        ("limit not a number", swap("limit_s = 240", "limit_s = nan"), &["limit_s"]),
        ("negative turnout", swap("turnout_s = 60", "turnout_s = -60"), &["turnout_s"]),
        ("unknown clock", swap("\"order\"", "\"sundial\""), &["clock", "sundial", "order"]),
        ("unknown method", swap("\"exact\"", "\"guess\""), &["method", "guess", "greedy"]),
        ("unknown main scenario", swap("main = \"two\"", "main = \"three\""), &["main", "three", "two"]),
        (
            "two scenarios of one name",
            swap("[solve]", "[[scenarios]]\nname = \"two\"\n\n[solve]"),
            &["two scenarios", "two"],
        ),
        ("no such date", swap("2021-01-01", "2021-02-30"), &["reference_date", "2021-02-30"]),
        ("no such date, bare", swap("\"2021-01-01\"", "2021-02-30"), &["study.toml", "line 5"]),
        ("unknown nature", swap("\"schematic\"", "\"imagined\""), &["imagined", "assumed"]),
        ("no name", swap("name = \"grid\"\n", ""), &["study.toml", "name"]),
        ("GBK bytes", bytes("study.toml", gbk), &["study.toml", "UTF-8"]),
        ("negative count", swap("new = 2", "new = -2"), &["new", "-2"]),
        (
            "count in no place",
            swap("new = 2", "new = { Atlantis = 2 }"),
            &["Atlantis", "neither a district nor a town"],
        ),
        ("unknown rule", swap("counts = { new = 2 }", "rules = [\"one_one_m\"]"), &["one_one_m"]),
        ("unknown pack", swap("[[scenarios]]", "[rules]\npacks = [\"cn-jb\"]\n\n[[scenarios]]"), &["cn-jb", "nearest"]),
        ("α beyond 1", swap("[[scenarios]]", "[rules]\nalpha = 1.5\n\n[[scenarios]]"), &["alpha", "1.5"]),
        (
            "α of no role",
            swap("[[scenarios]]", "[rules]\nalpha = { palace = 1.0 }\n\n[[scenarios]]"),
            &["palace", "seat"],
        ),
        (
            "file and generate",
            swap("file = \"candidates.geojson\"", "file = \"candidates.geojson\"\ngenerate = { every_m = 100 }"),
            &["generate"],
        ),
        ("layer missing", swap("stations.geojson", "nowhere.geojson"), &["nowhere.geojson"]),
        (
            "layer is a folder",
            Box::new(|f| {
                std::fs::create_dir(f.join("folder")).unwrap();
                write(f, "study.toml", STUDY.replace("demand.geojson", "folder").as_bytes());
            }),
            &["folder"],
        ),
        ("layer outside", swap("demand.geojson", "../../../../../etc/passwd"), &["passwd", "outside = true"]),
        ("layer outside, absolute", swap("demand.geojson", "/etc/passwd"), &["passwd", "outside = true"]),
        (
            "unknown CRS",
            swap("file = \"stations.geojson\"", "file = \"stations.geojson\"\ncrs = \"EPSG:999999\""),
            &["999999"],
        ),
        (
            "unknown profile",
            swap("[stations]", "[profile]\nfile = \"hovercraft\"\n\n[stations]"),
            &["profile", "hovercraft", "fire-engine"],
        ),
        ("no demand", swap("[demand]\nfile = \"demand.geojson\"\n", ""), &["[demand]"]),
        (
            "unknown class",
            property("stations.geojson", "class", json!("palace")),
            &["F0312", "stations.geojson", "palace", "S1"],
        ),
        ("class misspelt", property("stations.geojson", "class", json!("一级站点")), &["F0312", "nearest: 一级站"]),
        (
            "unknown class of a candidate",
            property("candidates.geojson", "classes", json!(["first", "palace"])),
            &["F0312", "candidates.geojson", "palace"],
        ),
        (
            "unknown district",
            property("stations.geojson", "district", json!("D9")),
            &["F0601", "stations.geojson", "D9"],
        ),
        (
            "id of a station and of a candidate",
            property("candidates.geojson", "id", json!("S1")),
            &["F0608", "candidates.geojson", "S1"],
        ),
        (
            "town of no town layer",
            property("built_up.geojson", "town", json!("T9")),
            &["F0607", "built_up.geojson", "T9"],
        ),
        (
            "town outside every district",
            change("towns.geojson", |f| {
                f[0]["properties"].as_object_mut().unwrap().remove("district");
                f[0]["geometry"] = json!({"type": "Point", "coordinates": [113.9, 33.9]});
            }),
            &["F0603", "towns.geojson", "T1"],
        ),
        (
            "stations all off the network",
            change("stations.geojson", |f| {
                for station in f.iter_mut() {
                    station["geometry"]["coordinates"][0] = json!(118.5);
                }
            }),
            &["F0605", "stations.geojson"],
        ),
        (
            "weights beyond all sums",
            change("demand.geojson", |f| {
                for d in f.iter_mut() {
                    d["properties"]["weight"] = json!(1e308);
                }
            }),
            &["demand.geojson", "weight"],
        ),
        (
            "statements without a column",
            bytes("statements.csv", b"source,value\ntext,3\n"),
            &["statements.csv", "quantity"],
        ),
        (
            "statement without a value",
            bytes("statements.csv", b"source,quantity,value\ntext,new,\n"),
            &["statements.csv", "value"],
        ),
    ]
}

#[test]
fn each_fault_is_named() {
    let mut wrong = Vec::new();
    for (name, edit, words) in cases() {
        let folder = folder();
        edit(folder.path());
        match plan(&folder) {
            Ok(_) => wrong.push(format!("{name}: accepted")),
            Err(error) => {
                let told = error.to_string();
                if error.exit_code() != 2 {
                    wrong.push(format!("{name}: exit {}: {told}", error.exit_code()));
                }
                for word in words.iter().filter(|w| !told.contains(**w)) {
                    wrong.push(format!("{name}: no word of {word:?} in\n{told}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_sound_study_is_accepted_and_faults_come_together() {
    assert!(plan(&folder()).is_ok());
    let folder = folder();
    property("stations.geojson", "class", json!("palace"))(folder.path());
    property("candidates.geojson", "classes", json!(["castle"]))(folder.path());
    let told = plan(&folder).map(|_| ()).unwrap_err().to_string();
    assert!(told.contains("palace") && told.contains("castle"), "{told}");
}

#[test]
fn what_can_be_lived_with_is_counted() {
    // A station, a demand and a candidate far off; a demand that says another district than it lies in.
    let folder = folder();
    change("stations.geojson", |f| f[1]["geometry"]["coordinates"][0] = json!(112.6))(folder.path());
    change("demand.geojson", |f| {
        f[0]["geometry"]["coordinates"][0] = json!(112.45);
        f[1]["properties"]["district"] = json!("D4");
    })(folder.path());
    change("candidates.geojson", |f| f[0]["geometry"]["coordinates"][0] = json!(112.45))(folder.path());
    let plan = plan(&folder).unwrap();
    let count = |code: &str| plan.document.findings.iter().filter(|f| f.code == code).map(|f| f.count).sum::<usize>();
    assert_eq!((count("F0604"), count("F0606"), count("F0609")), (1, 1, 1), "{:#?}", plan.document.findings);
    assert!(count("F0602") >= 1);
    assert_eq!(plan.document.station_count.unsnapped, 1);
    let c = &plan.document.scenarios[0].coverage.before;
    assert!(c.unreachable > 0.0 && c.demand_total > c.unreachable);
}

#[test]
fn check_reports_even_what_cannot_be_computed() {
    let folder = folder();
    property("stations.geojson", "class", json!("palace"))(folder.path());
    let report = firesite_plan::Study::open(folder.path().join("study.toml")).unwrap().check();
    assert!(report.fatal());
    assert_eq!(report.findings[0].code, "F0312");
    assert!(report.layers.iter().any(|l| l.name == "demand" && l.read == 100 && l.kept == 100));
    assert!(report.network.is_some_and(|n| n.nodes > 100));
}
