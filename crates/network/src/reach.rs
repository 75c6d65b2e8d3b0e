//! Which demand each site reaches within a limit: sorted sparse rows.

use firesite_model::TravelTime;

use crate::choose::{Engine, Question};
use crate::search::Part;
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

/// Demand by where it is tied, `of` a node or an edge: `demand[first[of]..first[of + 1]]`.
struct Tied {
    first: Vec<u32>,
    demand: Vec<u32>,
}

impl Tied {
    /// `tied` are (node or edge, demand), the demand ascending.
    fn new(count: usize, tied: &[(u32, u32)]) -> Self {
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

impl TravelTimes {
    /// The demand within the limit of each site, access legs of both ends included. Work is in proportion to what is
    /// reached, not to sites × demand. Spread over the threads of rayon; beside the rows, 4 bytes for each node and edge
    /// of the network, and on each thread what a [`Search`](crate::Search) needs.
    pub fn reach(&self, sites: &[Snapped], demand: &[Option<Snapped>], limit: TravelTime) -> Reach {
        self.reach_by(Engine::Choose, sites, demand, limit)
    }

    /// The same by a stated engine; the answer is the same.
    pub fn reach_by(&self, engine: Engine, sites: &[Snapped], demand: &[Option<Snapped>], limit: TravelTime) -> Reach {
        let rows = match self.choose(engine, Question::Reach { sites: sites.len() }, Some(limit)) {
            Engine::Hierarchy if !demand.is_empty() => {
                let customised = self.hierarchy(&|_| true);
                customised.map(|customised| self.reach_by_sweeps(&customised, sites, demand, limit))
            }
            _ => None,
        };
        let rows = rows.unwrap_or_else(|| self.reach_by_searches(sites, demand, limit));
        let mut reach = Reach { first: vec![0], entries: Vec::with_capacity(rows.iter().map(Vec::len).sum()) };
        for row in rows {
            reach.entries.extend(row);
            reach.first.push(reach.entries.len());
        }
        reach
    }

    fn reach_by_searches(
        &self,
        sites: &[Snapped],
        demand: &[Option<Snapped>],
        limit: TravelTime,
    ) -> Vec<Vec<(u32, TravelTime)>> {
        let (mut along, mut at) = (Vec::new(), Vec::new());
        for (i, place) in demand.iter().enumerate() {
            match place {
                Some(Snapped { node: Some(node), .. }) => at.push((node.0, i as u32)),
                Some(place) => along.push((place.edge.0, i as u32)),
                None => {}
            }
        }
        let network = self.network();
        let (along, at) = (Tied::new(network.edge_count(), &along), Tied::new(network.node_count(), &at));
        let origins: Vec<Origin<'_>> = sites.iter().map(Origin::at).collect();
        self.fields(&origins, Some(limit), |_, field| {
            let mut found: Vec<u32> = Vec::new();
            field.visit(|part| {
                found.extend_from_slice(match part {
                    Part::Edge(edge) => along.of(edge),
                    Part::Node(node) => at.of(node),
                });
            });
            found.sort_unstable();
            found.dedup();
            let time = |i: u32| Some((i, field.at(demand[i as usize].as_ref()?)?));
            found.into_iter().filter_map(time).collect::<Vec<(u32, TravelTime)>>()
        })
    }
}
