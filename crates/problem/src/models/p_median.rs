//! p-median: `min sum_i w_i min_{j open} t_ij` with at most `p` open sites; every row must be reached.
//!
//! S. L. Hakimi, Optimum locations of switching centers and the absolute centers and medians of a graph, Operations Research 12
//! (1964) 450-459.
use super::{Formulation, Model, Parameters, Unbuildable, at_most};
use crate::instance::{Instance, Objective, Row, Site};

pub(super) const MODEL: Model =
    Model { word: "p-median", objective: Objective::Time, needs_p: true, covering: false, needs_limit: false, build };

fn build(sites: Vec<Site>, rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let constraints = at_most(&sites, parameters.p);
    Formulation::new(
        Instance {
            name: MODEL.word.to_owned(),
            sites,
            rows,
            constraints,
            levels: vec![Objective::Time],
            ..Instance::default()
        },
        1,
    )
}
