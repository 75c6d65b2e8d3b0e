//! Roads straight from a file, for questions that need no study: isochrones, matrix, nearest.

use std::path::{Path, PathBuf};

use firesite_formats::{RoadSource, Source, read_dimacs, read_roads, road_source};
use firesite_model::{Finding, Place, Read};
use firesite_network::{DEFAULT_PROFILE, RoadNetwork, TravelTimes, VehicleProfile};

use crate::Error;

/// A road file, and what is needed to read it.
///
/// ```no_run
/// use firesite::RoadFiles;
/// let times = RoadFiles::new("town.osm.pbf").open()?.value;
/// println!("{} crossings", times.network().summary().nodes);
/// # Ok::<(), firesite::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RoadFiles {
    /// OSM (`.osm.pbf`, `.osm`, `.osm.gz`, `.osm.bz2`), GeoJSON or DIMACS (`.gr`, `.gr.gz`).
    pub roads: PathBuf,
    /// Coordinate system of the roads, where the file does not say it.
    pub crs: Option<String>,
    /// A packaged profile or the path of one; `None`: `fire-engine`. No profile applies to DIMACS.
    pub profile: Option<String>,
    /// DIMACS: node positions (`.co`, `.co.gz`).
    pub coordinates: Option<PathBuf>,
    /// DIMACS: milliseconds per unit of weight; `None`: 1.
    pub unit_ms: Option<f64>,
}

impl RoadFiles {
    /// This road file with the packaged profile.
    pub fn new(roads: impl Into<PathBuf>) -> Self {
        Self { roads: roads.into(), crs: None, profile: None, coordinates: None, unit_ms: None }
    }

    /// Reads the roads and makes travel times of them.
    pub fn open(&self) -> Result<Read<TravelTimes>, Error> {
        let file = self.roads.display().to_string();
        let in_file =
            |found: Vec<Finding>| found.into_iter().map(|f| f.of_layer_in("roads", &file)).collect::<Vec<_>>();
        match self.read() {
            Ok(Read { value, findings }) => Ok(Read { value, findings: in_file(findings) }),
            Err(Error::Network(firesite_network::Error::Input(found))) => Err(Error::Input(in_file(found))),
            Err(error) => Err(error),
        }
    }

    fn read(&self) -> Result<Read<TravelTimes>, Error> {
        let mut findings = Vec::new();
        let mut source = Source::new(&self.roads);
        source.crs.clone_from(&self.crs);
        let dimacs = road_source(&self.roads) == Some(RoadSource::Dimacs);
        self.refuse_idle(dimacs)?;
        if dimacs {
            let Some(coordinates) = &self.coordinates else {
                return Err(Error::Input(vec![Finding::fatal(
                    firesite_formats::codes::FILE_UNREADABLE,
                    Place::file(source.shown),
                    "a DIMACS graph has no positions of its own",
                    "name the file of its nodes with --coordinates FILE.co",
                )]));
            };
            let graph =
                read_dimacs(&source, &Source::new(coordinates), self.unit_ms.unwrap_or(1.0))?.take(&mut findings);
            let network = RoadNetwork::from_arcs(&graph)?.take(&mut findings);
            return Ok(Read { value: network.arc_times(), findings });
        }
        let profile = profile(self.profile.as_deref())?;
        let roads = read_roads(&source)?.take(&mut findings);
        let network = RoadNetwork::from_ways(&roads.roads, &profile)?.take(&mut findings);
        let times = network.times(&profile)?.take(&mut findings);
        Ok(Read { value: times, findings })
    }
}

impl RoadFiles {
    /// What would have no effect on this kind of file is an error, not ignored: who gives it expects something of it.
    fn refuse_idle(&self, dimacs: bool) -> Result<(), Error> {
        let given = [
            ("--profile", self.profile.is_some(), true),
            ("--coordinates", self.coordinates.is_some(), false),
            ("--unit-ms", self.unit_ms.is_some(), false),
        ];
        let reason = if dimacs {
            "has no effect on a DIMACS graph, whose times are given"
        } else {
            "has an effect on DIMACS graphs (.gr, .gr.gz) alone"
        };
        let idle = given.iter().filter(|(_, is_given, for_roads)| *is_given && *for_roads == dimacs);
        let findings: Vec<Finding> = idle
            .map(|(option, _, _)| {
                Finding::fatal(
                    firesite_formats::codes::FILE_KIND,
                    Place::file(self.roads.display().to_string()),
                    format!("{option} {reason}"),
                    format!("leave {option} out, or name another file"),
                )
            })
            .collect();
        if findings.is_empty() { Ok(()) } else { Err(Error::Input(findings)) }
    }
}

/// A profile by packaged name, else from a file.
fn profile(named: Option<&str>) -> Result<VehicleProfile, Error> {
    let named = named.unwrap_or(DEFAULT_PROFILE);
    if let Some(packaged) = VehicleProfile::packaged(named) {
        return Ok(packaged);
    }
    let unusable = |message: String| {
        let known = VehicleProfile::packaged_names().collect::<Vec<_>>().join(", ");
        Error::Input(vec![Finding::fatal(
            firesite_formats::codes::FILE_UNREADABLE,
            Place::file(named),
            message,
            format!("name a profile file, or a packaged profile: {known}"),
        )])
    };
    let bytes =
        std::fs::read(Path::new(named)).map_err(|error| unusable(format!("the profile cannot be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|_| unusable("the profile is not UTF-8 text".to_owned()))?;
    Ok(VehicleProfile::parse(&text, named)?)
}
