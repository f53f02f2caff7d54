//! Functions and macros of the tree that only compute: the same arguments give the same value, wherever
//! and whenever they are called.
//!
//! By their words alone, and in doubt not: a function must be one `return`.

use super::constants::acts;
use super::helpers::Helpers;
use crate::kernel::{calls, words};
use crate::source::{FileId, Span};
use crate::syntax::lex::{Kind, Token, lex_body};
use crate::syntax::skeleton::Param;

/// Calls deep that are looked into.
const MAX_DEPTH: u32 = 4;

impl Helpers<'_> {
    /// Whether a call of `name` in `file` has no effect and gives the same value again: somebody said
    /// so, or its definition shows it. What its name looks like is not enough.
    pub fn is_pure(&self, file: FileId, name: &[u8]) -> bool {
        self.is_pure_call(file, name, MAX_DEPTH)
    }

    fn is_pure_call(&self, file: FileId, name: &[u8], depth: u32) -> bool {
        if self.said_to_be_pure(name) {
            return true;
        }
        let db = self.db();
        let functions = db.functions_for(file, name);
        let macros = db.macros_for(file, name);
        let own =
            functions.iter().any(|id| id.file == file) || macros.iter().any(|(at, _)| *at == file);
        if calls::is_pure(name) && !own {
            return true;
        }
        let Some(depth) = depth.checked_sub(1) else { return false };
        let functions =
            if functions.is_empty() { db.functions_aside(file, name) } else { functions };
        if functions.is_empty() && macros.is_empty() {
            return false;
        }
        functions.iter().all(|id| {
            let function = db.function(*id);
            let body = Span::new(function.body.start + 1, function.body.end.saturating_sub(1));
            let tokens = lex_body(db.text(id.file), body);
            match tokens.as_slice() {
                [word, value @ .., end]
                    if word.is_word(db.text(id.file), "return") && end.is(b';') =>
                {
                    self.computes(id.file, value, &function.params, depth)
                }
                _ => false,
            }
        }) && macros.iter().all(|(at, found)| {
            self.computes(*at, &lex_body(db.text(*at), found.body), &found.params, depth)
        })
    }

    /// Whether an expression is made of parameters, constants and what only computes.
    fn computes(&self, file: FileId, tokens: &[Token], params: &[Param], depth: u32) -> bool {
        let text = self.db().text(file);
        let mut members_until = 0;
        tokens.iter().enumerate().all(|(at, token)| {
            let before = at.checked_sub(1).map(|before| tokens[before]);
            let next = tokens.get(at + 1);
            let word = token.bytes(text);
            match token.kind {
                Kind::Ident if next.is_some_and(|next| next.is(b'(')) => {
                    if calls::names_a_member(word) {
                        members_until = crate::syntax::expr::closing(tokens, at + 1).unwrap_or(at);
                    }
                    let is_pure = words::is_keyword(word) || self.is_pure_call(file, word, depth);
                    is_pure && !matches!(word, b"asm" | b"__asm__" | b"__asm")
                }
                Kind::Ident => {
                    let tag = before.is_some_and(|it| words::is_tag_word(it.bytes(text)));
                    tag || at < members_until
                        || params.iter().any(|param| param.name == word)
                        || words::is_type_word(word)
                        || words::is_tag_word(word)
                        || word.ends_with(b"_t")
                        || !(word.iter().any(u8::is_ascii_lowercase) || acts(self.db(), file, word))
                }
                // `*x` looks behind a pointer; `(type *)` and `a * b` do not.
                Kind::Punct(b'*') => {
                    next.is_some_and(|next| next.is(b')') || next.is(b'*'))
                        || before.is_some_and(|before| {
                            matches!(before.kind, Kind::Ident | Kind::Number | Kind::Punct(b')'))
                                && !words::is_keyword(before.bytes(text))
                        })
                }
                Kind::Punct(
                    b'(' | b')' | b',' | b'+' | b'-' | b'/' | b'%' | b'|' | b'^' | b'~' | b'!'
                    | b'<' | b'>' | b'?' | b':' | b'&',
                )
                | Kind::Number
                | Kind::Char
                | Kind::Op => true,
                _ => false,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::db::Db;

    fn is_pure(text: &str, name: &str) -> bool {
        let mut db = Db::default();
        let file = db.sources.add("a.c".into(), text.as_bytes().into()).expect("small");
        db.index_new();
        Helpers::new(&db, &["said".to_owned()]).is_pure(file, name.as_bytes())
    }

    #[test]
    fn a_definition_that_was_read_decides() {
        for yes in [
            "#define f(x) container_of(x, struct foo, member)",
            "static struct foo *f(struct bar *x)\n{\n\treturn container_of(x, struct foo, bar);\n}",
            "static void *f(struct bar *x) { return (char *)x + SIZE * 2; }",
            "#define f(x) g(x)\n#define g(x) ((x) + 1)",
            "#define f(x) said(x)",
        ] {
            assert!(is_pure(yes, "f"), "{yes}");
        }
        for no in [
            "static void *f(struct bar *x) { return kmalloc(x); }",
            "static void *f(struct bar *x) { return x->priv; }",
            "static int f(int *x) { return *x; }",
            "static int f(int x) { return x + *last; }",
            "static int f(int x) { count++; return x; }",
            "static int f(int x) { return x + count; }",
            "#define f(x) ((x)++)",
            "#define f(x) (*(x))",
            "#define f(x) ({ go(x); })",
            "#define f(x) f(x)",
            "",
        ] {
            assert!(!is_pure(no, "f"), "{no}");
        }
    }

    #[test]
    fn what_a_name_looks_like_is_not_enough() {
        assert!(!is_pure("", "to_foo") && !is_pure("", "alloc_priv"));
        assert!(is_pure("", "container_of"));
        assert!(!is_pure("#define min(a, b) take(a, b)", "min"));
    }
}
