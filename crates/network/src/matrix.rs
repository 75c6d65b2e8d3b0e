//! Many origins, many destinations.

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::choose::{Engine, Question};
use crate::hierarchy::Rows;
use crate::{Origin, Snapped, TravelTimes};

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
        let mut matrix = Matrix::default();
        self.matrix_into(&mut matrix, engine, from, to, limit);
        matrix
    }

    /// The same into a matrix that is there, whose memory is used again: taking new memory of that size from the system,
    /// page by page, is up to a sixth of a call.
    pub fn matrix_into(
        &self,
        matrix: &mut Matrix,
        engine: Engine,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        limit: Option<TravelTime>,
    ) {
        let Matrix { columns, times } = matrix;
        *columns = to.len();
        if times.capacity() < from.len() * to.len() {
            // Zeros cost nothing before a thread uses their pages, and every row is written.
            *times = vec![0; from.len() * to.len()];
        }
        times.resize(from.len() * to.len(), 0);
        if to.is_empty() {
            return;
        }
        match self.choose(engine, Question::Matrix { origins: from.iter().flatten().count() }, limit) {
            Engine::Hierarchy => Rows::new(self, self.prepared(), to, limit).times(from, times),
            _ => self.by_searches(from, to, limit, times),
        }
    }

    fn by_searches(
        &self,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        limit: Option<TravelTime>,
        times: &mut [u32],
    ) {
        let rows = times.chunks_mut(to.len()).zip(from);
        let (mut rows, nowhere): (Vec<_>, Vec<_>) = rows.partition(|(_, origin)| origin.is_some());
        for (row, _) in nowhere {
            row.fill(BEYOND);
        }
        rows.sort_by_key(|(_, origin)| origin.as_ref().map(|origin| self.along_curve(origin)));
        rows.par_iter_mut().for_each_init(
            || self.search(),
            |search, (row, origin)| {
                let Some(origin) = origin else { return };
                let field = search.run(&[Origin::at(origin)], limit);
                for (cell, place) in row.iter_mut().zip(to) {
                    *cell = place.as_ref().and_then(|place| field.at(place)).map_or(BEYOND, TravelTime::as_millis);
                }
            },
        );
    }
}
