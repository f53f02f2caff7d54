use std::sync::Arc;
use std::time::{Duration, Instant};

use kthread_codemod::report::human::{self, HumanOptions};
use kthread_codemod::report::schema::{Loop, LoopForm, LoopHead, Report, Severity};
use kthread_codemod::source::{FileId, Loc, SourceSet, Span};

use crate::samples::{CRLF, LATIN, TAB, a_loop, finding, report, site, sources, thread};

fn print_with(report: &Report, sources: &SourceSet, color: bool, width: usize) -> String {
    let mut out = Vec::new();
    human::write(report, sources, HumanOptions { color, width }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn print(report: &Report, sources: &SourceSet) -> String {
    print_with(report, sources, false, 100)
}

#[test]
fn a_small_report() {
    let sources = sources();
    crate::assert_snapshot("human", &print(&report(&sources), &sources));
}

#[test]
fn no_escape_without_color_and_the_same_text_with_it() {
    let sources = sources();
    let mut report = report(&sources);
    report.findings[0].message += " \x1b[5m\u{9b}5m";
    report.findings[0].help += " \x1b[5m";
    report.findings[0].function += "\x1b[5m";
    report.threads[0].id += "\x1b[5m";
    report.threads[0].path = "\x1b[5m.c".into();
    report.not_understood[0].why += "\x1b[5m";
    report.not_understood[0].path += "\x1b[5m";
    let plain = print(&report, &sources);
    assert!(!plain.contains(['\x1b', '\u{9b}', '\0']), "{plain:?}");

    let colored = print_with(&report, &sources, true, 100);
    assert!(colored.contains('\x1b'));
    let mut stripped = String::new();
    for (number, part) in colored.split("\x1b[").enumerate() {
        stripped += if number == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&stripped), trimmed(&plain));
}

#[test]
fn the_header_counts_columns_in_bytes() {
    let sources = sources();
    let text = print(&report(&sources), &sources);
    for (path, place) in [(TAB, "5:2"), (TAB, "14:14"), (CRLF, "3:2"), (LATIN, "3:18")] {
        assert!(text.contains(&format!("[{path}:{place}]")), "{path}:{place}\n{text}");
    }
}

/// Every span of small texts, and then some, at every width: no panic, no complaint of the drawer.
#[test]
fn any_span_of_any_text_prints() {
    let texts: [&[u8]; 11] = [
        b"",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"a",
        b"\n\na\n",
        b"\ta\r\n\tb",
        b"\xff\xfe\n\x00",
        "\u{e9}\u{202e}\n\u{1f600}".as_bytes(),
        b"\xe2\x82\n\xe2",
        b"a\rb\x1b[m\n",
    ];
    for text in texts {
        let mut sources = SourceSet::default();
        sources.add("a.c".into(), Arc::from(text)).unwrap();
        let mut report = Report::default();
        let end = text.len() as u32 + 2;
        let far = [u32::MAX - 1, u32::MAX];
        for start in (0..end).chain(far) {
            for end in (0..end).chain(far) {
                let at = Loc { file: FileId(0), span: Span { start, end } };
                report.findings.push(finding(Severity::Info, "a.c", 1, "m", at));
            }
        }
        for (color, width) in [(false, 0), (true, usize::MAX)] {
            let text = print_with(&report, &sources, color, width);
            assert!(!text.contains("Failed"), "{text}");
        }
    }
}

#[test]
fn a_long_line_is_cut() {
    let mut text = vec![b'x'; 100_000];
    text.extend(b"\nint f;\n");
    let mut sources = SourceSet::default();
    sources.add("a.c".into(), Arc::from(text)).unwrap();
    let spans = [(0, 50_000), (60_000, 60_001), (100_001, 100_004)];
    let findings = spans.map(|(start, end)| {
        let at = Loc { file: FileId(0), span: Span::new(start, end) };
        finding(Severity::Info, "a.c", 1, "m", at)
    });
    let report = Report { findings: findings.into(), ..Report::default() };
    let text = print(&report, &sources);
    assert!(text.len() < 6_000, "{}", text.len());
    assert!(text.contains("x…\n"), "{text}");
    assert!(text.contains("at a.c:1\n"), "{text}");
}

#[test]
fn only_the_first_line_of_a_loop_is_shown() {
    let text = format!("\twhile (1) {{\n{}\t}}\n", "\t\twork();\n".repeat(500));
    let at = Loc { file: FileId(0), span: Span::new(1, text.len() as u32 - 1) };
    let mut sources = SourceSet::default();
    sources.add("a.c".into(), Arc::from(text.as_bytes())).unwrap();
    let mut long = thread("a.c", 1, "f", at);
    long.loops =
        vec![Loop { main: true, ..a_loop(&long, 1, LoopForm::While, LoopHead::Endless, at) }];
    let report = Report { threads: vec![long], ..Report::default() };
    let text = print(&report, &sources);
    assert!(text.lines().count() < 25, "{text}");
    assert_eq!(text.matches("work();").count(), 1, "{text}");
}

/// The drawer of miette scans a file from its start for each label: 400 threads in files of 300 KB
/// would take seconds.
#[test]
fn many_threads_in_a_large_file_print_at_once() {
    let text = "\tif (a)\n\t\tb(c);\n".repeat(20_000);
    let mut sources = SourceSet::default();
    sources.add("a.c".into(), Arc::from(text.as_bytes())).unwrap();
    let mut report = Report::default();
    for number in 0..400 {
        let start = number * 700 + 9;
        let at = Loc { file: FileId(0), span: Span::new(start, start + 4) };
        let mut one = thread("a.c", 1, "f", at);
        one.wakes = (0..10).map(|_| site("a.c", 1, "wake_up_process", at)).collect();
        one.stops.clone_from(&one.wakes);
        report.threads.push(one);
    }
    let start = Instant::now();
    let text = print(&report, &sources);
    let took = start.elapsed();
    assert!(text.len() > 100_000);
    // Loose, for a debug build on a busy machine.
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn sites_beyond_the_fourth_are_counted() {
    let sources = sources();
    let text = print(&report(&sources), &sources);
    assert_eq!(text.matches("woken here").count(), 4, "{text}");
    assert!(text.contains("not shown:   2 more wake-ups\n"), "{text}");
}

#[test]
fn what_matters_is_listed_first() {
    let sources = sources();
    let text = print(&report(&sources), &sources);
    let matters = text.find("an ERROR node").unwrap();
    assert!(matters < text.find("not UTF-8").unwrap());
}

#[test]
fn prints_the_same_each_time() {
    let sources = sources();
    assert_eq!(print(&report(&sources), &sources), print(&report(&sources), &sources));
}
