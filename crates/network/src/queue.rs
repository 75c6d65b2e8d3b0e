//! The queue of the searches: buckets of equal width in a ring.

/// Time in the upper half, item in the lower: entries compare by time.
pub(crate) type Entry = u64;

#[inline]
pub(crate) fn entry(time: u32, item: u32) -> Entry {
    u64::from(time) << 32 | u64::from(item)
}

#[inline]
pub(crate) fn time_of(entry: Entry) -> u32 {
    (entry >> 32) as u32
}

#[inline]
pub(crate) fn item_of(entry: Entry) -> u32 {
    entry as u32
}

/// log2 of the most buckets in a ring. Where times are so uneven that more were needed, buckets grow wider instead.
const MOST: u32 = 15;

/// A ring of buckets, each `2^shift` ms wide. A bucket is handed out whole and unsorted; what its items lead to in the
/// same bucket is handed out after it. Items are corrected once more now and then: that is cheaper than sorting them.
/// Handing out in the order of pushing bounds the corrections as in Bellman and Ford, whatever the times.
///
/// Source: Dial (1969) with the bucket width of Denardo and Fox (1979).
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    ring: Vec<Vec<Entry>>,
    shift: u32,
    mask: u32,
    /// Buckets counted from time 0: the one in hand and the last that was filled.
    current: u32,
    last: u32,
}

impl Buckets {
    /// Makes ready for entries from `first` on that never lie more than `span` beyond the bucket in hand, in buckets at
    /// least `2^shift` wide.
    pub(crate) fn prepare(&mut self, first: u32, span: u32, shift: u32) {
        self.shift = shift.max((u32::BITS - span.leading_zeros()).saturating_sub(MOST));
        let count = ((span >> self.shift) + 2).next_power_of_two();
        if self.ring.len() < count as usize {
            self.ring.resize_with(count as usize, Vec::new);
        }
        self.mask = count - 1;
        self.current = first >> self.shift;
        self.last = self.current;
    }

    #[inline]
    pub(crate) fn push(&mut self, entry: Entry) {
        let bucket = time_of(entry) >> self.shift;
        self.last = self.last.max(bucket);
        self.ring[(bucket & self.mask) as usize].push(entry);
    }

    /// Exchanges `empty` for the next bucket that holds anything. `false` when there is none.
    #[inline]
    pub(crate) fn next(&mut self, empty: &mut Vec<Entry>) -> bool {
        debug_assert!(empty.is_empty());
        loop {
            let bucket = &mut self.ring[(self.current & self.mask) as usize];
            if !bucket.is_empty() {
                std::mem::swap(bucket, empty);
                return true;
            }
            if self.current >= self.last {
                return false;
            }
            self.current += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_bucket_by_bucket_and_rings_turn() {
        let mut buckets = Buckets::default();
        // Four buckets of 1,024 ms from 5,000 ms on.
        buckets.prepare(5_000, 2_048, 10);
        buckets.push(entry(5_000, 1));
        buckets.push(entry(6_900, 2));
        let (mut work, mut seen) = (Vec::new(), Vec::new());
        while buckets.next(&mut work) {
            for e in std::mem::take(&mut work) {
                seen.push((time_of(e), item_of(e)));
                if time_of(e) < 20_000 {
                    buckets.push(entry(time_of(e) + 2_000, item_of(e)));
                }
            }
        }
        assert_eq!(seen.len(), 9 + 8);
        assert!(seen.windows(2).all(|w| w[0].0 >> 10 <= w[1].0 >> 10), "{seen:?}");
        assert!(!buckets.next(&mut work));
    }

    #[test]
    fn uneven_times_get_wider_buckets() {
        let mut buckets = Buckets::default();
        buckets.prepare(0, u32::MAX - 1, 0);
        assert!(buckets.ring.len() <= 1 << (MOST + 1), "{}", buckets.ring.len());
        buckets.push(entry(u32::MAX - 1, 7));
        buckets.push(entry(0, 3));
        let mut work = Vec::new();
        assert!(buckets.next(&mut work));
        assert_eq!(work.drain(..).map(item_of).collect::<Vec<_>>(), [3]);
        assert!(buckets.next(&mut work));
        assert_eq!(work.drain(..).map(item_of).collect::<Vec<_>>(), [7]);
    }
}
