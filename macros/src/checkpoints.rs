//! The checkpoints of the runtime, as a function passes them by itself.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, Path};

/// What a call of the runtime does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `should_stop()`
    Stop,
    /// `freezable_should_stop()`
    FreezableStop,
    /// `try_to_freeze()`
    Freeze,
    /// `should_park()`
    ShouldPark,
    /// `park_me()`
    ParkMe,
    /// `sleep()`
    Sleep,
    /// `sleep_timeout(limit)`
    SleepTimeout,
}

impl Kind {
    fn of_name(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("kthread_").unwrap_or(name) {
            "should_stop" => Self::Stop,
            "freezable_should_stop" => Self::FreezableStop,
            "try_to_freeze" => Self::Freeze,
            "should_park" => Self::ShouldPark,
            "park_me" | "parkme" => Self::ParkMe,
            "sleep" => Self::Sleep,
            "sleep_timeout" => Self::SleepTimeout,
            _ => return None,
        })
    }

    /// The name of the runtime's function, if a name is one of its names.
    pub(crate) fn canonical(name: &str) -> Option<&'static str> {
        Some(match Self::of_name(name)? {
            Self::Stop => "should_stop",
            Self::FreezableStop => "freezable_should_stop",
            Self::Freeze => "try_to_freeze",
            Self::ShouldPark => "should_park",
            Self::ParkMe => "park_me",
            Self::Sleep => "sleep",
            Self::SleepTimeout => "sleep_timeout",
        })
    }

    fn is_stop(self) -> bool {
        matches!(self, Self::Stop | Self::FreezableStop)
    }
}

/// Recognises the runtime's calls: by their own name, which is then checked to be the runtime's, or behind
/// the name of the crate.
pub(crate) struct Recognizer {
    /// The crate's name in a path.
    krate: String,
}

impl Recognizer {
    pub(crate) fn new(runtime: &Path) -> Self {
        let last = runtime.segments.last();
        Self { krate: last.map_or_else(|| "kthread".to_owned(), |last| last.ident.to_string()) }
    }

    pub(crate) fn of_path(&self, path: &Path) -> Option<Kind> {
        let mut last = path.segments.iter().rev();
        let kind = Kind::of_name(&last.next()?.ident.to_string())?;
        match last.next() {
            None if path.leading_colon.is_none() => Some(kind),
            // Under its own name it is there also where another is given.
            Some(before) if before.ident == self.krate || before.ident == "kthread" => Some(kind),
            _ => None,
        }
    }

    /// The call that an expression is, and its arguments.
    pub(crate) fn call<'a>(&self, expr: &'a Expr) -> Option<(Kind, Vec<&'a Expr>)> {
        match bare(expr) {
            Expr::Call(call) if call.attrs.is_empty() => {
                let Expr::Path(path) = bare(&call.func) else { return None };
                let kind = self.of_path(&path.path)?;
                let wanted = usize::from(kind == Kind::SleepTimeout);
                (call.args.len() == wanted).then(|| (kind, call.args.iter().collect()))
            }
            Expr::Macro(call) if call.mac.tokens.is_empty() && call.attrs.is_empty() => {
                let kind = self.of_path(&call.mac.path)?;
                (kind != Kind::SleepTimeout).then(|| (kind, Vec::new()))
            }
            _ => None,
        }
    }

    pub(crate) fn is_stop(&self, expr: &Expr, freezable: bool) -> bool {
        match self.call(expr) {
            Some((Kind::Stop, _)) => true,
            Some((Kind::FreezableStop, _)) => freezable,
            _ => false,
        }
    }

    /// Whether a checkpoint is passed somewhere in an expression, and whether one of them tests stop.
    pub(crate) fn look<'a>(&'a self, at: impl FnOnce(&mut Seen<'a>)) -> Seen<'a> {
        let mut seen = Seen { recognizer: self, any: false, stop: false, freeze_used: false };
        at(&mut seen);
        seen
    }
}

/// What [`Recognizer::look`] has seen.
pub(crate) struct Seen<'a> {
    recognizer: &'a Recognizer,
    pub(crate) any: bool,
    pub(crate) stop: bool,
    /// Something is done with what `try_to_freeze()` says.
    pub(crate) freeze_used: bool,
}

impl Seen<'_> {
    fn note(&mut self, kind: Kind) {
        self.any = true;
        self.stop |= kind.is_stop();
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    // `sleep` alone may be anything.
                    match Kind::of_name(&name.to_string()) {
                        Some(kind) if kind.is_stop() || kind == Kind::Freeze => self.note(kind),
                        _ => {}
                    }
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Seen<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if let Some((kind, _)) = self.recognizer.call(expr) {
            self.note(kind);
            self.freeze_used |= kind == Kind::Freeze;
        } else if let Expr::Call(call) = expr
            && let Expr::Path(path) = bare(&call.func)
            && let Some(last) = path.path.segments.last()
            && let Some(kind) = Kind::of_name(&last.ident.to_string()).filter(|kind| kind.is_stop())
        {
            // Under whatever path: it stays, but it is a test.
            self.note(kind);
        }
        visit::visit_expr(self, expr);
    }

    fn visit_stmt(&mut self, stmt: &'ast syn::Stmt) {
        let expr = match stmt {
            syn::Stmt::Expr(expr, Some(_)) => Some(expr),
            syn::Stmt::Local(local) if matches!(local.pat, syn::Pat::Wild(_)) => {
                local.init.as_ref().map(|init| &*init.expr)
            }
            _ => None,
        };
        match expr.and_then(|expr| self.recognizer.call(expr)) {
            // What it says is dropped.
            Some((Kind::Freeze, _)) => self.note(Kind::Freeze),
            _ => visit::visit_stmt(self, stmt),
        }
    }

    fn visit_stmt_macro(&mut self, call: &'ast syn::StmtMacro) {
        if call.mac.tokens.is_empty()
            && let Some(kind) = self.recognizer.of_path(&call.mac.path)
        {
            self.note(kind);
        }
        visit::visit_stmt_macro(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // `current.should_stop()`: it stays, but it is a test.
        if call.args.is_empty()
            && let Some(kind) = Kind::of_name(&call.method.to_string())
            && kind.is_stop()
        {
            self.note(kind);
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// Without the parentheses around it.
pub(crate) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) if paren.attrs.is_empty() => bare(&paren.expr),
        Expr::Group(group) => bare(&group.expr),
        other => other,
    }
}
