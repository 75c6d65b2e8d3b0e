//! Iterated local search: kick a few sites, descend, keep what is better.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::{Columns, Interchange, descend};
use crate::budget::Budget;
use crate::dual::Core;

/// Starts from a plan and makes `steps` kicks. Deterministic for a seed and a number of steps.
pub(crate) fn iterated(
    core: &Core,
    columns: &Columns,
    open: &[u32],
    steps: usize,
    seed: u64,
    budget: &mut Budget,
) -> Vec<u32> {
    let mut search = Interchange::new(core, columns, open, budget);
    descend(&mut search, budget);
    let mut best = search.value();
    let mut plan = search.open().to_vec();
    if plan.is_empty() || plan.len() >= core.sites() {
        return plan;
    }
    let mut random = Pcg64::seed_from_u64(seed);
    for _ in 0..steps {
        if budget.spent() {
            break;
        }
        let kicks = 1 + below(&mut random, 3.min(plan.len()));
        for _ in 0..kicks {
            let r = below(&mut random, plan.len());
            let s = below(&mut random, core.sites()) as u32;
            if !search.is_open(s) {
                let visited = search.swap(r, s);
                budget.charge(visited);
            }
        }
        descend(&mut search, budget);
        if search.value() < best {
            best = search.value();
            plan.clear();
            plan.extend_from_slice(search.open());
        } else if search.value() > best {
            // Back to the best plan, slot by slot. A site that only changed its slot is left where it is.
            restore(&mut search, &plan, budget);
        }
    }
    plan
}

fn restore(search: &mut Interchange<'_>, plan: &[u32], budget: &mut Budget) {
    let missing: Vec<u32> = plan.iter().copied().filter(|&j| !search.is_open(j)).collect();
    let surplus: Vec<usize> = (0..search.open().len()).filter(|&r| !plan.contains(&search.open()[r])).collect();
    for (r, s) in surplus.into_iter().zip(missing) {
        let visited = search.swap(r, s);
        budget.charge(visited);
    }
}

fn below(random: &mut Pcg64, n: usize) -> usize {
    (random.next_u64() % n.max(1) as u64) as usize
}
