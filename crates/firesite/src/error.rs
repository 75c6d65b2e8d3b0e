//! The one error of the face.

use firesite_model::Finding;

/// Anything that can go wrong, with the findings inside.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read or written.
    #[error(transparent)]
    Formats(#[from] firesite_formats::Error),
    /// The roads make no network, or the profile is wrong.
    #[error(transparent)]
    Network(#[from] firesite_network::Error),
    /// The rules cannot be used.
    #[error(transparent)]
    Standards(#[from] firesite_standards::Error),
    /// The study cannot be used or computed.
    #[error(transparent)]
    Plan(#[from] firesite_plan::Error),
    /// Results cannot be written or read back.
    #[error(transparent)]
    Report(#[from] firesite_report::Error),
    /// The input is unusable in another way.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Input(Vec<Finding>),
}

impl Error {
    /// Whether the system failed (disk full, no right to write) rather than the input.
    pub fn is_system(&self) -> bool {
        match self {
            Error::Formats(error) => matches!(error, firesite_formats::Error::Write { .. }),
            Error::Plan(error) => error.exit_code() == 3,
            Error::Report(error) => {
                matches!(error, firesite_report::Error::Formats(firesite_formats::Error::Write { .. }))
            }
            Error::Network(_) | Error::Standards(_) | Error::Input(_) => false,
        }
    }
}
