//! Edits: which bytes of which files become which others.
//!
//! Nothing here reads or writes a file. An [`EditSet`] holds for each file the hash of the text that
//! it was made for, and replacements that are in order and do not overlap. Moved text keeps its
//! bytes. [`FileEdit::apply`] makes the new text, [`unified`] shows the difference to people and to
//! `patch`, and [`crate::fs::commit`] brings it to the disk.

mod diff;
mod error;
mod file;
mod hash;
mod quote;
mod set;
#[cfg(test)]
mod tests;

use crate::source::Span;

pub use diff::unified;
pub use error::{EditError, NotAHash};
pub use file::FileEdit;
pub use hash::TextHash;
pub use set::EditSet;

/// One replacement: these bytes of the original become that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The original bytes; where it is empty, the text is inserted before its offset.
    pub span: Span,
    /// What stands there afterwards; where it is empty, the bytes are deleted.
    pub text: Vec<u8>,
}

impl Edit {
    /// Replaces the bytes of `span`.
    pub fn replace(span: Span, text: impl Into<Vec<u8>>) -> Self {
        Self { span, text: text.into() }
    }

    /// Inserts before the byte at `offset`.
    pub fn insert(offset: u32, text: impl Into<Vec<u8>>) -> Self {
        Self::replace(Span::new(offset, offset), text)
    }

    /// Deletes the bytes of `span`.
    pub const fn delete(span: Span) -> Self {
        Self { span, text: Vec::new() }
    }
}
