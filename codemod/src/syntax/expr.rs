//! Values by token: which names an expression may evaluate to. Casts, parentheses and `&` fall away,
//! a ternary has both of its sides.

use super::lex::{Kind, Token, lex_range};
use super::skeleton::split;
use crate::kernel;
use crate::source::Span;

/// What an expression may evaluate to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A plain name.
    Name(Span),
    /// A member: the base's first name, all members in order.
    Member {
        /// The name at the root, if it is one.
        base: Option<Span>,
        /// The members, outermost last.
        members: Vec<Span>,
    },
    /// The result of a call.
    Call {
        /// The callee.
        name: Span,
        /// What stands between its parentheses.
        arguments: Span,
    },
    /// A list in braces.
    List(Span),
    /// A constant.
    Constant,
    /// Something else.
    Unknown(Span),
}

fn span_of(tokens: &[Token]) -> Span {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
        _ => Span::default(),
    }
}

/// The index behind the bracket that matches the one at `open`.
pub fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The token before the parenthesis in which the one at `at` stands, and in which argument.
pub fn argument_of(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let mut depth = 0_i32;
    let mut argument = 0;
    for index in (0..at).rev() {
        match tokens[index].kind {
            Kind::Punct(b')' | b']' | b'}') => depth += 1,
            Kind::Punct(b'(') if depth == 0 => {
                return Some((index.checked_sub(1)?, argument));
            }
            Kind::Punct(b'[' | b'{' | b';') if depth == 0 => return None,
            Kind::Punct(b'(' | b'[' | b'{') => depth -= 1,
            Kind::Punct(b',') if depth == 0 => argument += 1,
            _ => {}
        }
    }
    None
}

/// As [`closing`], for brackets that hold at most 256 tokens: an index, a parameter list.
pub fn closing_near(tokens: &[Token], open: usize) -> Option<usize> {
    closing(&tokens[..tokens.len().min(open + 256)], open)
}

/// The values of an expression.
pub fn values(text: &[u8], tokens: &[Token]) -> Vec<Value> {
    let mut out = Vec::new();
    collect(text, tokens, 0, &mut out);
    out
}

fn collect(text: &[u8], tokens: &[Token], depth: u32, out: &mut Vec<Value>) {
    let tokens = strip(text, tokens);
    if tokens.is_empty() || depth > 32 {
        return;
    }
    if let Some((question, colon)) = ternary(tokens) {
        if question + 1 < colon {
            collect(text, &tokens[question + 1..colon], depth + 1, out);
        } else {
            collect(text, &tokens[..question], depth + 1, out);
        }
        collect(text, &tokens[colon + 1..], depth + 1, out);
        return;
    }
    out.push(single(text, tokens));
}

/// Takes parentheses, casts, `&`, `*` and `likely()` off.
fn strip<'a>(text: &[u8], mut tokens: &'a [Token]) -> &'a [Token] {
    loop {
        match tokens {
            [first, rest @ ..] if first.is(b'&') || first.is(b'*') => tokens = rest,
            [first, ..] if first.is(b'(') => {
                let Some(end) = closing(tokens, 0) else { return tokens };
                if end == tokens.len() {
                    tokens = &tokens[1..end - 1];
                } else if is_type(text, &tokens[1..end - 1])
                    && !matches!(tokens[end].kind, Kind::Punct(b'(') if tokens[1].kind != Kind::Ident)
                    && !matches!(tokens[end].kind, Kind::Arrow | Kind::Punct(b'.' | b'?'))
                {
                    tokens = &tokens[end..];
                } else {
                    return tokens;
                }
            }
            _ => return tokens,
        }
    }
}

/// Whether the tokens look like a type name: words, stars and parameter lists only.
fn is_type(text: &[u8], tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let word = first.kind == Kind::Ident && !kernel::words::is_keyword(first.bytes(text))
        || first.is_word(text, "typeof")
        || first.is_word(text, "const");
    word && tokens
        .iter()
        .all(|token| matches!(token.kind, Kind::Ident | Kind::Punct(b'*' | b'(' | b')' | b',')))
}

fn ternary(tokens: &[Token]) -> Option<(usize, usize)> {
    let (mut depth, mut nested, mut question) = (0_i32, 0_i32, None);
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}') => depth -= 1,
            Kind::Punct(b'?') if depth == 0 => {
                if question.is_none() {
                    question = Some(index);
                } else {
                    nested += 1;
                }
            }
            Kind::Punct(b':') if depth == 0 && question.is_some() => {
                if nested == 0 {
                    return question.map(|question| (question, index));
                }
                nested -= 1;
            }
            _ => {}
        }
    }
    None
}

fn single(text: &[u8], tokens: &[Token]) -> Value {
    let whole = span_of(tokens);
    match tokens {
        [token] if token.kind == Kind::Ident => {
            if token.is_word(text, "NULL") {
                Value::Constant
            } else {
                Value::Name(token.span)
            }
        }
        [token] if matches!(token.kind, Kind::Number | Kind::Str | Kind::Char) => Value::Constant,
        [token, ..] if token.is(b'{') => {
            let end = closing(tokens, 0).unwrap_or(tokens.len());
            Value::List(span_of(&tokens[1..end.saturating_sub(1).max(1)]))
        }
        [name, open, ..] if name.kind == Kind::Ident && open.is(b'(') => match closing(tokens, 1) {
            Some(end) if end == tokens.len() => Value::Call {
                name: name.span,
                arguments: Span::new(open.span.end, tokens[end - 1].span.start),
            },
            _ => path(tokens).unwrap_or(Value::Unknown(whole)),
        },
        _ => path(tokens).unwrap_or(Value::Unknown(whole)),
    }
}

/// `a->b[i].c`: the base and its members. `a[i]` is its base.
fn path(tokens: &[Token]) -> Option<Value> {
    let (mut at, base) = match tokens {
        [name, ..] if name.kind == Kind::Ident => (1, Some(name.span)),
        [open, ..] if open.is(b'(') => (closing(tokens, 0)?, None),
        _ => return None,
    };
    let mut members = Vec::new();
    let mut called = false;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Arrow | Kind::Punct(b'.') => {
                let member = tokens.get(at + 1).filter(|member| member.kind == Kind::Ident)?;
                members.push(member.span);
                at += 2;
            }
            Kind::Punct(b'[') => at = closing(tokens, at)?,
            Kind::Punct(b'(') => {
                called = true;
                at = closing(tokens, at)?;
            }
            _ => return None,
        }
    }
    let base = if called || base.is_none() { inner_base(tokens).filter(|_| !called) } else { base };
    if members.is_empty() {
        return base.map(Value::Name);
    }
    Some(Value::Member { base, members })
}

/// The name inside a parenthesised base such as `(*x)`.
fn inner_base(tokens: &[Token]) -> Option<Span> {
    let end = closing(tokens, 0)?;
    let mut names = tokens[..end].iter().filter(|token| token.kind == Kind::Ident);
    let name = names.next()?;
    names.next().is_none().then_some(name.span)
}

/// Longest call whose arguments are read, in bytes.
const LONGEST_CALL: u32 = 4 << 10;

/// The arguments of the call whose callee stands at `name`, which ends before `end`. None where the
/// parentheses do not match, or the call is too long.
pub fn arguments(text: &[u8], name: Span, end: u32) -> Option<Vec<Vec<Token>>> {
    let mut length = 512;
    loop {
        let stop = end.min(name.start + length);
        let tokens = lex_range(text, Span::new(name.start, stop));
        if !tokens.get(1)?.is(b'(') {
            return None;
        }
        if let Some(close) = closing(&tokens, 1) {
            let inside: Vec<Token> = tokens[2..close - 1]
                .iter()
                .filter(|token| !matches!(token.kind, Kind::Directive(_)))
                .copied()
                .collect();
            return Some(split(&inside).into_iter().map(<[Token]>::to_vec).collect());
        }
        if stop == end || length >= LONGEST_CALL {
            return None;
        }
        length *= 8;
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::lex;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let word = |span: &Span| text[span.range()].to_owned();
        values(text.as_bytes(), &lex(text.as_bytes()))
            .iter()
            .map(|value| match value {
                Value::Name(span) => word(span),
                Value::Member { base, members } => {
                    let members: Vec<_> = members.iter().map(word).collect();
                    format!(
                        "{}.{}",
                        base.as_ref().map_or(String::from("?"), word),
                        members.join(".")
                    )
                }
                Value::Call { name, arguments } => format!("{}({})", word(name), word(arguments)),
                Value::List(span) => format!("{{{}}}", word(span)),
                Value::Constant => "const".into(),
                Value::Unknown(span) => format!("?{}", word(span)),
            })
            .collect()
    }

    #[test]
    fn sees_through_casts_parentheses_and_ternaries() {
        assert_eq!(read("&foo"), ["foo"]);
        assert_eq!(read("(int (*)(void *))foo"), ["foo"]);
        assert_eq!(read("(void *)((x))"), ["x"]);
        assert_eq!(read("a ? b : c ? d : e"), ["b", "d", "e"]);
        assert_eq!(read("x->y[3].z"), ["x.y.z"]);
        assert_eq!(read("(*p)->q"), ["p.q"]);
        assert_eq!(read("fns[i]"), ["fns"]);
        assert_eq!(read("*fn"), ["fn"]);
        assert_eq!(read("get(a, b)"), ["get(a, b)"]);
        assert_eq!(read("{ a, .b = c }"), ["{a, .b = c}"]);
        assert_eq!(read("NULL"), ["const"]);
        assert_eq!(read("a + b"), ["?a + b"]);
    }
}
