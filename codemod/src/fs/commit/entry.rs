//! One file of a run, as the journal has it.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::path::{Component, Path, PathBuf};

use crate::edit::TextHash;

/// One file of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name in the journal: relative to the journal's folder, without links.
    pub(super) name: String,
    /// The file.
    pub(super) target: PathBuf,
    /// Where the new text waits.
    pub(super) new: PathBuf,
    /// Where the old text is kept.
    pub(super) old: PathBuf,
    /// The hash of the text before.
    pub(super) before: TextHash,
    /// The hash of the text afterwards.
    pub(super) after: TextHash,
}

impl Entry {
    /// The file of this name and number in a run. The temporary files have no say in where they
    /// are: they lie beside it. A journal that somebody else made up moves nothing from elsewhere.
    /// Nothing where the name names no file in the folder.
    pub(super) fn new(
        root: &Path,
        run: &Run,
        number: usize,
        name: String,
        [before, after]: [TextHash; 2],
    ) -> Option<Self> {
        let target = root.join(&name);
        let plain = |part| matches!(part, Component::Normal(_));
        // An empty name would be the folder itself.
        if name.is_empty() || !Path::new(&name).components().all(plain) {
            return None;
        }
        let beside = |end| target.with_file_name(run.temporary(number, end));
        let (new, old) = (beside("new"), beside("old"));
        Some(Self { name, target, new, old, before, after })
    }
}

/// The folders of these files, each once.
pub(super) fn folders(entries: &[Entry]) -> BTreeSet<&Path> {
    entries.iter().filter_map(|entry| entry.target.parent()).collect()
}

/// What the temporary files of a run have in their names, and those of no other run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run(String);

impl Run {
    /// A new one.
    pub(super) fn new() -> Self {
        // The keys of the hasher are random.
        Self(format!("{:016x}", RandomState::new().hash_one(std::process::id())))
    }

    /// One that was written down; nothing where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 16 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// As it is written down.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The name of a temporary file. It is hidden, and none of C.
    pub(super) fn temporary(&self, number: usize, end: &str) -> String {
        format!(".kthread-codemod-{}-{number}.{end}", self.0)
    }
}
