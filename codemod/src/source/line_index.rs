use super::Span;

/// Line starts of one text.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

/// A place as people write it: both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1; a tab counts as one.
    pub column: u32,
}

impl LineIndex {
    /// Reads the line starts of `text`. `\n`, `\r\n` end a line; a lone `\r` does not, as for the
    /// compiler.
    pub fn new(text: &[u8]) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1));
        Self { starts }
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self.starts.get(line as usize - 1).copied().unwrap_or(0);
        Position { line, column: offset - start + 1 }
    }

    /// First and last line of a span, both from 1.
    pub fn lines(&self, span: Span) -> (u32, u32) {
        let last = if span.is_empty() { span.start } else { span.end - 1 };
        (self.line(span.start), self.line(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_one_and_takes_crlf() {
        let index = LineIndex::new(b"a\r\nbc\n\nd");
        assert_eq!(index.line(0), 1);
        assert_eq!(index.line(2), 1);
        assert_eq!(index.position(4), Position { line: 2, column: 2 });
        assert_eq!(index.position(7), Position { line: 4, column: 1 });
        assert_eq!(index.lines(Span::new(3, 7)), (2, 3));
    }

    #[test]
    fn an_offset_behind_the_end_is_on_the_last_line() {
        let index = LineIndex::new(b"a\nb");
        assert_eq!(index.line(99), 2);
    }
}
