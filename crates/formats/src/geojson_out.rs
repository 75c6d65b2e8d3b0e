//! GeoJSON as firesite writes it: features in the given order, properties in the given order, coordinates with seven
//! decimals, rings wound as RFC 7946 says (outer anticlockwise). The same values give the same bytes.
//!
//! ```
//! use firesite_formats::geojson_out::{Feature, FeatureCollection};
//! use geo_types::{Geometry, Point};
//!
//! let mut layer = FeatureCollection::new();
//! layer.push(Feature::new(Geometry::Point(Point::new(112.5, 33.0))).with("id", "S1").with("time_s", 240.0));
//! assert_eq!(
//!     layer.to_string(),
//!     "{\"type\":\"FeatureCollection\",\"features\":[\n\
//!      {\"type\":\"Feature\",\"properties\":{\"id\":\"S1\",\"time_s\":240.0},\
//!      \"geometry\":{\"type\":\"Point\",\"coordinates\":[112.5000000,33.0000000]}}\n]}\n"
//! );
//! ```

use std::fmt::{self, Write};

use geo::orient::{Direction, Orient};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use serde_json::Value;

/// One feature: a geometry and ordered properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feature {
    /// The geometry; `None` is written as `null`.
    pub geometry: Option<Geometry<f64>>,
    /// Properties in the order they are written.
    pub properties: Vec<(String, Value)>,
}

impl Feature {
    /// A feature without properties.
    pub fn new(geometry: impl Into<Geometry<f64>>) -> Self {
        Self { geometry: Some(geometry.into()), properties: Vec::new() }
    }

    /// The same feature with one more property. Numbers that are not finite, and `None`, become `null`.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.properties.push((name.into(), value.into()));
        self
    }
}

/// A layer ready to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureCollection {
    /// Further members before the features (`name`, `attribution`, …), in order.
    pub members: Vec<(String, Value)>,
    /// The features in the order they are written.
    pub features: Vec<Feature>,
}

impl FeatureCollection {
    /// An empty layer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same layer with a further member, for example its name or attribution.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.push((name.into(), value.into()));
        self
    }

    /// Adds a feature at the end.
    pub fn push(&mut self, feature: Feature) {
        self.features.push(feature);
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }
}

impl Extend<Feature> for FeatureCollection {
    fn extend<I: IntoIterator<Item = Feature>>(&mut self, features: I) {
        self.features.extend(features);
    }
}

impl fmt::Display for FeatureCollection {
    /// One feature a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"type\":\"FeatureCollection\",")?;
        for (name, value) in &self.members {
            write!(f, "{}:{value},", text(name))?;
        }
        f.write_str("\"features\":[")?;
        for (number, feature) in self.features.iter().enumerate() {
            f.write_str(if number == 0 { "\n" } else { ",\n" })?;
            f.write_str("{\"type\":\"Feature\",\"properties\":{")?;
            for (number, (name, value)) in feature.properties.iter().enumerate() {
                if number > 0 {
                    f.write_char(',')?;
                }
                write!(f, "{}:{value}", text(name))?;
            }
            f.write_str("},\"geometry\":")?;
            match &feature.geometry {
                Some(geometry) => write_geometry(f, geometry)?,
                None => f.write_str("null")?,
            }
            f.write_char('}')?;
        }
        f.write_str("\n]}\n")
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn write_geometry(f: &mut fmt::Formatter<'_>, geometry: &Geometry<f64>) -> fmt::Result {
    let mut open = |kind: &str| write!(f, "{{\"type\":\"{kind}\",\"coordinates\":");
    match geometry {
        Geometry::Point(point) => {
            open("Point")?;
            write_position(f, point.0)?;
        }
        Geometry::MultiPoint(points) => {
            open("MultiPoint")?;
            write_list(f, &points.0, |f, point| write_position(f, point.0))?;
        }
        Geometry::Line(line) => {
            open("LineString")?;
            write_list(f, &[line.start, line.end], |f, c| write_position(f, *c))?;
        }
        Geometry::LineString(line) => {
            open("LineString")?;
            write_line(f, line)?;
        }
        Geometry::MultiLineString(lines) => {
            open("MultiLineString")?;
            write_list(f, &lines.0, write_line)?;
        }
        Geometry::Polygon(polygon) => {
            open("Polygon")?;
            write_polygon(f, &polygon.orient(Direction::Default))?;
        }
        Geometry::MultiPolygon(polygons) => {
            open("MultiPolygon")?;
            write_polygons(f, polygons)?;
        }
        Geometry::Rect(rect) => return write_geometry(f, &Geometry::Polygon(rect.to_polygon())),
        Geometry::Triangle(triangle) => return write_geometry(f, &Geometry::Polygon(triangle.to_polygon())),
        Geometry::GeometryCollection(parts) => {
            f.write_str("{\"type\":\"GeometryCollection\",\"geometries\":")?;
            write_list(f, &parts.0, write_geometry)?;
        }
    }
    f.write_char('}')
}

fn write_polygons(f: &mut fmt::Formatter<'_>, polygons: &MultiPolygon<f64>) -> fmt::Result {
    write_list(f, &polygons.0, |f, polygon| write_polygon(f, &polygon.orient(Direction::Default)))
}

fn write_polygon(f: &mut fmt::Formatter<'_>, polygon: &Polygon<f64>) -> fmt::Result {
    f.write_char('[')?;
    write_line(f, polygon.exterior())?;
    for hole in polygon.interiors() {
        f.write_char(',')?;
        write_line(f, hole)?;
    }
    f.write_char(']')
}

fn write_line(f: &mut fmt::Formatter<'_>, line: &LineString<f64>) -> fmt::Result {
    write_list(f, &line.0, |f, c| write_position(f, *c))
}

fn write_list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_char('[')?;
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            f.write_char(',')?;
        }
        write(f, item)?;
    }
    f.write_char(']')
}

/// Seven decimals, and no minus before zero.
fn write_position(f: &mut fmt::Formatter<'_>, c: Coord<f64>) -> fmt::Result {
    let tidy = |v: f64| if v.abs() < 0.5e-7 { 0.0 } else { v };
    write!(f, "[{:.7},{:.7}]", tidy(c.x), tidy(c.y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;

    #[test]
    fn rings_are_wound_as_the_standard_says() {
        let clockwise = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 0.0, y: 4.0), (x: 4.0, y: 4.0), (x: 4.0, y: 0.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0), (x: 1.0, y: 2.0)]],
        );
        let mut layer = FeatureCollection::new();
        layer.push(Feature::new(clockwise));
        let written = layer.to_string();
        assert!(written.contains("[0.0000000,0.0000000],[4.0000000,0.0000000],[4.0000000,4.0000000]"), "{written}");
        assert!(written.contains("[1.0000000,1.0000000],[1.0000000,2.0000000]"), "{written}");
    }

    #[test]
    fn what_is_not_finite_is_null_and_zero_has_no_sign() {
        let mut layer = FeatureCollection::new().with("name", "x");
        layer.push(Feature::new(geo_types::Point::new(-0.000_000_01, -0.0)).with("a", f64::NAN).with("b", None::<i64>));
        let written = layer.to_string();
        assert!(written.starts_with("{\"type\":\"FeatureCollection\",\"name\":\"x\","));
        assert!(written.contains("\"a\":null,\"b\":null"), "{written}");
        assert!(written.contains("[0.0000000,0.0000000]"), "{written}");
    }
}
