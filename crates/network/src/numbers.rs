//! A set of numbers that is filled and emptied again and again.

/// Numbers below a bound, given back in ascending order: a bit each, and a bit for each 64 of these. Emptying costs what is
/// in it and a 4,096th of the bound.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    bits: Vec<u64>,
    words: Vec<u64>,
}

impl Numbers {
    pub(crate) fn below(bound: usize) -> Self {
        let words = bound.div_ceil(64);
        Self { bits: vec![0; words], words: vec![0; words.div_ceil(64)] }
    }

    #[inline]
    pub(crate) fn insert(&mut self, number: u32) {
        let word = number as usize / 64;
        self.bits[word] |= 1 << (number % 64);
        self.words[word / 64] |= 1 << (word % 64);
    }

    /// Tells all of them, ascending, and is empty then.
    #[inline]
    pub(crate) fn drain(&mut self, mut tell: impl FnMut(u32)) {
        for (group, words) in self.words.iter_mut().enumerate() {
            while *words != 0 {
                let word = group * 64 + words.trailing_zeros() as usize;
                *words &= *words - 1;
                let mut bits = std::mem::take(&mut self.bits[word]);
                while bits != 0 {
                    tell(word as u32 * 64 + bits.trailing_zeros());
                    bits &= bits - 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::SplitMix;

    #[test]
    fn given_back_in_order_each_once() {
        let mut random = SplitMix(3);
        for bound in [1, 63, 64, 65, 4_096, 4_097, 20_000] {
            let mut numbers = Numbers::below(bound);
            for _ in 0..3 {
                let mut wanted: Vec<u32> = (0..50).map(|_| random.below(bound as u64) as u32).collect();
                wanted.push(bound as u32 - 1);
                for &number in &wanted {
                    numbers.insert(number);
                }
                wanted.sort_unstable();
                wanted.dedup();
                let mut found = Vec::new();
                numbers.drain(|number| found.push(number));
                assert_eq!(found, wanted);
            }
        }
    }
}
