//! `tables/compliance.csv`: every rule on every subject, before and after.

use super::Drawn;
use crate::table::{Table, maybe, text, yes_no};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "rule",
        "subject",
        "district",
        "district_name",
        "required",
        "standing",
        "proposed",
        "unit",
        "met",
        "severity",
        "binding",
        "reason",
        "reason_zh",
        "source",
        "quote",
        "confidence",
    ]);
    for scenario in &plan.scenarios {
        for c in &scenario.compliance {
            table.row(vec![
                scenario.name.clone(),
                c.rule.clone(),
                c.subject.clone(),
                text(c.district.as_ref()),
                text(c.district_name.as_ref()),
                maybe(c.required),
                maybe(c.standing),
                maybe(c.proposed),
                c.unit.clone(),
                yes_no(c.met),
                c.severity.clone(),
                yes_no(Some(c.binding)),
                c.reason.clone(),
                c.reason_zh.clone(),
                c.source.clone(),
                text(c.quote.as_ref()),
                c.confidence.clone(),
            ]);
        }
    }
    table.finish()
}
