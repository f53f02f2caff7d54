//! A function in all of its `#if` variants.

use super::helpers::Helpers;
use crate::index::db::{Db, FunctionId};
use crate::model::cfg::{Graph, Jumps, Loop, NodeId};
use crate::model::jumps::jumps;
use crate::model::{MAX_NODES, Surroundings, lower};
use crate::source::{FileId, Loc, Span};
use crate::syntax::blank::Names;
use crate::syntax::lex::{Kind, lex_range};
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

/// Reads a function.
pub fn read(
    db: &Db,
    id: FunctionId,
    names: &Names,
    helpers: &Helpers<'_>,
    noreturn: &dyn Fn(&[u8]) -> bool,
) -> FunctionModel {
    let function = db.function(id);
    let text = db.text(id.file);
    let here = |span: Span| Loc { file: id.file, span };
    let mut out = FunctionModel { id, variants: Vec::new(), problems: Vec::new() };
    let jumps = |name: &[u8]| macro_jumps(db, id.file, name, 3);
    let stop = |name: &[u8]| helpers.is_stop_value(id.file, name);
    let macro_calls = |name: &[u8]| {
        db.macros_for(id.file, name).iter().any(|(file, found)| {
            found.params.is_empty()
                && db.bytes(*file, found.body).contains(&b'(')
                && helpers.is_stop_predicate(id.file, name)
        })
    };
    let around = Surroundings { noreturn, jumps: &jumps, stop: &stop, macro_calls: &macro_calls };
    let choices = db.facts(id.file).conditions.variants(function.span, function.name.start);
    for unseen in choices.unseen {
        out.problems
            .push((here(unseen), "this #if branch is not seen: too many combinations".into()));
    }
    for hidden in &choices.hidden {
        let parsed = match parse(text, function.span, hidden, names) {
            Ok(parsed) => parsed,
            Err(error) => {
                out.problems.push((here(function.name), error.to_string()));
                continue;
            }
        };
        match lower(&parsed, text, &function.params, around) {
            Ok(graph) if too_large(&graph) => {
                out.problems.push((here(function.name), "the function is too large".into()));
            }
            Ok(graph) => out.variants.push(Variant {
                graph,
                errors: parsed.errors.clone(),
                odd_jumps: parsed.blanked.odd_jumps.clone(),
                unknown_blocks: parsed
                    .blanked
                    .blocks
                    .iter()
                    .filter(|block| !block.known)
                    .map(|block| block.name)
                    .collect(),
            }),
            Err(error) => out.problems.push((here(function.name), error.to_string())),
        }
    }
    out.problems.dedup();
    out
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
