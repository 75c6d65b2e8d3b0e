//! The arcs that a hierarchy may need under any times: the fill of eliminating nodes in order.

use crate::network::Inner;

/// Nodes are ranks here. `up[first[v]..first[v + 1]]` are the higher neighbours of `v`, ascending; they are a clique, and
/// the first of them is the parent of `v` in the elimination tree.
#[derive(Debug, Default)]
pub(crate) struct Skeleton {
    /// Node by rank.
    pub(crate) order: Vec<u32>,
    /// Rank by node.
    pub(crate) rank: Vec<u32>,
    pub(crate) first: Vec<u32>,
    pub(crate) up: Vec<u32>,
    /// Lower neighbours of each node with the number of their arc to it: `down[first_down[v]..first_down[v + 1]]`.
    pub(crate) first_down: Vec<u32>,
    pub(crate) down: Vec<(u32, u32)>,
}

/// No parent: the top of a tree.
pub(crate) const TOP: u32 = u32::MAX;

impl Skeleton {
    pub(super) fn new(inner: &Inner, order: Vec<u32>) -> Self {
        let n = order.len();
        let mut rank = vec![0u32; n];
        for (r, &v) in order.iter().enumerate() {
            rank[v as usize] = r as u32;
        }
        let mut own: Vec<(u32, u32)> = (inner.edges.iter())
            .map(|e| e.ends.map(|v| rank[v as usize]))
            .filter(|[a, b]| a != b)
            .map(|[a, b]| (a.min(b), a.max(b)))
            .collect();
        own.sort_unstable();
        own.dedup();
        // Higher neighbours of v: its own, and those of the nodes whose parent it is.
        let (mut first, mut up) = (Vec::with_capacity(n + 1), Vec::with_capacity(own.len() * 3));
        first.push(0u32);
        let mut child = vec![TOP; n];
        let mut sibling = vec![TOP; n];
        let mut mark = vec![TOP; n];
        let mut next = own.iter().peekable();
        let mut row: Vec<u32> = Vec::new();
        for v in 0..n as u32 {
            row.clear();
            mark[v as usize] = v;
            while let Some(&&(_, w)) = next.peek().filter(|p| p.0 == v) {
                mark[w as usize] = v;
                row.push(w);
                next.next();
            }
            let mut c = child[v as usize];
            while c != TOP {
                for &w in &up[first[c as usize] as usize..first[c as usize + 1] as usize] {
                    if mark[w as usize] != v {
                        mark[w as usize] = v;
                        row.push(w);
                    }
                }
                c = sibling[c as usize];
            }
            row.sort_unstable();
            if let Some(&parent) = row.first() {
                sibling[v as usize] = child[parent as usize];
                child[parent as usize] = v;
            }
            up.extend_from_slice(&row);
            first.push(up.len() as u32);
        }
        let mut first_down = vec![0u32; n + 1];
        for &w in &up {
            first_down[w as usize + 1] += 1;
        }
        for v in 0..n {
            first_down[v + 1] += first_down[v];
        }
        let (mut fill, mut down) = (first_down.clone(), vec![(0, 0); up.len()]);
        for v in 0..n {
            for e in first[v]..first[v + 1] {
                let slot = &mut fill[up[e as usize] as usize];
                down[*slot as usize] = (v as u32, e);
                *slot += 1;
            }
        }
        Self { order, rank, first, up, first_down, down }
    }

    /// Arcs to higher neighbours.
    pub(crate) fn arcs(&self, v: u32) -> std::ops::Range<usize> {
        self.first[v as usize] as usize..self.first[v as usize + 1] as usize
    }

    /// The next node up the elimination tree.
    pub(crate) fn parent(&self, v: u32) -> u32 {
        self.up[self.arcs(v)].first().copied().unwrap_or(TOP)
    }

    /// Triangles that customisation looks at.
    pub(crate) fn triangles(&self) -> usize {
        let width = |v: usize| (self.first[v + 1] - self.first[v]) as usize;
        (0..self.order.len()).map(|v| width(v) * width(v).saturating_sub(1) / 2).sum()
    }
}
