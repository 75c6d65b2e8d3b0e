//! Towns and their built-up areas.

use firesite_model::{BuiltUp, BuiltUpRole, Coord, Finding, Place, Severity, SquareMetres, TownTier};
use geo_types::{Geometry, MultiPolygon, Polygon};

use super::layer_file;
use crate::areas::stands_for;
use crate::codes;
use crate::input::Loaded;
use crate::study_file::{StudyFile, nearest_of};

/// F0607: a built-up area or candidate names a town that is not there. Names become codes on the way.
pub(super) fn f0607_town_unknown(file: &StudyFile, loaded: &mut Loaded, findings: &mut Vec<Finding>) {
    if file.towns.is_none() && loaded.layers.towns.is_empty() {
        return;
    }
    let towns: Vec<(String, String)> = loaded.layers.towns.iter().map(|t| (t.code.clone(), t.name.clone())).collect();
    let mut check = |town: &mut Option<String>, place: Place| {
        let Some(written) = town else { return };
        let by_name = || {
            let mut named = towns.iter().filter(|(_, name)| name == written);
            match (named.next(), named.next()) {
                (Some((code, _)), None) => Some(code.clone()),
                _ => None,
            }
        };
        if towns.iter().any(|(code, _)| code == written) {
            return;
        }
        match by_name() {
            Some(code) => *written = code,
            None => findings.push(Finding::fatal(
                codes::TOWN_UNKNOWN,
                place.property("town"),
                format!("\"{written}\" is no code of the town layer, and not the name of exactly one town"),
                format!(
                    "write the code of a town{}",
                    nearest_of(written, towns.iter().flat_map(|(c, n)| [c.as_str(), n.as_str()]))
                ),
            )),
        }
    };
    let shown = layer_file(file.built_up.as_ref(), "built_up");
    for area in &mut loaded.layers.built_up {
        check(&mut area.town, Place::file(&shown).layer("built_up").feature(&area.id));
    }
    let shown = file.candidates.as_ref().and_then(|c| c.file.clone()).unwrap_or_else(|| "candidates".into());
    for candidate in loaded.layers.candidates.iter_mut().flatten() {
        check(&mut candidate.town, Place::file(&shown).layer("candidates").feature(&candidate.id));
    }
}

/// Built-up size that a key town of unknown size is given, km².
const UNKNOWN_KM2: f64 = 2.0;

/// F0613: a town area that belongs to no town; and a key or developed town without an area, which is given one, so that
/// its rule can be judged: its own polygon where that is of the size of a town, else a disc of its built-up size.
pub(super) fn f0613_town_no_built_up(file: &StudyFile, loaded: &mut Loaded, findings: &mut Vec<Finding>) {
    let layers = &mut loaded.layers;
    let shown = layer_file(file.built_up.as_ref(), "built_up");
    for area in
        layers.built_up.iter().filter(|a| a.role == BuiltUpRole::Town && a.town.is_none() && !layers.towns.is_empty())
    {
        findings.push(Finding::new(
            codes::TOWN_NO_BUILT_UP,
            Severity::Warning,
            Place::file(&shown).layer("built_up").feature(&area.id).property("town"),
            "an area of role town that names no town: the town that lies in it is taken, if there is one",
            "write the code of the town",
        ));
    }
    let shown = layer_file(file.towns.as_ref(), "towns");
    let mut made = Vec::new();
    for town in layers.towns.iter().filter(|t| t.tier != TownTier::Other) {
        let named = layers.built_up.iter().any(|a| a.town.as_deref() == Some(town.code.as_str()));
        let Some(at) = stands_for(&town.geometry) else { continue };
        let around = layers.built_up.iter().any(|a| geo::Intersects::intersects(&a.outline, &geo_types::Point(at)));
        if named || around {
            continue;
        }
        let own = match &town.geometry {
            Geometry::Polygon(p) => Some(MultiPolygon(vec![p.clone()])),
            Geometry::MultiPolygon(p) => Some(p.clone()),
            _ => None,
        };
        let stated = town.built_up.map(SquareMetres::as_km2);
        let most = stated.map_or(15.0, |km2| 2.0 * km2);
        let own = own.filter(|p| firesite_coverage::polygons::area(p).as_km2() <= most);
        let (outline, what) = match own {
            Some(own) => (own, "its polygon is taken".to_string()),
            None => {
                let km2 = stated.filter(|x| *x > 0.0).unwrap_or(UNKNOWN_KM2);
                (disc(at, km2), format!("a disc of {km2} km² around its place is taken"))
            }
        };
        findings.push(Finding::new(
            codes::TOWN_NO_BUILT_UP,
            Severity::Warning,
            Place::file(&shown).layer("towns").feature(&town.code),
            format!("the town {} has no built-up area: {what}", town.name),
            "add an area with role = \"town\" and town = its code to [built_up]",
        ));
        made.push(BuiltUp {
            feature: town.feature,
            id: format!("town-{}", town.code),
            district: town.district.clone(),
            town: Some(town.code.clone()),
            role: BuiltUpRole::Town,
            name: town.name.clone(),
            zones: Vec::new(),
            land_scarce: false,
            outline,
        });
    }
    layers.built_up.extend(made);
    layers.built_up.sort_by(|a, b| a.id.cmp(&b.id));
}

/// A circle of 32 corners with this area.
fn disc(centre: Coord<f64>, km2: f64) -> MultiPolygon<f64> {
    let radius = (km2 * 1e6 / std::f64::consts::PI).sqrt();
    let cos = centre.y.to_radians().cos().max(1e-6);
    let ring = (0..=32).map(|i| {
        let angle = f64::from(i % 32) * std::f64::consts::TAU / 32.0;
        let (east, north) = (radius * angle.cos(), radius * angle.sin());
        Coord { x: centre.x + east / (111_320.0 * cos), y: centre.y + north / 110_950.0 }
    });
    firesite_coverage::polygons::on_grid(&MultiPolygon(vec![Polygon::new(ring.collect(), vec![])]))
}
