//! What the attribute is given in parentheses.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr, Path, Token, parenthesized};

use crate::checkpoints::bare;
use crate::report::Report;

/// All names, for who mistypes one.
const NAMES: [&str; 7] = ["freezable", "parkable", "signals", "name", "nice", "spawn", "crate"];

/// See the module.
pub(crate) struct Options {
    pub(crate) freezable: bool,
    pub(crate) parkable: bool,
    /// Signals that are allowed, by the name of their constant in the runtime.
    pub(crate) signals: Vec<Ident>,
    pub(crate) name: Option<LitStr>,
    pub(crate) nice: Option<Expr>,
    /// The name of the function that starts a thread.
    pub(crate) spawn: Option<Spawn>,
    /// Where the runtime is.
    pub(crate) runtime: Path,
}

/// Under which name a thread is started.
pub(crate) enum Spawn {
    /// The function's, with `spawn_` before it.
    ByDefault,
    As(Ident),
}

/// One option as it was written.
struct Given {
    name: Ident,
    value: Value,
}

enum Value {
    None,
    Equals(Expr),
    Path(Path),
    List(Vec<Ident>),
    /// Something else in parentheses.
    Other,
}

impl Parse for Given {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword.
        let name = input.call(<Ident as syn::ext::IdentExt>::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let path = input.fork();
            if name == "crate" && path.call(Path::parse_mod_style).is_ok() {
                Value::Path(input.call(Path::parse_mod_style)?)
            } else {
                Value::Equals(input.parse()?)
            }
        } else if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            let list: TokenStream = list.parse()?;
            let names = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list);
            names.map_or(Value::Other, |names| Value::List(names.into_iter().collect()))
        } else {
            Value::None
        };
        Ok(Self { name, value })
    }
}

impl Options {
    pub(crate) fn parse(tokens: TokenStream, report: &mut Report) -> Self {
        let mut options = Self {
            freezable: true,
            parkable: false,
            signals: Vec::new(),
            name: None,
            nice: None,
            spawn: None,
            runtime: syn::parse_quote!(::kthread),
        };
        let mut seen: Vec<String> = Vec::new();
        for given in all_given.parse2(tokens).unwrap_or_default() {
            let Given { name, value } = match given {
                Ok(given) => given,
                Err(error) => {
                    report.error(
                        error.span(),
                        &format!("this can't be read as an option ({error})"),
                        "write them as in `#[kthread_iterant(parkable, signals(SIGHUP), nice = 10)]`",
                    );
                    continue;
                }
            };
            let text = name.to_string();
            if seen.contains(&text) {
                report.error(name.span(), "this option is given twice", "drop one of them");
                continue;
            }
            options.take(&name, value, report);
            seen.push(text);
        }
        if options.spawn.is_none() {
            // Both are for the thread that it starts.
            let told = options.name.is_some() || options.nice.is_some();
            options.spawn = told.then_some(Spawn::ByDefault);
        }
        options
    }

    fn take(&mut self, name: &Ident, value: Value, report: &mut Report) {
        match (name.to_string().as_str(), value) {
            ("freezable", value) => self.freezable = flag(name, &value, report),
            ("parkable", value) => self.parkable = flag(name, &value, report),
            ("signals", Value::List(signals)) => {
                for signal in signals {
                    match constant(&signal) {
                        Ok(constant) => self.signals.push(constant),
                        Err(help) => report.error(signal.span(), "no such signal", &help),
                    }
                }
            }
            ("signals", _) => report.error(
                name.span(),
                "`signals` is given names in parentheses",
                "write `signals(SIGHUP, SIGTERM)`",
            ),
            ("name", Value::Equals(value)) if literal(&value).is_some_and(is_text) => {
                self.name = literal(&value).and_then(text);
            }
            ("name", value) => report.error(
                value.span().unwrap_or(name.span()),
                "`name` is given a text",
                "write `name = \"flusher-{}\"`: each `{}` stands for an argument, in their order",
            ),
            ("nice", Value::Equals(nice)) => self.nice = Some(nice),
            ("nice", _) => {
                report.error(name.span(), "`nice` is given a number", "write `nice = 10`");
            }
            ("spawn", Value::None) => self.spawn = Some(Spawn::ByDefault),
            ("spawn", Value::Equals(Expr::Path(path))) if path.path.get_ident().is_some() => {
                self.spawn = path.path.get_ident().cloned().map(Spawn::As);
            }
            ("spawn", _) => report.error(
                name.span(),
                "`spawn` is given a name, or nothing",
                "write `spawn`, or `spawn = start_flusher`",
            ),
            ("crate", Value::Path(path)) => self.runtime = path,
            ("crate", value) => report.error(
                value.span().unwrap_or(name.span()),
                "`crate` is given the path of the crate `kthread`",
                "write `crate = my_reexports::kthread`",
            ),
            (other, _) => {
                let help = nearest(other, &NAMES).map_or_else(
                    || format!("there are: {}", NAMES.join(", ")),
                    |near| format!("there is `{near}`"),
                );
                report.error(name.span(), &format!("there is no option `{other}`"), &help);
            }
        }
    }
}

/// The options, each by itself: an error in one hides no other.
fn all_given(input: ParseStream<'_>) -> syn::Result<Vec<syn::Result<Given>>> {
    let mut all = Vec::new();
    while !input.is_empty() {
        let given = input.fork();
        let read = given.parse::<Given>();
        if given.is_empty() || given.peek(Token![,]) {
            input.advance_to(&given);
            all.push(read);
        } else {
            all.push(read.and_then(|_| Err(given.error("expected `,`"))));
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<TokenTree>()?;
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(all)
}

impl Value {
    /// Where it is.
    fn span(&self) -> Option<Span> {
        match self {
            Self::Equals(value) => Some(value.span()),
            Self::Path(path) => Some(path.span()),
            Self::None | Self::List(_) | Self::Other => None,
        }
    }
}

/// A literal, also where a macro has put it.
fn literal(value: &Expr) -> Option<&Lit> {
    match bare(value) {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        _ => None,
    }
}

fn is_text(lit: &Lit) -> bool {
    matches!(lit, Lit::Str(_))
}

fn text(lit: &Lit) -> Option<LitStr> {
    if let Lit::Str(text) = lit { Some(text.clone()) } else { None }
}

/// `flag`, `flag = true` or `flag = false`.
fn flag(name: &Ident, value: &Value, report: &mut Report) -> bool {
    let given = if let Value::Equals(value) = value { literal(value) } else { None };
    match (value, given) {
        (Value::None, _) => true,
        (_, Some(Lit::Bool(value))) => value.value,
        _ => {
            report.error(
                value.span().unwrap_or(name.span()),
                &format!("`{name}` is given true or false"),
                &format!("write `{name} = true` or `{name} = false`"),
            );
            false
        }
    }
}

/// Signals that a thread can be sent; the constants of the runtime have no `SIG` before them.
const SIGNALS: [&str; 31] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
];

fn constant(signal: &Ident) -> Result<Ident, String> {
    let text = signal.to_string();
    let full = if text.starts_with("SIG") { text } else { format!("SIG{text}") };
    if SIGNALS.contains(&full.as_str()) {
        return Ok(Ident::new(full.trim_start_matches("SIG"), signal.span()));
    }
    let full = full.to_uppercase();
    let full = full.replacen("SIGSIG", "SIG", 1);
    // All begin alike.
    let short = SIGNALS.map(|known| known.trim_start_matches("SIG"));
    Err(nearest(full.trim_start_matches("SIG"), &short).map_or_else(
        || "write it as in `signals(SIGHUP)`".to_owned(),
        |near| format!("there is `SIG{near}`"),
    ))
}

fn nearest(word: &str, among: &[&'static str]) -> Option<&'static str> {
    let rated = among.iter().map(|known| (strsim::jaro_winkler(word, known), *known));
    let (likeness, best) = rated.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (likeness > 0.8).then_some(best)
}
