//! Dense blocks of times: every quickest way between the items of a group and above, by rows and columns.
//!
//! Portable loops that the compiler makes wide, dispatched while running to what the processor has; results do not depend
//! on it, because each entry is a minimum of the same sums.

// Loops only become wide where their helpers are part of the dispatched function.
#![allow(clippy::inline_always)]

use super::wide::wide;

/// No way.
pub(super) const NEVER: u32 = u32::MAX;

/// Sums stay at the top, so that no way stays no way: `a + b`, where `rest` is the room above `b`.
#[inline(always)]
fn sum(a: u32, b: u32, rest: u32) -> u32 {
    a.min(rest) + b
}

wide! {
    /// Eliminates the first `pivots` items: every way `row → pivot → column` is taken in, for columns beyond the pivot.
    ///
    /// The front has `rows` rows of `width` entries; rows and columns begin with the pivots. Row by row, so that the row at
    /// hand stays near; four pivots at a time, so that it is read and written once for four.
    pub(super) fn eliminate(front: &mut [u32], width: usize, rows: usize, pivots: usize) {
        for x in 0..rows {
            let (above, rest) = front.split_at_mut(x * width);
            eliminate_row(above, &mut rest[..width], x.min(pivots));
        }
    }
}

/// One row against the pivots above it.
#[inline(always)]
fn eliminate_row(above: &[u32], row: &mut [u32], last: usize) {
    let width = row.len();
    let mut p = 0;
    while p + 4 <= last {
        let pivot = |i: usize| &above[(p + i) * width + p..(p + i + 1) * width];
        let (a, b, c, d) = (pivot(0), pivot(1), pivot(2), pivot(3));
        let row = &mut row[p..];
        let plus = |a: u32, b: u32| a.saturating_add(b);
        let f0 = row[0];
        row[1] = row[1].min(plus(f0, a[1]));
        let f1 = row[1];
        row[2] = row[2].min(plus(f0, a[2])).min(plus(f1, b[2]));
        let f2 = row[2];
        row[3] = row[3].min(plus(f0, a[3])).min(plus(f1, b[3])).min(plus(f2, c[3]));
        let f3 = row[3];
        p += 4;
        if f0.min(f1).min(f2).min(f3) == NEVER {
            continue;
        }
        let rest = [!f0, !f1, !f2, !f3];
        let tail = row[4..].iter_mut().zip(&a[4..]).zip(&b[4..]).zip(&c[4..]).zip(&d[4..]);
        for ((((r, &a), &b), &c), &d) in tail {
            let ab = sum(a, f0, rest[0]).min(sum(b, f1, rest[1]));
            let cd = sum(c, f2, rest[2]).min(sum(d, f3, rest[3]));
            *r = (*r).min(ab).min(cd);
        }
    }
    for p in p..last {
        let f = row[p];
        if f != NEVER {
            let rest = !f;
            for (r, &a) in row[p + 1..].iter_mut().zip(&above[p * width + p + 1..(p + 1) * width]) {
                *r = (*r).min(sum(a, f, rest));
            }
        }
    }
}

/// Takes the times of a block into a front, where `rows` and `columns` say: the lesser of both.
pub(super) fn take_in(front: &mut [u32], width: usize, block: &[u32], rows: &[u32], columns: &[u32], runs: &mut Runs) {
    if columns.is_empty() {
        return;
    }
    runs.of(columns);
    for (from, &row) in block.chunks_exact(columns.len()).zip(rows) {
        let to = &mut front[row as usize * width..(row as usize + 1) * width];
        for &(begin, at, length) in &runs.0 {
            let (begin, at, length) = (begin as usize, at as usize, length as usize);
            lesser(&mut to[at..at + length], &from[begin..begin + length]);
        }
    }
}

/// The block of a front where `rows` and `columns` say.
pub(super) fn pick(front: &[u32], width: usize, rows: &[u32], columns: &[u32], runs: &mut Runs, block: &mut Vec<u32>) {
    runs.of(columns);
    for &row in rows {
        let from = &front[row as usize * width..(row as usize + 1) * width];
        for &(_, at, length) in &runs.0 {
            block.extend_from_slice(&from[at as usize..(at + length) as usize]);
        }
    }
}

#[inline]
fn lesser(to: &mut [u32], from: &[u32]) {
    for (a, b) in to.iter_mut().zip(from) {
        *a = (*a).min(*b);
    }
}

/// Stretches of places that follow each other: (first in the list, place, how many).
#[derive(Debug, Default)]
pub(super) struct Runs(Vec<(u32, u32, u32)>);

impl Runs {
    fn of(&mut self, places: &[u32]) {
        self.0.clear();
        for (i, &place) in places.iter().enumerate() {
            match self.0.last_mut() {
                Some((_, at, length)) if *at + *length == place => *length += 1,
                _ => self.0.push((i as u32, place, 1)),
            }
        }
    }
}

wide! {
    /// Ways of one pivot over items above it, which know the final times between them.
    ///
    /// `front` has `width` rows of `width` entries, final from `first` on. `out[j]` and `into[j]` are the times from and to the
    /// pivot for item `first + j`; `least_out` and `least_into` become the times over any other item as well.
    pub(super) fn over_above(
        front: &[u32],
        width: usize,
        first: usize,
        out: &[u32],
        into: &[u32],
        least_out: &mut [u32],
        least_into: &mut [u32],
    ) {
        least_out.copy_from_slice(out);
        let ends = width - first;
        let mut i = 0;
        while i < ends {
            // Four rows at a time, as far as there are.
            let row = |i: usize| &front[(first + i) * width + first..(first + i + 1) * width];
            if i + 4 <= ends {
                let (a, b, c, d) = (row(i), row(i + 1), row(i + 2), row(i + 3));
                let f = [out[i], out[i + 1], out[i + 2], out[i + 3]];
                let rest = f.map(|f| !f);
                let mut best = [NEVER; 4];
                let columns = least_out.iter_mut().zip(into).zip(a).zip(b).zip(c).zip(d);
                for (((((out, &into), &a), &b), &c), &d) in columns {
                    let ab = sum(a, f[0], rest[0]).min(sum(b, f[1], rest[1]));
                    let cd = sum(c, f[2], rest[2]).min(sum(d, f[3], rest[3]));
                    *out = (*out).min(ab).min(cd);
                    let room = !into;
                    best[0] = best[0].min(sum(a, into, room));
                    best[1] = best[1].min(sum(b, into, room));
                    best[2] = best[2].min(sum(c, into, room));
                    best[3] = best[3].min(sum(d, into, room));
                }
                for (j, best) in best.into_iter().enumerate() {
                    least_into[i + j] = into[i + j].min(best);
                }
                i += 4;
            } else {
                let (row, f) = (row(i), out[i]);
                let (rest, mut best) = (!f, into[i]);
                for ((out, &into), &a) in least_out.iter_mut().zip(into).zip(row) {
                    *out = (*out).min(sum(a, f, rest));
                    best = best.min(sum(a, into, !into));
                }
                least_into[i] = best;
                i += 1;
            }
        }
    }
}

/// Places of a front that counts from a pivot: first the pivots that are already final, up to `own`; what is led to lies
/// before `heads`, what leads there before `own` or from `tails` on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Between {
    pub(super) own: usize,
    pub(super) heads: usize,
    pub(super) tails: usize,
}

wide! {
    /// The same as [`over_above`] where what a pivot leads to differs from what leads there.
    pub(super) fn over_ends(
        front: &[u32],
        width: usize,
        first: usize,
        out: &[u32],
        into: &[u32],
        between: Between,
        least_out: &mut [u32],
        least_into: &mut [u32],
    ) {
        least_out.copy_from_slice(out);
        let ends = width - first;
        let (own, tails) = (between.own, between.tails);
        let row = |i: usize| &front[(first + i) * width + first..(first + i + 1) * width];
        let mut i = 0;
        while i + 4 <= ends {
            let rows = [row(i), row(i + 1), row(i + 2), row(i + 3)];
            let f = [out[i], out[i + 1], out[i + 2], out[i + 3]];
            if i < between.heads && f != [NEVER; 4] {
                let rest = f.map(|f| !f);
                let columns = least_out.iter_mut().zip(rows[0]).zip(rows[1]).zip(rows[2]).zip(rows[3]);
                for ((((out, &a), &b), &c), &d) in columns {
                    let ab = sum(a, f[0], rest[0]).min(sum(b, f[1], rest[1]));
                    let cd = sum(c, f[2], rest[2]).min(sum(d, f[3], rest[3]));
                    *out = (*out).min(ab).min(cd);
                }
            }
            let mut best = [into[i], into[i + 1], into[i + 2], into[i + 3]];
            for (from, to) in [(0, own), (tails, ends)] {
                let columns = into[from..to].iter().zip(&rows[0][from..to]).zip(&rows[1][from..to]);
                for ((((&into, &a), &b), &c), &d) in columns.zip(&rows[2][from..to]).zip(&rows[3][from..to]) {
                    let room = !into;
                    best[0] = best[0].min(sum(a, into, room));
                    best[1] = best[1].min(sum(b, into, room));
                    best[2] = best[2].min(sum(c, into, room));
                    best[3] = best[3].min(sum(d, into, room));
                }
            }
            least_into[i..i + 4].copy_from_slice(&best);
            i += 4;
        }
        for i in i..ends {
            let (row, f, rest) = (row(i), out[i], !out[i]);
            if f != NEVER {
                for (out, &a) in least_out.iter_mut().zip(row) {
                    *out = (*out).min(sum(a, f, rest));
                }
            }
            let mut best = into[i];
            for (from, to) in [(0, own), (tails, ends)] {
                for (&into, &a) in into[from..to].iter().zip(&row[from..to]) {
                    best = best.min(sum(a, into, !into));
                }
            }
            least_into[i] = best;
        }
    }
}
