//! The hollow-core index: is the old centre served worse than the town around it (空心化)?

use firesite_model::{Metres, TravelTime};

use crate::{DemandPlace, FirstDue, Located};

/// Core against whole, for one town or city.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HollowCore {
    /// Covered share of the core minus that of the whole; below zero: hollow.
    pub share: Option<f64>,
    /// Mean time of the core minus that of the whole, milliseconds; above zero: hollow.
    pub mean_ms: Option<f64>,
    /// Distance from the centroid of the demand to that of the stations.
    pub offset: Option<Metres>,
}

/// Compares the inner core with the whole.
pub fn hollow_core(
    _demand: &[DemandPlace],
    _first: &[Option<FirstDue>],
    _whole: &[usize],
    _core: &[usize],
    _stations: &[Located],
    _limit: TravelTime,
) -> HollowCore {
    HollowCore::default()
}
