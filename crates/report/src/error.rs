//! What can go wrong when results are written.

use std::path::PathBuf;

/// Results that could not be written or read back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder could not be written (exit code 3), or is none to write to.
    #[error(transparent)]
    Formats(#[from] firesite_formats::Error),
    /// A folder that holds no results of `plan` or `coverage` (exit code 2).
    #[error("{}: {reason}", path.display())]
    NotResults {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}
