//! What names a loop's body binds: an expression that uses one of them can't be moved out of it.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Item, UseTree};

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

    fn visit_item(&mut self, item: &'ast Item) {
        // A function or constant of the body's own.
        let name = match item {
            Item::Fn(item) => &item.sig.ident,
            Item::Const(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Mod(item) => &item.ident,
            Item::Use(item) => {
                self.opaque |= is_opaque(&item.tree);
                return self.all_of(quote::quote!(#item));
            }
            Item::Macro(_) => {
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
