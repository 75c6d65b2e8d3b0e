//! How destinations are reached from nodes.

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use crate::network::NONE;
use crate::search::part;
use crate::{Snapped, TravelTimes};

/// The last stretch to each destination: from one node, or from either end of its edge.
pub(crate) struct Targets {
    first: Vec<u32>,
    /// (node, time from there with the access leg).
    ways: Vec<(u32, u32)>,
    /// (edge, column) of destinations along edges, sorted.
    along: Vec<(u32, u32)>,
}

impl Targets {
    /// Of these destinations; those without a place have no way.
    pub(crate) fn new<'a>(times: &TravelTimes, to: impl Iterator<Item = Option<&'a Snapped>>) -> Self {
        let mut targets = Self { first: vec![0], ways: Vec::new(), along: Vec::new() };
        for (column, place) in to.enumerate() {
            match place {
                Some(Snapped { node: Some(node), access, .. }) => targets.ways.push((node.0, access.as_millis())),
                Some(place) => {
                    let record = &times.network().0.edges[place.edge.index()];
                    for (k, share) in [(0, place.share), (1, 1.0 - place.share)] {
                        let arc = record.arcs[k];
                        if arc != NONE && times.0.packed[arc as usize].time != u32::MAX {
                            let time = part(times.0.packed[arc as usize].time, share);
                            targets.ways.push((record.ends[k], time.saturating_add(place.access.as_millis())));
                        }
                    }
                    targets.along.push((place.edge.0, column as u32));
                }
                None => {}
            }
            targets.first.push(targets.ways.len() as u32);
        }
        targets.along.sort_unstable();
        targets
    }

    /// Nodes from which destinations are reached.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = u32> + '_ {
        self.ways.iter().map(|way| way.0)
    }

    /// The same with the position of each node in place of its number.
    pub(crate) fn placed(&self, position: impl Fn(u32) -> u32) -> Placed {
        let ways = self.ways.iter().map(|&(node, time)| (position(node), time)).collect();
        Placed { first: self.first.clone(), ways }
    }

    /// Destinations on the edge of an origin that are reached along it: column and time, both access legs included.
    pub(crate) fn along_edge<'a>(
        &'a self,
        times: &'a TravelTimes,
        origin: &'a Snapped,
        place: impl Fn(usize) -> Option<&'a Snapped> + 'a,
    ) -> impl Iterator<Item = (usize, u32)> + 'a {
        let (edge, record) = (origin.edge.0, &times.network().0.edges[origin.edge.index()]);
        let first = self.along.partition_point(|a| a.0 < edge);
        let columns = self.along[first..].iter().take_while(move |a| a.0 == edge).map(|a| a.1 as usize);
        columns.filter_map(move |column| Some((column, place(column)?))).flat_map(move |(column, place)| {
            let shares = [(0, place.share - origin.share), (1, origin.share - place.share)];
            shares.into_iter().filter_map(move |(k, share)| {
                let arc = record.arcs[k];
                if share < 0.0 || arc == NONE || times.0.packed[arc as usize].time == u32::MAX {
                    return None;
                }
                let legs = origin.access.as_millis().saturating_add(place.access.as_millis());
                Some((column, part(times.0.packed[arc as usize].time, share).saturating_add(legs)))
            })
        })
    }
}

/// Destinations in the lanes of a sweep: (position, time from there) for each.
pub(crate) struct Placed {
    first: Vec<u32>,
    ways: Vec<(u32, u32)>,
}

impl Placed {
    pub(crate) fn len(&self) -> usize {
        self.first.len() - 1
    }

    #[inline(always)]
    pub(crate) fn of(&self, column: usize) -> &[(u32, u32)] {
        &self.ways[self.first[column] as usize..self.first[column + 1] as usize]
    }
}
