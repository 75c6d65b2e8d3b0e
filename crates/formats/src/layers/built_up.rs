//! `built_up`: built-up areas (建成区).

use firesite_model::{BuiltUp, BuiltUpRole, Read, Severity, Zone};

use super::{DISTRICT, Definition, Layer, NAME, Property, build, raw_or_osm};
use crate::{Error, Source, osm};

const ID: Property = Property::new("id", "a unique id").also(&["编号", "name"]).key();
const TOWN: Property = Property::new("town", "the code of a town").also(&["乡镇"]);
const ROLE: Property = Property::new("role", "one of seat, core, town, cluster").also(&["类型"]).required();
const ROLES: &[(&str, BuiltUpRole)] = &[
    ("seat", BuiltUpRole::Seat),
    ("core", BuiltUpRole::Core),
    ("town", BuiltUpRole::Town),
    ("cluster", BuiltUpRole::Cluster),
];
const ZONES: Property = Property::new(
    "zones",
    "a list of commercial_dense, low_fire_resistance, old_town, historic, risk_assessed, suburban",
);
const ZONE_WORDS: &[(&str, Zone)] = &[
    ("commercial_dense", Zone::CommercialDense),
    ("low_fire_resistance", Zone::LowFireResistance),
    ("old_town", Zone::OldTown),
    ("historic", Zone::Historic),
    ("risk_assessed", Zone::RiskAssessed),
    ("suburban", Zone::Suburban),
];
const LAND_SCARCE: Property = Property::new("land_scarce", "true or false");
const LAYER: Definition = Definition {
    name: "built_up",
    properties: &[ID, DISTRICT, TOWN, ROLE, NAME, ZONES, LAND_SCARCE],
    single_points: false,
    empty: Severity::Warning,
};

/// Reads built-up areas from GeoJSON polygons, or from an OSM extract (`landuse` residential, commercial, retail and
/// industrial areas; OSM does not say a role: industrial areas are read as `cluster`, the others as `core`).
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_built_up(source: &Source) -> Result<Read<Layer<BuiltUp>>, Error> {
    let raw = raw_or_osm(source, osm::layers::built_up)?;
    let item = |f: &mut super::Fields<'_>| {
        let id = f.id(&ID);
        let district = f.text(&DISTRICT);
        let town = f.text(&TOWN);
        if f.is_empty(&ROLE) {
            f.required_text(&ROLE);
        }
        let role = f.word(&ROLE, ROLES).unwrap_or(BuiltUpRole::Town);
        let name = f.text(&NAME).unwrap_or_else(|| id.clone());
        let mut zones = f.words(&ZONES, ZONE_WORDS);
        zones.sort();
        zones.dedup();
        let land_scarce = f.flag(&LAND_SCARCE).unwrap_or(false);
        let outline = f.outline()?;
        Some(BuiltUp { feature: f.feature(), id, district, town, role, name, zones, land_scarce, outline })
    };
    build(&LAYER, source, raw, item, |b| Some(&b.id), |a, b| a.id.cmp(&b.id))
}
