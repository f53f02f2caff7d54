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
    let meta = Meta { schema: SCHEMA, version: env!("CARGO_PKG_VERSION") };
    let mut line = Vec::new();
    let mut put = |record: Record<'_>| {
        line.clear();
        serde_json::to_writer(&mut line, &record)?;
        line.push(b'\n');
        out.write_all(&line)
    };
    put(Record::Meta(meta))?;
    report.threads.iter().map(Record::Thread).try_for_each(&mut put)?;
    report.findings.iter().map(Record::Finding).try_for_each(&mut put)?;
    report.not_understood.iter().map(Record::NotUnderstood).try_for_each(&mut put)?;
    put(Record::Summary(&report.summary))
}
