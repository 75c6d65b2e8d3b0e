//! Plans: demands with most to lose first to the cheapest site with room (regret), then shifts and exchanges.

use firesite_problem::capacitated::{CapacitatedInstance, CapacitatedPlan};

use super::bound::{Fix, Region};
use crate::budget::Budget;

/// A plan with these sites open, if the demands find room; sites that carry nothing and need not be open are closed.
pub(super) fn assign(
    instance: &CapacitatedInstance,
    region: &Region,
    open: &[bool],
    budget: &mut Budget,
) -> Option<CapacitatedPlan> {
    let n = instance.demands.len();
    let mut left: Vec<u64> = instance.sites.iter().map(|s| s.capacity).collect();
    let mut assigned: Vec<Option<u32>> = vec![None; n];
    let mut waiting: Vec<usize> = Vec::new();
    for i in 0..n {
        match region.forced[i] {
            Some(j) => {
                let room = &mut left[j as usize];
                *room = room.checked_sub(instance.demands[i].amount)?;
                assigned[i] = Some(j);
            }
            None => waiting.push(i),
        }
    }
    let usable = |i: usize, at: usize| region.usable(instance, i, at) && open[instance.demands[i].reach[at].0 as usize];
    while !waiting.is_empty() {
        let mut choice: Option<(u128, usize, Option<u32>)> = None;
        for (position, &i) in waiting.iter().enumerate() {
            let demand = &instance.demands[i];
            budget.charge(demand.reach.len());
            let mut options: Vec<(u64, Option<u32>)> = (0..demand.reach.len())
                .filter(|&at| usable(i, at) && left[demand.reach[at].0 as usize] >= demand.amount)
                .map(|at| (demand.reach[at].1, Some(demand.reach[at].0)))
                .chain(demand.unserved.map(|e| (e, None)))
                .collect();
            options.sort_unstable();
            let &(cost, site) = options.first()?;
            // The last way out counts most; large demands before small ones of equal regret.
            let regret = options.get(1).map_or(u128::from(u64::MAX), |second| u128::from(second.0 - cost));
            let key = (regret << 60) + u128::from(demand.amount);
            if choice.is_none_or(|c| key > c.0) {
                choice = Some((key, position, site));
            }
        }
        let (_, position, site) = choice?;
        let i = waiting.swap_remove(position);
        assigned[i] = site;
        if let Some(j) = site {
            left[j as usize] -= instance.demands[i].amount;
        }
        if budget.spent() && waiting.len() > 1_000 {
            return None;
        }
    }
    improve(instance, region, open, &mut assigned, &mut left, budget);
    let mut used: Vec<bool> = region.site.iter().map(|f| *f == Fix::Open).collect();
    assigned.iter().flatten().for_each(|&j| used[j as usize] = true);
    let open = (0..used.len() as u32).filter(|&j| used[j as usize]).collect();
    let plan = CapacitatedPlan { open, assigned };
    instance.cost(&plan).is_ok().then_some(plan)
}

/// Moves one demand to another site, or exchanges two, as long as it pays.
fn improve(
    instance: &CapacitatedInstance,
    region: &Region,
    open: &[bool],
    assigned: &mut [Option<u32>],
    left: &mut [u64],
    budget: &mut Budget,
) {
    let cost_of = |i: usize, j: Option<u32>| match j {
        Some(j) => instance.assignment_cost(i, j),
        None => instance.demands[i].unserved,
    };
    let allowed = |i: usize, j: u32| {
        let at = instance.demands[i].reach.binary_search_by_key(&j, |e| e.0);
        at.is_ok_and(|at| region.usable(instance, i, at)) && open[j as usize]
    };
    let mut moved = true;
    while moved && !budget.spent() {
        moved = false;
        for i in 0..assigned.len() {
            if region.forced[i].is_some() {
                continue;
            }
            let demand = &instance.demands[i];
            let Some(now) = cost_of(i, assigned[i]) else { continue };
            for &(j, cost) in &demand.reach {
                if cost < now && Some(j) != assigned[i] && allowed(i, j) && left[j as usize] >= demand.amount {
                    if let Some(old) = assigned[i] {
                        left[old as usize] += demand.amount;
                    }
                    left[j as usize] -= demand.amount;
                    assigned[i] = Some(j);
                    moved = true;
                    break;
                }
            }
            // Exchange with a demand of a site that would suit this one better.
            for k in 0..i {
                budget.charge(1);
                let (Some(a), Some(b)) = (assigned[i], assigned[k]) else { continue };
                if a == b || region.forced[k].is_some() || !allowed(i, b) || !allowed(k, a) {
                    continue;
                }
                let costs = (cost_of(i, Some(a)), cost_of(k, Some(b)), cost_of(i, Some(b)), cost_of(k, Some(a)));
                let (Some(x), Some(y), Some(v), Some(w)) = costs else { continue };
                let (amount, other) = (demand.amount, instance.demands[k].amount);
                let (room_a, room_b) = (left[a as usize] + amount, left[b as usize] + other);
                if v + w < x + y && room_a >= other && room_b >= amount {
                    left[a as usize] = room_a - other;
                    left[b as usize] = room_b - amount;
                    (assigned[i], assigned[k]) = (Some(b), Some(a));
                    moved = true;
                }
            }
        }
    }
}
