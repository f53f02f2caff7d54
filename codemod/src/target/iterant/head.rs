//! A thread function's head, and text that can't be taken apart.

use super::specifiers::{Odd, Piece, Words, before, behind, closing};
use crate::source::Span;
use crate::syntax::lex::{Directive as D, Kind, Token, lex, lex_directive};
use crate::syntax::skeleton::Function;
use crate::transform::View;

/// What stands before a function's name.
pub(super) struct Head {
    /// Where it begins.
    pub(super) start: u32,
    /// Where the item or directive before it ends.
    pub(super) limit: u32,
    /// Attributes that its parts get too, each with a blank behind it.
    pub(super) attributes: String,
    /// Whether the function is void.
    pub(super) returns_nothing: bool,
    /// Whether a directive stands between its start and its body.
    split: bool,
    /// Whether it is declared before it is defined.
    pub(super) declared: bool,
}

/// Reads what stands before a function's name, here and where it is declared.
///
/// # Errors
/// Where something is not understood that its parts could need.
pub(super) fn head(words: Words<'_>, tokens: &[Token], function: &Function) -> Result<Head, Odd> {
    let text = words.text;
    let name = tokens.partition_point(|token| token.span.start < function.name.start);
    let (first, pieces) = before(text, tokens, name)?;
    let start = tokens.get(first).map_or(function.name.start, |first| first.span.start);
    let limit = first.checked_sub(1).map_or(0, |before| tokens[before].span.end);
    let mut moved = words.moved(&pieces)?;
    for declared in declarations(text, tokens, function) {
        moved.extend(words.moved(&declared)?);
    }
    let mut attributes = String::new();
    for (at, word) in moved.iter().enumerate() {
        if !moved[..at].contains(word) {
            attributes.extend([word, " "]);
        }
    }
    let split = begins_above(&tokens[..first])
        || tokens
            .iter()
            .filter(|token| start <= token.span.start && token.span.start < function.body.start)
            .any(|token| matches!(token.kind, Kind::Directive(_)));
    let returns_nothing = pieces.iter().any(|piece| piece.is_word(text, "void"))
        && !pieces.iter().any(|piece| matches!(piece, Piece::Word(token) if token.is(b'*')));
    let declared = is_declared(text, &tokens[..first], function);
    Ok(Head { start, limit, attributes, returns_nothing, split, declared })
}

/// Whether one of the blocks that begin at these offsets declares labels: nothing may stand before.
fn names_labels(text: &[u8], tokens: &[Token], blocks: [u32; 2]) -> bool {
    let mut open: Vec<u32> = Vec::new();
    tokens.iter().any(|token| {
        match token.kind {
            Kind::Punct(b'{') => open.push(token.span.start),
            Kind::Punct(b'}') => {
                open.pop();
            }
            _ => {}
        }
        token.is_word(text, "__label__") && open.last().is_some_and(|at| blocks.contains(at))
    })
}

/// Whether a directive in the body includes a text, or defines what the function uses outside of it.
fn changes_words(text: &[u8], tokens: &[Token], body: Span, directive: Token) -> bool {
    let words = lex_directive(text, directive.span);
    let word = |at: usize| words.get(at).map(|word: &Token| word.bytes(text)).unwrap_or_default();
    match word(0) {
        b"include" => true,
        b"define" | b"undef" => tokens.iter().any(|token| {
            token.kind == Kind::Ident && !body.covers(token.span) && token.bytes(text) == word(1)
        }),
        _ => false,
    }
}

/// Whether a head begins above a directive that stands before what is taken for it: `static` under an
/// `#if`.
fn begins_above(before: &[Token]) -> bool {
    let directives =
        before.iter().rev().take_while(|token| matches!(token.kind, Kind::Directive(_))).count();
    let above = before.len().checked_sub(directives + 1).map(|at| before[at]);
    directives > 0
        && above.is_some_and(|above| !(above.is(b';') || above.is(b'}') || above.is(b')')))
}

/// Whether a function is declared outside of all others in what stands before it.
fn is_declared(text: &[u8], before: &[Token], function: &Function) -> bool {
    let name = text.get(function.name.range()).unwrap_or_default();
    let mut depth = 0_usize;
    before.windows(2).any(|pair| {
        match pair[0].kind {
            Kind::Punct(b'{') => depth += 1,
            Kind::Punct(b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && pair[0].bytes(text) == name && pair[1].is(b'(')
    })
}

/// The words before and behind each declaration of a function that is not its definition.
fn declarations<'t>(text: &[u8], tokens: &'t [Token], function: &Function) -> Vec<Vec<Piece<'t>>> {
    let name = text.get(function.name.range()).unwrap_or_default();
    let mut out = Vec::new();
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'{') => depth += 1,
            Kind::Punct(b'}') => depth = depth.saturating_sub(1),
            Kind::Ident if depth == 0 && token.bytes(text) == name => {
                let open = at + 1;
                if !tokens.get(open).is_some_and(|open| open.is(b'(')) {
                    continue;
                }
                let Some(close) = closing(tokens, open) else { continue };
                let (Some(behind), Ok((_, mut all))) =
                    (behind(text, tokens, close + 1), before(text, tokens, at))
                else {
                    continue;
                };
                if !all.is_empty() {
                    all.extend(behind);
                    out.push(all);
                }
            }
            _ => {}
        }
    }
    out
}

/// What keeps the text from being edited.
pub(super) fn odd_text(
    head: &Head,
    views: &[View<'_>],
    function: &Function,
    all: &[Token],
    tokens: &[Token],
) -> Option<&'static str> {
    if head.split {
        return Some("a directive stands in the function's head");
    }
    let first = views.first()?;
    if never_returns(first.text, all, function) {
        return Some("the function is declared never to return");
    }
    let same = views.iter().all(|view| {
        view.main.span == first.main.span
            && view.main.parts == first.main.parts
            && view.main.condition_span == first.main.condition_span
    });
    if !same {
        return Some("the #if variants have different loops here");
    }
    let main = first.main.span;
    let body = first.main.parts.body;
    // A region must lie wholly inside of the body or outside of the loop.
    let (mut depth, mut lowest) = (0_i32, 0_i32);
    for token in tokens.iter().filter(|token| main.covers(token.span)) {
        let Kind::Directive(directive) = token.kind else { continue };
        if !body.covers(token.span) {
            return Some("a directive stands in the loop's head");
        }
        if changes_words(first.text, tokens, body, *token) {
            return Some("a directive in the loop changes what the rest of the function says");
        }
        match directive {
            D::If | D::Ifdef | D::Ifndef => depth += 1,
            D::Endif => depth -= 1,
            D::Elif | D::Else if depth == 0 => lowest = -1,
            D::Define | D::Other | D::Elif | D::Else => {}
        }
        lowest = lowest.min(depth);
    }
    if depth != 0 || lowest < 0 {
        return Some(
            "an #if region begins in the loop and ends outside of it, or the other way round",
        );
    }
    let declared_in_head = first.main.parts.init.is_some_and(|init| {
        views
            .iter()
            .any(|view| view.graph.variables.iter().any(|variable| init.covers(variable.span)))
    });
    if declared_in_head {
        return Some("the loop's head declares a local");
    }
    let static_body = names_labels(first.text, tokens, [function.body.start, body.start]);
    let inside = function.body.covers(main);
    let before = tokens.partition_point(|token| token.span.start < main.start);
    let controlled = before.checked_sub(1).map(|at| tokens[at]).is_some_and(|before| {
        before.is(b')') || before.is_word(first.text, "else") || before.is_word(first.text, "do")
    });
    if controlled {
        return Some("the loop stands without braces behind a condition");
    }
    (static_body || !inside).then_some("the loop is written in an unusual way")
}

/// The `#define`s that stand in the function before its loop: they go before its parts.
///
/// # Errors
/// Where that could change what something means.
pub(super) fn defines(
    text: &[u8],
    function: &Function,
    own: &[Token],
    body: Span,
) -> Result<Vec<Span>, &'static str> {
    let mut out = Vec::new();
    let mut depth = 0_i32;
    let before =
        |token: &&Token| function.body.start < token.span.start && token.span.start < body.start;
    for token in own.iter().filter(before) {
        let Kind::Directive(directive) = token.kind else { continue };
        match directive {
            D::If | D::Ifdef | D::Ifndef => depth += 1,
            D::Endif => depth -= 1,
            D::Other => return Err("a directive stands in the function before its loop"),
            D::Define if depth > 0 => {
                return Err("a macro is defined under an #if in the function before its loop");
            }
            D::Define => {
                let words = lex(text
                    .get(token.span.start as usize + 1..token.span.end as usize)
                    .unwrap_or_default());
                let line = &text[token.span.start as usize + 1..token.span.end as usize];
                let name = words.get(1).map(|name| name.bytes(line)).unwrap_or_default();
                let used = own.iter().any(|other| {
                    other.span.end <= token.span.start
                        && other.bytes(text).windows(name.len().max(1)).any(|word| word == name)
                });
                if used || name.is_empty() {
                    return Err("a macro is used in the function before it is defined there");
                }
                out.push(token.span);
            }
            D::Elif | D::Else => {}
        }
    }
    Ok(out)
}

/// A macro without parameters that is called like a member of `struct kthread_iterant`.
pub(super) fn replaces_words(text: &[u8], all: &[Token]) -> Option<Span> {
    all.iter().find_map(|token| {
        if !matches!(token.kind, Kind::Directive(D::Define)) {
            return None;
        }
        let line = text.get(token.span.start as usize + 1..token.span.end as usize)?;
        let words = lex(line);
        let name = words.get(1)?;
        let called = words.get(2).is_some_and(|it| it.is(b'(') && it.span.start == name.span.end);
        let taken = matches!(
            name.bytes(line),
            b"type" | b"data" | b"init" | b"func" | b"destroy" | b"iterant" | b"kthread_iterant"
        );
        (taken && !called).then_some(token.span)
    })
}

/// Whether the function is said never to return, where it is defined or declared.
fn never_returns(text: &[u8], tokens: &[Token], function: &Function) -> bool {
    let name = tokens.partition_point(|token| token.span.start < function.name.start);
    let defined = before(text, tokens, name).ok().map(|(_, pieces)| pieces);
    let is_word = |token: &Token| {
        let word = token.bytes(text);
        matches!(word, b"__noreturn" | b"_Noreturn" | b"noreturn" | b"__noreturn__")
    };
    declarations(text, tokens, function).iter().chain(&defined).flatten().any(|piece| match piece {
        Piece::Word(word) => is_word(word),
        Piece::Called(_, inside) => inside.iter().any(is_word),
    })
}
