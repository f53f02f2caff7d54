//! Where a value comes from inside one function or macro.

use super::db::Db;
use super::facts::Owner;
use super::types::{path_type, type_of};
use crate::kernel;
use crate::source::{FileId, Span};
use crate::syntax::expr::{Value, closing, closing_near, values};
use crate::syntax::lex::{Kind, Token, find, lex_range};
use crate::syntax::skeleton::split;

/// Where a value comes from, as far as one function tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// A name of the file or of another one.
    Name(Vec<u8>, Span),
    /// A parameter of the function or macro, by position.
    Param(usize),
    /// A name that a macro pastes together: pieces of text and parameters.
    Pasted(Vec<Piece>),
    /// A field, with the tag of its struct where that is known.
    Field {
        /// The struct.
        tag: Option<Vec<u8>>,
        /// The field.
        field: Vec<u8>,
        /// Where it is named.
        span: Span,
    },
    /// A local that nothing is assigned to here.
    Local(Vec<u8>, Span),
    /// The result of a call that is not followed.
    Call(Vec<u8>, Span),
    /// Something that is not followed.
    Unknown(Span),
}

/// A piece of a pasted name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Text.
    Text(Vec<u8>),
    /// The text of this argument.
    Param(usize),
}

/// Steps through locals that are followed at most.
const MAX_STEPS: u32 = 8;
/// Locals of larger functions are not followed, in bytes.
const MAX_FUNCTION: usize = 256 << 10;

/// What `tokens`, which stand in `owner`, may evaluate to.
pub fn leaves(db: &Db, file: FileId, owner: Owner, tokens: &[Token]) -> Vec<Leaf> {
    let mut out = Vec::new();
    Walk { db, file, owner }.tokens(tokens, 0, &mut out);
    let mut unique: Vec<Leaf> = Vec::new();
    for leaf in out {
        if !unique.contains(&leaf) {
            unique.push(leaf);
        }
    }
    unique
}

struct Walk<'a> {
    db: &'a Db,
    file: FileId,
    owner: Owner,
}

impl Walk<'_> {
    fn text(&self) -> &[u8] {
        self.db.text(self.file)
    }

    fn tokens(&self, tokens: &[Token], steps: u32, out: &mut Vec<Leaf>) {
        if let Some(pasted) = self.pasted(tokens) {
            out.push(pasted);
            return;
        }
        for value in values(self.text(), tokens) {
            self.value(value, steps, out);
        }
    }

    fn value(&self, value: Value, steps: u32, out: &mut Vec<Leaf>) {
        match value {
            Value::Constant => {}
            Value::Unknown(span) => out.push(Leaf::Unknown(span)),
            Value::List(span) => {
                let tokens = lex_range(self.text(), span);
                for part in split(&tokens) {
                    let part = match part {
                        // `[3] = fn`
                        [open, ..] if open.is(b'[') => {
                            let end = closing(part, 0).unwrap_or(part.len());
                            part.get(end + 1..).unwrap_or_default()
                        }
                        _ => part,
                    };
                    self.tokens(part, steps + 1, out);
                }
            }
            Value::Name(span) => self.name(span, steps, out),
            Value::Member { base, members } => {
                let Some(last) = members.last() else { return };
                let tag = path_type(self.db, self.file, self.owner, base, &members);
                let field = self.db.bytes(self.file, *last).to_vec();
                out.push(Leaf::Field { tag, field, span: *last });
            }
            Value::Call { name, arguments } => {
                let word = self.db.bytes(self.file, name).to_vec();
                if kernel::words::passes_through(&word) {
                    let tokens = lex_range(self.text(), arguments);
                    if let Some(first) = split(&tokens).first() {
                        self.tokens(first, steps + 1, out);
                    }
                } else {
                    out.push(Leaf::Call(word, name));
                }
            }
        }
    }

    fn name(&self, span: Span, steps: u32, out: &mut Vec<Leaf>) {
        let name = self.db.bytes(self.file, span).to_vec();
        let params = match self.owner {
            Owner::Function(index) => {
                &self.db.facts(self.file).skeleton.functions[index as usize].params
            }
            Owner::Macro(index) => &self.db.facts(self.file).skeleton.macros[index as usize].params,
            Owner::File => return out.push(Leaf::Name(name, span)),
        };
        let param = params.iter().position(|param| param.name == name);
        if let Owner::Function(index) = self.owner {
            let function = &self.db.facts(self.file).skeleton.functions[index as usize];
            if function.body.len() > MAX_FUNCTION {
                return out.push(Leaf::Unknown(span));
            }
            let tokens = self.db.tokens(self.file, function.body);
            let local = param.is_some() || is_declared(self.text(), &tokens, &name);
            if local && steps < MAX_STEPS {
                let sources = assigned(self.text(), &tokens, &name);
                for source in &sources {
                    let own = source.len() == 1 && source[0].bytes(self.text()) == name;
                    if !own {
                        self.tokens(source, steps + 1, out);
                    }
                }
                if param.is_none() {
                    if sources.is_empty() {
                        out.push(Leaf::Local(name, span));
                    }
                    return;
                }
            }
        }
        match param {
            Some(index) => out.push(Leaf::Param(index)),
            None => out.push(Leaf::Name(name, span)),
        }
    }

    /// `a_##x` in a macro.
    fn pasted(&self, tokens: &[Token]) -> Option<Leaf> {
        let Owner::Macro(index) = self.owner else { return None };
        let text = self.text();
        if tokens.len() < 3 || !tokens.iter().any(|token| token.bytes(text) == b"##") {
            return None;
        }
        let params = &self.db.facts(self.file).skeleton.macros[index as usize].params;
        let mut pieces = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if at % 2 == 1 {
                if token.bytes(text) != b"##" {
                    return None;
                }
                continue;
            }
            let word = token.bytes(text);
            pieces.push(match params.iter().position(|param| param.name == word) {
                Some(param) => Piece::Param(param),
                None => Piece::Text(word.to_vec()),
            });
        }
        Some(Leaf::Pasted(pieces))
    }
}

/// Whether a function's tokens declare `name` as a local.
pub fn is_declared(text: &[u8], tokens: &[Token], name: &[u8]) -> bool {
    tokens.iter().enumerate().any(|(index, token)| {
        token.kind == Kind::Ident
            && token.bytes(text) == name
            && index > 0
            && declares_here(text, tokens, index)
    })
}

fn declares_here(text: &[u8], tokens: &[Token], index: usize) -> bool {
    let next_fits = tokens
        .get(index + 1)
        .is_none_or(|next| matches!(next.kind, Kind::Punct(b';' | b',' | b'=' | b'[' | b')')));
    let before = &tokens[index - 1];
    let name_like = |token: &Token| {
        token.kind == Kind::Ident && {
            let word = token.bytes(text);
            !matches!(word, b"return" | b"goto" | b"else" | b"case" | b"sizeof" | b"do")
        }
    };
    if !next_fits || !(name_like(before) || before.is(b'*') || before.is(b',')) {
        return false;
    }
    let start = (0..index)
        .rev()
        .find(|at| matches!(tokens[*at].kind, Kind::Punct(b';' | b'{' | b'}')))
        .map_or(0, |at| at + 1);
    let statement = &tokens[start..index];
    let first = statement.iter().position(|token| !matches!(token.kind, Kind::Directive(_)));
    let Some(first) = first else { return false };
    match (statement.get(first), statement.get(first + 1)) {
        (None, _) => false,
        (Some(one), _) if !name_like(one) => false,
        // `T name`, or `for (T name`.
        (Some(one), None) => name_like(one),
        (Some(one), Some(two)) => {
            let type_word = kernel::words::is_type_word(one.bytes(text))
                || kernel::words::is_tag_word(one.bytes(text))
                || kernel::attributes::is_plain(one.bytes(text));
            let in_for = one.is_word(text, "for") && two.is(b'(') && name_like(before);
            type_word || in_for || name_like(two) || two.is(b'*')
        }
    }
}

/// Everything that a function's tokens assign to plain names: the name's token and the index of the
/// value's first token.
pub fn all_assigned(tokens: &[Token]) -> Vec<(usize, usize)> {
    (0..tokens.len())
        .filter(|index| {
            tokens[*index].kind == Kind::Ident
                && !(*index > 0
                    && matches!(tokens[index - 1].kind, Kind::Arrow | Kind::Punct(b'.')))
        })
        .filter_map(|index| equals_behind(tokens, index + 1).map(|equals| (index, equals + 1)))
        .collect()
}

/// What a function's tokens assign to `name`.
pub fn assigned<'t>(text: &[u8], tokens: &'t [Token], name: &[u8]) -> Vec<&'t [Token]> {
    let mut out = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let member = index > 0 && matches!(tokens[index - 1].kind, Kind::Arrow | Kind::Punct(b'.'));
        if token.kind != Kind::Ident || member || token.bytes(text) != name {
            continue;
        }
        if let Some(equals) = equals_behind(tokens, index + 1) {
            out.push(right_side(tokens, equals + 1));
        }
    }
    out
}

/// The `=` behind a declarator or lvalue: over `[…]` and the rest of `(*name)(…)`.
fn equals_behind(tokens: &[Token], mut at: usize) -> Option<usize> {
    loop {
        let token = tokens.get(at)?;
        match token.kind {
            Kind::Punct(b'=') => return Some(at),
            Kind::Punct(b'[') => at = closing_near(tokens, at)?,
            Kind::Punct(b')') if tokens.get(at + 1)?.is(b'(') => {
                at = closing_near(tokens, at + 1)?;
            }
            _ => return None,
        }
    }
}

/// The tokens of an expression from `start` to its end.
pub fn right_side(tokens: &[Token], start: usize) -> &[Token] {
    let mut depth = 0_i32;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}' | b';' | b',') if depth == 0 => {
                return &tokens[start..index];
            }
            Kind::Punct(b')' | b']' | b'}') => depth -= 1,
            _ => {}
        }
    }
    tokens.get(start..).unwrap_or_default()
}

/// Where an assignment to a field stands: the struct it belongs to and the value's tokens.
#[derive(Debug, Clone)]
pub struct FieldWrite {
    /// Tag of the struct, where it is known.
    pub tag: Option<Vec<u8>>,
    /// What is assigned.
    pub value: Vec<Token>,
}

/// Reads the assignment whose left side ends with the field at `field`.
pub fn field_write(db: &Db, file: FileId, owner: Owner, field: Span) -> Option<FieldWrite> {
    let text = db.text(file);
    let region = region(db, file, owner, field)?;
    let tokens = db.tokens(file, region);
    let at = find(&tokens, field)?;
    let before = tokens.get(at.checked_sub(1)?)?;
    let equals = equals_behind(&tokens, at + 1)?;
    let value = right_side(&tokens, equals + 1).to_vec();
    let designator = before.is(b'.')
        && at
            .checked_sub(2)
            .is_none_or(|at| matches!(tokens[at].kind, Kind::Punct(b'{' | b',' | b'(')));
    if designator {
        return Some(FieldWrite { tag: initialised(db, file, owner, &tokens, at), value });
    }
    if !(before.is(b'.') || before.kind == Kind::Arrow) {
        return None;
    }
    let start = lvalue_start(&tokens, at - 1);
    let path = values(text, &tokens[start..=at]);
    let tag = match path.first() {
        Some(Value::Member { base, members }) => path_type(db, file, owner, *base, members),
        _ => None,
    };
    Some(FieldWrite { tag, value })
}

fn region(db: &Db, file: FileId, owner: Owner, at: Span) -> Option<Span> {
    let skeleton = &db.facts(file).skeleton;
    match owner {
        Owner::Function(index) => Some(skeleton.functions.get(index as usize)?.body),
        Owner::Macro(index) => Some(skeleton.macros.get(index as usize)?.body),
        Owner::File => {
            skeleton.variables.iter().map(|variable| variable.init).find(|init| init.covers(at))
        }
    }
}

/// The struct that the designator at `at` initialises.
fn initialised(
    db: &Db,
    file: FileId,
    owner: Owner,
    tokens: &[Token],
    at: usize,
) -> Option<Vec<u8>> {
    let text = db.text(file);
    let mut depth = 0_i32;
    let mut index = at;
    while let Some(before) = index.checked_sub(1) {
        match tokens[before].kind {
            Kind::Punct(b'}' | b')' | b']') => depth += 1,
            Kind::Punct(b'{') if depth == 0 => {
                if let Some(equals) = before.checked_sub(1).filter(|at| tokens[*at].is(b'=')) {
                    let name = (0..equals).rev().find(|at| tokens[*at].kind == Kind::Ident)?;
                    let designator = name > 0 && tokens[name - 1].is(b'.');
                    if !designator {
                        return type_of(db, file, owner, tokens[name].bytes(text));
                    }
                    return None;
                }
                // `(struct T) { .f = … }`
                if before > 1
                    && tokens[before - 1].is(b')')
                    && tokens[before - 2].kind == Kind::Ident
                {
                    return Some(tokens[before - 2].bytes(text).to_vec());
                }
            }
            Kind::Punct(b'{' | b'(' | b'[') => depth -= 1,
            Kind::Punct(b';') if depth == 0 && owner != Owner::File => return None,
            _ => {}
        }
        index = before;
    }
    if owner == Owner::File {
        let at = tokens[at].span;
        let variable =
            db.facts(file).skeleton.variables.iter().find(|variable| variable.init.covers(at))?;
        return Some(db.bytes(file, variable.type_name).to_vec());
    }
    None
}

/// Where the lvalue that ends with the operator at `operator` begins.
pub fn lvalue_start(tokens: &[Token], operator: usize) -> usize {
    let mut at = operator;
    loop {
        let Some(before) = at.checked_sub(1) else { return at };
        match tokens[before].kind {
            Kind::Ident => {
                let more = before > 0
                    && (tokens[before - 1].kind == Kind::Arrow || tokens[before - 1].is(b'.'));
                if !more {
                    return before;
                }
                at = before - 1;
            }
            Kind::Punct(b']' | b')') => {
                let mut depth = 0_i32;
                let mut open = before;
                loop {
                    match tokens[open].kind {
                        Kind::Punct(b']' | b')') => depth += 1,
                        Kind::Punct(b'[' | b'(') => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 || open == 0 {
                        break;
                    }
                    open -= 1;
                }
                let grouped = tokens[before].is(b')');
                if grouped && !open.checked_sub(1).is_some_and(|at| tokens[at].kind == Kind::Ident)
                {
                    return open;
                }
                at = open;
            }
            _ => return at,
        }
    }
}
