//! Unified diffs that `git apply` and `patch -p1` take.

use std::io::Write;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput, Token};

use super::quote;

/// Lines shown around a change.
const CONTEXT: u32 = 3;

/// Bytes of the line that heads a hunk; git takes as many.
const HEADING: usize = 80;

/// What changed in the file of this path, as a unified diff with git's header; empty where nothing
/// did. The texts may be any bytes: a line ends with `\n`, and a `\r` before it belongs to the line.
pub fn unified(path: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if before == after {
        return out;
    }
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    // Of the places where a change can stand, the one that a reader expects.
    diff.postprocess_lines(&input);

    header(&mut out, path);
    let mut headings = Headings { input: &input, seen: 0, last: &[] };
    for changes in groups(&diff.hunks().collect::<Vec<_>>()) {
        hunk(&mut out, &input, changes, &mut headings);
    }
    out
}

fn header(out: &mut Vec<u8>, path: &str) {
    out.extend(b"diff --git ");
    quote::path(out, "a/", path);
    out.push(b' ');
    quote::path(out, "b/", path);
    for (mark, prefix) in [("\n--- ", "a/"), ("\n+++ ", "b/")] {
        out.extend(mark.bytes());
        quote::path(out, prefix, path);
        // Without it, `patch` takes what stands behind a blank for a date.
        if path.contains(' ') {
            out.push(b'\t');
        }
    }
    out.push(b'\n');
}

/// Changes whose context would touch are shown together.
fn groups(changes: &[Hunk]) -> impl Iterator<Item = &[Hunk]> {
    changes.chunk_by(|one, next| next.before.start - one.before.end <= 2 * CONTEXT)
}

type Lines<'t> = InternedInput<&'t [u8]>;

fn hunk(out: &mut Vec<u8>, input: &Lines<'_>, changes: &[Hunk], headings: &mut Headings<'_, '_>) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return };
    // Outside the changes both sides are equal, so what one side has for context, the other has too.
    let lead = CONTEXT.min(first.before.start);
    let tail = CONTEXT.min(input.before.len() as u32 - last.before.end);
    let shown = |first: &Range<u32>, last: &Range<u32>| first.start - lead..last.end + tail;
    let old = shown(&first.before, &last.before);
    let new = shown(&first.after, &last.after);

    out.extend(b"@@ -");
    range(out, &old);
    out.extend(b" +");
    range(out, &new);
    out.extend(b" @@");
    let heading = headings.above(old.start);
    if !heading.is_empty() {
        out.push(b' ');
        out.extend(heading);
    }
    out.push(b'\n');

    let mut at = old.start;
    for change in changes {
        lines(out, b' ', input, &input.before, at..change.before.start);
        lines(out, b'-', input, &input.before, change.before.clone());
        lines(out, b'+', input, &input.after, change.after.clone());
        at = change.before.end;
    }
    lines(out, b' ', input, &input.before, at..old.end);
}

/// Line numbers count from 1; an empty range is named by the line above it.
fn range(out: &mut Vec<u8>, lines: &Range<u32>) {
    let start = if lines.is_empty() { lines.start } else { lines.start + 1 };
    // Writing to a vector never fails.
    let _ = match lines.len() {
        1 => write!(out, "{start}"),
        count => write!(out, "{start},{count}"),
    };
}

fn lines(out: &mut Vec<u8>, mark: u8, input: &Lines<'_>, side: &[Token], range: Range<u32>) {
    for token in &side[range.start as usize..range.end as usize] {
        let line = input.interner[*token];
        out.push(mark);
        out.extend(line);
        if !line.ends_with(b"\n") {
            out.extend(b"\n\\ No newline at end of file\n");
        }
    }
}

/// Finds the line that heads a hunk: the last one above it that begins a function or its like.
struct Headings<'i, 't> {
    input: &'i Lines<'t>,
    /// Lines that were looked at.
    seen: u32,
    /// The last of them that heads.
    last: &'t [u8],
}

impl<'t> Headings<'_, 't> {
    /// Hunks are asked for from above to below.
    fn above(&mut self, line: u32) -> &'t [u8] {
        let unseen = &self.input.before[self.seen as usize..line as usize];
        let heads = |token: &Token| heading(self.input.interner[*token]);
        if let Some(found) = unseen.iter().rev().find_map(heads) {
            self.last = found;
        }
        self.seen = line;
        self.last
    }
}

/// The line where it heads a hunk: it begins with a name, and is no label.
fn heading(line: &[u8]) -> Option<&[u8]> {
    let begins = line.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let mut line = line.trim_ascii_end();
    if !begins || line.ends_with(b":") {
        return None;
    }
    if line.len() > HEADING {
        // Not in the middle of a character.
        let end = (1..=HEADING).rev().find(|end| line[*end] & 0xc0 != 0x80).unwrap_or(HEADING);
        line = &line[..end];
    }
    Some(line)
}
