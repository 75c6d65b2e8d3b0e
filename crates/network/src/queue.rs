//! Queues of the search: buckets of equal width in a ring, or a heap where times are too uneven for buckets.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What waits in a queue: ordered first of all by its time.
pub(crate) trait Entry: Copy + Ord {
    fn time(&self) -> u32;
}

/// Time and item.
impl Entry for (u32, u32) {
    #[inline]
    fn time(&self) -> u32 {
        self.0
    }
}

/// Entries by time. `pop` may return an item that was pushed again with a better time since; the search knows.
pub(crate) trait Queue<E> {
    fn push(&mut self, entry: E);
    fn pop(&mut self) -> Option<E>;
}

/// Rings of at most so many buckets; beyond, the heap is used.
const MOST: usize = 1 << 15;

/// A ring of buckets, each `2^shift` ms wide. Within a bucket items come in the order of their pushing and may be
/// corrected once more: that is cheaper than sorting them.
///
/// Source: Dial (1969) with the bucket width of Denardo and Fox (1979); entries of one run span at most one turn of the
/// ring, which [`Buckets::prepare`] makes large enough.
#[derive(Debug)]
pub(crate) struct Buckets<E> {
    ring: Vec<Vec<E>>,
    shift: u32,
    mask: usize,
    current: usize,
    next: usize,
    pending: usize,
}

impl<E> Default for Buckets<E> {
    fn default() -> Self {
        Self { ring: Vec::new(), shift: 0, mask: 0, current: 0, next: 0, pending: 0 }
    }
}

impl<E> Buckets<E> {
    /// Makes ready for entries from `first` on that never lie more than `span` beyond the entry last popped.
    /// `false` when that needs too many buckets.
    pub(crate) fn prepare(&mut self, first: u32, span: u32, shift: u32) -> bool {
        let count = ((span >> shift) as usize + 2).next_power_of_two();
        if count > MOST {
            return false;
        }
        if self.ring.len() < count {
            self.ring.resize_with(count, Vec::new);
        }
        debug_assert_eq!(self.pending, 0);
        self.mask = self.ring.len() - 1;
        self.shift = shift;
        self.current = (first >> shift) as usize & self.mask;
        self.next = 0;
        true
    }
}

impl<E: Entry> Queue<E> for Buckets<E> {
    #[inline]
    fn push(&mut self, entry: E) {
        let slot = (entry.time() >> self.shift) as usize & self.mask;
        self.ring[slot].push(entry);
        self.pending += 1;
    }

    #[inline]
    fn pop(&mut self) -> Option<E> {
        loop {
            let bucket = &mut self.ring[self.current];
            if let Some(&entry) = bucket.get(self.next) {
                self.next += 1;
                return Some(entry);
            }
            self.pending -= bucket.len();
            bucket.clear();
            self.next = 0;
            if self.pending == 0 {
                return None;
            }
            self.current = (self.current + 1) & self.mask;
        }
    }
}

/// A binary heap.
#[derive(Debug)]
pub(crate) struct Heap<E: Ord>(BinaryHeap<Reverse<E>>);

impl<E: Ord> Default for Heap<E> {
    fn default() -> Self {
        Self(BinaryHeap::new())
    }
}

impl<E: Entry> Queue<E> for Heap<E> {
    fn push(&mut self, entry: E) {
        self.0.push(Reverse(entry));
    }

    fn pop(&mut self) -> Option<E> {
        self.0.pop().map(|Reverse(entry)| entry)
    }
}
