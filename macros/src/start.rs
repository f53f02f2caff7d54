//! The function that starts a thread with an iterant, in one line.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, FnArg, GenericParam, ItemFn, Lifetime, Meta, Pat, ReceiverKind, ReturnType, Type,
    TypeImplTrait, TypeParamBound, WherePredicate, parse_quote,
};

use crate::conditions;
use crate::options::{Options, Spawn};
use crate::report::Report;
use crate::thread_name;

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
            add_bounds(&mut param.bounds);
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
                    it.attrs.iter().filter(|attr| conditions::leaves_out(attr)).collect();
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
    // Who names `Self` is within an implementation.
    let within = receiver.is_some() || names_self(function);
    let call = if let Some(receiver) = &receiver {
        quote!(Self::#called #turbofish(#receiver #(, #arguments)*))
    } else if within {
        quote!(Self::#called #turbofish(#(#arguments),*))
    } else {
        quote!(#called #turbofish(#(#arguments),*))
    };
    // In an implementation the name alone would be another function's: there this one isn't found.
    let marker = format_ident!(
        "{}_is_no_free_function_{:x}",
        called.unraw(),
        hash(function),
        span = called.span()
    );
    let (mark, check) = if within {
        (None, None)
    } else {
        let mark = quote! {
            #[doc(hidden)]
            #[allow(non_upper_case_globals)]
            const #marker: () = ();
        };
        (Some(mark), Some(quote!(let () = #marker;)))
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
    let label = thread_name::thread_name(options, function, &named, report);
    if within && whole {
        // What the implementation is generic over has its bounds elsewhere.
        generics.make_where_clause().predicates.extend(bounds);
    }
    let nice = options.nice.as_ref().map(|nice| quote!(.nice(#nice)));
    let vis = &function.vis;
    let (params, _, clause) = generics.split_for_impl();
    let link = if within { format!("Self::{called}") } else { called.to_string() };
    let doc = format!(" Starts a kthread that runs [`{}`]({link}).", called.unraw());
    let kept = function.attrs.iter().filter(|attr| is_kept(attr));
    let errors = " Those of creating a thread.";
    let conditions = function.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let mark = mark.map(|mark| quote!(#(#conditions)* #mark));
    let deprecated = function.attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    let deprecated = deprecated.then(|| quote!(#[allow(deprecated)]));
    quote! {
        #mark
        #(#kept)*
        #[doc = #doc]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = #errors]
        #deprecated
        #[allow(unused, non_snake_case, trivial_bounds, clippy::all, clippy::pedantic)]
        #vis #safety fn #name #params (#(#inputs),*)
            -> ::core::result::Result<#private::Kthread<#result>, #private::CreateError>
        #clause
        {
            #check
            #private::Builder::new(#label) #nice .run(move || #call)
        }
    }
}

/// Attributes that the function that starts a thread has as well.
fn is_kept(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
        || attr.path().is_ident("doc")
            && matches!(&attr.meta, Meta::List(list) if is_hidden(list.tokens.clone()))
}

fn is_hidden(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| matches!(token, TokenTree::Ident(name) if name == "hidden"))
}

/// Whether a function names `Self`, itself and not an item in it.
fn names_self(function: &ItemFn) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            self.0 |= path.segments.first().is_some_and(|first| first.ident == "Self");
            visit::visit_path(self, path);
        }
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut find = Find(false);
    find.visit_signature(&function.sig);
    find.visit_block(&function.block);
    find.0
}

/// Tells functions of one name apart.
fn hash(function: &ItemFn) -> u64 {
    let mut hasher = DefaultHasher::new();
    function.to_token_stream().to_string().hash(&mut hasher);
    hasher.finish()
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

/// `Send + 'static`, without what is there.
fn add_bounds(bounds: &mut Punctuated<TypeParamBound, syn::Token![+]>) {
    let lasts = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Lifetime(lifetime) if lifetime.ident == "static");
    let sends = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(it) if it.path.is_ident("Send"));
    if !bounds.iter().any(sends) {
        bounds.push(parse_quote!(::core::marker::Send));
    }
    if !bounds.iter().any(lasts) {
        bounds.push(parse_quote!('static));
    }
}

/// `impl Trait` that may go to another thread.
struct Sendable;

impl VisitMut for Sendable {
    fn visit_type_impl_trait_mut(&mut self, ty: &mut TypeImplTrait) {
        add_bounds(&mut ty.bounds);
        visit_mut::visit_type_impl_trait_mut(self, ty);
    }
}
