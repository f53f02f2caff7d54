//! Plain threads of which the comparison once refused what this tool had made.

use super::soundness::{convert, proves, refuses};
use super::{FORMS, Form, Pattern};

fn looped(head: &str, body: &str) -> String {
    format!("{head}\n\twhile (!kthread_should_stop()) {{\n{body}\t}}\n\treturn 0;\n")
}

/// It is converted in both forms, and the results pass; gives the loop form's.
#[track_caller]
fn converts(body: &str) -> String {
    let mut out = String::new();
    for form in FORMS {
        let (pattern, text) = convert(body, form);
        assert!(proves(&pattern, &text), "{text}");
        if form == Form::Loop {
            out = text;
        }
    }
    out
}

#[test]
fn a_value_is_computed_before_or_behind_a_freeze() {
    let body = "\t\ttry_to_freeze();\n\t\tf(&t);\n\t\tschedule();\n";
    let body = body.replace("&t", "t");
    for head in ["\tconst unsigned long t = HZ;\n", "\tint t = 3;\n", "\tvoid *t = d;\n"] {
        let text = converts(&looped(head, &body));
        assert!(text.contains("KTI_FREEZE"), "{text}");
    }
    let both = "\tint t = 0;\n\n\tfor (;;) {\n\t\ttry_to_freeze();\n\t\tif (kthread_should_stop())\n\
                \t\t\tbreak;\n\t\tt = f(d);\n\t\tg(d, NULL + t);\n\t\tmsleep(1);\n\t}\n\treturn 0;\n";
    assert!(converts(both).contains("KTI_FREEZE"));
    let thread = looped("\tint t = 3;\n", &body);
    refuses(&thread, Form::Loop, &[("int t = 3;", "int t = 4;")]);
    refuses(&thread, Form::Loop, &[("KTI_FREEZE | ", "")]);
    refuses(&thread, Form::Loop, &[("\tf(t);\n", "\ttry_to_freeze();\n\tf(t);\n")]);
}

#[test]
fn two_locals_have_one_value() {
    let rest = "\t\tf(a);\n\t\tg(b, NULL);\n\t\tmsleep(1);\n";
    for head in [
        "\tstruct foo *a = d;\n\tstruct bar *b = d;\n",
        "\tint a = 0, b = 0;\n",
        "\tunsigned long a = HZ;\n\tlong b = HZ;\n",
    ] {
        let text = converts(&looped(head, rest));
        assert!(text.contains("KTI_STOP"), "{text}");
        converts(&looped(head, &rest.replace("msleep(1)", "schedule_timeout_interruptible(HZ)")));
    }
    let two = looped("\tint a = 0, b = 0;\n\tint c = 1;\n", &format!("{rest}\t\tf(c);\n"));
    refuses(&two, Form::Loop, &[("g(b, NULL)", "g(c, NULL)")]);
    refuses(&two, Form::Loop, &[("int b = 0;", "int b = 1;")]);
    // One value, but another type: what becomes of it is not the same.
    let narrow = looped("\tint a = 300;\n\tu8 b = 300;\n", rest);
    refuses(&narrow, Form::Loop, &[("f(a)", "f(b)")]);
    refuses(&narrow, Form::Loop, &[("u8 b", "int b")]);
}

#[test]
fn a_function_may_begin_behind_the_includes() {
    let thread = |name: &str| {
        format!(
            "static int {name}(void *d)\n{{\n\twhile (!kthread_should_stop())\n\t\tf(d);\n\treturn 0;\n}}\n"
        )
    };
    let text = format!(
        "#include <linux/kthread.h>\n{}{}void s(void)\n{{\n\tkthread_run(t, 0, \"t\");\n\
         \tkthread_run(u, 0, \"u\");\n}}\n",
        thread("t"),
        thread("u")
    );
    let files = [("t.c".to_owned(), text.into_bytes())].into();
    let pattern = Pattern { name: String::new(), files, iterators: Vec::new() };
    for form in FORMS {
        let converted = pattern.convert(form);
        let text = converted.changed.first().expect("a change").text();
        let head = "#include <linux/kthread.h>\n#include <linux/kthread_iterant.h>\nstatic void ";
        assert!(text.starts_with(head), "{text}");
        assert_eq!(text.matches("kthread_iterant_run_here").count(), 2, "{text}");
    }
}

#[test]
fn a_label_stands_before_a_statement() {
    let jumps = "\t\tif (f(d))\n\t\t\tgoto last;\n\t\tg(d, NULL);\n";
    let text = converts(&looped("", &format!("{jumps}last:\n\t\ttry_to_freeze();\n")));
    assert!(text.contains("last:\n\treturn;\n}\n"), "{text}");
    let text = converts(&looped("", &format!("{jumps}last: try_to_freeze();\n\t\tmsleep(1);\n")));
    assert!(text.contains("last: try_to_freeze();\n\tmsleep(1);\n"), "{text}");
    converts(&looped("", &format!("{jumps}last:\n\t\tschedule_timeout_interruptible(HZ);\n")));
    let stop = "\t\tif (kthread_should_stop())\n\t\t\tbreak;\n";
    let text = converts(&format!("\tfor (;;) {{\n{jumps}last:\n{stop}\t}}\n\treturn 0;\n"));
    assert!(text.contains("last:\n\treturn;\n}\n"), "{text}");
    let both =
        format!("\tfor (;;) {{\n{jumps}last:\n\t\ttry_to_freeze();\n{stop}\t}}\n\treturn 0;\n");
    let text = converts(&both);
    assert!(text.contains("last:\n\treturn;\n}\n"), "{text}");
    // Something follows anyway.
    let ends = format!("{jumps}\t\tif (f(NULL))\n\t\t\tbreak;\nlast:\n\t\ttry_to_freeze();\n");
    let text = converts(&looped("", &ends));
    assert!(text.contains("last:\n\treturn;\n\nstop:\n"), "{text}");
    let once = "\t\tdo\n\t\t\ttry_to_freeze();\n\t\twhile (0);\n";
    converts(&looped("", &format!("\t\tf(d);\n{once}")));
}

/// What a goto in the body leads back to is done more often than the driver would.
#[test]
fn what_is_jumped_back_to_stays() {
    let body = |first: &str| {
        format!(
            "again:\n{first}\t\tif (f(d))\n\t\t\tgoto again;\n\t\tg(d, NULL);\n\t\tmsleep(1);\n"
        )
    };
    let freeze = "\t\ttry_to_freeze();\n";
    assert!(converts(&looped("", &body(freeze))).contains("again:\n\ttry_to_freeze();\n"));
    let stop = "\t\tif (kthread_should_stop())\n\t\t\tbreak;\n";
    let text = converts(&format!("\tfor (;;) {{\n{}\t}}\n\treturn 0;\n", body(stop)));
    assert!(text.contains("again:\n\tif (kthread_should_stop())\n"), "{text}");
    let park = "\t\tif (kthread_should_park())\n\t\t\tkthread_parkme();\n";
    assert!(converts(&looped("", &body(park))).contains("again:\n\tif (kthread_should_park())\n"));
}

#[test]
fn a_member_may_have_the_name_of_a_local() {
    for (used, left) in [
        ("struct req r = { .n = n };\n\n\t\tg(&r, NULL);\n", "{ .n = context->n }"),
        ("struct req r = { n: n };\n\n\t\tg(&r, NULL);\n", "{ n: context->n }"),
        ("struct req r = { .q = { .n = n, }, };\n\n\t\tg(&r, NULL);\n", "{ .n = context->n, }"),
        ("g(&(struct req){ .n = n }, NULL);\n", "{ .n = context->n }"),
        ("g(d + offsetof(struct req, n), NULL);\n\t\tf(n);\n", "offsetof(struct req, n)"),
        (
            "struct { int a, n; } r = { n, 1 };\n\n\t\tg(&r, NULL);\n",
            "int a, n; } r = { context->n",
        ),
        ("struct { u8 n:3; } r = { .n = n };\n\n\t\tg(&r, NULL);\n", "u8 n:3; } r"),
        ("enum { A, n } e = A;\n\n\t\tg(NULL + e, NULL);\n", "enum { A, n } e"),
        ("int h(int n);\n\n\t\th(1);\n\t\tf(n);\n", "int h(int n);"),
        ("struct n *h(struct n *n, long);\n\n\t\th(n, 1);\n", "struct n *h(struct n *n, long);"),
        ("if (f(d))\n\t\t\tgoto n;\n\t\tf(n);\nn:\n\t\tg(d, NULL);\n", "\nn:\n"),
        ("long a = n ? n : 1;\n\n\t\tf(a);\n", "long a = context->n ? context->n : 1;"),
    ] {
        let body = format!("\t\t{used}\t\tmsleep(n++);\n");
        let enumerates = used.contains("enum");
        let body = if enumerates { body.replace("msleep(n++)", "msleep(1)") } else { body };
        let text = converts(&looped("\tint n = 0;\n\n\tg(d, NULL + n);\n", &body));
        assert!(enumerates || text.contains("\tmsleep(context->n++);\n"), "{text}");
        assert!(text.contains(left), "{text}");
    }
}

#[test]
fn a_value_may_be_read_from_the_context() {
    let body =
        "\t\tunsigned long left = msecs_to_jiffies(n) + 1;\n\n\t\tn += f(d);\n\t\tmsleep(left);\n";
    let thread = looped("\tint n = 0;\n", body);
    converts(&thread);
    let early = "msecs_to_jiffies(context->n)";
    refuses(&thread, Form::Loop, &[(early, "msecs_to_jiffies(0)")]);
}

#[test]
fn a_pointer_may_be_qualified() {
    for (kind, field) in [
        ("struct foo *const p = d;", "\tstruct foo *p;\n"),
        ("const struct foo *const p = d;", "\tconst struct foo *p;\n"),
        ("struct foo __iomem *const p = h(d);", "\tstruct foo __iomem *p;\n"),
        ("struct foo *__restrict p = h(d);", "\tstruct foo *p;\n"),
        ("struct foo *const *const p = h(d);", "\tstruct foo *const *p;\n"),
        ("volatile struct foo *p = h(d);", "\tvolatile struct foo *p;\n"),
        ("const unsigned long p = h(d);", "\tunsigned long p;\n"),
    ] {
        let body = "\t\tf(p);\n\t\tschedule_timeout_interruptible(HZ);\n";
        let text = converts(&looped(&format!("\t{kind}\n"), body));
        assert!(text.contains(field), "{text}");
        let around = looped(&format!("\t{kind}\n\n\tg(p, NULL);\n"), body);
        converts(&around.replace("\treturn 0;\n", "\tg(p, NULL);\n\treturn 0;\n"));
    }
    let wide = looped("\tconst unsigned long p = h(d);\n", "\t\tf(p);\n\t\tschedule();\n");
    refuses(&wide, Form::Loop, &[("\tunsigned long p;\n", "\tunsigned int p;\n")]);
}

#[test]
fn a_pointer_that_changes_by_itself_is_not_copied() {
    let body = "\t\tf(p);\n\t\tschedule_timeout_interruptible(HZ);\n";
    let text = converts(&looped("\tstruct foo *volatile p = d;\n", body));
    assert!(text.contains("\tf((*context->p));\n"), "{text}");
}

#[test]
fn what_the_loop_points_to_is_no_copy_for_a_destroy() {
    let body = "\t\tg(d, &n);\n\t\tmsleep(1);\n";
    for head in ["\tint n;\n", "\tint n = 0;\n", "\tstruct foo n = { 1 };\n"] {
        let thread = looped(head, body).replace("\treturn 0;\n", "\tf(n);\n\treturn 0;\n");
        let (pattern, text) = convert(&thread, Form::Callbacks);
        assert!(proves(&pattern, &text), "{text}");
        assert!(text.contains("\tf((*context->n));\n}\n"), "{text}");
    }
    converts(&looped("\tint n = 0;\n", body));
    // Never given a value, and read all the same: not ours to judge.
    let bare = looped("\tint n;\n", "\t\tf(n);\n\t\tmsleep(1);\n");
    converts(&bare.replace("\treturn 0;\n", "\tf(n);\n\treturn 0;\n"));
}

/// What is left of the loop's condition stands in func: no checkpoint moves over it.
#[test]
fn a_condition_stays_between_a_stop_test_and_what_follows() {
    let step = "\t\tf(d);\n\t\tmsleep(1);\n";
    for first in ["try_to_freeze();", "if (kthread_should_park())\n\t\t\tkthread_parkme();"] {
        for head in
            ["while (!kthread_should_stop() && f(d))", "for (; !kthread_should_stop() && f(d);)"]
        {
            let text = converts(&format!("\t{head} {{\n\t\t{first}\n{step}\t}}\n\treturn 0;\n"));
            assert!(text.contains("KTI_STOP | KTI_TEST_FIRST"), "{text}");
        }
    }
    let last = |condition: &str| {
        converts(&format!(
            "\tint n = 0;\n\n\tdo {{\n\t\tn++;\n{step}\t}} while ({condition});\n\treturn n;\n"
        ))
    };
    // The driver tests stop behind it, where the loop did so before it.
    assert!(!last("!kthread_should_stop() && f(d)").contains("KTI_STOP"));
    assert!(last("!kthread_should_stop() && n < 3").contains("KTI_STOP"));
    assert!(last("f(d) && !kthread_should_stop()").contains("KTI_STOP"));
}

#[test]
fn the_driver_freezes_once() {
    let body = "\twhile (!kthread_freezable_should_stop(NULL)) {\n\t\ttry_to_freeze();\n\
                \t\tif (kthread_should_park())\n\t\t\tkthread_parkme();\n\t\tf(d);\n\t\tmsleep(1);\n\
                \t}\n\treturn 0;\n";
    let text = converts(body);
    assert!(text.contains("KTI_FREEZE") && text.contains("\ttry_to_freeze();\n"), "{text}");
}

#[test]
fn a_value_is_set_before_the_stop_test_of_an_iteration() {
    let body = "\tint m = 3;\n\n\tdo {\n\t\tint z = m * 2;\n\n\t\tif (kthread_should_stop())\n\
                \t\t\tbreak;\n\t\tm = f(d);\n\t\tz++;\n\t\tg(d + z, NULL);\n\t\tmsleep(1);\n\t} while (1);\n\
                \treturn 0;\n";
    converts(body);
    refuses(body, Form::Loop, &[("int z = context->m * 2;", "int z = 2;")]);
    let again = "\tint n = 0;\n\n\twhile (!kthread_should_stop()) {\n\t\tn = 0;\n\t\tf(&n);\n\t\tmsleep(1);\n\t}\n\
                 \treturn 0;\n";
    converts(again);
    let count = "\tint n = 0, m = 0;\n\n\tfor (;; m++) {\n\t\tint z = m * 2;\n\n\t\tif (n)\n\t\t\tcontinue;\n\
                 \t\tf(d);\n\t\tg(d + z, NULL);\n\t\tmsleep(1);\n\t}\n\treturn 0;\n";
    converts(count);
    refuses(count, Form::Loop, &[("context.m = m;", "context.m = 1;")]);
    let copy = "\tint n = 3;\n\n\tfor (;;) {\n\t\tint z = n;\n\n\t\tf(d);\n\t\tg(d + z, NULL);\n\t\tmsleep(1);\n\t}\n\
                \treturn 0;\n";
    converts(copy);
    refuses(copy, Form::Loop, &[("int n = 3;", "int n = 4;")]);
}

#[test]
fn a_part_of_a_local_outlives_an_iteration() {
    let part = "\tstruct foo s;\n\n\twhile (!kthread_should_stop()) {\n\t\ts.n = f(d);\n\t\tmsleep(1);\n\t}\n\
                \treturn 0;\n";
    assert!(converts(part).contains("context->s.n = f(d);"));
    let perhaps =
        looped("\tint n;\n", "\t\tif (f(d) && (n = f(d)))\n\t\t\tg(d, NULL);\n\t\tmsleep(1);\n");
    converts(&perhaps);
    let reads = "\tlong n = jiffies;\n\n\twhile (!kthread_should_stop()) {\n\t\tn = f(d);\n\t\tg(d + n, NULL);\n\
                 \t\tmsleep(1);\n\t}\n\treturn 0;\n";
    assert!(converts(reads).contains("n = jiffies;"));
}

/// Two tests of stop that lead to different ends: where neither may move, the loop moves as it is.
#[test]
fn what_cannot_move_stays() {
    let body = "\tint ret = 0;\n\n\tdo {\n\t\tif (kthread_should_stop()) {\n\t\t\tret = 1;\n\t\t\tgoto out;\n\
                \t\t}\n\t\ttry_to_freeze();\n\t\tif (f(d))\n\t\t\tcontinue;\n\t\tg(d, NULL);\n\
                \t} while (!kthread_should_stop() && ret < 3);\n\tf(d);\nout:\n\treturn ret;\n";
    let (pattern, text) = convert(body, Form::Loop);
    assert!(proves(&pattern, &text), "{text}");
    refuses(body, Form::Loop, &[("= 1;\n\t\tgoto out", "= 2;\n\t\tgoto out")]);
    let ends = "\twhile (1) {\n\t\tif (kthread_should_stop() && f(d))\n\t\t\tbreak;\n\t\tg(d, NULL);\n\
                \t\tif (kthread_should_stop())\n\t\t\treturn 0;\n\t}\n\tf(d);\n\treturn 1;\n";
    let (pattern, text) = convert(ends, Form::Loop);
    assert!(proves(&pattern, &text), "{text}");
}

#[test]
fn a_destroy_gets_what_only_a_goto_leads_to() {
    let body = "\tint *p;\n\n\tp = d;\n\twhile (1) {\n\t\tf(p);\n\t\tmsleep(1);\n\t\tif (f(d))\n\t\t\tgoto out;\n\
                \t\tg(d, p);\n\t}\nout:\n\tg(d, p);\n\treturn 0;\n";
    converts(body);
    refuses(body, Form::Callbacks, &[("\tcontext->p = p;\n", "")]);
}
