//! Makes one function parseable without moving a byte: what the parser can't read is overwritten with
//! blanks or with a stand-in of the same length.

use super::cond::Hidden;
use super::expr::closing;
use super::lex::{Kind, Token, lex_range};
use crate::kernel;
use crate::source::Span;

/// Names that a tree adds to the built-in tables.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Iterator macros, sorted.
    pub iterators: Vec<String>,
}

impl Names {
    fn is_iterator(&self, name: &[u8]) -> bool {
        kernel::iterators::is_iterator(name)
            || self.iterators.binary_search_by(|known| known.as_bytes().cmp(name)).is_ok()
    }
}

/// A macro with a block, overwritten with `for(;;)`.
#[derive(Debug, Clone)]
pub struct BlockMacro {
    /// Its name.
    pub name: Span,
    /// What stands between its parentheses.
    pub arguments: Span,
    /// Whether it is known to be an iterator (or to run its block once).
    pub known: bool,
}

/// A function, ready for the parser.
#[derive(Debug, Clone)]
pub struct Blanked {
    /// The text for the parser.
    pub code: Vec<u8>,
    /// Offset in the original of the first byte of `code` behind [`PREFIX`].
    pub base: u32,
    /// Macros with a block, by place.
    pub blocks: Vec<BlockMacro>,
    /// Arguments of calls and asm that were blanked: their names are read and may be written.
    pub opaque: Vec<Span>,
    /// `asm goto`, computed goto.
    pub odd_jumps: Vec<Span>,
}

/// What stands before the function in [`Blanked::code`].
pub const PREFIX: &[u8] = b"int ";

impl Blanked {
    /// The original offset of an offset into `code`.
    pub fn original(&self, at: usize) -> u32 {
        (self.base as usize + at).saturating_sub(PREFIX.len()) as u32
    }

    /// The offset into `code` of an original offset.
    fn at(&self, original: u32) -> usize {
        (original - self.base) as usize + PREFIX.len()
    }

    fn blank(&mut self, span: Span) {
        let (start, end) = (self.at(span.start), self.at(span.end));
        for byte in &mut self.code[start..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }

    fn put(&mut self, at: u32, bytes: &[u8]) {
        let at = self.at(at);
        self.code[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Turns a span into one identifier, or into blanks where it is too short for that.
    fn fill(&mut self, span: Span) {
        let (start, end) = (self.at(span.start), self.at(span.end));
        self.code[start..end].fill(b'T');
    }

    /// Blanks a call's arguments for good.
    pub fn make_opaque(&mut self, arguments: Span) {
        self.blank(arguments);
        self.opaque.push(arguments);
    }
}

/// The tokens of a function that a variant shows, without directives.
pub fn visible(text: &[u8], span: Span, hidden: &Hidden) -> Vec<Token> {
    let mut tokens = lex_range(text, span);
    let mut next = 0;
    tokens.retain(|token| {
        while hidden.get(next).is_some_and(|hidden| hidden.end <= token.span.start) {
            next += 1;
        }
        !matches!(token.kind, Kind::Directive(_))
            && !hidden.get(next).is_some_and(|hidden| hidden.covers(token.span))
    });
    tokens
}

/// Blanks a function; `span` runs from its name to its closing brace.
pub fn blank(text: &[u8], span: Span, tokens: &[Token], names: &Names) -> Blanked {
    let mut code = Vec::with_capacity(span.len() + PREFIX.len());
    code.extend_from_slice(PREFIX);
    code.extend(text[span.range()].iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
    let mut out = Blanked {
        code,
        base: span.start,
        blocks: Vec::new(),
        opaque: Vec::new(),
        odd_jumps: Vec::new(),
    };
    for token in tokens {
        let start = out.at(token.span.start);
        for (to, from) in out.code[start..].iter_mut().zip(token.bytes(text)) {
            *to = match from {
                b'\n' => b'\n',
                byte if byte.is_ascii_graphic() => *byte,
                // Inside a literal: bytes that are not ASCII, and continued lines.
                _ => b' ',
            };
        }
    }
    Pass { text, tokens, names, out: &mut out, ended: Vec::new() }.run();
    out
}

/// What a bracket belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Call,
    Other,
}

struct Pass<'a> {
    text: &'a [u8],
    tokens: &'a [Token],
    names: &'a Names,
    out: &'a mut Blanked,
    /// Tokens behind which a `;` was put.
    ended: Vec<usize>,
}

impl<'a> Pass<'a> {
    fn word(&self, at: usize) -> &'a [u8] {
        match self.tokens.get(at) {
            Some(token) if token.kind == Kind::Ident => token.bytes(self.text),
            _ => b"",
        }
    }

    fn is(&self, at: usize, byte: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(byte))
    }

    fn inside(&self, open: usize, end: usize) -> Span {
        Span::new(self.tokens[open].span.end, self.tokens[end - 1].span.start)
    }

    fn run(&mut self) {
        let mut brackets: Vec<Bracket> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let token = self.tokens[at];
            match token.kind {
                Kind::Punct(b'(') => {
                    let word = at.checked_sub(1).map_or(&b""[..], |before| self.word(before));
                    let call = !word.is_empty()
                        && !kernel::words::is_keyword(word)
                        && !self.is_declared(at - 1);
                    brackets.push(if call { Bracket::Call } else { Bracket::Other });
                    if call && let Some(end) = self.statement_argument(at) {
                        brackets.pop();
                        at = end;
                        continue;
                    }
                    if call && let Some(next) = self.type_argument(at + 1) {
                        at = next;
                        continue;
                    }
                }
                Kind::Punct(b'{' | b'[') => brackets.push(Bracket::Other),
                Kind::Punct(b')' | b'}' | b']') => {
                    brackets.pop();
                }
                Kind::Punct(b',') if brackets.last() == Some(&Bracket::Call) => {
                    if let Some(next) = self.type_argument(at + 1) {
                        at = next;
                        continue;
                    }
                }
                Kind::Ident => {
                    if let Some(next) = self.ident(at) {
                        at = next;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Whether the name at `at` is declared there: a type stands before it.
    fn is_declared(&self, at: usize) -> bool {
        let stars = (0..at).rev().take_while(|before| self.is(*before, b'*')).count();
        let Some(kind) = (at - stars).checked_sub(1) else { return false };
        let tag = kind.checked_sub(1).map_or(&b""[..], |tag| self.word(tag));
        kernel::words::is_type_word(self.word(kind))
            || (!self.word(kind).is_empty() && kernel::words::is_tag_word(tag))
    }

    /// A call with a `;` among its arguments takes statements: they are blanked.
    fn statement_argument(&mut self, open: usize) -> Option<usize> {
        let end = closing(self.tokens, open)?;
        let mut depth = 0_i32;
        let statement = self.tokens[open..end].iter().any(|token| {
            match token.kind {
                Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
                Kind::Punct(b')' | b']' | b'}') => depth -= 1,
                _ => {}
            }
            depth == 1 && token.is(b';')
        });
        if !statement {
            return None;
        }
        let inside = self.inside(open, end);
        self.out.make_opaque(inside);
        Some(end)
    }

    /// Whether a statement can begin at `at`.
    fn statement(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        if self.ended.contains(&before) {
            return true;
        }
        match self.tokens[before].kind {
            Kind::Punct(b';' | b'{' | b'}' | b':') => true,
            Kind::Punct(b')') => {
                let mut depth = 0_i32;
                for open in (0..=before).rev() {
                    if self.is(open, b')') {
                        depth += 1;
                    } else if self.is(open, b'(') {
                        depth -= 1;
                        if depth == 0 {
                            let word = open.checked_sub(1).map_or(&b""[..], |at| self.word(at));
                            return matches!(word, b"if" | b"while" | b"for" | b"switch")
                                || self.names.is_iterator(word);
                        }
                    }
                }
                false
            }
            Kind::Ident => matches!(self.word(before), b"else" | b"do"),
            _ => false,
        }
    }

    /// Handles a name; the index behind what was overwritten, if something was.
    fn ident(&mut self, at: usize) -> Option<usize> {
        let word = self.word(at);
        let span = self.tokens[at].span;
        if kernel::attributes::is_blanked(word) {
            self.out.blank(span);
            return Some(at + 1);
        }
        let call_end = if self.is(at + 1, b'(') { closing(self.tokens, at + 1) } else { None };
        if let Some(end) = call_end
            && kernel::attributes::takes_arguments(word)
        {
            self.out.blank(Span::new(span.start, self.tokens[end - 1].span.end));
            return Some(end);
        }
        if matches!(word, b"asm" | b"__asm__" | b"__asm") {
            return self.asm(at);
        }
        if matches!(word, b"typeof" | b"__typeof__" | b"__typeof" | b"typeof_unqual") {
            let end = call_end?;
            self.out.fill(Span::new(span.start, self.tokens[end - 1].span.end));
            return Some(end);
        }
        if matches!(word, b"if" | b"while")
            && self.tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Ident)
        {
            // `if likely(x)`: without the wrapper it parses.
            self.out.blank(self.tokens[at + 1].span);
            return Some(at + 2);
        }
        if word == b"case" {
            self.case_range(at);
            return None;
        }
        if word == b"goto" && self.is(at + 1, b'*') {
            self.out.odd_jumps.push(span);
            return None;
        }
        if kernel::words::is_keyword(word) {
            return None;
        }
        if self.beside_literal(at) {
            self.out.blank(span);
            return Some(at + 1);
        }
        if !self.statement(at) {
            return None;
        }
        if self.is(at + 1, b'{') && !kernel::words::is_tag_word(word) {
            self.object_block(at);
            return Some(at + 1);
        }
        self.macro_statement(at, call_end?)
    }

    /// `FOREVER { … }`: a macro without parentheses that takes a block.
    fn object_block(&mut self, at: usize) {
        let name = self.tokens[at].span;
        self.out.blank(name);
        if name.len() >= 7 {
            self.out.put(name.start, b"for(;;)");
        }
        let arguments = Span::new(name.end, name.end);
        self.out.blocks.push(BlockMacro { name, arguments, known: false });
    }

    /// A call in statement position: an iterator, a macro with a block, or a statement without `;`.
    fn macro_statement(&mut self, at: usize, end: usize) -> Option<usize> {
        let word = self.word(at);
        let name = self.tokens[at].span;
        let next = self.tokens.get(end)?;
        let block = next.is(b'{');
        let iterator = self.names.is_iterator(word)
            && !matches!(
                next.kind,
                Kind::Punct(b';' | b',' | b')' | b'=' | b'.' | b'?') | Kind::Arrow | Kind::Op
            );
        let once = kernel::iterators::is_once(word);
        // `IF_LOCKED(d) continue;`: a statement on the macro's own line, or indented below it, is its.
        let controls = !iterator && !once && next.kind == Kind::Ident && self.belongs_to(at, end);
        let close = self.tokens[end - 1].span;
        let room = close.end - name.start;
        if (iterator || block || once || controls) && room >= 7 {
            let arguments = self.inside(at + 1, end);
            self.out.blank(Span::new(name.start, close.end));
            self.out.put(name.start, b"for(");
            self.out.put(close.start - 2, b";;)");
            self.out.blocks.push(BlockMacro { name, arguments, known: iterator || once });
            return Some(end);
        }
        let follows = match next.kind {
            Kind::Ident => next.bytes(self.text) != b"__attribute__",
            Kind::Punct(b'}') => true,
            _ => false,
        };
        if follows && next.span.start > close.end {
            self.out.put(close.end, b";");
            self.ended.push(end - 1);
        }
        None
    }

    /// Whether the statement at `next` stands on the line of the macro call at `at`, or is indented
    /// deeper than it.
    fn belongs_to(&self, at: usize, next: usize) -> bool {
        let start = self.tokens[at].span.start as usize;
        let follows = self.tokens[next].span.start as usize;
        let close = self.tokens[next - 1].span.end as usize;
        if !self.text[close..follows].contains(&b'\n') {
            return true;
        }
        let column = |at: usize| {
            let line =
                self.text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let indent = &self.text[line..at];
            let blank = indent.iter().all(|byte| matches!(byte, b' ' | b'\t'));
            blank.then(|| {
                indent.iter().map(|byte| if *byte == b'\t' { 8 } else { 1 }).sum::<usize>()
            })
        };
        matches!((column(start), column(follows)), (Some(one), Some(two)) if two > one)
    }

    /// A type as an argument becomes a name; a declaration as an argument becomes blanks.
    fn type_argument(&mut self, at: usize) -> Option<usize> {
        let first = self.word(at);
        let tag = kernel::words::is_tag_word(first);
        if !tag && !kernel::words::is_type_word(first) {
            return None;
        }
        let mut end = at;
        let mut words = 0;
        while let Some(token) = self.tokens.get(end) {
            let word = token.bytes(self.text);
            let more = match token.kind {
                Kind::Ident => {
                    words += 1;
                    kernel::words::is_type_word(word)
                        || kernel::words::is_tag_word(word)
                        || kernel::attributes::is_blanked(word)
                        || (tag && words == 2)
                }
                Kind::Punct(b'*') => true,
                _ => false,
            };
            if !more {
                break;
            }
            end += 1;
        }
        if end == at {
            return None;
        }
        if self.is(end, b',') || self.is(end, b')') {
            self.out.fill(Span::new(self.tokens[at].span.start, self.tokens[end - 1].span.end));
            return Some(end);
        }
        // A declaration: everything up to the end of this argument.
        let mut depth = 0_i32;
        let stop = (at..self.tokens.len()).find(|index| {
            match self.tokens[*index].kind {
                Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
                Kind::Punct(b')' | b']' | b'}') => depth -= 1,
                Kind::Punct(b',') if depth == 0 => return true,
                _ => {}
            }
            depth < 0
        })?;
        let span = Span::new(self.tokens[at].span.start, self.tokens[stop - 1].span.end);
        self.out.make_opaque(span);
        // An argument must be left for `f(, x)` to parse.
        self.out.fill(Span::new(span.start, span.start + 1));
        Some(stop)
    }

    /// `asm volatile (…)` becomes a call without arguments.
    fn asm(&mut self, at: usize) -> Option<usize> {
        let start = self.tokens[at].span;
        let mut open = at + 1;
        while matches!(
            self.word(open),
            b"volatile" | b"__volatile__" | b"goto" | b"inline" | b"__inline"
        ) {
            if self.word(open) == b"goto" {
                self.out.odd_jumps.push(start);
            }
            self.out.blank(self.tokens[open].span);
            open += 1;
        }
        if !self.is(open, b'(') {
            // `register x asm("r")` has parentheses; a lone word is left alone.
            return None;
        }
        let end = closing(self.tokens, open)?;
        let in_declaration = !self.statement(at);
        let inside = self.inside(open, end);
        if in_declaration {
            self.out.blank(Span::new(start.start, self.tokens[end - 1].span.end));
        } else {
            self.out.make_opaque(inside);
            self.out.fill(start);
        }
        Some(end)
    }

    /// `case A ... B:` keeps its first value.
    fn case_range(&mut self, at: usize) {
        let mut dots = None;
        for index in at..self.tokens.len() {
            let token = self.tokens[index];
            if token.is(b':') {
                if let Some(dots) = dots {
                    self.out.blank(Span::new(dots, token.span.start));
                }
                return;
            }
            if token.kind == Kind::Op && token.bytes(self.text) == b"..." {
                dots = Some(token.span.start);
            }
            if token.is(b';') {
                return;
            }
        }
    }

    /// A name that is glued to a string literal: a macro that expands to a string.
    fn beside_literal(&self, at: usize) -> bool {
        let literal = |at: usize| self.tokens.get(at).is_some_and(|token| token.kind == Kind::Str);
        let before = at.checked_sub(1).is_some_and(literal);
        let mut next = at + 1;
        while self.tokens.get(next).is_some_and(|token| token.kind == Kind::Ident)
            && !kernel::words::is_keyword(self.word(next))
        {
            next += 1;
        }
        before || literal(next)
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::lex;
    use super::*;

    fn read(text: &str) -> String {
        let span = Span::new(0, text.len() as u32);
        let tokens = lex(text.as_bytes());
        let blanked =
            blank(text.as_bytes(), span, &tokens, &Names { iterators: vec!["my_walk".into()] });
        assert_eq!(blanked.code.len(), text.len() + PREFIX.len());
        let code = String::from_utf8(blanked.code).expect("ascii");
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn iterators_become_loops() {
        assert_eq!(
            read("f() { list_for_each_entry(a, &b, c) { break; } my_walk(x, y) if (a) z(); }"),
            "int f() { for( ;;) { break; } for( ;;) if (a) z(); }"
        );
        assert_eq!(
            read("f() { device_for_each_child(d, x, fn); }"),
            "int f() { device_for_each_child(d, x, fn); }"
        );
    }

    #[test]
    fn types_as_arguments_become_names() {
        assert_eq!(
            read("f() { x = list_entry(p, struct foo, m); y = min_t(unsigned long, a, b); }"),
            "int f() { x = list_entry(p, TTTTTTTTTT, m); y = min_t(TTTTTTTTTTTTT, a, b); }"
        );
        assert_eq!(
            read("f() { z(sizeof(struct a), (struct b *)q); }"),
            "int f() { z(sizeof(struct a), (struct b *)q); }"
        );
    }

    #[test]
    fn attributes_strings_and_declarations_in_macros() {
        assert_eq!(
            read("f() { char __user *p; printk(KERN_INFO PFX \"a\" B \"c\", x); }"),
            "int f() { char *p; printk( \"a\" \"c\", x); }"
        );
        assert_eq!(
            read("f() { DBG(char b[3];); asm volatile(\"x\" : \"=r\"(a)); }"),
            "int f() { DBG( ); TTT ( ); }"
        );
        assert_eq!(read("f() {\n TRACE(a)\n b(); }"), "int f() { TRACE(a); b(); }");
        assert_eq!(read("f() { if likely(x) y(); }"), "int f() { if (x) y(); }");
    }
}
