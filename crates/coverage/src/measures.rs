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
    /// Length of all roads, each once ([`road_lengths`](crate::road_lengths)).
    pub road_total: Metres,
    /// Length reached within the limit.
    pub road_covered: Metres,
    /// Area of the combined isochrone here.
    pub area: SquareMetres,
}

impl CoverageMeasures {
    /// The demand figures of some rows of the demand; road and area are left at zero for the caller to fill in.
    ///
    /// Demand that nobody reaches counts as infinitely late: it is in the total, in no mean, and pushes percentiles out,
    /// perhaps to `None`.
    pub fn of_demand(
        demand: &[DemandPlace],
        first: &[Option<FirstDue>],
        rows: impl IntoIterator<Item = usize>,
        limit: TravelTime,
    ) -> Self {
        let mut found = Self::default();
        let mut reached: Vec<(TravelTime, u64)> = Vec::new();
        for row in rows {
            let (Some(demand), Some(first)) = (demand.get(row), first.get(row)) else { continue };
            found.demand_total += demand.weight;
            match first {
                None => found.unreachable += demand.weight,
                Some(first) => {
                    if first.time <= limit {
                        found.demand_covered += demand.weight;
                    }
                    if demand.weight > 0 {
                        reached.push((first.time, demand.weight));
                    }
                }
            }
        }
        reached.sort_unstable();
        if found.demand_total > 0 {
            found.share = Some(found.demand_covered as f64 / found.demand_total as f64);
        }
        let weight: u64 = reached.iter().map(|(_, weight)| weight).sum();
        if weight > 0 {
            let sum: u128 =
                reached.iter().map(|&(time, weight)| u128::from(time.as_millis()) * u128::from(weight)).sum();
            found.mean_ms = Some(sum as f64 / weight as f64);
        }
        found.median = percentile(&reached, found.demand_total, 5);
        found.p90 = percentile(&reached, found.demand_total, 9);
        found.max = reached.last().map(|&(time, _)| time);
        found
    }
}

/// Least time within which so many tenths of the whole are reached.
fn percentile(reached: &[(TravelTime, u64)], total: u64, tenths: u128) -> Option<TravelTime> {
    let mut sum = 0u128;
    reached
        .iter()
        .find(|&&(_, weight)| {
            sum += u128::from(weight);
            sum * 10 >= u128::from(total) * tenths
        })
        .map(|&(time, _)| time)
}

#[cfg(test)]
mod tests {
    use firesite_model::Coord;

    use super::*;

    fn measured(rows: &[(u64, Option<u32>)], limit: u32) -> CoverageMeasures {
        let demand: Vec<DemandPlace> = rows
            .iter()
            .map(|&(weight, _)| DemandPlace {
                id: String::new(),
                weight,
                place: None,
                position: Coord::zero(),
                district: None,
            })
            .collect();
        let first: Vec<Option<FirstDue>> =
            rows.iter().map(|&(_, time)| Some(FirstDue { time: TravelTime::seconds(time?), station: 0 })).collect();
        CoverageMeasures::of_demand(&demand, &first, 0..rows.len(), TravelTime::seconds(limit))
    }

    #[test]
    fn covered_means_within_or_at_the_limit() {
        let found = measured(&[(1000, Some(240)), (2000, Some(241)), (1000, None)], 240);
        assert_eq!((found.demand_total, found.demand_covered, found.unreachable), (4000, 1000, 1000));
        assert_eq!(found.share, Some(0.25));
        assert_eq!(found.max, Some(TravelTime::seconds(241)));
    }

    #[test]
    fn the_unreachable_push_percentiles_out() {
        let found = measured(&[(4, Some(10)), (1, Some(20)), (5, None)], 60);
        assert_eq!((found.median, found.p90), (Some(TravelTime::seconds(20)), None));
        assert_eq!(found.mean_ms, Some(12_000.0));
    }

    #[test]
    fn nothing_is_reached() {
        let found = measured(&[(5, None)], 60);
        assert_eq!((found.share, found.mean_ms, found.median, found.max), (Some(0.0), None, None, None));
        assert_eq!(measured(&[], 60).share, None);
    }
}
