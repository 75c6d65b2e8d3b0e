//! One file a command.

pub mod check;
pub mod compare;
pub mod coverage;
pub mod explain;
pub mod isochrones;
pub mod matrix;
pub mod nearest;
pub mod plan;
pub mod report;
pub mod solve;
pub mod summary;
pub mod verify;
