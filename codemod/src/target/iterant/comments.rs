//! Comments of what does not stay: none is lost.
//!
//! One in the loop that belongs to a lifted statement goes above the iterant's `.type`, which is where
//! that is asked for from now on. One of a declaration goes where the local is declared now. Any other
//! goes above the driver's call.

use std::collections::BTreeMap;

use super::text::{comment_above, line_start};
use crate::edit::Edit;
use crate::source::Span;
use crate::syntax::lex::lex_range;
use crate::transform::View;

/// Comments that go somewhere else.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Above the iterant's `.type`.
    pub(super) lifted: Vec<Span>,
    /// To the declarations of the locals of a statement.
    pub(super) declared: Vec<(Span, Span)>,
    /// Above the driver's call.
    pub(super) others: Vec<Span>,
}

impl Notes {
    /// Finds a place for each comment that has none yet. Whether there was one.
    pub(super) fn take(&mut self, lost: &[Span], views: &[View<'_>], body: Span) -> bool {
        for comment in lost.iter().copied() {
            let tried = self.declared.iter().any(|(_, known)| *known == comment);
            let in_loop = views.iter().any(|view| view.main.span.covers(comment));
            match declaration_of(comment, views, body).filter(|_| !tried) {
                Some(statement) => self.declared.push((statement, comment)),
                None if in_loop => self.lifted.push(comment),
                None => self.others.push(comment),
            }
        }
        !lost.is_empty()
    }

    /// A declaration with the comments of its statement.
    pub(super) fn with(&self, text: &[u8], statement: Span, line: &str) -> String {
        let (mut above, mut behind) = (String::new(), String::new());
        for (_, comment) in self.declared.iter().filter(|(of, _)| *of == statement) {
            let comment_text = written(text, *comment, "\t");
            if comment.start < statement.end || comment_text.contains('\n') {
                above.extend([comment_text.trim_start(), "\n\t"]);
            } else {
                behind.extend([" ", comment_text.trim_start()]);
            }
        }
        above + line + &behind
    }
}

/// The statement that declares locals and of which this is a comment.
fn declaration_of(comment: Span, views: &[View<'_>], body: Span) -> Option<Span> {
    let text = views.first()?.text;
    let between = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
    let belongs = |statement: &Span| {
        let follows = comment.start >= statement.end
            && between(statement.end, comment.start)
                .iter()
                .all(|byte| matches!(byte, b' ' | b'\t'));
        let line = line_start(text, statement.start);
        let leads = comment.start < statement.start
            && comment_above(text, line, body.start + 1) <= comment.start;
        statement.covers(comment) || follows || leads
    };
    views
        .iter()
        .flat_map(|view| &view.graph.variables)
        .filter(|variable| !variable.parameter && variable.made_by.is_none())
        .map(|variable| variable.statement)
        .find(belongs)
}

/// The comments of a part of a text, but for those of directives.
pub(super) fn comments(text: &[u8], within: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = within.start;
    let tokens = lex_range(text, within);
    let starts = tokens.iter().map(|token| (token.span.start, token.span.end));
    for (start, next) in starts.chain([(within.end, within.end)]) {
        while let Some(found) = comment_in(text, Span::new(at.min(start), start)) {
            at = found.end;
            out.push(found);
        }
        at = next;
    }
    out
}

/// The first comment in what stands between two tokens.
fn comment_in(text: &[u8], gap: Span) -> Option<Span> {
    let bytes = text.get(gap.range())?;
    let start = bytes.windows(2).position(|two| two == b"/*" || two == b"//")?;
    let rest = &bytes[start..];
    let len = if rest.starts_with(b"/*") {
        memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4)
    } else {
        let ends = |at: &usize| !matches!(rest[..*at], [.., b'\\'] | [.., b'\\', b'\r']);
        let end = memchr::memchr_iter(b'\n', rest).find(ends).unwrap_or(rest.len());
        rest[..end].trim_ascii_end().len()
    };
    let start = gap.start + start as u32;
    Some(Span::new(start, start + len as u32))
}

/// The comments of a function that its edited text does not have any more.
pub(super) fn lost(text: &[u8], function: Span, edits: &[Edit]) -> Vec<Span> {
    let mut left: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut count = |text: &[u8]| {
        for comment in comments(text, Span::new(0, text.len() as u32)) {
            *left.entry(words(text, comment)).or_default() += 1;
        }
    };
    count(&super::text::replaced(text, function, edits));
    for edit in edits.iter().filter(|edit| !function.covers(edit.span)) {
        count(&edit.text);
    }
    let mut out = comments(text, function);
    out.retain(|comment| match left.get_mut(&words(text, *comment)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    out
}

/// A comment without its blanks: those change with its indentation.
fn words(text: &[u8], comment: Span) -> Vec<u8> {
    let bytes = text.get(comment.range()).unwrap_or_default();
    bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// A comment on lines of its own, indented by `tabs`; without a newline at its end.
pub(super) fn written(text: &[u8], comment: Span, tabs: &str) -> String {
    let start = line_start(text, comment.start);
    let before = text.get(start as usize..comment.start as usize).unwrap_or_default();
    let column = before.iter().fold(0, |at, byte| after(at, *byte));
    let bytes = text.get(comment.range()).unwrap_or_default();
    let mut out = String::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let rest = line.trim_ascii_start();
        if number > 0 {
            out.push('\n');
        }
        if rest.is_empty() {
            continue;
        }
        out.push_str(tabs);
        if number > 0 {
            // As far behind the comment's beginning as it was.
            let blanks = &line[..line.len() - rest.len()];
            let behind = blanks.iter().fold(0, |at, byte| after(at, *byte));
            let behind = usize::saturating_sub(behind, column);
            out.push_str(&"\t".repeat(behind / 8));
            out.push_str(&" ".repeat(behind % 8));
        }
        out.push_str(String::from_utf8_lossy(rest).trim_end());
    }
    out
}

/// The column behind a byte.
const fn after(column: usize, byte: u8) -> usize {
    if byte == b'\t' { (column / 8 + 1) * 8 } else { column + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_comments_and_not_what_looks_like_them() {
        let text = "a(\"/* no */\"); /* yes */ b // so /* what\n#define X /* own */\nc /**/ / d";
        let found: Vec<&str> = comments(text.as_bytes(), Span::new(0, text.len() as u32))
            .into_iter()
            .map(|span| &text[span.range()])
            .collect();
        assert_eq!(found, ["/* yes */", "// so /* what", "/**/"]);
    }

    #[test]
    fn is_indented_as_a_whole() {
        let text = "\t\tx(); /* one\n\t\t      * two\n\n\t\t      */";
        let start = text.find("/*").expect("there") as u32;
        let comment = Span::new(start, text.len() as u32);
        assert_eq!(written(text.as_bytes(), comment, "\t"), "\t/* one\n\t * two\n\n\t */");
    }
}
