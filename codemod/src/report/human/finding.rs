use miette::Severity;

use super::note::{Note, Place};
use crate::report::place;
use crate::report::schema::{self, Confidence, Finding};
use crate::report::text::count;
use crate::report::words::Word;
use crate::source::{Loc, SourceSet};

/// Related places that are shown.
const RELATED_MAX: usize = 8;

pub(super) fn note(finding: &Finding, sources: &SourceSet, width: usize) -> Note {
    let severity = match finding.severity {
        schema::Severity::Error => Severity::Error,
        schema::Severity::Warning => Severity::Warning,
        schema::Severity::Info => Severity::Advice,
    };
    let here = Place { at: finding.at, path: &finding.path, line: finding.line };
    let label = match finding.function.as_str() {
        "" => String::new(),
        function => format!("in `{function}`"),
    };
    let mut help = vec![finding.help.clone()];
    if finding.confidence != Confidence::High {
        help.push(format!("(confidence: {})", finding.confidence.word()));
    }
    if let Some(more @ 1..) = finding.related.len().checked_sub(RELATED_MAX) {
        help.push(format!("({} not shown)", count(more, "related place")));
    }
    let related = finding.related.iter().take(RELATED_MAX);
    let related = related.map(|(at, sentence)| related_note(*at, sentence, sources, width));
    Note::new(severity, &finding.message, here, &label, 1, sources, width)
        .with_code(format!("{} {}", finding.code, finding.name))
        .with_help(help.join("\n").trim_start(), width)
        .with_related(related.collect())
}

fn related_note(at: Loc, sentence: &str, sources: &SourceSet, width: usize) -> Note {
    let path = place::path(sources, at).unwrap_or_default();
    let line = place::position(sources, at).map_or(0, |(_, position)| position.line);
    Note::new(Severity::Advice, sentence, Place { at, path, line }, "", 0, sources, width)
}
