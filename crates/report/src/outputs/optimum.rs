//! `tables/optimum.csv`: what was proven, level by level.

use super::Drawn;
use crate::table::{Table, maybe, text};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "level",
        "sense",
        "unit",
        "objective",
        "bound",
        "gap",
        "status",
        "method",
        "stopped_by",
    ]);
    for scenario in &plan.scenarios {
        let o = &scenario.optimum;
        for l in &o.levels {
            table.row(vec![
                scenario.name.clone(),
                l.name.clone(),
                l.sense.clone(),
                l.unit.clone(),
                maybe(l.objective),
                maybe(l.bound),
                maybe(l.gap),
                l.status.clone(),
                o.method.clone(),
                text(o.stopped_by.as_ref()),
            ]);
        }
    }
    table.finish()
}
