//! Eight answers that are known beforehand: from the source plan, from theory, from published curves. Each test is one of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use firesite::coverage::{Ground, Located};
use firesite::model::{
    AccessTags, BuildMode, BuiltUp, BuiltUpRole, Candidate, ClassId, Date, Demand, Junction, Nature, Oneway, RoadClass,
    RoadNode, RoadWay, Roads, SpeedLimit, Station, StationStatus, VehicleLimits, Zone,
};
use firesite::plan::study_file::ScenarioSection;
use firesite::prelude::*;
use firesite::standards::{
    Choice, Facts, METRES_PER_MILE, Met, Open, Pack, RuleBook, SiteFacts, Standing, TravelCurve, judge,
    service_area_formula,
};
use firesite_town::{PROFILE, Town, metres};
use geo::{Distance, Geodesic};
use geo_types::{LineString, MultiPolygon, Point, Polygon};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/nanyang").join(name)
}

/// (a) Annex 1 of the plan: the columns sum to 0, 0, 2, 0, 0, 18, 0, and 20 in all; every row sums to its total.
#[test]
fn a_annex_one_sums() {
    let text = fs::read_to_string(data("statements.csv")).unwrap();
    let read = firesite::plan::statements::read(&text, "statements.csv", &BTreeMap::new()).unwrap().value;
    let annex = |kind: &str, district: Option<&str>| -> f64 {
        read.iter()
            .filter(|s| s.source == "annex" && s.quantity == "new" && s.kind == kind)
            .filter(|s| district.is_none_or(|d| s.district == d))
            .map(|s| match s.value {
                firesite::plan::statements::Value::Number(x) => x,
                firesite::plan::statements::Value::Text(_) => panic!("a text in the annex"),
            })
            .sum()
    };
    let kinds = ["special", "first", "second", "small", "logistics", "national_key", "other", ""];
    assert_eq!(kinds.map(|kind| annex(kind, None)), [0.0, 0.0, 2.0, 0.0, 0.0, 18.0, 0.0, 20.0]);
    let districts: std::collections::BTreeSet<&str> =
        read.iter().filter(|s| s.source == "annex" && s.quantity == "new").map(|s| s.district.as_str()).collect();
    assert_eq!(districts.len(), 13);
    for district in districts {
        let parts: f64 = kinds[..7].iter().map(|kind| annex(kind, Some(district))).sum();
        assert_eq!(parts, annex("", Some(district)), "{district}");
    }
}

/// Streets every so many metres near the equator, so many each way, all of one class.
fn streets(half: i32, spacing: f64) -> Roads {
    const DEGREE: f64 = 111_195.079_7;
    let place =
        |i: i32, j: i32| Coord { x: 112.0 + f64::from(i) * spacing / DEGREE, y: f64::from(j) * spacing / DEGREE };
    let side = 2 * half + 1;
    let number = |i: i32, j: i32| ((j + half) * side + i + half) as u32;
    let mut roads = Roads::default();
    for j in -half..=half {
        roads.nodes.extend((-half..=half).map(|i| RoadNode::plain(i64::from(number(i, j)) + 1, place(i, j))));
    }
    for k in -half..=half {
        for nodes in [(-half..=half).map(|i| number(i, k)).collect(), (-half..=half).map(|j| number(k, j)).collect()] {
            roads.ways.push(RoadWay {
                id: roads.ways.len() as i64 + 1,
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
    }
    roads
}

/// (b) On a fine grid driven at v for 240 s the reach is the L1 ball 2 (v t)²: 8.0 km² at 30 km/h, 10.9 at 35. The formula
/// of the standard's explanation with a detour factor of 1.3 gives 4.73 and 6.44.
#[test]
fn b_reach_on_a_grid() {
    let travel = TravelTime::minutes(4);
    for (kmh, grid, formula) in [(30.0, 8.0, 4.73), (35.0, 10.9, 6.44)] {
        let of = |detour: f64| service_area_formula(KilometresPerHour(kmh), travel, detour).as_km2();
        assert!((of(1.0) - grid).abs() < 0.05 && (of(1.3) - formula).abs() < 0.01, "{} {}", of(1.0), of(1.3));
        let spacing = 100.0;
        let half = (1.15 * kmh / 3.6 * 240.0 / spacing) as i32;
        let profile = VehicleProfile::parse(&format!("name = \"grid\"\n[speed_kmh]\nresidential = {kmh}\n"), "grid");
        let profile = profile.unwrap();
        let network = RoadNetwork::from_ways(&streets(half, spacing), &profile).unwrap().value;
        let times = network.times(&profile).unwrap().value;
        let snapper = Snapper::new(&times, SnapOptions::new(Metres(500.0), KilometresPerHour(15.0)));
        let position = Coord { x: 112.0, y: 0.0 };
        let station = Located {
            id: "o".into(),
            place: snapper.snap(position).ok(),
            offset: TravelTime::ZERO,
            position,
            district: None,
        };
        let reached = Ground::new(&times, &snapper, Metres(spacing / 8.0)).isochrones(&[station], &[travel]);
        let km2 = reached[0].area.as_km2();
        assert!((km2 / of(1.0) - 1.0).abs() < 0.03, "{kmh} km/h: {km2} km², theory {}", of(1.0));
    }
}

/// (c) RAND's curve: 1, 2, 3 and 5 km take 102, 166, 229 and 356 s.
#[test]
fn c_the_rand_curve() {
    let seconds = |km: f64| TravelCurve::Rand.time(Metres(km * 1000.0)).as_seconds().round();
    assert_eq!([1.0, 2.0, 3.0, 5.0].map(seconds), [102.0, 166.0, 229.0, 356.0]);
    // Below 0.38 miles, 2.10 √D minutes.
    let short = TravelCurve::Rand.time(Metres(0.25 * METRES_PER_MILE)).as_seconds();
    assert!((short - 2.10 * 0.5 * 60.0).abs() < 0.3, "{short}");
}

/// (d) ISO: 1.5 road miles take 3.2 minutes, 2.5 take 4.9.
#[test]
fn d_the_iso_formula() {
    let minutes = |mi: f64| (TravelCurve::Iso.time(Metres(mi * METRES_PER_MILE)).as_seconds() / 6.0).round() / 10.0;
    assert_eq!([1.5, 2.5].map(minutes), [3.2, 4.9]);
}

/// (e) The fifteen minutes of 建标152: 4 + 2.5 + 1 + 4 + 3.5.
#[test]
fn e_the_fifteen_minutes() {
    let pack = Pack::packaged("cn-jb152-2017").unwrap();
    let minutes: Vec<f64> = pack.budget.iter().map(|step| step.seconds / 60.0).collect();
    assert_eq!(minutes, [4.0, 2.5, 1.0, 4.0, 3.5]);
    assert_eq!(minutes.iter().sum::<f64>(), 15.0);
}

/// (f) Of the five stations of Annex 2 five are older than 15 years on 2021-01-01, and four on 2020-11-30.
#[test]
fn f_old_stations() {
    let mut reader = csv::Reader::from_path(data("facts/annex2.csv")).unwrap();
    let column = reader.headers().unwrap().iter().position(|h| h == "in_service").unwrap();
    let since: Vec<Date> = reader.records().map(|row| row.unwrap()[column].parse().unwrap()).collect();
    assert_eq!(since.len(), 5);
    let book = RuleBook::new(&["cn-nanyang-145".to_owned()], &[], &[], "study.toml").unwrap();
    let sites = since.iter().map(|date| SiteFacts {
        standing: Some(Standing {
            class: "first".into(),
            nature: Nature::Real,
            in_service: Some(*date),
            counted: true,
        }),
        ..SiteFacts::default()
    });
    let open = (0..5).map(|site| Open { site, class: "first".into() }).collect();
    let stands = Choice { open, areas: Vec::new() };
    let mut facts = Facts { sites: sites.collect(), ..Facts::default() };
    let mut old = |on: &str| {
        facts.reference_date = on.parse().ok();
        let judged = judge(book.get("renovation").unwrap(), &facts, &stands, &stands);
        judged.iter().filter(|j| j.met == Met::No).count()
    };
    assert_eq!((old("2021-01-01"), old("2020-11-30")), (5, 4));
}

/// (g) GCJ-02 comes back within 1 m; in the county seats of Nanyang it is off by about 590 to 630 m.
#[test]
fn g_the_shift_of_gcj02() {
    let seats = [
        (112.5342, 33.0057),
        (112.5292, 32.9884),
        (112.4228, 33.4913),
        (113.0059, 33.2562),
        (111.4679, 33.3086),
        (112.2290, 33.0357),
        (111.8431, 33.0469),
        (111.4850, 33.1397),
        (112.9421, 33.0582),
        (112.8011, 32.6835),
        (112.3539, 32.5228),
        (113.4217, 32.3811),
        (112.0808, 32.6895),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gcj.csv");
    let shifted: Vec<(f64, f64)> = seats.iter().map(|&(lon, lat)| coordtransform::wgs84_to_gcj02(lon, lat)).collect();
    let rows: Vec<String> = shifted.iter().enumerate().map(|(i, (x, y))| format!("{i:02},1,{x},{y}")).collect();
    fs::write(&path, format!("id,weight,lon,lat\n{}\n", rows.join("\n"))).unwrap();
    let read = firesite::formats::read_demand(&firesite::formats::Source::new(&path).with_crs("GCJ-02")).unwrap();
    assert_eq!(read.value.items.len(), seats.len());
    for ((demand, &(lon, lat)), &(x, y)) in read.value.items.iter().zip(&seats).zip(&shifted) {
        let place = Point::new(lon, lat);
        let back = Geodesic.distance(Point(demand.position), place);
        let shift = Geodesic.distance(Point::new(x, y), place);
        assert!(back < 1.0, "{place:?}: {back} m");
        assert!((586.0..=631.0).contains(&shift), "{place:?}: {shift} m");
    }
}

/// (h) A small station alone cannot be; beside a full one it can.
#[test]
fn h_a_small_station_alone() {
    // 1.6 km of street at 10 m/s; an old town on scarce land, where a small station may stand.
    let town = Town::draw(metres(100), "A---B---C---D---E", &["ABCDE maxspeed=36"]);
    let (a, e) = (town.at('A'), town.at('E'));
    let margin = 0.002;
    let ring = [
        (a.x - margin, a.y - margin),
        (e.x + margin, a.y - margin),
        (e.x + margin, a.y + margin),
        (a.x - margin, a.y + margin),
    ];
    let outline = MultiPolygon(vec![Polygon::new(LineString::from(ring.to_vec()), vec![])]);
    let seat = BuiltUp {
        feature: 0,
        id: "S".into(),
        district: None,
        town: None,
        role: BuiltUpRole::Seat,
        name: "Seat".into(),
        zones: vec![Zone::OldTown],
        land_scarce: true,
        outline,
    };
    let planned = |class: &str| {
        let station = Station {
            feature: 0,
            id: "S1".into(),
            name: "Station".into(),
            class: Some(ClassId(class.into())),
            district: None,
            in_service: None,
            status: StationStatus::Existing,
            turnout: None,
            counted: true,
            nature: None,
            position: a,
        };
        let candidate = Candidate {
            feature: 0,
            id: "X".into(),
            district: None,
            town: None,
            classes: vec![ClassId("small".into())],
            build_mode: BuildMode::New,
            land: None,
            cost: None,
            earliest_year: None,
            position: e,
        };
        let demand = Demand {
            feature: 0,
            id: "d".into(),
            weight: Weight(10.0),
            district: None,
            kind: "population".into(),
            position: e,
        };
        let mut one_more = ScenarioSection { name: "one".into(), ..ScenarioSection::default() };
        one_more.rules = Some(vec!["jb152_adjacency".into()]);
        one_more.counts.new = Some(firesite::plan::study_file::Count::All(1));
        let study = Study::builder("alone")
            .roads(town.roads().clone())
            .profile(VehicleProfile::parse(PROFILE, "town").unwrap())
            .built_up(vec![seat.clone()])
            .stations(vec![station])
            .candidates(vec![candidate])
            .demand(vec![demand])
            .settings(|file| file.rules.packs = vec!["cn-jb152-2017".into()])
            .scenario(one_more);
        study.build().unwrap().plan().unwrap()
    };
    // A volunteer team is no full station: nobody adjoins the small one.
    let isolated = planned("volunteer");
    assert!(!isolated.met());
    let conflicts = &isolated.main().unwrap().conflicts;
    assert!(conflicts.iter().any(|c| c.rules.contains(&"jb152_adjacency".to_owned())), "{conflicts:?}");
    let adjacent = planned("second");
    assert!(adjacent.met());
    assert!(adjacent.main().unwrap().stations.iter().any(|s| s.id == "X" && s.class.as_deref() == Some("small")));
}
