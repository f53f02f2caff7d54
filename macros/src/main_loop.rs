//! Which loop of a function is its main loop, and where it is.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, ItemFn, ReturnType, Stmt, Type};

use crate::checkpoints::Recognizer;
use crate::conditions;
use crate::marks::{self, is_mark};
use crate::names::Bound;
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

/// What is around a main loop.
pub(crate) struct Around {
    pub(crate) place: Place,
    /// The labels of the blocks around it.
    pub(crate) labels: Vec<Ident>,
    /// The variables of the function.
    pub(crate) outside: Bound,
}

#[expect(clippy::struct_excessive_bools, reason = "what is known of it, one by one")]
struct Candidate {
    span: Span,
    marked: bool,
    /// An attribute may leave it out, or what it is in.
    conditional: bool,
    /// Under which conditions it is there.
    conditions: Vec<String>,
    checkpoint: bool,
    /// Within a branch of an `if` or `match`.
    nested: bool,
    label: Option<Ident>,
    /// The labels of the blocks around it.
    labels: Vec<Ident>,
    place: Place,
}

/// Visits the loops of a function that are in no other, in their order, with their places.
struct Loops<'a, F> {
    recognizer: &'a Recognizer,
    found: F,
    place: Place,
    nested: bool,
    /// See [`Candidate`].
    conditional: bool,
    conditions: Vec<String>,
    /// The labels of the blocks around.
    labels: Vec<Ident>,
    number: usize,
}

impl<F: FnMut(usize, &mut Expr, Candidate)> Loops<'_, F> {
    fn at(&mut self, place: Place, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.place, place);
        visit(self);
        self.place = before;
    }

    /// Within what has attributes; gives back what to end that with.
    fn under(&mut self, attrs: &[Attribute]) -> (bool, usize) {
        let before = (self.conditional, self.conditions.len());
        self.conditional |= attrs.iter().any(conditions::leaves_out);
        self.conditions.extend(conditions::of(attrs));
        before
    }

    fn no_more_under(&mut self, (conditional, conditions): (bool, usize)) {
        self.conditional = conditional;
        self.conditions.truncate(conditions);
    }

    /// The statements of a block whose value goes to the present place.
    fn block(&mut self, block: &mut Block) {
        let count = block.stmts.len();
        for (at, stmt) in block.stmts.iter_mut().enumerate() {
            let last = at + 1 == count;
            let attrs = match stmt {
                // A loop's own are looked at with it.
                Stmt::Expr(expr, _) if is_loop(expr) => Vec::new(),
                _ => conditions::attributes(stmt.to_token_stream()),
            };
            let before = self.under(&attrs);
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
                    if let Some(init) = &mut local.init {
                        self.at(place, |it| it.visit_expr_mut(&mut init.expr));
                        if let Some((_, other)) = &mut init.diverge {
                            let before = std::mem::replace(&mut self.nested, true);
                            self.at(Place::Elsewhere, |it| it.visit_expr_mut(other));
                            self.nested = before;
                        }
                    }
                }
                Stmt::Item(_) | Stmt::Macro(_) => {}
            }
            self.no_more_under(before);
        }
    }
}

impl<F: FnMut(usize, &mut Expr, Candidate)> VisitMut for Loops<'_, F> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                let marked = attrs(expr).iter().any(is_mark);
                let seen = self.recognizer.look(|seen| syn::visit::Visit::visit_expr(seen, expr));
                let candidate = Candidate {
                    conditional: self.conditional || attrs(expr).iter().any(conditions::leaves_out),
                    conditions: [&self.conditions[..], &conditions::of(attrs(expr))].concat(),
                    label: label(expr).cloned(),
                    labels: self.labels.clone(),
                    place: self.place.clone(),
                    span: keyword(expr),
                    marked,
                    checkpoint: seen.any,
                    nested: self.nested,
                };
                let number = self.number;
                self.number += 1;
                (self.found)(number, expr, candidate);
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
            Expr::Group(inner) => self.visit_expr_mut(&mut inner.expr),
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
                            let before = self.under(&arm.attrs);
                            self.visit_expr_mut(&mut arm.body);
                            self.no_more_under(before);
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

/// Calls `change` with the main loop and what is around it; if there is none, says so. There are several if
/// attributes leave out all but one of them.
pub(crate) fn with_main_loop(
    function: &mut ItemFn,
    recognizer: &Recognizer,
    report: &mut Report,
    mut change: impl FnMut(&mut Expr, &Around, &mut Report),
) {
    let mut all: Vec<Candidate> = Vec::new();
    visit(function, recognizer, |_, _, candidate| all.push(candidate));
    let useful = all.iter().filter(|loop_| loop_.marked).count();
    marks::check(function, useful, report);
    let mut chosen = choose(function, &all, report);
    // From the last on: what is replaced is counted no more.
    chosen.sort_unstable_by(|one, other| other.cmp(one));
    for chosen in chosen {
        let candidate = &all[chosen];
        if let Some(label) = candidate.label.as_ref().filter(|it| candidate.labels.contains(it)) {
            // Out of a macro they may be two labels, and can't be told apart here.
            report.error(
                label.span(),
                &format!("a block around the main loop has the label `'{label}` as well"),
                "give one of them another name",
            );
            continue;
        }
        let around = Around {
            place: candidate.place.clone(),
            labels: candidate.labels.clone(),
            outside: outside(function, recognizer, chosen),
        };
        visit(function, recognizer, |number, expr, _| {
            if number == chosen {
                attrs_mut(expr).retain(|attr| !is_mark(attr));
                change(expr, &around, report);
            }
        });
    }
}

/// The variables of a function, without those of a loop.
fn outside(function: &ItemFn, recognizer: &Recognizer, chosen: usize) -> Bound {
    let mut rest = function.clone();
    visit(&mut rest, recognizer, |number, expr, _| {
        if number == chosen {
            *expr = syn::parse_quote!(());
        }
    });
    Bound::by(|bound| {
        bound.visit_signature(&rest.sig);
        bound.visit_block(&rest.block);
    })
}

fn visit(
    function: &mut ItemFn,
    recognizer: &Recognizer,
    found: impl FnMut(usize, &mut Expr, Candidate),
) {
    let place = if returns_unit(function) { Place::Statement } else { Place::Result };
    let labels = Vec::new();
    let mut loops = Loops {
        recognizer,
        found,
        place,
        nested: false,
        conditional: false,
        conditions: Vec::new(),
        labels,
        number: 0,
    };
    loops.block(&mut function.block);
}

pub(crate) fn returns_unit(function: &ItemFn) -> bool {
    match &function.sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => is_unit(ty),
    }
}

pub(crate) fn is_unit(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Paren(inner) => is_unit(&inner.elem),
        Type::Group(inner) => is_unit(&inner.elem),
        _ => false,
    }
}

/// The main loop: the marked one; else the one that has a checkpoint, at the top level before in a branch;
/// else the one that there is.
fn choose(function: &ItemFn, all: &[Candidate], report: &mut Report) -> Vec<usize> {
    let marked = numbers(all, |loop_| loop_.marked);
    if let [_, second, ..] = marked[..] {
        if marked.iter().all(|number| all[*number].conditional) {
            return marked;
        }
        report.error(
            all[second].span,
            "a second loop is marked with `#[kthread_main]`",
            "there is one main loop: mark only that",
        );
        return Vec::new();
    }
    let preferences = [
        marked,
        numbers(all, |loop_| loop_.checkpoint && !loop_.nested),
        numbers(all, |loop_| loop_.checkpoint),
        numbers(all, |loop_| !loop_.nested),
        numbers(all, |_| true),
    ];
    let among = preferences.into_iter().find(|among| !among.is_empty()).unwrap_or_default();
    match among[..] {
        [] => report.error(
            function.sig.ident.span(),
            "this function has no loop of its own",
            "an iterant is a function with a main loop; loops within closures, macros and items don't count",
        ),
        // What is there when this one is left out has to be driven as well.
        [one] if all[one].conditional => {
            let mut chosen = numbers(all, |loop_| {
                loop_.conditional && loop_.checkpoint
                    || conditions::exclude_each_other(&loop_.conditions, &all[one].conditions)
            });
            chosen.retain(|number| *number != one);
            chosen.push(one);
            return chosen;
        }
        [_] => return among,
        _ if among.iter().all(|number| all[*number].conditional) => return among,
        _ => {
            for number in among {
                report.error(
                    all[number].span,
                    "this may be the main loop, and there are others",
                    "mark the main loop with `#[kthread_main]`",
                );
            }
        }
    }
    Vec::new()
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
    crate::own_jumps::has_break(&it.body.stmts, label(expr))
}
