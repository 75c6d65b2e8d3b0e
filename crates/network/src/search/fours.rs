//! Arcs as the searches walk them: four to a node, side by side.

use crate::network::Inner;
use crate::times::PackedArc;

/// The open arcs out of each node, up to four, found by the number of the node alone.
///
/// Most crossings have three or four ways out. A loop over exactly four has no end that the processor could guess
/// wrong; a missing arc leads back to its own node in no finite time and so never shortens anything. The few arcs
/// beyond the fourth are kept apart; the fourth arc of such a node is marked.
#[derive(Debug)]
pub(crate) struct Fours {
    arcs: Vec<Four>,
    /// Nodes with further arcs, ascending, and where those are.
    wide: Vec<(u32, u32)>,
    rest: Vec<PackedArc>,
}

/// Half of a cache line, never across two.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(crate) struct Four(pub(crate) [PackedArc; 4]);

/// The mark in the head of a fourth arc. Nodes are fewer: an arc takes twelve bytes of the input.
const FURTHER: u32 = 1 << 31;

impl Fours {
    /// O(nodes + arcs); 32 bytes a node.
    pub(crate) fn new(network: &Inner, packed: &[PackedArc]) -> Self {
        let nodes = network.positions.len();
        assert!(nodes < FURTHER as usize, "{nodes} nodes: at most 2,147,483,647");
        let mut fours = Self { arcs: Vec::with_capacity(nodes), wide: Vec::new(), rest: Vec::new() };
        for node in 0..nodes as u32 {
            let out = network.out(node);
            let mut open = packed[out.start as usize..out.end as usize].iter().filter(|arc| arc.time != u32::MAX);
            let mut four = [PackedArc { head: node, time: u32::MAX }; 4];
            for (slot, arc) in four.iter_mut().zip(&mut open) {
                *slot = *arc;
            }
            let from = fours.rest.len() as u32;
            fours.rest.extend(open);
            if fours.rest.len() as u32 > from {
                fours.wide.push((node, from));
                four[3].head |= FURTHER;
            }
            fours.arcs.push(Four(four));
        }
        fours
    }

    pub(crate) fn arcs(&self) -> &[Four] {
        &self.arcs
    }

    /// The fourth arc without its mark, and whether there are further ones.
    #[inline(always)]
    pub(crate) fn fourth(arc: PackedArc) -> (PackedArc, bool) {
        (PackedArc { head: arc.head & !FURTHER, ..arc }, arc.head & FURTHER != 0)
    }

    /// Arcs beyond the fourth.
    pub(crate) fn further(&self, node: u32) -> &[PackedArc] {
        let Ok(at) = self.wide.binary_search_by_key(&node, |w| w.0) else { return &[] };
        let end = self.wide.get(at + 1).map_or(self.rest.len(), |w| w.1 as usize);
        &self.rest[self.wide[at].1 as usize..end]
    }
}
