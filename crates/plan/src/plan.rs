//! A plan: everything that is written, computed.

use firesite_model::TravelTime;

use crate::map::{DemandTable, IsochroneFeature, MapLayers};
use crate::plan_json::{CoverageFile, PlanFile};
use crate::{Error, Study};

/// A computed plan. `firesite-report` writes it; nothing is computed there.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// `plan.json`.
    pub document: PlanFile,
    /// The layers, of the main scenario.
    pub map: MapLayers,
    /// `tables/demand.csv`.
    pub demand: DemandTable,
    /// `instance-<scenario>.json.gz`: name and content.
    pub instances: Vec<(String, Vec<u8>)>,
}

/// The stations as they stand, computed (`firesite coverage`).
#[derive(Clone)]
pub struct CoverageReport {
    /// `coverage.json`.
    pub document: CoverageFile,
    /// The layers, phase `before` alone.
    pub map: MapLayers,
    /// The stations, as in a plan without changes.
    pub stations: Vec<crate::plan_json::StationLine>,
    /// `tables/demand.csv`.
    pub demand: DemandTable,
    pub(crate) study: Study,
}

impl Plan {
    /// The scenario that the layers show.
    pub fn main(&self) -> Option<&crate::plan_json::Scenario> {
        let name = self.document.study.main.as_deref();
        self.document.scenarios.iter().find(|s| Some(s.name.as_str()) == name).or(self.document.scenarios.first())
    }

    /// Whether the main scenario can be met (exit code 0, else 1).
    pub fn met(&self) -> bool {
        self.main().is_some_and(|s| s.optimum.status == "optimal" || s.optimum.status == "feasible")
    }

    /// The bytes of `plan.json`.
    pub fn json(&self) -> String {
        crate::json::text(&self.document)
    }
}

impl CoverageReport {
    /// What each station, and all together (`station_id` is `None`), reach within these limits of response time.
    ///
    /// # Errors
    /// [`Error::Input`] when the study is wrong; it was right when this report was made.
    pub fn isochrones(&self, limits: &[TravelTime]) -> Result<Vec<IsochroneFeature>, Error> {
        self.study.isochrones(limits)
    }

    /// The bytes of `coverage.json`.
    pub fn json(&self) -> String {
        crate::json::text(&self.document)
    }
}
