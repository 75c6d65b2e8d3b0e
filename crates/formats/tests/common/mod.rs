//! What the tests of this crate share: the real data beside the project, and small files made on the spot.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use firesite_formats::{Error, Source};

/// A real data file; `None`, said loudly, where the data is not at hand.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("FIRESITE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not at hand", path.display());
    None
}

/// A folder of small files.
pub(crate) struct Files(tempfile::TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Source {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        Source::new(path).shown(name)
    }
}

/// The message of a refusal, which must name the file.
pub(crate) fn refusal<T>(name: &str, outcome: Result<T, Error>) -> String {
    match outcome {
        Ok(_) => panic!("{name} was accepted"),
        Err(error) => {
            let message = error.to_string();
            assert!(message.contains(name), "{name} is not named: {message}");
            assert!(matches!(error, Error::Input(_)));
            message
        }
    }
}
