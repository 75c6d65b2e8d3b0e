//! `tables/towns.csv`: every town of every scenario, what is decided for it, and whether a station reaches it in time.

use super::Drawn;
use crate::table::{Table, maybe, text, yes_no};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "code",
        "name",
        "district",
        "tier",
        "built_up_km2",
        "rule",
        "class_required",
        "class_before",
        "decision",
        "station",
        "class_after",
        "nearest_s_before",
        "nearest_s_after",
        "nearest_station_after",
        "outside_before",
        "outside_after",
    ]);
    for scenario in &plan.scenarios {
        for t in &scenario.towns {
            table.row(vec![
                scenario.name.clone(),
                t.code.clone(),
                t.name.clone(),
                text(t.district.as_ref()),
                t.tier.clone(),
                maybe(t.built_up_km2),
                text(t.rule.as_ref()),
                text(t.class_required.as_ref()),
                text(t.class_before.as_ref()),
                t.decision.clone(),
                text(t.station.as_ref()),
                text(t.class_after.as_ref()),
                maybe(t.nearest_s_before),
                maybe(t.nearest_s_after),
                text(t.nearest_station_after.as_ref()),
                yes_no(Some(t.outside_before)),
                yes_no(Some(t.outside_after)),
            ]);
        }
    }
    table.finish()
}
