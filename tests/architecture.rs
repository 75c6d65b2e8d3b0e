//! Dependencies run one way (ARCHITECTURE.md), and the code knows no study.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What each crate may use of our own. A crate that wants more is a sign that a type lives in the wrong one.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("formats", &["model"]),
    ("network", &["model"]),
    ("coverage", &["model", "network"]),
    ("problem", &[]),
    ("siting", &["problem"]),
    ("standards", &["model", "network", "coverage", "problem"]),
    ("plan", &["model", "formats", "network", "coverage", "problem", "siting", "standards"]),
    ("report", &["model", "formats", "plan"]),
    ("firesite", &["model", "formats", "network", "coverage", "problem", "siting", "standards", "plan", "report"]),
    ("cli", &["firesite"]),
    ("town", &["model", "formats", "network"]),
];

#[test]
fn dependencies_run_one_way() {
    let allowed: BTreeMap<&str, BTreeSet<String>> = ALLOWED
        .iter()
        .map(|(name, uses)| {
            (
                *name,
                uses.iter()
                    .map(|u| if *u == "firesite" { "firesite".to_owned() } else { format!("firesite-{u}") })
                    .collect(),
            )
        })
        .collect();
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
        let Some(may) = allowed.get(name.as_str()) else { panic!("crates/{name} is not on the map") };
        let uses = manifest.get("dependencies").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
        for used in uses.filter(|u| u.starts_with("firesite")) {
            assert!(may.contains(used), "crates/{name} uses {used}, which does not lie below it");
        }
        seen.insert(name);
    }
    assert_eq!(seen.len(), ALLOWED.len(), "every crate of the map exists");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every figure comes from a study's files: the code may know no place. The id of a rule pack is the name of a file.
#[test]
fn the_code_knows_no_study() {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    assert!(files.len() > 50);
    for file in files {
        // Tests that read the data of a place may name it; the library may not.
        if file.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().replace("cn-nanyang-145", "").to_lowercase();
        for word in ["nanyang", "南阳", "new york", "fdny", "neubrandenburg"] {
            assert!(!code.contains(word), "{} knows {word}", file.display());
        }
    }
}

/// The search sees a problem, never a coordinate.
#[test]
fn the_search_sees_no_coordinate() {
    let manifest = fs::read_to_string(root().join("crates/siting/Cargo.toml")).unwrap();
    let problem = fs::read_to_string(root().join("crates/problem/Cargo.toml")).unwrap();
    for geography in ["geo", "geo-types", "rstar", "petgraph", "geojson"] {
        for text in [&manifest, &problem] {
            let table: toml::Table = text.parse().unwrap();
            assert!(table.get("dependencies").and_then(|d| d.get(geography)).is_none(), "{geography}");
        }
    }
}
