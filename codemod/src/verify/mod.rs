//! No edit without a proof: the output is read again, and compared with the original step by step.

mod definitions;
pub mod facts;
pub mod game;
pub mod label;
pub mod original;
pub mod output;
pub mod part;
pub mod program;
pub mod timeout;
pub mod types;
pub mod words;

use std::collections::BTreeSet;

pub use output::Reread;
pub use timeout::{fits_long, is_nonzero_constant};
pub use types::{is_copied_without, is_storage_word, of_variable as type_of};
pub use words::{
    Called, Words, call, comparison, designated, idle_under_stop, join, only_reads, sleeps_in,
    split, unwrap,
};

use crate::analysis::function::{FunctionModel, Reader};
use crate::report::schema::Allowed;
use crate::source::Span;
use crate::syntax::blank::visible;
use crate::syntax::lex::{Directive, Kind, lex};
use game::{Setting, play};
use label::Storage;
use original::Original;
use output::{Output, Static};

/// What a proof used of what is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// The allowed differences that it used, sorted.
    pub allowed: BTreeSet<Allowed>,
}

/// Why there is no proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is different.
    pub why: String,
    /// Where in the original.
    pub original: Option<Span>,
    /// Where in the output.
    pub output: Option<Span>,
}

/// Compares the thread function of `model` with what became of it in `reread`, in all variants.
///
/// # Errors
/// The first difference that is not allowed.
pub fn check(
    reader: &Reader<'_>,
    model: &FunctionModel,
    reread: &Reread<'_>,
) -> Result<Proof, Failure> {
    let db = reader.db;
    let file = model.id.file;
    let (text, function) = (db.text(file), db.function(model.id));
    let name = db.bytes(file, function.name);
    let which = db.facts(file).skeleton.functions[..model.id.index as usize]
        .iter()
        .filter(|other| db.bytes(file, other.name) == name)
        .count();
    if directives(text) != directives(reread.text()) {
        let why = "the output does not hold the same directives".to_owned();
        return Err(Failure { why, original: None, output: None });
    }
    if !definitions::same_types(text, reread.text()) {
        let why = "the output does not define the same types".to_owned();
        return Err(Failure { why, original: None, output: None });
    }
    let mut proof = Proof::default();
    for variant in &model.variants {
        let tokens = visible(text, function.span, &variant.hidden);
        let one = original::original(reader, file, text, &tokens, function, &variant.graph);
        let two = output::output(reader, file, reread, &variant.choice, name, which)
            .map_err(|why| Failure { why, original: None, output: None })?;
        let mut start =
            started(&one, &two).map_err(|why| Failure { why, original: None, output: None })?;
        for (local, variable) in variant.graph.variables.iter().enumerate() {
            let place = two.parameters.iter().find(|(name, _)| *name == variable.name);
            if let Some((_, place)) = place.filter(|_| variable.parameter) {
                start.push((local, *place, false));
            }
        }
        let setting = Setting {
            original: &one.program,
            output: &two.program,
            local_types: &one.types,
            place_types: &two.types,
            local_names: &one.names,
            place_names: &two.names,
            recompute: &one.recompute,
            lives: &one.lives,
            literals: &one.literals,
            func: two.func.clone(),
            func_literals: two.literals,
            start: &start,
        };
        let steps = play(&setting).map_err(|found| Failure {
            why: found.why,
            original: one.program.spans.get(found.original).copied(),
            output: two.program.spans.get(found.output).copied(),
        })?;
        proof.allowed.extend(steps);
    }
    Ok(proof)
}

/// The directives of a text that are no conditions, but for the header of the iterants; sorted.
fn directives(text: &[u8]) -> Vec<&[u8]> {
    let mut out: Vec<&[u8]> = lex(text)
        .into_iter()
        .filter(|token| matches!(token.kind, Kind::Directive(Directive::Define | Directive::Other)))
        .map(|token| token.bytes(text).trim_ascii())
        .filter(|line| memchr::memmem::find(line, b"<linux/kthread_iterant.h>").is_none())
        .collect();
    out.sort_unstable();
    out
}

/// Statics outlive the thread: both sides have the same ones, each once, and they begin alike.
fn started(one: &Original, two: &Output) -> Result<Vec<(Storage, Storage, bool)>, String> {
    let mut out = Vec::new();
    for own in &one.statics {
        let same: Vec<&Static> =
            two.statics.iter().filter(|other| other.name == own.name).collect();
        match same[..] {
            [other] if other.declared == own.declared => out.push((own.place, other.place, true)),
            _ => return Err(format!("the static `{}` is not as it was", own.name)),
        }
    }
    if out.len() != two.statics.len() {
        return Err("the output has a static that the original lacks".into());
    }
    Ok(out)
}
