//! First, second and third due at every node in one sweep: labels of the first few origins instead of lanes.

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use std::hint::select_unpredictable;
use std::sync::Arc as Shared;

use super::Customised;
use super::skeleton::TOP;
use super::sweep::Below;
use crate::due::improve;

/// Time in the upper half, origin in the lower: compared in that order. The greatest is "nobody".
type Key = u64;

const NOBODY: Key = u64::MAX;

/// The first `K` of a node, no origin twice.
type First<const K: usize> = [Key; K];

impl Customised {
    /// The first `k` (1 to 3) of these origins for every node: time above, origin below; the greatest time where there is
    /// none. `seeds` are (node, time, origin); equal times go to the smaller origin.
    ///
    /// Exact, because whoever is among the first `k` at a node is so all along the quickest way there. O(arcs kept).
    pub(crate) fn due(&self, seeds: &[(u32, u32, u32)], k: usize) -> Swept {
        let below = self.everywhere();
        let keys = match k {
            1 => self.first::<1>(&below, seeds),
            2 => self.first::<2>(&below, seeds),
            _ => self.first::<3>(&below, seeds),
        };
        Swept { below, keys }
    }

    fn first<const K: usize>(&self, below: &Below, seeds: &[(u32, u32, u32)]) -> Vec<Key> {
        let skeleton = &*self.skeleton;
        let n = skeleton.rank.len();
        // By position, one place more than there are nodes: the loop below looks one ahead.
        let mut first = vec![[NOBODY; K]; n + 1];
        let position = |rank: u32| n - 1 - rank as usize;
        // Up: everything above the origins, each once.
        let mut above: Vec<u32> = Vec::new();
        let mut seen = vec![false; n];
        for &(node, time, origin) in seeds {
            let mut v = skeleton.rank[node as usize];
            improve(&mut first[position(v)], u64::from(time) << 32 | u64::from(origin));
            while v != TOP && !std::mem::replace(&mut seen[v as usize], true) {
                above.push(v);
                v = skeleton.parent(v);
            }
        }
        above.sort_unstable();
        for v in above {
            let here = first[position(v)];
            for &(head, time) in &self.up[self.first_up[v as usize] as usize..self.first_up[v as usize + 1] as usize] {
                take_all(&mut first[position(head)], &here, time);
            }
        }
        descend(&mut first, &below.first, &below.arcs);
        first.truncate(n);
        first.into_flattened()
    }
}

/// The first few of every node, in the order of a sweep.
#[derive(Clone, Debug)]
pub(crate) struct Swept {
    below: Shared<Below>,
    keys: Vec<Key>,
}

impl Swept {
    /// Those of a node.
    pub(crate) fn of(&self, node: u32, k: usize) -> &[Key] {
        let at = self.below.position_of(node) as usize * k;
        &self.keys[at..at + k]
    }
}

/// Down: every node from those above it.
fn descend<const K: usize>(first: &mut [First<K>], begin: &[u32], arcs: &[(u32, u32)]) {
    for (node, range) in begin.windows(2).enumerate() {
        let (above, here) = first.split_at_mut(node);
        let mut best = here[0];
        for &(tail, time) in &arcs[range[0] as usize..range[1] as usize] {
            take_all(&mut best, &above[tail as usize], time);
        }
        here[0] = best;
    }
}

/// The first of two nodes' first, the others so much later. Without a branch, as whether a label falls is as good as
/// random.
#[inline(always)]
fn take_all<const K: usize>(to: &mut First<K>, from: &First<K>, time: u32) {
    let later = from.map(|key| key.saturating_add(u64::from(time) << 32));
    if K == 1 {
        to[0] = to[0].min(later[0]);
    } else if K == 2 {
        [to[0], to[1]] = merged([to[0], to[1]], [later[0], later[1]]);
    } else {
        // Whoever comes first leaves the other list too; then it is two of two again.
        let wins = later[0] < to[0];
        let pick =
            |i: usize| (select_unpredictable(wins, later[i], to[i]), select_unpredictable(wins, to[i], later[i]));
        let ((first, other), (second, next), (third, last)) = (pick(0), pick(1), pick(2));
        let (leads, follows) = (other as u32 == first as u32, next as u32 == first as u32);
        let rest = [select_unpredictable(leads, next, other), select_unpredictable(leads | follows, last, next)];
        to[0] = first;
        [to[1], to[2]] = merged([second, third], rest);
    }
}

/// The first two of two and two. Whoever comes first pushes the other first back, unless they are the same; what stands
/// behind either cannot be the new first's own, or is later than one that is not.
#[inline(always)]
fn merged(a: [Key; 2], b: [Key; 2]) -> [Key; 2] {
    let pushed = if a[0] as u32 == b[0] as u32 { NOBODY } else { a[0].max(b[0]) };
    [a[0].min(b[0]), a[1].min(b[1]).min(pushed)]
}
