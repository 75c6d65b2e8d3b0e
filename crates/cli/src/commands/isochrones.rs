//! `firesite isochrones`: what is reached within some minutes of travel, each polygon holding everything within its limit.

use std::path::Path;

use firesite::coverage::{Ground as Plane, Located};
use firesite::formats::NamedPoint;
use firesite::formats::geojson_out::{Feature, FeatureCollection};
use firesite::formats::write::write_file;
use firesite::model::Coord;
use firesite::prelude::{Metres, TravelTime};
use serde_json::json;

use crate::args::RoadArgs;
use crate::console::{self, Console};
use crate::outcome::{Done, Failure, Outcome};
use crate::places::Ground;

/// Width of a cell of the field whose contours are drawn.
const RESOLUTION: Metres = Metres(25.0);

/// Runs the command.
pub fn run(
    console: &Console,
    roads: &RoadArgs,
    at: &[(f64, f64)],
    from: Option<&Path>,
    minutes: &[f64],
    out: Option<&Path>,
) -> Outcome {
    let mut limits: Vec<TravelTime> = minutes.iter().filter_map(|m| TravelTime::from_seconds_f64(m * 60.0)).collect();
    limits.sort_unstable();
    limits.dedup();
    let mut ground = Ground::open(console, roads)?;
    let mut places = match from {
        Some(file) => ground.places(file)?,
        None => ground.tie(Vec::new(), "--at"),
    };
    let stated = at.iter().enumerate().map(|(feature, &(lon, lat))| NamedPoint {
        id: format!("{lon},{lat}"),
        position: Coord { x: lon, y: lat },
        feature,
    });
    let stated = ground.tie(stated.collect(), "--at");
    places.points.extend(stated.points);
    places.snapped.extend(stated.snapped);
    if places.snapped.iter().all(Option::is_none) {
        console.findings(&ground.findings);
        return Err(Failure::Input("none of the places lies near a road, so there is nothing to draw".to_owned()));
    }
    let stations: Vec<Located> = places
        .points
        .iter()
        .zip(&places.snapped)
        .map(|(point, &place)| Located {
            id: point.id.clone(),
            place,
            offset: TravelTime::ZERO,
            position: point.position,
            district: None,
        })
        .collect();
    let bar = console.progress(format!("isochrones of {} places", stations.len()));
    let plane = Plane::new(&ground.times, &ground.snapper, RESOLUTION);
    let mut layer = FeatureCollection::new();
    for found in plane.isochrones(&stations, &limits) {
        // All together is a product of a study; here every place speaks for itself.
        let Some(station) = found.station else { continue };
        if found.polygon.0.is_empty() {
            continue;
        }
        layer.push(
            Feature::new(found.polygon)
                .with("station_id", stations[station].id.as_str())
                .with("limit_s", found.limit.as_seconds())
                .with("area_km2", (found.area.as_km2() * 1e6).round() / 1e6),
        );
    }
    let bytes = layer.to_bytes();
    match out {
        Some(file) => {
            write_file(file, &bytes)?;
            console.result(
                || format!("{}: {} polygons of {} places", file.display(), layer.features.len(), stations.len()),
                &json!({
                    "out": file.display().to_string(), "places": stations.len(), "polygons": layer.features.len(),
                    "findings": console::finding_list(&ground.findings),
                }),
            )?;
        }
        None => console::print(&String::from_utf8_lossy(&bytes))?,
    }
    bar.finish_and_clear();
    console.findings(&ground.findings);
    Ok(Done::Well)
}
