//! The attribute `#[kthread_main]` on a loop.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ItemFn};

use crate::report::Report;

pub(crate) fn is_mark(attr: &Attribute) -> bool {
    attr.path().is_ident("kthread_main")
}

/// Whether an attribute may leave out what it is on.
pub(crate) fn leaves_out(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
        || attr.path().is_ident("cfg_attr")
            && matches!(&attr.meta, syn::Meta::List(list) if names_cfg(list.tokens.clone()))
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
pub(crate) fn conditions(attrs: &[Attribute]) -> Vec<String> {
    let cfg = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    cfg.filter_map(|attr| match &attr.meta {
        syn::Meta::List(list) => Some(list.tokens.to_string().replace(' ', "")),
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

/// Takes `#[kthread_main]` off everything.
pub(crate) fn unmark(function: &mut ItemFn) {
    struct Unmark;
    impl VisitMut for Unmark {
        fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
            attrs.retain(|attr| !is_mark(attr));
        }
        fn visit_item_mut(&mut self, _item: &mut syn::Item) {}
    }
    Unmark.visit_block_mut(&mut function.block);
}

/// Says where marks say nothing; `useful` are on loops that may be the main loop.
pub(crate) fn check(function: &ItemFn, useful: usize, report: &mut Report) {
    struct Marks<'ast>(Vec<&'ast Attribute>);
    impl<'ast> Visit<'ast> for Marks<'ast> {
        fn visit_attribute(&mut self, attr: &'ast Attribute) {
            self.0.extend(Some(attr).filter(|attr| is_mark(attr)));
        }
        fn visit_item(&mut self, _item: &'ast syn::Item) {}
    }
    let mut marks = Marks(Vec::new());
    marks.visit_block(&function.block);
    for mark in &marks.0 {
        if !matches!(mark.meta, syn::Meta::Path(_)) {
            report.error(
                mark.path().span(),
                "`#[kthread_main]` takes nothing",
                "write `#[kthread_main]`",
            );
        } else if marks.0.len() > useful {
            report.error(
                mark.path().span(),
                "one `#[kthread_main]` is on no loop that can be the main loop",
                "mark a loop of the function that is within no other loop, closure or async block",
            );
            return;
        }
    }
}
