//! A hierarchy over a network: worked out once, it answers many unbounded questions at once.
//!
//! Three steps, each a value of its own, as in customisable contraction hierarchies (Dibbelt, Strasser, Wagner 2016):
//!
//! | step | depends on | file |
//! |---|---|---|
//! | order | topology and positions | `dissection.rs`, `separator.rs` |
//! | skeleton: the arcs that any times may need | the order | `skeleton.rs` |
//! | customised: times on them, superfluous arcs cut away | the times | `customise.rs`, `front.rs` |
//!
//! Sixteen origins are then answered in one sweep from the top of the order to its bottom (`sweep.rs`, after PHAST and
//! RPHAST; Delling, Goldberg, Nowatzyk, Werneck 2011). Only networks without turn costs and bans: a turn-aware order is
//! not built, the bounded search serves those.

mod customise;
mod dissection;
mod due;
mod edge_flow;
mod front;
mod minimum_degree;
mod neighbours;
mod node_flow;
mod part;
mod rows;
mod save;
mod separator;
mod skeleton;
mod sweep;
mod targets;

use std::sync::Arc as Shared;

pub(crate) use customise::Customised;
use front::NEVER;
pub(crate) use rows::Rows;
use skeleton::Links;
pub(crate) use skeleton::Skeleton;
pub use sweep::{LANES, Sweep};

use crate::network::Inner;
use crate::{RoadNetwork, TravelTimes};

/// Asked now and then during long preparation with the share that is done, 0 to 1; `false` gives up.
pub type Watch<'a> = &'a (dyn Fn(f64) -> bool + Sync);

/// What a hierarchy holds, for comparing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HierarchyCounts {
    /// Arcs of the skeleton, directions aside.
    pub skeleton_arcs: usize,
    /// Triangles that customisation looks at.
    pub triangles: usize,
    /// Upward and downward arcs that remain after cutting.
    pub kept_arcs: usize,
    /// The most arcs at one node.
    pub widest: usize,
}

impl RoadNetwork {
    /// The skeleton of the hierarchy, worked out at the first call. `None` when the watch gave up.
    pub(crate) fn skeleton(&self, watch: Watch<'_>) -> Option<Shared<Skeleton>> {
        if let Some(known) = self.0.skeleton.get() {
            return Some(known.clone());
        }
        let order = dissection::order(&self.0, watch)?;
        let skeleton = Shared::new(Skeleton::new(&links(&self.0), order));
        Some(self.0.skeleton.get_or_init(|| skeleton).clone())
    }
}

impl TravelTimes {
    /// Prepares the hierarchy now rather than at the first question that pays for it. `false` when the watch gave up, or
    /// when turns have a price (no hierarchy is built for those).
    ///
    /// The order is kept with the network: other times of one network only need to be customised.
    pub fn prepare(&self, watch: Watch<'_>) -> bool {
        self.hierarchy(watch).is_some()
    }

    /// Sixteen origins at a time to every node. `None` where [`TravelTimes::prepare`] says `false`.
    pub fn sweep(&self) -> Option<Sweep<'_>> {
        let customised = self.hierarchy(&|_| true)?;
        Some(Sweep::everywhere(self, customised))
    }

    /// Counts of the hierarchy, if it is there.
    pub fn hierarchy_counts(&self) -> Option<HierarchyCounts> {
        let customised = self.0.hierarchy.get()?;
        Some(customised.counts())
    }

    pub(crate) fn hierarchy(&self, watch: Watch<'_>) -> Option<Shared<Customised>> {
        if self.has_turns() {
            return None;
        }
        if let Some(known) = self.0.hierarchy.get() {
            return Some(known.clone());
        }
        let skeleton = self.network().skeleton(watch)?;
        let times: Vec<u32> = self.0.packed.iter().map(|arc| arc.time).collect();
        let customised = Shared::new(Customised::new(skeleton, &times));
        Some(self.0.hierarchy.get_or_init(|| customised).clone())
    }
}

/// Nodes and arcs. Most roads may be driven both ways, so that directions are not told apart.
fn links(inner: &Inner) -> Links {
    let pairs = inner.arcs.iter().map(|arc| (arc.tail, arc.head)).collect();
    Links { items: inner.positions.len(), pairs, both_ways: true }
}
