//! New names, without clash.

use rustc_hash::FxHashSet;

use crate::syntax::lex::{Directive, Kind, Token, lex_body};
use crate::syntax::skeleton::define;

/// The names that a conversion makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// The thread function.
    pub(super) thread: String,
    /// The function that runs once before the loop.
    pub(super) init: String,
    /// The loop's function.
    pub(super) func: String,
    /// The function that runs once behind the loop.
    pub(super) destroy: String,
    /// The tag of the context.
    pub(super) tag: String,
    /// The context.
    pub(super) context: String,
    /// The iterant.
    pub(super) iterant: String,
    /// The callbacks' parameter.
    pub(super) data: String,
    /// The label at which the loop's function asks to end.
    pub(super) stop: String,
    /// The label of what a `for` does between two iterations.
    pub(super) next: String,
    /// The label at which it asks to end with a value; nothing in the function begins like it.
    leave: String,
}

impl Names {
    /// Names for the thread function `thread` in a file of these tokens; `is_macro` is whether a name
    /// is a macro there.
    pub(super) fn new(
        text: &[u8],
        file: &[Token],
        function: &[Token],
        thread: &str,
        is_macro: &dyn Fn(&[u8]) -> bool,
    ) -> Self {
        let whole = file;
        let all = |tokens: &[Token]| -> FxHashSet<Vec<u8>> {
            tokens
                .iter()
                .filter(|token| token.kind == Kind::Ident)
                .map(|token| token.bytes(text).to_vec())
                .collect()
        };
        let (mut file, mut own) = (all(file), all(function));
        // A macro of the file may name what is outside of the function.
        for line in tokens_of_macros(text, whole) {
            file.insert(line.clone());
            own.insert(line);
        }
        let free = |taken: &FxHashSet<Vec<u8>>, wanted: &str| {
            let mut name = wanted.to_owned();
            let mut count = 1;
            while taken.contains(name.as_bytes()) || is_macro(name.as_bytes()) {
                count += 1;
                name = format!("{wanted}_{count}");
            }
            name
        };
        Self {
            thread: thread.to_owned(),
            init: free(&file, &format!("{thread}_init")),
            func: free(&file, &format!("{thread}_iterate")),
            destroy: free(&file, &format!("{thread}_destroy")),
            tag: free(&file, &format!("{thread}_context")),
            context: free(&own, "context"),
            iterant: free(&own, "iterant"),
            data: ["data", "arg", "ptr"]
                .into_iter()
                .find(|name| !own.contains(name.as_bytes()) && !is_macro(name.as_bytes()))
                .map_or_else(|| free(&own, "data"), str::to_owned),
            stop: free(&own, "stop"),
            next: free(&own, "next"),
            leave: ["leave", "way_out", "leave_loop"]
                .into_iter()
                .find(|wanted| {
                    let begins = |name: &Vec<u8>| name.starts_with(wanted.as_bytes());
                    !own.iter().any(begins) && !is_macro(wanted.as_bytes())
                })
                .map_or_else(|| free(&own, "leave"), str::to_owned),
        }
    }

    /// The label of a way out that gives back a value, counted from 1.
    pub(super) fn way_out(&self, count: usize) -> String {
        if count == 1 { self.leave.clone() } else { format!("{}_{count}", self.leave) }
    }
}

/// The names that macros of a file use without being told of them.
fn tokens_of_macros(text: &[u8], file: &[Token]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let lines = file.iter().filter(|token| token.kind == Kind::Directive(Directive::Define));
    for found in lines.filter_map(|token| define(text, token.span)) {
        let tokens = lex_body(text, found.body);
        for (at, token) in tokens.iter().enumerate().filter(|(_, it)| it.kind == Kind::Ident) {
            let word = token.bytes(text);
            let member = at > 0 && matches!(tokens[at - 1].kind, Kind::Arrow | Kind::Punct(b'.'));
            if !member && !found.params.iter().any(|param| param.name == word) {
                out.push(word.to_vec());
            }
        }
    }
    out
}
