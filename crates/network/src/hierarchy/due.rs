//! First, second and third due at every node in one sweep: labels of the first few origins instead of lanes.

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use super::Customised;
use super::skeleton::TOP;

/// Time in the upper half, origin in the lower: compared in that order. The greatest is "nobody".
type Key = u64;

const NOBODY: Key = u64::MAX;

/// The first `K` of a node, no origin twice.
type First<const K: usize> = [Key; K];

impl Customised {
    /// The first `k` (1 to 3) of these origins for every node, by node: time above, origin below; the greatest time where
    /// there is none. `seeds` are (node, time, origin); equal times go to the smaller origin.
    ///
    /// Exact, because whoever is among the first `k` at a node is so all along the quickest way there. O(arcs kept).
    pub(crate) fn due(&self, seeds: &[(u32, u32, u32)], k: usize) -> Vec<Key> {
        match k {
            1 => self.first::<1>(seeds),
            2 => self.first::<2>(seeds),
            _ => self.first::<3>(seeds),
        }
    }

    fn first<const K: usize>(&self, seeds: &[(u32, u32, u32)]) -> Vec<Key> {
        let skeleton = &*self.skeleton;
        let n = skeleton.rank.len();
        let mut labels = vec![[NOBODY; K]; n];
        // Up: everything above the origins, each once.
        let mut above: Vec<u32> = Vec::new();
        let mut seen = vec![false; n];
        for &(node, time, origin) in seeds {
            let mut v = skeleton.rank[node as usize];
            take(&mut labels[v as usize], u64::from(time) << 32 | u64::from(origin));
            while v != TOP && !std::mem::replace(&mut seen[v as usize], true) {
                above.push(v);
                v = skeleton.parent(v);
            }
        }
        above.sort_unstable();
        for v in above {
            let here = labels[v as usize];
            for &(head, time) in &self.up[self.first_up[v as usize] as usize..self.first_up[v as usize + 1] as usize] {
                take_all(&mut labels[head as usize], &here, time);
            }
        }
        // Down: every node from those above it.
        for v in (0..n).rev() {
            let (lower, higher) = labels.split_at_mut(v + 1);
            let mut best = lower[v];
            for &(tail, time) in &self.down[self.first_down[v] as usize..self.first_down[v + 1] as usize] {
                take_all(&mut best, &higher[tail as usize - v - 1], time);
            }
            lower[v] = best;
        }
        let mut by_node = vec![[NOBODY; K]; n];
        for (first, &rank) in by_node.iter_mut().zip(&skeleton.rank) {
            *first = labels[rank as usize];
        }
        by_node.into_flattened()
    }
}

/// The first of two nodes' first, the others so much later.
#[inline(always)]
fn take_all<const K: usize>(to: &mut First<K>, from: &First<K>, time: u32) {
    let later = |key: Key| key.saturating_add(u64::from(time) << 32);
    let first = later(from[0]);
    if K == 1 {
        to[0] = to[0].min(first);
        return;
    }
    if K == 2 {
        // Without a branch, as whether a label falls is as good as random. Whoever comes first pushes the other first back, unless they are the same; what stands behind either cannot be
        // the new first's own, or is later than one that is not.
        let same = first as u32 == to[0] as u32;
        let pushed = if same { NOBODY } else { first.max(to[0]) };
        to[1] = to[1].min(later(from[1])).min(pushed);
        to[0] = to[0].min(first);
        return;
    }
    if first < to[K - 1] {
        for &key in from {
            take(to, later(key));
        }
    }
}

/// Takes one in, if it is among the first.
#[inline(always)]
fn take<const K: usize>(to: &mut First<K>, key: Key) {
    if key >= to[K - 1] {
        return;
    }
    // Its own place, or else the last, makes room.
    let own = to.iter().position(|k| *k as u32 == key as u32 && *k != NOBODY);
    let mut at = own.unwrap_or(K - 1);
    if own.is_some() && to[at] <= key {
        return;
    }
    while at > 0 && to[at - 1] > key {
        to[at] = to[at - 1];
        at -= 1;
    }
    to[at] = key;
}
