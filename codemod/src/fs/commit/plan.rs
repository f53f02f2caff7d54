//! What a run is going to write, and the writing of it.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::edit::{EditSet, FileEdit, TextHash};
use crate::source::path_bytes;

use super::disk::Disk;
use super::entry::{Entry, Run, folders};
use super::{CommitError, Written};

/// What a run is going to write.
#[derive(Debug)]
pub(super) struct Plan {
    run: Run,
    /// The deepest folder that holds all files: whoever looks upwards from one of them finds the
    /// journal there.
    folder: PathBuf,
    entries: Vec<Entry>,
    /// One for each entry.
    texts: Vec<Text>,
}

/// The texts of one file.
#[derive(Debug)]
struct Text {
    /// The path, as the edits have it.
    path: String,
    before: Vec<u8>,
    after: Vec<u8>,
    /// Whose mode and owner the new file gets.
    like: Metadata,
}

impl Plan {
    /// Reads the files and compares their hashes.
    ///
    /// # Errors
    /// Where one of them is not as it must be. Nothing was written then.
    pub(super) fn new(root: &Path, edits: &EditSet) -> Result<Self, CommitError> {
        let mut paths: BTreeMap<PathBuf, &str> = BTreeMap::new();
        let mut files = Vec::new();
        for edit in edits.files().iter().filter(|edit| !edit.edits().is_empty()) {
            let path = edit.path();
            let (real, text) = read(root, edit)?;
            if let Some(other) = paths.insert(real.clone(), path) {
                return Err(CommitError::Twice { path: path.to_owned(), other: other.to_owned() });
            }
            if text.after != text.before {
                files.push((real, edit.before(), text));
            }
        }
        let folder = common(files.iter().map(|(real, ..)| real.as_path()));
        let mut plan = Self { run: Run::new(), folder, entries: Vec::new(), texts: Vec::new() };
        for (real, before, text) in files {
            let name = real.strip_prefix(&plan.folder).ok().and_then(Path::to_str);
            let hashes = [before, TextHash::of(&text.after)];
            let entry = name.and_then(|name| {
                let number = plan.entries.len();
                Entry::new(&plan.folder, &plan.run, number, name.to_owned(), hashes)
            });
            plan.entries.push(entry.ok_or(CommitError::NotUtf8 { path: text.path.clone() })?);
            plan.texts.push(text);
        }
        Ok(plan)
    }

    /// Where the journal belongs.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes all files.
    ///
    /// # Errors
    /// At the first that can't be written. What was written until then is for [`super::undo`].
    pub(super) fn carry_out(&self, disk: &dyn Disk) -> Result<(), CommitError> {
        for (entry, text) in self.both() {
            let refuse = |source| text.refuse(source);
            disk.create(&entry.new, &text.after, Some(&text.like)).map_err(refuse)?;
            disk.link(&entry.target, &entry.old)
                // Not every file system knows a second name, nor is it allowed for every file.
                .or_else(|_| disk.create(&entry.old, &text.before, Some(&text.like)))
                .map_err(refuse)?;
        }
        self.sync(disk)?;
        // Writing took its time.
        for (entry, text) in self.both() {
            let path = || text.path.clone();
            let now = fs::read(&entry.target);
            let now = now.map_err(|source| CommitError::Read { path: path(), source })?;
            if TextHash::of(&now) != entry.before {
                return Err(CommitError::Changed { path: path() });
            }
        }
        for (entry, text) in self.both() {
            disk.rename(&entry.new, &entry.target).map_err(|source| text.refuse(source))?;
        }
        self.sync(disk)
    }

    fn both(&self) -> impl Iterator<Item = (&Entry, &Text)> {
        self.entries.iter().zip(&self.texts)
    }

    fn sync(&self, disk: &dyn Disk) -> Result<(), CommitError> {
        folders(&self.entries).into_iter().try_for_each(|folder| {
            let refuse = |source| CommitError::Write { path: folder.display().to_string(), source };
            disk.sync(folder).map_err(refuse)
        })
    }

    /// What was written.
    pub(super) fn into_written(self) -> Vec<Written> {
        let Self { entries, texts, .. } = self;
        let written = |(entry, text): (Entry, Text)| Written {
            path: text.path,
            before: entry.before,
            after: entry.after,
        };
        entries.into_iter().zip(texts).map(written).collect()
    }
}

impl Text {
    fn refuse(&self, source: io::Error) -> CommitError {
        CommitError::Write { path: self.path.clone(), source }
    }
}

/// The deepest folder around all files.
fn common<'p>(mut files: impl Iterator<Item = &'p Path>) -> PathBuf {
    let first = files.next().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    files.fold(first, |mut folder, file| {
        while !file.starts_with(&folder) && folder.pop() {}
        folder
    })
}

/// The file where its links lead, and its texts.
fn read(root: &Path, edit: &FileEdit) -> Result<(PathBuf, Text), CommitError> {
    let path = || edit.path().to_owned();
    let refuse = |source| CommitError::Read { path: path(), source };
    let named = root.join(edit.path());
    let real = named.canonicalize().map_err(|source| {
        // Only its name in reports was tried.
        let odd = std::str::from_utf8(&path_bytes(edit.path())).is_err();
        if odd { CommitError::NotUtf8 { path: path() } } else { refuse(source) }
    })?;
    let like = real.metadata().map_err(refuse)?;
    // Before it is read: a pipe would never end.
    if !like.is_file() {
        return Err(CommitError::NotAFile { path: path() });
    }
    let before = fs::read(&real).map_err(refuse)?;
    let after = edit.apply(&before).map_err(|_| CommitError::Changed { path: path() })?;
    // A renamed file would not ask for the mode of the one it replaces.
    if like.permissions().readonly() && before != after {
        return Err(CommitError::Protected { path: path() });
    }
    Ok((real, Text { path: path(), before, after, like }))
}
