//! What the driver does of a body's checkpoints from now on.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{BinOp, Block, Expr, Pat, Stmt, UnOp, parse_quote, parse_quote_spanned};

use crate::checkpoints::{Kind, Recognizer, bare};
use crate::exits::Scope;
use crate::known_macros;
use crate::names::Bound;
use crate::own_jumps::has_continue;
use crate::paths::at;

/// What the driver does between two iterations, in place of the body.
#[derive(Default)]
pub(crate) struct Lifted {
    /// What follows a stop that the driver sees.
    pub(crate) action: Option<Action>,
    pub(crate) test_first: bool,
    /// The body's first test stays as it is: no later one may answer a stop before it does.
    pub(crate) tests_itself: bool,
    pub(crate) park: bool,
    pub(crate) sleep: Option<Sleep>,
    /// The test that was a `while`'s whole condition.
    pub(crate) head: Option<Expr>,
}

/// What a function does when it is stopped.
pub(crate) enum Action {
    /// It leaves the loop as it does at its end.
    Leave,
    /// The statements of the test's branch, which end in a `break` or a `return`.
    Statements(Vec<Stmt>),
}

/// The sleep at the end of a body.
pub(crate) enum Sleep {
    Unlimited,
    Limited(Box<Expr>),
}

/// The loop that is looked at.
#[expect(clippy::struct_excessive_bools, reason = "what is known of it, one by one")]
pub(crate) struct Subject<'a> {
    /// The path of what expansions may name.
    pub(crate) private: &'a TokenStream,
    pub(crate) recognizer: &'a Recognizer,
    pub(crate) freezable: bool,
    /// Its label.
    pub(crate) label: Option<&'a Ident>,
    /// The body begins each iteration: there is no condition before it.
    pub(crate) bare_loop: bool,
    /// Whether statements use what the body binds.
    pub(crate) uses_body: &'a dyn Fn(&[Stmt]) -> bool,
    /// Whether they use its items, which are bound before its first statement as well.
    pub(crate) uses_items: &'a dyn Fn(&[Stmt]) -> bool,
    /// Whether the body holds a `continue` of this loop.
    pub(crate) continues: bool,
    /// Its head holds values while the body runs.
    pub(crate) head_holds: bool,
    /// The variables of the function.
    pub(crate) outside: &'a Bound,
}

impl Subject<'_> {
    /// Takes out of a body what the driver does.
    pub(crate) fn lift(&self, body: &mut Block, lifted: &mut Lifted) {
        self.lift_sleep(&mut body.stmts, lifted);
        let mut at = 0;
        // Until here nothing but checkpoints was passed.
        let mut head = self.bare_loop;
        while at < body.stmts.len() {
            let last = at + 1 == body.stmts.len();
            if let Some(left) = self.lift_freeze_or_park(&body.stmts[at], lifted) {
                let after = at + left.len();
                body.stmts.splice(at..=at, left);
                at = after;
                continue;
            }
            let Some((test, action)) = self.stop_test(&body.stmts[at]) else {
                let tested = self.recognizer.look(|seen| seen.visit_stmt(&body.stmts[at])).stop;
                lifted.tests_itself |= tested && lifted.action.is_none();
                head = false;
                at += 1;
                continue;
            };
            let uses = if head { self.uses_items } else { self.uses_body };
            let closed = !uses(&action);
            lifted.tests_itself |= !closed && lifted.action.is_none();
            // What it does at the end of the body it does as well when the body is left, unless
            // something is dropped in between.
            let quiet = self.is_quiet(&action);
            let holds = self.head_holds || body.stmts[..at].iter().any(holds);
            let tail = last && lifted.sleep.is_none() && !self.continues && (quiet || !holds);
            if closed && !head && !tail && !quiet {
                // What it does may belong to what stands before it.
                lifted.tests_itself |= lifted.action.is_none();
            } else if closed && lifted.action.is_none() && !lifted.tests_itself {
                lifted.test_first |= head;
                lifted.action = Some(Action::Statements(action));
                let removed = head || tail;
                let mention = mention(self.private, &[test]);
                let after = at + mention.len();
                // What stays is the driver's as well.
                body.stmts.splice(at..at + usize::from(removed), mention);
                at = after;
                if removed {
                    continue;
                }
            }
            head = false;
            at += 1;
        }
    }

    /// Takes `!should_stop()` out of a condition, if it is tested first; true if nothing else is left.
    pub(crate) fn lift_condition(&self, condition: &mut Expr, lifted: &mut Lifted) -> bool {
        if let Some(test) = self.negated_stop(condition) {
            lifted.head = Some(test);
            lifted.test_first = true;
            lifted.action = Some(Action::Leave);
            return true;
        }
        if self.lift_leftmost(condition) {
            lifted.test_first = true;
            lifted.action = Some(Action::Leave);
        } else if self.is_conjunct(condition) == Some(true) {
            // It stays: what is tested before it is done before it. But how the loop ends is known.
            lifted.action = Some(Action::Leave);
        } else {
            lifted.tests_itself = self.recognizer.look(|seen| seen.visit_expr(condition)).stop;
        }
        false
    }

    fn negated_stop(&self, expr: &Expr) -> Option<Expr> {
        let Expr::Unary(not) = bare(expr) else { return None };
        let is_test =
            matches!(not.op, UnOp::Not(_)) && self.recognizer.is_stop(&not.expr, self.freezable);
        is_test.then(|| (*not.expr).clone())
    }

    fn not_stopped(&self, test: &Expr) -> Expr {
        let private = &at(self.private, test.span());
        match named(private, test) {
            Some((runtimes, called)) => parse_quote_spanned! {test.span()=>
                !#private::passed(#runtimes, #called)
            },
            None => parse_quote_spanned!(test.span()=> !{ if false { let _ = #test; } false }),
        }
    }

    fn lift_leftmost(&self, expr: &mut Expr) -> bool {
        let Expr::Binary(and) = expr else { return false };
        if !matches!(and.op, BinOp::And(_)) {
            return false;
        }
        if let Some(test) = self.negated_stop(&and.left) {
            // In its place something that is always so: what is around it stays what it is.
            *and.left = self.not_stopped(&test);
            return true;
        }
        self.lift_leftmost(&mut and.left)
    }

    /// Whether `!should_stop()` must be true for an expression to be so, and nothing is done before it is
    /// tested; `None` if it isn't tested, and nothing is done.
    fn is_conjunct(&self, expr: &Expr) -> Option<bool> {
        match expr {
            Expr::Binary(and) if matches!(and.op, BinOp::And(_)) => {
                self.is_conjunct(&and.left).or_else(|| self.is_conjunct(&and.right))
            }
            _ if self.negated_stop(expr).is_some() => Some(true),
            _ => (!only_looks(expr)).then_some(false),
        }
    }

    /// `if should_stop() { …; break; }`
    fn stop_test(&self, stmt: &Stmt) -> Option<(Expr, Vec<Stmt>)> {
        let Stmt::Expr(Expr::If(test), _) = stmt else { return None };
        let stmts = &test.then_branch.stmts;
        let is_test = test.else_branch.is_none()
            && test.attrs.is_empty()
            && self.recognizer.is_stop(&test.cond, self.freezable)
            && stmts.last().is_some_and(|last| self.leaves(last))
            && !has_continue(stmts, self.label);
        is_test.then(|| ((*test.cond).clone(), stmts.clone()))
    }

    /// Whether a statement leaves the loop, whatever it is.
    fn leaves(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Expr(Expr::Return(jump), _) => jump.attrs.is_empty(),
            Stmt::Expr(Expr::Break(jump), _) if jump.attrs.is_empty() => {
                jump.label.as_ref().is_none_or(|label| self.label == Some(&label.ident))
            }
            _ => false,
        }
    }

    /// Whether it leaves, and does nothing else.
    fn is_quiet(&self, action: &[Stmt]) -> bool {
        let value = match action {
            [Stmt::Expr(Expr::Break(jump), _)] => &jump.expr,
            [Stmt::Expr(Expr::Return(jump), _)] => &jump.expr,
            _ => return false,
        };
        value.as_ref().is_none_or(|value| Scope::default().can_be_left(value, self.outside))
    }

    /// What is left of a statement that the driver does from now on; `None` if it is another one.
    fn lift_freeze_or_park(&self, stmt: &Stmt, lifted: &mut Lifted) -> Option<Vec<Stmt>> {
        if let Some(called) = self.called(stmt) {
            match called.kind {
                Kind::Freeze if self.freezable => {}
                Kind::ParkMe => lifted.park = true,
                _ => return None,
            }
            let mut left = mention(self.private, std::slice::from_ref(&called.call));
            left.extend(self.error_of(&called));
            return Some(left);
        }
        // `if should_park() { park_me(); }`
        let Stmt::Expr(Expr::If(test), _) = stmt else { return None };
        let parks = test.else_branch.is_none()
            && test.attrs.is_empty()
            && matches!(self.recognizer.call(&test.cond), Some((Kind::ShouldPark, _)));
        let [parked] = &test.then_branch.stmts[..] else { return None };
        let called = self.called(parked).filter(|called| called.kind == Kind::ParkMe)?;
        // Outside of a kthread nobody asks for it, so it can't fail.
        parks.then(|| {
            lifted.park = true;
            mention(self.private, &[(*test.cond).clone(), called.call])
        })
    }

    /// What gives the error that a call would give in a thread that is no kthread, if it is looked at.
    fn error_of(&self, called: &Called<'_>) -> Option<Stmt> {
        let mut left = called.whole.clone();
        let inner = match &mut left {
            Expr::Try(question) => &mut *question.expr,
            Expr::MethodCall(method) if method.method != "ok" => &mut *method.receiver,
            _ => return None,
        };
        let private = self.private;
        *inner = parse_quote_spanned!(inner.span()=> #private::in_kthread());
        Some(Stmt::Expr(left, Some(parse_quote!(;))))
    }

    fn lift_sleep(&self, stmts: &mut Vec<Stmt>, lifted: &mut Lifted) {
        let Some(called) = stmts.last().and_then(|last| self.called(last)) else { return };
        let error = self.error_of(&called);
        match (called.kind, called.args.first()) {
            (Kind::Sleep, _) => {
                lifted.sleep = Some(Sleep::Unlimited);
                let mention = mention(self.private, &[called.call]);
                stmts.pop();
                stmts.extend(mention);
                stmts.extend(error);
            }
            (Kind::SleepTimeout, Some(limit)) => {
                let limit = (*limit).clone();
                let limit = match error {
                    // The argument comes first.
                    Some(error) => parse_quote_spanned! {Span::mixed_site()=>
                        { let limit = #limit; #error limit }
                    },
                    None => limit,
                };
                lifted.sleep = Some(Sleep::Limited(Box::new(limit)));
                let mention = mention(self.private, &[called.call]);
                stmts.pop();
                stmts.extend(mention);
            }
            _ => {}
        }
    }

    /// A statement that only calls something of the runtime, whatever is done with its result: `f();`,
    /// `let _ = f();`, `f()?;`, `f().unwrap();`, `f().expect("…");`, `f().ok();`.
    fn called<'a>(&self, stmt: &'a Stmt) -> Option<Called<'a>> {
        let expr = match stmt {
            Stmt::Expr(expr, _) => expr,
            Stmt::Local(local) if matches!(local.pat, Pat::Wild(_)) && local.attrs.is_empty() => {
                let init = local.init.as_ref()?;
                if init.diverge.is_some() {
                    return None;
                }
                &init.expr
            }
            Stmt::Macro(call) if call.mac.tokens.is_empty() && call.attrs.is_empty() => {
                let kind = self.recognizer.of_path(&call.mac.path)?;
                // It may be statements.
                let call = Expr::Verbatim(quote!(#call));
                return Some(Called { whole: call.clone(), call, kind, args: Vec::new() });
            }
            _ => return None,
        };
        let call = match bare(expr) {
            // Attributes may leave it out: then nothing is done.
            Expr::Try(question) if question.attrs.is_empty() => &question.expr,
            Expr::MethodCall(method)
                if method.attrs.is_empty()
                    && ["unwrap", "expect", "ok"].iter().any(|name| method.method == name) =>
            {
                &method.receiver
            }
            other => other,
        };
        let (kind, args) = self.recognizer.call(call)?;
        Some(Called { whole: bare(expr).clone(), call: bare(call).clone(), kind, args })
    }
}

/// A statement that calls something of the runtime.
struct Called<'a> {
    /// With what is done with its result.
    whole: Expr,
    call: Expr,
    kind: Kind,
    args: Vec<&'a Expr>,
}

/// Names what a body calls no more, where it called it: an import stays used, and what is not the runtime's
/// own there is an error.
pub(crate) fn mention(private: &TokenStream, calls: &[Expr]) -> Vec<Stmt> {
    let named = calls.iter().map(|call| match (named(private, call), call) {
        (Some((runtimes, called)), _) => {
            quote_spanned!(called.span()=> #private::same(#runtimes, #called);)
        }
        (None, Expr::Verbatim(_)) => quote!(#call),
        (None, _) => quote!(let _ = #call;),
    });
    let named: TokenStream = named.collect();
    if named.is_empty() { Vec::new() } else { vec![parse_quote!(if false { #named };)] }
}

/// The runtime's function of the name that is called, and what the name means there; `None` for a macro.
fn named<'a>(private: &TokenStream, call: &'a Expr) -> Option<(TokenStream, &'a Expr)> {
    let Expr::Call(call) = bare(call) else { return None };
    let called = bare(&call.func);
    let Expr::Path(path) = called else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    let name = Ident::new(Kind::canonical(&name)?, Span::mixed_site());
    Some((quote!(#private::names::#name), called))
}

/// Whether what a statement makes is dropped at the end of its block.
fn holds(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Local(_) => true,
        Stmt::Macro(call) => !known_macros::is_known(&call.mac),
        Stmt::Item(_) | Stmt::Expr(..) => false,
    }
}

/// Whether an expression does nothing: it compares variables, fields and constants.
fn only_looks(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Field(field) => only_looks(&field.base),
        Expr::Unary(unary) => only_looks(&unary.expr),
        Expr::Binary(binary) => only_looks(&binary.left) && only_looks(&binary.right),
        _ => false,
    }
}
