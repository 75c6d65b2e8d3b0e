//! Which demand each site reaches within a limit: sorted sparse rows.

use firesite_model::TravelTime;

use crate::choose::{Engine, Question};
use crate::hierarchy::Rows;
use crate::numbers::Numbers;
use crate::{Origin, RoadNetwork, Snapped, TimeField, TravelTimes};

/// The demand within the limit of each site, as sparse rows.
///
/// ```text
/// site 0 reaches demand 1 in 40 s and 4 in 90 s; site 1 nothing; site 2 demand 4 in 10 s
/// row 0   (1, 40 s) (4, 90 s)
/// row 1
/// row 2   (4, 10 s)
/// ```
///
/// Memory: 8 bytes an entry and 24 a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    rows: Vec<Vec<(u32, TravelTime)>>,
}

impl Reach {
    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.rows.len()
    }

    /// Demand positions within the limit of a site with their times, ascending by position.
    pub fn row(&self, site: usize) -> &[(u32, TravelTime)] {
        &self.rows[site]
    }

    /// All rows, in the order of the sites.
    pub fn rows(&self) -> impl Iterator<Item = &[(u32, TravelTime)]> {
        self.rows.iter().map(Vec::as_slice)
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    /// No site reaches anything.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }
}

/// Items of demand by a number, of a node or an edge, as chains: one pass, and nothing but zeros where there are none.
#[derive(Default)]
struct By {
    /// The first of each number, counted from one; 0 for none.
    first: Vec<u32>,
    /// The one after each item of demand, likewise.
    next: Vec<u32>,
}

impl By {
    fn of(&self, of: u32) -> impl Iterator<Item = u32> + '_ {
        let after = |item: u32| item.checked_sub(1);
        std::iter::successors(after(self.first[of as usize]), move |&item| after(self.next[item as usize]))
    }

    fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Puts an item before those that are there.
    fn tie(&mut self, of: u32, item: u32, numbers: usize, items: usize) {
        if self.is_empty() {
            (self.first, self.next) = (vec![0; numbers], vec![0; items]);
        }
        let first = &mut self.first[of as usize];
        self.next[item as usize] = *first;
        *first = item + 1;
    }
}

/// Demand by where it is tied: along an edge, or at a node.
#[derive(Default)]
pub(crate) struct Tied {
    along: By,
    at: By,
}

impl Tied {
    /// O(demand).
    pub(crate) fn new(network: &RoadNetwork, demand: &[Option<Snapped>]) -> Self {
        let mut tied = Self::default();
        for (item, place) in demand.iter().enumerate() {
            match place {
                Some(Snapped { node: Some(node), .. }) => {
                    tied.at.tie(node.0, item as u32, network.node_count(), demand.len());
                }
                Some(place) => tied.along.tie(place.edge.0, item as u32, network.edge_count(), demand.len()),
                None => {}
            }
        }
        tied
    }

    /// Demand that a field may reach, ascending, each once. `found` is empty before and after.
    pub(crate) fn reached(&self, field: &TimeField<'_>, found: &mut Numbers, mut tell: impl FnMut(u32)) {
        if !self.along.is_empty() {
            field.visit_edges(|edge| self.along.of(edge).for_each(|demand| found.insert(demand)));
        }
        if !self.at.is_empty() {
            field.visit_nodes(|node| self.at.of(node).for_each(|demand| found.insert(demand)));
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
        row.shrink_to_fit();
        row
    }
}

impl TravelTimes {
    /// The demand within the limit of each site, access legs of both ends included. Work is in proportion to what is
    /// reached, not to sites × demand. Spread over the threads of rayon; beside the rows, 4 bytes for each node, edge and
    /// item of demand, and on each thread what a [`Search`](crate::Search) needs. For thousands of sites that lie close
    /// together a hierarchy is prepared, since neighbours then share most of the work.
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
            (_, Engine::Choose) if self.neighbours(sites.len(), limit) => Some(self.prepared()),
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
        Reach { rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SnapOptions, Snapper, generate};

    #[test]
    fn many_neighbouring_sites_have_a_hierarchy_prepared_and_few_do_not() {
        // Two networks, as times of one share its order.
        let times = || RoadNetwork::from_arcs(&generate::city(6_000, 8).unwrap()).unwrap().value.arc_times();
        let (all, few) = (times(), times());
        let network = all.network();
        let snapper = Snapper::new(&all, SnapOptions::default());
        let places: Vec<Snapped> = network.nodes().filter_map(|n| snapper.snap(network.position(n)).ok()).collect();
        let demand: Vec<Option<Snapped>> = places.iter().copied().map(Some).collect();
        // The longest that is still near.
        let limit = (1..600).rev().map(TravelTime::seconds).find(|&limit| all.is_near(limit)).unwrap();
        let reach = all.reach(&places, &demand, limit);
        assert!(all.0.hierarchy.get().is_some());
        assert!(reach == few.reach_by(Engine::Search, &places, &demand, limit));
        let some = few.reach(&places[..500], &demand, limit);
        assert!(few.0.hierarchy.get().is_none());
        assert!(some.rows().eq(reach.rows().take(500)));
    }
}
