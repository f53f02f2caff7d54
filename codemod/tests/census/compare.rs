//! The census against the tool, function by function and loop by loop.

use std::collections::{BTreeMap, BTreeSet};

use crate::census::{Place, Record};
use crate::notes::{self, Field, Notes};
use crate::ours::{Loop, Ours, Thread};

/// Whether the lines of the tree are those of the census.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// They are.
    Exact,
    /// Another version: functions match by name, loops by their distance from the function.
    Shifted,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Recall {
    pub(crate) found: usize,
    pub(crate) of: usize,
}

/// What is wrong about a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    MissedFunction,
    MovedFunction,
    OtherRole,
    MissedLoop,
    UnexplainedExtra,
    BrokenNote,
}

/// Something that stands against the tool or the census.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    pub(crate) path: String,
    pub(crate) function: String,
    /// What there is instead.
    pub(crate) instead: String,
}

/// Why the tool has a thread that the census lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// A body that another thread function calls.
    Callback,
    /// A function that makes a kthread_worker.
    Worker,
    /// Below tools/ or Documentation/, where the census did not look.
    OutsideCensus,
    /// A second definition of a function of the census, in the same file.
    Twin,
    /// The notes say so.
    Noted(String),
    /// No reason known.
    Unexplained,
}

/// A thread of the tool's that the census lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Extra {
    pub(crate) why: Why,
    pub(crate) path: String,
    pub(crate) function: String,
    pub(crate) line: u32,
}

/// The outcome.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) functions: Recall,
    /// Main loops of classes A to D at the census's lines.
    pub(crate) loops: Recall,
    /// Main loops at the line that the notes say is the right one.
    pub(crate) loops_noted: usize,
    /// Main loops of class E at the census's lines: told, not asked for.
    pub(crate) loops_unsuited: Recall,
    /// Threads for which the census has no main loop and the tool has one.
    pub(crate) loops_more: Vec<String>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) extras: Vec<Extra>,
    /// Index into the census, index into the tool's threads.
    pub(crate) pairs: Vec<(usize, usize)>,
}

impl Comparison {
    /// Adds a problem.
    pub(crate) fn problem(&mut self, kind: Kind, path: &str, function: &str, instead: String) {
        let (path, function) = (path.to_owned(), function.to_owned());
        self.problems.push(Problem { kind, path, function, instead });
    }
}

/// Compares.
pub(crate) fn compare(census: &[Record], ours: &Ours, notes: &Notes, lines: Lines) -> Comparison {
    let mut by_name: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, thread) in ours.threads.iter().enumerate() {
        by_name.entry((&thread.path, &thread.function)).or_default().push(index);
    }
    let mut out = Comparison::default();
    let mut used = BTreeSet::new();
    for (index, record) in census.iter().enumerate() {
        out.functions.of += 1;
        let best = by_name.get(&(record.file.as_str(), record.func.as_str())).and_then(|them| {
            them.iter().copied().min_by_key(|&candidate| {
                let thread = &ours.threads[candidate];
                (thread.role != "thread", thread.line.abs_diff(record.line), candidate)
            })
        });
        let thread = best.map(|best| &ours.threads[best]);
        if let (Some(best), Some(thread)) = (best, thread) {
            used.insert(best);
            out.pairs.push((index, best));
            out.functions.found += 1;
            if thread.line != record.line && lines == Lines::Exact {
                let instead = format!("line {}, not {}", thread.line, record.line);
                out.problem(Kind::MovedFunction, &record.file, &record.func, instead);
            }
            if thread.role != "thread" {
                out.problem(Kind::OtherRole, &record.file, &record.func, thread.role.clone());
            }
        } else {
            let instead = instead_of_function(record, ours);
            out.problem(Kind::MissedFunction, &record.file, &record.func, instead);
        }
        compare_loop(record, thread, notes, lines, &mut out);
    }
    out.extras = extras(census, ours, notes, &used);
    for extra in out.extras.clone() {
        if extra.why == Why::Unexplained {
            let instead = format!("line {}", extra.line);
            out.problem(Kind::UnexplainedExtra, &extra.path, &extra.function, instead);
        }
    }
    if lines == Lines::Exact {
        notes::check(census, ours, notes, &mut out);
    }
    out.problems.sort();
    out
}

fn compare_loop(
    record: &Record,
    thread: Option<&Thread>,
    notes: &Notes,
    lines: Lines,
    out: &mut Comparison,
) {
    let got = thread.and_then(Thread::main_loop);
    let Some(place) = record.main_loop() else {
        if let Some(got) = got {
            out.loops_more.push(format!("{} {}: {}", record.file, record.func, show(got)));
        }
        return;
    };
    let at_census = matches(&place, record, got, thread, lines);
    if !record.counts() {
        out.loops_unsuited.of += 1;
        out.loops_unsuited.found += usize::from(at_census);
        return;
    }
    out.loops.of += 1;
    if let (Some(note), Lines::Exact) = (notes.wrong(record, Field::LoopLine), lines) {
        let there =
            got.map_or_else(|| "none".to_owned(), |got| format!("{}:{}", got.path, got.line));
        if there == note.ours {
            out.loops_noted += 1;
        } else {
            let instead = format!("{there}; the notes say {}", note.ours);
            out.problem(Kind::MissedLoop, &record.file, &record.func, instead);
        }
    } else if at_census {
        out.loops.found += 1;
    } else if let Some(thread) = thread {
        let has = got.map_or_else(|| instead_of_loop(thread), show);
        let instead = format!("{has}; the census says {}:{}", place.path, place.line);
        out.problem(Kind::MissedLoop, &record.file, &record.func, instead);
    }
}

fn matches(
    place: &Place,
    record: &Record,
    got: Option<&Loop>,
    thread: Option<&Thread>,
    lines: Lines,
) -> bool {
    let (Some(got), Some(thread)) = (got, thread) else { return false };
    if got.path != place.path || got.function != place.function {
        return false;
    }
    match lines {
        Lines::Exact => got.line == place.line,
        // A helper may have moved against the thread function: its name has to do.
        Lines::Shifted if place.function != record.func => true,
        Lines::Shifted => {
            i64::from(got.line) - i64::from(thread.line)
                == i64::from(place.line) - i64::from(record.line)
        }
    }
}

fn show(found: &Loop) -> String {
    format!("{}:{} in {}", found.path, found.line, found.function)
}

fn instead_of_loop(thread: &Thread) -> String {
    let others: Vec<_> = thread.loops.iter().map(|other| other.line.to_string()).collect();
    if others.is_empty() {
        "no loop at all".to_owned()
    } else {
        format!("no main loop, others at {}", others.join(", "))
    }
}

fn instead_of_function(record: &Record, ours: &Ours) -> String {
    let there = |thread: &&Thread| thread.path == record.file && thread.line == record.line;
    if let Some(thread) = ours.threads.iter().find(there) {
        return format!("{} stands at line {}", thread.function, thread.line);
    }
    if let Some(thread) = ours.threads.iter().find(|thread| thread.function == record.func) {
        return format!("one of that name at {}:{}", thread.path, thread.line);
    }
    let here = ours.not_understood.iter().find(|what| what.path == record.file);
    here.map_or_else(
        || "nothing".to_owned(),
        |what| format!("not understood at line {}: {}", what.line, what.why),
    )
}

fn extras(census: &[Record], ours: &Ours, notes: &Notes, used: &BTreeSet<usize>) -> Vec<Extra> {
    let known: BTreeSet<_> = census.iter().map(|record| (&record.file, &record.func)).collect();
    let unused = ours.threads.iter().enumerate().filter(|(index, _)| !used.contains(index));
    let mut extras: Vec<_> = unused
        .map(|(_, thread)| {
            let note = notes
                .extra
                .iter()
                .find(|note| note.path == thread.path && note.function == thread.function);
            let why = match thread.role.as_str() {
                "callback" => Why::Callback,
                "worker" => Why::Worker,
                _ if thread.path.starts_with("tools/")
                    || thread.path.starts_with("Documentation/") =>
                {
                    Why::OutsideCensus
                }
                _ if known.contains(&(&thread.path, &thread.function)) => Why::Twin,
                _ => note.map_or(Why::Unexplained, |note| Why::Noted(note.reason.clone())),
            };
            let (path, function) = (thread.path.clone(), thread.function.clone());
            Extra { why, path, function, line: thread.line }
        })
        .collect();
    extras.sort();
    extras
}
