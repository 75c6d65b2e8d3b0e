//! From entries to OSM XML.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use firesite_model::Coord;

/// One entry: what it is about, and its tags.
struct Entry<'a> {
    subject: &'a str,
    tags: Vec<(&'a str, &'a str)>,
}

fn entry(text: &str) -> Entry<'_> {
    let mut words = text.split_whitespace();
    let subject = words.next().unwrap_or_else(|| panic!("an empty entry"));
    let tags = words.map(|w| w.split_once('=').unwrap_or_else(|| panic!("{w} in {text:?} is no key=value"))).collect();
    Entry { subject, tags }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn write_tags(xml: &mut String, tags: &[(&str, &str)]) {
    for (key, value) in tags {
        let _ = write!(xml, "<tag k=\"{}\" v=\"{}\"/>", escape(key), escape(value));
    }
}

/// The town as an OSM file.
pub(crate) fn xml(places: &BTreeMap<char, Coord<f64>>, entries: &[&str]) -> String {
    let entries: Vec<Entry<'_>> = entries.iter().map(|text| entry(text)).collect();
    let is_restriction = |e: &Entry<'_>| e.subject.contains('>');
    let is_point = |e: &Entry<'_>| e.subject.chars().count() == 1;
    let roads: Vec<&Entry<'_>> = entries.iter().filter(|e| !is_restriction(e) && !is_point(e)).collect();
    let on_road: BTreeSet<char> = roads.iter().flat_map(|e| e.subject.chars()).collect();
    let ids: BTreeMap<char, usize> = places.keys().enumerate().map(|(i, c)| (*c, i + 1)).collect();
    let id = |letter: char| *ids.get(&letter).unwrap_or_else(|| panic!("there is no {letter} in the drawing"));

    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<osm version=\"0.6\" generator=\"town\">\n");
    for (letter, p) in places.iter().filter(|(letter, _)| on_road.contains(letter)) {
        let _ = write!(xml, "<node id=\"{}\" version=\"1\" lat=\"{:.7}\" lon=\"{:.7}\">", id(*letter), p.y, p.x);
        for point in entries.iter().filter(|e| is_point(e) && e.subject.starts_with(*letter)) {
            write_tags(&mut xml, &point.tags);
        }
        xml.push_str("</node>\n");
    }
    for (number, road) in roads.iter().enumerate() {
        let _ = write!(xml, "<way id=\"{}\" version=\"1\">", number + 1);
        for letter in road.subject.chars() {
            let _ = write!(xml, "<nd ref=\"{}\"/>", id(letter));
        }
        for (key, value) in [("highway", "residential"), ("maxspeed", "36")] {
            if road.tags.iter().all(|(k, _)| k.split(':').next() != Some(key)) {
                write_tags(&mut xml, &[(key, value)]);
            }
        }
        write_tags(&mut xml, &road.tags);
        xml.push_str("</way>\n");
    }
    for (number, ban) in entries.iter().filter(|e| is_restriction(e)).enumerate() {
        let (from, to) = ban.subject.split_once('>').unwrap_or_default();
        let road = |name: &str| {
            let found = roads.iter().position(|r| r.subject == name);
            found.unwrap_or_else(|| panic!("no road is written {name}")) + 1
        };
        let ends = |name: &str| [name.chars().next(), name.chars().last()];
        let via = ends(from).into_iter().flatten().find(|c| to.contains(*c));
        let via = via.unwrap_or_else(|| panic!("{from} does not end at {to}"));
        let _ = write!(
            xml,
            "<relation id=\"{}\" version=\"1\"><member type=\"way\" ref=\"{}\" role=\"from\"/>\
             <member type=\"node\" ref=\"{}\" role=\"via\"/><member type=\"way\" ref=\"{}\" role=\"to\"/>\
             <tag k=\"type\" v=\"restriction\"/>",
            number + 1,
            road(from),
            id(via),
            road(to)
        );
        write_tags(&mut xml, &ban.tags);
        xml.push_str("</relation>\n");
    }
    xml.push_str("</osm>\n");
    xml
}
