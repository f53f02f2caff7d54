//! Why nothing was written, and the way out.

use std::io;
use std::path::PathBuf;

use crate::fs::error::reason;

/// Why files were not written, or what is left to do.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The root can't be used.
    #[error("{}: cannot be the root: {}", path.display(), reason(source))]
    Root {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another run is at work in the same folder, or on one of the files.
    #[error(
        "{}: another run is writing in this folder; start again when it is over",
        journal.display()
    )]
    Busy {
        /// Its journal.
        journal: PathBuf,
    },
    /// The journal of an interrupted run is there, and nobody called for a recovery.
    #[error(
        "{}: a run that wrote in this folder was interrupted; start again, and it is put right first",
        journal.display()
    )]
    Interrupted {
        /// Its journal.
        journal: PathBuf,
    },
    /// The journal can't be made, read, written or deleted.
    #[error(
        "{}: the journal cannot be kept: {}; it belongs into the folder that holds all files of a run: \
         allow files to be made and locked there, or give fewer files at once",
        path.display(), reason(source)
    )]
    Journal {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is a journal, and what it says can't be read.
    #[error(
        "{}: the journal of another run cannot be read: {}; files here may be half written; let its \
         owner start `kthread-codemod recover` in this folder",
        path.display(), reason(source)
    )]
    Unreadable {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The journal of an interrupted run does not say what it must.
    #[error(
        "{}: not a journal of this program: {why}; if files beside those that it names are called \
         .kthread-codemod-*.old, they hold the old texts: move them back, then delete the journal",
        path.display()
    )]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// What is wrong about it.
        why: String,
    },
    /// A file can't be read.
    #[error("{path}: cannot be read: {}", reason(source))]
    Read {
        /// The path, as the edits have it.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// What is to be written to is not a file.
    #[error("{path}: not a regular file, so it is not written to")]
    NotAFile {
        /// The path, as it was given.
        path: String,
    },
    /// The file is protected by its mode.
    #[error("{path}: write-protected; allow it with `chmod u+w`")]
    Protected {
        /// The path, as it was given.
        path: String,
    },
    /// The file has another text than the one that the edits were made for.
    #[error("{path}: changed since it was read; start again")]
    Changed {
        /// The path, as the edits have it.
        path: String,
    },
    /// Two paths lead to the same file.
    #[error("{path}: the same file as {other}; give one of them only")]
    Twice {
        /// The path, as the edits have it.
        path: String,
        /// The other one.
        other: String,
    },
    /// The journal can't hold the file's name.
    #[error(
        "{path}: has or leads to a name that is not UTF-8, which no journal can hold; rename it"
    )]
    NotUtf8 {
        /// The path, as the edits have it.
        path: String,
    },
    /// A file can't be written.
    #[error("{path}: cannot be written: {}", reason(source))]
    Write {
        /// The path, as it was given.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// There is no folder for a new file.
    #[error("{path}: cannot be written: there is no folder {}; make it first", folder.display())]
    Folder {
        /// The path, as it was given.
        path: String,
        /// The folder that is not there.
        folder: PathBuf,
    },
    /// After a run was interrupted, somebody else changed one of its files.
    #[error(
        "{path}: changed since a run was interrupted; {} is the text before that run: take from it \
         what is needed, delete it and start again",
        old.display()
    )]
    Foreign {
        /// The file, as the journal has it.
        path: String,
        /// Where its old text is.
        old: PathBuf,
    },
    /// Some files have their new text and could not get the old one back.
    #[error(
        "{error}; files that were written already could not be put back: {why}; the next run tries \
         again"
    )]
    Stuck {
        /// Why the run ended.
        error: Box<CommitError>,
        /// Why the old texts could not be put back.
        why: Box<CommitError>,
    },
    /// All files are written, and the journal may or may not say so.
    #[error(
        "{}: cannot be written: {}; all files are changed, but the next run may put them back",
        journal.display(), reason(source)
    )]
    Unsettled {
        /// The journal.
        journal: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// All files are written; temporary files are left over.
    #[error("{0}; all files are written, and the next run deletes what is left over")]
    Untidy(Box<CommitError>),
}

impl CommitError {
    /// Whether all files are as they were before the [`commit`](super::commit) that failed.
    pub fn is_unchanged(&self) -> bool {
        !matches!(self, Self::Stuck { .. } | Self::Unsettled { .. } | Self::Untidy(_))
    }
}
