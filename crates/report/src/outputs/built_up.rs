//! `tables/built_up.csv`: coverage of each built-up area, a row for each scenario and phase.

use super::Drawn;
use super::districts::{FIGURES, figures};
use crate::table::{Table, figure, maybe, text, yes_no};

pub(super) fn draw(drawn: &Drawn<'_>) -> Option<Vec<u8>> {
    let plan = drawn.plan?;
    let head = ["scenario", "phase", "id", "name", "role", "district", "town", "stations", "alpha", "alpha_met"];
    let hollow = ["core_minus_whole_share", "core_minus_whole_mean_s", "stations_offset_m"];
    let mut table = Table::new(head.into_iter().chain(FIGURES).chain(hollow));
    for scenario in &plan.scenarios {
        for b in &scenario.built_up {
            for (phase, stations, coverage, met) in [
                ("before", b.stations.before, &b.coverage.before, None),
                ("after", b.stations.after, &b.coverage.after, b.alpha_met),
            ] {
                let mut fields = vec![
                    scenario.name.clone(),
                    phase.to_owned(),
                    b.id.clone(),
                    b.name.clone(),
                    b.role.clone(),
                    text(b.district.as_ref()),
                    text(b.town.as_ref()),
                    stations.to_string(),
                    figure(b.alpha),
                    yes_no(met),
                ];
                fields.extend(figures(coverage));
                let hollow = if phase == "before" { b.hollow_before } else { b.hollow_after };
                fields.extend([hollow.share, hollow.mean_s, hollow.offset_m].map(maybe));
                table.row(fields);
            }
        }
    }
    table.finish()
}
