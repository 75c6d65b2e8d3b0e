//! Coordinate systems: EPSG codes, GCJ-02 and BD-09 into WGS84 longitude and latitude.
//!
//! Positions are read in the order that files have, easting or longitude first, whatever the registry says about axes:
//! GDAL, QGIS and every GeoJSON writer do so.
//!
//! GCJ-02 (Amap, Tencent) and BD-09 (Baidu) have no published inverse; the forward formulas are inverted by fixed-point
//! steps until the error is below 10⁻⁸ m.

use geo_types::Coord;
use proj4rs::Proj;
use proj4rs::adaptors::transform_xy;

/// The coordinate system of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Crs {
    /// WGS84 longitude, latitude: EPSG:4326, OGC:CRS84, and CGCS2000 (EPSG:4490), which agrees within centimetres.
    Wgs84,
    /// A system of the EPSG registry.
    Epsg(u16),
    /// GCJ-02, 火星坐标系.
    Gcj02,
    /// BD-09.
    Bd09,
}

/// Fixed-point steps; each shrinks the error at least a hundredfold.
const STEPS: usize = 8;

impl Crs {
    /// The system of this name: `EPSG:4547`, `urn:ogc:def:crs:EPSG::3857`, `OGC:CRS84`, `GCJ-02`, `BD-09`, …
    ///
    /// ```
    /// use firesite_formats::Crs;
    /// assert_eq!(Crs::parse("urn:ogc:def:crs:OGC:1.3:CRS84"), Some(Crs::Wgs84));
    /// assert_eq!(Crs::parse("gcj02"), Some(Crs::Gcj02));
    /// assert_eq!(Crs::parse("EPSG:999999"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c: char| c.to_ascii_uppercase()).collect();
        match plain.as_str() {
            "GCJ02" | "GCJ" => return Some(Crs::Gcj02),
            "BD09" | "BD09LL" => return Some(Crs::Bd09),
            "WGS84" => return Some(Crs::Wgs84),
            _ => {}
        }
        if plain.ends_with("CRS84") {
            return Some(Crs::Wgs84);
        }
        let upper = name.to_ascii_uppercase();
        let tail = &upper[upper.rfind("EPSG")? + 4..];
        let digits = tail.rsplit([':', '/']).next().unwrap_or(tail).trim();
        let code: u16 = digits.parse().ok()?;
        if matches!(code, 4326 | 4490 | 4979) {
            return Some(Crs::Wgs84);
        }
        Projection::new(code).map(|_| Crs::Epsg(code))
    }

    /// The name shown in reports.
    pub fn name(&self) -> String {
        match self {
            Crs::Wgs84 => "EPSG:4326".to_owned(),
            Crs::Epsg(code) => format!("EPSG:{code}"),
            Crs::Gcj02 => "GCJ-02".to_owned(),
            Crs::Bd09 => "BD-09".to_owned(),
        }
    }

    /// What turns positions of this system into WGS84.
    pub(crate) fn transformer(&self) -> Transformer {
        match self {
            Crs::Wgs84 => Transformer::None,
            Crs::Gcj02 => Transformer::Gcj02,
            Crs::Bd09 => Transformer::Bd09,
            Crs::Epsg(code) => {
                Projection::new(*code).map_or(Transformer::None, |p| Transformer::Projected(Box::new(p)))
            }
        }
    }

    /// Whether positions are degrees of longitude and latitude.
    pub(crate) fn is_degrees(&self) -> bool {
        match self.transformer() {
            Transformer::Projected(projection) => projection.from.is_latlong(),
            _ => true,
        }
    }
}

/// A ready transformation into WGS84.
pub(crate) enum Transformer {
    None,
    Gcj02,
    Bd09,
    Projected(Box<Projection>),
}

impl Transformer {
    /// WGS84 degrees, or `None` where the position lies outside the system.
    pub(crate) fn to_wgs84(&self, c: Coord<f64>) -> Option<Coord<f64>> {
        match self {
            Transformer::None => Some(c),
            Transformer::Gcj02 => Some(invert(c, |c| pair(coordtransform::wgs84_to_gcj02(c.x, c.y)))),
            Transformer::Bd09 => {
                let gcj = invert(c, |c| pair(coordtransform::gcj02_to_bd09(c.x, c.y)));
                Some(invert(gcj, |c| pair(coordtransform::wgs84_to_gcj02(c.x, c.y))))
            }
            Transformer::Projected(projection) => projection.inverse(c),
        }
    }
}

fn pair((x, y): (f64, f64)) -> Coord<f64> {
    Coord { x, y }
}

/// Solves `forward(x) = target` by x ← x + (target − forward(x)).
fn invert(target: Coord<f64>, forward: impl Fn(Coord<f64>) -> Coord<f64>) -> Coord<f64> {
    let mut x = target;
    for _ in 0..STEPS {
        let there = forward(x);
        x = Coord { x: x.x + (target.x - there.x), y: x.y + (target.y - there.y) };
    }
    x
}

/// A registered system, both ways.
pub(crate) struct Projection {
    from: Proj,
    to: Proj,
}

impl Projection {
    fn new(code: u16) -> Option<Self> {
        let definition = crs_definitions::from_code(code)?;
        let from = Proj::from_proj_string(definition.proj4).ok()?;
        let to = Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs").ok()?;
        Some(Self { from, to })
    }

    /// Degrees; `None` where going back does not give the same place within a metre (outside the system's domain, a
    /// zone number before the easting, …).
    fn inverse(&self, c: Coord<f64>) -> Option<Coord<f64>> {
        let degrees = self.from.is_latlong();
        let (x, y) = if degrees { (c.x.to_radians(), c.y.to_radians()) } else { (c.x, c.y) };
        let (lon, lat) = transform_xy(&self.from, &self.to, x, y).ok()?;
        let (back_x, back_y) = transform_xy(&self.to, &self.from, lon, lat).ok()?;
        let tolerance = if degrees { 1e-7 } else { 1.0 };
        let found = Coord { x: lon.to_degrees(), y: lat.to_degrees() };
        (found.x.is_finite()
            && found.y.is_finite()
            && (back_x - x).abs() <= tolerance
            && (back_y - y).abs() <= tolerance)
            .then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Distance, Geodesic, Point};

    fn metres(a: Coord<f64>, b: Coord<f64>) -> f64 {
        Geodesic.distance(Point::from(a), Point::from(b))
    }

    fn grid() -> impl Iterator<Item = Coord<f64>> {
        (0..20)
            .flat_map(|i| (0..20).map(move |j| Coord { x: 111.0 + 0.13 * f64::from(i), y: 32.3 + 0.07 * f64::from(j) }))
    }

    #[test]
    fn gcj02_comes_back_and_the_offset_is_the_known_one() {
        for c in grid() {
            let gcj = pair(coordtransform::wgs84_to_gcj02(c.x, c.y));
            let back = Crs::Gcj02.transformer().to_wgs84(gcj).unwrap();
            assert!(metres(c, back) < 1e-8 * 2.0, "{c:?}: {} m", metres(c, back));
        }
        // The county seats of Nanyang are shifted by 590 to 630 m.
        let c = Coord { x: 112.528, y: 32.990 };
        let shift = metres(c, pair(coordtransform::wgs84_to_gcj02(c.x, c.y)));
        assert!((585.0..635.0).contains(&shift), "{shift} m");
    }

    #[test]
    fn bd09_comes_back() {
        for c in grid() {
            let gcj = coordtransform::wgs84_to_gcj02(c.x, c.y);
            let bd = pair(coordtransform::gcj02_to_bd09(gcj.0, gcj.1));
            let back = Crs::Bd09.transformer().to_wgs84(bd).unwrap();
            assert!(metres(c, back) < 1e-6, "{c:?}: {} m", metres(c, back));
        }
    }

    #[test]
    fn web_mercator_and_gauss_kruger() {
        let mercator = Crs::parse("EPSG:3857").unwrap();
        let c = mercator.transformer().to_wgs84(Coord { x: 12_523_554.034, y: 3_895_303.963 }).unwrap();
        assert!(metres(c, Coord { x: 112.501, y: 33.0 }) < 0.01);
        // Central meridian of EPSG:4547 (CGCS2000, 3 degrees, 114° E) and the equator.
        let gauss = Crs::parse("urn:ogc:def:crs:EPSG::4547").unwrap();
        let c = gauss.transformer().to_wgs84(Coord { x: 500_000.0, y: 0.0 }).unwrap();
        assert!(metres(c, Coord { x: 114.0, y: 0.0 }) < 0.01);
        // The same easting with the zone number before it lies nowhere.
        assert!(gauss.transformer().to_wgs84(Coord { x: 38_500_000.0, y: 3_650_000.0 }).is_none());
    }

    #[test]
    fn names() {
        assert_eq!(Crs::parse("EPSG:4326"), Some(Crs::Wgs84));
        assert_eq!(Crs::parse("http://www.opengis.net/def/crs/EPSG/0/3857"), Some(Crs::Epsg(3857)));
        assert_eq!(Crs::parse("BD-09"), Some(Crs::Bd09));
        assert_eq!(Crs::parse("EPSG:abc"), None);
        assert_eq!(Crs::parse("local"), None);
    }
}
