//! Whether statements jump within or out of a loop that they are in.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Expr, Lifetime, Macro, Stmt};

use crate::known_macros::jump_in;

/// Whether statements of a loop's body hold a `continue` of that loop.
pub(crate) fn has_continue(stmts: &[Stmt], label: Option<&Ident>) -> bool {
    Own::find(stmts, label).continues
}

/// Whether they hold a `break` of it.
pub(crate) fn has_break(stmts: &[Stmt], label: Option<&Ident>) -> bool {
    Own::find(stmts, label).breaks
}

/// The jumps of a loop.
struct Own<'a> {
    label: Option<&'a Ident>,
    depth: usize,
    continues: bool,
    breaks: bool,
}

impl<'a> Own<'a> {
    fn find(stmts: &[Stmt], label: Option<&'a Ident>) -> Self {
        let mut own = Self { label, depth: 0, continues: false, breaks: false };
        for stmt in stmts {
            own.visit_stmt(stmt);
        }
        own
    }

    fn is_own(&self, label: Option<&Lifetime>) -> bool {
        match label {
            None => self.depth == 0,
            Some(label) => self.label == Some(&label.ident),
        }
    }
}

impl<'ast> Visit<'ast> for Own<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Loop(_) | Expr::While(_) => {
                self.depth += 1;
                visit::visit_expr(self, expr);
                self.depth -= 1;
            }
            Expr::ForLoop(inner) => {
                // What it runs over is evaluated before it.
                self.visit_expr(&inner.expr);
                self.depth += 1;
                self.visit_block(&inner.body);
                self.depth -= 1;
            }
            Expr::Continue(jump) => self.continues |= self.is_own(jump.label.as_ref()),
            Expr::Break(jump) => {
                self.breaks |= self.is_own(jump.label.as_ref());
                visit::visit_expr(self, expr);
            }
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_item(&mut self, _item: &'ast syn::Item) {}

    fn visit_macro(&mut self, call: &'ast Macro) {
        // Of whichever loop it is.
        let jumps = jump_in(call.tokens.clone()).is_some();
        self.continues |= jumps;
        self.breaks |= jumps;
    }
}
