//! `firesite check`: what was read, what is wrong, what was dropped. Exit 2 when nothing could be computed.

use std::path::Path;

use firesite::plan::CheckReport;

use crate::commands::summary;
use crate::console::Console;
use crate::outcome::{Done, Failure, Outcome};

/// How many findings of one kind are shown to people; the JSON document holds all.
const SHOWN: usize = 5;

/// Runs the command.
pub fn run(console: &Console, file: &Path) -> Outcome {
    let study = summary::open(console, file)?;
    let bar = console.progress(format!("checking {}", file.display()));
    let report = study.check();
    bar.finish_and_clear();
    console.result(|| told(&report), &report)?;
    if report.fatal() {
        let fatal = report.findings.iter().filter(|f| f.severity == "fatal");
        let lines: Vec<String> =
            fatal.map(|f| format!("{} {}: {}", f.code, f.file.as_deref().unwrap_or(""), f.message)).collect();
        return Err(Failure::Input(lines.join("\n")));
    }
    Ok(Done::Well)
}

fn told(report: &CheckReport) -> String {
    let mut table = summary::table(["layer", "file", "crs", "read", "kept", "repaired", "dropped"]);
    for l in &report.layers {
        let counts = [l.read, l.kept, l.repaired, l.dropped].map(|n| n.to_string());
        table.add_row([vec![l.name.clone(), l.file.clone(), l.crs.clone()], counts.to_vec()].concat());
    }
    let mut text = format!("{table}\n");
    if let Some(n) = &report.network {
        text.push_str(&format!(
            "network: {} nodes, {} edges, {} arcs, {} components (largest {} nodes), {:.1} km\n",
            n.nodes, n.edges, n.arcs, n.components, n.largest_component_nodes, n.road_km
        ));
    }
    let s = &report.stations;
    text.push_str(&format!(
        "stations: {}, {} off the network\nestimated memory of a plan: {:.0} MB\n",
        s.total, s.unsnapped, report.estimate.memory_mb
    ));
    let mut shown = 0;
    for (at, f) in report.findings.iter().enumerate() {
        shown = if at > 0 && report.findings[at - 1].code == f.code { shown + 1 } else { 1 };
        let place = [&f.file, &f.feature, &f.property].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        if shown <= SHOWN {
            text.push_str(&format!("{} {:8} {place}\n      {}\n", f.code, f.severity, f.message));
            if !f.remedy.is_empty() {
                text.push_str(&format!("      {}\n", f.remedy));
            }
        } else if report.findings.get(at + 1).is_none_or(|next| next.code != f.code) {
            text.push_str(&format!("{} {:8} … {shown} of this kind in all\n", f.code, f.severity));
        }
    }
    text.push_str(if report.fatal() {
        "nothing can be computed from this study\n"
    } else {
        "the study can be computed\n"
    });
    text
}
