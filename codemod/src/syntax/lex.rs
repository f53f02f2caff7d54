//! The lexer. It knows comments, strings, directives and continued lines, and never fails: a byte
//! that starts no token is a token by itself.

use crate::source::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Ident,
    /// A number.
    Number,
    /// A string literal.
    Str,
    /// A character literal.
    Char,
    /// A single punctuation byte.
    Punct(u8),
    /// `->`
    Arrow,
    /// `+=` and its kind.
    OpAssign,
    /// `++`, `--`
    IncDec,
    /// Any other operator of several bytes.
    Op,
    /// A whole preprocessor line, with its continuations.
    Directive(Directive),
}

/// What a preprocessor line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directive {
    /// `#if`
    If,
    /// `#ifdef`
    Ifdef,
    /// `#ifndef`
    Ifndef,
    /// `#elif`
    Elif,
    /// `#else`
    Else,
    /// `#endif`
    Endif,
    /// `#define`
    Define,
    /// Anything else.
    Other,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub span: Span,
}

impl Token {
    /// Whether it is this punctuation byte.
    pub fn is(&self, byte: u8) -> bool {
        self.kind == Kind::Punct(byte)
    }

    /// Its bytes in `text`.
    pub fn bytes<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        text.get(self.span.range()).unwrap_or_default()
    }

    /// Whether it is this name.
    pub fn is_word(&self, text: &[u8], word: &str) -> bool {
        self.kind == Kind::Ident && self.bytes(text) == word.as_bytes()
    }
}

pub(crate) const fn is_ident_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// The index of the token at `span`, among tokens in the order of the text.
pub fn find(tokens: &[Token], span: Span) -> Option<usize> {
    let at = tokens.partition_point(|token| token.span.start < span.start);
    tokens.get(at).is_some_and(|token| token.span == span).then_some(at)
}

/// Reads a whole text.
pub fn lex(text: &[u8]) -> Vec<Token> {
    lex_range(text, Span::new(0, text.len() as u32))
}

/// Reads a part of a text; the spans are offsets into the whole. The part must not begin inside a
/// token.
pub fn lex_range(text: &[u8], span: Span) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(span.len() / 5);
    let mut lexer = Lexer { text, at: span.start as usize, end: span.end as usize };
    let mut line_start = span.start == 0 || text.get(span.start as usize - 1) == Some(&b'\n');
    while let Some(token) = lexer.next(&mut line_start) {
        tokens.push(token);
    }
    tokens
}

/// Reads the inside of a directive's line, behind its `#`.
pub fn lex_directive(text: &[u8], span: Span) -> Vec<Token> {
    let start = (span.start as usize..span.end as usize)
        .find(|at| text[*at] == b'#')
        .map_or(span.end, |at| at as u32 + 1);
    lex_body(text, Span::new(start, span.end))
}

/// Reads a part of a directive's line: a `#` in it is an operator.
pub fn lex_body(text: &[u8], span: Span) -> Vec<Token> {
    let mut lexer = Lexer { text, at: span.start as usize, end: span.end as usize };
    let mut tokens = Vec::new();
    let mut never = false;
    while let Some(token) = lexer.next(&mut never) {
        tokens.push(token);
        never = false;
    }
    tokens
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    end: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.text[at] } else { 0 }
    }

    fn next(&mut self, line_start: &mut bool) -> Option<Token> {
        self.skip_space(line_start);
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let byte = self.text[start];
        let kind = match byte {
            b'#' if *line_start => self.directive(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'"' => self.quoted(b'"', Kind::Str),
            b'\'' => self.quoted(b'\'', Kind::Char),
            _ => self.operator(byte),
        };
        *line_start = matches!(kind, Kind::Directive(_));
        Some(Token { kind, span: Span::new(start as u32, self.at as u32) })
    }

    fn skip_space(&mut self, line_start: &mut bool) {
        while self.at < self.end {
            match self.text[self.at] {
                b'\n' => {
                    *line_start = true;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c | 0 => self.at += 1,
                b'\\' if matches!(self.peek(1), b'\n' | b'\r') => self.at += self.escape(),
                b'/' if self.peek(1) == b'/' => self.line_comment(),
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                _ => break,
            }
        }
    }

    fn line_comment(&mut self) {
        loop {
            match memchr::memchr(b'\n', &self.text[self.at..self.end]) {
                None => self.at = self.end,
                Some(ahead) => {
                    self.at += ahead;
                    if self.continued() {
                        self.at += 1;
                        continue;
                    }
                }
            }
            return;
        }
    }

    /// Bytes of a backslash and what it escapes: a line end is one thing.
    fn escape(&self) -> usize {
        if (self.peek(1), self.peek(2)) == (b'\r', b'\n') { 3 } else { 2 }
    }

    /// Whether the newline at `self.at` is escaped.
    fn continued(&self) -> bool {
        matches!(self.text[..self.at], [.., b'\\'] | [.., b'\\', b'\r'])
    }

    fn block_comment(&mut self) {
        let body = self.at + 2;
        self.at = memchr::memmem::find(&self.text[body.min(self.end)..self.end], b"*/")
            .map_or(self.end, |ahead| body + ahead + 2);
    }

    fn word(&mut self) -> Kind {
        while self.at < self.end && is_ident_byte(self.text[self.at]) {
            self.at += 1;
        }
        Kind::Ident
    }

    fn number(&mut self) -> Kind {
        while self.at < self.end {
            let byte = self.text[self.at];
            let before = self.at.checked_sub(1).map_or(0, |at| self.text[at]);
            let exponent =
                matches!(before, b'e' | b'E' | b'p' | b'P') && matches!(byte, b'+' | b'-');
            if !(is_ident_byte(byte) || byte == b'.' || exponent) {
                break;
            }
            self.at += 1;
        }
        Kind::Number
    }

    /// A literal ends at its quote or, unterminated, at the end of its line.
    fn quoted(&mut self, quote: u8, kind: Kind) -> Kind {
        self.at += 1;
        while self.at < self.end {
            match self.text[self.at] {
                b'\\' => self.at = (self.at + self.escape()).min(self.end),
                b'\n' => break,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        kind
    }

    fn operator(&mut self, byte: u8) -> Kind {
        let (one, two) = (self.peek(1), self.peek(2));
        let (len, kind) = match (byte, one, two) {
            (b'<', b'<', b'=') | (b'>', b'>', b'=') => (3, Kind::OpAssign),
            (b'.', b'.', b'.') => (3, Kind::Op),
            (b'-', b'>', _) => (2, Kind::Arrow),
            (b'+', b'+', _) | (b'-', b'-', _) => (2, Kind::IncDec),
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^', b'=', _) => (2, Kind::OpAssign),
            (b'=' | b'!' | b'<' | b'>', b'=', _)
            | (b'&', b'&', _)
            | (b'|', b'|', _)
            | (b'<', b'<', _)
            | (b'>', b'>', _)
            | (b'#', b'#', _) => (2, Kind::Op),
            _ => (1, Kind::Punct(byte)),
        };
        self.at += len;
        kind
    }

    fn directive(&mut self) -> Kind {
        let start = self.at + 1;
        self.at = start;
        while self.at < self.end {
            match self.text[self.at] {
                b'\n' if !self.continued() => break,
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                b'/' if self.peek(1) == b'/' => self.line_comment(),
                b'"' => {
                    self.quoted(b'"', Kind::Str);
                }
                _ => self.at += 1,
            }
        }
        let line = &self.text[start..self.at];
        let word = line.trim_ascii_start();
        let len = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        Kind::Directive(match &word[..len] {
            b"if" => Directive::If,
            b"ifdef" => Directive::Ifdef,
            b"ifndef" => Directive::Ifndef,
            b"elif" | b"elifdef" | b"elifndef" => Directive::Elif,
            b"else" => Directive::Else,
            b"endif" => Directive::Endif,
            b"define" => Directive::Define,
            _ => Directive::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        lex(text.as_bytes())
            .iter()
            .map(|token| std::str::from_utf8(token.bytes(text.as_bytes())).expect("ascii"))
            .collect()
    }

    #[test]
    fn a_line_goes_on_behind_a_backslash_whatever_its_end() {
        for end in ["\n", "\r\n"] {
            let text = format!("f(\"a\\{end}b\"); \\{end}# x\n");
            assert_eq!(words(&text), ["f", "(", &format!("\"a\\{end}b\""), ")", ";", "#", "x"]);
        }
    }

    #[test]
    fn splits_operators_and_literals() {
        assert_eq!(
            words("a->b += 0x1f+2.5e-3 ? \"x\\\"y\" : '\\''; // c\n/* d */ e"),
            [
                "a",
                "->",
                "b",
                "+=",
                "0x1f",
                "+",
                "2.5e-3",
                "?",
                "\"x\\\"y\"",
                ":",
                "'\\''",
                ";",
                "e"
            ]
        );
    }

    #[test]
    fn a_directive_is_one_token_with_its_continuations() {
        let text =
            "#define A(x) \\\n  do { x; /* two\nlines */ } while (0)\nint b;\n  # if 0\n#endif";
        let tokens = lex(text.as_bytes());
        let kinds: Vec<_> = tokens.iter().map(|token| token.kind).collect();
        assert_eq!(
            kinds,
            [
                Kind::Directive(Directive::Define),
                Kind::Ident,
                Kind::Ident,
                Kind::Punct(b';'),
                Kind::Directive(Directive::If),
                Kind::Directive(Directive::Endif),
            ]
        );
        let inside = lex_directive(text.as_bytes(), tokens[0].span);
        assert_eq!(inside[0].bytes(text.as_bytes()), b"define");
        assert!(inside.last().is_some_and(|token| token.is(b')')));
    }

    #[test]
    fn odd_input_ends() {
        for text in ["\"", "'", "/*", "\\", "#", "\0\0", "#define \\", "a\\", "\"\\", "\u{e9}"] {
            let tokens = lex(text.as_bytes());
            assert!(tokens.iter().all(|token| token.span.end as usize <= text.len()), "{text:?}");
        }
    }
}
