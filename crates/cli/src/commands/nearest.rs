//! `firesite nearest`: first, second and third due station of every place, by travel time plus access legs.

use std::path::Path;

use firesite::formats::write::write_file;
use firesite::prelude::{Origin, TravelTime};
use serde_json::json;

use crate::args::RoadArgs;
use crate::commands::matrix::{field, seconds};
use crate::console::{self, Console};
use crate::outcome::{Done, Outcome};
use crate::places::Ground;

/// Runs the command.
pub fn run(console: &Console, roads: &RoadArgs, from: &Path, to: &Path, out: &Path) -> Outcome {
    let mut ground = Ground::open(console, roads)?;
    let mut stations = ground.places(from)?;
    let demand = ground.places(to)?;
    // Ties go to the smaller station id, whatever the order in the file.
    let mut order: Vec<usize> = (0..stations.points.len()).collect();
    order.sort_by(|&a, &b| stations.points[a].id.cmp(&stations.points[b].id));
    stations.points = order.iter().map(|&i| stations.points[i].clone()).collect();
    stations.snapped = order.iter().map(|&i| stations.snapped[i]).collect();
    let (placed, snapped): (Vec<_>, Vec<_>) =
        stations.points.iter().zip(&stations.snapped).filter_map(|(p, s)| Some((p, s.as_ref()?))).unzip();
    let origins: Vec<Origin> = snapped.into_iter().map(|place| Origin { place, offset: TravelTime::ZERO }).collect();
    let bar = console.progress(format!("{} places, {} stations", demand.points.len(), origins.len()));
    let due = ground.times.due_order(&origins, 3, &demand.snapped, None);
    let mut table = String::from("to,first,first_s,second,second_s,third,third_s\n");
    for (point, due) in demand.points.iter().zip(&due) {
        table.push_str(&field(&point.id));
        for rank in 0..3 {
            match due.get(rank) {
                Some(&(station, time)) => {
                    table.push_str(&format!(",{},{}", field(&placed[station].id), seconds(time)));
                }
                None => table.push_str(",,"),
            }
        }
        table.push('\n');
    }
    write_file(out, table.as_bytes())?;
    bar.finish_and_clear();
    console.findings(&ground.findings);
    let reached = due.iter().filter(|d| !d.is_empty()).count();
    console.result(
        || {
            format!(
                "{}: {} places, {reached} reached by {} stations",
                out.display(),
                demand.points.len(),
                origins.len()
            )
        },
        &json!({
            "out": out.display().to_string(), "stations": stations.points.len(), "stations_snapped": origins.len(),
            "places": demand.points.len(), "reached": reached, "findings": console::finding_list(&ground.findings),
        }),
    )?;
    Ok(Done::Well)
}
