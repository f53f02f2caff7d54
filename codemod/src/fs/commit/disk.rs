//! Whatever changes the disk, in one place, so that tests can stop it anywhere.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::ErrorKind::{InvalidInput, PermissionDenied};
use std::io::{self, Write};
use std::path::Path;

/// The operations of a run that change something.
pub(super) trait Disk {
    /// Makes a file that is not there yet. Its text is on the disk afterwards, its name may not be.
    /// It gets mode and owner of `like`.
    fn create(&self, path: &Path, text: &[u8], like: Option<&Metadata>) -> io::Result<()>;

    /// Gives a file a second name.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Renames a file; what was there under the new name is gone.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Brings the names in a folder to the disk.
    fn sync(&self, folder: &Path) -> io::Result<()>;

    /// Writes at the end of an open file and brings it to the disk.
    fn append(&self, file: &mut File, path: &Path, text: &[u8]) -> io::Result<()>;
}

/// The disk itself.
#[derive(Debug)]
pub(super) struct System;

impl Disk for System {
    fn create(&self, path: &Path, text: &[u8], like: Option<&Metadata>) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        if like.is_some() {
            private(&mut options);
        }
        let mut file = options.open(path)?;
        file.write_all(text)?;
        if let Some(like) = like {
            own(&file, like);
            // Behind the owner: a new owner takes some bits away.
            file.set_permissions(like.permissions())?;
        }
        file.sync_all()
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync(&self, folder: &Path) -> io::Result<()> {
        if !cfg!(unix) {
            // A folder can't be opened there.
            return Ok(());
        }
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            // A folder may be written to without being readable, and not every file system knows
            // how to do it. The names come to the disk all the same, only later.
            Err(error) if matches!(error.kind(), PermissionDenied | InvalidInput) => Ok(()),
            other => other,
        }
    }

    fn append(&self, file: &mut File, _: &Path, text: &[u8]) -> io::Result<()> {
        file.write_all(text)?;
        file.sync_all()
    }
}

/// Nobody else reads it until its mode is set.
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Gives the file to the owner and the group of another one, as far as the system lets us.
fn own(file: &File, like: &Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let Ok(now) = file.metadata() else { return };
        let group = (now.gid() != like.gid()).then(|| like.gid());
        if now.uid() == like.uid() || fchown(file, Some(like.uid()), group).is_err() {
            let _ = fchown(file, None, group);
        }
    }
    #[cfg(not(unix))]
    let _ = (file, like);
}
