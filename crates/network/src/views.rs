//! petgraph's view of a network: any algorithm of petgraph runs on it.
//!
//! [`Crossings`] has the nodes of the network as nodes and knows no turns; [`Turns`] has the arcs as nodes, so that
//! turn costs and bans hold. Both are `Copy` and borrow the network.

mod crossings;
mod streets;
mod turns;

pub use crossings::{ArcRef, Crossings};
pub use streets::{CutEdge, StreetRef};
pub use turns::{TurnRef, Turns};

use fixedbitset::FixedBitSet;
use petgraph::visit::VisitMap;

use crate::{ArcId, NodeId};

/// Marks of visited nodes or arcs.
#[derive(Clone, Debug, Default)]
pub struct Visited(FixedBitSet);

macro_rules! visited {
    ($($id:ident),*) => {$(
        impl VisitMap<$id> for Visited {
            fn visit(&mut self, id: $id) -> bool {
                !self.0.put(id.index())
            }

            fn is_visited(&self, id: &$id) -> bool {
                self.0.contains(id.index())
            }

            fn unvisit(&mut self, id: $id) -> bool {
                let was = self.0.contains(id.index());
                self.0.set(id.index(), false);
                was
            }
        }
    )*};
}
visited!(NodeId, ArcId);
