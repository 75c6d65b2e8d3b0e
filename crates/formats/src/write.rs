//! Files and folders that appear whole or not at all.
//!
//! A file is written beside its place and moved there. A folder is filled beside its place under a hidden name and then
//! exchanged with the older one in a single step of the file system, so that a run killed at any moment leaves the old
//! folder whole or the new one whole. What a killed run left beside the place is cleared by the next one.

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};

use crate::Error;

const FILE_MODE: u32 = 0o644;
const FOLDER_MODE: u32 = 0o755;
/// The end of the hidden name of a folder that is being filled.
const PARTIAL: &str = ".firesite-part";
/// A folder that is not empty is replaced only when it holds one of these: it is then an older result.
const MARKS: [&str; 2] = ["plan.json", "coverage.json"];

fn failed(path: &Path, source: io::Error) -> Error {
    Error::Write { path: path.to_owned(), source }
}

/// Writes a file whole or not at all, mode 0644; an older file of the name is replaced. A link stays a link: what it
/// points to is replaced. A device or a pipe (`/dev/stdout`, `/dev/null`) is written into, never replaced.
///
/// # Errors
/// [`Error::Write`].
pub fn write_file(path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), Error> {
    let path = path.as_ref();
    let write = || -> io::Result<()> {
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => Err(io::Error::other("it is a folder")),
            Ok(there) if there.is_file() => write_beside(&fs::canonicalize(path)?, bytes),
            Ok(_) => File::options().write(true).open(path)?.write_all(bytes),
            Err(_) => write_beside(path, bytes),
        }
    };
    write().map_err(|error| failed(path, error))
}

fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let parent = parent_of(path);
    fs::create_dir_all(&parent)?;
    let mut file = tempfile::NamedTempFile::new_in(&parent)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(FILE_MODE))?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The folder in which a path lies.
fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A folder of results that is being filled; nothing is seen at its place before [`Folder::commit`].
///
/// ```
/// # let somewhere = tempfile::tempdir()?;
/// # let out = somewhere.path().join("out");
/// use firesite_formats::write::Folder;
/// let folder = Folder::new(&out)?;
/// folder.write("plan.json", b"{}")?;
/// folder.write("tables/demand.csv", b"id\n")?;
/// assert!(!out.exists());
/// folder.commit()?;
/// assert!(out.join("tables/demand.csv").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Folder {
    target: PathBuf,
    partial: PathBuf,
    /// The open folder, locked: the sign for other runs that somebody is at work on it.
    lock: Option<File>,
}

impl Folder {
    /// Begins a folder that will stand at `target`.
    ///
    /// # Errors
    /// [`Error::Write`] when `target` is a file, or a folder with other content than an older result, or cannot be
    /// written beside.
    pub fn new(target: impl AsRef<Path>) -> Result<Self, Error> {
        let shown = target.as_ref();
        let fail = |error| failed(shown, error);
        // A link to a folder stays a link: its folder is replaced.
        let target =
            if shown.exists() { shown.canonicalize().map_err(fail)? } else { absolute(shown).map_err(fail)? };
        check_replaceable(&target).map_err(fail)?;
        let parent = parent_of(&target);
        fs::create_dir_all(&parent).map_err(fail)?;
        let name = target.file_name().ok_or_else(|| fail(io::Error::other("it has no name")))?;
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".");
        clear_abandoned(&parent, &prefix);
        let partial =
            tempfile::Builder::new().prefix(&prefix).suffix(PARTIAL).tempdir_in(&parent).map_err(fail)?.keep();
        let lock = File::open(&partial).map_err(fail)?;
        // Where locks are not to be had, a run beside ours could clear our files; it then fails, and says so.
        let _ = flock(&lock, FlockOperation::NonBlockingLockExclusive);
        fs::set_permissions(&partial, Permissions::from_mode(FOLDER_MODE)).map_err(fail)?;
        Ok(Self { target, partial, lock: Some(lock) })
    }

    /// Where a file of the folder is to be written now (folders on the way are made): for writers that need a path.
    ///
    /// # Errors
    /// [`Error::Write`], also when the name leads out of the folder.
    pub fn file(&self, name: impl AsRef<Path>) -> Result<PathBuf, Error> {
        let name = name.as_ref();
        let path = self.partial.join(name);
        let inside = !name.as_os_str().is_empty() && name.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(failed(name, io::Error::other("the name leads out of the folder")));
        }
        fs::create_dir_all(parent_of(&path)).map_err(|error| failed(&path, error))?;
        Ok(path)
    }

    /// Writes one file.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) -> Result<(), Error> {
        let path = self.file(name)?;
        let write = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            file.write_all(bytes)?;
            file.set_permissions(Permissions::from_mode(FILE_MODE))?;
            file.sync_all()
        };
        write().map_err(|error| failed(&path, error))
    }

    /// The folder in which the files lie until the end.
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Puts the folder in its place; an older result there is replaced whole.
    ///
    /// # Errors
    /// [`Error::Write`]; the older folder is then still there.
    pub fn commit(mut self) -> Result<(), Error> {
        let target = self.target.clone();
        self.place().map_err(|error| failed(&target, error))
    }

    fn place(&mut self) -> io::Result<()> {
        check_replaceable(&self.target)?;
        if self.target.exists() {
            match renameat_with(CWD, &self.partial, CWD, &self.target, RenameFlags::EXCHANGE) {
                // The older result now bears the hidden name, and goes when this value is dropped.
                Ok(()) => {}
                // A file system without exchange: two steps, the first of which can be undone.
                Err(_) => {
                    let aside = self.partial.with_extension("older.firesite-part");
                    fs::rename(&self.target, &aside)?;
                    if let Err(error) = fs::rename(&self.partial, &self.target) {
                        fs::rename(&aside, &self.target)?;
                        return Err(error);
                    }
                    fs::remove_dir_all(&aside)?;
                }
            }
        } else {
            fs::rename(&self.partial, &self.target)?;
        }
        if let Ok(parent) = File::open(parent_of(&self.target)) {
            // Makes the exchange last through a power failure, where the file system can.
            let _ = parent.sync_all();
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.lock = None;
        let _ = fs::remove_dir_all(&self.partial);
    }
}

fn absolute(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)
}

/// An absent or empty folder, or an older result. Anything else is somebody's work.
fn check_replaceable(target: &Path) -> io::Result<()> {
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is a file; give a folder"));
    }
    let mut empty = true;
    for entry in fs::read_dir(target)? {
        let name = entry?.file_name();
        empty = false;
        if Path::new(&name).extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("it holds {}, so it is no folder of results; give another folder", name.to_string_lossy()),
            ));
        }
    }
    if empty || MARKS.iter().any(|mark| target.join(mark).is_file()) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        "it holds files but no older result (plan.json or coverage.json); give an empty or a new folder",
    ))
}

/// Clears what killed runs left for this target: hidden folders whose lock nobody holds.
fn clear_abandoned(parent: &Path, prefix: &OsString) {
    let prefix = prefix.to_string_lossy().into_owned();
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !(name.starts_with(&prefix) && name.ends_with(PARTIAL) && entry.path().is_dir()) {
            continue;
        }
        let held =
            File::open(entry.path()).is_ok_and(|lock| flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err());
        if !held {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_replaced_whole() {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("deep/out");
        let first = Folder::new(&out).unwrap();
        first.write("plan.json", b"1").unwrap();
        first.write("tables/old.csv", b"1").unwrap();
        first.commit().unwrap();
        let second = Folder::new(&out).unwrap();
        second.write("plan.json", b"2").unwrap();
        assert_eq!(fs::read(out.join("plan.json")).unwrap(), b"1");
        second.commit().unwrap();
        assert_eq!(names(&out), ["plan.json"]);
        assert_eq!(fs::read(out.join("plan.json")).unwrap(), b"2");
        assert_eq!(names(&place.path().join("deep")), ["out"], "nothing is left beside it");
        let mode = fs::metadata(out.join("plan.json")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, FILE_MODE);
        assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, FOLDER_MODE);
    }

    #[test]
    fn a_folder_given_up_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("out")).unwrap();
        folder.write("plan.json", b"1").unwrap();
        drop(folder);
        assert!(names(place.path()).is_empty());
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_and_a_running_one_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("out");
        fs::create_dir(place.path().join(".out.killed.firesite-part")).unwrap();
        let running = Folder::new(&out).unwrap();
        let other = Folder::new(&out).unwrap();
        assert!(!place.path().join(".out.killed.firesite-part").exists());
        running.write("plan.json", b"1").unwrap();
        other.write("plan.json", b"2").unwrap();
        running.commit().unwrap();
        other.commit().unwrap();
        assert_eq!(names(place.path()), ["out"]);
    }

    #[test]
    fn somebodys_work_is_not_replaced() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("thesis.txt"), b"years").unwrap();
        assert!(Folder::new(place.path()).is_err());
        fs::write(place.path().join("plan.json"), b"{}").unwrap();
        fs::write(place.path().join("study.toml"), b"").unwrap();
        assert!(Folder::new(place.path()).is_err());
        assert!(Folder::new(place.path().join("thesis.txt")).is_err());
        assert_eq!(names(place.path()), ["plan.json", "study.toml", "thesis.txt"]);
    }

    #[test]
    fn names_stay_inside() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("out")).unwrap();
        assert!(folder.write("../x", b"").is_err());
        assert!(folder.write("/tmp/x", b"").is_err());
        assert!(folder.write("", b"").is_err());
    }

    #[test]
    fn a_link_stays_a_link_and_a_device_is_written_into() {
        let place = tempfile::tempdir().unwrap();
        let (file, link) = (place.path().join("real.csv"), place.path().join("link.csv"));
        fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_file(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        // A socket, the one special file that can be made without any right: it is refused or written into, never replaced.
        let socket = place.path().join("socket");
        let _held = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(write_file(&socket, b"x").is_err());
        assert!(!fs::symlink_metadata(&socket).unwrap().is_file());
    }

    #[test]
    fn a_file_is_replaced_with_the_right_mode() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a/b.csv");
        write_file(&path, b"1").unwrap();
        write_file(&path, b"2").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, FILE_MODE);
        assert!(matches!(write_file(place.path(), b""), Err(Error::Write { .. })));
    }
}
