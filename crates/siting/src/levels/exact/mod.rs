//! The same bounds in integers: what a certificate may say.
//!
//! The ascent works on merged rows and shared profiles in floating point. Here its prices become integers in units of `1 / scale`, one
//! per row class of the certificate, and every bound is recomputed exactly as the checker will.

mod bound;
mod multipliers;
mod prices;

pub(super) use bound::part_state;

use firesite_problem::classes::{Classes, Goal};
use firesite_problem::{Instance, Objective, Sense};

use super::flat::{Flat, View};
use super::state::NONE;

/// Owner of what touches several parts.
pub(super) const SPANS: u32 = u32::MAX;

/// What is proven about a level, in the certificate's own terms.
pub(super) struct Frame<'a> {
    pub instance: &'a Instance,
    pub flat: &'a Flat,
    pub view: &'a View,
    pub scale: i64,
    pub classes: Classes,
    /// Prices of cover, cost, count and time by the level and the held ones, in `1 / scale`.
    pub cover: i64,
    pub cost: i64,
    pub count: i64,
    pub time: i64,
    /// Price of each held level, its value.
    pub held: Vec<i64>,
    pub held_values: Vec<i64>,
    /// Merged row of each class; [`NONE`] where fixed sites settle it.
    row_of_class: Vec<u32>,
    pub parts: Vec<Part>,
    /// Part of each site of the instance.
    pub part_of: Vec<u32>,
    class_part: Vec<u32>,
    constraint_part: Vec<u32>,
    group_part: Vec<u32>,
    set_of: Vec<u32>,
    any: bool,
    /// Position among the flat sites.
    pub rank: Vec<u32>,
    /// Multipliers of what spans parts (and the starting ones of the parts).
    pub root: Integers,
}

/// A part: positions are those of the instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub sites: Vec<u32>,
    pub sets: Vec<Vec<u32>>,
    classes: Vec<u32>,
    spanning: Vec<u32>,
    pub constraints: Vec<u32>,
    pub groups: Vec<u32>,
}

/// Multipliers of everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Integers {
    pub rows: Vec<i64>,
    pub constraints: Vec<i64>,
    pub caps: Vec<i64>,
    pub floors: Vec<i64>,
}

/// Multipliers of one part at one node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PartIntegers {
    /// Of the part's classes; `None`: every class at the cost of leaving it unserved.
    rows: Option<Vec<i64>>,
    constraints: Vec<i64>,
    /// Of the counts of the tree, outermost first.
    counts: Vec<i64>,
    caps: Vec<i64>,
    floors: Vec<i64>,
}

/// A count of the tree, in the instance's positions.
#[derive(Debug, Clone)]
pub(super) struct Count {
    pub sites: Vec<u32>,
    pub sense: Sense,
    pub rhs: i64,
}

/// An exact bound with the reduced cost of each site of the part (in the part's order).
pub(super) struct ExactBound {
    pub value: i128,
    pub reduced: Vec<i128>,
    pub set_value: Vec<i128>,
}

/// What a frame is about.
pub(super) struct Subject<'a> {
    /// Position of the level; `None`: that no feasible plan exists.
    pub level: Option<usize>,
    pub scale: i64,
    /// Prices of the held levels in `1 / scale`.
    pub held: Vec<i64>,
    pub held_values: Vec<i64>,
    /// Component of each flat site.
    pub component: &'a [u32],
    pub components: usize,
}

impl<'a> Frame<'a> {
    pub(super) fn new(instance: &'a Instance, flat: &'a Flat, subject: Subject<'_>) -> Self {
        let goal = Goal { level: subject.level, within: None };
        let classes = Classes::new(instance, goal);
        let (mut cover, mut cost, mut count, mut time) = (0, 0, 0, 0);
        let mut raise = |objective: Objective, by: i64| match objective {
            Objective::Cover => cover += by,
            Objective::Cost => cost += by,
            Objective::Count => count += by,
            Objective::Time => time += by,
            Objective::Center => {}
        };
        if let Some(level) = subject.level {
            for (k, &price) in subject.held.iter().enumerate() {
                raise(instance.levels[k], price);
            }
            raise(instance.levels[level], subject.scale);
        }
        let timed = goal.timed(instance);
        let view = if timed { flat.time.as_ref().unwrap_or(&flat.cover) } else { &flat.cover };
        let mut row_of_class = vec![NONE; classes.len()];
        for (r, members) in view.members.iter().enumerate() {
            for &i in members {
                if let Some(c) = classes.of_row[i as usize] {
                    row_of_class[c as usize] = r as u32;
                }
            }
        }
        let n = instance.sites.len();
        let mut part_of = vec![0; n];
        let mut rank = vec![0; n];
        for (k, &j) in flat.origin.iter().enumerate() {
            part_of[j as usize] = subject.component[k];
            rank[j as usize] = k as u32;
        }
        let mut parts = vec![Part::default(); subject.components];
        for (j, &q) in part_of.iter().enumerate() {
            parts[q as usize].sites.push(j as u32);
        }
        let mut set_of = vec![0; n];
        for set in &flat.sets {
            let members: Vec<u32> = set.iter().map(|&k| flat.origin[k as usize]).collect();
            let part = &mut parts[part_of[members[0] as usize] as usize];
            for &j in &members {
                set_of[j as usize] = part.sets.len() as u32;
            }
            part.sets.push(members);
        }
        let mut class_part = Vec::with_capacity(classes.len());
        let mut group: Vec<Option<u32>> = vec![None; instance.groups.len()];
        for i in 0..classes.len() {
            let class = &classes.classes[i];
            let mut q: Option<u32> = None;
            let mut touched: Vec<u32> = Vec::new();
            let fixed = classes.entries(i).iter().find(|e| e.serves && instance.sites[e.site as usize].fixed);
            let fixed = fixed.map(|e| (e.time, !e.covers));
            for e in classes.entries(i) {
                if fixed.is_some_and(|fixed| (e.time, !e.covers) >= fixed) {
                    break;
                }
                let p = part_of[e.site as usize];
                q = Some(q.map_or(p, |known| if known == p { p } else { SPANS }));
                if !touched.contains(&p) {
                    touched.push(p);
                }
            }
            let q = q.unwrap_or(SPANS);
            class_part.push(q);
            if let Some(g) = class.group.filter(|_| !touched.is_empty()) {
                let slot = &mut group[g as usize];
                *slot = Some(slot.map_or(q, |known| if known == q { q } else { SPANS }));
            }
            if q == SPANS {
                for p in touched {
                    parts[p as usize].spanning.push(i as u32);
                }
            }
        }
        let group_part: Vec<u32> = group.into_iter().map(|q| q.unwrap_or(SPANS)).collect();
        for i in 0..classes.len() {
            // A class that fixed sites settle belongs where its group's price is decided.
            if class_part[i] == SPANS
                && let Some(g) = classes.classes[i].group
            {
                class_part[i] = group_part[g as usize];
            }
            if class_part[i] != SPANS {
                parts[class_part[i] as usize].classes.push(i as u32);
            }
        }
        for (g, &q) in group_part.iter().enumerate() {
            if q != SPANS {
                parts[q as usize].groups.push(g as u32);
            }
        }
        let mut constraint_part = Vec::new();
        for (c, constraint) in instance.constraints.iter().enumerate() {
            let mut q: Option<u32> = None;
            for &(j, _) in &constraint.terms {
                let p = part_of[j as usize];
                q = Some(q.map_or(p, |known| if known == p { p } else { SPANS }));
            }
            let q = q.unwrap_or(SPANS);
            if q != SPANS {
                parts[q as usize].constraints.push(c as u32);
            }
            constraint_part.push(q);
        }
        let mut frame = Self {
            instance,
            flat,
            view,
            scale: subject.scale,
            root: Integers {
                rows: vec![0; classes.len()],
                constraints: vec![0; instance.constraints.len()],
                caps: vec![0; instance.groups.len()],
                floors: vec![0; instance.groups.len()],
            },
            classes,
            cover,
            cost,
            count,
            time,
            held: subject.held,
            held_values: subject.held_values,
            row_of_class,
            parts,
            part_of,
            any: subject.level.is_none(),
            class_part,
            constraint_part,
            group_part,
            set_of,
            rank,
        };
        // A group that no part owns earns what the fixed sites cover, up to its cap.
        for (g, group) in instance.groups.iter().enumerate() {
            if frame.group_part[g] == SPANS
                && group.cap.is_some_and(|cap| i64::try_from(cap).is_ok_and(|cap| cap <= flat.settled[g]))
            {
                frame.root.caps[g] = frame.cover;
            }
        }
        for i in 0..frame.classes.len() {
            frame.root.rows[i] = clamp(frame.settled(i, frame.root_reward(i)));
        }
        frame
    }
}

fn clamp(x: i128) -> i64 {
    x.clamp(-(1 << 62), 1 << 62) as i64
}
