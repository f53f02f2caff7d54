//! The edits of several files.

use super::{EditError, FileEdit};

/// The edits of several files, sorted by path, each path once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditSet {
    files: Vec<FileEdit>,
}

impl EditSet {
    /// The edits of these files, in whatever order. Those of one path are merged.
    ///
    /// # Errors
    /// As [`FileEdit::merged`].
    pub fn new(mut files: Vec<FileEdit>) -> Result<Self, EditError> {
        files.sort_by(|one, other| one.path().cmp(other.path()));
        let mut set = Self { files: Vec::with_capacity(files.len()) };
        for file in files {
            match set.files.last_mut() {
                Some(last) if last.path() == file.path() => *last = last.merged(&file)?,
                _ => set.files.push(file),
            }
        }
        Ok(set)
    }

    /// Takes in another set. What is in both of them is done once: the same `#include`, say.
    ///
    /// # Errors
    /// As [`FileEdit::merged`]; the set is as it was then.
    pub fn merge(&mut self, other: &Self) -> Result<(), EditError> {
        let merged = other.files.iter().map(|file| match self.get(file.path()) {
            Some(own) => own.merged(file),
            None => Ok(file.clone()),
        });
        for file in merged.collect::<Result<Vec<_>, _>>()? {
            match self.find(file.path()) {
                Ok(at) => self.files[at] = file,
                Err(at) => self.files.insert(at, file),
            }
        }
        Ok(())
    }

    /// The files, sorted by path.
    pub fn files(&self) -> &[FileEdit] {
        &self.files
    }

    /// The edits of the file of this path.
    pub fn get(&self, path: &str) -> Option<&FileEdit> {
        self.files.get(self.find(path).ok()?)
    }

    /// Whether nothing is edited.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.edits().is_empty())
    }

    /// Where the file is, or where it belongs.
    fn find(&self, path: &str) -> Result<usize, usize> {
        self.files.binary_search_by(|file| file.path().cmp(path))
    }
}
