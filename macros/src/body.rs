//! What leaves a loop or its function, from within an iteration that is a function of its own now.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Lifetime, Macro, Stmt};

use crate::known_macros::{Arguments, jump_in};
use crate::names::Bound;
use crate::report::Report;

/// Where the loop is left with what is evaluated behind it.
pub(crate) struct Exit {
    pub(crate) how: How,
    pub(crate) value: Option<Expr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Break,
    Return,
}

/// Rewrites a body.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, one by one")]
pub(crate) struct Jumps<'a> {
    /// The path of what expansions may name.
    pub(crate) private: &'a TokenStream,
    /// The loop's own label.
    pub(crate) label: Option<Ident>,
    /// It is a `loop`, which a `break` may give a value.
    pub(crate) valued: bool,
    pub(crate) bound: &'a Bound,
    pub(crate) report: &'a mut Report,
    /// What is around an expression within the body.
    pub(crate) around: Vec<Target>,
    /// So many `unsafe` blocks are around it, which an exit must not leave before it is evaluated.
    pub(crate) unsafes: usize,
    pub(crate) exits: Vec<Exit>,
    pub(crate) breaks: bool,
    /// A `break` has a value that isn't evaluated behind the loop.
    pub(crate) breaks_with: bool,
    pub(crate) returns: bool,
}

/// What a jump can be to.
pub(crate) enum Target {
    Loop(Option<Ident>),
    Block(Ident),
}

impl Jumps<'_> {
    /// Whether a jump is to the loop itself; what leads elsewhere out of it is an error.
    fn is_own(&mut self, label: Option<&Lifetime>) -> bool {
        let Some(label) = label else {
            return !self.around.iter().any(|target| matches!(target, Target::Loop(_)));
        };
        let within = self.around.iter().any(|target| match target {
            Target::Loop(name) => name.as_ref() == Some(&label.ident),
            Target::Block(name) => *name == label.ident,
        });
        if within {
            return false;
        }
        if self.label.as_ref() == Some(&label.ident) {
            return true;
        }
        self.report.error(
            label.span(),
            &format!("`{label}` is around the main loop: an iteration can't jump there"),
            "leave the main loop with `break`, and jump from behind it",
        );
        false
    }

    /// Leaves the loop or the function with a value.
    fn leave(&mut self, how: How, at: Span, value: Option<Expr>) -> Expr {
        let private = self.private;
        let span = Span::mixed_site().located_at(at);
        if let Some(value) = &value
            && !matches!(value, Expr::Lit(_))
            && self.unsafes == 0
            && is_constructor(value)
            && !self.bound.used_in(value.to_token_stream())
        {
            let number = self.exits.len() as u32;
            self.exits.push(Exit { how, value: Some(value.clone()) });
            return Expr::Verbatim(quote_spanned! {span=>
                return #private::Step::Break(#private::Leave::At(#number))
            });
        }
        let with = matches!(&value, Some(value) if !is_unit(value));
        let value = value.map_or_else(|| quote_spanned!(span=> ()), ToTokens::into_token_stream);
        let way = match how {
            How::Break => {
                self.breaks = true;
                self.breaks_with |= with;
                quote_spanned!(span=> Break)
            }
            How::Return => {
                self.returns = true;
                quote_spanned!(span=> Return)
            }
        };
        Expr::Verbatim(quote_spanned! {span=>
            return #private::Step::Break(#private::Leave::#way(#value))
        })
    }

    fn question(&mut self, question: &syn::ExprTry) -> Expr {
        let private = self.private;
        self.returns = true;
        let asked = &question.expr;
        let span = Span::mixed_site().located_at(question.question_token.span());
        let at_value = Span::mixed_site().located_at(asked.span());
        let branch = quote_spanned!(at_value=> #private::Question::branch(#asked));
        Expr::Verbatim(quote_spanned! {span=>
            match #branch {
                ::core::ops::ControlFlow::Continue(value) => value,
                ::core::ops::ControlFlow::Break(residual) => {
                    return #private::Step::Break(#private::Leave::Return(
                        #private::Answer::from_residual(residual)
                    ))
                }
            }
        })
    }

    fn within(&mut self, target: Target, visit: impl FnOnce(&mut Self)) {
        self.around.push(target);
        visit(self);
        self.around.pop();
    }
}

fn label_of(label: Option<&syn::Label>) -> Option<Ident> {
    label.map(|label| label.name.ident.clone())
}

impl VisitMut for Jumps<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            // Their jumps are their own.
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Loop(inner) => {
                let label = label_of(inner.label.as_ref());
                self.within(Target::Loop(label), |it| visit_mut::visit_expr_loop_mut(it, inner));
            }
            Expr::While(inner) => {
                let label = label_of(inner.label.as_ref());
                self.within(Target::Loop(label), |it| visit_mut::visit_expr_while_mut(it, inner));
            }
            Expr::ForLoop(inner) => {
                // What it runs over is evaluated before it.
                self.visit_expr_mut(&mut inner.expr);
                let label = label_of(inner.label.as_ref());
                self.within(Target::Loop(label), |it| it.visit_block_mut(&mut inner.body));
            }
            Expr::Block(inner) if inner.label.is_some() => {
                if let Some(label) = label_of(inner.label.as_ref()) {
                    self.within(Target::Block(label), |it| it.visit_block_mut(&mut inner.block));
                }
            }
            Expr::Unsafe(inner) => {
                self.unsafes += 1;
                self.visit_block_mut(&mut inner.block);
                self.unsafes -= 1;
            }
            Expr::Break(jump) => {
                if let Some(value) = &mut jump.expr {
                    self.visit_expr_mut(value);
                }
                if self.is_own(jump.label.as_ref()) {
                    let value = jump.expr.take().map(|value| *value);
                    if value.is_some() && !self.valued {
                        self.report.leave_to_compiler();
                    }
                    let attrs = std::mem::take(&mut jump.attrs);
                    let left = self.leave(How::Break, jump.break_token.span, value);
                    *expr = attributed(&attrs, left);
                }
            }
            Expr::Continue(jump) => {
                if self.is_own(jump.label.as_ref()) {
                    let private = self.private;
                    let span = Span::mixed_site().located_at(jump.continue_token.span);
                    let attrs = &jump.attrs;
                    *expr = Expr::Verbatim(
                        quote_spanned!(span=> #(#attrs)* return #private::Step::Continue),
                    );
                }
            }
            Expr::Return(jump) => {
                if let Some(value) = &mut jump.expr {
                    self.visit_expr_mut(value);
                }
                let value = jump.expr.take().map(|value| *value);
                let attrs = std::mem::take(&mut jump.attrs);
                let left = self.leave(How::Return, jump.return_token.span, value);
                *expr = attributed(&attrs, left);
            }
            Expr::Try(question) => {
                self.visit_expr_mut(&mut question.expr);
                let attrs = std::mem::take(&mut question.attrs);
                let asked = self.question(question);
                *expr = attributed(&attrs, asked);
            }
            Expr::TryBlock(block) => self.report.error(
                block.try_token.span,
                "a `try` block in the main loop can't be split",
                "make a function or a closure of it",
            ),
            Expr::Yield(_) | Expr::Await(_) => self.report.error(
                match expr {
                    Expr::Await(waits) => waits.await_token.span,
                    _ => expr.span(),
                },
                "an iteration is a plain function: it can't be suspended",
                "wait in another way, or don't make an iterant of this",
            ),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_item_mut(&mut self, _item: &mut syn::Item) {
        // Its jumps are its own.
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let Some(jump) = jump_in(call.tokens.clone()) else { return };
        if let Some(mut arguments) = Arguments::of(call) {
            for expr in arguments.exprs() {
                self.visit_expr_mut(expr);
            }
            call.tokens = quote!(#arguments);
            return;
        }
        let name = call.path.to_token_stream().to_string().replace(' ', "");
        self.report.error(
            jump,
            &format!("this may leave the loop, within a macro that isn't known: `{name}!`"),
            "do it before the macro, and give that the value",
        );
    }
}

/// With the attributes of what it stands for: they may leave it out.
fn attributed(attrs: &[syn::Attribute], expr: Expr) -> Expr {
    if attrs.is_empty() { expr } else { Expr::Verbatim(quote!(#(#attrs)* #expr)) }
}

/// Whether an expression only puts together what is there: evaluated later it gives the same, as nobody
/// can have changed what it borrows or moves.
pub(crate) fn is_constructor(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        // A constant needs not be moved, and a static may change.
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| !is_loud(&last.ident)),
        Expr::Paren(inner) => is_constructor(&inner.expr),
        Expr::Group(inner) => is_constructor(&inner.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_constructor),
        Expr::Array(array) => array.elems.iter().all(is_constructor),
        Expr::Reference(inner) => is_constructor(&inner.expr),
        Expr::Field(field) => is_constructor(&field.base),
        Expr::Struct(made) => {
            made.fields.iter().all(|field| is_constructor(&field.expr))
                && made.rest.as_ref().is_none_or(|rest| is_constructor(rest))
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return false };
            let last = path.path.segments.last().map(|last| last.ident.to_string());
            // One without an argument would be a function that is written so.
            last.is_some_and(|name| name.starts_with(char::is_uppercase))
                && !call.args.is_empty()
                && call.args.iter().all(is_constructor)
        }
        _ => false,
    }
}

/// `LIKE_THIS`
fn is_loud(name: &Ident) -> bool {
    let name = name.to_string();
    name.len() > 1 && name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
}

fn is_unit(expr: &Expr) -> bool {
    matches!(expr, Expr::Tuple(tuple) if tuple.elems.is_empty())
}

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
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.depth += 1;
                visit::visit_expr(self, expr);
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
