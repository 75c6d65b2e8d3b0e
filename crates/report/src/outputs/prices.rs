//! `tables/prices.csv`: what would be gained without each rule, a row a level.

use super::Drawn;
use crate::table::{Table, maybe, yes_no};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "rule",
        "title",
        "title_zh",
        "severity",
        "conditions",
        "status",
        "level",
        "unit",
        "with_rule",
        "without_rule",
        "gain_at_least",
        "gain_at_most",
        "earlier_levels_proven",
        "message",
        "message_zh",
    ]);
    for scenario in &plan.scenarios {
        for p in &scenario.prices {
            let head = [
                scenario.name.clone(),
                p.rule.clone(),
                p.title.clone(),
                p.title_zh.clone(),
                p.severity.clone(),
                p.conditions.to_string(),
                p.status.clone(),
            ];
            let words = [p.message.clone(), p.message_zh.clone()];
            if p.gains.is_empty() {
                let blank = vec![String::new(); 7];
                table.row(head.iter().cloned().chain(blank).chain(words.clone()).collect());
            }
            for d in &p.gains {
                let figures = [
                    d.level.clone(),
                    d.unit.clone(),
                    maybe(d.plan),
                    maybe(d.other),
                    maybe(d.at_least),
                    maybe(d.at_most),
                    yes_no(Some(d.earlier_proven)),
                ];
                table.row(head.iter().cloned().chain(figures).chain(words.clone()).collect());
            }
        }
    }
    table.finish()
}
