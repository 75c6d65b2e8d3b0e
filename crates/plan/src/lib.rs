//! Study in, plan out: the only place where all parts meet.

mod areas;
pub mod candidates;
pub mod checks;
pub mod codes;
mod compute;
mod draw;
mod error;
mod homes;
pub mod input;
pub mod map;
mod phases;
mod plan;
pub mod plan_json;
mod problem;
mod scenario;
mod search;
mod sites;
pub mod statements;
mod study;
pub mod study_file;
mod weights;

pub use candidates::Candidates;
pub use error::Error;
pub use plan::{CoverageReport, Plan};
pub use study::{Study, StudyBuilder};
pub use study_file::StudyFile;
