//! First, second and third due at every node in one sweep: labels of the first few origins instead of lanes.

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use std::hint::select_unpredictable;
use std::sync::Arc as Shared;

use super::Customised;
use super::skeleton::TOP;
use super::sweep::{Below, FIRST};

/// Time above, origin in the lower 31 bits: compared in that order.
type Key = u64;

/// Bits of the origin. One less than half, so that the sum of any two times fits: nothing in the loops saturates.
const ORIGIN: u32 = 31;

/// No sum that is this late is kept.
const NOBODY: Key = (u32::MAX as Key) << ORIGIN | ((1 << ORIGIN) - 1);

fn key(time: u32, origin: u32) -> Key {
    Key::from(time) << ORIGIN | Key::from(origin)
}

/// Whether two keys are of one origin.
#[inline(always)]
fn same(a: Key, b: Key) -> bool {
    (a ^ b) << (Key::BITS - ORIGIN) == 0
}

/// The first `K` of a node, no origin twice.
type First<const K: usize> = [Key; K];

impl Customised {
    /// The first `k` (1 to 3) of these origins for every node, as keys; the greatest time where there is none. `seeds`
    /// are (node, time, origin); equal times go to the smaller origin.
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
        let mut first = vec![[NOBODY; K]; n];
        let position = |rank: u32| n - 1 - rank as usize;
        // Up: everything above the origins, each once, from the lowest on.
        let mut above = vec![0u64; n.div_ceil(64)];
        for &(node, time, origin) in seeds {
            let mut v = skeleton.rank[node as usize];
            let mut alone = [NOBODY; K];
            alone[0] = key(time, origin);
            take_all(&mut first[position(v)], &alone, 0);
            while v != TOP && above[v as usize / 64] & 1 << (v % 64) == 0 {
                above[v as usize / 64] |= 1 << (v % 64);
                v = skeleton.parent(v);
            }
        }
        for (word, mut bits) in above.into_iter().enumerate() {
            while bits != 0 {
                let v = 64 * word as u32 + bits.trailing_zeros();
                bits &= bits - 1;
                let here = first[position(v)];
                for &(head, time) in
                    &self.up[self.first_up[v as usize] as usize..self.first_up[v as usize + 1] as usize]
                {
                    take_all(&mut first[position(head)], &here, time);
                }
            }
        }
        descend(&mut first, below);
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
    /// Time and origin of a key.
    pub(crate) fn due(key: Key) -> (u32, u32) {
        ((key >> ORIGIN) as u32, key as u32 & ((1 << ORIGIN) - 1))
    }

    /// The keys of a node.
    pub(crate) fn of(&self, node: u32, k: usize) -> &[Key] {
        let at = self.below.position_of(node) as usize * k;
        &self.keys[at..at + k]
    }
}

/// Down: every node from those above it. Arc follows arc without a look at where a node's end, as in `sweep.rs`.
fn descend<const K: usize>(first: &mut [First<K>], below: &Below) {
    below.runs(|position, arcs| {
        let (mut at, mut best) = (position.wrapping_sub(1), [NOBODY; K]);
        for &(tail, time) in arcs {
            let begins = tail & FIRST != 0;
            at = at.wrapping_add(usize::from(begins));
            // One or two come back sooner from where they were just written than a choice is made; three do not.
            let here = first[at];
            let fresh = |i: usize| select_unpredictable(begins, here[i], best[i]);
            best = if K <= 2 { here } else { std::array::from_fn(fresh) };
            take_all(&mut best, &first[(tail & !FIRST) as usize], time);
            first[at] = best;
        }
    });
}

/// The first of two nodes' first, the others so much later. Without a branch, as whether a label falls is as good as
/// random.
#[inline(always)]
fn take_all<const K: usize>(to: &mut First<K>, from: &First<K>, time: u32) {
    let later = from.map(|key| key + (Key::from(time) << ORIGIN));
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
        let (leads, follows) = (same(other, first), same(next, first));
        let rest = [select_unpredictable(leads, next, other), select_unpredictable(leads | follows, last, next)];
        to[0] = first;
        [to[1], to[2]] = merged([second, third], rest);
    }
}

/// The first two of two and two. Whoever comes first pushes the other first back, unless they are the same; what stands
/// behind either cannot be the new first's own, or is later than one that is not.
#[inline(always)]
fn merged(a: [Key; 2], b: [Key; 2]) -> [Key; 2] {
    let pushed = if same(a[0], b[0]) { NOBODY } else { a[0].max(b[0]) };
    [a[0].min(b[0]), a[1].min(b[1]).min(pushed)]
}
