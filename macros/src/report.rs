//! Errors, all of which are told at once.

use proc_macro2::{Span, TokenStream};
use syn::Error;

/// What was found wrong so far.
#[derive(Default)]
pub(crate) struct Report {
    errors: Option<Error>,
    /// The compiler finds it in the function as it was, and says it well.
    by_compiler: bool,
}

impl Report {
    /// Something is wrong at a place, and what can be done about it.
    pub(crate) fn error(&mut self, at: Span, what: &str, help: &str) {
        self.add(Error::new(at, format!("{what}\n\n= help: {help}")));
    }

    /// Something is wrong, and the compiler is to say so.
    pub(crate) fn leave_to_compiler(&mut self) {
        self.by_compiler = true;
    }

    pub(crate) fn add(&mut self, error: Error) {
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            None => self.errors = Some(error),
        }
    }

    /// The errors as tokens that the compiler shows; `None` without one.
    pub(crate) fn tokens(self) -> Option<TokenStream> {
        let unsaid = self.by_compiler.then(TokenStream::new);
        self.errors.map(Error::into_compile_error).or(unsaid)
    }
}
