//! Where a layer comes from: a file, and what the study says about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use firesite_model::{Finding, Place};

use crate::{Error, codes};

/// A file to read, with what the study says about it.
///
/// ```
/// use firesite_formats::Source;
/// let source = Source::new("stations.geojson").with_crs("GCJ-02").with_column("name", "站名");
/// assert_eq!(source.shown, "stations.geojson");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// How the user wrote it; every message names it so.
    pub shown: String,
    /// The coordinate system the study declares: `EPSG:4547`, `GCJ-02`, `BD-09`, …; `None`: as the file says, else WGS84.
    pub crs: Option<String>,
    /// Property of the layer → column of the file (`id = "编号"`).
    pub columns: BTreeMap<String, String>,
}

impl Source {
    /// A file without declarations, shown as its path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let shown = path.display().to_string();
        Self { path, shown, crs: None, columns: BTreeMap::new() }
    }

    /// The same file under the name the user wrote.
    pub fn shown(mut self, shown: impl Into<String>) -> Self {
        self.shown = shown.into();
        self
    }

    /// The same file in a declared coordinate system.
    pub fn with_crs(mut self, crs: impl Into<String>) -> Self {
        self.crs = Some(crs.into());
        self
    }

    /// The same file, whose `column` holds this property.
    pub fn with_column(mut self, property: impl Into<String>, column: impl Into<String>) -> Self {
        self.columns.insert(property.into(), column.into());
        self
    }

    /// The place of the whole file.
    pub(crate) fn place(&self) -> Place {
        Place::file(self.shown.clone())
    }

    /// The whole content.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Error> {
        read_whole(&self.path).map_err(|reason| self.unreadable(&reason))
    }

    /// An error of opening or reading.
    pub(crate) fn unreadable(&self, reason: &str) -> Error {
        Error::fatal(Finding::fatal(
            codes::FILE_UNREADABLE,
            self.place(),
            format!("the file cannot be read: {reason}"),
            "check the path and the rights",
        ))
    }

    /// An error about the whole file: cut, damaged, not what its name says.
    pub(crate) fn damaged(&self, message: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::fatal(Finding::fatal(codes::FILE_DAMAGED, self.place(), message, remedy))
    }

    /// The end of the file's name, in lower case, for choosing a reader.
    pub(crate) fn lower_name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
    }
}

fn read_whole(path: &Path) -> Result<Vec<u8>, String> {
    let kind = fs::metadata(path).map_err(|error| reason(&error))?;
    if kind.is_dir() {
        return Err("it is a folder".to_owned());
    }
    fs::read(path).map_err(|error| reason(&error))
}

/// The reason of a system error in plain words.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// The blake3 hash of a file's content, in hexadecimal.
///
/// # Errors
/// [`Error::Input`] when the file cannot be read.
pub fn content_hash(path: impl AsRef<Path>) -> Result<String, Error> {
    let path = path.as_ref();
    let source = Source::new(path);
    let mut hasher = blake3::Hasher::new();
    if path.is_dir() {
        return Err(source.unreadable("it is a folder"));
    }
    let file = fs::File::open(path).map_err(|error| source.unreadable(&reason(&error)))?;
    hasher.update_reader(file).map_err(|error| source.unreadable(&reason(&error)))?;
    Ok(hasher.finalize().to_hex().to_string())
}
