//! `tables/compliance.csv`: every rule on every subject, before and after; breaches of soft rules with their rank.

use super::Drawn;
use crate::table::{Table, maybe, text, yes_no};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "rule",
        "title",
        "title_zh",
        "subject",
        "subject_kind",
        "district",
        "district_name",
        "required",
        "standing",
        "proposed",
        "unit",
        "met",
        "status",
        "breach",
        "rank",
        "severity",
        "binding",
        "reason",
        "reason_zh",
        "source",
        "quote",
        "confidence",
        "unverified",
    ]);
    // What is judged on the candidates belongs to no scenario.
    let of_scenarios = plan.scenarios.iter().map(|s| (s.name.as_str(), &s.compliance));
    for (scenario, lines) in of_scenarios.chain([("", &plan.candidate_compliance)]) {
        for c in lines {
            table.row(vec![
                scenario.to_owned(),
                c.rule.clone(),
                c.title.clone(),
                c.title_zh.clone(),
                c.subject.clone(),
                c.subject_kind.clone(),
                text(c.district.as_ref()),
                text(c.district_name.as_ref()),
                maybe(c.required),
                maybe(c.standing),
                maybe(c.proposed),
                c.unit.clone(),
                yes_no(c.met),
                c.status.clone(),
                maybe(c.breach),
                c.rank.map(|r| r.to_string()).unwrap_or_default(),
                c.severity.clone(),
                yes_no(Some(c.binding)),
                c.reason.clone(),
                c.reason_zh.clone(),
                c.source.clone(),
                text(c.quote.as_ref()),
                c.confidence.clone(),
                c.unverified.join("; "),
            ]);
        }
    }
    table.finish()
}
