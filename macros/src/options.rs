//! What the attribute is given in parentheses.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, LitStr, Path, Token, parenthesized};

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
}

impl Parse for Given {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword.
        let name = input.call(<Ident as syn::ext::IdentExt>::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            if name == "crate" {
                Value::Path(input.call(Path::parse_mod_style)?)
            } else {
                Value::Equals(input.parse()?)
            }
        } else if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            Value::List(
                Punctuated::<Ident, Token![,]>::parse_terminated(&list)?.into_iter().collect(),
            )
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
        let given = match Punctuated::<Given, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(given) => given,
            Err(error) => {
                report.error(
                    error.span(),
                    &format!("this can't be read as an option ({error})"),
                    "write them as in `#[kthread_iterant(parkable, signals(SIGHUP), nice = 10)]`",
                );
                return options;
            }
        };
        let mut seen: Vec<String> = Vec::new();
        for Given { name, value } in given {
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
            ("freezable", value) => self.freezable = flag(name, value, report),
            ("parkable", value) => self.parkable = flag(name, value, report),
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
            ("name", Value::Equals(Expr::Lit(ExprLit { lit: Lit::Str(text), .. }))) => {
                self.name = Some(text);
            }
            ("name", _) => report.error(
                name.span(),
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
            ("crate", _) => report.error(
                name.span(),
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

/// `flag`, `flag = true` or `flag = false`.
fn flag(name: &Ident, value: Value, report: &mut Report) -> bool {
    match value {
        Value::None => true,
        Value::Equals(Expr::Lit(ExprLit { lit: Lit::Bool(value), .. })) => value.value,
        _ => {
            report.error(
                name.span(),
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
    Err(nearest(&full, &SIGNALS).map_or_else(
        || "write it as in `signals(SIGHUP)`".to_owned(),
        |near| format!("there is `{near}`"),
    ))
}

fn nearest(word: &str, among: &[&'static str]) -> Option<&'static str> {
    let rated = among.iter().map(|known| (strsim::jaro_winkler(word, known), *known));
    let (likeness, best) = rated.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (likeness > 0.84).then_some(best)
}
