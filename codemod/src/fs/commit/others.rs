//! Other runs: which journals there are, and whether they are about the same files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::journal::{Journal, Left};
use super::plan::Plan;
use super::{CommitError, JOURNAL};

/// A run that is not over.
#[derive(Debug)]
pub struct Unsettled {
    /// The folder of its journal.
    pub folder: PathBuf,
    /// How far it came.
    pub state: State,
}

/// How far a run came.
#[derive(Debug)]
pub enum State {
    /// It is at work, and changes files.
    Running,
    /// It was interrupted: some files may have their new text, others the old one.
    Interrupted,
    /// It was interrupted or is at work, but all files are as they were, or all are written.
    Whole,
    /// Its journal can't be read or understood.
    Odd(CommitError),
}

/// Whether there is a journal in a folder.
pub(in crate::fs) fn is_in(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(JOURNAL)).is_ok()
}

/// The folders around a path, itself included, in which there is a journal.
pub fn around(path: &Path) -> Vec<PathBuf> {
    let Ok(real) = path.canonicalize() else { return Vec::new() };
    real.ancestors().filter(|folder| is_in(folder)).map(Path::to_owned).collect()
}

/// The folders in a folder, itself included, in which there is a journal. Links are not followed.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        if is_in(&folder) {
            out.push(folder.clone());
        }
        // Where nobody may look, nobody is going to read either.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(entry.path());
            }
        }
    }
    out
}

/// Of the journals in these folders, those of runs that change something in or beside `paths`, or
/// that changed nothing yet.
pub fn unsettled(
    folders: impl IntoIterator<Item = PathBuf>,
    paths: &[impl AsRef<Path>],
) -> Vec<Unsettled> {
    let regions: Vec<PathBuf> = paths.iter().filter_map(|path| region(path.as_ref())).collect();
    let concerns = |left: &Left| {
        let (Left::Planned(entries) | Left::Done(entries)) = left else { return true };
        let within = |file: &Path| regions.iter().any(|region| file.starts_with(region));
        entries.iter().any(|entry| within(&entry.target))
    };
    let folders: BTreeSet<PathBuf> =
        folders.into_iter().filter_map(|folder| folder.canonicalize().ok()).collect();
    let look = |folder: PathBuf| {
        let state = match Journal::peek(&folder) {
            Ok(Some(left)) if concerns(&left) => match left {
                Left::Planned(_) if Journal::is_alive(&folder) => State::Running,
                Left::Planned(_) => State::Interrupted,
                Left::Nothing | Left::Done(_) => State::Whole,
            },
            Ok(_) => return None,
            Err(error) => State::Odd(error),
        };
        Some(Unsettled { folder, state })
    };
    folders.into_iter().filter_map(look).collect()
}

/// A folder, or the folder of a file: a file is read together with what it includes.
fn region(path: &Path) -> Option<PathBuf> {
    let real = path.canonicalize().ok()?;
    if real.is_dir() { Some(real) } else { real.parent().map(Path::to_owned) }
}

/// Looks for other runs that are about a file of this one, whose own journal says so already.
///
/// # Errors
/// Where there is one.
pub(super) fn stand_back(plan: &Plan) -> Result<(), CommitError> {
    let files = || plan.entries().iter().map(|entry| entry.target.as_path());
    let folders: BTreeSet<&Path> = files()
        .flat_map(|file| file.ancestors().skip(1))
        .filter(|it| *it != plan.folder())
        .collect();
    for folder in folders.into_iter().filter(|folder| is_in(folder)) {
        let Some(Left::Planned(entries)) = Journal::peek(folder)? else { continue };
        if entries.iter().any(|other| files().any(|file| file == other.target)) {
            let journal = folder.join(JOURNAL);
            return Err(if Journal::is_alive(folder) {
                CommitError::Busy { journal }
            } else {
                CommitError::Interrupted { journal }
            });
        }
    }
    Ok(())
}
