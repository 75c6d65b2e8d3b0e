//! Roads of a GeoJSON layer: lines with OSM's properties. Lines meet where they share a vertex (at 10⁻⁷ degrees, about a
//! centimetre), at their ends or inside; where they merely cross there is a bridge or a tunnel.

use std::cmp::Ordering;

use firesite_model::{Finding, Read, RoadNode, RoadWay, Roads, Severity};
use geo::CoordsIter;
use geo_types::{Coord, Geometry, LineString};

use super::tags;
use super::{RoadLayer, no_roads, remark};
use crate::layers::{Columns, Property, geometry_kind};
use crate::osm::Tags;
use crate::{Error, RawFeature, Source, Value, codes};

const HIGHWAY: Property =
    Property::new("highway", "a road class of OSM such as residential").also(&["fclass"]).required();
const WORDS: Property = Property::new("oneway", "yes, no or -1");

/// The properties that are read, by the names of the OSM tags.
const PROPERTIES: &[Property] = &[
    HIGHWAY,
    WORDS,
    Property::new("junction", "roundabout or circular"),
    Property::new("access", "an access value of OSM"),
    Property::new("vehicle", "an access value of OSM"),
    Property::new("motor_vehicle", "an access value of OSM"),
    Property::new("emergency", "an access value of OSM"),
    Property::new("maxspeed", "km/h"),
    Property::new("maxspeed:forward", "km/h"),
    Property::new("maxspeed:backward", "km/h"),
    Property::new("lanes", "a number"),
    Property::new("width", "metres"),
    Property::new("maxwidth", "metres"),
    Property::new("maxheight", "metres"),
    Property::new("maxweight", "tonnes"),
    Property::new("bridge", "yes or no"),
    Property::new("tunnel", "yes or no"),
    Property::new("area", "yes or no"),
    Property::new("route", "ferry"),
    Property::new("name", "a name").also(&["名称"]),
];

pub(super) fn read(source: &Source) -> Result<Read<RoadLayer>, Error> {
    let Read { value: raw, mut findings } = crate::read::raw(source)?;
    for finding in &mut findings {
        finding.place.layer.get_or_insert_with(|| "roads".to_owned());
    }
    let columns = Columns::resolve("roads", source, &raw, PROPERTIES, &mut findings);
    let has_class = columns.of(&HIGHWAY).is_some();
    let mut layer =
        RoadLayer { file: raw.file.clone(), crs: raw.crs.name(), read: raw.features.len(), ..RoadLayer::default() };
    let mut lines: Vec<(RoadWay, Vec<Key>)> = Vec::new();
    for feature in &raw.features {
        let mut place = source.place().layer("roads").feature(feature.called(source));
        if let Some(c) = feature.geometry.as_ref().and_then(|geometry| geometry.coords_iter().next()) {
            place = place.at(c.x, c.y);
        }
        let dropped =
            |code, message: &str, remedy: &str| Finding::new(code, Severity::Dropped, place.clone(), message, remedy);
        let parts: Vec<&LineString<f64>> = match &feature.geometry {
            _ if feature.broken => continue,
            Some(Geometry::LineString(line)) => vec![line],
            Some(Geometry::MultiLineString(lines)) => lines.0.iter().collect(),
            None => {
                findings.push(dropped(
                    codes::GEOMETRY_MISSING,
                    "it has no geometry and was left out",
                    "draw it, or delete it",
                ));
                continue;
            }
            Some(other) => {
                let message = format!("a {} where roads are lines", geometry_kind(other));
                findings.push(Finding::fatal(codes::GEOMETRY_KIND, place, message, "give LineStrings only"));
                continue;
            }
        };
        let texts = tag_texts(feature, &columns);
        let pairs: Vec<(&str, &str)> = texts.iter().map(|(key, text)| (*key, text.as_str())).collect();
        let mut remarks = Vec::new();
        let Some(road) = tags::road(feature.number as i64, Tags(&pairs), &mut remarks) else {
            if has_class {
                findings.push(dropped(
                    codes::PROPERTY_MISSING,
                    "it has no highway and was left out",
                    "write its class",
                ));
            }
            continue;
        };
        findings.extend(remarks.into_iter().map(|found| remark(place.clone(), found)));
        let before = lines.len();
        let mut doubled = 0;
        for part in &parts {
            let mut keys: Vec<Key> = part.0.iter().map(|c| key(*c)).collect();
            let all = keys.len();
            keys.dedup();
            doubled += all - keys.len();
            if keys.len() >= 2 {
                lines.push((road.clone(), keys));
            }
        }
        if lines.len() == before {
            findings.push(dropped(
                codes::WAY_TOO_SHORT,
                "all its positions are one; it was left out",
                "draw it, or delete it",
            ));
            continue;
        }
        layer.kept += 1;
        let mut repaired = |code, message: String, remedy: &str| {
            findings.push(Finding::new(code, Severity::Repaired, place.clone(), message, remedy));
        };
        // A multi-part line of one part is how GIS programs write every line: nothing to tell.
        if parts.len() > 1 {
            let message = format!("a line of {} parts was read as so many roads", parts.len());
            repaired(codes::GEOMETRY_SPLIT, message, "give one feature per line");
        }
        if doubled > 0 {
            repaired(
                codes::NODE_REPEATED,
                format!("{doubled} position(s) stand twice in a row; taken once"),
                "draw them once",
            );
        }
        layer.repaired += usize::from(parts.len() > 1 || doubled > 0);
    }
    layer.dropped = layer.read - layer.kept;
    if layer.read == 0 {
        findings.push(no_roads(source, "the road layer has no feature".to_owned()));
    } else if lines.is_empty() && !findings.iter().any(|finding| finding.severity == Severity::Fatal) {
        findings.push(no_roads(source, format!("of {} features none is a road", layer.read)));
    }
    // In an order that does not depend on the order of features.
    let position = |finding: &Finding| finding.place.position.unwrap_or((f64::NEG_INFINITY, 0.0));
    findings.sort_by(|a, b| {
        let (left, right) = (position(a), position(b));
        a.code
            .cmp(&b.code)
            .then(left.0.total_cmp(&right.0))
            .then(left.1.total_cmp(&right.1))
            .then_with(|| a.message.cmp(&b.message))
    });
    layer.roads = joined(lines);
    crate::read::settled(Read { value: layer, findings })
}

/// A position in whole 10⁻⁷ degrees: equal keys are one node.
type Key = (i64, i64);

fn key(c: Coord<f64>) -> Key {
    ((c.x * 1e7).round() as i64, (c.y * 1e7).round() as i64)
}

/// The properties as OSM tags. Lists become `a;b`, whole numbers lose their `.0`.
fn tag_texts(feature: &RawFeature, columns: &Columns) -> Vec<(&'static str, String)> {
    let text = |value: &Value| match value {
        Value::List(values) => {
            let parts: Vec<String> = values.iter().filter_map(Value::text).collect();
            (!parts.is_empty()).then(|| parts.join(";"))
        }
        Value::Object(text) => Some(text.clone()),
        other => other.text(),
    };
    let found = PROPERTIES.iter().filter_map(|property| {
        let value = columns.of(property).and_then(|name| feature.get(name))?;
        Some((property.name, text(value)?))
    });
    found.collect()
}

/// Roads in canonical order: nodes by position, ways by their course and then by everything else.
fn joined(lines: Vec<(RoadWay, Vec<Key>)>) -> Roads {
    let mut keys: Vec<Key> = lines.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut ways: Vec<RoadWay> = lines
        .into_iter()
        .map(|(road, course)| {
            let nodes = course.iter().filter_map(|key| keys.binary_search(key).ok()).map(|at| at as u32).collect();
            RoadWay { nodes, ..road }
        })
        .collect();
    ways.sort_by(|a, b| a.nodes.cmp(&b.nodes).then_with(|| by_tags(a, b)));
    let nodes =
        keys.into_iter().map(|(x, y)| RoadNode::plain(0, Coord { x: x as f64 / 1e7, y: y as f64 / 1e7 })).collect();
    Roads { nodes, ways, restrictions: Vec::new() }
}

/// Everything but the number in the file. Only roads of one course come this far.
fn by_tags(a: &RoadWay, b: &RoadWay) -> Ordering {
    let text = |way: &RoadWay| format!("{:?}", RoadWay { id: 0, nodes: Vec::new(), ..way.clone() });
    text(a).cmp(&text(b))
}
