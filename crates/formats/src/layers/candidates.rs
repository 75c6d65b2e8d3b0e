//! `candidates`: sites where a station may be built.

use firesite_model::{BuildMode, Candidate, ClassId, Read, Severity, SquareMetres};

use super::{DISTRICT, Definition, Layer, Property, build};
use crate::{Error, Source};

const ID: Property = Property::new("id", "a unique id").also(&["编号", "facilityid", "name"]).key();
const TOWN: Property = Property::new("town", "the code of a town").also(&["乡镇"]);
const CLASSES: Property =
    Property::new("classes", "a list of station classes such as [\"first\", \"small\"]").also(&["class"]);
const BUILD_MODE: Property =
    Property::new("build_mode", "one of new, upgrade, rebuild, lease, modular").also(&["建设方式"]);
const BUILD_MODES: &[(&str, BuildMode)] = &[
    ("new", BuildMode::New),
    ("upgrade", BuildMode::Upgrade),
    ("rebuild", BuildMode::Rebuild),
    ("lease", BuildMode::Lease),
    ("modular", BuildMode::Modular),
    ("新建", BuildMode::New),
    ("提档升格", BuildMode::Upgrade),
    ("改建", BuildMode::Rebuild),
    ("租赁", BuildMode::Lease),
    ("模块化", BuildMode::Modular),
];
const LAND: Property = Property::new("land_m2", "an area in m², not negative");
const COST: Property = Property::new("cost", "a number that is not negative");
const YEAR: Property = Property::new("earliest_year", "a year such as 2027");
const LAYER: Definition = Definition {
    name: "candidates",
    properties: &[ID, DISTRICT, TOWN, CLASSES, BUILD_MODE, LAND, COST, YEAR],
    single_points: true,
    empty: Severity::Warning,
};

/// Reads candidates from GeoJSON or CSV points.
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_candidates(source: &Source) -> Result<Read<Layer<Candidate>>, Error> {
    let raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        let id = f.id(&ID);
        let district = f.text(&DISTRICT);
        let town = f.text(&TOWN);
        let classes = f.list(&CLASSES).into_iter().map(ClassId).collect();
        let build_mode = f.word(&BUILD_MODE, BUILD_MODES).unwrap_or_default();
        let land = f.amount(&LAND).map(SquareMetres);
        let cost = f.amount(&COST);
        let earliest_year = f.integer(&YEAR, 1..=9999);
        let position = f.point()?;
        let feature = f.feature();
        Some(Candidate { feature, id, district, town, classes, build_mode, land, cost, earliest_year, position })
    };
    build(&LAYER, source, raw, item, |c| Some(&c.id), |a, b| a.id.cmp(&b.id))
}
