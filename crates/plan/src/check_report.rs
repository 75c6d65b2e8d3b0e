//! `firesite check`: what was read, what is wrong, what was dropped. It ends with a report even where nothing can be
//! computed.

use firesite_model::{Finding, Severity};
use serde::{Deserialize, Serialize};

use crate::checks::{self, Purpose};
use crate::input::RoadData;
use crate::plan_json::Network;
use crate::study::{Study, network_of};

/// The report, as `check --format json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    /// What a plan will need.
    pub estimate: Estimate,
    /// Layers as they were read.
    pub layers: Vec<LayerLine>,
    /// What the profile may drive; null where there are no roads, or none that can be used.
    pub network: Option<Network>,
    /// Stations of the input.
    pub stations: crate::plan_json::StationCount,
    /// Everything that was odd, fatal ones first.
    pub findings: Vec<FindingLine>,
}

/// An estimate made before the work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Memory of `plan`, megabytes.
    pub memory_mb: f64,
}

/// A layer as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerLine {
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

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingLine {
    /// Code.
    pub code: String,
    /// repaired, dropped, warning or fatal.
    pub severity: String,
    /// File.
    pub file: Option<String>,
    /// Layer.
    pub layer: Option<String>,
    /// Feature.
    pub feature: Option<String>,
    /// Property.
    pub property: Option<String>,
    /// What is there, and what was expected.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
    /// Longitude.
    pub lon: Option<f64>,
    /// Latitude.
    pub lat: Option<f64>,
}

impl From<&Finding> for FindingLine {
    fn from(f: &Finding) -> Self {
        let finite = |x: f64| x.is_finite().then_some(x);
        Self {
            code: f.code.0.into(),
            severity: f.severity.word().into(),
            file: f.place.file.clone(),
            layer: f.place.layer.clone(),
            feature: f.place.feature.clone(),
            property: f.place.property.clone(),
            message: f.message.clone(),
            remedy: f.remedy.clone(),
            lon: f.place.position.and_then(|p| finite(p.0)),
            lat: f.place.position.and_then(|p| finite(p.1)),
        }
    }
}

impl CheckReport {
    /// Whether nothing can be computed (exit code 2).
    pub fn fatal(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Fatal.word())
    }
}

impl Study {
    /// What was read, what is wrong, what was dropped. Never fails: what cannot be computed is a fatal finding.
    pub fn check(&self) -> CheckReport {
        let checked = self.checked();
        let loaded = &checked.loaded;
        let mut findings = loaded.findings.clone();
        checks::f0104_required(self.file(), loaded, self.shown(), Purpose::Check, &mut findings);
        let layers = &loaded.layers;
        let mut network = None;
        let mut stations = crate::plan_json::StationCount { total: layers.stations.len(), ..Default::default() };
        if layers.roads.is_some() {
            // A study with everything gets the findings of snapping too; a part of one gets its network.
            let whole = !loaded.fatal() && !layers.stations.is_empty() && !layers.demand.is_empty();
            let base = whole.then(|| self.base());
            match base {
                Some(Ok(base)) => {
                    findings.clone_from(&base.findings);
                    checks::f0622_single_roads(&base, &mut findings);
                    network = Some(crate::compute::network_line(&base.network.summary()));
                    stations.snapped = base.stations_at.iter().filter(|s| s.is_some()).count();
                    stations.unsnapped = stations.total - stations.snapped;
                }
                Some(Err(error)) => {
                    findings.extend(error.findings().iter().filter(|f| !loaded.findings.contains(f)).cloned());
                }
                None => match network_of(loaded, &mut findings) {
                    Ok((built, _)) => network = Some(crate::compute::network_line(&built.summary())),
                    Err(error) => {
                        let new: Vec<Finding> =
                            error.findings().iter().filter(|f| !findings.contains(f)).cloned().collect();
                        findings.extend(new);
                    }
                },
            }
        }
        findings.sort_by_key(|f| (f.severity != Severity::Fatal, f.code));
        CheckReport {
            estimate: Estimate { memory_mb: estimate(layers) },
            layers: loaded
                .reports
                .iter()
                .map(|r| LayerLine {
                    name: r.name.clone(),
                    file: r.file.clone(),
                    crs: r.crs.clone(),
                    read: r.read,
                    kept: r.kept,
                    repaired: r.repaired,
                    dropped: r.dropped,
                })
                .collect(),
            network,
            stations,
            findings: findings.iter().map(FindingLine::from).collect(),
        }
    }
}

/// Megabytes of a plan, from the size of its layers: roads as read and as network (about 200 bytes a point, 600 a way),
/// demand (about 1 kB a point with its times in all scenarios), the lattice of the land, and a floor for the program.
fn estimate(layers: &crate::input::Layers) -> f64 {
    let (points, ways) = match &layers.roads {
        Some(RoadData::Ways(roads)) => (roads.nodes.len(), roads.ways.len()),
        Some(RoadData::Arcs(graph)) => (graph.positions.len(), graph.arcs.len() / 4),
        None => (0, 0),
    };
    let bytes = 60e6 + points as f64 * 200.0 + ways as f64 * 600.0 + layers.demand.len() as f64 * 1000.0;
    (bytes / 1e6).round()
}
