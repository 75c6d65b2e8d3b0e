//! The covering problem at a node of the tree.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use super::order;
use crate::dual::Core;

const NONE: u32 = u32::MAX;

/// The caps of all rows add up to less than this: whole numbers below it are exact in floating point, with room for signs and rounding.
pub(crate) const MOST: i128 = 1 << 50;

/// Choose sites such that the weight of the rows without an open site is least.
///
/// Rows with the same sites are one row, and rows with nearly the same sites follow one another. Figures are in units of 1/scale of the
/// objective.
///
/// ```text
/// start      0     2     4          run_start  0     2     4   6      runs of rows of each site
/// site       0 1 | 0 2 |            run        0 2 | 0 1 | 1 2        first row, and the row after the last
/// cap        700   300              member     3 8 | 5                rows of the root merged into each row
/// ```
#[derive(Debug, Clone, Default)]
pub(crate) struct Covering {
    start: Vec<u32>,
    site: Vec<u32>,
    /// Weight of each row: its cost when no site of it is open. Whole numbers whose sum stays below [`MOST`], so that floating point
    /// adds them exactly.
    pub(super) cap: Vec<f64>,
    run_start: Vec<u32>,
    run: Vec<u32>,
    /// Site of the root problem.
    pub(super) id: Vec<u32>,
    member_start: Vec<u32>,
    member: Vec<u32>,
    /// Weight of rows that no free site can cover any more.
    pub(super) base: i64,
    /// Those rows, as rows of the root.
    lost: Vec<u32>,
}

/// A smaller problem, and where the rows and sites of the larger one went.
pub(super) struct Smaller {
    pub(super) covering: Covering,
    /// Of each old row its new row, `u32::MAX` when it is settled.
    pub(super) row_now: Vec<u32>,
    /// The old position of each site that is left.
    pub(super) kept: Vec<u32>,
}

impl Covering {
    /// The same problem as a [`Core`] in which every row costs nothing when covered.
    pub(crate) fn of(core: &Core) -> Self {
        let mut sorted = core.site.clone();
        for i in 0..core.rows() {
            sorted[core.start[i]..core.start[i + 1]].sort_unstable();
        }
        let sites = |i: usize| &sorted[core.start[i]..core.start[i + 1]];
        let mut all = Covering {
            start: vec![0],
            id: core.id.clone(),
            member_start: (0..=core.rows() as u32).collect(),
            base: core.base,
            ..Covering::default()
        };
        for i in order::walk(core.rows(), sites) {
            all.site.extend_from_slice(sites(i as usize));
            all.start.push(all.site.len() as u32);
            all.cap.push(core.cap[i as usize] as f64);
            all.member.push(core.row[i as usize]);
        }
        all.find_runs();
        all
    }

    pub(super) fn rows(&self) -> usize {
        self.cap.len()
    }

    pub(super) fn sites(&self) -> usize {
        self.id.len()
    }

    pub(super) fn entries(&self) -> usize {
        self.site.len()
    }

    /// The sites that cover a row.
    pub(super) fn row(&self, i: usize) -> &[u32] {
        &self.site[self.start[i] as usize..self.start[i + 1] as usize]
    }

    /// The runs of rows that a site covers: the first row, and the row after the last, in turn.
    pub(super) fn runs(&self, j: usize) -> &[u32] {
        &self.run[self.run_start[j] as usize..self.run_start[j + 1] as usize]
    }

    /// The same as ranges of rows.
    pub(super) fn ranges(&self, j: usize) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.runs(j).as_chunks::<2>().0.iter().map(|&[from, to]| from as usize..to as usize)
    }

    /// How many sites cover each row.
    pub(super) fn lengths(&self) -> Vec<u32> {
        self.start.windows(2).map(|w| w[1] - w[0]).collect()
    }

    /// The rows of the root that are one row here.
    fn members(&self, i: usize) -> &[u32] {
        &self.member[self.member_start[i] as usize..self.member_start[i + 1] as usize]
    }

    fn find_runs(&mut self) {
        let n = self.id.len();
        // Of each site the row after the last one seen.
        let mut after = vec![NONE; n];
        let mut start = vec![0u32; n + 1];
        for i in 0..self.rows() {
            for &j in self.row(i) {
                start[j as usize + 1] += 2 * u32::from(after[j as usize] != i as u32);
                after[j as usize] = i as u32 + 1;
            }
        }
        for j in 0..n {
            start[j + 1] += start[j];
        }
        let mut at = start.clone();
        let mut run = vec![0; start[n] as usize];
        after.fill(NONE);
        for i in 0..self.rows() {
            for &j in self.row(i) {
                let j = j as usize;
                if after[j] != i as u32 {
                    run[at[j] as usize] = i as u32;
                    at[j] += 2;
                }
                run[at[j] as usize - 1] = i as u32 + 1;
                after[j] = i as u32 + 1;
            }
        }
        (self.run_start, self.run) = (start, run);
    }

    /// What is left of the sites in `free` and the rows whose `cap` is not 0: rows that nobody covers are lost, rows that have become
    /// alike are merged, sites that cover nothing leave. Linear in the entries.
    pub(super) fn shrink(&self, free: &[bool], cap: &[f64]) -> Smaller {
        let mut next = Covering {
            base: self.base,
            lost: self.lost.clone(),
            start: Vec::with_capacity(self.start.len()),
            ..Covering::default()
        };
        let mut local = vec![NONE; self.sites()];
        let mut kept = Vec::new();
        for (j, &free) in free.iter().enumerate() {
            if free && self.ranges(j).any(|rows| cap[rows].iter().any(|&cap| cap > 0.0)) {
                local[j] = kept.len() as u32;
                kept.push(j as u32);
                next.id.push(self.id[j]);
            }
        }
        let mut row_now = vec![NONE; self.rows()];
        let mut first: FxHashMap<u64, u32> = FxHashMap::default();
        let mut same: Vec<u32> = Vec::new();
        next.start.push(0);
        for i in 0..self.rows() {
            if cap[i] == 0.0 {
                continue;
            }
            let begin = next.site.len();
            let mut hash = FxHasher::default();
            for &j in self.row(i) {
                let j = local[j as usize];
                if j != NONE {
                    next.site.push(j);
                    hash.write_u32(j);
                }
            }
            if next.site.len() == begin {
                next.base += cap[i] as i64;
                next.lost.extend_from_slice(self.members(i));
                continue;
            }
            let fresh = next.cap.len() as u32;
            let mut twin = *first.entry(hash.finish()).or_insert(fresh);
            if twin != fresh {
                let (before, mine) = next.site.split_at(begin);
                loop {
                    let theirs = next.start[twin as usize] as usize..next.start[twin as usize + 1] as usize;
                    if before[theirs] == *mine {
                        break;
                    }
                    // Another row with the same hash.
                    if same[twin as usize] == NONE {
                        same[twin as usize] = fresh;
                        twin = fresh;
                        break;
                    }
                    twin = same[twin as usize];
                }
            }
            row_now[i] = twin;
            if twin == fresh {
                next.start.push(next.site.len() as u32);
                next.cap.push(cap[i]);
                same.push(NONE);
            } else {
                next.site.truncate(begin);
                next.cap[twin as usize] += cap[i];
            }
        }
        next.gather(self, &row_now);
        next.find_runs();
        Smaller { covering: next, row_now, kept }
    }

    /// Collects the rows of the root merged into each row.
    fn gather(&mut self, from: &Covering, row_now: &[u32]) {
        let mut start = vec![0u32; self.cap.len() + 1];
        for (i, &now) in row_now.iter().enumerate() {
            if now != NONE {
                start[now as usize + 1] += from.members(i).len() as u32;
            }
        }
        for i in 0..self.cap.len() {
            start[i + 1] += start[i];
        }
        let mut member = vec![0; start[self.cap.len()] as usize];
        let mut at = start.clone();
        for (i, &now) in row_now.iter().enumerate() {
            if now != NONE {
                for &m in from.members(i) {
                    member[at[now as usize] as usize] = m;
                    at[now as usize] += 1;
                }
            }
        }
        (self.member_start, self.member) = (start, member);
    }

    /// The prices of the rows here when those of the root's rows are given.
    pub(super) fn merged(&self, root: &[i64]) -> Vec<f64> {
        (0..self.rows()).map(|i| self.members(i).iter().map(|&m| root[m as usize]).sum::<i64>() as f64).collect()
    }

    /// The same for prices that are not whole.
    pub(super) fn merged_near(&self, root: &[f32]) -> Vec<f64> {
        let price = |i: usize| self.members(i).iter().map(|&m| f64::from(root[m as usize])).sum::<f64>();
        (0..self.rows()).map(|i| price(i).round()).collect()
    }

    /// Prices of the root's rows that give the rows here the prices `u`, changing as few of `before` as may be: rows alike in this
    /// problem stay alike below it, so it does not matter which of them moves. Rows whose `cap` is 0 keep what they have. `weight` is the
    /// cap of each row of the root.
    pub(super) fn spread(&self, u: &[f64], cap: &[f64], before: &[i64], weight: &[i64]) -> Vec<i64> {
        let mut root = before.to_vec();
        for &m in &self.lost {
            root[m as usize] = weight[m as usize];
        }
        for (i, &price) in u.iter().enumerate() {
            if cap[i] == 0.0 {
                continue;
            }
            let members = self.members(i);
            let mut left = price as i64 - members.iter().map(|&m| root[m as usize]).sum::<i64>();
            for &m in members {
                if left == 0 {
                    break;
                }
                let slot = &mut root[m as usize];
                let moved = (*slot + left).clamp(0, weight[m as usize]) - *slot;
                *slot += moved;
                left -= moved;
            }
        }
        root
    }
}
