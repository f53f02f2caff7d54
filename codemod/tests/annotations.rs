//! The annotation file: each key changes what is seen, and without it the same input is seen
//! otherwise.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use kthread_codemod::annotations::Annotations;
use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::schema::{Report, Thread};

fn check(text: &str, annotations: &str) -> Report {
    let annotations = Annotations::parse(annotations).expect("parses");
    let mut engine = Engine::new(Options { annotations, ..Options::default() });
    engine.add("a.c".into(), text.as_bytes().into()).expect("small");
    while !engine.wants().is_empty() {}
    engine.finish().0
}

fn only(report: &Report) -> &Thread {
    assert_eq!(report.threads.len(), 1, "{:?}", report.threads);
    &report.threads[0]
}

#[test]
fn a_forwarder_makes_threads() {
    let text = "static int t(void *d) { while (!kthread_should_stop()) msleep(1); return 0; }\n\
                void s(void) { widget_spawn(\"w\", t); }\n";
    assert!(check(text, "").threads.is_empty());
    let report = check(text, "[[forwarder]]\nname = \"widget_spawn\"\nfunction-argument = 1\n");
    assert_eq!(only(&report).creation[0].call, "widget_spawn");
}

#[test]
fn an_iterator_macro_takes_its_break() {
    let text = "static int t(void *d) { for (;;) { each_widget(w, d) { if (w) break; } msleep(1); } }\n\
                void s(void) { x = kthread_run(t, 0, \"t\"); }\nvoid e(void) { kthread_stop(x); }\n";
    let report = check(text, "");
    assert!(report.not_understood.iter().any(|it| it.matters && it.why.contains("each_widget")));
    let report = check(text, "iterator-macros = [\"each_widget\"]\n");
    assert!(report.not_understood.is_empty(), "{:?}", report.not_understood);
    assert_eq!(report.findings.len(), 1, "the loop has no way out");
}

#[test]
fn a_pure_function_makes_a_local_recomputed() {
    let text = "static int t(void *d) { struct w *w = widget_of(d); while (!kthread_should_stop()) { use(w); msleep(1); } return 0; }\n\
                void s(void) { kthread_run(t, 0, \"t\"); }\n";
    assert_eq!(only(&check(text, "")).locals.constant, ["w"]);
    let report = check(text, "pure-functions = [\"widget_of\"]\n");
    assert_eq!(only(&report).locals.recomputed, ["w"]);
}

#[test]
fn a_function_that_never_returns_ends_its_path() {
    let text = "static int t(void *d) { int n; n = 0; for (;;) { if (d) { widget_die(); } else { n = 1; } use(n); n = 2; msleep(1); } }\n\
                void s(void) { kthread_run(t, 0, \"t\"); }\n";
    assert_eq!(only(&check(text, "")).locals.carried, ["n"]);
    let report = check(text, "noreturn-functions = [\"widget_die\"]\n");
    assert!(only(&report).locals.carried.is_empty());
}
