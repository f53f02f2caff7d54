//! Errors, all of which are told at once.

use proc_macro2::{Span, TokenStream};
use syn::Error;

/// What was found wrong so far.
#[derive(Default)]
pub(crate) struct Report(Option<Error>);

impl Report {
    /// Something is wrong at a place, and what can be done about it.
    pub(crate) fn error(&mut self, at: Span, what: &str, help: &str) {
        self.add(Error::new(at, format!("{what}\n\n= help: {help}")));
    }

    pub(crate) fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The errors as tokens that the compiler shows; `None` without one.
    pub(crate) fn tokens(self) -> Option<TokenStream> {
        self.0.map(Error::into_compile_error)
    }
}
