//! A function in all of its `#if` variants.

use super::arguments::argument;
use super::helpers::Helpers;
use crate::index::db::{Db, FunctionId};
use crate::index::params::mention;
use crate::kernel::attributes::undone_at_end;
use crate::model::cfg::{Graph, Jumps, Loop, NodeId};
use crate::model::jumps::jumps;
use crate::model::{Captured, MAX_NODES, Surroundings, lower};
use crate::source::{FileId, Loc, Span};
use crate::syntax::blank::Names;
use crate::syntax::cond::{Choice, Hidden};
use crate::syntax::expr::argument_of;
use crate::syntax::lex::{Kind, Token, lex_range};
use crate::syntax::skeleton::Function;
use crate::syntax::tree::parse;

/// One variant.
#[derive(Debug)]
pub struct Variant {
    /// Its graph.
    pub graph: Graph,
    /// What did not parse.
    pub errors: Vec<Span>,
    /// `asm goto`, computed goto.
    pub odd_jumps: Vec<Span>,
    /// Macros with a block of which nobody said that they are loops.
    pub unknown_blocks: Vec<Span>,
    /// The bytes that it does not see.
    pub hidden: Hidden,
    /// The choice of `#if` branches that it is.
    pub choice: Choice,
}

/// A function that was read.
#[derive(Debug)]
pub struct FunctionModel {
    /// Which.
    pub id: FunctionId,
    /// At least one where anything could be read. The first takes every `#if`.
    pub variants: Vec<Variant>,
    /// What could not be read at all, with the reason.
    pub problems: Vec<(Loc, String)>,
}

/// What reading a function takes besides its text.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The database: what a name means in a file.
    pub db: &'a Db,
    /// Macros that the tree is known to iterate with.
    pub names: &'a Names,
    /// What called functions do.
    pub helpers: &'a Helpers<'a>,
    /// Functions of the tree that never return.
    pub noreturn: &'a [String],
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// Reads a function of the database in all of its variants.
    pub fn read(&self, id: FunctionId) -> FunctionModel {
        let function = self.db.function(id);
        let here = |span: Span| Loc { file: id.file, span };
        let mut out = FunctionModel { id, variants: Vec::new(), problems: Vec::new() };
        let conditions = &self.db.facts(id.file).conditions;
        let choices = conditions.variants(function.span, function.name.start);
        for unseen in choices.unseen {
            out.problems
                .push((here(unseen), "this #if branch is not seen: too many combinations".into()));
        }
        for (hidden, choice) in choices.hidden.into_iter().zip(choices.choices) {
            match self.variant(id.file, self.db.text(id.file), function, hidden, choice) {
                Ok(variant) => out.variants.push(variant),
                Err(why) => out.problems.push((here(function.name), why)),
            }
        }
        out.problems.dedup();
        out
    }

    /// Reads one variant of a function of `text`, whose names mean what they mean in `file`.
    ///
    /// # Errors
    /// Why there is no graph of it.
    pub fn variant(
        &self,
        file: FileId,
        text: &[u8],
        function: &Function,
        hidden: Hidden,
        choice: Choice,
    ) -> Result<Variant, String> {
        let Self { db, names, helpers, noreturn } = *self;
        let noreturn = |name: &[u8]| noreturn.iter().any(|known| known.as_bytes() == name);
        let jumps = |name: &[u8]| macro_jumps(db, file, name, 3);
        let stop = |name: &[u8]| helpers.is_stop_value(file, name);
        let macro_calls = |name: &[u8]| {
            db.macros_for(file, name).iter().any(|(at, found)| {
                found.params.is_empty()
                    && db.bytes(*at, found.body).contains(&b'(')
                    && helpers.is_stop_predicate(file, name)
            })
        };
        let volatile = |name: &[u8]| db.facts(file).is_volatile(db.text(file), name);
        let undoes = |name: &[u8]| undoes(db, file, name, 3);
        let acts = |name: &[u8]| super::constants::acts(db, file, name);
        let is_scalar = |kind: &[u8], path: &[Vec<u8>]| super::members::is_scalar(db, kind, path);
        let declares = |name: &[u8]| declares(db, file, name);
        let captures = |name: &[u8]| captures(db, file, name, 3);
        let argument = |name: &[u8], index: usize| argument(db, file, name, index);
        let around = Surroundings {
            noreturn: &noreturn,
            jumps: &jumps,
            stop: &stop,
            macro_calls: &macro_calls,
            volatile: &volatile,
            undoes: &undoes,
            acts: &acts,
            is_scalar: &is_scalar,
            captures: &captures,
            declares: &declares,
            argument: &argument,
        };
        let parsed =
            parse(text, function.span, &hidden, names).map_err(|error| error.to_string())?;
        match lower(&parsed, text, &function.params, around) {
            Ok(graph) if too_large(&graph) => Err("the function is too large".into()),
            Ok(graph) => Ok(Variant {
                odd_jumps: [&parsed.blanked.odd_jumps[..], &graph.inner_jumps].concat(),
                graph,
                errors: parsed.errors.clone(),
                unknown_blocks: parsed
                    .blanked
                    .blocks
                    .iter()
                    .filter(|block| !block.known)
                    .map(|block| block.name)
                    .collect(),
                hidden,
                choice,
            }),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The names that the macros of this name use without being told of them, through the macros that
/// these use.
fn captures(db: &Db, file: FileId, name: &[u8], depth: u32) -> Vec<Captured> {
    let mut out = Vec::new();
    for (at, found) in db.macros_for(file, name) {
        let text = db.text(at);
        let tokens = lex_range(text, found.body);
        for (index, token) in tokens.iter().enumerate() {
            let word = token.bytes(text);
            let member =
                index > 0 && matches!(tokens[index - 1].kind, Kind::Arrow | Kind::Punct(b'.'));
            let is_param = found.params.iter().any(|param| param.name == word);
            if token.kind != Kind::Ident || member || is_param || word == name {
                continue;
            }
            let is_macro = |name: &[u8]| !db.macros_for(at, name).is_empty();
            let used = mention(text, &tokens, index);
            // Another name for a local is the local, whatever is done with it.
            let alias =
                tokens.iter().all(|other| other == token || other.is(b'(') || other.is(b')'));
            let behind = tokens.get(index + 1).is_some_and(|next| next.kind == Kind::Arrow);
            let passed = !behind && in_macro(text, &tokens, index, &is_macro);
            let written = used.written || alias || passed;
            let addressed = used.addressed || alias;
            out.push(Captured { name: word.to_vec(), written, addressed });
            if depth > 0 {
                // What happens to the macro happens to what it stands for.
                let inner = captures(db, at, word, depth - 1).into_iter();
                out.extend(inner.map(|it| Captured {
                    written: it.written || written,
                    addressed: it.addressed || addressed,
                    ..it
                }));
            }
        }
    }
    out
}

/// The locals that the macros of this name declare.
fn declares(db: &Db, file: FileId, name: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for (at, found) in db.macros_for(file, name) {
        let text = db.text(at);
        let tokens = lex_range(text, found.body);
        for statement in tokens.split(|token| token.is(b';')) {
            let end = statement.iter().position(|token| token.is(b'=')).unwrap_or(statement.len());
            let [kind, .., last] = &statement[..end] else { continue };
            let plain =
                statement[..end].iter().all(|token| token.kind == Kind::Ident || token.is(b'*'));
            let declares = plain
                && last.kind == Kind::Ident
                && kind.kind == Kind::Ident
                && !matches!(kind.bytes(text), b"return" | b"goto" | b"case" | b"else" | b"do")
                && !found.params.iter().any(|param| param.name == last.bytes(text));
            if declares {
                out.push(last.bytes(text).to_vec());
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Whether the macros of this name, or those that they use, begin what the end of a scope undoes.
fn undoes(db: &Db, file: FileId, name: &[u8], depth: u32) -> bool {
    db.macros_for(file, name).iter().any(|(at, found)| {
        let text = db.text(*at);
        let tokens = lex_range(text, found.body);
        let names: Vec<&[u8]> = tokens
            .iter()
            .filter(|token| token.kind == Kind::Ident)
            .map(|token| token.bytes(text))
            .collect();
        undone_at_end(&names)
            || (depth > 0
                && names.iter().any(|inner| *inner != name && undoes(db, *at, inner, depth - 1)))
    })
}

/// Whether a macro is called around the token at `at`.
fn in_macro(
    text: &[u8],
    tokens: &[Token],
    mut at: usize,
    is_macro: &dyn Fn(&[u8]) -> bool,
) -> bool {
    while let Some((callee, _)) = argument_of(tokens, at) {
        at = callee + 1;
        if tokens[callee].kind == Kind::Ident && is_macro(tokens[callee].bytes(text)) {
            return true;
        }
    }
    false
}

/// Nodes times variables of a graph that is analysed: the size of a liveness table.
const MAX_TABLE: usize = 32 << 20;

fn too_large(graph: &Graph) -> bool {
    graph.nodes.len() > MAX_NODES
        || graph.nodes.len() * graph.variables.len() > MAX_TABLE
        || graph.loops.len() > 2_000
}

/// The jumps in the macros of this name, and in the macros that these use.
fn macro_jumps(db: &Db, file: FileId, name: &[u8], depth: u32) -> Jumps {
    let mut out = Jumps::default();
    for (at, found) in db.macros_for(file, name) {
        let text = db.text(at);
        let mut tokens = lex_range(text, found.body);
        tokens.retain(|token| !matches!(token.kind, Kind::Directive(_)));
        let mut all = vec![jumps(text, &tokens)];
        if depth > 0 {
            for pair in
                tokens.windows(2).filter(|pair| pair[0].kind == Kind::Ident && pair[1].is(b'('))
            {
                let inner = pair[0].bytes(text);
                if inner != name {
                    all.push(macro_jumps(db, at, inner, depth - 1));
                }
            }
        }
        for jumps in all {
            out.breaks |= jumps.breaks;
            out.continues |= jumps.continues;
            out.returns |= jumps.returns;
            out.gotos.extend(jumps.gotos);
        }
    }
    out
}

impl Graph {
    /// Whether the next iteration can be reached from a node of a loop.
    pub fn comes_back(&self, main: &Loop, from: NodeId) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut work = vec![from];
        while let Some(node) = work.pop() {
            if node == main.header {
                return true;
            }
            if main.contains(node) && !std::mem::replace(&mut seen[node], true) {
                work.extend(self.nodes[node].next.iter().copied());
            }
        }
        false
    }

    /// Whether a node lies in a loop that is itself inside `main`; iterator macros count.
    pub fn nested(&self, main: &Loop, node: NodeId) -> bool {
        self.loops.iter().any(|inner| {
            inner.header != main.header
                && main.contains(inner.header)
                && inner.contains(node)
                && main.span.covers(inner.span)
                && main.span != inner.span
        })
    }
}
