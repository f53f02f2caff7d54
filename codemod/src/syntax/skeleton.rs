//! The items of a file: functions, macros, file-scope variables and structs, from tokens alone.
//!
//! Braces are counted per `#if` branch, so that alternative heads which share one body, and bodies
//! that are halved by `#if`, do not throw the rest of the file off.

use super::lex::{Directive, Kind, Token, lex_directive};
use crate::kernel;
use crate::source::Span;

/// A parameter of a function or macro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name; empty where it has none.
    pub name: Vec<u8>,
    /// All of its bytes.
    pub span: Span,
    /// Whether it takes all further arguments (of a macro).
    pub variadic: bool,
}

/// A function definition.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: Span,
    /// Its parameters.
    pub params: Vec<Param>,
    /// From its name to its closing brace.
    pub span: Span,
    /// From its opening to its closing brace.
    pub body: Span,
    /// Whether it is `static`.
    pub is_static: bool,
}

/// `#define NAME(params) body`.
#[derive(Debug, Clone)]
pub struct Macro {
    /// Its name.
    pub name: Span,
    /// Its parameters; empty for an object-like macro.
    pub params: Vec<Param>,
    /// What it expands to.
    pub body: Span,
}

/// A file-scope variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: Span,
    /// The tag of its struct type, or the last name before it.
    pub type_name: Span,
    /// What stands behind `=`; empty where nothing does.
    pub init: Span,
    /// Whether it is `static`.
    pub is_static: bool,
    /// Whether it is only declared, with `extern`.
    pub is_extern: bool,
}

/// A struct or union definition.
#[derive(Debug, Clone)]
pub struct Struct {
    /// Its tag.
    pub name: Span,
    /// What stands between its braces.
    pub body: Span,
}

/// The items of one file.
#[derive(Debug, Clone, Default)]
pub struct Skeleton {
    /// Functions by place.
    pub functions: Vec<Function>,
    /// Function-like and object-like macros.
    pub macros: Vec<Macro>,
    /// Variables.
    pub variables: Vec<Variable>,
    /// Structs and unions.
    pub structs: Vec<Struct>,
    /// Whether the braces of the file did not match: where the first item that never closed begins.
    pub unclosed: Option<u32>,
}

#[derive(Debug, Clone, Default)]
struct State {
    braces: u32,
    parens: u32,
    /// Token index at which the current item begins.
    item: usize,
    /// Functions whose body is open.
    open: Vec<usize>,
    /// Where a file-scope initialiser began.
    init: Option<usize>,
    /// Where the struct body of this item began.
    body: Option<usize>,
}

struct Region {
    at_if: State,
    first_end: Option<State>,
    dead_first: bool,
}

/// Reads the items of a file.
pub fn skeleton(text: &[u8], tokens: &[Token]) -> Skeleton {
    let mut out = Skeleton::default();
    let mut state = State::default();
    let mut regions: Vec<Region> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Directive(directive) => {
                if directive == Directive::Define {
                    out.macros.extend(define(text, token.span));
                }
                branch(text, token, directive, &mut state, &mut regions);
                if state.braces == 0 && state.parens == 0 && state.item == index {
                    state.item = index + 1;
                }
            }
            Kind::Punct(byte) => step(text, tokens, index, byte, &mut state, &mut out),
            _ => {}
        }
    }
    for function in &mut out.functions {
        if function.body.end == 0 {
            out.unclosed =
                Some(out.unclosed.map_or(function.name.start, |at| at.min(function.name.start)));
        }
    }
    out.functions.retain(|function| function.body.end != 0);
    if state.braces > 0 && out.unclosed.is_none() {
        out.unclosed = tokens.get(state.item).map(|token| token.span.start);
    }
    out
}

fn branch(
    text: &[u8],
    token: &Token,
    directive: Directive,
    state: &mut State,
    regions: &mut Vec<Region>,
) {
    match directive {
        Directive::If | Directive::Ifdef | Directive::Ifndef => {
            let dead_first = directive == Directive::If
                && lex_directive(text, token.span)
                    .get(1..)
                    .is_some_and(|rest| rest.len() == 1 && rest[0].bytes(text) == b"0");
            regions.push(Region { at_if: state.clone(), first_end: None, dead_first });
        }
        Directive::Elif | Directive::Else => {
            let Some(region) = regions.last_mut() else { return };
            let ended = std::mem::replace(state, region.at_if.clone());
            if region.dead_first {
                region.dead_first = false;
            } else if let Some(first) = &mut region.first_end {
                join(first, &ended);
            } else {
                region.first_end = Some(ended);
            }
        }
        Directive::Endif => {
            let Some(region) = regions.pop() else { return };
            if let Some(mut first) = region.first_end {
                join(&mut first, state);
                *state = first;
            } else if region.dead_first {
                *state = region.at_if;
            }
        }
        Directive::Define | Directive::Other => {}
    }
}

/// Alternative heads share one body: what either branch left open stays open.
fn join(first: &mut State, other: &State) {
    if first.braces == other.braces {
        for function in &other.open {
            if !first.open.contains(function) {
                first.open.push(*function);
            }
        }
        first.item = first.item.max(other.item);
    }
}

fn step(
    text: &[u8],
    tokens: &[Token],
    index: usize,
    byte: u8,
    state: &mut State,
    out: &mut Skeleton,
) {
    let top = state.braces == 0 && state.parens == 0;
    match byte {
        b'(' if state.braces == 0 => state.parens += 1,
        b')' if state.braces == 0 => state.parens = state.parens.saturating_sub(1),
        b'=' if top && state.init.is_none() => state.init = Some(index),
        b'{' => {
            if top && state.init.is_none() {
                if let Some(function) = head(text, tokens, state.item, index) {
                    state.open.push(out.functions.len());
                    out.functions.push(function);
                } else {
                    state.body = Some(index);
                }
            }
            state.braces += 1;
        }
        b'}' => {
            if state.braces == 0 {
                // Nothing is open: what it should have closed was cut short.
                out.unclosed.get_or_insert(tokens[index].span.start);
            }
            state.braces = state.braces.saturating_sub(1);
            if state.braces == 0 {
                let end = tokens[index].span.end;
                if let Some(body) = state.body.take() {
                    out.structs.extend(structure(text, tokens, state.item, body, index));
                }
                if !state.open.is_empty() {
                    for function in state.open.drain(..) {
                        out.functions[function].span.end = end;
                        out.functions[function].body.end = end;
                    }
                    *state = State { item: index + 1, ..State::default() };
                }
            }
        }
        b';' if top => {
            if let Some(equals) = state.init {
                out.variables.extend(variable(text, tokens, state.item, equals, index));
            } else if state.body.is_none() {
                let item = tokens.get(state.item..index).unwrap_or_default();
                plain_variables(text, item, &mut out.variables);
            }
            *state = State { item: index + 1, ..State::default() };
        }
        _ => {}
    }
}

/// The function whose body opens at `brace`, if its head looks like one.
fn head(text: &[u8], tokens: &[Token], item: usize, brace: usize) -> Option<Function> {
    let mut at = brace;
    loop {
        at = at.checked_sub(1).filter(|at| *at >= item)?;
        let token = &tokens[at];
        match token.kind {
            // An attribute without arguments, behind the parameters.
            Kind::Ident | Kind::Directive(_) => {}
            Kind::Punct(b')') => {
                let open = opening(tokens, item, at)?;
                let name = before(tokens, item, open)?;
                if tokens[name].kind != Kind::Ident {
                    return None;
                }
                let word = tokens[name].bytes(text);
                let follows_params =
                    before(tokens, item, name).is_some_and(|at| tokens[at].is(b')'));
                if kernel::attributes::takes_arguments(word)
                    || (follows_params && word.starts_with(b"__"))
                {
                    at = name;
                    continue;
                }
                if kernel::words::is_keyword(word) {
                    return None;
                }
                let is_static =
                    tokens.get(item..name)?.iter().any(|token| token.is_word(text, "static"));
                let start = tokens[name].span.start;
                return Some(Function {
                    name: tokens[name].span,
                    params: params(text, &tokens[open + 1..at]),
                    span: Span::new(start, 0),
                    body: Span::new(tokens[brace].span.start, 0),
                    is_static,
                });
            }
            _ => return None,
        }
    }
}

fn before(tokens: &[Token], item: usize, at: usize) -> Option<usize> {
    (item..at).rev().find(|at| !matches!(tokens[*at].kind, Kind::Directive(_)))
}

/// The parenthesis that the one at `close` closes.
fn opening(tokens: &[Token], from: usize, close: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for at in (from..=close).rev() {
        if tokens[at].is(b')') {
            depth += 1;
        } else if tokens[at].is(b'(') {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Tokens without the attributes that have arguments.
fn without_attributes(text: &[u8], tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    let (mut at, mut depth) = (0, 0_usize);
    let mut inside = false;
    while let Some(token) = tokens.get(at) {
        let calls = tokens.get(at + 1).is_some_and(|next| next.is(b'('));
        if !inside && calls && kernel::attributes::takes_arguments(token.bytes(text)) {
            (inside, depth) = (true, 0);
        } else if inside {
            depth += usize::from(token.is(b'('));
            depth = depth.saturating_sub(usize::from(token.is(b')')));
            inside = depth > 0;
        } else {
            out.push(*token);
        }
        at += 1;
    }
    out
}

/// Splits parameter tokens at their commas and takes the name out of each.
fn params(text: &[u8], tokens: &[Token]) -> Vec<Param> {
    let mut out = Vec::new();
    for part in split(tokens) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        let span = Span::new(first.span.start, last.span.end);
        // `int (*fn)(void *)`: the name stands in the first parentheses.
        let pointer = part
            .windows(3)
            .find(|three| three[0].is(b'(') && three[1].is(b'*') && three[2].kind == Kind::Ident)
            .map(|three| &three[2]);
        let plain = || {
            without_attributes(text, part)
                .into_iter()
                .take_while(|token| !token.is(b'[') && !token.is(b'('))
                .filter(|token| token.kind == Kind::Ident)
                .filter(|token| !kernel::attributes::is_plain(token.bytes(text)))
                .last()
        };
        let name = pointer.copied().or_else(plain);
        let name = name.map_or_else(Vec::new, |token| token.bytes(text).to_vec());
        out.push(Param { name, span, variadic: false });
    }
    if out.len() == 1 && out[0].name == b"void" && out[0].span.len() == 4 {
        out.clear();
    }
    out
}

/// Splits tokens at the commas outside of brackets.
pub fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}') => depth -= 1,
            Kind::Punct(b',') if depth == 0 => {
                parts.push(&tokens[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    if start < tokens.len() {
        parts.push(&tokens[start..]);
    }
    parts
}

/// Reads the definition of a macro off its line.
pub fn define(text: &[u8], span: Span) -> Option<Macro> {
    let tokens = lex_directive(text, span);
    let name = tokens.get(1).filter(|token| token.kind == Kind::Ident)?;
    let end = span.end;
    let open = tokens.get(2).filter(|open| open.is(b'(') && open.span.start == name.span.end);
    if open.is_none() {
        return Some(Macro {
            name: name.span,
            params: Vec::new(),
            body: Span::new(name.span.end, end),
        });
    }
    let close = tokens.iter().position(|token| token.is(b')'))?;
    let params = split(&tokens[3..close])
        .into_iter()
        .filter_map(|part| Some((part.first()?, part.last()?)))
        .map(|(first, last)| Param {
            name: first.bytes(text).to_vec(),
            span: first.span,
            variadic: last.bytes(text) == b"...",
        })
        .collect();
    Some(Macro { name: name.span, params, body: Span::new(tokens[close].span.end, end) })
}

fn structure(
    text: &[u8],
    tokens: &[Token],
    item: usize,
    open: usize,
    close: usize,
) -> Option<Struct> {
    let keyword = (item..open)
        .rev()
        .find(|at| tokens[*at].is_word(text, "struct") || tokens[*at].is_word(text, "union"))?;
    let name = tokens[keyword + 1..open].iter().find(|token| token.kind == Kind::Ident);
    let name =
        name.map_or(Span::new(tokens[open].span.start, tokens[open].span.start), |name| name.span);
    Some(Struct { name, body: Span::new(tokens[open].span.end, tokens[close].span.start) })
}

fn variable(
    text: &[u8],
    tokens: &[Token],
    item: usize,
    equals: usize,
    end: usize,
) -> Option<Variable> {
    // An item that began in another branch may begin behind its `=`.
    let head = tokens.get(item..equals)?;
    let mut depth = 0_u32;
    let mut name = None;
    for (index, token) in head.iter().enumerate().rev() {
        match token.kind {
            Kind::Punct(b']' | b')') => depth += 1,
            Kind::Punct(b'[' | b'(') => {
                depth = depth.saturating_sub(1);
                // `int (*fn)(void *) = x`
                let pointer = head.get(index + 1).is_some_and(|token| token.is(b'*'));
                if depth == 0 && pointer && head.get(index + 2)?.kind == Kind::Ident {
                    name = Some(index + 2);
                    break;
                }
            }
            Kind::Ident if depth == 0 && !kernel::attributes::is_plain(token.bytes(text)) => {
                let call = head.get(index + 1).is_some_and(|token| token.is(b'('));
                if !(call && kernel::attributes::takes_arguments(token.bytes(text))) {
                    name = Some(index);
                    break;
                }
            }
            _ => {}
        }
    }
    let name = name?;
    // `struct T { … } name`: the tag stands before the brace; `struct { … } name` has none.
    let words = match head[..name].iter().position(|token| token.is(b'{')) {
        Some(brace) => &head[brace.saturating_sub(1)..brace],
        None => &head[..name],
    };
    let type_name = words
        .iter()
        .rfind(|token| {
            let word = token.bytes(text);
            token.kind == Kind::Ident
                && !kernel::attributes::is_plain(word)
                && !kernel::words::is_tag_word(word)
        })
        .map_or(Span::default(), |token| token.span);
    let init = Span::new(tokens.get(equals + 1)?.span.start, tokens[end].span.start);
    let word = |wanted: &str| head.iter().any(|token| token.is_word(text, wanted));
    let (is_static, is_extern) = (word("static"), word("extern"));
    Some(Variable { name: head[name].span, type_name, init, is_static, is_extern })
}

/// `struct a *b, *c[3];`: variables without an initialiser.
fn plain_variables(text: &[u8], item: &[Token], out: &mut Vec<Variable>) {
    let odd = item.iter().any(|token| {
        matches!(token.kind, Kind::Punct(b'(' | b'{' | b'}')) || token.is_word(text, "typedef")
    });
    if odd || item.len() < 2 {
        return;
    }
    let names = |tokens: &[Token]| -> Vec<Span> {
        tokens
            .iter()
            .take_while(|token| !token.is(b'['))
            .filter(|token| token.kind == Kind::Ident)
            .filter(|token| !kernel::attributes::is_plain(token.bytes(text)))
            .map(|token| token.span)
            .collect()
    };
    let word = |wanted: &str| item.iter().any(|token| token.is_word(text, wanted));
    let (is_static, is_extern) = (word("static"), word("extern"));
    let mut type_name = None;
    for part in split(item) {
        let words = names(part);
        if type_name.is_none() {
            type_name = words.len().checked_sub(2).map(|at| words[at]);
        }
        if let (Some(name), Some(type_name)) = (words.last(), type_name) {
            let init = Span::default();
            out.push(Variable { name: *name, type_name, init, is_static, is_extern });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::lex;
    use super::*;

    fn read(text: &str) -> (Vec<(String, Vec<String>, String)>, Skeleton) {
        let tokens = lex(text.as_bytes());
        let skeleton = skeleton(text.as_bytes(), &tokens);
        let word = |span: Span| text[span.range()].to_owned();
        let functions = skeleton
            .functions
            .iter()
            .map(|function| {
                let params = function
                    .params
                    .iter()
                    .map(|param| String::from_utf8_lossy(&param.name).into_owned())
                    .collect();
                (word(function.name), params, word(function.body))
            })
            .collect();
        (functions, skeleton)
    }

    #[test]
    fn finds_functions_behind_attributes_and_macros() {
        let text = "MODULE_LICENSE(\"GPL\")\nstatic int __init a(void *p, int (*fn)(void *), struct x *y[4])\n\
                    __releases(&l) __must_check\n{ if (x) { } }\nstruct s { int a; };\nint t[] = { 1 };\n\
                    __attribute__((noinline)) void b(void) { }\nstatic DEFINE_MUTEX(m);\n";
        let (functions, skeleton) = read(text);
        assert_eq!(functions.len(), 2);
        assert_eq!(functions[0].0, "a");
        assert_eq!(functions[0].1, ["p", "fn", "y"]);
        assert_eq!(functions[0].2, "{ if (x) { } }");
        assert_eq!(functions[1].0, "b");
        assert!(functions[1].1.is_empty());
        assert_eq!(skeleton.structs.len(), 1);
        assert_eq!(&text[skeleton.variables[0].name.range()], "t");
        assert_eq!(&text[skeleton.variables[0].type_name.range()], "int");
    }

    #[test]
    fn alternative_heads_share_a_body_and_halves_do_not_spill() {
        let text = "#ifdef A\nstatic int f(void *a) {\n#else\nstatic int g(void *b) {\n#endif\n x();\n}\n\
                    int h(void) {\n#ifdef A\n if (x) {\n#endif\n y();\n#ifdef A\n }\n#endif\n}\nint i(void) {}\n";
        let (functions, _) = read(text);
        let names: Vec<_> = functions.iter().map(|function| function.0.as_str()).collect();
        assert_eq!(names, ["f", "g", "h", "i"]);
        assert!(functions[0].2.ends_with("x();\n}"));
        assert!(functions[1].2.ends_with("x();\n}"));
    }

    #[test]
    fn else_split_by_if_keeps_the_count() {
        let text = "int f(void) {\n if (a) {\n#ifdef X\n b();\n } else {\n#endif\n c();\n }\n}\nint g(void) { }\n";
        let (functions, _) = read(text);
        assert_eq!(functions.len(), 2);
    }

    #[test]
    fn reads_macros() {
        let text = "#define run(fn, arg...) \\\n kthread_run(fn, ##arg)\n#define X 1\n";
        let (_, skeleton) = read(text);
        assert_eq!(skeleton.macros[0].params[1].name, b"arg");
        assert!(text[skeleton.macros[0].body.range()].contains("kthread_run"));
        assert!(skeleton.macros[1].params.is_empty());
    }

    #[test]
    fn an_unclosed_function_is_told() {
        let (functions, skeleton) = read("int f(void) { if (x) {");
        assert!(functions.is_empty());
        assert_eq!(skeleton.unclosed, Some(4));
    }
}
