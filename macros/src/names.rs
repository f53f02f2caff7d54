//! What names a loop's body binds: an expression that uses one of them can't be moved out of it.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemFn, UseTree};

use crate::known_macros;

/// Names that something binds, or may bind.
#[derive(Default)]
pub(crate) struct Bound(HashSet<String>);

impl Bound {
    /// Looks at patterns, wherever they are, and at what is given to macros that could bind anything.
    pub(crate) fn by(look: impl FnOnce(&mut Self)) -> Self {
        let mut bound = Self::default();
        look(&mut bound);
        bound
    }

    /// Whether tokens use one of the names: as a name, or within a text that is formatted.
    pub(crate) fn used_in(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => self.0.contains(&name.to_string()),
            TokenTree::Group(group) => self.used_in(group.stream()),
            TokenTree::Literal(text) => self.formatted_in(&text.to_string()),
            TokenTree::Punct(_) => false,
        })
    }

    /// `"{name}"` and `"{name:?}"` use a name; so may `"{:name$}"`.
    fn formatted_in(&self, text: &str) -> bool {
        text.contains('{')
            && text
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| self.0.contains(word))
    }

    fn all_of(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    self.0.insert(name.to_string());
                }
                TokenTree::Group(group) => self.all_of(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.0.insert(pat.ident.to_string());
        visit::visit_pat_ident(self, pat);
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        // A function or constant of the body's own.
        let name = match item {
            syn::Item::Fn(item) => &item.sig.ident,
            syn::Item::Const(item) => &item.ident,
            syn::Item::Static(item) => &item.ident,
            syn::Item::Struct(item) => &item.ident,
            syn::Item::Enum(item) => &item.ident,
            syn::Item::Type(item) => &item.ident,
            syn::Item::Mod(item) => &item.ident,
            syn::Item::Use(item) => return self.all_of(quote::quote!(#item)),
            _ => return,
        };
        self.0.insert(name.to_string());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if !known_macros::is_known(call) {
            self.all_of(call.tokens.clone());
        }
    }
}

/// Those of some names that a function binds by itself, so that they aren't what is outside of it. What
/// it imports from the runtime is.
pub(crate) fn own(function: &ItemFn, names: &[Ident], krate: &str) -> Vec<Ident> {
    let mut own = Own { krate, found: Bound::default() };
    own.visit_signature(&function.sig);
    own.visit_block(&function.block);
    names.iter().filter(|name| own.found.0.contains(&name.to_string())).cloned().collect()
}

struct Own<'a> {
    krate: &'a str,
    found: Bound,
}

impl<'ast> Visit<'ast> for Own<'_> {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.found.visit_pat_ident(pat);
        visit::visit_pat_ident(self, pat);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Use(item) if is_from(&item.tree, self.krate) => {}
            _ => self.found.visit_item(item),
        }
    }
}

/// Whether all of an import comes from a crate.
fn is_from(tree: &UseTree, krate: &str) -> bool {
    match tree {
        UseTree::Path(path) => {
            path.ident == krate
                || (path.ident == "crate" || path.ident == "self" || path.ident == "super")
                    && is_from(&path.tree, krate)
        }
        UseTree::Group(group) => group.items.iter().all(|tree| is_from(tree, krate)),
        UseTree::Name(_) | UseTree::Rename(_) | UseTree::Glob(_) => false,
    }
}
