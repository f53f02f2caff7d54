//! Written text as a maintainer wants it: no blanks at the end of a line, no line of blanks, and the
//! line ends that the file has.

use super::text::{in_string, line_end, line_start};
use crate::edit::Edit;
use crate::source::Span;

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineEnd {
    /// That of most lines of `span`; of the whole text where there is no line in it.
    pub(super) fn of(text: &[u8], span: Span) -> Self {
        Self::most(text.get(span.range()).unwrap_or_default())
            .or_else(|| Self::most(text))
            .unwrap_or(Self::Lf)
    }

    fn most(text: &[u8]) -> Option<Self> {
        let (mut lf, mut crlf) = (0_usize, 0_usize);
        for at in memchr::memchr_iter(b'\n', text) {
            if text[..at].ends_with(b"\r") {
                crlf += 1;
            } else {
                lf += 1;
            }
        }
        (lf + crlf > 0).then_some(if crlf > lf { Self::CrLf } else { Self::Lf })
    }

    /// Text whose lines all end this way, and without blanks before that.
    pub(super) fn finish(self, text: &[u8]) -> Vec<u8> {
        let in_string = in_string(text);
        let mut out = Vec::with_capacity(text.len() + text.len() / 16);
        let mut at = 0_usize;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            at += line.len();
            let Some(words) = line.strip_suffix(b"\n") else {
                // What stands behind it decides.
                out.extend_from_slice(line);
                continue;
            };
            let words = words.strip_suffix(b"\r").unwrap_or(words);
            out.extend_from_slice(if in_string(at as u32) { words } else { trimmed(words) });
            out.extend_from_slice(match self {
                Self::Lf => b"\n",
                Self::CrLf => b"\r\n",
            });
        }
        out
    }
}

fn trimmed(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    &line[..end]
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The edits of a part of a text, in order, widened over the blanks that they would leave at the
/// end of a line or in the middle of it. Deletions side by side become one.
pub(super) fn tidy(text: &[u8], within: Span, mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    let mut joined: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match joined.last_mut() {
            Some(last)
                if last.text.is_empty()
                    && edit.text.is_empty()
                    && !last.span.is_empty()
                    && (back(text, edit.span.start, last.span.end.min(edit.span.start))
                        <= last.span.end
                        || only_blank_lines(text, last.span, edit.span)) =>
            {
                last.span.end = last.span.end.max(edit.span.end);
            }
            _ => joined.push(edit),
        }
    }
    let mut out: Vec<Edit> = Vec::with_capacity(joined.len());
    let mut joined = joined.into_iter().peekable();
    while let Some(mut edit) = joined.next() {
        // What lies between this edit and its neighbours.
        let above = out.last().map_or(within.start, |last| last.span.end).min(edit.span.start);
        let below = joined.peek().map_or(within.end, |next| next.span.start).max(edit.span.end);
        edit.span = widened(text, within, Span::new(above, below), &edit);
        out.push(edit);
    }
    out
}

/// Whether two deletions of whole lines leave blank lines between them, and one behind them already is.
fn only_blank_lines(text: &[u8], one: Span, two: Span) -> bool {
    let is_blank = |part: &[u8]| part.iter().all(u8::is_ascii_whitespace);
    let whole =
        |span: Span| span.end > span.start && text.get(span.end as usize - 1) == Some(&b'\n');
    let between = text.get(one.end as usize..two.start as usize);
    let behind = Span::new(two.end, line_end(text, two.end));
    whole(one)
        && whole(two)
        && between.is_some_and(is_blank)
        && !behind.is_empty()
        && text.get(behind.range()).is_some_and(is_blank)
}

fn widened(text: &[u8], within: Span, free: Span, edit: &Edit) -> Span {
    let Span { start, end } = edit.span;
    let line = line_start(text, start);
    let first = back(text, start, free.start.max(line));
    let leads = first == line.max(within.start);
    let last = forth(text, end, free.end);
    let newline = text.get(last as usize..free.end as usize).unwrap_or_default();
    let newline = [&b"\r\n"[..], b"\n"].into_iter().find(|end| newline.starts_with(end));
    let ends = newline.is_some() || last as usize >= text.len();
    // What ends with its line leaves nothing of it.
    let whole = end > start && text.get(end as usize - 1) == Some(&b'\n');
    match edit.text.first() {
        Some(byte) => {
            let start = if matches!(byte, b'\n' | b'\r') { first } else { start };
            Span::new(start, if ends && !whole { last } else { end })
        }
        None if whole || edit.span.is_empty() => edit.span,
        None if leads && ends && first == line => {
            Span::new(first, last + newline.map_or(0, |end| end.len() as u32))
        }
        None if leads => Span::new(start, if ends { end } else { last }),
        None if ends || (first < start && last > end) => Span::new(first, end),
        None => edit.span,
    }
}

/// Where the blanks before an offset begin.
fn back(text: &[u8], at: u32, limit: u32) -> u32 {
    let before = text.get(limit as usize..at as usize).unwrap_or_default();
    limit + trimmed(before).len() as u32
}

/// Where the blanks behind an offset end.
fn forth(text: &[u8], at: u32, limit: u32) -> u32 {
    let behind = text.get(at as usize..limit.max(at) as usize).unwrap_or_default();
    at + behind.iter().take_while(|byte| is_space(**byte)).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::iterant::text::replaced;

    fn without(text: &str, gone: &[&str]) -> String {
        let all = Span::new(0, text.len() as u32);
        let delete = |gone: &&str| {
            let start = text.find(gone).expect("is there") as u32;
            Edit::delete(Span::new(start, start + gone.len() as u32))
        };
        let edits = tidy(text.as_bytes(), all, gone.iter().map(delete).collect());
        String::from_utf8(replaced(text.as_bytes(), all, &edits)).expect("text")
    }

    #[test]
    fn a_deletion_leaves_no_blanks() {
        assert_eq!(without("\ta(); b(); c();\n", &["b();"]), "\ta(); c();\n");
        assert_eq!(without("\ta(); b();\n", &["b();"]), "\ta();\n");
        assert_eq!(without("\ta(); b();\r\n", &["b();"]), "\ta();\r\n");
        assert_eq!(without("\ta(); b();\n", &["a();"]), "\tb();\n");
        assert_eq!(without("\ta(); b(); c();\n", &["a();", "b();"]), "\tc();\n");
        assert_eq!(without("\ta(); b(); c();\n", &["b();", "c();"]), "\ta();\n");
        assert_eq!(without("x\n\ta(); b();\ny\n", &["a();", "b();"]), "x\ny\n");
        assert_eq!(without("{ a(); }", &["a();"]), "{ }");
        assert_eq!(without("x\n\ta();  \ny\n", &["a();"]), "x\ny\n");
        assert_eq!(without("int a, b;\n", &[", b"]), "int a;\n");
    }

    #[test]
    fn text_that_is_put_in_has_the_line_ends_of_what_is_there() {
        let end = |text: &str| LineEnd::of(text.as_bytes(), Span::new(0, text.len() as u32));
        assert_eq!(end("a\nb\r\nc\n"), LineEnd::Lf);
        assert_eq!(end("a\r\nb\r\nc\n"), LineEnd::CrLf);
        assert_eq!(end(""), LineEnd::Lf);
        assert_eq!(LineEnd::of(b"a\r\nb", Span::new(3, 4)), LineEnd::CrLf);
        assert_eq!(LineEnd::CrLf.finish(b"a \nb\t\r\n \nc "), b"a\r\nb\r\n\r\nc ");
        assert_eq!(LineEnd::Lf.finish(b"a(\"x \\\ny \");  \r\n"), b"a(\"x \\\ny \");\n");
    }
}
