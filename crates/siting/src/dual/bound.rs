//! The bound of the Lagrangian dual.

use super::Core;

/// One evaluation of the dual function at multipliers u, and what it leaves behind.
///
/// ρ_j = open_cost_j − Σ_i max(0, u_i − cost_ij)   and   L(u) = base + Σ_i u_i + the sum of the (at most `slots`) least negative-most ρ_j.
///
/// With λ between the last ρ chosen and the next one (signs turned), L(u) = base − λ·slots + Σ u_i + Σ_j min(0, λ + ρ_j), which is what a
/// certificate states.
#[derive(Debug, Default)]
pub(crate) struct Bound {
    pub(crate) rho: Vec<i64>,
    pub(crate) chosen: Vec<bool>,
    pub(crate) count: Vec<u32>,
    pub(crate) value: i64,
    /// The largest ρ chosen when all slots are used, else 0.
    pub(crate) last: i64,
    /// The least ρ not chosen when all slots are used, at most 0; else 0.
    pub(crate) next: i64,
    /// How many entries of each row lie below its price.
    below: Vec<u32>,
    order: Vec<(i64, u32)>,
}

impl Bound {
    /// Evaluates L(u). Returns the row entries visited.
    pub(crate) fn evaluate(&mut self, core: &Core, u: &[i64]) -> usize {
        self.rho.clear();
        self.rho.extend_from_slice(&core.open_cost);
        self.below.clear();
        let (rho, mut visited, mut sum) = (&mut self.rho[..], 0, core.base);
        for (i, &price) in u.iter().enumerate() {
            sum += price;
            let (sites, costs) = core.row(i);
            let mut below = 0;
            for (&j, &c) in sites.iter().zip(costs) {
                if c >= price {
                    break;
                }
                rho[j as usize] -= price - c;
                below += 1;
            }
            self.below.push(below);
            visited += below as usize;
        }
        self.order.clear();
        self.order.extend(self.rho.iter().enumerate().filter(|&(_, &r)| r < 0).map(|(j, &r)| (r, j as u32)));
        (self.last, self.next) = (0, 0);
        if self.order.len() > core.slots {
            let (_, &mut next, _) = self.order.select_nth_unstable(core.slots);
            self.next = next.0;
            self.order.truncate(core.slots);
        }
        if self.order.len() == core.slots {
            self.last = self.order.iter().map(|&(r, _)| r).max().unwrap_or(0);
        }
        self.chosen.clear();
        self.chosen.resize(core.sites(), false);
        for &(r, j) in &self.order {
            sum += r;
            self.chosen[j as usize] = true;
        }
        self.value = sum;
        visited
    }

    /// How many chosen sites serve each row below its price, at the multipliers evaluated last.
    pub(crate) fn counts(&mut self, core: &Core) {
        self.count.clear();
        for (&start, &below) in core.start.iter().zip(&self.below) {
            let sites = &core.site[start..start + below as usize];
            self.count.push(sites.iter().map(|&j| u32::from(self.chosen[j as usize])).sum());
        }
    }

    /// The chosen sites.
    pub(crate) fn selection(&self) -> impl Iterator<Item = u32> + '_ {
        self.order.iter().map(|&(_, j)| j)
    }
}
