//! Writing a folder of results, whole or not at all, and drawing it again from its own files.

use std::fs;
use std::path::Path;

use firesite_formats::write::Folder;
use firesite_plan::plan_json::{CoverageFile, PlanFile};
use firesite_plan::{CoverageReport, Plan};

use crate::Error;
use crate::files::{self, COMPLIANCE, Files, LAYERS};
use crate::outputs::{self, Drawn};

/// Results that can be written to a folder.
pub trait WriteResults {
    /// Writes every output to a folder; it appears whole or not at all and replaces an older result.
    ///
    /// # Errors
    /// The folder cannot be written, or holds somebody's other files.
    fn write(&self, folder: impl AsRef<Path>) -> Result<(), Error>;
}

impl WriteResults for Plan {
    fn write(&self, folder: impl AsRef<Path>) -> Result<(), Error> {
        let written = files::of_plan(self);
        let drawn = outputs::draw(&Drawn {
            study: &self.document.study,
            plan: Some(&self.document),
            layers: layers_of(&written),
        });
        put(folder.as_ref(), &[written, drawn])
    }
}

impl WriteResults for CoverageReport {
    fn write(&self, folder: impl AsRef<Path>) -> Result<(), Error> {
        let written = files::of_coverage(self);
        let drawn = outputs::draw(&Drawn { study: &self.document.study, plan: None, layers: layers_of(&written) });
        put(folder.as_ref(), &[written, drawn])
    }
}

fn put(folder: &Path, files: &[Files]) -> Result<(), Error> {
    let place = Folder::new(folder)?;
    for (name, bytes) in files.iter().flatten() {
        place.write(name, bytes)?;
    }
    place.commit()?;
    Ok(())
}

fn layers_of(files: &Files) -> Vec<&'static str> {
    let written = |name: &&str| files.iter().any(|(file, _)| *file == format!("{name}.geojson"));
    LAYERS.iter().copied().filter(written).collect()
}

/// Draws a folder of results again from its `plan.json` (or `coverage.json`) and layers: the same bytes as at first.
///
/// # Errors
/// The folder holds no results, or cannot be written.
pub fn render_again(folder: impl AsRef<Path>) -> Result<usize, Error> {
    let folder = folder.as_ref();
    let not_results = |path: &Path, reason: String| Error::NotResults { path: path.to_owned(), reason };
    let mut kept: Files = Vec::new();
    let mut read = |name: &str| -> Result<(), Error> {
        let path = folder.join(name);
        kept.push((name.to_owned(), fs::read(&path).map_err(|error| not_results(&path, error.to_string()))?));
        Ok(())
    };
    let has_plan = folder.join("plan.json").is_file();
    read(if has_plan { "plan.json" } else { "coverage.json" })?;
    for name in LAYERS {
        let file = format!("{name}.geojson");
        // Of a plan alone, and results of earlier versions have none.
        if name != COMPLIANCE || folder.join(&file).is_file() {
            read(&file)?;
        }
    }
    if folder.join("tables/demand.csv").is_file() {
        read("tables/demand.csv")?;
    }
    let head = folder.join(if has_plan { "plan.json" } else { "coverage.json" });
    let (study, plan) = if has_plan {
        let plan: PlanFile =
            serde_json::from_slice(&kept[0].1).map_err(|error| not_results(&head, error.to_string()))?;
        (plan.study.clone(), Some(plan))
    } else {
        let coverage: CoverageFile =
            serde_json::from_slice(&kept[0].1).map_err(|error| not_results(&head, error.to_string()))?;
        (coverage.study, None)
    };
    for instance in plan.iter().flat_map(|p| &p.scenarios).map(|s| &s.optimum.instance.file).filter(|f| !f.is_empty()) {
        let path = folder.join(instance);
        kept.push((instance.clone(), fs::read(&path).map_err(|error| not_results(&path, error.to_string()))?));
    }
    let drawn = outputs::draw(&Drawn { study: &study, plan: plan.as_ref(), layers: layers_of(&kept) });
    let count = drawn.len();
    put(folder, &[kept, drawn])?;
    Ok(count)
}
