//! `tables/stations.csv`: every station of every scenario.

use super::Drawn;
use crate::table::{Table, maybe, text, yes_no};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "id",
        "name",
        "status",
        "class",
        "class_zh",
        "class_before",
        "district",
        "town",
        "built_up",
        "build_mode",
        "year",
        "lon",
        "lat",
        "nature",
        "counted",
        "turnout_s",
        "first_due",
        "covers_alone",
    ]);
    for scenario in &plan.scenarios {
        for s in &scenario.stations {
            table.row(vec![
                scenario.name.clone(),
                s.id.clone(),
                s.name.clone(),
                s.status.clone(),
                text(s.class.as_ref()),
                text(s.class_zh.as_ref()),
                text(s.class_before.as_ref()),
                text(s.district.as_ref()),
                text(s.town.as_ref()),
                text(s.built_up.as_ref()),
                text(s.build_mode.as_ref()),
                s.year.map(|y| y.to_string()).unwrap_or_default(),
                format!("{:.7}", s.lon),
                format!("{:.7}", s.lat),
                s.nature.clone(),
                yes_no(Some(s.counted)),
                maybe(Some(s.turnout_s)),
                maybe(s.first_due),
                maybe(s.covers_alone),
            ]);
        }
    }
    table.finish()
}
