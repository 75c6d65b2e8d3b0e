//! GeoJSON (RFC 7946), read strictly: UTF-8 only, every position a pair of numbers, the old `crs` member honoured.
//!
//! Features are taken one at a time, so that the document tree of the whole file never stands in memory; nesting is
//! limited by the JSON parser (128), so that no file can exhaust the stack.

use std::fmt;

use firesite_model::{Finding, Read};
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::positions::{Locator, Trouble, crs_of, feature_place};
use crate::{Error, RawFeature, RawLayer, Source, Value, codes};

pub(crate) fn read(source: &Source) -> Result<Read<RawLayer>, Error> {
    let bytes = source.bytes()?;
    read_bytes(source, &bytes)
}

pub(crate) fn read_bytes(source: &Source, bytes: &[u8]) -> Result<Read<RawLayer>, Error> {
    let text = utf8(source, bytes)?;
    if text.trim().is_empty() {
        return Err(source.damaged("the file is empty", "write a FeatureCollection"));
    }
    let mut parser = serde_json::Deserializer::from_str(text);
    let document = TopSeed { source }
        .deserialize(&mut parser)
        .and_then(|document| parser.end().map(|()| document))
        .map_err(|error| not_json(source, &error))?;
    document.layer(source)
}

/// The text of a file that must be UTF-8; a byte-order mark is allowed.
fn utf8<'a>(source: &Source, bytes: &'a [u8]) -> Result<&'a str, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let wrong = |message: String| {
        Error::fatal(Finding::fatal(
            codes::ENCODING,
            source.place(),
            message,
            "save it as UTF-8; GeoJSON has no other encoding",
        ))
    };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.iter().take(4).any(|b| *b == 0) {
        return Err(wrong("the file is UTF-16 or binary, not UTF-8".to_owned()));
    }
    std::str::from_utf8(bytes)
        .map_err(|error| wrong(format!("the file is not UTF-8 (byte {})", error.valid_up_to() + 1)))
}

fn not_json(source: &Source, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let (message, remedy) = if error.is_eof() {
        (format!("the file is cut: {text}"), "copy or export it again")
    } else if text.contains("recursion") {
        (format!("the file is nested too deeply to be GeoJSON: {text}"), "write a FeatureCollection")
    } else if error.is_data() {
        (format!("the file is no GeoJSON: {text}"), "write a FeatureCollection")
    } else {
        (format!("the file is no JSON: {text}"), "export it again; NaN and Infinity are no JSON numbers")
    };
    source.damaged(message, remedy)
}

/// The members of the outermost object.
#[derive(Default)]
struct Document {
    kind: Option<Json>,
    crs: Option<Json>,
    features: Option<(Vec<RawFeature>, Vec<Finding>)>,
    features_null: bool,
    /// Members of a lone feature or geometry.
    rest: Map<String, Json>,
}

struct TopSeed<'a> {
    source: &'a Source,
}

impl<'de> DeserializeSeed<'de> for TopSeed<'_> {
    type Value = Document;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TopSeed<'_> {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut document = Document::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => document.kind = Some(map.next_value()?),
                "crs" => document.crs = Some(map.next_value()?),
                "features" => match map.next_value_seed(FeaturesSeed { source: self.source })? {
                    Some(features) => document.features = Some(features),
                    None => document.features_null = true,
                },
                "geometry" | "properties" | "id" | "coordinates" | "geometries" => {
                    document.rest.insert(key, map.next_value()?);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(document)
    }
}

/// Converts features while they are parsed.
struct FeaturesSeed<'a> {
    source: &'a Source,
}

impl<'de> DeserializeSeed<'de> for FeaturesSeed<'_> {
    type Value = Option<(Vec<RawFeature>, Vec<Finding>)>;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FeaturesSeed<'_> {
    type Value = Option<(Vec<RawFeature>, Vec<Finding>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let (mut features, mut findings) = (Vec::new(), Vec::new());
        while let Some(json) = list.next_element::<Json>()? {
            let number = features.len();
            features.push(feature(self.source, number, json, &mut findings));
        }
        Ok(Some((features, findings)))
    }
}

impl Document {
    fn layer(self, source: &Source) -> Result<Read<RawLayer>, Error> {
        let kind = self.kind.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned();
        let (mut features, mut findings) = match (kind.as_str(), self.features) {
            ("FeatureCollection", Some(features)) => features,
            ("FeatureCollection", None) => {
                let what = if self.features_null { "`features` is null" } else { "there is no member `features`" };
                return Err(source.damaged(what, "write the list of features, [] where there is none"));
            }
            ("Feature", _) => {
                let mut findings = Vec::new();
                let mut json = self.rest;
                json.insert("type".to_owned(), Json::from("Feature"));
                (vec![feature(source, 0, Json::Object(json), &mut findings)], findings)
            }
            (
                "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon"
                | "GeometryCollection",
                _,
            ) => {
                let mut findings = Vec::new();
                let mut geometry = self.rest;
                geometry.insert("type".to_owned(), Json::from(kind));
                let mut json = Map::new();
                json.insert("type".to_owned(), Json::from("Feature"));
                json.insert("geometry".to_owned(), Json::Object(geometry));
                (vec![feature(source, 0, Json::Object(json), &mut findings)], findings)
            }
            _ => {
                let found = if kind.is_empty() { "no `type`".to_owned() } else { format!("type {kind:?}") };
                return Err(source.damaged(
                    format!("the file is no GeoJSON: {found} where \"FeatureCollection\" is expected"),
                    "write a FeatureCollection",
                ));
            }
        };
        let stated = stated_crs(source, self.crs.as_ref())?;
        let crs = crs_of(source, stated.as_deref(), &mut findings)?;
        let locator = Locator::new(&crs);
        for feature in &mut features {
            locator.place(source, feature, &mut findings);
        }
        let file = source.shown.clone();
        let value = RawLayer { file, crs, features, decimal_comma: false, text_numbers: false };
        Ok(Read { value, findings })
    }
}

/// The name in the `crs` member of the GeoJSON of 2008, which GDAL and QGIS still write on request.
fn stated_crs(source: &Source, member: Option<&Json>) -> Result<Option<String>, Error> {
    match member {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(name)) => Ok(Some(name.clone())),
        Some(member) => match member.pointer("/properties/name").and_then(Json::as_str) {
            Some(name) => Ok(Some(name.to_owned())),
            None => Err(Error::fatal(Finding::fatal(
                codes::CRS_UNKNOWN,
                source.place().property("crs"),
                format!("the crs member {} names no coordinate system", short(member)),
                "write {\"type\": \"name\", \"properties\": {\"name\": \"EPSG:…\"}}, or leave it out for WGS84",
            ))),
        },
    }
}

fn short(json: &Json) -> String {
    let text = json.to_string();
    if text.chars().count() > 60 { text.chars().take(57).collect::<String>() + "…" } else { text }
}

fn feature(source: &Source, number: usize, json: Json, findings: &mut Vec<Finding>) -> RawFeature {
    let mut feature = RawFeature { number, label: format!("feature {}", number + 1), ..RawFeature::default() };
    let Json::Object(mut members) = json else {
        feature.broken = true;
        findings.push(Finding::fatal(
            codes::FILE_DAMAGED,
            feature_place(source, &feature),
            format!("{} is no feature", short(&json)),
            "write {\"type\": \"Feature\", \"properties\": {…}, \"geometry\": {…}}",
        ));
        return feature;
    };
    feature.id = members.remove("id").map(value);
    match members.remove("properties") {
        Some(Json::Object(properties)) => {
            feature.properties = properties.into_iter().map(|(key, json)| (key, value(json))).collect();
        }
        None | Some(Json::Null) => {}
        Some(other) => findings.push(Finding::fatal(
            codes::FILE_DAMAGED,
            feature_place(source, &feature),
            format!("`properties` is {}, not an object", short(&other)),
            "write {\"name\": value, …} or null",
        )),
    }
    if members.get("type").and_then(Json::as_str) != Some("Feature") {
        feature.broken = true;
        findings.push(Finding::fatal(
            codes::FILE_DAMAGED,
            feature_place(source, &feature),
            "its `type` is not \"Feature\"",
            "write \"type\": \"Feature\"",
        ));
        return feature;
    }
    match geometry(members.get("geometry").unwrap_or(&Json::Null), 0) {
        Ok((geometry, closed)) => {
            feature.geometry = geometry;
            feature.rings_closed = closed;
        }
        Err((code, message, remedy)) => {
            feature.broken = true;
            findings.push(Finding::fatal(code, feature_place(source, &feature), message, remedy));
        }
    }
    feature
}

fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN), number.to_string()),
        Json::String(text) => Value::Text(text),
        Json::Array(list) => Value::List(list.into_iter().map(value).collect()),
        Json::Object(_) => Value::Object(json.to_string()),
    }
}

/// A geometry and the number of rings that had to be closed; `None` for `null` and for geometries without any part.
fn geometry(json: &Json, depth: usize) -> Result<(Option<Geometry<f64>>, usize), Trouble> {
    let object = match json {
        Json::Null => return Ok((None, 0)),
        Json::Object(object) => object,
        other => return Err(no_geometry(&format!("{} is no geometry", short(other)))),
    };
    let kind = object.get("type").and_then(Json::as_str).unwrap_or_default();
    if kind == "GeometryCollection" {
        let parts = object.get("geometries").and_then(Json::as_array).ok_or_else(|| no_geometry("no `geometries`"))?;
        if depth > 8 {
            return Err(no_geometry("geometry collections inside one another"));
        }
        let (mut found, mut closed) = (Vec::new(), 0);
        for part in parts {
            let (part, rings) = geometry(part, depth + 1)?;
            found.extend(part);
            closed += rings;
        }
        let all = (!found.is_empty()).then_some(Geometry::GeometryCollection(GeometryCollection(found)));
        return Ok((all, closed));
    }
    let known = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
    if !known.contains(&kind) {
        return Err(no_geometry(&format!("{kind:?} is no geometry type")));
    }
    let coordinates = object.get("coordinates").ok_or_else(|| no_geometry("no `coordinates`"))?;
    // RFC 7946 3.1: an empty array is a geometry without position.
    if coordinates.as_array().is_some_and(Vec::is_empty) {
        return Ok((None, 0));
    }
    let mut closed = 0;
    let found = match kind {
        "Point" => Geometry::Point(Point(position(coordinates)?)),
        "MultiPoint" => Geometry::MultiPoint(MultiPoint(positions(coordinates)?.into_iter().map(Point).collect())),
        "LineString" => Geometry::LineString(line(coordinates)?),
        "MultiLineString" => Geometry::MultiLineString(MultiLineString(
            list(coordinates, "lines")?.iter().map(line).collect::<Result<_, _>>()?,
        )),
        "Polygon" => Geometry::Polygon(polygon(coordinates, &mut closed)?),
        _ => Geometry::MultiPolygon(MultiPolygon(
            list(coordinates, "polygons")?.iter().map(|json| polygon(json, &mut closed)).collect::<Result<_, _>>()?,
        )),
    };
    Ok((Some(found), closed))
}

fn no_geometry(message: &str) -> Trouble {
    (
        codes::POSITION,
        format!("the geometry cannot be read: {message}"),
        "write type and coordinates as RFC 7946 says".to_owned(),
    )
}

fn list<'a>(json: &'a Json, what: &str) -> Result<&'a Vec<Json>, Trouble> {
    json.as_array().ok_or_else(|| no_geometry(&format!("{} where a list of {what} is expected", short(json))))
}

/// Longitude, latitude; a third number (height) is allowed and not used.
fn position(json: &Json) -> Result<Coord<f64>, Trouble> {
    let numbers = list(json, "numbers")?;
    let wrong = |message: String| (codes::POSITION, message, "write [longitude, latitude]".to_owned());
    if numbers.len() < 2 {
        return Err(wrong(format!("position {} has {} coordinate, not two", short(json), numbers.len())));
    }
    let number = |json: &Json| match json {
        Json::Number(number) => number.as_f64().filter(|v| v.is_finite()),
        _ => None,
    };
    match (number(&numbers[0]), number(&numbers[1])) {
        (Some(x), Some(y)) => Ok(Coord { x, y }),
        _ => Err(wrong(format!("position {} is no pair of numbers", short(json)))),
    }
}

fn positions(json: &Json) -> Result<Vec<Coord<f64>>, Trouble> {
    list(json, "positions")?.iter().map(position).collect()
}

fn line(json: &Json) -> Result<LineString<f64>, Trouble> {
    let found = positions(json)?;
    if found.len() < 2 {
        return Err((
            codes::RING_TOO_SHORT,
            format!("a line of {} position", found.len()),
            "a line has at least two positions".to_owned(),
        ));
    }
    Ok(LineString(found))
}

fn polygon(json: &Json, closed: &mut usize) -> Result<Polygon<f64>, Trouble> {
    let mut rings = Vec::new();
    for json in list(json, "rings")? {
        let mut ring = positions(json)?;
        let mut corners = ring.clone();
        corners.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
        corners.dedup();
        if corners.len() < 3 {
            return Err((
                codes::RING_TOO_SHORT,
                format!("a ring of {} different positions", corners.len()),
                "a ring has at least three corners, and its first position again at the end".to_owned(),
            ));
        }
        if ring.first() != ring.last() {
            ring.push(ring[0]);
            *closed += 1;
        }
        rings.push(LineString(ring));
    }
    if rings.is_empty() {
        return Err(no_geometry("a polygon without rings"));
    }
    let exterior = rings.remove(0);
    Ok(Polygon::new(exterior, rings))
}
