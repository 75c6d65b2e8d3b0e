//! Station classes against the packs.

use firesite_model::{ClassId, Finding, Place, Severity};

use super::layer_file;
use crate::codes;
use crate::input::Loaded;
use crate::study_file::StudyFile;

/// F0312: a class that no pack defines. Names and aliases become ids on the way.
pub(super) fn f0312_class_unknown(file: &StudyFile, loaded: &mut Loaded, findings: &mut Vec<Finding>) {
    let table = loaded.layers.rules.classes.clone();
    let fault = |written: &str, place: Place, property: &str| {
        Finding::fatal(
            codes::CLASS_UNKNOWN,
            place.property(property),
            format!("\"{written}\" is no class of the packs of this study"),
            format!(
                "write one of {}{}",
                table.listed(),
                table.nearest(written).map_or(String::new(), |n| format!(" (nearest: {n})"))
            ),
        )
    };
    let shown = layer_file(file.stations.as_ref(), "stations");
    for station in &mut loaded.layers.stations {
        let Some(class) = &mut station.class else { continue };
        match table.resolve(&class.0) {
            Some(known) => *class = ClassId(known.id.clone()),
            None => findings.push(fault(&class.0, Place::file(&shown).layer("stations").feature(&station.id), "class")),
        }
    }
    let shown = file.candidates.as_ref().and_then(|c| c.file.clone()).unwrap_or_else(|| "candidates".into());
    for candidate in loaded.layers.candidates.iter_mut().flatten() {
        for class in &mut candidate.classes {
            match table.resolve(&class.0) {
                Some(known) => *class = ClassId(known.id.clone()),
                None => findings.push(fault(
                    &class.0,
                    Place::file(&shown).layer("candidates").feature(&candidate.id),
                    "classes",
                )),
            }
        }
    }
}

/// F0614: stations without a class fill no slot.
pub(super) fn f0614_station_no_class(file: &StudyFile, loaded: &Loaded, findings: &mut Vec<Finding>) {
    let shown = layer_file(file.stations.as_ref(), "stations");
    for station in loaded.layers.stations.iter().filter(|s| s.class.is_none()) {
        findings.push(Finding::new(
            codes::STATION_NO_CLASS,
            Severity::Warning,
            Place::file(&shown)
                .layer("stations")
                .feature(&station.id)
                .property("class")
                .at(station.position.x, station.position.y),
            "the station has no class, so it fills no slot of any rule",
            "give it a class of the packs",
        ));
    }
}
