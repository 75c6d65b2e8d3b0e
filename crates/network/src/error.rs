//! What stops a network from being built.

use std::fmt;

use firesite_model::Finding;

/// Why there is no network, profile or table of times.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The input cannot be used; the findings say where and why.
    Input(Vec<Finding>),
}

impl Error {
    pub(crate) fn one(finding: Finding) -> Self {
        Error::Input(vec![finding])
    }

    /// The findings that stopped the work.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Error::Input(findings) => findings,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, finding) in self.findings().iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
