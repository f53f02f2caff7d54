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
