//! The parts of a thread that was converted: what its function gives an iterant as callbacks.

use super::db::{Db, FunctionId};
use super::facts::Owner;
use crate::kernel::iterant::{CALLBACKS, RUN_HERE};
use crate::syntax::lex::{Kind, lex_range};

/// The functions that a thread function runs through an iterant in place.
pub fn parts(db: &Db, id: FunctionId) -> Vec<FunctionId> {
    let text = db.text(id.file);
    let mut calls = db.facts(id.file).calls_in(text, Owner::Function(id.index));
    if !calls.any(|call| &text[call.span.range()] == RUN_HERE) {
        return Vec::new();
    }
    let tokens = lex_range(text, db.function(id).body);
    tokens
        .windows(4)
        .filter(|words| {
            words[0].is(b'.')
                && CALLBACKS.contains(&words[1].bytes(text))
                && words[2].is(b'=')
                && words[3].kind == Kind::Ident
        })
        .flat_map(|words| db.functions_for(id.file, words[3].bytes(text)))
        .collect()
}
