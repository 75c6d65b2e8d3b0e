//! Which demand each site reaches within a limit: sorted sparse rows.

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::{Origin, Snapped, TravelTimes};

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

/// Demand found by where it is tied: at a node, or along an edge.
struct Tied {
    /// (edge, demand), sorted.
    along: Vec<(u32, u32)>,
    /// (node, demand), sorted.
    at: Vec<(u32, u32)>,
}

impl TravelTimes {
    /// The demand within the limit of each site, access legs of both ends included. Work is in proportion to what is
    /// reached, not to sites × demand. Spread over the threads of rayon.
    pub fn reach(&self, sites: &[Snapped], demand: &[Option<Snapped>], limit: TravelTime) -> Reach {
        let mut tied = Tied { along: Vec::new(), at: Vec::new() };
        for (i, place) in demand.iter().enumerate() {
            match place {
                Some(Snapped { node: Some(node), .. }) => tied.at.push((node.0, i as u32)),
                Some(place) => tied.along.push((place.edge.0, i as u32)),
                None => {}
            }
        }
        tied.along.sort_unstable();
        tied.at.sort_unstable();
        let rows: Vec<Vec<(u32, TravelTime)>> = (sites.par_iter())
            .map_init(
                || (self.search(), Vec::new()),
                |(search, found), site| self.row(search.run(&[Origin::at(site)], Some(limit)), demand, &tied, found),
            )
            .collect();
        let mut reach = Reach { first: vec![0], entries: Vec::with_capacity(rows.iter().map(Vec::len).sum()) };
        for row in rows {
            reach.entries.extend(row);
            reach.first.push(reach.entries.len());
        }
        reach
    }

    fn row(
        &self,
        field: crate::TimeField<'_>,
        demand: &[Option<Snapped>],
        tied: &Tied,
        found: &mut Vec<u32>,
    ) -> Vec<(u32, TravelTime)> {
        found.clear();
        let network = &self.0.network.0;
        let mut take = |from: &[(u32, u32)], key: u32| {
            let first = from.partition_point(|t| t.0 < key);
            found.extend(from[first..].iter().take_while(|t| t.0 == key).map(|t| t.1));
        };
        for edge in field.reached_edges() {
            take(&tied.along, edge.0);
            for end in network.edges[edge.index()].ends {
                take(&tied.at, end);
            }
        }
        found.sort_unstable();
        found.dedup();
        (found.iter())
            .filter_map(|&i| {
                let place = demand[i as usize].as_ref()?;
                field.at(place).map(|time| (i, time))
            })
            .collect()
    }
}
