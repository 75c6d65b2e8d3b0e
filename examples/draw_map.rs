//! Draws a folder of results as one SVG picture: what is reached in time, the blank spots, the stations.
//!
//! ```sh
//! cargo run --release --example draw_map -- out/nanyang out/nanyang.svg
//! ```
//! The picture of the README is made by this command from the plan of `data/nanyang`.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

const WIDTH: f64 = 1400.0;
/// Quick to slow.
const BANDS: [&str; 5] = ["#1a9850", "#91cf60", "#d9ef8b", "#fee08b", "#fc8d59"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("give a folder of results and the picture to write: draw_map -- out/nanyang map.svg".into());
    };
    let plan: Value = serde_json::from_slice(&std::fs::read(folder.join("plan.json"))?)?;
    let areas = features(&folder, "service_areas")?;
    let frame = Frame::around(&areas).ok_or("the service areas are empty")?;

    let mut svg = String::new();
    let after = |f: &&Value| f["properties"]["phase"] == "after";
    for area in areas.iter().filter(after) {
        draw(&mut svg, &frame, &area["geometry"], "fill=\"#f1f1ee\"");
    }
    let isochrones = features(&folder, "isochrones")?;
    let together: Vec<&Value> =
        isochrones.iter().filter(after).filter(|f| f["properties"]["station_id"].is_null()).collect();
    let limits: BTreeSet<u64> =
        together.iter().filter_map(|f| f["properties"]["limit_s"].as_f64()).map(|s| s as u64).collect();
    for (at, limit) in limits.iter().enumerate().rev() {
        let style = format!("fill=\"{}\"", BANDS[at.min(BANDS.len() - 1)]);
        for f in together.iter().filter(|f| f["properties"]["limit_s"].as_f64() == Some(*limit as f64)) {
            draw(&mut svg, &frame, &f["geometry"], &style);
        }
    }
    let largest = features(&folder, "uncovered")?;
    let mut spots: Vec<&Value> = largest.iter().filter(after).collect();
    spots.sort_by(|a, b| {
        b["properties"]["demand"].as_f64().unwrap_or(0.0).total_cmp(&a["properties"]["demand"].as_f64().unwrap_or(0.0))
    });
    for spot in spots.iter().take(200) {
        draw(&mut svg, &frame, &spot["geometry"], "fill=\"#762a83\" fill-opacity=\"0.35\"");
    }
    for (status, colour, size) in [("existing", "#2166ac", 4.0), ("upgraded", "#ab6bd6", 4.5), ("new", "#d73027", 4.5)]
    {
        for s in features(&folder, "stations")?.iter().filter(|s| s["properties"]["status"] == status) {
            let (x, y) = frame.place(&s["geometry"]["coordinates"]);
            writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{size}\" fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"1\"/>"
            )?;
        }
    }
    let title = format!(
        "{} [{}]",
        plan["study"]["title"].as_str().unwrap_or_default(),
        plan["study"]["nature"].as_str().unwrap_or_default()
    );
    legend(&mut svg, &title, &limits);
    let picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {:.0}\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{svg}</svg>\n",
        frame.height
    );
    if let Some(parent) = out.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(&out, picture)?;
    println!("{}", out.display());
    Ok(())
}

fn features(folder: &Path, layer: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut document: Value = serde_json::from_slice(&std::fs::read(folder.join(format!("{layer}.geojson")))?)?;
    match document["features"].take() {
        Value::Array(features) => Ok(features),
        _ => Err(format!("{layer}.geojson holds no features").into()),
    }
}

/// Degrees to pixels: longitude shortened by the cosine of the middle latitude.
struct Frame {
    west: f64,
    north: f64,
    per_degree: f64,
    squeeze: f64,
    height: f64,
}

impl Frame {
    fn around(features: &[Value]) -> Option<Self> {
        let mut edges = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        for f in features {
            each_ring(&f["geometry"], &mut |ring| {
                for at in ring {
                    if let (Some(x), Some(y)) = (at[0].as_f64(), at[1].as_f64()) {
                        edges = (edges.0.min(x), edges.1.min(y), edges.2.max(x), edges.3.max(y));
                    }
                }
            });
        }
        let (west, south, east, north) = edges;
        (west < east && south < north).then(|| {
            let squeeze = f64::midpoint(south, north).to_radians().cos();
            let per_degree = (WIDTH - 20.0) / ((east - west) * squeeze);
            Self { west, north, per_degree, squeeze, height: (north - south) * per_degree + 20.0 }
        })
    }

    fn place(&self, at: &Value) -> (f64, f64) {
        let (x, y) = (at[0].as_f64().unwrap_or(0.0), at[1].as_f64().unwrap_or(0.0));
        (10.0 + (x - self.west) * self.squeeze * self.per_degree, 10.0 + (self.north - y) * self.per_degree)
    }
}

fn each_ring(geometry: &Value, visit: &mut dyn FnMut(&[Value])) {
    let coordinates = &geometry["coordinates"];
    let mut polygon =
        |rings: &Value| rings.as_array().into_iter().flatten().filter_map(Value::as_array).for_each(|ring| visit(ring));
    match geometry["type"].as_str() {
        Some("Polygon") => polygon(coordinates),
        Some("MultiPolygon") => coordinates.as_array().into_iter().flatten().for_each(&mut polygon),
        _ => {}
    }
}

/// One path a geometry, in tenths of a pixel; rings that shrink to nothing are left out.
fn draw(svg: &mut String, frame: &Frame, geometry: &Value, style: &str) {
    let mut path = String::new();
    each_ring(geometry, &mut |ring| {
        let tenths = |at: &Value| {
            let (x, y) = frame.place(at);
            // A pixel is enough for a glance and keeps the file small.
            (x.round() as i64 * 10, y.round() as i64 * 10)
        };
        let mut points: Vec<(i64, i64)> = ring.iter().map(tenths).collect();
        points.dedup();
        if points.len() < 4 {
            return;
        }
        for (at, (x, y)) in points.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(path, "{}{x} {y}", if at == 0 { "M" } else { "L" });
        }
        path.push('Z');
    });
    if !path.is_empty() {
        let _ = writeln!(svg, "<path transform=\"scale(0.1)\" fill-rule=\"evenodd\" {style} d=\"{path}\"/>");
    }
}

fn legend(svg: &mut String, title: &str, limits: &BTreeSet<u64>) {
    let mut y = 34.0;
    let _ = writeln!(svg, "<text x=\"20\" y=\"{y}\" font-size=\"22\">{}</text>", escaped(title));
    let mut line = |mark: String, words: String| {
        y += 24.0;
        let _ = writeln!(
            svg,
            "{}<text x=\"46\" y=\"{:.0}\" font-size=\"15\">{}</text>",
            mark.replace("{y}", &format!("{:.0}", y - 5.0)),
            y,
            escaped(&words)
        );
    };
    for (at, limit) in limits.iter().enumerate() {
        line(
            format!(
                "<rect x=\"22\" y=\"{{y}}\" transform=\"translate(0,-7)\" width=\"16\" height=\"14\" fill=\"{}\"/>",
                BANDS[at.min(BANDS.len() - 1)]
            ),
            format!("reached within {limit} s"),
        );
    }
    line("<rect x=\"22\" y=\"{y}\" transform=\"translate(0,-7)\" width=\"16\" height=\"14\" fill=\"#762a83\" fill-opacity=\"0.35\"/>".into(), "largest blank spots".into());
    for (words, colour) in [("existing station", "#2166ac"), ("upgraded", "#ab6bd6"), ("new", "#d73027")] {
        line(format!("<circle cx=\"30\" cy=\"{{y}}\" r=\"5\" fill=\"{colour}\"/>"), words.into());
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
