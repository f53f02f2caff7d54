//! A function in all of its `#if` variants.

use crate::index::db::{Db, FunctionId};
use crate::model::cfg::{Graph, Loop, NodeId};
use crate::model::lower;
use crate::source::{Loc, Span};
use crate::syntax::blank::Names;
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
pub fn read(db: &Db, id: FunctionId, names: &Names, noreturn: &dyn Fn(&[u8]) -> bool) -> FunctionModel {
    let function = db.function(id);
    let text = db.text(id.file);
    let here = |span: Span| Loc { file: id.file, span };
    let mut out = FunctionModel { id, variants: Vec::new(), problems: Vec::new() };
    let choices = db.facts(id.file).conditions.variants(function.span, function.name.start);
    for unseen in choices.unseen {
        out.problems.push((here(unseen), "this #if branch is not seen: too many combinations".into()));
    }
    for hidden in &choices.hidden {
        let parsed = match parse(text, function.span, hidden, names) {
            Ok(parsed) => parsed,
            Err(error) => {
                out.problems.push((here(function.name), error.to_string()));
                continue;
            }
        };
        match lower(&parsed, text, &function.params, noreturn) {
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

impl Graph {
    /// Whether a node lies in a loop that is itself inside `main`; iterator macros count.
    pub fn nested(&self, main: &Loop, node: NodeId) -> bool {
        self.loops.iter().any(|inner| {
            inner.header != main.header && main.contains(inner.header) && inner.contains(node)
                && main.span.covers(inner.span) && main.span != inner.span
        })
    }
}
