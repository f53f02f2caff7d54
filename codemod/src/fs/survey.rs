//! What a walk found, and more of it on demand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{FsError, Problem};
use super::parallel;
use super::paths::text;
use super::postings::{Posting, Postings, Wanted};
use super::read::{Reader, Unreadable};

/// One file of a [`Survey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileIndex(u32);

/// A text with its path as reports name it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The path.
    pub path: String,
    /// The bytes.
    pub text: Arc<[u8]>,
}

/// Where a text can be had again.
#[derive(Debug)]
pub(super) enum Place {
    /// At the path that its name ends in, in the folder of this number.
    Under(u32),
    /// At this path.
    Exact(Box<Path>),
    /// Here.
    Memory(Arc<[u8]>),
}

/// What is known of a file's text.
#[derive(Debug)]
pub(super) enum Content {
    /// It holds a trigger.
    Kept(Arc<[u8]>),
    /// It was scanned and dropped.
    Dropped {
        /// Its names, in the list of this number.
        list: u32,
        posting: Posting,
        /// Its length, to notice a change.
        length: u32,
    },
    /// It went to the engine.
    Handed,
    /// Why it could not be read.
    Unreadable(Box<str>),
}

/// One file.
#[derive(Debug)]
pub(super) struct FileRecord {
    /// As reports name it.
    pub(super) path: Box<str>,
    pub(super) place: Place,
    pub(super) content: Content,
    /// Whether the user named this very file.
    pub(super) given: bool,
}

/// A folder that is walked.
#[derive(Debug)]
pub(super) struct Folder {
    /// As it was given, for opening files.
    pub(super) given: PathBuf,
    /// As reports name it.
    pub(super) name: String,
    /// Where the root is in it, for a folder around the root.
    pub(super) root: Option<String>,
}

impl Folder {
    /// The name in reports of a path in the folder, and where its text can be had again.
    pub(super) fn name(&self, number: u32, path: &Path) -> (String, Place) {
        let rest = text(path.strip_prefix(&self.given).unwrap_or(path));
        if let Some(root) = &self.root
            && let Some(inside) = rest.strip_prefix(root.as_str())
        {
            return (inside.to_owned(), Place::Exact(path.into()));
        }
        let name = if self.name.is_empty() || rest.is_empty() || self.name.ends_with('/') {
            self.name.clone() + &rest
        } else {
            format!("{}/{rest}", self.name)
        };
        // Only a name that is not UTF-8 can't be told from the name in reports.
        let place = match path.to_str() {
            Some(_) => Place::Under(number),
            None => Place::Exact(path.into()),
        };
        (name, place)
    }
}

/// Every file that a walk offered: which were read, and what they call, define or assign.
#[derive(Debug, Default)]
pub struct Survey {
    /// Sorted by path, each path once.
    pub(super) files: Vec<FileRecord>,
    pub(super) lists: Vec<Postings>,
    pub(super) folders: Vec<Folder>,
    /// The folder to which paths are relative.
    pub(super) root: Option<PathBuf>,
    pub(super) iterator_macros: Vec<String>,
    pub(super) errors: Vec<FsError>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<String>,
    /// Folders with the journal of a run that writes, in no order.
    pub(super) journals: Vec<PathBuf>,
}

impl Survey {
    /// Folders with the journal of a run that writes, in or around the inputs, in no order.
    pub fn take_journals(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.journals)
    }

    /// Number of files that the walk offered.
    pub fn files_seen(&self) -> usize {
        self.files.len()
    }

    /// Number of files that were read to their end.
    pub fn files_read(&self) -> usize {
        self.files.iter().filter(|file| !matches!(file.content, Content::Unreadable(_))).count()
    }

    /// The names of iterator macros in the `.clang-format` files, sorted.
    pub fn iterator_macros(&self) -> &[String] {
        &self.iterator_macros
    }

    /// What the user named and could not be read, in the order of the inputs.
    pub fn take_errors(&mut self) -> Vec<FsError> {
        std::mem::take(&mut self.errors)
    }

    /// What was met and could not be read, sorted.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        self.problems.sort_unstable();
        self.problems.dedup();
        std::mem::take(&mut self.problems)
    }

    /// What the user should know of, such as ignore rules that left nothing over.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// The texts that hold a trigger, sorted by path; each is handed over once.
    pub fn take_selected(&mut self) -> Vec<Loaded> {
        let mut selected = Vec::new();
        for file in &mut self.files {
            if let Content::Kept(text) = &file.content {
                selected.push(Loaded { path: file.path.to_string(), text: Arc::clone(text) });
                file.content = Content::Handed;
            }
        }
        selected
    }

    /// The files that hold no trigger and may call, define or assign one of the names.
    pub fn look_up(&self, names: &[String]) -> Vec<FileIndex> {
        self.holding(&Wanted::new(names), &|_| true)
    }

    /// The headers that hold no trigger and may define a macro of one of the names.
    pub fn look_up_macros(&self, names: &[String]) -> Vec<FileIndex> {
        self.holding(&Wanted::macros(names), &|path| path.strip_suffix(".h").is_some())
    }

    fn holding(&self, wanted: &Wanted<'_>, counts: &dyn Fn(&str) -> bool) -> Vec<FileIndex> {
        let holds = |file: &FileRecord| match &file.content {
            Content::Dropped { list, posting, .. } => self
                .lists
                .get(*list as usize)
                .is_some_and(|list| wanted.may_be_in(list.of(*posting))),
            _ => false,
        };
        let found =
            self.files.iter().zip(0..).filter(|(file, _)| counts(&file.path) && holds(file));
        found.map(|(_, index)| FileIndex(index)).collect()
    }

    /// Reads files again and hands over those that `needs` agrees to and that really hold one of the
    /// names. What can't be read any more, or is not as long as it was, becomes a problem.
    ///
    /// Another name may bring the same file again: whoever asks knows what it kept.
    pub fn load(
        &mut self,
        files: &[FileIndex],
        names: &[String],
        jobs: usize,
        needs: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Vec<Loaded> {
        self.load_wanted(files, &Wanted::new(names), jobs, needs)
    }

    /// As [`Survey::load`], those that really define a macro of one of the names.
    pub fn load_macros(
        &mut self,
        files: &[FileIndex],
        names: &[String],
        jobs: usize,
    ) -> Vec<Loaded> {
        self.load_wanted(files, &Wanted::macros(names), jobs, &|_| true)
    }

    fn load_wanted(
        &mut self,
        files: &[FileIndex],
        wanted: &Wanted<'_>,
        jobs: usize,
        needs: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Vec<Loaded> {
        let state = || (Reader::default(), Vec::new());
        let read = |(reader, done): &mut (Reader, Vec<_>), index: &FileIndex| {
            if let Some(file) = self.files.get(index.0 as usize)
                && let Content::Dropped { length, .. } = file.content
            {
                done.push((*index, self.read_again(file, length, wanted, needs, reader)));
            }
        };
        let mut done: Vec<_> =
            parallel::for_each(jobs, files, state, read).into_iter().flat_map(|it| it.1).collect();
        done.sort_unstable_by_key(|(index, _)| *index);

        let mut loaded = Vec::new();
        for (FileIndex(index), again) in done {
            let Some(file) = self.files.get_mut(index as usize) else { continue };
            let path = file.path.to_string();
            match again {
                Ok(Again { text, changed }) => {
                    if changed {
                        let why = "changed while it was worked on: taken as it was last".to_owned();
                        self.problems.push(Problem { path: path.clone(), why, unread: false });
                    }
                    if let Some(text) = text {
                        loaded.push(Loaded { path, text });
                    }
                }
                Err(error) => {
                    let why = error.why();
                    file.content = Content::Unreadable(why.as_str().into());
                    self.problems.push(Problem { path, why, unread: true });
                }
            }
        }
        loaded
    }

    fn read_again(
        &self,
        file: &FileRecord,
        length: u32,
        wanted: &Wanted<'_>,
        needs: &dyn Fn(&[u8]) -> bool,
        reader: &mut Reader,
    ) -> Result<Again, Unreadable> {
        let text = match &file.place {
            Place::Memory(text) => {
                let text = (needs(text) && wanted.is_in(text)).then(|| Arc::clone(text));
                return Ok(Again { text, changed: false });
            }
            Place::Exact(path) => reader.read(path)?,
            Place::Under(folder) => reader.read(&self.path_under(*folder, &file.path))?,
        };
        let changed = text.len() != length as usize;
        let text = (needs(text) && wanted.is_in(text)).then(|| text.into());
        Ok(Again { text, changed })
    }

    pub(super) fn path_under(&self, folder: u32, path: &str) -> PathBuf {
        let Some(folder) = self.folders.get(folder as usize) else { return path.into() };
        let rest = path.strip_prefix(folder.name.as_str()).unwrap_or(path);
        folder.given.join(rest.trim_start_matches('/'))
    }
}

/// A file that was read for the second time.
struct Again {
    /// Its text, where it holds a wanted name.
    text: Option<Arc<[u8]>>,
    /// Whether it is not what the scan saw.
    changed: bool,
}
