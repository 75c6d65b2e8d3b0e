//! Handing what the root leaves over to branch and Benders cut.

use firesite_problem::{Classes, Instance, Multipliers};

use super::Prices;
use super::tree::Tree;
use super::{Primal, State};
use crate::budget::Budget;
use crate::linear::benders::{Incumbent, Region, proceed};
use crate::options::Engine;

/// What the other engine has to know of the instance, and how its figures differ from those of the tree.
pub(crate) struct Takeover<'a> {
    pub(crate) engine: Engine,
    pub(crate) instance: &'a Instance,
    pub(crate) classes: &'a Classes,
    /// What a class's multiplier in the certificate is above its price in the tree; empty: nothing.
    pub(crate) shift: &'a [i64],
    /// What values in the tree are above those of the certificate, both minimised and in units of 1/scale.
    pub(crate) offset: i64,
    /// Position of the limit on the number of sites among the constraints.
    pub(crate) slot: Option<u32>,
    /// Multipliers of the groups' caps.
    pub(crate) caps: Vec<i64>,
}

/// The tree's best plan in the figures of the certificate.
struct Shifted<'p> {
    primal: &'p mut dyn Primal,
    offset: i64,
}

impl Incumbent for Shifted<'_> {
    fn target(&self) -> i128 {
        i128::from(self.primal.target()) - i128::from(self.offset)
    }

    fn take(&mut self, open: &[u32], _value: i128, _budget: &mut Budget) {
        self.primal.plan(open);
    }
}

impl Tree<'_> {
    /// Goes on by branch and Benders cut where it is asked for. Whether it did.
    pub(super) fn handed_over(&mut self, state: &State, prices: &Prices) -> bool {
        let Some(takeover) = self.takeover.take() else { return false };
        let wanted = takeover.engine == Engine::Benders;
        let gap = (self.primal.target() - state.best).max(0) as f64 / self.primal.upper().abs().max(1) as f64;
        tracing::debug!(
            sites = state.core.sites(),
            rows = state.core.rows(),
            entries = state.core.entries(),
            gap,
            engine = if wanted { "branch and Benders cut" } else { "Lagrangian" },
            "the root leaves a gap"
        );
        wanted && self.hand_over(&takeover, state, prices)
    }

    fn hand_over(&mut self, takeover: &Takeover<'_>, state: &State, prices: &Prices) -> bool {
        let shifted = |row: &[i64]| -> Vec<i64> {
            let by = takeover.shift.iter().copied().chain(std::iter::repeat(0));
            row.iter().zip(by).map(|(&v, s)| v + s).collect()
        };
        let mut constraints = vec![0; takeover.instance.constraints.len()];
        if let Some(slot) = takeover.slot {
            constraints[slot as usize] = -prices.slot;
        }
        let inherited = Multipliers {
            rows: shifted(&prices.row),
            constraints,
            caps: takeover.caps.clone(),
            ..Multipliers::default()
        };
        let mut best = prices.row.to_vec();
        for (&row, &price) in state.core.row.iter().zip(&state.best_u) {
            best[row as usize] = price;
        }
        let region = Region {
            open: state.core.opened.clone(),
            closed: self.proof.nodes.iter().flat_map(|node| node.close.iter().copied()).collect(),
            multipliers: inherited,
            start: shifted(&best),
            scale: self.scale,
        };
        let mut incumbent = Shifted { primal: self.primal, offset: takeover.offset };
        let Some(found) = proceed(takeover.instance, takeover.classes, region, &mut incumbent, self.budget) else {
            return false;
        };
        // The tree's own figures again: they are shifted once the whole proof stands.
        for mut node in found.nodes {
            for (v, s) in node.change.all_rows.iter_mut().zip(takeover.shift) {
                *v -= s;
            }
            for (i, v) in &mut node.change.rows {
                *v -= takeover.shift.get(*i as usize).copied().unwrap_or(0);
            }
            self.proof.nodes.push(node);
        }
        if found.lowest != i128::MAX {
            let lowest = found.lowest + i128::from(takeover.offset);
            self.lowest = self.lowest.min(i64::try_from(lowest).unwrap_or(i64::MAX));
        }
        true
    }
}
