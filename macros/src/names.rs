//! What names a loop's body binds: what uses one of them can't be moved out of it.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Item, Stmt, UseTree};

use crate::known_macros;

/// Names that something binds, or may bind.
#[derive(Clone, Default)]
pub(crate) struct Bound {
    names: HashSet<String>,
    /// It imports or defines what has no name here: anything may be another thing outside.
    opaque: bool,
    /// A macro stands where it can make items: what isn't a variable may be another thing outside.
    made: bool,
    /// A trait may be there only within: methods may be others outside.
    methods: bool,
}

impl Bound {
    /// Looks at patterns, wherever they are, and at what is given to macros that could bind anything.
    pub(crate) fn by(look: impl FnOnce(&mut Self)) -> Self {
        let mut bound = Self::default();
        look(&mut bound);
        bound
    }

    /// The items among statements, which are bound before the first of them as well.
    pub(crate) fn items(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            match stmt {
                Stmt::Item(item) => self.visit_item(item),
                Stmt::Macro(call) => self.visit_stmt_macro(call),
                Stmt::Local(_) | Stmt::Expr(..) => {}
            }
        }
    }

    /// Whether tokens use one of the names: as a name, or within a text that is formatted.
    pub(crate) fn used_in(&self, tokens: TokenStream) -> bool {
        let mut tokens = tokens.into_iter().peekable();
        let mut before = None;
        while let Some(token) = tokens.next() {
            let used = match &token {
                // A label is no name.
                TokenTree::Ident(_) if before == Some('\'') => false,
                TokenTree::Ident(name) => {
                    let called = matches!(tokens.peek(), Some(next) if is_call(next));
                    self.may_be(name)
                        || self.made && (called || is_upper(name)) && !is_prelude(name)
                        || self.methods && called && before == Some('.')
                }
                TokenTree::Group(group) => self.used_in(group.stream()),
                TokenTree::Literal(text) => self.formatted_in(&text.to_string()),
                TokenTree::Punct(_) => false,
            };
            if used {
                return true;
            }
            before = if let TokenTree::Punct(mark) = &token { Some(mark.as_char()) } else { None };
        }
        false
    }

    /// `"{name}"` and `"{name:?}"` use a name; so may `"{:name$}"`.
    fn formatted_in(&self, text: &str) -> bool {
        text.contains('{')
            && text
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| self.names.contains(word))
    }

    /// Whether a name is bound, or may be: a variable of the outside is not that here.
    pub(crate) fn may_be(&self, name: &Ident) -> bool {
        self.has(name) || self.opaque && !is_keyword(name)
    }

    pub(crate) fn has(&self, name: &Ident) -> bool {
        self.names.contains(&name.unraw().to_string())
    }

    /// Whether a type, a variant or a constant of the outside is that here.
    pub(crate) fn hides_item(&self, name: &Ident) -> bool {
        self.may_be(name) || self.made && !is_prelude(name)
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
        // The variant, which looks like a name in a pattern.
        if pat.ident != "None" {
            self.add(&pat.ident);
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Fn(item) => &item.sig.ident,
            Item::Const(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Mod(item) => &item.ident,
            Item::Trait(item) => {
                self.methods = true;
                &item.ident
            }
            Item::Use(item) => {
                self.opaque |= is_opaque(&item.tree);
                self.methods = true;
                return self.all_of(quote::quote!(#item));
            }
            Item::Impl(_) => return,
            // What they bring in has no name here.
            _ => {
                self.opaque = true;
                return;
            }
        };
        self.add(name);
    }

    fn visit_stmt_macro(&mut self, call: &'ast syn::StmtMacro) {
        self.made |= !known_macros::is_known(&call.mac);
        visit::visit_stmt_macro(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if !known_macros::is_known(call) {
            self.all_of(call.tokens.clone());
        }
    }

    // What they bind is bound within them.
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
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

/// What is behind the name of a function, macro or module.
fn is_call(next: &TokenTree) -> bool {
    match next {
        TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Parenthesis,
        TokenTree::Punct(mark) => mark.as_char() == '!' || mark.as_char() == ':',
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}

fn is_upper(name: &Ident) -> bool {
    name.unraw().to_string().starts_with(char::is_uppercase)
}

/// Names that are everywhere, and that nobody makes another thing of.
pub(crate) fn is_prelude(name: &Ident) -> bool {
    ["Ok", "Err", "Some", "None"].iter().any(|known| name == known)
}

fn is_keyword(name: &Ident) -> bool {
    // Raw ones are no keywords.
    syn::parse_str::<Ident>(&name.to_string()).is_err()
}
