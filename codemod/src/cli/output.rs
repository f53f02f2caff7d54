//! Where output goes, and how it may look.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};

use clap::ValueEnum;

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb; everywhere with CLICOLOR_FORCE.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    pub(super) fn on(self, stream: &impl IsTerminal) -> bool {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR") => false,
            Self::Auto if set("CLICOLOR_FORCE") => {
                std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
                    || is_capable(stream)
            }
            Self::Auto => is_capable(stream),
        }
    }
}

/// Whether escape sequences are understood there.
pub(super) fn is_capable(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// Columns to wrap at.
pub(super) fn width() -> usize {
    match terminal_size::terminal_size() {
        Some((width, _)) if io::stdout().is_terminal() => width.0.into(),
        _ => 100,
    }
}

/// Whether the reader went away, as `head` does: no reason to complain.
pub(super) fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// Writes to stdout. `false` where it could not; the user knows why.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> bool {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => true,
        Err(error) if is_closed(&error) => {
            // What is left would be tried again, and fail again, when it is dropped.
            drop(out.into_parts());
            true
        }
        Err(error) => {
            drop(out.into_parts());
            complain(format_args!("stdout: {error}"));
            false
        }
    }
}

/// Tells of an error on stderr.
pub(super) fn complain(what: impl Display) {
    note(format_args!("error: {what}"));
}

/// Writes a line to stderr; where even that fails there is nobody to tell.
pub(super) fn note(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
