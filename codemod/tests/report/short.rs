use kthread_codemod::report::schema::{Report, Severity};
use kthread_codemod::report::short;

use crate::samples::{NOWHERE, finding, not_understood, report, sources, thread};

fn print(report: &Report) -> String {
    let mut out = Vec::new();
    short::write(report, &sources(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_line_for_each_record() {
    crate::assert_snapshot("short", &print(&report(&sources())));
}

#[test]
fn sorted_by_place() {
    let mut mixed = report(&sources());
    mixed.threads.reverse();
    mixed.findings.reverse();
    mixed.not_understood.reverse();
    assert_eq!(print(&mixed), print(&report(&sources())));
}

#[test]
fn a_record_is_one_line_whatever_it_holds() {
    let report = Report {
        threads: vec![thread("a\nb.c", 1, "f\x1b[1m", NOWHERE)],
        findings: vec![finding(Severity::Error, "c\r.c", 1, "two\nlines\tand \x07", NOWHERE)],
        not_understood: vec![not_understood("d.c", 0, "what\nelse", false)],
        ..Report::default()
    };
    let text = print(&report);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(text.contains("c .c:1:2: error: two lines and ? [KT001 stop-never-tested]"), "{text}");
    assert!(text.contains("d.c: note: not understood: what else\n"), "{text}");
}

#[test]
fn nothing_to_say_is_no_line() {
    assert_eq!(print(&Report::default()), "");
}
