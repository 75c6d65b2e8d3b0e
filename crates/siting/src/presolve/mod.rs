//! Presolve: what an instance can do without, with a reason for each step, and the way back.
//!
//! | step | when |
//! |---|---|
//! | rows that a fixed site settles | covered (or served first) by a site that is open anyway: their value is a constant |
//! | rows alike | same reach, group, gains: one row with the sum of the weights (compared in full, a hash only finds candidates) |
//! | dominated sites | another site covers everything this one covers, no later, at no higher cost, and no side constraint minds |
//! | dominated rows | set covering: whoever covers another row covers this one too |
//! | essential sites | the only site of a row that must be covered is open |
//!
//! The steps repeat until none applies. They are the explanation of what was left out ([`Step::explain`]), and reversible: a plan, or a whole claim
//! with its certificate, of the smaller instance is one of the given instance ([`Presolve::lift`]), which
//! [`verify`](firesite_problem::verify) checks like any other. [Toregas and ReVelle 1973; Church and ReVelle 1974; Lv, Yu, Liang and others
//! 2025 for covering at scale.]
//!
//! ```
//! use firesite_problem::models::{Parameters, model};
//! use firesite_problem::{Row, Site, verify};
//! use firesite_siting::{Options, presolve::presolve, solve};
//!
//! let sites = ["old", "new", "far"].map(Site::new).to_vec();
//! let row = |sites: &[u32]| Row { weight: 1, reach: sites.iter().map(|&j| (j, 3)).collect(), ..Row::default() };
//! // Whatever "old" covers, "new" covers; "far" alone covers the last row.
//! let rows = vec![row(&[0, 1]), row(&[1]), row(&[2])];
//! let parameters = Parameters { limit: Some(5), ..Parameters::default() };
//! let instance = (model("set-cover").unwrap().build)(sites, rows, &parameters)?.instance;
//! let smaller = presolve(&instance);
//! assert_eq!(
//!     smaller.steps[0].explain(&instance),
//!     "site old is dominated by site new: it covers everything old covers that is not settled, no later, at no higher cost"
//! );
//! assert_eq!(smaller.instance.rows.len(), 0); // the rest follows
//! let claim = solve(&smaller.instance, &Options::default())?.claim;
//! let claim = smaller.lift(&instance, &claim).unwrap();
//! assert_eq!(claim.open, Some(vec![1, 2]));
//! assert!(verify(&instance, &claim).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod lift;
mod reduce;

use firesite_problem::Instance;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// A fixed site settles rows.
    Settled {
        /// The site.
        by: u32,
        /// The rows.
        rows: Vec<u32>,
    },
    /// A row is merged into one alike.
    Merged {
        /// The row.
        row: u32,
        /// The row that stands for both.
        into: u32,
    },
    /// A site is left out.
    DominatedSite {
        /// The site.
        site: u32,
        /// The site that is never worse.
        by: u32,
    },
    /// A row that must be covered is covered whenever another is.
    DominatedRow {
        /// The row.
        row: u32,
        /// The other.
        by: u32,
    },
    /// A site is open, since nothing else covers a row that must be covered.
    Essential {
        /// The site.
        site: u32,
        /// The row.
        row: u32,
    },
}

impl Step {
    /// The step in words, sites by their ids in the given instance, rows counted from 0.
    #[must_use]
    pub fn explain(&self, instance: &Instance) -> String {
        let id = |j: u32| instance.sites.get(j as usize).map_or("?", |s| s.id.as_str());
        match self {
            Self::Settled { by, rows } => {
                let what = if rows.len() == 1 { format!("row {}", rows[0]) } else { format!("{} rows", rows.len()) };
                format!("{what} settled by site {}, which is open anyway", id(*by))
            }
            Self::Merged { row, into } => format!("row {row} is merged into row {into}: the same sites reach both"),
            Self::DominatedSite { site, by } => format!(
                "site {0} is dominated by site {1}: it covers everything {0} covers that is not settled, no later, at no higher cost",
                id(*site),
                id(*by)
            ),
            Self::DominatedRow { row, by } => format!("row {row} is covered whenever row {by} is"),
            Self::Essential { site, row } => {
                format!("site {} is essential: no other site covers row {row}", id(*site))
            }
        }
    }
}

/// A smaller instance with the same best plans (not all of them), and the way back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Presolve {
    /// The smaller instance.
    pub instance: Instance,
    /// What was done, in order, in positions of the given instance.
    pub steps: Vec<Step>,
    /// Site in the given instance of each site of the smaller one.
    pub sites: Vec<u32>,
    /// Row of the smaller instance that stands for each row; `None`: settled or dominated.
    pub rows: Vec<Option<u32>>,
    /// What to add to each level's value.
    pub offsets: Vec<i64>,
}

/// Reduces an instance to a fixpoint. The instance must be valid.
///
/// Work: per round linear in the reach entries, and for each site the reaches of the sites that share its rarest row.
#[must_use]
pub fn presolve(instance: &Instance) -> Presolve {
    reduce::reduce(instance)
}
