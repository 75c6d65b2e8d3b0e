//! Times of thirty-two origins side by side, and memory for many of them.

use std::ops::{Deref, DerefMut};

/// Origins that one sweep answers. Two of the widest vectors: what a sweep loses at each node and arc, whatever its
/// width, is then shared by more origins, and twice that again would leave the caches.
pub const LANES: usize = 32;

/// Times of thirty-two origins at one node, `u32::MAX` where there is no way.
pub(crate) type Lanes = [u32; LANES];

/// Bytes in a cache line.
const LINE: usize = 64;

/// Lanes that begin where a cache line does: a wide vector across two lines takes twice as long to read.
///
/// The memory comes from the system as zeros, and no page of it is touched before something is written there.
#[derive(Debug, Default)]
pub(crate) struct LaneList {
    times: Vec<u32>,
    /// Where the first lanes begin.
    start: usize,
    count: usize,
}

impl LaneList {
    /// So many, all zeros.
    pub(crate) fn zeros(count: usize) -> Self {
        let spare = LINE / size_of::<u32>();
        let times = vec![0; count * LANES + spare];
        let start = times.as_ptr().align_offset(LINE).min(spare);
        Self { times, start, count }
    }

    /// At least so many, with any content.
    pub(crate) fn cover(&mut self, count: usize) {
        if self.count < count {
            *self = Self::zeros(count);
        }
    }
}

impl Deref for LaneList {
    type Target = [Lanes];

    fn deref(&self) -> &[Lanes] {
        &self.times[self.start..].as_chunks().0[..self.count]
    }
}

impl DerefMut for LaneList {
    fn deref_mut(&mut self) -> &mut [Lanes] {
        &mut self.times[self.start..].as_chunks_mut().0[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_begin_at_cache_lines() {
        for count in [0, 1, 2, 100, 5_000] {
            let mut lanes = LaneList::zeros(count);
            assert_eq!((lanes.len(), lanes.as_ptr().align_offset(LINE)), (count, 0));
            assert!(lanes.iter().all(|l| *l == [0; LANES]));
            lanes.cover(count + 1);
            lanes[count] = [7; LANES];
            lanes.cover(count);
            assert_eq!((lanes.len(), lanes[count]), (count + 1, [7; LANES]));
        }
    }
}
