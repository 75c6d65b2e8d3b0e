//! Maximal covering (MCLP): the largest weight within the limit of at most `p` open sites.
//!
//! R. Church, C. ReVelle, The maximal covering location problem, Papers of the Regional Science Association 32 (1974) 101-118.
use super::{Formulation, Model, Parameters, Unbuildable, at_most};
use crate::instance::{Instance, Objective, Row, Site};

pub(super) const MODEL: Model =
    Model { word: "max-cover", objective: Objective::Cover, needs_p: true, covering: true, needs_limit: true, build };

fn build(sites: Vec<Site>, rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let constraints = at_most(&sites, parameters.p);
    Formulation::new(
        Instance {
            name: MODEL.word.to_owned(),
            sites,
            rows,
            limit: parameters.limit,
            constraints,
            levels: vec![Objective::Cover],
            ..Instance::default()
        },
        1,
    )
}
