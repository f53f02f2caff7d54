//! What names a loop's body binds: an expression that uses one of them can't be moved out of it.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Item, ItemFn, UseTree};

use crate::known_macros;

/// Names that something binds, or may bind.
#[derive(Default)]
pub(crate) struct Bound {
    names: HashSet<String>,
    /// It imports or defines what has no name here: anything may be another thing outside.
    opaque: bool,
}

impl Bound {
    /// Looks at patterns, wherever they are, and at what is given to macros that could bind anything.
    pub(crate) fn by(look: impl FnOnce(&mut Self)) -> Self {
        let mut bound = Self::default();
        look(&mut bound);
        bound
    }

    /// Whether tokens use one of the names: as a name, or within a text that is formatted.
    pub(crate) fn used_in(&self, tokens: TokenStream) -> bool {
        if self.opaque {
            return true;
        }
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => self.has(&name),
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
                .any(|word| self.names.contains(word))
    }

    fn has(&self, name: &Ident) -> bool {
        self.names.contains(&name.unraw().to_string())
    }

    fn add(&mut self, name: &Ident) {
        self.names.insert(name.unraw().to_string());
    }

    fn all_of(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => self.add(&name),
                TokenTree::Group(group) => self.all_of(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.add(&pat.ident);
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
            syn::Item::Use(item) => {
                self.opaque |= is_opaque(&item.tree);
                return self.all_of(quote::quote!(#item));
            }
            syn::Item::Macro(_) => {
                self.opaque = true;
                return;
            }
            _ => return,
        };
        self.add(name);
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
    names.iter().filter(|name| own.found.has(name)).cloned().collect()
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

/// Whether an import brings in what it does not name.
fn is_opaque(tree: &UseTree) -> bool {
    match tree {
        UseTree::Path(path) => is_opaque(&path.tree),
        UseTree::Group(group) => group.items.iter().any(is_opaque),
        UseTree::Rename(rename) => rename.rename == "_",
        UseTree::Glob(_) => true,
        UseTree::Name(_) => false,
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
