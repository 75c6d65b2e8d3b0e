//! The second step of customisation: from above, arcs that a way over higher items beats are cut away.
//!
//! Each group learns from the one above it the final times between all that lies above, and hands on what the groups below
//! it need. Where both directions have the same skeleton these are the times between the items of one list. Where they
//! differ (arcs as items) they are those between all that the group leads to or that leads there, about twice as many.

use rayon::prelude::*;

use super::customise::{Desk, Part, Plan, Stack};
use super::front::{Between, NEVER, Runs, over_above, over_ends, pick};
use super::skeleton::TOP;

/// Where directions differ, groups with fewer items in and below them are not cut: that takes as long as all the others, and
/// cuts few.
pub(super) const CUT_FROM: usize = 64;

impl Plan<'_> {
    /// Every arc v–x over each common higher neighbour y; what a way over one beats is closed.
    pub(super) fn perfect(&self, blocks: &mut [u32]) {
        let mut desk = Desk::default();
        // For each part the block of final times above it.
        let mut todo = Vec::new();
        for (part, blocks) in self.split(blocks).into_iter().rev() {
            match part {
                Part::Single(g) if self.is_cut(*g) => self.cut_any(*g, blocks, &mut desk),
                Part::Single(_) => {}
                Part::Subtree(groups) => {
                    let root = groups.end - 1;
                    let mut above = Stack::default();
                    if !self.is_cut(root) {
                        continue;
                    }
                    if self.skeleton.above[root] != TOP {
                        above.push().extend_from_slice(desk.stack.top());
                        desk.stack.pop();
                    }
                    todo.push((groups.clone(), blocks, above));
                }
            }
        }
        todo.into_par_iter().for_each_init(Desk::default, |desk, (groups, blocks, above)| {
            desk.stack = above;
            for g in groups.clone().rev().filter(|&g| self.is_cut(g)) {
                self.cut_any(g, self.block(groups.start, g, blocks), desk);
            }
        });
    }

    /// Whether it pays; what lies above a group that is cut is cut, too.
    fn is_cut(&self, g: usize) -> bool {
        let first = self.skeleton.first_below[g] as usize;
        self.skeleton.ranks(g).end - self.skeleton.ranks(first).start >= self.cut_from
    }

    fn cut_any(&self, g: usize, block: &mut [u32], desk: &mut Desk) {
        if self.skeleton.is_square() {
            self.cut(g, block, desk);
        } else {
            self.cut_directed(g, block, desk);
        }
    }

    /// Where what a group leads to (heads) differs from what leads there (tails): the front holds final times between all
    /// of both, because ways from a head to a tail are needed as well.
    fn cut_directed(&self, g: usize, block: &mut [u32], desk: &mut Desk) {
        let skeleton = self.skeleton;
        let (k, heads, tails) = Self::shape(skeleton, g);
        let ends = skeleton.ends().of(g).len();
        let width = k + ends;
        let Desk { stack, front, runs, into, out, least, at } = desk;
        front.clear();
        front.resize(width * width, NEVER);
        if ends > 0 {
            for (i, row) in stack.top().chunks_exact(ends).enumerate() {
                front[(k + i) * width + k..(k + i + 1) * width].copy_from_slice(row);
            }
            stack.pop();
        }
        let [head_at, tail_at] = at;
        places(skeleton.heads().of(g), skeleton.tails().of(g), head_at, tail_at);
        let (pivots, columns) = block.split_at_mut(k * (k + heads));
        for v in (0..k).rev() {
            let own = k - v - 1;
            // Times from the pivot and to it, at the places of the front.
            out.clear();
            out.extend_from_slice(&pivots[v * (k + heads) + v + 1..v * (k + heads) + k]);
            out.resize(own + ends, NEVER);
            into.clear();
            into.extend((v + 1..k).map(|i| pivots[i * (k + heads) + v]));
            into.resize(own + ends, NEVER);
            for (&at, &time) in head_at.iter().zip(&pivots[v * (k + heads) + k..(v + 1) * (k + heads)]) {
                out[own + at as usize] = time;
            }
            for (&at, column) in tail_at.iter().zip(columns.chunks_exact(k)) {
                into[own + at as usize] = column[v];
            }
            let [least_out, least_into] = least;
            least_out.resize(own + ends, NEVER);
            least_into.resize(own + ends, NEVER);
            let between = Between { own, heads: own + heads, tails: own + ends - tails };
            over_ends(front, width, v + 1, out, into, between, least_out, least_into);
            front[v * width + v] = 0;
            front[v * width + v + 1..(v + 1) * width].copy_from_slice(least_out);
            for (i, &time) in least_into.iter().enumerate() {
                front[(v + 1 + i) * width + v] = time;
            }
            // What is beaten is closed.
            for i in 0..own {
                let arc = &mut pivots[v * (k + heads) + v + 1 + i];
                *arc = if least_out[i] < *arc { NEVER } else { *arc };
                let arc = &mut pivots[(v + 1 + i) * (k + heads) + v];
                *arc = if least_into[i] < *arc { NEVER } else { *arc };
            }
            for (&at, arc) in head_at.iter().zip(&mut pivots[v * (k + heads) + k..(v + 1) * (k + heads)]) {
                *arc = if least_out[own + at as usize] < *arc { NEVER } else { *arc };
            }
            for (&at, column) in tail_at.iter().zip(columns.chunks_exact_mut(k)) {
                column[v] = if least_into[own + at as usize] < column[v] { NEVER } else { column[v] };
            }
        }
        self.hand_down(g, front, width, runs, stack);
    }

    /// The final times that each child needs.
    fn hand_down(&self, g: usize, front: &[u32], width: usize, runs: &mut Runs, stack: &mut Stack) {
        let skeleton = self.skeleton;
        // The last child is looked at first: its block goes on top.
        let (mut child, mut children) = (g, Vec::with_capacity(skeleton.children[g] as usize));
        for _ in 0..skeleton.children[g] {
            child -= 1;
            if self.is_cut(child) {
                children.push(child);
            }
            child = skeleton.first_below[child] as usize;
        }
        for &child in children.iter().rev() {
            let places = skeleton.ends().at_parent(child);
            pick(front, width, places, places, runs, stack.push());
        }
    }

    fn cut(&self, g: usize, block: &mut [u32], desk: &mut Desk) {
        let skeleton = self.skeleton;
        let (k, above, _) = Self::shape(skeleton, g);
        let width = k + above;
        let Desk { stack, front, runs, into, least, .. } = desk;
        front.clear();
        front.resize(width * width, NEVER);
        if above > 0 {
            for (i, row) in stack.top().chunks_exact(above).enumerate() {
                front[(k + i) * width + k..(k + i + 1) * width].copy_from_slice(row);
            }
            stack.pop();
        }
        let (pivots, columns) = block.split_at_mut(k * width);
        for v in (0..k).rev() {
            let ends = width - v - 1;
            // Times to the pivot: from the group's own rows, then from above.
            into.clear();
            into.extend((v + 1..k).map(|i| pivots[i * width + v]));
            into.extend((0..above).map(|i| columns[i * k + v]));
            let out = &mut pivots[v * width + v + 1..(v + 1) * width];
            let [least_out, least_into] = least;
            least_out.resize(ends, NEVER);
            least_into.resize(ends, NEVER);
            over_above(front, width, v + 1, out, into, least_out, least_into);
            front[v * width + v] = 0;
            front[v * width + v + 1..(v + 1) * width].copy_from_slice(least_out);
            for (i, &time) in least_into.iter().enumerate() {
                front[(v + 1 + i) * width + v] = time;
            }
            for (arc, &least) in out.iter_mut().zip(&*least_out) {
                *arc = if least < *arc { NEVER } else { *arc };
            }
            for (i, (&time, &least)) in into.iter().zip(&*least_into).enumerate() {
                if least < time {
                    let row = v + 1 + i;
                    let arc = if row < k { &mut pivots[row * width + v] } else { &mut columns[(row - k) * k + v] };
                    *arc = NEVER;
                }
            }
        }
        self.hand_down(g, front, width, runs, stack);
    }
}

/// Places of each of two ascending lists among both: first those of the first alone, then the common ones, then those of
/// the second alone.
fn places(heads: &[u32], tails: &[u32], head_at: &mut Vec<u32>, tail_at: &mut Vec<u32>) {
    let (mut alone, mut i) = (0, 0);
    let common = |list: &[u32], i: &mut usize, rank: u32| {
        while list.get(*i).is_some_and(|&r| r < rank) {
            *i += 1;
        }
        list.get(*i) == Some(&rank)
    };
    // Common ones stand marked until their number is known.
    head_at.clear();
    for &rank in heads {
        let known = common(tails, &mut i, rank);
        head_at.push(if known { u32::MAX } else { alone });
        alone += u32::from(!known);
    }
    let mut next = alone;
    for at in head_at.iter_mut().filter(|at| **at == u32::MAX) {
        *at = next;
        next += 1;
    }
    tail_at.clear();
    let (mut both, mut last, mut i) = (alone, next, 0);
    for &rank in tails {
        let slot = if common(heads, &mut i, rank) { &mut both } else { &mut last };
        tail_at.push(*slot);
        *slot += 1;
    }
}
