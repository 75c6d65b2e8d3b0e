//! The outputs drawn from `plan.json` and the layers: one file each, one line in the list.

mod built_up;
mod candidates;
mod choices;
mod compliance;
mod contradictions;
mod districts;
mod findings;
mod ledger;
mod n_by_area;
mod optimum;
mod phases;
mod prices;
mod qgis;
mod scenarios;
mod stations;
mod towns;

use firesite_plan::plan_json::{PlanFile, StudyHead};

use crate::files::Files;

/// What outputs are drawn from.
pub(crate) struct Drawn<'a> {
    /// The study.
    pub(crate) study: &'a StudyHead,
    /// `plan.json`; absent in a result of `coverage`.
    pub(crate) plan: Option<&'a PlanFile>,
    /// Names of the layers that were written, from the top.
    pub(crate) layers: Vec<&'static str>,
}

/// An output: its file name, and its content where there is something to show.
type Output = (&'static str, fn(&Drawn<'_>) -> Option<Vec<u8>>);

const OUTPUTS: &[Output] = &[
    ("firesite.qgs", qgis::draw),
    ("tables/stations.csv", stations::draw),
    ("tables/ledger.csv", ledger::draw),
    ("tables/compliance.csv", compliance::draw),
    ("tables/districts.csv", districts::draw),
    ("tables/built_up.csv", built_up::draw),
    ("tables/optimum.csv", optimum::draw),
    ("tables/scenarios.csv", scenarios::draw),
    ("tables/prices.csv", prices::draw),
    ("tables/phases.csv", phases::draw),
    ("tables/n_by_area.csv", n_by_area::draw),
    ("tables/towns.csv", towns::draw),
    ("tables/choices.csv", choices::draw),
    ("tables/candidates.csv", candidates::draw),
    ("tables/contradictions.csv", contradictions::draw),
    ("tables/findings.csv", findings::draw),
];

/// Draws everything.
pub(crate) fn draw(drawn: &Drawn<'_>) -> Files {
    OUTPUTS.iter().filter_map(|(name, draw)| draw(drawn).map(|bytes| ((*name).to_owned(), bytes))).collect()
}
