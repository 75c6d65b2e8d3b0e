//! The fewest edges between two sets of clusters: maximum flow after Dinic (1970).

use super::part::Clusters;

const NO_LEVEL: u32 = u32::MAX;

/// Flow on the edges between clusters; as much may pass as there are edges.
pub(super) struct EdgeFlow<'a> {
    clusters: &'a Clusters,
    /// The same edge seen from its other end.
    opposite: Vec<u32>,
    /// Flow along an edge; against it, negative.
    used: Vec<i32>,
    level: Vec<u32>,
    next: Vec<u32>,
    is_sink: Vec<bool>,
    source: Vec<u32>,
    sink: Vec<u32>,
    path: Vec<u32>,
}

impl<'a> EdgeFlow<'a> {
    pub(super) fn new(clusters: &'a Clusters) -> Self {
        let n = clusters.len();
        let mut opposite = vec![0u32; clusters.edges.len()];
        let mut fill = clusters.first.clone();
        // Neighbours are ascending, so the edges into w come in the order of their tails.
        for v in 0..n {
            for e in clusters.first[v]..clusters.first[v + 1] {
                let slot = &mut fill[clusters.edges[e as usize].0 as usize];
                opposite[e as usize] = *slot;
                *slot += 1;
            }
        }
        Self {
            clusters,
            opposite,
            used: vec![0; clusters.edges.len()],
            level: vec![NO_LEVEL; n],
            next: vec![0; n],
            is_sink: vec![false; n],
            source: Vec::new(),
            sink: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Maximum flow from one set of clusters to another. `false` when more than `most` edges are between them, as far as
    /// was looked.
    pub(super) fn cut(&mut self, source: &[u32], sink: &[u32], most: u64) -> bool {
        let clusters = self.clusters;
        self.used.fill(0);
        self.is_sink.fill(false);
        for &v in sink {
            self.is_sink[v as usize] = true;
        }
        (self.source, self.sink) = (source.to_vec(), sink.to_vec());
        self.level.fill(NO_LEVEL);
        for &v in source {
            self.level[v as usize] = 0;
        }
        let around =
            |v: u32| &clusters.edges[clusters.first[v as usize] as usize..clusters.first[v as usize + 1] as usize];
        // Paths begin at the border of the sources.
        let border: Vec<u32> =
            source.iter().copied().filter(|&v| around(v).iter().any(|e| self.level[e.0 as usize] != 0)).collect();
        let mut paths = 0;
        while self.levels(&border) {
            self.next.copy_from_slice(&self.clusters.first[..self.clusters.len()]);
            for &source in &border {
                while self.push(source) {
                    paths += 1;
                }
            }
            if paths > most {
                return false;
            }
        }
        true
    }

    fn open(&self, e: u32) -> bool {
        self.used[e as usize] < self.clusters.edges[e as usize].1 as i32
    }

    /// Distances from the source in the residual graph; whether a sink has one.
    fn levels(&mut self, border: &[u32]) -> bool {
        self.level.fill(NO_LEVEL);
        let mut queue = border.to_vec();
        for &v in &self.source {
            self.level[v as usize] = 0;
        }
        let (mut head, mut found) = (0, NO_LEVEL);
        while let Some(&v) = queue.get(head) {
            head += 1;
            let level = self.level[v as usize];
            if level >= found {
                break;
            }
            for e in self.clusters.first[v as usize]..self.clusters.first[v as usize + 1] {
                let w = self.clusters.edges[e as usize].0;
                if self.level[w as usize] == NO_LEVEL && self.open(e) {
                    self.level[w as usize] = level + 1;
                    if self.is_sink[w as usize] {
                        found = level + 1;
                    }
                    queue.push(w);
                }
            }
        }
        found != NO_LEVEL
    }

    /// One more path along the levels.
    fn push(&mut self, source: u32) -> bool {
        self.path.clear();
        let mut v = source;
        loop {
            if self.is_sink[v as usize] {
                for &e in &self.path {
                    self.used[e as usize] += 1;
                    self.used[self.opposite[e as usize] as usize] -= 1;
                }
                return true;
            }
            let e = self.next[v as usize];
            if e == self.clusters.first[v as usize + 1] {
                // A dead end: step back and pass it by.
                let Some(back) = self.path.pop() else { return false };
                v = self.clusters.edges[self.opposite[back as usize] as usize].0;
                self.next[v as usize] += 1;
                continue;
            }
            let w = self.clusters.edges[e as usize].0;
            if self.level[w as usize] == self.level[v as usize] + 1 && self.open(e) {
                self.path.push(e);
                v = w;
            } else {
                self.next[v as usize] += 1;
            }
        }
    }

    /// Clusters that the residual graph reaches from the source.
    pub(super) fn source_side(&self) -> Vec<bool> {
        self.reached(&self.source, |e| self.open(e))
    }

    /// Clusters from which it does not reach the sink.
    pub(super) fn without_sink_side(&self) -> Vec<bool> {
        let back = |e: u32| self.open(self.opposite[e as usize]);
        self.reached(&self.sink, back).into_iter().map(|r| !r).collect()
    }

    fn reached(&self, from: &[u32], open: impl Fn(u32) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.clusters.len()];
        let mut stack = from.to_vec();
        for &v in from {
            seen[v as usize] = true;
        }
        while let Some(v) = stack.pop() {
            for e in self.clusters.first[v as usize]..self.clusters.first[v as usize + 1] {
                let w = self.clusters.edges[e as usize].0 as usize;
                if !seen[w] && open(e) {
                    seen[w] = true;
                    stack.push(w as u32);
                }
            }
        }
        seen
    }
}
