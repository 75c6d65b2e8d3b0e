//! `tables/candidates.csv`: where new stations may stand, and which rules about the place itself they break.

use super::Drawn;
use crate::table::{Table, maybe, text};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let mut table =
        Table::new(["id", "name", "classes", "district", "town", "built_up", "lon", "lat", "access_m", "breaks"]);
    for c in &plan.candidate_sites {
        table.row(vec![
            c.id.clone(),
            c.name.clone(),
            c.classes.join(" "),
            text(c.district.as_ref()),
            text(c.town.as_ref()),
            text(c.built_up.as_ref()),
            format!("{:.7}", c.lon),
            format!("{:.7}", c.lat),
            maybe(c.access_m),
            c.breaks.join(" "),
        ]);
    }
    table.finish()
}
