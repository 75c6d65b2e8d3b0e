//! Why there is no plan: named requirements that cannot hold together.
//!
//! A deletion filter (Chinneck and Dravnieks 1991), by halves: a block of requirements is left out; if what remains still has no plan,
//! the block is not needed. Whatever cannot be shown within the work stays, so the answer always conflicts, but may then name more
//! than it must.

use firesite_problem::{Constraint, Instance};

use super::flat::Flat;
use super::heuristic::{self, Neighbourhoods};
use super::implied::Implied;
use super::limit::Limit;
use super::prove::{Existence, existence};
use super::state::State;
use crate::budget::Budget;
use crate::{Options, Work};

/// A requirement that may be left out.
#[derive(Clone, Copy)]
enum Item {
    Constraint(usize),
    Floor(usize),
    /// All rows that must be served.
    Rows,
}

/// Names of requirements that cannot hold together.
pub(super) fn explain(instance: &Instance, limit: Limit) -> Vec<String> {
    let mut items: Vec<Item> = (0..instance.constraints.len()).map(Item::Constraint).collect();
    items.extend((0..instance.groups.len()).filter(|&g| instance.groups[g].floor > 0).map(Item::Floor));
    if instance.rows.iter().any(|r| r.must) || instance.must_reach() {
        items.push(Item::Rows);
    }
    let mut block = items.len().div_ceil(2).max(1);
    let mut left = limit.work / 2;
    loop {
        let mut at = 0;
        while at < items.len() {
            let end = (at + block).min(items.len());
            let mut kept = items.clone();
            kept.drain(at..end);
            if refuted(&only(instance, &kept), limit, &mut left) {
                items = kept;
            } else {
                at = end;
            }
        }
        if block == 1 {
            break;
        }
        block = block.div_ceil(2);
    }
    items
        .iter()
        .map(|item| match item {
            Item::Constraint(c) => instance.constraints[*c].name.clone(),
            Item::Floor(g) => format!("least covered weight of {}", instance.groups[*g].name),
            Item::Rows => "rows that must be served".into(),
        })
        .collect()
}

/// The instance with these requirements only; positions stay.
fn only(instance: &Instance, items: &[Item]) -> Instance {
    let mut constraint = vec![false; instance.constraints.len()];
    let mut floor = vec![false; instance.groups.len()];
    let mut rows = false;
    for item in items {
        match *item {
            Item::Constraint(c) => constraint[c] = true,
            Item::Floor(g) => floor[g] = true,
            Item::Rows => rows = true,
        }
    }
    let mut result = instance.clone();
    let all = std::mem::take(&mut result.constraints);
    result.constraints =
        all.into_iter().zip(&constraint).filter(|(_, keep)| **keep).map(|(c, _)| c).collect::<Vec<Constraint>>();
    for (group, keep) in result.groups.iter_mut().zip(&floor) {
        if !keep {
            group.floor = 0;
        }
    }
    if !rows {
        for row in &mut result.rows {
            row.must = false;
        }
        result.worst = result.worst.or(Some(u32::MAX >> 8));
    }
    result
}

/// Whether it is shown, within a share of the work, that no plan exists.
fn refuted(instance: &Instance, limit: Limit, left: &mut u64) -> bool {
    if *left == 0 || limit.late() {
        return false;
    }
    let Ok(flat) = Flat::new(instance, &Implied::default()) else { return false };
    let parts = super::parts::take_apart(&flat, false);
    let hoods = Neighbourhoods::new(&flat, &parts.of);
    let mut state = State::new(&flat);
    let share = limit.with_work((*left / 4).max(1));
    heuristic::greedy(&mut state, &hoods);
    heuristic::settle(&mut state, &hoods, parts.coupled, share);
    if state.feasible() {
        *left = left.saturating_sub(state.meter.visited);
        return false;
    }
    let mut budget = Budget::new(&Options::default());
    budget.work = Work::default();
    let found = existence(instance, &flat, &parts, &state, share, &mut budget);
    *left = left.saturating_sub(state.meter.visited + budget.work.entries);
    matches!(found, Existence::Refuted(_))
}
