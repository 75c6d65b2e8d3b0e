//! What a second thread gains: the same calls in a pool of one and in a pool of two, wall time.

use std::sync::Mutex;

use firesite_model::TravelTime;
use firesite_network::{Engine, LANES, Matrix, NodeId, Origin, Progress, Snapped};
use rayon::prelude::*;

use crate::LIMIT;
use crate::clock::quickest;
use crate::table::line;
use crate::town::Town;

/// Rows of the table for one network; the yardstick is one thread. Checksums of both are compared.
pub(crate) fn gains(town: &Town) {
    let (scattered, neighbours) = (town.places(1000, 1), town.neighbouring_places(4096));
    let sum_of_fields = |places: &[Snapped], limit: Option<TravelTime>| -> u64 {
        let origins: Vec<Origin<'_>> = places.iter().map(Origin::at).collect();
        town.times.fields(&origins, limit, |_, field| field.labels() as u64).into_iter().sum()
    };
    gain("W1 reach: 1,000 origins, 240 s", town, 7, || sum_of_fields(&scattered, Some(LIMIT)));
    gain("W1d reach: 4,096 neighbouring origins, 240 s", town, 5, || sum_of_fields(&neighbours, Some(LIMIT)));
    let origins = town.places(64, 2);
    let seeds: Vec<[(NodeId, u32); 1]> = origins.iter().map(|o| [(o.node.expect("a node"), 0)]).collect();
    town.times.prepare(Progress::default()).expect("not called off");
    gain("W2 field: 64 origins to all nodes, swept in place", town, 5, || {
        let blocks = seeds.par_chunks(LANES).map_init(
            || town.times.sweep(),
            |sweep, block| {
                let block: Vec<&[(NodeId, u32)]> = block.iter().map(<[_; 1]>::as_slice).collect();
                sweep.run(&block);
                u64::from(sweep.at(NodeId(0))[0])
            },
        );
        blocks.sum::<u64>()
    });
    let (from, to) = (town.places(1000, 3), town.places(10_000, 4));
    let (from, to): (Vec<_>, Vec<_>) = (from.into_iter().map(Some).collect(), to.into_iter().map(Some).collect());
    let kept = Mutex::new(Matrix::default());
    gain("W3 matrix: 1,000 x 10,000, no limit, memory used again", town, 5, || {
        let mut matrix = kept.lock().expect("one call at a time");
        town.times.matrix_into(&mut matrix, Engine::Hierarchy, &from, &to, None);
        matrix.row(17).flatten().map(|t| u64::from(t.as_millis())).sum()
    });
}

fn gain(workload: &str, town: &Town, rounds: usize, work: impl Fn() -> u64 + Sync) {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        // The calling thread stays outside: the pool's threads alone do the work.
        quickest(rounds, || pool.install(&work))
    };
    let ((one, wanted), (two, found)) = (on(1), on(2));
    assert_eq!(found, wanted);
    line(workload, town, "firesite, 1 thread, wall", one, one);
    line(workload, town, "firesite, 2 threads, wall", two, one);
}
