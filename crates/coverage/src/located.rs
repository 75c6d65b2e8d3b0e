//! Stations and demand as the coverage sees them: tied to the network, with the times that do not depend on roads.

use firesite_model::{Coord, TravelTime};
use firesite_network::{Origin, Snapped, TravelTimes};
use rayon::prelude::*;

/// A station tied to the network.
///
/// Where two stations are equally early, the one that stands first in the list wins: sort them by id.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// Id, for output.
    pub id: String,
    /// Place on the network; `None` where it could not be snapped (it then reaches nothing).
    pub place: Option<Snapped>,
    /// Time before leaving: turnout where the clock counts it, else zero.
    pub offset: TravelTime,
    /// WGS84 degrees.
    pub position: Coord<f64>,
    /// Position of its district in the list of districts.
    pub district: Option<usize>,
}

/// A weighted demand point tied to the network.
#[derive(Clone, Debug, PartialEq)]
pub struct DemandPlace {
    /// Id, for output.
    pub id: String,
    /// Thousandths of the unit (DESIGN §4.7), so that sums are exact in any order.
    pub weight: u64,
    /// Place on the network; `None` where it could not be snapped (never reached).
    pub place: Option<Snapped>,
    /// WGS84 degrees.
    pub position: Coord<f64>,
    /// Position of its district in the list of districts.
    pub district: Option<usize>,
}

/// Who is first at a place, and when: turnout (where counted) + travel + both access legs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FirstDue {
    /// Earliest time.
    pub time: TravelTime,
    /// Position in the list of stations.
    pub station: usize,
}

/// The origins of a search and, for each, the station it stands for: stations off the network have none.
pub(crate) fn origins(stations: &[Located]) -> (Vec<Origin<'_>>, Vec<usize>) {
    stations
        .iter()
        .enumerate()
        .filter_map(|(at, s)| s.place.as_ref().map(|place| (Origin { place, offset: s.offset }, at)))
        .unzip()
}

/// The first-due station of each demand point; `None` where nobody arrives. Stations may serve any district.
pub fn first_due(times: &TravelTimes, stations: &[Located], demand: &[DemandPlace]) -> Vec<Option<FirstDue>> {
    let (origins, station_of) = origins(stations);
    let mut search = times.search();
    let field = search.run(&origins, None);
    demand
        .iter()
        .map(|d| {
            let (time, origin) = field.owner_at(d.place.as_ref()?)?;
            Some(FirstDue { time, station: *station_of.get(origin)? })
        })
        .collect()
}

/// The same, where a station serves only demand of its own district (`across_districts = false`).
pub fn first_due_within(times: &TravelTimes, stations: &[Located], demand: &[DemandPlace]) -> Vec<Option<FirstDue>> {
    let mut districts: Vec<Option<usize>> = demand.iter().map(|d| d.district).collect();
    districts.sort_unstable();
    districts.dedup();
    let parts: Vec<Vec<(usize, FirstDue)>> = districts
        .par_iter()
        .map(|&district| {
            let mut here = stations.to_vec();
            for station in &mut here {
                if station.district != district {
                    station.place = None;
                }
            }
            let rows: Vec<usize> = (0..demand.len()).filter(|&d| demand[d].district == district).collect();
            let places: Vec<DemandPlace> = rows.iter().map(|&d| demand[d].clone()).collect();
            let first = first_due(times, &here, &places);
            rows.into_iter().zip(first).filter_map(|(row, first)| Some((row, first?))).collect()
        })
        .collect();
    let mut all = vec![None; demand.len()];
    for (row, first) in parts.into_iter().flatten() {
        all[row] = Some(first);
    }
    all
}
