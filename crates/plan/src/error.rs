//! What can go wrong with a study.

use std::path::PathBuf;

use firesite_model::Finding;

/// A study that cannot be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The study is wrong: exit code 2, nothing is written. Every fault found is listed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Input(Vec<Finding>),
    /// A result could not be written: exit code 3.
    #[error("{}: {source}", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
    /// Something that should not happen: exit code 3.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One fatal finding.
    pub fn one(finding: Finding) -> Self {
        Error::Input(vec![finding])
    }

    /// The findings inside, none for a system error.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Error::Input(findings) => findings,
            _ => &[],
        }
    }

    /// 2 for bad input, 3 for the rest (DESIGN §7).
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Input(_) => 2,
            _ => 3,
        }
    }
}

impl From<firesite_network::Error> for Error {
    fn from(error: firesite_network::Error) -> Self {
        Error::Input(error.findings().to_vec())
    }
}

impl From<firesite_standards::Error> for Error {
    fn from(error: firesite_standards::Error) -> Self {
        Error::Input(error.findings().to_vec())
    }
}
