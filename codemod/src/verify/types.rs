//! The type of a place, as text that two places of one type share.

use crate::model::cfg::Variable;
use crate::source::Span;
use crate::syntax::lex::{Kind, Token, lex_range};
use crate::syntax::skeleton::Param;

/// Words that say where or how a local is kept, and nothing of its values.
pub fn is_storage_word(word: &[u8]) -> bool {
    matches!(
        word,
        b"static"
            | b"register"
            | b"auto"
            | b"__maybe_unused"
            | b"__always_unused"
            | b"uninitialized_var"
    )
}

fn of_words(text: &[u8], span: Span) -> Vec<&[u8]> {
    lex_range(text, span)
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Directive(_)))
        .map(|token| token.bytes(text))
        .filter(|word| !is_storage_word(word))
        .collect()
}

fn words(text: &[u8], span: Span) -> Vec<&[u8]> {
    whole(of_words(text, span))
}

/// `unsigned int` may be written without its second word.
fn whole(words: Vec<&[u8]>) -> Vec<&[u8]> {
    let is_short = |word: &&[u8]| matches!(*word, b"unsigned" | b"signed" | b"long" | b"short");
    if !words.iter().any(is_short) {
        return words;
    }
    words.into_iter().filter(|word| *word != b"int").collect()
}

/// Without the qualifiers that say nothing of a value: a copy of it need not be constant.
fn of_value(mut words: Vec<&[u8]>) -> Vec<&[u8]> {
    if words.iter().any(|word| matches!(*word, b"(" | b"[")) {
        return words;
    }
    if !words.contains(&&b"*"[..]) {
        words.retain(|word| *word != b"const");
        return words;
    }
    while words.last().is_some_and(|word| is_copied_without(word)) {
        words.pop();
    }
    words
}

/// A qualifier behind a pointer's last star that a copy of the pointer does not have.
pub fn is_copied_without(word: &[u8]) -> bool {
    matches!(word, b"const" | b"restrict" | b"__restrict" | b"__restrict__")
}

/// Of a local.
pub fn of_variable(text: &[u8], variable: &Variable) -> Vec<u8> {
    if let Some(made_by) = &variable.made_by {
        return made_by.clone();
    }
    let shape = &variable.shape;
    let mut out = of_words(text, shape.specifiers);
    out.extend(of_words(text, Span::new(shape.bare.start, variable.span.start)));
    out.extend(of_words(text, Span::new(variable.span.end, shape.bare.end)));
    of_value(whole(out)).join(&b' ')
}

/// Of a parameter.
pub fn of_param(text: &[u8], param: &Param) -> Vec<u8> {
    let words = words(text, param.span);
    let words: Vec<&[u8]> = words.into_iter().filter(|word| *word != param.name).collect();
    of_value(words).join(&b' ')
}

/// The fields of a struct: name and type.
pub fn of_fields(text: &[u8], body: Span) -> Vec<(Vec<u8>, Vec<u8>)> {
    let tokens: Vec<Token> = lex_range(text, body)
        .into_iter()
        .filter(|token| !matches!(token.kind, Kind::Directive(_)))
        .collect();
    tokens
        .split(|token| token.is(b';'))
        .filter_map(|field| {
            let name = field_name(field)?;
            let words: Vec<&[u8]> = field
                .iter()
                .filter(|token| token.span != name.span)
                .map(|token| token.bytes(text))
                .filter(|word| !is_storage_word(word))
                .collect();
            Some((name.bytes(text).to_vec(), of_value(whole(words)).join(&b' ')))
        })
        .collect()
}

/// The name that a field's declaration gives it: behind the first star in parentheses, or else the last
/// name before the first bracket.
fn field_name(field: &[Token]) -> Option<&Token> {
    let inner = field.windows(2).position(|pair| pair[0].is(b'(') && pair[1].is(b'*'));
    if let Some(at) = inner {
        let opens = |token: &&Token| token.is(b'*') || token.is(b'(');
        let count = field[at..].iter().take_while(opens).count();
        return field.get(at + count).filter(|token| token.kind == Kind::Ident);
    }
    let end = field.iter().position(|token| token.is(b'[')).unwrap_or(field.len());
    field[..end].iter().rev().find(|token| token.kind == Kind::Ident)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_a_name_and_a_type() {
        let text =
            b"struct it *s; char names[4][16]; int (*row)[4]; int (**done)(struct it *it, int);\
                     int (*(*all)[2])(int);";
        let fields = of_fields(text, Span::new(0, text.len() as u32));
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let shown: Vec<String> =
            fields.iter().map(|(name, kind)| show(name) + ": " + &show(kind)).collect();
        assert_eq!(
            shown,
            [
                "s: struct it *",
                "names: char [ 4 ] [ 16 ]",
                "row: int ( * ) [ 4 ]",
                "done: int ( * * ) ( struct it * it , int )",
                "all: int ( * ( * ) [ 2 ] ) ( int )",
            ]
        );
    }
}
