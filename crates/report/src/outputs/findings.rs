//! `tables/findings.csv`: what was odd in the input, counted.

use super::Drawn;
use crate::table::Table;

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new(["code", "severity", "count", "examples"]);
    for f in &plan.findings {
        table.row(vec![f.code.clone(), f.severity.clone(), f.count.to_string(), f.examples.join(" | ")]);
    }
    table.finish()
}
