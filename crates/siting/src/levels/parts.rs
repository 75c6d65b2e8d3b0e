//! What falls apart: sites that share no row that counts, no set, no group and no (small) condition are searched apart.

use super::flat::{Flat, UNGROUPED};

/// Union by size with path halving.
struct Union(Vec<u32>, Vec<u32>);

impl Union {
    fn find(&mut self, mut a: u32) -> u32 {
        while self.0[a as usize] != a {
            self.0[a as usize] = self.0[self.0[a as usize] as usize];
            a = self.0[a as usize];
        }
        a
    }
    fn join(&mut self, a: u32, b: u32) {
        let (mut a, mut b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        if self.1[a as usize] < self.1[b as usize] {
            std::mem::swap(&mut a, &mut b);
        }
        self.0[b as usize] = a;
        self.1[a as usize] += self.1[b as usize];
    }
}

/// Below this many free sites an instance is not taken apart.
const SMALL: usize = 150;

/// The part of each site, parts numbered by their first site.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pub of: Vec<u32>,
    pub count: usize,
    /// Whether a condition reaches over parts.
    pub coupled: bool,
}

/// Takes the instance apart. Conditions that would glue too much together are left to span parts.
///
/// `timed`: for a level in which times count. Rows whose cover counts up to the cap of a group then stay whole with all sites that may
/// be faster there, since a cap that spans parts is a price only; rows of which only the time counts may span them.
pub(super) fn take_apart(flat: &Flat, timed: bool) -> Parts {
    let n = flat.len();
    let free = flat.free.iter().filter(|f| **f).count();
    if free <= SMALL {
        return Parts { of: vec![0; n], count: usize::from(n > 0), coupled: false };
    }
    let mut union = Union((0..n as u32).collect(), flat.free.iter().map(|&f| u32::from(f)).collect());
    for set in &flat.sets {
        set.windows(2).for_each(|w| union.join(w[0], w[1]));
    }
    let mut someone = vec![u32::MAX; flat.cover.entries.len()];
    for j in 0..n {
        if !flat.free[j] {
            continue;
        }
        let p = flat.cover.profile[j] as usize;
        if flat.cover.entries[p].is_empty() {
            continue;
        }
        if someone[p] == u32::MAX {
            someone[p] = j as u32;
        } else {
            union.join(someone[p], j as u32);
        }
    }
    let mut group = vec![u32::MAX; flat.cap.len()];
    for (i, row) in flat.cover.rows.iter().enumerate() {
        let servers = &flat.cover.servers[i];
        for w in servers.windows(2) {
            union.join(someone[w[0].1 as usize], someone[w[1].1 as usize]);
        }
        if row.group != UNGROUPED
            && row.counts
            && let Some(&(_, p)) = servers.first()
        {
            let g = row.group as usize;
            if group[g] == u32::MAX {
                group[g] = someone[p as usize];
            } else {
                union.join(group[g], someone[p as usize]);
            }
        }
    }
    if let Some(view) = flat.time.as_ref().filter(|_| timed) {
        let mut by_profile: Vec<Option<u32>> = vec![None; view.entries.len()];
        for j in (0..n).filter(|&j| flat.free[j]) {
            let first = *by_profile[view.profile[j] as usize].get_or_insert(j as u32);
            union.join(first, j as u32);
        }
        let mut of_group: Vec<Option<u32>> = vec![None; flat.cap.len()];
        for (row, servers) in view.rows.iter().zip(&view.servers) {
            if row.group == UNGROUPED || !row.counts {
                continue;
            }
            for site in servers.iter().filter_map(|s| by_profile[s.1 as usize]) {
                let first = *of_group[row.group as usize].get_or_insert(site);
                union.join(first, site);
            }
        }
    }
    // Conditions, those that touch few pieces first.
    let undecided = |c: &usize| flat.conditions[*c].terms.iter().any(|t| flat.free[t.0 as usize]);
    let mut waiting: Vec<usize> = (0..flat.conditions.len()).filter(undecided).collect();
    let touched = |union: &mut Union, c: usize| {
        let mut roots: Vec<u32> = flat.conditions[c].terms.iter().map(|t| union.find(t.0)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    };
    waiting.sort_by_cached_key(|&c| (touched(&mut union, c).len(), c));
    let mut coupled = false;
    for c in waiting {
        let roots = touched(&mut union, c);
        if roots.len() < 2 {
            continue;
        }
        let size: u32 = roots.iter().map(|&r| union.1[r as usize]).sum();
        if size as usize <= SMALL || (size as usize <= 1000 && size as usize * 2 <= free) {
            roots.windows(2).for_each(|w| union.join(w[0], w[1]));
        } else {
            coupled = true;
        }
    }
    // What has nothing to decide (fixed sites alone), or nothing to cover, goes together.
    let mut idle = vec![true; n];
    for j in 0..n {
        if flat.free[j] && !flat.cover.entries[flat.cover.profile[j] as usize].is_empty() {
            idle[union.find(j as u32) as usize] = false;
        }
    }
    let mut first_idle = None;
    for j in 0..n as u32 {
        let root = union.find(j);
        if idle[root as usize] && first_idle != Some(root) {
            match first_idle {
                Some(first) => {
                    union.join(first, j);
                    let root = union.find(j);
                    idle[root as usize] = true;
                    first_idle = Some(root);
                }
                None => first_idle = Some(root),
            }
        }
    }
    let mut number = vec![u32::MAX; n];
    let mut count = 0;
    let mut of = Vec::with_capacity(n);
    for j in 0..n as u32 {
        let root = union.find(j) as usize;
        if number[root] == u32::MAX {
            number[root] = count;
            count += 1;
        }
        of.push(number[root]);
    }
    Parts { of, count: count as usize, coupled }
}
