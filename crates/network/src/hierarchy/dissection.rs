//! The order of a hierarchy: nested dissection (George 1973). A separator comes after everything it separates.
//!
//! The work is O(n log n) whatever the network: flow is looked for among a bounded number of clusters and in a narrow band.
//! A million nodes take some seconds on one thread; `rayon` divides the two sides.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::minimum_degree::by_degree;
use super::node_flow::{LEFT, RIGHT, SEPARATOR};
use super::part::Part;
use super::separator::separate;
use crate::network::Inner;
use crate::{Cancelled, Progress};

/// Parts this small are put in order by minimum degree.
const SMALL: usize = 90;
/// Parts above this size go to two threads.
const SHARED: usize = 5_000;

/// Nodes in the order of the hierarchy, the least important first; parts and separators are contiguous, so that sweeps
/// and customisation stay in the cache.
pub(super) fn order(inner: &Inner, progress: Progress<'_>) -> Result<Vec<u32>, Cancelled> {
    let whole = undirected(inner);
    let dissection = Dissection { whole: &whole, progress, done: AtomicUsize::new(0) };
    let all = Part {
        node: whole.node.clone(),
        place: whole.place.clone(),
        first: whole.first.clone(),
        adjacent: whole.adjacent.clone(),
    };
    dissection.divide(all)
}

/// The network without directions, loops and parallels.
pub(super) fn undirected(inner: &Inner) -> Part {
    let n = inner.positions.len();
    let mut first = vec![0u32; n + 1];
    for edge in inner.edges.iter().filter(|e| e.ends[0] != e.ends[1]) {
        first[edge.ends[0] as usize + 1] += 1;
        first[edge.ends[1] as usize + 1] += 1;
    }
    for v in 0..n {
        first[v + 1] += first[v];
    }
    let (mut fill, mut ends) = (first.clone(), vec![0u32; first[n] as usize]);
    for edge in inner.edges.iter().filter(|e| e.ends[0] != e.ends[1]) {
        for (from, to) in [(0, 1), (1, 0)] {
            let slot = &mut fill[edge.ends[from] as usize];
            ends[*slot as usize] = edge.ends[to];
            *slot += 1;
        }
    }
    let mut adjacent = Vec::with_capacity(ends.len());
    let mut begin = 0;
    for v in 0..n {
        let row = &mut ends[begin as usize..first[v + 1] as usize];
        begin = first[v + 1];
        row.sort_unstable();
        let from = adjacent.len();
        for &w in row.iter() {
            if adjacent[from..].last() != Some(&w) {
                adjacent.push(w);
            }
        }
        first[v] = from as u32;
    }
    first[n] = adjacent.len() as u32;
    // Places relative to one corner keep their digits in 32 bits.
    let corner = inner.positions.iter().fold((f64::MAX, f64::MAX), |c, p| (c.0.min(p.x), c.1.min(p.y)));
    let scale = corner.1.to_radians().cos();
    let place = |p: &firesite_model::Coord| [((p.x - corner.0) * scale) as f32, (p.y - corner.1) as f32];
    Part { node: (0..n as u32).collect(), place: inner.positions.iter().map(place).collect(), first, adjacent }
}

struct Dissection<'a> {
    whole: &'a Part,
    progress: Progress<'a>,
    done: AtomicUsize,
}

impl Dissection<'_> {
    /// So many more nodes have their rank.
    fn more(&self, nodes: usize) -> Result<(), Cancelled> {
        let done = self.done.fetch_add(nodes, Ordering::Relaxed) + nodes;
        self.progress.step("order", done as u64, self.whole.len() as u64)
    }

    fn divide(&self, part: Part) -> Result<Vec<u32>, Cancelled> {
        let n = part.len();
        if n <= SMALL {
            self.more(n)?;
            return Ok(self.small(&part));
        }
        let sides = separate(&part);
        let (left, right) = (part.side(&sides, LEFT), part.side(&sides, RIGHT));
        let separator: Vec<u32> =
            (part.node.iter().zip(&sides)).filter(|(_, side)| **side == SEPARATOR).map(|(v, _)| *v).collect();
        if left.len() == n || right.len() == n || separator.len() == n {
            // Nothing was divided: all in one place, say.
            self.more(n)?;
            return Ok(part.node);
        }
        self.more(separator.len())?;
        drop((part, sides));
        let (left, right) = if n > SHARED {
            rayon::join(|| self.divide(left), || self.divide(right))
        } else {
            (self.divide(left), self.divide(right))
        };
        let mut order = left?;
        order.extend(right?);
        order.extend(separator);
        Ok(order)
    }

    /// By minimum degree, with what stands around.
    fn small(&self, part: &Part) -> Vec<u32> {
        let n = part.len();
        let mut outside: Vec<u32> = Vec::new();
        let rows = (part.node.iter())
            .map(|&v| {
                self.whole.around(v).iter().fold(0u128, |row, w| {
                    let bit = part.node.binary_search(w).unwrap_or_else(|_| {
                        let known = outside.iter().position(|o| o == w).unwrap_or(outside.len());
                        if known == outside.len() {
                            outside.push(*w);
                        }
                        n + known
                    });
                    if bit < 128 { row | 1 << bit } else { row }
                })
            })
            .collect();
        by_degree(rows).into_iter().map(|v| part.node[v]).collect()
    }
}
