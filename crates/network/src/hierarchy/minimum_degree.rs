//! The order within a small part: at each step the node that the fewest others stand around.

/// Nodes of a small part, the first to go first, by minimum degree (Tinney, Walker 1967) with the fill of a bit matrix.
///
/// `rows[v]` has a bit for each neighbour of `v`: bits below `rows.len()` are nodes of the part, those above stand around
/// it and stay, so that they count in the degree. At most 128 bits.
pub(super) fn by_degree(mut rows: Vec<u128>) -> Vec<usize> {
    let n = rows.len();
    let inside = if n < 128 { (1u128 << n) - 1 } else { u128::MAX };
    let mut left: Vec<usize> = (0..n).collect();
    let mut order = Vec::with_capacity(n);
    while let Some(i) = (0..left.len()).min_by_key(|&i| (rows[left[i]].count_ones(), left[i])) {
        let v = left.remove(i);
        let row = rows[v];
        let mut around = row & inside;
        while around != 0 {
            let w = around.trailing_zeros() as usize;
            around &= around - 1;
            rows[w] = (rows[w] | row) & !(1 << v) & !(1 << w);
        }
        order.push(v);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_go_before_the_middle_of_a_star() {
        // Node 0 in the middle of 1 to 4.
        assert_eq!(by_degree(vec![0b11110, 1, 1, 1, 1])[..3], [1, 2, 3]);
    }

    #[test]
    fn what_stands_around_counts() {
        // A path 0–1–2; outside, 0 has three neighbours more.
        assert_eq!(by_degree(vec![0b111_010, 0b101, 0b010]), [2, 1, 0]);
    }
}
