//! A body that was written on the line of its loop's head, with a statement a line.

use crate::source::Span;
use crate::syntax::lex::{Kind, Token, lex_range};

/// What a `)` or a word leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// `{ … }` of statements.
    Statements,
    /// The one of a `do`, behind which its `while` stands.
    Do,
}

/// Lays out statements that stand on one line, `depth` levels deep. Of what has several lines only the
/// first is indented.
pub(super) fn lay_out(text: &[u8], depth: usize) -> Vec<u8> {
    let as_it_is = || [&b"\t".repeat(depth), text.trim_ascii()].concat();
    if text.trim_ascii().contains(&b'\n') {
        return as_it_is();
    }
    let tokens = lex_range(text, Span::new(0, text.len() as u32));
    let mut out = Layout { text, tokens: &tokens, depth, pending: 0, out: Vec::new(), from: 0 };
    let mut blocks: Vec<Block> = Vec::new();
    // Parentheses, brackets and the braces of initialisers.
    let mut nested = 0_usize;
    let mut head = false;
    let mut is_do = false;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let next = tokens.get(at + 1);
        match token.kind {
            Kind::Punct(b'{') if nested > 0 || before.is_some_and(|it| is_equals(text, it)) => {
                nested += 1;
            }
            Kind::Punct(b'{') => {
                blocks.push(if is_do { Block::Do } else { Block::Statements });
                is_do = false;
                out.end(at, 0);
                out.depth += 1;
            }
            Kind::Punct(b'}') if nested == 0 => {
                let Some(block) = blocks.pop() else { return as_it_is() };
                out.depth -= 1;
                out.pending = 0;
                let goes_on = match next {
                    Some(next) if next.is_word(text, "else") => true,
                    Some(next) => block == Block::Do && next.is_word(text, "while"),
                    None => false,
                };
                if !goes_on {
                    out.end(at, 0);
                }
            }
            Kind::Punct(b'(' | b'[') => nested += 1,
            Kind::Punct(b')' | b']' | b'}') => {
                nested = nested.saturating_sub(1);
                let is_single = next.is_some_and(|next| !next.is(b'{') && !next.is(b';'));
                if head && nested == 0 {
                    head = false;
                    if is_single {
                        out.end(at, 1);
                    }
                }
            }
            Kind::Punct(b';') if nested == 0 => out.end(at, 0),
            Kind::Ident if nested == 0 => match token.bytes(text) {
                b"if" | b"while" | b"for" | b"switch" => head = true,
                b"else" if !next.is_some_and(|next| next.is(b'{') || next.is_word(text, "if")) => {
                    out.end(at, 1);
                }
                b"do" if next.is_some_and(|next| next.is(b'{')) => is_do = true,
                b"do" => out.end(at, 1),
                _ => {}
            },
            _ => {}
        }
    }
    out.rest();
    out.out
}

fn is_equals(text: &[u8], token: &Token) -> bool {
    token.bytes(text) == b"="
}

struct Layout<'t> {
    text: &'t [u8],
    tokens: &'t [Token],
    depth: usize,
    /// Levels more, for a statement under a head without braces.
    pending: usize,
    out: Vec<u8>,
    /// Where the line begins.
    from: usize,
}

impl Layout<'_> {
    /// Ends a line behind a token, with the comments that follow it; `more` is what the next line is
    /// indented more.
    fn end(&mut self, token: usize, more: usize) {
        let end =
            self.tokens.get(token + 1).map_or(self.text.len(), |next| next.span.start as usize);
        let line = self.text.get(self.from..end).unwrap_or_default().trim_ascii();
        self.from = end;
        if !line.is_empty() {
            self.out.extend(b"\t".repeat(self.depth + self.pending));
            self.out.extend_from_slice(line);
            self.out.push(b'\n');
        }
        self.pending = if more == 0 { 0 } else { self.pending + more };
    }

    fn rest(&mut self) {
        let last = self.tokens.len();
        self.end(last, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_a_line() {
        let out = |text: &str| String::from_utf8(lay_out(text.as_bytes(), 0)).expect("text");
        assert_eq!(out(" f(); if (x) goto stop; g(); "), "f();\nif (x)\n\tgoto stop;\ng();\n");
        assert_eq!(
            out("if (a) { b(); } else if (c) d(); else { e(); } /* f */ g();"),
            "if (a) {\n\tb();\n} else if (c)\n\td();\nelse {\n\te();\n} /* f */\ng();\n"
        );
        assert_eq!(
            out("do { a(); } while (b); while (c); for (;;) if (d) e(); f();"),
            "do {\n\ta();\n} while (b);\nwhile (c);\nfor (;;)\n\tif (d)\n\t\te();\nf();\n"
        );
        assert_eq!(
            out("int a[] = { 1, 2 }; struct b c = { .d = (int[]){ 3 } }; f({ 1; });"),
            "int a[] = { 1, 2 };\nstruct b c = { .d = (int[]){ 3 } };\nf({ 1; });\n"
        );
        assert_eq!(out("f(); // x"), "f(); // x\n");
        assert_eq!(out("do f(); while (a); } b"), "do f(); while (a); } b");
        let several = lay_out(b" /* why */\n\tg(); h();\n", 1);
        assert_eq!(several, b"\t/* why */\n\tg(); h();");
    }
}
