//! Functions and macros of the tree that only read memory, and tell at most whoever debugs.

use super::constants::acts;
use super::function::Reader;
use crate::index::db::FunctionId;
use crate::kernel::calls;
use crate::kernel::words;
use crate::model::cfg::{Call, Event};
use crate::source::FileId;
use crate::syntax::lex::{Kind, Token, lex_range};

/// Calls deep that are looked into.
const MAX_DEPTH: u32 = 3;

impl Reader<'_> {
    /// Whether a call of `name` in `file` leaves everything as it is.
    pub fn is_quiet(&self, file: FileId, name: &[u8]) -> bool {
        let known = self.helpers.quiet(file, name);
        known.unwrap_or_else(|| {
            let found = self.quiet_call(file, name, MAX_DEPTH);
            self.helpers.set_quiet(file, name, found);
            found
        })
    }

    fn quiet_call(&self, file: FileId, name: &[u8], depth: u32) -> bool {
        if self.helpers.is_pure(file, name) || calls::only_reads(name) || calls::only_debugs(name) {
            return true;
        }
        if depth == 0 || calls::is_known(name) {
            return false;
        }
        let mut functions = self.helpers.targets(file, name, false);
        if functions.is_empty() {
            functions = self.db.functions_aside(file, name);
        }
        if !functions.is_empty() {
            return functions.iter().all(|id| self.quiet_function(*id, depth - 1));
        }
        let macros = self.db.macros_for(file, name);
        !macros.is_empty()
            && macros.iter().all(|(at, found)| self.quiet_macro(*at, found.body, name, depth - 1))
    }

    fn quiet_function(&self, id: FunctionId, depth: u32) -> bool {
        let model = self.read(id);
        let text = self.db.text(id.file);
        let has_asm = lex_range(text, self.db.function(id).body)
            .iter()
            .any(|token| token.kind == Kind::Ident && is_asm(token.bytes(text)));
        !has_asm
            && model.problems.is_empty()
            && !model.variants.is_empty()
            && model.variants.iter().all(|variant| {
                let graph = &variant.graph;
                let understood = variant.errors.is_empty()
                    && variant.odd_jumps.is_empty()
                    && variant.unknown_blocks.is_empty()
                    && graph.halts.is_empty()
                    && !graph.variables.iter().any(|variable| variable.is_static);
                understood
                    && graph.nodes.iter().flat_map(|node| &node.events).all(|event| match event {
                        Event::Store | Event::Call(Call { indirect: true, .. }) => false,
                        Event::Call(call) => self.quiet_call(id.file, &call.name, depth),
                        _ => true,
                    })
            })
    }

    /// A macro's body by its words: nothing is assigned or counted, and whatever looks like a call is
    /// quiet.
    fn quiet_macro(&self, file: FileId, body: crate::source::Span, own: &[u8], depth: u32) -> bool {
        let text = self.db.text(file);
        let tokens = lex_range(text, body);
        tokens.iter().enumerate().all(|(at, token)| {
            let word = token.bytes(text);
            match token.kind {
                // `(hook)(x)`, `hooks[0](x)`: nobody knows whom that calls.
                Kind::Punct(b'(') if calls_a_value(text, &tokens, at) => false,
                Kind::OpAssign | Kind::IncDec | Kind::Punct(b'=') => false,
                Kind::Ident if is_asm(word) || matches!(word, b"goto" | b"return") => false,
                Kind::Ident => {
                    let calls = tokens.get(at + 1).is_some_and(|next| next.is(b'('))
                        || acts(self.db, file, word);
                    !calls
                        || crate::kernel::words::is_keyword(word)
                        || (word != own && self.quiet_call(file, word, depth))
                }
                _ => true,
            }
        })
    }
}

/// Whether the parenthesis at `open` calls what stands before it in parentheses or brackets; behind a
/// type it is a cast's operand.
fn calls_a_value(text: &[u8], tokens: &[Token], open: usize) -> bool {
    let Some(before) = open.checked_sub(1) else { return false };
    if tokens[before].is(b']') {
        return true;
    }
    if !tokens[before].is(b')') {
        return false;
    }
    let mut depth = 0_i32;
    let first = tokens[..=before].iter().rposition(|token| {
        depth += i32::from(token.is(b')')) - i32::from(token.is(b'('));
        depth == 0
    });
    let inner = first.and_then(|first| tokens.get(first + 1..before)).unwrap_or_default();
    let is_type = inner.iter().any(|token| {
        let word = token.bytes(text);
        words::is_type_word(word)
            || words::is_tag_word(word)
            || word.ends_with(b"_t")
            || token.is(b'*') && token.span == inner[inner.len() - 1].span
            || matches!(word, b"u8" | b"u16" | b"u32" | b"u64" | b"s8" | b"s16" | b"s32" | b"s64")
    });
    // `if (x) (y)`, `sizeof(x) (y)`: what stands before the group is a word of the language.
    let called = first.and_then(|first| first.checked_sub(1)).is_some_and(|at| {
        tokens[at].kind == Kind::Ident && words::is_keyword(tokens[at].bytes(text))
    });
    !is_type && !called
}

fn is_asm(word: &[u8]) -> bool {
    matches!(word, b"asm" | b"__asm__" | b"__asm")
}
