//! What a function does when it is stopped, behind the loop.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt};

use crate::body;

/// The statements of a stop test's branch, behind the loop: `break` is the loop's value.
pub(crate) fn stop_arm(stmts: &[Stmt], label: Option<&Ident>) -> TokenStream {
    if let [Stmt::Expr(Expr::Break(jump), _)] = stmts
        // Its value may hold another.
        && !jump.expr.iter().any(|it| body::has_break(&[Stmt::Expr((**it).clone(), None)], label))
    {
        return jump.expr.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream);
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
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.depth += 1;
                visit_mut::visit_expr_mut(self, expr);
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
