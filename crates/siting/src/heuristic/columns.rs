//! The rows of each site: the transpose of a problem's rows.

use crate::dual::{Core, MUST};

/// Rows and costs by site, rows ascending; with the price a heuristic pays for a row that must be served and is not.
#[derive(Debug)]
pub(crate) struct Columns {
    start: Vec<usize>,
    row: Vec<u32>,
    cost: Vec<i64>,
    /// Cap of each row; rows that must be served get a price above anything the sites can save.
    pub(crate) cap: Vec<i64>,
}

impl Columns {
    pub(crate) fn of(core: &Core) -> Self {
        let n = core.sites();
        let mut start = vec![0usize; n + 1];
        for &j in &core.site {
            start[j as usize + 1] += 1;
        }
        for j in 0..n {
            start[j + 1] += start[j];
        }
        let mut at = start.clone();
        let mut row = vec![0u32; core.entries()];
        let mut cost = vec![0i64; core.entries()];
        for i in 0..core.rows() {
            let (sites, costs) = core.row(i);
            for (&j, &c) in sites.iter().zip(costs) {
                let k = &mut at[j as usize];
                row[*k] = i as u32;
                cost[*k] = c;
                *k += 1;
            }
        }
        Columns { start, row, cost, cap: prices(core) }
    }

    /// The rows a site serves and their costs.
    pub(crate) fn column(&self, j: u32) -> (&[u32], &[i64]) {
        let range = self.start[j as usize]..self.start[j as usize + 1];
        (&self.row[range.clone()], &self.cost[range])
    }
}

/// Finite caps: a missed row that must be served costs more than all savings together, as far as the numbers allow.
fn prices(core: &Core) -> Vec<i64> {
    let mut most = 0i64;
    for i in 0..core.rows() {
        let (_, costs) = core.row(i);
        let cap = if core.cap[i] >= MUST { 0 } else { core.cap[i] };
        most = most.saturating_add(costs.last().copied().unwrap_or(0).max(cap));
    }
    for &f in &core.open_cost {
        most = most.saturating_add(f);
    }
    let price = most.saturating_add(1).min(i64::MAX / 16 / (core.rows() as i64 + 1));
    core.cap.iter().map(|&cap| if cap >= MUST { price } else { cap }).collect()
}
