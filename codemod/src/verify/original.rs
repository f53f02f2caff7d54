//! The original as a program.

use super::game::Recompute;
use super::label::Tok;
use super::output::{Static, statics};
use super::part::{Ends, Part};
use super::program::Program;
use super::types;
use crate::analysis::function::Reader;
use crate::analysis::thread::is_recomputed;
use crate::model::cfg::Graph;
use crate::source::{FileId, Span};
use crate::syntax::lex::Token;
use crate::syntax::skeleton::Function;

/// The original's side of a comparison.
#[derive(Debug)]
pub struct Original {
    /// Its steps.
    pub program: Program,
    /// The types of its locals.
    pub types: Vec<Vec<u8>>,
    /// Their names.
    pub names: Vec<Vec<u8>>,
    /// What may be run again.
    pub recompute: Vec<Recompute>,
    /// Where each local begins, and the block that it lives in.
    pub lives: Vec<(Span, Span)>,
    /// The same of objects without a name.
    pub literals: Vec<(Span, Span)>,
    /// Its statics.
    pub statics: Vec<Static>,
}

/// Types of all locals of a function.
pub fn local_types(text: &[u8], function: &Function, graph: &Graph) -> Vec<Vec<u8>> {
    graph
        .variables
        .iter()
        .map(|variable| {
            let param = function
                .params
                .iter()
                .find(|param| variable.parameter && param.name == variable.name.as_bytes());
            match param {
                Some(param) => types::of_param(text, param),
                None => types::of_variable(text, variable),
            }
        })
        .collect()
}

/// Names of all locals.
pub fn names(graph: &Graph) -> Vec<Vec<u8>> {
    graph.variables.iter().map(|variable| variable.name.as_bytes().to_vec()).collect()
}

/// Makes the program of a variant.
pub fn original(
    reader: &Reader<'_>,
    file: FileId,
    text: &[u8],
    tokens: &[Token],
    function: &Function,
    graph: &Graph,
) -> Original {
    let helpers = reader.helpers;
    let is_quiet = |name: &[u8]| reader.is_quiet(file, name);
    let is_stop = |name: &[u8]| helpers.is_stop_value(file, name);
    let is_pure = |name: &[u8]| helpers.is_pure(file, name);
    let types = local_types(text, function, graph);
    let part = Part {
        text,
        tokens,
        graph,
        base: 0,
        plumbing: None,
        fields: &[],
        types: &types,
        is_stop: &is_stop,
        is_pure: &is_pure,
        is_quiet: &is_quiet,
    };
    let mut program = Program::default();
    let built = part.build(&mut program, Ends::Thread);
    program.entry = built.entry;
    let mut recompute = Vec::new();
    for (local, variable) in graph.variables.iter().enumerate() {
        let Some(init) = variable.init.filter(|_| is_recomputed(helpers, file, graph, local))
        else {
            continue;
        };
        let inside: Vec<Token> =
            tokens.iter().filter(|token| init.covers(token.span)).copied().collect();
        let value: Vec<Tok> = part.label(&inside).toks;
        recompute.push(Recompute { local, value });
    }
    let names = names(graph);
    let statics = statics(tokens, text, graph, 0);
    let lives = graph.variables.iter().map(|variable| (variable.span, variable.scope)).collect();
    let literals = graph.literals.clone();
    Original { program, types, names, recompute, lives, literals, statics }
}
