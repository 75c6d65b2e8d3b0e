//! Blank spots (空白点): where uncovered demand lies together.

use firesite_model::{Coord, Metres, TravelTime};
use geo_types::MultiPolygon;

use crate::{DemandPlace, FirstDue};

/// Uncovered demand that lies together, in one district.
#[derive(Clone, Debug, PartialEq)]
pub struct BlankSpot {
    /// `blank-1`, `blank-2`, … by falling demand.
    pub id: String,
    /// After the nearest named place, with a number where several share it; the id where there are no names.
    pub name: String,
    /// The land within half the linking distance of its demand; seven decimals.
    pub polygon: MultiPolygon<f64>,
    /// Thousandths of the unit.
    pub demand: u64,
    /// Rows of the demand, ascending.
    pub rows: Vec<usize>,
    /// The earliest arrival at any of its demand (beyond the limit); `None` where nobody arrives.
    pub nearest: Option<FirstDue>,
    /// Position of the district.
    pub district: Option<usize>,
    /// Centre of its weight.
    pub centre: Coord<f64>,
}

/// How blank spots are put together.
#[derive(Clone, Copy, Debug)]
pub struct BlankSpotOptions<'a> {
    /// Demand this close belongs to one spot.
    pub link: Metres,
    /// Named places, for the names of the spots.
    pub names: &'a [(Coord<f64>, String)],
}

impl Default for BlankSpotOptions<'_> {
    /// 500 m, no names.
    fn default() -> Self {
        Self { link: Metres(500.0), names: &[] }
    }
}

/// Puts the demand beyond the limit into spots; every such row is in exactly one.
pub fn blank_spots(
    _demand: &[DemandPlace],
    _first: &[Option<FirstDue>],
    _limit: TravelTime,
    _options: &BlankSpotOptions<'_>,
) -> Vec<BlankSpot> {
    Vec::new()
}
