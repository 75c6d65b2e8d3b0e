//! The order of a hierarchy: nested dissection. A separator comes after everything it separates.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Watch;
use super::cut::{Part, separate};
use crate::network::Inner;

/// Parts this small are put in order by minimum degree.
const SMALL: usize = 48;

/// Nodes in the order of the hierarchy, the least important first; parts and separators are contiguous, so that sweeps
/// and customisation stay in the cache. `None` when the watch gives up.
pub(super) fn order(inner: &Inner, watch: Watch<'_>) -> Option<Vec<u32>> {
    let n = inner.positions.len();
    // Undirected, without loops and parallels, neighbours ascending.
    let mut pairs: Vec<(u32, u32)> = (inner.edges.iter())
        .filter(|e| e.ends[0] != e.ends[1])
        .flat_map(|e| [(e.ends[0], e.ends[1]), (e.ends[1], e.ends[0])])
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut first = vec![0u32; n + 1];
    for pair in &pairs {
        first[pair.0 as usize + 1] += 1;
    }
    for v in 0..n {
        first[v + 1] += first[v];
    }
    let scale = inner.positions.first().map_or(1.0, |p| p.y.to_radians().cos());
    let whole = Part {
        node: (0..n as u32).collect(),
        place: inner.positions.iter().map(|p| (p.x * scale, p.y)).collect(),
        first,
        adjacent: pairs.into_iter().map(|p| p.1).collect(),
    };
    let progress = Progress { watch, done: AtomicUsize::new(0), all: n.max(1) };
    divide(whole, &progress)
}

struct Progress<'a> {
    watch: Watch<'a>,
    done: AtomicUsize,
    all: usize,
}

impl Progress<'_> {
    /// So many more nodes have their rank.
    fn more(&self, nodes: usize) -> Option<()> {
        let done = self.done.fetch_add(nodes, Ordering::Relaxed) + nodes;
        (self.watch)(done as f64 / self.all as f64).then_some(())
    }
}

fn divide(part: Part, progress: &Progress<'_>) -> Option<Vec<u32>> {
    let n = part.node.len();
    if n <= SMALL {
        progress.more(n)?;
        return Some(by_degree(&part).into_iter().map(|v| part.node[v]).collect());
    }
    let sides = separate(&part);
    let separator: Vec<u32> = (0..n).filter(|&v| sides[v] == 2).map(|v| part.node[v]).collect();
    let (left, right) = (cut_out(&part, &sides, 0), cut_out(&part, &sides, 1));
    if left.node.len() == n || right.node.len() == n || separator.len() == n {
        // Nothing was divided: all in one place, say.
        progress.more(n)?;
        return Some(part.node);
    }
    progress.more(separator.len())?;
    drop(part);
    let (left, right) = if n > 5_000 {
        rayon::join(|| divide(left, progress), || divide(right, progress))
    } else {
        (divide(left, progress), divide(right, progress))
    };
    let mut order = left?;
    order.extend(right?);
    order.extend(separator);
    Some(order)
}

fn cut_out(part: &Part, sides: &[u8], side: u8) -> Part {
    let mut new = vec![u32::MAX; part.node.len()];
    let kept: Vec<usize> = (0..part.node.len()).filter(|&v| sides[v] == side).collect();
    for (i, &v) in kept.iter().enumerate() {
        new[v] = i as u32;
    }
    let (mut first, mut adjacent) = (vec![0u32], Vec::new());
    for &v in &kept {
        let around = &part.adjacent[part.first[v] as usize..part.first[v + 1] as usize];
        adjacent.extend(around.iter().map(|&w| new[w as usize]).filter(|&w| w != u32::MAX));
        first.push(adjacent.len() as u32);
    }
    Part {
        node: kept.iter().map(|&v| part.node[v]).collect(),
        place: kept.iter().map(|&v| part.place[v]).collect(),
        first,
        adjacent,
    }
}

/// Minimum degree with the fill of a bit matrix.
fn by_degree(part: &Part) -> Vec<usize> {
    let n = part.node.len();
    let mut rows: Vec<u64> = (0..n)
        .map(|v| {
            let around = &part.adjacent[part.first[v] as usize..part.first[v + 1] as usize];
            around.iter().fold(0u64, |row, &w| row | 1 << w)
        })
        .collect();
    let mut left: Vec<usize> = (0..n).collect();
    let mut order = Vec::with_capacity(n);
    while let Some(i) = (0..left.len()).min_by_key(|&i| (rows[left[i]].count_ones(), left[i])) {
        let v = left.remove(i);
        let row = rows[v];
        for (w, around) in rows.iter_mut().enumerate().filter(|(w, _)| row >> w & 1 == 1) {
            *around = (*around | row) & !(1 << v) & !(1 << w);
        }
        order.push(v);
    }
    order
}
