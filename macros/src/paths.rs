//! The paths that expansions name.

use proc_macro2::{Span, TokenStream};

/// A path, told of at another place: what is wrong is marked there.
pub(crate) fn at(path: &TokenStream, place: Span) -> TokenStream {
    let tokens = path.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
}

/// A path as if the caller had written it, from a place to another: what is called by it is called from
/// there.
pub(crate) fn of_caller(path: &TokenStream, from: Span, to: Span) -> TokenStream {
    let tokens = path.clone().into_iter().enumerate().map(|(number, mut token)| {
        // That is resolved where it comes from.
        if token.to_string() != "$crate" {
            token.set_span(if number == 0 { from } else { to });
        }
        token
    });
    tokens.collect()
}
