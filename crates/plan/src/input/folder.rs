//! Where the files of a study lie, and which of them may be read.

use std::path::{Component, Path, PathBuf};

use firesite_model::{Finding, Place};

use crate::codes;

/// Where the files of a study lie.
pub(super) struct Folder<'a> {
    pub(super) root: &'a Path,
    pub(super) outside: bool,
    pub(super) study: &'a str,
}

impl Folder<'_> {
    /// The path of a file of the study, if it exists and may be read.
    pub(super) fn resolve(&self, written: &str, layer: &str) -> Result<PathBuf, Box<Finding>> {
        let path = self.root.join(written);
        let place = || Place::file(written).layer(layer);
        if !self.outside && self.leads_out(Path::new(written), &path) {
            return Err(Box::new(Finding::fatal(
                codes::OUTSIDE,
                place(),
                format!("[{layer}] file = \"{written}\" lies outside the folder of {}", self.study),
                "put the file into the study's folder, or write outside = true in [study]",
            )));
        }
        if path.is_dir() {
            return Err(Box::new(Finding::fatal(
                codes::LAYER_MISSING,
                place(),
                format!("[{layer}] file = \"{written}\" is a folder"),
                "name a file",
            )));
        }
        if !path.exists() {
            return Err(Box::new(Finding::fatal(
                codes::LAYER_MISSING,
                place(),
                format!("[{layer}] file = \"{written}\" does not exist"),
                "check the name; paths are relative to the study file",
            )));
        }
        Ok(path)
    }

    /// By the words of the path, and, through links, by where it really lies.
    fn leads_out(&self, written: &Path, path: &Path) -> bool {
        let mut depth = 0i32;
        for part in written.components() {
            match part {
                Component::ParentDir => depth -= 1,
                Component::Normal(_) => depth += 1,
                Component::RootDir | Component::Prefix(_) => return !path.starts_with(self.root),
                Component::CurDir => {}
            }
            if depth < 0 {
                return true;
            }
        }
        match (path.canonicalize(), self.root.canonicalize()) {
            (Ok(real), Ok(root)) => !real.starts_with(root),
            _ => false,
        }
    }
}
