//! `firesite verify`: a certificate checked without the search. Exit 0: it holds; 1: it does not; 2: unreadable.

use std::path::Path;

use firesite::plan::verify_plan;
use firesite::prelude::Study;
use firesite::problem::verify_solution_file;
use serde_json::Value;

use crate::console::Console;
use crate::outcome::{Done, Failure, Outcome};

/// Whether a file is a plan (it has scenarios) or a solution.
fn is_plan(file: &Path) -> Result<bool, Failure> {
    let unreadable = |reason: String| Failure::Input(format!("{}: {reason}", file.display()));
    let bytes = std::fs::read(file).map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    let document: Value = serde_json::from_slice(&bytes).map_err(|error| unreadable(format!("is no JSON: {error}")))?;
    Ok(document.get("scenarios").is_some())
}

/// Runs the command.
pub fn run(console: &Console, file: &Path, study: Option<&Path>) -> Outcome {
    let bar = console.progress(format!("checking {}", file.display()));
    if is_plan(file)? {
        let study = study.map(Study::open).transpose()?;
        let verdict = verify_plan(file, study.as_ref())?;
        bar.finish_and_clear();
        console.result(
            || {
                let mut text = told(verdict.valid, verdict.reason.as_deref());
                for s in &verdict.scenarios {
                    text.push_str(&format!("\n{}: {}", s.name, told(s.valid, s.reason.as_deref())));
                }
                text
            },
            &verdict,
        )?;
        return Ok(if verdict.valid { Done::Well } else { Done::NotMet });
    }
    if study.is_some() {
        return Err(Failure::Input(format!(
            "{}: --study goes with a plan.json, this is a solution of `solve`",
            file.display()
        )));
    }
    let verdict = verify_solution_file(file)?;
    bar.finish_and_clear();
    console.result(|| told(verdict.valid, verdict.reason.as_deref()), &verdict)?;
    Ok(if verdict.valid { Done::Well } else { Done::NotMet })
}

fn told(valid: bool, reason: Option<&str>) -> String {
    if valid {
        "the certificate holds".to_owned()
    } else {
        format!("does NOT hold: {}", reason.unwrap_or("no reason given"))
    }
}
