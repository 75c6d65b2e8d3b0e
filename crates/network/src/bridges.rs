//! Single roads: edges whose loss cuts something off.

use petgraph::unionfind::UnionFind;
use rustc_hash::FxHashMap;

use crate::{EdgeId, RoadNetwork, Snapped};

/// An edge that is the only way to some of the places asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleRoad {
    /// The edge.
    pub edge: EdgeId,
    /// Positions, in the list asked about, of the places that hang on it.
    pub places: Vec<usize>,
}

impl RoadNetwork {
    /// The single roads that these places hang on, by edge: without it, directions aside, they are cut off from the larger rest of
    /// their part of the network. Of several in a row that cut off the same places, the one farthest from them.
    ///
    /// [`cut_edges`](RoadNetwork::cut_edges) lists all single roads, dead-end streets among them. O(nodes + edges).
    pub fn single_roads(&self, places: &[Option<Snapped>]) -> Vec<SingleRoad> {
        let inner = &self.0;
        let nodes = inner.positions.len();
        let bridges: Vec<u32> = self.cut_edges().iter().map(|cut| cut.edge.0).collect();

        // What stays together without the single roads: blocks, joined by them to a forest.
        let mut block_of = UnionFind::<usize>::new(nodes);
        for (e, edge) in inner.edges.iter().enumerate() {
            if bridges.binary_search(&(e as u32)).is_err() {
                block_of.union(edge.ends[0] as usize, edge.ends[1] as usize);
            }
        }
        let block_of = block_of.into_labeling();
        let mut size = vec![0usize; nodes];
        for &block in &block_of {
            size[block] += 1;
        }
        let mut neighbours: Vec<Vec<(usize, u32)>> = vec![Vec::new(); nodes];
        for &e in &bridges {
            let [a, b] = inner.edges[e as usize].ends.map(|n| block_of[n as usize]);
            neighbours[a].push((b, e));
            neighbours[b].push((a, e));
        }
        let mut hanging: Vec<Vec<usize>> = vec![Vec::new(); nodes];
        // A place along a single road hangs on it too, whichever end is nearer.
        let mut along: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for (at, place) in places.iter().enumerate() {
            let Some(place) = place else { continue };
            if place.node.is_none() && bridges.binary_search(&place.edge.0).is_ok() {
                along.entry(place.edge.0).or_default().push(at);
            } else {
                let end = inner.edges[place.edge.index()].ends[usize::from(place.share >= 0.5)];
                hanging[block_of[end as usize]].push(at);
            }
        }
        // Each tree hangs from its largest block; of equal ones from the first.
        let mut order: Vec<usize> = (0..nodes).filter(|&b| size[b] > 0).collect();
        order.sort_by_key(|&b| (std::cmp::Reverse(size[b]), b));
        let mut above: Vec<Option<(usize, u32)>> = vec![None; nodes];
        let mut seen = vec![false; nodes];
        let mut downwards = Vec::new();
        for root in order {
            if seen[root] {
                continue;
            }
            seen[root] = true;
            let mut next = downwards.len();
            downwards.push(root);
            while let Some(&block) = downwards.get(next) {
                next += 1;
                for &(child, e) in &neighbours[block] {
                    if !seen[child] {
                        seen[child] = true;
                        above[child] = Some((block, e));
                        hanging[child].extend(along.get(&e).into_iter().flatten());
                        downwards.push(child);
                    }
                }
            }
        }
        let mut below: Vec<usize> = hanging.iter().map(Vec::len).collect();
        for &block in downwards.iter().rev() {
            if let Some((parent, _)) = above[block] {
                below[parent] += below[block];
            }
        }
        let mut found = Vec::new();
        for &block in &downwards {
            let Some((parent, e)) = above[block] else { continue };
            let told_above = above[parent].is_some() && below[parent] == below[block];
            if below[block] > 0 && !told_above {
                found.push(SingleRoad { edge: EdgeId(e), places: places_below(block, &neighbours, &above, &hanging) });
            }
        }
        found.sort_by_key(|road| road.edge);
        found
    }
}

fn places_below(
    block: usize,
    neighbours: &[Vec<(usize, u32)>],
    above: &[Option<(usize, u32)>],
    hanging: &[Vec<usize>],
) -> Vec<usize> {
    let (mut places, mut open) = (Vec::new(), vec![block]);
    while let Some(block) = open.pop() {
        places.extend(&hanging[block]);
        let children = neighbours[block].iter().filter(|(child, e)| above[*child] == Some((block, *e)));
        open.extend(children.map(|(child, _)| *child));
    }
    places.sort_unstable();
    places
}
