//! Every layer of a study, read through `firesite-formats` and sorted, so that the order of the features in their files
//! cannot show in any result.

mod files;
mod folder;

use std::path::Path;

use firesite_formats as formats;
use firesite_model::{
    ArcGraph, Barrier, BuiltUp, Candidate, Demand, District, Exit, Finding, Hazard, Hydrant, MustServe, Nature, Roads,
    Severity, Station, Town,
};
use firesite_network::VehicleProfile;
use firesite_standards::RuleBook;
use geo_types::MultiPolygon;

use crate::plan_json::Input;
use crate::statements::Statement;
use crate::study_file::StudyFile;
use files::Load;
use folder::Folder;

/// What was read of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerReport {
    /// Section of the study file.
    pub name: String,
    /// File as the user wrote it.
    pub file: String,
    /// Coordinate system.
    pub crs: String,
    /// Features in the file.
    pub read: usize,
    /// Kept.
    pub kept: usize,
    /// Of these, repaired.
    pub repaired: usize,
    /// Left out.
    pub dropped: usize,
}

/// The roads of a study.
#[derive(Clone, Debug)]
pub enum RoadData {
    /// OSM or GeoJSON.
    Ways(Roads),
    /// DIMACS.
    Arcs(ArcGraph),
}

/// The layers of a study.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// Roads; `None` where the study has none.
    pub roads: Option<RoadData>,
    /// The vehicle.
    pub profile: Option<VehicleProfile>,
    /// Stations, by id.
    pub stations: Vec<Station>,
    /// Demand, by id.
    pub demand: Vec<Demand>,
    /// Districts, by code.
    pub districts: Vec<District>,
    /// Towns, by code.
    pub towns: Vec<Town>,
    /// Built-up areas, by id.
    pub built_up: Vec<BuiltUp>,
    /// Supplied candidates, by id; `None`: to be generated.
    pub candidates: Option<Vec<Candidate>>,
    /// Barriers.
    pub barriers: Vec<Barrier>,
    /// Hazardous sites.
    pub hazards: Vec<Hazard>,
    /// Evacuation exits.
    pub exits: Vec<Exit>,
    /// Zones with their own target.
    pub must_serve: Vec<MustServe>,
    /// Water points.
    pub hydrants: Vec<Hydrant>,
    /// The study area, where stated.
    pub boundary: Option<MultiPolygon<f64>>,
    /// What the sources say.
    pub statements: Vec<Statement>,
    /// Classes and rules.
    pub rules: RuleBook,
}

/// Natures of the layers whose features may have their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Natures {
    /// Of the stations.
    pub stations: Nature,
    /// Of the candidates.
    pub candidates: Nature,
}

/// Layers and everything that was said about them; nothing is decided yet.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// What could be read.
    pub layers: Layers,
    /// One for each layer read.
    pub reports: Vec<LayerReport>,
    /// Files with hash, source and nature.
    pub inputs: Vec<Input>,
    /// Natures of single layers.
    pub natures: Natures,
    /// The least real of all inputs.
    pub nature: Nature,
    /// What was odd; fatal ones included.
    pub findings: Vec<Finding>,
}

impl Loaded {
    /// The file of a layer as the user wrote it, or the name of the layer.
    pub fn file_of(&self, name: &str) -> String {
        self.reports.iter().find(|r| r.name == name).map_or_else(|| name.to_string(), |r| r.file.clone())
    }

    /// Whether the study has a layer: one that was read, though it may be empty, or one that a program gave.
    pub(crate) fn has(&self, name: &str, given: bool) -> bool {
        given || self.reports.iter().any(|r| r.name == name)
    }

    /// Whether nothing can be computed.
    pub fn fatal(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Fatal)
    }
}

/// Reads every layer that the study names. Faults of all layers are found in one go.
pub fn load(file: &StudyFile, root: &Path, study: &str) -> Loaded {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let mut load = Load {
        folder: Folder { root, outside: file.study.outside, study },
        default_nature: file.study.nature.map(|n| n.0),
        out: Loaded { nature: file.study.nature.map_or(Nature::Real, |n| n.0), ..Loaded::default() },
    };
    load.rules(file);
    load.profile(file);
    load.roads(file);
    load.out.layers.stations = load.layer("stations", file.stations.as_ref(), formats::read_stations);
    load.out.layers.demand = load.layer("demand", file.demand.as_ref(), formats::read_demand);
    load.out.layers.districts = load.layer("districts", file.districts.as_ref(), formats::read_districts);
    load.out.layers.towns = load.layer("towns", file.towns.as_ref(), formats::read_towns);
    load.out.layers.built_up = load.layer("built_up", file.built_up.as_ref(), formats::read_built_up);
    load.out.layers.barriers = load.layer("barriers", file.barriers.as_ref(), formats::read_barriers);
    load.out.layers.hazards = load.layer("hazards", file.hazards.as_ref(), formats::read_hazards);
    load.out.layers.exits = load.layer("exits", file.exits.as_ref(), formats::read_exits);
    load.out.layers.must_serve = load.layer("must_serve", file.must_serve.as_ref(), formats::read_must_serve);
    load.out.layers.hydrants = load.layer("hydrants", file.hydrants.as_ref(), formats::read_hydrants);
    load.candidates(file);
    load.boundary(file);
    load.statements(file);
    load.finish(file)
}

impl Loaded {
    /// Sorts every layer by id, and takes the natures of single features into account.
    pub(crate) fn sort(&mut self) {
        let layers = &mut self.layers;
        layers.stations.sort_by(|a, b| a.id.cmp(&b.id));
        layers.demand.sort_by(|a, b| a.id.cmp(&b.id));
        layers.districts.sort_by(|a, b| a.code.cmp(&b.code));
        layers.towns.sort_by(|a, b| a.code.cmp(&b.code));
        layers.built_up.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(candidates) = &mut layers.candidates {
            candidates.sort_by(|a, b| a.id.cmp(&b.id));
        }
        let natures =
            layers.stations.iter().filter_map(|s| s.nature).chain(layers.towns.iter().filter_map(|t| t.nature));
        self.nature = natures.fold(self.nature, Nature::min);
        self.inputs.sort_by(|a, b| (&a.file, &a.layer).cmp(&(&b.file, &b.layer)));
        self.inputs.dedup();
    }
}
