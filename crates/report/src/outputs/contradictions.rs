//! `tables/contradictions.csv`: where the sources contradict each other or themselves.

use super::Drawn;
use crate::table::{Table, maybe};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table =
        Table::new(["quantity", "kind", "district", "says", "difference", "scenarios", "message", "message_zh"]);
    for c in &plan.contradictions {
        let says: Vec<String> =
            c.says.iter().map(|s| format!("{} ({}, {}): {}", s.source, s.article, s.how, s.value)).collect();
        let scenarios: Vec<String> = c.scenarios.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        table.row(vec![
            c.quantity.clone(),
            c.kind.clone(),
            c.district.clone(),
            says.join(" | "),
            maybe(c.difference),
            scenarios.join(" | "),
            c.message.clone(),
            c.message_zh.clone(),
        ]);
    }
    table.finish()
}
