//! What a study must have.

use firesite_model::{Finding, Place};

use crate::codes;
use crate::input::Loaded;
use crate::study_file::StudyFile;

/// What the study is opened for: it decides which sections are required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `check`: the name and any layer.
    Check,
    /// `coverage` and `plan`: roads, stations and demand.
    Compute,
}

/// F0104: `[roads]`, `[stations]` and `[demand]`, or any layer at all.
pub(crate) fn f0104_required(
    file: &StudyFile,
    loaded: &Loaded,
    study: &str,
    purpose: Purpose,
    findings: &mut Vec<Finding>,
) {
    let layers = &loaded.layers;
    let have = [
        ("roads", file.roads.is_some() || layers.roads.is_some()),
        ("stations", file.stations.is_some() || !layers.stations.is_empty()),
        ("demand", file.demand.is_some() || !layers.demand.is_empty()),
    ];
    match purpose {
        Purpose::Compute => {
            for (name, _) in have.iter().filter(|(_, there)| !there) {
                findings.push(Finding::fatal(
                    codes::REQUIRED,
                    Place::file(study).property(*name),
                    format!("the study has no [{name}]"),
                    format!("add [{name}] with file = \"…\""),
                ));
            }
        }
        Purpose::Check => {
            let others = [
                &file.districts,
                &file.towns,
                &file.built_up,
                &file.barriers,
                &file.hazards,
                &file.exits,
                &file.must_serve,
                &file.hydrants,
            ];
            if have.iter().all(|(_, there)| !there) && others.iter().all(|s| s.is_none()) && file.candidates.is_none() {
                findings.push(Finding::fatal(
                    codes::REQUIRED,
                    Place::file(study),
                    "the study names no layer at all",
                    "add [roads], [stations] or any other layer",
                ));
            }
        }
    }
}

/// F0615: no demand weighs anything, so no share can be told.
pub(super) fn f0615_no_weight(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let demand = &loaded.layers.demand;
    let sum: f64 = demand.iter().map(|d| d.weight.0).sum();
    let file = loaded.reports.iter().find(|r| r.name == "demand").map_or("demand", |r| r.file.as_str());
    // Thousandths of the unit are summed in 64 bits, and multiplied by milliseconds: 10^12 units leave room for both.
    if !sum.is_finite() || sum > 1e12 {
        findings.push(Finding::fatal(
            codes::NO_WEIGHT,
            Place::file(file).layer("demand").property("weight"),
            format!("the weights sum to {sum:e}, more than can be computed exactly (1e12)"),
            "give the weights in a larger unit",
        ));
    } else if !demand.is_empty() && sum <= 0.0 {
        findings.push(Finding::fatal(
            codes::NO_WEIGHT,
            Place::file(file).layer("demand").property("weight"),
            "every weight is 0",
            "give at least one demand a weight above 0",
        ));
    }
}
