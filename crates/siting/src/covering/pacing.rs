//! Lowering a goal under way when a limit would end the search before it is reached.
//!
//! What is closed against a goal is closed against every easier one, so a goal that comes too late can give way, and most of what was
//! done for it counts for the easier one.

use crate::budget::Budget;

/// Share of what was left of a limit after which a goal begins to give way.
const LATE: f64 = 0.5;

/// A goal, when it began, and how far it may give way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pacing {
    target: i64,
    /// An easier goal that is known to hold.
    known: i64,
    spent: f64,
    left: f64,
}

impl Pacing {
    /// For a goal that begins now; `None` without a limit.
    pub(crate) fn new(target: i64, known: i64, budget: &Budget) -> Option<Self> {
        let (spent, left) = budget.spending();
        left.filter(|&left| left > 0.0 && known < target).map(|left| Pacing { target, known, spent, left })
    }

    /// The target by now: the goal, and after a while less and less, down to what is known when the limit is reached.
    pub(super) fn target(&self, budget: &Budget) -> i64 {
        let passed = (budget.spending().0 - self.spent) / self.left;
        let given = ((passed - LATE) / (1.0 - LATE)).clamp(0.0, 1.0);
        self.target - (given * (self.target - self.known) as f64) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[test]
    fn a_goal_holds_until_late_and_gives_way_to_what_is_known() {
        let mut budget = Budget::new(&Options::default().with_work_limit(100));
        budget.charge(20_000_000);
        let pacing = Pacing::new(1000, 600, &budget).expect("a limit");
        budget.charge(40_000_000);
        assert_eq!(pacing.target(&budget), 1000);
        budget.charge(20_000_000);
        assert_eq!(pacing.target(&budget), 800);
        budget.charge(40_000_000);
        assert_eq!(pacing.target(&budget), 600);
        assert!(Pacing::new(600, 600, &budget).is_none());
        assert!(Pacing::new(1000, 600, &Budget::new(&Options::default())).is_none());
    }
}
