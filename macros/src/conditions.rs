//! Attributes that leave something out: `#[cfg(…)]`, and what may become one.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::visit::Visit;
use syn::{Attribute, Expr, Meta};

/// Whether an attribute may leave out what it is on.
pub(crate) fn leaves_out(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
        || attr.path().is_ident("cfg_attr")
            && matches!(&attr.meta, Meta::List(list) if names_cfg(list.tokens.clone()))
}

fn names_cfg(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "cfg",
        TokenTree::Group(group) => names_cfg(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether what tokens begin with is an attribute that may leave them out.
pub(crate) fn may_be_left_out(tokens: TokenStream) -> bool {
    attributes(tokens).iter().any(leaves_out)
}

/// The attributes that tokens begin with.
pub(crate) fn attributes(tokens: TokenStream) -> Vec<Attribute> {
    let begin = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attrs)
    };
    begin.parse2(tokens).unwrap_or_default()
}

/// The conditions under which something is there.
pub(crate) fn of(attrs: &[Attribute]) -> Vec<String> {
    let cfg = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    cfg.filter_map(|attr| match &attr.meta {
        Meta::List(list) => Some(list.tokens.to_string().replace(' ', "")),
        _ => None,
    })
    .collect()
}

/// Whether something is there under one of some conditions where nothing is under one of the others.
pub(crate) fn exclude_each_other(one: &[String], other: &[String]) -> bool {
    let not = |condition: &String| format!("not({condition})");
    one.iter().any(|it| other.contains(&not(it))) || other.iter().any(|it| one.contains(&not(it)))
}

/// Whether something within an expression may be left out.
pub(crate) fn is_conditional(expr: &Expr) -> bool {
    struct Find(bool);
    impl<'ast> Visit<'ast> for Find {
        fn visit_attribute(&mut self, attr: &'ast Attribute) {
            self.0 |= leaves_out(attr);
        }
    }
    let mut find = Find(false);
    find.visit_expr(expr);
    find.0
}
