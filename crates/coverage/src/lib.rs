//! Isochrones, service areas and coverage measures.
//!
//! Everything here rests on one primitive of the network, the earliest time along an edge
//! ([`TimeField::pieces`](firesite_network::TimeField::pieces)), and on one rule (DESIGN §4.2): *the time of a place is the
//! time at its nearest usable position on the network plus the access leg*. Demand, polygons, service areas and road
//! lengths therefore agree with each other.
//!
//! ```
//! use firesite_coverage::{Ground, Located};
//! use firesite_model::{ArcGraph, Arc, Coord, Metres, TravelTime};
//! use firesite_network::{RoadNetwork, SnapOptions, Snapper};
//!
//! // Two crossings 1 km apart, one minute each way.
//! let positions = vec![Coord { x: 112.0, y: 33.0 }, Coord { x: 112.0107, y: 33.0 }];
//! let arc = |from, to| Arc { from, to, time: TravelTime::minutes(1) };
//! let network = RoadNetwork::from_arcs(&ArcGraph { positions, arcs: vec![arc(0, 1), arc(1, 0)] })?.value;
//! let times = network.arc_times();
//! let snapper = Snapper::new(&times, SnapOptions::default());
//!
//! let position = Coord { x: 112.0, y: 33.0 };
//! let station = Located {
//!     id: "1".into(),
//!     place: snapper.snap(position).ok(),
//!     offset: TravelTime::ZERO,
//!     position,
//!     district: None,
//! };
//! let bands = Ground::new(&times, &snapper, Metres(25.0)).isochrones(&[station], &[TravelTime::seconds(30)]);
//! assert!((bands[0].area.as_km2() - 0.03).abs() < 0.005); // half a kilometre of road, 30 m to each side
//! # Ok::<(), firesite_network::Error>(())
//! ```
//!
//! # How polygons are made
//!
//! A [`Ground`] lays a lattice over the plane, at whole units of 10⁻⁷ degrees and aligned to (0, 0), and knows the nearest
//! road position of each lattice point. A time field gives each lattice point a time; the contours of a limit are drawn by
//! marching squares on the grid. This makes polygons valid, nested and rounded by construction, with holes and islands, the
//! same bytes for any thread count; no finished polygon is ever repaired or simplified (that breaks validity and nesting,
//! see the `sleeve` module). The price is the stated resolution: an outline is right to about a cell.
//!
//! Two kinds of place are decided in favour of "reached": the cells that a reached road passes (so that no demand on a
//! reached road lies outside), and pockets smaller than a cell. Land whose nearest road ends elsewhere is not.
//!
//! # What is where
//!
//! | question | here |
//! |---|---|
//! | what is reached in 4 minutes | [`Ground::isochrones`], [`Ground::isochrones_together`] |
//! | whose land is it | [`Ground::service_areas`] |
//! | who is first at this demand | [`first_due`], [`first_due_within`] |
//! | how much is covered | [`CoverageMeasures`], [`road_lengths`] |
//! | where is the blank spot (空白点) | [`blank_spots`] |
//! | is the core hollow (空心化) | [`hollow_core`] |
//! | roads by arrival | [`roads_by_time`] |
//! | union, clip, area on the grid | [`polygons`] |
//!
//! Lengths are metres, areas geodesic square metres, times whole milliseconds, weights thousandths of the demand's unit.

mod bands;
mod blank_spots;
mod ground;
mod hollow_core;
mod isochrones;
mod lattice;
mod locate;
mod located;
mod measures;
mod partition;
pub mod polygons;
mod reached;
mod roads;
mod service_areas;
mod sheet;
mod sleeve;

pub use blank_spots::{BlankSpot, BlankSpotOptions, blank_spots};
pub use ground::Ground;
pub use hollow_core::{HollowCore, centroid, hollow_core, inner_half};
pub use isochrones::{Isochrone, isochrones};
pub use locate::Locator;
pub use located::{DemandPlace, FirstDue, Located, first_due, first_due_within};
pub use measures::CoverageMeasures;
pub use roads::{RoadAreas, RoadByTime, RoadLength, road_lengths, roads_by_time};
pub use service_areas::{ServiceArea, Surroundings, service_area_resolution, service_areas};
