//! An order of rows in which neighbours have nearly the same sites.
//!
//! Places next to each other are covered by nearly the same sites, so along a good order each site covers a few long runs of rows.
//! The order is a walk through a short spanning tree, in which rows differ by few sites from their parents: the pairs that differ by
//! one or two sites are found by hashing, as in the compression of bitmap indexes (Lemire, Kaser and Aouiche 2010 sort for the same end).

use rustc_hash::FxHashMap;

/// Positions of the rows in their new order. `row` gives the sites of a row, ascending. Linear in the entries but for a sort.
pub(super) fn walk<'a>(rows: usize, row: impl Fn(usize) -> &'a [u32]) -> Vec<u32> {
    let edges = near(rows, &row);
    // Kruskal: the closest pairs first.
    let mut group: Vec<u32> = (0..rows as u32).collect();
    let mut tree = Vec::with_capacity(rows);
    for &(_, a, b) in &edges {
        let (x, y) = (find(&mut group, a), find(&mut group, b));
        if x != y {
            group[x as usize] = y;
            tree.push((a, b));
        }
    }
    let (first, neighbour) = adjacent(rows, &tree);
    let around = |a: u32| &neighbour[first[a as usize] as usize..first[a as usize + 1] as usize];
    // The pairs (i, i + 1) are among the edges, so one tree reaches all.
    let mut parent = vec![u32::MAX; rows];
    let mut down = Vec::with_capacity(rows);
    let mut stack = if rows > 0 { vec![0u32] } else { Vec::new() };
    while let Some(a) = stack.pop() {
        down.push(a);
        for &b in around(a) {
            if b != parent[a as usize] {
                parent[b as usize] = a;
                stack.push(b);
            }
        }
    }
    let mut depth = vec![0u32; rows];
    for &a in down.iter().rev() {
        if let Some(slot) = depth.get(parent[a as usize] as usize) {
            let deeper = (depth[a as usize] + 1).max(*slot);
            depth[parent[a as usize] as usize] = deeper;
        }
    }
    // Short branches first: the way back from them is short.
    let mut order = Vec::with_capacity(rows);
    stack.extend(down.first());
    let mut children = Vec::new();
    while let Some(a) = stack.pop() {
        order.push(a);
        children.clear();
        children.extend(around(a).iter().copied().filter(|&b| b != parent[a as usize]));
        children.sort_by_key(|&b| (std::cmp::Reverse(depth[b as usize]), b));
        stack.extend(&children);
    }
    order
}

/// Pairs of rows by the number of sites in which they differ: those with one or two that hashing finds, and the neighbours as given.
fn near<'a>(rows: usize, row: &impl Fn(usize) -> &'a [u32]) -> Vec<(u32, u32, u32)> {
    let sum: Vec<u64> = (0..rows).map(|i| row(i).iter().fold(0, |sum, &j| sum ^ mark(j))).collect();
    let mut edges = Vec::with_capacity(3 * rows);
    let mut whole: FxHashMap<u64, u32> = FxHashMap::default();
    for i in 0..rows {
        whole.entry(sum[i]).or_insert(i as u32);
    }
    let mut without: FxHashMap<u64, u32> = FxHashMap::default();
    for i in 0..rows {
        let mut pair = |k: u32| {
            if k != i as u32 {
                edges.push((difference(row(i), row(k as usize)), i as u32, k));
            }
        };
        for &j in row(i) {
            let less = sum[i] ^ mark(j);
            if let Some(&k) = whole.get(&less) {
                pair(k);
            }
            pair(*without.entry(less).or_insert(i as u32));
        }
        if i > 0 {
            pair(i as u32 - 1);
        }
    }
    edges.sort_unstable();
    edges
}

/// A number for a site that looks drawn at random (SplitMix64; Steele, Lea and Flood 2014).
fn mark(site: u32) -> u64 {
    let mut z = (u64::from(site) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// How many sites are in one of two ascending lists alone.
fn difference(a: &[u32], b: &[u32]) -> u32 {
    let (mut i, mut k, mut both) = (0, 0, 0);
    while i < a.len() && k < b.len() {
        both += usize::from(a[i] == b[k]);
        let (x, y) = (a[i], b[k]);
        i += usize::from(x <= y);
        k += usize::from(y <= x);
    }
    (a.len() + b.len() - 2 * both) as u32
}

fn find(group: &mut [u32], mut a: u32) -> u32 {
    while group[a as usize] != a {
        group[a as usize] = group[group[a as usize] as usize];
        a = group[a as usize];
    }
    a
}

/// Neighbours in a tree, flat: those of row `i` are `neighbour[first[i]..first[i + 1]]`.
fn adjacent(rows: usize, tree: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0u32; rows + 1];
    for &(a, b) in tree {
        first[a as usize + 1] += 1;
        first[b as usize + 1] += 1;
    }
    for i in 0..rows {
        first[i + 1] += first[i];
    }
    let mut at = first.clone();
    let mut neighbour = vec![0; 2 * tree.len()];
    for &(a, b) in tree {
        for (from, to) in [(a, b), (b, a)] {
            neighbour[at[from as usize] as usize] = to;
            at[from as usize] += 1;
        }
    }
    (first, neighbour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_line_come_in_order() {
        // Sites cover windows of a line; the rows are given mixed up.
        let row = |x: u32| -> Vec<u32> { (0..60).filter(|&j| x.abs_diff(3 * j) <= 20).collect() };
        let rows: Vec<Vec<u32>> = (0..180).map(|k| row(k * 77 % 180)).collect();
        let order = walk(rows.len(), |i| &rows[i]);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..180).collect::<Vec<u32>>());
        let steps = |order: &[u32]| -> u32 {
            order.windows(2).map(|w| difference(&rows[w[0] as usize], &rows[w[1] as usize])).sum()
        };
        let given: Vec<u32> = (0..180).collect();
        // 60 sites begin and end once each, and the walk may double back to its start once.
        assert!(steps(&order) <= 240, "{}", steps(&order));
        assert!(steps(&given) > 1500, "{}", steps(&given));
        assert!(walk(0, |_| &[]).is_empty());
    }
}
