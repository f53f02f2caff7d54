//! `--format human`: diagnostics with the source under them.

mod finding;
mod note;
mod snippet;
mod table;
mod tail;
mod thread;

use std::io;

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::schema::Report;
use crate::source::SourceSet;
use note::Note;

/// How the human format looks.
#[derive(Debug, Clone, Copy)]
pub struct HumanOptions {
    /// Whether to colour; without it no escape sequence is written, whatever the source holds.
    pub color: bool,
    /// Columns to wrap prose at, kept between 40 and 400. Source lines and paths are not wrapped.
    pub width: usize,
}

/// Writes a diagnostic for each thread and each finding, then what was not understood, then the
/// counts.
///
/// # Errors
/// Those of `out`.
pub fn write(
    report: &Report,
    sources: &SourceSet,
    options: HumanOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let width = options.width.clamp(40, 400);
    let handler = handler(options.color);
    let threads = report.threads.iter().map(|thread| thread::note(thread, sources, width));
    let findings = report.findings.iter().map(|finding| finding::note(finding, sources, width));
    for note in threads.chain(findings) {
        out.write_all(render(&handler, &note)?.as_bytes())?;
    }
    out.write_all(tail::not_understood(&report.not_understood, width).as_bytes())?;
    out.write_all(tail::summary(&report.summary, width).as_bytes())
}

fn handler(color: bool) -> GraphicalReportHandler {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        // It would break paths at `/` and `-`, and source lines of nested notes: text is wrapped
        // before it gets there.
        .with_wrap_lines(false)
        .with_show_related_as_nested(true)
        .tab_width(8)
        .without_syntax_highlighting()
}

fn render(handler: &GraphicalReportHandler, note: &Note) -> io::Result<String> {
    let mut text = String::new();
    handler.render_report(&mut text, note).map_err(io::Error::other)?;
    let mut trimmed = String::with_capacity(text.len() + 1);
    for line in text.lines() {
        trimmed.push_str(line.trim_end());
        trimmed.push('\n');
    }
    trimmed.push('\n');
    Ok(trimmed)
}
