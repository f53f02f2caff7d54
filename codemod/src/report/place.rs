//! From a [`Loc`] to the text under it, for any `Loc`.

use crate::source::{Loc, Position, SourceFile, SourceSet};

/// The file of `at`; none where the set does not hold it or the span begins behind its end.
pub(super) fn file(sources: &SourceSet, at: Loc) -> Option<&SourceFile> {
    known(sources, at).filter(|file| at.span.start as usize <= file.text().len())
}

/// The path of `at`, whatever its span.
pub(super) fn path(sources: &SourceSet, at: Loc) -> Option<&str> {
    known(sources, at).map(SourceFile::path)
}

fn known(sources: &SourceSet, at: Loc) -> Option<&SourceFile> {
    ((at.file.0 as usize) < sources.len()).then(|| sources.file(at.file))
}

/// The path and the position of `at`, by the rule of [`file`].
pub(super) fn position(sources: &SourceSet, at: Loc) -> Option<(&str, Position)> {
    let file = file(sources, at)?;
    Some((file.path(), file.lines().position(at.span.start)))
}
