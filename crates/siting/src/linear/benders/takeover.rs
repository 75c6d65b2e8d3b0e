//! Where the Lagrangian hands over: the region its root leaves, with the prices it has found.

use std::borrow::Cow;

use firesite_problem::{Classes, Instance, Multipliers, Node};

use super::build::Built;
use super::exact::{Decided, Level};
use super::tree::{Incumbent, Search};
use crate::budget::Budget;

/// A region of a one-level instance, as a proof that is under way describes it.
pub(crate) struct Region {
    pub(crate) open: Vec<u32>,
    pub(crate) closed: Vec<u32>,
    /// Multipliers in force there.
    pub(crate) multipliers: Multipliers,
    /// Row multipliers of the best bound met there, to begin with.
    pub(crate) start: Vec<i64>,
    pub(crate) scale: i64,
}

/// What branch and Benders cut makes of a region: nodes that go on with the proof, and the least bound of those left open.
pub(crate) struct Continued {
    pub(crate) nodes: Vec<Node>,
    pub(crate) lowest: i128,
}

/// Searches a region of an instance of one level. `None` when its figures are too large for a linear program.
pub(crate) fn proceed(
    instance: &Instance,
    classes: &Classes,
    region: Region,
    incumbent: &mut dyn Incumbent,
    budget: &mut Budget,
) -> Option<Continued> {
    let level = Level::with_classes(instance, Some(0), region.scale, Vec::new(), Cow::Borrowed(classes));
    let built = Built::new(&level);
    let mut decided = vec![Decided::Free; instance.sites.len()];
    for &j in &region.closed {
        decided[j as usize] = Decided::Closed;
    }
    for &j in &region.open {
        decided[j as usize] = Decided::Open;
    }
    let mut multipliers = level.zeros();
    multipliers.rows = region.multipliers.rows;
    multipliers.constraints = region.multipliers.constraints;
    multipliers.caps = region.multipliers.caps;
    let prices = built.prices(&level, &Multipliers { rows: region.start, ..multipliers.clone() });
    let mut search = Search::new(&level, &built, decided, incumbent, budget)?;
    search.start(&prices);
    search.run(multipliers);
    Some(Continued { nodes: std::mem::take(&mut search.nodes), lowest: search.lowest })
}
