//! The attribute `#[kthread_iterant]`, which the crate `kthread` exports: its documentation is there.
//!
//! The flow: `options` reads what the attribute was given; `main_loop` finds the loop in the function, by
//! `marks` if it has any, and by the `conditions` under which it is there; `checkpoints` recognises the
//! runtime's calls, and `lift` says which of them the driver does from now on; `names` says what the body
//! binds, `own_jumps` where it jumps; `body` turns what leaves the loop into steps, also within
//! `known_macros`, and `exits` says which values are made behind the loop; `stopped` says what follows a
//! stop, and `driven` puts the call of the driver in the loop's place, with `paths` that are told of at the
//! right place; `expand` leads through all that. `start` makes the function that starts a thread, and
//! `thread_name` its name. `report` collects errors, so that all are told at once.

mod body;
mod checkpoints;
mod conditions;
mod driven;
mod exits;
mod expand;
mod known_macros;
mod lift;
mod main_loop;
mod marks;
mod names;
mod options;
mod own_jumps;
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod pages;
mod paths;
mod report;
mod start;
mod stopped;
mod thread_name;

use proc_macro::TokenStream;

/// See `kthread::kthread_iterant`.
#[proc_macro_attribute]
pub fn kthread_iterant(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(options.into(), &item.into()).into()
}
