//! Features and districts: what a feature says of itself outranks its position.

use firesite_model::{Coord, Finding, Place, Severity};

use super::{Districts, layer_file};
use crate::areas::{AreaIndex, stands_for};
use crate::codes;
use crate::input::Loaded;
use crate::study_file::{StudyFile, nearest_of};

/// F0601 a district that is not there, F0602 own district against position, F0603 a town outside every district,
/// F0610 a station or demand outside every district.
pub(super) fn f0601_to_f0610(file: &StudyFile, loaded: &Loaded, findings: &mut Vec<Finding>) -> Districts {
    let layers = &loaded.layers;
    let index = AreaIndex::new(layers.districts.iter().map(|d| &d.outline));
    let mut finder = Finder { loaded, index, findings };
    let shown = layer_file(file.stations.as_ref(), "stations");
    let stations = layers
        .stations
        .iter()
        .map(|s| finder.district(s.district.as_deref(), Some(s.position), &shown, "stations", &s.id, Outside::Warned))
        .collect();
    let shown = layer_file(file.demand.as_ref(), "demand");
    let demand = layers
        .demand
        .iter()
        .map(|d| finder.district(d.district.as_deref(), Some(d.position), &shown, "demand", &d.id, Outside::Warned))
        .collect();
    let shown = layer_file(file.towns.as_ref(), "towns");
    let towns = layers
        .towns
        .iter()
        .map(|t| {
            finder.district(t.district.as_deref(), stands_for(&t.geometry), &shown, "towns", &t.code, Outside::Refused)
        })
        .collect();
    let shown = layer_file(file.built_up.as_ref(), "built_up");
    let built_up = layers
        .built_up
        .iter()
        .map(|b| {
            let at = stands_for(&geo_types::Geometry::MultiPolygon(b.outline.clone()));
            finder.district(b.district.as_deref(), at, &shown, "built_up", &b.id, Outside::Warned)
        })
        .collect();
    let shown = file.candidates.as_ref().and_then(|c| c.file.clone()).unwrap_or_else(|| "candidates".into());
    let candidates = layers
        .candidates
        .iter()
        .flatten()
        .map(|c| finder.district(c.district.as_deref(), Some(c.position), &shown, "candidates", &c.id, Outside::Warned))
        .collect();
    Districts { stations, demand, towns, built_up, candidates }
}

#[derive(Clone, Copy, PartialEq)]
enum Outside {
    Warned,
    Refused,
}

struct Finder<'a> {
    loaded: &'a Loaded,
    index: AreaIndex<'a>,
    findings: &'a mut Vec<Finding>,
}

impl Finder<'_> {
    fn district(
        &mut self,
        own: Option<&str>,
        at: Option<Coord<f64>>,
        file: &str,
        layer: &str,
        id: &str,
        outside: Outside,
    ) -> Option<usize> {
        if self.index.is_empty() {
            return None;
        }
        let districts = &self.loaded.layers.districts;
        let place = || {
            let place = Place::file(file).layer(layer).feature(id).property("district");
            at.map_or(place.clone(), |c| place.at(c.x, c.y))
        };
        let here: Vec<usize> = at.map(|c| self.index.holding(c).collect()).unwrap_or_default();
        let Some(written) = own else {
            if here.is_empty() {
                let (code, severity) = match outside {
                    Outside::Refused => (codes::TOWN_OUTSIDE, Severity::Fatal),
                    Outside::Warned => (codes::OUTSIDE_DISTRICTS, Severity::Warning),
                };
                self.findings.push(Finding::new(
                    code,
                    severity,
                    place(),
                    "it lies outside every district and names none",
                    "correct its position, or give it a district",
                ));
            }
            return here.first().copied();
        };
        let named = districts.iter().position(|d| d.code == written).or_else(|| {
            let mut by_name = districts.iter().enumerate().filter(|(_, d)| d.name == written);
            match (by_name.next(), by_name.next()) {
                (Some((at, _)), None) => Some(at),
                _ => None,
            }
        });
        let Some(named) = named else {
            self.findings.push(Finding::fatal(
                codes::DISTRICT_UNKNOWN,
                place(),
                format!("\"{written}\" is no code of the district layer, and not the name of exactly one district"),
                format!(
                    "write the code of a district{}",
                    nearest_of(written, districts.iter().flat_map(|d| [d.code.as_str(), d.name.as_str()]))
                ),
            ));
            return None;
        };
        if at.is_some() && !here.contains(&named) {
            let lies = here
                .first()
                .and_then(|h| districts.get(*h))
                .map_or("outside every district".to_string(), |d| format!("in {} ({})", d.code, d.name));
            self.findings.push(Finding::new(
                codes::DISTRICT_DISAGREES,
                Severity::Warning,
                place(),
                format!("it says district {written} and lies {lies}; what it says counts"),
                "correct its district or its position",
            ));
        }
        Some(named)
    }
}
