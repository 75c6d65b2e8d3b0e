//! `tables/n_by_area.csv`: N by area beside N by time, of each area that a rule names slots for, and which binds.

use super::Drawn;
use crate::table::{Table, figure, maybe, text};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table = Table::new([
        "scenario",
        "district",
        "built_up",
        "name",
        "rule",
        "built_up_km2",
        "slots",
        "slots_km2",
        "n_class",
        "n_class_km2",
        "caps_km2_before",
        "caps_km2_after",
        "n_by_area",
        "n_by_time",
        "n_in_plan",
        "binds",
        "sentence",
        "sentence_zh",
    ]);
    for scenario in &plan.scenarios {
        for b in &scenario.built_up {
            let Some(n) = &b.area_caps else { continue };
            table.row(vec![
                scenario.name.clone(),
                text(b.district.as_ref()),
                b.id.clone(),
                b.name.clone(),
                n.rule.clone(),
                figure(n.built_up_km2),
                n.slots.to_string(),
                maybe(n.slots_km2),
                n.n_class.clone(),
                figure(n.n_class_km2),
                maybe(n.caps_km2_before),
                maybe(n.caps_km2_after),
                n.n_by_area.to_string(),
                n.n_by_time.map(|n| n.to_string()).unwrap_or_default(),
                n.n_in_plan.to_string(),
                n.binds.clone(),
                n.sentence.clone(),
                n.sentence_zh.clone(),
            ]);
        }
    }
    table.finish()
}
