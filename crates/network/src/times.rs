//! Times on a network.

use std::sync::Arc as Shared;

use firesite_model::{Read, TravelTime};

use crate::search::Search;
use crate::{ArcId, Error, Origin, RoadNetwork, Snapped, VehicleProfile};

/// Milliseconds per arc and per turn, made from a network and a profile; cheap to clone.
#[derive(Clone, Debug)]
pub struct TravelTimes(pub(crate) Shared<TimesInner>);

#[derive(Debug)]
pub(crate) struct TimesInner {
    pub(crate) network: RoadNetwork,
}

/// Times from every origin to every destination, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    pub(crate) columns: usize,
    pub(crate) times: Vec<Option<TravelTime>>,
}

impl Matrix {
    /// Times from one origin.
    pub fn row(&self, origin: usize) -> &[Option<TravelTime>] {
        &self.times[origin * self.columns..(origin + 1) * self.columns]
    }
}

/// The demand within the limit of each site, as sparse rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub(crate) first: Vec<usize>,
    pub(crate) entries: Vec<(u32, TravelTime)>,
}

impl Reach {
    /// Demand positions within the limit of a site with their times, ascending by position.
    pub fn row(&self, site: usize) -> &[(u32, TravelTime)] {
        &self.entries[self.first[site]..self.first[site + 1]]
    }
}

impl RoadNetwork {
    /// Times of a vehicle on this network.
    pub fn times(&self, _profile: &VehicleProfile) -> Result<Read<TravelTimes>, Error> {
        unimplemented!()
    }

    /// The times that plain arcs came with.
    pub fn arc_times(&self) -> TravelTimes {
        unimplemented!()
    }
}

impl TravelTimes {
    /// The network.
    pub fn network(&self) -> &RoadNetwork {
        &self.0.network
    }

    /// Time of an arc; `MAX` where it is closed.
    pub fn arc(&self, _arc: ArcId) -> TravelTime {
        unimplemented!()
    }

    /// A reusable search.
    pub fn search(&self) -> Search<'_> {
        Search { times: self }
    }

    /// Times between all pairs.
    pub fn matrix(&self, _from: &[Option<Snapped>], _to: &[Option<Snapped>], _limit: Option<TravelTime>) -> Matrix {
        unimplemented!()
    }

    /// First to k-th due origin of each place (k at most 3).
    pub fn due_order(
        &self,
        _origins: &[Origin<'_>],
        _k: usize,
        _places: &[Option<Snapped>],
        _limit: Option<TravelTime>,
    ) -> Vec<Vec<(usize, TravelTime)>> {
        unimplemented!()
    }

    /// Demand within the limit of each site.
    pub fn reach(&self, _sites: &[Snapped], _demand: &[Option<Snapped>], _limit: TravelTime) -> Reach {
        unimplemented!()
    }
}
