//! Tying points to the network.

use std::fmt;

use firesite_model::{Coord, KilometresPerHour, Metres, TravelTime};

use crate::{EdgeId, NodeId, TravelTimes};

/// How far a point may lie from a road, and how fast the way between is covered.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SnapOptions {
    /// The longest access leg.
    pub max: Metres,
    /// Speed between the point and the road.
    pub access_speed: KilometresPerHour,
}

impl Default for SnapOptions {
    /// 500 m at 15 km/h.
    fn default() -> Self {
        Self { max: Metres(500.0), access_speed: KilometresPerHour(15.0) }
    }
}

impl SnapOptions {
    /// The longest access leg and the speed on it.
    pub fn new(max: Metres, access_speed: KilometresPerHour) -> Self {
        Self { max, access_speed }
    }
}

/// A point tied to a position along an edge; both directions of the edge count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapped {
    /// The edge.
    pub edge: EdgeId,
    /// Position along the edge, 0 at its first node, 1 at its last.
    pub share: f64,
    /// The node, where the position is one.
    pub node: Option<NodeId>,
    /// Distance from the point to the road.
    pub distance: Metres,
    /// Time for that distance.
    pub access: TravelTime,
    /// A nearer road was a scrap of network that leads nowhere.
    pub moved_from_scrap: bool,
    pub(crate) position: Coord<f64>,
}

impl Snapped {
    /// The place on the road.
    pub fn position(&self) -> Coord<f64> {
        self.position
    }
}

/// Why a point has no place on the network.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Unsnapped {
    /// The network holds no road that a point may be tied to.
    NoRoads,
    /// No road within the snapping distance.
    TooFar {
        /// The snapping distance.
        max: Metres,
    },
    /// Within the snapping distance there are only roads that lead nowhere.
    OnlyScrap {
        /// Distance to the scrap.
        scrap: Metres,
        /// The snapping distance.
        max: Metres,
    },
    /// Not a position on earth.
    NoPosition,
}

impl fmt::Display for Unsnapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsnapped::NoRoads => write!(f, "the network has no road to tie a point to"),
            Unsnapped::TooFar { max } => write!(f, "no road within {:.0} m", max.0),
            Unsnapped::OnlyScrap { scrap, max } => write!(
                f,
                "the road {:.0} m away leads nowhere, and there is none of the large network within {:.0} m",
                scrap.0, max.0
            ),
            Unsnapped::NoPosition => write!(f, "not a longitude and latitude"),
        }
    }
}

impl std::error::Error for Unsnapped {}

/// Ties points to the roads of one network.
pub struct Snapper {
    options: SnapOptions,
}

impl Snapper {
    /// An index over the usable roads.
    pub fn new(_times: &TravelTimes, options: SnapOptions) -> Self {
        Self { options }
    }

    /// The nearest usable position.
    pub fn snap(&self, _point: Coord<f64>) -> Result<Snapped, Unsnapped> {
        let _ = self.options;
        unimplemented!()
    }
}

/// A straight stretch of road that a point may be tied to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The edge.
    pub edge: EdgeId,
    /// Share of the edge length where the stretch begins.
    pub from: f64,
    /// Share of the edge length where it ends.
    pub to: f64,
    /// Its ends, in the direction of the edge.
    pub line: [Coord<f64>; 2],
}

impl Snapper {
    /// The snapping distance and the speed of the access leg.
    pub fn options(&self) -> SnapOptions {
        self.options
    }

    /// Every stretch of road that [`snap`](Self::snap) may choose: no motorways, tunnels or scraps of network. On plain
    /// arcs, where points are tied to nodes, every edge as one stretch. `coverage` makes its isochrones from these.
    pub fn targets(&self) -> impl Iterator<Item = Target> + '_ {
        std::iter::empty()
    }
}
