//! Roads as they were read: tags typed, nothing decided. Which road an engine may use, and how fast, is the vehicle
//! profile's to say (`firesite-network`); formats only parse.

use geo_types::Coord;

use crate::{KilometresPerHour, Metres};

/// The OSM `highway` value, as written (`primary`, `residential`, `motorway_link`, …).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoadClass(pub String);

/// `oneway`, relative to the drawing direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Oneway {
    /// No tag: both ways unless the class or a roundabout implies otherwise.
    #[default]
    Unstated,
    /// `no`, `0`, `false`.
    No,
    /// `yes`, `1`, `true`.
    Forward,
    /// `-1`, `reverse`.
    Backward,
    /// `reversible`: the direction changes with the hour, and nobody knows it at the alarm.
    Reversible,
    /// `alternating`: one lane for both ways in turn.
    Alternating,
}

/// `junction`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Junction {
    /// Not a circle.
    #[default]
    None,
    /// `roundabout`: implies one-way.
    Roundabout,
    /// `circular`: does not.
    Circular,
}

/// One access value, as far as an engine cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessValue {
    /// `yes`, `permissive`, `designated`, `official`, `public`, …
    Yes,
    /// `no` and its kin (`agricultural`, `forestry`, `use_sidepath`, …).
    No,
    /// `private`.
    Private,
    /// `destination`, `delivery`, `customers`, `permit`, …
    Destination,
}

/// The access hierarchy: each later key overrides the earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AccessTags {
    /// `access`.
    pub access: Option<AccessValue>,
    /// `vehicle`.
    pub vehicle: Option<AccessValue>,
    /// `motor_vehicle`.
    pub motor_vehicle: Option<AccessValue>,
    /// `emergency`.
    pub emergency: Option<AccessValue>,
}

/// `maxspeed` of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SpeedLimit {
    /// No tag, or one that could not be read (a finding says which).
    #[default]
    Unstated,
    /// A limit.
    Limit(KilometresPerHour),
    /// `none`.
    Unlimited,
}

/// Signed limits for vehicles.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VehicleLimits {
    /// `maxwidth` or the road's own `width`, the smaller.
    pub width: Option<Metres>,
    /// `maxheight`.
    pub height: Option<Metres>,
    /// `maxweight`, tonnes.
    pub weight_t: Option<f64>,
}

/// One road as drawn: at least two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadWay {
    /// OSM way id, or the feature's number in its file, for messages.
    pub id: i64,
    /// Positions in [`Roads::nodes`], in drawing order; ways that share a node meet there.
    pub nodes: Vec<u32>,
    /// `highway`.
    pub class: RoadClass,
    /// `oneway`.
    pub oneway: Oneway,
    /// `junction`.
    pub junction: Junction,
    /// `access`, `vehicle`, `motor_vehicle`, `emergency`.
    pub access: AccessTags,
    /// `maxspeed` (or `maxspeed:forward`) along the drawing direction.
    pub maxspeed_forward: SpeedLimit,
    /// `maxspeed` (or `maxspeed:backward`) against it.
    pub maxspeed_backward: SpeedLimit,
    /// Width, height and weight limits.
    pub limits: VehicleLimits,
    /// `lanes`.
    pub lanes: Option<u8>,
    /// `bridge` other than `no`.
    pub bridge: bool,
    /// `tunnel` other than `no`.
    pub tunnel: bool,
    /// `area=yes`: a square to walk on, not a road to drive along.
    pub area: bool,
    /// Not there yet, or no longer: `construction`, `proposed`, `abandoned`, … (as class or as lifecycle tag).
    pub unbuilt: bool,
    /// `route=ferry`.
    pub ferry: bool,
    /// `name`, for reports.
    pub name: Option<String>,
}

/// A point of the road layer.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadNode {
    /// OSM node id, or 0.
    pub id: i64,
    /// WGS84 degrees.
    pub position: Coord<f64>,
    /// `barrier` (`bollard`, `block`, `gate`, `lift_gate`, …), as written.
    pub barrier: Option<String>,
    /// Access tags of the barrier.
    pub access: AccessTags,
    /// `highway=traffic_signals`, or a crossing with signals.
    pub signals: bool,
    /// `railway=level_crossing`.
    pub level_crossing: bool,
}

impl RoadNode {
    /// A plain point of a road.
    pub fn plain(id: i64, position: Coord<f64>) -> Self {
        Self { id, position, barrier: None, access: AccessTags::default(), signals: false, level_crossing: false }
    }
}

/// What a turn restriction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TurnBan {
    /// `no_…`: this turn is forbidden.
    No,
    /// `only_…`: every other turn from here is forbidden.
    Only,
}

/// A restriction relation with a via node. Relations with a via way are counted as findings by the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnRestriction {
    /// OSM relation id, for messages.
    pub id: i64,
    /// Position of the way in [`Roads::ways`] one comes from.
    pub from_way: u32,
    /// Position of the node in [`Roads::nodes`].
    pub via_node: u32,
    /// Position of the way one would go to.
    pub to_way: u32,
    /// Forbidden or mandatory.
    pub ban: TurnBan,
    /// `except` names emergency vehicles.
    pub except_emergency: bool,
}

/// The road layer: every way that is a road for somebody, with shared nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roads {
    /// Points, shared by ways.
    pub nodes: Vec<RoadNode>,
    /// Roads, in file order.
    pub ways: Vec<RoadWay>,
    /// Turn restrictions whose members are all present.
    pub restrictions: Vec<TurnRestriction>,
}

/// One arc of an arc-weighted graph (DIMACS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arc {
    /// Start, position in [`ArcGraph::positions`].
    pub from: u32,
    /// End.
    pub to: u32,
    /// Driving time, milliseconds.
    pub time: crate::TravelTime,
}

/// A network given as plain arcs with times: no geometry between nodes, no profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArcGraph {
    /// WGS84 degrees of each node; node k of a DIMACS file is k − 1 here.
    pub positions: Vec<Coord<f64>>,
    /// Arcs in file order; of parallel arcs the quickest counts.
    pub arcs: Vec<Arc>,
}
