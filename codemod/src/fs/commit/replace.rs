//! One file as a whole.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::CommitError;
use super::disk::{Disk, System};
use super::entry::Run;

/// Writes a file that need not be there yet: through a temporary file beside it, which is then
/// renamed, so that nobody sees half of it. A link is followed; mode and owner of an old file stay.
///
/// # Errors
/// A [`CommitError`]; the old file, if there is one, is as it was.
pub fn replace(path: &Path, text: &[u8]) -> Result<(), CommitError> {
    let name = || path.display().to_string();
    let refuse = |source| CommitError::Write { path: name(), source };
    let (target, like) = match path.canonicalize() {
        Ok(real) => {
            let like = real.metadata().map_err(refuse)?;
            if !like.is_file() {
                return Err(CommitError::NotAFile { path: name() });
            }
            if like.permissions().readonly() {
                return Err(CommitError::Protected { path: name() });
            }
            (real, Some(like))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => (absent(path)?, None),
        Err(error) => return Err(refuse(error)),
    };
    write(&System, &target, text, like.as_ref()).map_err(refuse)
}

/// The path of a file that is not there yet.
fn absent(path: &Path) -> Result<PathBuf, CommitError> {
    let name = || path.display().to_string();
    let refuse = |source| CommitError::Write { path: name(), source };
    if fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink()) {
        return Err(refuse(io::Error::other("a broken link: it leads to nothing")));
    }
    let (Some(folder), Some(file)) = (path.parent(), path.file_name()) else {
        return Err(refuse(io::ErrorKind::NotFound.into()));
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // With a `/` behind it, the path itself is meant to be a folder.
    let is_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    if is_folder || !folder.is_dir() {
        let folder = if is_folder { path } else { folder }.to_owned();
        return Err(CommitError::Folder { path: name(), folder });
    }
    Ok(folder.join(file))
}

fn write(disk: &dyn Disk, target: &Path, text: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    let new = target.with_file_name(Run::new().temporary(0, "new"));
    let written = disk.create(&new, text, like).and_then(|()| disk.rename(&new, target));
    if let Err(error) = written {
        // It may not even be there.
        let _ = disk.remove(&new);
        return Err(error);
    }
    let folder = target.parent().unwrap_or(target);
    disk.sync(folder)
}
