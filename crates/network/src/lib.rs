//! Road network, vehicle profile, travel times, snapping and shortest paths.
//!
//! [`RoadNetwork`] is the topology of what a vehicle may drive, built from roads ([`RoadNetwork::from_ways`]) or from
//! plain arcs ([`RoadNetwork::from_arcs`]). [`TravelTimes`] are milliseconds on it, made with a [`VehicleProfile`]. A
//! [`Snapper`] ties points to roads. A [`Search`] answers with a [`TimeField`]; [`TravelTimes::matrix`],
//! [`TravelTimes::due_order`] and [`TravelTimes::reach`] ask many at once. Callers ask for times, not for an algorithm.
//!
//! ```
//! use firesite_model::{Coord, RoadNode, RoadWay, Roads};
//! use firesite_network::{Origin, RoadNetwork, SnapOptions, Snapper, VehicleProfile};
//!
//! # fn street() -> Roads {
//! #     use firesite_model::*;
//! #     let node = |x: f64| RoadNode::plain(0, Coord { x, y: 33.0 });
//! #     Roads {
//! #         nodes: vec![node(112.50), node(112.51), node(112.52)],
//! #         ways: vec![RoadWay {
//! #             id: 1, nodes: vec![0, 1, 2], class: RoadClass("residential".into()), oneway: Oneway::Unstated,
//! #             junction: Junction::None, access: AccessTags::default(), maxspeed_forward: SpeedLimit::Unstated,
//! #             maxspeed_backward: SpeedLimit::Unstated, limits: VehicleLimits::default(), lanes: None, bridge: false,
//! #             tunnel: false, area: false, unbuilt: false, ferry: false, name: None,
//! #         }],
//! #         restrictions: vec![],
//! #     }
//! # }
//! let roads: Roads = street(); // 1,869 m along the parallel of 33° north
//! let profile = VehicleProfile::packaged("fire-engine").expect("packaged");
//! let network = RoadNetwork::from_ways(&roads, &profile)?.value;
//! let times = network.times(&profile)?.value;
//! let snapper = Snapper::new(&times, SnapOptions::default());
//! let station = snapper.snap(Coord { x: 112.505, y: 33.0 })?;
//! let fire = snapper.snap(Coord { x: 112.515, y: 33.0 })?;
//! let mut search = times.search();
//! let field = search.run(&[Origin::at(&station)], None);
//! assert_eq!(field.at(&fire).unwrap().to_string(), "2:32.924"); // 934.5 m at 22 km/h
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// The innermost loops are measured: left to itself the compiler keeps some of them as calls.
#![allow(clippy::inline_always)]

mod access;
mod barriers;
mod bridges;
mod build;
mod choose;
pub mod codes;
mod components;
mod coverage_matrix;
mod due;
mod error;
mod fields;
pub mod generate;
mod geometry;
mod hierarchy;
mod ids;
mod matrix;
mod network;
mod numbers;
mod profile;
mod progress;
mod queue;
mod reach;
mod search;
mod snap;
mod times;
mod turns;
mod views;

pub use bridges::SingleRoad;
pub use choose::Engine;
pub use components::Components;
pub use coverage_matrix::CoverageMatrix;
pub use due::DueOrder;
pub use error::Error;
pub use hierarchy::{HierarchyCounts, LANES, Sweep};
pub use ids::{ArcId, EdgeId, NodeId};
pub use matrix::Matrix;
pub use network::{Edge, LeftOut, NetworkSummary, RoadNetwork};
pub use profile::{DEFAULT_PROFILE, TurnCosts, VehicleProfile, VehicleSize};
pub use progress::{Cancelled, Progress, Report};
pub use reach::Reach;
pub use search::{Origin, Piece, Search, TimeField};
pub use snap::{SnapOptions, Snapped, Snapper, Target, Unsnapped};
pub use times::TravelTimes;
pub use views::{ArcRef, Crossings, CutEdge, StreetRef, TurnRef, Turns};

pub use petgraph;
