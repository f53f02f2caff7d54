//! Definitions of what the conditions of thread functions call: whether such a function only reads
//! decides what may be left out once the thread should stop.

use rustc_hash::FxHashSet;

use crate::index::db::{Db, FunctionId};
use crate::kernel::{calls, words};
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, lex_range};

/// The functions of unknown definition that conditions of these functions call.
pub(super) fn unknown(db: &Db, functions: impl Iterator<Item = FunctionId>) -> FxHashSet<String> {
    let mut out = FxHashSet::default();
    for id in functions {
        let text = db.text(id.file);
        let tokens = lex_range(text, db.function(id).body);
        let mut until = 0;
        for (at, token) in tokens.iter().enumerate() {
            let opens = tokens.get(at + 1).is_some_and(|next| next.is(b'('));
            if token.kind != Kind::Ident || !opens {
                continue;
            }
            let word = token.bytes(text);
            if matches!(word, b"if" | b"while") {
                until = closing(&tokens, at + 1).unwrap_or(at).max(until);
            } else if at < until && is_unknown(db, id, word) {
                out.extend(std::str::from_utf8(word).ok().map(str::to_owned));
            }
        }
    }
    out
}

fn is_unknown(db: &Db, id: FunctionId, name: &[u8]) -> bool {
    let is_constant = !name.iter().any(u8::is_ascii_lowercase);
    !(is_constant
        || words::is_keyword(name)
        || calls::is_known(name)
        || calls::only_reads(name)
        || matches!(name, b"likely" | b"unlikely")
        || !db.functions_for(id.file, name).is_empty()
        || !db.macros_for(id.file, name).is_empty())
}

/// Whether a text defines a function of this name.
pub fn defines(text: &[u8], name: &[u8]) -> bool {
    memchr::memmem::find_iter(text, name).any(|at| {
        let before = at.checked_sub(1).map(|before| text[before]);
        let rest = text.get(at + name.len()..).unwrap_or_default();
        let starts = before.is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'*'));
        starts && has_body(rest)
    })
}

/// Whether a list in parentheses and a brace follow.
fn has_body(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    if rest.first() != Some(&b'(') {
        return false;
    }
    let end = rest.iter().take(LONGEST_LIST).position(|byte| *byte == b')');
    end.is_some_and(|end| rest[end + 1..].trim_ascii_start().first() == Some(&b'{'))
}

/// Bytes of a parameter list at most.
const LONGEST_LIST: usize = 1024;

#[cfg(test)]
mod tests {
    use super::defines;

    #[test]
    fn a_definition_has_a_body() {
        let text =
            b"int f(int a);\nx = g(a);\nif (h(a)) {\n}\nint\nk(struct x *a,\n  int b)\n{\n}\n";
        let found = |name: &str| defines(text, name.as_bytes());
        assert!(found("k"));
        assert!(!found("f") && !found("g") && !found("a"));
        assert!(!defines(b"k", b"k") && !defines(b" k(", b"k"));
    }
}
