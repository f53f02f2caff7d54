//! The struct that a name points to, as far as declarations tell.

use super::db::Db;
use super::facts::Owner;
use crate::kernel;
use crate::source::{FileId, Span};
use crate::syntax::lex::{Kind, Token, lex_range};

/// The type of a name where `owner` stands: a struct's tag, or a typedef's name.
pub fn type_of(db: &Db, file: FileId, owner: Owner, name: &[u8]) -> Option<Vec<u8>> {
    if let Owner::Function(index) = owner {
        let function = &db.facts(file).skeleton.functions[index as usize];
        let text = db.text(file);
        for param in &function.params {
            if param.name == name {
                return declared(text, &lex_range(text, param.span), name);
            }
        }
        if let Some(found) = declared(text, &db.tokens(file, function.body), name) {
            return Some(found);
        }
    }
    file_scope(db, file, name)
}

fn file_scope(db: &Db, file: FileId, name: &[u8]) -> Option<Vec<u8>> {
    let variables = &db.facts(file).skeleton.variables;
    let found = variables.iter().find(|variable| db.bytes(file, variable.name) == name)?;
    let type_name = db.bytes(file, found.type_name);
    (!type_name.is_empty()).then(|| type_name.to_vec())
}

/// Looks for `struct T … name` or `T … name` among tokens.
fn declared(text: &[u8], tokens: &[Token], name: &[u8]) -> Option<Vec<u8>> {
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Ident || token.bytes(text) != name || index == 0 {
            continue;
        }
        let ends = tokens.get(index + 1).is_none_or(|next| {
            matches!(next.kind, Kind::Punct(b';' | b',' | b'=' | b')' | b'[' | b':'))
        });
        if !ends {
            continue;
        }
        if let Some(found) = type_before(text, tokens, index) {
            return Some(found);
        }
    }
    None
}

/// The type that stands before the declarator at `index`, over stars and earlier declarators.
fn type_before(text: &[u8], tokens: &[Token], index: usize) -> Option<Vec<u8>> {
    let mut at = index;
    let mut stars = 0;
    while let Some(before) = at.checked_sub(1) {
        let token = &tokens[before];
        match token.kind {
            Kind::Punct(b'*') => stars += 1,
            Kind::Ident if kernel::attributes::is_plain(token.bytes(text)) => {}
            Kind::Ident => {
                let word = token.bytes(text);
                if kernel::words::is_keyword(word) || kernel::words::is_type_word(word) {
                    return None;
                }
                let tagged = before > 0 && {
                    let tag = tokens[before - 1].bytes(text);
                    tokens[before - 1].kind == Kind::Ident && kernel::words::is_tag_word(tag)
                };
                // `T name` without a tag: a typedef. `a * name` in an expression looks the same only
                // where a statement begins with it.
                let begins = before == 0
                    || matches!(
                        tokens[before - 1].kind,
                        Kind::Punct(b';' | b'{' | b'}' | b'(' | b',')
                    )
                    || kernel::attributes::is_plain(tokens[before - 1].bytes(text));
                return (tagged || begins).then(|| word.to_vec());
            }
            // `struct T *a, *name`
            Kind::Punct(b',') if stars > 0 || before > 0 => {
                let earlier = (0..before).rev().find(|at| tokens[*at].kind == Kind::Ident)?;
                if earlier + 1 != before {
                    return None;
                }
                return type_before(text, tokens, earlier);
            }
            _ => return None,
        }
        at = before;
    }
    None
}

/// The type of a member of a struct, if the struct is among the files.
pub fn member_type(db: &Db, tag: &[u8], member: &[u8]) -> Option<Vec<u8>> {
    db.structs_for(tag).into_iter().find_map(|(file, body)| {
        let text = db.text(file);
        declared(text, &lex_range(text, body), member)
    })
}

/// The position of a member in its struct, for initialisers without designators.
pub fn member_position(db: &Db, tag: &[u8], member: &[u8]) -> Option<usize> {
    db.structs_for(tag).into_iter().find_map(|(file, body)| {
        let text = db.text(file);
        let tokens = lex_range(text, body);
        let (mut depth, mut position) = (0_i32, 0);
        for token in &tokens {
            match token.kind {
                Kind::Punct(b'{' | b'(') => depth += 1,
                Kind::Punct(b'}' | b')') => depth -= 1,
                Kind::Punct(b';') if depth == 0 => position += 1,
                Kind::Ident if token.bytes(text) == member => return Some(position),
                _ => {}
            }
        }
        None
    })
}

/// The type at the end of a path of members that starts at a name; the path without its last member.
pub fn path_type(
    db: &Db,
    file: FileId,
    owner: Owner,
    base: Option<Span>,
    members: &[Span],
) -> Option<Vec<u8>> {
    let mut at = type_of(db, file, owner, db.bytes(file, base?))?;
    for member in members.split_last()?.1 {
        at = member_type(db, &at, db.bytes(file, *member))?;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lex::lex;

    fn read(text: &str, name: &str) -> Option<String> {
        declared(text.as_bytes(), &lex(text.as_bytes()), name.as_bytes())
            .map(|found| String::from_utf8(found).expect("utf-8"))
    }

    #[test]
    fn finds_declared_types() {
        assert_eq!(read("struct foo *x = data;", "x").as_deref(), Some("foo"));
        assert_eq!(read("int a; struct foo *x, *y;", "y").as_deref(), Some("foo"));
        assert_eq!(read("{ foo_t *x; x = y; }", "x").as_deref(), Some("foo_t"));
        assert_eq!(read("z = a * x;", "x"), None);
        assert_eq!(read("int x;", "x"), None);
    }
}
