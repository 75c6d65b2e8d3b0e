//! Backup coverage, first form (BACOP 1): every row is covered once, and the weight covered at least twice is as large as can be with at
//! most `p` sites.
//!
//! K. Hogan, C. ReVelle, Concepts and applications of backup coverage, Management Science 32 (1986) 1434-1444.
//!
//! Rows must be covered and have gains `[1, 1]`, so level Cover counts the total weight (the first covers, the same for every plan) and
//! the weight covered twice: take off the total weight to read the backup coverage.
use super::{Formulation, Model, Parameters, Unbuildable};
use crate::instance::{Objective, Row, Site};

pub(super) const MODEL: Model = Model {
    word: "backup-cover",
    objective: Objective::Cover,
    needs_p: true,
    covering: true,
    needs_limit: true,
    build,
};

fn build(sites: Vec<Site>, mut rows: Vec<Row>, parameters: &Parameters) -> Result<Formulation, Unbuildable> {
    for row in &mut rows {
        row.must = true;
        row.gains = vec![1, 1];
    }
    Formulation::largest_cover(MODEL.word, sites, rows, parameters, 1)
}
