//! The whole way, from a study's folder to a folder of results: same bytes whatever the threads, drawn again the same, opened by
//! QGIS where it is installed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use firesite::prelude::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A real town, small enough for a test, with less work than its study asks for.
fn town() -> Study {
    let folder = root().join("data/neubrandenburg");
    let study = fs::read_to_string(folder.join("study.toml")).unwrap();
    let mut less: toml::Table = study.parse().unwrap();
    let solve = less.get_mut("solve").and_then(toml::Value::as_table_mut).unwrap();
    solve.insert("method".into(), "local-search".into());
    let place = tempfile::tempdir().unwrap();
    let copy = place.keep();
    for file in ["roads.osm.bz2", "demand.geojson"] {
        fs::copy(folder.join(file), copy.join(file)).unwrap();
    }
    fs::write(copy.join("study.toml"), toml::to_string(&less).unwrap()).unwrap();
    Study::open(copy.join("study.toml")).unwrap()
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(
                    path.strip_prefix(folder).unwrap().to_string_lossy().into_owned(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    found
}

fn planned(threads: usize, out: &Path) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| town().plan().unwrap().write(out).unwrap());
}

#[test]
fn one_thread_or_two_and_drawn_again_the_bytes_are_the_same() {
    let place = tempfile::tempdir().unwrap();
    let (one, two) = (place.path().join("one"), place.path().join("two"));
    planned(1, &one);
    planned(2, &two);
    let (first, second) = (contents(&one), contents(&two));
    assert!(first.contains_key("plan.json") && first.contains_key("firesite.qgs"));
    assert!(first.keys().eq(second.keys()));
    for (name, bytes) in &first {
        assert!(*bytes == second[name], "{name} differs between one thread and two");
    }
    assert!(render_again(&one).unwrap() > 3);
    for (name, bytes) in contents(&one) {
        assert!(bytes == first[&name], "{name} differs when drawn again");
    }
    qgis_opens(&one);
}

/// Every layer of the project is valid and holds as many features as its file.
fn qgis_opens(folder: &Path) {
    let script = r#"
import json, pathlib, sys
try:
    from qgis.core import QgsApplication, QgsProject
except ImportError:
    print("no qgis"); sys.exit(77)
app = QgsApplication([], False); app.initQgis()
folder = pathlib.Path(sys.argv[1])
project = QgsProject.instance()
assert project.read(str(folder / "firesite.qgs")), "the project cannot be read"
layers = project.mapLayers().values()
assert layers, "the project has no layers"
for layer in layers:
    assert layer.isValid(), layer.id()
    # A source may take the features of one kind of geometry alone.
    file, _, kind = layer.source().partition("|geometrytype=")
    features = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))["features"]
    wanted = sum(1 for f in features if not kind or f["geometry"]["type"] == kind)
    assert layer.featureCount() == wanted, (layer.id(), layer.featureCount(), wanted)
print(len(layers), "layers")
"#;
    let mut python = Command::new("/usr/bin/python3");
    python.env("QT_QPA_PLATFORM", "offscreen").arg("-c").arg(script).arg(folder);
    match python.output() {
        Err(_) => println!("SKIPPED: no /usr/bin/python3, so QGIS cannot be asked"),
        Ok(run) if run.status.code() == Some(77) => println!("SKIPPED: QGIS is not installed (python3-qgis)"),
        Ok(run) => assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr)),
    }
}

/// The counts that `../shared/data/README.md` took with another reader. Where ours differ, and why: we leave out what an engine cannot
/// pass (bare bollards), keep private ways, and count a node where class or speed changes.
#[test]
fn real_extracts_against_another_reader() {
    let folder =
        std::env::var("FIRESITE_DATA").map_or_else(|_| root().join("../shared/data"), PathBuf::from).join("osm");
    // File, junctions in the largest strongly connected component, road km, fire stations.
    let known = [
        ("porto-alegre-2020.osm.pbf", 12_382, 1_649.0, 0),
        ("neubrandenburg-2016.osm.bz2", 4_788, 754.0, 7),
        ("baltimore-2015.osm.pbf", 4_927, 651.0, 10),
        ("liechtenstein-2013-08-03.osm.pbf", 2_171, 388.0, 6),
        ("liechtenstein-2013-08-03.osm.bz2", 2_171, 388.0, 6),
        ("monaco-2023.osm.pbf", 628, 64.0, 2),
        ("helsinki-centre-2019.osm.pbf", 317, 31.0, 1),
        ("shanghai-centre-osmnx-2026.osm", 405, 91.0, 0),
    ];
    for (file, junctions, km, stations) in known {
        let path = folder.join(file);
        if !path.is_file() {
            println!("SKIPPED: {} is not there", path.display());
            continue;
        }
        let summary = RoadFiles::new(&path).open().unwrap().value.network().summary();
        let near = |found: f64, wanted: f64, share: f64| (found - wanted).abs() <= share * wanted;
        assert!(near(summary.road_km, km, 0.12), "{file}: {} km, {km} by the other reader", summary.road_km);
        let found = summary.largest_component_nodes;
        assert!(near(found as f64, f64::from(junctions), 0.2), "{file}: {found} nodes, {junctions} junctions");
        assert!(summary.edges <= summary.arcs && summary.arcs <= 2 * summary.edges);
        let read = firesite::formats::read_stations(&firesite::formats::Source::new(&path));
        assert_eq!(read.map_or(0, |r| r.value.items.len()), stations, "{file}");
    }
}
