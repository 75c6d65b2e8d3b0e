//! `tables/ledger.csv`: total = existing + new − closed, a row a scenario.

use super::Drawn;
use crate::table::{Table, maybe};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "title",
        "existing",
        "new",
        "upgraded",
        "closed",
        "total",
        "upgraded_uncounted",
        "uncounted",
        "share_before",
        "share_after",
        "mean_s_before",
        "mean_s_after",
    ]);
    for s in &plan.scenarios {
        let l = &s.ledger;
        let counts = [l.existing, l.new, l.upgraded, l.closed, l.total, l.upgraded_uncounted, l.uncounted];
        let mut fields = vec![s.name.clone(), s.title.clone()];
        fields.extend(counts.map(|n| n.to_string()));
        let (before, after) = (&s.coverage.before, &s.coverage.after);
        fields.extend([before.share, after.share, before.mean_s, after.mean_s].map(maybe));
        table.row(fields);
    }
    table.finish()
}
