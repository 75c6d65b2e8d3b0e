//! `towns`: townships (乡镇).

use firesite_model::{Read, Severity, SquareMetres, Town, TownTier};

use super::{DISTRICT, Definition, Layer, NAME, NATURE, NATURES, Property, build};
use crate::{Error, Source};

const CODE: Property = Property::new("code", "a unique code").also(&["id", "代码", "行政区划代码"]).key();
const TIER: Property = Property::new("tier", "one of national_key, developed, other").also(&["类型"]);
const TIERS: &[(&str, TownTier)] = &[
    ("national_key", TownTier::NationalKey),
    ("developed", TownTier::Developed),
    ("other", TownTier::Other),
    ("全国重点镇", TownTier::NationalKey),
    ("经济发达镇", TownTier::Developed),
];
const POPULATION: Property = Property::new("population", "a number of residents, not negative").also(&["人口"]);
const BUILT_UP: Property = Property::new("built_up_km2", "an area in km², not negative");
const LAYER: Definition = Definition {
    name: "towns",
    properties: &[CODE, NAME, DISTRICT, TIER, POPULATION, BUILT_UP, NATURE],
    single_points: true,
    empty: Severity::Warning,
};

/// Reads towns, points or polygons.
///
/// # Errors
/// All that is wrong with the layer.
pub fn read_towns(source: &Source) -> Result<Read<Layer<Town>>, Error> {
    let raw = crate::read::raw(source)?;
    let item = |f: &mut super::Fields<'_>| {
        let code = f.id(&CODE);
        let name = f.text(&NAME).unwrap_or_else(|| code.clone());
        let district = f.text(&DISTRICT);
        let tier = f.word(&TIER, TIERS).unwrap_or(TownTier::Other);
        let population = f.amount(&POPULATION);
        let built_up = f.amount(&BUILT_UP).map(|km2| SquareMetres(km2 * 1e6));
        let nature = f.word(&NATURE, NATURES);
        let geometry = f.geometry(true, false, true)?;
        Some(Town { feature: f.feature(), code, name, district, tier, population, built_up, nature, geometry })
    };
    build(&LAYER, source, raw, item, |t| Some(&t.code), |a, b| a.code.cmp(&b.code))
}
