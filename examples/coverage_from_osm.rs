//! Any OpenStreetMap extract: what its fire stations cover, and where the next three would go.
//!
//! ```sh
//! cargo run --release --example coverage_from_osm -- data/neubrandenburg/roads.osm.bz2 out/from_osm
//! ```
//! Stations are those that OpenStreetMap knows (nodes, areas, relations). Nobody lives in a road file, so the demand is a stand-in,
//! labelled as assumed: metres of street where people live, gathered in cells of about 200 m.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use firesite::formats::{Source, read_roads, read_stations};
use firesite::model::{Demand, Nature, Roads};
use firesite::plan::study_file::{CandidatesSection, Count, CountsSection, GenerateSection, ScenarioSection};
use firesite::prelude::*;

/// Streets that people live along.
const LIVED_ON: [&str; 5] = ["residential", "living_street", "unclassified", "tertiary", "secondary"];
/// Width of a cell, degrees of latitude.
const CELL: f64 = 0.002;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let extract = arguments.next().unwrap_or_else(|| "data/neubrandenburg/roads.osm.bz2".into());
    let out = arguments.next().unwrap_or_else(|| "out/from_osm".into());

    let roads = read_roads(&Source::new(&extract))?.value.roads;
    let stations = read_stations(&Source::new(&extract)).map(|read| read.value.items).unwrap_or_default();
    println!("{}: {} ways, {} fire stations", extract.display(), roads.ways.len(), stations.len());

    let demand = metres_of_street(&roads);
    let three = ScenarioSection {
        name: "next-three".into(),
        title: Some("Three more stations".into()),
        counts: CountsSection { new: Some(Count::All(3)), upgraded: None },
        ..ScenarioSection::default()
    };
    let study = Study::builder(extract.file_stem().map_or("extract".into(), |name| name.to_string_lossy()))
        .roads(roads)
        .stations(stations)
        .demand(demand)
        .nature(Nature::Assumed)
        .limit(TravelTime::minutes(5))
        .scenario(three)
        .settings(|file| {
            let along = GenerateSection { every_m: 600.0, ..GenerateSection::default() };
            file.candidates = Some(CandidatesSection { generate: Some(along), ..CandidatesSection::default() });
            file.solve.work_limit = Some(2000);
        })
        .build()?;
    let plan = study.plan()?;
    let main = plan.main().ok_or("no scenario")?;
    let (before, after) = (&main.coverage.before, &main.coverage.after);
    let share = |c: Option<f64>| c.map_or("-".to_owned(), |s| format!("{:.1} %", s * 100.0));
    println!(
        "street covered within {} s of the order: {}, with three more {}",
        before.clock.limit_s,
        share(before.share),
        share(after.share)
    );
    println!(
        "status {}, bound {:?} of {:?}, gap {:?}",
        main.optimum.status, main.optimum.bound, main.optimum.objective, main.optimum.gap
    );
    for station in main.stations.iter().filter(|s| s.status == "new") {
        println!("new station at {:.5}, {:.5}", station.lon, station.lat);
    }
    plan.write(&out)?;
    println!("written to {}", out.display());
    Ok(())
}

/// One demand point a cell, on a street, weighted with the metres of street in it.
fn metres_of_street(roads: &Roads) -> Vec<Demand> {
    let mut cells: BTreeMap<(i64, i64), (f64, Coord)> = BTreeMap::new();
    for way in roads.ways.iter().filter(|w| LIVED_ON.contains(&w.class.0.as_str()) && !w.unbuilt && !w.area) {
        for pair in way.nodes.windows(2) {
            let (a, b) = (roads.nodes[pair[0] as usize].position, roads.nodes[pair[1] as usize].position);
            let middle = Coord { x: f64::midpoint(a.x, b.x), y: f64::midpoint(a.y, b.y) };
            let metres = 111_200.0 * ((a.x - b.x) * middle.y.to_radians().cos()).hypot(a.y - b.y);
            let cell = ((middle.x / CELL).floor() as i64, (middle.y / CELL).floor() as i64);
            cells.entry(cell).or_insert((0.0, middle)).0 += metres;
        }
    }
    let point = |(feature, ((x, y), (metres, position))): (usize, ((i64, i64), (f64, Coord)))| Demand {
        feature,
        id: format!("{x}:{y}"),
        weight: Weight(metres.round()),
        district: None,
        kind: "road_length".into(),
        position,
    };
    cells.into_iter().enumerate().map(point).collect()
}
