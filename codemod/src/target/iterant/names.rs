//! New names, without clash.

use rustc_hash::FxHashSet;

use crate::syntax::lex::{Kind, Token};

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
}

impl Names {
    /// Names for the thread function `thread` in a file of these tokens.
    pub(super) fn new(text: &[u8], file: &[Token], function: &[Token], thread: &str) -> Self {
        let all = |tokens: &[Token]| -> FxHashSet<Vec<u8>> {
            tokens
                .iter()
                .filter(|token| token.kind == Kind::Ident)
                .map(|token| token.bytes(text).to_vec())
                .collect()
        };
        let (file, own) = (all(file), all(function));
        let free = |taken: &FxHashSet<Vec<u8>>, wanted: &str| {
            let mut name = wanted.to_owned();
            let mut count = 1;
            while taken.contains(name.as_bytes()) {
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
                .find(|name| !own.contains(name.as_bytes()))
                .map_or_else(|| free(&own, "data"), str::to_owned),
            stop: free(&own, "stop"),
            next: free(&own, "next"),
        }
    }
}
