//! Proving a goal instead of the optimum: for covering problems whose root gap no tree closes.
//!
//! Prove that nothing is better than the incumbent by more than `allow`, then try a closer goal, and keep the last proof that was
//! finished. The tree of one goal is [`crate::covering`]'s.

use firesite_problem::{Node, Then};

use super::Prices;
use super::tree::Tree;
use super::{State, Steps};
use crate::budget::Budget;
use crate::covering::{Covering, Ended, Goal, Pacing, prove};

/// Share of the root's gap that the first goal leaves.
const FIRST: f64 = 0.75;

impl Tree<'_> {
    /// Goals below a root that is left open. The proof ends up with the best goal reached.
    pub(super) fn pursue(&mut self, mut root: State, prices: &Prices) {
        let begin = self.proof.nodes.len();
        let weight = self.weights(&root);
        let start = self.prices_of(&root.core, &root.best_u);
        self.proof.push(prices, &start, &[], &[], Then::Next);
        let problem = Covering::of(&root.core);
        let mut allow = ((self.primal.target() - root.best).max(0) as f64 * FIRST) as i64;
        let mut pace = Growth::default();
        let mut finished: Option<(Vec<Node>, i64)> = None;
        loop {
            self.primal.allow(allow);
            let target = self.primal.target();
            let (before, _) = self.budget.spending();
            let Tree { primal, budget, proof, .. } = self;
            let goal = Goal {
                target,
                root: root.best,
                upper: primal.upper(),
                weight: &weight,
                proof,
                steps: Steps::GOAL,
                pacing: finished.as_ref().and_then(|(_, known)| Pacing::new(target, *known, budget)),
            };
            let ended =
                prove(problem.clone(), root.core.slots, &root.core.opened, &start, &goal, budget, |plan, budget| {
                    primal.hint(plan, budget);
                });
            match ended {
                // Perhaps an easier goal, the target having come down.
                Ended::Proven(nodes, target) => finished = Some((nodes, target)),
                Ended::Better(plan) => {
                    // The goal counts from the new best plan.
                    self.primal.plan(&plan);
                    continue;
                }
                Ended::Spent(nodes, lowest) => {
                    // What was left open may still be better than the last goal reached.
                    if lowest > finished.as_ref().map_or(root.best, |(_, target)| *target) {
                        finished = Some((nodes, lowest));
                    }
                    break;
                }
            }
            self.primal.allow(0);
            let reached = finished.as_ref().map_or(0, |(_, target)| (self.primal.target() - target).max(0));
            if reached == 0 {
                break;
            }
            pace.note(reached, self.budget.spending().0 - before);
            allow = self.primal.next_goal(pace.next(reached, self.budget));
        }
        self.primal.allow(0);
        match finished {
            Some((nodes, target)) => {
                self.proof.nodes.extend(nodes);
                if target < self.primal.target() {
                    self.lowest = self.lowest.min(target);
                }
            }
            None => {
                self.proof.nodes.truncate(begin);
                self.left_open(&mut root, prices);
            }
        }
    }

    /// Caps of the rows of the whole problem, as far as they are still open.
    fn weights(&self, root: &State) -> Vec<i64> {
        let mut weight = vec![0; self.rows];
        for (&i, &cap) in root.core.row.iter().zip(&root.core.cap) {
            weight[i as usize] = cap;
        }
        weight
    }
}

/// How the cost of a goal grows as it comes closer: as a power of how close it is, as measured on streets.
#[derive(Debug, Default)]
struct Growth {
    /// The last goals and what they cost.
    known: Vec<(i64, f64)>,
}

impl Growth {
    /// The power as long as nothing is known, and the least that is believed.
    const GUESS: f64 = 4.0;
    const LEAST: f64 = 2.0;

    /// Below this power, and with ten times the time of the last goal, the optimum itself is next: half as far cost less than twice.
    const CHEAP: f64 = 1.0;

    fn note(&mut self, goal: i64, cost: f64) {
        self.known.push((goal, cost.max(1e-3)));
    }

    /// The next goal: without a limit some steps closer; with one as close as what is left seems to pay for, the second with a
    /// smaller share, from which the third is better judged.
    fn next(&self, reached: i64, budget: &Budget) -> i64 {
        let at = reached as f64;
        let (_, Some(left)) = budget.spending() else { return (at * 0.85) as i64 };
        let Some(&(_, last)) = self.known.last() else { return (at * 0.85) as i64 };
        let power = match self.known.as_slice() {
            [.., (a, x), (b, y)] if a > b && *b > 0 => (y / x).ln() / (*a as f64 / *b as f64).ln(),
            _ => Self::GUESS,
        };
        if power < Self::CHEAP && left > 10.0 * last {
            return 0;
        }
        let may_cost = left * if self.known.len() < 2 { 0.2 } else { 0.8 };
        let closer = (may_cost / last).max(1.0).powf(-1.0 / power.max(Self::LEAST));
        (at * closer.clamp(0.5, 0.96)) as i64
    }
}
