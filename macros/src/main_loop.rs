//! Which loop of a function is its main loop, and where it is.

use proc_macro2::{Ident, Span};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, ItemFn, ReturnType, Stmt, Type};

use crate::checkpoints::Recognizer;
use crate::marks::{self, is_mark};
use crate::report::Report;

/// What becomes of a loop's value.
#[derive(Clone)]
pub(crate) enum Place {
    /// It is a statement of its own.
    Statement,
    /// It is the function's result.
    Result,
    /// It has the type that a `let` names.
    Typed(Box<Type>),
    /// Something else is done with it.
    Elsewhere,
}

struct Candidate {
    span: Span,
    marked: bool,
    checkpoint: bool,
    /// Within a branch of an `if` or `match`.
    nested: bool,
    /// Its label, if a block around it has one of that name.
    shadows: Option<Ident>,
}

/// Visits the loops of a function that are in no other, in their order, with their places.
struct Loops<'a, F> {
    recognizer: &'a Recognizer,
    found: F,
    place: Place,
    nested: bool,
    /// The labels of the blocks around.
    labels: Vec<Ident>,
    number: usize,
}

impl<F: FnMut(usize, &mut Expr, Candidate, Place)> Loops<'_, F> {
    fn at(&mut self, place: Place, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.place, place);
        visit(self);
        self.place = before;
    }

    /// The statements of a block whose value goes to the present place.
    fn block(&mut self, block: &mut Block) {
        let count = block.stmts.len();
        for (at, stmt) in block.stmts.iter_mut().enumerate() {
            let last = at + 1 == count;
            match stmt {
                Stmt::Expr(expr, None) if last => {
                    let place = self.place.clone();
                    self.at(place, |it| it.visit_expr_mut(expr));
                }
                Stmt::Expr(expr, semi) => {
                    // `loop { … };` at the end may never be left, and then needs no value.
                    let place = match (semi, last, &self.place) {
                        (Some(_), true, Place::Result) if is_loop(expr) && !breaks(expr) => {
                            Place::Result
                        }
                        _ => Place::Statement,
                    };
                    self.at(place, |it| it.visit_expr_mut(expr));
                }
                Stmt::Local(local) => {
                    let place = match &local.pat {
                        syn::Pat::Type(typed) => Place::Typed(typed.ty.clone()),
                        _ => Place::Elsewhere,
                    };
                    self.at(place, |it| visit_mut::visit_local_mut(it, local));
                }
                Stmt::Item(_) | Stmt::Macro(_) => {}
            }
        }
    }
}

impl<F: FnMut(usize, &mut Expr, Candidate, Place)> VisitMut for Loops<'_, F> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                let marked = attrs(expr).iter().any(is_mark);
                let seen = self.recognizer.look(|seen| syn::visit::Visit::visit_expr(seen, expr));
                let label = label(expr).filter(|label| self.labels.contains(label)).cloned();
                let candidate = Candidate {
                    shadows: label,
                    span: keyword(expr),
                    marked,
                    checkpoint: seen.any,
                    nested: self.nested,
                };
                let number = self.number;
                self.number += 1;
                (self.found)(number, expr, candidate, self.place.clone());
            }
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            Expr::Block(inner) => {
                let label = inner.label.as_ref().map(|label| label.name.ident.clone());
                let outer = self.labels.len();
                self.labels.extend(label);
                self.block(&mut inner.block);
                self.labels.truncate(outer);
            }
            Expr::Unsafe(inner) => self.block(&mut inner.block),
            Expr::Paren(inner) => self.visit_expr_mut(&mut inner.expr),
            Expr::Return(jump) => {
                if let Some(value) = &mut jump.expr {
                    self.at(Place::Result, |it| it.visit_expr_mut(value));
                }
            }
            Expr::If(_) | Expr::Match(_) => {
                let before = std::mem::replace(&mut self.nested, true);
                match expr {
                    Expr::If(branch) => {
                        self.at(Place::Elsewhere, |it| it.visit_expr_mut(&mut branch.cond));
                        self.block(&mut branch.then_branch);
                        if let Some((_, other)) = &mut branch.else_branch {
                            self.visit_expr_mut(other);
                        }
                    }
                    Expr::Match(choice) => {
                        self.at(Place::Elsewhere, |it| it.visit_expr_mut(&mut choice.expr));
                        for arm in &mut choice.arms {
                            self.visit_expr_mut(&mut arm.body);
                        }
                    }
                    _ => {}
                }
                self.nested = before;
            }
            _ => self.at(Place::Elsewhere, |it| visit_mut::visit_expr_mut(it, expr)),
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.block(block);
    }

    fn visit_item_mut(&mut self, _item: &mut syn::Item) {}
    // The length of an array is a constant.
    fn visit_type_mut(&mut self, _ty: &mut Type) {}
    fn visit_macro_mut(&mut self, _call: &mut syn::Macro) {}
}

/// Calls `change` with the main loop and its place; if there is none, says so.
pub(crate) fn with_main_loop(
    function: &mut ItemFn,
    recognizer: &Recognizer,
    report: &mut Report,
    change: impl FnOnce(&mut Expr, Place, &mut Report),
) {
    let mut all: Vec<Candidate> = Vec::new();
    visit(function, recognizer, |_, _, candidate, _| all.push(candidate));
    let useful = all.iter().filter(|loop_| loop_.marked).count();
    marks::check(function, useful, report);
    let Some(chosen) = choose(function, &all, report) else { return };
    if let Some(label) = &all[chosen].shadows {
        // Out of a macro they may be two labels, and can't be told apart here.
        report.error(
            label.span(),
            &format!("a block around the main loop has the label `'{label}` as well"),
            "give one of them another name",
        );
        return;
    }
    let mut change = Some(change);
    visit(function, recognizer, |number, expr, _, place| {
        if number == chosen
            && let Some(change) = change.take()
        {
            attrs_mut(expr).retain(|attr| !is_mark(attr));
            change(expr, place, report);
        }
    });
}

fn visit(
    function: &mut ItemFn,
    recognizer: &Recognizer,
    found: impl FnMut(usize, &mut Expr, Candidate, Place),
) {
    let place = if returns_unit(function) { Place::Statement } else { Place::Result };
    let mut loops =
        Loops { recognizer, found, place, nested: false, labels: Vec::new(), number: 0 };
    loops.block(&mut function.block);
}

pub(crate) fn returns_unit(function: &ItemFn) -> bool {
    match &function.sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()),
    }
}

fn choose(function: &ItemFn, all: &[Candidate], report: &mut Report) -> Option<usize> {
    let marked: Vec<usize> = numbers(all, |loop_| loop_.marked);
    if let [one] = marked[..] {
        return Some(one);
    }
    if let [_, second, ..] = marked[..] {
        report.error(
            all[second].span,
            "a second loop is marked with `#[kthread_main]`",
            "there is one main loop: mark only that",
        );
        return None;
    }
    let top = numbers(all, |loop_| !loop_.nested);
    let among = if top.is_empty() { numbers(all, |_| true) } else { top };
    match among[..] {
        [] => {
            report.error(
                function.sig.ident.span(),
                "this function has no loop of its own",
                "an iterant is a function with a main loop; loops within closures, macros and items don't count",
            );
            None
        }
        [one] => Some(one),
        _ => {
            let with: Vec<usize> =
                among.iter().copied().filter(|number| all[*number].checkpoint).collect();
            if let [one] = with[..] {
                return Some(one);
            }
            let of_them = if with.is_empty() { among } else { with };
            for number in of_them {
                report.error(
                    all[number].span,
                    "this may be the main loop, and there are others",
                    "mark the main loop with `#[kthread_main]`",
                );
            }
            None
        }
    }
}

fn numbers(all: &[Candidate], which: impl Fn(&Candidate) -> bool) -> Vec<usize> {
    all.iter().enumerate().filter(|(_, loop_)| which(loop_)).map(|(number, _)| number).collect()
}

fn attrs(expr: &Expr) -> &[Attribute] {
    match expr {
        Expr::Loop(it) => &it.attrs,
        Expr::While(it) => &it.attrs,
        Expr::ForLoop(it) => &it.attrs,
        _ => &[],
    }
}

fn attrs_mut(expr: &mut Expr) -> &mut Vec<Attribute> {
    match expr {
        Expr::Loop(it) => &mut it.attrs,
        Expr::While(it) => &mut it.attrs,
        Expr::ForLoop(it) => &mut it.attrs,
        // Only loops are found.
        _ => unreachable!("no loop"),
    }
}

fn is_loop(expr: &Expr) -> bool {
    matches!(expr, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_))
}

fn label(expr: &Expr) -> Option<&Ident> {
    let label = match expr {
        Expr::Loop(it) => it.label.as_ref(),
        Expr::While(it) => it.label.as_ref(),
        Expr::ForLoop(it) => it.label.as_ref(),
        _ => None,
    };
    label.map(|label| &label.name.ident)
}

fn keyword(expr: &Expr) -> Span {
    match expr {
        Expr::Loop(it) => it.loop_token.span,
        Expr::While(it) => it.while_token.span,
        Expr::ForLoop(it) => it.for_token.span,
        _ => Span::call_site(),
    }
}

/// Whether a loop can be left by a `break` or by its head.
fn breaks(expr: &Expr) -> bool {
    let Expr::Loop(it) = expr else { return true };
    crate::body::has_break(&it.body.stmts, label(expr))
}
