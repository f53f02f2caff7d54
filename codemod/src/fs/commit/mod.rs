//! Brings edits to the disk: all files of a run, or none of them.
//!
//! [`commit`] writes each new text into a temporary file beside the old one, keeps the old file under
//! a second name, and then renames. A journal, [`JOURNAL`], says what is under way. It lies in the
//! deepest folder that holds all files of the run, whatever its root was:
//!
//! 1. The files are read, and their hashes compared. The journal is made and locked.
//! 2. The names of all files and their hashes go into the journal. Then the journals in all other
//!    folders around the files are looked at: a run that is about one of them comes first.
//! 3. New texts and second names are made: `.kthread-codemod-RUN-N.new` and `….old`.
//! 4. The hashes are compared once more; then each new text is renamed to where the old one is.
//! 5. `done` goes into the journal. From here on the run counts.
//! 6. The second names are deleted, then the journal.
//!
//! Each step is on the disk before the next one begins. Whenever a run ends, be it by `kill -9` or by
//! a power failure, [`recover`] on the folder of its journal puts it right: without `done` it puts the
//! old files back, with it it deletes what is left over. An error at any step puts the old files back
//! at once.
//!
//! From each file of a run its journal is found by looking upwards ([`around`]), and from a folder
//! around them by looking into the folders below, which a walk does on its way. So every later run
//! that reads or writes one of the files finds it, with whatever root and paths it was started
//! ([`unsettled`]).
//!
//! Two runs in one folder exclude each other by a lock on the journal (`flock` or its like), those in
//! a folder and in one above it by the look in step 2: each has said what it is about before it looks
//! at the other, so that one of them at least sees the other. The system gives the lock back when its
//! holder dies, however it dies, so that a journal without a lock is one of a dead run.
//!
//! A link is followed, and what it leads to is written. The new file has the mode of the old one, and
//! its owner and group where the system allows that. It has none of its extended attributes, and
//! other hard links keep the old text, as with most editors. What somebody else does to a file in the
//! moment between the second comparison and the renaming is lost.

mod disk;
mod entry;
mod error;
mod journal;
mod others;
mod plan;
mod replace;
#[cfg(test)]
mod tests;
mod undo;

use std::path::{Path, PathBuf};

use crate::edit::{EditSet, TextHash};

use disk::{Disk, System};
use entry::Entry;
use journal::{Journal, Left};
use plan::Plan;

pub use error::CommitError;
pub(in crate::fs) use others::is_in as has_journal;
pub use others::{State, Unsettled, around, below, unsettled};
pub use replace::replace;

/// The name of the journal.
pub const JOURNAL: &str = ".kthread-codemod-journal";

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The path, as the edits have it.
    pub path: String,
    /// The hash of the text before.
    pub before: TextHash,
    /// The hash of the text that it has now.
    pub after: TextHash,
}

/// What was found of an interrupted run. Paths are those in its journal: relative to its folder, and
/// where links lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// No run was interrupted.
    Nothing,
    /// It is as if that run had never been.
    Undone {
        /// The files whose old text had to be put back.
        restored: Vec<String>,
    },
    /// All files of that run had their new text; only temporary files were left over.
    Completed {
        /// The files.
        files: Vec<String>,
    },
}

/// Writes the edits to the files, whose paths are relative to `root`. Files that do not change are
/// not touched; the others are handed back, sorted by path.
///
/// Call [`recover`] on what [`unsettled`] finds before the files are read.
///
/// # Errors
/// A [`CommitError`]. All files are then as they were if [`CommitError::is_unchanged`]; otherwise the
/// next [`recover`] settles it.
pub fn commit(root: &Path, edits: &EditSet) -> Result<Vec<Written>, CommitError> {
    commit_on(&System, root, edits)
}

/// Puts right what an interrupted run left whose journal is in this folder.
///
/// # Errors
/// A [`CommitError`] where another run is at work, where the journal can't be understood, or where a
/// file was changed since. Nothing is lost then; the next call tries again.
pub fn recover(folder: &Path) -> Result<Recovery, CommitError> {
    recover_on(&System, folder)
}

fn commit_on(disk: &dyn Disk, root: &Path, edits: &EditSet) -> Result<Vec<Written>, CommitError> {
    if edits.is_empty() {
        return Ok(Vec::new());
    }
    let plan = Plan::new(&real(root)?, edits)?;
    if plan.is_empty() {
        return Ok(Vec::new());
    }
    let mut journal = Journal::make(plan.folder())?;
    let replaced = journal
        .plan(disk, &plan)
        .and_then(|()| others::stand_back(&plan))
        .and_then(|()| plan.carry_out(disk));
    if let Err(error) = replaced {
        return Err(match undo::undo(disk, plan.entries()) {
            Ok(_) => {
                let _ = journal.discard(disk);
                error
            }
            Err(why) => CommitError::Stuck { error: Box::new(error), why: Box::new(why) },
        });
    }
    journal.done(disk)?;
    let tidied = undo::tidy(disk, plan.entries()).and_then(|()| journal.discard(disk));
    match tidied {
        Ok(()) => Ok(plan.into_written()),
        Err(why) => Err(CommitError::Untidy(Box::new(why))),
    }
}

fn recover_on(disk: &dyn Disk, folder: &Path) -> Result<Recovery, CommitError> {
    let Some(mut journal) = Journal::find(&real(folder)?)? else { return Ok(Recovery::Nothing) };
    let names = |entries: Vec<Entry>| entries.into_iter().map(|entry| entry.name).collect();
    let recovery = match journal.read()? {
        // It died before it made anything.
        Left::Nothing => Recovery::Undone { restored: Vec::new() },
        Left::Planned(entries) => Recovery::Undone { restored: undo::undo(disk, &entries)? },
        Left::Done(entries) => {
            undo::tidy(disk, &entries)?;
            Recovery::Completed { files: names(entries) }
        }
    };
    journal.discard(disk)?;
    Ok(recovery)
}

fn real(root: &Path) -> Result<PathBuf, CommitError> {
    let refuse = |source| CommitError::Root { path: root.to_owned(), source };
    let real = root.canonicalize().map_err(refuse)?;
    if !real.is_dir() {
        return Err(refuse(std::io::ErrorKind::NotADirectory.into()));
    }
    Ok(real)
}
