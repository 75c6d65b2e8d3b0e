//! Trials: closing sites one by one because opening any of them raises the bound to the target.
//!
//! At a node with much left to do most sites would be found too poor again and again, in every branch below. Opening each of them once,
//! up here, and climbing without branching closes them for the whole subtree, and the bound of what is left rises by itself. A trial has
//! few steps at a time and goes on from its prices when it has its turn again: by then other sites are closed, and it has less to do. In the
//! proof a chunk of closed sites is one branch: a case for each of them open, which is a leaf or a short chain, and the case that all
//! are closed, where the search goes on.

use std::sync::Arc;

use firesite_problem::Node;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::ascent::{Ascent, Pace};
use super::node::{Above, Case, Goal, Worked, work};
use crate::budget::Budget;

/// Sites tried before the problem shrinks and climbs again. Fixed, so that nothing depends on the number of threads.
const CHUNK: usize = 64;

/// Trials pay while this share of the way from the root's bound to the target is left; below it the tree is quicker.
const LEAST_ROOM: f64 = 0.5;

/// Steps of a trial before others have their turn.
const LOOK: u32 = 50;

/// A trial that would take more runs than this at the pace of its last is given up.
const HOPELESS: f64 = 8.0;

/// Where a trial got, and the prices of the root's rows there.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) bound: i64,
    pub(super) pace: Pace,
    pub(super) prices: Box<[f32]>,
}

/// What is known of a site.
#[derive(Debug)]
struct Known {
    kept: Arc<Kept>,
    /// What the last run gained.
    gain: i64,
}

/// What is known from the trials at a node.
#[derive(Debug, Default)]
pub(super) struct Trials {
    known: FxHashMap<u32, Known>,
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

    /// The sites to try next, those first that need least; empty when trials do not pay (any more).
    pub(super) fn next(&mut self, ascent: &Ascent, goal: &Goal<'_>) -> Vec<u32> {
        let room = (goal.target - ascent.best) as f64 / (goal.target - goal.root).max(1) as f64;
        if self.over || room < LEAST_ROOM {
            return Vec::new();
        }
        let problem = &ascent.problem;
        // How many runs a site still needs, by the pace of its last.
        let mut sites: Vec<(f64, u32)> = Vec::new();
        for j in 0..problem.sites() as u32 {
            let reduced = ascent.value - ascent.last + ascent.rho[j as usize];
            let need = match self.known.get(&problem.id[j as usize]) {
                None => (goal.target - reduced).max(0) as f64 / (goal.target - ascent.value).max(1) as f64,
                Some(known) => (goal.target - known.kept.bound) as f64 / (known.gain as f64).max(1.0),
            };
            if need < HOPELESS {
                sites.push((need, j));
            }
        }
        if sites.is_empty() {
            self.over = true;
        }
        sites.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        sites.truncate(CHUNK);
        sites.into_iter().map(|(_, j)| j).collect()
    }

    /// Opens each of some sites on trial. `above` is the node they are tried at.
    pub(super) fn run(&mut self, above: &Arc<Above>, sites: &[u32], goal: &Goal<'_>, budget: &Budget) -> Tried {
        let id = &above.ascent.problem.id;
        let case = |&j: &u32| {
            let known = self.known.get(&id[j as usize]);
            Case::trial(above, j, LOOK, known.map(|k| Arc::clone(&k.kept)))
        };
        let worked: Vec<Worked> = sites.par_iter().map(|j| work(&case(j), goal, budget.fork())).collect();
        let mut tried = Tried::default();
        for (&j, trial) in sites.iter().zip(worked) {
            tried.visited += trial.visited;
            tried.steps += trial.steps;
            let site = id[j as usize];
            if trial.better.is_some() {
                tried.better = trial.better;
            } else if trial.closed {
                self.known.remove(&site);
                tried.closed.push((j, trial.nodes));
            } else if let Some(kept) = trial.kept {
                let old = self.known.get(&site);
                let from = old.map_or(above.ascent.value, |k| k.kept.bound);
                let gain = (kept.bound - from).max(0);
                self.known.insert(site, Known { kept: Arc::new(kept), gain });
            }
        }
        tried
    }
}
