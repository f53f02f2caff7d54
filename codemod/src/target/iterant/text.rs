//! Text that moves: whole lines, indentation, replacements.

use crate::edit::Edit;
use crate::source::Span;
use crate::syntax::lex::{Kind, lex_range};

/// The start of the line that holds an offset.
pub fn line_start(text: &[u8], at: u32) -> u32 {
    let at = (at as usize).min(text.len());
    text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at as u32 + 1)
}

/// The offset behind the newline that ends the line of an offset.
pub fn line_end(text: &[u8], at: u32) -> u32 {
    let at = (at as usize).min(text.len());
    text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |found| at + found + 1)
        as u32
}

/// Where the line above that of an offset ends, before its newline.
pub fn before_line(text: &[u8], at: u32) -> u32 {
    let above = text.get(..line_start(text, at) as usize).unwrap_or_default();
    let line = above.strip_suffix(b"\n").unwrap_or(above);
    line.strip_suffix(b"\r").unwrap_or(line).len() as u32
}

/// Where the first line behind an offset begins, if nothing but a comment stands on the rest of its
/// own; the offset itself otherwise.
pub fn next_line(text: &[u8], at: u32) -> u32 {
    let end = line_end(text, at);
    let rest = text.get(at as usize..end as usize).unwrap_or_default().trim_ascii();
    if rest.is_empty() || is_comment(rest) { end } else { at }
}

/// Whether words are a comment and nothing else.
fn is_comment(words: &[u8]) -> bool {
    words.starts_with(b"//")
        || (words.starts_with(b"/*")
            && memchr::memmem::find(words, b"*/").is_some_and(|end| end + 2 == words.len()))
}

/// Whether nothing stands before an offset on its line.
pub fn begins_line(text: &[u8], at: u32) -> bool {
    is_blank(text, Span::new(line_start(text, at), at))
}

fn is_blank(text: &[u8], span: Span) -> bool {
    text.get(span.range()).unwrap_or_default().iter().all(u8::is_ascii_whitespace)
}

/// The indentation of the line of an offset.
pub fn indentation(text: &[u8], at: u32) -> String {
    let start = line_start(text, at) as usize;
    let line = text.get(start..).unwrap_or_default();
    let width = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    String::from_utf8_lossy(&line[..width]).into_owned()
}

/// A statement with the rest of its lines, if nothing but a comment stands there.
pub fn own_lines(text: &[u8], statement: Span, within: Span) -> Span {
    let start = line_start(text, statement.start).max(within.start);
    if !is_blank(text, Span::new(start, statement.start)) {
        return statement;
    }
    let end = line_end(text, statement.end).min(within.end);
    let rest = text.get(statement.end as usize..end as usize).unwrap_or_default().trim_ascii();
    if rest.is_empty() || is_comment(rest) { Span::new(start, end) } else { statement }
}

/// A statement with the lines that are its own: its comment, the comment lines right before it, and a
/// blank line that would be one too many.
pub fn whole_lines(text: &[u8], statement: Span, within: Span) -> Span {
    let own = own_lines(text, statement, within);
    if own == statement {
        return statement;
    }
    let end = own.end;
    let start = comment_above(text, own.start, within.start);
    let before = Span::new(line_start(text, start.saturating_sub(1)).max(within.start), start);
    // The end of a line that something else begins is no blank line.
    let whole = line_start(text, before.start) == before.start;
    let blank_before = before.is_empty() || (whole && is_blank(text, before)) || {
        text.get(before.range()).unwrap_or_default().trim_ascii().ends_with(b"{")
    };
    let after = Span::new(end, line_end(text, end).min(within.end));
    let closes = text.get(after.range()).unwrap_or_default().trim_ascii_start().starts_with(b"}");
    if closes && whole && !before.is_empty() && is_blank(text, before) {
        return Span::new(before.start, end);
    }
    if blank_before && !after.is_empty() && is_blank(text, after) && after.end < within.end {
        return Span::new(start, after.end);
    }
    Span::new(start, end)
}

/// Where a comment begins that ends on the line before `start` and stands alone on its lines.
pub fn comment_above(text: &[u8], start: u32, limit: u32) -> u32 {
    let mut at = start;
    while at > limit {
        let line = line_start(text, at - 1);
        let words = text.get(line as usize..at as usize).unwrap_or_default().trim_ascii();
        if line < limit {
            break;
        }
        if words.starts_with(b"//") {
            at = line;
            continue;
        }
        if !words.ends_with(b"*/") {
            break;
        }
        let head = &text[limit as usize..at as usize];
        let Some(open) = memchr::memmem::rfind(head, b"/*") else { break };
        let open = limit + open as u32;
        let first = line_start(text, open);
        if first < limit || !is_blank(text, Span::new(first, open)) {
            break;
        }
        at = first;
    }
    at
}

/// Where a kernel-doc comment begins that documents what begins on the line of `start`, if there is one.
pub fn documentation_above(text: &[u8], start: u32, limit: u32) -> u32 {
    let above = comment_above(text, start, limit);
    let blanks = text.get(limit as usize..above as usize).unwrap_or_default().trim_ascii_end();
    let end = limit + blanks.len() as u32;
    if above < start || !blanks.ends_with(b"*/") {
        return above;
    }
    let end = line_end(text, end);
    let first = comment_above(text, end, limit);
    let comment = text.get(first as usize..end as usize).unwrap_or_default().trim_ascii_start();
    if first < end && comment.starts_with(b"/**") { first } else { above }
}

/// The bytes of a span with replacements made.
pub fn replaced(text: &[u8], span: Span, edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(span.len());
    let mut at = span.start;
    for edit in edits {
        if !span.covers(edit.span) || edit.span.start < at {
            continue;
        }
        out.extend_from_slice(&text[at as usize..edit.span.start as usize]);
        out.extend_from_slice(&edit.text);
        at = edit.span.end;
    }
    out.extend_from_slice(&text[at as usize..span.end as usize]);
    out
}

/// Whether a line begins in the middle of a string.
pub(super) fn in_string(text: &[u8]) -> impl Fn(u32) -> bool {
    let strings: Vec<Span> = lex_range(text, Span::new(0, text.len() as u32))
        .into_iter()
        .filter(|token| token.kind == Kind::Str)
        .map(|token| token.span)
        .collect();
    move |start| strings.iter().any(|span| span.start < start && start < span.end)
}

/// Text with a level of indentation more on every line but directives, labels at the margin and the
/// inside of strings.
pub fn indent(text: &[u8]) -> Vec<u8> {
    let in_string = in_string(text);
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    let mut at = 0_u32;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let indented = matches!(line.first(), Some(b' ' | b'\t'));
        if indented && !line.trim_ascii().is_empty() && !in_string(at) {
            out.push(b'\t');
        }
        out.extend_from_slice(line);
        at += line.len() as u32;
    }
    out
}

/// Text with `depth` levels of indentation less on every line but directives and the inside of
/// strings; without blank lines at its ends.
pub fn dedent(text: &[u8], depth: usize) -> Vec<u8> {
    let in_string = in_string(text);
    let mut lines: Vec<&[u8]> = Vec::new();
    let mut at = 0_usize;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let start = at as u32;
        at += line.len();
        lines.push(if in_string(start) || line.starts_with(b"#") {
            line
        } else {
            less(line, depth)
        });
    }
    let is_empty = |line: &&[u8]| line.trim_ascii().is_empty();
    let first = lines.iter().position(|line| !is_empty(line)).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !is_empty(line)).map_or(first, |last| last + 1);
    let mut out = Vec::with_capacity(text.len());
    for line in &lines[first..last] {
        if is_empty(line) {
            out.push(b'\n');
        } else {
            out.extend_from_slice(line);
        }
    }
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    out
}

fn less(mut line: &[u8], depth: usize) -> &[u8] {
    for _ in 0..depth {
        if let Some(rest) = line.strip_prefix(b"\t") {
            line = rest;
            continue;
        }
        let spaces = line.iter().take(8).take_while(|byte| **byte == b' ').count();
        if spaces == 8 {
            line = &line[8..];
        } else if line.get(spaces) == Some(&b'\t') {
            line = &line[spaces + 1..];
        } else {
            return line;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, statement: &str) -> String {
        let start = text.find(statement).expect("is there") as u32;
        let span = Span::new(start, start + statement.len() as u32);
        let all = Span::new(0, text.len() as u32);
        let gone = whole_lines(text.as_bytes(), span, all);
        let mut out = text.to_owned();
        out.replace_range(gone.range(), "");
        out
    }

    #[test]
    fn a_statement_goes_with_its_lines_and_comments() {
        let text = "\ta();\n\t/* why */\n\tb(); // yes\n\tc();\n";
        assert_eq!(without(text, "b();"), "\ta();\n\tc();\n");
        assert_eq!(without("\ta();\n\n\tb();\n\n\tc();\n", "b();"), "\ta();\n\n\tc();\n");
        assert_eq!(without("\ta(); b();\n", "b();"), "\ta(); \n");
        assert_eq!(without("{\n\tb();\n\n\tc();\n}", "b();"), "{\n\tc();\n}");
        assert_eq!(without("{\n\ta();\n\n\tb();\n}\n", "b();"), "{\n\ta();\n}\n");
        assert_eq!(without("int a; /* why */\n\tb();\n", "b();"), "int a; /* why */\n");
        let long = "\ta();\n\t/*\n\t * one\n\t */\n\tb();\n\tc();\n";
        assert_eq!(without(long, "b();"), "\ta();\n\tc();\n");
    }

    #[test]
    fn indentation_goes_but_not_from_directives_and_strings() {
        let text = b"\n\t\ta(x,\n\t\t  y);\n#ifdef X\n\t\tb(\"u\\\n\t\tv\");\n\nout:\n\n";
        let out = dedent(text, 1);
        assert_eq!(
            String::from_utf8_lossy(&out),
            "\ta(x,\n\t  y);\n#ifdef X\n\tb(\"u\\\n\t\tv\");\n\nout:\n"
        );
    }
}
