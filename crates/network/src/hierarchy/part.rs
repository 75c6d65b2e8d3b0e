//! A part of an undirected graph with its own numbering, and the coarse graph of its clusters.

/// Nodes, places and neighbours of a part; the nodes keep the order of the whole.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Node of the whole.
    pub(super) node: Vec<u32>,
    pub(super) place: Vec<[f32; 2]>,
    /// Neighbours of `v`: `adjacent[first[v]..first[v + 1]]`, each once, no loops.
    pub(super) first: Vec<u32>,
    pub(super) adjacent: Vec<u32>,
}

impl Part {
    pub(super) fn len(&self) -> usize {
        self.node.len()
    }

    pub(super) fn around(&self, v: u32) -> &[u32] {
        &self.adjacent[self.first[v as usize] as usize..self.first[v as usize + 1] as usize]
    }

    /// The nodes of one side.
    pub(super) fn side(&self, sides: &[u8], side: u8) -> Part {
        let kept: Vec<u32> = (0..self.len() as u32).filter(|&v| sides[v as usize] == side).collect();
        let mut new = vec![u32::MAX; self.len()];
        for (i, &v) in kept.iter().enumerate() {
            new[v as usize] = i as u32;
        }
        let mut part = Part {
            node: kept.iter().map(|&v| self.node[v as usize]).collect(),
            place: kept.iter().map(|&v| self.place[v as usize]).collect(),
            first: Vec::with_capacity(kept.len() + 1),
            adjacent: Vec::with_capacity(kept.len() * 3),
        };
        part.first.push(0);
        for &v in &kept {
            part.adjacent.extend(self.around(v).iter().map(|&w| new[w as usize]).filter(|&w| w != u32::MAX));
            part.first.push(part.adjacent.len() as u32);
        }
        part
    }
}

/// Connected clusters of neighbouring nodes, with the number of edges between them.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    /// Cluster of each node of the part.
    pub(super) of: Vec<u32>,
    /// Nodes in each cluster.
    pub(super) weight: Vec<u32>,
    pub(super) place: Vec<[f32; 2]>,
    pub(super) first: Vec<u32>,
    /// (neighbouring cluster, edges between), ascending by neighbour.
    pub(super) edges: Vec<(u32, u32)>,
}

impl Clusters {
    /// Runs of `block` nodes, each split into its connected pieces: the nodes come along a space-filling curve, so that a
    /// run is compact, but it may lie on both banks of a river.
    pub(super) fn of_runs(part: &Part, block: usize) -> Self {
        let n = part.len();
        let mut clusters = Self { of: vec![u32::MAX; n], ..Self::default() };
        let (mut members, mut start): (Vec<u32>, Vec<u32>) = (Vec::with_capacity(n), vec![0]);
        for seed in 0..n as u32 {
            if clusters.of[seed as usize] != u32::MAX {
                continue;
            }
            let (run, cluster) = (seed as usize / block, start.len() as u32 - 1);
            clusters.of[seed as usize] = cluster;
            let mut next = members.len();
            members.push(seed);
            while let Some(&v) = members.get(next) {
                next += 1;
                for &w in part.around(v) {
                    if w as usize / block == run && clusters.of[w as usize] == u32::MAX {
                        clusters.of[w as usize] = cluster;
                        members.push(w);
                    }
                }
            }
            start.push(members.len() as u32);
        }
        let count = start.len() - 1;
        let mut slot = vec![u32::MAX; count];
        clusters.first.push(0);
        for c in 0..count {
            let own = &members[start[c] as usize..start[c + 1] as usize];
            let begin = clusters.edges.len();
            let mut sum = [0.0f32; 2];
            for &v in own {
                let [x, y] = part.place[v as usize];
                sum = [sum[0] + x, sum[1] + y];
                for &w in part.around(v) {
                    let d = clusters.of[w as usize];
                    if d as usize == c {
                        continue;
                    }
                    match slot[d as usize] {
                        s if s != u32::MAX && s as usize >= begin => clusters.edges[s as usize].1 += 1,
                        _ => {
                            slot[d as usize] = clusters.edges.len() as u32;
                            clusters.edges.push((d, 1));
                        }
                    }
                }
            }
            clusters.edges[begin..].sort_unstable();
            // Slots point into an unsorted row no more.
            for &(d, _) in &clusters.edges[begin..] {
                slot[d as usize] = u32::MAX;
            }
            clusters.first.push(clusters.edges.len() as u32);
            clusters.weight.push(own.len() as u32);
            clusters.place.push(sum.map(|s| s / own.len() as f32));
        }
        clusters
    }

    pub(super) fn len(&self) -> usize {
        self.weight.len()
    }
}
