//! A real city: inside the polygon means within the limit, whatever the thread count.

mod common;

use common::{data, snapper, sound, station};
use firesite_coverage::{DemandPlace, Ground, Isochrone, Located, Surroundings, polygons};
use firesite_formats::{Source, read_roads};
use firesite_model::{Coord, Metres, TravelTime};
use firesite_network::{Origin, RoadNetwork, Snapper, TimeField, TravelTimes, VehicleProfile};
use geo::{BoundingRect, Contains, Validation};
use geo_types::Point;

fn city(name: &str) -> Option<TravelTimes> {
    let path = data(name)?;
    let roads = read_roads(&Source::new(path)).unwrap().value.roads;
    let profile = VehicleProfile::packaged("fire-engine").unwrap();
    let network = RoadNetwork::from_ways(&roads, &profile).unwrap().value;
    Some(network.times(&profile).unwrap().value)
}

/// Stations at every so many-th node, a few seconds of turnout apart.
fn stations(times: &TravelTimes, snapper: &Snapper, count: usize) -> Vec<Located> {
    let network = times.network();
    let step = network.node_count() / count;
    let nodes: Vec<_> = network.nodes().step_by(step).take(count).collect();
    nodes
        .iter()
        .enumerate()
        .map(|(k, &n)| station(snapper, &format!("s{k}"), network.position(n), k as u32 * 3))
        .collect()
}

/// Places all over the extract: on roads and between them.
fn places(times: &TravelTimes, count: usize) -> Vec<Coord<f64>> {
    let network = times.network();
    let mut seed = 20u64;
    let mut random = |n: f64| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 11) as f64 / (1u64 << 53) as f64 * n
    };
    (0..count)
        .map(|k| {
            let node = network.nodes().nth(random(network.node_count() as f64) as usize).unwrap();
            let p = network.position(node);
            let off = if k % 2 == 0 { 0.0 } else { 0.003 };
            Coord { x: p.x + random(2.0 * off) - off, y: p.y + random(2.0 * off) - off }
        })
        .collect()
}

const DEGREE: f64 = 111_195.0;

/// Distance in metres from a place to the outline.
fn to_outline(isochrone: &Isochrone, p: Coord<f64>) -> f64 {
    let cos = p.y.to_radians().cos();
    let plane = |c: Coord<f64>| [(c.x - p.x) * DEGREE * cos, (c.y - p.y) * DEGREE];
    let mut least = f64::INFINITY;
    for ring in isochrone.polygon.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors())) {
        for pair in ring.0.windows(2) {
            let (a, b) = (plane(pair[0]), plane(pair[1]));
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let length2 = dx * dx + dy * dy;
            let t = if length2 > 0.0 { (-(a[0] * dx + a[1] * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
            least = least.min((a[0] + t * dx).hypot(a[1] + t * dy));
        }
    }
    least
}

/// Distance in metres from a place to road that is reached in time, probed every 20 m or so.
fn to_reached(field: &TimeField<'_>, network: &RoadNetwork, p: Coord<f64>, limit: TravelTime) -> f64 {
    let cos = p.y.to_radians().cos();
    let plane = |c: Coord<f64>| [(c.x - p.x) * DEGREE * cos, (c.y - p.y) * DEGREE];
    let (mut least, mut pieces) = (f64::INFINITY, Vec::new());
    for edge in field.reached_edges() {
        field.pieces(edge, &mut pieces);
        let edge = network.edge(edge);
        let mut along = 0.0;
        for pair in edge.line.windows(2) {
            let (a, b) = (plane(pair[0]), plane(pair[1]));
            let length = (a[0] - b[0]).hypot(a[1] - b[1]);
            for k in 0..=(length / 20.0) as u32 + 1 {
                let part = f64::from(k) / f64::from((length / 20.0) as u32 + 1);
                let share = (along + part * length) / edge.length.0;
                let reached = pieces.iter().any(|piece| {
                    let (from, to) = (f64::from(piece.time_from.as_millis()), f64::from(piece.time_to.as_millis()));
                    let at = from + (share - piece.from) / (piece.to - piece.from) * (to - from);
                    share >= piece.from && share <= piece.to && at <= f64::from(limit.as_millis())
                });
                if reached {
                    least = least.min((a[0] + part * (b[0] - a[0])).hypot(a[1] + part * (b[1] - a[1])));
                }
            }
            along += length;
        }
    }
    least
}

#[test]
fn inside_means_within_the_limit() {
    for name in ["osm/porto-alegre-2020.osm.pbf", "osm/helsinki-centre-2019.osm.pbf"] {
        let Some(times) = city(name) else { continue };
        let snapper = snapper(&times);
        let ground = Ground::new(&times, &snapper, Metres(30.0));
        let stations = stations(&times, &snapper, 3);
        let limits = [1, 2, 4, 8].map(TravelTime::minutes);
        let found = ground.isochrones(&stations, &limits);
        sound(&found);
        let places = places(&times, 4000);
        let (mut asked, mut wrong, mut missed, mut far_off) = (0, 0, 0, 0);
        for isochrone in &found {
            let origins: Vec<Origin<'_>> = stations
                .iter()
                .enumerate()
                .filter(|(at, _)| isochrone.station.is_none_or(|only| only == *at))
                .filter_map(|(_, s)| Some(Origin { place: s.place.as_ref()?, offset: s.offset }))
                .collect();
            let mut search = times.search();
            let field = search.run(&origins, None);
            for &p in &places {
                let time = snapper.snap(p).ok().and_then(|place| field.at(&place));
                let within = time.is_some_and(|t| t <= isochrone.limit);
                asked += 1;
                if isochrone.polygon.contains(&Point(p)) != within {
                    wrong += 1;
                    missed += usize::from(within);
                    // A pocket of road that is too far may be smaller than a cell.
                    if to_outline(isochrone, p) > 60.0
                        && (within || to_reached(&field, times.network(), p, isochrone.limit) > 60.0)
                    {
                        far_off += 1;
                        println!(
                            "{p:?} {time:?} limit {} {:?} {}",
                            isochrone.limit,
                            snapper.snap(p),
                            to_outline(isochrone, p)
                        );
                    }
                }
            }
        }
        println!(
            "{name}: {asked} questions; {wrong} answered otherwise by the polygon ({missed} outside although within the limit), {far_off} beyond 60 m"
        );
        assert_eq!(far_off, 0);
        assert!(wrong * 100 < asked * 3, "{wrong} of {asked}");
    }
}

#[test]
fn reached_roads_lie_inside() {
    let Some(times) = city("osm/porto-alegre-2020.osm.pbf") else { return };
    let snapper = snapper(&times);
    let stations = stations(&times, &snapper, 1);
    let limit = TravelTime::minutes(6);
    let found = Ground::new(&times, &snapper, Metres(30.0)).isochrones(&stations, &[limit]);
    let mut search = times.search();
    let field = search.run(&[Origin::at(stations[0].place.as_ref().unwrap())], Some(limit));
    let mut tested = 0;
    for p in places(&times, 8000).into_iter().step_by(2) {
        let Ok(place) = snapper.snap(p) else { continue };
        if place.distance.0 < 0.01 && field.at(&place).is_some() {
            tested += 1;
            assert!(found[0].polygon.contains(&Point(p)), "{p:?}");
        }
    }
    assert!(tested > 50, "{tested}");
}

#[test]
fn all_together_is_the_union_of_the_single_ones() {
    let Some(times) = city("osm/porto-alegre-2020.osm.pbf") else { return };
    let snapper = snapper(&times);
    let stations = stations(&times, &snapper, 5);
    let found = Ground::new(&times, &snapper, Metres(30.0)).isochrones(&stations, &[2, 4].map(TravelTime::minutes));
    for whole in found.iter().filter(|i| i.station.is_none()) {
        let single = found.iter().filter(|i| i.station.is_some() && i.limit == whole.limit).map(|i| &i.polygon);
        let union = polygons::union(single);
        let apart = polygons::area(&polygons::difference(&whole.polygon, &union)).0
            + polygons::area(&polygons::difference(&union, &whole.polygon)).0;
        println!("{}: {:.3} % apart", whole.limit, apart / whole.area.0 * 100.0);
        assert!(apart < 0.01 * whole.area.0);
    }
}

#[test]
fn service_areas_fill_the_study_area_once() {
    let Some(times) = city("osm/porto-alegre-2020.osm.pbf") else { return };
    let snapper = snapper(&times);
    let stations = stations(&times, &snapper, 12);
    let network = times.network();
    let line: geo_types::MultiPoint<f64> = network.nodes().map(|n| Point(network.position(n))).collect();
    // A slanted outline, so that it crosses the borders at no grid point.
    let rect = line.bounding_rect().unwrap();
    let (a, b) = (rect.min(), rect.max());
    let outline = geo_types::MultiPolygon(vec![geo_types::Polygon::new(
        vec![
            Coord { x: a.x - 0.003, y: a.y + 0.004 },
            Coord { x: b.x - 0.005, y: a.y - 0.002 },
            Coord { x: b.x + 0.001, y: b.y },
            Coord { x: a.x + 0.01, y: b.y + 0.003 },
        ]
        .into(),
        vec![],
    )]);
    let demand: Vec<DemandPlace> = places(&times, 3000)
        .into_iter()
        .enumerate()
        .map(|(k, position)| DemandPlace {
            id: k.to_string(),
            weight: 1 + k as u64 % 7,
            place: snapper.snap(position).ok(),
            position,
            district: None,
        })
        .collect();
    let around = Surroundings { study_area: Some(&outline), demand: &demand, ..Surroundings::default() };
    let areas = Ground::new(&times, &snapper, Metres(30.0)).service_areas(&stations, &around);
    let total = polygons::area(&outline).0;
    let mut shared = 0.0;
    for (k, area) in areas.iter().enumerate() {
        area.polygon.check_validation().unwrap();
        for other in &areas[k + 1..] {
            shared += polygons::area(&polygons::intersection(&area.polygon, &other.polygon)).0;
        }
    }
    let gaps = polygons::area(&polygons::difference(&outline, &polygons::union(areas.iter().map(|a| &a.polygon)))).0;
    println!("{} areas, {shared:e} m2 shared, {gaps:e} m2 in gaps, of {total:e}", areas.len());
    // A slanted outline bends by less than a grid unit (1 cm) where a border meets it.
    assert!(shared < 1e-8 * total && gaps < 0.02 * 4.0 * total.sqrt() * 2.0);
    assert_eq!(areas.iter().map(|a| a.demand).sum::<u64>(), demand.iter().map(|d| d.weight).sum::<u64>());
    // Demand near its road lies in the area of its station.
    let first = firesite_coverage::first_due(&times, &stations, &demand);
    let (mut right, mut asked) = (0, 0);
    for (place, first) in demand.iter().zip(&first) {
        let owner = areas.iter().find(|a| a.polygon.contains(&Point(place.position)));
        let Some(owner) = owner else { continue };
        asked += 1;
        right += usize::from(owner.station == first.map(|f| f.station));
    }
    println!("{right} of {asked} demand points lie in the area of their first-due station");
    assert!(right * 100 > asked * 97);
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let Some(times) = city("osm/porto-alegre-2020.osm.pbf") else { return };
    let snapper = snapper(&times);
    let stations = stations(&times, &snapper, 6);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let ground = Ground::new(&times, &snapper, Metres(40.0));
            let isochrones = ground.isochrones(&stations, &[2, 4].map(TravelTime::minutes));
            let areas = ground.service_areas(&stations, &Surroundings::default());
            let roads = firesite_coverage::roads_by_time(&times, &stations, &[2, 4].map(TravelTime::minutes));
            format!("{isochrones:?}{areas:?}{roads:?}")
        })
    };
    assert!(run(1) == run(2));
}
