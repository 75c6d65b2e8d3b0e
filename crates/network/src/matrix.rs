//! Many origins, many destinations.

use std::sync::Arc as Shared;

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::choose::Engine;
use crate::hierarchy::{Below, Customised, LANES, Sweep};
use crate::network::NONE;
use crate::search::{part, seeds, starts};
use crate::{NodeId, Origin, Snapped, TravelTimes};

/// Times from every origin to every destination, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    columns: usize,
    times: Vec<Option<TravelTime>>,
}

impl Matrix {
    /// Times from one origin, in the order of the destinations.
    pub fn row(&self, origin: usize) -> &[Option<TravelTime>] {
        &self.times[origin * self.columns..(origin + 1) * self.columns]
    }

    /// Time of one pair.
    pub fn at(&self, origin: usize, destination: usize) -> Option<TravelTime> {
        self.row(origin)[destination]
    }
}

impl TravelTimes {
    /// Times between all pairs, access legs of both ends included; `None` where a point has no place, cannot be reached
    /// or the limit is passed. Spread over the threads of rayon; a pair never depends on what else was asked.
    pub fn matrix(&self, from: &[Option<Snapped>], to: &[Option<Snapped>], limit: Option<TravelTime>) -> Matrix {
        self.matrix_by(Engine::Choose, from, to, limit)
    }

    /// The same by a stated engine; the answer is the same.
    pub fn matrix_by(
        &self,
        engine: Engine,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        limit: Option<TravelTime>,
    ) -> Matrix {
        let mut times = vec![None; from.len() * to.len()];
        if to.is_empty() {
            return Matrix { columns: 0, times };
        }
        match self.choose(engine, from.iter().flatten().count(), limit) {
            Engine::Hierarchy => match self.hierarchy(&|_| true) {
                Some(customised) => self.by_sweeps(&customised, from, to, limit, &mut times),
                None => self.by_searches(from, to, limit, &mut times),
            },
            _ => self.by_searches(from, to, limit, &mut times),
        }
        Matrix { columns: to.len(), times }
    }

    fn by_searches(
        &self,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        limit: Option<TravelTime>,
        times: &mut [Option<TravelTime>],
    ) {
        let rows = times.par_chunks_mut(to.len()).zip(from.par_iter());
        rows.for_each_init(
            || self.search(),
            |search, (row, origin)| {
                let Some(origin) = origin else { return };
                let field = search.run(&[Origin::at(origin)], limit);
                for (cell, place) in row.iter_mut().zip(to) {
                    *cell = place.as_ref().and_then(|place| field.at(place));
                }
            },
        );
    }

    fn by_sweeps(
        &self,
        customised: &Shared<Customised>,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        limit: Option<TravelTime>,
        times: &mut [Option<TravelTime>],
    ) {
        let limit = limit.map_or(u32::MAX - 1, |t| t.as_millis().min(u32::MAX - 1));
        let targets = Targets::new(self, to);
        let below = Shared::new(Below::these(customised, targets.ways.iter().map(|w| w.node)));
        let blocks = times.par_chunks_mut(to.len() * LANES).zip(from.par_chunks(LANES));
        blocks.for_each_init(
            || Sweep::over(self, customised.clone(), below.clone()),
            |sweep, (rows, origins)| {
                let starts: Vec<Vec<(NodeId, u32)>> = origins.iter().map(|o| self.first_nodes(o.as_ref())).collect();
                let seeds: Vec<&[(NodeId, u32)]> = starts.iter().map(Vec::as_slice).collect();
                sweep.run(&seeds);
                for (column, place) in to.iter().enumerate() {
                    let Some(place) = place else { continue };
                    let mut best = [u32::MAX; LANES];
                    for way in targets.of(column) {
                        for (lane, time) in sweep.at(NodeId(way.node)).iter().enumerate() {
                            best[lane] = best[lane].min(time.saturating_add(way.time));
                        }
                    }
                    for (lane, time) in best.iter().enumerate().take(origins.len()) {
                        let total = time.saturating_add(place.access.as_millis());
                        rows[lane * to.len() + column] = (total <= limit).then_some(TravelTime::millis(total));
                    }
                }
                for (lane, origin) in origins.iter().enumerate() {
                    let row = &mut rows[lane * to.len()..(lane + 1) * to.len()];
                    if let Some(origin) = origin {
                        self.along_one_edge(origin, to, &targets, limit, row);
                    }
                }
            },
        );
    }

    /// The first nodes of an origin, with times.
    fn first_nodes(&self, origin: Option<&Snapped>) -> Vec<(NodeId, u32)> {
        let Some(origin) = origin else { return Vec::new() };
        let (mut first, mut none) = (Vec::new(), Vec::new());
        seeds(&self.0, &starts(&self.0, &[Origin::at(origin)]), u32::MAX - 1, &mut first, &mut none);
        first.iter().map(|seed| (NodeId(seed.item), seed.time)).collect()
    }

    /// Destinations on the origin's own edge are reached along it.
    fn along_one_edge(
        &self,
        origin: &Snapped,
        to: &[Option<Snapped>],
        targets: &Targets,
        limit: u32,
        row: &mut [Option<TravelTime>],
    ) {
        let record = &self.network().0.edges[origin.edge.index()];
        for column in targets.on(origin.edge.0) {
            let Some(place) = &to[column] else { continue };
            for (k, share) in [(0, place.share - origin.share), (1, origin.share - place.share)] {
                let arc = record.arcs[k];
                if share < 0.0 || arc == NONE || self.0.packed[arc as usize].time == u32::MAX {
                    continue;
                }
                let way = part(self.0.packed[arc as usize].time, share);
                let total = origin.access + TravelTime::millis(way) + place.access;
                if total.as_millis() <= limit && row[column].is_none_or(|t| total < t) {
                    row[column] = Some(total);
                }
            }
        }
    }
}

/// The last stretch to a destination: from a node, so many milliseconds.
struct Way {
    node: u32,
    time: u32,
}

/// How destinations are reached from nodes.
struct Targets {
    first: Vec<usize>,
    ways: Vec<Way>,
    /// (edge, column) of destinations along edges, sorted.
    along: Vec<(u32, u32)>,
}

impl Targets {
    fn new(times: &TravelTimes, to: &[Option<Snapped>]) -> Self {
        let mut targets = Self { first: vec![0], ways: Vec::new(), along: Vec::new() };
        for (column, place) in to.iter().enumerate() {
            match place {
                Some(Snapped { node: Some(node), .. }) => targets.ways.push(Way { node: node.0, time: 0 }),
                Some(place) => {
                    let record = &times.network().0.edges[place.edge.index()];
                    for (k, share) in [(0, place.share), (1, 1.0 - place.share)] {
                        let arc = record.arcs[k];
                        if arc != NONE && times.0.packed[arc as usize].time != u32::MAX {
                            let time = part(times.0.packed[arc as usize].time, share);
                            targets.ways.push(Way { node: record.ends[k], time });
                        }
                    }
                    targets.along.push((place.edge.0, column as u32));
                }
                None => {}
            }
            targets.first.push(targets.ways.len());
        }
        targets.along.sort_unstable();
        targets
    }

    fn of(&self, column: usize) -> &[Way] {
        &self.ways[self.first[column]..self.first[column + 1]]
    }

    fn on(&self, edge: u32) -> impl Iterator<Item = usize> {
        let first = self.along.partition_point(|a| a.0 < edge);
        self.along[first..].iter().take_while(move |a| a.0 == edge).map(|a| a.1 as usize)
    }
}
