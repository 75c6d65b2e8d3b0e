//! Lazy greedy (Minoux 1978; CELF, Leskovec et al. 2007): gains only shrink, so a site whose stale gain is not the
//! largest need not be looked at again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Columns;
use crate::budget::Budget;
use crate::dual::Core;

/// Opens the site of the largest saving until the slots are used or nothing is saved. Sites given are opened first.
/// Ties go to the smaller site.
pub(crate) fn greedy(core: &Core, columns: &Columns, begin: &[u32], budget: &mut Budget) -> Vec<u32> {
    let mut served = columns.cap.clone();
    let mut open: Vec<u32> = Vec::new();
    let mut is_open = vec![false; core.sites()];
    let mut serve = |served: &mut Vec<i64>, open: &mut Vec<u32>, j: u32| {
        let (rows, costs) = columns.column(j);
        for (&i, &c) in rows.iter().zip(costs) {
            let now = &mut served[i as usize];
            *now = (*now).min(c);
        }
        is_open[j as usize] = true;
        open.push(j);
    };
    for &j in begin {
        serve(&mut served, &mut open, j);
    }
    let saving = |served: &[i64], j: u32| -> i64 {
        let (rows, costs) = columns.column(j);
        let saved: i64 = rows.iter().zip(costs).map(|(&i, &c)| (served[i as usize] - c).max(0)).sum();
        saved - core.open_cost[j as usize]
    };
    budget.charge(core.entries());
    let mut heap: BinaryHeap<(i64, Reverse<u32>, usize)> = (0..core.sites() as u32)
        .filter(|j| !begin.contains(j))
        .map(|j| (saving(&served, j), Reverse(j), open.len()))
        .collect();
    while open.len() < core.slots {
        let Some((gain, Reverse(j), when)) = heap.pop() else { break };
        if gain <= 0 {
            break;
        }
        if when == open.len() {
            serve(&mut served, &mut open, j);
        } else {
            budget.charge(columns.column(j).0.len());
            heap.push((saving(&served, j), Reverse(j), open.len()));
        }
        if budget.spent() {
            // Still a plan: fill the slots by stale gains, which costs nothing.
            while open.len() < core.slots {
                let Some((gain, Reverse(j), _)) = heap.pop() else { break };
                if gain > 0 {
                    serve(&mut served, &mut open, j);
                }
            }
            break;
        }
    }
    open
}
