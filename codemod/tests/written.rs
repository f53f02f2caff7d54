//! How converted text looks where it could look wrong: each case once did.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "written/comments.rs"]
mod comments;
#[path = "written/heads.rs"]
mod heads;

use kthread_codemod::pipeline::{Engine, Options};
use kthread_codemod::report::schema::{Form, Lift, Report};

/// A thread function, of the given head and body, as it comes out.
fn written(head: &str, body: &str, form: Form) -> (String, Report) {
    let text = format!(
        "#include <linux/kthread.h>\nstatic struct task_struct *task;\n{head}\n{{\n{body}\n}}\n\
         void s(void) {{ task = kthread_run((void *)t, 0, \"t\"); }}\n\
         void e(void) {{ kthread_stop(task); }}\n"
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
    let body = "\tdo {\n\t\twait_event_interruptible(q, f(d));\n\t} while (g(d) == 0);\n\n\tkthread_complete_and_exit(d, 0);";
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
fn a_macro_defined_before_the_loop_goes_before_everything() {
    let body = "\tg();\n\t/* how many */\n#define N 4\n\twhile (!kthread_should_stop())\n\t\tf(N);\n\treturn 0;";
    let out = looped(HEAD, body);
    assert!(out.contains("/* how many */\n#define N 4\n\nstatic void t_iterate("), "{out}");
    assert_eq!(out.matches("#define").count(), 1);
    assert_eq!(out.matches("how many").count(), 1);
    for odd in [
        "\tg(N);\n#define N 4\n\twhile (!kthread_should_stop())\n\t\tf(N);\n\treturn 0;",
        "#ifdef A\n#define N 4\n#endif\n\twhile (!kthread_should_stop())\n\t\tf(N);\n\treturn 0;",
        "#undef N\n\twhile (!kthread_should_stop())\n\t\tf(N);\n\treturn 0;",
    ] {
        let (out, report) = written(HEAD, odd, Form::Loop);
        assert!(out.is_empty(), "{out}");
        assert_eq!(report.conversions[0].reasons[0].code, "KR20");
    }
    let body = "\twhile (!kthread_should_stop()) {\n#define N 4\n\t\tf(N);\n\t}\n\treturn 0;";
    assert!(looped(HEAD, body).contains("#define N 4\n\tf(N);\n"));
}

#[test]
fn what_is_given_a_value_before_the_loop_is_used_there_too() {
    let body = "\tint n, m;\n\n\tn = g();\n\twhile (!kthread_should_stop()) {\n\t\tn = h();\n\
                \t\tf(n);\n\t}\n\treturn 0;";
    assert!(looped(HEAD, body).contains("\tcontext.n = n;\n"));
}

#[test]
fn a_local_that_a_macro_declares_cannot_be_reached_from_elsewhere() {
    let head =
        "#define TRACING(d) int *mark = (d)\n#define TRACE(x) (*mark = (x))\nstatic int t(void *d)";
    let body = |trace| {
        format!(
            "\tTRACING(d);\n\n\twhile (!kthread_should_stop()) {{\n\t\t{trace}\n\t\tf();\n\t}}\n\treturn 0;"
        )
    };
    let (out, report) = written(head, &body("TRACE(1);"), Form::Loop);
    assert!(out.is_empty(), "{out}");
    assert_eq!(report.conversions[0].reasons[0].code, "KR18");
    assert!(looped(head, &body("g();")).contains("\tTRACING(d);\n"));
}

#[test]
fn no_return_stands_before_an_else() {
    let body = "\twhile (!kthread_should_stop()) {\n\t\tif (f()) {\n\t\t\tg();\n\t\t\tcontinue;\n\
                \t\t} else {\n\t\t\th();\n\t\t}\n\t\tmsleep(1);\n\t}\n\treturn 0;";
    let out = looped(HEAD, body);
    assert!(out.contains("\t\tgoto next;\n\t} else {\n"), "{out}");
    assert!(out.contains("\tmsleep(1);\nnext:\n\treturn;\n}\n"), "{out}");
}

#[test]
fn a_comment_behind_other_code_is_nobody_elses() {
    let head = "static int n = 1; /* how many */\nstatic int t(void *d)";
    let out = looped(head, "\twhile (!kthread_should_stop())\n\t\tf(n);\n\treturn 0;");
    assert!(out.contains("n = 1; /* how many */\nstatic void t_iterate("), "{out}");
}

#[test]
fn a_macro_of_a_header_may_name_a_local() {
    let source = "#include <linux/kthread.h>\n#include \"own.h\"\nstatic int t(void *d)\n{\n\tint n = 0;\n\n\
                  \twhile (!kthread_should_stop()) {\n\t\tCOUNT(d);\n\t\tf(n);\n\t}\n\treturn 0;\n}\n\
                  void s(void) { kthread_run(t, 0, \"t\"); }\n";
    let with = |header: &str| {
        let mut engine = Engine::new(Options { jobs: 1, ..Options::default() });
        engine.add("d/a.c".into(), source.as_bytes().into()).expect("small");
        while !engine.wants().is_empty() {}
        for asked in engine.includes() {
            assert_eq!((asked.from.as_str(), asked.name.as_str()), ("d/a.c", "own.h"));
            engine.add_header(&asked, "d/own.h".into(), header.as_bytes().into()).expect("small");
        }
        let (report, _) = engine.finish();
        report.conversions[0].reasons.iter().map(|reason| reason.code).collect::<Vec<_>>()
    };
    assert_eq!(with("#define COUNT(d) g(d)\n"), [""; 0]);
    assert_eq!(with("#define COUNT(d) g(n)\n"), [""; 0]);
    assert_eq!(with("#define ONE n\n#define COUNT(d) (ONE++)\n"), ["KR18"]);
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
    let body = "\twhile (!kthread_should_stop()) { f(); if (x) break; g(); }\n\treturn 0;";
    let wanted = "\tf();\n\tif (x)\n\t\tgoto stop;\n\tg();\n\treturn;\n\nstop:\n";
    assert!(looped(HEAD, body).contains(wanted), "{}", looped(HEAD, body));
}

#[test]
fn what_shares_a_line_with_what_goes_keeps_no_blanks() {
    let body = "\tint a, b; int c = 1;\n\n\tc = g(); for (;;) {\n\t\tif (kthread_should_stop()) break; a = f();\n\
                \t\tb = a; f(b, c++); set_current_state(TASK_INTERRUPTIBLE); schedule(); /* nap */\n\t} h();\n\
                \treturn 0;";
    for form in [Form::Loop, Form::Callbacks] {
        let (out, report) = written(HEAD, body, form);
        assert!(!out.is_empty(), "{:?}", report.conversions);
        let blank = |line: &&str| line.ends_with([' ', '\t']) || line.contains("\t ");
        assert_eq!(out.lines().find(blank), None, "{out}");
        assert!(out.contains("\ta = f();\n"), "{out}");
        assert!(
            out.contains(" set_kthread_iterant_int_sleep(&context->iterant); /* nap */\n"),
            "{out}"
        );
        assert!(out.contains("\n\th();\n"), "{out}");
    }
}

#[test]
fn a_function_on_one_line_is_laid_out() {
    let head = "static int t(void *d) { g(); while (!kthread_should_stop()) { f(); } h(); return 0; }\nvoid u(void)";
    for (form, wanted) in [
        (Form::Loop, "\tg();\n\tkthread_iterant_run_here(&iterant);\n\th(); return 0; }\n"),
        (Form::Callbacks, "\treturn kthread_iterant_run_here(&iterant);\n}\n"),
    ] {
        let (out, report) = written(head, "", form);
        assert!(out.contains(wanted), "{out}{:?}", report.conversions);
        assert!(out.contains("{\n\tf();\n}\n"), "{out}");
        assert!(form == Form::Loop || out.contains("{\n\th();\n}\n"), "{out}");
    }
}

#[test]
fn a_brace_that_shares_its_line_closes_nothing_else() {
    for head in [
        "static int t(void *d) { while (!kthread_should_stop()) { f(); } h(); return 0; }\nvoid u(void)",
        "static int t(void *d)\n{\n\twhile (!kthread_should_stop()) {\n\t\tf(); }\n\th();\n\treturn 0; }\nvoid u(void)",
    ] {
        let (out, report) = written(head, "", Form::Callbacks);
        let wanted = "\n\treturn kthread_iterant_run_here(&iterant);\n}\nvoid u(void)\n";
        assert!(out.contains(wanted), "{out}{:?}", report.conversions);
        assert!(out.contains("{\n\th();\n}\n"), "{out}");
    }
}

#[test]
fn a_thread_right_behind_the_includes() {
    let source = "#include <linux/kthread.h>\nstatic int t(void *d)\n{\n\twhile (!kthread_should_stop())\n\t\tf();\n\
                  \treturn 0;\n}\nstatic int u(void *d)\n{\n\twhile (!kthread_should_stop())\n\t\tf();\n\
                  \treturn 0;\n}\nvoid s(void) { kthread_run(t, 0, \"t\"); kthread_run(u, 0, \"u\"); }\n";
    let mut engine = Engine::new(Options { jobs: 1, ..Options::default() });
    engine.add("a.c".into(), source.as_bytes().into()).expect("small");
    while !engine.wants().is_empty() {}
    let (report, _) = engine.finish();
    assert!(report.conversions.iter().all(|it| it.reasons.is_empty()), "{:?}", report.conversions);
}

#[test]
fn stop_moves_over_locks_in_pairs_and_functions_that_only_read() {
    let lifts = |read: &str, unlock: &str| {
        let head = format!(
            "#define say(x) do {{ if (LEVEL > 1) pr_debug(x); }} while (0)\n\
             static int due(struct it *d)\n{{\n\tint n = 0;\n\n\t{read}\n\treturn n;\n}}\n{HEAD}"
        );
        let body = format!(
            "\tfor (;;) {{\n\t\tspin_lock(&lock);\n\t\tif (!due(d)) {{\n\
             \t\t\tset_current_state(TASK_INTERRUPTIBLE);\n\t\t\tspin_unlock(&lock);\n\t\t\tschedule();\n\
             \t\t}} else {{\n\t\t\t{unlock}\n\t\t}}\n\t\tif (kthread_should_stop()) {{\n\
             \t\t\tsay(\"stop\");\n\t\t\tgoto out;\n\t\t}}\n\t\tf(d);\n\t}}\nout:\n\
             \tspin_lock(&lock);\n\tg(d);\n\tspin_unlock(&lock);\n\treturn 0;"
        );
        let (out, report) = written(&head, &body, Form::Loop);
        assert!(!out.is_empty(), "{:?}", report.conversions);
        report.conversions[0].lifts.contains(&Lift::Stop)
    };
    let quiet = "if (d->n > 1)\n\t\tn = list_empty(&d->list);\n\tsay(\"looked\");";
    assert!(lifts(quiet, "spin_unlock(&lock);"));
    assert!(!lifts("d->n = 1;", "spin_unlock(&lock);"));
    assert!(!lifts("h(d);", "spin_unlock(&lock);"));
    assert!(!lifts("static int m;\n\n\tn = m++;", "spin_unlock(&lock);"));
    assert!(!lifts("pr_info(\"looked\");", "spin_unlock(&lock);"));
    assert!(!lifts(quiet, "spin_unlock(&other);"));
    assert!(!lifts(quiet, "f(d);"));
}

/// Who was given a local's address looks at it when a lock is taken too.
#[test]
fn stop_does_not_move_over_a_lock_whose_flags_others_see() {
    let lifts = |given: &str| {
        let lock = "spin_lock_irqsave(&lock, flags);";
        let unlock = "spin_unlock_irqrestore(&lock, flags);";
        let body = format!(
            "\tunsigned long flags;\n\n\tg({given});\n\tfor (;;) {{\n\t\t{lock}\n\
             \t\tif (list_empty(&queue)) {{\n\t\t\tset_current_state(TASK_INTERRUPTIBLE);\n\
             \t\t\t{unlock}\n\t\t\tschedule();\n\t\t}} else {{\n\t\t\t{unlock}\n\t\t}}\n\
             \t\tif (kthread_should_stop())\n\t\t\tgoto out;\n\t\tf(d);\n\t}}\nout:\n\t{lock}\n\
             \tg(d);\n\t{unlock}\n\treturn 0;"
        );
        let (out, report) = written(HEAD, &body, Form::Loop);
        assert!(!out.is_empty(), "{:?}", report.conversions);
        report.conversions[0].lifts.contains(&Lift::Stop)
    };
    assert!(lifts("d"));
    assert!(!lifts("&flags"));
}
