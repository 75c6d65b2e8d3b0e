//! Weights as whole numbers (DESIGN §4.7).

/// Thousandths of the unit by largest remainder: the total is kept to the nearest thousandth, ties go to the earlier
/// one. Complexity O(n log n).
///
/// ```text
/// 0.3333, 0.3333, 0.3334 (total 1)  →  333, 333, 334
/// ```
pub(crate) fn thousandths(weights: impl Iterator<Item = f64>) -> Vec<u64> {
    let mut parts: Vec<(u64, f64)> = weights
        .map(|w| {
            // A weight such as 0.1 × 3 is a thousandth in all but its last bits.
            let scaled = w.max(0.0) * 1000.0;
            let whole = if (scaled - scaled.round()).abs() < 1e-6 { scaled.round() } else { scaled.floor() };
            (whole as u64, (scaled - whole).max(0.0))
        })
        .collect();
    let rest: f64 = parts.iter().map(|p| p.1).sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| parts[b].1.total_cmp(&parts[a].1).then(a.cmp(&b)));
    for &at in order.iter().take(rest.round() as usize) {
        parts[at].0 += 1;
    }
    parts.into_iter().map(|p| p.0).collect()
}

/// The least whole number of thousandths that is at least this share of a total: thresholds round up.
pub(crate) fn threshold(share: f64, total: u64) -> u64 {
    // 0.95 × 1000 must be 950, not 951: the share is taken to twelve decimals.
    let share = (share.clamp(0.0, 1.0) * 1e12).round() as u128;
    let product = share * u128::from(total);
    product.div_ceil(1_000_000_000_000) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_kept() {
        assert_eq!(thousandths([1.0, 2.5, 0.125].into_iter()), [1000, 2500, 125]);
        let thirds = thousandths([1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0].into_iter());
        assert_eq!(thirds, [334, 333, 333]);
        assert_eq!(thousandths([0.1 + 0.2, 0.7].into_iter()), [300, 700]);
        assert_eq!(thousandths([0.0004; 5].into_iter()).iter().sum::<u64>(), 2);
    }

    #[test]
    fn thresholds_round_up() {
        assert_eq!(threshold(0.95, 1000), 950);
        assert_eq!(threshold(0.9, 1001), 901);
        assert_eq!(threshold(1.0, 7), 7);
        assert_eq!(threshold(0.0, 7), 0);
    }

    proptest::proptest! {
        #[test]
        fn the_total_is_the_nearest_thousandth(weights in proptest::collection::vec(0.0f64..1e6, 1..200)) {
            let total: f64 = weights.iter().sum();
            let whole: u64 = thousandths(weights.iter().copied()).iter().sum();
            proptest::prop_assert!((whole as f64 / 1000.0 - total).abs() <= 0.000_501 + total * 1e-12);
        }
    }
}
