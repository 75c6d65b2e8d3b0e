//! The hollow-core index: is the old centre served worse than the town around it (空心化)?
//!
//! Fire stations follow the growing edge of a town, and the dense centre is left with long ways. Three figures tell, for a
//! town or city with demand rows W, of which the core rows C ⊂ W:
//!
//! - coverage of C minus coverage of W, as shares of their weights: below zero, the core is hollow;
//! - mean time of C minus mean time of W, over what is reachable: above zero, the core is hollow;
//! - the distance between the weighted centroid of W and the plain centroid of the stations: large, the stations stand on
//!   one side or at the edge (边缘化).
//!
//! Which rows are the core is the caller's to say (a core polygon, an old town); [`inner_half`] takes the half of the
//! weight nearest to the centroid where nobody says.

use firesite_model::{Coord, Metres, TravelTime};

use crate::lattice::Plane;
use crate::{CoverageMeasures, DemandPlace, FirstDue, Located};

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

/// Compares the core with the whole; `whole` and `core` are rows of the demand, `stations` those of this town.
pub fn hollow_core(
    demand: &[DemandPlace],
    first: &[Option<FirstDue>],
    whole: &[usize],
    core: &[usize],
    stations: &[&Located],
    limit: TravelTime,
) -> HollowCore {
    let measured = |rows: &[usize]| CoverageMeasures::of_demand(demand, first, rows.iter().copied(), limit);
    let (inner, all) = (measured(core), measured(whole));
    let offset = centroid(demand, whole).zip(mean(stations.iter().map(|s| (s.position, 1.0))));
    HollowCore {
        share: inner.share.zip(all.share).map(|(inner, all)| inner - all),
        mean_ms: inner.mean_ms.zip(all.mean_ms).map(|(inner, all)| inner - all),
        offset: offset.map(|(a, b)| Metres(Plane::around(a).distance(a, b))),
    }
}

/// Weighted centroid of some rows of the demand; `None` without weight.
pub fn centroid(demand: &[DemandPlace], rows: &[usize]) -> Option<Coord<f64>> {
    mean(rows.iter().filter_map(|&row| demand.get(row)).map(|d| (d.position, d.weight as f64)))
}

/// The rows nearest to the weighted centroid that hold half of the weight; ascending.
pub fn inner_half(demand: &[DemandPlace], rows: &[usize]) -> Vec<usize> {
    let Some(centre) = centroid(demand, rows) else { return Vec::new() };
    let plane = Plane::around(centre);
    let mut near: Vec<(f64, usize, u64)> = rows
        .iter()
        .filter_map(|&row| demand.get(row).map(|d| (plane.distance(centre, d.position), row, d.weight)))
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let total: u128 = near.iter().map(|&(_, _, weight)| u128::from(weight)).sum();
    let mut sum = 0u128;
    let mut inner: Vec<usize> = near
        .into_iter()
        .take_while(|&(_, _, weight)| {
            let more = sum * 2 < total;
            sum += u128::from(weight);
            more
        })
        .map(|(_, row, _)| row)
        .collect();
    inner.sort_unstable();
    inner
}

fn mean(points: impl Iterator<Item = (Coord<f64>, f64)>) -> Option<Coord<f64>> {
    let (x, y, weight) = points.fold((0.0, 0.0, 0.0), |(x, y, weight), (p, w)| (x + p.x * w, y + p.y * w, weight + w));
    (weight > 0.0).then(|| Coord { x: x / weight, y: y / weight })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stations_at_the_edge_leave_a_hollow_core() {
        // Five blocks in a row, 1 km apart; stations stand at both ends.
        let at = |x: f64| Coord { x: 112.0 + x / 111_195.0, y: 0.0 };
        let demand: Vec<DemandPlace> = (0..5)
            .map(|k| DemandPlace {
                id: k.to_string(),
                weight: if k == 2 { 4000 } else { 1000 },
                place: None,
                position: at(f64::from(k) * 1000.0),
                district: None,
            })
            .collect();
        let first: Vec<Option<FirstDue>> =
            [0, 100, 200, 100, 0].map(|s| Some(FirstDue { time: TravelTime::seconds(s), station: 0 })).to_vec();
        let station = |x: f64| Located {
            id: String::new(),
            place: None,
            offset: TravelTime::ZERO,
            position: at(x),
            district: None,
        };
        let (whole, core) = ((0..5).collect::<Vec<_>>(), inner_half(&demand, &[0, 1, 2, 3, 4]));
        assert_eq!(core, [2]);
        let (west, east) = (station(0.0), station(4000.0));
        let index = hollow_core(&demand, &first, &whole, &core, &[&west, &east], TravelTime::seconds(150));
        assert_eq!(index.share, Some(-0.5));
        assert_eq!(index.mean_ms, Some(75_000.0));
        assert!(index.offset.unwrap().0 < 1.0);
        let index = hollow_core(&demand, &first, &whole, &core, &[&west], TravelTime::seconds(150));
        assert!((index.offset.unwrap().0 - 2000.0).abs() < 5.0);
    }
}
