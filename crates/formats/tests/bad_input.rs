//! Malformed files: one clear error each, which names the file; never a panic, never a wrong value.

mod common;

use common::{Files, refusal};
use firesite_formats::{
    Source, read_built_up, read_candidates, read_demand, read_dimacs, read_districts, read_must_serve, read_points,
    read_roads, read_stations, read_towns,
};
use firesite_model::{KilometresPerHour, Severity, SpeedLimit};

fn layer(features: &str) -> String {
    format!("{{\"type\": \"FeatureCollection\", \"features\": [{features}]}}")
}

fn point(properties: &str) -> String {
    at(properties, "[112.5, 33.0]")
}

fn at(properties: &str, position: &str) -> String {
    format!(
        "{{\"type\": \"Feature\", \"properties\": {{{properties}}}, \
         \"geometry\": {{\"type\": \"Point\", \"coordinates\": {position}}}}}"
    )
}

fn area(properties: &str, rings: &str) -> String {
    format!(
        "{{\"type\": \"Feature\", \"properties\": {{{properties}}}, \
         \"geometry\": {{\"type\": \"Polygon\", \"coordinates\": {rings}}}}}"
    )
}

/// Refused by the reader of stations, saying one of these words.
fn station(content: impl AsRef<[u8]>, words: &[&str]) {
    let files = Files::new();
    let message = refusal("stations.geojson", read_stations(&files.write("stations.geojson", content)));
    assert!(words.iter().any(|word| message.contains(word)), "none of {words:?} in: {message}");
}

#[test]
fn what_is_no_geojson() {
    station(b"", &["empty"]);
    station(b"   \n", &["empty"]);
    station(b"[1, 2, 3]", &["no GeoJSON"]);
    station("[".repeat(300_000), &["no GeoJSON"]);
    station(format!("{{\"features\": {}", "[".repeat(300_000)), &["nested"]);
    station(format!("{{\"x\": {}", "[".repeat(300_000)), &["nested", "cut"]);
    station(b"{\"type\": \"FeatureCollection\", \"features\": null}", &["`features` is null"]);
    station(b"{\"type\": \"FeatureCollection\"}", &["no member `features`"]);
    station(b"{\"type\": \"Topology\", \"objects\": {}}", &["Topology"]);
    station(b"{\"type\": \"FeatureCollection\", \"features\": [1]}", &["no feature"]);
    station(layer(&point("\"id\": \"A\"")).replace("112.5", "NaN"), &["no JSON"]);
    station(&layer(&point("\"id\": \"A\""))[..90], &["cut"]);
    station(format!("{}x", layer(&point("\"id\": \"A\""))), &["no JSON"]);
}

#[test]
fn what_is_not_utf8() {
    let text = layer(&point("\"id\": \"A\", \"name\": \"West\""));
    let gbk: Vec<u8> =
        text.replace("West", "\u{1}").bytes().flat_map(|b| if b == 1 { vec![0xb3, 0xc7] } else { vec![b] }).collect();
    station(gbk, &["not UTF-8"]);
    station(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>(), &["UTF-16"]);
}

#[test]
fn positions() {
    let id = "\"id\": \"A\"";
    station(layer(&at(id, "[412.5, 33.0]")), &["no longitude"]);
    station(layer(&at(id, "[33.0, 112.5]")), &["swapped"]);
    station(layer(&at(id, "[453000.5, 3651000.5]")), &["crs"]);
    station(layer(&at(id, "[1e308, 33.0]")), &["crs"]);
    station(layer(&at(id, "[1e999, 33.0]")), &["no JSON", "range"]);
    station(layer(&at(id, "[112.5]")), &["1 coordinate"]);
    station(layer(&at(id, "[\"112.5\", \"33.0\"]")), &["pair of numbers"]);
    station(layer(&at(id, "[null, null]")), &["pair of numbers"]);
    station(layer(&at(id, "{}")), &["list of numbers"]);
    station(layer(&area(id, "[[[112.5, 33], [112.6, 33], [112.6, 33.1], [112.5, 33]]]")), &["a Polygon where"]);
    station(
        layer(
            "{\"type\": \"Feature\", \"properties\": {\"id\": \"A\"}, \"geometry\": {\"type\": \"Curve\", \"coordinates\": []}}",
        ),
        &["no geometry type"],
    );
}

#[test]
fn coordinate_systems() {
    let files = Files::new();
    let source = files.write("stations.geojson", layer(&point("\"id\": \"A\"")));
    assert!(refusal("stations.geojson", read_stations(&source.clone().with_crs("EPSG:999999"))).contains("999999"));
    assert!(refusal("stations.geojson", read_stations(&source.with_crs("EPSG:4547"))).contains("EPSG:4547"));
    let strange = layer("").replace("\"features\"", "\"crs\": {\"type\": \"link\"}, \"features\"");
    station(strange, &["crs member"]);
}

#[test]
fn station_properties() {
    let with = |more: &str| layer(&point(&format!("\"id\": \"A\"{more}")));
    station(layer(&format!("{}, {}", point("\"id\": \"A\""), point("\"id\": \"A\""))), &["stands twice"]);
    station(layer(&format!("{}, {}", point("\"id\": \"A\""), point("\"name\": \"B\""))), &["no id"]);
    station(layer(&point("\"nme\": \"B\"")), &["property id"]);
    station(with(", \"status\": \"imaginary\""), &["imaginary"]);
    station(with(", \"in_service\": \"1998-13-45\""), &["1998-13-45"]);
    station(with(", \"in_service\": \"2021-02-30\""), &["2021-02-30"]);
    station(with(", \"turnout_s\": -5"), &["-5"]);
    station(with(", \"turnout_s\": \"soon\""), &["soon"]);
    station(with(", \"turnout_s\": 1e300"), &["1e300", "1e+300", "longer"]);
    station(with(", \"counted\": \"perhaps\""), &["perhaps"]);
    station(with(", \"nature\": \"invented\""), &["invented"]);
    station(with(", \"name\": {}"), &["{}"]);
}

#[test]
fn every_slip_is_told_together() {
    let both = layer(&format!(
        "{}, {}",
        at("\"id\": \"A\", \"status\": \"imaginary\", \"turnout_s\": -1", "[412.5, 33.0]"),
        point("\"id\": \"B\", \"in_service\": \"never\"")
    ));
    let files = Files::new();
    let message = refusal("stations.geojson", read_stations(&files.write("stations.geojson", both)));
    for word in ["imaginary", "-1", "412.5", "never"] {
        assert!(message.contains(word), "{word} is missing in: {message}");
    }
}

#[test]
fn demand_weights() {
    let files = Files::new();
    let refused = |weight: &str, words: &[&str]| {
        let text = layer(&format!(
            "{}, {}",
            point("\"id\": \"d1\", \"weight\": 1"),
            point(&format!("\"id\": \"d2\", \"weight\": {weight}"))
        ));
        let message = refusal("demand.geojson", read_demand(&files.write("demand.geojson", text)));
        assert!(words.iter().all(|word| message.contains(word)), "{words:?} in: {message}");
    };
    refused("-1", &["d2", "negative"]);
    refused("-99999", &["d2", "-99999", "no-data"]);
    refused("-200", &["d2", "no-data"]);
    refused("\"many\"", &["d2", "many"]);
    refused("\"NaN\"", &["d2", "missing data"]);
    refused("null", &["d2", "no weight"]);
    refused("1e308", &["summed"]);
    refused("[1]", &["[1]"]);
    let message = refusal("demand.geojson", read_demand(&files.write("demand.geojson", layer(""))));
    assert!(message.contains("no feature"));
    let text = layer(&point("\"id\": \"d1\", \"wieght\": 1"));
    let message = refusal("demand.geojson", read_demand(&files.write("demand.geojson", text)));
    assert!(message.contains("wieght"), "{message}");
    let two = layer(&format!("{}, {}", point("\"id\": 1, \"weight\": 1"), point("\"id\": \"1\", \"weight\": 1")));
    assert!(refusal("demand.geojson", read_demand(&files.write("demand.geojson", two))).contains("twice"));
}

#[test]
fn other_layers() {
    let files = Files::new();
    let square = "[[[112.5, 33], [112.6, 33], [112.6, 33.1], [112.5, 33]]]";
    let write = |text: String| files.write("layer.geojson", text);
    let name = "layer.geojson";
    assert!(refusal(name, read_districts(&write(layer(&point("\"code\": \"1\""))))).contains("Point"));
    let two = layer(&format!("{}, {}", area("\"code\": \"1\"", square), area("\"code\": \"1\"", square)));
    assert!(refusal(name, read_districts(&write(two))).contains("twice"));
    let short = "[[[112.5, 33.0], [112.6, 33.0]]]";
    assert!(refusal(name, read_districts(&write(layer(&area("\"code\": \"1\"", short))))).contains("ring of 2"));
    let flat = "[[[112.5, 33.0], [112.6, 33.0], [112.7, 33.0], [112.5, 33.0]]]";
    assert!(refusal(name, read_districts(&write(layer(&area("\"code\": \"1\"", flat))))).contains("no area"));
    assert!(
        refusal(name, read_towns(&write(layer(&point("\"code\": \"1\", \"tier\": \"galactic\"")))))
            .contains("galactic")
    );
    assert!(
        refusal(name, read_built_up(&write(layer(&area("\"id\": \"1\", \"role\": \"throne\"", square)))))
            .contains("throne")
    );
    assert!(refusal(name, read_built_up(&write(layer(&area("\"id\": \"1\"", square))))).contains("role"));
    let candidate =
        |more: &str| refusal(name, read_candidates(&write(layer(&point(&format!("\"id\": \"1\", {more}"))))));
    assert!(candidate("\"build_mode\": \"conjure\"").contains("conjure"));
    assert!(candidate("\"cost\": -3").contains("-3"));
    assert!(candidate("\"earliest_year\": 2027.5").contains("2027.5"));
    assert!(refusal(name, read_must_serve(&write(layer(&area("\"target\": 95", square))))).contains("95"));
}

#[test]
fn columns_that_are_not_there() {
    let files = Files::new();
    let source = files.write("stations.geojson", layer(&point("\"编号\": \"A\", \"站名\": \"West\"")));
    let mapped = source.clone().with_column("id", "编号").with_column("name", "站名");
    assert_eq!(read_stations(&mapped).unwrap().value.items[0].name, "West");
    assert!(refusal("stations.geojson", read_stations(&source.clone().with_column("id", "编码"))).contains("编码"));
    let message =
        refusal("stations.geojson", read_stations(&source.with_column("id", "编号").with_column("nane", "站名")));
    assert!(message.contains("did you mean name"), "{message}");
}

#[test]
fn tables_of_points() {
    let files = Files::new();
    let refused = |text: &str, words: &[&str]| {
        let message = refusal("p.csv", read_points(&files.write("p.csv", text)));
        assert!(words.iter().any(|word| message.contains(word)), "none of {words:?} in: {message}");
    };
    refused("name;east;north\na;112.5;33.0\n", &["no column"]);
    refused("id,lon,lat\na,NaN,33.0\n", &["NaN"]);
    refused("id,lon,lat\na,inf,33.0\n", &["inf"]);
    refused("id,lon,lat\na,33.0,112.5\n", &["swapped"]);
    refused("id,lon,lat\na,112.5\n", &["2 fields"]);
    refused("id,lon,lat\na,112.5,33.0,7\n", &["4 fields"]);
    refused("", &["empty"]);
    refused("id,lon,lat\n", &["no feature"]);
    refused("id,lon,lat\na,,\n", &["none can be used"]);
    refused("id,lon,lat\na,112.5,\n", &["no coordinate"]);
    refused("id,lon,lat\na,\"112,5\",\"33,0\"\n", &["decimal comma"]);
    refused("id,lon,lat\na,112.5,33.0\na,112.6,33.0\n", &["twice"]);
    refused("id,lon,lat\0\na,112.5,33.0\n", &["binary"]);
    assert!(refusal("nothing.csv", read_points(&Source::new("nothing.csv"))).contains("no such file"));
    assert!(refusal("p.xlsx", read_points(&files.write("p.xlsx", "PK"))).contains("no reader"));
    assert!(refusal("p.shp", read_points(&Source::new("p.shp"))).contains("no such file"));
}

#[test]
fn roads() {
    let files = Files::new();
    let refused = |name: &str, content: &[u8], words: &[&str]| {
        let message = refusal(name, read_roads(&files.write(name, content)));
        assert!(words.iter().any(|word| message.contains(word)), "{name}: none of {words:?} in: {message}");
    };
    let line = |properties: &str, positions: &str| {
        layer(&format!(
            "{{\"type\": \"Feature\", \"properties\": {{{properties}}}, \
             \"geometry\": {{\"type\": \"LineString\", \"coordinates\": {positions}}}}}"
        ))
    };
    let class = "\"highway\": \"residential\"";
    refused("r.geojson", layer("").as_bytes(), &["no feature"]);
    refused("r.geojson", layer(&point(class)).as_bytes(), &["a Point where roads are lines"]);
    refused("r.geojson", line(class, "[[33.0, 112.5], [33.0, 112.6]]").as_bytes(), &["swapped"]);
    refused("r.geojson", line(class, "[[112.5, 33.0]]").as_bytes(), &["a line of 1"]);
    refused("r.geojson", line("\"name\": \"x\"", "[[112.5, 33.0], [112.6, 33.0]]").as_bytes(), &["highway"]);
    refused("r.geojson", line(class, "[[112.5, 33.0], [112.5, 33.0]]").as_bytes(), &["none is a road"]);
    refused("r.xyz", b"?", &["no reader"]);
    refused("r.osm", b"", &["empty"]);
    refused("r.osm", b"only text", &["no element <osm>"]);
    refused("r.osm", b"<gpx></gpx>", &["<gpx>"]);
    refused("r.osm", b"<osm version='0.6'><node id='1' lat='33.0' lon='112.5'/>", &["cut"]);
    refused(
        "r.osm",
        b"<osm><node id=\"1\" lat=\"33.0\" lon=\"112.5\"/><way id=\"1\"><nd ref=\"1\"",
        &["whole OSM XML"],
    );
    refused("r.osm", b"<osm><node id='1' lat='33.0' lon='112.5'/></osm>", &["no road"]);
    refused(
        "r.osm",
        b"<!DOCTYPE osm [<!ENTITY a \"aaaa\">]><osm><node id='1' lat='33' lon='112' user='&a;'/></osm>",
        &["DOCTYPE"],
    );
    refused("r.osm", b"<osm><node id='1' lat='NaN' lon='112'/></osm>", &["no coordinate"]);
    refused("r.osm", b"<osm><node id='x' lat='33' lon='112'/></osm>", &["no whole number"]);
    refused(
        "r.osm",
        b"<osm><way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='service'/></way></osm>",
        &["coordinates"],
    );
    let swapped = "<osm><node id='1' lat='112' lon='33'/><node id='2' lat='112.1' lon='33'/>\
         <way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='service'/></way></osm>";
    refused("r.osm", swapped.as_bytes(), &["swapped"]);
    refused("r.osm.gz", b"<osm version='0.6'></osm>", &["whole OSM XML"]);
    refused("r.osm.bz2", b"<osm version='0.6'></osm>", &["whole OSM XML"]);
    refused("r.osm.pbf", b"", &["empty"]);
    refused("r.osm.pbf", &b"not a protocol buffer\n".repeat(50), &["PBF"]);
    refused("r.gr", b"p sp 2 1\na 1 2 5\n", &["coordinate"]);
    assert!(refusal("gone.osm.pbf", read_roads(&Source::new("gone.osm.pbf"))).contains("no such file"));
}

#[test]
fn graphs() {
    let files = Files::new();
    let coordinates = files.write("net.co", "p aux sp co 2\nv 1 112500000 33000000\nv 2 112510000 33000000\n");
    let good = files.write("net.gr", "p sp 2 1\na 1 2 5\n");
    assert_eq!(read_dimacs(&good, &coordinates, 1.0).unwrap().value.arcs.len(), 1);
    let three = files.write("three.gr", "p sp 3 1\na 1 2 5\n");
    assert!(refusal("net.co", read_dimacs(&three, &coordinates, 1.0)).contains("belongs"));
    let far = files.write("far.co", "p aux sp co 2\nv 1 412500000 33000000\nv 2 112510000 33000000\n");
    assert!(refusal("far.co", read_dimacs(&good, &far, 1.0)).contains("no longitude"));
    let huge = files.write("huge.co", "p aux sp co 4000000000\nv 1 112500000 33000000\n");
    assert!(refusal("huge.co", read_dimacs(&good, &huge, 1.0)).contains("cut"));
    assert!(refusal("none.co", read_dimacs(&good, &Source::new("none.co"), 1.0)).contains("no such file"));
    let packed = files.write("net.gr.gz", "p sp 2 1\na 1 2 5\n");
    assert!(refusal("net.gr.gz", read_dimacs(&packed, &coordinates, 1.0)).contains("unpacked"));
}

#[test]
fn what_is_odd_is_counted_and_named() {
    let files = Files::new();
    let rings = layer(&format!(
        "{}, {}",
        area("\"code\": \"1\"", "[[[112.495, 32.995], [112.535, 32.995], [112.535, 33.035], [112.495, 33.035]]]"),
        area("\"code\": \"2\"", "[[[112.54, 33.0], [112.56, 33.02], [112.56, 33.0], [112.54, 33.02], [112.54, 33.0]]]"),
    ));
    let read = read_districts(&files.write("d.geojson", rings)).unwrap();
    let layer_ = &read.value;
    assert_eq!((layer_.read, layer_.kept, layer_.repaired, layer_.dropped), (2, 2, 2, 0));
    assert_eq!(layer_.items[1].outline.0.len(), 2, "a bow tie is two triangles");
    assert!(
        read.findings.iter().all(|finding| finding.severity == Severity::Repaired && finding.place.feature.is_some())
    );

    let placeless = layer("{\"type\": \"Feature\", \"properties\": {\"id\": \"A\"}, \"geometry\": null}");
    let read = read_stations(&files.write("s.geojson", placeless)).unwrap();
    assert_eq!((read.value.read, read.value.kept, read.value.dropped), (1, 0, 1));
    assert_eq!(read.findings[0].severity, Severity::Dropped);

    let multi =
        at("\"id\": \"A\", \"weight\": 8", "[[112.5, 33.0], [112.6, 33.0]]").replace("\"Point\"", "\"MultiPoint\"");
    let read = read_demand(&files.write("m.geojson", layer(&multi))).unwrap();
    let found: Vec<(&str, f64)> = read.value.items.iter().map(|d| (d.id.as_str(), d.weight.0)).collect();
    assert_eq!(found, [("A", 4.0), ("A/2", 4.0)]);
    assert_eq!((read.value.kept, read.value.repaired), (1, 1));

    let cell = area("\"id\": \"A\", \"weight\": \"8\"", "[[[112.5, 33], [112.6, 33], [112.6, 33.1], [112.5, 33]]]");
    let read = read_demand(&files.write("c.geojson", layer(&cell))).unwrap();
    assert_eq!(read.value.repaired, 1, "a number as text");
    let c = read.value.items[0].position;
    assert!(c.x > 112.5 && c.x < 112.6 && c.y > 33.0 && c.y < 33.1);
}

#[test]
fn layers_as_gis_programs_write_them() {
    let files = Files::new();
    // ArcGIS names, upper and lower case as they come.
    let text = layer(&point("\"NAME\": \"Main Street\", \"Weight\": 12"));
    let read = read_demand(&files.write("d.geojson", text)).unwrap();
    assert_eq!((read.value.items[0].id.as_str(), read.value.items[0].weight.0), ("Main Street", 12.0));
    // The crs member of the older GeoJSON.
    for (name, position) in [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "[112.501, 33.0]"),
        ("urn:ogc:def:crs:EPSG::4326", "[112.501, 33.0]"),
        ("urn:ogc:def:crs:EPSG::3857", "[12523554.034, 3895303.963]"),
    ] {
        let member = format!("\"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": \"{name}\"}}}}, \"features\"");
        let text = layer(&at("\"id\": \"depot\"", position)).replacen("\"features\"", &member, 1);
        let read = read_points(&files.write("p.geojson", text)).unwrap();
        let c = read.value.items[0].position;
        assert!((c.x - 112.501).abs() < 1e-8 && (c.y - 33.0).abs() < 1e-8, "{name}: {c:?}");
    }
    // null, empty and absent speeds are one; text and numbers are one; a MultiLineString is its parts.
    let road = |more: &str, kind: &str, positions: &str| {
        format!(
            "{{\"type\": \"Feature\", \"properties\": {{\"highway\": \"primary\"{more}}}, \
             \"geometry\": {{\"type\": \"{kind}\", \"coordinates\": {positions}}}}}"
        )
    };
    let line = "[[112.5, 33.0], [112.51, 33.0]]";
    let speed = |more: &str| {
        let text = layer(&road(more, "LineString", line));
        read_roads(&files.write("r.geojson", text)).unwrap().value.roads.ways[0].maxspeed_forward
    };
    for more in [", \"maxspeed\": null", ", \"maxspeed\": \"\"", ", \"maxspeed\": []"] {
        assert_eq!(speed(more), SpeedLimit::Unstated, "{more}");
    }
    for more in [
        ", \"maxspeed\": 30",
        ", \"maxspeed\": 30.0",
        ", \"maxspeed\": \"30\"",
        ", \"maxspeed\": [50, 30]",
        ", \"MaxSpeed\": \"50;30\"",
    ] {
        assert_eq!(speed(more), SpeedLimit::Limit(KilometresPerHour(30.0)), "{more}");
    }
    let multi = road("", "MultiLineString", &format!("[{line}, [[112.51, 33.0], [112.52, 33.0]]]"));
    let read = read_roads(&files.write("m.geojson", layer(&multi))).unwrap().value;
    assert_eq!((read.kept, read.repaired, read.roads.ways.len(), read.roads.nodes.len()), (1, 1, 2, 3));
}

#[test]
fn ids_are_text() {
    let files = Files::new();
    let points = format!("{}, {}, {}", point("\"id\": 7"), point("\"id\": \"07\""), point("\"id\": \"7.0\""));
    let read = read_points(&files.write("p.geojson", layer(&points))).unwrap();
    assert_eq!(read.value.items.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["7", "07", "7.0"]);
    let read =
        read_points(&files.write("p.csv", "id,lon,lat\n01001,112.5,33\n1001,112.6,33\n2026-01-02,112.7,33\n")).unwrap();
    assert_eq!(read.value.items.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["01001", "1001", "2026-01-02"]);
    let read = read_points(&files.write("q.csv", "lon,lat\n112.5,33\n")).unwrap();
    assert_eq!(read.value.items[0].id, "112.5000000,33.0000000");
}

#[test]
fn the_order_of_features_changes_nothing() {
    let files = Files::new();
    let features = [
        point("\"id\": \"b\", \"weight\": 1"),
        point("\"id\": \"a\", \"weight\": 2"),
        point("\"id\": \"c\", \"weight\": \"3\""),
    ];
    let read = |order: [usize; 3]| {
        let text = layer(&order.map(|i| features[i].clone()).join(","));
        let mut read = read_demand(&files.write("d.geojson", text)).unwrap();
        read.value.items.iter_mut().for_each(|item| item.feature = 0);
        read
    };
    assert_eq!(read([0, 1, 2]), read([2, 1, 0]));
    let line = |class: &str, positions: &str| {
        format!(
            "{{\"type\": \"Feature\", \"properties\": {{\"highway\": \"{class}\"}}, \
             \"geometry\": {{\"type\": \"LineString\", \"coordinates\": {positions}}}}}"
        )
    };
    let lines = [
        line("primary", "[[112.5, 33.0], [112.6, 33.0]]"),
        line("residential", "[[112.5, 33.0], [112.6, 33.0]]"),
        line("service", "[[112.6, 33.000000001], [112.6, 33.1]]"),
    ];
    let read = |order: [usize; 3]| {
        let text = layer(&order.map(|i| lines[i].clone()).join(","));
        let mut roads = read_roads(&files.write("r.geojson", text)).unwrap().value.roads;
        roads.ways.iter_mut().for_each(|way| way.id = 0);
        roads
    };
    let roads = read([0, 1, 2]);
    assert_eq!(roads, read([2, 0, 1]));
    assert_eq!(roads.nodes.len(), 3, "positions that agree to 1e-7 degrees are one node");
}
