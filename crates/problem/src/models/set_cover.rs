//! Set cover (LSCP): `min sum_j cost_j x_j` such that every row has an open site within the limit.
//!
//! C. Toregas, R. Swain, C. ReVelle, L. Bergman, The location of emergency service facilities, Operations Research 19 (1971) 1363-1373.
use super::{Formulation, Model, Parameters, Unbuildable, at_most};
use crate::instance::{Instance, Objective, Row, Site};

pub(super) const MODEL: Model =
    Model { word: "set-cover", objective: Objective::Cost, needs_p: false, covering: true, needs_limit: false, build };

fn build(sites: Vec<Site>, mut rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let constraints = at_most(&sites, parameters.p);
    for row in &mut rows {
        row.must = true;
    }
    Formulation::new(
        Instance {
            name: MODEL.word.to_owned(),
            sites,
            rows,
            limit: parameters.limit,
            constraints,
            levels: vec![Objective::Cost],
            ..Instance::default()
        },
        1,
    )
}
