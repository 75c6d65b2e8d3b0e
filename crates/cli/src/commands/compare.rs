//! `firesite compare`: two plans side by side.

use std::path::Path;

use firesite::plan::{compare, read_plan};

use crate::commands::summary;
use crate::console::Console;
use crate::outcome::{Done, Outcome};

/// Runs the command.
pub fn run(console: &Console, a: &Path, b: &Path) -> Outcome {
    let comparison = compare(&read_plan(a)?, &read_plan(b)?);
    console.result(
        || {
            let mut text = format!("A {} ({})\nB {} ({})\n", a.display(), comparison.a, b.display(), comparison.b);
            let figure = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
            let mut table = summary::table(["figure", "unit", "A", "B", "B - A"]);
            for line in &comparison.figures {
                let difference = line.a.zip(line.b).map(|(a, b)| b - a);
                table.add_row(vec![
                    line.name.clone(),
                    line.unit.clone(),
                    figure(line.a),
                    figure(line.b),
                    figure(difference),
                ]);
            }
            text.push_str(&format!("{table}\n"));
            if !comparison.stations.is_empty() {
                let mut table = summary::table(["station", "name", "district", "A", "B"]);
                for s in &comparison.stations {
                    let state = |x: &Option<String>| x.clone().unwrap_or("-".to_owned());
                    table.add_row(vec![s.id.clone(), s.name.clone(), state(&s.district), state(&s.a), state(&s.b)]);
                }
                text.push_str(&format!("{table}\n"));
            }
            let met = |x: Option<bool>| x.map_or("not certain", |yes| if yes { "met" } else { "not met" });
            for c in &comparison.compliance {
                text.push_str(&format!("{} {}: A {}, B {}\n", c.rule, c.subject, met(c.a), met(c.b)));
            }
            for line in &comparison.inputs {
                text.push_str(&format!("input differs: {line}\n"));
            }
            text
        },
        &comparison,
    )?;
    Ok(Done::Well)
}
