//! First plans of a p-center: cheap, and worth having when a limit leaves time for nothing else.

use firesite_problem::Instance;

use crate::budget::Budget;

/// Rows of each site, and who serves what so far.
struct Served {
    columns: Vec<Vec<(u32, u32)>>,
    time: Vec<u32>,
    open: Vec<u32>,
}

impl Served {
    fn add(&mut self, j: u32) {
        for &(i, t) in &self.columns[j as usize] {
            let best = &mut self.time[i as usize];
            *best = t.min(*best);
        }
        self.open.push(j);
    }

    fn unserved(&self) -> usize {
        self.time.iter().filter(|t| **t == u32::MAX).count()
    }
}

/// How a row counts that nobody serves yet.
#[derive(Debug, Clone, Copy)]
enum Counts {
    /// As one.
    Alike,
    /// The less, the more sites reach it.
    ByRarity,
}

/// At most p sites that serve every row, fixed ones included. First again and again the nearest site of the row that is served last
/// (Gonzalez 1985); where that leaves rows unserved, sites that reach most rows not yet served, and then the same with what is left.
/// `None`: these simple ways find none. O(entries + p·(rows + sites)).
pub(super) fn plan(instance: &Instance, fixed: &[bool], p: usize, budget: &mut Budget) -> Option<Vec<u32>> {
    let mut columns: Vec<Vec<(u32, u32)>> = vec![Vec::new(); fixed.len()];
    let mut entries = 0;
    for (i, row) in instance.rows.iter().enumerate() {
        for &(j, t) in &row.reach {
            columns[j as usize].push((i as u32, t));
        }
        entries += row.reach.len();
    }
    budget.charge(entries);
    let mut served = Served { columns, time: vec![u32::MAX; instance.rows.len()], open: Vec::new() };
    for how in [None, Some(Counts::ByRarity), Some(Counts::Alike)] {
        served.time.fill(u32::MAX);
        served.open.clear();
        for j in (0..fixed.len()).filter(|&j| fixed[j]) {
            served.add(j as u32);
        }
        if let Some(counts) = how {
            budget.charge(2 * entries);
            cover(instance, &mut served, p, counts, budget);
        }
        farthest_first(instance, &mut served, p, budget);
        if served.unserved() == 0 {
            served.open.sort_unstable();
            return Some(served.open);
        }
    }
    None
}

/// Opens the nearest site of the row that is served last, while that helps.
fn farthest_first(instance: &Instance, served: &mut Served, p: usize, budget: &mut Budget) {
    while served.open.len() < p {
        let farthest = served.time.iter().enumerate().max_by_key(|&(i, &t)| (t, std::cmp::Reverse(i)));
        let Some((i, &time)) = farthest else { return };
        let Some(&(site, nearest)) = instance.rows[i].reach.first() else { return };
        if nearest >= time {
            return;
        }
        budget.charge(served.time.len());
        served.add(site);
    }
}

/// Opens the site that counts most among the rows not yet served, until all are or no slot is left; the first among equals.
fn cover(instance: &Instance, served: &mut Served, p: usize, counts: Counts, budget: &mut Budget) {
    const ONE: u64 = 1 << 20;
    let worth = |i: usize| match counts {
        Counts::Alike => ONE,
        Counts::ByRarity => ONE / instance.rows[i].reach.len().max(1) as u64,
    };
    let mut gain = vec![0u64; served.columns.len()];
    for (i, row) in instance.rows.iter().enumerate().filter(|(i, _)| served.time[*i] == u32::MAX) {
        row.reach.iter().for_each(|&(j, _)| gain[j as usize] += worth(i));
    }
    while served.open.len() < p {
        let best = gain.iter().enumerate().max_by_key(|&(j, &g)| (g, std::cmp::Reverse(j)));
        let Some((j, _)) = best.filter(|(_, g)| **g > 0) else { return };
        budget.charge(gain.len());
        let fresh: Vec<u32> =
            served.columns[j].iter().map(|e| e.0).filter(|&i| served.time[i as usize] == u32::MAX).collect();
        served.add(j as u32);
        for i in fresh {
            instance.rows[i as usize].reach.iter().for_each(|&(k, _)| gain[k as usize] -= worth(i as usize));
        }
    }
}
