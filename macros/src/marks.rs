//! The attribute `#[kthread_main]` on a loop.

use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, ItemFn};

use crate::report::Report;

pub(crate) fn is_mark(attr: &Attribute) -> bool {
    attr.path().is_ident("kthread_main")
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
