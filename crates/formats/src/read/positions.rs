//! Raw positions to WGS84, with the checks that every format shares: finite, in range, not interchanged, a declared
//! coordinate system.

use firesite_model::{Code, Finding, Place};
use geo::MapCoordsInPlace;
use geo_types::{Coord, Geometry};

use crate::crs::Transformer;
use crate::{Crs, Error, RawFeature, Source, codes};

/// Beyond this, a value is taken for metres rather than for a slip in degrees.
const METRES: f64 = 1000.0;

/// The system a file is in: as the study declares, else as the file states, else WGS84.
///
/// # Errors
/// A name that is not known.
pub(crate) fn crs_of(source: &Source, stated: Option<&str>, findings: &mut Vec<Finding>) -> Result<Crs, Error> {
    let known = |name: &str, property: &str| {
        Crs::parse(name).ok_or_else(|| {
            Error::fatal(Finding::fatal(
                codes::CRS_UNKNOWN,
                source.place().property(property),
                format!("{name:?} is no coordinate system known here"),
                "write an EPSG code such as \"EPSG:4547\", or \"GCJ-02\", \"BD-09\" or \"OGC:CRS84\"",
            ))
        })
    };
    let declared = source.crs.as_deref().map(|name| known(name, "crs")).transpose()?;
    match (declared, stated) {
        (Some(declared), None) => Ok(declared),
        (None, None) => Ok(Crs::Wgs84),
        (None, Some(name)) => known(name, "crs"),
        (Some(declared), Some(name)) => {
            if Crs::parse(name).as_ref() != Some(&declared) {
                findings.push(Finding::new(
                    codes::CRS_OVERRIDDEN,
                    firesite_model::Severity::Warning,
                    source.place().property("crs"),
                    format!("the file says {name:?}, the study {}; the study's is used", declared.name()),
                    "make the two agree",
                ));
            }
            Ok(declared)
        }
    }
}

/// Code, message and remedy of a position that cannot be used.
pub(crate) type Trouble = (Code, String, String);

/// Turns positions of one file into WGS84.
pub(crate) struct Locator {
    crs: Crs,
    degrees: bool,
    transformer: Transformer,
}

impl Locator {
    pub(crate) fn new(crs: &Crs) -> Self {
        Self { crs: crs.clone(), degrees: crs.is_degrees(), transformer: crs.transformer() }
    }

    /// WGS84 degrees.
    pub(crate) fn locate(&self, raw: Coord<f64>) -> Result<Coord<f64>, Trouble> {
        let Coord { x, y } = raw;
        if !(x.is_finite() && y.is_finite()) {
            return Err((codes::POSITION, format!("position {x}, {y} is not finite"), "give two numbers".to_owned()));
        }
        if self.degrees && !in_range(raw) {
            return Err(out_of_range(raw));
        }
        if !self.degrees && in_range(raw) && raw != Coord::zero() {
            let name = self.crs.name();
            return Err((
                codes::COORDINATE_RANGE,
                format!("position {x}, {y} looks like degrees, but {name} is in metres"),
                "leave crs out where the file is in WGS84 degrees".to_owned(),
            ));
        }
        let there = self.transformer.to_wgs84(raw).filter(|c| in_range(*c)).ok_or_else(|| {
            let name = self.crs.name();
            (
                codes::COORDINATE_RANGE,
                format!("position {x}, {y} lies outside {name}"),
                format!("check that the file is in {name}, easting first and without a zone number before it"),
            )
        })?;
        Ok(there)
    }

    /// Moves a feature's geometry into WGS84; a position that cannot be used is a fatal finding of that feature, told
    /// once.
    pub(crate) fn place(&self, source: &Source, feature: &mut RawFeature, findings: &mut Vec<Finding>) {
        let Some(geometry) = &mut feature.geometry else { return };
        if let Err((code, message, remedy)) = self.move_all(geometry) {
            findings.push(Finding::fatal(code, feature_place(source, feature), message, remedy));
            feature.broken = true;
        }
    }

    /// By kind and not through `Geometry`, whose method would be instantiated without end for collections in collections.
    fn move_all(&self, geometry: &mut Geometry<f64>) -> Result<(), Trouble> {
        let locate = |raw| self.locate(raw);
        match geometry {
            Geometry::Point(g) => g.try_map_coords_in_place(locate),
            Geometry::Line(g) => g.try_map_coords_in_place(locate),
            Geometry::LineString(g) => g.try_map_coords_in_place(locate),
            Geometry::Polygon(g) => g.try_map_coords_in_place(locate),
            Geometry::MultiPoint(g) => g.try_map_coords_in_place(locate),
            Geometry::MultiLineString(g) => g.try_map_coords_in_place(locate),
            Geometry::MultiPolygon(g) => g.try_map_coords_in_place(locate),
            Geometry::Rect(g) => g.try_map_coords_in_place(locate),
            Geometry::Triangle(g) => g.try_map_coords_in_place(locate),
            Geometry::GeometryCollection(parts) => parts.iter_mut().try_for_each(|part| self.move_all(part)),
        }
    }
}

/// The place of a feature: by its id where it has one.
pub(crate) fn feature_place(source: &Source, feature: &RawFeature) -> Place {
    source.place().feature(feature.called(source))
}

fn in_range(c: Coord<f64>) -> bool {
    c.x.abs() <= 180.0 && c.y.abs() <= 90.0
}

fn out_of_range(c: Coord<f64>) -> Trouble {
    let Coord { x, y } = c;
    if x.abs() <= 90.0 && y.abs() <= 180.0 {
        return (
            codes::COORDINATES_SWAPPED,
            format!("position {x}, {y}: {y} is no latitude; longitude and latitude look swapped"),
            format!("write longitude first: {y}, {x}"),
        );
    }
    if x.abs() > METRES || y.abs() > METRES {
        return (
            codes::COORDINATE_RANGE,
            format!("position {x}, {y} is no longitude and latitude, and no coordinate system (crs) is declared"),
            "declare it, for example crs = \"EPSG:4547\" for CGCS2000 metres, or export in WGS84 degrees".to_owned(),
        );
    }
    let wrong = if x.abs() > 180.0 { format!("{x} is no longitude") } else { format!("{y} is no latitude") };
    (
        codes::COORDINATE_RANGE,
        format!("position {x}, {y} is out of range: {wrong}"),
        "longitude lies within ±180, latitude within ±90 degrees".to_owned(),
    )
}
