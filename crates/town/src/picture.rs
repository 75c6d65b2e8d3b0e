//! What a failing town leaves behind: a GeoJSON to look at.

use std::collections::BTreeMap;
use std::path::PathBuf;

use firesite_model::Coord;
use firesite_network::RoadNetwork;
use serde_json::{Value, json};

/// Writes `target/towns/<test>.geojson`; a file that cannot be written is no reason to fail once more.
pub(crate) fn leave(network: &RoadNetwork, places: &BTreeMap<char, Coord<f64>>) {
    let mut features: Vec<Value> = Vec::new();
    for id in network.edges() {
        let edge = network.edge(id);
        let line: Vec<[f64; 2]> = edge.line.iter().map(|p| [p.x, p.y]).collect();
        features.push(json!({
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": line},
            "properties": {
                "edge": id.0, "highway": edge.class.0, "metres": edge.length.0, "name": edge.name,
                "forward": edge.forward.is_some(), "backward": edge.backward.is_some(),
            },
        }));
    }
    for (letter, p) in places {
        features.push(json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [p.x, p.y]},
            "properties": {"place": letter.to_string()},
        }));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let folder = target.join("towns");
    let test = std::thread::current().name().unwrap_or("town").replace("::", "-");
    let path = folder.join(format!("{test}.geojson"));
    let text = json!({"type": "FeatureCollection", "features": features}).to_string();
    if std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text)).is_ok() {
        eprintln!("the town is drawn in {}", path.display());
    }
}
