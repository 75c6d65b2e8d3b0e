//! From roads or plain arcs to a network.

use firesite_model::{ArcGraph, Read, Roads};

use crate::{Error, RoadNetwork, VehicleProfile};

impl RoadNetwork {
    /// The network of what the profile's vehicle may drive.
    pub fn from_ways(_roads: &Roads, _profile: &VehicleProfile) -> Result<Read<RoadNetwork>, Error> {
        unimplemented!()
    }

    /// A network of plain arcs with given times.
    pub fn from_arcs(_graph: &ArcGraph) -> Result<Read<RoadNetwork>, Error> {
        unimplemented!()
    }
}
