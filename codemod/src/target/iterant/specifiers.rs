//! The words before a function's name: which of them its parts need too.

use crate::index::db::Db;
use crate::kernel::attributes::{self, Effect};
use crate::kernel::words;
use crate::source::{FileId, Span};
use crate::syntax::lex::{Kind, Token, lex_range};

/// How deep macros are followed.
const DEEPEST: usize = 8;

/// A place that can't be understood, and why it matters.
pub(super) type Odd = (Span, String);

/// Something that stands before a function's name, or behind its parameters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'t> {
    /// A word or a star.
    Word(Token),
    /// A word with arguments, and those.
    Called(Token, &'t [Token]),
}

impl Piece<'_> {
    /// Whether this is the word.
    pub(super) fn is_word(&self, text: &[u8], word: &str) -> bool {
        matches!(self, Self::Word(token) if token.is_word(text, word))
    }
}

/// What stands before the token at `name`, first things first, and where it begins.
///
/// # Errors
/// Where it is not a list of words and attributes.
pub(super) fn before<'t>(
    text: &[u8],
    tokens: &'t [Token],
    name: usize,
) -> Result<(usize, Vec<Piece<'t>>), Odd> {
    let mut first = name;
    let mut out = Vec::new();
    while let Some(token) = first.checked_sub(1).and_then(|at| tokens.get(at)) {
        if token.kind == Kind::Ident || token.is(b'*') {
            first -= 1;
            out.push(Piece::Word(*token));
            continue;
        }
        if !token.is(b')') && !token.is(b']') {
            break;
        }
        let known = opening(tokens, first - 1).and_then(|open| {
            let word = open.checked_sub(1)?;
            let bytes = tokens.get(word)?.bytes(text);
            let known = attributes::takes_arguments(bytes) || words::is_typeof(bytes);
            known.then_some((word, tokens.get(open + 1..first - 1)?))
        });
        let Some((word, inside)) = known else {
            return Err((token.span, "what stands before the function is not understood".into()));
        };
        first = word;
        out.push(Piece::Called(tokens[word], inside));
    }
    out.reverse();
    Ok((first, out))
}

/// The parenthesis that the one at `close` closes.
fn opening(tokens: &[Token], close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in (0..=close).rev() {
        match tokens[at].kind {
            Kind::Punct(b')') => depth += 1,
            Kind::Punct(b'(') => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return tokens[at].is(b'(').then_some(at);
        }
    }
    None
}

/// What stands from a token on, up to a `;`; nothing where that is not only words and attributes.
pub(super) fn behind<'t>(text: &[u8], tokens: &'t [Token], from: usize) -> Option<Vec<Piece<'t>>> {
    let mut out = Vec::new();
    let mut at = from;
    loop {
        let token = tokens.get(at)?;
        if token.is(b';') {
            return Some(out);
        }
        if token.kind != Kind::Ident {
            return None;
        }
        if tokens.get(at + 1).is_some_and(|next| next.is(b'('))
            && attributes::takes_arguments(token.bytes(text))
        {
            let close = closing(tokens, at + 1)?;
            out.push(Piece::Called(*token, tokens.get(at + 2..close)?));
            at = close + 1;
        } else {
            out.push(Piece::Word(*token));
            at += 1;
        }
    }
}

/// The parenthesis that closes the one at `open`.
pub(super) fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Punct(b'(') => depth += 1,
            Kind::Punct(b')') => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// A declaration's bytes without its attributes.
pub(super) fn without_attributes(text: &[u8], span: Span) -> String {
    let tokens = lex_range(text, span);
    let mut kept: Vec<u8> = Vec::with_capacity(span.len());
    let (mut at, mut from) = (0, span.start);
    while let Some(token) = tokens.get(at) {
        let word = token.bytes(text);
        let is_called = tokens.get(at + 1).is_some_and(|next| next.is(b'('));
        let last = if is_called && attributes::takes_arguments(word) {
            closing(&tokens, at + 1).unwrap_or(at)
        } else if attributes::is_plain(word) && !attributes::is_of_type(word) {
            at
        } else {
            at += 1;
            continue;
        };
        kept.extend_from_slice(&text[from as usize..token.span.start as usize]);
        while kept.last().is_some_and(u8::is_ascii_whitespace) {
            kept.pop();
        }
        // What stands behind it keeps its own blank, at the beginning there is none.
        from = tokens[last].span.end;
        if kept.is_empty() {
            from = tokens.get(last + 1).map_or(from, |next| next.span.start);
        }
        at = last + 1;
    }
    kept.extend_from_slice(&text[from as usize..span.end as usize]);
    String::from_utf8_lossy(kept.trim_ascii()).into_owned()
}

/// Reads such words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) db: &'a Db,
    pub(super) file: FileId,
    pub(super) text: &'a [u8],
}

impl Words<'_> {
    /// The attributes that say where or how code is made: the parts of a function need them too.
    ///
    /// # Errors
    /// Where one is not known: it could say just that.
    pub(super) fn moved(&self, pieces: &[Piece<'_>]) -> Result<Vec<String>, Odd> {
        let mut out = Vec::new();
        let mut unknown: Vec<Span> = Vec::new();
        let mut has_type = false;
        let mut tag = false;
        for piece in pieces {
            match piece {
                Piece::Word(token) if token.kind != Kind::Ident => {}
                Piece::Word(token) => {
                    let word = token.bytes(self.text);
                    if std::mem::take(&mut tag) {
                        continue;
                    }
                    tag = words::is_tag_word(word);
                    has_type |= tag || words::is_basic_type(word);
                    match self.effect(token, 0)? {
                        Some(Effect::Moves) => out.push(self.str(token.span)),
                        Some(Effect::Stays) => {}
                        None => unknown.push(token.span),
                    }
                }
                Piece::Called(word, _) if words::is_typeof(word.bytes(self.text)) => {
                    has_type = true;
                }
                Piece::Called(word, inside) => out.extend(self.called(word, inside)?),
            }
        }
        // One of them is the type, if nothing else is.
        match unknown.as_slice() {
            [span, rest @ ..] if has_type || !rest.is_empty() => {
                let why = "in the function's head is not known: it could say where code goes";
                Err((*span, format!("`{}` {why}", self.str(*span))))
            }
            _ => Ok(out),
        }
    }

    /// What a word does; nothing where it is not known.
    fn effect(&self, token: &Token, depth: usize) -> Result<Option<Effect>, Odd> {
        let word = token.bytes(self.text);
        if attributes::moves_with_code(word) {
            return Ok(Some(Effect::Moves));
        }
        if attributes::is_plain(word) || words::is_type_word(word) || words::is_tag_word(word) {
            return Ok(Some(Effect::Stays));
        }
        let macros = self.db.macros_for(self.file, word);
        if macros.is_empty() || depth > DEEPEST {
            return Ok(None);
        }
        let mixed =
            || (token.span, format!("`{}` is more than an attribute", self.str(token.span)));
        let mut moves = false;
        for (file, found) in macros {
            let there = Words { file, text: self.db.text(file), ..*self };
            let tokens = lex_range(there.text, found.body);
            let (first, pieces) = before(there.text, &tokens, tokens.len()).map_err(|_| mixed())?;
            if first > 0 || !found.params.is_empty() {
                return Err(mixed());
            }
            let (mut moving, mut other) = (false, false);
            for piece in &pieces {
                match piece {
                    Piece::Word(inner) => {
                        match there.effect(inner, depth + 1).map_err(|_| mixed())? {
                            Some(Effect::Moves) => moving = true,
                            Some(Effect::Stays) => other = true,
                            // A type, or something that only looks like one.
                            None => return Ok(None),
                        }
                    }
                    Piece::Called(word, inside) => {
                        let part = there.called(word, inside).map_err(|_| mixed())?;
                        moving |= part.is_some();
                    }
                }
            }
            if moving && other {
                return Err(mixed());
            }
            moves |= moving;
        }
        Ok(Some(if moves { Effect::Moves } else { Effect::Stays }))
    }

    /// The part that moves of an attribute with arguments.
    fn called(&self, word: &Token, inside: &[Token]) -> Result<Option<String>, Odd> {
        let name = word.bytes(self.text);
        let all = || {
            let end = inside.last().map_or(word.span.end, |last| last.span.end);
            self.str(Span::new(word.span.start, end)) + ")"
        };
        if !attributes::is_gnu(name) {
            return Ok(attributes::moves_with_code(name).then(all));
        }
        let odd = |span| (span, "this attribute is not understood".to_owned());
        let names = match inside {
            [open, names @ .., close] if open.is(b'(') && close.is(b')') => names,
            _ => return Err(odd(word.span)),
        };
        let mut moved = Vec::new();
        let mut stays = false;
        for part in crate::syntax::skeleton::split(names) {
            let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
            match attributes::gnu(first.bytes(self.text)) {
                Some(Effect::Moves) => {
                    moved.push(self.str(Span::new(first.span.start, last.span.end)));
                }
                Some(Effect::Stays) => stays = true,
                None => {
                    let word = self.str(first.span);
                    let why = format!(
                        "the attribute `{word}` is not known: it could say where code goes"
                    );
                    return Err((first.span, why));
                }
            }
        }
        Ok(match (moved.is_empty(), stays) {
            (true, _) => None,
            (false, false) => Some(all()),
            (false, true) => Some(format!("__attribute__(({}))", moved.join(", "))),
        })
    }

    /// The words of a span, with one blank where there are blanks.
    fn str(&self, span: Span) -> String {
        let bytes = self.text.get(span.range()).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    }
}
