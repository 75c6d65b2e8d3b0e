//! `tables/phases.csv`: the plan year by year, with the coverage at the end of each year.

use super::Drawn;
use crate::table::{Table, figure, maybe};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "year",
        "nature",
        "build_limit",
        "budget",
        "works",
        "stations",
        "cost",
        "demand_covered",
        "share",
        "mean_s",
        "towards_targets",
        "status",
        "gap",
        "message",
        "message_zh",
    ]);
    for scenario in &plan.scenarios {
        let Some(phasing) = &scenario.phasing else { continue };
        for (at, y) in phasing.years.iter().enumerate() {
            let last = at + 1 == phasing.years.len();
            let said = |text: &String| if last { text.clone() } else { String::new() };
            table.row(vec![
                scenario.name.clone(),
                y.year.to_string(),
                phasing.nature.clone(),
                y.build_limit.map(|n| n.to_string()).unwrap_or_default(),
                maybe(y.budget),
                y.stations.len().to_string(),
                y.stations.join(" "),
                figure(y.cost),
                figure(y.demand_covered),
                maybe(y.share),
                maybe(y.mean_s),
                figure(y.towards_targets),
                y.status.clone(),
                maybe(y.gap),
                said(&phasing.message),
                said(&phasing.message_zh),
            ]);
        }
    }
    table.finish()
}
