//! From roads or plain arcs to a network.

mod arcs;
mod assemble;
mod meridian;
mod order;
mod restrictions;
mod ways;

use firesite_model::{ArcGraph, Read, Roads};

use crate::{Error, RoadNetwork, VehicleProfile};

impl RoadNetwork {
    /// The network of what the profile's vehicle may drive.
    ///
    /// Shape points become geometry: a node stands where three or more stretches meet, where a road ends, where class,
    /// speed or direction change, at a barrier that closes the road (one node on either side), at traffic signals away
    /// from a junction, at level crossings and at the via node of a turn restriction. An error when nothing can be
    /// driven; roads that stay out are counted by reason, in the findings and in [`RoadNetwork::left_out`].
    ///
    /// The result does not depend on the order of ways or nodes, nor on the direction in which a two-way road is drawn.
    /// O(n log n) in the number of points.
    pub fn from_ways(roads: &Roads, profile: &VehicleProfile) -> Result<Read<RoadNetwork>, Error> {
        ways::build(roads, profile)
    }

    /// A network of plain arcs with given times: parallel arcs keep the quickest, self-loops are left out (they shorten
    /// nothing), zero times are fine. Edges are straight lines between their nodes.
    pub fn from_arcs(graph: &ArcGraph) -> Result<Read<RoadNetwork>, Error> {
        arcs::build(graph)
    }
}
