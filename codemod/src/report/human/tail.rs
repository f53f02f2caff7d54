//! What follows the diagnostics.

use crate::report::schema::{NotUnderstood, Summary};
use crate::report::text::{count, one_line, wrap};

/// A list of what was not understood, with what matters first; empty for nothing.
pub(super) fn not_understood(records: &[NotUnderstood], width: usize) -> String {
    let mut text = String::new();
    let sections =
        [(true, "Not understood, and it matters:"), (false, "Not understood elsewhere:")];
    for (matters, title) in sections {
        let mut records = records.iter().filter(|record| record.matters == matters).peekable();
        if records.peek().is_none() {
            continue;
        }
        text += title;
        text.push('\n');
        for NotUnderstood { path, line, why, .. } in records {
            // Not wrapped: a place can be clicked on, and a path can hold two spaces in a row.
            let place =
                if *line == 0 { one_line(path) } else { format!("{}:{line}", one_line(path)) };
            let why = wrap(why, width - 4, 4);
            text.extend(["  ", &place, ":\n    ", &why, "\n"]);
        }
        text.push('\n');
    }
    text
}

/// The counts in a paragraph.
pub(super) fn summary(summary: &Summary, width: usize) -> String {
    let Summary { threads, loops, convertible, findings, .. } = summary;
    let text = format!(
        "{} with {}; convertible: {} to an iterant, {} to a kthread_worker. {}, {}, {}. \
         {} not understood. Of {} seen, {} were read and {} parsed.",
        count(*threads, "kernel thread"),
        count(*loops, "loop"),
        convertible.iterant,
        convertible.worker,
        count(findings.error, "error"),
        count(findings.warning, "warning"),
        count(findings.info, "info"),
        count(summary.not_understood, "place"),
        count(summary.files_seen, "file"),
        summary.files_read,
        summary.files_parsed,
    );
    wrap(&text, width, 0) + "\n"
}
