//! What can go wrong outside the engine.

use std::io;
use std::path::PathBuf;

use super::commit::{State, Unsettled};

/// Something that the user asked for by name and that can't be had.
#[derive(Debug, thiserror::Error)]
pub enum FsError {
    /// `--root` can't be used.
    #[error("{}: cannot be the root: {}", path.display(), reason(source))]
    Root {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The current directory can't be found out.
    #[error("the current directory cannot be found out: {}", reason(.0))]
    CurrentDir(io::Error),
    /// A file or folder that was given can't be read.
    #[error("{path}: {why}")]
    Given {
        /// The path as reports name it.
        path: String,
        /// Why.
        why: String,
    },
    /// A run that writes is not over: what would be read can be half of it.
    #[error("{}", .0.iter().map(words).collect::<Vec<_>>().join("\nerror: "))]
    Unsettled(Vec<Unsettled>),
}

/// What to do about a run that is not over.
fn words(run: &Unsettled) -> String {
    let folder = run.folder.display();
    match &run.state {
        State::Odd(error) => error.to_string(),
        State::Running => {
            format!("{folder}: another run is writing in this folder; start again when it is over")
        }
        State::Interrupted | State::Whole => format!(
            "{folder}: a run that wrote in this folder was interrupted, and files may be half of the \
             old and half of the new; `kthread-codemod recover` in this folder puts that right"
        ),
    }
}

/// A place of the tree that could not be read, and that nobody gave by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The path as reports name it.
    pub path: String,
    /// Why.
    pub why: String,
    /// Whether the system refused to read it: the report is about the rest only.
    pub unread: bool,
}

/// The system's words for an error, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}
