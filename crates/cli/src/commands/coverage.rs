//! `firesite coverage`: the stations as they stand.

use std::path::Path;

use firesite::plan::plan_json::CoverageFile;
use firesite::prelude::WriteResults;

use crate::args::Lang;
use crate::commands::summary::{self, Words};
use crate::console::Console;
use crate::outcome::{Done, Outcome};

/// Runs the command.
pub fn run(console: &Console, file: &Path, out: &Path) -> Outcome {
    let study = summary::open(console, file)?;
    let bar = console.progress(format!("measuring {}", file.display()));
    let report = study.coverage()?;
    bar.set_message(format!("writing {}", out.display()));
    report.write(out)?;
    bar.finish_and_clear();
    console.findings(&study.findings());
    let words = Words::of(&report.document.study.lang);
    console.result(|| told(&report.document, words, out), &report.document)?;
    Ok(Done::Well)
}

fn told(c: &CoverageFile, words: Words, out: &Path) -> String {
    let mut text = summary::head(&c.study, words);
    let n = &c.network;
    let s = &c.stations;
    text.push_str(&match words.0 {
        Lang::En => format!(
            "network: {} nodes, {} edges, {} arcs, {} components (largest {}), {:.0} km\nstations: {}, {} off the network\n",
            n.nodes, n.edges, n.arcs, n.components, n.largest_component_nodes, n.road_km, s.total, s.unsnapped
        ),
        Lang::Zh => format!(
            "路网：节点{}，路段{}，弧{}，连通分量{}（最大{}），{:.0}公里\n消防站：{}个，其中{}个不在路网上\n",
            n.nodes, n.edges, n.arcs, n.components, n.largest_component_nodes, n.road_km, s.total, s.unsnapped
        ),
    });
    text.push_str(&summary::coverage_line(&c.coverage, words));
    text.push('\n');
    if c.districts.len() > 1 {
        let head = match words.0 {
            Lang::En => ["district", "covered", "mean", "90 %", "roads"],
            Lang::Zh => ["县市区", "覆盖率", "平均", "90%", "道路"],
        };
        let mut table = summary::table(head);
        for d in &c.districts {
            let roads = format!("{:.0} / {:.0} km", d.coverage.road_km_covered, d.coverage.road_km_total);
            let (mean, p90) = (summary::seconds(d.coverage.mean_s), summary::seconds(d.coverage.p90_s));
            table.add_row(vec![d.name.clone(), summary::percent(d.coverage.share), mean, p90, roads]);
        }
        text.push_str(&format!("{table}\n"));
    }
    text.push_str(&format!("{} {}\n", words.pick("written to", "结果写入"), out.display()));
    text
}
