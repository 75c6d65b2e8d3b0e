//! Location models as instances of the one formulation. A new model is one file here and one line in [`MODELS`].
//!
//! | word | optimises | source |
//! |---|---|---|
//! | `p-median` | least weighted time with p sites | Hakimi 1964 |
//! | `p-center` | least largest time with p sites | Minieka 1970 |
//! | `set-cover` | cheapest sites that cover everything (LSCP) | Toregas and others 1971 |
//! | `max-cover` | most weight covered with p sites (MCLP) | Church and ReVelle 1974 |
//! | `partial-cover` | cheapest sites that cover a share α | Daskin and Owen 1999 |
//! | `backup-cover` | most weight covered twice, everything once (BACOP 1) | Hogan and ReVelle 1986 |
//! | `weighted-backup-cover` | first and second cover, weighted (BACOP 2) | Hogan and ReVelle 1986 |
//! | `gradual-cover` | weight that counts less the later it is reached, by bands | Church and Roberts 1983; Berman and others 2003 |
//! | `expected-cover` | weight times the chance that a covering unit is free (MEXCLP) | Daskin 1983 |
//! | `cover-fewest-fastest` | share α, then the fewest sites, then the least weighted time | lexicographic |
//!
//! ```
//! use firesite_problem::models::{Band, Parameters, Ratio, model};
//! use firesite_problem::{Row, Site, oracle::brute_force};
//!
//! // A village of 2 (hundred) that two stations reach in 4 and 7 minutes, another of 3 that the second reaches in 6.
//! let sites = vec![Site::new("north"), Site::new("south")];
//! let village = |weight, reach: &[(u32, u32)]| Row { weight, reach: reach.to_vec(), ..Row::default() };
//! let rows = vec![village(2, &[(0, 4), (1, 7)]), village(3, &[(1, 6)])];
//! let with = |word: &str, p, parameters| {
//!     let parameters = Parameters { p: Some(p), limit: Some(8), ..parameters };
//!     let built = (model(word).unwrap().build)(sites.clone(), rows.clone(), &parameters)?;
//!     Ok::<_, firesite_problem::models::Unbuildable>((brute_force(&built.instance), built.worth))
//! };
//! // Maximal covering: south alone covers both.
//! assert_eq!(with("max-cover", 1, Parameters::default())?, (Some((vec![5], vec![1])), 1));
//! // Each engine busy a quarter of the time: 2 · (1 − 1/16) + 3 · (1 − 1/4) = 66/16, in sixteenths.
//! let busy = Parameters { busy: Ratio::parse("0.25"), ..Parameters::default() };
//! assert_eq!(with("expected-cover", 2, busy)?, (Some((vec![66], vec![0, 1])), 16));
//! // Full worth (10) within 5 minutes, 4 within 8: south 5 · 4, both 2 · 10 + 3 · 4.
//! let bands = vec![Band { within: 5, worth: 10 }, Band { within: 8, worth: 4 }];
//! assert_eq!(with("gradual-cover", 2, Parameters { bands, ..Parameters::default() })?.0, Some((vec![32], vec![0, 1])));
//! # Ok::<(), firesite_problem::models::Unbuildable>(())
//! ```
//!
//! Side constraints go with every model: [`side`] adds them to an instance that a model has built.
mod backup_cover;
mod cover_fewest_fastest;
mod expected_cover;
mod gradual_cover;
mod max_cover;
mod p_center;
mod p_median;
mod partial_cover;
mod ratio;
mod set_cover;
pub mod side;
mod weighted_backup_cover;

pub use ratio::Ratio;

use crate::instance::{Constraint, Group, Instance, Objective, Row, Sense, Site};
use crate::validate::{Invalid, MAX_TOTAL};

/// What a model is given besides sites and rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Largest number of open sites, fixed ones included.
    pub p: Option<u32>,
    /// Covered means time <= limit; `None`: any reach entry covers.
    pub limit: Option<u32>,
    /// Share α of the total weight that is to be covered (`partial-cover`, `cover-fewest-fastest`).
    pub share: Option<Ratio>,
    /// Busy fraction q of a unit (`expected-cover`).
    pub busy: Option<Ratio>,
    /// Weight θ of the first cover, from 1/2 to 1; the second has 1 − θ (`weighted-backup-cover`).
    pub first: Option<Ratio>,
    /// Bands of time with what a unit of weight is worth in each, fastest first (`gradual-cover`).
    pub bands: Vec<Band>,
    /// Time of a row that no open site reaches, in level Time of `cover-fewest-fastest`; `None`: the longest time there is.
    pub worst: Option<u32>,
}

/// A band of time of gradual coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Largest time of the band.
    pub within: u32,
    /// What a unit of weight reached in it is worth, in units of the caller's choice (say hundredths); less than in the band before.
    pub worth: u64,
}

/// What a model makes of sites and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formulation {
    /// The instance.
    pub instance: Instance,
    /// Level Cover counts so many units for each unit of weight: fractions (busy fraction, θ) become whole numbers this way, exactly.
    pub worth: u64,
}

impl Formulation {
    /// The instance, if it is valid.
    fn new(instance: Instance, worth: u64) -> Result<Self, Unbuildable> {
        instance.validate()?;
        Ok(Self { instance, worth })
    }

    /// The largest covered weight of at most `p` sites: what the rows reward makes the model.
    fn largest_cover(
        model: &str,
        sites: Vec<Site>,
        rows: Vec<Row>,
        parameters: &Parameters,
        worth: u64,
    ) -> Result<Self, Unbuildable> {
        let instance = Instance {
            name: model.to_owned(),
            constraints: at_most(&sites, parameters.p),
            sites,
            rows,
            limit: parameters.limit,
            levels: vec![Objective::Cover],
            ..Instance::default()
        };
        Self::new(instance, worth)
    }
}

/// Why a model cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unbuildable {
    /// A parameter is missing.
    #[error("{model} needs {what}")]
    Missing {
        /// Word of the model.
        model: &'static str,
        /// The parameter, in words.
        what: &'static str,
    },
    /// A parameter makes no sense.
    #[error("{model}: {what}")]
    Parameter {
        /// Word of the model.
        model: &'static str,
        /// What is wrong and what would be right.
        what: String,
    },
    /// The sites or rows make no sense.
    #[error("{0}")]
    Invalid(#[from] Invalid),
    /// Whole numbers would be too large.
    #[error("{model}: {what}")]
    TooLarge {
        /// Word of the model.
        model: &'static str,
        /// What to do about it.
        what: &'static str,
    },
}

/// A location model.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// Word on the command line and in files.
    pub word: &'static str,
    /// What it optimises (first).
    pub objective: Objective,
    /// Whether it cannot do without `p`.
    pub needs_p: bool,
    /// Whether the limit of [`Parameters`] matters to it.
    pub covering: bool,
    /// Whether it cannot do without the limit.
    pub needs_limit: bool,
    /// The instance; it is valid.
    pub build: fn(Vec<Site>, Vec<Row>, &Parameters) -> Result<Formulation, Unbuildable>,
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

/// Every model.
pub const MODELS: [Model; 10] = [
    p_median::MODEL,
    p_center::MODEL,
    set_cover::MODEL,
    max_cover::MODEL,
    partial_cover::MODEL,
    backup_cover::MODEL,
    weighted_backup_cover::MODEL,
    gradual_cover::MODEL,
    expected_cover::MODEL,
    cover_fewest_fastest::MODEL,
];

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

/// All rows as one group.
fn one_group(rows: &mut [Row], group: Group) -> Vec<Group> {
    for row in rows {
        row.group = Some(0);
    }
    vec![group]
}

/// Total weight, if it can be kept.
fn total_weight(rows: &[Row]) -> Option<u64> {
    let total: u128 = rows.iter().map(|r| u128::from(r.weight)).sum();
    u64::try_from(total).ok().filter(|t| *t <= MAX_TOTAL)
}

/// The share α of a model that needs it, between 0 and 1.
fn share(model: &'static str, parameters: &Parameters) -> Result<Ratio, Unbuildable> {
    let what = "a share of the total weight that is to be covered";
    let share = parameters.share.ok_or(Unbuildable::Missing { model, what })?;
    if share.at_most_one() {
        return Ok(share);
    }
    Err(Unbuildable::Parameter { model, what: format!("a share of {share} is more than everything; write at most 1") })
}
