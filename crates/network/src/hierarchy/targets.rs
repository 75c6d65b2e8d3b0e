//! How destinations are reached from nodes, or with turns from the starts of arcs.

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use crate::network::NONE;
use crate::search::{Leaving, part};
use crate::{Snapped, TravelTimes};

/// The last stretch to each destination: from one node, or from either end of its edge; with turns, along each arc that
/// leads there.
pub(crate) struct Targets {
    first: Vec<u32>,
    /// (item, time from there with the access leg).
    ways: Vec<(u32, u32)>,
    /// (edge, column) of destinations along edges, sorted.
    along: Vec<(u32, u32)>,
    /// With turns: (node, column) of destinations at nodes, sorted.
    at: Vec<(u32, u32)>,
}

impl Targets {
    /// Of these destinations; those without a place have no way.
    pub(crate) fn new<'a>(times: &TravelTimes, to: impl Iterator<Item = Option<&'a Snapped>>) -> Self {
        let mut targets = Self { first: vec![0], ways: Vec::new(), along: Vec::new(), at: Vec::new() };
        let (inner, turns) = (&*times.network().0, times.has_turns());
        for (column, place) in to.enumerate() {
            match place {
                Some(Snapped { node: Some(node), access, .. }) if turns => {
                    for &arc in inner.arcs_into(node.0) {
                        let time = times.0.packed[arc as usize].time;
                        if time != u32::MAX {
                            targets.ways.push((arc, time.saturating_add(access.as_millis())));
                        }
                    }
                    targets.at.push((node.0, column as u32));
                }
                Some(Snapped { node: Some(node), access, .. }) => targets.ways.push((node.0, access.as_millis())),
                Some(place) => {
                    let record = &inner.edges[place.edge.index()];
                    for (k, share) in [(0, place.share), (1, 1.0 - place.share)] {
                        let arc = record.arcs[k];
                        if arc != NONE && times.0.packed[arc as usize].time != u32::MAX {
                            let time = part(times.0.packed[arc as usize].time, share);
                            let item = if turns { arc } else { record.ends[k] };
                            targets.ways.push((item, time.saturating_add(place.access.as_millis())));
                        }
                    }
                    targets.along.push((place.edge.0, column as u32));
                }
                None => {}
            }
            targets.first.push(targets.ways.len() as u32);
        }
        targets.along.sort_unstable();
        targets.at.sort_unstable();
        targets
    }

    /// Items from which destinations are reached.
    pub(crate) fn items(&self) -> impl Iterator<Item = u32> + '_ {
        self.ways.iter().map(|way| way.0)
    }

    /// The same with the position of each item in place of its number.
    pub(crate) fn placed(&self, position: impl Fn(u32) -> u32) -> Placed {
        let ways = self.ways.iter().map(|&(item, time)| (position(item), time)).collect();
        Placed { first: self.first.clone(), ways }
    }

    /// Destinations that an origin reaches before it comes to any item: column and time, both access legs included.
    pub(crate) fn at_once<'a>(
        &'a self,
        times: &'a TravelTimes,
        origin: &'a Snapped,
        place: impl Fn(usize) -> Option<&'a Snapped> + Copy + 'a,
    ) -> impl Iterator<Item = (usize, u32)> + 'a {
        self.along_edge(times, origin, place).chain(self.at_first_nodes(times, origin, place))
    }

    /// With turns, items are arcs: destinations at the nodes that an origin comes to first.
    fn at_first_nodes<'a>(
        &'a self,
        times: &'a TravelTimes,
        origin: &'a Snapped,
        place: impl Fn(usize) -> Option<&'a Snapped> + 'a,
    ) -> impl Iterator<Item = (usize, u32)> + 'a {
        let nodes = if self.at.is_empty() { Vec::new() } else { Leaving::default().nodes(&times.0, origin).to_vec() };
        let reached = nodes.into_iter().flat_map(|seed| {
            let first = self.at.partition_point(|at| at.0 < seed.node);
            let here = self.at[first..].iter().take_while(move |at| at.0 == seed.node);
            here.map(move |at| (at.1 as usize, seed.time))
        });
        reached.filter_map(move |(column, time)| Some((column, time.saturating_add(place(column)?.access.as_millis()))))
    }

    /// Destinations on the edge of an origin that are reached along it.
    fn along_edge<'a>(
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
    #[inline(always)]
    pub(crate) fn of(&self, column: usize) -> &[(u32, u32)] {
        &self.ways[self.first[column] as usize..self.first[column + 1] as usize]
    }
}
