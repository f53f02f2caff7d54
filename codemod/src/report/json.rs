//! `--format json`: one object a line, as `codemod/schema/v1.json` says.

use std::io;

use super::schema::{Meta, Record, Report, SCHEMA};

/// The JSON Schema of one line, for version 1 of the contract.
pub const SCHEMA_V1: &str = include_str!("../../schema/v1.json");

/// Writes meta, threads, findings, what was not understood, and the summary, in the report's order.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    all(report, out, |put| {
        report.threads.iter().map(Record::Thread).try_for_each(&mut *put)?;
        report.findings.iter().map(Record::Finding).try_for_each(put)
    })
}

/// Writes meta, conversions, what was not understood, and the summary, in the report's order.
///
/// # Errors
/// Those of `out`.
pub fn write_conversions(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    all(report, out, |put| report.conversions.iter().map(Record::Conversion).try_for_each(put))
}

type Put<'a, 'r> = &'a mut dyn FnMut(Record<'r>) -> io::Result<()>;

fn all<'r>(
    report: &'r Report,
    out: &mut dyn io::Write,
    middle: impl FnOnce(Put<'_, 'r>) -> io::Result<()>,
) -> io::Result<()> {
    let meta = Meta { schema: SCHEMA, version: env!("CARGO_PKG_VERSION") };
    let mut line = Vec::new();
    let mut put = |record: Record<'r>| {
        line.clear();
        serde_json::to_writer(&mut line, &record)?;
        line.push(b'\n');
        out.write_all(&line)
    };
    put(Record::Meta(meta))?;
    middle(&mut put)?;
    report.not_understood.iter().map(Record::NotUnderstood).try_for_each(&mut put)?;
    put(Record::Summary(&report.summary))
}
