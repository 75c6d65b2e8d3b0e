//! A study: opened once, computed step by step, each step once.

mod builder;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use firesite_model::{
    Candidate, Date, Finding, KilometresPerHour, Metres, Nature, Place, Read, Severity, Station, TravelTime,
};
use firesite_network::{RoadNetwork, SnapOptions, Snapped, Snapper, TravelTimes, VehicleProfile};
use firesite_standards::{Clock, ClockName};
use rayon::prelude::*;

use crate::candidates::{self, Candidates};
use crate::checks::{self, Districts, Purpose};
use crate::input::{self, Layers, Loaded, RoadData};
use crate::sites::Sites;
use crate::study_file::StudyFile;
use crate::weights::thousandths;
use crate::{Error, codes};
use builder::Memory;
pub use builder::StudyBuilder;

/// Roads, stations, demand, towns and rules of one region, and how to compute with them.
///
/// Opening reads the study file alone; each step below is computed when it is first asked for, and kept.
///
/// ```no_run
/// use firesite_plan::Study;
/// let study = Study::open("study.toml")?;
/// let plan = study.plan()?;
/// println!("{:?}", plan.main().map(|s| s.ledger));
/// # Ok::<(), firesite_plan::Error>(())
/// ```
#[derive(Clone)]
pub struct Study(Arc<Inner>);

struct Inner {
    file: StudyFile,
    /// The study file as the user wrote it.
    shown: String,
    folder: PathBuf,
    memory: Option<Memory>,
    loaded: OnceLock<Arc<Checked>>,
    base: OnceLock<Arc<Base>>,
    sites: OnceLock<Arc<Sites>>,
}

/// Layers, and where their features lie.
pub(crate) struct Checked {
    pub(crate) loaded: Loaded,
    pub(crate) districts: Districts,
    /// The day ages and validity of rules are judged at.
    pub(crate) reference_date: Option<Date>,
}

/// Everything up to the times: what coverage and plans stand on.
pub(crate) struct Base {
    pub(crate) checked: Arc<Checked>,
    pub(crate) network: RoadNetwork,
    pub(crate) times: TravelTimes,
    pub(crate) snapper: Snapper,
    pub(crate) settings: Settings,
    /// Of the stations, in their order.
    pub(crate) stations_at: Vec<Option<Snapped>>,
    /// Of the demand, in its order.
    pub(crate) demand_at: Vec<Option<Snapped>>,
    /// Weights of the demand, thousandths.
    pub(crate) weights: Vec<u64>,
    /// What was odd, up to here.
    pub(crate) findings: Vec<Finding>,
}

/// `[response]` and `[output]` with their defaults.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    /// Call handling, where the study states it.
    pub(crate) call_handling: Option<TravelTime>,
    pub(crate) turnout: TravelTime,
    pub(crate) limit: TravelTime,
    pub(crate) worst: TravelTime,
    pub(crate) snap: SnapOptions,
    pub(crate) across_districts: bool,
    pub(crate) bands: Vec<TravelTime>,
    pub(crate) resolution: Metres,
    /// Where the wind mostly blows from, degrees from north clockwise.
    pub(crate) prevailing_wind: Option<f64>,
}

impl Settings {
    fn of(file: &StudyFile) -> Self {
        let seconds = |x: Option<f64>, default: u32| {
            x.and_then(TravelTime::from_seconds_f64).unwrap_or(TravelTime::seconds(default))
        };
        let response = &file.response;
        let limit = seconds(response.limit_s, 300);
        let mut bands: Vec<TravelTime> =
            file.output.bands_s.iter().filter_map(|s| TravelTime::from_seconds_f64(*s)).collect();
        if bands.is_empty() {
            bands = vec![TravelTime::millis((u64::from(limit.as_millis()) * 3 / 5) as u32), limit];
        }
        bands.sort_unstable();
        bands.dedup();
        bands.retain(|b| *b > TravelTime::ZERO);
        Self {
            clock: Clock {
                name: response.clock.as_deref().and_then(ClockName::parse).unwrap_or_default(),
                call_handling: seconds(response.call_handling_s, 150),
            },
            call_handling: response.call_handling_s.and_then(TravelTime::from_seconds_f64),
            turnout: seconds(response.turnout_s, 60),
            limit,
            worst: seconds(response.worst_s, 1800).max(limit),
            snap: SnapOptions::new(
                Metres(response.access_max_m.unwrap_or(500.0)),
                KilometresPerHour(response.access_kmh.unwrap_or(15.0)),
            ),
            across_districts: response.across_districts.unwrap_or(true),
            bands,
            resolution: Metres(file.output.resolution_m.unwrap_or(50.0)),
            prevailing_wind: file.wind.as_ref().and_then(crate::study_file::WindSection::prevailing_degrees),
        }
    }

    /// The turnout of a station.
    pub(crate) fn turnout(&self, station: &Station) -> TravelTime {
        station.turnout.unwrap_or(self.turnout)
    }
}

impl Study {
    /// Opens a study file.
    ///
    /// # Errors
    /// [`Error::Input`] with every fault of the file: unknown keys, wrong types, values out of range.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let refuse = |message: String| {
            Error::one(Finding::fatal(
                codes::STUDY_UNREADABLE,
                Place::file(&shown),
                message,
                "name a study file; CONTRIBUTING and the README show one",
            ))
        };
        if path.is_dir() {
            return Err(refuse("it is a folder; the study file lies in it (study.toml)".into()));
        }
        let bytes = std::fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => refuse("there is no such file".into()),
            _ => refuse(error.to_string()),
        })?;
        // Messages name the file alone, so that they are the same from every working folder.
        let name = path.file_name().map_or(shown.clone(), |n| n.to_string_lossy().into_owned());
        let file = StudyFile::parse(&bytes, &name).map_err(Error::Input)?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Self::new(file, name, folder, None))
    }

    fn new(file: StudyFile, shown: String, folder: PathBuf, memory: Option<Memory>) -> Self {
        Self(Arc::new(Inner {
            file,
            shown,
            folder,
            memory,
            loaded: OnceLock::new(),
            base: OnceLock::new(),
            sites: OnceLock::new(),
        }))
    }

    /// A study from layers that a program holds.
    pub fn builder(name: impl Into<String>) -> StudyBuilder {
        let mut file = StudyFile::default();
        file.study.name = name.into();
        StudyBuilder { file, layers: Layers::default(), nature: Nature::Real, has_candidates: false }
    }

    /// The study file.
    pub fn file(&self) -> &StudyFile {
        &self.0.file
    }

    /// The same study, told in another language (`en` or `zh`); no figure depends on it.
    pub fn with_lang(&self, lang: &str) -> Self {
        let inner = &self.0;
        let mut file = inner.file.clone();
        file.output.lang = Some(lang.to_owned());
        Self::new(file, inner.shown.clone(), inner.folder.clone(), inner.memory.clone())
    }

    /// The same study with another main scenario; the scenarios themselves do not depend on it.
    ///
    /// # Errors
    /// [`Error::Input`] when the study has no scenario of this name.
    pub fn with_main(&self, scenario: &str) -> Result<Self, Error> {
        let inner = &self.0;
        let mut file = inner.file.clone();
        file.solve.main = Some(scenario.to_owned());
        fatal(&file.faults("", &inner.shown))?;
        Ok(Self::new(file, inner.shown.clone(), inner.folder.clone(), inner.memory.clone()))
    }

    /// How messages name the study file.
    pub fn shown(&self) -> &str {
        &self.0.shown
    }

    pub(crate) fn checked(&self) -> Arc<Checked> {
        self.0
            .loaded
            .get_or_init(|| {
                let inner = &self.0;
                let mut loaded = match &inner.memory {
                    None => input::load(&inner.file, &inner.folder, &inner.shown),
                    Some(memory) => memory.loaded(&inner.file, &inner.shown),
                };
                let districts = checks::run(&inner.file, &mut loaded, &inner.shown);
                Arc::new(Checked { loaded, districts, reference_date: inner.file.study.reference_date.map(|d| d.0) })
            })
            .clone()
    }

    /// The layers, read and checked against each other.
    ///
    /// # Errors
    /// [`Error::Input`] with the fatal findings of all layers.
    pub fn layers(&self) -> Result<Layers, Error> {
        let checked = self.checked();
        fatal(&checked.loaded.findings)?;
        Ok(checked.loaded.layers.clone())
    }

    /// The vehicle.
    ///
    /// # Errors
    /// As [`Study::layers`].
    pub fn profile(&self) -> Result<VehicleProfile, Error> {
        match &self.checked().loaded.layers.profile {
            Some(profile) => Ok(profile.clone()),
            None => {
                fatal(&self.checked().loaded.findings)?;
                Err(Error::Internal("no vehicle profile".into()))
            }
        }
    }

    /// The network of what the vehicle may drive.
    ///
    /// # Errors
    /// As [`Study::times`].
    pub fn network(&self) -> Result<RoadNetwork, Error> {
        Ok(self.base()?.network.clone())
    }

    /// Travel times of the vehicle.
    ///
    /// # Errors
    /// [`Error::Input`] with everything that is wrong with layers, network and snapping.
    pub fn times(&self) -> Result<TravelTimes, Error> {
        Ok(self.base()?.times.clone())
    }

    /// Places of the demand on the network, in the order of [`Layers::demand`].
    ///
    /// # Errors
    /// As [`Study::times`].
    pub fn demand_places(&self) -> Result<Vec<Option<Snapped>>, Error> {
        Ok(self.base()?.demand_at.clone())
    }

    /// Places of the stations on the network, in the order of [`Layers::stations`].
    ///
    /// # Errors
    /// As [`Study::times`].
    pub fn station_places(&self) -> Result<Vec<Option<Snapped>>, Error> {
        Ok(self.base()?.stations_at.clone())
    }

    /// The candidates, read or generated, tied to the network and filtered.
    ///
    /// # Errors
    /// As [`Study::times`].
    pub fn candidates(&self) -> Result<Candidates, Error> {
        Ok(self.sites()?.candidates.clone())
    }

    /// What was odd so far; nothing is computed for it.
    pub fn findings(&self) -> Vec<Finding> {
        if let Some(base) = self.0.base.get() {
            let mut findings = base.findings.clone();
            if let Some(sites) = self.0.sites.get() {
                findings.extend(sites.findings.iter().cloned());
            }
            return findings;
        }
        self.checked().loaded.findings.clone()
    }

    pub(crate) fn base(&self) -> Result<Arc<Base>, Error> {
        if let Some(base) = self.0.base.get() {
            return Ok(base.clone());
        }
        let base = Arc::new(self.build_base()?);
        Ok(self.0.base.get_or_init(|| base).clone())
    }

    pub(crate) fn sites(&self) -> Result<Arc<Sites>, Error> {
        if let Some(sites) = self.0.sites.get() {
            return Ok(sites.clone());
        }
        let base = self.base()?;
        let sites = Arc::new(Sites::new(&self.0.file, &base)?);
        Ok(self.0.sites.get_or_init(|| sites).clone())
    }

    fn build_base(&self) -> Result<Base, Error> {
        let checked = self.checked();
        let mut findings = checked.loaded.findings.clone();
        checks::f0104_required(&self.0.file, &checked.loaded, &self.0.shown, Purpose::Compute, &mut findings);
        fatal(&findings)?;
        let (network, times) = network_of(&checked.loaded, &mut findings)?;
        let settings = Settings::of(&self.0.file);
        let snapper = Snapper::new(&times, settings.snap);
        let layers = &checked.loaded.layers;
        let file_of = |name: &str| checked.loaded.file_of(name);
        let stations: Vec<_> = layers.stations.par_iter().map(|s| snapper.snap(s.position)).collect();
        checks::f0604_station_unsnapped(&layers.stations, &stations, &file_of("stations"), &mut findings);
        let demand: Vec<_> = layers.demand.par_iter().map(|d| snapper.snap(d.position)).collect();
        checks::f0606_demand_unsnapped(&layers.demand, &demand, &file_of("demand"), &mut findings);
        checks::f0620_moved_from_scrap(layers, &stations, &demand, file_of, &mut findings);
        fatal(&findings)?;
        let weights = thousandths(layers.demand.iter().map(|d| d.weight.0));
        Ok(Base {
            stations_at: stations.into_iter().map(Result::ok).collect(),
            demand_at: demand.into_iter().map(Result::ok).collect(),
            weights,
            checked: checked.clone(),
            network,
            times,
            snapper,
            settings,
            findings,
        })
    }
}

/// Network and times, whichever kind of roads there is.
pub(crate) fn network_of(loaded: &Loaded, findings: &mut Vec<Finding>) -> Result<(RoadNetwork, TravelTimes), Error> {
    let layers = &loaded.layers;
    let file = loaded.file_of("roads");
    let mut built = Vec::new();
    let mut network = || -> Result<(RoadNetwork, TravelTimes), Error> {
        match &layers.roads {
            Some(RoadData::Ways(roads)) => {
                let profile = layers.profile.as_ref().ok_or_else(|| Error::Internal("no vehicle profile".into()))?;
                let network = RoadNetwork::from_ways(roads, profile)?.take(&mut built);
                let times = network.times(profile)?.take(&mut built);
                Ok((network, times))
            }
            Some(RoadData::Arcs(graph)) => {
                let network = RoadNetwork::from_arcs(graph)?.take(&mut built);
                let times = network.arc_times();
                Ok((network, times))
            }
            None => Err(Error::Internal("no roads".into())),
        }
    };
    let in_file = |found: Vec<Finding>| found.into_iter().map(|f| f.of_layer_in("roads", &file));
    let outcome = network().map_err(|error| match error {
        Error::Input(found) => {
            let earlier = findings.iter().filter(|f| f.severity == Severity::Fatal).cloned();
            Error::Input(earlier.chain(in_file(found)).collect())
        }
        other => other,
    });
    findings.extend(in_file(built));
    outcome
}

/// An error when something is fatal.
pub(crate) fn fatal(findings: &[Finding]) -> Result<(), Error> {
    let fatal: Vec<Finding> = findings.iter().filter(|f| f.severity == Severity::Fatal).cloned().collect();
    if fatal.is_empty() { Ok(()) } else { Err(Error::Input(fatal)) }
}

/// A convenience for callers that hold a [`Read`].
impl Study {
    /// Candidates generated along the roads of this study, whatever `[candidates]` says.
    ///
    /// # Errors
    /// As [`Study::times`].
    pub fn generate_candidates(&self) -> Result<Read<Vec<Candidate>>, Error> {
        let base = self.base()?;
        Ok(Read::clean(candidates::generate(&self.0.file, &base)?.items))
    }
}
