//! Which destinations lie within a limit of which origins: one bit for each pair.

use firesite_model::TravelTime;
use rayon::prelude::*;

use crate::choose::{Engine, Question};
use crate::hierarchy::{LANES, Rows};
use crate::numbers::Numbers;
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
///
/// Memory: 4 bytes for each thirty-two origins and destination that any of them covers; where origins lie far apart, for
/// every destination.
#[derive(Clone, Debug, Default)]
pub struct CoverageMatrix {
    destinations: usize,
    /// By origin, where its bits stand.
    slots: Vec<Slot>,
    groups: Vec<Group>,
}

/// A bit of the masks of a block of a group.
#[derive(Clone, Copy, Debug)]
struct Slot {
    group: u32,
    block: u32,
    bit: u32,
}

/// Blocks of thirty-two origins, and the destinations that any of them may cover.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The origins in the order of the bits.
    pub(crate) origins: Vec<u32>,
    /// Ascending; `None` for all of them.
    pub(crate) columns: Option<Vec<u32>>,
    /// For each block a mask for each of these destinations, lowest bit first.
    pub(crate) masks: Vec<u32>,
}

impl Group {
    fn width(&self, destinations: usize) -> usize {
        self.columns.as_ref().map_or(destinations, Vec::len)
    }

    /// Where a destination stands in each block.
    fn position(&self, destination: usize) -> Option<usize> {
        match &self.columns {
            Some(columns) => columns.binary_search(&(destination as u32)).ok(),
            None => Some(destination),
        }
    }
}

impl CoverageMatrix {
    /// Of these groups, each origin in at most one of them.
    fn new(origins: usize, destinations: usize, groups: Vec<Group>) -> Self {
        // Who has no place covers nothing.
        let mut slots = vec![Slot { group: u32::MAX, block: 0, bit: 0 }; origins];
        for (group, number) in groups.iter().zip(0..) {
            for (&origin, slot) in group.origins.iter().zip(0u32..) {
                let (block, bit) = (slot / LANES as u32, slot % LANES as u32);
                slots[origin as usize] = Slot { group: number, block, bit };
            }
        }
        Self { destinations, slots, groups }
    }

    /// Number of origins.
    pub fn origins(&self) -> usize {
        self.slots.len()
    }

    /// Number of destinations.
    pub fn destinations(&self) -> usize {
        self.destinations
    }

    /// Where the bits of an origin stand: its group, the masks of its block, and which bit of each. Nothing without a place.
    fn masks_of(&self, origin: usize) -> Option<(&Group, &[u32], u32)> {
        let Slot { group, block, bit } = self.slots[origin];
        let group = self.groups.get(group as usize)?;
        let width = group.width(self.destinations);
        Some((group, &group.masks[block as usize * width..(block as usize + 1) * width], bit))
    }

    /// The origin reaches the destination within the limit.
    ///
    /// # Panics
    /// Where there is no such origin or destination, as an index would.
    pub fn covers(&self, origin: usize, destination: usize) -> bool {
        assert!(origin < self.slots.len() && destination < self.destinations, "no such pair");
        self.masks_of(origin)
            .is_some_and(|(group, masks, bit)| group.position(destination).is_some_and(|at| masks[at] >> bit & 1 == 1))
    }

    /// Destinations within the limit of an origin, ascending.
    pub fn covered_by(&self, origin: usize) -> impl Iterator<Item = usize> + '_ {
        self.masks_of(origin).into_iter().flat_map(|(group, masks, bit)| {
            let within = masks.iter().enumerate().filter(move |(_, mask)| *mask >> bit & 1 == 1).map(|(at, _)| at);
            within.map(|at| group.columns.as_ref().map_or(at, |columns| columns[at] as usize))
        })
    }

    /// Origins that have a destination within the limit, ascending. O(origins / 32 + those it has).
    ///
    /// # Panics
    /// Where there is no such destination, as an index would.
    pub fn covering(&self, destination: usize) -> impl Iterator<Item = usize> + '_ {
        assert!(destination < self.destinations, "no such destination");
        let mut covering = Vec::new();
        for group in &self.groups {
            let Some(at) = group.position(destination) else { continue };
            let masks = group.masks.iter().skip(at).step_by(group.width(self.destinations));
            for (origins, &mask) in group.origins.chunks(LANES).zip(masks) {
                let within = origins.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
                covering.extend(within.map(|(_, &origin)| origin as usize));
            }
        }
        covering.sort_unstable();
        covering.into_iter()
    }

    /// How many destinations lie within the limit of an origin.
    pub fn count(&self, origin: usize) -> usize {
        self.covered_by(origin).count()
    }
}

/// The same pairs, however they are kept.
impl PartialEq for CoverageMatrix {
    fn eq(&self, other: &Self) -> bool {
        (self.origins(), self.destinations) == (other.origins(), other.destinations)
            && (0..self.origins()).all(|origin| self.covered_by(origin).eq(other.covered_by(origin)))
    }
}

impl Eq for CoverageMatrix {}

impl TravelTimes {
    /// Whether each destination lies within the limit (inclusive) of each origin, access legs of both ends included; a
    /// point without a place covers nothing and is not covered. In blocks of thirty-two origins spread over the threads of
    /// rayon. Neighbouring origins of a network with a hierarchy cost what they reach, others a sweep or a search each.
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
            Engine::Choose if !to.is_empty() && self.neighbours(origins, limit) => Some(self.prepared()),
            _ => None,
        };
        let prepared = (chosen == Engine::Hierarchy).then(|| self.prepared());
        let groups = match (shared, prepared) {
            (Some(customised), _) => self.bits_of_neighbours(&customised, from, to, limit),
            (None, Some(customised)) => one_group(from, Rows::new(self, customised, to, Some(limit)).bits(from)),
            (None, None) => one_group(from, self.bits_by_searches(from, to, limit)),
        };
        CoverageMatrix::new(from.len(), to.len(), groups)
    }

    /// For each thirty-two origins a mask for each destination.
    fn bits_by_searches(&self, from: &[Option<Snapped>], to: &[Option<Snapped>], limit: TravelTime) -> Vec<u32> {
        let mut masks = vec![0u32; from.len().div_ceil(LANES) * to.len()];
        if to.is_empty() {
            return masks;
        }
        let tied = Tied::new(self.network(), to);
        let blocks = masks.par_chunks_mut(to.len()).zip(from.par_chunks(LANES));
        blocks.for_each_init(
            || (self.search(), Numbers::below(to.len())),
            |(search, found), (masks, origins)| {
                for (bit, origin) in origins.iter().enumerate() {
                    let Some(origin) = origin else { continue };
                    for (column, _) in tied.row(&search.run(&[Origin::at(origin)], Some(limit)), to, found) {
                        masks[column as usize] |= 1 << bit;
                    }
                }
            },
        );
        masks
    }
}

/// All origins in their own order, and all destinations.
fn one_group(from: &[Option<Snapped>], masks: Vec<u32>) -> Vec<Group> {
    vec![Group { origins: (0..from.len() as u32).collect(), columns: None, masks }]
}
