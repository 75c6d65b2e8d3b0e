//! One file a command.

pub mod coverage;
pub mod isochrones;
pub mod matrix;
pub mod nearest;
pub mod plan;
pub mod report;
pub mod solve;
pub mod summary;
