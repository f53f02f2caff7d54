use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{FileId, LineIndex, Span};

/// One text and the path under which reports name it.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: Arc<[u8]>,
    lines: LineIndex,
}

impl SourceFile {
    /// The path as reports print it: relative to the root, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The original bytes. They need not be UTF-8.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Its line starts.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// The bytes of a span; empty where the span does not fit.
    pub fn slice(&self, span: Span) -> &[u8] {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The bytes of a span as text, with replacement characters where they are not UTF-8.
    pub fn str(&self, span: Span) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.slice(span))
    }
}

/// The texts that an analysis works on.
#[derive(Debug, Default)]
pub struct SourceSet {
    files: Vec<SourceFile>,
    by_path: FxHashMap<String, FileId>,
}

/// A text whose offsets do not fit into 32 bits.
#[derive(Debug, thiserror::Error)]
#[error("{path}: larger than 4 GiB; split the file or leave it out")]
pub struct TooLarge {
    /// The file's path.
    pub path: String,
}

impl SourceSet {
    /// Adds a text; a path that is there already keeps its first text and its id.
    ///
    /// # Errors
    /// [`TooLarge`] where an offset would not fit into 32 bits.
    pub fn add(&mut self, path: String, text: Arc<[u8]>) -> Result<FileId, TooLarge> {
        if let Some(id) = self.by_path.get(&path) {
            return Ok(*id);
        }
        if u32::try_from(text.len()).is_err() {
            return Err(TooLarge { path });
        }
        let id = FileId(self.files.len() as u32);
        let lines = LineIndex::new(&text);
        self.by_path.insert(path.clone(), id);
        self.files.push(SourceFile { path, text, lines });
        Ok(id)
    }

    /// The file with this id. Ids come from [`SourceSet::add`] of the same set.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The file under this path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// All ids, in the order in which the files came in.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether no file is in it.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
