//! Tests of the comparer, on data made by hand. They need no kernel tree.
#![expect(clippy::expect_used, reason = "data made by hand is whole")]

use std::fmt::Write as _;

use crate::census::{self, Record};
use crate::compare::{Comparison, Kind, Lines, Why, compare};
use crate::control;
use crate::facts;
use crate::notes::Notes;
use crate::ours::Ours;
use crate::print::{Detail, Outcome, render};
use crate::tables::{form_agrees, sleep_kind, tables};

/// A census record of `file func` with its main loop ten lines below its name.
fn record(file: &str, func: &str, line: u32) -> Record {
    let text = format!(
        r#"{{"file":"{file}","func":"{func}","line":{line},"end":{end},"sites":["{file}:99"],
        "via":["kthread_run"],"test":false,"loop_kind":"while(!stop)","loop_line":{at},
        "loop_file":"{file}","loop_func":"{func}","sleeps":["msleep"],"sleep_cat":["msleep"],
        "checkpoints":{{"stop":"direct"}},"locals":{{"carried":["n"],"used_after":[]}},
        "flags":[],"class":"A"}}"#,
        end = line + 20,
        at = line + 10,
    );
    let one_line = text.replace('\n', " ");
    census::parse(&one_line).expect("parses").remove(0)
}

/// A line of our output that fits [`record`].
fn thread(file: &str, func: &str, line: u32, role: &str) -> String {
    let at = line + 10;
    format!(
        r#"{{"kind":"thread","id":"{file}:{func}","path":"{file}","line":{line},"function":"{func}","role":"{role}","creation":[{{"path":"{file}","line":99,"call":"kthread_run","chain":[]}}],"loops":[{{"path":"{file}","line":{at},"end_line":{at},"function":"{func}","form":"while","head":"stop","main":true}}],"sleeps":[{{"call":"msleep","line":{at},"where":"tail"}}],"checkpoints":{{"stop":[{{"line":{at},"how":"head"}}],"freeze":[],"park":[],"signal":[]}},"locals":{{"carried":["n"],"recomputed":[],"read_after":[]}},"iterant":{{"verdict":"convertible","lifts":["stop"],"reasons":[]}},"worker":{{"verdict":"not-implemented","lifts":[],"reasons":[]}}}}"#
    )
}

fn ours(threads: &[String]) -> Ours {
    let mut text = "{\"kind\":\"meta\",\"schema\":1,\"version\":\"0.1.0\"}\n".to_owned();
    for thread in threads {
        writeln!(text, "{thread}").expect("a String takes all");
    }
    text.push_str(
        r#"{"kind":"not-understood","path":"a.c","line":3,"why":"braces","matters":true}"#,
    );
    text.push_str("\n{\"kind\":\"of-tomorrow\"}\n");
    Ours::parse(&text).expect("parses")
}

fn exact(census: &[Record], ours: &Ours) -> Comparison {
    compare(census, ours, &Notes::default(), Lines::Exact)
}

fn kinds(found: &Comparison) -> Vec<Kind> {
    found.problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn agreement_leaves_no_problem() {
    let census = [record("a.c", "f", 10), record("b.c", "f", 20)];
    let ours = ours(&[thread("a.c", "f", 10, "thread"), thread("b.c", "f", 20, "thread")]);
    let found = exact(&census, &ours);
    assert_eq!(kinds(&found), []);
    assert_eq!((found.functions.found, found.loops.found, found.loops.of), (2, 2, 2));
    let tables = tables(&census, &ours, &Notes::default(), &found);
    assert_eq!((tables.sites, tables.carried.same, tables.sleeps.same), ((2, 2), 2, 2));
}

#[test]
fn an_empty_report_misses_everything() {
    let census = [record("a.c", "f", 10)];
    let found = exact(&census, &ours(&[]));
    assert_eq!(kinds(&found), [Kind::MissedFunction]);
    assert_eq!(found.problems[0].instead, "not understood at line 3: braces");
    assert_eq!((found.functions.found, found.loops.found, found.loops.of), (0, 0, 1));
}

#[test]
fn each_difference_has_its_name() {
    let census = [record("a.c", "f", 10), record("a.c", "g", 50), record("a.c", "h", 90)];
    let moved_loop = thread("a.c", "f", 10, "thread").replace("\"line\":20", "\"line\":21");
    let ours =
        ours(&[moved_loop, thread("a.c", "g", 51, "thread"), thread("a.c", "h", 90, "callback")]);
    let found = exact(&census, &ours);
    let expected = [Kind::MovedFunction, Kind::OtherRole, Kind::MissedLoop, Kind::MissedLoop];
    assert_eq!(kinds(&found), expected);
    assert_eq!(found.problems[2].instead, "a.c:21 in f; the census says a.c:20");
    assert_eq!(found.functions.found, 3);
}

#[test]
fn every_extra_has_a_reason_or_is_a_problem() {
    let census = [record("a.c", "f", 10)];
    let ours = ours(&[
        thread("a.c", "f", 10, "thread"),
        thread("a.c", "f", 40, "thread"),
        thread("a.c", "body", 50, "callback"),
        thread("a.c", "make", 60, "worker"),
        thread("tools/t.c", "t", 1, "thread"),
        thread("new.c", "known", 1, "thread"),
        thread("new.c", "unknown", 2, "thread"),
    ]);
    let notes =
        Notes::parse("[[extra]]\npath = 'new.c'\nfunction = 'known'\nreason = 'a true thread'")
            .expect("parses");
    let found = compare(&census, &ours, &notes, Lines::Exact);
    let whys: Vec<_> = found.extras.iter().map(|extra| extra.why.clone()).collect();
    let by_note = Why::Noted("a true thread".to_owned());
    let expected =
        [Why::Callback, Why::Worker, Why::OutsideCensus, Why::Twin, by_note, Why::Unexplained];
    assert_eq!(whys, expected);
    assert_eq!(kinds(&found), [Kind::UnexplainedExtra]);
    assert_eq!(found.problems[0].function, "unknown");
}

#[test]
fn a_wrong_record_must_match_what_the_notes_say() {
    let census = [record("a.c", "f", 10)];
    let note = |ours: &str| {
        Notes::parse(&format!(
            "[[wrong]]\npath = 'a.c'\nfunction = 'f'\nfield = 'loop_line'\ncensus = 'a.c:20'\n\
             ours = '{ours}'\nreason = 'r'"
        ))
        .expect("parses")
    };
    let other = thread("a.c", "f", 10, "thread").replace("\"line\":20", "\"line\":15");
    let right = ours(&[other]);
    let found = compare(&census, &right, &note("a.c:15"), Lines::Exact);
    assert_eq!((kinds(&found), found.loops.found, found.loops_noted), (vec![], 0, 1));
    let found = compare(&census, &right, &note("a.c:16"), Lines::Exact);
    assert_eq!(kinds(&found), [Kind::MissedLoop]);
    // A note about something that the census does not say.
    let census = [record("a.c", "f", 11)];
    let found = compare(&census, &right, &note("a.c:15"), Lines::Exact);
    assert!(kinds(&found).contains(&Kind::BrokenNote));
}

#[test]
fn a_note_that_the_tool_contradicts_is_a_problem() {
    let notes = Notes::parse(
        "[[callback]]\npath = 'a.c'\nfunction = 'f'\nby = 'register_it'\n[[wrong]]\npath = 'a.c'\n\
         function = 'f'\nfield = 'sites'\ncensus = 'a.c:99'\nours = 'none'\nreason = 'r'",
    )
    .expect("parses");
    let census = [record("a.c", "f", 10)];
    let found = compare(&census, &ours(&[thread("a.c", "f", 10, "thread")]), &notes, Lines::Exact);
    let texts: Vec<_> = found.problems.iter().map(|problem| problem.instead.as_str()).collect();
    let expected = ["should be a callback by register_it, is thread", "the tool says a.c:99, too"];
    assert_eq!(texts, expected);
}

#[test]
fn another_version_matches_by_name_and_distance() {
    let census = [record("a.c", "f", 10), record("a.c", "g", 40)];
    let nearer = thread("a.c", "g", 47, "thread").replace("\"line\":57", "\"line\":50");
    let ours = ours(&[thread("a.c", "f", 17, "thread"), nearer]);
    let found = compare(&census, &ours, &Notes::default(), Lines::Shifted);
    assert_eq!((found.functions.found, found.loops.found), (2, 1));
    assert_eq!(kinds(&found), [Kind::MissedLoop]);
}

#[test]
fn the_control_works_on_five_records() {
    let names = ["e", "f", "g", "h", "i"];
    let census: Vec<_> = names.iter().map(|name| record("a.c", name, 10)).collect();
    let threads: Vec<_> = names.iter().map(|name| thread("a.c", name, 10, "thread")).collect();
    let all = ours(&threads);
    let notes = Notes::default();
    assert_eq!(control::check(&census, &all, &notes, Lines::Exact), Ok(()));
    // Two records can't carry three lies.
    assert!(control::check(&census, &ours(&threads[..2]), &notes, Lines::Exact).is_err());
}

#[test]
fn output_that_breaks_the_contract_is_refused() {
    let mut ours = ours(&[thread("a.c", "f", 10, "thread"), thread("a.c", "g", 20, "thread")]);
    let error = |ours: &Ours| ours.keeps_contract().expect_err("refused");
    assert_eq!(error(&ours), "the output lacks its last line, the summary");
    let summary =
        r#"{"kind":"summary","files_seen":1,"files_read":1,"files_parsed":1,"threads":2}"#;
    ours.summary = Ours::parse(summary).expect("parses").summary;
    assert_eq!(ours.keeps_contract(), Ok(()));
    let twice = ours.threads[0].loops[0].clone();
    ours.threads[0].loops.push(twice);
    assert_eq!(error(&ours), "a.c:f has more than one main loop");
    ours.threads[1].id = "a.c:f".to_owned();
    ours.threads[0].loops.pop();
    assert_eq!(error(&ours), "two threads have the id a.c:f");
    ours.threads.pop();
    assert_eq!(error(&ours), "the summary says 2 threads, the output has 1");
}

#[test]
fn loop_kinds_and_sleeps_map() {
    assert!(form_agrees("while(!stop)", "while stop") && !form_agrees("for(;;)", "while endless"));
    assert_eq!(sleep_kind("__wait_event_interruptible"), "wait_event");
    assert_eq!(sleep_kind("schedule_hrtimeout_range"), "schedule_timeout");
    assert_eq!(sleep_kind("mutex_lock"), "other");
}

#[test]
fn the_facts_in_the_repository_are_whole() {
    let (census, notes) = facts().expect("the files in corpus/kernel");
    let counting = census.iter().filter(|record| record.counts()).collect::<Vec<_>>();
    assert_eq!((census.len(), counting.len()), (389, 273));
    assert!(counting.iter().all(|record| record.main_loop().is_some()));
    let ours = ours(&[]);
    let found = compare(&census, &ours, &notes, Lines::Exact);
    let tables = tables(&census, &ours, &notes, &found);
    let outcome = Outcome { ours: &ours, notes: &notes, found: &found, tables: &tables };
    assert!(render(outcome, Detail::All).contains("thread functions: 0 of 389"));
    // The notes on wrong records quote the census; the others await the tool's.
    let broken = found.problems.iter().filter(|problem| problem.kind == Kind::BrokenNote).count();
    assert_eq!(broken, notes.extra.len() + notes.callback.len());
}
