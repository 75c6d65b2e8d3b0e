//! A planner's own program: which two of five parcels reach the most people within five minutes of travel?
//! `cargo run --release --example siting_by_hand -- data/neubrandenburg/roads.osm.bz2 out/siting_by_hand.geojson`

use firesite::formats::geojson_out::{Feature, FeatureCollection};
use firesite::formats::write::write_file;
use firesite::geo_types::Point;
use firesite::prelude::*;

const PARCELS: [(f64, f64); 5] =
    [(13.2600, 53.5570), (13.2650, 53.5430), (13.2830, 53.5480), (13.2360, 53.5650), (13.2990, 53.5630)];
const PEOPLE: [(f64, f64, u32); 5] = [
    (13.2610, 53.5600, 900),
    (13.2480, 53.5560, 700),
    (13.2900, 53.5460, 1200),
    (13.2340, 53.5680, 400),
    (13.3010, 53.5650, 800),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let roads = arguments.next().unwrap_or_else(|| "data/neubrandenburg/roads.osm.bz2".into());
    let out = arguments.next().unwrap_or_else(|| "out/siting_by_hand.geojson".into());

    let times = RoadFiles::new(roads).open()?.value;
    let snapper = Snapper::new(&times, SnapOptions::default());
    let sites = PARCELS.iter().map(|&(x, y)| snapper.snap(Coord { x, y })).collect::<Result<Vec<_>, _>>()?;
    let demand: Vec<Option<Snapped>> = PEOPLE.iter().map(|&(x, y, _)| snapper.snap(Coord { x, y }).ok()).collect();
    let reach = times.reach(&sites, &demand, TravelTime::minutes(5));

    // Five parcels make ten pairs: a look at each is the proof.
    let covered = |pair: [usize; 2]| -> u32 {
        let reached = |d: usize| pair.iter().any(|&site| reach.row(site).iter().any(|r| r.0 as usize == d));
        (0..PEOPLE.len()).filter(|&d| reached(d)).map(|d| PEOPLE[d].2).sum()
    };
    let pairs = (0..5).flat_map(|a| (a + 1..5).map(move |b| [a, b]));
    let best = pairs.max_by_key(|&pair| covered(pair)).ok_or("no pair")?;
    let all: u32 = PEOPLE.iter().map(|p| p.2).sum();
    println!("parcels {} and {} reach {} of {all} people", best[0] + 1, best[1] + 1, covered(best));

    let mut layer = FeatureCollection::new();
    layer.extend(
        PARCELS
            .iter()
            .enumerate()
            .map(|(i, &at)| Feature::new(Point::from(at)).with("parcel", i + 1).with("chosen", best.contains(&i))),
    );
    Ok(write_file(out, &layer.to_bytes())?)
}
