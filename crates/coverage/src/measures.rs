//! How well demand is covered.

use firesite_model::{Metres, SquareMetres, TravelTime};

use crate::{DemandPlace, FirstDue};

/// The figures of one place and phase (DESIGN §5). Times are on the clock that the offsets of the stations imply.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CoverageMeasures {
    /// Whole weight, thousandths of the unit.
    pub demand_total: u64,
    /// Weight with a time within the limit.
    pub demand_covered: u64,
    /// Covered ÷ total; `None` without demand.
    pub share: Option<f64>,
    /// Weighted mean over what is reachable, milliseconds; `None` where nothing is.
    pub mean_ms: Option<f64>,
    /// Least time within which half of the whole weight is reached; `None` when it is not.
    pub median: Option<TravelTime>,
    /// The same for nine tenths.
    pub p90: Option<TravelTime>,
    /// Longest time over what is reachable.
    pub max: Option<TravelTime>,
    /// Weight that nobody reaches.
    pub unreachable: u64,
    /// Length of all roads, each once.
    pub road_total: Metres,
    /// Length reached within the limit.
    pub road_covered: Metres,
    /// Area of the combined isochrone here.
    pub area: SquareMetres,
}

impl CoverageMeasures {
    /// The demand figures of some of the demand: those whose position is in `rows`.
    pub fn of_demand(
        _demand: &[DemandPlace],
        _first: &[Option<FirstDue>],
        _rows: impl Iterator<Item = usize>,
        _limit: TravelTime,
    ) -> Self {
        Self::default()
    }
}
