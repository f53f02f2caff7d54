//! What stands in a loop's place: the call of the driver, with an iteration as its step.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{AttrStyle, Attribute, Block, Expr, ReturnType, Stmt, Type, parse_quote};

use crate::body::{Exit, How};
use crate::checkpoints::bare;
use crate::lift::Sleep;
use crate::main_loop::Place;
use crate::paths::at;

/// How a loop begins.
pub(crate) enum Kind {
    Loop,
    While(Expr),
    For(syn::Pat, Expr),
}

/// What leaves the loop.
pub(crate) struct Parts {
    pub(crate) breaks: bool,
    pub(crate) breaks_with: bool,
    pub(crate) returns: bool,
    pub(crate) exits: Vec<Exit>,
}

/// A loop whose body has been rewritten.
pub(crate) struct Driven<'a> {
    /// The path of what expansions may name.
    pub(crate) private: &'a TokenStream,
    /// The function's result, with what can't be named left to inference.
    pub(crate) result: &'a TokenStream,
    pub(crate) attrs: Vec<Attribute>,
    /// What its condition has no more, named.
    pub(crate) head: Vec<Stmt>,
    pub(crate) kind: Kind,
    /// Nothing is left of a `while`'s condition.
    pub(crate) always: bool,
    pub(crate) block: Block,
    pub(crate) sleep: Option<Sleep>,
    pub(crate) parts: Parts,
    /// What follows when the driver has seen a stop.
    pub(crate) stopped: TokenStream,
    /// The checkpoints that the driver passes.
    pub(crate) passes: TokenStream,
    pub(crate) place: &'a Place,
    pub(crate) keyword: Span,
}

impl Driven<'_> {
    pub(crate) fn expression(&self) -> Expr {
        let Self { private, stopped, passes, head, .. } = self;
        let span = self.span();
        // Those of the loop itself may leave it out.
        let attrs = self.attrs.iter().filter(|attr| !is_inner(attr));
        let step = self.step();
        let (break_type, return_type) = self.types();
        let value = format_ident!("__kthread_value", span = span);
        let never = quote_spanned!(span=> match #value {});
        let on_break = if self.parts.breaks { quote!(#value) } else { never.clone() };
        let on_return =
            if self.parts.returns { quote_spanned!(span=> return #value) } else { never };
        let exits = self.exits();
        let (outcome, drive) =
            (format_ident!("__kthread_outcome", span = span), at(private, self.keyword));
        let private = &drive;
        // Nothing that belongs to the loop is kept for longer than the loop.
        let driven = quote_spanned! {span=>
            let #outcome = #private::drive(
                #passes,
                || -> #private::Turn<#break_type, #return_type> {
                    #(#head)*
                    #step
                },
            );
            match #outcome {
                #[allow(clippy::needless_return)]
                ::core::option::Option::None => #stopped,
                ::core::option::Option::Some(#private::Leave::Break(#value)) => #on_break,
                ::core::option::Option::Some(#private::Leave::Return(#value)) => #on_return,
                #(#exits)*
                ::core::option::Option::Some(#private::Leave::At(_)) => #private::no_value(),
            }
        };
        let driven = match &self.kind {
            Kind::For(_, over) => {
                let iterator = self.iterator();
                // Its own are for the head of a loop, and too many for an argument.
                let over = bare(over);
                let begun = quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#over));
                quote_spanned! {span=>
                    { match #begun { mut #iterator => { #driven } }; }
                }
            }
            Kind::Loop | Kind::While(_) => quote_spanned!(span=> { #driven }),
        };
        Expr::Verbatim(quote!(#(#attrs)* #driven))
    }

    fn span(&self) -> Span {
        Span::mixed_site().located_at(self.keyword)
    }

    fn iterator(&self) -> Ident {
        format_ident!("__kthread_iterator", span = self.span())
    }

    /// One iteration.
    fn step(&self) -> TokenStream {
        let (private, span) = (at(self.private, self.keyword), self.span());
        let leave = quote_spanned!(span=> return #private::Turn::Leave(#private::Leave::Break(())));
        let body = self.body();
        match &self.kind {
            Kind::Loop => body,
            Kind::While(_) if self.always => body,
            Kind::While(cond) => {
                // With the span of the loop: it is of the caller's edition.
                let if_token = syn::Token![if](self.keyword);
                quote!(#if_token #cond #body else { #leave })
            }
            Kind::For(pat, _) => {
                let iterator = self.iterator();
                let item = format_ident!("__kthread_item", span = span);
                let at_pat = Span::mixed_site().located_at(pat.span());
                let pat = match pat {
                    syn::Pat::Or(_) => quote_spanned!(at_pat=> (#pat)),
                    _ => pat.to_token_stream(),
                };
                let bind = quote_spanned!(at_pat=> let #pat = #item;);
                quote_spanned! {span=>
                    match ::core::iter::Iterator::next(&mut #iterator) {
                        ::core::option::Option::Some(#item) => { #bind #body }
                        ::core::option::Option::None => #leave,
                    }
                }
            }
        }
    }

    /// The body, and what the driver is to do then.
    fn body(&self) -> TokenStream {
        let (private, span, block) = (at(self.private, self.keyword), self.span(), &self.block);
        let next = match &self.sleep {
            None => quote_spanned!(span=> #private::Turn::Continue),
            Some(Sleep::Unlimited) => quote_spanned!(span=> #private::Turn::Sleep),
            Some(Sleep::Limited(limit)) => {
                quote_spanned!(span=> #private::Turn::SleepTimeout(#limit))
            }
        };
        // A body that never gets there is no fault of the caller's.
        let next = quote!(#[allow(unreachable_code)] #next);
        let body = if let Some(Sleep::Limited(_)) = self.sleep {
            // The names that the limit uses are the body's.
            let stmts = &block.stmts;
            quote!({ #(#stmts)* #next })
        } else {
            // A block of its own, as it may end in an expression.
            quote!({ #[allow(unused_braces)] #block #next })
        };
        let mut inner = self.attrs.iter().filter(|attr| is_inner(attr)).peekable();
        if inner.peek().is_none() { body } else { quote!({ #(#inner)* #body }) }
    }

    /// Of the values that a `break` and a `return` leave with.
    fn types(&self) -> (TokenStream, TokenStream) {
        let (parts, never) = (&self.parts, quote!(::core::convert::Infallible));
        let of_break = match (parts.breaks, parts.breaks_with, self.place) {
            (false, ..) => never.clone(),
            (true, false, _) => quote!(()),
            (true, true, Place::Typed(ty)) => inferred(ty),
            (true, true, Place::Result) => self.result.clone(),
            (true, true, Place::Statement | Place::Elsewhere) => quote!(_),
        };
        (of_break, if parts.returns { self.result.clone() } else { never })
    }

    /// The jumps whose values are evaluated behind the loop.
    fn exits(&self) -> impl Iterator<Item = TokenStream> {
        let (private, span) = (at(self.private, self.keyword), self.span());
        self.parts.exits.iter().enumerate().map(move |(number, Exit { how, value })| {
            let number = number as u32;
            let jump = match how {
                How::Break => quote!(#value),
                How::Return => quote_spanned!(span=> return #value),
            };
            quote_spanned! {span=>
                ::core::option::Option::Some(#private::Leave::At(#number)) => #jump,
            }
        })
    }
}

fn is_inner(attr: &Attribute) -> bool {
    matches!(attr.style, AttrStyle::Inner(_))
}

/// A function's result, as far as it can be named.
pub(crate) fn result_type(output: &ReturnType) -> TokenStream {
    match output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => inferred(ty),
    }
}

/// A type with `_` where it is `impl Trait`.
fn inferred(ty: &Type) -> TokenStream {
    struct Infer;
    impl VisitMut for Infer {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            // A macro may be one.
            if matches!(ty, Type::ImplTrait(_) | Type::Macro(_)) {
                *ty = parse_quote!(_);
            } else {
                visit_mut::visit_type_mut(self, ty);
            }
        }
    }
    let mut ty = ty.clone();
    Infer.visit_type_mut(&mut ty);
    ty.into_token_stream()
}
