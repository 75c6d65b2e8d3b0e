//! One file a command.

pub mod isochrones;
pub mod matrix;
pub mod nearest;
pub mod solve;
