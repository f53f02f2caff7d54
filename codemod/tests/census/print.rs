//! The outcome as text: the figures for the snapshot, with all lists for the reader.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::compare::{Comparison, Extra, Kind, Recall, Why};
use crate::notes::Notes;
use crate::ours::Ours;
use crate::tables::{Matrix, Sets, Tables, form_agrees};

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Figures, misses, extras: what the snapshot guards.
    Facts,
    /// Also who the threads behind the tables are.
    All,
}

/// Everything that is printed about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome<'a> {
    pub(crate) ours: &'a Ours,
    pub(crate) notes: &'a Notes,
    pub(crate) found: &'a Comparison,
    pub(crate) tables: &'a Tables,
}

/// Prints.
pub(crate) fn render(outcome: Outcome<'_>, detail: Detail) -> String {
    let Outcome { ours, notes, found, tables } = outcome;
    let mut out = String::new();
    recall(&mut out, found, notes);
    extras(&mut out, &found.extras);
    not_understood(&mut out, ours);
    heading(&mut out, "Verdicts for the iterant, by the census's class");
    matrix(&mut out, &tables.verdicts, |_, _| true, detail, false);
    heading(&mut out, "Threads with a reason against, by code");
    for (code, count) in &tables.reasons {
        line(&mut out, &format!("{count:5}  {code}"));
    }
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &ours.findings {
        *codes.entry(&finding.code).or_default() += 1;
    }
    heading(&mut out, &format!("Findings: {}", ours.findings.len()));
    for (code, count) in codes {
        line(&mut out, &format!("{count:5}  {code}"));
    }
    if detail == Detail::All {
        for finding in &ours.findings {
            let at = format!("{}:{} {}", finding.path, finding.line, finding.function);
            line(&mut out, &format!("{} {at}", finding.code));
        }
    }
    agreement(&mut out, tables, detail);
    if let (Detail::All, Some(summary)) = (detail, &ours.summary) {
        heading(&mut out, "Files");
        line(&mut out, &format!("{} seen", summary.files_seen));
        line(&mut out, &format!("{} read", summary.files_read));
        line(&mut out, &format!("{} parsed", summary.files_parsed));
    }
    out
}

fn heading(out: &mut String, text: &str) {
    let gap = if out.is_empty() { "" } else { "\n" };
    // Writing to a String can't fail.
    let _ = writeln!(out, "{gap}{text}");
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "  {text}");
}

fn share(recall: Recall) -> String {
    format!("{} of {}", recall.found, recall.of)
}

fn recall(out: &mut String, found: &Comparison, notes: &Notes) {
    heading(out, "Recall");
    line(out, &format!("thread functions: {}", share(found.functions)));
    let (asked, told) = (share(found.loops), share(found.loops_unsuited));
    line(out, &format!("main loops of classes A to D at the census's line: {asked}"));
    line(out, &format!("  where the notes say that the record is wrong: {}", found.loops_noted));
    line(out, &format!("main loops of class E at the census's line: {told}"));
    line(out, &format!("main loops where the census has none: {}", found.loops_more.len()));
    for more in &found.loops_more {
        line(out, &format!("  {more}"));
    }
    let kinds = [
        (Kind::MissedFunction, "Missed functions"),
        (Kind::MovedFunction, "Functions at another line"),
        (Kind::OtherRole, "Functions in another role"),
        (Kind::MissedLoop, "Missed main loops of classes A to D"),
        (Kind::UnexplainedExtra, "UNEXPLAINED extras"),
        (Kind::BrokenNote, "Notes that do not hold"),
    ];
    for (kind, title) in kinds {
        let problems: Vec<_> =
            found.problems.iter().filter(|problem| problem.kind == kind).collect();
        heading(out, &format!("{title}: {}", problems.len()));
        for problem in problems {
            let who = format!("{} {}", problem.path, problem.function);
            line(out, &format!("{who}: {}", problem.instead));
        }
    }
    heading(out, &format!("Records believed wrong: {}", notes.wrong.len()));
    for note in &notes.wrong {
        line(out, &format!("{} {}", note.path, note.function));
        line(out, &format!("  census {}, ours {}: {}", note.census, note.ours, note.reason));
    }
}

fn extras(out: &mut String, extras: &[Extra]) {
    heading(out, &format!("Extras: {}", extras.len()));
    for extra in extras {
        let why = match &extra.why {
            Why::Callback => "callback",
            Why::Worker => "worker",
            Why::OutsideCensus => "outside the census",
            Why::Twin => "twin",
            Why::Noted(reason) => reason,
            Why::Unexplained => "UNEXPLAINED",
        };
        line(out, &format!("{}:{} {}: {why}", extra.path, extra.line, extra.function));
    }
}

fn not_understood(out: &mut String, ours: &Ours) {
    let matters: Vec<_> = ours.not_understood.iter().filter(|what| what.matters).collect();
    heading(out, &format!("Not understood, and it matters: {}", matters.len()));
    for what in &matters {
        line(out, &format!("{}:{} {}", what.path, what.line, what.why));
    }
    let rest = ours.not_understood.len() - matters.len();
    heading(out, &format!("Not understood, without harm to a thread: {rest}"));
}

fn agreement(out: &mut String, tables: &Tables, detail: Detail) {
    heading(out, "Main loops: the census's kind, our form and head");
    matrix(out, &tables.forms, form_agrees, detail, true);
    for (kind, cells) in &tables.checkpoints {
        heading(out, &format!("Checkpoints, {kind}: census, ours"));
        matrix(out, cells, |census, ours| census == ours, detail, true);
    }
    sets(out, "Sleeps in the thread function", &tables.sleeps, detail);
    sets(out, "Kinds of sleep, where only helpers sleep", &tables.helper_sleeps, detail);
    sets(out, "Locals carried across iterations", &tables.carried, detail);
    sets(out, "Locals read after the loop", &tables.read_after, detail);
    let (have, all) = tables.sites;
    heading(out, &format!("Creation sites of the census that we have: {have} of {all}"));
    line(out, &format!("wrong in the census, by the notes: {}", tables.sites_noted));
    line(out, &format!("more than the census: {}", tables.sites_more.len()));
    for site in &tables.sites_missing {
        line(out, &format!("missing: {site}"));
    }
    if detail == Detail::All {
        for site in &tables.sites_more {
            line(out, &format!("more: {site}"));
        }
    }
}

/// Prints a table; with `marked`, disagreement is marked and, in detail, named.
fn matrix(
    out: &mut String,
    cells: &Matrix,
    agrees: impl Fn(&str, &str) -> bool,
    detail: Detail,
    marked: bool,
) {
    let (mut same, mut all) = (0, 0);
    for ((census, ours), names) in cells {
        let agree = agrees(census, ours);
        all += names.len();
        same += if agree { names.len() } else { 0 };
        let mark = if agree { "" } else { "  differs" };
        line(out, &format!("{:5}  {census} | {ours}{mark}", names.len()));
        if detail == Detail::All && !agree {
            for name in names {
                line(out, &format!("         {name}"));
            }
        }
    }
    if marked {
        line(out, &format!("agree: {same} of {all}"));
    }
}

fn sets(out: &mut String, title: &str, sets: &Sets, detail: Detail) {
    heading(out, title);
    let both = sets.more.keys().filter(|name| sets.less.contains_key(*name)).count();
    let (more, less) = (sets.more.len() - both, sets.less.len() - both);
    line(out, &format!("same {}, ours more {more}, less {less}, differ {both}", sets.same));
    if detail == Detail::All {
        for (word, threads) in [("more", &sets.more), ("less", &sets.less)] {
            for (name, names) in threads {
                line(out, &format!("{word}: {name}: {}", names.join(", ")));
            }
        }
    }
}
