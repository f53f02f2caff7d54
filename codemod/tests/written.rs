//! How converted text looks where it could look wrong: each case once did.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::schema::{Form, Report};

/// A thread function, of the given head and body, as it comes out.
fn written(head: &str, body: &str, form: Form) -> (String, Report) {
    let text = format!(
        "#include <linux/kthread.h>\nstatic struct task_struct *task;\n{head}\n{{\n{body}\n}}\n\
         void s(void) {{ task = kthread_run(t, 0, \"t\"); }}\nvoid e(void) {{ kthread_stop(task); }}\n"
    );
    let mut engine = Engine::new(Options { jobs: 1, form, ..Options::default() });
    engine.add("a.c".into(), text.as_bytes().into()).expect("small");
    while !engine.wants().is_empty() {}
    let (report, _) = engine.finish();
    let out = report.edits.files().first().map_or_else(String::new, |edit| {
        String::from_utf8(edit.apply(text.as_bytes()).expect("the text that it is of"))
            .expect("text")
    });
    (out, report)
}

fn looped(head: &str, body: &str) -> String {
    let (out, report) = written(head, body, Form::Loop);
    assert!(!out.is_empty(), "{:?}", report.conversions);
    out
}

const HEAD: &str = "static int t(void *d)";

#[test]
fn what_never_goes_on_behind_its_loop_gives_the_result_back() {
    let out = looped(
        HEAD,
        "\tfor (;;) {\n\t\tf();\n\t\tif (kthread_should_stop())\n\t\t\treturn 0;\n\t\th();\n\t}",
    );
    assert!(out.contains("\treturn kthread_iterant_run_here(&iterant);\n}\n"), "{out}");
    assert!(out.contains("kthread_iterant_stop_current(iterant, 0);"), "{out}");
}

#[test]
fn a_void_function_gives_nothing_back() {
    let body = "\tdo {\n\t\tf(d);\n\t} while (g(d) == 0);\n\n\tkthread_complete_and_exit(d, 0);";
    let (out, report) = written("static void t(void *d)", body, Form::Callbacks);
    assert!(!out.is_empty(), "{:?}", report.conversions);
    assert!(out.contains("\tkthread_iterant_run_here(&context.iterant);\n}\n"), "{out}");
    assert!(out.contains("\tif (g(d) != 0)\n"), "{out}");
}

#[test]
fn what_never_returns_is_left_alone() {
    let body = "\tfor (;;)\n\t\tf(d);";
    for head in [
        "static int __noreturn t(void *d)",
        "static int __noreturn t(void *d);\nstatic int t(void *d)",
    ] {
        let (out, report) = written(head, body, Form::Loop);
        assert!(out.is_empty(), "{out}");
        assert_eq!(report.conversions[0].reasons[0].code, "KR20");
    }
    assert!(looped(HEAD, body).contains("return kthread_iterant_run_here"));
}

#[test]
fn a_macro_defined_in_the_function_is_in_the_way_before_the_loop_only() {
    let body = "#define N 4\n\twhile (!kthread_should_stop())\n\t\tf(N);\n\treturn 0;";
    assert!(written(HEAD, body, Form::Loop).0.is_empty());
    let body = "\twhile (!kthread_should_stop()) {\n#define N 4\n\t\tf(N);\n\t}\n\treturn 0;";
    assert!(looped(HEAD, body).contains("#define N 4\n\tf(N);\n"));
}

#[test]
fn the_comment_of_a_sleep_stays() {
    let body = "\twhile (!kthread_should_stop()) {\n\t\tf();\n\t\t/* until there is more */\n\
                \t\tset_current_state(TASK_INTERRUPTIBLE);\n\t\tschedule();\n\t}\n\treturn 0;";
    let out = looped(HEAD, body);
    let wanted = "\t/* until there is more */\n\tset_kthread_iterant_int_sleep(iterant);\n";
    assert!(out.contains(wanted), "{out}");
}

#[test]
fn documentation_stays_with_its_function() {
    let head = "/**\n * t() - A thread\n */\n\nstatic int t(void *d)";
    let out = looped(head, "\twhile (!kthread_should_stop())\n\t\tf();\n\treturn 0;");
    assert!(out.contains(" */\n\nstatic int t(void *d)\n"), "{out}");
}

#[test]
fn a_label_at_the_margin_stays_there() {
    let body = "\twhile (!kthread_should_stop() && f()) {\n\t\tint n = g();\n\n\t\tif (n)\n\
                \t\t\tgoto next;\n\t\th();\nnext:\n\t\tmsleep(n);\n\t}\n\treturn 0;";
    assert!(looped(HEAD, body).contains("\nnext:\n"));
}

#[test]
fn unsigned_is_written_whole() {
    let body = "\tunsigned n = 0;\n\n\twhile (!kthread_should_stop())\n\t\tf(n++);\n\treturn 0;";
    assert!(looped(HEAD, body).contains("\tunsigned int n;\n"));
}

#[test]
fn a_body_on_the_line_of_its_head_moves_alone() {
    let out = looped(HEAD, "\twhile (!kthread_should_stop()) f();\n\treturn 0;");
    assert!(out.contains("static void t_iterate(void *data)\n{\n\tf();\n}\n"), "{out}");
    let out = looped(HEAD, "\tfor (;;) { f(); if (kthread_should_stop()) break; }\n\treturn 0;");
    assert!(out.contains("{\n\tf();\n}\n"), "{out}");
}
