//! A small separator that divides a part of the network in two.
//!
//! Inertial flow (Schild, Sommer, "On balanced separators in road networks", SEA 2015): the nodes are sorted along a line,
//! a share at either end is source and sink, and maximum flow finds the narrowest place between; several lines are tried.
//! A large part is looked at in two steps, so that the work stays linear: first its clusters with the edges between them
//! show where the narrow place is, then node flow in a band around it finds the separator itself.

use super::edge_flow::EdgeFlow;
use super::node_flow::{LEFT, NodeFlow, RIGHT, Role, SEPARATOR};
use super::part::{Clusters, Part};

/// Parts up to this size are looked at in one step.
const DIRECT: usize = 1500;
/// About so many clusters are made of a large part, within the limits of a cluster's size.
const CLUSTERS: usize = 3000;
const CLUSTER_NODES: (usize, usize) = (16, 256);
// The choices below more than halve the time of an order; more lines, more cuts looked at closely and thinner ends leave
// an eighth fewer triangles.
/// Nodes of the sources, and of the sinks, as a share of the part.
const ENDS: f64 = 0.35;
/// The lines: eastward and northward.
const AXES: [usize; 2] = [0, 1];
/// Parts below this size are only looked at along their longer side.
const ONE_AXIS: usize = 400;

/// The best separator that was found: a side for every node.
pub(super) fn separate(part: &Part) -> Vec<u8> {
    let n = part.len();
    let mut best = Best::default();
    if n > DIRECT {
        let block = (n / CLUSTERS).clamp(CLUSTER_NODES.0, CLUSTER_NODES.1);
        let clusters = Clusters::of_runs(part, block);
        let mut flow = NodeFlow::new(part);
        // A band two clusters wide on either side.
        let hops = 4 * block.isqrt();
        if let Some(left) = narrow_place(&clusters) {
            let role = band(part, |v| left[clusters.of[v as usize] as usize], hops);
            let both = role.contains(&Role::Source) && role.contains(&Role::Sink);
            if both && flow.cut(|v| role[v as usize], best.most(n)) {
                best.offer(flow.sides(false));
                best.offer(flow.sides(true));
            }
        }
        if let Some((_, sides)) = best.0 {
            return sides;
        }
    }
    let mut flow = NodeFlow::new(part);
    let ends = ((n as f64 * ENDS) as usize).max(1);
    let longer = usize::from(extent(part, 1) > extent(part, 0));
    for &axis in if n < ONE_AXIS { &AXES[longer..=longer] } else { &AXES[..] } {
        let along: Vec<f32> = part.place.iter().map(|place| place[axis]).collect();
        let mut sorted: Vec<(f32, u32)> = along.iter().copied().zip(0..).collect();
        let by_line = |a: &(f32, u32), b: &(f32, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let low = *sorted.select_nth_unstable_by(ends - 1, by_line).1;
        let high = *sorted[ends..].select_nth_unstable_by(n - 2 * ends, by_line).1;
        let role = |v: u32| match (along[v as usize], v) {
            at if by_line(&at, &low).is_le() => Role::Source,
            at if by_line(&at, &high).is_ge() => Role::Sink,
            _ => Role::Inner,
        };
        if flow.cut(role, best.most(n)) {
            best.offer(flow.sides(false));
            best.offer(flow.sides(true));
        }
    }
    best.0.map_or_else(|| vec![SEPARATOR; n], |b| b.1)
}

fn extent(part: &Part, axis: usize) -> f32 {
    let (least, most) = (part.place.iter().map(|place| place[axis]))
        .fold((f32::MAX, f32::MIN), |(least, most), at| (least.min(at), most.max(at)));
    most - least
}

/// The separator with the least nodes for what it divides.
#[derive(Default)]
struct Best(Option<(f64, Vec<u8>)>);

impl Best {
    /// A separator of more nodes cannot be better, however well it divides.
    fn most(&self, nodes: usize) -> usize {
        self.0.as_ref().map_or(nodes, |b| (b.0 * (nodes / 2) as f64) as usize)
    }

    fn offer(&mut self, sides: Vec<u8>) {
        let mut size = [0usize; 3];
        for &side in &sides {
            size[usize::from(side)] += 1;
        }
        let lesser = size[usize::from(LEFT)].min(size[usize::from(RIGHT)]);
        let score = (size[usize::from(SEPARATOR)] + 1) as f64 / (lesser as f64).max(0.5);
        if self.0.as_ref().is_none_or(|b| score < b.0) {
            self.0 = Some((score, sides));
        }
    }
}

/// The clusters left of the best cut along either axis.
fn narrow_place(clusters: &Clusters) -> Option<Vec<bool>> {
    let n = clusters.len();
    let total: u64 = clusters.weight.iter().map(|&w| u64::from(w)).sum();
    let ends = (total as f64 * ENDS) as u64;
    let mut flow = EdgeFlow::new(clusters);
    let mut found: Option<(f64, Vec<bool>)> = None;
    for axis in AXES {
        let mut along: Vec<(f32, u32)> = (0..n as u32).map(|c| (clusters.place[c as usize][axis], c)).collect();
        along.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        // Whole clusters from either end until the share is there.
        let take = |from: &mut dyn Iterator<Item = u32>| {
            let (mut sum, mut taken) = (0u64, Vec::new());
            for c in from {
                if sum >= ends {
                    break;
                }
                sum += u64::from(clusters.weight[c as usize]);
                taken.push(c);
            }
            taken
        };
        let source = take(&mut along.iter().map(|a| a.1));
        let sink = take(&mut along.iter().rev().map(|a| a.1));
        // A cut of more edges is not the best, however well it divides.
        let most = found.as_ref().map_or(u64::MAX, |f| (f.0 * (total / 2) as f64) as u64);
        if !flow.cut(&source, &sink, most) {
            continue;
        }
        for left in [flow.source_side(), flow.without_sink_side()] {
            let (mut cut, mut weight) = (0u64, 0u64);
            for c in (0..n).filter(|&c| left[c]) {
                weight += u64::from(clusters.weight[c]);
                let edges = &clusters.edges[clusters.first[c] as usize..clusters.first[c + 1] as usize];
                cut += edges.iter().filter(|e| !left[e.0 as usize]).map(|e| u64::from(e.1)).sum::<u64>();
            }
            let score = (cut + 1) as f64 / (weight.min(total - weight) as f64).max(0.5);
            if found.as_ref().is_none_or(|f| score < f.0) {
                found = Some((score, left));
            }
        }
    }
    found.map(|f| f.1)
}

/// Nodes within so many steps of a cut are inner, the others belong to their side.
fn band(part: &Part, left: impl Fn(u32) -> bool, hops: usize) -> Vec<Role> {
    let n = part.len() as u32;
    let mut role: Vec<Role> = (0..n).map(|v| if left(v) { Role::Source } else { Role::Sink }).collect();
    let crossing = |v: &u32| part.around(*v).iter().any(|&w| left(w) != left(*v));
    let mut ring: Vec<u32> = (0..n).filter(crossing).collect();
    for &v in &ring {
        role[v as usize] = Role::Inner;
    }
    // No more than half of the part: the ends keep their weight.
    let (mut inner, mut next) = (ring.len(), Vec::new());
    for _ in 1..hops {
        for &v in &ring {
            for &w in part.around(v) {
                if role[w as usize] != Role::Inner {
                    role[w as usize] = Role::Inner;
                    next.push(w);
                }
            }
        }
        inner += next.len();
        if inner > part.len() / 2 || next.is_empty() {
            break;
        }
        ring.clear();
        std::mem::swap(&mut ring, &mut next);
    }
    role
}
