//! Which demand each site reaches within a limit: sorted sparse rows.

use std::sync::Arc;

use firesite_model::TravelTime;

use crate::choose::{Engine, Question};
use crate::hierarchy::{Customised, Rows};
use crate::numbers::Numbers;
use crate::{Origin, RoadNetwork, Snapped, TimeField, TravelTimes};

/// The demand within the limit of each site, as sparse rows.
///
/// ```text
/// site 0 reaches demand 1 in 40 s and 4 in 90 s; site 1 nothing; site 2 demand 4 in 10 s
/// first    0 2 2 3
/// entries  (1, 40 s) (4, 90 s) (4, 10 s)
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    first: Vec<usize>,
    entries: Vec<(u32, TravelTime)>,
}

impl Reach {
    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    /// Demand positions within the limit of a site with their times, ascending by position.
    pub fn row(&self, site: usize) -> &[(u32, TravelTime)] {
        &self.entries[self.first[site]..self.first[site + 1]]
    }

    /// All rows, in the order of the sites.
    pub fn rows(&self) -> impl Iterator<Item = &[(u32, TravelTime)]> {
        self.first.windows(2).map(|pair| &self.entries[pair[0]..pair[1]])
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// No site reaches anything.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Items of demand by a number, of a node or an edge: `demand[first[of]..first[of + 1]]`.
struct By {
    first: Vec<u32>,
    demand: Vec<u32>,
}

impl By {
    /// `tied` are (node or edge, demand), the demand ascending.
    fn new(count: usize, tied: &[(u32, u32)]) -> Self {
        if tied.is_empty() {
            return Self { first: Vec::new(), demand: Vec::new() };
        }
        let mut first = vec![0u32; count + 1];
        for &(of, _) in tied {
            first[of as usize + 1] += 1;
        }
        for i in 0..count {
            first[i + 1] += first[i];
        }
        let (mut next, mut demand) = (first.clone(), vec![0; tied.len()]);
        for &(of, i) in tied {
            let slot = &mut next[of as usize];
            demand[*slot as usize] = i;
            *slot += 1;
        }
        Self { first, demand }
    }

    fn of(&self, of: u32) -> &[u32] {
        &self.demand[self.first[of as usize] as usize..self.first[of as usize + 1] as usize]
    }
}

/// Demand by where it is tied: along an edge, or at a node.
pub(crate) struct Tied {
    along: By,
    at: By,
}

impl Tied {
    pub(crate) fn new(network: &RoadNetwork, demand: &[Option<Snapped>]) -> Self {
        let (mut along, mut at) = (Vec::new(), Vec::new());
        for (i, place) in demand.iter().enumerate() {
            match place {
                Some(Snapped { node: Some(node), .. }) => at.push((node.0, i as u32)),
                Some(place) => along.push((place.edge.0, i as u32)),
                None => {}
            }
        }
        Self { along: By::new(network.edge_count(), &along), at: By::new(network.node_count(), &at) }
    }

    /// Demand that a field may reach, ascending, each once. `found` is empty before and after.
    pub(crate) fn reached(&self, field: &TimeField<'_>, found: &mut Numbers, mut tell: impl FnMut(u32)) {
        let mut see = |demand: &[u32]| demand.iter().for_each(|&demand| found.insert(demand));
        if !self.along.demand.is_empty() {
            field.visit_edges(|edge| see(self.along.of(edge)));
        }
        if !self.at.demand.is_empty() {
            field.visit_nodes(|node| see(self.at.of(node)));
        }
        found.drain(&mut tell);
    }

    /// Demand within the limit of a field, with its times.
    pub(crate) fn row(
        &self,
        field: &TimeField<'_>,
        demand: &[Option<Snapped>],
        found: &mut Numbers,
    ) -> Vec<(u32, TravelTime)> {
        let mut row = Vec::with_capacity(field.labels());
        self.reached(field, found, |i| {
            let time = demand[i as usize].as_ref().and_then(|place| field.at(place));
            row.extend(time.map(|time| (i, time)));
        });
        row
    }
}

/// Sites from which it is worth looking whether they are neighbours.
const NEIGHBOURS: usize = 64;

impl TravelTimes {
    /// Neighbours share what they reach, where a limit is near and a hierarchy is there already.
    pub(crate) fn shared_by_neighbours(&self, sites: usize, limit: TravelTime) -> Option<Arc<Customised>> {
        (sites >= NEIGHBOURS && self.is_near(limit)).then(|| self.0.hierarchy.get().cloned()).flatten()
    }

    /// A limit within which little of the network lies.
    pub(crate) fn is_near(&self, limit: TravelTime) -> bool {
        self.nodes_within(Some(limit)) < self.network().node_count() as u64 / 4
    }

    /// The demand within the limit of each site, access legs of both ends included. Work is in proportion to what is
    /// reached, not to sites × demand. Spread over the threads of rayon; beside the rows, 4 bytes for each node and edge
    /// of the network, and on each thread what a [`Search`](crate::Search) needs.
    pub fn reach(&self, sites: &[Snapped], demand: &[Option<Snapped>], limit: TravelTime) -> Reach {
        self.reach_by(Engine::Choose, sites, demand, limit)
    }

    /// The same by a stated engine; the answer is the same.
    pub fn reach_by(&self, engine: Engine, sites: &[Snapped], demand: &[Option<Snapped>], limit: TravelTime) -> Reach {
        let tied = Tied::new(self.network(), demand);
        let chosen = self.choose(engine, Question::Reach { sites: sites.len() }, Some(limit));
        let near = self.is_near(limit);
        let prepared = match (chosen, engine) {
            _ if demand.is_empty() => None,
            (Engine::Hierarchy, _) => Some(self.prepared()),
            (_, Engine::Choose) => self.shared_by_neighbours(sites.len(), limit),
            _ => None,
        };
        let rows = match prepared {
            Some(customised) if near => self.reach_of_neighbours(&customised, sites, demand, &tied, limit),
            Some(customised) => {
                let places: Vec<Option<Snapped>> = sites.iter().copied().map(Some).collect();
                Rows::new(self, customised, demand, Some(limit)).reach(&places)
            }
            None => {
                let origins: Vec<Origin<'_>> = sites.iter().map(Origin::at).collect();
                self.fields_with(
                    || Numbers::below(demand.len()),
                    &origins,
                    Some(limit),
                    |found, _, field| tied.row(&field, demand, found),
                )
            }
        };
        let mut reach = Reach { first: vec![0], entries: Vec::with_capacity(rows.iter().map(Vec::len).sum()) };
        for row in rows {
            reach.entries.extend(row);
            reach.first.push(reach.entries.len());
        }
        reach
    }
}
