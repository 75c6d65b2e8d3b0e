//! What can go wrong, with the findings inside.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;

use firesite_model::{Code, Finding, Severity};

/// How many findings of one code are printed; the rest is counted.
const SHOWN: usize = 10;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is unusable (exit code 2). At least one finding is fatal, and every finding names its file.
    Input(Vec<Finding>),
    /// A file could not be written (exit code 3).
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Error {
    /// One fatal finding.
    pub fn fatal(finding: Finding) -> Self {
        Error::Input(vec![finding])
    }

    /// The findings, empty for [`Error::Write`].
    pub fn findings(&self) -> &[Finding] {
        match self {
            Error::Input(findings) => findings,
            Error::Write { .. } => &[],
        }
    }
}

impl fmt::Display for Error {
    /// The fatal findings in input order, of each code the first ten.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Input(findings) => {
                let mut seen: BTreeMap<Code, usize> = BTreeMap::new();
                let mut first = true;
                for finding in findings.iter().filter(|finding| finding.severity == Severity::Fatal) {
                    let count = seen.entry(finding.code).or_default();
                    *count += 1;
                    if *count <= SHOWN {
                        if !first {
                            writeln!(f)?;
                        }
                        first = false;
                        write!(f, "{finding}")?;
                    }
                }
                for (code, count) in seen.iter().filter(|(_, count)| **count > SHOWN) {
                    write!(f, "\n{} fatal    … and {} more of this kind", code.0, count - SHOWN)?;
                }
                Ok(())
            }
            Error::Write { path, source } => write!(f, "{} cannot be written: {source}", path.display()),
        }
    }
}
