//! Many origins, many destinations.

use std::sync::Arc as Shared;

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::choose::{Engine, Question};
use crate::hierarchy::{Below, Customised, LANES, Sweep};
use crate::network::NONE;
use crate::search::{part, seeds, starts};
use crate::{NodeId, Origin, Snapped, TravelTimes};

/// Times from every origin to every destination, row by row; 4 bytes a pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    columns: usize,
    /// `u32::MAX` where there is none.
    times: Vec<u32>,
}

/// Within no limit.
const BEYOND: u32 = u32::MAX;

fn told(time: u32) -> Option<TravelTime> {
    (time != BEYOND).then_some(TravelTime::millis(time))
}

impl Matrix {
    /// Times from one origin, in the order of the destinations.
    pub fn row(&self, origin: usize) -> impl ExactSizeIterator<Item = Option<TravelTime>> + '_ {
        self.times[origin * self.columns..(origin + 1) * self.columns].iter().map(|&time| told(time))
    }

    /// Time of one pair.
    pub fn at(&self, origin: usize, destination: usize) -> Option<TravelTime> {
        told(self.times[origin * self.columns..(origin + 1) * self.columns][destination])
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
        let mut times = vec![BEYOND; from.len() * to.len()];
        if to.is_empty() {
            return Matrix { columns: 0, times };
        }
        match self.choose(engine, Question::Matrix { origins: from.iter().flatten().count() }, limit) {
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
        times: &mut [u32],
    ) {
        let rows = times.chunks_mut(to.len()).zip(from);
        let mut rows: Vec<_> = rows.filter_map(|(row, origin)| Some((row, origin.as_ref()?))).collect();
        rows.sort_by_key(|(_, origin)| self.along_curve(origin));
        rows.par_iter_mut().for_each_init(
            || self.search(),
            |search, (row, origin)| {
                let field = search.run(&[Origin::at(origin)], limit);
                for (cell, place) in row.iter_mut().zip(to) {
                    *cell = place.as_ref().and_then(|place| field.at(place)).map_or(BEYOND, TravelTime::as_millis);
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
        times: &mut [u32],
    ) {
        let targets = Targets::new(self, to);
        let below = Shared::new(Below::these(customised, targets.ways.iter().map(|w| w.node)));
        let blocks = times.par_chunks_mut(to.len() * LANES).zip(from.par_chunks(LANES));
        blocks.for_each_init(
            || Sweep::over(self, customised.clone(), below.clone()),
            |sweep, (rows, origins)| self.sweep_block(sweep, origins, to, &targets, limit, rows),
        );
    }

    /// What each site reaches, by sweeps: the rows of [`TravelTimes::reach`].
    pub(crate) fn reach_by_sweeps(
        &self,
        customised: &Shared<Customised>,
        sites: &[Snapped],
        demand: &[Option<Snapped>],
        limit: TravelTime,
    ) -> Vec<Vec<(u32, TravelTime)>> {
        let targets = Targets::new(self, demand);
        let below = Shared::new(Below::these(customised, targets.ways.iter().map(|w| w.node)));
        let blocks = sites.par_chunks(LANES).map_init(
            || (Sweep::over(self, customised.clone(), below.clone()), vec![BEYOND; LANES * demand.len()]),
            |(sweep, rows), sites| {
                let origins: Vec<Option<Snapped>> = sites.iter().copied().map(Some).collect();
                let rows = &mut rows[..sites.len() * demand.len()];
                self.sweep_block(sweep, &origins, demand, &targets, Some(limit), rows);
                let sparse = |row: &[u32]| -> Vec<(u32, TravelTime)> {
                    row.iter().enumerate().filter_map(|(i, &time)| Some((i as u32, told(time)?))).collect()
                };
                rows.chunks_exact(demand.len()).map(sparse).collect::<Vec<_>>()
            },
        );
        blocks.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// The rows of up to sixteen origins, side by side.
    fn sweep_block(
        &self,
        sweep: &mut Sweep<'_>,
        origins: &[Option<Snapped>],
        to: &[Option<Snapped>],
        targets: &Targets,
        limit: Option<TravelTime>,
        rows: &mut [u32],
    ) {
        let limit = limit.map_or(u32::MAX - 1, |t| t.as_millis().min(u32::MAX - 1));
        let starts: Vec<Vec<(NodeId, u32)>> = origins.iter().map(|o| self.first_nodes(o.as_ref())).collect();
        let seeds: Vec<&[(NodeId, u32)]> = starts.iter().map(Vec::as_slice).collect();
        sweep.run(&seeds);
        // Sixteen columns at a time: each row then takes a whole cache line at once.
        for (block, places) in to.chunks(LANES).enumerate() {
            let mut found = [[BEYOND; LANES]; LANES];
            for (column, place) in places.iter().enumerate() {
                let Some(place) = place else { continue };
                let (mut best, access) = ([BEYOND; LANES], place.access.as_millis());
                for way in targets.of(block * LANES + column) {
                    let (lanes, way) = (sweep.at(NodeId(way.node)), way.time);
                    for lane in 0..LANES {
                        best[lane] = best[lane].min(lanes[lane].saturating_add(way));
                    }
                }
                for lane in 0..LANES {
                    let total = best[lane].saturating_add(access);
                    found[lane][column] = if total <= limit { total } else { BEYOND };
                }
            }
            for (row, found) in rows.chunks_exact_mut(to.len()).zip(&found) {
                row[block * LANES..][..places.len()].copy_from_slice(&found[..places.len()]);
            }
        }
        for (row, origin) in rows.chunks_exact_mut(to.len()).zip(origins) {
            if let Some(origin) = origin {
                self.along_one_edge(origin, to, targets, limit, row);
            }
        }
    }

    /// The first nodes of an origin, with times.
    fn first_nodes(&self, origin: Option<&Snapped>) -> Vec<(NodeId, u32)> {
        let Some(origin) = origin else { return Vec::new() };
        let (mut on_edge, mut first, mut none) = (Vec::new(), Vec::new(), Vec::new());
        starts(&self.0, &[Origin::at(origin)], &mut on_edge);
        seeds(&self.0, &on_edge, u32::MAX - 1, &mut first, &mut none);
        first.iter().map(|seed| (NodeId(seed.item), seed.time)).collect()
    }

    /// Destinations on the origin's own edge are reached along it.
    fn along_one_edge(&self, origin: &Snapped, to: &[Option<Snapped>], targets: &Targets, limit: u32, row: &mut [u32]) {
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
                if total.as_millis() <= limit {
                    row[column] = row[column].min(total.as_millis());
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
