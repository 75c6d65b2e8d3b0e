//! Partial set cover: `min sum_j cost_j x_j` such that the covered weight is at least the share α of the total.
//!
//! M. S. Daskin, S. H. Owen, Two new location covering problems: the partial p-center problem and the partial set covering problem,
//! Geographical Analysis 31 (1999) 217-235. The share rounds up to a whole weight.
use super::{Formulation, Model, Parameters, Unbuildable, at_most, one_group, share, total_weight};
use crate::instance::{Group, Instance, Objective, Row, Site};

pub(super) const MODEL: Model = Model {
    word: "partial-cover",
    objective: Objective::Cost,
    needs_p: false,
    covering: true,
    needs_limit: false,
    build,
};

fn build(sites: Vec<Site>, mut rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let share = share(MODEL.word, parameters)?;
    let too_large = Unbuildable::TooLarge { model: MODEL.word, what: "the weights add up to more than 2^62" };
    let floor = share.of_rounded_up(total_weight(&rows).ok_or(too_large)?);
    let constraints = at_most(&sites, parameters.p);
    let groups = one_group(&mut rows, Group { name: format!("share {share}"), cap: None, floor });
    Formulation::new(
        Instance {
            name: MODEL.word.to_owned(),
            sites,
            rows,
            limit: parameters.limit,
            groups,
            constraints,
            levels: vec![Objective::Cost],
            ..Instance::default()
        },
        1,
    )
}
