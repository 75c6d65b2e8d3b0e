//! Road network, vehicle profile, travel times, snapping and shortest paths.

mod build;
pub mod codes;
mod components;
mod error;
mod ids;
mod network;
mod profile;
mod search;
mod snap;
mod times;

pub use components::Components;
pub use error::Error;
pub use ids::{ArcId, EdgeId, NodeId};
pub use network::{Edge, LeftOut, NetworkSummary, RoadNetwork};
pub use profile::{DEFAULT_PROFILE, TurnCosts, VehicleProfile, VehicleSize};
pub use search::{Origin, Piece, Search, TimeField};
pub use snap::{SnapOptions, Snapped, Snapper, Target, Unsnapped};
pub use times::{Matrix, Reach, TravelTimes};
