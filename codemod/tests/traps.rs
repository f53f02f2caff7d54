//! Traps that caught an earlier version: each once set, each with what must be told.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::schema::{How, Lift, LoopHead, Report, Role, Thread, Verdict};

fn check(files: &[(&str, &str)]) -> Report {
    let mut engine = Engine::new(Options { jobs: 1, ..Options::default() });
    for (path, text) in files {
        engine.add((*path).into(), text.as_bytes().into()).expect("small");
    }
    while !engine.wants().is_empty() {}
    engine.finish().0
}

/// The one thread of a function with this body, whose task is stopped.
fn thread(before: &str, body: &str) -> (Thread, Report) {
    let text = format!(
        "#include <linux/kthread.h>\n{before}\nstatic struct task_struct *task;\nstatic int t(void *d)\n{{\n{body}\nreturn 0;\n}}\n\
         void s(void) {{ task = kthread_run(t, 0, \"t\"); }}\nvoid e(void) {{ kthread_stop(task); }}\n"
    );
    let report = check(&[("a.c", &text)]);
    let found = report.threads.iter().find(|thread| thread.function == "t").expect("the thread");
    (found.clone(), report)
}

fn codes(thread: &Thread) -> Vec<&str> {
    thread.iterant.reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn an_item_carried_over_an_else_is_no_panic() {
    check(&[(
        "a.c",
        "static int debug\n#ifdef A\n = 1\n#else\n ;\n#endif\n ;\nint x = kthread_;\n",
    )]);
    check(&[("a.c", "0 kthread_run")]);
}

#[test]
fn an_ifdef_without_else_is_seen_off() {
    let (with, _) = thread("", "#ifdef A\nwhile (!kthread_should_stop())\n#endif\n\tf();");
    assert!(codes(&with).contains(&"KR12"));
    let body = "int n = 0; while (!kthread_should_stop()) {\n#ifdef A\nn = g();\n#endif\nf(n); n = h(); msleep(1); }";
    assert_eq!(thread("", body).0.locals.carried, ["n"]);
    let (_, report) =
        thread("", "for (;;) {\n#ifdef A\nif (kthread_should_stop()) break;\n#endif\nmsleep(1); }");
    assert_eq!(report.findings.len(), 1, "with A off it never stops");
}

#[test]
fn only_a_test_that_leads_out_is_lifted() {
    let lifts =
        |before: &str, body: &str| thread(before, body).0.iterant.lifts.contains(&Lift::Stop);
    assert!(lifts("", "while (!kthread_should_stop()) f();"));
    assert!(lifts("", "while (!kthread_should_stop() && g()) f();"));
    assert!(!lifts("", "while (!(kthread_should_stop() && g())) f();"));
    assert!(!lifts("", "while (!kthread_should_stop() || g()) f();"));
    assert!(lifts("", "for (;;) { f(); if (kthread_should_stop()) break; }"));
    assert!(!lifts("", "for (;;) { f(); if (kthread_should_stop()) g(); msleep(1); }"));
    assert!(!lifts("", "for (;;) { f(); if (kthread_should_stop() && g()) break; msleep(1); }"));
    let batch = "static int batch(void *d) { int n; for (n = 0; n < 9; n++) if (kthread_should_stop()) break; return n; }";
    assert!(!lifts(batch, "while (batch(d)) msleep(1);"));
    let (found, _) = thread(batch, "while (batch(d)) msleep(1);");
    assert_eq!(found.loops[0].head, LoopHead::Condition);
    let early = "static int over(void *d) { if (kthread_should_stop()) { return 1; } return 0; }";
    assert_eq!(thread(early, "while (!over(d)) msleep(1);").0.loops[0].head, LoopHead::Stop);
    let predicate = "static int over(void *d) { return kthread_should_stop() || dead(d); }";
    assert!(lifts(predicate, "while (!over(d)) msleep(1);"));
}

#[test]
fn a_stop_test_that_never_leads_out_is_a_finding() {
    let (_, report) =
        thread("", "for (;;) { wait_event_interruptible(q, kthread_should_stop() || g()); f(); }");
    assert_eq!(report.findings.len(), 1);
    let body = "for (;;) { wait_event_interruptible(q, kthread_should_stop()); if (kthread_should_stop()) break; f(); }";
    assert!(thread("", body).1.findings.is_empty());
}

#[test]
fn tasks_of_the_same_name_are_told_apart() {
    let looping = "static int t(void *d) { for (;;) msleep(1); }\n";
    let stopped = |other: &str| {
        let text = format!(
            "{looping}static struct task_struct *task;\nvoid s(void) {{ task = kthread_run(t, 0, \"t\"); }}\n"
        );
        let report = check(&[("a.c", &text), ("b.c", other)]);
        report.threads.iter().find(|thread| thread.function == "t").expect("it").stops.len()
    };
    assert_eq!(
        stopped("void e(void) { struct task_struct *task = g(); kthread_stop(task); }\n"),
        0
    );
    assert_eq!(
        stopped("static struct task_struct *task;\nvoid e(void) { kthread_stop(task); }\n"),
        0
    );
    let exported = format!(
        "{looping}struct task_struct *task;\nvoid s(void) {{ task = kthread_run(t, 0, \"t\"); }}\n"
    );
    let elsewhere = "extern struct task_struct *task;\nvoid e(void) { kthread_stop(task); }\n";
    let report = check(&[("a.c", &exported), ("b.c", elsewhere)]);
    assert_eq!(report.threads[0].stops.len(), 1);
    let driver = |name: &str| {
        format!(
            "struct priv {{ struct task_struct *task; }};\nstatic int {name}(void *d) {{ for (;;) msleep(1); }}\n\
             void s_{name}(struct priv *p) {{ p->task = kthread_run({name}, p, \"t\"); }}\n"
        )
    };
    let stop = "void e(struct priv *p) { kthread_stop(p->task); }\n";
    let report = check(&[("a.c", &driver("one")), ("b.c", &(driver("two") + stop))]);
    let stops: Vec<_> = report.threads.iter().map(|thread| thread.stops.len()).collect();
    assert_eq!(stops, [0, 1]);
}

#[test]
fn a_macro_may_control_the_statement_behind_it() {
    let (found, report) =
        thread("", "while (!kthread_should_stop()) {\n\tIF_LOCKED(d) continue;\n\tmsleep(1);\n}");
    assert_eq!(codes(&found), ["KR13"]);
    assert!(report.not_understood.iter().any(|it| it.matters));
    let (found, report) =
        thread("", "while (!kthread_should_stop()) {\n\tTICK(d)\n\tmsleep(1);\n}");
    assert_eq!(found.iterant.verdict, Verdict::Convertible);
    assert!(report.not_understood.is_empty());
    let (_, report) = thread("", "FOREVER {\n\tmsleep(1);\n}");
    assert!(report.not_understood.iter().any(|it| it.why.contains("FOREVER")));
}

#[test]
fn macros_hide_creation_and_stop() {
    let text = "#define S(...) kthread_run(__VA_ARGS__)\n#define T(x, args...) S(x, args)\n#define MYRUN kthread_run\n\
                static int a(void *d) { return 0; }\nstatic int b(void *d) { return 0; }\nstatic int c(void *d) { return 0; }\n\
                void s(void) { S(a, 0, \"a\"); T(b, 0, \"b\"); MYRUN(c, 0, \"c\"); }\n";
    let report = check(&[("a.c", text)]);
    let names: Vec<_> = report.threads.iter().map(|thread| thread.function.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(report.not_understood.is_empty(), "{:?}", report.not_understood);
    let (found, _) =
        thread("#define STOPPED kthread_should_stop()", "while (!STOPPED) msleep(1), f();");
    assert_eq!(found.loops[0].head, LoopHead::Stop);
    assert_eq!(found.checkpoints.stop[0].how, How::Head);
}

#[test]
fn a_table_that_is_not_followed_is_told() {
    let table = "static int a(void *d) { return 0; }\nstatic const TYPE { const char *name; int (*fn)(void *); } table[] = { { \"a\", a } };\n\
                 void s(int i) { kthread_run(table[i].fn, 0, \"a\"); }\n";
    let named = check(&[("a.c", &table.replace("TYPE", "struct row"))]);
    assert_eq!(named.threads.len(), 1);
    let anonymous = check(&[("a.c", &table.replace("TYPE", "struct"))]);
    assert!(anonymous.threads.is_empty());
    assert!(anonymous.not_understood.iter().any(|it| it.matters && it.why.contains("`fn`")));
}

#[test]
fn if_zero_makes_no_thread() {
    let text = "#if 0\nstatic int a(void *d) { return 0; }\nvoid s(void) { kthread_run(a, 0, \"a\"); }\n#endif\n";
    assert!(check(&[("a.c", text)]).threads.is_empty());
    assert_eq!(check(&[("a.c", &text.replace("#if 0", "#if 1"))]).threads.len(), 1);
}

#[test]
fn a_body_without_its_framework_is_a_callback() {
    let text = "static void d(struct md_thread *thread) { f(); }\nvoid s(void) { md_register_thread(d, 0, \"x\"); }\n";
    let report = check(&[("a.c", text)]);
    assert_eq!(report.threads[0].role, Role::Callback);
}

#[test]
fn the_nearest_of_two_exported_functions_is_meant() {
    let body = "int t(void *d) { return 0; }\n";
    let create = "int t(void *d);\nvoid s(void) { kthread_run(t, 0, \"t\"); }\n";
    let files = [
        ("one/core/t.c", body),
        ("one/os/s.c", create),
        ("two/core/t.c", body),
        ("two/os/s.c", create),
    ];
    let report = check(&files);
    let sites: Vec<_> = report
        .threads
        .iter()
        .map(|thread| (thread.path.as_str(), thread.creation[0].path.as_str()))
        .collect();
    assert_eq!(sites, [("one/core/t.c", "one/os/s.c"), ("two/core/t.c", "two/os/s.c")]);
    assert!(report.threads.iter().all(|thread| thread.creation.len() == 1));
}
