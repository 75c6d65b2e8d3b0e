//! `stations`: fire stations as they stand (消防站).

use firesite_model::{ClassId, Read, Severity, Station, StationStatus, TravelTime};

use super::{DISTRICT, Definition, Layer, NAME, NATURE, NATURES, Property, build, raw_or_osm};
use crate::{Error, Source, codes, osm};

const ID: Property = Property::new("id", "a unique id").also(&["编号", "facilityid", "name", "站名"]).key();
const STATION_NAME: Property = Property { also: &["名称", "站名", "facilityname"], ..NAME };
const CLASS: Property = Property::new("class", "a station class such as first or 一级").also(&["等级", "类别", "站级"]);
const IN_SERVICE: Property = Property::new("in_service", "a date such as 1998-07-01").also(&["投用时间", "建成时间"]);
const STATUS: Property = Property::new("status", "one of existing, planned, closed").also(&["状态"]);
const STATUSES: &[(&str, StationStatus)] = &[
    ("existing", StationStatus::Existing),
    ("planned", StationStatus::Planned),
    ("closed", StationStatus::Closed),
    ("现有", StationStatus::Existing),
    ("规划", StationStatus::Planned),
    ("撤销", StationStatus::Closed),
];
const TURNOUT: Property = Property::new("turnout_s", "seconds, not negative");
const COUNTED: Property = Property::new("counted", "true or false");
const LAYER: Definition = Definition {
    name: "stations",
    properties: &[ID, STATION_NAME, CLASS, DISTRICT, IN_SERVICE, STATUS, TURNOUT, COUNTED, NATURE],
    single_points: true,
    empty: Severity::Warning,
};

/// Reads stations from GeoJSON or CSV, or an OSM extract (`amenity=fire_station`: nodes, areas, relations; areas count
/// at their centroid, the id is `n`, `w` or `r` and the OSM id, the class is not known).
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_stations(source: &Source) -> Result<Read<Layer<Station>>, Error> {
    let raw = raw_or_osm(source, osm::layers::stations)?;
    let item = |f: &mut super::Fields<'_>| {
        let id = f.id(&ID);
        let name = f.text(&STATION_NAME);
        let class = f.text(&CLASS).map(ClassId);
        let district = f.text(&DISTRICT);
        let in_service = f.date(&IN_SERVICE);
        let status = f.word(&STATUS, STATUSES).unwrap_or_default();
        let seconds = f.amount(&TURNOUT);
        let turnout = seconds.and_then(TravelTime::from_seconds_f64);
        if seconds.is_some() && turnout.is_none() {
            let message = format!("{} is longer than any time that can be told", f.shown(&TURNOUT));
            f.fatal(codes::PROPERTY_VALUE, Some(&TURNOUT), message, format!("write {}", TURNOUT.expects));
        }
        let counted = f.flag(&COUNTED).unwrap_or(true);
        let nature = f.word(&NATURE, NATURES);
        let position = f.point()?;
        let name = name.unwrap_or_else(|| id.clone());
        let feature = f.feature();
        Some(Station { feature, id, name, class, district, in_service, status, turnout, counted, nature, position })
    };
    build(&LAYER, source, raw, item, |s| Some(&s.id), |a, b| a.id.cmp(&b.id))
}
