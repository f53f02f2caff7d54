//! What one thread does with each file, and what it has to show for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{FsError, Problem};
use super::postings::{Postings, PostingsBuilder};
use super::progress::Progress;
use super::read::{Reader, Unreadable};
use super::survey::{Content, FileRecord, Place};
use super::trigger::Triggers;

/// Files between two reports of progress, so that the threads seldom meet.
const STEP: usize = 64;

/// What one thread found.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) files: Vec<FileRecord>,
    pub(super) postings: Postings,
    pub(super) found: Found,
}

/// What one thread found besides files.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) errors: Vec<FsError>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<String>,
    pub(super) iterator_macros: Vec<String>,
    /// Folders with the journal of a run that writes.
    pub(super) journals: Vec<PathBuf>,
}

/// Scans files one after another.
pub(super) struct Scanner<'a> {
    triggers: &'a Triggers,
    progress: &'a dyn Progress,
    unreported: usize,
    reader: Reader,
    postings: PostingsBuilder,
    files: Vec<FileRecord>,
    pub(super) found: Found,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(triggers: &'a Triggers, progress: &'a dyn Progress) -> Self {
        Self {
            triggers,
            progress,
            unreported: 0,
            reader: Reader::default(),
            postings: PostingsBuilder::new(),
            files: Vec::new(),
            found: Found::default(),
        }
    }

    /// A file on the disk that can be read again.
    pub(super) fn file(&mut self, disk: &Path, name: String, place: Place, given: bool) {
        let content = match self.reader.read(disk) {
            Ok(text) => scan(self.triggers, &mut self.postings, text, |text| text.into()),
            Err(error) => unreadable(&error),
        };
        self.push(name, place, content, given);
    }

    /// A pipe or the like, which gives its text only once.
    pub(super) fn stream(&mut self, stream: &mut impl std::io::Read, name: String) {
        match self.reader.read_stream(stream) {
            Ok(text) => {
                let text = text.into();
                self.text(name, text);
            }
            Err(error) => {
                let place = Place::Memory(Arc::default());
                self.push(name, place, unreadable(&error), true);
            }
        }
    }

    /// A text that is there already.
    pub(super) fn text(&mut self, name: String, text: Arc<[u8]>) {
        let content = scan(self.triggers, &mut self.postings, &text, |_| Arc::clone(&text));
        self.push(name, Place::Memory(text), content, true);
    }

    fn push(&mut self, name: String, place: Place, content: Content, given: bool) {
        self.files.push(FileRecord { path: name.into(), place, content, given });
        self.unreported += 1;
        if self.unreported == STEP {
            self.progress.read(self.unreported);
            self.unreported = 0;
        }
    }

    pub(super) fn finish(self) -> Batch {
        self.progress.read(self.unreported);
        Batch { files: self.files, postings: self.postings.finish(), found: self.found }
    }
}

fn scan(
    triggers: &Triggers,
    postings: &mut PostingsBuilder,
    text: &[u8],
    keep: impl FnOnce(&[u8]) -> Arc<[u8]>,
) -> Content {
    if triggers.are_in(text) {
        return Content::Kept(keep(text));
    }
    // The number of the list is set when the threads' lists come together.
    Content::Dropped { list: 0, posting: postings.add(text), length: text.len() as u32 }
}

fn unreadable(error: &Unreadable) -> Content {
    Content::Unreadable(error.why().into())
}
