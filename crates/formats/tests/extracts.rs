//! The real extracts, counted; the wanted figures were taken with other readers (osmium, awk).

mod common;

use common::data;
use firesite_formats::{
    RoadLayer, Source, read_built_up, read_demand, read_dimacs, read_hydrants, read_raw, read_roads, read_stations,
    read_towns,
};
use firesite_model::{Oneway, Read};

fn roads(name: &str) -> Option<Read<RoadLayer>> {
    let path = data(name)?;
    Some(read_roads(&Source::new(path)).unwrap_or_else(|error| panic!("{name}: {error}")))
}

#[test]
fn every_extract_holds_what_its_readme_says() {
    for (name, nodes, ways, highway_ways, stations) in [
        ("osm/porto-2015.osm.pbf", 347_944, 51_458, 51_349, 0),
        ("osm/porto-alegre-2020.osm.pbf", 43_264, 16_032, 15_886, 0),
        ("osm/neubrandenburg-2016.osm.bz2", 152_087, 25_897, 7_930, 7),
        ("osm/baltimore-2015.osm.pbf", 51_385, 7_230, 3_844, 10),
        ("osm/liechtenstein-2013-08-03.osm.pbf", 65_733, 7_121, 2_753, 6),
        ("osm/liechtenstein-2013-08-03.osm.bz2", 65_733, 7_121, 2_753, 6),
        ("osm/monaco-2023.osm.pbf", 30_626, 4_846, 2_852, 2),
        ("osm/helsinki-centre-2019.osm.pbf", 24_260, 5_130, 2_650, 1),
        ("osm/shanghai-centre-osmnx-2026.osm", 2_958, 796, 796, 0),
        ("extra/neubrandenburg-2016-roads.osm.bz2", 38_032, 8_088, 7_930, 7),
        ("extra/oswego-2018-roads.osm.bz2", 1_653, 244, 229, 3),
    ] {
        let Some(read) = roads(name) else { continue };
        let counts = read.value.osm.unwrap();
        assert_eq!((counts.nodes, counts.ways, counts.highway_ways), (nodes, ways, highway_ways), "{name}");
        assert_eq!(read.value.read, read.value.kept + read.value.dropped, "{name}");
        let plain = read.value.roads.ways.iter().map(|way| way.id).collect::<std::collections::BTreeSet<_>>();
        assert!(plain.len() <= read.value.kept && read.value.kept >= highway_ways - read.value.dropped, "{name}");
        let found = read_stations(&Source::new(data(name).unwrap())).unwrap();
        assert_eq!(found.value.kept, stations, "{name}: {:?}", found.findings);
    }
}

#[test]
fn two_containers_of_one_extract_are_one_road_layer() {
    let pair = ["osm/liechtenstein-2013-08-03.osm.pbf", "osm/liechtenstein-2013-08-03.osm.bz2"].map(roads);
    let [Some(pbf), Some(xml)] = pair else { return };
    assert_eq!(pbf.value.roads, xml.value.roads);
    assert_eq!(pbf.findings.len(), xml.findings.len());
}

#[test]
fn restrictions_and_oneways_of_porto() {
    let Some(read) = roads("osm/porto-2015.osm.pbf") else { return };
    let roads = &read.value.roads;
    assert!(roads.restrictions.len() > 300, "{}", roads.restrictions.len());
    for restriction in &roads.restrictions {
        assert!(roads.ways[restriction.from_way as usize].nodes.contains(&restriction.via_node));
        assert!(roads.ways[restriction.to_way as usize].nodes.contains(&restriction.via_node));
    }
    assert!(roads.ways.iter().any(|way| way.oneway == Oneway::Forward));
}

#[test]
fn names_hydrants_and_areas_of_real_towns() {
    if let Some(read) = roads("osm/shanghai-centre-osmnx-2026.osm") {
        let chinese = |name: &String| name.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c));
        assert!(read.value.roads.ways.iter().filter_map(|way| way.name.as_ref()).any(chinese));
    }
    if let Some(path) = data("osm/neubrandenburg-2016.osm.bz2") {
        let source = Source::new(path);
        assert_eq!(read_hydrants(&source).unwrap().value.kept, 26);
        let areas = read_built_up(&source).unwrap();
        assert!(areas.value.kept > 50, "{}", areas.value.kept);
        let stations = read_stations(&source).unwrap().value;
        assert!(stations.items.iter().any(|station| station.name.contains("Berufsfeuerwehr")), "{:?}", stations.items);
        assert!(stations.items.iter().all(|station| "nwr".contains(&station.id[..1])));
    }
}

#[test]
fn a_city_is_read_in_seconds_at_most() {
    let Some(path) = data("osm/porto-2015.osm.pbf") else { return };
    let start = std::time::Instant::now();
    read_roads(&Source::new(path)).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    eprintln!("porto-2015.osm.pbf: {seconds:.2} s");
    assert!(seconds < 10.0, "{seconds} s");
}

#[test]
fn new_york_as_arcs() {
    let (Some(graph), Some(coordinates)) = (data("newyork/USA-road-t.NY.gr.gz"), data("newyork/USA-road-d.NY.co.gz"))
    else {
        return;
    };
    let (graph, coordinates) = (Source::new(graph), Source::new(coordinates));
    let start = std::time::Instant::now();
    let read = read_dimacs(&graph, &coordinates, 1.0).unwrap().value;
    eprintln!("New York: {:.2} s", start.elapsed().as_secs_f64());
    assert_eq!((read.positions.len(), read.arcs.len()), (264_346, 733_846));
    let c = read.positions[0];
    assert_eq!((c.x, c.y), (-73.530_767, 41.085_396));
    let hundredfold = read_dimacs(&graph, &coordinates, 100.0).unwrap().value;
    assert_eq!(hundredfold.arcs[7].time.as_millis(), 100 * read.arcs[7].time.as_millis());
}

#[test]
fn tables_as_cities_publish_them() {
    if let Some(path) = data("newyork/FDNY_Firehouse_Listing.csv") {
        // One firehouse has no coordinates; two share a name, so names cannot be ids.
        let read = read_raw(&Source::new(path)).unwrap();
        let placed = read.value.features.iter().filter(|feature| feature.geometry.is_some()).count();
        assert!(placed >= 218, "{placed}");
    }
    if let Some(path) = data("population/poa_hexgrid.csv") {
        let read = read_demand(&Source::new(path).with_column("weight", "population")).unwrap();
        assert_eq!(read.value.kept, 1227);
        assert_eq!(read.value.items.iter().map(|d| d.weight.0).sum::<f64>(), 812_935.0);
    }
    if let Some(path) = data("extra/nanyang_townships_geonames.csv") {
        let read = read_towns(&Source::new(path).with_column("district", "county")).unwrap();
        assert_eq!(read.value.kept, 49);
    }
}
