//! How long a prefecture takes: `cargo run --release -p firesite-coverage --example whole_prefecture [FOLDER]`, where the
//! folder is that of a study with roads, stations and districts (default: data/nanyang). Every so many-th node stands in
//! for further stations, up to 62.

use std::path::PathBuf;
use std::time::Instant;

use firesite_coverage::{Ground, Located, Surroundings, polygons, service_area_resolution};
use firesite_formats::{Source, read_districts, read_roads, read_stations};
use firesite_model::{Metres, TravelTime};
use firesite_network::{RoadNetwork, SnapOptions, Snapper, VehicleProfile};
use geo::CoordsIter;

fn main() {
    let folder =
        std::env::args().nth(1).unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/nanyang").into());
    let file = |name: &str| Source::new(PathBuf::from(&folder).join(name));
    let start = Instant::now();
    let lap = |what: &str, from: Instant| println!("{:>7.2} s  {what}", from.elapsed().as_secs_f64());
    let Ok(roads) = read_roads(&file("roads.geojson")) else { return println!("no roads in {folder}") };
    let Ok(stations) = read_stations(&file("stations.geojson")) else { return println!("no stations in {folder}") };
    let Ok(districts) = read_districts(&file("districts.geojson")) else { return println!("no districts in {folder}") };
    let Some(profile) = VehicleProfile::packaged("fire-engine") else { return };
    let Ok(network) = RoadNetwork::from_ways(&roads.value.roads, &profile) else { return println!("no network") };
    let network = network.value;
    let Ok(times) = network.times(&profile) else { return println!("no times") };
    let times = times.value;
    let snapper = Snapper::new(&times, SnapOptions::default());
    println!("{:?}", network.summary());
    lap("read, network, snapper", start);

    let mut positions: Vec<_> = stations.value.items.iter().map(|s| s.position).collect();
    let more = 62usize.saturating_sub(positions.len());
    let before = positions.len();
    positions
        .extend(network.nodes().step_by(network.node_count() / more.max(1)).take(more).map(|n| network.position(n)));
    let located: Vec<Located> = positions
        .iter()
        .enumerate()
        .map(|(k, &position)| Located {
            id: format!("s{k}"),
            place: snapper.snap(position).ok(),
            offset: TravelTime::seconds(60),
            position,
            district: None,
        })
        .collect();
    let bands = [180, 300, 480].map(TravelTime::seconds);
    let outlines: Vec<_> = districts.value.items.iter().map(|d| d.outline.clone()).collect();
    let study_area = polygons::union(&outlines);

    let from = Instant::now();
    let ground = Ground::new(&times, &snapper, Metres(30.0));
    for (name, stations) in [("before", &located[..before]), ("after", &located[..])] {
        let found = ground.isochrones(stations, &bands);
        let points: usize = found.iter().map(|i| i.polygon.coords_count()).sum();
        lap(
            &format!("isochrones {name}: {} stations, {} polygons, {points} points", stations.len(), found.len()),
            from,
        );
    }
    let from = Instant::now();
    let around = Surroundings { study_area: Some(&study_area), districts: &outlines, ..Surroundings::default() };
    let coarse = Ground::new(&times, &snapper, service_area_resolution(Metres(30.0), Some(&study_area)));
    for (name, stations) in [("before", &located[..before]), ("after", &located[..])] {
        let found = coarse.service_areas(stations, &around);
        let points: usize = found.iter().map(|a| a.polygon.coords_count()).sum();
        let area: f64 = found.iter().map(|a| a.area.as_km2()).sum();
        lap(&format!("service areas {name}: {} areas, {points} points, {area:.1} km2", found.len()), from);
    }
}
