//! One node of the tree: climb, fix, close or branch, and write it down.

use std::sync::Arc;

use firesite_problem::{Node, Then};

use super::ascent::{Ascent, Climbed, Pace};
use super::pacing::Pacing;
use super::problem::Covering;
use super::trial::{Kept, Trials};
use crate::budget::Budget;
use crate::dual::{Fix, MUST, Prices, Proof, Steps};

/// What is to be shown below a root: that no plan costs less than `target`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal<'a> {
    pub(crate) target: i64,
    /// Bound of the root.
    pub(crate) root: i64,
    /// Value of the best plan; the steps aim at it.
    pub(crate) upper: i64,
    /// Cap of each row of the root.
    pub(crate) weight: &'a [i64],
    pub(crate) proof: &'a Proof,
    pub(crate) steps: Steps,
    /// How the target comes down when a limit is near, if it may.
    pub(crate) pacing: Option<Pacing>,
}

/// A branched node, shared by its children.
#[derive(Debug)]
pub(super) struct Above {
    pub(super) ascent: Ascent,
    prices: Prices,
}

/// A node to be worked on: the node above and what the branch decides.
#[derive(Debug, Clone)]
pub(super) struct Case {
    above: Arc<Above>,
    open: Option<u32>,
    closed: Arc<[u32]>,
    /// How many of `closed` are.
    earlier: usize,
    /// The root, where the target may come down.
    root: bool,
    /// A trial, to be closed or given up, not branched: how many steps it has, and where it got before.
    trial: Option<(u32, Option<Arc<Kept>>)>,
}

impl Case {
    /// The root, with its prices.
    pub(super) fn root(problem: Covering, slots: usize, opened: &[u32], prices: &Prices) -> Case {
        let u = problem.merged(&prices.row);
        let ascent = Ascent::new(problem, slots, opened.to_vec(), u);
        let above = Arc::new(Above { ascent, prices: prices.clone() });
        Case { above, open: None, closed: Arc::new([]), earlier: 0, root: true, trial: None }
    }

    /// A site opened on trial.
    pub(super) fn trial(above: &Arc<Above>, site: u32, steps: u32, kept: Option<Arc<Kept>>) -> Case {
        Case {
            above: Arc::clone(above),
            open: Some(site),
            closed: Arc::new([]),
            earlier: 0,
            root: false,
            trial: Some((steps, kept)),
        }
    }

    /// The case as a leaf that is left open, with a bound that its prices, those of the node above, reach.
    pub(super) fn left_open(&self, goal: &Goal<'_>) -> (Vec<Node>, i64) {
        let above = &self.above;
        let mut proof = goal.proof.empty();
        let now = Prices { slot: -above.ascent.last, ..above.prices.clone() };
        proof.push(&above.prices, &now, &[], &[], Then::Leaf);
        (proof.nodes, above.ascent.value)
    }

    fn fixings(&self) -> impl Iterator<Item = (u32, Fix)> + '_ {
        let closed = self.closed[..self.earlier].iter().map(|&j| (j, Fix::Closed));
        closed.chain(self.open.map(|j| (j, Fix::Open)))
    }
}

/// What became of a node.
#[derive(Debug, Default)]
pub(super) struct Worked {
    /// Its part of the proof: a chain, the last of which is a leaf or has a child for each case.
    pub(super) nodes: Vec<Node>,
    pub(super) cases: Vec<Case>,
    /// Whether it is closed: nothing is left to branch.
    pub(super) closed: bool,
    /// Where a trial got that is not closed.
    pub(super) kept: Option<Kept>,
    /// The target in the end.
    pub(super) target: i64,
    /// The bound at which a limit left it open.
    pub(super) left: Option<i64>,
    /// A plan below the target: then the goal does not hold.
    pub(super) better: Option<Vec<u32>>,
    /// Sites that the bound selected, with those already open: perhaps a good plan.
    pub(super) hint: Option<Vec<u32>>,
    pub(super) visited: u64,
    pub(super) steps: u64,
}

/// Sites of the root fixed by reduced costs, and the prices that justify it.
struct Event {
    prices: Prices,
    close: Vec<u32>,
    open: Vec<u32>,
    next: i64,
}

/// Works on a node until it is closed or has to be branched.
/// The budget is a part of the search's: it ends trials, and the node is left open.
pub(super) fn work(case: &Case, goal: &Goal<'_>, mut budget: Budget) -> Worked {
    if budget.spent() {
        // Only a clock can say so here: a limit on work is asked between batches.
        let (nodes, bound) = case.left_open(goal);
        return Worked { nodes, left: Some(bound), target: goal.target, ..Worked::default() };
    }
    let mut before = case.above.prices.clone();
    let mut trials = Trials::new(case.trial.is_some());
    let mut ascent = case.above.ascent.clone();
    (ascent.visited, ascent.steps) = (0, 0);
    ascent.settle(case.fixings());
    let mut proof = goal.proof.empty();
    let mut worked = Worked::default();
    let mut goal = *goal;
    let mut began: Option<Ascent> = None;
    let mut events: Vec<Event> = Vec::new();
    let mut steps = goal.steps;
    let mut pace = Pace::new(&steps);
    if let Some((most, kept)) = &case.trial {
        steps.most = *most;
        if let Some(kept) = kept {
            ascent.resume(&kept.prices);
            pace = kept.pace.again();
        }
    }
    loop {
        if ascent.exhausted() {
            if ascent.value < goal.target {
                worked.better = Some(ascent.opened.clone());
                break;
            }
            let last = write(&mut proof, &before, &events);
            let mut now = prices(&ascent, &last, &goal, 0);
            if ascent.slots == 0 {
                // What closed sites could still save does not matter: no slot is left for them.
                now.slot = now.row.iter().fold(1i64, |sum, &v| sum.saturating_add(v.max(0))).min(MUST);
            }
            proof.push(&last, &now, &[], &[], Then::Leaf);
            worked.closed = true;
            break;
        }
        match ascent.climb(&steps, &mut pace, goal.target, goal.upper) {
            Climbed::Reached => {
                ascent.restore_best();
                if let Some(began) = &mut began {
                    let now = prices(&ascent, &before, &goal, 0);
                    began.restart(&now.row);
                    if began.value >= goal.target {
                        // The last prices need none of the fixings.
                        events.clear();
                        (began.visited, began.steps) = (ascent.visited, ascent.steps);
                        std::mem::swap(began, &mut ascent);
                    }
                }
                let last = write(&mut proof, &before, &events);
                let wanted = ascent.problem.merged(&last.row);
                ascent.approach(&wanted, goal.target);
                let now = prices(&ascent, &last, &goal, -ascent.next);
                proof.push(&last, &now, &[], &[], Then::Leaf);
                worked.closed = true;
                break;
            }
            Climbed::Fixable => {
                let (fix, event) = decide(&ascent, events.last().map_or(&before, |e| &e.prices), &goal);
                events.push(event);
                if began.is_none() {
                    began = Some(ascent.clone());
                }
                ascent.settle(fix.into_iter());
            }
            Climbed::Settled if case.trial.is_some() => {
                ascent.restore_best();
                let prices = ascent.problem.spread(&ascent.u, &ascent.cap, &before.row, goal.weight);
                let prices = prices.iter().map(|&v| v as f32).collect();
                worked.kept = Some(Kept { bound: ascent.best, pace, prices });
                break;
            }
            Climbed::Settled => {
                if ascent.free.len() < ascent.problem.sites() {
                    ascent = ascent.shrink();
                }
                let sites = trials.next(&ascent, &goal);
                if !sites.is_empty() {
                    let last = write(&mut proof, &before, &events);
                    let now = prices(&ascent, &last, &goal, -ascent.last);
                    let above = Arc::new(Above { prices: now.clone(), ascent: ascent.clone() });
                    let tried = trials.run(&above, &sites, &goal, &budget);
                    worked.visited += tried.visited;
                    worked.steps += tried.steps;
                    budget.charge(tried.visited as usize);
                    if tried.better.is_some() {
                        worked.better = tried.better;
                        break;
                    }
                    (before, began) = (last, None);
                    events.clear();
                    if !tried.closed.is_empty() {
                        let ids: Vec<u32> = tried.closed.iter().map(|(j, _)| ascent.problem.id[*j as usize]).collect();
                        proof.push(&before, &now, &[], &[], proof.among(&ids));
                        ascent.settle(tried.closed.iter().map(|&(j, _)| (j, Fix::Closed)));
                        for (_, nodes) in tried.closed {
                            proof.nodes.extend(nodes);
                        }
                        before = now;
                        pace = Pace::new(&steps);
                    }
                    if let Some(pacing) = goal.pacing.filter(|_| case.root) {
                        goal.target = goal.target.min(pacing.target(&budget));
                    }
                    if budget.spent() {
                        let left = prices(&ascent, &before, &goal, -ascent.next);
                        proof.push(&before, &left, &[], &[], Then::Leaf);
                        worked.left = Some(ascent.value);
                        break;
                    }
                    continue;
                }
                let Some(sites) = row_to_branch(&ascent, goal.target) else {
                    // Every row has one site: full prices are exact.
                    let full = ascent.cap.clone();
                    ascent.goto(&full);
                    if ascent.value < goal.target {
                        worked.better = Some(plan(&ascent));
                        break;
                    }
                    let last = write(&mut proof, &before, &events);
                    let now = prices(&ascent, &last, &goal, -ascent.next);
                    proof.push(&last, &now, &[], &[], Then::Leaf);
                    worked.closed = true;
                    break;
                };
                worked.hint = Some(plan(&ascent));
                let ids: Vec<u32> = sites.iter().map(|&j| ascent.problem.id[j as usize]).collect();
                let now = branch(&mut proof, &before, &ascent, began.as_mut(), &events, &goal, &ids);
                let closed: Arc<[u32]> = sites.into();
                let above = Arc::new(Above { prices: now, ascent: ascent.clone() });
                let case = |m: usize| Case {
                    above: Arc::clone(&above),
                    open: closed.get(m).copied(),
                    closed: Arc::clone(&closed),
                    earlier: m,
                    root: false,
                    trial: None,
                };
                worked.cases = (0..=closed.len()).map(case).collect();
                break;
            }
        }
    }
    worked.target = goal.target;
    worked.nodes = proof.nodes;
    worked.visited += ascent.visited;
    worked.steps += ascent.steps;
    worked
}

/// Open sites and the selected ones.
fn plan(ascent: &Ascent) -> Vec<u32> {
    let chosen = ascent.problem.id.iter().zip(&ascent.chosen).filter(|(_, c)| **c).map(|(&id, _)| id);
    ascent.opened.iter().copied().chain(chosen).collect()
}

fn prices(ascent: &Ascent, before: &Prices, goal: &Goal<'_>, slot: i64) -> Prices {
    Prices { row: Arc::new(ascent.problem.spread(&ascent.u, &ascent.cap, &before.row, goal.weight)), slot }
}

/// The sites that the current prices decide.
fn decide(ascent: &Ascent, before: &Prices, goal: &Goal<'_>) -> (Vec<(u32, Fix)>, Event) {
    let fix = ascent.free.iter().map(|&j| (j, ascent.decided(j as usize, goal.target)));
    let fix: Vec<(u32, Fix)> = fix.filter(|(_, fix)| *fix != Fix::Free).collect();
    let of = |what: Fix| {
        let sites = fix.iter().filter(|(_, fix)| *fix == what);
        sites.map(|&(j, _)| ascent.problem.id[j as usize]).collect::<Vec<_>>()
    };
    let event = Event {
        prices: prices(ascent, before, goal, -ascent.last),
        close: of(Fix::Closed),
        open: of(Fix::Open),
        next: -ascent.next,
    };
    (fix, event)
}

/// Writes the fixings; the prices after them.
fn write(proof: &mut Proof, before: &Prices, events: &[Event]) -> Prices {
    let mut last = before.clone();
    for event in events {
        let mut now = event.prices.clone();
        if !event.close.is_empty() {
            proof.push(&last, &now, &event.close, &[], Then::Next);
            last = now.clone();
        }
        if !event.open.is_empty() {
            now.slot = event.next;
            proof.push(&last, &now, &[], &event.open, Then::Next);
            last = now;
        }
    }
    last
}

/// Writes the fixings and the branch. The children share its prices.
fn branch(
    proof: &mut Proof,
    before: &Prices,
    ascent: &Ascent,
    began: Option<&mut Ascent>,
    events: &[Event],
    goal: &Goal<'_>,
    ids: &[u32],
) -> Prices {
    let then = proof.among(ids);
    let Some(began) = began else {
        let now = prices(ascent, before, goal, -ascent.last);
        proof.push(before, &now, &[], &[], then);
        return now;
    };
    // Often the last prices justify all fixings at once.
    let now = prices(ascent, before, goal, 0);
    began.restart(&now.row);
    let close: Vec<u32> = events.iter().flat_map(|e| e.close.iter().copied()).collect();
    let open: Vec<u32> = events.iter().flat_map(|e| e.open.iter().copied()).collect();
    let justified = |list: &[u32], wanted: Fix| {
        list.iter().all(|id| {
            let j = began.problem.id.binary_search(id);
            j.is_ok_and(|j| began.decided(j, goal.target) == wanted)
        })
    };
    if justified(&close, Fix::Closed) && justified(&open, Fix::Open) {
        let mut now = Prices { slot: -began.last, ..now };
        if open.is_empty() {
            proof.push(before, &now, &close, &[], then);
            return now;
        }
        let mut last = before.clone();
        if !close.is_empty() {
            proof.push(before, &now, &close, &[], Then::Next);
            last = now.clone();
        }
        now.slot = -began.next;
        proof.push(&last, &now, &[], &open, then);
        return now;
    }
    let last = write(proof, before, events);
    let now = prices(ascent, &last, goal, -ascent.last);
    proof.push(&last, &now, &[], &[], then);
    now
}

/// The sites of the row with the least left to decide, the least promising first.
fn row_to_branch(ascent: &Ascent, target: i64) -> Option<Vec<u32>> {
    let problem = &ascent.problem;
    let room = (target - ascent.value).max(1) as f64;
    let share: Vec<f64> = (0..problem.sites())
        .map(|j| {
            let loss = if ascent.chosen[j] { 0 } else { ascent.rho[j] - ascent.last };
            0.3 + (1.0 - loss as f64 / room).max(0.0)
        })
        .collect();
    let mut best = (f64::INFINITY, usize::MAX);
    for i in 0..problem.rows() {
        let sites = problem.row(i);
        let mass: f64 = sites.iter().map(|&j| ascent.average[j as usize]).sum();
        let left: f64 = sites.iter().map(|&j| share[j as usize]).sum();
        // A row that is surely covered or surely not says nothing.
        let score = left * (1.0 + 4.0 * (mass - 1.0).abs());
        if sites.len() > 1 && score < best.0 {
            best = (score, i);
        }
    }
    if best.1 == usize::MAX {
        return None;
    }
    let mut sites = problem.row(best.1).to_vec();
    sites.sort_by_key(|&j| (std::cmp::Reverse(ascent.rho[j as usize]), j));
    Some(sites)
}
