//! Tying points to the network.

mod index;

use std::fmt;

use firesite_model::{Coord, KilometresPerHour, Metres, TravelTime};

use crate::geometry::{Plane, distance, on_earth};
use crate::{EdgeId, NodeId, TravelTimes};
use index::{Nearest, NodeIndex, SegmentIndex};

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
    /// The node, where the position is one: such a place is left and reached by every road of the node.
    pub node: Option<NodeId>,
    /// Distance from the point to the road.
    pub distance: Metres,
    /// Time for that distance; zero on a network of plain arcs.
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
    /// No usable road within the snapping distance.
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
            Unsnapped::TooFar { max } => write!(f, "no usable road within {:.0} m", max.0),
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
///
/// A point goes to the nearest position on an edge that matters ([`Components`](crate::Components) says which do); where
/// a scrap is nearer, `moved_from_scrap` is set. Motorways, their links and tunnels are no targets. Of equally near
/// edges the smaller counts. On a network of plain arcs a point goes to the nearest node that has an arc, of equally near
/// ones to the first in the input, without an access leg.
pub struct Snapper {
    options: SnapOptions,
    index: Index,
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

enum Index {
    Segments(SegmentIndex),
    Nodes(NodeIndex),
}

/// A position so near to a node is the node.
const AT_NODE_M: f64 = 0.01;

impl Snapper {
    /// An index over the usable roads: O(segments · log). Edges that are closed both ways are not usable.
    pub fn new(times: &TravelTimes, options: SnapOptions) -> Self {
        let index = if times.network().is_plain_arcs() {
            Index::Nodes(NodeIndex::new(times))
        } else {
            Index::Segments(SegmentIndex::new(times))
        };
        Self { options, index }
    }

    /// The options.
    pub fn options(&self) -> SnapOptions {
        self.options
    }

    /// Every stretch of road that [`snap`](Self::snap) may choose: no motorways, tunnels or scraps of network. On plain
    /// arcs, where points are tied to nodes, every edge as one stretch. In no particular order.
    pub fn targets(&self) -> Vec<Target> {
        match &self.index {
            Index::Segments(index) => index.targets(),
            Index::Nodes(index) => index.targets(),
        }
    }

    /// The nearest usable position within the snapping distance.
    pub fn snap(&self, point: Coord<f64>) -> Result<Snapped, Unsnapped> {
        if !on_earth(point) {
            return Err(Unsnapped::NoPosition);
        }
        match &self.index {
            Index::Segments(index) => self.to_edge(index, point),
            Index::Nodes(index) => {
                let max = self.options.max;
                index.nearest(point, max.0).ok_or(Unsnapped::TooFar { max })
            }
        }
    }

    fn to_edge(&self, index: &SegmentIndex, point: Coord<f64>) -> Result<Snapped, Unsnapped> {
        let (max, plane) = (self.options.max, Plane::at(point));
        let (mut radius, mut found) = (64.0f64.min(max.0), Nearest::default());
        loop {
            found = index.within(point, &plane, radius, found);
            if found.usable.is_some_and(|hit| hit.metres <= radius) || radius >= max.0 {
                break;
            }
            radius = (radius * 4.0).min(max.0);
        }
        let scrap = found.scrap.filter(|hit| hit.metres <= max.0);
        let Some(hit) = found.usable.filter(|hit| hit.metres <= max.0) else {
            return Err(
                scrap.map_or(Unsnapped::TooFar { max }, |s| Unsnapped::OnlyScrap { scrap: Metres(s.metres), max })
            );
        };
        let (share, length, ends) = index.share(&hit);
        let node = if share * length <= AT_NODE_M {
            Some(ends[0])
        } else if (1.0 - share) * length <= AT_NODE_M {
            Some(ends[1])
        } else {
            None
        };
        let metres = Metres(distance(point, hit.position));
        Ok(Snapped {
            edge: EdgeId(hit.edge),
            share: match node {
                Some(_) if share < 0.5 => 0.0,
                Some(_) => 1.0,
                None => share,
            },
            node,
            distance: metres,
            access: self.options.access_speed.time(metres),
            moved_from_scrap: scrap.is_some_and(|s| s.metres < hit.metres),
            position: hit.position,
        })
    }
}
