//! Trials: closing sites one by one because opening any of them raises the bound to the target.
//!
//! At a node with much left to do most sites would be found too poor again and again, in every branch below. Opening each of them once,
//! up here, and climbing without branching closes them for the whole subtree, and the bound of what is left rises by itself. In the
//! proof a chunk of closed sites is one branch: a case for each of them open, which is a leaf or a short chain, and the case that all
//! are closed, where the search goes on.

use std::sync::Arc;

use firesite_problem::Node;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::ascent::Ascent;
use super::node::{Above, Case, Goal, Worked, work};
use crate::budget::Budget;

/// Sites tried before the problem shrinks and climbs again. Fixed, so that nothing depends on the number of threads.
const CHUNK: usize = 32;

/// Trials pay while this share of the way from the root's bound to the target is left; below it the tree is quicker.
const LEAST_ROOM: f64 = 0.5;

/// After so many steps a trial that has not come this share of its way is given up.
pub(super) const LOOK: u32 = 50;
pub(super) const PROMISING: f64 = 0.35;

/// What is known from the trials at a node.
#[derive(Debug, Default)]
pub(super) struct Trials {
    /// Sites of the root whose trial has failed in this round.
    failed: FxHashSet<u32>,
    closed: usize,
    tried: usize,
    over: bool,
}

/// What a chunk of trials has shown.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// Sites, local, with the proof that nothing better opens them.
    pub(super) closed: Vec<(u32, Vec<Node>)>,
    /// A plan below the target.
    pub(super) better: Option<Vec<u32>>,
    pub(super) visited: u64,
    pub(super) steps: u64,
}

impl Trials {
    /// Trials where they pay: not below another trial, and with enough of the goal left to do.
    pub(super) fn new(trial: bool) -> Self {
        Trials { over: trial, ..Trials::default() }
    }

    /// The sites to try next, the least promising first; empty when trials do not pay (any more).
    pub(super) fn next(&mut self, ascent: &Ascent, goal: &Goal<'_>) -> Vec<u32> {
        let room = (goal.target - ascent.best) as f64 / (goal.target - goal.root).max(1) as f64;
        if self.over || room < LEAST_ROOM {
            return Vec::new();
        }
        let problem = &ascent.problem;
        let mut sites: Vec<u32> =
            (0..problem.sites() as u32).filter(|&j| !self.failed.contains(&problem.id[j as usize])).collect();
        if sites.is_empty() {
            if self.closed * 10 < self.tried {
                self.over = true;
                return Vec::new();
            }
            *self = Trials::default();
            sites = (0..problem.sites() as u32).collect();
        }
        sites.sort_by_key(|&j| (std::cmp::Reverse(ascent.rho[j as usize] as i64), j));
        sites.truncate(CHUNK);
        sites
    }

    /// Opens each of some sites on trial. `above` is the node they are tried at.
    pub(super) fn run(&mut self, above: &Arc<Above>, sites: &[u32], goal: &Goal<'_>, budget: &Budget) -> Tried {
        let worked: Vec<Worked> =
            sites.par_iter().map(|&j| work(&Case::trial(above, j), goal, budget.fork())).collect();
        let mut tried = Tried::default();
        for (&j, trial) in sites.iter().zip(worked) {
            tried.visited += trial.visited;
            tried.steps += trial.steps;
            if trial.better.is_some() {
                tried.better = trial.better;
            } else if trial.closed {
                tried.closed.push((j, trial.nodes));
            } else {
                self.failed.insert(above.ascent.problem.id[j as usize]);
            }
        }
        self.tried += sites.len();
        self.closed += tried.closed.len();
        tried
    }
}
