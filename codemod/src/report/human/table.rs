//! What is known of a thread, in rows of a name and a value.

use super::thread::SITES_MAX;
use crate::report::schema::{
    BackEdge, Checkpoint, Checkpoints, Judgement, Locals, Loop, Reason, Sleep, Thread, Verdict,
};
use crate::report::text::count;
use crate::report::words::{Word, join};

/// Places in a list of which the rest is only counted.
const LIST_MAX: usize = 16;

pub(super) fn rows(thread: &Thread, main: Option<&Loop>) -> Vec<(&'static str, String)> {
    let mut rows = vec![("defined", format!("{}:{}", thread.path, thread.line))];
    if let Some(main) = main {
        rows.push(("loop", described(main, thread)));
    }
    let others = thread.loops.iter().filter(|one| !one.main);
    let others = list(others.map(|one| described(one, thread)), "; ");
    rows.extend((!others.is_empty()).then_some(("other loops", others)));
    rows.push(("checkpoints", or_none(checkpoints(&thread.checkpoints))));
    rows.push(("sleeps", or_none(list(thread.sleeps.iter().map(sleep), ", "))));
    rows.push(("locals", or_none(locals(&thread.locals))));
    if main.is_some() {
        rows.push(("back edge", back_edge(&thread.back_edge)));
    }
    rows.push(("iterant", judgement(&thread.iterant)));
    rows.push(("worker", judgement(&thread.worker)));
    let more = more_sites(thread);
    rows.extend((!more.is_empty()).then_some(("not shown", more)));
    rows
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".into() } else { text }
}

fn list(items: impl Iterator<Item = String>, separator: &str) -> String {
    let mut items: Vec<_> = items.collect();
    if let Some(more @ 1..) = items.len().checked_sub(LIST_MAX) {
        items.truncate(LIST_MAX);
        items.push(format!("and {more} more"));
    }
    items.join(separator)
}

fn described(one: &Loop, thread: &Thread) -> String {
    let Loop { path, line, end_line, function, form, head, .. } = one;
    let place = if *path == thread.path {
        format!("lines {line}-{end_line}")
    } else {
        format!("{path}:{line}-{end_line}")
    };
    let holder =
        if *function == thread.function { String::new() } else { format!(" in `{function}`") };
    format!("{} ({}), {place}{holder}", form.word(), head.word())
}

fn checkpoints(all: &Checkpoints) -> String {
    let Checkpoints { stop, freeze, park, signal } = all;
    let kinds = [("stop", stop), ("freeze", freeze), ("park", park), ("signal", signal)];
    let one = |one: &Checkpoint| format!("{} ({})", one.line, one.how.word());
    let kinds = kinds.iter().filter(|(_, places)| !places.is_empty());
    list(kinds.map(|(kind, all)| format!("{kind} {}", list(all.iter().map(one), ", "))), "; ")
}

fn sleep(sleep: &Sleep) -> String {
    format!("{}() {} ({})", sleep.call, sleep.line, sleep.place.word())
}

fn locals(all: &Locals) -> String {
    let Locals { carried, recomputed, read_after, constant, address_taken } = all;
    let kinds = [
        ("carried", carried),
        ("recomputed", recomputed),
        ("read after", read_after),
        ("constant", constant),
        ("address taken", address_taken),
    ];
    let kinds = kinds.iter().filter(|(_, names)| !names.is_empty());
    list(kinds.map(|(kind, names)| format!("{kind} {}", names.join(", "))), "; ")
}

fn back_edge(edge: &BackEdge) -> String {
    let state = if edge.state.is_empty() { "running".into() } else { edge.state.join(", ") };
    let locks = if edge.locks.is_empty() { "no lock".into() } else { edge.locks.join(", ") };
    format!("state {state}; holds {locks}")
}

fn judgement(judgement: &Judgement) -> String {
    let Judgement { verdict, lifts, reasons } = judgement;
    let first = if *verdict == Verdict::Convertible && !lifts.is_empty() {
        format!("{}, lifts {}", verdict.word(), join(lifts, ", "))
    } else {
        verdict.word().into()
    };
    let reason = |one: &Reason| format!("{} {}:{}: {}", one.code, one.path, one.line, one.message);
    let lines: Vec<_> = std::iter::once(first).chain(reasons.iter().map(reason)).collect();
    lines.join("\n")
}

fn more_sites(thread: &Thread) -> String {
    let kinds = [
        (thread.creation.len(), "creation"),
        (thread.wakes.len(), "wake-up"),
        (thread.stops.len(), "stop"),
    ];
    let more = kinds.iter().filter(|(number, _)| *number > SITES_MAX);
    list(more.map(|(number, noun)| count(number - SITES_MAX, &format!("more {noun}"))), ", ")
}
