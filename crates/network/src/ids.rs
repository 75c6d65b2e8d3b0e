//! Positions in the arrays of a [`RoadNetwork`](crate::RoadNetwork).

/// A node: a place where roads meet, end or change (class, speed, signals).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// An edge: a stretch of road between two nodes, driven one way or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

/// An arc: one direction of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcId(pub u32);

macro_rules! index {
    ($($name:ident),*) => {$(
        impl $name {
            /// The position as an array index.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
index!(NodeId, EdgeId, ArcId);
