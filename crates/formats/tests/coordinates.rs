//! County outlines in GCJ-02 against OSM's of the same counties: the known medians are 494 and 440 m as given, and 1 m
//! after conversion (the data's README).

mod common;

use common::data;
use firesite_formats::{Source, read_districts};
use firesite_model::District;
use geo::{Distance, Euclidean, LinesIter, Point};

fn districts(source: Source) -> Vec<District> {
    read_districts(&source).unwrap_or_else(|error| panic!("{error}")).value.items
}

/// Median distance in metres of the corners of one outline to the line of the other, on a local plane.
fn median(a: &District, b: &District) -> f64 {
    let scale = 111_320.0;
    let east = scale * 33.0_f64.to_radians().cos();
    let plane = |c: geo::Coord| Point::new(c.x * east, c.y * scale);
    let lines: Vec<geo::Line> =
        b.outline.lines_iter().map(|line| geo::Line::new(plane(line.start).0, plane(line.end).0)).collect();
    let corners = a.outline.0.iter().flat_map(|polygon| polygon.exterior().0.iter());
    let mut distances: Vec<f64> = corners
        .map(|c| lines.iter().map(|line| Euclidean.distance(line, &plane(*c))).fold(f64::INFINITY, f64::min))
        .collect();
    distances.sort_by(f64::total_cmp);
    distances[distances.len() / 2]
}

#[test]
fn outlines_of_two_sources_agree_after_conversion() {
    let (Some(gcj), Some(osm)) =
        (data("nanyang/411300_full.json"), data("extra/tuan_basin/counties_geoboundaries.geojson"))
    else {
        return;
    };
    let raw = firesite_formats::read_raw(&Source::new(&osm)).unwrap().value;
    let names: Vec<&str> = raw.features[0].properties.iter().map(|(name, _)| name.as_str()).collect();
    let name = names.iter().find(|name| name.to_lowercase().contains("name")).copied().unwrap_or("shapeName");
    let known = districts(Source::new(&osm).with_column("code", name).with_column("name", name));
    let given = districts(Source::new(&gcj).with_column("code", "adcode"));
    let moved = districts(Source::new(&gcj).with_column("code", "adcode").with_crs("GCJ-02"));
    assert_eq!(given.len(), 13);
    for (pinyin, chinese, before) in [("Xinye", "新野", 494.0), ("Neixiang", "内乡", 440.0)] {
        let called = |district: &&District| district.name.contains(pinyin) || district.name.contains(chinese);
        let Some(line) = known.iter().find(called) else { panic!("{pinyin} in {names:?}") };
        let find = |all: &[District]| all.iter().find(called).cloned().unwrap();
        let (raw, fixed) = (median(line, &find(&given)), median(line, &find(&moved)));
        eprintln!("{chinese}: {raw:.0} m as given, {fixed:.1} m after conversion");
        assert!((raw - before).abs() < 25.0, "{chinese}: {raw} m as given");
        assert!(fixed < 3.0, "{chinese}: {fixed} m after conversion");
    }
}
