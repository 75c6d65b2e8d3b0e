//! Ids across layers.

use std::collections::BTreeSet;

use firesite_model::{Finding, Place};

use crate::codes;
use crate::input::Loaded;
use crate::study_file::StudyFile;

/// F0608: a plan lists stations and chosen candidates together, so their ids must differ.
pub(super) fn f0608_id_shared(file: &StudyFile, loaded: &Loaded, findings: &mut Vec<Finding>) {
    let stations: BTreeSet<&str> = loaded.layers.stations.iter().map(|s| s.id.as_str()).collect();
    let shown = file.candidates.as_ref().and_then(|c| c.file.clone()).unwrap_or_else(|| "candidates".into());
    for candidate in loaded.layers.candidates.iter().flatten().filter(|c| stations.contains(c.id.as_str())) {
        findings.push(Finding::fatal(
            codes::ID_SHARED,
            Place::file(&shown).layer("candidates").feature(&candidate.id).property("id"),
            format!("\"{}\" is the id of a station and of a candidate", candidate.id),
            "give the candidate another id; an upgrade is a candidate at the station's place with its own id",
        ));
    }
}
