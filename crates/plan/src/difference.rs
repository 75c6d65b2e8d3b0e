//! How far two optima lie apart, told honestly: an exact figure where both are proven, else an interval from values and
//! bounds.
//!
//! With `v` the value found and `B` the bound of a level, an optimum lies in `[v, B]` (maximised) or `[B, v]` (minimised), so
//! the difference of two optima lies between the differences of opposite ends. Where one problem is a relaxation of the other
//! and all earlier levels are equal and proven, the relaxation cannot be worse; that closes one more side.

use firesite_problem::{LevelClaim, Objective};
use serde::{Deserialize, Serialize};

use crate::search::unit;

/// By how much one optimum is better than another at one level; below zero: worse. `at_least` = `at_most`: exact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// `cover`, `cost`, `count` or `time`.
    pub level: String,
    /// `max` or `min`.
    pub sense: String,
    /// Unit of the figures.
    pub unit: String,
    /// Value of the plan as it is.
    pub plan: Option<f64>,
    /// Value of the other one.
    pub other: Option<f64>,
    /// The other optimum is better by at least this; null: not known.
    pub at_least: Option<f64>,
    /// And by at most this; null: not known.
    pub at_most: Option<f64>,
    /// Whether all earlier levels are proven in both, so that this speaks of the optima; otherwise it speaks of plans that
    /// hold the earlier values found.
    pub earlier_proven: bool,
}

impl Difference {
    /// Whether the interval is a single figure.
    pub fn exact(&self) -> bool {
        self.at_least.is_some() && self.at_least == self.at_most
    }

    /// Whether it is exactly zero.
    pub fn none(&self) -> bool {
        self.at_least == Some(0.0) && self.at_most == Some(0.0)
    }
}

/// How the other problem relates to that of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Conditions were taken away: it cannot be worse.
    Relaxed,
    /// Conditions were added: it cannot be better.
    Restricted,
    /// Places were added and a condition on them: it may be either.
    Other,
}

/// Level by level, as far as both have claims.
pub(crate) fn differences(
    levels: &[Objective],
    plan: &[LevelClaim],
    other: &[LevelClaim],
    relation: Relation,
) -> Vec<Difference> {
    let mut proven = true;
    let mut equal = true;
    let mut found = Vec::new();
    for ((level, plan), other) in levels.iter().zip(plan).zip(other) {
        // Ends of the two intervals, with "better" upwards.
        let sign = if level.maximised() { 1i128 } else { -1 };
        let up = |x: Option<i64>| x.map(|x| sign * i128::from(x));
        let (v, b, w, c) = (up(plan.objective), up(plan.bound), up(other.objective), up(other.bound));
        let mut least = w.zip(b).map(|(w, b)| w - b);
        let mut most = c.zip(v).map(|(c, v)| c - v);
        if equal {
            match relation {
                Relation::Relaxed => least = Some(least.map_or(0, |x| x.max(0))),
                Relation::Restricted => most = Some(most.map_or(0, |x| x.min(0))),
                Relation::Other => {}
            }
        }
        let (word, scale) = unit(*level);
        let told = |x: Option<i128>| x.map(|x| x as f64 / scale as f64);
        let value = |x: Option<i64>| told(x.map(i128::from));
        found.push(Difference {
            level: level.name().into(),
            sense: level.sense().into(),
            unit: word.into(),
            plan: value(plan.objective),
            other: value(other.objective),
            at_least: told(least),
            at_most: told(most),
            earlier_proven: proven,
        });
        let settled = |x: &LevelClaim| x.objective.is_some() && x.objective == x.bound;
        proven &= settled(plan) && settled(other);
        equal &= proven && plan.objective == other.objective;
    }
    found
}

#[cfg(test)]
mod tests {
    use firesite_problem::Status;

    use super::*;

    fn claim(objective: i64, bound: i64) -> LevelClaim {
        let status = if objective == bound { Status::Optimal } else { Status::Feasible };
        LevelClaim { objective: Some(objective), bound: Some(bound), status }
    }

    fn interval(d: &Difference) -> (Option<f64>, Option<f64>) {
        (d.at_least, d.at_most)
    }

    #[test]
    fn proven_optima_differ_exactly() {
        let levels = [Objective::Cover, Objective::Count];
        let found = differences(
            &levels,
            &[claim(90_000, 90_000), claim(7, 7)],
            &[claim(80_000, 80_000), claim(9, 9)],
            Relation::Restricted,
        );
        assert_eq!(interval(&found[0]), (Some(-10.0), Some(-10.0)));
        assert_eq!(interval(&found[1]), (Some(-2.0), Some(-2.0)));
        assert!(found[0].exact() && found[1].earlier_proven);
    }

    #[test]
    fn open_gaps_give_intervals_that_hold_every_possible_pair() {
        // The optimum of the plan is somewhere in 90..95, that of the relaxation in 91..99: it gains 0 to 9, never less.
        let found = differences(
            &[Objective::Cover, Objective::Count],
            &[claim(90_000, 95_000), claim(7, 6)],
            &[claim(91_000, 99_000), claim(6, 6)],
            Relation::Relaxed,
        );
        assert_eq!(interval(&found[0]), (Some(0.0), Some(9.0)));
        // One station fewer than found, or as many as the bound: 0 or 1, of plans that hold the first level's values.
        assert_eq!(interval(&found[1]), (Some(0.0), Some(1.0)));
        assert!(!found[1].earlier_proven);
    }

    #[test]
    fn a_restriction_is_never_told_as_a_gain() {
        let found =
            differences(&[Objective::Cost], &[claim(5_000, 4_000)], &[claim(4_500, 4_000)], Relation::Restricted);
        assert_eq!(interval(&found[0]), (Some(-0.5), Some(0.0)));
    }
}
