//! `tables/districts.csv`: coverage of each district, a row for each scenario and phase.

use firesite_plan::plan_json::Coverage;

use super::Drawn;
use crate::table::{Table, figure, maybe};

/// The figures of coverage, as columns.
pub(super) const FIGURES: [&str; 10] = [
    "demand_total",
    "demand_covered",
    "share",
    "mean_s",
    "median_s",
    "p90_s",
    "max_s",
    "unreachable",
    "road_km_total",
    "road_km_covered",
];

/// The figures of coverage, as fields.
pub(super) fn figures(c: &Coverage) -> [String; 10] {
    [
        figure(c.demand_total),
        figure(c.demand_covered),
        maybe(c.share),
        maybe(c.mean_s),
        maybe(c.median_s),
        maybe(c.p90_s),
        maybe(c.max_s),
        figure(c.unreachable),
        figure(c.road_km_total),
        figure(c.road_km_covered),
    ]
}

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new(["scenario", "phase", "code", "name", "stations"].into_iter().chain(FIGURES));
    for scenario in &plan.scenarios {
        for d in &scenario.districts {
            let phases =
                [("before", d.stations.before, &d.coverage.before), ("after", d.stations.after, &d.coverage.after)];
            for (phase, stations, coverage) in phases {
                let mut fields =
                    vec![scenario.name.clone(), phase.to_owned(), d.code.clone(), d.name.clone(), stations.to_string()];
                fields.extend(figures(coverage));
                table.row(fields);
            }
        }
    }
    table.finish()
}
