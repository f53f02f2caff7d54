//! Findings: one rule, one file. A new rule is a file here, its folder in the corpus and one line in
//! [`RULES`].

mod stop_never_tested;

use crate::analysis::helpers::Helpers;
use crate::analysis::thread::ThreadModel;
use crate::index::db::Db;
use crate::report::schema::{Confidence, Finding, Severity};
use crate::source::Loc;

/// What a rule may look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// All files.
    pub db: &'a Db,
    /// What called functions do.
    pub helpers: &'a Helpers<'a>,
}

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its code, which stays the same for ever.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What `explain` prints: what it finds, why that is bad, an example, what to do instead.
    pub page: &'static str,
    /// The folder below `corpus/patterns` that holds a case and its controls.
    pub corpus: &'static str,
    /// Looks at one thread.
    pub check: fn(&Context<'_>, &ThreadModel<'_>) -> Vec<Found>,
}

/// What a rule found.
#[derive(Debug, Clone)]
pub struct Found {
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Where.
    pub at: Loc,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Places that belong to it.
    pub related: Vec<(Loc, String)>,
}

/// All rules, by code.
pub const RULES: &[Rule] = &[stop_never_tested::RULE];

/// Runs all rules on a thread.
pub fn check(context: &Context<'_>, thread: &ThreadModel<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for rule in RULES {
        for found in (rule.check)(context, thread) {
            let file = context.db.sources.file(found.at.file);
            let start = file.lines().position(found.at.span.start);
            let end = file.lines().position(found.at.span.end);
            out.push(Finding {
                code: rule.code,
                name: rule.name,
                severity: found.severity,
                confidence: found.confidence,
                path: file.path().to_owned(),
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
                function: thread.record.function.clone(),
                message: found.message,
                help: found.help,
                at: found.at,
                related: found.related,
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_every_page_is_whole() {
        for pair in RULES.windows(2) {
            assert!(pair[0].code < pair[1].code);
        }
        for rule in RULES {
            assert!(rule.page.starts_with(&format!("# {} {}\n", rule.code, rule.name)));
            for part in ["## What it finds", "## Why that is bad", "## Example", "## Instead"] {
                assert!(rule.page.contains(part), "{} lacks {part}", rule.code);
            }
        }
    }
}
