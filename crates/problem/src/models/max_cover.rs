//! Maximal covering (MCLP): the largest weight within the limit of at most `p` open sites.
//!
//! R. Church, C. ReVelle, The maximal covering location problem, Papers of the Regional Science Association 32 (1974) 101-118.
use super::{Formulation, Model, Parameters, Unbuildable};
use crate::instance::{Objective, Row, Site};

pub(super) const MODEL: Model =
    Model { word: "max-cover", objective: Objective::Cover, needs_p: true, covering: true, needs_limit: true, build };

fn build(sites: Vec<Site>, rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    Formulation::largest_cover(MODEL.word, sites, rows, parameters, 1)
}
