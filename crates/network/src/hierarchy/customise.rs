//! Times on the skeleton: from below, so that every arc is as quick as any way over lower nodes; then from above, to cut
//! away arcs that a way over higher nodes beats.
//!
//! Source: Dibbelt, Strasser, Wagner, "Customizable contraction hierarchies" (JEA 2016), §5 basic and perfect
//! customisation.

use std::sync::Arc as Shared;

use multiversion::multiversion;

use super::HierarchyCounts;
use super::skeleton::Skeleton;
use crate::network::Inner;
use crate::times::PackedArc;

/// Upward and downward arcs with times, ready for sweeps.
#[derive(Debug)]
pub(crate) struct Customised {
    pub(crate) skeleton: Shared<Skeleton>,
    /// Kept arcs to higher neighbours: driving up. `up[first_up[v]..first_up[v + 1]]` are (head, time).
    pub(crate) first_up: Vec<u32>,
    pub(crate) up: Vec<(u32, u32)>,
    /// Kept arcs from higher neighbours: driving down. (tail, time).
    pub(crate) first_down: Vec<u32>,
    pub(crate) down: Vec<(u32, u32)>,
}

/// Times of skeleton arcs, upwards and downwards; `MAX` is closed.
struct Metric {
    up: Vec<u32>,
    down: Vec<u32>,
}

impl Customised {
    pub(super) fn new(skeleton: Shared<Skeleton>, inner: &Inner, packed: &[PackedArc]) -> Self {
        let mut metric = given(&skeleton, inner, packed);
        from_below(&skeleton, &mut metric);
        let mut perfect = Metric { up: metric.up.clone(), down: metric.down.clone() };
        from_above(&skeleton, &mut perfect);
        let keep = |basic: &[u32], perfect: &[u32]| {
            let (mut first, mut arcs) = (vec![0u32], Vec::new());
            for v in 0..skeleton.order.len() as u32 {
                for e in skeleton.arcs(v) {
                    if basic[e] != u32::MAX && perfect[e] == basic[e] {
                        arcs.push((skeleton.up[e], basic[e]));
                    }
                }
                first.push(arcs.len() as u32);
            }
            (first, arcs)
        };
        let (first_up, up) = keep(&metric.up, &perfect.up);
        let (first_down, down) = keep(&metric.down, &perfect.down);
        Self { skeleton, first_up, up, first_down, down }
    }

    pub(super) fn counts(&self) -> HierarchyCounts {
        let skeleton = &self.skeleton;
        HierarchyCounts {
            skeleton_arcs: skeleton.up.len(),
            triangles: skeleton.triangles(),
            kept_arcs: self.up.len() + self.down.len(),
            widest: skeleton.first.windows(2).map(|w| (w[1] - w[0]) as usize).max().unwrap_or(0),
        }
    }
}

/// The arcs of the network on the skeleton.
fn given(skeleton: &Skeleton, inner: &Inner, packed: &[PackedArc]) -> Metric {
    let mut metric = Metric { up: vec![u32::MAX; skeleton.up.len()], down: vec![u32::MAX; skeleton.up.len()] };
    for (arc, time) in inner.arcs.iter().zip(packed.iter().map(|p| p.time)) {
        let (a, b) = (skeleton.rank[arc.tail as usize], skeleton.rank[arc.head as usize]);
        let (low, high, side) = if a < b { (a, b, &mut metric.up) } else { (b, a, &mut metric.down) };
        let range = skeleton.arcs(low);
        // Loops are no arcs of the skeleton.
        if let Ok(i) = skeleton.up[range.clone()].binary_search(&high) {
            let slot = &mut side[range.start + i];
            *slot = (*slot).min(time);
        }
    }
    metric
}

/// Every arc x–y over each common lower neighbour v: x to v to y, and back.
fn from_below(skeleton: &Skeleton, metric: &mut Metric) {
    for x in 0..skeleton.order.len() as u32 {
        let own = skeleton.arcs(x);
        // Lower rows end before this one begins.
        let (up_below, up_own) = metric.up.split_at_mut(own.start);
        let (down_below, down_own) = metric.down.split_at_mut(own.start);
        let (up_own, down_own) = (&mut up_own[..own.len()], &mut down_own[..own.len()]);
        let lower = skeleton.first_down[x as usize] as usize..skeleton.first_down[x as usize + 1] as usize;
        for &(v, e) in &skeleton.down[lower] {
            let (up_vx, down_vx) = (up_below[e as usize], down_below[e as usize]);
            let rest = e as usize + 1..skeleton.first[v as usize + 1] as usize;
            if rest.is_empty() || (up_vx == u32::MAX && down_vx == u32::MAX) {
                continue;
            }
            let (up_v, down_v) = (&up_below[rest.clone()], &down_below[rest.clone()]);
            if rest.len() == own.len() {
                // The higher neighbours of v beyond x are among those of x: as many means the same.
                over_same(up_own, up_v, down_vx);
                over_same(down_own, down_v, up_vx);
            } else {
                let heads = &skeleton.up[own.clone()];
                let mut i = 0;
                for (j, &y) in skeleton.up[rest].iter().enumerate() {
                    while heads[i] < y {
                        i += 1;
                    }
                    up_own[i] = up_own[i].min(down_vx.saturating_add(up_v[j]));
                    down_own[i] = down_own[i].min(up_vx.saturating_add(down_v[j]));
                }
            }
        }
    }
}

/// The lower of each and a sum, in one run over memory.
#[multiversion(targets = "simd")]
fn over_same(own: &mut [u32], other: &[u32], add: u32) {
    for (a, b) in own.iter_mut().zip(other) {
        *a = (*a).min(b.saturating_add(add));
    }
}

/// Every arc v–x over each common higher neighbour y. What is above is final when v is looked at.
fn from_above(skeleton: &Skeleton, metric: &mut Metric) {
    for v in (0..skeleton.order.len() as u32).rev() {
        let own = skeleton.arcs(v);
        let (up_own, up_above) = metric.up.split_at_mut(own.end);
        let (down_own, down_above) = metric.down.split_at_mut(own.end);
        let (up_own, down_own) = (&mut up_own[own.clone()], &mut down_own[own.clone()]);
        let heads = &skeleton.up[own.clone()];
        for i in 0..heads.len() {
            let row = skeleton.arcs(heads[i]);
            let (up_x, down_x) = (
                &up_above[row.start - own.end..row.end - own.end],
                &down_above[row.start - own.end..row.end - own.end],
            );
            let (mut up_i, mut down_i) = (up_own[i], down_own[i]);
            if row.len() == heads.len() - i - 1 {
                let rest = (&mut up_own[i + 1..], &mut down_own[i + 1..]);
                (up_i, down_i) = over_row(rest.0, rest.1, up_x, down_x, up_i, down_i);
            } else {
                let (others, mut k) = (&skeleton.up[row], 0);
                for j in i + 1..heads.len() {
                    while others[k] < heads[j] {
                        k += 1;
                    }
                    (up_i, down_i) = one(&mut up_own[j], &mut down_own[j], up_x[k], down_x[k], up_i, down_i);
                }
            }
            (up_own[i], down_own[i]) = (up_i, down_i);
        }
    }
}

/// One triangle v, x, y: up and down of v–y, of x–y, and of v–x; the new times of v–x.
#[inline]
fn one(up_y: &mut u32, down_y: &mut u32, up_xy: u32, down_xy: u32, up_x: u32, down_x: u32) -> (u32, u32) {
    let (up, down) = (*up_y, *down_y);
    *up_y = up.min(up_x.saturating_add(up_xy));
    *down_y = down.min(down_xy.saturating_add(down_x));
    (up_x.min(up.saturating_add(down_xy)), down_x.min(up_xy.saturating_add(down)))
}

#[multiversion(targets = "simd")]
fn over_row(
    ups: &mut [u32],
    downs: &mut [u32],
    up_x: &[u32],
    down_x: &[u32],
    mut up: u32,
    mut down: u32,
) -> (u32, u32) {
    let (up_0, down_0) = (up, down);
    for (((u, d), &ux), &dx) in ups.iter_mut().zip(downs).zip(up_x).zip(down_x) {
        let (a, b) = one(u, d, ux, dx, up_0, down_0);
        (up, down) = (up.min(a), down.min(b));
    }
    (up, down)
}
