//! The function that starts a thread with an iterant, in one line.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, FnArg, GenericParam, ItemFn, Lifetime, Meta, Pat, ReceiverKind, ReturnType, Type,
    TypeImplTrait, WherePredicate, parse_quote,
};

use crate::marks;
use crate::options::{Options, Spawn};
use crate::report::Report;

/// The starter, if it was asked for.
pub(crate) fn function(options: &Options, function: &ItemFn, report: &mut Report) -> TokenStream {
    let Some(spawn) = &options.spawn else { return TokenStream::new() };
    let name = match spawn {
        Spawn::ByDefault => format_ident!("spawn_{}", function.sig.ident),
        Spawn::As(name) => name.clone(),
    };
    // With an error it is there all the same: who calls it gets none of his own.
    let mut whole = function.sig.asyncness.is_none();
    for borrowed in borrowed(function) {
        whole = false;
        report.error(
            borrowed,
            "a thread can't be started with something borrowed: it may live longer",
            "take it by value, or as an Arc; or drop `spawn`, `name` and `nice`, and call the function in a thread",
        );
    }
    let runtime = &options.runtime;
    let private = quote!(#runtime::__private);
    let sig = &function.sig;
    let mut generics = sig.generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(parse_quote!(::core::marker::Send));
            param.bounds.push(parse_quote!('static));
        }
    }
    let mut inputs = Vec::new();
    let mut arguments: Vec<TokenStream> = Vec::new();
    let mut named: Vec<Ident> = Vec::new();
    let mut receiver = None;
    let mut bounds: Vec<WherePredicate> = Vec::new();
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(it) => {
                let mut it = it.clone();
                it.mutability = None;
                receiver = Some(it.self_token);
                bounds.push(match &it.kind {
                    ReceiverKind::Typed(_, ty) => sendable(ty),
                    _ => parse_quote!(Self: ::core::marker::Send + 'static),
                });
                inputs.push(it.into_token_stream());
            }
            FnArg::Typed(it) => {
                let conditions: Vec<_> =
                    it.attrs.iter().filter(|attr| marks::leaves_out(attr)).collect();
                if let Some(attr) = conditions.first() {
                    whole = false;
                    report.error(
                        attr.pound_token.span,
                        "the function that starts a thread can't leave out an argument of its own",
                        "put the condition on the function; or drop `spawn`, `name` and `nice`, and write that function",
                    );
                }
                let argument = match &*it.pat {
                    // One with the function's own name would hide that.
                    Pat::Ident(pat) if pat.subpat.is_none() && pat.ident != sig.ident => {
                        pat.ident.clone()
                    }
                    _ => format_ident!("argument{}", named.len(), span = Span::mixed_site()),
                };
                let mut ty = (*it.ty).clone();
                Sendable.visit_type_mut(&mut ty);
                inputs.push(quote!(#(#conditions)* #argument: #ty));
                bounds.extend((!has_impl(&it.ty)).then(|| sendable(&it.ty)));
                arguments.push(argument.to_token_stream());
                named.push(argument);
            }
        }
    }
    let called = &sig.ident;
    let turbofish = turbofish(&sig.generics);
    let call = if let Some(receiver) = &receiver {
        quote!(Self::#called #turbofish(#receiver #(, #arguments)*))
    } else {
        quote!(#called #turbofish(#(#arguments),*))
    };
    let call = if whole { call } else { quote!(::core::unreachable!()) };
    let (safety, call) = if matches!(sig.safety, syn::Safety::Unsafe(_)) {
        // Who starts it has promised what the function asks for.
        (quote!(unsafe), quote!(unsafe { #call }))
    } else {
        (TokenStream::new(), call)
    };
    let result = match &sig.output {
        ReturnType::Default => quote!(()),
        // It can't be named everywhere, and nothing is ever of either.
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => {
            quote!(::core::convert::Infallible)
        }
        ReturnType::Type(_, ty) => {
            bounds.extend((!has_impl(ty)).then(|| sendable(ty)));
            let mut ty = (**ty).clone();
            Sendable.visit_type_mut(&mut ty);
            ty.into_token_stream()
        }
    };
    let label = thread_name(options, function, &named, report);
    if receiver.is_some() && whole {
        // What the implementation is generic over has its bounds elsewhere.
        generics.make_where_clause().predicates.extend(bounds);
    }
    let nice = options.nice.as_ref().map(|nice| quote!(.nice(#nice)));
    let vis = &function.vis;
    let (params, _, clause) = generics.split_for_impl();
    let link = if receiver.is_some() { format!("Self::{called}") } else { called.to_string() };
    let doc = format!(" Starts a kthread that runs [`{}`]({link}).", called.unraw());
    let kept = function.attrs.iter().filter(|attr| is_kept(attr));
    let errors = " Those of creating a thread.";
    quote! {
        #(#kept)*
        #[doc = #doc]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = #errors]
        #[allow(unused, deprecated, non_snake_case, trivial_bounds, clippy::all, clippy::pedantic)]
        #vis #safety fn #name #params (#(#inputs),*)
            -> ::core::result::Result<#private::Kthread<#result>, #private::CreateError>
        #clause
        {
            #private::Builder::new(#label) #nice .run(move || #call)
        }
    }
}

/// What a thread is called: each `{}` stands for an argument.
fn thread_name(
    options: &Options,
    function: &ItemFn,
    arguments: &[Ident],
    report: &mut Report,
) -> TokenStream {
    let own = function.sig.ident.unraw().to_string();
    let Some(text) = &options.name else { return quote!(#own) };
    let value = text.value();
    if !value.contains(['{', '}']) {
        return quote!(#text);
    }
    let holes = positional(&value);
    if holes > arguments.len() {
        let plural = if holes == 1 { "" } else { "s" };
        report.error(
            text.span(),
            &format!(
                "this name stands for {holes} argument{plural}, of which the function has {}",
                arguments.len()
            ),
            "each `{}` stands for an argument, in their order; `{name}` for the one of that name",
        );
        return quote!(#own);
    }
    let (used, runtime) = (&arguments[..holes], &options.runtime);
    quote!(#runtime::__private::format!(#text #(, #used)*))
}

/// How many arguments a format takes by their order or number.
fn positional(format: &str) -> usize {
    let (mut in_order, mut numbered) = (0, 0);
    let mut number = |text: &str| {
        let digits = text.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let counted = digits.parse().map_or(0, |number: usize| number.saturating_add(1));
        numbered = numbered.max(counted);
    };
    let mut rest = format;
    while let Some((_, after)) = rest.split_once('{') {
        if let Some(escaped) = after.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some((hole, after)) = after.split_once('}') else { break };
        rest = after;
        let (argument, how) = hole.split_once(':').unwrap_or((hole, ""));
        in_order += usize::from(argument.trim().is_empty()) + usize::from(how.contains(".*"));
        number(argument.trim());
        // `1$`
        let parts: Vec<&str> = how.split('$').collect();
        parts.iter().take(parts.len().saturating_sub(1)).for_each(|width| number(width));
    }
    in_order.max(numbered)
}

/// Attributes that the function that starts a thread has as well.
fn is_kept(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
        || attr.path().is_ident("doc")
            && matches!(&attr.meta, Meta::List(list) if list.tokens.to_string() == "hidden")
}

fn sendable(ty: &Type) -> WherePredicate {
    parse_quote!(#ty: ::core::marker::Send + 'static)
}

/// Whether a type can't be named.
fn has_impl(ty: &Type) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_impl_trait(&mut self, _: &'ast TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    find.visit_type(ty);
    find.0
}

/// What is borrowed in a signature, for other than `'static`.
fn borrowed(function: &ItemFn) -> Vec<Span> {
    struct Find(Vec<Span>);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_reference(&mut self, ty: &'ast syn::TypeReference) {
            if ty.lifetime.is_none() {
                self.0.push(ty.and_token.span());
            }
            visit::visit_type_reference(self, ty);
        }
        // What these borrow is borrowed when they are called.
        fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments(
            &mut self,
            _: &'ast syn::ParenthesizedGenericArguments,
        ) {
        }
        fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
            if bound.lifetimes.is_none() {
                visit::visit_trait_bound(self, bound);
            }
        }
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            if lifetime.ident != "static" {
                self.0.push(lifetime.span());
            }
        }
    }
    let mut find = Find(Vec::new());
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(it) => match &it.kind {
                ReceiverKind::Reference(and, ..) => find.0.push(and.span()),
                ReceiverKind::Typed(_, ty) => find.visit_type(ty),
                _ => {}
            },
            FnArg::Typed(it) => find.visit_type(&it.ty),
        }
    }
    find.0
}

/// Names the generics of the function.
fn turbofish(generics: &syn::Generics) -> Option<TokenStream> {
    let named: Vec<_> = generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    (!named.is_empty()).then(|| quote!(::<#(#named),*>))
}

/// `impl Trait` that may go to another thread.
struct Sendable;

impl VisitMut for Sendable {
    fn visit_type_impl_trait_mut(&mut self, ty: &mut TypeImplTrait) {
        ty.bounds.push(parse_quote!(::core::marker::Send));
        ty.bounds.push(parse_quote!('static));
        visit_mut::visit_type_impl_trait_mut(self, ty);
    }
}
