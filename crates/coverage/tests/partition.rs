//! Service areas: whole, disjoint, rightly owned.

mod common;

use common::{at, roads, snapper, station, streets, travel_times};
use firesite_coverage::{DemandPlace, Ground, Located, ServiceArea, Surroundings, polygons, service_areas};
use firesite_model::{Coord, Metres};
use geo::{Area, Contains, Validation};
use geo_types::{MultiPolygon, Point, Rect};

fn square(low: Coord<f64>, high: Coord<f64>) -> MultiPolygon<f64> {
    polygons::on_grid(&MultiPolygon(vec![Rect::new(low, high).to_polygon()]))
}

fn partition(areas: &[ServiceArea], whole: &MultiPolygon<f64>) {
    let total = polygons::area(whole).0;
    for (at, area) in areas.iter().enumerate() {
        area.polygon.check_validation().unwrap();
        for other in &areas[at + 1..] {
            let shared = polygons::area(&polygons::intersection(&area.polygon, &other.polygon)).0;
            assert!(shared < 1e-8 * total, "{:?} and {:?} share {shared} m2", area.station, other.station);
        }
    }
    let gaps = polygons::difference(whole, &polygons::union(areas.iter().map(|a| &a.polygon)));
    assert!(polygons::area(&gaps).0 < 1e-8 * total, "gaps of {} m2", polygons::area(&gaps).0);
    // On the plane: a geodesic area changes when a long edge gets points in its middle.
    let (sum, total) = (areas.iter().map(|a| a.polygon.unsigned_area()).sum::<f64>(), whole.unsigned_area());
    assert!((sum / total - 1.0).abs() < 1e-8, "{sum} of {total}");
}

fn owner(areas: &[ServiceArea], x: f64, y: f64) -> Vec<Option<usize>> {
    areas.iter().filter(|a| a.polygon.contains(&Point(at(x, y)))).map(|a| a.station).collect()
}

#[test]
fn readiness_moves_the_border() {
    // Volunteers (300 s) at km 0, a career station (60 s) at km 6: the border is where both are equally late.
    let times = travel_times(&roads(&[vec![at(0.0, 0.0), at(10_000.0, 0.0)]]), 36.0);
    let snapper = snapper(&times);
    let stations = [station(&snapper, "c", at(6000.0, 0.0), 60), station(&snapper, "v", at(0.0, 0.0), 300)];
    let whole = square(at(-1000.0, -1000.0), at(11_000.0, 1000.0));
    let around = Surroundings { study_area: Some(&whole), ..Surroundings::default() };
    let found = service_areas(&times, &snapper, &stations, &around, Metres(25.0));
    partition(&found, &whole);
    // 300 + x / 10 = 60 + (6000 - x) / 10 at x = 1800.
    assert_eq!(owner(&found, 1750.0, 0.0), [Some(1)]);
    assert_eq!(owner(&found, 1850.0, 0.0), [Some(0)]);
    assert_eq!(owner(&found, 5000.0, 800.0), [None]);
    // The ellipsoid is a thousandth longer here than the sphere on which the road is laid.
    assert!((found[1].road.0 - 1800.0).abs() < 15.0 && (found[0].road.0 - 8200.0).abs() < 15.0);
}

#[test]
fn without_a_study_area_the_land_within_reach_is_divided() {
    let times = travel_times(&streets(5, 200.0), 36.0);
    let snapper = snapper(&times);
    let stations: Vec<Located> =
        [(-1000.0, -1000.0), (1000.0, 900.0), (0.0, 400.0)].map(|(x, y)| station(&snapper, "s", at(x, y), 0)).into();
    let found = service_areas(&times, &snapper, &stations, &Surroundings::default(), Metres(25.0));
    assert_eq!(found.len(), 3);
    let whole = polygons::union(found.iter().map(|a| &a.polygon));
    partition(&found, &whole);
    let around = 2000.0 * 2000.0 + 4.0 * 2000.0 * 500.0 + std::f64::consts::PI * 250_000.0;
    assert!((polygons::area(&whole).0 / around - 1.0).abs() < 0.02);
}

#[test]
fn districts_may_keep_their_stations() {
    let times = travel_times(&streets(8, 150.0), 36.0);
    let snapper = snapper(&times);
    let (west, east) = (square(at(-1500.0, -1500.0), at(37.0, 1500.0)), square(at(37.0, -1500.0), at(1500.0, 1500.0)));
    let districts = [west.clone(), east.clone()];
    let mut stations = vec![
        station(&snapper, "a", at(-200.0, 0.0), 0),
        station(&snapper, "b", at(1200.0, 0.0), 0),
        station(&snapper, "c", at(-900.0, 0.0), 0),
    ];
    for (station, district) in stations.iter_mut().zip([0, 1, 0]) {
        station.district = Some(district);
    }
    let demand = [DemandPlace {
        id: "d".into(),
        weight: 5,
        place: snapper.snap(at(150.0, 0.0)).ok(),
        position: at(150.0, 0.0),
        district: Some(1),
    }];
    let whole = polygons::union([&west, &east]);
    let around = Surroundings {
        study_area: Some(&whole),
        districts: &districts,
        built_up: &[square(at(-1000.0, -100.0), at(-500.0, 100.0))],
        demand: &demand,
        across_districts: true,
    };
    let ground = Ground::new(&times, &snapper, Metres(30.0));
    let free = ground.service_areas(&stations, &around);
    partition(&free, &whole);
    assert_eq!((owner(&free, 150.0, 10.0), free[0].demand), (vec![Some(0)], 5));
    assert_eq!(
        free.iter().map(|a| a.crosses_district).collect::<Vec<_>>(),
        [Some(true), Some(false), Some(false), None]
    );
    assert!(
        (free.iter().map(|a| a.built_up.0).sum::<f64>() / polygons::area(&around.built_up[0]).0 - 1.0).abs() < 1e-6
    );

    let kept = ground.service_areas(&stations, &Surroundings { across_districts: false, ..around });
    partition(&kept, &whole);
    assert_eq!((owner(&kept, 150.0, 10.0), kept[1].demand), (vec![Some(1)], 5));
    assert_eq!(
        kept.iter().map(|a| a.crosses_district).collect::<Vec<_>>(),
        [Some(false), Some(false), Some(false), None]
    );
    let road: f64 = kept.iter().map(|a| a.road.0).sum();
    assert!((road / times.network().summary().road_km / 1000.0 - 1.0).abs() < 1e-6);
}
