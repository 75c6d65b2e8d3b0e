//! Arcs as the searches walk them: four to a node, side by side.

use crate::network::Inner;
use crate::times::PackedArc;

/// The open arcs out of each node, up to four in one half of a cache line that is found by the number of the node alone.
///
/// Most crossings have three or four ways out. A loop over exactly four has no end that the processor could guess
/// wrong; a missing arc leads back to its own node in no finite time and so never shortens anything. The few arcs
/// beyond the fourth are kept apart.
#[derive(Debug)]
pub(crate) struct Fours {
    pub(crate) arcs: Vec<[PackedArc; 4]>,
    /// By node: where its further arcs are, 0 for none, else one more than a position in `ranges`.
    pub(crate) beyond: Vec<u32>,
    ranges: Vec<(u32, u32)>,
    rest: Vec<PackedArc>,
}

impl Fours {
    /// O(nodes + arcs); 36 bytes a node.
    pub(crate) fn new(network: &Inner, packed: &[PackedArc]) -> Self {
        let nodes = network.positions.len();
        let mut fours =
            Self { arcs: Vec::with_capacity(nodes), beyond: vec![0; nodes], ranges: Vec::new(), rest: Vec::new() };
        for node in 0..nodes as u32 {
            let out = network.out(node);
            let mut open = packed[out.start as usize..out.end as usize].iter().filter(|arc| arc.time != u32::MAX);
            let mut four = [PackedArc { head: node, time: u32::MAX }; 4];
            for (slot, arc) in four.iter_mut().zip(&mut open) {
                *slot = *arc;
            }
            fours.arcs.push(four);
            let from = fours.rest.len() as u32;
            fours.rest.extend(open);
            if fours.rest.len() as u32 > from {
                fours.ranges.push((from, fours.rest.len() as u32));
                fours.beyond[node as usize] = fours.ranges.len() as u32;
            }
        }
        fours
    }

    /// Arcs beyond the fourth, by the entry of `beyond`.
    #[cold]
    pub(crate) fn further(&self, beyond: u32) -> &[PackedArc] {
        let (from, to) = self.ranges[beyond as usize - 1];
        &self.rest[from as usize..to as usize]
    }
}
