//! The layers of a study, one file each: name, unit, expected values and remedy of every property.
//!
//! A layer is the same whatever format it comes from. Every check runs on every feature, and all findings are told
//! together; a fatal one makes the whole layer an error. Items come out sorted by their id (where they have none, by
//! kind, name and geometry), so that the order of features in a file changes no result.

mod barriers;
mod boundary;
mod built_up;
mod candidates;
mod columns;
mod demand;
mod districts;
mod exits;
mod fields;
mod hazards;
mod hydrants;
mod must_serve;
mod outline;
mod points;
mod stations;
mod towns;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use firesite_model::{Finding, Nature, Read, Severity};
use geo::CoordsIter;
use geo_types::{Geometry, Point};

pub use barriers::read_barriers;
pub use boundary::read_boundary;
pub use built_up::read_built_up;
pub use candidates::read_candidates;
pub use demand::read_demand;
pub use districts::read_districts;
pub use exits::read_exits;
pub use hazards::read_hazards;
pub use hydrants::read_hydrants;
pub use must_serve::read_must_serve;
pub use points::{NamedPoint, read_points};
pub use stations::read_stations;
pub use towns::read_towns;

pub(crate) use columns::{Columns, Property};
use fields::Fields;
pub(crate) use fields::kind as geometry_kind;
pub(crate) use outline::valid as valid_outline;

use crate::read::Format;
use crate::{Error, RawFeature, RawLayer, Source, codes};

/// A layer as it was read: `read = kept + dropped`.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<T> {
    /// The features. A multi-part point is one item per part.
    pub items: Vec<T>,
    /// The file as the user wrote it.
    pub file: String,
    /// The coordinate system it was in.
    pub crs: String,
    /// Features in the file.
    pub read: usize,
    /// Features kept.
    pub kept: usize,
    /// Of these, features that were repaired.
    pub repaired: usize,
    /// Features left out.
    pub dropped: usize,
}

/// What is common to all features of a layer.
pub(crate) struct Definition {
    /// As the study calls it.
    name: &'static str,
    properties: &'static [Property],
    /// The layer has single points: multi-points are split.
    single_points: bool,
    /// How bad it is when there is no feature.
    empty: Severity,
}

/// Code or name of a district.
const DISTRICT: Property = Property::new("district", "the code or name of a district").also(&["区县", "县区"]);
/// Name of anything.
const NAME: Property = Property::new("name", "a name").also(&["名称"]);
const NATURE: Property = Property::new("nature", "one of real, assumed, schematic");
const NATURES: &[(&str, Nature)] =
    &[("real", Nature::Real), ("assumed", Nature::Assumed), ("schematic", Nature::Schematic)];

/// GeoJSON or CSV; for the layers that OSM knows, an OSM extract too.
fn raw_or_osm(
    source: &Source,
    from_osm: impl FnOnce(&Source) -> Result<Read<RawLayer>, Error>,
) -> Result<Read<RawLayer>, Error> {
    match crate::read::format(source) {
        Some(Format::Osm(_)) => from_osm(source),
        _ => crate::read::raw(source),
    }
}

/// Turns a raw layer into items. `item` reads one feature and may return `None` after a finding; `order` sorts.
fn build<T>(
    definition: &Definition,
    source: &Source,
    raw: Read<RawLayer>,
    mut item: impl FnMut(&mut Fields<'_>) -> Option<T>,
    key: impl Fn(&T) -> Option<&str>,
    order: impl Fn(&T, &T) -> Ordering,
) -> Result<Read<Layer<T>>, Error> {
    let Read { value: raw, mut findings } = raw;
    for finding in &mut findings {
        finding.place.layer.get_or_insert_with(|| definition.name.to_owned());
    }
    let columns = Columns::resolve(definition.name, source, &raw, definition.properties, &mut findings);
    let read = raw.features.len();
    let (mut items, mut kept, mut repaired) = (Vec::new(), 0, 0);
    for feature in &raw.features {
        let before = findings.len();
        let mut kept_here = false;
        let parts = parts(feature, definition.single_points);
        if feature.geometry.is_none() && !feature.broken {
            findings.push(Finding::new(
                codes::GEOMETRY_MISSING,
                Severity::Dropped,
                source.place().layer(definition.name).feature(feature.called(source)),
                "it has no geometry and was left out",
                "give it a place, or delete it",
            ));
            continue;
        }
        let count = parts.as_ref().map_or(1, Vec::len);
        for part in 0..count {
            let single = parts
                .as_ref()
                .map(|points| RawFeature { geometry: Some(Geometry::Point(points[part])), ..feature.clone() });
            let mut fields = Fields {
                layer: definition.name,
                source,
                columns: &columns,
                raw: single.as_ref().unwrap_or(feature),
                decimal_comma: raw.decimal_comma,
                text_numbers: raw.text_numbers,
                part: (part, count),
                findings: &mut findings,
            };
            if parts.is_some() && part == 0 {
                let message = match count {
                    1 => "a multi-part geometry of one part was read as that part".to_owned(),
                    _ => format!("a multi-part geometry was split into {count} features"),
                };
                let remedy = "give one feature per place".to_owned();
                fields.note(codes::GEOMETRY_SPLIT, Severity::Repaired, None, message, remedy);
            }
            if let Some(found) = item(&mut fields) {
                items.push((found, feature.number));
                kept_here = true;
            }
        }
        kept += usize::from(kept_here);
        let here = findings.get(before..).unwrap_or_default();
        repaired += usize::from(kept_here && here.iter().any(|finding| finding.severity == Severity::Repaired));
    }
    if read == 0 {
        findings.push(Finding::new(
            codes::LAYER_EMPTY,
            definition.empty,
            source.place().layer(definition.name),
            format!("the layer {} has no feature", definition.name),
            "give at least one feature, or leave the layer out of the study",
        ));
    } else if kept == 0 && definition.empty == Severity::Fatal {
        findings.push(Finding::fatal(
            codes::LAYER_EMPTY,
            source.place().layer(definition.name),
            format!("of {read} features of the layer {} none can be used", definition.name),
            "see the other findings",
        ));
    }
    refuse_twins(definition, source, items.iter().map(|(item, number)| (key(item), *number)), &raw, &mut findings);
    // Findings in an order that does not depend on the order of features with ids.
    findings.sort_by(|a, b| {
        (a.code, &a.place.feature, &a.place.property).cmp(&(b.code, &b.place.feature, &b.place.property))
    });
    items.sort_by(|a, b| order(&a.0, &b.0));
    let items = items.into_iter().map(|(item, _)| item).collect();
    let layer = Layer { items, file: raw.file, crs: raw.crs.name(), read, kept, repaired, dropped: read - kept };
    crate::read::settled(Read { value: layer, findings })
}

/// The parts of a feature that must be split for a layer of single points.
fn parts(feature: &RawFeature, single_points: bool) -> Option<Vec<Point<f64>>> {
    match &feature.geometry {
        Some(Geometry::MultiPoint(points)) if single_points => Some(points.0.clone()),
        Some(Geometry::GeometryCollection(all)) if single_points => match all.0.as_slice() {
            [Geometry::Point(point)] => Some(vec![*point]),
            _ => None,
        },
        _ => None,
    }
}

fn refuse_twins<'a>(
    definition: &Definition,
    source: &Source,
    keys: impl Iterator<Item = (Option<&'a str>, usize)>,
    raw: &RawLayer,
    findings: &mut Vec<Finding>,
) {
    let label = |number: usize| raw.features.get(number).map_or("", |feature| feature.label.as_str());
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, number) in keys {
        let Some(key) = key.filter(|key| !key.is_empty()) else { continue };
        if let Some(earlier) = first.insert(key, number) {
            let property = definition.properties.iter().find(|property| property.key).map_or("id", |p| p.name);
            findings.push(Finding::fatal(
                codes::ID_TWICE,
                source.place().layer(definition.name).feature(key).property(property),
                format!("{property} {key:?} stands twice: {} and {}", label(earlier), label(number)),
                "give every feature its own",
            ));
        }
    }
}

/// Sorts geometries by their positions.
fn by_geometry(a: &Geometry<f64>, b: &Geometry<f64>) -> Ordering {
    let key = |g: &Geometry<f64>| geometry_kind(g);
    key(a).cmp(key(b)).then_with(|| {
        let mut left = a.coords_iter();
        let mut right = b.coords_iter();
        loop {
            match (left.next(), right.next()) {
                (Some(l), Some(r)) => match l.x.total_cmp(&r.x).then(l.y.total_cmp(&r.y)) {
                    Ordering::Equal => {}
                    other => return other,
                },
                (None, None) => return Ordering::Equal,
                (None, _) => return Ordering::Less,
                (_, None) => return Ordering::Greater,
            }
        }
    })
}

/// Sorts what has no id.
fn by_kind_name_geometry(a: (&str, Option<&str>, &Geometry<f64>), b: (&str, Option<&str>, &Geometry<f64>)) -> Ordering {
    (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| by_geometry(a.2, b.2))
}
