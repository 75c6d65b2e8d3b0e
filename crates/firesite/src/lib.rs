//! Which streets fire engines reach in time, and where the next stations belong.
//!
//! ```no_run
//! use firesite::prelude::*;
//!
//! let plan = Study::open("study.toml")?.plan()?;
//! plan.write("out")?;
//! # Ok::<(), firesite::Error>(())
//! ```
//!
//! A [`Study`](prelude::Study) names the files: roads, stations, demand, towns, rules. A [`Plan`](prelude::Plan) is what
//! follows from it: coverage before and after, new and upgraded stations with a proof, compliance rule by rule. It is a
//! pure function of the study: the same folder gives the same bytes, whatever the thread count.
//!
//! Smaller questions need no study: [`RoadFiles`] opens a road file for times, isochrones and matrices; the crates behind
//! this face ([`network`], [`coverage`], [`problem`], [`siting`], …) can be used by themselves.

mod error;
mod road_files;

pub use error::Error;
pub use road_files::RoadFiles;

pub use firesite_coverage as coverage;
pub use firesite_formats as formats;
pub use firesite_model as model;
pub use firesite_network as network;
pub use firesite_plan as plan;
pub use firesite_problem as problem;
pub use firesite_report as report;
pub use firesite_siting as siting;
pub use firesite_standards as standards;
pub use geo_types;
pub use petgraph;

/// What a planner's program needs.
pub mod prelude {
    pub use crate::{Error, RoadFiles};
    pub use firesite_model::{
        Coord, Finding, KilometresPerHour, Metres, Read, ResponseTime, SquareMetres, TravelTime, Weight,
    };
    pub use firesite_network::{Origin, RoadNetwork, SnapOptions, Snapped, Snapper, TravelTimes, VehicleProfile};
    pub use firesite_plan::{CoverageReport, Plan, Study};
    pub use firesite_report::{WriteResults, render_again};
}
