//! Members of structs: which are arrays.

use crate::index::db::Db;
use crate::syntax::lex::{Kind, Token, lex_range};

/// Whether a member of a type (`struct tag`), through these members, is known to be no array. A tag has
/// one definition, or all agree.
pub fn is_scalar(db: &Db, kind: &[u8], path: &[Vec<u8>]) -> bool {
    let tag = |kind: &[u8]| {
        let rest = kind.strip_prefix(b"struct ").or_else(|| kind.strip_prefix(b"union "))?;
        Some(rest.trim_ascii().to_vec())
    };
    let mut tags = tag(kind).into_iter().collect::<Vec<_>>();
    for (at, member) in path.iter().enumerate() {
        let [own] = tags.as_slice() else { return false };
        let fields: Vec<Field> = db
            .structs_for(own)
            .into_iter()
            .map(|(file, body)| field(db.text(file), &lex_range(db.text(file), body), member))
            .collect();
        if fields.is_empty() || fields.contains(&Field::Unknown) {
            return false;
        }
        if at + 1 == path.len() {
            return fields.iter().all(|field| *field != Field::Array);
        }
        let mut next: Vec<Vec<u8>> = fields
            .into_iter()
            .filter_map(|field| match field {
                Field::Scalar(kind) => tag(&kind),
                _ => None,
            })
            .collect();
        next.dedup();
        tags = next;
    }
    false
}

#[derive(Debug, PartialEq, Eq)]
enum Field {
    /// Not an array; its type where that is a struct.
    Scalar(Vec<u8>),
    Array,
    Unknown,
}

/// What a struct's body says of a member.
fn field(text: &[u8], tokens: &[Token], name: &[u8]) -> Field {
    let tokens: Vec<Token> =
        tokens.iter().filter(|token| !matches!(token.kind, Kind::Directive(_))).copied().collect();
    for declaration in tokens.split(|token| token.is(b';')) {
        let Some(at) = declaration.iter().position(|token| token.bytes(text) == name) else {
            continue;
        };
        let [first, second, ..] = declaration else { return Field::Unknown };
        if at == 0 || declaration[..at].iter().any(|token| token.is(b'{') || token.is(b'(')) {
            return Field::Unknown;
        }
        let is_array = declaration.get(at + 1).is_some_and(|next| next.is(b'['));
        if is_array {
            return Field::Array;
        }
        // A typedef may hide an array.
        let known = declaration[..at].iter().any(|token| {
            let word = token.bytes(text);
            token.is(b'*')
                || crate::kernel::words::is_tag_word(word)
                || crate::kernel::words::is_type_word(word)
                || matches!(word, b"u8" | b"u16" | b"u32" | b"u64" | b"s8" | b"s16" | b"s32")
                || matches!(word, b"s64" | b"size_t" | b"ssize_t" | b"ktime_t" | b"atomic_t")
                || matches!(word, b"spinlock_t" | b"dma_addr_t" | b"loff_t" | b"wait_queue_head_t")
        });
        return if known {
            Field::Scalar([first.bytes(text), second.bytes(text)].join(&b' '))
        } else {
            Field::Unknown
        };
    }
    Field::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_and_what_may_be_one_are_no_scalars() {
        let text = "struct in { int e[4]; int f; };\n\
                    struct out { struct in b; odd_t o; unsigned long n, m; char *p; };";
        let mut db = Db::default();
        db.sources.add("a.c".into(), text.as_bytes().into()).expect("small");
        db.index_new();
        let scalar = |path: &[&str]| {
            let path: Vec<Vec<u8>> = path.iter().map(|it| it.as_bytes().to_vec()).collect();
            is_scalar(&db, b"struct out", &path)
        };
        assert!(scalar(&["n"]) && scalar(&["m"]) && scalar(&["p"]) && scalar(&["b", "f"]));
        assert!(!scalar(&["b", "e"]) && !scalar(&["o"]) && !scalar(&["none"]));
        assert!(!is_scalar(&db, b"odd_t", &[b"x".to_vec()]));
    }
}
