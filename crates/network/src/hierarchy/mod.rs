//! A hierarchy over a network: worked out once, it answers many unbounded questions at once.
//!
//! Three steps, each a value of its own, as in customisable contraction hierarchies (Dibbelt, Strasser, Wagner 2016):
//!
//! | step | depends on | file |
//! |---|---|---|
//! | order | topology and positions | `dissection.rs`, `separator.rs` |
//! | skeleton: the arcs that any times may need | the order | `skeleton.rs` |
//! | customised: times on them, superfluous arcs cut away | the times | `customise.rs`, `cut.rs`, `front.rs` |
//!
//! Thirty-two origins are then answered in one sweep from the top of the order to its bottom (`sweep.rs`, after PHAST and
//! RPHAST; Delling, Goldberg, Nowatzyk, Werneck 2011): times or bits of many destinations in `rows.rs`, what neighbours
//! reach in `neighbours.rs`; `due.rs` sweeps the first few origins of every node.
//!
//! Where turns have a price or some are forbidden, the items that are put in order are arcs instead of nodes (`arcs.rs`);
//! everything else is the same. There are three times as many items: customising and rows take about twice as long in
//! a real city, three to five times in a full grid of streets (benches/README.md).

mod arcs;
mod climb;
mod customise;
mod cut;
mod dissection;
mod due;
mod edge_flow;
mod front;
mod lanes;
mod minimum_degree;
mod neighbours;
mod node_flow;
mod part;
mod region;
mod rows;
mod save;
mod separator;
mod skeleton;
mod sweep;
mod targets;
pub(crate) mod wide;

use std::sync::Arc as Shared;

pub(crate) use customise::Customised;
pub(crate) use due::Swept;
use front::NEVER;
pub use lanes::LANES;
pub(crate) use rows::Rows;
use skeleton::Links;
pub(crate) use skeleton::Skeleton;
pub use sweep::Sweep;

use crate::network::Inner;
use crate::{Cancelled, Progress, RoadNetwork, TravelTimes};

/// What a hierarchy holds, for comparing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HierarchyCounts {
    /// Arcs of the skeleton, directions aside; with turns, those of both directions.
    pub skeleton_arcs: usize,
    /// Triangles that customisation looks at, directions aside; with turns, those of both directions.
    pub triangles: usize,
    /// Upward and downward arcs that remain after cutting.
    pub kept_arcs: usize,
    /// The most arcs of one direction at one node (with turns, at one arc of the network).
    pub widest: usize,
}

impl RoadNetwork {
    /// The skeleton of the hierarchy, worked out at the first call.
    pub(crate) fn skeleton(&self, progress: Progress<'_>) -> Result<Shared<Skeleton>, Cancelled> {
        if let Some(known) = self.0.skeleton.get() {
            return Ok(known.clone());
        }
        let order = dissection::order(&self.0, progress)?;
        progress.step("skeleton", 0, 1)?;
        let skeleton = Shared::new(Skeleton::new(&links(&self.0), order));
        progress.step("skeleton", 1, 1)?;
        Ok(self.0.skeleton.get_or_init(|| skeleton).clone())
    }

    /// The same with the arcs as items, for times whose turns have a price.
    pub(crate) fn skeleton_of_arcs(&self, progress: Progress<'_>) -> Result<Shared<Skeleton>, Cancelled> {
        if let Some(known) = self.0.skeleton_of_arcs.get() {
            return Ok(known.clone());
        }
        let nodes = self.skeleton(progress)?;
        progress.step("skeleton of arcs", 0, 1)?;
        let skeleton = Shared::new(arcs::skeleton(&self.0, &nodes));
        progress.step("skeleton of arcs", 1, 1)?;
        Ok(self.0.skeleton_of_arcs.get_or_init(|| skeleton).clone())
    }
}

impl TravelTimes {
    /// Prepares the hierarchy now rather than at the first question that pays for it.
    ///
    /// The order is kept with the network: other times of one network only need to be customised. Steps told are `order`
    /// (nodes), `skeleton`, `skeleton of arcs` where turns have a price or some are forbidden, and `customise` (groups of
    /// nodes or arcs).
    ///
    /// # Errors
    /// [`Cancelled`]; what was complete by then is kept.
    ///
    /// ```
    /// # use firesite_network::{Progress, RoadNetwork, generate};
    /// let times = RoadNetwork::from_arcs(&generate::city(500, 1)?)?.value.arc_times();
    /// let tell = |step: &str, done: u64, of: u64| println!("{step}: {done} of {of}");
    /// assert_eq!(times.prepare(Progress::default().reporting(&tell)), Ok(()));
    /// # Ok::<(), firesite_network::Error>(())
    /// ```
    pub fn prepare(&self, progress: Progress<'_>) -> Result<(), Cancelled> {
        self.hierarchy(progress).map(|_| ())
    }

    /// The hierarchy, prepared now if it is not there.
    pub(crate) fn prepared(&self) -> Shared<Customised> {
        let Ok(customised) = self.hierarchy(Progress::default()) else { unreachable!("nobody can call this off") };
        customised
    }

    /// Thirty-two origins at a time to every node, prepared now if need be.
    pub fn sweep(&self) -> Sweep {
        Sweep::everywhere(self, self.prepared())
    }

    /// Counts of the hierarchy, if it is there.
    pub fn hierarchy_counts(&self) -> Option<HierarchyCounts> {
        let customised = self.0.hierarchy.get()?;
        Some(customised.counts())
    }

    fn hierarchy(&self, progress: Progress<'_>) -> Result<Shared<Customised>, Cancelled> {
        if let Some(known) = self.0.hierarchy.get() {
            return Ok(known.clone());
        }
        let (skeleton, times) = if self.has_turns() {
            (self.network().skeleton_of_arcs(progress)?, arcs::times(&self.0))
        } else {
            (self.network().skeleton(progress)?, self.0.packed.iter().map(|arc| arc.time).collect())
        };
        let customised = Shared::new(Customised::new(skeleton, &times, progress)?);
        Ok(self.0.hierarchy.get_or_init(|| customised).clone())
    }
}

/// Nodes and arcs. Most roads may be driven both ways, so that directions are not told apart.
fn links(inner: &Inner) -> Links {
    let pairs = inner.arcs.iter().map(|arc| (arc.tail, arc.head)).collect();
    Links { items: inner.positions.len(), pairs, both_ways: true }
}
