//! Text that a terminal and a line-wise reader can take.

/// Whether a terminal would act on `c` instead of showing it, or show its neighbours elsewhere.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` on one line, with `?` for what a terminal would act on.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if acts(c) => '?',
            c => c,
        })
        .collect()
}

/// The bytes of one source line as text of the same length in bytes: a `?` for each byte that is
/// not UTF-8 or that a terminal would act on. Tabs stay.
pub(super) fn source_line(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let blot = |text: &mut String, count| text.extend(std::iter::repeat_n('?', count));
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c != '\t' && acts(c) {
                blot(&mut text, c.len_utf8());
            } else {
                text.push(c);
            }
        }
        blot(&mut text, chunk.invalid().len());
    }
    text
}

/// `text` in lines of at most `width`, all but the first indented by `hang`. It breaks at spaces
/// only: a path or a name stays whole, so that it can be copied.
pub(super) fn wrap(text: &str, width: usize, hang: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let start_line = |wrapped: &mut String| {
        wrapped.push('\n');
        wrapped.extend(std::iter::repeat_n(' ', hang));
    };
    for line in text.lines() {
        if !wrapped.is_empty() {
            start_line(&mut wrapped);
        }
        let mut column = 0;
        for word in one_line(line).split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                start_line(&mut wrapped);
                column = 0;
            } else if column > 0 {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(word);
            column += length;
        }
    }
    wrapped
}

/// `1 loop`, `2 loops`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_line_keeps_its_length_in_bytes() {
        for bytes in
            [&b"\ta\x00b\x1b[1m"[..], b"caf\xe9", "é\u{202e}\u{9b}x".as_bytes(), b"\xe2\x82"]
        {
            let text = source_line(bytes);
            assert_eq!(text.len(), bytes.len(), "{text:?}");
            assert!(!text.contains('\x1b'));
        }
        assert_eq!(source_line(b"\tcaf\xe9;\r"), "\tcaf?;?");
    }

    #[test]
    fn one_line_has_no_line_break() {
        assert_eq!(one_line("a\r\nb\tc\x1bd"), "a  b c?d");
    }

    #[test]
    fn wraps_at_spaces_only() {
        assert_eq!(wrap("aa bb a/long-path/x y", 5, 2), "aa bb\n  a/long-path/x\n  y");
        assert_eq!(wrap("one\n\ntwo", 80, 1), "one\n \n two");
        assert_eq!(wrap("x y", 0, 0), "x\ny");
        assert_eq!(wrap("", 9, 4), "");
    }

    #[test]
    fn counts_in_words() {
        assert_eq!(count(1, "loop"), "1 loop");
        assert_eq!(count(0, "loop"), "0 loops");
    }
}
