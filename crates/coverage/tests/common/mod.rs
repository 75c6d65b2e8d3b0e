//! Networks for the tests: streets drawn here, and a real extract.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::PathBuf;

use firesite_coverage::{Isochrone, Located, polygons};
use firesite_model::{
    AccessTags, Coord, Junction, KilometresPerHour, Metres, Oneway, RoadClass, RoadNode, RoadWay, Roads, SpeedLimit,
    TravelTime, VehicleLimits,
};
use firesite_network::{RoadNetwork, SnapOptions, Snapper, TravelTimes, VehicleProfile};
use geo::Validation;

/// Near the equator a degree is the same length both ways.
pub(crate) fn at(x: f64, y: f64) -> Coord<f64> {
    const DEGREE: f64 = 111_195.079_7;
    Coord { x: 112.0 + x / DEGREE, y: y / DEGREE }
}

/// Roads from lines of positions that share points where they are equal.
pub(crate) fn roads(lines: &[Vec<Coord<f64>>]) -> Roads {
    let mut roads = Roads::default();
    let mut known = std::collections::BTreeMap::new();
    for (id, line) in lines.iter().enumerate() {
        let nodes = line
            .iter()
            .map(|c| {
                *known.entry((c.x.to_bits(), c.y.to_bits())).or_insert_with(|| {
                    roads.nodes.push(RoadNode::plain(roads.nodes.len() as i64 + 1, *c));
                    roads.nodes.len() as u32 - 1
                })
            })
            .collect();
        roads.ways.push(RoadWay {
            id: id as i64 + 1,
            nodes,
            class: RoadClass("residential".into()),
            oneway: Oneway::Unstated,
            junction: Junction::None,
            access: AccessTags::default(),
            maxspeed_forward: SpeedLimit::Unstated,
            maxspeed_backward: SpeedLimit::Unstated,
            limits: VehicleLimits::default(),
            lanes: None,
            bridge: false,
            tunnel: false,
            area: false,
            unbuilt: false,
            ferry: false,
            name: None,
        });
    }
    roads
}

pub(crate) fn travel_times(roads: &Roads, kmh: f64) -> TravelTimes {
    let profile =
        VehicleProfile::parse(&format!("name = \"test\"\n[speed_kmh]\nresidential = {kmh}\n"), "test").unwrap();
    let network = RoadNetwork::from_ways(roads, &profile).unwrap().value;
    network.times(&profile).unwrap().value
}

pub(crate) fn snapper(times: &TravelTimes) -> Snapper {
    Snapper::new(times, SnapOptions::new(Metres(500.0), KilometresPerHour(15.0)))
}

pub(crate) fn station(snapper: &Snapper, id: &str, position: Coord<f64>, offset: u32) -> Located {
    Located {
        id: id.into(),
        place: snapper.snap(position).ok(),
        offset: TravelTime::seconds(offset),
        position,
        district: None,
    }
}

/// A square of streets `spacing` apart.
pub(crate) fn streets(half: i32, spacing: f64) -> Roads {
    let mut lines = Vec::new();
    for k in -half..=half {
        let k = f64::from(k) * spacing;
        let along: Vec<f64> = (-half..=half).map(|i| f64::from(i) * spacing).collect();
        lines.push(along.iter().map(|&i| at(i, k)).collect());
        lines.push(along.iter().map(|&i| at(k, i)).collect());
    }
    roads(&lines)
}

/// Valid, wound as RFC 7946 asks, on the grid, and nested.
pub(crate) fn sound(isochrones: &[Isochrone]) {
    for isochrone in isochrones {
        isochrone.polygon.check_validation().unwrap();
        assert_eq!(isochrone.polygon, {
            let mut wound = isochrone.polygon.clone();
            polygons::wind(&mut wound);
            wound
        });
        for ring in isochrone.polygon.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
            for c in &ring.0 {
                assert!((c.x * 1e7).round() / 1e7 == c.x && (c.y * 1e7).round() / 1e7 == c.y);
            }
        }
    }
    for pair in isochrones.windows(2).filter(|pair| pair[0].station == pair[1].station) {
        let outside = polygons::difference(&pair[0].polygon, &pair[1].polygon);
        assert!(
            outside.0.is_empty(),
            "{:?} {} not inside {}: {outside:?}",
            pair[0].station,
            pair[0].limit,
            pair[1].limit
        );
    }
}

pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FIRESITE_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} is not there", path.display());
    None
}
