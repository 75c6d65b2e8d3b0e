//! p-center: `min max_i min_{j open} t_ij` with at most `p` open sites; every row must be reached. Weights do not matter.
//!
//! E. Minieka, The m-center problem, SIAM Review 12 (1970) 138-139: a set cover for each distance.
use super::{Formulation, Model, Parameters, Unbuildable, at_most};
use crate::instance::{Instance, Objective, Row, Site};

pub(super) const MODEL: Model =
    Model { word: "p-center", objective: Objective::Center, needs_p: true, covering: false, needs_limit: false, build };

fn build(sites: Vec<Site>, rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let constraints = at_most(&sites, parameters.p);
    Formulation::new(
        Instance {
            name: MODEL.word.to_owned(),
            sites,
            rows,
            constraints,
            levels: vec![Objective::Center],
            ..Instance::default()
        },
        1,
    )
}
