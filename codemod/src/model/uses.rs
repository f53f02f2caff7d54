//! Which tokens of a statement name a local.

use super::cfg::Event;
use super::lower::{Argument, Lowering};
use super::member;
use crate::kernel;
use crate::source::Span;
use crate::syntax::expr::argument_of;
use crate::syntax::lex::{Kind, Token};

/// Calls around a token that are looked at.
const MAX_NESTED: usize = 16;

impl Lowering<'_> {
    /// Records every token in `span` that names a local, and the macros there that use one unasked;
    /// gives what these do with it.
    pub(super) fn record_uses(&mut self, span: Span) -> Vec<Event> {
        let mut out = Vec::new();
        let parsed = self.parsed;
        let tokens = &parsed.tokens;
        let first = tokens.partition_point(|token| token.span.start < span.start);
        let last = tokens.partition_point(|token| token.span.start < span.end);
        for at in first..last {
            let token = tokens[at];
            if token.kind != Kind::Ident {
                continue;
            }
            let name = token.bytes(self.text);
            let needed = self.needed_as_it_is(tokens, at);
            if let Some(needed) = needed {
                if needed.pasted {
                    out.extend(self.pasted(name, token.span));
                }
                if let Some(var) = self.named_at(name, token.span).filter(|_| needed.value) {
                    self.captured.push((token.span, var));
                }
                if !needed.value {
                    continue;
                }
            }
            if let Some(var) = self.named_at(name, token.span) {
                if names_a_value(self.text, tokens, at) {
                    self.uses.push((token.span, var));
                }
            } else {
                for captured in (self.around.captures)(name) {
                    if let Some(var) = self.named_at(&captured.name, token.span) {
                        self.captured.push((token.span, var));
                        out.push(Event::Read(var));
                        if captured.written {
                            out.push(Event::Write { var, whole: false });
                        }
                        if captured.addressed {
                            out.push(Event::Address(var));
                        }
                    }
                }
            }
        }
        out
    }

    /// What a macro around a token does with it, if the macro needs its very words.
    fn needed_as_it_is(&self, tokens: &[Token], at: usize) -> Option<Argument> {
        let mut inside = at;
        for _ in 0..MAX_NESTED {
            let (callee, argument) = argument_of(tokens, inside)?;
            // The parenthesis behind it.
            inside = callee + 1;
            if tokens[callee].kind != Kind::Ident {
                continue;
            }
            let name = tokens[callee].bytes(self.text);
            let found = (self.around.argument)(name, argument).filter(|found| found.named);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Locals whose names a macro may put together from a word.
    fn pasted(&mut self, word: &[u8], at: Span) -> Vec<Event> {
        let of_it = |name: &[u8]| name != word && (name.starts_with(word) || name.ends_with(word));
        let names: Vec<Vec<u8>> = self
            .scopes
            .iter()
            .flat_map(|scope| scope.keys())
            .filter(|name| of_it(name))
            .cloned()
            .collect();
        let mut out = Vec::new();
        for name in names {
            if let Some(var) = self.named_at(&name, at) {
                self.captured.push((at, var));
                out.extend([Event::Read(var), Event::Write { var, whole: false }]);
            }
        }
        out.sort_by_key(|event| match event {
            Event::Read(var) => (*var, 0),
            Event::Write { var, .. } => (*var, 1),
            _ => (0, 2),
        });
        out
    }

    /// The local that a name means at a place: a statement expression has locals of its own.
    fn named_at(&self, name: &[u8], at: Span) -> Option<super::cfg::VarId> {
        let inner =
            self.inner.iter().rev().find(|(scope, var)| {
                scope.covers(at) && self.variables[*var].name.as_bytes() == name
            });
        inner.map(|(_, var)| *var).or_else(|| self.resolve(name))
    }
}

/// Whether an identifier is a value: no member, no tag, no label, no member's name among a macro's
/// arguments.
fn names_a_value(text: &[u8], tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before]);
    if before.is_some_and(|before| {
        matches!(before.kind, Kind::Arrow | Kind::Punct(b'.'))
            || matches!(before.bytes(text), b"struct" | b"union" | b"enum" | b"goto")
    }) {
        return false;
    }
    // The name of an operand: `asm("" : [n] "=r" (n))`.
    let operand = before.is_some_and(|before| before.is(b'['))
        && matches!(tokens.get(at + 1..at + 3), Some([close, next])
            if close.is(b']') && next.kind == Kind::Str);
    if operand || member::names_a_member(text, tokens, at) {
        return false;
    }
    let alone = before.is_some_and(|before| before.is(b',') || before.is(b'('))
        && tokens.get(at + 1).is_some_and(|next| next.is(b')') || next.is(b','));
    !(is_parameter(text, tokens, at) || alone && is_member_argument(text, tokens, at))
}

/// Whether an identifier is the parameter of a pointer to a function that is declared here.
fn is_parameter(text: &[u8], tokens: &[Token], at: usize) -> bool {
    let ends =
        tokens.get(at + 1).is_some_and(|next| matches!(next.kind, Kind::Punct(b')' | b',' | b'[')));
    let named = at
        .checked_sub(1)
        .is_some_and(|before| tokens[before].is(b'*') || tokens[before].kind == Kind::Ident);
    if !ends || !named {
        return false;
    }
    let first = tokens[..at]
        .iter()
        .rposition(|token| !(token.kind == Kind::Ident || token.is(b'*')))
        .map_or(0, |before| before + 1);
    let opens = first
        .checked_sub(1)
        .is_some_and(|before| tokens[before].is(b'(') || tokens[before].is(b','));
    opens
        && tokens[first..at].iter().any(|token| {
            matches!(
                token.bytes(text),
                b"struct"
                    | b"union"
                    | b"enum"
                    | b"const"
                    | b"void"
                    | b"char"
                    | b"short"
                    | b"int"
                    | b"long"
                    | b"unsigned"
                    | b"signed"
                    | b"bool"
            )
        })
}

/// Whether the argument at `at` names a member: an argument before it is a type, or the macro walks
/// the entries of a list and this is its last argument.
fn is_member_argument(text: &[u8], tokens: &[Token], at: usize) -> bool {
    let mut depth = 0_i32;
    let mut starts_type = false;
    let mut index = at;
    while let Some(before) = index.checked_sub(1) {
        index = before;
        let token = tokens[index];
        match token.kind {
            Kind::Punct(b')' | b']' | b'}') => depth += 1,
            Kind::Punct(b'(' | b'[' | b'{') => {
                depth -= 1;
                if depth < 0 {
                    let name = index.checked_sub(1).map_or(&b""[..], |at| tokens[at].bytes(text));
                    let last = tokens.get(at + 1).is_some_and(|next| next.is(b')'));
                    let walks = last && memchr::memmem::find(name, b"for_each_entry").is_some();
                    return token.is(b'(') && (starts_type || walks)
                        || (last && kernel::calls::names_a_member(name) && starts_type);
                }
            }
            Kind::Punct(b';') if depth == 0 => return false,
            Kind::Ident if depth == 0 => {
                let opens = index
                    .checked_sub(1)
                    .is_some_and(|before| tokens[before].is(b',') || tokens[before].is(b'('));
                starts_type |= opens
                    && matches!(token.bytes(text), b"struct" | b"union" | b"enum" | b"typeof");
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lex::lex;

    fn values(text: &str, name: &str) -> Vec<bool> {
        let tokens = lex(text.as_bytes());
        (0..tokens.len())
            .filter(|at| tokens[*at].is_word(text.as_bytes(), name))
            .map(|at| names_a_value(text.as_bytes(), &tokens, at))
            .collect()
    }

    #[test]
    fn members_tags_and_labels_are_no_values() {
        assert_eq!(values("x->work = work.work;", "work"), [false, true, false]);
        assert_eq!(values("goto out; out = 1", "out"), [false, true]);
        assert_eq!(values("struct dev *p = dev;", "dev"), [false, true]);
        assert_eq!(
            values("void (*done)(struct cmd *cmd, int err) = cmd;", "cmd")[1..],
            [false, true]
        );
        assert_eq!(values("f(a *cmd, b)", "cmd"), [true]);
        assert_eq!(values("asm(\"\" : [n] \"=r\" (n))", "n"), [false, true]);
    }

    #[test]
    fn a_macro_takes_a_member_behind_a_type() {
        assert_eq!(values("container_of(work, struct foo, work)", "work"), [true, false]);
        assert_eq!(
            values("list_first_entry_or_null(&list, struct foo, list)", "list"),
            [true, false]
        );
        assert_eq!(values("list_for_each_entry_safe(list, n, &q, list)", "list"), [true, false]);
        assert_eq!(values("f(list, list)", "list"), [true, true]);
    }
}
