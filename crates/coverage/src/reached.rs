//! The pieces of one time field, laid out for quick look-up by edge and position.

use firesite_network::{EdgeId, Piece, RoadNetwork, TimeField};
use rustc_hash::FxHashMap;

/// Earliest times along all reached edges of a field, detached from the search that made them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    edges: Vec<u32>,
    first: Vec<u32>,
    pieces: Vec<Piece>,
    place: FxHashMap<u32, u32>,
    /// Earliest arrival at each reached node, by whichever road.
    nodes: FxHashMap<u32, (u32, usize)>,
}

/// Shares this near to an end of an edge are its node; positions come rounded to 32 bits.
const HAIR: f64 = 1e-6;

impl Reached {
    pub(crate) fn of(field: &TimeField<'_>, network: &RoadNetwork) -> Self {
        let mut pieces = Vec::new();
        let mut reached = Self::from_pieces(field.reached_edges().map(|edge| {
            field.pieces(edge, &mut pieces);
            (edge, pieces.clone())
        }));
        let mut nodes: FxHashMap<u32, (u32, usize)> = FxHashMap::default();
        for (edge, pieces) in reached.iter() {
            let (first, last) = network.edge(edge).ends;
            let start = pieces.first().filter(|p| p.from <= HAIR).map(|p| (first, p.time_from, p.origin));
            let end = pieces.last().filter(|p| p.to >= 1.0 - HAIR).map(|p| (last, p.time_to, p.origin));
            for (node, time, origin) in start.into_iter().chain(end) {
                let found = (time.as_millis(), origin);
                nodes.entry(node.0).and_modify(|known| *known = found.min(*known)).or_insert(found);
            }
        }
        reached.nodes = nodes;
        reached
    }

    /// From edges in ascending order with their pieces.
    pub(crate) fn from_pieces(edges: impl Iterator<Item = (EdgeId, Vec<Piece>)>) -> Self {
        let mut reached = Self { first: vec![0], ..Self::default() };
        for (edge, pieces) in edges {
            if pieces.is_empty() {
                continue;
            }
            reached.place.insert(edge.0, reached.edges.len() as u32);
            reached.edges.push(edge.0);
            reached.pieces.extend(pieces);
            reached.first.push(reached.pieces.len() as u32);
        }
        reached
    }

    /// Reached edges, ascending, with their pieces in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (EdgeId, &[Piece])> {
        self.edges
            .iter()
            .zip(self.first.windows(2))
            .map(|(&edge, range)| (EdgeId(edge), &self.pieces[range[0] as usize..range[1] as usize]))
    }

    /// Pieces of an edge; none where it is not reached.
    pub(crate) fn pieces(&self, edge: u32) -> &[Piece] {
        match self.place.get(&edge) {
            Some(&at) => &self.pieces[self.first[at as usize] as usize..self.first[at as usize + 1] as usize],
            None => &[],
        }
    }

    /// Earliest time (milliseconds) and origin at a position along an edge with these pieces and end nodes. A place at an
    /// end belongs to the node: whoever arrives there by another road need not drive along this edge.
    pub(crate) fn at(&self, pieces: &[Piece], ends: [u32; 2], share: f64) -> Option<(u32, usize)> {
        let mut best: Option<(u32, usize)> = None;
        for piece in pieces {
            if share < piece.from - HAIR || share > piece.to + HAIR {
                continue;
            }
            let found = (time_in(piece, share), piece.origin);
            if best.is_none_or(|known| found < known) {
                best = Some(found);
            }
        }
        let node = match share {
            s if s <= HAIR => self.nodes.get(&ends[0]),
            s if s >= 1.0 - HAIR => self.nodes.get(&ends[1]),
            _ => None,
        };
        match (best, node) {
            (Some(best), Some(&node)) => Some(best.min(node)),
            (best, node) => best.or(node.copied()),
        }
    }
}

/// Time at a share within a piece, milliseconds.
pub(crate) fn time_in(piece: &Piece, share: f64) -> u32 {
    let (from, to) = (f64::from(piece.time_from.as_millis()), f64::from(piece.time_to.as_millis()));
    let width = piece.to - piece.from;
    let part = if width > 0.0 { ((share - piece.from) / width).clamp(0.0, 1.0) } else { 0.0 };
    (from + part * (to - from) + 0.5) as u32
}
