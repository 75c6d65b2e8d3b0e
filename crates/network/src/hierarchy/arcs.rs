//! The hierarchy of a network whose turns have a price: its items are the arcs.
//!
//! Labels sit at the starts of arcs, and a link leads from each arc to each that may follow it. No second
//! dissection is made: the order of the arcs is derived from that of the nodes. A separator of nodes, taken as it stands,
//! would become three times as many arcs; instead each of its nodes joins the side where more of its roads lead, and
//! only the roads to the other side are cut.
//!
//! ```text
//!   left │ s │ right     s stands with the right side: the two arcs of the road on its left separate, the four on its
//!   ─────┼─s═╪══         right do not. They wait until the right side itself is divided.
//!        │ s │
//! ```
//!
//! Source: Buchhold, Wagner, Zeitz, Zündorf, "Customizable contraction hierarchies with turn costs" (ATMOS 2020), where
//! edge cuts are looked for from the start.

use firesite_model::TravelTime;

use super::skeleton::{Links, Skeleton, TOP};
use crate::network::Inner;
use crate::times::TimesInner;

/// Calls for every turn that some times may allow: from, to. Bans belong to the network; where a road merely goes on
/// nobody turns round.
fn each_turn(inner: &Inner, mut see: impl FnMut(u32, u32)) {
    for (from, arc) in (0..).zip(&inner.arcs) {
        for to in inner.out(arc.head) {
            let next = inner.arcs[to as usize];
            let round = next.edge == arc.edge && next.direction != arc.direction;
            let forbidden = (round && inner.degree[arc.head as usize] == 2) || inner.bans.contains(&(from, to));
            if !forbidden {
                see(from, to);
            }
        }
    }
}

/// Arcs and the turns between them.
fn links(inner: &Inner) -> Links {
    let mut pairs = Vec::with_capacity(3 * inner.arcs.len());
    each_turn(inner, |from, to| pairs.push((from, to)));
    Links { items: inner.arcs.len(), pairs, both_ways: false }
}

/// Times of the links: driving an arc, then turning into the next.
pub(super) fn times(times: &TimesInner) -> Vec<u32> {
    let mut links = Vec::with_capacity(3 * times.packed.len());
    let drive = |arc: u32| times.packed[arc as usize].time;
    each_turn(&times.network.0, |from, to| {
        let turn = times.turn(from, to).map_or(u32::MAX, TravelTime::as_millis);
        links.push(if drive(to) == u32::MAX { u32::MAX } else { drive(from).saturating_add(turn) });
    });
    links
}

/// The skeleton of the arcs, from that of the nodes.
pub(super) fn skeleton(inner: &Inner, nodes: &Skeleton) -> Skeleton {
    Skeleton::new(&links(inner), order(inner, nodes))
}

/// The tree of the order of nodes.
struct Tree<'a> {
    nodes: &'a Skeleton,
    /// The lowest rank below each rank, or itself.
    lowest: Vec<u32>,
}

impl<'a> Tree<'a> {
    fn new(nodes: &'a Skeleton) -> Self {
        let mut lowest: Vec<u32> = (0..nodes.order.len() as u32).collect();
        for rank in 0..nodes.order.len() as u32 {
            let above = nodes.parent(rank);
            if above != TOP {
                lowest[above as usize] = lowest[above as usize].min(lowest[rank as usize]);
            }
        }
        Self { nodes, lowest }
    }

    /// The lowest rank above both, or one of them; `TOP` where there is none.
    fn meet(&self, a: u32, b: u32) -> u32 {
        let (low, high) = (a.min(b), a.max(b));
        let mut above = high;
        while above != TOP && self.lowest[above as usize] > low {
            above = self.nodes.parent(above);
        }
        above
    }

    /// Ranks below, itself included.
    fn size(&self, rank: u32) -> u32 {
        if rank == TOP { TOP } else { rank + 1 - self.lowest[rank as usize] }
    }
}

/// Arcs in order, the least important first. O(arcs · height of the tree), in practice a small part of that: most arcs
/// lie within small subtrees.
fn order(inner: &Inner, nodes: &Skeleton) -> Vec<u32> {
    let tree = Tree::new(nodes);
    let rank = |node: u32| nodes.rank[node as usize];
    // Where each node, by rank, stands when all above it have joined a side.
    let mut home: Vec<u32> = Vec::with_capacity(nodes.order.len());
    let mut below: Vec<u32> = Vec::new();
    for (r, &node) in (0..).zip(&nodes.order) {
        below.clear();
        below.extend(inner.out(node).map(|a| rank(inner.arcs[a as usize].head)).filter(|&w| w < r));
        below.extend(inner.arcs_into(node).iter().map(|&a| rank(inner.arcs[a as usize].tail)).filter(|&w| w < r));
        let cut = |side: u32| -> u32 {
            let apart = |other: &u32| tree.size(tree.meet(home[side as usize], home[*other as usize])).ilog2();
            below.iter().map(apart).sum()
        };
        let side = below.iter().copied().min_by_key(|&side| (cut(side), side));
        home.push(side.map_or(r, |side| home[side as usize]));
    }
    let mut order: Vec<(u32, u32, u32, u32)> = (inner.arcs.iter().zip(0..))
        .map(|(arc, number)| {
            let (tail, head) = (home[rank(arc.tail) as usize], home[rank(arc.head) as usize]);
            // All arcs of one direction first: between themselves they are not tied.
            (tree.meet(tail, head), u32::from(tail > head), rank(arc.head), number)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(.., number)| number).collect()
}
