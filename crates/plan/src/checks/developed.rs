//! Economically developed towns (经济发达乡镇) by list or by thresholds, where the towns layer does not name them itself.

use firesite_model::{Finding, Place, TownTier};

use crate::codes;
use crate::input::Loaded;
use crate::study_file::{StudyFile, nearest_of};

/// F0107: `[rules] developed_towns` lists a town that is not there. Towns of the tier `other` that are listed, or reach one of
/// the thresholds, become `developed`.
pub(super) fn developed_towns(file: &StudyFile, loaded: &mut Loaded, study: &str, findings: &mut Vec<Finding>) {
    let Some(section) = &file.rules.developed_towns else { return };
    let layers = &mut loaded.layers;
    for listed in &section.towns {
        if layers.towns.iter().any(|t| t.code == *listed || t.name == *listed) {
            continue;
        }
        let known = layers.towns.iter().flat_map(|t| [t.code.as_str(), t.name.as_str()]);
        findings.push(Finding::fatal(
            codes::REFERENCE,
            Place::file(study).layer("rules").property("developed_towns"),
            format!("there is no town \"{listed}\""),
            format!("write the code or name of a town of the towns layer{}", nearest_of(listed, known)),
        ));
    }
    let sizes: Vec<f64> = layers
        .towns
        .iter()
        .map(|town| {
            let own = layers.built_up.iter().filter(|b| b.town.as_ref() == Some(&town.code));
            let drawn = own.map(|b| firesite_coverage::polygons::area(&b.outline).as_km2()).fold(0.0, f64::max);
            town.built_up.map_or(drawn, firesite_model::SquareMetres::as_km2)
        })
        .collect();
    for (town, size) in layers.towns.iter_mut().zip(sizes) {
        let listed = section.towns.iter().any(|t| *t == town.code || *t == town.name);
        let large = section.built_up_km2.is_some_and(|least| size > least);
        let populous = section.population.is_some_and(|least| town.population.is_some_and(|p| p > least));
        if town.tier == TownTier::Other && (listed || large || populous) {
            town.tier = TownTier::Developed;
        }
    }
}
