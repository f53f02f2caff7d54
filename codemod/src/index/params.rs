//! What a macro does with its arguments, by the words of its definition.

use crate::kernel::words::is_keyword;
use crate::source::Span;
use crate::syntax::expr::{argument_of, closing};
use crate::syntax::lex::{Kind, Token, lex_body};
use crate::syntax::skeleton::{Macro, Param, define};

/// What a macro does with one of its parameters.
#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParamUse {
    /// It is evaluated somewhere.
    pub value: bool,
    /// It may be given a value.
    pub written: bool,
    /// It is given a value before it is read, or passed on first to a call that may do so: the first
    /// of `passed`.
    pub first: First,
    /// Its address is taken.
    pub addressed: bool,
    /// Its words become a string, by `#`.
    pub quoted: bool,
    /// Its words become part of a name, by `##`.
    pub pasted: bool,
    /// It is the name of a member.
    pub member: bool,
    /// Calls that it is passed on to as it is: the callee, and which argument it is there.
    pub passed: Vec<(Vec<u8>, usize)>,
}

/// What a macro does first with a parameter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum First {
    /// Nothing at all.
    #[default]
    Nothing,
    /// It is given a value.
    Assigned,
    /// It is passed on to the first call of [`ParamUse::passed`].
    Passed,
    /// It is read, or that is not known.
    Read,
}

impl ParamUse {
    /// Adds what another definition does.
    pub fn merge(&mut self, other: &Self) {
        self.value |= other.value;
        self.written |= other.written;
        self.first = match (self.first, other.first) {
            (First::Nothing, other) => other,
            (own, First::Nothing) => own,
            (First::Assigned, First::Assigned) => First::Assigned,
            _ => First::Read,
        };
        self.addressed |= other.addressed;
        self.quoted |= other.quoted;
        self.pasted |= other.pasted;
        self.member |= other.member;
        self.passed.extend(other.passed.iter().cloned());
    }
}

/// A definition of a macro, as far as its arguments are concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definition {
    /// Its parameters.
    pub params: Vec<ParamUse>,
    /// Whether the last of them stands for all arguments that are left.
    pub variadic: bool,
    /// Another macro's name, where it is nothing but that.
    pub alias: Option<Vec<u8>>,
}

impl Definition {
    /// Reads a definition.
    pub fn read(text: &[u8], found: &Macro) -> Self {
        read(text, &found.params, found.body)
    }

    /// The names that it hands its parameters on to.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        let passed = self.params.iter().flat_map(|param| &param.passed);
        passed.map(|(name, _)| name.as_slice()).chain(self.alias.as_deref())
    }

    /// What it does with an argument.
    pub fn argument(&self, index: usize) -> Option<&ParamUse> {
        let last = self.params.len().checked_sub(1)?;
        self.params.get(if self.variadic { index.min(last) } else { index })
    }
}

fn read(text: &[u8], params: &[Param], body: Span) -> Definition {
    let tokens = lex_body(text, body);
    let mut out = Definition {
        params: vec![ParamUse::default(); params.len()],
        variadic: params.last().is_some_and(|last| last.variadic),
        alias: None,
    };
    if let ([only], []) = (tokens.as_slice(), params)
        && only.kind == Kind::Ident
    {
        out.alias = Some(only.bytes(text).to_vec());
    }
    // What is nothing but its argument is that, whatever is done with it.
    let bare: Vec<&Token> =
        tokens.iter().filter(|token| !token.is(b'(') && !token.is(b')')).collect();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Ident) {
        let word = token.bytes(text);
        let is = |param: &Param| {
            param.name == word || (param.variadic && param.name == b"..." && word == b"__VA_ARGS__")
        };
        if let Some(index) = params.iter().position(is) {
            one(text, &tokens, at, params[index].variadic, &mut out.params[index]);
            out.params[index].written |= bare.len() == 1;
            out.params[index].addressed |= bare.len() == 1;
        }
    }
    out
}

/// What is done with the name at `at`.
pub fn mention(text: &[u8], tokens: &[Token], at: usize) -> ParamUse {
    let mut out = ParamUse::default();
    one(text, tokens, at, false, &mut out);
    out
}

/// One mention of a parameter.
fn one(text: &[u8], tokens: &[Token], at: usize, variadic: bool, out: &mut ParamUse) {
    let before = |count: usize| at.checked_sub(count).map(|at| &tokens[at]);
    let is = |token: Option<&Token>, words: &[&[u8]]| {
        token.is_some_and(|token| words.contains(&token.bytes(text)))
    };
    let next = tokens.get(at + 1);
    // `, ##args` only drops a comma.
    let pastes = is(before(1), &[b"##"]) && !(variadic && is(before(2), &[b","]));
    let pastes = pastes || is(next, &[b"##"]);
    let quotes = is(before(1), &[b"#"]);
    let member = is(before(1), &[b".", b"->"]);
    if pastes || quotes || member {
        out.pasted |= pastes;
        out.quoted |= quotes;
        out.member |= member;
        return;
    }
    if is_only_measured(text, tokens, at) {
        return;
    }
    // The parentheses around it alone.
    let (mut first, mut last) = (at, at);
    while first > 0
        && tokens[first - 1].is(b'(')
        && tokens.get(last + 1).is_some_and(|token| token.is(b')'))
        && !calls(text, tokens, first - 1)
    {
        (first, last) = (first - 1, last + 1);
    }
    let next = tokens.get(last + 1);
    let before = first.checked_sub(1).map(|at| &tokens[at]);
    let counts = |token: Option<&Token>| token.is_some_and(|it| it.kind == Kind::IncDec);
    let assigned =
        next.is_some_and(|next| next.is(b'=')) && !is_read_again(text, tokens, at, last + 2);
    let pass = passed(text, tokens, first, last);
    if out.first == First::Nothing {
        out.first = match &pass {
            _ if assigned => First::Assigned,
            Some(_) => First::Passed,
            None => First::Read,
        };
    }
    out.written |= counts(next)
        || counts(before)
        || next.is_some_and(|next| next.kind == Kind::OpAssign || next.is(b'='));
    // A member, or an element, of what may be an object.
    let inner = next.is_some_and(|next| next.is(b'.') || next.is(b'['));
    out.written |= inner && writes_member(tokens, last + 1);
    let addressed = before.is_some_and(|before| before.is(b'&'))
        && first.checked_sub(2).is_none_or(|at| !ends_operand(text, &tokens[at]))
        && !next.is_some_and(|next| next.kind == Kind::Arrow);
    // A member of an object may be an array, which stands for an address.
    out.addressed |= addressed || (inner && next.is_some_and(|next| next.is(b'.')));
    match pass {
        Some(call) => out.passed.push(call),
        None => out.value = true,
    }
}

/// Whether what a name is given at `from` is made of the name itself.
fn is_read_again(text: &[u8], tokens: &[Token], name: usize, from: usize) -> bool {
    let word = tokens[name].bytes(text);
    let mut depth = 0_i32;
    for (index, token) in tokens.iter().enumerate().skip(from) {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}') => depth -= 1,
            Kind::Punct(b',' | b';') if depth == 0 => return false,
            Kind::Ident if token.bytes(text) == word => {
                let member = matches!(tokens[index - 1].kind, Kind::Arrow | Kind::Punct(b'.'));
                if !member && !is_only_measured(text, tokens, index) {
                    return true;
                }
            }
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    false
}

/// Whether a mention only serves for its type or size.
fn is_only_measured(text: &[u8], tokens: &[Token], at: usize) -> bool {
    let mut depth = 0_i32;
    for index in (1..at).rev() {
        match tokens[index].kind {
            Kind::Punct(b')') => depth += 1,
            Kind::Punct(b'(') if depth > 0 => depth -= 1,
            Kind::Punct(b'(') => {
                let word = tokens[index - 1].bytes(text);
                let measures: [&[u8]; 7] = [
                    b"typeof",
                    b"__typeof__",
                    b"__typeof",
                    b"sizeof",
                    b"__alignof__",
                    b"__builtin_types_compatible_p",
                    b"__unqual_scalar_typeof",
                ];
                if measures.contains(&word) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether what begins with `.` or `[` at an index is given a value, or its address is taken further.
fn writes_member(tokens: &[Token], mut at: usize) -> bool {
    for _ in 0..16 {
        let Some(token) = tokens.get(at) else { return false };
        match token.kind {
            Kind::Punct(b'.') => at += 2,
            Kind::Punct(b'[') => match closing(tokens, at) {
                Some(behind) => at = behind,
                None => return true,
            },
            Kind::Punct(b'=') | Kind::OpAssign | Kind::IncDec => return true,
            _ => return false,
        }
    }
    true
}

/// Whether the parenthesis at `open` belongs to a call.
fn calls(text: &[u8], tokens: &[Token], open: usize) -> bool {
    open.checked_sub(1).is_some_and(|before| {
        tokens[before].kind == Kind::Ident && !is_keyword(tokens[before].bytes(text))
    })
}

/// Whether an operand ends here: then `&` behind it is an operator of two.
fn ends_operand(text: &[u8], token: &Token) -> bool {
    match token.kind {
        Kind::Ident => !is_keyword(token.bytes(text)),
        Kind::Number | Kind::Str | Kind::Char => true,
        _ => token.is(b']'),
    }
}

/// The call of which these tokens are one argument as it is.
fn passed(text: &[u8], tokens: &[Token], first: usize, last: usize) -> Option<(Vec<u8>, usize)> {
    let alone = first.checked_sub(1).is_some_and(|at| tokens[at].is(b'(') || tokens[at].is(b','))
        && tokens.get(last + 1).is_some_and(|next| next.is(b')') || next.is(b','));
    if !alone {
        return None;
    }
    let (callee, argument) = argument_of(tokens, first)?;
    let name = tokens[callee].bytes(text);
    (tokens[callee].kind == Kind::Ident && !is_keyword(name)).then(|| (name.to_vec(), argument))
}

/// The macros with parameters of a text whose names are wanted, and those that are only another name.
pub fn definitions(text: &[u8], wanted: &dyn Fn(&[u8]) -> bool) -> Vec<(Vec<u8>, Definition)> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&text[from..], b"define") {
        let at = from + found;
        from = at + b"define".len();
        let line = memchr::memrchr(b'\n', &text[..at]).map_or(0, |line| line + 1);
        let head = text[line..at].trim_ascii();
        let name = text[from..].trim_ascii_start();
        let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        let name = &name[..length.count()];
        if head != b"#" || name.is_empty() || !wanted(name) {
            continue;
        }
        let span = Span::new(line as u32, logical_end(text, from) as u32);
        from = span.end as usize;
        out.extend(define(text, span).map(|found| (name.to_vec(), Definition::read(text, &found))));
    }
    out
}

/// Where a directive's line ends, over continued lines.
fn logical_end(text: &[u8], mut at: usize) -> usize {
    loop {
        let Some(line) = memchr::memchr(b'\n', &text[at..]) else { return text.len() };
        let end = at + line;
        if !matches!(text[..end], [.., b'\\'] | [.., b'\\', b'\r']) {
            return end;
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> Vec<ParamUse> {
        let found = definitions(text.as_bytes(), &|name| name == b"M");
        assert_eq!(found.len(), 1, "{text}");
        found.into_iter().next().map(|(_, found)| found.params).unwrap_or_default()
    }

    fn letters(text: &str) -> Vec<String> {
        let letter = |set: bool, letter: &str| if set { letter.to_owned() } else { String::new() };
        uses(text)
            .iter()
            .map(|it| {
                letter(it.value, "v")
                    + &letter(it.written, "w")
                    + &letter(it.addressed, "a")
                    + &letter(it.quoted, "q")
                    + &letter(it.pasted, "p")
                    + &letter(it.member, "m")
            })
            .collect()
    }

    #[test]
    fn what_happens_to_a_parameter() {
        assert_eq!(letters("#define M(x, y) ((x) = (y))"), ["vw", "v"]);
        assert_eq!(letters("#define M(x) do { \\\n\t(x)++; \\\n} while (0)"), ["vw"]);
        assert_eq!(letters("#define M(x) reg(&(x))"), ["va"]);
        assert_eq!(letters("# define M(x) (1 & (x))"), ["v"]);
        assert_eq!(letters("#define M(x) reg(&(x)->list)"), ["v"]);
        assert_eq!(letters("#define M(x) f(&x.list), (x).n += 1, (x)[2] = 3"), ["vwa"]);
        assert_eq!(letters("#define M(x) ((x).n)"), ["va"]);
        assert_eq!(letters("#define M(x) (x)"), ["vwa"]);
        assert_eq!(letters("#define M(x, m) ((x)->m)"), ["v", "m"]);
        assert_eq!(letters("#define M(x) pr_info(#x \" %d\", x)"), ["q"]);
        assert_eq!(letters("#define M(x) lock_##x()"), ["p"]);
        assert_eq!(letters("#define M(f, ...) pr_info(f + 1, ##__VA_ARGS__)"), ["v", "v"]);
        assert_eq!(letters("#define M(x) (sizeof(x) + sizeof(typeof(x)))"), [""]);
        assert_eq!(letters("#define M(x) (*(const volatile typeof(x) *)&(x))"), ["va"]);
        assert_eq!(letters("#define M(x) ((x) == 1)"), ["v"]);
        assert_eq!(letters("#define M(x) (a[i] & x)"), ["v"]);
    }

    #[test]
    fn what_comes_first_is_told() {
        let first = |text: &str| uses(text)[0].first;
        let each =
            "#define M(p, h, m) for (p = head(h, typeof(*p), m); &p->m != (h); p = p->m.next)";
        assert_eq!(first(each), First::Assigned);
        assert_eq!(
            first("#define M(b, a) for ((b) = next((a), (b)); (b) < 9; (b)++)"),
            First::Read
        );
        assert_eq!(first("#define M(p) for (; p; p = p->next)"), First::Read);
        assert_eq!(first("#define M(p, h) each_safe(p, h, m)"), First::Passed);
        assert_eq!(first("#define M(p) sizeof(p)"), First::Nothing);
    }

    #[test]
    fn what_is_passed_on_is_told() {
        let found = uses("#define M(x, y) f(1, (x), g(y + 1))");
        assert_eq!(found[0].passed, [(b"f".to_vec(), 1)]);
        assert!(found[1].passed.is_empty());
        let alias = definitions(b"#define M other\n", &|name| name == b"M");
        assert_eq!(alias[0].1.alias.as_deref(), Some(&b"other"[..]));
    }

    #[test]
    fn only_definitions_count() {
        let text =
            b"/* define M(x) */\nint define; // #define M(x)\n#define MM(x) x\n#define M(x) x";
        assert_eq!(definitions(text, &|name| name == b"M").len(), 1);
        assert!(definitions(b"#define", &|_| true).is_empty());
        assert!(definitions(b"#define M(x", &|_| true).is_empty());
    }
}
