//! Writes the demand of the Neubrandenburg study: people along the streets of a real town.
//!
//! `cargo run --release --example generate_neubrandenburg [FOLDER]` reads `FOLDER/roads.osm.bz2` (default
//! `data/neubrandenburg`) and writes `FOLDER/demand.geojson`.
//!
//! The rule: OSM gives some places a `population`. Each spreads its people along the residential and living streets that
//! are nearer to it than to any other such place and at most 4 km away, one point each 200 m of street, by length; whole
//! numbers by largest remainder. The people are real, where they live is assumed.

#[path = "generate_nanyang/dice.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the other generator")]
mod dice;

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fs::File,
    io::BufReader,
    path::PathBuf,
};

use bzip2::read::MultiBzDecoder;
use quick_xml::{Reader, events::Event};

const EVERY_M: f64 = 200.0;
const FARTHEST_M: f64 = 4_000.0;

type Tags = BTreeMap<String, String>;

/// What the rule needs of an extract.
#[derive(Default)]
struct Extract {
    nodes: HashMap<i64, [f64; 2]>,
    places: Vec<(String, [f64; 2], u64)>,
    streets: Vec<Vec<i64>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("data/neubrandenburg"), PathBuf::from);
    let extract = read(&folder.join("roads.osm.bz2"))?;
    let text = demand(&extract);
    std::fs::write(folder.join("demand.geojson"), &text)?;
    println!("demand.geojson: {} kB", text.len() / 1000);
    Ok(())
}

fn read(path: &std::path::Path) -> Result<Extract, Box<dyn Error>> {
    let mut reader = Reader::from_reader(BufReader::new(MultiBzDecoder::new(File::open(path)?)));
    let (mut extract, mut buffer) = (Extract::default(), Vec::new());
    let (mut id, mut at, mut refs, mut tags) = (0, [0.0; 2], Vec::new(), Tags::new());
    loop {
        let event = reader.read_event_into(&mut buffer)?;
        let (element, closed) = match &event {
            Event::Eof => return Ok(extract),
            Event::Start(e) => (Some(e), false),
            Event::Empty(e) => (Some(e), true),
            _ => (None, false),
        };
        if let Some(e) = element {
            let mut values = BTreeMap::new();
            for a in e.attributes() {
                let a = a?;
                values.insert(a.key.as_ref().to_owned(), quick_xml::escape::unescape(&a.value)?.into_owned());
            }
            match e.name().as_ref() {
                "node" | "way" | "relation" => {
                    id = values["id"].parse()?;
                    (refs, tags) = (Vec::new(), Tags::new());
                    if let (Some(lon), Some(lat)) = (values.get("lon"), values.get("lat")) {
                        at = [lon.parse()?, lat.parse()?];
                        extract.nodes.insert(id, at);
                    }
                }
                "nd" => refs.push(values["ref"].parse()?),
                "tag" => {
                    tags.insert(values["k"].clone(), values["v"].clone());
                }
                _ => {}
            }
        }
        let ended = match &event {
            Event::End(e) => Some(e.name().as_ref().to_owned()),
            Event::Empty(e) if closed => Some(e.name().as_ref().to_owned()),
            _ => None,
        };
        match ended.as_deref() {
            Some("node") if tags.contains_key("place") => {
                if let Some(people) = tags.get("population").and_then(|p| p.parse().ok()) {
                    extract.places.push((tags.get("name").cloned().unwrap_or_else(|| id.to_string()), at, people));
                }
            }
            Some("way")
                if ["residential", "living_street"].contains(&tags.get("highway").map_or("", String::as_str)) =>
            {
                extract.streets.push(std::mem::take(&mut refs));
            }
            _ => {}
        }
        buffer.clear();
    }
}

fn metres(a: [f64; 2], b: [f64; 2]) -> f64 {
    let lat = f64::midpoint(a[1], b[1]).to_radians();
    ((a[0] - b[0]) * 111_320.0 * lat.cos()).hypot((a[1] - b[1]) * 111_200.0)
}

fn demand(extract: &Extract) -> String {
    // Points along the streets with the length each stands for, by place.
    let mut points: Vec<Vec<([f64; 2], f64)>> = vec![Vec::new(); extract.places.len()];
    for street in &extract.streets {
        let line: Vec<[f64; 2]> = street.iter().filter_map(|n| extract.nodes.get(n).copied()).collect();
        let length: f64 = line.windows(2).map(|w| metres(w[0], w[1])).sum();
        let parts = (length / EVERY_M).ceil().max(1.0);
        for k in 0..parts as usize {
            let Some(p) = at(&line, (k as f64 + 0.5) / parts * length) else { continue };
            let nearest = (0..extract.places.len())
                .map(|i| (metres(extract.places[i].1, p), i))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, i)) = nearest.filter(|n| n.0 <= FARTHEST_M) {
                points[i].push((p, length / parts));
            }
        }
    }
    let mut features = Vec::new();
    for ((name, _, people), mut spots) in extract.places.iter().zip(points) {
        spots.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]).then(a.0[1].total_cmp(&b.0[1])));
        let shares: Vec<f64> = spots.iter().map(|s| s.1).collect();
        for ((p, _), weight) in spots.iter().zip(dice::split(*people, &shares)).filter(|(_, w)| *w > 0) {
            let n = features.len() + 1;
            features.push(format!(
                r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{:.6},{:.6}]}},"properties":{{"id":"P{n:04}","weight":{weight},"kind":"population","place":"{name}"}}}}"#,
                p[0], p[1]
            ));
        }
    }
    format!(
        "{{\"type\":\"FeatureCollection\",\"name\":\"demand\",\"nature\":\"assumed\",\"source\":\"people of places: OpenStreetMap contributors, ODbL 1.0; spread along residential streets by examples/generate_neubrandenburg.rs\",\"features\":[\n{}\n]}}\n",
        features.join(",\n")
    )
}

/// The position this far along a line.
fn at(line: &[[f64; 2]], mut far: f64) -> Option<[f64; 2]> {
    for w in line.windows(2) {
        let step = metres(w[0], w[1]);
        if far <= step && step > 0.0 {
            let t = far / step;
            return Some([w[0][0] + t * (w[1][0] - w[0][0]), w[0][1] + t * (w[1][1] - w[0][1])]);
        }
        far -= step;
    }
    line.last().copied()
}
