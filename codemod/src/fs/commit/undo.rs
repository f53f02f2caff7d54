//! Back to the old texts, and the end of a run.

use std::fs;
use std::io;
use std::path::Path;

use crate::edit::TextHash;

use super::CommitError;
use super::disk::Disk;
use super::entry::{Entry, folders};

/// Puts the old texts back where new ones are, and deletes the temporary files. It does no harm
/// twice, and can be interrupted anywhere. Hands back the names of what was put back.
///
/// # Errors
/// Where the disk refuses, or where a file has neither text; in that case nothing was touched.
pub(super) fn undo(disk: &dyn Disk, entries: &[Entry]) -> Result<Vec<String>, CommitError> {
    let replaced: Vec<bool> = entries.iter().map(is_replaced).collect::<Result<_, _>>()?;
    let mut restored = Vec::new();
    for (entry, replaced) in entries.iter().zip(replaced) {
        if replaced {
            let refuse = |source| CommitError::Write { path: entry.name.clone(), source };
            disk.rename(&entry.old, &entry.target).map_err(refuse)?;
            restored.push(entry.name.clone());
        } else {
            clear(disk, entry)?;
        }
    }
    sync(disk, entries)?;
    Ok(restored)
}

/// Deletes the temporary files of a run that is done.
///
/// # Errors
/// Where the disk refuses.
pub(super) fn tidy(disk: &dyn Disk, entries: &[Entry]) -> Result<(), CommitError> {
    entries.iter().try_for_each(|entry| clear(disk, entry))?;
    sync(disk, entries)
}

/// Whether the new text is where the old one was: the old one has its second name, and the new one
/// waits no longer.
fn is_replaced(entry: &Entry) -> Result<bool, CommitError> {
    let refuse = |source| CommitError::Read { path: entry.name.clone(), source };
    if exists(&entry.new).map_err(refuse)? || !exists(&entry.old).map_err(refuse)? {
        return Ok(false);
    }
    let foreign = || CommitError::Foreign { path: entry.name.clone(), old: entry.old.clone() };
    let hash = match fs::read(&entry.target) {
        Ok(text) => TextHash::of(&text),
        Err(error) if is_absent(&error) => return Err(foreign()),
        Err(error) => return Err(refuse(error)),
    };
    match hash {
        hash if hash == entry.after => Ok(true),
        hash if hash == entry.before => Ok(false),
        _ => Err(foreign()),
    }
}

/// The second name goes first: as long as the new text waits, it is plain that nothing was replaced.
fn clear(disk: &dyn Disk, entry: &Entry) -> Result<(), CommitError> {
    for path in [&entry.old, &entry.new] {
        match disk.remove(path) {
            Err(error) if !is_absent(&error) => {
                let path = path.display().to_string();
                return Err(CommitError::Write { path, source: error });
            }
            _ => {}
        }
    }
    Ok(())
}

fn sync(disk: &dyn Disk, entries: &[Entry]) -> Result<(), CommitError> {
    for folder in folders(entries) {
        match disk.sync(folder) {
            // Who deletes a folder deletes what is in it.
            Err(error) if !is_absent(&error) => {
                let path = folder.display().to_string();
                return Err(CommitError::Write { path, source: error });
            }
            _ => {}
        }
    }
    Ok(())
}

fn exists(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
