//! Finding codes of this crate: F05xx, network and snapping.

use firesite_model::Code;

/// Roads that the profile's vehicle does not drive, counted by reason.
pub const NOT_DRIVEN: Code = Code("F0501");
/// The road layer holds nothing that the vehicle may drive.
pub const NO_ROADS: Code = Code("F0502");
/// A turn restriction that could not be tied to two roads and a junction.
pub const RESTRICTION_UNCLEAR: Code = Code("F0503");
/// A kind of barrier that the table does not know; taken as open.
pub const BARRIER_UNKNOWN: Code = Code("F0504");
/// An arc leads from or to a node that does not exist.
pub const ARC_WITHOUT_NODE: Code = Code("F0505");
/// A stretch of road without length (repeated node).
pub const NO_LENGTH: Code = Code("F0506");
/// A road that refers to a node that does not exist, or to one without a usable position.
pub const ROAD_WITHOUT_NODE: Code = Code("F0507");
/// Barriers that close a road, counted.
pub const BARRIER_CLOSED: Code = Code("F0508");
/// A profile lists no speed for a class of the network: those edges are closed.
pub const CLASS_WITHOUT_SPEED: Code = Code("F0509");
/// A kept order of a hierarchy that is damaged or belongs to another network.
pub const KEPT_ORDER: Code = Code("F0511");
/// A vehicle profile that cannot be used.
pub const PROFILE: Code = Code("F0510");
/// Roads that cross the 180° meridian.
pub const ACROSS_180: Code = Code("F0512");
/// A point moved from a scrap of network to the network that matters.
pub const MOVED_FROM_SCRAP: Code = Code("F0520");
/// A point with no usable road within the snapping distance.
pub const UNSNAPPED: Code = Code("F0521");
