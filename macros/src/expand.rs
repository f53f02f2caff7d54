//! Puts it all together: the function with its loop handed to the driver.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, ItemFn, ReturnType, Stmt, Type, parse_quote};

use crate::body::{How, Jumps, binds};
use crate::checkpoints::Recognizer;
use crate::conditions;
use crate::driven::{self, Driven, Kind, Parts};
use crate::exits::Scope;
use crate::lift::{self, Action, Lifted, Sleep, Subject};
use crate::main_loop::{self, Around, Place};
use crate::marks;
use crate::names::Bound;
use crate::options::Options;
use crate::own_jumps::has_continue;
use crate::paths::at;
use crate::report::Report;
use crate::start;
use crate::stopped::stop_arm;

/// The attribute, as tokens.
pub(crate) fn attribute(given: TokenStream, item: &TokenStream) -> TokenStream {
    let mut report = Report::default();
    let options = Options::parse(given, &mut report);
    let mut function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let (what, help) = if is_function(item) {
                ("this function can't be read", "see whether it is one without the attribute")
            } else {
                ("`#[kthread_iterant]` stands before a function with a body", "put it before `fn`")
            };
            report.error(error.span(), &format!("{what} ({error})"), help);
            let errors = report.tokens();
            return quote!(#errors #item);
        }
    };
    let original = function.clone();
    check_signature(&function, &mut report);
    let started = start::function(&options, &function, &mut report);
    let expansion = Expansion::new(&options, &function);
    let recognizer = Recognizer::new(&options.runtime);
    // What else is wrong with an async function follows from that.
    if function.sig.asyncness.is_none() {
        main_loop::with_main_loop(
            &mut function,
            &recognizer,
            &mut report,
            |found, around, report| expansion.replace(found, around, &recognizer, report),
        );
    }
    if let Some(errors) = report.tokens() {
        // The function as it was: who calls it gets no error of his own.
        let mut original = original;
        marks::unmark(&mut original);
        return quote!(#errors #original #started);
    }
    expansion.begin(&mut function);
    quote!(#function #started)
}

/// Whether tokens look like a function with a body.
fn is_function(item: &TokenStream) -> bool {
    let word = item.clone().into_iter().any(|token| token.to_string() == "fn");
    let last = item.clone().into_iter().last();
    let body =
        matches!(last, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace);
    word && body
}

fn check_signature(function: &ItemFn, report: &mut Report) {
    let twice = function.attrs.iter().find(|attr| {
        attr.path().segments.last().is_some_and(|last| last.ident == "kthread_iterant")
    });
    if let Some(twice) = twice {
        report.error(
            twice.path().span(),
            "the attribute stands here twice",
            "write all options into one of them",
        );
    }
    if let Some(token) = &function.sig.asyncness {
        report.error(
            token.span(),
            "an iterant is no async function: its thread sleeps by itself",
            "drop `async`, and wait with kthread::sleep() or a WaitQueue; or spawn it as a task, without the attribute",
        );
    }
    if let Some(token) = &function.sig.constness {
        report.error(
            token.span(),
            "an iterant is no const function: it runs in a thread",
            "drop `const`",
        );
    }
}

/// What is the same for all of a function.
struct Expansion<'a> {
    options: &'a Options,
    private: TokenStream,
    /// The function's result, with what can't be named left to inference.
    result: TokenStream,
    returns_unit: bool,
    never_returns: bool,
}

impl<'a> Expansion<'a> {
    fn new(options: &'a Options, function: &ItemFn) -> Self {
        let runtime = &options.runtime;
        Self {
            options,
            private: quote!(#runtime::__private),
            result: driven::result_type(&function.sig.output),
            returns_unit: main_loop::returns_unit(function),
            never_returns: matches!(&function.sig.output, ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_))),
        }
    }

    /// Puts the driver in the place of a loop.
    fn replace(
        &self,
        found: &mut Expr,
        around: &Around,
        recognizer: &Recognizer,
        report: &mut Report,
    ) {
        let place = &around.place;
        let whole = found.clone();
        let bound = Bound::by(|bound| bound.visit_expr(&whole));
        let (attrs, label, keyword, kind, mut block) =
            match std::mem::replace(found, parse_quote!(())) {
                Expr::Loop(it) => (it.attrs, it.label, it.loop_token.span, Kind::Loop, it.body),
                Expr::While(it) => {
                    (it.attrs, it.label, it.while_token.span, Kind::While(*it.cond), it.body)
                }
                Expr::ForLoop(it) => {
                    (it.attrs, it.label, it.for_token.span, Kind::For(*it.pat, *it.expr), it.body)
                }
                _ => return,
            };
        let label = label.map(|label| label.name.ident);
        // Where the body does something after a thaw, its own checkpoint is the one that freezes.
        let before = recognizer.look(|seen| seen.visit_expr(&whole));
        let freeze = self.options.freezable && !before.freeze_used;
        let (lifted, mut kind, always) = self.lift(
            freeze,
            kind,
            &mut block,
            label.as_ref(),
            recognizer,
            (&bound, &around.outside),
        );
        let seen = recognizer.look(|seen| {
            if let Kind::While(cond) = &kind {
                seen.visit_expr(cond);
            }
            seen.visit_block(&block);
        });
        let stop = lifted.action.is_some() || !seen.stop;
        let mut jumps = Jumps {
            private: &self.private,
            label: label.clone(),
            outer: &around.labels,
            valued: matches!(kind, Kind::Loop),
            conditional: conditions::is_conditional(&whole),
            outside: &around.outside,
            report,
            around: Vec::new(),
            scope: scope_of_head(&kind),
            exits: Vec::new(),
            breaks: false,
            breaks_with: false,
            returns: false,
        };
        if let Kind::While(cond) = &mut kind {
            jumps.visit_expr_mut(cond);
        }
        jumps.visit_block_mut(&mut block);
        let mut sleep = lifted.sleep;
        if let Some(Sleep::Limited(limit)) = &mut sleep {
            // It has all that the body binds.
            jumps.scope = Scope::of(bound.clone());
            jumps.visit_expr_mut(limit);
        }
        let parts = Parts {
            breaks: jumps.breaks || !matches!(kind, Kind::Loop) && !always,
            breaks_with: jumps.breaks_with,
            returns: jumps.returns,
            exits: std::mem::take(&mut jumps.exits),
        };
        let stopped = self.stopped(
            lifted.action.as_ref(),
            stop,
            &kind,
            &parts,
            place,
            keyword,
            label.as_ref(),
            report,
        );
        let passes = self.passes(stop, freeze, lifted.test_first, lifted.park);
        let driven = Driven {
            private: &self.private,
            result: &self.result,
            attrs,
            head: lift::mention(&self.private, lifted.head.as_slice()),
            kind,
            always,
            block,
            sleep,
            parts,
            stopped,
            passes,
            place,
            keyword,
        };
        *found = driven.expression();
    }

    /// Takes out of a loop what the driver does. True if nothing is left of a `while`'s condition.
    fn lift(
        &self,
        freezable: bool,
        mut kind: Kind,
        block: &mut Block,
        label: Option<&Ident>,
        recognizer: &Recognizer,
        (bound, outside): (&Bound, &Bound),
    ) -> (Lifted, Kind, bool) {
        let mut lifted = Lifted::default();
        let items = Bound::by(|bound| bound.items(&block.stmts));
        let subject = Subject {
            private: &self.private,
            recognizer,
            freezable,
            label,
            bare_loop: matches!(kind, Kind::Loop),
            uses_body: &|stmts| stmts.iter().any(|stmt| bound.used_in(stmt.to_token_stream())),
            uses_items: &|stmts| stmts.iter().any(|stmt| items.used_in(stmt.to_token_stream())),
            continues: has_continue(&block.stmts, label),
            head_holds: head_holds(&kind),
            outside,
        };
        let mut always = false;
        if let Kind::While(cond) = &mut kind {
            always = subject.lift_condition(cond, &mut lifted);
        }
        subject.lift(block, &mut lifted);
        (lifted, kind, always)
    }

    #[expect(clippy::fn_params_excessive_bools, reason = "one for each checkpoint")]
    fn passes(&self, stop: bool, freeze: bool, test_first: bool, park: bool) -> TokenStream {
        let private = &self.private;
        let asked = [
            (stop, "STOP"),
            (freeze, "FREEZE"),
            (park || self.options.parkable, "PARK"),
            (!self.options.signals.is_empty(), "SIGNAL"),
            (test_first, "TEST_FIRST"),
        ];
        let asked = asked.iter().filter(|(asked, _)| *asked);
        let names = asked.map(|(_, name)| Ident::new(name, Span::mixed_site()));
        quote!(#private::NOTHING #(| #private::#names)*)
    }

    /// What follows when the driver has seen a stop.
    #[expect(clippy::too_many_arguments, reason = "one call, in one place")]
    fn stopped(
        &self,
        action: Option<&Action>,
        stop: bool,
        kind: &Kind,
        parts: &Parts,
        place: &Place,
        keyword: Span,
        label: Option<&Ident>,
        report: &mut Report,
    ) -> TokenStream {
        let span = Span::mixed_site().located_at(keyword);
        let private = at(&self.private, keyword);
        match action {
            Some(Action::Leave) => return quote_spanned!(span=> ()),
            Some(Action::Statements(stmts)) => return stop_arm(stmts, label),
            // The driver ends no loop that tests stop by itself.
            None if !stop => return quote_spanned!(span=> #private::no_value()),
            None => {}
        }
        let valued = parts.breaks_with || parts.exits.iter().any(|exit| exit.how == How::Break);
        let endless = !parts.breaks && !valued;
        let unit = match place {
            Place::Statement => true,
            Place::Result => self.returns_unit,
            Place::Typed(ty) => main_loop::is_unit(ty),
            Place::Elsewhere => false,
        };
        if matches!(kind, Kind::Loop) && (valued || endless) && !unit {
            let help = if self.never_returns && matches!(place, Place::Result) {
                "a thread that is stopped returns: let the function return something else than `!`"
            } else {
                "say it: `if kthread::should_stop() { break …; }` as the first statement of the loop"
            };
            let what = "when the thread is stopped, this loop has no value to end with";
            report.error(keyword, what, help);
        }
        quote_spanned!(span=> ())
    }

    /// What comes before everything else in the function.
    fn begin(&self, function: &mut ItemFn) {
        let private = &self.private;
        let freezable = self.options.freezable;
        let signals = &self.options.signals;
        let mut first: Vec<Stmt> = Vec::new();
        if freezable || !signals.is_empty() {
            let begun = Ident::new("__kthread_begun", Span::mixed_site());
            first.push(parse_quote! {
                let #begun = #private::begin(#freezable, &[#(#private::Signal::#signals),*]);
            });
        }
        // Behind the items that a function may begin with.
        let items = function.block.stmts.iter().take_while(|stmt| matches!(stmt, Stmt::Item(_)));
        let at = items.count();
        function.block.stmts.splice(at..at, first);
    }
}

/// Whether a loop's head holds values while its body runs.
fn head_holds(kind: &Kind) -> bool {
    match kind {
        Kind::Loop => false,
        Kind::For(..) => true,
        Kind::While(cond) => binds(cond),
    }
}

/// What a body finds bound. The condition of a `while` binds when it is visited.
fn scope_of_head(kind: &Kind) -> Scope {
    let mut scope = Scope::default();
    if let Kind::For(pat, _) = kind {
        scope.bind(pat);
    }
    scope
}
