//! Layers against each other. One function per check, with its code in its name; all run, and their findings come
//! together.

mod classes;
mod developed;
mod districts;
mod ids;
mod required;
mod scenarios;
mod single_roads;
mod snapping;
mod towns;

pub(crate) use required::{Purpose, f0104_required};
pub(crate) use single_roads::f0622_single_roads;
pub(crate) use snapping::{
    f0604_station_unsnapped, f0606_demand_unsnapped, f0609_candidate_unsnapped, f0620_moved_from_scrap,
};

use firesite_model::Finding;

use crate::input::Loaded;
use crate::study_file::StudyFile;

/// In which district each feature lies, as positions in the district layer: its own statement, else its position.
#[derive(Clone, Debug, Default)]
pub struct Districts {
    /// Of the stations.
    pub stations: Vec<Option<usize>>,
    /// Of the demand.
    pub demand: Vec<Option<usize>>,
    /// Of the towns.
    pub towns: Vec<Option<usize>>,
    /// Of the built-up areas.
    pub built_up: Vec<Option<usize>>,
    /// Of the supplied candidates.
    pub candidates: Vec<Option<usize>>,
}

/// Runs every check that needs no network; class words become class ids.
pub(crate) fn run(file: &StudyFile, loaded: &mut Loaded, study: &str) -> Districts {
    let mut findings: Vec<Finding> = Vec::new();
    required::f0615_no_weight(loaded, &mut findings);
    classes::f0312_class_unknown(file, loaded, &mut findings);
    classes::f0614_station_no_class(file, loaded, &mut findings);
    ids::f0608_id_shared(file, loaded, &mut findings);
    towns::f0607_town_unknown(file, loaded, &mut findings);
    towns::f0613_town_no_built_up(file, loaded, &mut findings);
    developed::developed_towns(file, loaded, study, &mut findings);
    let districts = districts::f0601_to_f0610(file, loaded, &mut findings);
    scenarios::f0107_rule_unknown(file, loaded, study, &mut findings);
    scenarios::f0112_count_place(file, loaded, study, &mut findings);
    loaded.findings.extend(findings);
    districts
}

/// The file of a layer, for messages.
fn layer_file(section: Option<&crate::study_file::LayerSection>, name: &str) -> String {
    section.map_or_else(|| name.to_string(), |s| s.file.clone())
}
