//! Any instance as a linear program with whole-number variables, for other solvers: LP and MPS files, and their solutions read back.
//!
//! # Formulation of level `k`
//! | variable | meaning |
//! |---|---|
//! | `x<j>` | site `j` is open (0 or 1) |
//! | `y<i>_<j>` | row class `i` is served by site `j` (level Time or a held Time) |
//! | `u<i>` | row class `i` is left unserved |
//! | `z<i>_<l>` | row class `i` is covered at least `l` times (level Cover, held Cover, floors) |
//! | `g<g>` | covered weight of group `g` up to its cap |
//! | `c` | largest time (level Center) |
//!
//! Levels before `k` are held at given values by a constraint each. Positions are from 0, row classes those of
//! [`crate::Classes`]. A file is read back through the `x` variables alone: everything else follows from them.
mod lp;
mod model;
mod mps;

pub use lp::lp;
pub use model::Unwritable;
pub use mps::mps;

use crate::instance::Instance;

/// Open sites in a solver's solution: lines whose first word is `x<j>` (or whose second is, as in CBC's and GLPK's tables), with a value
/// of at least one half right after it. Works for the solution files of HiGHS, SCIP, CBC and Gurobi.
#[must_use]
pub fn read_open_sites(instance: &Instance, text: &str) -> Vec<u32> {
    let mut open = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(['\t', ' ', '=']).filter(|w| !w.is_empty()).collect();
        for at in 0..words.len().min(2) {
            let site = words[at].strip_prefix('x').and_then(|n| n.parse::<u32>().ok());
            let value = words.get(at + 1).and_then(|v| v.parse::<f64>().ok());
            if let (Some(site), Some(value)) = (site, value) {
                if value >= 0.5 && (site as usize) < instance.sites.len() {
                    open.push(site);
                }
                break;
            }
        }
    }
    open.sort_unstable();
    open.dedup();
    open
}
