//! What leaves a loop or its function, from within an iteration that is a function of its own now.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, Lifetime, Macro, Stmt, token};

use crate::checkpoints::bare;
use crate::conditions;
use crate::exits::Scope;
use crate::known_macros::{self, Arguments, jump_in};
use crate::names::Bound;
use crate::paths::{at, of_caller};
use crate::report::Report;

/// Where the loop is left with what is evaluated behind it.
pub(crate) struct Exit {
    pub(crate) how: How,
    pub(crate) value: Expr,
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
    /// The labels of the blocks around the loop.
    pub(crate) outer: &'a [Ident],
    /// It is a `loop`, which a `break` may give a value.
    pub(crate) valued: bool,
    /// Something in the loop may be left out by an attribute.
    pub(crate) conditional: bool,
    /// The variables of the function.
    pub(crate) outside: &'a Bound,
    pub(crate) report: &'a mut Report,
    /// What is around an expression within the body.
    pub(crate) around: Vec<Target>,
    pub(crate) scope: Scope,
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
        if self.outer.contains(&label.ident) {
            self.report.error(
                label.span(),
                &format!("`{label}` is around the main loop: an iteration can't jump there"),
                "leave the main loop with `break`, and jump from behind it",
            );
        } else if !self.conditional {
            // One that is nowhere is for the compiler to tell.
            self.report.leave_to_compiler();
        }
        false
    }

    /// Leaves the loop or the function with a value.
    fn leave(&mut self, how: How, from: Span, value: Option<Expr>) -> Expr {
        let span = Span::mixed_site().located_at(from);
        let private = at(self.private, from);
        if let Some(value) = &value
            && !matches!(value, Expr::Lit(_))
            && self.scope.can_be_left(value, self.outside)
        {
            let number = self.exits.len() as u32;
            self.exits.push(Exit { how, value: value.clone() });
            let leave = quote_spanned! {span=>
                return #private::Turn::Leave(#private::Leave::At(#number))
            };
            // A field may be behind a `Deref` that does something: that is done where it stands.
            let fields = self.scope.fields_of(value);
            return Expr::Verbatim(if fields.is_empty() {
                leave
            } else {
                quote_spanned!(span=> { #(let _ = &raw const #fields;)* #leave })
            });
        }
        let with = matches!(&value, Some(value) if !is_unit(value));
        let value = value.map_or_else(|| quote_spanned!(span=> ()), ToTokens::into_token_stream);
        let way = self.way(how, with, span);
        Expr::Verbatim(quote_spanned! {span=>
            return #private::Turn::Leave(#private::Leave::#way(#value))
        })
    }

    /// A value that is evaluated in the iteration.
    fn way(&mut self, how: How, with: bool, span: Span) -> Ident {
        match how {
            How::Break => {
                self.breaks = true;
                self.breaks_with |= with;
                Ident::new("Break", span)
            }
            How::Return => {
                self.returns = true;
                Ident::new("Return", span)
            }
        }
    }

    /// What `?` does. In parentheses, as a statement or an arm would end behind the `match`.
    fn question(&mut self, question: &syn::ExprTry) -> Expr {
        self.returns = true;
        let mark = question.question_token.span();
        let span = Span::mixed_site().located_at(mark);
        // Its own are for an operand, and too many for an argument.
        let asked = bare(&question.expr);
        let at_value = Span::mixed_site().located_at(asked.span());
        let (private, private_at_value) = (at(self.private, mark), at(self.private, asked.span()));
        let branch = quote_spanned!(at_value=> #private_at_value::Question::branch(#asked));
        let value = Ident::new("__kthread_value", span);
        let residual = Ident::new("__kthread_residual", mark);
        // Who tracks callers is told this place.
        let from = of_caller(self.private, asked.span(), mark);
        let converted = quote_spanned!(mark=> #from::Answer::from_residual(#residual));
        Expr::Verbatim(quote_spanned! {span=>
            (match #branch {
                ::core::ops::ControlFlow::Continue(#value) => #value,
                ::core::ops::ControlFlow::Break(#residual) => {
                    return #private::Turn::Leave(#private::Leave::Return(#converted))
                }
            })
        })
    }

    fn within(&mut self, target: Target, visit: impl FnOnce(&mut Self)) {
        self.around.push(target);
        visit(self);
        self.around.pop();
    }

    /// In a scope of its own.
    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = self.scope.clone();
        visit(self);
        self.scope = before;
    }

    fn visit_break(&mut self, expr: &mut Expr) {
        let Expr::Break(jump) = expr else { return };
        if let Some(value) = &mut jump.expr {
            self.visit_expr_mut(value);
        }
        if !self.is_own(jump.label.as_ref()) {
            return;
        }
        if jump.expr.is_some() && !self.valued {
            // The compiler says it, wherever that stands; if it stands nowhere, all is well.
            if !self.conditional {
                self.report.leave_to_compiler();
            }
            return;
        }
        let value = jump.expr.take().map(|value| *value);
        let attrs = std::mem::take(&mut jump.attrs);
        let left = self.leave(How::Break, jump.break_token.span, value);
        *expr = attributed(&attrs, left);
    }
}

fn label_of(label: Option<&syn::Label>) -> Option<Ident> {
    label.map(|label| label.name.ident.clone())
}

impl VisitMut for Jumps<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.scoped(|it| {
            it.scope.items(&block.stmts);
            for stmt in &mut block.stmts {
                it.visit_stmt_mut(stmt);
                match stmt {
                    Stmt::Local(local) => it.scope.bind_local(local),
                    Stmt::Macro(call) if !known_macros::is_known(&call.mac) => {
                        it.scope.hold();
                    }
                    Stmt::Macro(_) | Stmt::Item(_) | Stmt::Expr(..) => {}
                }
            }
        });
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if self.conditional && conditions::may_be_left_out(stmt.to_token_stream()) {
            // Behind the loop it would be there all the same.
            let before = self.scope.stay();
            visit_mut::visit_stmt_mut(self, stmt);
            self.scope.may_go(before);
        } else {
            visit_mut::visit_stmt_mut(self, stmt);
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scoped(|it| {
            it.scope.bind(&arm.pat);
            if arm.attrs.iter().any(conditions::leaves_out) {
                it.scope.stay();
            }
            visit_mut::visit_arm_mut(it, arm);
        });
    }

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
                self.within(Target::Loop(label), |it| {
                    it.scoped(|it| visit_mut::visit_expr_while_mut(it, inner));
                });
            }
            Expr::ForLoop(inner) => {
                // What it runs over is evaluated before it.
                self.visit_expr_mut(&mut inner.expr);
                let label = label_of(inner.label.as_ref());
                self.within(Target::Loop(label), |it| {
                    it.scoped(|it| {
                        it.scope.bind(&inner.pat);
                        it.visit_block_mut(&mut inner.body);
                    });
                });
            }
            Expr::If(branch) => {
                self.scoped(|it| {
                    it.visit_expr_mut(&mut branch.cond);
                    it.visit_block_mut(&mut branch.then_branch);
                });
                if let Some((_, other)) = &mut branch.else_branch {
                    // In older editions what the condition has matched is there still.
                    let before = self.scope.hold();
                    if !binds(&branch.cond) {
                        self.scope.let_go(before);
                    }
                    self.visit_expr_mut(other);
                    self.scope.let_go(before);
                }
            }
            Expr::Let(binding) => {
                self.visit_expr_mut(&mut binding.expr);
                self.scope.bind(&binding.pat);
            }
            Expr::Block(inner) => match label_of(inner.label.as_ref()) {
                Some(label) => {
                    self.within(Target::Block(label), |it| it.visit_block_mut(&mut inner.block));
                }
                None => self.visit_block_mut(&mut inner.block),
            },
            Expr::Unsafe(inner) => self.scoped(|it| {
                it.scope.guard();
                it.visit_block_mut(&mut inner.block);
            }),
            Expr::Break(_) => self.visit_break(expr),
            Expr::Continue(jump) => {
                if self.is_own(jump.label.as_ref()) {
                    let span = Span::mixed_site().located_at(jump.continue_token.span);
                    let private = at(self.private, jump.continue_token.span);
                    let attrs = &jump.attrs;
                    *expr = Expr::Verbatim(
                        quote_spanned!(span=> #(#attrs)* return #private::Turn::Continue),
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
            Expr::Paren(inner) => self.visit_expr_mut(&mut inner.expr),
            Expr::Group(inner) => {
                self.visit_expr_mut(&mut inner.expr);
                // What a macro has been given is one operand.
                enclose(&mut inner.expr);
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
            Expr::Binary(binary) => {
                self.visit_expr_mut(&mut binary.left);
                // Of the left operand something may be there until the whole is done.
                let before = self.scope.hold();
                self.visit_expr_mut(&mut binary.right);
                if !binds(&binary.left) && !binds(&binary.right) {
                    self.scope.let_go(before);
                }
                // A jump would take in what follows.
                enclose(&mut binary.left);
                enclose(&mut binary.right);
            }
            // It may hold a value that is dropped when it is left.
            _ => {
                let before = self.scope.hold();
                visit_mut::visit_expr_mut(self, expr);
                self.scope.let_go(before);
            }
        }
    }

    fn visit_item_mut(&mut self, _item: &mut syn::Item) {
        // Its jumps are its own.
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let Some(jump) = jump_in(call.tokens.clone()) else { return };
        if let Some(mut arguments) = Arguments::of(call) {
            let written = Arguments::written(call);
            let before = self.scope.hold();
            for expr in arguments.exprs() {
                self.visit_expr_mut(expr);
            }
            self.scope.let_go(before);
            call.tokens = arguments.rewritten(call, &written);
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

/// Whether a condition binds something.
pub(crate) fn binds(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(and) => binds(&and.left) || binds(&and.right),
        Expr::Paren(inner) => binds(&inner.expr),
        Expr::Group(inner) => binds(&inner.expr),
        _ => false,
    }
}

/// Puts parentheses around what was rewritten.
fn enclose(expr: &mut Expr) {
    if matches!(expr, Expr::Verbatim(_)) {
        let inner = std::mem::replace(expr, Expr::Verbatim(TokenStream::new()));
        *expr = Expr::Paren(syn::ExprParen {
            attrs: Vec::new(),
            paren_token: token::Paren(Span::mixed_site()),
            expr: Box::new(inner),
        });
    }
}

/// With the attributes of what it stands for: they may leave it out.
fn attributed(attrs: &[Attribute], expr: Expr) -> Expr {
    if attrs.is_empty() { expr } else { Expr::Verbatim(quote!(#(#attrs)* #expr)) }
}

fn is_unit(expr: &Expr) -> bool {
    matches!(expr, Expr::Tuple(tuple) if tuple.elems.is_empty())
}
