//! Why an edit can't be made.

use crate::source::Span;

use super::TextHash;

/// An edit that contradicts itself, another one, or the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The span does not lie in the text.
    #[error("{path}: bytes {}..{} do not lie in its {len} bytes", span.start, span.end)]
    Outside {
        /// The file.
        path: String,
        /// The bytes that were to be replaced.
        span: Span,
        /// Length of the text in bytes.
        len: usize,
    },
    /// The edits of one file are out of order, overlap, or insert twice at the same offset.
    #[error(
        "{path}: the edit of bytes {}..{} does not lie behind that of bytes {}..{}",
        second.start, second.end, first.start, first.end
    )]
    Order {
        /// The file.
        path: String,
        /// The edit that comes first in the list.
        first: Span,
        /// The one behind it.
        second: Span,
    },
    /// Two edits of different origin want different things of the same bytes.
    #[error(
        "{path}: two edits contradict each other, of bytes {}..{} and of bytes {}..{}",
        first.start, first.end, second.start, second.end
    )]
    Conflict {
        /// The file.
        path: String,
        /// The edit that begins first.
        first: Span,
        /// The other one.
        second: Span,
    },
    /// The text is another one than the edits were made for.
    #[error("{path}: the text is not the one that the edits were made for; read it again")]
    OtherText {
        /// The file.
        path: String,
        /// The hash of the text that they were made for.
        wanted: TextHash,
        /// The hash of the text that there is.
        found: TextHash,
    },
}

/// A text that is not the hash of anything: it has not 64 hexadecimal digits in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits in lower case")]
pub struct NotAHash;
