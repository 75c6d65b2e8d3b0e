//! Classic location models as instances of the one formulation. A new model is one file here and one line in [`MODELS`].
mod max_cover;
mod p_center;
mod p_median;
mod set_cover;

use crate::instance::{Constraint, Instance, Objective, Row, Sense, Site};

/// What a model is given besides sites and rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Largest number of open sites, fixed ones included.
    pub p: Option<u32>,
    /// Covered means time <= limit; `None`: any reach entry covers.
    pub limit: Option<u32>,
}

/// A location model.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// Word on the command line and in files.
    pub word: &'static str,
    /// What it optimises.
    pub objective: Objective,
    /// Whether it cannot do without `p`.
    pub needs_p: bool,
    /// Whether covering matters to it.
    pub covering: bool,
    /// The instance.
    pub build: fn(Vec<Site>, Vec<Row>, Parameters) -> Instance,
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

/// Every model.
pub const MODELS: [Model; 4] = [p_median::MODEL, p_center::MODEL, set_cover::MODEL, max_cover::MODEL];

/// The model of a word.
#[must_use]
pub fn model(word: &str) -> Option<&'static Model> {
    const LIST: &[Model] = &MODELS;
    LIST.iter().find(|m| m.word == word)
}

/// `sum x_j <= p`, named `p`; none without p.
fn at_most(sites: &[Site], p: Option<u32>) -> Vec<Constraint> {
    p.map(|p| Constraint {
        name: "p".to_owned(),
        terms: (0..sites.len() as u32).map(|j| (j, 1)).collect(),
        sense: Sense::AtMost,
        rhs: i64::from(p),
    })
    .into_iter()
    .collect()
}
