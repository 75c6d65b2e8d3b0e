//! Iterated local search: kick a few sites, descend, keep what is no worse.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::{Columns, Interchange, Neighbours, descend};
use crate::budget::Budget;
use crate::dual::Core;

/// Starts from a plan and makes `steps` kicks: with neighbours mostly of two to four open sites near each other, each moved to a site
/// near it, else of one to three sites moved anywhere. Deterministic for a seed and a number of steps.
pub(crate) fn iterated(
    core: &Core,
    columns: &Columns,
    open: &[u32],
    steps: usize,
    seed: u64,
    hood: Option<&Neighbours>,
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
        let kick = match hood {
            Some(hood) if below(&mut random, 4) > 0 => nearby(&mut random, hood, search.open()),
            _ => anywhere(&mut random, plan.len(), core.sites()),
        };
        for (r, s) in kick {
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

/// One to three slots, each for any site.
fn anywhere(random: &mut Pcg64, slots: usize, sites: usize) -> Vec<(usize, u32)> {
    let kicks = 1 + below(random, 3.min(slots));
    (0..kicks).map(|_| (below(random, slots), below(random, sites) as u32)).collect()
}

/// Two to four slots near each other, each for a site near its own.
fn nearby(random: &mut Pcg64, hood: &Neighbours, open: &[u32]) -> Vec<(usize, u32)> {
    let first = open[below(random, open.len())];
    let mut slots: Vec<usize> = (0..open.len()).collect();
    slots.sort_by_key(|&r| (open[r] != first, std::cmp::Reverse(hood.common(first, open[r])), r));
    slots.truncate(2 + below(random, 3));
    let near = |r: usize, random: &mut Pcg64| {
        let sites = hood.near(open[r]);
        sites[below(random, sites.len())]
    };
    slots.into_iter().map(|r| (r, near(r, random))).collect()
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
