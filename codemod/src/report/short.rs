//! `--format short`: a line for each record, in the style of gcc, for editors and for grep.

use std::io;

use super::schema::{Finding, Judgement, NotUnderstood, Report, Severity, Thread, Verdict};
use super::text::one_line;
use super::words::{Word, join, kind, name};
use crate::source::SourceSet;

/// One line of output. It is sorted by its place: path, line, column.
struct Entry<'a> {
    place: (&'a str, u32, u32),
    severity: &'static str,
    text: String,
}

/// Writes threads, findings and what was not understood, by path and line. An info is called
/// `note`, as gcc does.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, sources: &SourceSet, out: &mut dyn io::Write) -> io::Result<()> {
    let mut lines: Vec<_> =
        report.threads.iter().map(|thread| of_thread(thread, sources)).collect();
    lines.extend(report.findings.iter().map(of_finding));
    lines.extend(report.not_understood.iter().map(of_not_understood));
    lines.sort_by_key(|entry| entry.place);
    for Entry { place: (path, line, column), severity, text } in &lines {
        let path = one_line(path);
        let text = one_line(text);
        // A 0 stands for what is not known: the column, or the line where the file is meant.
        match (line, column) {
            (0, _) => writeln!(out, "{path}: {severity}: {text}"),
            (_, 0) => writeln!(out, "{path}:{line}: {severity}: {text}"),
            (_, _) => writeln!(out, "{path}:{line}:{column}: {severity}: {text}"),
        }?;
    }
    Ok(())
}

fn of_thread<'a>(thread: &'a Thread, sources: &SourceSet) -> Entry<'a> {
    let column = super::place::position(sources, thread.at)
        .filter(|(path, position)| *path == thread.path && position.line == thread.line)
        .map_or(0, |(_, position)| position.column);
    let main = match thread.loops.iter().find(|one| one.main) {
        Some(one) => format!(
            "main loop at {}:{} ({}, {})",
            one.path,
            one.line,
            one.form.word(),
            one.head.word()
        ),
        None => "no main loop".into(),
    };
    let sleeps: Vec<_> = thread
        .sleeps
        .iter()
        .map(|sleep| format!("{}:{} ({})", sleep.call, sleep.line, sleep.place.word()))
        .collect();
    let sleeps = if sleeps.is_empty() { "none".into() } else { sleeps.join(" ") };
    let text = format!(
        "{} {}: {main}, sleeps: {sleeps}, iterant: {}, worker: {}",
        kind(thread.role),
        name(thread),
        judgement(&thread.iterant),
        judgement(&thread.worker),
    );
    Entry { place: (&thread.path, thread.line, column), severity: "note", text }
}

fn judgement(judgement: &Judgement) -> String {
    let Judgement { verdict, lifts, reasons } = judgement;
    // A code once: the places are in the other formats.
    let mut codes: Vec<_> = reasons.iter().map(|reason| reason.code).collect();
    codes.sort_unstable();
    codes.dedup();
    match (verdict, codes.is_empty()) {
        (Verdict::Convertible, _) if !lifts.is_empty() => {
            format!("{} (lifts {})", verdict.word(), join(lifts, ", "))
        }
        (_, true) => verdict.word().into(),
        (_, false) => format!("{}: {}", verdict.word(), codes.join(" ")),
    }
}

fn of_finding(finding: &Finding) -> Entry<'_> {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let text = format!("{} [{} {}]", finding.message, finding.code, finding.name);
    Entry { place: (&finding.path, finding.line, finding.column), severity, text }
}

fn of_not_understood(record: &NotUnderstood) -> Entry<'_> {
    let severity = if record.matters { "warning" } else { "note" };
    let text = format!("not understood: {}", record.why);
    Entry { place: (&record.path, record.line, 0), severity, text }
}
