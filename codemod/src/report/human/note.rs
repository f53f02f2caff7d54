use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

use super::snippet::Snippet;
use crate::report::text::{one_line, wrap};
use crate::source::{Loc, SourceSet};

/// What miette draws beside a message and beside a help text.
const MESSAGE_INDENT: usize = 4;
const HELP_INDENT: usize = 8;

/// Columns of a name in the help text of a thread.
const NAME: usize = 13;

/// One diagnostic.
#[derive(Debug)]
pub(super) struct Note {
    message: String,
    code: Option<String>,
    severity: Severity,
    snippet: Option<(Snippet, Option<String>)>,
    help: Option<String>,
    related: Vec<Note>,
}

/// A place in a note: the source where it is there, `path:line` where it is not.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) at: Loc,
    /// What to print without the source; empty where nobody knows.
    pub(super) path: &'a str,
    /// 0 where it is the file that is meant.
    pub(super) line: u32,
}

impl Note {
    /// A note on `place`, which `label` names, with `context` lines around it.
    pub(super) fn new(
        severity: Severity,
        message: &str,
        place: Place<'_>,
        label: &str,
        context: usize,
        sources: &SourceSet,
        width: usize,
    ) -> Self {
        let mut message = wrap(message, width - MESSAGE_INDENT, 0);
        let mut snippet = None;
        if let Some(found) = Snippet::new(sources, place.at, context) {
            snippet = Some((found, (!label.is_empty()).then(|| one_line(label))));
        } else {
            for line in [label, &at_line(place)] {
                if !line.is_empty() {
                    message.push('\n');
                    message += &wrap(line, width - MESSAGE_INDENT, 0);
                }
            }
        }
        Self { message, code: None, severity, snippet, help: None, related: Vec::new() }
    }

    /// Puts a rule's code and name above the message.
    pub(super) fn with_code(mut self, code: String) -> Self {
        self.code = Some(code);
        self
    }

    /// Puts wrapped text below the source.
    pub(super) fn with_help(mut self, help: &str, width: usize) -> Self {
        self.help = (!help.is_empty()).then(|| wrap(help, width - HELP_INDENT, 0));
        self
    }

    /// Puts a table of names and values below the source.
    pub(super) fn with_table(mut self, table: &[(&str, String)], width: usize) -> Self {
        let rows: Vec<_> = table
            .iter()
            .map(|(name, value)| {
                let value = wrap(value, width - HELP_INDENT - NAME, NAME);
                format!("{:NAME$}{value}", format!("{name}:"))
            })
            .collect();
        self.help = Some(rows.join("\n"));
        self
    }

    /// Puts notes that belong to this one below it.
    pub(super) fn with_related(mut self, related: Vec<Note>) -> Self {
        self.related = related;
        self
    }
}

fn at_line(place: Place<'_>) -> String {
    match (place.path, place.line) {
        ("", _) => String::new(),
        (path, 0) => format!("in {path}"),
        (path, line) => format!("at {path}:{line}"),
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Note {}

impl Diagnostic for Note {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as _)
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|(snippet, _)| snippet as _)
    }

    // One label: with two that lie far apart, miette prints every line in between.
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.snippet.as_ref().map(|(snippet, label)| {
            let label = LabeledSpan::new_primary_with_span(label.clone(), snippet.span());
            Box::new(std::iter::once(label)) as _
        })
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        (!self.related.is_empty())
            .then(|| Box::new(self.related.iter().map(|note| note as &dyn Diagnostic)) as _)
    }
}
