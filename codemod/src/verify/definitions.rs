//! The types that a text defines: a conversion may move them, and makes none but its context.

use super::words::join;
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, Token, lex};

/// Whether the output defines the types of the original, and besides them only contexts.
pub(super) fn same_types(original: &[u8], output: &[u8]) -> bool {
    let mut rest = types(output);
    for own in types(original) {
        let Some(at) = rest.iter().position(|other| *other == own) else { return false };
        rest.swap_remove(at);
    }
    let context = b"{ struct kthread_iterant iterant ;";
    rest.iter().all(|other| {
        other.starts_with(b"struct ")
            && memchr::memmem::find(other, context)
                .is_some_and(|at| other[..at].split(|byte| *byte == b' ').count() == 3)
    })
}

/// Every struct, union and enum with a body, every typedef and every extern: its words.
fn types(text: &[u8]) -> Vec<Vec<u8>> {
    let tokens: Vec<Token> =
        lex(text).into_iter().filter(|token| !matches!(token.kind, Kind::Directive(_))).collect();
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let end = match token.bytes(text) {
            b"struct" | b"union" | b"enum" => {
                let next = tokens[at + 1..].iter().take(8).take_while(|it| it.kind == Kind::Ident);
                let open = at + 1 + next.count();
                let opens = tokens.get(open).is_some_and(|open| open.is(b'{'));
                opens.then(|| closing(&tokens, open)).flatten()
            }
            b"typedef" | b"extern" => {
                let mut depth = 0_i32;
                let end = tokens[at..].iter().position(|token| {
                    depth += i32::from(token.is(b'{')) - i32::from(token.is(b'}'));
                    depth == 0 && token.is(b';')
                });
                end.map(|end| at + end)
            }
            _ => None,
        };
        out.extend(end.and_then(|end| tokens.get(at..end)).map(|words| join(text, words)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_may_move_and_nothing_else() {
        let one = b"struct a { int n; }; int f(void) { extern int e; enum { B, C }; \
                    typedef int num; num x; }";
        let two =
            b"extern int e; enum { B, C }; struct c { struct kthread_iterant iterant; int x; };\n\
                    typedef int num; struct a { int n; }; int f(void) { num x; }";
        assert!(same_types(one, two));
        for (from, to) in [
            ("B, C", "C, B"),
            ("typedef int num", "typedef long num"),
            ("{ int n; }", "{ long n; }"),
            ("extern int e", "extern long e"),
            ("struct kthread_iterant iterant; ", ""),
        ] {
            let text = String::from_utf8_lossy(two).replacen(from, to, 1);
            assert_ne!(text.as_bytes(), two);
            assert!(!same_types(one, text.as_bytes()), "{from}");
        }
    }
}
