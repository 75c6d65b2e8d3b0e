//! Which destinations lie within a limit of which origins: one bit for each pair.

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::choose::{Engine, Question};
use crate::hierarchy::{LANES, Rows};
use crate::reach::Tied;
use crate::{Origin, Snapped, TravelTimes};

/// The coverage matrix of location models (`a_ij` of Church and ReVelle 1974): whether site `i` covers demand `j` within
/// the limit. A 32nd of the memory of the times themselves.
///
/// ```
/// # use firesite_model::TravelTime;
/// # use firesite_network::{RoadNetwork, SnapOptions, Snapper, generate};
/// let network = RoadNetwork::from_arcs(&generate::city(500, 1)?)?.value;
/// let times = network.arc_times();
/// let snapper = Snapper::new(&times, SnapOptions::default());
/// let places: Vec<_> = network.nodes().map(|n| snapper.snap(network.position(n)).ok()).collect();
/// let within = times.coverage_matrix(&places[..20], &places, TravelTime::minutes(2));
/// assert!(within.covers(3, 3)); // from a place to itself
/// assert_eq!(within.covered_by(3).count(), within.count(3));
/// # Ok::<(), firesite_network::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverageMatrix {
    origins: usize,
    destinations: usize,
    /// For each block of thirty-two origins a mask for each destination, lowest bit first.
    masks: Vec<u32>,
}

impl CoverageMatrix {
    /// Number of origins.
    pub fn origins(&self) -> usize {
        self.origins
    }

    /// Number of destinations.
    pub fn destinations(&self) -> usize {
        self.destinations
    }

    /// The origin reaches the destination within the limit.
    ///
    /// # Panics
    /// Where there is no such origin or destination, as an index would.
    pub fn covers(&self, origin: usize, destination: usize) -> bool {
        assert!(origin < self.origins && destination < self.destinations, "no such pair");
        self.masks[origin / LANES * self.destinations + destination] >> (origin % LANES) & 1 == 1
    }

    /// Destinations within the limit of an origin, ascending.
    pub fn covered_by(&self, origin: usize) -> impl Iterator<Item = usize> + '_ {
        let (block, bit) = (origin / LANES, origin % LANES);
        let masks = &self.masks[block * self.destinations..(block + 1) * self.destinations];
        masks.iter().enumerate().filter(move |(_, mask)| *mask >> bit & 1 == 1).map(|(i, _)| i)
    }

    /// Origins that have a destination within the limit, ascending.
    pub fn covering(&self, destination: usize) -> impl Iterator<Item = usize> + '_ {
        let masks = self.masks.iter().skip(destination).step_by(self.destinations.max(1)).enumerate();
        masks.flat_map(|(block, &mask)| (0..LANES).filter(move |b| mask >> b & 1 == 1).map(move |b| block * LANES + b))
    }

    /// How many destinations lie within the limit of an origin.
    pub fn count(&self, origin: usize) -> usize {
        self.covered_by(origin).count()
    }
}

impl TravelTimes {
    /// Whether each destination lies within the limit (inclusive) of each origin, access legs of both ends included; a
    /// point without a place covers nothing and is not covered. O(origins × destinations / 16) bits written, in blocks of
    /// thirty-two origins spread over the threads of rayon.
    pub fn coverage_matrix(
        &self,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        limit: TravelTime,
    ) -> CoverageMatrix {
        self.coverage_matrix_by(Engine::Choose, from, to, limit)
    }

    /// The same by a stated engine; the answer is the same.
    pub fn coverage_matrix_by(
        &self,
        engine: Engine,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        limit: TravelTime,
    ) -> CoverageMatrix {
        let origins = from.iter().flatten().count();
        let chosen = self.choose(engine, Question::Matrix { origins }, Some(limit));
        let shared = match engine {
            Engine::Choose if !to.is_empty() => self.shared_by_neighbours(origins, limit),
            _ => None,
        };
        let prepared = (chosen == Engine::Hierarchy).then(|| self.prepared());
        let masks = match (shared, prepared) {
            (Some(customised), _) => self.bits_of_neighbours(&customised, from, to, limit),
            (None, Some(customised)) => Rows::new(self, customised, to, Some(limit)).bits(from),
            (None, None) => self.bits_by_searches(from, to, limit),
        };
        CoverageMatrix { origins: from.len(), destinations: to.len(), masks }
    }

    fn bits_by_searches(&self, from: &[Option<Snapped>], to: &[Option<Snapped>], limit: TravelTime) -> Vec<u32> {
        let mut masks = vec![0u32; from.len().div_ceil(LANES) * to.len()];
        if to.is_empty() {
            return masks;
        }
        let tied = Tied::new(self.network(), to);
        let blocks = masks.par_chunks_mut(to.len()).zip(from.par_chunks(LANES));
        blocks.for_each_init(
            || self.search(),
            |search, (masks, origins)| {
                for (bit, origin) in origins.iter().enumerate() {
                    let Some(origin) = origin else { continue };
                    for (column, _) in tied.row(&search.run(&[Origin::at(origin)], Some(limit)), to) {
                        masks[column as usize] |= 1 << bit;
                    }
                }
            },
        );
        masks
    }
}
