//! Areas that theory knows.

mod common;

use common::{at, roads, snapper, sound, station, streets, travel_times};
use firesite_coverage::{Ground, isochrones, polygons};
use firesite_model::{Metres, TravelTime};
use geo::Contains;
use geo_types::Point;

/// On a uniform grid of streets driven at v the reach in time t is an L1 ball of area 2 (v t)² (建标 152, A = 2P²).
#[test]
fn the_reach_on_a_fine_grid_converges_to_two_s_squared() {
    let (kmh, seconds) = (30.0, 240);
    let reach: f64 = kmh / 3.6 * f64::from(seconds);
    let mut errors = Vec::new();
    for spacing in [400.0, 200.0, 100.0] {
        let half = (2.2 * reach / spacing) as i32 / 2 + 1;
        let times = travel_times(&streets(half, spacing), kmh);
        let snapper = snapper(&times);
        let origin = [station(&snapper, "o", at(0.0, 0.0), 0)];
        let found = isochrones(&times, &snapper, &origin, &[TravelTime::seconds(seconds)], Metres(spacing / 8.0));
        sound(&found);
        // Degrees of the ellipsoid at the equator against those of the sphere in which the streets are laid.
        let scale = polygons::area(&geo_types::MultiPolygon(vec![
            geo_types::Rect::new(at(-reach, -reach), at(reach, reach)).to_polygon(),
        ]))
        .0 / (4.0 * reach * reach);
        let error = (found[0].area.0 / scale) / (2.0 * reach * reach) - 1.0;
        println!("streets every {spacing} m: {:.4} km2, {:+.2} % of 2 S2", found[0].area.as_km2(), error * 100.0);
        errors.push(error.abs());
    }
    assert!(errors[2] < 0.03 && errors[2] < errors[1] && errors[1] < errors[0], "{errors:?}");
}

/// Cases of the field: one edge of 9.3 km without a junction, the origin in its middle.
#[test]
fn the_reach_ends_within_a_long_edge() {
    let times = travel_times(&roads(&[vec![at(-5000.0, 0.0), at(5000.0, 0.0)]]), 36.0);
    let snapper = snapper(&times);
    let origin = [station(&snapper, "o", at(0.0, 0.0), 0)];
    let found = isochrones(&times, &snapper, &origin, &[6, 120].map(TravelTime::seconds), Metres(30.0));
    sound(&found);
    let inside = |k: usize, x: f64| found[k].polygon.contains(&Point(at(x, 0.0)));
    assert_eq!([0.0, 55.0, 120.0].map(|x| inside(0, x)), [true, true, false]);
    assert_eq!([0.0, 1190.0, -1190.0, 1240.0].map(|x| inside(1, x)), [true, true, true, false]);
    assert!(found[0].area.0 < 15_000.0);
}

#[test]
fn a_lake_with_a_ring_road_stays_a_hole() {
    let ring: Vec<_> = (0..=60)
        .map(|k| {
            let angle = f64::from(k % 60) / 60.0 * std::f64::consts::TAU;
            at(3000.0 * angle.cos(), 3000.0 * angle.sin())
        })
        .collect();
    let times = travel_times(&roads(&[ring]), 50.0);
    let snapper = snapper(&times);
    let origin = [station(&snapper, "o", at(3000.0, 0.0), 0)];
    let found = isochrones(&times, &snapper, &origin, &[TravelTime::minutes(60)], Metres(30.0));
    sound(&found);
    assert_eq!(found[0].polygon.0.iter().map(|p| p.interiors().len()).collect::<Vec<_>>(), [1]);
    assert!(!found[0].polygon.contains(&Point(at(0.0, 0.0))));
    // Within the longest access leg, on both sides of the road.
    assert!(found[0].polygon.contains(&Point(at(-3450.0, 0.0))) && found[0].polygon.contains(&Point(at(-2550.0, 0.0))));
}

#[test]
fn a_station_off_the_network_reaches_nothing() {
    let times = travel_times(&streets(2, 100.0), 30.0);
    let snapper = snapper(&times);
    let stations = [station(&snapper, "far", at(50_000.0, 0.0), 0), station(&snapper, "near", at(0.0, 0.0), 0)];
    let found = Ground::new(&times, &snapper, Metres(20.0)).isochrones(&stations, &[TravelTime::seconds(60)]);
    assert_eq!(found.iter().map(|i| i.polygon.0.is_empty()).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(found[1].polygon, found[2].polygon);
}
