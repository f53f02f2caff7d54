//! Functions and macros that leave the task in another state than running.

use crate::index::db::Db;
use crate::kernel::calls::{self, StateEffect};
use crate::kernel::words;
use crate::source::{FileId, Span};
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, Token, lex_body};
use crate::syntax::skeleton::split;

/// Calls deep that are looked into.
const MAX_DEPTH: u32 = 3;

/// Whether a call of `name` in `file` may return in another state than running, as far as its
/// definition was read: by its words, in the order of the text.
pub fn leaves_state(db: &Db, file: FileId, name: &[u8]) -> bool {
    leaves(db, file, name, MAX_DEPTH)
}

fn leaves(db: &Db, file: FileId, name: &[u8], depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    if calls::is_known(name) {
        return false;
    }
    let mut bodies: Vec<(FileId, Span)> =
        db.functions_for(file, name).iter().map(|id| (id.file, db.function(*id).body)).collect();
    if bodies.is_empty() {
        bodies.extend(db.macros_for(file, name).iter().map(|(at, found)| (*at, found.body)));
    }
    bodies.into_iter().any(|(at, body)| body_leaves(db, at, body, name, depth))
}

fn body_leaves(db: &Db, file: FileId, body: Span, own: &[u8], depth: u32) -> bool {
    let text = db.text(file);
    let tokens = lex_body(text, body);
    let mut set = false;
    for (at, token) in tokens.iter().enumerate().filter(|(_, it)| it.kind == Kind::Ident) {
        let word = token.bytes(text);
        if word == b"return" && set {
            return true;
        }
        let calls = tokens.get(at + 1).is_some_and(|next| next.is(b'('));
        if !calls || words::is_keyword(word) {
            continue;
        }
        match calls::state_effect(word) {
            StateEffect::Sets(index) => {
                let state = argument(&tokens, at + 1, index).map(|it| it.bytes(text));
                set = state.is_none_or(|state| calls::state_name(state) != "running");
            }
            StateEffect::Runs => set = false,
            StateEffect::None => set |= word != own && leaves(db, file, word, depth),
        }
    }
    set
}

/// The only token of an argument of the call whose parenthesis is at `open`.
fn argument(tokens: &[Token], open: usize, index: usize) -> Option<Token> {
    let end = closing(tokens, open)?;
    match split(tokens.get(open + 1..end.checked_sub(1)?)?).get(index)? {
        [only] => Some(*only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_state_on_any_way_counts() {
        let leaves = |text: &str| {
            let mut db = Db::default();
            let file = db.sources.add("a.c".into(), text.as_bytes().into()).expect("small");
            db.index_new();
            leaves_state(&db, file, b"f")
        };
        for yes in [
            "void f(void) { set_current_state(TASK_INTERRUPTIBLE); }",
            "#define f() g()\n#define g() __set_current_state(TASK_IDLE)",
            "void f(void) { prepare_to_wait(&q, &w, TASK_UNINTERRUPTIBLE); if (x) return; schedule(); }",
            "void f(int state) { set_current_state(state); }",
        ] {
            assert!(leaves(yes), "{yes}");
        }
        for no in [
            "void f(void) { set_current_state(TASK_INTERRUPTIBLE); schedule(); }",
            "void f(void) { set_current_state(TASK_IDLE); set_current_state(TASK_RUNNING); }",
            "void f(void) { f(); g(); }",
            "",
        ] {
            assert!(!leaves(no), "{no}");
        }
    }
}
