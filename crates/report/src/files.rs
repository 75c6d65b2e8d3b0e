//! The files of a result that are written from the plan itself; everything else is drawn from these.

use firesite_plan::map::{DemandTable, MapLayers};
use firesite_plan::plan_json::{StationLine, StudyHead};
use firesite_plan::{CoverageReport, Plan};

use crate::layers;
use crate::table::{Table, figure, text};

/// Names and contents.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// The layers of a result, in drawing order from the top; `compliance` is of a plan alone.
pub(crate) const LAYERS: [&str; 6] =
    ["stations", COMPLIANCE, "uncovered", "roads_by_time", "isochrones", "service_areas"];

/// The layer that shows the compliance.
pub(crate) const COMPLIANCE: &str = "compliance";

/// Of a plan.
pub(crate) fn of_plan(plan: &Plan) -> Files {
    let stations = plan.main().map_or(&[][..], |s| &s.stations);
    let mut files = vec![("plan.json".to_owned(), plan.json().into_bytes())];
    files.extend(map(&plan.document.study, stations, &plan.map));
    files.push((format!("{COMPLIANCE}.geojson"), layers::compliance(&plan.document.study, &plan.map)));
    files.extend(demand(&plan.demand));
    files.extend(plan.instances.iter().cloned());
    files
}

/// Of the stations as they stand.
pub(crate) fn of_coverage(report: &CoverageReport) -> Files {
    let mut files = vec![("coverage.json".to_owned(), report.json().into_bytes())];
    files.extend(map(&report.document.study, &report.stations, &report.map));
    files.extend(demand(&report.demand));
    files
}

fn map(study: &StudyHead, stations: &[StationLine], map: &MapLayers) -> Files {
    let contents = [
        layers::stations(study, stations),
        layers::uncovered(study, map),
        layers::roads_by_time(study, map),
        layers::isochrones(study, map),
        layers::service_areas(study, map),
    ];
    let names = LAYERS.iter().filter(|name| **name != COMPLIANCE);
    names.zip(contents).map(|(name, bytes)| (format!("{name}.geojson"), bytes)).collect()
}

/// `tables/demand.csv`: one row a demand; for each scenario and phase the first, second and third due station.
fn demand(demand: &DemandTable) -> Files {
    let mut columns: Vec<String> =
        ["id", "weight", "kind", "district", "built_up", "lon", "lat"].map(String::from).to_vec();
    for (scenario, phase) in &demand.columns {
        let prefix = if scenario.is_empty() { phase.word().to_owned() } else { format!("{scenario}_{}", phase.word()) };
        for rank in ["first", "second", "third"] {
            columns.push(format!("{prefix}_{rank}_station"));
            columns.push(format!("{prefix}_{rank}_s"));
        }
    }
    let mut table = Table::new(&columns);
    for row in &demand.rows {
        let mut fields = vec![
            row.id.clone(),
            figure(row.weight),
            row.kind.clone(),
            text(row.district.as_ref()),
            text(row.built_up.as_ref()),
            format!("{:.7}", row.position.x),
            format!("{:.7}", row.position.y),
        ];
        for due in row.due.iter().flatten() {
            match due {
                Some((station, seconds)) => fields.extend([station.clone(), format!("{seconds:.3}")]),
                None => fields.extend([String::new(), String::new()]),
            }
        }
        table.row(fields);
    }
    table.finish().map(|bytes| vec![("tables/demand.csv".to_owned(), bytes)]).unwrap_or_default()
}
