//! Lexicographic: cover the share α (or as much as can be), then with the fewest sites, then with the least weighted time.
//!
//! Level Cover counts up to `α · W` rounded up, and nothing beyond it; level Count the open sites; level Time `sum w_i min(worst, t_i)`.
//! Each level holds the values of the earlier ones. (Preemptive goals: A. Charnes, W. W. Cooper, Management Models and Industrial
//! Applications of Linear Programming, 1961.)
use super::{Formulation, Model, Parameters, Unbuildable, at_most, one_group, share, total_weight};
use crate::instance::{Group, Instance, Objective, Row, Site};

pub(super) const MODEL: Model = Model {
    word: "cover-fewest-fastest",
    objective: Objective::Cover,
    needs_p: false,
    covering: true,
    needs_limit: true,
    build,
};

fn build(sites: Vec<Site>, mut rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    let share = share(MODEL.word, parameters)?;
    let too_large = Unbuildable::TooLarge { model: MODEL.word, what: "the weights add up to more than 2^62" };
    let cap = share.of_rounded_up(total_weight(&rows).ok_or(too_large)?);
    let longest = rows.iter().filter_map(|r| r.reach.last()).map(|e| e.1).max().unwrap_or(0);
    let constraints = at_most(&sites, parameters.p);
    let groups = one_group(&mut rows, Group { name: format!("share {share}"), cap: Some(cap), floor: 0 });
    Formulation::new(
        Instance {
            name: MODEL.word.to_owned(),
            sites,
            rows,
            limit: parameters.limit,
            worst: Some(parameters.worst.unwrap_or(longest)),
            groups,
            constraints,
            levels: vec![Objective::Cover, Objective::Count, Objective::Time],
        },
        1,
    )
}
