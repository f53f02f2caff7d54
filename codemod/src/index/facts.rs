//! The facts of one file, from its tokens.

use std::hash::Hasher;

use crate::kernel;
use crate::source::Span;
use crate::syntax::cond::Conditions;
use crate::syntax::lex::{Directive, Kind, Token, is_ident_byte, lex, lex_range};
use crate::syntax::skeleton::{Skeleton, skeleton};

/// A name, hashed. Whoever finds one compares the bytes too.
pub type Symbol = u32;

/// Hashes a name.
pub fn symbol(name: &[u8]) -> Symbol {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(name);
    (hasher.finish() >> 32) as u32
}

/// What a place belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// A function, by its index.
    Function(u32),
    /// A macro, by its index.
    Macro(u32),
    /// The file.
    File,
}

/// A name with something behind it that makes it a fact.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    /// Where it stands.
    pub span: Span,
    /// What it stands in.
    pub owner: Owner,
}

/// A mention as it is kept: there are a million of them in a kernel.
#[derive(Debug, Clone, Copy)]
struct Packed {
    symbol: Symbol,
    start: u32,
    owner: PackedOwner,
}

/// An [`Owner`] in 32 bits, with the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PackedOwner(u32);

impl PackedOwner {
    const MACRO: u32 = 1 << 31;

    fn new(owner: Owner) -> Self {
        Self(match owner {
            Owner::Function(index) => index,
            Owner::Macro(index) => Self::MACRO | index,
            Owner::File => u32::MAX,
        })
    }

    fn unpack(self) -> Owner {
        match self.0 {
            u32::MAX => Owner::File,
            index if index & Self::MACRO != 0 => Owner::Macro(index & !Self::MACRO),
            index => Owner::Function(index),
        }
    }
}

impl Packed {
    fn unpack(self, text: &[u8]) -> Mention {
        let rest = text.get(self.start as usize..).unwrap_or_default();
        let len = rest.iter().take_while(|byte| is_ident_byte(**byte)).count();
        Mention { span: Span::new(self.start, self.start + len as u32), owner: self.owner.unpack() }
    }
}

/// The facts of one file.
#[derive(Debug, Default)]
pub struct Facts {
    /// Its items.
    pub skeleton: Skeleton,
    /// Its `#if` regions.
    pub conditions: Conditions,
    /// `name(`, sorted by symbol, then place.
    calls: Vec<Packed>,
    /// Names that are declared `volatile` outside of functions: of variables and of members.
    volatile: Vec<Span>,
    /// Indices into `calls`, sorted by owner, then place.
    by_owner: Vec<u32>,
    /// `name =`, `.name =`, `->name =`, sorted by symbol, then place.
    assigns: Vec<Packed>,
}

/// Reads a file.
pub fn read(text: &[u8]) -> Facts {
    let mut tokens = lex(text);
    let conditions = Conditions::new(text, &tokens);
    let dead = conditions.dead();
    if !dead.is_empty() {
        let mut next = 0;
        tokens.retain(|token| {
            while dead.get(next).is_some_and(|dead| dead.end <= token.span.start) {
                next += 1;
            }
            // The directives stay: they tell which branch a brace is in.
            matches!(token.kind, Kind::Directive(directive) if directive != Directive::Define)
                || !dead.get(next).is_some_and(|dead| dead.contains(token.span.start))
        });
    }
    let skeleton = skeleton(text, &tokens);
    let mut facts = Facts { conditions, ..Facts::default() };
    let mut function = 0;
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Ident {
            continue;
        }
        while skeleton.functions.get(function).is_some_and(|it| it.span.end <= token.span.start) {
            function += 1;
        }
        let owner = match skeleton.functions.get(function) {
            Some(it) if it.body.contains(token.span.start) => Owner::Function(function as u32),
            _ => Owner::File,
        };
        if owner == Owner::File && token.bytes(text) == b"volatile" {
            facts.volatile.extend(declared_behind(&tokens, index));
        }
        mention(text, &tokens, index, owner, &mut facts);
    }
    for (index, found) in skeleton.macros.iter().enumerate() {
        let tokens: Vec<Token> = lex_range(text, found.body)
            .into_iter()
            .filter(|token| !matches!(token.kind, Kind::Directive(Directive::Define)))
            .collect();
        for at in 0..tokens.len() {
            if tokens[at].kind == Kind::Ident {
                mention(text, &tokens, at, Owner::Macro(index as u32), &mut facts);
            }
        }
    }
    facts.skeleton = skeleton;
    for list in [&mut facts.calls, &mut facts.assigns] {
        list.sort_unstable_by_key(|mention| (mention.symbol, mention.start));
        list.shrink_to_fit();
    }
    facts.by_owner = (0..facts.calls.len() as u32).collect();
    let calls = &facts.calls;
    facts.by_owner.sort_unstable_by_key(|index| {
        let call = calls[*index as usize];
        (call.owner, call.start)
    });
    facts
}

/// The name that the declaration around the word at `at` declares.
fn declared_behind(tokens: &[Token], at: usize) -> Option<Span> {
    let ends = |token: &&Token| matches!(token.kind, Kind::Ident | Kind::Number) || token.is(b'*');
    let names = tokens[at + 1..].iter().take(16).take_while(ends);
    names.filter(|token| token.kind == Kind::Ident).last().map(|token| token.span)
}

impl Facts {
    /// Whether a variable, or a member, of this name is declared `volatile` in the file.
    pub fn is_volatile(&self, text: &[u8], name: &[u8]) -> bool {
        self.volatile.iter().any(|span| text.get(span.range()) == Some(name))
    }
}

fn mention(text: &[u8], tokens: &[Token], at: usize, owner: Owner, facts: &mut Facts) {
    let span = tokens[at].span;
    let name = &text[span.range()];
    let Some(next) = tokens.get(at + 1) else { return };
    let entry = |symbol| Packed { symbol, start: span.start, owner: PackedOwner::new(owner) };
    if next.is(b'(') {
        if !kernel::words::is_keyword(name) {
            facts.calls.push(entry(symbol(name)));
        }
        // `int (*fn)(void *) = x` has no name before `=`; `fn)(…) =` is found below.
    } else if next.is(b'=') {
        facts.assigns.push(entry(symbol(name)));
    } else if next.is(b'[') {
        let mut end = at + 1;
        while tokens.get(end).is_some_and(|token| token.is(b'[')) {
            match crate::syntax::expr::closing_near(tokens, end) {
                Some(next) => end = next,
                None => return,
            }
        }
        if tokens.get(end).is_some_and(|token| token.is(b'=')) {
            facts.assigns.push(entry(symbol(name)));
        }
    }
}

impl Facts {
    fn range<'a>(
        list: &'a [Packed],
        text: &'a [u8],
        name: &'a [u8],
    ) -> impl Iterator<Item = Mention> + 'a {
        let symbol = symbol(name);
        let start = list.partition_point(|mention| mention.symbol < symbol);
        list[start..]
            .iter()
            .take_while(move |mention| mention.symbol == symbol)
            .map(move |mention| mention.unpack(text))
            .filter(move |mention| text.get(mention.span.range()) == Some(name))
    }

    /// What a call at this place stands in.
    pub fn owner_of_call(&self, at: Span) -> Option<Owner> {
        self.calls.iter().find(|call| call.start == at.start).map(|call| call.owner.unpack())
    }

    /// The calls that stand in a function or macro, by place.
    pub fn calls_in<'a>(
        &'a self,
        text: &'a [u8],
        owner: Owner,
    ) -> impl Iterator<Item = Mention> + 'a {
        let owner = PackedOwner::new(owner);
        let call = |index: &u32| self.calls[*index as usize];
        let start = self.by_owner.partition_point(|index| call(index).owner < owner);
        self.by_owner[start..]
            .iter()
            .map(call)
            .take_while(move |call| call.owner == owner)
            .map(move |call| call.unpack(text))
    }

    /// The calls of `name`.
    pub fn calls_of<'a>(
        &'a self,
        text: &'a [u8],
        name: &'a [u8],
    ) -> impl Iterator<Item = Mention> + 'a {
        Self::range(&self.calls, text, name)
    }

    /// The assignments to `name`.
    pub fn assigns_of<'a>(
        &'a self,
        text: &'a [u8],
        name: &'a [u8],
    ) -> impl Iterator<Item = Mention> + 'a {
        Self::range(&self.assigns, text, name)
    }

    /// The functions of this name; twins are several.
    pub fn functions_named<'a>(
        &'a self,
        text: &'a [u8],
        name: &'a [u8],
    ) -> impl Iterator<Item = usize> + 'a {
        self.skeleton
            .functions
            .iter()
            .enumerate()
            .filter(move |(_, function)| text.get(function.name.range()) == Some(name))
            .map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_assignments_have_owners() {
        let text =
            b"static void f(void) { g(1); x->h = k; t[3] = z; }\n#define M(a) g(a)\nint q = 4;\n";
        let facts = read(text);
        let owners: Vec<_> = facts.calls_of(text, b"g").map(|call| call.owner).collect();
        assert_eq!(owners, [Owner::Function(0), Owner::Macro(0)]);
        assert_eq!(facts.assigns_of(text, b"h").count(), 1);
        assert_eq!(facts.assigns_of(text, b"t").count(), 1);
        assert_eq!(facts.assigns_of(text, b"q").next().map(|it| it.owner), Some(Owner::File));
        assert_eq!(facts.calls_of(text, b"f").count(), 1);
    }
}
