//! `firesite matrix`: travel time plus access legs between all pairs.

use std::fmt::Write;
use std::path::Path;

use firesite::formats::write::write_file;
use firesite::prelude::TravelTime;
use serde_json::json;

use crate::args::RoadArgs;
use crate::console::{self, Console};
use crate::outcome::{Done, Outcome};
use crate::places::Ground;

/// Seconds with three decimals.
pub fn seconds(time: TravelTime) -> String {
    format!("{}.{:03}", time.as_millis() / 1000, time.as_millis() % 1000)
}

/// A field of CSV, quoted where it has to be.
pub fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Runs the command.
pub fn run(console: &Console, roads: &RoadArgs, from: &Path, to: &Path, limit: Option<f64>, out: &Path) -> Outcome {
    let mut ground = Ground::open(console, roads)?;
    let origins = ground.places(from)?;
    let destinations = ground.places(to)?;
    let bar = console.progress(format!("{} × {} times", origins.points.len(), destinations.points.len()));
    let limit = limit.and_then(TravelTime::from_seconds_f64);
    let matrix = ground.times.matrix(&origins.snapped, &destinations.snapped, limit);
    let names: Vec<String> = destinations.points.iter().map(|p| field(&p.id)).collect();
    let mut table = String::from("from,to,seconds\n");
    for (row, origin) in origins.points.iter().enumerate() {
        let start = field(&origin.id);
        for (name, time) in names.iter().zip(matrix.row(row)) {
            // Writing to a String cannot fail.
            let _ = writeln!(table, "{start},{name},{}", time.map(seconds).unwrap_or_default());
        }
    }
    write_file(out, table.as_bytes())?;
    bar.finish_and_clear();
    console.findings(&ground.findings);
    let pairs = origins.points.len() * destinations.points.len();
    let reached = (0..origins.points.len()).map(|row| matrix.row(row).flatten().count()).sum::<usize>();
    console.result(
        || format!("{}: {pairs} pairs, {reached} with a time", out.display()),
        &json!({
            "out": out.display().to_string(), "from": origins.points.len(), "to": destinations.points.len(),
            "pairs": pairs, "reached": reached, "findings": console::finding_list(&ground.findings),
        }),
    )?;
    Ok(Done::Well)
}
