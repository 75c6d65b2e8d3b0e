//! Study in, plan out: the only place where all parts meet.

pub mod codes;
mod error;
pub mod map;
mod plan;
pub mod plan_json;
pub mod statements;
pub mod study_file;

pub use error::Error;
pub use plan::{CoverageReport, Plan};
pub use study_file::StudyFile;
