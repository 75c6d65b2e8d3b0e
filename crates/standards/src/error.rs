//! What can go wrong with rules: only that they cannot be read.

use firesite_model::Finding;

/// Rules that cannot be used; every fault found is listed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The pack or the `[rules]` section is wrong: exit code 2.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Input(Vec<Finding>),
}

impl Error {
    /// The findings inside.
    pub fn findings(&self) -> &[Finding] {
        let Error::Input(findings) = self;
        findings
    }
}
