//! Many origins, many destinations.

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::{Origin, Snapped, TravelTimes};

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
    /// or the limit is passed. One search for each origin, spread over the threads of rayon; a pair never depends on
    /// what else was asked.
    pub fn matrix(&self, from: &[Option<Snapped>], to: &[Option<Snapped>], limit: Option<TravelTime>) -> Matrix {
        let mut times = vec![None; from.len() * to.len()];
        let rows = times.par_chunks_mut(to.len().max(1)).zip(from.par_iter());
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
        Matrix { columns: to.len(), times }
    }
}
