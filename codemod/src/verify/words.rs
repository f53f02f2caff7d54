//! The words of a statement that mean something to a comparison.

use crate::kernel::calls;
use crate::model::cfg::Call;
use crate::syntax::expr::closing;
use crate::syntax::lex::{Kind, Token, lex};
use crate::syntax::skeleton;

pub use crate::kernel::iterant::{
    CLEAR_SLEEP, INT_SLEEP, INT_SLEEP_TIMEOUT, RUN_HERE, SLEEP, SLEEP_TIMEOUT, STOP_CURRENT,
};

/// What a func says to the driver, of the iterant that is the first argument.
pub const DRIVER: [&[u8]; 6] =
    [STOP_CURRENT, SLEEP, SLEEP_TIMEOUT, INT_SLEEP, INT_SLEEP_TIMEOUT, CLEAR_SLEEP];

/// A call and nothing else.
#[derive(Debug, Clone)]
pub struct Called<'t> {
    /// The callee.
    pub name: &'t [u8],
    /// Its arguments.
    pub arguments: Vec<&'t [Token]>,
}

/// The call that these tokens are, if they are one.
pub fn call<'t>(text: &'t [u8], tokens: &'t [Token]) -> Option<Called<'t>> {
    let [name, open, inner @ .., _] = tokens else { return None };
    let whole = name.kind == Kind::Ident
        && open.is(b'(')
        && closing(tokens, 1) == Some(tokens.len())
        && !crate::kernel::words::is_keyword(name.bytes(text));
    whole.then(|| Called { name: name.bytes(text), arguments: skeleton::split(inner) })
}

/// A condition by its outermost operator.
#[derive(Debug)]
pub enum Words<'t> {
    /// `a || b`
    Or(Vec<&'t [Token]>),
    /// `a && b`
    And(Vec<&'t [Token]>),
    /// `!a`
    Not(&'t [Token]),
    /// Something else.
    Atom,
}

/// Without parentheses and branch hints around all of it.
pub fn unwrap<'t>(text: &'t [u8], tokens: &'t [Token]) -> &'t [Token] {
    if let [open, inner @ .., _] = tokens
        && open.is(b'(')
        && closing(tokens, 0) == Some(tokens.len())
    {
        return unwrap(text, inner);
    }
    if let Some(call) = call(text, tokens)
        && matches!(call.name, b"likely" | b"unlikely")
        && let [only] = call.arguments.as_slice()
    {
        return unwrap(text, only);
    }
    tokens
}

/// Splits a condition at its outermost operator.
pub fn split<'t>(text: &'t [u8], tokens: &'t [Token]) -> Words<'t> {
    let mut depth = 0_i32;
    let (mut ors, mut ands) = (Vec::new(), Vec::new());
    let mut binary = false;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}') => depth -= 1,
            _ if depth > 0 => {}
            Kind::Punct(b'?' | b'=' | b',' | b':') | Kind::OpAssign => return Words::Atom,
            Kind::Op => match token.bytes(text) {
                b"||" => ors.push(index),
                b"&&" => ands.push(index),
                _ => binary = true,
            },
            Kind::Punct(b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^') => {
                binary = true;
            }
            _ => {}
        }
    }
    let cut = |at: &[usize]| {
        let mut out = Vec::new();
        let mut start = 0;
        for end in at.iter().copied().chain([tokens.len()]) {
            out.push(&tokens[start..end]);
            start = end + 1;
        }
        out
    };
    match tokens {
        _ if !ors.is_empty() => Words::Or(cut(&ors)),
        _ if !ands.is_empty() => Words::And(cut(&ands)),
        [not, inner @ ..] if not.is(b'!') && !binary && !inner.is_empty() => Words::Not(inner),
        _ => Words::Atom,
    }
}

/// A comparison: the tokens before its operator, the operator of the opposite, the tokens behind it.
pub type Comparison<'t> = (&'t [Token], &'static str, &'t [Token]);

/// The one comparison that a condition is.
pub fn comparison<'t>(text: &[u8], tokens: &'t [Token]) -> Option<Comparison<'t>> {
    let mut depth = 0_i32;
    let mut found = None;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}') => depth -= 1,
            _ if depth > 0 => continue,
            Kind::OpAssign | Kind::Punct(b'?' | b':' | b'=' | b',' | b'&' | b'|' | b'^') => {
                return None;
            }
            _ => {}
        }
        let opposite = match token.bytes(text) {
            b"==" => "!=",
            b"!=" => "==",
            b"<" => ">=",
            b">=" => "<",
            b">" => "<=",
            b"<=" => ">",
            b"&&" | b"||" => return None,
            _ => continue,
        };
        if found.replace((index, opposite)).is_some() {
            return None;
        }
    }
    let (index, opposite) = found?;
    let (left, right) = (tokens.get(..index)?, tokens.get(index + 1..)?);
    (!left.is_empty() && !right.is_empty()).then_some((left, opposite, right))
}

/// The value of a designated initialiser, however deep it stands.
pub fn designated<'t>(text: &[u8], tokens: &'t [Token], name: &[u8]) -> Option<&'t [Token]> {
    let at = tokens
        .windows(3)
        .position(|three| three[0].is(b'.') && three[1].bytes(text) == name && three[2].is(b'='))?;
    let value = &tokens[at + 3..];
    let mut depth = 0_i32;
    let end = value.iter().position(|token| match token.kind {
        Kind::Punct(b'(' | b'[' | b'{') => {
            depth += 1;
            false
        }
        Kind::Punct(b')' | b']' | b'}') => {
            depth -= 1;
            depth < 0
        }
        Kind::Punct(b',') => depth == 0,
        _ => false,
    });
    Some(&value[..end.unwrap_or(value.len())])
}

/// A brace initialiser of which every part is designated: names and values.
pub fn entries<'t>(text: &'t [u8], tokens: &'t [Token]) -> Option<Vec<(&'t [u8], &'t [Token])>> {
    let [open, inner @ .., close] = tokens else { return None };
    if !open.is(b'{') || !close.is(b'}') {
        return None;
    }
    skeleton::split(inner)
        .into_iter()
        .map(|part| match part {
            [dot, name, equals, value @ ..] if dot.is(b'.') && equals.is(b'=') => {
                Some((name.bytes(text), value))
            }
            _ => None,
        })
        .collect()
}

/// Tokens as text, with one blank between them.
pub fn join(text: &[u8], tokens: &[Token]) -> Vec<u8> {
    let words: Vec<&[u8]> = tokens.iter().map(|token| token.bytes(text)).collect();
    words.join(&b' ')
}

/// The state in which a sleep that sets one by itself sleeps.
pub fn sleeps_in(name: &[u8]) -> Option<&'static [u8]> {
    match name {
        b"schedule_timeout_interruptible" => Some(b"TASK_INTERRUPTIBLE"),
        b"schedule_timeout_uninterruptible" => Some(b"TASK_UNINTERRUPTIBLE"),
        b"schedule_timeout_killable" => Some(b"TASK_KILLABLE"),
        b"schedule_timeout_idle" => Some(b"TASK_IDLE"),
        _ => None,
    }
}

/// Whether a call only reads.
pub fn only_reads(name: &[u8], is_pure: &dyn Fn(&[u8]) -> bool) -> bool {
    is_pure(name) || calls::only_reads(name)
}

/// Whether a call does nothing, but perhaps pass time or set the state, once stop is asked for.
pub fn idle_under_stop(
    call: &Call,
    is_stop: &dyn Fn(&[u8]) -> bool,
    is_quiet: &dyn Fn(&[u8]) -> bool,
) -> bool {
    let name = call.name.as_slice();
    // A stop test that tells something besides is no mere look.
    if is_stop(name) && call.arguments.iter().any(|argument| argument.contains(&b'&')) {
        return false;
    }
    // What a thread that ends lets through makes no difference: stop looks like a pending signal.
    if is_stop(name)
        || calls::only_reads(name)
        || calls::only_passes_time(name)
        || calls::only_masks_signals(call)
    {
        return true;
    }
    if !calls::waits_for_condition(name) {
        return is_quiet(name);
    }
    // An interruptible wait returns at once, because stop makes it look as if a signal were pending
    // (TIF_NOTIFY_SIGNAL, since 6.0); another one does if its condition tests stop.
    calls::is_interruptible_wait(name)
        || call.arguments.get(1).is_some_and(|condition| {
            let tokens = lex(condition);
            match split(condition, unwrap(condition, &tokens)) {
                Words::Or(sides) => sides.into_iter().any(|side| {
                    self::call(condition, unwrap(condition, side))
                        .is_some_and(|call| is_stop(call.name))
                }),
                Words::Atom => self::call(condition, unwrap(condition, &tokens))
                    .is_some_and(|call| is_stop(call.name)),
                Words::And(_) | Words::Not(_) => false,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        let bytes = text.as_bytes();
        let tokens = lex(bytes);
        let whole = unwrap(bytes, &tokens);
        let show = |tokens: &[Token]| String::from_utf8_lossy(&join(bytes, tokens)).into_owned();
        match split(bytes, whole) {
            Words::Or(sides) => {
                format!(
                    "or {}",
                    sides.iter().map(|side| show(side)).collect::<Vec<_>>().join(" ; ")
                )
            }
            Words::And(sides) => {
                format!(
                    "and {}",
                    sides.iter().map(|side| show(side)).collect::<Vec<_>>().join(" ; ")
                )
            }
            Words::Not(inner) => format!("not {}", show(inner)),
            Words::Atom => format!("atom {}", show(whole)),
        }
    }

    #[test]
    fn conditions_are_split_at_their_outermost_operator() {
        assert_eq!(shape("(a && !b || c)"), "or a && ! b ; c");
        assert_eq!(shape("!(a && b)"), "not ( a && b )");
        assert_eq!(shape("!a == b"), "atom ! a == b");
        assert_eq!(shape("unlikely(!f(x, y))"), "not f ( x , y )");
        assert_eq!(shape("x = f() && g()"), "atom x = f ( ) && g ( )");
        assert_eq!(shape("(x = f()) && g()"), "and ( x = f ( ) ) ; g ( )");
        assert_eq!(shape("a ? b : c || d"), "atom a ? b : c || d");
    }

    #[test]
    fn a_comparison_has_an_opposite() {
        let opposite = |text: &str| {
            let tokens = lex(text.as_bytes());
            comparison(text.as_bytes(), &tokens).map(|(_, opposite, _)| opposite)
        };
        assert_eq!(opposite("f(a && b, c < d) == -1"), Some("!="));
        assert_eq!(opposite("*a->b >= c + 1"), Some("<"));
        for other in ["a & b == c", "a == b == c", "a < b && c", "a", "a = b == c", "a[b < c]"] {
            assert_eq!(opposite(other), None, "{other}");
        }
    }

    #[test]
    fn every_part_of_an_initialiser_has_a_name() {
        let names = |text: &str| {
            let text = text.as_bytes();
            let tokens = lex(text);
            let found = entries(text, &tokens)?;
            Some(found.iter().map(|(name, _)| name.to_vec()).collect::<Vec<_>>())
        };
        let two = Some(vec![b"a".to_vec(), b"b".to_vec()]);
        assert_eq!(names("{ .a = f(1, 2), .b = { .c = 1 }, }"), two);
        assert_eq!(names("{ .a = 1, 2 }"), None);
        assert_eq!(names("x"), None);
    }

    #[test]
    fn a_designated_value_ends_at_its_comma() {
        let text = b"{ .iterant = { .type = A | B, .func = f, .data = &c, }, .x = g(1, 2), }";
        let tokens = lex(text);
        let value = |name: &[u8]| designated(text, &tokens, name).map(|found| join(text, found));
        assert_eq!(value(b"type").as_deref(), Some(&b"A | B"[..]));
        assert_eq!(value(b"data").as_deref(), Some(&b"& c"[..]));
        assert_eq!(value(b"x").as_deref(), Some(&b"g ( 1 , 2 )"[..]));
        assert_eq!(value(b"y"), None);
    }
}
