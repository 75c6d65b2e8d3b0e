//! Roads and points as the small commands use them: opened, tied together, with a word on what could not be.

use std::path::Path;

use firesite::RoadFiles;
use firesite::formats::{NamedPoint, Source, read_points};
use firesite::model::{Finding, Place, Severity};
use firesite::network::codes;
use firesite::prelude::{KilometresPerHour, Metres, SnapOptions, Snapped, Snapper, TravelTimes};

use crate::args::RoadArgs;
use crate::console::Console;
use crate::outcome::Failure;

/// Roads ready for questions.
pub struct Ground {
    /// Travel times on them.
    pub times: TravelTimes,
    /// Ties points to them.
    pub snapper: Snapper,
    /// What was odd.
    pub findings: Vec<Finding>,
}

/// Points and their places on the roads; `None` where there is none.
pub struct Places {
    /// As read, in file order.
    pub points: Vec<NamedPoint>,
    /// One for each point.
    pub snapped: Vec<Option<Snapped>>,
}

impl Ground {
    /// Reads the roads.
    pub fn open(console: &Console, args: &RoadArgs) -> Result<Self, Failure> {
        let bar = console.progress(format!("reading {}", args.roads.display()));
        let files = RoadFiles {
            roads: args.roads.clone(),
            crs: args.crs.clone(),
            profile: args.profile.clone(),
            coordinates: args.coordinates.clone(),
            unit_ms: args.unit_ms,
        };
        let read = files.open()?;
        let options = SnapOptions::new(Metres(args.access_max_m), KilometresPerHour(args.access_kmh));
        let snapper = Snapper::new(&read.value, options);
        bar.finish_and_clear();
        Ok(Self { times: read.value, snapper, findings: read.findings })
    }

    /// Reads points and ties them to the roads.
    pub fn places(&mut self, file: &Path) -> Result<Places, Failure> {
        let read = read_points(&Source::new(file))?;
        self.findings.extend(read.findings);
        Ok(self.tie(read.value.items, &read.value.file))
    }

    /// Ties points to the roads; what cannot be tied, or was tied to another road than the nearest, becomes a finding.
    pub fn tie(&mut self, points: Vec<NamedPoint>, file: &str) -> Places {
        let mut snapped = Vec::with_capacity(points.len());
        for point in &points {
            let place = || Place::file(file).feature(&point.id).at(point.position.x, point.position.y);
            match self.snapper.snap(point.position) {
                Ok(found) => {
                    if found.moved_from_scrap {
                        let message = format!(
                            "the nearest road is a scrap of network; the main network {:.0} m away is used",
                            found.distance.0
                        );
                        self.findings.push(Finding::new(
                            codes::MOVED_FROM_SCRAP,
                            Severity::Warning,
                            place(),
                            message,
                            "join the scrap to the network, or move the point",
                        ));
                    }
                    snapped.push(Some(found));
                }
                Err(reason) => {
                    let remedy = "move the point to a road, or allow a longer way with --access-max-m";
                    self.findings.push(Finding::new(
                        codes::UNSNAPPED,
                        Severity::Dropped,
                        place(),
                        reason.to_string(),
                        remedy,
                    ));
                    snapped.push(None);
                }
            }
        }
        Places { points, snapped }
    }
}
