//! Layers that an OSM extract holds: fire stations, water points, built-up areas, barriers.
//!
//! Each becomes a raw layer with the properties of its layer, so that the same checks follow. Ids are `n`, `w` or `r`
//! and the OSM id.

use firesite_model::{Finding, Read, Severity};
use geo::Centroid;
use geo_types::{Coord, Geometry, LineString, MultiPoint, Point};
use rustc_hash::FxHashMap;

use super::areas::{line, multipolygon, polygon, rings};
use super::{Member, MemberKind, Places, Sink, Tags, stream};
use crate::read::Format;
use crate::{Crs, Error, RawFeature, RawLayer, Source, Value, codes};

/// What a layer makes of an element's tags: properties, or nothing.
type Select = fn(Tags<'_>) -> Option<Vec<(String, Value)>>;

/// What a layer makes of an element's geometry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A point; of lines and areas the centroid.
    Point,
    /// Areas only.
    Area,
    /// Lines, and areas where the way is an area by its tags.
    Line,
}

pub(crate) fn stations(source: &Source) -> Result<Read<RawLayer>, Error> {
    read(source, "stations", Shape::Point, |tags| {
        tags.is("amenity", "fire_station").then(|| {
            let mut properties = named(tags);
            if let Some(date) = tags.get("start_date").filter(|date| date.len() == 10) {
                // Only whole dates; OSM also writes years and guesses (~1930), which say nothing to a register.
                if date.parse::<firesite_model::Date>().is_ok() {
                    properties.push(("in_service".to_owned(), text(date)));
                }
            }
            properties
        })
    })
}

pub(crate) fn hydrants(source: &Source) -> Result<Read<RawLayer>, Error> {
    read(source, "hydrants", Shape::Point, |tags| {
        let kind = match tags.get("emergency")? {
            "fire_hydrant" => "hydrant",
            "water_tank" | "fire_water_pond" => "pond",
            "suction_point" => "intake",
            _ => return None,
        };
        let mut properties = vec![("kind".to_owned(), text(kind))];
        if tags.is("disused", "yes") || tags.is("abandoned", "yes") || tags.is("operational_status", "out_of_order") {
            properties.push(("working".to_owned(), Value::Bool(false)));
        }
        Some(properties)
    })
}

pub(crate) fn built_up(source: &Source) -> Result<Read<RawLayer>, Error> {
    let mut read = read(source, "built_up", Shape::Area, |tags| {
        let role = match tags.get("landuse")? {
            "residential" | "commercial" | "retail" => "core",
            "industrial" => "cluster",
            _ => return None,
        };
        let mut properties = named(tags);
        properties.push(("role".to_owned(), text(role)));
        Some(properties)
    })?;
    if !read.value.features.is_empty() {
        read.findings.push(Finding::new(
            codes::OSM_LAYER,
            Severity::Warning,
            source.place().layer("built_up"),
            "OSM does not say the role of a built-up area: industrial areas are read as cluster, the others as core",
            "draw the seats and towns in a layer of their own where slots and coverage targets matter",
        ));
    }
    Ok(read)
}

pub(crate) fn barriers(source: &Source) -> Result<Read<RawLayer>, Error> {
    read(source, "barriers", Shape::Line, |tags| {
        let kind = if tags.is("highway", "motorway") {
            "expressway"
        } else if tags.is("railway", "rail") {
            "railway"
        } else if tags.is("waterway", "river") || tags.is("water", "river") || tags.is("waterway", "riverbank") {
            "river"
        } else {
            return None;
        };
        let mut properties = named(tags);
        properties.push(("kind".to_owned(), text(kind)));
        Some(properties)
    })
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn named(tags: Tags<'_>) -> Vec<(String, Value)> {
    tags.get("name").map(|name| ("name".to_owned(), text(name))).into_iter().collect()
}

struct Found {
    kind: MemberKind,
    id: i64,
    properties: Vec<(String, Value)>,
    refs: Vec<i64>,
    members: Vec<Member>,
}

struct LayerSink {
    select: Select,
    places: Places,
    found: Vec<Found>,
    /// Ways, for relations; only those that some relation of the layer can need are looked at in the end.
    ways: FxHashMap<i64, Vec<i64>>,
}

impl Sink for LayerSink {
    fn node(&mut self, id: i64, lon: i64, lat: i64, tags: Tags<'_>) {
        self.places.push(id, lon, lat);
        if tags.0.is_empty() {
            return;
        }
        if let Some(properties) = (self.select)(tags) {
            let (refs, members) = (vec![id], Vec::new());
            self.found.push(Found { kind: MemberKind::Node, id, properties, refs, members });
        }
    }

    fn way(&mut self, id: i64, refs: &[i64], tags: Tags<'_>) {
        self.ways.insert(id, refs.to_vec());
        if let Some(properties) = (self.select)(tags) {
            let (refs, members) = (refs.to_vec(), Vec::new());
            self.found.push(Found { kind: MemberKind::Way, id, properties, refs, members });
        }
    }

    fn relation(&mut self, id: i64, members: &[Member], tags: Tags<'_>) {
        if let Some(properties) = (self.select)(tags) {
            let (refs, members) = (Vec::new(), members.to_vec());
            self.found.push(Found { kind: MemberKind::Relation, id, properties, refs, members });
        }
    }
}

fn read(source: &Source, layer: &'static str, shape: Shape, select: Select) -> Result<Read<RawLayer>, Error> {
    let Some(Format::Osm(format)) = crate::read::format(source) else {
        return Err(crate::read::unknown_format(source, "an OSM extract"));
    };
    let mut findings = Vec::new();
    let mut sink = LayerSink { select, places: Places::default(), found: Vec::new(), ways: FxHashMap::default() };
    let counts = stream(source, format, &mut sink, &mut findings)?;
    if counts.nodes == 0 {
        return Err(source.damaged("the extract holds no node: it may be cut", "download or cut it again"));
    }
    sink.places.sort();
    let mut found = std::mem::take(&mut sink.found);
    // A node is a label where areas or lines are meant.
    found.retain(|found| found.kind != MemberKind::Node || shape == Shape::Point);
    found.sort_by_key(|found| (order(found.kind), found.id));
    found.dedup_by_key(|found| (order(found.kind), found.id));
    let mut features = Vec::with_capacity(found.len());
    for (number, found) in found.into_iter().enumerate() {
        let prefix = ["n", "w", "r"][order(found.kind)];
        let id = format!("{prefix}{}", found.id);
        let (geometry, open) = geometry(&found, shape, &sink);
        let place = source.place().layer(layer).feature(id.clone());
        if open > 0 && geometry.is_some() {
            findings.push(Finding::new(
                codes::WAY_CUT,
                Severity::Warning,
                place,
                format!("{open} of its rings are not closed in the file; the others were used"),
                "extract with whole relations (osmium extract --strategy smart)",
            ));
        } else if geometry.is_none() {
            findings.push(Finding::new(
                codes::FEATURE_WITHOUT_PLACE,
                Severity::Dropped,
                place,
                "its place or outline is not in the file; it was left out",
                "extract with whole relations (osmium extract --strategy smart)",
            ));
        }
        features.push(RawFeature {
            number,
            label: id.clone(),
            id: Some(Value::Text(id)),
            broken: geometry.is_none(),
            geometry,
            properties: found.properties,
            ..RawFeature::default()
        });
    }
    let value =
        RawLayer { file: source.shown.clone(), crs: Crs::Wgs84, features, decimal_comma: false, text_numbers: true };
    Ok(Read { value, findings })
}

fn order(kind: MemberKind) -> usize {
    match kind {
        MemberKind::Node => 0,
        MemberKind::Way => 1,
        MemberKind::Relation => 2,
    }
}

/// The geometry of an element, and how many of its rings stay open.
fn geometry(found: &Found, shape: Shape, sink: &LayerSink) -> (Option<Geometry<f64>>, usize) {
    let places = &sink.places;
    match found.kind {
        MemberKind::Node => (line(&found.refs, places).first().map(|c| Geometry::Point(Point(*c))), 0),
        MemberKind::Way => {
            let area = polygon(&found.refs, places).map(Geometry::Polygon);
            let known = line(&found.refs, places);
            let geometry = match shape {
                Shape::Area => area,
                Shape::Point => {
                    area.as_ref().and_then(Centroid::centroid).or_else(|| middle(&known)).map(Geometry::Point)
                }
                Shape::Line => (known.len() >= 2).then_some(Geometry::LineString(LineString(known))),
            };
            (geometry, 0)
        }
        MemberKind::Relation => {
            let ways = |inner: bool| -> Vec<&[i64]> {
                let members =
                    found.members.iter().filter(|m| m.kind == MemberKind::Way && (m.role == "inner") == inner);
                members.filter_map(|member| sink.ways.get(&member.id)).map(Vec::as_slice).collect()
            };
            let (outer, open) = rings(&ways(false));
            let (inner, _) = rings(&ways(true));
            let area = multipolygon(&outer, &inner, places).map(Geometry::MultiPolygon);
            let geometry = match shape {
                Shape::Area => area,
                // A relation of barriers (a whole river) repeats ways that stand for themselves, unless it is an area.
                Shape::Line => area,
                Shape::Point => {
                    let known = known_of(&found.members, sink);
                    area.and_then(|area| area.centroid()).or_else(|| middle(&known)).map(Geometry::Point)
                }
            };
            (geometry, open)
        }
    }
}

/// All known positions of a relation's nodes and ways.
fn known_of(members: &[Member], sink: &LayerSink) -> Vec<Coord<f64>> {
    let mut known = Vec::new();
    for member in members {
        match member.kind {
            MemberKind::Node => known.extend(line(&[member.id], &sink.places)),
            MemberKind::Way => {
                known.extend(sink.ways.get(&member.id).map(|way| line(way, &sink.places)).unwrap_or_default());
            }
            MemberKind::Relation => {}
        }
    }
    known
}

/// The mean of some positions.
fn middle(known: &[Coord<f64>]) -> Option<Point<f64>> {
    MultiPoint(known.iter().map(|c| Point(*c)).collect()).centroid()
}
