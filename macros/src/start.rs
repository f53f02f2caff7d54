//! The function that starts a thread with an iterant, in one line.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericParam, ItemFn, Lifetime, Pat, ReceiverKind, ReturnType, TypeImplTrait,
    parse_quote,
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
    if let Some(borrowed) = borrowed(function) {
        report.error(
            borrowed,
            "a thread can't be started with something borrowed: it may live longer",
            "take it by value, or as an Arc; or drop `spawn`, `name` and `nice`, and call the function in a thread",
        );
        return TokenStream::new();
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
    let mut whole = true;
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(it) => {
                let mut it = it.clone();
                it.mutability = None;
                receiver = Some(it.self_token);
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
                arguments.push(argument.to_token_stream());
                named.push(argument);
            }
        }
    }
    let called = &sig.ident;
    let turbofish = turbofish(&sig.generics, sig);
    let call = if let Some(receiver) = &receiver {
        quote!(Self::#called #turbofish(#receiver #(, #arguments)*))
    } else {
        quote!(#called #turbofish(#(#arguments),*))
    };
    // Who calls it gets no error of his own.
    let call = if whole { call } else { quote!(::core::unreachable!()) };
    let (safety, call) = if matches!(sig.safety, syn::Safety::Unsafe(_)) {
        // Who starts it has promised what the function asks for.
        (quote!(unsafe), quote!(unsafe { #call }))
    } else {
        (TokenStream::new(), call)
    };
    let result = match &sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => {
            let mut ty = (**ty).clone();
            Sendable.visit_type_mut(&mut ty);
            ty.into_token_stream()
        }
    };
    let Some(label) = thread_name(options, function, &named, report) else {
        return TokenStream::new();
    };
    let nice = options.nice.as_ref().map(|nice| quote!(.nice(#nice)));
    let vis = &function.vis;
    let (params, _, clause) = generics.split_for_impl();
    let doc = format!(" Starts a kthread that runs [`{called}`].", called = sig.ident);
    let errors = " Those of creating a thread.";
    quote! {
        #[doc = #doc]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = #errors]
        #[allow(unused, deprecated, non_snake_case, clippy::all, clippy::pedantic)]
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
) -> Option<TokenStream> {
    let Some(text) = &options.name else {
        let name = function.sig.ident.unraw().to_string();
        return Some(quote!(#name));
    };
    let value = text.value();
    let holes = positional(&value);
    if holes > arguments.len() {
        report.error(
            text.span(),
            &format!(
                "this name stands for {holes} arguments, of which the function has {}",
                arguments.len()
            ),
            "each `{}` stands for an argument, in their order; `{name}` for the one of that name",
        );
        return None;
    }
    let used = &arguments[..holes];
    Some(quote!(::std::format!(#text #(, #used)*)))
}

/// How many arguments a format takes by their order or number.
fn positional(format: &str) -> usize {
    let mut count = 0;
    let mut numbered = 0;
    let mut rest = format;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        if rest.starts_with('}') || rest.starts_with(':') {
            count += 1;
        }
        let number = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        numbered = numbered.max(number.parse().map_or(0, |number: usize| number.saturating_add(1)));
    }
    count.max(numbered)
}

/// The first thing that is borrowed in a signature, for other than `'static`.
fn borrowed(function: &ItemFn) -> Option<Span> {
    struct Find(Option<Span>);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_reference(&mut self, ty: &'ast syn::TypeReference) {
            if ty.lifetime.is_none() {
                self.0.get_or_insert_with(|| ty.and_token.span());
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
                self.0.get_or_insert_with(|| lifetime.span());
            }
        }
    }
    let mut find = Find(None);
    for input in &function.sig.inputs {
        match input {
            FnArg::Receiver(it) => {
                if let ReceiverKind::Reference(and, ..) = &it.kind {
                    return Some(and.span());
                }
                if let ReceiverKind::Typed(_, ty) = &it.kind {
                    find.visit_type(ty);
                }
            }
            FnArg::Typed(it) => find.visit_type(&it.ty),
        }
    }
    find.0
}

/// Names the generics of the function, where that is needed: what has `impl Trait` takes none.
fn turbofish(generics: &syn::Generics, sig: &syn::Signature) -> Option<TokenStream> {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_type_impl_trait(&mut self, _: &'ast TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    sig.inputs.iter().for_each(|input| find.visit_fn_arg(input));
    let named: Vec<_> = generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    (!find.0 && !named.is_empty()).then(|| quote!(::<#(#named),*>))
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
