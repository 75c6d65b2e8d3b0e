//! What the searches with turns need at the ends of arcs, and which arrivals there need no look at the ways out.

use crate::network::NONE;
use crate::times::TimesInner;
use crate::turns::{ROW, TurnTable};

/// Beside the heads and times of the arcs: 8 bytes for each arc and 4 for each node.
#[derive(Debug)]
pub(crate) struct Turned {
    pub(super) arcs: Vec<TurnedArc>,
    /// By node: what the dearest turn, back along the same edge aside, costs more than the cheapest; the greatest value
    /// where one is forbidden.
    pub(super) spread: Vec<u32>,
}

/// An arc as it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct TurnedArc {
    /// Where the costs of its turns start; marked where the node has more ways out than a row of the table has.
    row: u32,
    /// The arc back along its edge, if there is one.
    pub(super) back: u32,
}

/// The mark in a row. There are fewer costs: each stands for several bytes of input.
const FURTHER: u32 = 1 << 31;

impl TurnedArc {
    /// Where the costs start, and whether there are more than one row of them.
    #[inline(always)]
    pub(super) fn row(self) -> (usize, bool) {
        ((self.row & !FURTHER) as usize, self.row & FURTHER != 0)
    }
}

impl Turned {
    /// O(turns).
    pub(crate) fn new(times: &TimesInner, table: &TurnTable) -> Self {
        let network = &*times.network.0;
        assert!(table.cost.len() < FURTHER as usize, "{} turns: at most 2,147,483,647", table.cost.len());
        let back = |arc: u32| {
            let record = network.arcs[arc as usize];
            network.edges[record.edge as usize].arcs[usize::from(1 - record.direction)]
        };
        let arcs = (0..network.arcs.len() as u32).map(|arc| {
            let wide = network.out(network.arcs[arc as usize].head).len() > ROW;
            TurnedArc { row: table.row[arc as usize] | if wide { FURTHER } else { 0 }, back: back(arc) }
        });
        let spread = |node: u32| {
            let (mut least, mut most) = (u32::MAX, 0);
            for &arc in network.arcs_into(node) {
                for (next, &cost) in network.out(node).zip(&table.cost[table.row[arc as usize] as usize..]) {
                    least = least.min(cost);
                    if next != back(arc) {
                        most = most.max(cost);
                    }
                }
            }
            most.saturating_sub(least)
        };
        let spread = (0..times.network.node_count() as u32).map(spread).collect();
        Self { arcs: arcs.collect(), spread }
    }

    /// What searches write to, by node.
    pub(super) fn settled(times: &TimesInner) -> Vec<Settled> {
        let first = &times.network.0.first_out;
        first[..first.len() - 1].iter().map(|&first| Settled { by: NOBODY, but: NONE, first }).collect()
    }
}

/// Nobody arrived yet.
pub(super) const NOBODY: u64 = u64::MAX;

/// What an arrival at a node leaves to later ones.
///
/// Who arrives first enters every way out, the one back excepted, at the latest after the dearest turn there. Whoever
/// arrives so much later that even the cheapest turn ends after that improves nothing but perhaps the way back of the
/// first. Most arrivals are such: a street is longer than a left turn takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settled {
    /// Who arrives from then on is late; in the lower half, at the same time the origins from that one on are.
    pub(super) by: u64,
    /// The way out that the late may improve, if there is one.
    pub(super) but: u32,
    /// The first way out.
    pub(super) first: u32,
}
