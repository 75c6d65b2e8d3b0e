//! Backup coverage, second form (BACOP 2): `max sum_i w_i (θ [k_i >= 1] + (1 − θ) [k_i >= 2])` with at most `p` sites, `k_i` the number of
//! open sites that cover row `i`.
//!
//! K. Hogan, C. ReVelle, Concepts and applications of backup coverage, Management Science 32 (1986) 1434-1444.
//!
//! θ from 1/2 to 1: below a half a second cover would be worth more than the first, and the reward would not be concave. With θ = a/b a
//! unit of weight counts b units: a for the first cover, b − a for the second.
use super::{Formulation, Model, Parameters, Unbuildable};
use crate::instance::{Objective, Row, Site};

pub(super) const MODEL: Model = Model {
    word: "weighted-backup-cover",
    objective: Objective::Cover,
    needs_p: true,
    covering: true,
    needs_limit: true,
    build,
};

fn build(sites: Vec<Site>, mut rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let model = MODEL.word;
    let what = "the weight of the first cover, from 1/2 to 1";
    let first = parameters.first.ok_or(Unbuildable::Missing { model, what })?;
    let (a, b) = (first.numerator(), first.denominator());
    if a > b || b - a > a {
        let what = format!("the first cover has weight {first}; write a share from 1/2 to 1");
        return Err(Unbuildable::Parameter { model, what });
    }
    for row in &mut rows {
        row.gains = vec![a, b - a];
    }
    Formulation::largest_cover(model, sites, rows, parameters, b)
}
