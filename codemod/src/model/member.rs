//! Names that look like a local's and are a member's, an enumerator's or a label's.

use crate::syntax::lex::{Kind, Token};

/// Tokens that are looked at before a name: more than any declaration has.
const MAX_BEFORE: usize = 4096;

/// Whether the name at `at` is a label, a member that is declared or given a value there, or an
/// enumerator.
pub(super) fn names_a_member(text: &[u8], tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1);
    let colon = next.is_some_and(|next| next.is(b':'));
    let ends = next.is_some_and(|next| {
        matches!(next.kind, Kind::Punct(b';' | b',' | b'[' | b'=' | b'}' | b')' | b':'))
    });
    let before = at.checked_sub(1).map(|before| tokens[before]);
    let declared = before.is_some_and(|before| {
        before.kind == Kind::Ident || matches!(before.kind, Kind::Punct(b'*' | b',' | b'{'))
    });
    (colon && is_named_by_colon(text, tokens, at))
        || (ends && declared && is_in_type(text, tokens, at))
}

/// `name:`, unless the colon belongs to a `?`.
fn is_named_by_colon(text: &[u8], tokens: &[Token], at: usize) -> bool {
    let (mut depth, mut questions) = (0_i32, 0_i32);
    for token in tokens[..at].iter().rev().take(MAX_BEFORE) {
        match token.kind {
            Kind::Punct(b')' | b']' | b'}') => {
                if depth == 0 && token.is(b'}') {
                    // A block ended: a statement begins.
                    return questions <= 0;
                }
                depth += 1;
            }
            Kind::Punct(b'(' | b'[') if depth == 0 => return false,
            Kind::Punct(b'{' | b';') if depth == 0 => return questions <= 0,
            Kind::Punct(b'(' | b'[' | b'{') => depth -= 1,
            Kind::Punct(b'?') if depth == 0 => questions += 1,
            Kind::Punct(b':') if depth == 0 => questions -= 1,
            Kind::Ident if depth == 0 && token.is_word(text, "case") => return questions < 0,
            _ => {}
        }
        if questions > 0 {
            return false;
        }
    }
    false
}

/// Whether a name stands right between the braces of a struct, a union or an enum that is declared.
fn is_in_type(text: &[u8], tokens: &[Token], at: usize) -> bool {
    let mut depth = 0_i32;
    for index in (0..at).rev().take(MAX_BEFORE) {
        match tokens[index].kind {
            Kind::Punct(b')' | b']' | b'}') => depth += 1,
            Kind::Punct(b'(' | b'[' | b'{') if depth > 0 => depth -= 1,
            Kind::Punct(b'(' | b'[') => return false,
            Kind::Punct(b'{') => return is_type(text, &tokens[..index]),
            _ => {}
        }
    }
    false
}

/// Whether a tag, and attributes, are the last of these tokens: `struct x __packed`.
fn is_type(text: &[u8], tokens: &[Token]) -> bool {
    let mut depth = 0_i32;
    for token in tokens.iter().rev().take(64) {
        match token.kind {
            Kind::Punct(b')') => depth += 1,
            Kind::Punct(b'(') if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            Kind::Ident => match token.bytes(text) {
                b"struct" | b"union" | b"enum" => return true,
                _ => {}
            },
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lex::lex;

    fn members(text: &str) -> Vec<bool> {
        let tokens = lex(text.as_bytes());
        (0..tokens.len())
            .filter(|at| tokens[*at].is_word(text.as_bytes(), "n"))
            .map(|at| names_a_member(text.as_bytes(), &tokens, at))
            .collect()
    }

    #[test]
    fn members_are_declared_and_set() {
        assert_eq!(members("{ struct x { int n; } a; f(n); }"), [true, false]);
        assert_eq!(
            members("{ struct { int a, *n; u8 m:3, n:2; } a = { n }; }"),
            [true, true, false]
        );
        assert_eq!(members("{ enum { A, n = 1, B } a = n; }"), [true, false]);
        assert_eq!(members("{ struct x a = { n: n, .b = 1 }; }"), [true, false]);
        assert_eq!(members("{ struct x a = { b: c ? 1 : n, n: n, }; }"), [false, true, false]);
        assert_eq!(members("{ int a[] = { n, n }; f((struct x){ n }); }"), [false; 3]);
        assert_eq!(members("{ struct x { int n:3; } a; int n = 2; }"), [true, false]);
    }

    #[test]
    fn a_label_is_no_value_and_the_side_of_a_choice_is() {
        assert_eq!(members("{ f(); n: g(); if (n) goto out; }"), [true, false]);
        assert_eq!(members("{ a = b ? n : c; a = b ? c : d ? n : e; }"), [false, false]);
        assert_eq!(members("{ switch (a) { case 1: n: f(n); } }"), [true, false]);
        assert_eq!(members("{ if (a) { f(); } n: g(); }"), [true]);
        assert_eq!(members("{ a = b ? c, n : d; f(b ? n : c); }"), [false, false]);
    }
}
