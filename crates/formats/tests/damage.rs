//! Damaged bytes: whatever a file holds, its reader answers with a value or an error, and never panics. Seeds are fixed,
//! so that a failure can be repeated.

mod common;

use common::{Files, data};
use firesite_formats::{
    read_barriers, read_built_up, read_demand, read_dimacs, read_districts, read_points, read_roads, read_stations,
};

/// Splitmix64: a few lines are enough for damage.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

/// Flips, cuts, doubles, drops or replaces a few bytes; `tokens` are pieces that make a format stumble.
fn damage(bytes: &[u8], dice: &mut Dice, tokens: &[&[u8]]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len());
        match dice.roll(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.roll(8),
            1 if !bytes.is_empty() => bytes[at] = dice.roll(256) as u8,
            2 => bytes.truncate(at),
            3 => {
                let end = (at + dice.roll(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.roll(40)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let token = tokens[dice.roll(tokens.len())].to_vec();
                let end = (at + dice.roll(8)).min(bytes.len());
                bytes.splice(at..end, token);
            }
        }
    }
    bytes
}

const JSON: &[&[u8]] =
    &[b"null", b"[", b"]", b"{", b"1e308", b"-0", b"\"\"", b"[[]]", b"NaN", b"\\u0000", b"-99999", b"true"];

#[test]
fn geojson() {
    let files = Files::new();
    let text = r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:4326"}}, "features": [
{"type": "Feature", "id": 1, "properties": {"id": "A", "code": "1", "weight": 3, "highway": "primary", "maxspeed": [50, 30], "lanes": "2"},
 "geometry": {"type": "Polygon", "coordinates": [[[112.5, 33.0], [112.6, 33.0], [112.6, 33.1], [112.5, 33.0]], [[112.55, 33.01], [112.58, 33.01], [112.58, 33.04], [112.55, 33.01]]]}},
{"type": "Feature", "properties": {"id": "B", "weight": 4.5, "highway": "service"}, "geometry": {"type": "MultiLineString", "coordinates": [[[112.5, 33.0], [112.6, 33.0]], [[112.6, 33.1], [112.5, 33.2]]]}},
{"type": "Feature", "properties": {"id": "C", "weight": 1}, "geometry": {"type": "MultiPoint", "coordinates": [[112.5, 33.0]]}}]}"#;
    let mut dice = Dice(1);
    for _ in 0..2000 {
        let source = files.write("x.geojson", damage(text.as_bytes(), &mut dice, JSON));
        let _ = (read_roads(&source), read_demand(&source), read_districts(&source), read_points(&source));
    }
}

/// Polygons of random corners on a coarse grid: crossings, spikes, doubled edges and holes outside.
#[test]
fn outlines() {
    let files = Files::new();
    let mut dice = Dice(2);
    for round in 0..1500 {
        let mut ring = || {
            let corners: Vec<String> = (0..3 + dice.roll(9))
                .map(|_| format!("[{}, {}]", 112.0 + dice.roll(7) as f64 * 0.1, 33.0 + dice.roll(7) as f64 * 0.1))
                .collect();
            format!("[{}]", corners.join(", "))
        };
        let rings: Vec<String> = (0..=round % 3).map(|_| ring()).collect();
        let text = format!(
            "{{\"type\": \"FeatureCollection\", \"features\": [{{\"type\": \"Feature\", \"properties\": {{\"code\": 1}}, \
             \"geometry\": {{\"type\": \"Polygon\", \"coordinates\": [{}]}}}}]}}",
            rings.join(", ")
        );
        if let Ok(read) = read_districts(&files.write("d.geojson", text)) {
            use geo::Validation;
            let outline = &read.value.items[0].outline;
            assert!(outline.is_valid(), "round {round}: {:?}", outline.check_validation());
        }
    }
}

#[test]
fn tables() {
    let files = Files::new();
    let text = "id;lon;lat;weight\nA;112,5;33,0;5\n\"B;x\";112,6;33,1;\"6\"\n城西;112,7;33,2;7\n";
    let mut dice = Dice(3);
    let tokens: &[&[u8]] = &[b"\"", b";", b",", b"\n", b"\r\n", b"NaN", b"\xb3\xc7", b"\xff\xfe", b"1e999", b"--1"];
    for _ in 0..2000 {
        let source = files.write("x.csv", damage(text.as_bytes(), &mut dice, tokens));
        let _ = (read_points(&source), read_demand(&source));
    }
}

#[test]
fn graphs() {
    let files = Files::new();
    let arcs = "c by hand\np sp 3 4\na 1 2 30\na 2 1 30\na 2 3 30\na 3 2 30\n";
    let nodes = "p aux sp co 3\nv 1 112500000 33000000\nv 2 112510000 33000000\nv 3 112520000 33000000\n";
    let mut dice = Dice(4);
    let tokens: &[&[u8]] =
        &[b"-", b"99999999999999999999", b"4294967295", b"p sp 4000000000 1\n", b"\n", b" ", b"\xff"];
    for _ in 0..2000 {
        let graph = files.write("x.gr", damage(arcs.as_bytes(), &mut dice, tokens));
        let coordinates = files.write("x.co", damage(nodes.as_bytes(), &mut dice, tokens));
        let _ = read_dimacs(&graph, &coordinates, 1.0);
    }
}

#[test]
fn osm_xml() {
    let files = Files::new();
    let text = "<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6'>\
        <node id='1' lat='33.0' lon='112.5'/><node id='2' lat='33.1' lon='112.5'><tag k='barrier' v='gate &amp; wall'/></node>\
        <node id='3' lat='33.1' lon='112.6'/>\
        <way id='7'><nd ref='1'/><nd ref='2'/><nd ref='3'/><nd ref='1'/><tag k='highway' v='primary'/><tag k='maxspeed' v='50;30'/></way>\
        <way id='8'><nd ref='3'/><nd ref='2'/><tag k='railway' v='rail'/><tag k='landuse' v='industrial'/></way>\
        <relation id='9'><member type='way' ref='7' role='from'/><member type='node' ref='1' role='via'/>\
        <member type='way' ref='8' role='to'/><tag k='type' v='restriction'/><tag k='restriction' v='no_u_turn'/></relation></osm>";
    let mut dice = Dice(5);
    let tokens: &[&[u8]] = &[
        b"<",
        b">",
        b"/>",
        b"&",
        b"&#x0;",
        b"&bomb;",
        b"<!DOCTYPE x>",
        b"<![CDATA[",
        b"'",
        b"<!--",
        b"\xff",
        b"</osm>",
        b"1e400",
    ];
    for _ in 0..2000 {
        let source = files.write("x.osm", damage(text.as_bytes(), &mut dice, tokens));
        let _ = (read_roads(&source), read_stations(&source), read_built_up(&source), read_barriers(&source));
    }
}

/// A PBF of raw blobs: damage reaches the decoder, since no checksum stops it.
#[test]
fn osm_pbf() {
    let files = Files::new();
    let whole = raw_pbf();
    let read = read_roads(&files.write("x.osm.pbf", &whole)).unwrap();
    assert_eq!(read.value.roads.ways.len(), 1);
    for cut in 0..whole.len() {
        let outcome = read_roads(&files.write("x.osm.pbf", &whole[..cut]));
        assert!(outcome.is_err(), "cut after {cut} of {} bytes", whole.len());
    }
    let mut dice = Dice(6);
    for _ in 0..4000 {
        let source = files.write("x.osm.pbf", damage(&whole, &mut dice, &[b"\xff\xff\xff\xff\x0f", b"\0", b"\x80"]));
        let _ = (read_roads(&source), read_stations(&source));
    }
}

#[test]
fn a_real_extract_cut_anywhere_is_refused() {
    let Some(path) = data("osm/monaco-2023.osm.pbf") else { return };
    let whole = std::fs::read(path).unwrap();
    let files = Files::new();
    for share in [0.0001, 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999] {
        let cut = (whole.len() as f64 * share) as usize;
        let outcome = read_roads(&files.write("cut.osm.pbf", &whole[..cut]));
        assert!(outcome.is_err(), "cut at {share}");
    }
    let mut huge = whole.clone();
    huge[..4].copy_from_slice(&0xffff_fff0_u32.to_be_bytes());
    assert!(read_roads(&files.write("huge.osm.pbf", huge)).is_err());
}

/// Three nodes, one way and one relation, uncompressed. Protocol buffers by hand: field number and kind, then the value.
fn raw_pbf() -> Vec<u8> {
    fn number(out: &mut Vec<u8>, mut value: u64) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }
    fn scalar(out: &mut Vec<u8>, field: u64, value: u64) {
        number(out, field << 3);
        number(out, value);
    }
    fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
        number(out, field << 3 | 2);
        number(out, value.len() as u64);
        out.extend_from_slice(value);
    }
    fn packed(values: &[u64]) -> Vec<u8> {
        let mut out = Vec::new();
        for value in values {
            number(&mut out, *value);
        }
        out
    }
    fn zigzag(value: i64) -> u64 {
        ((value << 1) ^ (value >> 63)) as u64
    }
    fn blob(out: &mut Vec<u8>, kind: &str, content: &[u8]) {
        let mut blob = Vec::new();
        bytes(&mut blob, 1, content);
        let mut header = Vec::new();
        bytes(&mut header, 1, kind.as_bytes());
        scalar(&mut header, 3, blob.len() as u64);
        out.extend_from_slice(&(header.len() as u32).to_be_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(&blob);
    }
    let mut header = Vec::new();
    bytes(&mut header, 4, b"OsmSchema-V0.6");
    bytes(&mut header, 4, b"DenseNodes");

    let mut strings = Vec::new();
    for text in ["", "highway", "primary", "type", "restriction", "no_u_turn", "from", "via", "to"] {
        bytes(&mut strings, 1, text.as_bytes());
    }
    let mut dense = Vec::new();
    bytes(&mut dense, 1, &packed(&[zigzag(1), zigzag(1), zigzag(1)]));
    bytes(&mut dense, 8, &packed(&[zigzag(330_000_000), zigzag(1_000_000), zigzag(0)]));
    bytes(&mut dense, 9, &packed(&[zigzag(1_125_000_000), zigzag(0), zigzag(1_000_000)]));
    let mut way = Vec::new();
    scalar(&mut way, 1, 7);
    bytes(&mut way, 2, &packed(&[1]));
    bytes(&mut way, 3, &packed(&[2]));
    bytes(&mut way, 8, &packed(&[zigzag(1), zigzag(1), zigzag(1)]));
    let mut relation = Vec::new();
    scalar(&mut relation, 1, 9);
    bytes(&mut relation, 2, &packed(&[3, 4]));
    bytes(&mut relation, 3, &packed(&[4, 5]));
    bytes(&mut relation, 8, &packed(&[6, 7, 8]));
    bytes(&mut relation, 9, &packed(&[zigzag(7), zigzag(-6), zigzag(6)]));
    bytes(&mut relation, 10, &packed(&[1, 0, 1]));
    let mut group = Vec::new();
    bytes(&mut group, 2, &dense);
    bytes(&mut group, 3, &way);
    bytes(&mut group, 4, &relation);
    let mut block = Vec::new();
    bytes(&mut block, 1, &strings);
    bytes(&mut block, 2, &group);

    let mut file = Vec::new();
    blob(&mut file, "OSMHeader", &header);
    blob(&mut file, "OSMData", &block);
    file
}
