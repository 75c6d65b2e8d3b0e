//! A study from layers that a program holds.

use std::path::{Path, PathBuf};

use firesite_model::{BuiltUp, Candidate, Demand, District, Nature, Roads, Station, Town, TravelTime};
use firesite_network::VehicleProfile;

use super::{Study, fatal};
use crate::Error;
use crate::input::{self, Layers, Loaded, RoadData};
use crate::study_file::{ScenarioSection, StudyFile};

/// Layers given by a program.
#[derive(Clone)]
pub(super) struct Memory {
    layers: Layers,
    nature: Nature,
}

/// A study without files: layers from a program.
///
/// ```no_run
/// use firesite_model::{Roads, TravelTime};
/// use firesite_plan::Study;
/// # let (roads, stations, demand) = (Roads::default(), Vec::new(), Vec::new());
/// let study = Study::builder("town").roads(roads).stations(stations).demand(demand).limit(TravelTime::minutes(5)).build()?;
/// # Ok::<(), firesite_plan::Error>(())
/// ```
#[derive(Clone)]
pub struct StudyBuilder {
    pub(super) file: StudyFile,
    pub(super) layers: Layers,
    pub(super) nature: Nature,
    pub(super) has_candidates: bool,
}

impl StudyBuilder {
    /// Roads as read from a file.
    pub fn roads(mut self, roads: Roads) -> Self {
        self.layers.roads = Some(RoadData::Ways(roads));
        self
    }

    /// Plain arcs with times.
    pub fn arcs(mut self, graph: firesite_model::ArcGraph) -> Self {
        self.layers.roads = Some(RoadData::Arcs(graph));
        self
    }

    /// The vehicle; without it, the packaged fire engine.
    pub fn profile(mut self, profile: VehicleProfile) -> Self {
        self.layers.profile = Some(profile);
        self
    }

    /// Standing stations.
    pub fn stations(mut self, stations: Vec<Station>) -> Self {
        self.layers.stations = stations;
        self
    }

    /// Demand.
    pub fn demand(mut self, demand: Vec<Demand>) -> Self {
        self.layers.demand = demand;
        self
    }

    /// Districts.
    pub fn districts(mut self, districts: Vec<District>) -> Self {
        self.layers.districts = districts;
        self
    }

    /// Towns.
    pub fn towns(mut self, towns: Vec<Town>) -> Self {
        self.layers.towns = towns;
        self
    }

    /// Built-up areas.
    pub fn built_up(mut self, areas: Vec<BuiltUp>) -> Self {
        self.layers.built_up = areas;
        self
    }

    /// Service areas should not cross these.
    pub fn barriers(mut self, barriers: Vec<firesite_model::Barrier>) -> Self {
        self.layers.barriers = barriers;
        self
    }

    /// Hazardous sites.
    pub fn hazards(mut self, hazards: Vec<firesite_model::Hazard>) -> Self {
        self.layers.hazards = hazards;
        self
    }

    /// Main evacuation exits of crowded places.
    pub fn exits(mut self, exits: Vec<firesite_model::Exit>) -> Self {
        self.layers.exits = exits;
        self
    }

    /// Hydrants and other water points.
    pub fn hydrants(mut self, hydrants: Vec<firesite_model::Hydrant>) -> Self {
        self.layers.hydrants = hydrants;
        self
    }

    /// Candidates; without them, they are generated along the roads.
    pub fn candidates(mut self, candidates: Vec<Candidate>) -> Self {
        self.layers.candidates = Some(candidates);
        self.has_candidates = true;
        self
    }

    /// How real the layers are.
    pub fn nature(mut self, nature: Nature) -> Self {
        self.nature = nature;
        self
    }

    /// Covered means response time ≤ this.
    pub fn limit(mut self, limit: TravelTime) -> Self {
        self.file.response.limit_s = Some(limit.as_seconds());
        self
    }

    /// Turnout of stations that state none.
    pub fn turnout(mut self, turnout: TravelTime) -> Self {
        self.file.response.turnout_s = Some(turnout.as_seconds());
        self
    }

    /// A scenario; the first one is the main one unless [`StudyBuilder::settings`] says otherwise.
    pub fn scenario(mut self, scenario: ScenarioSection) -> Self {
        self.file.scenarios.push(scenario);
        self
    }

    /// Every other key of a study file.
    pub fn settings(mut self, change: impl FnOnce(&mut StudyFile)) -> Self {
        change(&mut self.file);
        self
    }

    /// The study.
    ///
    /// # Errors
    /// [`Error::Input`] when the settings make no sense.
    pub fn build(self) -> Result<Study, Error> {
        let findings = self.file.faults("", "study");
        fatal(&findings)?;
        let memory = Memory { layers: self.layers, nature: self.nature };
        Ok(Study::new(self.file, "study".into(), PathBuf::new(), Some(memory)))
    }
}

impl Memory {
    pub(super) fn loaded(&self, file: &StudyFile, shown: &str) -> Loaded {
        let mut loaded = input::load(file, Path::new("."), shown);
        let read = std::mem::take(&mut loaded.layers);
        let mut layers = self.layers.clone();
        layers.rules = read.rules;
        layers.statements = read.statements;
        layers.profile = layers.profile.or(read.profile);
        loaded.layers = layers;
        loaded.nature = loaded.nature.min(self.nature);
        loaded.natures.stations = self.nature;
        loaded.natures.candidates = self.nature;
        loaded.sort();
        loaded
    }
}
