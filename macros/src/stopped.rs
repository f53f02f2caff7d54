//! What a function does when it is stopped, behind the loop.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt};

use crate::own_jumps::has_break;

/// The statements of a stop test's branch, behind the loop: `break` is the loop's value.
pub(crate) fn stop_arm(stmts: &[Stmt], label: Option<&Ident>) -> TokenStream {
    if let [Stmt::Expr(Expr::Break(jump), _)] = stmts
        // Its value may hold another.
        && !jump.expr.iter().any(|it| has_break(&[Stmt::Expr((**it).clone(), None)], label))
    {
        let span = Span::mixed_site().located_at(jump.break_token.span);
        let Some(value) = &jump.expr else { return quote_spanned!(span=> ()) };
        // An arm would end behind a block that it begins with.
        return if begins_with_block(value) {
            quote_spanned!(span=> (#value))
        } else {
            value.to_token_stream()
        };
    }
    let mut out = Out { label, depth: 0, hidden: 0, used: false };
    let mut stmts = stmts.to_vec();
    for stmt in &mut stmts {
        out.visit_stmt_mut(stmt);
    }
    if out.used {
        let label = stop_label();
        quote!(#label: { #(#stmts)* })
    } else {
        quote!({ #(#stmts)* })
    }
}

/// Whether the leftmost part of an expression is a block of some kind.
fn begins_with_block(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(it) => begins_with_block(&it.left),
        Expr::Assign(it) => begins_with_block(&it.left),
        Expr::Cast(it) => begins_with_block(&it.expr),
        Expr::Index(it) => begins_with_block(&it.expr),
        Expr::Call(it) => begins_with_block(&it.func),
        Expr::Field(it) => begins_with_block(&it.base),
        Expr::MethodCall(it) => begins_with_block(&it.receiver),
        Expr::Try(it) => begins_with_block(&it.expr),
        Expr::Range(it) => it.start.as_deref().is_some_and(begins_with_block),
        Expr::Group(it) => begins_with_block(&it.expr),
        Expr::Block(_)
        | Expr::Unsafe(_)
        | Expr::If(_)
        | Expr::Match(_)
        | Expr::Loop(_)
        | Expr::While(_)
        | Expr::ForLoop(_)
        | Expr::Const(_) => true,
        _ => false,
    }
}

fn stop_label() -> syn::Lifetime {
    syn::Lifetime::new("'__kthread_stopped", Span::mixed_site())
}

/// Lets a loop's `break` leave the block that is in the loop's place.
struct Out<'a> {
    label: Option<&'a Ident>,
    depth: usize,
    /// What is around an expression and has the loop's label as well.
    hidden: usize,
    used: bool,
}

impl VisitMut for Out<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let label = match expr {
            Expr::Loop(it) => it.label.as_ref(),
            Expr::While(it) => it.label.as_ref(),
            Expr::ForLoop(it) => it.label.as_ref(),
            Expr::Block(it) => it.label.as_ref(),
            _ => None,
        };
        let hides = usize::from(label.is_some_and(|it| Some(&it.name.ident) == self.label));
        self.hidden += hides;
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Loop(_) | Expr::While(_) => {
                self.depth += 1;
                visit_mut::visit_expr_mut(self, expr);
                self.depth -= 1;
            }
            Expr::ForLoop(inner) => {
                // What it runs over is evaluated before it.
                self.hidden -= hides;
                self.visit_expr_mut(&mut inner.expr);
                self.hidden += hides;
                self.depth += 1;
                self.visit_block_mut(&mut inner.body);
                self.depth -= 1;
            }
            Expr::Break(jump) => {
                let own = match &jump.label {
                    None => self.depth == 0,
                    Some(label) => self.hidden == 0 && self.label == Some(&label.ident),
                };
                if own {
                    jump.label = Some(stop_label());
                    self.used = true;
                }
                visit_mut::visit_expr_mut(self, expr);
            }
            _ => visit_mut::visit_expr_mut(self, expr),
        }
        self.hidden -= hides;
    }

    fn visit_item_mut(&mut self, _item: &mut syn::Item) {}
}
