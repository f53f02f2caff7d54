//! The edits of one file.

use crate::source::Span;

use super::{Edit, EditError, TextHash};

/// The edits of one file: in order, disjoint, and within the text that they were made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    path: String,
    before: TextHash,
    edits: Vec<Edit>,
}

impl FileEdit {
    /// The edits of the file of this path, which has this text now.
    ///
    /// # Errors
    /// [`EditError::Outside`] where a span does not lie in the text, and [`EditError::Order`] where
    /// an edit does not lie behind the one before it. An insertion may touch a replacement on
    /// either side; two insertions at one offset have no order.
    pub fn new(path: impl Into<String>, text: &[u8], edits: Vec<Edit>) -> Result<Self, EditError> {
        let path = path.into();
        for Edit { span, .. } in &edits {
            if span.start > span.end || span.end as usize > text.len() {
                return Err(EditError::Outside { path, span: *span, len: text.len() });
            }
        }
        if let Some((first, second)) = collision(&edits) {
            return Err(EditError::Order { path, first, second });
        }
        Ok(Self { path, before: TextHash::of(text), edits })
    }

    /// The path as reports print it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The hash of the text that the edits were made for.
    pub fn before(&self) -> TextHash {
        self.before
    }

    /// The edits, in order.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Both edits in one. What is in both of them is done once.
    ///
    /// # Errors
    /// [`EditError::OtherText`] where they were made for different texts, and
    /// [`EditError::Conflict`] where they want different things of the same bytes, or insert
    /// different texts at the same offset.
    pub fn merged(&self, other: &Self) -> Result<Self, EditError> {
        self.expect(other.before)?;
        let mut edits = [self.edits(), other.edits()].concat();
        edits.sort_by_key(|edit| edit.span);
        // Neither holds a span twice, so that what is equal stands side by side.
        edits.dedup();
        if let Some((first, second)) = collision(&edits) {
            return Err(EditError::Conflict { path: self.path.clone(), first, second });
        }
        Ok(Self { path: self.path.clone(), before: self.before, edits })
    }

    /// The text afterwards.
    ///
    /// # Errors
    /// [`EditError::OtherText`] where `text` is not the one that the edits were made for.
    pub fn apply(&self, text: &[u8]) -> Result<Vec<u8>, EditError> {
        self.expect(TextHash::of(text))?;
        let more: usize = self.edits.iter().map(|edit| edit.text.len()).sum();
        let mut after = Vec::with_capacity(text.len() + more);
        let mut at = 0;
        for Edit { span, text: new } in &self.edits {
            let range = span.range();
            after.extend_from_slice(text.get(at..range.start).unwrap_or_default());
            after.extend_from_slice(new);
            at = range.end;
        }
        after.extend_from_slice(text.get(at..).unwrap_or_default());
        Ok(after)
    }

    fn expect(&self, found: TextHash) -> Result<(), EditError> {
        if found == self.before {
            return Ok(());
        }
        Err(EditError::OtherText { path: self.path.clone(), wanted: self.before, found })
    }
}

/// The first two neighbours of which the second does not lie behind the first.
fn collision(edits: &[Edit]) -> Option<(Span, Span)> {
    let spans = edits.windows(2).map(|pair| (pair[0].span, pair[1].span));
    let behind = |first: Span, second: Span| {
        // The second half tells two insertions at one offset from an insertion and a replacement.
        first.end <= second.start && first.start < second.end
    };
    spans.into_iter().find(|(first, second)| !behind(*first, *second))
}
