use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::report::place;
use crate::report::text::{one_line, source_line};
use crate::source::{Loc, SourceSet};

/// Bytes of a source line that are shown; generated C has lines without end.
const LINE_MAX: usize = 400;

/// A few source lines, cut out, with one place in them. The offsets that miette sees count from
/// the first byte of `text`, so its work does not grow with the file.
#[derive(Debug)]
pub(super) struct Snippet {
    path: String,
    text: String,
    /// Of the first line shown, from 0.
    first_line: usize,
    /// Of the place, from 0.
    line: usize,
    /// Of the place in bytes, from 0.
    column: usize,
    span: SourceSpan,
}

impl Snippet {
    /// The first line of `at` with `context` lines around it. None where the source is not there or
    /// the place lies too far behind in a long line.
    pub(super) fn new(sources: &SourceSet, at: Loc, context: usize) -> Option<Self> {
        let file = place::file(sources, at)?;
        let source = file.text();
        let start = at.span.start as usize;
        let line_start = memchr::memrchr(b'\n', &source[..start]).map_or(0, |newline| newline + 1);
        let column = start - line_start;
        if column >= LINE_MAX {
            return None;
        }
        let line = file.lines().line(at.span.start) as usize - 1;

        let mut first = line_start;
        let mut first_line = line;
        while first_line + context > line && first > 0 {
            first = memchr::memrchr(b'\n', &source[..first - 1]).map_or(0, |newline| newline + 1);
            first_line -= 1;
        }

        let mut text = String::new();
        let mut span = (0, 0).into();
        let mut rest = &source[first..];
        for number in first_line..=line + context {
            let (line_text, next) = split_line(rest);
            let shown = &line_text[..line_text.len().min(LINE_MAX)];
            if number == line {
                let end = (at.span.end as usize).saturating_sub(line_start).min(shown.len());
                let label = shown.get(column..end).unwrap_or_default().trim_ascii_end();
                span = (text.len() + column.min(shown.len()), label.len()).into();
            }
            text += &source_line(shown);
            if shown.len() < line_text.len() {
                text.push('…');
            }
            text.push('\n');
            match next {
                // The last line of a text may be empty, and then it is shown only if it is meant.
                Some(next) if number < line || !next.is_empty() => rest = next,
                _ => break,
            }
        }
        Some(Self { path: one_line(file.path()), text, first_line, line, column, span })
    }

    /// Where the label goes.
    pub(super) fn span(&self) -> SourceSpan {
        self.span
    }
}

/// The first line of `text` without its end, and what follows it.
fn split_line(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let (line, next) = match memchr::memchr(b'\n', text) {
        Some(newline) => (&text[..newline], Some(&text[newline + 1..])),
        None => (text, None),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), next)
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context, miette asks for the place in the header, and only for that.
        let (line, column) = if lines_before + lines_after == 0 {
            (self.line, self.column)
        } else {
            (self.first_line, 0)
        };
        if span.offset() + span.len() > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let whole = (0, self.text.len()).into();
        let lines = memchr::memchr_iter(b'\n', self.text.as_bytes()).count();
        let name = self.path.clone();
        let text = self.text.as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(name, text, whole, line, column, lines)))
    }
}
